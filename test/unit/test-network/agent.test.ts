import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { CanisterStatus, Certificate, type HttpAgent, LookupPathStatus, lookup_path } from '@dfinity/agent';
import { Ed25519KeyIdentity } from '@dfinity/identity';
import { Principal } from '@dfinity/principal';
import { buildWasm, TestNetwork } from '../../network/index';
import { agentFor, type ManagementActor, management, settings } from './client';

interface Status {
  status: Record<string, null>;
  settings: Record<string, unknown> & { controllers: Principal[]; freezing_threshold: bigint };
  module_hash: [] | [Uint8Array];
  cycles: bigint;
  version: bigint;
  memory_size: bigint;
  idle_cycles_burned_per_day: bigint;
}

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const hexOf = (bytes: Uint8Array | undefined) => bytes && Buffer.from(bytes).toString('hex');

for (const delegation of [false, true]) {
  describe(`@dfinity/agent on a ${delegation ? 'subnet with a delegation' : 'root subnet'}`, () => {
    const identity = Ed25519KeyIdentity.generate();
    const me = identity.getPrincipal();
    let network: TestNetwork;
    let agent: HttpAgent;
    let id: string;
    let update: ManagementActor;
    let query: ManagementActor;

    before(async () => {
      network = await TestNetwork.start({ delegation });
      agent = await agentFor(network, identity);
    });
    after(() => network.stop());

    const status = async (kind: 'update' | 'query' = 'query') => {
      const actor = kind === 'query' ? query : update;
      return (await actor['canister_status']!({ canister_id: Principal.fromText(id) })) as Status;
    };
    const call = (method: string, more: Record<string, unknown> = {}) =>
      update[method]!({ canister_id: Principal.fromText(id), sender_canister_version: [], ...more });

    it('gives the status and the root key', async () => {
      const answer = await agent.status();
      assert.equal(answer['replica_health_status'], 'healthy');
      assert.deepEqual(new Uint8Array(answer['root_key'] as unknown as Uint8Array), new Uint8Array(network.rootKey));
      assert.deepEqual(await agent.fetchRootKey(), new Uint8Array(network.rootKey));
    });

    it('creates a canister', async () => {
      const creator = management(agent, network.effectiveCanisterId);
      const result = (await creator['provisional_create_canister_with_cycles']!({
        amount: [7_000_000_000_000n],
        settings: [settings({ freezing_threshold: 100n })],
        specified_id: [],
        sender_canister_version: [],
      })) as { canister_id: Principal };
      id = result.canister_id.toText();
      update = management(agent, id);
      query = management(agent, id, 'query');
      const { settings: set, ...rest } = await status();
      assert.deepEqual(rest.status, { running: null });
      assert.deepEqual(rest.module_hash, []);
      assert.ok(rest.cycles > 6_999_000_000_000n && rest.cycles <= 7_000_000_000_000n);
      assert.deepEqual(set.controllers.map(String), [me.toText()]);
      assert.equal(set.freezing_threshold, 100n);
      assert.deepEqual(set['log_visibility'], { controllers: null });
      assert.equal(network.canister(id)?.status, 'running');
    });

    it('creates one at a specified id, with the cycles and controller of a provisional canister', async () => {
      const specified = Principal.fromText('bkyz2-fmaaa-aaaaa-qaaaq-cai');
      const result = (await management(agent, specified.toText())['provisional_create_canister_with_cycles']!({
        amount: [],
        settings: [],
        specified_id: [specified],
        sender_canister_version: [],
      })) as { canister_id: Principal };
      assert.equal(result.canister_id.toText(), specified.toText());
      const made = network.canister(specified.toText());
      assert.deepEqual(made?.controllers, [me.toText()]);
      assert.ok(made && made.cycles > 99_999_000_000_000n);
    });

    it('answers the status alike as a query and as an update', async () => {
      const [queried, updated] = [await status('query'), await status('update')];
      assert.deepEqual({ ...queried, cycles: 0n }, { ...updated, cycles: 0n });
      assert.ok(updated.cycles < queried.cycles, 'a call costs the canister cycles, a query does not');
    });

    it('installs, upgrades, reinstalls and uninstalls', async () => {
      const first = buildWasm({ candid: 'service : {}' });
      const second = gzipSync(buildWasm({ candid: 'service : { x : () -> () }', updates: ['x'] }));
      const install = (mode: unknown, wasm: Uint8Array) =>
        call('install_code', { mode, wasm_module: wasm, arg: new Uint8Array() });
      await install({ install: null }, first);
      const installed = await status();
      assert.equal(hexOf(installed.module_hash[0]), sha256(first));
      assert.ok(installed.memory_size > BigInt(first.length));
      assert.ok(installed.idle_cycles_burned_per_day > 0n);
      await install({ upgrade: [] }, second);
      assert.equal(hexOf((await status()).module_hash[0]), sha256(second));
      await install({ upgrade: [{ skip_pre_upgrade: [true], wasm_memory_persistence: [] }] }, first);
      assert.equal(hexOf((await status()).module_hash[0]), sha256(first));
      await install({ reinstall: null }, second);
      assert.equal(network.canister(id)?.moduleHash, sha256(second));
      await call('uninstall_code');
      assert.deepEqual((await status()).module_hash, []);
    });

    it('installs from chunks', async () => {
      const wasm = buildWasm({ candid: 'service : {}', padding: createHash('sha512').update('padding').digest() });
      const chunks = [wasm.subarray(0, 50), wasm.subarray(50)];
      const hashes: unknown[] = [];
      for (const chunk of chunks) {
        const answer = (await call('upload_chunk', { chunk })) as { hash: Uint8Array };
        assert.equal(hexOf(answer.hash), sha256(chunk));
        hashes.push(answer);
      }
      assert.equal(((await call('stored_chunks')) as unknown[]).length, 2);
      await update['install_chunked_code']!({
        mode: { install: null },
        target_canister: Principal.fromText(id),
        store_canister: [],
        chunk_hashes_list: hashes,
        wasm_module_hash: createHash('sha256').update(wasm).digest(),
        arg: new Uint8Array(),
        sender_canister_version: [],
      });
      assert.equal(network.canister(id)?.moduleHash, sha256(wasm));
      await call('clear_chunk_store');
      assert.deepEqual(await call('stored_chunks'), []);
    });

    it('changes settings', async () => {
      const other = Ed25519KeyIdentity.generate().getPrincipal();
      await call('update_settings', {
        settings: settings({
          controllers: [me, other],
          memory_allocation: 1_000_000n,
          log_visibility: { allowed_viewers: [other] },
          environment_variables: [{ name: 'A', value: 'b' }],
        }),
      });
      const { settings: set } = await status();
      assert.deepEqual(new Set(set.controllers.map(String)), new Set([me.toText(), other.toText()]));
      assert.equal(set['memory_allocation'], 1_000_000n);
      assert.equal(set.freezing_threshold, 100n, 'what is not given stays');
      assert.deepEqual(set['environment_variables'], [{ name: 'A', value: 'b' }]);
    });

    it('takes, lists, loads and deletes snapshots', async () => {
      const before = network.canister(id)?.moduleHash;
      const taken = (await call('take_canister_snapshot', { replace_snapshot: [], uninstall_code: [] })) as {
        id: Uint8Array;
        total_size: bigint;
      };
      assert.ok(taken.total_size > 0n);
      await call('install_code', {
        mode: { reinstall: null },
        wasm_module: buildWasm({ padding: 9 }),
        arg: new Uint8Array(),
      });
      assert.notEqual(network.canister(id)?.moduleHash, before);
      await call('load_canister_snapshot', { snapshot_id: taken.id });
      assert.equal(network.canister(id)?.moduleHash, before);
      const replaced = (await call('take_canister_snapshot', {
        replace_snapshot: [taken.id],
        uninstall_code: [],
      })) as { id: Uint8Array };
      const listed = (await call('list_canister_snapshots')) as { id: Uint8Array }[];
      assert.deepEqual(
        listed.map((snapshot) => hexOf(snapshot.id)),
        [hexOf(replaced.id)],
      );
      await call('delete_canister_snapshot', { snapshot_id: replaced.id });
      assert.deepEqual(await call('list_canister_snapshots'), []);
    });

    it('reads logs, whole and in part', async () => {
      await network.changeCanister(id, { logs: ['one', 'two', 'three'] });
      const fetchLogs = async (filter: unknown) => {
        const answer = (await query['fetch_canister_logs']!({ canister_id: Principal.fromText(id), filter })) as {
          canister_log_records: { idx: bigint; content: Uint8Array; timestamp_nanos: bigint }[];
        };
        return answer.canister_log_records.map(({ idx, content }) => `${idx} ${Buffer.from(content)}`);
      };
      assert.deepEqual(await fetchLogs([]), ['0 one', '1 two', '2 three']);
      assert.deepEqual(await fetchLogs([{ by_idx: { start: 1n, end: 2n } }]), ['1 two']);
      assert.deepEqual(await fetchLogs([{ by_timestamp_nanos: { start: 0n, end: 5n } }]), []);
    });

    it('certifies what anyone may know of a canister', async () => {
      await call('install_code', {
        mode: { reinstall: null },
        wasm_module: buildWasm({ candid: 'service : { y : () -> () }', privateMetadata: { secret: 's' } }),
        arg: new Uint8Array(),
      });
      const anonymous = await agentFor(network);
      const found = await CanisterStatus.request({
        canisterId: Principal.fromText(id),
        agent: anonymous,
        paths: ['time', 'controllers', 'module_hash', 'candid', 'subnet'],
      });
      assert.ok(found.get('time') instanceof Date);
      assert.equal((found.get('controllers') as Principal[]).length, 2);
      assert.equal(found.get('module_hash'), network.canister(id)?.moduleHash);
      assert.equal(found.get('candid'), 'service : { y : () -> () }');
      assert.equal((found.get('subnet') as { subnetId: string }).subnetId, network.subnetId);
    });

    it('proves that a canister does not exist', async () => {
      const missing = Principal.fromText('rwlgt-iiaaa-aaaaa-aaaaa-cai');
      const path = [Buffer.from('canister'), missing.toUint8Array(), Buffer.from('controllers')];
      const { certificate } = await agent.readState(missing, { paths: [path] });
      const verified = await Certificate.create({ certificate, rootKey: network.rootKey, canisterId: missing });
      assert.equal(verified.lookup_path(path).status, LookupPathStatus.Absent);
      assert.equal(lookup_path(['time'], verified.cert.tree).status, LookupPathStatus.Found);
    });

    it('stops, shows it as stopping while it takes time, starts and deletes', async () => {
      network.setFaults({ stopMs: 600 });
      const stopping = call('stop_canister');
      const statuses = new Set<string>();
      let last = '';
      while (last !== 'stopped') {
        last = Object.keys((await status()).status)[0]!;
        statuses.add(last);
      }
      await stopping;
      assert.ok(statuses.has('stopping'));
      network.resetFaults();
      await call('start_canister');
      assert.deepEqual((await status()).status, { running: null });
      await call('provisional_top_up_canister', { amount: 1_000_000_000_000_000n });
      assert.ok((await status()).cycles > 1_000_000_000_000_000n);
      await call('stop_canister');
      await call('delete_canister');
      assert.equal(network.canister(id), undefined);
    });

    it('polls for a call that takes longer than the network waits', async () => {
      network.setFaults({ executionMs: 300, syncCallMs: 50 });
      const target = await network.createCanister({ controllers: [me.toText()] });
      await management(agent, target)['stop_canister']!({ canister_id: Principal.fromText(target) });
      network.resetFaults();
      assert.equal(network.canister(target)?.status, 'stopped');
    });
  });
}
