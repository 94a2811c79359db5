import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';

const SCRIPT = resolve(__dirname, '../../../scripts/l10n.mjs');

interface Parts {
  readonly source?: string;
  readonly bundle?: Record<string, string>;
  readonly contributes?: object;
  readonly english?: Record<string, string>;
  readonly japanese?: Record<string, string>;
}

function check({ source = '', bundle = {}, contributes = {}, english = {}, japanese = {} }: Parts): string[] {
  const folder = mkdtempSync(join(tmpdir(), 'ic-canisters-l10n-'));
  try {
    mkdirSync(join(folder, 'src', 'tree'), { recursive: true });
    mkdirSync(join(folder, 'l10n'));
    writeFileSync(join(folder, 'src', 'tree', 'a.ts'), source);
    writeFileSync(join(folder, 'l10n', 'bundle.l10n.ja.json'), JSON.stringify(bundle));
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ contributes }));
    writeFileSync(join(folder, 'package.nls.json'), JSON.stringify(english));
    writeFileSync(join(folder, 'package.nls.ja.json'), JSON.stringify(japanese));
    const { status, stderr } = spawnSync(process.execPath, [SCRIPT, folder], { encoding: 'utf8' });
    const lines = stderr.trim().split('\n').filter(Boolean);
    assert.equal(status, lines.length === 0 ? 0 : 1, stderr);
    return lines.slice(0, -1);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

describe('the check of translations', () => {
  it('is content where every text has its Japanese', () => {
    const problems = check({
      source: `msg('Stop {0}', name); vscode.l10n.t(\`Go\`); l10n.t({ message: 'One {0}', args: [1], comment: [] });`,
      bundle: { 'Stop {0}': '{0} を停止', Go: '実行', 'One {0}': '{0} 個' },
      contributes: { commands: [{ command: 'a.b', title: '%b%' }] },
      english: { b: 'B [x](command:x)' },
      japanese: { b: 'び [x](command:x)' },
    });
    assert.deepEqual(problems, []);
  });

  it('finds texts without Japanese, wherever they stand', () => {
    const problems = check({ source: `class A { readonly m = () => [msg('Hidden' as const)]; }` });
    assert.deepEqual(problems, ['src/tree/a.ts: no Japanese in l10n/bundle.l10n.ja.json for "Hidden"']);
  });

  it('finds texts that are no literals', () => {
    const problems = check({ source: `vscode.l10n.t(a + 'b');\nmsg(\`x\${y}\`);` });
    assert.equal(problems.length, 2);
    assert.match(problems[0] ?? '', /must be a literal/);
  });

  it('finds placeholders that do not fit the values or the translation', () => {
    const problems = check({ source: `msg('Stop {0}', a, b);`, bundle: { 'Stop {0}': '停止' } });
    assert.match(problems[0] ?? '', /2 values for 1 placeholders/);
    assert.match(problems[1] ?? '', /the placeholders differ/);
  });

  it('finds what is left over or empty', () => {
    const problems = check({ bundle: { Old: '古い' }, english: { k: 'K' }, japanese: { k: ' ' } });
    assert.deepEqual(problems, [
      'l10n/bundle.l10n.ja.json: nothing uses "Old"',
      'package.nls.ja.json: "k" has no text',
      'package.nls.json: nothing uses %k%',
      'package.nls.ja.json: nothing uses %k%',
    ]);
  });

  it('finds keys of the manifest without a text, and shown texts without a key', () => {
    const problems = check({
      contributes: { commands: [{ command: 'a.b', title: '%b%', category: 'Plain' }] },
      english: { b: 'B' },
    });
    assert.deepEqual(problems, [
      'package.nls.ja.json: no text for %b% of package.json',
      'package.json: contributes.commands.0.category must be a %key%, not "Plain"',
    ]);
  });

  it('holds the Japanese to the glossary: every term by its word, no other word for it, and one spelling', () => {
    const problems = check({
      source: `msg('Cycles on mainnet'); msg('The controller'); msg('The wallet of {0}', a); msg('Go on (now)');`,
      bundle: {
        'Cycles on mainnet': 'メインネット上の cycles',
        'The controller': 'コントローラ',
        'The wallet of {0}': '{0} のもの',
        'Go on (now)': '続ける（今）',
      },
      contributes: { commands: [{ command: 'a.b', title: '%b%' }] },
      english: { b: 'Stop the identity in use' },
      japanese: { b: '使用中の ID を停止' },
    });
    assert.deepEqual(
      problems.map((problem) => problem.replace(' (l10n/glossary.ja.json)', '')),
      [
        'l10n/bundle.l10n.ja.json: "メインネット" should be "mainnet" in "Cycles on mainnet"',
        'l10n/bundle.l10n.ja.json: "コントローラ" should be "コントローラー" in "The controller"',
        'l10n/bundle.l10n.ja.json: "wallet" should appear as "ウォレット" in "The wallet of {0}"',
        'l10n/bundle.l10n.ja.json: "（" should be "( ) with a space outside" in "Go on (now)"',
        'package.nls.ja.json: "使用中の ID" should be "identity" in b',
      ],
    );
  });

  it('leaves code, file names and quoted words as they are in both languages', () => {
    const problems = check({
      source: `msg('networks.json has "controllers" and \`wallet\`');`,
      bundle: {
        'networks.json has "controllers" and `wallet`': 'networks.json に "controllers" と `wallet` があります',
      },
    });
    assert.deepEqual(problems, []);
  });
});
