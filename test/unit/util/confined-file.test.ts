import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { readProjectText } from '../../../src/core/project/files';
import { moduleHash } from '../../../src/core/project/module-hash';
import { liesInside, readConfined } from '../../../src/core/util/confined-file';

describe('files that a project names', { skip: process.platform === 'win32' && 'links need rights there' }, () => {
  let folder: string;
  let root: string;
  const at = (...names: string[]) => path.join(root, ...names);
  const read = async (file: string) => (await readConfined(file, { root, maxBytes: 1_000 })).toString();

  before(() => {
    folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'ic-canisters-confined-')));
    root = path.join(folder, 'project');
    mkdirSync(at('sub'), { recursive: true });
    writeFileSync(path.join(folder, 'secret'), 'secret');
    writeFileSync(at('own.wasm'), 'own');
    writeFileSync(at('large.wasm'), 'x'.repeat(1_001));
    symlinkSync(at('own.wasm'), at('sub', 'link.wasm'));
    symlinkSync(path.join(folder, 'secret'), at('out.wasm'));
    symlinkSync(folder, at('away'));
    symlinkSync('/dev/zero', at('device.wasm'));
    execFileSync('mkfifo', [at('pipe.wasm')]);
  });
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are read where they lie in the project, through links too', async () => {
    assert.equal(await read(at('own.wasm')), 'own');
    assert.equal(await read(at('sub', 'link.wasm')), 'own');
  });

  for (const [what, file] of [
    ['through a link to a file', 'out.wasm'],
    ['through a link to a folder', 'away/secret'],
    ['by dots', '../secret'],
    ['on a device', 'device.wasm'],
  ] as const) {
    it(`are not read where they lie elsewhere: ${what}`, async () => {
      await assert.rejects(read(at(file)), /lies outside of the project/);
      assert.equal(await moduleHash(at(file), root), undefined);
      const text = await readProjectText(at(file), root);
      assert.equal(text.state, 'failed');
    });
  }

  it('are not read where they are no regular files, and nothing waits', async () => {
    await assert.rejects(read(at('sub')), /is not a file/);
    await assert.rejects(read(at('pipe.wasm')), /is not a file/);
    assert.equal(await moduleHash(at('pipe.wasm'), root), undefined);
  });

  it('are not read where they are too large', async () => {
    await assert.rejects(read(at('large.wasm')), /too large/);
  });

  it('are read beside the project where both are of one repository', async () => {
    mkdirSync(path.join(folder, '.git'));
    assert.equal(await read(at('..', 'secret')), 'secret');
    rmSync(path.join(folder, '.git'), { recursive: true });
    await assert.rejects(read(at('..', 'secret')), /lies outside of the project/);
  });

  it('are made only where no link leads out of the project', async () => {
    assert.equal(await liesInside(root, at('new', 'deep', 'main.mo')), true);
    assert.equal(await liesInside(root, at('main.mo')), true);
    assert.equal(await liesInside(root, at('away', 'main.mo')), false);
    assert.equal(await liesInside(root, at('away', 'new', 'main.mo')), false);
  });
});
