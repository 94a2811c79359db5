import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Certificate, type HttpAgent, LookupPathStatus } from '@dfinity/agent';
import { Ed25519KeyIdentity } from '@dfinity/identity';
import { Principal } from '@dfinity/principal';
import type { Canister } from '../../network/canister';
import {
  buildWasm,
  type CanisterCall,
  type CanisterExecutor,
  ErrorCode,
  type Installation,
  type NetworkServices,
  Reject,
  TestNetwork,
} from '../../network/index';
import { agentFor, management, rejection } from './client';

/** Runs every module as a counter, whatever its code: enough to see that the network asks the executor as it should. */
class CountingExecutor implements CanisterExecutor {
  readonly installed: Installation[] = [];
  services: NetworkServices | undefined;

  attach(services: NetworkServices): void {
    this.services = services;
  }

  async install(canister: Canister, installation: Installation): Promise<unknown> {
    if (Buffer.from(installation.arg).toString() === 'trap') {
      throw new Reject(ErrorCode.CanisterCalledTrap, `Error from Canister ${canister.name}: Canister called ic0.trap`);
    }
    this.installed.push(installation);
    return installation.mode === 'upgrade' ? canister.state : { count: 0 };
  }

  snapshot(state: unknown): unknown {
    return { ...(state as { count: number }) };
  }

  async acceptIngress(_canister: Canister, call: CanisterCall): Promise<void> {
    if (call.caller === Principal.anonymous().toText()) {
      throw new Reject(ErrorCode.CanisterRejectedMessage, 'Canister rejected the message');
    }
  }

  async update(canister: Canister, call: CanisterCall): Promise<Uint8Array> {
    if (call.method === 'fail') {
      throw new Reject(ErrorCode.CanisterTrapped, 'trapped');
    }
    const services = this.services!;
    if (call.method === 'ask') {
      return services.call(Buffer.from(call.arg).toString(), { ...call, method: 'inc' });
    }
    const state = canister.state as { count: number };
    state.count++;
    canister.certifiedData = Uint8Array.of(state.count);
    services.changed(canister);
    canister.memory = { ...canister.memory, stable: 65_536n };
    return Uint8Array.of(state.count);
  }

  async query(canister: Canister, call: CanisterCall): Promise<Uint8Array> {
    if (call.method === 'certificate') {
      return this.services!.dataCertificate(canister);
    }
    return Uint8Array.of((canister.state as { count: number }).count);
  }
}

describe('an executor', () => {
  const identity = Ed25519KeyIdentity.generate();
  const executor = new CountingExecutor();
  const wasm = buildWasm({ updates: ['inc', 'fail', 'ask'], queries: ['get', 'certificate'] });
  let network: TestNetwork;
  let agent: HttpAgent;
  let id: Principal;

  before(async () => {
    network = await TestNetwork.start({ executor });
    agent = await agentFor(network, identity);
    id = Principal.fromText(await network.createCanister({ controllers: [identity.getPrincipal().toText()], wasm }));
  });
  after(() => network.stop());

  const managed = (method: string, more: Record<string, unknown> = {}) =>
    management(agent, id.toText())[method]!({ canister_id: id, sender_canister_version: [], ...more });
  const install = (mode: unknown, arg = '') =>
    managed('install_code', { mode, wasm_module: wasm, arg: Buffer.from(arg) });
  const get = async () => {
    const answer = await agent.query(id, { methodName: 'get', arg: new Uint8Array() });
    assert.ok('reply' in answer);
    return answer.reply.arg[0];
  };
  const inc = async (methodName = 'inc', by = agent) => {
    const { body } = (await by.call(id, { methodName, arg: new Uint8Array() })).response;
    assert.ok(body);
    return body;
  };

  it('runs updates and queries, and its state is kept over an upgrade and lost by a reinstallation', async () => {
    assert.equal(await get(), 0);
    assert.ok('certificate' in (await inc()));
    await inc();
    assert.equal(await get(), 2);
    await install({ upgrade: [{ skip_pre_upgrade: [true], wasm_memory_persistence: [] }] }, 'argument');
    assert.equal(await get(), 2);
    const { mode, skipPreUpgrade, keepMainMemory, arg, caller } = executor.installed.at(-1)!;
    assert.deepEqual(
      { mode, skipPreUpgrade, keepMainMemory, arg: Buffer.from(arg).toString(), caller },
      {
        mode: 'upgrade',
        skipPreUpgrade: true,
        keepMainMemory: false,
        arg: 'argument',
        caller: identity.getPrincipal().toText(),
      },
    );
    await install({ reinstall: null });
    assert.equal(await get(), 0);
  });

  it('leaves the canister as it was when an installation traps', async () => {
    await inc();
    const hash = network.canister(id.toText())?.moduleHash;
    const trapped = await rejection(install({ reinstall: null }, 'trap'));
    assert.deepEqual([trapped.error, trapped.certified], ['IC0503', true]);
    assert.equal(await get(), 1);
    assert.equal(network.canister(id.toText())?.moduleHash, hash);
  });

  it('carries its state into a snapshot and out of it', async () => {
    const before = await get();
    const snapshot = (await managed('take_canister_snapshot', { replace_snapshot: [], uninstall_code: [] })) as {
      id: Uint8Array;
      total_size: bigint;
    };
    assert.ok(snapshot.total_size > 65_536n, 'stable memory counts');
    await inc();
    assert.notEqual(await get(), before);
    for (let i = 0; i < 2; i++) {
      await managed('load_canister_snapshot', { snapshot_id: snapshot.id });
      assert.equal(await get(), before);
      await inc();
    }
  });

  it('can give queries a certificate of what the canister certified', async () => {
    await inc();
    const answer = await agent.query(id, { methodName: 'certificate', arg: new Uint8Array() });
    assert.ok('reply' in answer);
    const certificate = await Certificate.create({
      certificate: answer.reply.arg,
      rootKey: network.rootKey,
      canisterId: id,
    });
    const found = certificate.lookup_path(['canister', id.toUint8Array(), 'certified_data']);
    assert.equal(found.status, LookupPathStatus.Found);
    assert.deepEqual('value' in found && found.value, Uint8Array.of((await get())!));
  });

  it('can call other canisters, by the rules of the network', async () => {
    const ask = async (target: string) => {
      const argument = { methodName: 'ask', arg: Buffer.from(target) };
      const { requestId, response } = await agent.call(id, argument);
      assert.ok(response.body && 'certificate' in response.body);
      const certificate = await Certificate.create({
        certificate: response.body.certificate,
        rootKey: network.rootKey,
        canisterId: id,
      });
      const lookup = (name: string) => certificate.lookup_path(['request_status', requestId, name]);
      const [reply, error] = [lookup('reply'), lookup('error_code')];
      return 'value' in reply ? reply.value[0] : 'value' in error ? Buffer.from(error.value).toString() : undefined;
    };
    const other = await network.createCanister({ wasm });
    assert.equal(await ask(other), 1);
    assert.equal(await ask(other), 2);
    await network.changeCanister(other, { status: 'stopped' });
    assert.equal(await ask(other), 'IC0508');
    assert.equal(await ask('rwlgt-iiaaa-aaaaa-aaaaa-cai'), 'IC0301');
    assert.equal(await ask('aaaaa-aa'), 'IC0536');
  });

  it('decides which calls are taken, and what they are rejected with', async () => {
    const before = await get();
    const refused = await inc('inc', await agentFor(network));
    assert.ok('error_code' in refused);
    assert.equal(refused.error_code, 'IC0406');
    assert.ok('certificate' in (await inc('fail')), 'a trap is certified');
    assert.equal(await get(), before);
  });
});
