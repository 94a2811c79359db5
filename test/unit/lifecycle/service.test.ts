import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import type { CanisterRef } from '../../../src/core/lifecycle/canister-ref';
import { LifecycleService } from '../../../src/core/lifecycle/lifecycle-service';
import { explained, type Outcome } from '../../../src/core/lifecycle/outcome';
import type { OperationOptions } from '../../../src/core/lifecycle/tool-operations';
import { phaseOf } from '../../../src/core/monitor/state';
import { formatMessage, msg } from '../../../src/core/util/message';
import { buildWasm } from '../../network';
import { dfxToolchain } from '../../support/dfx-toolchain';
import type { SampleName } from '../../support/sample';
import { makeWorld, rowStates, until, type World, write } from '../monitor/world';

const NO: OperationOptions = { answer: async () => false };

/** The sample project, read and asked about, and a service that finds no dfx. */
async function setUp(
  t: TestContext,
): Promise<World & { service: LifecycleService; target: (name: SampleName) => CanisterRef }> {
  const world = await makeWorld(t);
  await world.monitor.refresh();
  return {
    ...world,
    service: new LifecycleService(agentOperations(fetch), [dfxToolchain(world.locations)]),
    target: (canister) => ({ project: world.monitor, canister }),
  };
}

function failures(outcomes: readonly Outcome[]) {
  return outcomes.flatMap((outcome) => (outcome.ok ? [] : [{ ...outcome.failure, name: outcome.target.canister }]));
}

function idsOf({ project }: World): Record<string, unknown> {
  return JSON.parse(readFileSync(project.idFile, 'utf8'));
}

describe('starting and stopping', () => {
  it('does several side by side, and says for each how it went', async (t) => {
    const { service, target, network, project, monitor } = await setUp(t);
    const { outcomes } = await service.run('stop', [target('hello_backend'), target('oracle'), target('ledger')], NO);
    assert.deepEqual(
      outcomes.map(({ ok, target: { canister } }) => [canister, ok]),
      [
        ['hello_backend', true],
        ['oracle', false],
        ['ledger', true],
      ],
    );
    assert.equal(network.canister(project.ids.get('ledger')!)?.status, 'stopped');
    const [failure] = failures(outcomes);
    assert.equal(failure?.code, 'IC0512');
    assert.equal(failure?.next, 'select-identity');
    assert.match(formatMessage(failure!.message), /^alice is not a controller\. Controllers: aaaaa-aa$/);
    assert.equal(rowStates(monitor)['hello_backend'], 'Stopped');
  });

  it('tells when it has ended, with the network and how it ended for each', async (t) => {
    const { service, target, selection, project } = await setUp(t);
    const told: unknown[] = [];
    service.onDidFinish(({ operation, outcomes }) =>
      told.push([operation, outcomes.map(({ on, outcome: { ok, target } }) => [target.canister, on, ok])]),
    );
    const running = service.run('stop', [target('ledger'), target('oracle')], NO);
    assert.deepEqual(told, []);
    await running;
    await selection.setTarget(project.dfxJson, 'ic');
    const ended = [
      ['ledger', 'local', true],
      ['oracle', 'local', false],
    ];
    assert.deepEqual(told, [['stop', ended]]);
    const report = await service.deployAll(target('ledger').project, ['ledger'], NO);
    assert.equal(report.outcomes[0]?.ok, false);
    assert.equal(told.length, 2);
  });

  it('names the controllers, whether the network or a tool refused', async (t) => {
    const { target } = await setUp(t);
    const refused = explained(target('oracle'), { kind: 'not-a-controller', message: msg('no') });
    assert.equal(formatMessage(refused.message), 'alice is not a controller. Controllers: aaaaa-aa');
    assert.equal(refused.next, 'select-identity');
  });

  it('says which of several it is at; of one alone, the title has the name', async (t) => {
    const { service, target } = await setUp(t);
    const saidOf = async (...names: SampleName[]) => {
      const said: string[] = [];
      const progress: OperationOptions['progress'] = (message) => said.push(formatMessage(message));
      await service.run('upgrade', names.map(target), { ...NO, progress });
      return said;
    };
    assert.deepEqual(await saidOf('ledger'), []);
    assert.deepEqual(await saidOf('hello_backend', 'ledger'), ['hello_backend (1 of 2)', 'ledger (2 of 2)']);
  });

  it('shows what it does until it is done', async (t) => {
    const { service, target, network, monitor } = await setUp(t);
    network.setFaults({ stopMs: 200 });
    const stopping = service.run('stop', [target('ledger')], NO);
    assert.equal(rowStates(monitor)['ledger'], 'Stopping…');
    assert.equal(monitor.canister('ledger')?.busy?.text, 'Stopping…');
    await stopping;
    assert.equal(monitor.canister('ledger')?.busy, undefined);
    assert.equal(rowStates(monitor)['ledger'], 'Stopped');
  });

  it('runs changes to one project one after the other', async (t) => {
    const { service, target, network, project } = await setUp(t);
    network.setFaults({ stopMs: 150 });
    const stop = service.run('stop', [target('ledger')], NO);
    const start = service.run('start', [target('ledger')], NO);
    assert.deepEqual(
      [...(await stop).outcomes, ...(await start).outcomes].map(({ ok }) => ok),
      [true, true],
    );
    assert.equal(network.canister(project.ids.get('ledger')!)?.status, 'running');
  });

  it('can be cancelled, and then shows what really is', async (t) => {
    const { service, target, network, monitor } = await setUp(t);
    network.setFaults({ stopMs: 60_000, syncCallMs: 50 });
    const controller = new AbortController();
    const stopping = service.run('stop', [target('ledger')], { ...NO, signal: controller.signal });
    await until('the stop has begun', () => network.canister(monitor.canister('ledger')!.id!)?.status === 'stopping');
    controller.abort();
    const [outcome] = (await stopping).outcomes;
    assert.equal(outcome?.ok === false && outcome.cancelled, true);
    assert.equal(rowStates(monitor)['ledger'], 'Stopping…');
    assert.equal(monitor.canister('ledger')?.busy, undefined);
  });

  it('offers to start the network where there is none', async (t) => {
    const { service, target, network } = await setUp(t);
    await network.stop();
    const [failure] = failures((await service.run('stop', [target('ledger')], NO)).outcomes);
    assert.equal(failure?.next, 'start-network');
  });
});

describe('deleting on a local network', () => {
  it('stops first, deletes, and forgets the id and nothing else', async (t) => {
    const world = await setUp(t);
    const { service, target, network, project, monitor } = world;
    const before = idsOf(world);
    const { outcomes } = await service.run('delete', [target('hello_backend'), target('archive')], NO);
    assert.deepEqual(failures(outcomes), []);
    for (const name of ['hello_backend', 'archive'] as const) {
      assert.equal(network.canister(project.ids.get(name)!), undefined);
      assert.equal(rowStates(monitor)[name], 'Not created');
    }
    const { hello_backend: _hello, archive: _archive, ...rest } = before;
    assert.deepEqual(idsOf(world), rest);
    // The id on mainnet is in another file, which nobody touched.
    assert.ok(readFileSync(path.join(project.folder, 'canister_ids.json'), 'utf8').includes('hello_backend'));
  });

  it('forgets the id of a canister that is gone already', async (t) => {
    const world = await setUp(t);
    assert.deepEqual(failures((await world.service.run('delete', [world.target('gone')], NO)).outcomes), []);
    assert.ok(!('gone' in idsOf(world)));
  });

  it('keeps the id of what it may not delete', async (t) => {
    const world = await setUp(t);
    const [failure] = failures((await world.service.run('delete', [world.target('oracle')], NO)).outcomes);
    assert.equal(failure?.code, 'IC0512');
    assert.ok('oracle' in idsOf(world));
  });
});

describe('without dfx', () => {
  it('creates on a local network and writes the id where dfx would', async (t) => {
    const world = await setUp(t);
    const { service, target, network, monitor, alice } = world;
    assert.deepEqual(failures((await service.run('create', [target('indexer')], NO)).outcomes), []);
    const id = monitor.canister('indexer')?.id;
    assert.deepEqual(idsOf(world)['indexer'], { local: id });
    assert.deepEqual(network.canister(id!)?.controllers, [alice.principal]);
    assert.equal(rowStates(monitor)['indexer'], 'Empty (created, no code)');
  });

  it('installs, upgrades and reinstalls what was built', async (t) => {
    const { service, target, network, project, monitor } = await setUp(t);
    const wasm = path.join(project.folder, '.dfx/local/canisters/worker/worker.wasm');
    const id = project.ids.get('worker')!;
    const hashes = new Set<string | undefined>();
    for (const mode of ['install', 'upgrade', 'reinstall'] as const) {
      write(wasm, buildWasm({ candid: `service : { ${mode} : () -> () }` }));
      assert.deepEqual(failures((await service.run(mode, [target('worker')], NO)).outcomes), [], mode);
      hashes.add(network.canister(id)?.moduleHash);
      assert.equal(monitor.canister('worker')?.facts?.moduleHash, network.canister(id)?.moduleHash);
    }
    assert.equal(hashes.size, 3);
  });

  it('says that something has not been built, and offers to build it', async (t) => {
    const { service, target } = await setUp(t);
    const [failure] = failures((await service.run('upgrade', [target('hello_backend')], NO)).outcomes);
    assert.equal(failure?.next, 'build');
  });

  it('explains what needs dfx, and leads to it', async (t) => {
    const { service, target, monitor } = await setUp(t);
    for (const report of [
      await service.run('build', [target('ledger')], NO),
      await service.deployAll(monitor, ['ledger'], NO),
    ]) {
      const [failure] = failures(report.outcomes);
      assert.equal(failure?.next, 'choose-dfx');
      assert.equal(monitor.canister('ledger')?.busy, undefined);
    }
  });

  it('leaves settings that only dfx applies to dfx', async (t) => {
    const { service, project, monitor, target } = await setUp(t);
    const dfxJson = JSON.parse(readFileSync(project.dfxJson, 'utf8'));
    dfxJson.canisters.indexer.initialization_values = { compute_allocation: 1 };
    write(project.dfxJson, dfxJson);
    await monitor.refresh();
    const [failure] = failures((await service.run('create', [target('indexer')], NO)).outcomes);
    assert.equal(failure?.next, 'choose-dfx');
    assert.equal(phaseOf(monitor.canister('indexer')!), 'not-created');
  });
});
