import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { copySample, isEmptyFolder, makeInside, projectNameFor } from '../../../src/core/project/new-project';

describe('a new project', () => {
  let folder: string;
  const at = (...names: string[]) => path.join(folder, ...names);
  const put = (file: string, text = '') => {
    mkdirSync(path.dirname(at(file)), { recursive: true });
    writeFileSync(at(file), text);
  };
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'new-project-'));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it('goes into a folder that holds nothing of the user', async () => {
    assert.equal(await isEmptyFolder(folder), true);
    put('.git/HEAD');
    put('.vscode/settings.json');
    put('.DS_Store');
    assert.equal(await isEmptyFolder(folder), true);
    put('notes.txt');
    assert.equal(await isEmptyFolder(folder), false);
  });

  it('has the name of its folder, as its tool wants names', () => {
    const kebab = /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/;
    const dfx = /^[A-Za-z][A-Za-z0-9_-]*$/;
    for (const [name, pattern, expected] of [
      ['shop', kebab, 'shop'],
      ['My Shop (2)', kebab, 'my-shop-2'],
      ['My_Shop', kebab, 'my-shop'],
      ['My_Shop', dfx, 'My_Shop'],
      ['2nd-shop!', kebab, 'nd-shop'],
      ['店', kebab, 'hello'],
      ['', dfx, 'hello'],
    ] as const) {
      assert.equal(projectNameFor(name, pattern), expected, name);
    }
    const begun = performance.now();
    projectNameFor('-'.repeat(200_000), kebab);
    assert.ok(performance.now() - begun < 100);
  });

  it('is the sample without what tools have made of that', async () => {
    put('sample/icp.yaml', 'canisters: []');
    put('sample/.gitignore', '.icp/cache/');
    put('sample/.icp/cache/mappings/local.ids.json', '{}');
    put('sample/node_modules/x/package.json', '{}');
    mkdirSync(at('target'));
    await copySample(at('sample'), at('target'));
    assert.deepEqual(readdirSync(at('target')).sort(), ['.gitignore', 'icp.yaml']);
    await copySample(at('sample'), at('new'));
    assert.equal(readFileSync(at('new', 'icp.yaml'), 'utf8'), 'canisters: []');
  });

  it('that a tool makes in a folder of its own is put into the one that is open', async () => {
    put('open/.git/HEAD', 'mine');
    let parent = '';
    await makeInside(at('open'), 'shop', async (given) => {
      parent = given;
      mkdirSync(path.join(given, 'shop', '.git'), { recursive: true });
      writeFileSync(path.join(given, 'shop', '.git', 'HEAD'), 'of the tool');
      writeFileSync(path.join(given, 'shop', 'icp.yaml'), 'canisters: []');
    });
    assert.equal(readFileSync(at('open', 'icp.yaml'), 'utf8'), 'canisters: []');
    assert.equal(readFileSync(at('open', '.git', 'HEAD'), 'utf8'), 'mine');
    assert.equal(existsSync(parent), false);
  });

  it('writes over nothing, and leaves nothing where the tool fails', async () => {
    put('sample/icp.yaml', 'new');
    put('target/icp.yaml', 'old');
    await assert.rejects(copySample(at('sample'), at('target')), /is not empty/);
    assert.equal(readFileSync(at('target', 'icp.yaml'), 'utf8'), 'old');
    mkdirSync(at('open'));
    const failing = makeInside(at('open'), 'shop', async () => {
      throw new Error('no network');
    });
    await assert.rejects(failing, /no network/);
    assert.deepEqual(readdirSync(at('open')), []);
  });
});
