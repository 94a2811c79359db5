import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import { OperationRunner } from '../../../src/core/lifecycle/operation-runner';
import { phaseOf } from '../../../src/core/monitor/state';
import { isStale } from '../../../src/core/rows/canister-row';
import { msg } from '../../../src/core/util/message';
import { SAMPLE_NAMES, SAMPLE_STATES } from '../../support/sample';
import { makeWorld, rowStates, startNetwork, troubles, until, write } from './world';

/** Changes are told in batches. */
const settled = () => new Promise((resolve) => setTimeout(resolve, 60));

describe('a project and its network', () => {
  it('shows what the files say without asking the network', async (t) => {
    const { monitor, network, project } = await makeWorld(t);
    network.resetCounters();
    await monitor.load();
    assert.equal(network.counters.total, 0);
    assert.deepEqual(
      monitor.snapshot.canisters.map(({ name }) => name),
      SAMPLE_NAMES,
    );
    assert.equal(monitor.canister('ledger')?.id, project.ids.get('ledger'));
    const phases = Object.fromEntries(monitor.snapshot.canisters.map((state) => [state.name, phaseOf(state)]));
    assert.equal(phases['ledger'], 'loading');
    assert.equal(phases['indexer'], 'not-created');
    assert.equal(phases['internet_identity'], 'remote');
    assert.equal(phases['cycles_ledger'], 'pull');
    assert.equal(monitor.snapshot.health, undefined);
  });

  it('comes to the state of every canister that the network says', async (t) => {
    const { monitor } = await makeWorld(t);
    await monitor.refresh();
    assert.deepEqual(rowStates(monitor), SAMPLE_STATES);
    assert.deepEqual(troubles(monitor), []);
    assert.equal(monitor.snapshot.health?.state, 'healthy');
  });

  it('tells of many answers in few changes, and of the files in one', async (t) => {
    const { monitor } = await makeWorld(t);
    const changes: unknown[] = [];
    monitor.onDidChange((change) => changes.push(change));
    await monitor.refresh();
    await until('the last change is told', () => changes.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 60));
    assert.ok(changes.includes('all'));
    assert.ok(changes.length < SAMPLE_NAMES.length, `${changes.length} changes`);
  });

  it('tells of nothing when a refresh finds everything as it was', async (t) => {
    const { monitor, network, project } = await makeWorld(t);
    await monitor.refresh();
    await settled();
    const changes: unknown[] = [];
    monitor.onDidChange((change) => changes.push(change));
    await monitor.refresh();
    await settled();
    assert.deepEqual(changes, [], 'cycles drain, but not by what is shown of them');
    await network.changeCanister(project.ids.get('ledger')!, { status: 'stopped' });
    await monitor.refresh();
    await settled();
    assert.deepEqual(changes, [new Set(['ledger'])]);
    monitor.redraw();
    await settled();
    assert.equal(changes.at(-1), 'all');
  });

  it('tells of a busy row even where it ends as it began', async (t) => {
    const { monitor } = await makeWorld(t);
    await monitor.refresh();
    await settled();
    const changes: unknown[] = [];
    monitor.onDidChange((change) => changes.push(change));
    monitor.setBusy('ledger', msg('Stopping…'));
    await settled();
    monitor.setBusy('ledger', undefined);
    await settled();
    assert.deepEqual(changes, [new Set(['ledger']), new Set(['ledger'])]);
  });

  it('joins a refresh that is under way instead of asking twice', async (t) => {
    const { monitor, network } = await makeWorld(t);
    await monitor.load();
    network.setFaults({ latencyMs: 50 });
    network.resetCounters();
    await Promise.all([monitor.refresh(), monitor.refresh(), monitor.refresh()]);
    assert.equal(network.counters.byKind.status, 1);
  });

  it('asks a canister that refused its status for the public facts only, and for the status now and then', async (t) => {
    const { monitor, network, project } = await makeWorld(t);
    await monitor.refresh();
    const oracle = project.ids.get('oracle')!;
    const queries: number[] = [];
    for (let round = 0; round < 11; round++) {
      network.resetCounters();
      await monitor.refreshCanister('oracle');
      queries.push(network.counters.byKind.query);
    }
    assert.deepEqual(
      queries.map((count, round) => (count > 0 ? round : -1)).filter((round) => round >= 0),
      [9],
      'one in ten asks for the status again',
    );
    assert.equal(monitor.canister('oracle')?.facts?.moduleHash, network.canister(oracle)?.moduleHash);
  });

  it('sees that it has become a controller', async (t) => {
    const { monitor, network, project, alice } = await makeWorld(t);
    await monitor.refresh();
    await network.changeCanister(project.ids.get('oracle')!, { controllers: ['aaaaa-aa', alice.principal] });
    await monitor.refreshCanister('oracle');
    assert.equal(rowStates(monitor)['oracle'], 'Running');
  });

  it('asks for everything again where that is asked for', async (t) => {
    const { monitor, network } = await makeWorld(t);
    await monitor.refresh();
    const queries = async () => {
      network.resetCounters();
      await monitor.refreshCanister('oracle');
      return network.counters.byKind.query;
    };
    assert.equal(await queries(), 0);
    monitor.forgetRefusals();
    assert.ok((await queries()) > 0);
  });
});

describe('a network that is lost', () => {
  it('leaves the last states standing, marked as old, and asks for nothing but the health', async (t) => {
    const { monitor, network } = await makeWorld(t);
    await monitor.refresh();
    const before = monitor.canister('ledger');
    network.setFaults({ outage: 'refuse' });
    network.resetCounters();
    await monitor.refresh();
    assert.equal(monitor.snapshot.health?.state, 'offline');
    const after = monitor.canister('ledger');
    assert.deepEqual(after?.facts, before?.facts);
    assert.equal(after?.checkedAt, before?.checkedAt);
    assert.equal(isStale(after!, monitor.snapshot), true);
    assert.deepEqual(rowStates(monitor), SAMPLE_STATES);
    assert.match(troubles(monitor).join('\n'), /^local is not running: start it · \d+ s ago$/);
    assert.equal(network.counters.byKind.query + network.counters.byKind.read_state, 0);
  });

  it('is found again', async (t) => {
    const { monitor, network, project } = await makeWorld(t);
    await monitor.refresh();
    network.setFaults({ outage: 'refuse' });
    await monitor.refresh();
    network.resetFaults();
    await network.changeCanister(project.ids.get('ledger')!, { status: 'stopped' });
    await monitor.refresh();
    assert.deepEqual(rowStates(monitor), { ...SAMPLE_STATES, ledger: 'Stopped' });
    assert.deepEqual(troubles(monitor), []);
    assert.equal(isStale(monitor.canister('ledger')!, monitor.snapshot), false);
  });

  it('does not count as lost while a canister of it fails: that row alone is old', async (t) => {
    const { monitor, network, project } = await makeWorld(t);
    await monitor.refresh();
    network.setFaults({ outage: 'garbage', canisters: [project.ids.get('ledger')!], only: ['query', 'read_state'] });
    await monitor.refresh();
    assert.equal(isStale(monitor.canister('ledger')!, monitor.snapshot), true);
    assert.equal(isStale(monitor.canister('hello_backend')!, monitor.snapshot), false);
    assert.equal(monitor.canister('ledger')?.failure?.kind, 'garbage');
    network.resetFaults();
    await monitor.refresh();
    assert.equal(monitor.canister('ledger')?.failure, undefined);
  });

  for (const [outage, sentence] of [
    ['starting', /^local is starting…/],
    ['garbage', /^Something answers at the address of the network local, but it is no Internet Computer network\./],
    ['http500', /^Something answers at the address of the network local, but it is no Internet Computer network\./],
    ['refuse', /^local is not running/],
  ] as const) {
    it(`says what is wrong from the first: ${outage}`, async (t) => {
      const { monitor, network } = await makeWorld(t);
      network.setFaults({ outage });
      await monitor.refresh();
      assert.match(troubles(monitor).join('\n'), sentence);
      const label =
        outage === 'starting'
          ? 'Waiting for the network'
          : outage === 'refuse'
            ? 'The network is not running'
            : 'The network cannot be reached';
      assert.equal(rowStates(monitor)['ledger'], label);
      assert.equal(rowStates(monitor)['indexer'], 'Not created');
    });
  }

  it('drops what it said when it comes back with another root key', async (t) => {
    const { monitor, network } = await makeWorld(t);
    await monitor.refresh();
    assert.ok(monitor.canister('ledger')?.facts);
    const { port } = network;
    await network.stop();
    await monitor.refresh();
    assert.equal(rowStates(monitor)['ledger'], 'Running');
    await startNetwork(t, port);
    await monitor.refresh();
    // The id file still says so, and the new network certifies that it is not so.
    assert.equal(rowStates(monitor)['ledger'], 'No longer on this network');
  });

  it('shows nothing of the old one while the new one has not answered yet', async (t) => {
    const { monitor, network } = await makeWorld(t);
    await monitor.refresh();
    const { port } = network;
    await network.stop();
    const next = await startNetwork(t, port);
    next.setFaults({ outage: 'hang', only: ['query', 'read_state', 'call'] });
    const refreshing = monitor.refresh();
    await until('the new key is seen', () => monitor.canister('ledger')?.facts === undefined);
    assert.equal(rowStates(monitor)['ledger'], 'Asking the network…');
    monitor.pause();
    await refreshing;
  });
});

describe('a network that was reset', () => {
  it('makes the ids on disk void, says so, and deletes nothing', async (t) => {
    const { monitor, home, network, project } = await makeWorld(t);
    await monitor.refresh();
    const ids = readFileSync(project.idFile, 'utf8');
    home.startLocal({ port: network.port, generation: 'second' });
    network.resetCounters();
    await monitor.refresh();
    const states = rowStates(monitor);
    assert.equal(states['hello_backend'], 'Not created');
    assert.equal(monitor.canister('hello_backend')?.facts, undefined);
    assert.equal(states['internet_identity'], 'Remote', 'its id is in dfx.json');
    assert.match(troubles(monitor).join('\n'), /has been reset since these ids were written/);
    assert.equal(readFileSync(project.idFile, 'utf8'), ids);
  });
});

describe('choosing another network', () => {
  it('abandons the questions under way and shows the other network', async (t) => {
    const { monitor, network, home, project, selection, alice } = await makeWorld(t);
    const other = await startNetwork(t);
    const id = await other.createCanister({ controllers: [alice.principal], status: 'stopped' });
    home.writeNetworks({ other: { bind: `127.0.0.1:${other.port}` } });
    write(`${project.folder}/.dfx/other/canister_ids.json`, { ledger: { other: id } });
    network.setFaults({ outage: 'hang' });
    const first = monitor.refresh();
    await until('the network is asked', () => network.counters.total > 0);
    await selection.setTarget(project.dfxJson, 'other');
    monitor.pause();
    await monitor.refresh();
    await first;
    assert.equal(monitor.snapshot.target.name, 'other');
    assert.equal(monitor.snapshot.health?.state, 'healthy');
    assert.equal(rowStates(monitor)['ledger'], 'Stopped');
    assert.equal(rowStates(monitor)['hello_backend'], 'Not created');
  });

  it('keeps nothing of what the former network said', async (t) => {
    const { monitor, project, selection } = await makeWorld(t);
    await monitor.refresh();
    await selection.setTarget(project.dfxJson, 'playground');
    await monitor.load();
    assert.equal(monitor.snapshot.health, undefined);
    assert.equal(monitor.snapshot.healthyAt, undefined);
    assert.ok(monitor.snapshot.canisters.every(({ facts, failure }) => !facts && !failure));
  });

  it('does not let an answer of the former network through', async (t) => {
    const { monitor, network, project, selection } = await makeWorld(t);
    await monitor.refresh();
    network.setFaults({ latencyMs: 200 });
    network.resetCounters();
    const refreshing = monitor.refresh();
    await until('the network is asked', () => network.counters.total > 0);
    await selection.setTarget(project.dfxJson, 'ic');
    await monitor.load();
    await refreshing;
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.equal(monitor.snapshot.health, undefined);
    assert.ok(monitor.snapshot.canisters.every(({ facts }) => !facts));
    // hello_backend has an id on mainnet, so its row is there and not asked for yet.
    assert.equal(rowStates(monitor)['hello_backend'], 'Asking the network…');
  });

  it('is remembered with the workspace', async (t) => {
    const { project, selection, store } = await makeWorld(t);
    assert.equal(selection.target(project.dfxJson), 'local');
    await selection.setTarget(project.dfxJson, 'ic');
    const { Selection } = await import('../../../src/core/monitor/selection');
    assert.equal(new Selection(store).target(project.dfxJson), 'ic');
    assert.equal(new Selection(store).target('/another'), 'local');
  });

  it('survives whatever was stored', async () => {
    const { Selection } = await import('../../../src/core/monitor/selection');
    for (const stored of [undefined, null, 7, 'x', [], { '/a': null }, { '/a': { network: 7 } }, { '/a': [] }]) {
      const selection = new Selection({ get: () => stored, update: async () => {} });
      assert.equal(selection.target('/a'), 'local', JSON.stringify(stored));
    }
  });

  it('says that a network of that name is no more, and asks nobody', async (t) => {
    const { monitor, network, project, selection } = await makeWorld(t);
    await selection.setTarget(project.dfxJson, 'removed');
    network.resetCounters();
    await monitor.refresh();
    assert.deepEqual(troubles(monitor), ['There is no network named "removed".']);
    assert.equal(network.counters.total, 0);
    assert.equal(monitor.snapshot.canisters.length, SAMPLE_NAMES.length);
  });
});

describe('another identity', () => {
  it('sees what it may see, and nothing that was told to the former one', async (t) => {
    const { monitor, home } = await makeWorld(t);
    await monitor.refresh();
    home.addIdentity('bob', 'ed25519');
    home.selectIdentity('bob');
    await monitor.load();
    assert.ok(monitor.snapshot.canisters.every(({ facts }) => !facts));
    await monitor.refresh();
    assert.equal(monitor.snapshot.identity?.name, 'bob');
    assert.equal(rowStates(monitor)['ledger'], SAMPLE_STATES.oracle);
    assert.equal(rowStates(monitor)['gone'], SAMPLE_STATES.gone);
    home.selectIdentity('alice');
    await monitor.refresh();
    assert.deepEqual(rowStates(monitor), SAMPLE_STATES);
  });
});

describe('an operation', () => {
  it('shows in the row until the network confirms it', async (t) => {
    const { monitor, network, project, client, alice } = await makeWorld(t);
    await monitor.refresh();
    const canisterId = project.ids.get('ledger')!;
    network.setFaults({ stopMs: 150 });
    const seen = new Set<string>();
    monitor.onDidChange(() => seen.add(rowStates(monitor)['ledger']!));
    const stopping = new OperationRunner().each([{ project: monitor, canister: 'ledger' }], msg('Stopping…'), () =>
      client.manage({
        endpoint: { url: network.url, rootKey: 'fetch' },
        identity: { kind: 'pem', name: alice.name, file: alice.pemFile },
        method: 'stop_canister',
        canisterId,
      }),
    );
    assert.equal(rowStates(monitor)['ledger'], 'Stopping…');
    const [outcome] = await stopping;
    assert.equal(outcome?.ok, true);
    assert.equal(rowStates(monitor)['ledger'], 'Stopped');
    assert.equal(network.canister(project.ids.get('ledger')!)?.status, 'stopped');
    await until('changes are told', () => seen.has('Stopped'));
    assert.deepEqual([...seen], ['Stopping…', 'Stopped']);
  });

  it('stays in the row while the files are read again', async (t) => {
    const { monitor } = await makeWorld(t);
    await monitor.refresh();
    monitor.setBusy('ledger', msg('Stopping…'));
    await monitor.refresh();
    assert.equal(rowStates(monitor)['ledger'], 'Stopping…');
    monitor.setBusy('ledger', undefined);
    assert.equal(rowStates(monitor)['ledger'], 'Running');
  });

  it('is harmless for a canister that is not there', async (t) => {
    const { monitor } = await makeWorld(t);
    await monitor.load();
    monitor.setBusy('no such', msg('Stopping…'));
    await monitor.refreshCanister('no such');
    assert.equal(monitor.canister('no such'), undefined);
  });
});

describe('files that change', () => {
  it('are followed: canisters come, go, move and are renamed', async (t) => {
    const { monitor, project } = await makeWorld(t);
    await monitor.refresh();
    write(project.dfxJson, { canisters: { ledger: { type: 'rust', package: 'ledger' }, fresh: {} } });
    await monitor.load();
    assert.deepEqual(
      monitor.snapshot.canisters.map(({ name }) => name),
      ['ledger', 'fresh'],
    );
    assert.deepEqual(rowStates(monitor), { ledger: 'Running', fresh: 'Not created' });
  });

  it('show a new id as a canister that has not been asked', async (t) => {
    const { monitor, network, project, alice } = await makeWorld(t);
    await monitor.refresh();
    const id = await network.createCanister({ controllers: [alice.principal] });
    write(project.idFile, { ledger: { local: id } });
    await monitor.load();
    assert.equal(rowStates(monitor)['ledger'], 'Asking the network…');
    assert.equal(rowStates(monitor)['hello_backend'], 'Not created');
    await monitor.refresh();
    assert.equal(rowStates(monitor)['ledger'], 'Empty (created, no code)');
  });

  it('are read in the order in which reading was asked for', async (t) => {
    const { monitor, project } = await makeWorld(t);
    const loads: Promise<void>[] = [];
    for (let version = 0; version < 20; version++) {
      write(project.dfxJson, { canisters: { [`v${version}`]: {} } });
      loads.push(monitor.load());
    }
    await Promise.all(loads);
    assert.deepEqual(Object.keys(rowStates(monitor)), ['v19']);
  });
});

it('asks nothing more after it is disposed of', async (t) => {
  const { monitor, network } = await makeWorld(t, { client: agentOperations(fetch) });
  monitor.dispose();
  network.resetCounters();
  await monitor.refresh();
  assert.equal(network.counters.total, 0);
});
