import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, beforeEach, describe, it } from 'node:test';
import type { HttpAgent } from '@dfinity/agent';
import { Ed25519KeyIdentity } from '@dfinity/identity';
import { Principal } from '@dfinity/principal';
import { buildWasm, ErrorCode, Reject, type SystemCanister, TestNetwork } from '../../network/index';
import { agentFor, type ManagementActor, management, type Rejection, rejection, settings } from './client';

/** Within the ranges of the network, and not one that it gives by itself. */
const NOBODY = 'rwlgt-iiaaa-aaaaa-aaaaa-cai';
const ECHO = 'um5iw-rqaaa-aaaaq-qaaba-cai';

const echo: SystemCanister = {
  id: ECHO,
  update: async ({ method, arg }) => Buffer.concat([Buffer.from(method), arg]),
  query: async ({ caller }) => {
    throw new Reject(ErrorCode.CanisterRejectedMessage, `no, ${caller}`);
  },
};

describe('the rules of the management canister', () => {
  const identity = Ed25519KeyIdentity.generate();
  const me = identity.getPrincipal();
  let network: TestNetwork;
  let agent: HttpAgent;
  let id: string;
  let update: ManagementActor;
  let query: ManagementActor;

  before(async () => {
    network = await TestNetwork.start({ systemCanisters: [echo] });
    agent = await agentFor(network, identity);
  });
  after(() => network.stop());
  beforeEach(async () => {
    network.resetFaults();
    await aim({ controllers: [me.toText()] });
  });

  async function aim(options: Parameters<TestNetwork['createCanister']>[0]): Promise<void> {
    aimAt(await network.createCanister(options));
  }
  function aimAt(canister: string): void {
    id = canister;
    update = management(agent, id);
    query = management(agent, id, 'query');
  }
  const call = (method: string, more: Record<string, unknown> = {}, actor = update) =>
    actor[method]!({ canister_id: Principal.fromText(id), sender_canister_version: [], ...more });
  const install = (mode: unknown, wasm: Uint8Array = buildWasm()) =>
    call('install_code', { mode, wasm_module: wasm, arg: new Uint8Array() });
  const expect = (actual: Rejection, error: string, message: RegExp, certified: boolean) => {
    assert.equal(actual.error, error);
    assert.equal(actual.code, Number(error.slice(3, 4)));
    assert.match(actual.message, message);
    assert.equal(actual.certified, certified);
  };

  const controllersOnly: [string, Record<string, unknown>][] = [
    ['start_canister', {}],
    ['stop_canister', {}],
    ['delete_canister', {}],
    ['uninstall_code', {}],
    ['canister_status', {}],
    ['update_settings', { settings: settings() }],
    ['install_code', { mode: { install: null }, wasm_module: buildWasm(), arg: new Uint8Array() }],
    ['upload_chunk', { chunk: new Uint8Array() }],
    ['stored_chunks', {}],
    ['clear_chunk_store', {}],
    ['take_canister_snapshot', { replace_snapshot: [], uninstall_code: [] }],
    ['load_canister_snapshot', { snapshot_id: new Uint8Array() }],
    ['list_canister_snapshots', {}],
    ['delete_canister_snapshot', { snapshot_id: new Uint8Array() }],
  ];
  for (const [method, more] of controllersOnly) {
    it(`lets only controllers call ${method}`, async () => {
      await aim({});
      const message = new RegExp(`^Only controllers of canister ${id} can call ic00 method ${method}$`);
      expect(await rejection(call(method, more)), 'IC0512', message, false);
      aimAt(NOBODY);
      expect(await rejection(call(method, more)), 'IC0301', new RegExp(`^Canister ${NOBODY} not found`), false);
    });
  }

  it('says so in a query too', async () => {
    await aim({});
    const denied = await rejection(call('canister_status', {}, query));
    expect(
      denied,
      'IC0512',
      /^Only the controllers of the canister .* can control it\.\nCanister's controllers: 2vxsx-fae\n/,
      false,
    );
    aimAt(NOBODY);
    expect(await rejection(call('canister_status', {}, query)), 'IC0301', /not found/, false);
  });

  it('shows status, logs and snapshots to others as the settings say', async () => {
    await aim({ settings: { statusVisibility: 'public', logVisibility: { allowedViewers: [me.toText()] } } });
    assert.ok(await call('canister_status', {}, query));
    assert.ok(await call('canister_status'));
    assert.ok(await call('fetch_canister_logs', { filter: [] }, query));
    expect(await rejection(call('list_canister_snapshots')), 'IC0512', /Only controllers/, false);
    await aim({ settings: { snapshotVisibility: 'public' } });
    assert.deepEqual(await call('list_canister_snapshots'), []);
    const logs = await rejection(call('fetch_canister_logs', { filter: [] }, query));
    expect(logs, 'IC0406', new RegExp(`^Caller ${me.toText()} is not allowed to access canister logs$`), false);
  });

  it('refuses the status as a query when it is told to be an old replica', async () => {
    network.setFaults({ refuseStatusQuery: true });
    const old = await rejection(call('canister_status', {}, query));
    expect(old, 'IC0536', /^Query method canister_status not found\.$/, false);
    assert.ok(await call('canister_status'));
  });

  it('has each method where the real network has it', async () => {
    expect(await rejection(call('fetch_canister_logs', { filter: [] })), 'IC0406', /replicated mode/, false);
    expect(
      await rejection(call('start_canister', {}, query)),
      'IC0536',
      /Query method start_canister not found/,
      false,
    );
    const raw = (methodName: string) =>
      agent.call('aaaaa-aa', { methodName, arg: new Uint8Array(), effectiveCanisterId: Principal.fromText(id) });
    for (const [method, error, message] of [
      ['raw_rand', 'IC0406', 'Only canisters can call ic00 method raw_rand'],
      ['create_canister', 'IC0406', 'Only canisters can call ic00 method create_canister'],
      ['no_such', 'IC0536', "Management canister has no method 'no_such'"],
      ['__proto__', 'IC0536', "Management canister has no method '__proto__'"],
    ]) {
      const { body } = (await raw(method!)).response;
      assert.ok(body && 'reject_message' in body);
      assert.deepEqual([body.error_code, body.reject_message], [error, message]);
    }
    const garbage = await agent.call('aaaaa-aa', {
      methodName: 'start_canister',
      arg: Buffer.from('DIDX'),
      effectiveCanisterId: Principal.fromText(id),
    });
    const { body } = garbage.response;
    assert.ok(body && 'error_code' in body);
    assert.equal(body.error_code, 'IC0408');
  });

  it('deletes only what is stopped', async () => {
    expect(await rejection(call('delete_canister')), 'IC0510', /must be stopped before it is deleted/, true);
    assert.ok(network.canister(id));
  });

  it('installs only into an empty canister, and upgrades only a full one', async () => {
    expect(await rejection(install({ upgrade: [] })), 'IC0537', /contains no Wasm module/, true);
    await install({ reinstall: null });
    expect(await rejection(install({ install: null })), 'IC0514', /is not empty/, true);
    const hash = network.canister(id)?.moduleHash;
    const bad = await rejection(install({ reinstall: null }, Buffer.from('nonsense')));
    expect(bad, 'IC0505', /Canister's Wasm module is not valid: Failed to decode wasm module/, true);
    assert.equal(network.canister(id)?.moduleHash, hash);
  });

  it('asks what becomes of the main memory of an orthogonally persistent module', async () => {
    const persistent = buildWasm({ privateMetadata: { 'enhanced-orthogonal-persistence': '' } });
    const upgrade = (persistence: unknown, wasm: Uint8Array) =>
      install({ upgrade: [{ skip_pre_upgrade: [], wasm_memory_persistence: persistence }] }, wasm);
    await install({ install: null }, persistent);
    expect(await rejection(upgrade([], persistent)), 'IC0504', /^Missing upgrade option: Enhanced orthogonal/, true);
    const plain = await rejection(upgrade([{ keep: null }], buildWasm()));
    expect(plain, 'IC0504', /^Invalid upgrade option: /, true);
    await upgrade([{ keep: null }], persistent);
    await upgrade([{ replace: null }], buildWasm());
  });

  it('assembles chunks only as announced', async () => {
    const wasm = buildWasm();
    const hash = createHash('sha256').update(wasm).digest();
    const chunked = (hashes: Uint8Array[], whole: Uint8Array, store: [] | [Principal] = []) =>
      update['install_chunked_code']!({
        mode: { reinstall: null },
        target_canister: Principal.fromText(id),
        store_canister: store,
        chunk_hashes_list: hashes.map((one) => ({ hash: one })),
        wasm_module_hash: whole,
        arg: new Uint8Array(),
        sender_canister_version: [],
      });
    expect(
      await rejection(chunked([hash], hash)),
      'IC0504',
      /^Error from Wasm chunk store: Chunk hash .* was not found/,
      true,
    );
    await call('upload_chunk', { chunk: wasm });
    expect(await rejection(chunked([hash, hash], hash)), 'IC0504', /does not match given hash/, true);
    expect(await rejection(chunked([Uint8Array.of(1)], hash)), 'IC0504', /The length is not 32/, true);
    const large = await rejection(call('upload_chunk', { chunk: new Uint8Array(1_048_577) }));
    expect(large, 'IC0504', /exceeds the maximum chunk size/, true);
    await chunked([hash], hash);
    const store = Principal.fromText(id);
    await aim({ controllers: [me.toText()] });
    await chunked([hash], hash, [store]);
    assert.equal(network.canister(id)?.moduleHash, hash.toString('hex'));
    const foreign = Principal.fromText(await network.createCanister());
    expect(await rejection(chunked([hash], hash, [foreign])), 'IC0512', /can control it/, true);
  });

  it('cancels a stop when the canister is started, and gives up one that takes too long', async () => {
    network.setFaults({ stopMs: 60_000, stopTimeoutMs: 100 });
    expect(await rejection(call('stop_canister')), 'IC0206', /^Stop canister request timed out$/, true);
    assert.equal(network.canister(id)?.status, 'stopping');
    network.setFaults({ stopTimeoutMs: 60_000 });
    const stopping = rejection(call('stop_canister'));
    while (network.counters.byMethod['call stop_canister']! < 2) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await call('start_canister');
    expect(await stopping, 'IC0511', /stop request was cancelled/, true);
    assert.equal(network.canister(id)?.status, 'running');
  });

  it('checks settings', async () => {
    const change = (members: Record<string, unknown>) =>
      rejection(call('update_settings', { settings: settings(members) }));
    expect(
      await change({ compute_allocation: 101n }),
      'IC0504',
      /expected to be in the range \[0\.\.100\], got 101/,
      true,
    );
    expect(await change({ freezing_threshold: 2n ** 64n }), 'IC0504', /^Could not validate the settings/, true);
    expect(await change({ memory_allocation: 2n ** 49n }), 'IC0504', /^Could not validate the settings/, true);
    const eleven = Array.from({ length: 11 }, () => Ed25519KeyIdentity.generate().getPrincipal());
    expect(await change({ controllers: eleven }), 'IC0408', /exceeds maximum allowed 10/, true);
    const name = 'x'.repeat(129);
    expect(await change({ environment_variables: [{ name, value: '' }] }), 'IC0408', /exceeds the maximum/, true);
    assert.deepEqual(network.canister(id)?.settings.environmentVariables, []);
    await call('update_settings', { settings: settings({ controllers: [] }) });
    assert.deepEqual(network.canister(id)?.controllers, []);
  });

  it('gives ids once, and only its own', async () => {
    const create = (text: string) =>
      rejection(
        management(agent, network.effectiveCanisterId)['provisional_create_canister_with_cycles']!({
          amount: [],
          settings: [],
          specified_id: [Principal.fromText(text)],
          sender_canister_version: [],
        }),
      );
    expect(await create(id), 'IC0205', /already exists/, true);
    expect(await create(me.toText()), 'IC0405', /not hosted by subnet/, true);
  });

  it('keeps snapshots to their canister and their number', async () => {
    const take = (replace: unknown = []) =>
      call('take_canister_snapshot', { replace_snapshot: replace, uninstall_code: [] });
    expect(await rejection(take()), 'IC0406', /^Failed to create snapshot for empty canister/, true);
    await install({ install: null });
    expect(await rejection(take([Uint8Array.of(1)])), 'IC0305', /^Could not find the snapshot ID 01 /, true);
    for (let i = 0; i < 10; i++) {
      await take();
    }
    expect(await rejection(take()), 'IC0406', /maximum number of snapshots allowed: 10/, true);
    const [first] = (await call('list_canister_snapshots')) as { id: Uint8Array }[];
    await take([first!.id]);
    const gone = await rejection(call('load_canister_snapshot', { snapshot_id: first!.id }));
    expect(gone, 'IC0305', /Could not find the snapshot ID/, true);
  });

  it('does nothing for a frozen canister but change its settings', async () => {
    await aim({ controllers: [me.toText()], cycles: 10n });
    expect(await rejection(call('stop_canister')), 'IC0207', /is out of cycles: please top up the canister/, false);
    await call('update_settings', { settings: settings({ freezing_threshold: 0n }) });
    await call('provisional_top_up_canister', { amount: 1_000_000_000_000n });
    await call('stop_canister');
    const missing = await rejection(
      management(agent, NOBODY)['provisional_top_up_canister']!({
        canister_id: Principal.fromText(NOBODY),
        amount: 1n,
      }),
    );
    expect(missing, 'IC0301', /not found/, true);
  });

  it('burns cycles as time passes', async () => {
    let now = Date.now();
    const clocked = await TestNetwork.start({ now: () => now });
    const canister = await clocked.createCanister({
      settings: { memoryAllocation: 1_073_741_824n },
      cycles: 10n ** 12n,
    });
    now += 86_400_000;
    assert.equal(clocked.canister(canister)?.cycles, 10n ** 12n - 127_000n * 86_400n);
    now += 86_400_000 * 10_000;
    assert.equal(clocked.canister(canister)?.cycles, 0n);
    await clocked.stop();
  });

  describe('calls of canisters', () => {
    const direct = async (kind: 'call' | 'query', methodName: string, canister = id) => {
      if (kind === 'query') {
        return agent.query(canister, { methodName, arg: new Uint8Array() });
      }
      return agent.call(canister, { methodName, arg: new Uint8Array() });
    };
    const queryError = async (methodName: string, canister = id) => {
      const answer = await direct('query', methodName, canister);
      assert.ok('reject_message' in answer);
      return `${answer.error_code} ${answer.reject_message}`;
    };

    it('are rejected for what is not there, empty, stopped or stopping', async () => {
      assert.match(await queryError('x', NOBODY), /^IC0301 Canister .* not found/);
      assert.match(await queryError('x'), /^IC0537 .*contains no Wasm module/);
      await network.changeCanister(id, { wasm: buildWasm({ queries: ['x'] }), status: 'stopped' });
      assert.match(await queryError('x'), /^IC0508 Canister .* is stopped/);
      await network.changeCanister(id, { status: 'running' });
      await network.changeCanister(id, { status: 'stopping' });
      assert.match(await queryError('x'), /^IC0509 Canister .* is stopping/);
      const { body } = ((await direct('call', 'x')) as Awaited<ReturnType<HttpAgent['call']>>).response;
      assert.ok(body && 'error_code' in body);
      assert.equal(body.error_code, 'IC0509');
    });

    it('are rejected where a method does not answer, or is not there', async () => {
      await network.changeCanister(id, { wasm: buildWasm({ queries: ['q'], updates: ['u'] }) });
      assert.match(await queryError('q'), /^IC0506 Canister .* did not reply to the call/);
      assert.match(await queryError('u'), /^IC0536 .*Canister has no query method 'u'/);
      assert.match(await queryError('__proto__'), /^IC0536 /);
    });

    it('reach canisters that belong to the network', async () => {
      const answer = await agent.call(ECHO, { methodName: 'hi', arg: Uint8Array.of(1) });
      assert.ok(answer.response.body && 'certificate' in answer.response.body);
      assert.equal(await queryError('q', ECHO), `IC0406 no, ${me.toText()}`);
    });
  });
});
