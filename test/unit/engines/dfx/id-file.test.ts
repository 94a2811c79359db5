import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { writeCanisterId } from '../../../../src/core/engines/dfx/id-file';
import { type DfxNetwork, dfxNetwork } from '../../../../src/core/engines/dfx/networks';
import { Failure } from '../../../../src/core/util/failure';
import { write } from '../../monitor/world';

const ID = 'bkyz2-fmaaa-aaaaa-qaaaq-cai';
const OTHER = 'bd3sg-teaaa-aaaaa-qaaba-cai';

function setUp(t: TestContext): { root: string; network: DfxNetwork; file: string; dataDir: string } {
  const root = mkdtempSync(path.join(tmpdir(), 'ic-canisters-ids-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  const dataDir = path.join(root, 'data');
  const network: DfxNetwork = dfxNetwork({
    name: 'local',
    kind: 'ephemeral',
    scope: 'shared',
    url: 'http://127.0.0.1:4943',
    local: true,
    dataDir,
  });
  return { root, network, dataDir, file: path.join(root, '.dfx', 'local', 'canister_ids.json') };
}

describe('writing a canister id', () => {
  it('makes the file, with the network id that keeps dfx from deleting it', async (t) => {
    const { root, network, file, dataDir } = setUp(t);
    write(path.join(dataDir, 'network-id'), '{"created":"today"}');
    await writeCanisterId(root, network, 'hello', ID);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { hello: { local: ID } });
    assert.equal(readFileSync(path.join(path.dirname(file), 'network-id'), 'utf8'), '{"created":"today"}');
    assert.deepEqual(readdirSync(path.dirname(file)).sort(), ['canister_ids.json', 'network-id']);
  });

  it('keeps what else is in the file, as it is written', async (t) => {
    const { root, network, file } = setUp(t);
    const before = `{\n    "b": {"local": "${OTHER}", "other": "x"},\n    "__Candid_UI": {"local": "${OTHER}"}\n}\n`;
    write(file, before);
    await writeCanisterId(root, network, 'hello', ID);
    const after = readFileSync(file, 'utf8');
    assert.ok(after.includes(`    "b": {"local": "${OTHER}", "other": "x"},`));
    assert.equal(JSON.parse(after).hello.local, ID);
    await writeCanisterId(root, network, 'hello', undefined);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), JSON.parse(before));
  });

  it('keeps every one of many that are written at the same time', async (t) => {
    const { root, network, file } = setUp(t);
    const names = Array.from({ length: 30 }, (_, index) => `canister_${index}`);
    await Promise.all(names.map((name) => writeCanisterId(root, network, name, ID)));
    assert.deepEqual(Object.keys(JSON.parse(readFileSync(file, 'utf8'))).sort(), [...names].sort());
    await Promise.all(names.map((name) => writeCanisterId(root, network, name, undefined)));
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), {});
  });

  it('removes only the id of this network', async (t) => {
    const { root, network, file } = setUp(t);
    write(file, { hello: { local: ID, other: OTHER } });
    await writeCanisterId(root, network, 'hello', undefined);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { hello: { other: OTHER } });
  });

  it('drops the ids of a network that has been reset, as dfx does', async (t) => {
    const { root, network, file, dataDir } = setUp(t);
    write(path.join(dataDir, 'network-id'), 'new');
    write(path.join(path.dirname(file), 'network-id'), 'old');
    write(file, { stale: { local: OTHER } });
    await writeCanisterId(root, network, 'hello', ID);
    assert.deepEqual(JSON.parse(readFileSync(file, 'utf8')), { hello: { local: ID } });
  });

  for (const damaged of ['{"hello": {"loc', '[]', 'null', '"text"']) {
    it(`does not touch a file that is ${damaged}`, async (t) => {
      const { root, network, file } = setUp(t);
      write(file, damaged);
      await assert.rejects(writeCanisterId(root, network, 'hello', ID), Failure);
      assert.equal(readFileSync(file, 'utf8'), damaged);
    });
  }

  it('takes names that mean something to JavaScript', async (t) => {
    const { root, network, file } = setUp(t);
    await writeCanisterId(root, network, 'constructor', ID);
    await writeCanisterId(root, network, '__proto__', ID);
    const text = readFileSync(file, 'utf8');
    assert.equal(text.split(ID).length - 1, 2, text);
    await writeCanisterId(root, network, '__proto__', undefined);
    await writeCanisterId(root, network, 'constructor', undefined);
    assert.ok(!readFileSync(file, 'utf8').includes(ID));
  });

  it('never leaves the project', async (t) => {
    const { root, network } = setUp(t);
    await assert.rejects(writeCanisterId(root, { ...network, name: '../../escape' }, 'hello', ID), Failure);
    assert.ok(!existsSync(path.join(root, '..', 'escape')));
  });
});
