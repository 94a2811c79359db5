/** The READMEs against package.json. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, it } from 'node:test';
import { readCanisterIds } from '../../../src/core/engines/dfx/canister-ids';
import { parseDfxConfig } from '../../../src/core/engines/dfx/dfx-json';
import { dfxLocations } from '../../../src/core/engines/dfx/locations';
import { resolveNetwork } from '../../../src/core/engines/dfx/networks';
import { findingsOf } from '../engines/dfx/language/support';
import { layout } from '../support/layout';

const ROOT = resolve(__dirname, '../../..');
const read = (file: string) => readFileSync(join(ROOT, file), 'utf8');
const { contributes, engines } = JSON.parse(read('package.json'));

describe('the READMEs', () => {
  it('have current tables', () => {
    const { status, stderr } = spawnSync(process.execPath, ['scripts/readme.mjs', '--check'], {
      cwd: ROOT,
      encoding: 'utf8',
    });
    assert.equal(status, 0, stderr);
  });

  for (const file of ['README.md', 'README.ja.md']) {
    it(`${file} names every command, every setting and the oldest VS Code`, () => {
      const text = read(file);
      for (const { command } of contributes.commands) {
        assert.ok(text.includes(`\`${command}\``), command);
      }
      for (const { properties } of contributes.configuration) {
        for (const name of Object.keys(properties)) {
          assert.ok(text.includes(`\`${name}\``), name);
        }
      }
      assert.ok(text.includes(engines.vscode.replace('^', '').replace(/\.0$/, '')));
    });

    it(`${file} leads to files that are there`, () => {
      const links = [...read(file).matchAll(/\]\((?!https?:|#)([^)#]+)[^)]*\)/g)].map(([, path]) => path!);
      assert.ok(links.length > 0);
      assert.deepEqual(
        links.filter((path) => !existsSync(join(ROOT, path))),
        [],
      );
    });
  }

  it('have a dfx.json for a canister of others that is found on mainnet, without a finding', async (t) => {
    const [english, japanese] = ['README.md', 'README.ja.md'].map(
      (file) => /```json\n(.*?)\n```/s.exec(read(file))?.[1],
    );
    assert.ok(english);
    assert.equal(japanese, english);
    assert.deepEqual(findingsOf(english), []);
    const root = await layout(t, { 'dfx.json': english });
    const config = parseDfxConfig(english);
    const network = await resolveNetwork('ic', root, config, dfxLocations({}, 'linux', root));
    assert.ok('name' in network);
    const { byName } = await readCanisterIds(root, config, network, new Date());
    assert.deepEqual([...byName], [['ledger', { id: 'ryjl3-tyaaa-aaaaa-aaaba-cai', owner: 'pulled' }]]);
  });

  it('README.ja.md speaks with the words of the glossary', () => {
    const { terms, spelling } = JSON.parse(read('l10n/glossary.ja.json'));
    // Code, links' targets and HTML are written as they are.
    const prose = read('README.ja.md').replace(/```[\s\S]*?```|`[^`]*`|\]\([^)]*\)|<[^>]*>|https?:\S+/g, '');
    const rejected: { pattern: string; use: string }[] = [
      ...terms.flatMap(({ rejected, japanese }: { rejected: string[]; japanese: string }) =>
        rejected.filter((each) => !/^[\w ?()|:]+$/.test(each)).map((pattern) => ({ pattern, use: japanese })),
      ),
      ...spelling
        .filter(({ rejected }: { rejected: string }) => !rejected.startsWith('「'))
        .map(({ rejected, use }: { rejected: string; use: string }) => ({ pattern: rejected, use })),
    ];
    for (const { pattern, use } of rejected) {
      const found = new RegExp(`.{0,12}(?:${pattern}).{0,12}`).exec(prose)?.[0];
      assert.equal(found, undefined, `write "${use}"`);
    }
  });
});
