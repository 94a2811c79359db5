import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Principal } from '@dfinity/principal';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import { encodeUploadChunk } from '../../../src/core/agent/management-idl';
import { StrictAgent } from '../../../src/core/agent/query-update';
import { manageCanister } from '../../../src/core/agent/session';
import type { SettingsChange } from '../../../src/core/network/canister-facts';
import type { Endpoint } from '../../../src/core/network/endpoint';
import { ANONYMOUS, type IdentityRef } from '../../../src/core/network/identity-ref';
import type { NetworkApi } from '../../../src/core/network/network-api';
import { Failure } from '../../../src/core/util/failure';
import { buildWasm, type CanisterCall, TestNetwork } from '../../network';
import { type TestIdentity, writeIdentity } from '../support/keys';
import { testCodec } from './codec';

const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-operations-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const ANONYMOUS_PRINCIPAL = '2vxsx-fae';
/** A canister that answers with what it is given. */
const ECHO_ID = 'rdmx6-jaaaa-aaaaa-aaadq-cai';
const ECHO_DID =
  'service : { echo : (record { name : text; data : blob }) -> (record { name : text; data : blob }) query; put : (text) -> (text) }';
const echo = async (call: CanisterCall) => call.arg;

let network: TestNetwork;
let service: NetworkApi;
let alice: TestIdentity;
let bob: TestIdentity;
let local: Endpoint;
let pinned: Endpoint;

before(async () => {
  network = await TestNetwork.start({
    seed: 'operations',
    delegation: true,
    systemCanisters: [{ id: ECHO_ID, update: echo, query: echo }],
  });
  alice = writeIdentity(folder, 'alice', 'secp256k1');
  bob = writeIdentity(folder, 'bob', 'ed25519');
  local = { url: network.url, rootKey: 'fetch' };
  pinned = { url: network.url, rootKey: { der: Buffer.from(network.rootKey).toString('hex') } };
});
after(() => network.stop());
beforeEach(() => {
  network.resetFaults();
  service = agentOperations(fetch, { candid: testCodec() });
});

async function failure(promise: Promise<unknown>): Promise<Failure['data']> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return error.data;
  }
  assert.fail('expected a failure');
}

const create = (options: Parameters<TestNetwork['createCanister']>[0] = {}) =>
  network.createCanister({ controllers: [alice.principal], ...options });

/** A module of at least so many bytes, which do not compress away. */
const largeModule = (bytes: number) => buildWasm({ padding: randomBytes(bytes) });

describe('changes', () => {
  it('creates a canister where cycles are free, with settings', async () => {
    const id = await service.create({
      endpoint: pinned,
      identity: alice.ref,
      effectiveCanisterId: network.effectiveCanisterId,
      amount: 5_000_000_000_000n,
      settings: { freezingThreshold: 100n, controllers: [alice.principal, bob.principal] },
    });
    const info = network.canister(id);
    assert.equal(info?.settings.freezingThreshold, 100n);
    assert.deepEqual(new Set(info?.controllers), new Set([alice.principal, bob.principal]));
    assert.ok((info?.cycles ?? 0n) <= 5_000_000_000_000n && (info?.cycles ?? 0n) > 4_900_000_000_000n);
  });

  it('creates a canister with a given id', async () => {
    const specifiedId = 'ryjl3-tyaaa-aaaaa-aaaba-cai';
    const request = { effectiveCanisterId: network.effectiveCanisterId, specifiedId };
    assert.equal(await service.create({ endpoint: local, identity: alice.ref, ...request }), specifiedId);
    assert.match(
      (await failure(service.create({ endpoint: local, identity: alice.ref, ...request }))).detail ?? '',
      /already exists/,
    );
  });

  it('changes each setting and leaves the others', async () => {
    const id = await create();
    const changes: SettingsChange[] = [
      { computeAllocation: 3n },
      { memoryAllocation: 5_000_000n },
      { freezingThreshold: 1_000_000n },
      { reservedCyclesLimit: 77n },
      { wasmMemoryLimit: 1_000_000_000n },
      { wasmMemoryThreshold: 9_000n },
      { logVisibility: { kind: 'public' } },
      { logVisibility: { kind: 'allowed_viewers', viewers: [bob.principal] } },
      { logMemoryLimit: 10_000n },
      { snapshotVisibility: { kind: 'public' } },
      { statusVisibility: { kind: 'allowed_viewers', viewers: [bob.principal] } },
      { environmentVariables: [{ name: 'a', value: 'é' }] },
      { controllers: [alice.principal, bob.principal] },
    ];
    for (const settings of changes) {
      await service.manage({
        endpoint: local,
        identity: alice.ref,
        method: 'update_settings',
        canisterId: id,
        settings,
      });
      const facts = await service.probe({ endpoint: local, identity: alice.ref, canisterId: id });
      const { controllers, ...now } = facts.detail?.settings ?? assert.fail();
      const { controllers: wanted, ...rest } = settings;
      assert.deepEqual({ ...now, ...rest }, now);
      assert.deepEqual(new Set(controllers), new Set(wanted ?? [alice.principal]));
    }
    const { settings } =
      (await service.probe({ endpoint: local, identity: alice.ref, canisterId: id })).detail ?? assert.fail();
    assert.equal(settings.computeAllocation, 3n);
    assert.equal(settings.reservedCyclesLimit, 77n);
  });

  it('says which principal is none before it asks the network', async () => {
    const id = await create();
    network.resetCounters();
    const settings = { controllers: ['nonsense'] };
    const data = await failure(
      service.manage({ endpoint: local, identity: alice.ref, method: 'update_settings', canisterId: id, settings }),
    );
    assert.equal(data.kind, 'internal');
    assert.deepEqual(data.message.args, ['nonsense']);
    assert.equal(network.counters.byKind.call, 0);
  });

  it('uninstalls, and deletes only what is stopped', async () => {
    const id = await create({ wasm: buildWasm() });
    await service.manage({ endpoint: local, identity: alice.ref, method: 'uninstall_code', canisterId: id });
    assert.equal(network.canister(id)?.moduleHash, undefined);
    const refused = await failure(
      service.manage({ endpoint: local, identity: alice.ref, method: 'delete_canister', canisterId: id }),
    );
    assert.equal(refused.code, 'IC0510');
    await service.manage({ endpoint: local, identity: alice.ref, method: 'stop_canister', canisterId: id });
    await service.manage({ endpoint: local, identity: alice.ref, method: 'delete_canister', canisterId: id });
    assert.equal(network.canister(id), undefined);
  });

  it('tops up, whoever asks', async () => {
    const id = await create({ cycles: 1_000_000_000_000n });
    const amount = 2_500_000_000_000n;
    await service.manage({
      endpoint: local,
      identity: bob.ref,
      method: 'provisional_top_up_canister',
      canisterId: id,
      amount,
    });
    assert.ok((network.canister(id)?.cycles ?? 0n) > 3_400_000_000_000n);
  });

  it('says that only controllers may', async () => {
    const id = await create({ wasm: buildWasm() });
    const module = { bytes: buildWasm() };
    const attempts = [
      () => service.manage({ endpoint: local, identity: bob.ref, method: 'uninstall_code', canisterId: id }),
      () => service.manage({ endpoint: local, identity: bob.ref, method: 'delete_canister', canisterId: id }),
      () =>
        service.manage({
          endpoint: local,
          identity: bob.ref,
          method: 'update_settings',
          canisterId: id,
          settings: { computeAllocation: 1n },
        }),
      () =>
        service.manage({
          endpoint: local,
          identity: bob.ref,
          method: 'load_canister_snapshot',
          canisterId: id,
          snapshotId: '00',
        }),
      () => service.install({ endpoint: local, identity: bob.ref, canisterId: id, mode: 'reinstall', module }),
      () =>
        service.install({
          endpoint: local,
          identity: bob.ref,
          canisterId: id,
          mode: 'reinstall',
          module: { bytes: largeModule(2_500_000) },
        }),
      () => service.takeSnapshot({ endpoint: local, identity: bob.ref, canisterId: id }),
      () => service.listSnapshots({ endpoint: local, identity: bob.ref, canisterId: id }),
    ];
    for (const attempt of attempts) {
      assert.equal((await failure(attempt())).code, 'IC0512');
    }
  });
});

describe('installing', () => {
  const installed = (id: string) => network.canister(id)?.moduleHash;
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

  for (const mode of ['install', 'reinstall', 'upgrade'] as const) {
    it(`${mode}s from bytes and from a file`, async () => {
      const before = mode === 'install' ? {} : { wasm: buildWasm() };
      const bytes = buildWasm({ candid: `service : { ${mode} : () -> () }` });
      const file = path.join(folder, `${mode}.wasm`);
      writeFileSync(file, bytes);
      for (const module of [{ bytes }, { file, root: folder }]) {
        const id = await create(before);
        await service.install({ endpoint: pinned, identity: alice.ref, canisterId: id, mode, module });
        assert.equal(installed(id), sha256(bytes));
        assert.equal(network.counters.byKind.call > 0, true);
      }
    });
  }

  it('refuses to install over a module, as the network does', async () => {
    const id = await create({ wasm: buildWasm() });
    const request = { canisterId: id, mode: 'install', module: { bytes: buildWasm() } } as const;
    assert.equal((await failure(service.install({ endpoint: local, identity: alice.ref, ...request }))).code, 'IC0514');
  });

  it('sends a module above the message limit in chunks, and leaves none behind', async () => {
    const id = await create({ cycles: 10n ** 15n });
    const bytes = largeModule(3_500_000);
    network.resetCounters();
    network.setFaults({ latencyMs: 30 });
    const file = path.join(folder, 'large.wasm');
    writeFileSync(file, bytes);
    await service.install({
      endpoint: pinned,
      identity: alice.ref,
      canisterId: id,
      mode: 'install',
      module: { file, root: folder },
    });
    assert.equal(installed(id), sha256(bytes));
    // stored_chunks, four chunks, install_chunked_code, clear_chunk_store
    assert.equal(network.counters.byKind.call, 7);
    assert.ok(network.counters.peak > 1, 'the chunks go side by side');
    network.resetFaults();
    const size = async (canister: string) =>
      (await service.probe({ endpoint: local, identity: alice.ref, canisterId: canister })).detail?.memorySize;
    const other = await create({ cycles: 10n ** 15n });
    await network.changeCanister(other, { wasm: bytes });
    assert.equal(await size(id), await size(other), 'no chunks are left');
  });

  it('sends only the chunks that are missing after a failure', async () => {
    const id = await create({ cycles: 10n ** 15n, wasm: buildWasm() });
    const module = { bytes: largeModule(3_500_000) };
    const refused = await failure(
      service.install({ endpoint: local, identity: alice.ref, canisterId: id, mode: 'install', module }),
    );
    assert.equal(refused.code, 'IC0514');
    network.resetCounters();
    await service.install({ endpoint: local, identity: alice.ref, canisterId: id, mode: 'reinstall', module });
    assert.equal(installed(id), sha256(module.bytes));
    assert.equal(network.counters.byKind.call, 3);
  });

  it('makes room where the chunk store holds too many others', async () => {
    const id = await create({ cycles: 10n ** 16n, controllers: [ANONYMOUS_PRINCIPAL, alice.principal] });
    const agent = StrictAgent.createSync({ host: network.url, fetch, verifyQuerySignatures: false });
    const trust = { rootKey: network.rootKey, checkSignature: false };
    const session = { agent, trust, signal: new AbortController().signal };
    const canister = Principal.fromText(id);
    const upload = (index: number) =>
      manageCanister(session, 'upload_chunk', canister, encodeUploadChunk(canister, Buffer.from(`chunk ${index}`)));
    await Promise.all(Array.from({ length: 98 }, (_, index) => upload(index)));
    const module = { bytes: largeModule(2_500_000) };
    await service.install({ endpoint: local, identity: alice.ref, canisterId: id, mode: 'install', module });
    assert.equal(installed(id), sha256(module.bytes));
  });

  it('keeps the memory of modules that ask for it, unless told otherwise', async () => {
    const lasting = () => buildWasm({ privateMetadata: { 'enhanced-orthogonal-persistence': '' } });
    const id = await create({ wasm: lasting() });
    await service.install({
      endpoint: local,
      identity: alice.ref,
      canisterId: id,
      mode: 'upgrade',
      module: { bytes: lasting() },
    });
    // The network refuses to keep memory for a module that does not know how.
    const plain = { canisterId: id, mode: 'upgrade', module: { bytes: buildWasm() } } as const;
    assert.match(
      (await failure(service.install({ endpoint: local, identity: alice.ref, ...plain }))).detail ?? '',
      /orthogonal persistence/,
    );
    await service.install({
      endpoint: local,
      identity: alice.ref,
      ...plain,
      wasmMemoryPersistence: 'replace',
      skipPreUpgrade: true,
    });
  });

  it('encodes init arguments, and says what is wrong with them', async () => {
    const id = await create();
    const request = { canisterId: id, mode: 'install', module: { bytes: buildWasm() } } as const;
    const argument = { kind: 'candid', interface: 'service : (nat8) -> {}' } as const;
    const wrong = await failure(
      service.install({ endpoint: local, identity: alice.ref, ...request, argument: { ...argument, text: '(300)' } }),
    );
    assert.equal(wrong.kind, 'candid');
    await service.install({
      endpoint: local,
      identity: alice.ref,
      ...request,
      argument: { ...argument, text: '(200)' },
    });
    assert.ok(installed(id));
  });

  it('says that there is no such file', async () => {
    const id = await create();
    const module = { file: path.join(folder, 'none.wasm'), root: folder };
    const data = await failure(
      service.install({ endpoint: local, identity: alice.ref, canisterId: id, mode: 'install', module }),
    );
    assert.deepEqual(data.message.args, [module.file]);
  });

  it('sends nothing that is no Wasm module', async () => {
    const id = await create();
    const file = path.join(folder, 'secret.wasm');
    writeFileSync(file, "a text that is nobody else's business");
    network.resetCounters();
    const module = { file, root: folder };
    const data = await failure(
      service.install({ endpoint: local, identity: alice.ref, canisterId: id, mode: 'install', module }),
    );
    assert.match(data.message.text, /no Wasm module/);
    assert.equal(network.counters.byKind.call, 0);
  });

  it('stops uploading when it is cancelled', async () => {
    const id = await create({ cycles: 10n ** 15n });
    network.setFaults({ latencyMs: 200 });
    const controller = new AbortController();
    const request = { canisterId: id, mode: 'install', module: { bytes: largeModule(12_000_000) } } as const;
    const installing = failure(
      service.install({ endpoint: local, identity: alice.ref, ...request, signal: controller.signal }),
    );
    setTimeout(() => controller.abort(), 500);
    assert.equal((await installing).kind, 'cancelled');
    network.resetFaults();
    // What was on its way by then still arrives.
    await new Promise((resolve) => setTimeout(resolve, 300));
    network.resetCounters();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(network.counters.byKind.call, 0);
    assert.equal(installed(id), undefined);
  });
});

describe('snapshots', () => {
  it('are taken, listed, restored and deleted', async () => {
    const first = buildWasm({ candid: 'service : {}' });
    const id = await create({ wasm: first, status: 'stopped' });
    const before = network.canister(id)?.moduleHash;
    const taken = await service.takeSnapshot({ endpoint: pinned, identity: alice.ref, canisterId: id });
    assert.match(taken.id, /^[0-9a-f]+$/);
    assert.ok(Math.abs(taken.takenAt - Date.now()) < 60_000);
    assert.deepEqual(await service.listSnapshots({ endpoint: pinned, identity: alice.ref, canisterId: id }), [taken]);
    await network.changeCanister(id, { wasm: buildWasm({ candid: 'service : { other : () -> () }' }) });
    assert.notEqual(network.canister(id)?.moduleHash, before);
    await service.manage({
      endpoint: local,
      identity: alice.ref,
      method: 'load_canister_snapshot',
      canisterId: id,
      snapshotId: taken.id,
    });
    assert.equal(network.canister(id)?.moduleHash, before);
    const replaced = await service.takeSnapshot({
      endpoint: local,
      identity: alice.ref,
      canisterId: id,
      replace: taken.id,
    });
    assert.deepEqual(
      (await service.listSnapshots({ endpoint: local, identity: alice.ref, canisterId: id })).map(
        (snapshot) => snapshot.id,
      ),
      [replaced.id],
    );
    await service.manage({
      endpoint: local,
      identity: alice.ref,
      method: 'delete_canister_snapshot',
      canisterId: id,
      snapshotId: replaced.id,
    });
    assert.deepEqual(await service.listSnapshots({ endpoint: local, identity: alice.ref, canisterId: id }), []);
  });
});

describe('logs', () => {
  it('come with number and time, as bytes', async () => {
    const id = await create({ logs: ['first', 'sécond'] });
    const records = await service.fetchLogs({ endpoint: pinned, identity: alice.ref, canisterId: id });
    assert.deepEqual(
      records.map(({ index, content }) => [index, Buffer.from(content).toString()]),
      [
        [0n, 'first'],
        [1n, 'sécond'],
      ],
    );
    assert.ok(Math.abs(Number((records[0]?.timestampNs ?? 0n) / 1_000_000n) - Date.now()) < 60_000);
  });

  it('are not for everybody', async () => {
    const id = await create({ logs: ['secret'] });
    const data = await failure(service.fetchLogs({ endpoint: local, identity: bob.ref, canisterId: id }));
    assert.equal(data.kind, 'rejected');
    assert.match(data.message.text, /only to controllers and allowed viewers/);
    assert.doesNotMatch(JSON.stringify(data), /secret/);
  });
});

describe('metadata', () => {
  it('gives public sections to all, private ones to controllers, and knows what is not there', async () => {
    const wasm = buildWasm({ candid: 'service : {}', privateMetadata: { mine: 'x' } });
    const id = await create({ wasm });
    const text = async (who: IdentityRef, name: string) => {
      const bytes = await service.metadata({ endpoint: pinned, identity: who, canisterId: id, name });
      return bytes && Buffer.from(bytes).toString();
    };
    assert.equal(await text(ANONYMOUS, 'candid:service'), 'service : {}');
    assert.equal(await text(alice.ref, 'mine'), 'x');
    assert.equal(await text(bob.ref, 'mine'), undefined);
    assert.equal(await text(alice.ref, 'candid:args'), undefined);
  });
});

describe('calls', () => {
  const text = '(record { name = "Sam"; data = blob "\\00\\ff" })';
  const request = {
    canisterId: ECHO_ID,
    method: 'echo',
    argument: { kind: 'candid', text, interface: ECHO_DID },
    interface: ECHO_DID,
  } as const;

  for (const kind of ['query', 'update'] as const) {
    it(`sends a ${kind} and reads the reply by the interface`, async () => {
      const reply = await service.call({ endpoint: local, identity: alice.ref, ...request, kind });
      assert.equal(reply.trust, 'unchecked');
      assert.equal(reply.untyped, false);
      assert.match(reply.text ?? '', /name = "Sam"/);
      assert.match(reply.text ?? '', /data = blob "\\00\\ff"/);
      assert.ok(reply.milliseconds > 0);
    });

    it(`says how a ${kind} was checked`, async () => {
      const reply = await service.call({ endpoint: pinned, identity: alice.ref, ...request, kind });
      assert.equal(reply.trust, kind === 'query' ? 'node-signature' : 'certificate');
    });
  }

  it('does not show a forged reply', async () => {
    network.setFaults({ forge: 'queryReply' });
    const data = await failure(service.call({ endpoint: pinned, identity: alice.ref, ...request, kind: 'query' }));
    assert.equal(data.kind, 'security');
  });

  it('sends values with inferred types where there is no interface', async () => {
    const argument = { kind: 'candid', text: '(5)' } as const;
    const reply = await service.call({
      endpoint: local,
      identity: alice.ref,
      canisterId: ECHO_ID,
      method: 'put',
      kind: 'update',
      argument,
    });
    assert.equal(reply.untyped, true);
    assert.match(reply.text ?? '', /^\(5 : int\)$/);
  });

  it('asks nothing of the network where the arguments are wrong', async () => {
    network.resetCounters();
    const argument = { kind: 'candid', text: '(5)', interface: ECHO_DID } as const;
    const data = await failure(
      service.call({ endpoint: local, identity: alice.ref, ...request, kind: 'update', argument }),
    );
    assert.equal(data.kind, 'candid');
    assert.equal(network.counters.byKind.call, 0);
  });

  it('says why a canister refused', async () => {
    const id = await create({ wasm: buildWasm({ queries: ['hello'] }) });
    const argument = { kind: 'candid', text: '()' } as const;
    const missing = { canisterId: id, method: 'nope', kind: 'query', argument } as const;
    assert.equal((await failure(service.call({ endpoint: local, identity: alice.ref, ...missing }))).code, 'IC0536');
    const stopped = await create({ wasm: buildWasm({ queries: ['hello'] }), status: 'stopped' });
    const call = { canisterId: stopped, method: 'hello', kind: 'query', argument } as const;
    assert.equal((await failure(service.call({ endpoint: local, identity: alice.ref, ...call }))).code, 'IC0508');
  });
});
