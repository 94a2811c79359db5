import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import type { ToolCall, ToolContext, Toolchain } from '../../../src/core/engines/toolchain';
import type { CanisterRef } from '../../../src/core/lifecycle/canister-ref';
import { LifecycleService } from '../../../src/core/lifecycle/lifecycle-service';
import type { InputOf, RunnableOperation } from '../../../src/core/lifecycle/operations';
import type { Outcome } from '../../../src/core/lifecycle/outcome';
import type { ManagementCall, NetworkApi } from '../../../src/core/network/network-api';
import type { ToolCommand } from '../../../src/core/process/tool';
import { Failure } from '../../../src/core/util/failure';
import { formatMessage } from '../../../src/core/util/message';
import { compileMotoko } from '../../motoko/compile';
import { buildWasm } from '../../network/index';
import { testCodec } from '../agent/codec';
import { makeWorld, rowStates, write } from '../monitor/world';

/** Notes the order of changes on their way to the network. */
function recording(api: NetworkApi): NetworkApi & { readonly calls: string[] } {
  const calls: string[] = [];
  return {
    ...api,
    calls,
    manage: (request) => {
      calls.push(request.method satisfies ManagementCall['method']);
      return api.manage(request);
    },
    takeSnapshot: (request) => {
      calls.push('take_canister_snapshot');
      return api.takeSnapshot(request);
    },
  };
}

async function makeNative(t: TestContext) {
  const client = recording(agentOperations(fetch, { candid: testCodec() }));
  const world = await makeWorld(t, { client });
  await world.monitor.refresh();
  const { monitor, project, network } = world;
  const asked: string[] = [];
  const toolchain = {
    engine: 'dfx',
    tool: {
      available: async () => true,
      run: async ({ args }: ToolCommand) => {
        asked.push(...args);
        return { stdout: '("from dfx")' };
      },
    },
    commands: {
      uninstallCode: (_context: ToolContext, { canister }: CanisterRef) => ({ args: [`uninstall ${canister}`] }),
      call: (_context: ToolContext, canister: string, { kind, method, text }: ToolCall) => ({
        args: [`${kind} ${canister} ${method}${text}`],
      }),
    },
  } as unknown as Toolchain;
  const service = new LifecycleService(client, [toolchain]);
  const { native } = service;
  const run = async <K extends RunnableOperation>(
    operation: K,
    targets: readonly CanisterRef[],
    input: InputOf<K>,
    signal?: AbortSignal,
  ) => (await service.run(operation, targets, { answer: async () => false, signal }, ...input)).outcomes;
  const target = (canister: string): CanisterRef => ({ project: monitor, canister });
  const id = (canister: string) => project.ids.get(canister as never) ?? assert.fail(canister);
  const info = (canister: string) => network.canister(id(canister)) ?? assert.fail(canister);
  return { ...world, client, native, run, asked, target, id, info };
}

const done = (outcomes: readonly Outcome[]) => outcomes.every(({ ok }) => ok);

const why = ([outcome]: readonly Outcome[]) => {
  assert.ok(outcome && !outcome.ok);
  return { text: formatMessage(outcome.failure.message), ...outcome };
};

describe('uninstalling', () => {
  it('takes the code away, and the row says so', async (t) => {
    const { run, monitor, target, info } = await makeNative(t);
    assert.ok(done(await run('uninstall', [target('ledger'), target('hello_backend')], [])));
    assert.equal(info('ledger').moduleHash, undefined);
    assert.equal(rowStates(monitor)['ledger'], 'Empty (created, no code)');
  });

  it('says who may', async (t) => {
    const { run, target, info } = await makeNative(t);
    assert.match(why(await run('uninstall', [target('oracle')], [])).text, /alice is not a controller/);
    assert.ok(info('oracle').moduleHash);
  });
});

describe('topping up', () => {
  it('adds cycles on a local network', async (t) => {
    const { run, target, info, monitor } = await makeNative(t);
    const before = info('ledger').cycles;
    assert.ok(done(await run('top-up', [target('ledger'), target('archive')], [2_000_000_000_000n])));
    assert.ok(info('ledger').cycles > before + 1_900_000_000_000n);
    assert.ok((monitor.canister('ledger')?.facts?.detail?.cycles ?? 0n) > before + 1_900_000_000_000n);
  });

  it('is not tried elsewhere', async (t) => {
    const { run, target, client, network, project, selection, monitor } = await makeNative(t);
    write(path.join(project.folder, 'dfx.json'), {
      canisters: { ledger: { main: 'x.mo' } },
      networks: { far: { providers: [network.url] } },
    });
    write(path.join(project.folder, 'canister_ids.json'), { ledger: { far: project.ids.get('ledger') } });
    await selection.setTarget(project.dfxJson, 'far');
    await monitor.refresh();
    assert.match(why(await run('top-up', [target('ledger')], [1n])).text, /local networks only/);
    assert.deepEqual(client.calls, []);
  });
});

describe('settings', () => {
  it('are changed and shown', async (t) => {
    const { run, native, target, monitor, alice } = await makeNative(t);
    const other = 'rdmx6-jaaaa-aaaaa-aaadq-cai';
    const change = { controllers: [alice.principal, other], freezingThreshold: 1_000_000n };
    assert.ok(done(await run('settings', [target('ledger')], [change])));
    const { facts } = monitor.canister('ledger') ?? assert.fail();
    assert.equal(facts?.detail?.settings.freezingThreshold, 1_000_000n);
    assert.ok(facts?.controllers.includes(other));
    assert.equal(await native.ownPrincipal(target('ledger')), alice.principal);
  });

  it('that lock the identity out hide the state', async (t) => {
    const { run, target, monitor } = await makeNative(t);
    assert.ok(done(await run('settings', [target('ledger')], [{ controllers: ['aaaaa-aa'] }])));
    assert.equal(monitor.canister('ledger')?.facts?.detail, undefined);
  });

  it('that the network does not take are refused with its words', async (t) => {
    const { run, target } = await makeNative(t);
    const { failure } = why(await run('settings', [target('ledger')], [{ computeAllocation: 101n }]));
    assert.match(failure.detail ?? '', /101/);
  });
});

describe('snapshots', () => {
  it('stop a running canister before, and start it again after', async (t) => {
    const { run, native, target, client, info } = await makeNative(t);
    assert.ok(done(await run('snapshot-take', [target('ledger')], [undefined])));
    assert.deepEqual(client.calls, ['stop_canister', 'take_canister_snapshot', 'start_canister']);
    assert.equal(info('ledger').status, 'running');
    assert.equal((await native.listSnapshots(target('ledger'))).length, 1);
  });

  it('leave a stopped canister stopped', async (t) => {
    const { run, target, client, info } = await makeNative(t);
    assert.ok(done(await run('snapshot-take', [target('archive')], [undefined])));
    assert.deepEqual(client.calls, ['take_canister_snapshot']);
    assert.equal(info('archive').status, 'stopped');
  });

  it('bring code back', async (t) => {
    const { run, native, target, network, id, info } = await makeNative(t);
    const before = info('ledger').moduleHash;
    await run('snapshot-take', [target('ledger')], [undefined]);
    const [snapshot] = await native.listSnapshots(target('ledger'));
    assert.ok(snapshot);
    await network.changeCanister(id('ledger'), { wasm: buildWasm({ padding: 10 }) });
    assert.ok(done(await run('snapshot-load', [target('ledger')], [snapshot.id])));
    assert.equal(info('ledger').moduleHash, before);
    assert.equal(info('ledger').status, 'running');
    assert.ok(done(await run('snapshot-delete', [target('ledger')], [snapshot.id])));
    assert.deepEqual(await native.listSnapshots(target('ledger')), []);
  });

  it('that fail leave the canister running, and say why', async (t) => {
    const { run, target, info } = await makeNative(t);
    const outcome = why(await run('snapshot-load', [target('ledger')], ['00ff']));
    assert.match(outcome.failure.detail ?? '', /00ff/);
    assert.equal(info('ledger').status, 'running');
  });

  it('that are cancelled leave the canister running', async (t) => {
    const { run, target, network, info } = await makeNative(t);
    network.setFaults({ stopMs: 60_000, syncCallMs: 50 });
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 300);
    assert.equal(why(await run('snapshot-take', [target('ledger')], [undefined], controller.signal)).cancelled, true);
    assert.equal(info('ledger').status, 'running');
  });

  it('are not for those who are no controllers, whose failure is not that of the restart', async (t) => {
    const { run, target } = await makeNative(t);
    assert.match(why(await run('snapshot-take', [target('oracle')], [undefined])).text, /alice is not a controller/);
  });
});

describe('an interface', () => {
  it('is the one that the canister carries', async (t) => {
    const { native, target } = await makeNative(t);
    const known = await native.interface(target('hello_backend'));
    assert.equal(known?.source.kind, 'canister');
    assert.deepEqual([...(known?.parsed?.methods.keys() ?? [])], ['greet']);
  });

  it('is else the one that was built, or written', async (t) => {
    const { native, target, network, id, project } = await makeNative(t);
    await network.changeCanister(id('ledger'), { wasm: buildWasm() });
    const written = await native.interface(target('ledger'));
    assert.deepEqual(written?.source, { kind: 'file', file: path.join(project.folder, 'src/ledger/ledger.did') });
    const file = write(
      path.join(project.folder, '.dfx/local/canisters/ledger/service.did'),
      'service : { built : () -> () }',
    );
    const built = await native.interface(target('ledger'));
    assert.deepEqual(built?.source, { kind: 'file', file });
    assert.deepEqual([...(built?.parsed?.methods.keys() ?? [])], ['built']);
  });

  it('may be none', async (t) => {
    const { native, target, network, id } = await makeNative(t);
    await network.changeCanister(id('hello_backend'), { wasm: buildWasm() });
    assert.equal(await native.interface(target('hello_backend')), undefined);
  });

  for (const text of ['garbage', 'import "x.did"; service : {}', 'type A = B; service : { m : (A) -> () }']) {
    it(`that cannot be used says why: ${text}`, async (t) => {
      const { native, target, network, id } = await makeNative(t);
      await network.changeCanister(id('ledger'), { wasm: buildWasm({ candid: text }) });
      const known = await native.interface(target('ledger'));
      assert.equal(known?.parsed, undefined);
      assert.ok(known?.problem);
    });
  }
});

describe('a call', () => {
  it('runs the code of the sample project, and its log is there', async (t) => {
    const { native, target, network, id } = await makeNative(t);
    const { wasm } = compileMotoko(path.join(__dirname, '../../../examples/hello/src/hello_backend/main.mo'));
    await network.changeCanister(id('hello_backend'), { wasm });
    const backend = target('hello_backend');
    const did = (await native.interface(backend))?.text ?? assert.fail();
    const call = async (method: string, kind: 'query' | 'update', text: string) =>
      await native.call(backend, {
        method,
        kind,
        argument: { kind: 'candid', text, interface: did },
        interface: did,
      });
    assert.equal((await call('greet', 'update', '("Sam")')).text, '("Hello, Sam!")');
    assert.equal((await call('count', 'query', '()')).text, '(1 : nat)');
    // A query can be called for a certified reply.
    assert.equal((await call('count', 'update', '()')).text, '(1 : nat)');
    await assert.rejects(
      call('stumble', 'update', '()'),
      (error) =>
        error instanceof Failure && formatMessage(error.data.message) === 'The canister failed: I stumble on purpose.',
    );
    const records = await native.logReader(backend)(new AbortController().signal);
    assert.match(Buffer.from(records[0]?.content ?? []).toString(), /Greeting 1 goes to Sam/);
  });

  it('checks arguments as it would send them', async (t) => {
    const { native } = await makeNative(t);
    const did = 'service : { greet : (text) -> (text) }';
    assert.ok((await native.checkArguments('("x")', 'greet', did)).length > 6);
    await assert.rejects(native.checkArguments('(5)', 'greet', did), Failure);
    assert.ok((await native.checkArguments('(5)', 'greet', undefined)).length > 6);
  });

  it('does not go to a network that is selected after it was begun', async (t) => {
    const { native, target, network, project, selection, monitor } = await makeNative(t);
    write(path.join(project.folder, 'dfx.json'), {
      canisters: { ledger: { main: 'x.mo' } },
      networks: { here: { providers: [network.url] }, far: { providers: [network.url] } },
    });
    const id = project.ids.get('ledger');
    write(path.join(project.folder, 'canister_ids.json'), { ledger: { here: id, far: id } });
    await selection.setTarget(project.dfxJson, 'here');
    await monitor.load();
    network.resetCounters();
    const argument = { kind: 'candid', text: '("Sam")' } as const;
    const called = native.call(target('ledger'), { method: 'greet', kind: 'update', argument });
    const switched = selection.setTarget(project.dfxJson, 'far');
    await assert.rejects(called, /the network or the identity was switched meanwhile/);
    await switched;
    assert.equal(network.counters.byKind.call, 0);
  });
});

describe('an identity whose key only dfx can reach', () => {
  it('has dfx call and uninstall, and is named as the caller', async (t) => {
    const { run, native, target, home, monitor, asked, network } = await makeNative(t);
    assert.equal(await native.caller(target('ledger')), 'alice');
    write(path.join(home.identityFolder('alice'), 'identity.json'), { keyring_identity_suffix: 'alice' });
    rmSync(path.join(home.identityFolder('alice'), 'identity.pem'));
    await monitor.load();
    await monitor.refresh();
    assert.equal(monitor.snapshot.identity?.storage, 'keyring');
    network.resetCounters();
    const call = { method: 'greet', kind: 'update', argument: { kind: 'candid', text: '("Sam")' } } as const;
    const reply = await native.call(target('ledger'), call);
    assert.deepEqual([reply.text, reply.trust], ['("from dfx")', 'tool']);
    assert.equal(await native.caller(target('ledger')), 'alice');
    assert.ok(done(await run('uninstall', [target('ledger')], [])));
    assert.deepEqual(asked, ['update ledger greet("Sam")', 'uninstall ledger']);
    assert.equal(network.counters.byKind.call, 0);
  });
});
