import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { describe, it } from 'node:test';

const SCRIPT = resolve(__dirname, '../../../scripts/architecture.mjs');

const PAGE = `
| folder | holds | may import |
|---|---|---|
| \`src/core/util\` | words | nothing of ours |
| \`src/core/model\` | facts | \`util\`, \`json\` |
| \`src/core/model/old\` | old facts | \`src/core/model\`, types of \`util\` |
| \`src/core/live\` | states | the above |
| \`src/ui\`, \`src/views\` | skins | \`src/core\`, \`vscode\` |
| \`src/extension.ts\` | wiring | all |

Activation loads none of \`@heavy/*\`, \`src/core/live/slow.ts\`.
`;

/** Files that break no rule. */
const GOOD = {
  'src/core/util/words.ts': `import path from 'node:path';\nexport const a = path;`,
  'src/core/model/facts.ts': `import { parse } from 'json';\nimport { a } from '../util/words';`,
  'src/core/model/old/old.ts': `import type { a } from '../../util/words';\nimport '../facts';`,
  'src/core/live/live.ts': `import { a } from '../util/words';\nexport const slow = async () => await import('./slow');`,
  'src/core/live/slow.ts': `import type {\n  a,\n} from '../model/old/old';`,
  'src/ui/ui.ts': `import * as vscode from 'vscode';\nimport '../core/live/live';`,
  'src/views/view.ts': `export { a } from '../core/model/old/old';`,
  'src/extension.ts': `import './ui/ui';\nimport './views/view';`,
};

function check(changes: Readonly<Record<string, string>>, page = PAGE): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ic-canisters-architecture-'));
  try {
    for (const [file, text] of Object.entries({ 'docs/architecture.md': page, ...GOOD, ...changes })) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      writeFileSync(join(folder, file), text);
    }
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT, folder], { encoding: 'utf8' });
    const lines = stderr.trim().split('\n').filter(Boolean);
    assert.equal(status, lines.length === 0 ? 0 : 1, stderr);
    return lines.slice(0, -1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the check of imports', () => {
  it('is content with this repository', () => {
    const { stderr } = spawnSync(process.execPath, [SCRIPT], { encoding: 'utf8' });
    assert.equal(stderr, '');
  });

  it('is content where every import is in the table', () => {
    assert.deepEqual(check({}), []);
  });

  it('finds imports of folders and packages that are not in the table', () => {
    const problems = check({
      'src/core/model/facts.ts': `import { b } from '../live/other';`,
      'src/core/live/other.ts': `import json from 'json/sub';\nimport * as vscode from 'vscode';`,
      'src/views/view.ts': `import '../ui/ui';`,
    });
    assert.deepEqual(problems, [
      'src/core/live may not import json/sub: src/core/live/other.ts',
      'src/core/live may not import vscode: src/core/live/other.ts',
      'src/core/model may not import src/core/live: src/core/model/facts.ts imports other.ts',
      'src/views may not import src/ui: src/views/view.ts imports ui.ts',
    ]);
  });

  it('counts types as imports, in every form', () => {
    for (const text of [
      `import type { A } from '../model/facts';`,
      `export type { A } from '../model/facts';`,
      `type A = typeof import('../model/facts');`,
      `const a = await import('../model/facts');`,
      `export * from '../model/facts';`,
    ]) {
      const [first] = check({ 'src/core/util/words.ts': text, 'src/core/model/facts.ts': '' });
      assert.equal(first, 'src/core/util may not import src/core/model: src/core/util/words.ts imports facts.ts', text);
    }
  });

  it('holds a row to types where it may import nothing else', () => {
    const [problem] = check({ 'src/core/model/old/old.ts': `import { a } from '../../util/words';` });
    assert.match(problem ?? '', /^src\/core\/model\/old may not import src\/core\/util but for its types: /);
  });

  it('does not take what lies in a folder for the folder where that has a row of its own', () => {
    const page = PAGE.replace('the above', '`model`, `util`');
    const [problem] = check({ 'src/core/live/slow.ts': `import '../model/old/old';` }, page);
    assert.match(problem ?? '', /^src\/core\/live may not import src\/core\/model\/old: /);
  });

  it('finds rings of files and of folders, through types too', () => {
    const problems = check({
      'src/core/live/a.ts': `import type { b } from './b';`,
      'src/core/live/b.ts': `import { a } from './a';`,
      'src/core/live/left/l.ts': `import type { r } from '../right/r';`,
      'src/core/live/right/r.ts': '',
      'src/core/live/right/other.ts': `import '../left/l';`,
    });
    assert.deepEqual(problems, [
      'a ring of files: src/core/live/a.ts → src/core/live/b.ts → src/core/live/a.ts',
      'a ring of folders: src/core/live/left → src/core/live/right → src/core/live/left',
    ]);
  });

  it('finds rings that the table itself would allow', () => {
    const page = PAGE.replace('nothing of ours', '`model`');
    const problems = check({ 'src/core/util/other.ts': `import type { a } from '../model/facts';` }, page);
    assert.ok(
      problems.some((problem) => problem.startsWith('a ring of rows of the table: src/core/')),
      String(problems),
    );
  });

  it('finds what activation must not load, and how it comes there', () => {
    const problems = check({
      'src/extension.ts': `import './ui/ui';\nimport heavy from '@heavy/library';`,
      'src/core/live/live.ts': `import './slow';`,
    });
    assert.deepEqual(problems, [
      'activation loads @heavy/*: src/extension.ts → @heavy/library',
      'activation loads src/core/live/slow.ts: src/extension.ts → src/ui/ui.ts → src/core/live/live.ts → src/core/live/slow.ts',
    ]);
  });

  it('finds files without a row, rows without a folder, imports of nothing and words that it cannot read', () => {
    const page = PAGE.replace('| the above |', '| the above, whatever |').replace('`src/views`', '`src/panels`');
    const problems = check({ 'src/core/util/words.ts': `import './gone';` }, page);
    assert.deepEqual(problems, [
      'docs/architecture.md: src/core/live may import "whatever", which is no name',
      'docs/architecture.md: there is no src/panels',
      'src/core/util/words.ts: there is no ./gone',
      'docs/architecture.md: no row for src/views/view.ts',
    ]);
  });
});
