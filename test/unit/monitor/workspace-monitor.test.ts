import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { Principal } from '@dfinity/principal';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { dfxLocations } from '../../../src/core/engines/dfx/locations';
import { Selection } from '../../../src/core/monitor/selection';
import { WorkspaceMonitor } from '../../../src/core/monitor/workspace-monitor';
import type { CanisterFacts, RunState } from '../../../src/core/network/canister-facts';
import type { NetworkHealth } from '../../../src/core/network/endpoint';
import type { NetworkApi } from '../../../src/core/network/network-api';
import { Failure } from '../../../src/core/util/failure';
import { msg } from '../../../src/core/util/message';
import { DfxHome } from '../../support/dfx-home';
import { MemoryStore, rowStates, troubles, write } from './world';

const ID = 'rrkah-fqaaa-aaaaa-aaaaq-cai';

/** A network that answers at once, so that only the monitor's own timers pass time. Counts what it is asked. */
class CountingNetwork implements Pick<NetworkApi, 'health' | 'probe'> {
  asked: string[] = [];
  status: RunState = 'running';
  /** The only one that is stopping. */
  stopping: string | undefined;
  busy = false;
  healthState: NetworkHealth = { state: 'healthy', rootKey: '00' };
  /** While set, questions about canisters stay open until they are aborted or let go. */
  hangs = false;
  #held: (() => void)[] = [];

  letGo(): void {
    this.hangs = false;
    for (const answer of this.#held.splice(0)) {
      answer();
    }
  }

  async health(): Promise<NetworkHealth> {
    this.asked.push('health');
    return this.healthState;
  }

  async probe({ canisterId, signal }: Parameters<NetworkApi['probe']>[0]): Promise<CanisterFacts> {
    this.asked.push(canisterId);
    if (this.busy) {
      throw new Failure({ kind: 'busy', message: msg('The network is busy and asks to wait.') });
    }
    if (this.hangs) {
      await new Promise<void>((resolve, reject) => {
        this.#held.push(resolve);
        const cancelled = () => reject(new Failure({ kind: 'cancelled', message: msg('Cancelled.') }));
        signal?.addEventListener('abort', cancelled);
      });
    }
    return {
      canisterId,
      exists: true,
      moduleHash: 'ab',
      controllers: [],
      detail: {
        status: canisterId === this.stopping ? 'stopping' : this.status,
        cycles: 1n,
        idleCyclesBurnedPerDay: 0n,
        memorySize: 1n,
        settings: {
          controllers: [],
          computeAllocation: 0n,
          memoryAllocation: 0n,
          freezingThreshold: 0n,
        },
      },
    };
  }

  take(): string[] {
    const { asked } = this;
    this.asked = [];
    return asked;
  }
}

/** Every operation of the interface that a monitor has no business with fails the test. */
function asOperations(network: CountingNetwork): NetworkApi {
  return new Proxy(network, {
    get: (target, key) => {
      const value: unknown = Reflect.get(target, key);
      assert.ok(value !== undefined, `the monitor called ${String(key)}`);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  }) as unknown as NetworkApi;
}

interface Workspace {
  readonly folder: string;
  readonly network: CountingNetwork;
  readonly monitor: WorkspaceMonitor;
  readonly selection: Selection;
  readonly trust: { isTrusted: boolean };
  /**
   * Lets so many milliseconds of the monitor's time pass, and what they cause happen. What happens in a step may set
   * timers for the next one, so a step is no longer than what is expected to happen in it.
   */
  pass(milliseconds: number, step?: number): Promise<void>;
}

async function makeWorkspace(
  t: TestContext,
  files: Record<string, unknown>,
  options: { trusted?: boolean; folders?: readonly string[] } = {},
): Promise<Workspace> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-workspace-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const home = new DfxHome(path.join(folder, 'dfx'));
  for (const [file, content] of Object.entries(files)) {
    write(path.join(folder, 'work', file), content);
  }
  const network = new CountingNetwork();
  const selection = new Selection(new MemoryStore());
  t.mock.timers.enable({ apis: ['setTimeout', 'Date'], now: 1_000_000 });
  const trust = { isTrusted: options.trusted ?? true };
  const monitor = new WorkspaceMonitor({
    trust,
    client: asOperations(network),
    engines: [new DfxEngine(dfxLocations(home.env, process.platform, home.home))],
    selection,
    now: () => Date.now(),
  });
  t.after(() => monitor.dispose());
  const pass = async (milliseconds: number, step = 500) => {
    for (let left = milliseconds; left > 0; left -= step) {
      t.mock.timers.tick(Math.min(left, step));
      await settle(monitor);
    }
  };
  const scan = monitor.setFolders((options.folders ?? ['']).map((name) => path.join(folder, 'work', name)));
  await scan;
  await settle(monitor);
  return { folder: path.join(folder, 'work'), network, monitor, selection, trust, pass };
}

/** Waits until all that is under way has been done; the files are read in real time, the network answers at once. */
async function settle(monitor: WorkspaceMonitor): Promise<void> {
  // Readings are done one after the other: when this one is, those that were asked for before it are.
  await Promise.all(monitor.projects.map((project) => project.load()));
  for (let turn = 0; turn < 5; turn++) {
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const PROJECT = {
  'dfx.json': { canisters: { ledger: {}, other: {} } },
  '.dfx/local/canister_ids.json': { ledger: { local: ID } },
};

describe('when a network is asked', () => {
  it('never while the view has not been shown, whatever happens', async (t) => {
    const { monitor, network, pass, selection, folder } = await makeWorkspace(t, PROJECT);
    await pass(120_000, 20_000);
    await monitor.filesChanged(path.join(folder, 'dfx.json'));
    await selection.setTarget(path.join(folder, 'dfx.json'), 'playground');
    await monitor.rescan();
    monitor.setFocused(false);
    monitor.setFocused(true);
    await pass(120_000, 20_000);
    assert.deepEqual(network.take(), []);
    assert.deepEqual(Object.keys(rowStates(monitor.projects[0]!)), ['ledger', 'other'], 'the rows are there');
  });

  it('when the view first shows, then on a calm interval', async (t) => {
    const { monitor, network, pass } = await makeWorkspace(t, PROJECT);
    monitor.setVisible(true);
    await pass(100);
    assert.deepEqual(network.take(), ['health', ID]);
    await pass(9_000, 3_000);
    assert.deepEqual(network.take(), []);
    await pass(51_000, 1_000);
    assert.equal(network.take().filter((asked) => asked === 'health').length, 6, 'every ten seconds in a minute');
  });

  it('no more from the moment that the view is hidden', async (t) => {
    const { monitor, network, pass } = await makeWorkspace(t, PROJECT);
    monitor.setVisible(true);
    await pass(100);
    monitor.setVisible(false);
    network.take();
    await pass(600_000, 60_000);
    assert.deepEqual(network.take(), []);
    monitor.setVisible(true);
    await pass(100);
    assert.deepEqual(network.take(), ['health', ID]);
  });

  it('and what is under way when the view is hidden is abandoned', async (t) => {
    const { monitor, network, pass } = await makeWorkspace(t, PROJECT);
    network.hangs = true;
    monitor.setVisible(true);
    await pass(100);
    assert.deepEqual(network.take(), ['health', ID]);
    monitor.setVisible(false);
    network.hangs = false;
    await pass(60_000, 10_000);
    assert.deepEqual(network.take(), []);
    assert.equal(rowStates(monitor.projects[0]!)['ledger'], 'Asking the network…');
    monitor.setVisible(true);
    await pass(100);
    assert.equal(rowStates(monitor.projects[0]!)['ledger'], 'Running');
  });

  it('not even when the view is hidden while the files are being read', async (t) => {
    const { monitor, network, pass } = await makeWorkspace(t, PROJECT);
    monitor.setVisible(true);
    monitor.setVisible(false);
    await pass(60_000, 10_000);
    assert.deepEqual(network.take(), []);
  });

  it('while the window is in the background: only when files change or something settles', async (t) => {
    const { monitor, network, pass, folder } = await makeWorkspace(t, PROJECT);
    monitor.setVisible(true);
    await pass(100);
    monitor.setFocused(false);
    network.take();
    await pass(120_000, 20_000);
    assert.deepEqual(network.take(), []);
    await monitor.filesChanged(path.join(folder, 'dfx.json'));
    assert.deepEqual(network.take(), ['health', ID]);
    await pass(120_000, 20_000);
    assert.deepEqual(network.take(), []);
    monitor.setFocused(true);
    await pass(100);
    assert.deepEqual(network.take(), ['health', ID]);
  });

  it('on demand and when another network is chosen', async (t) => {
    const { monitor, network, pass, selection, folder } = await makeWorkspace(t, {
      ...PROJECT,
      'dfx.json': { canisters: { ledger: {} }, networks: { other: { bind: '127.0.0.1:9' } } },
    });
    monitor.setVisible(true);
    await pass(100);
    network.take();
    await monitor.refresh();
    assert.deepEqual(network.take(), ['health', ID]);
    await selection.setTarget(path.join(folder, 'dfx.json'), 'other');
    await pass(100);
    assert.deepEqual(network.take(), ['health']);
  });

  it('every second about a canister that is stopping, then calmly again', async (t) => {
    const { monitor, network, pass } = await makeWorkspace(t, PROJECT);
    network.status = 'stopping';
    monitor.setVisible(true);
    await pass(100);
    network.take();
    await pass(10_000, 250);
    const asked = network.take();
    const times = asked.filter((what) => what === ID).length;
    assert.ok(times >= 7 && times <= 11, `${times} times in ten seconds`);
    assert.ok(asked.filter((what) => what === 'health').length <= 1, 'the network is asked as calmly as ever');
    network.status = 'stopped';
    await pass(1_500, 500);
    network.take();
    await pass(20_000, 2_500);
    assert.deepEqual(network.take(), ['health', ID, 'health', ID]);
  });

  it('about the one that is stopping, not about the sixty others; in the background hardly at all', async (t) => {
    const ids = Array.from({ length: 60 }, (_, index) =>
      Principal.fromUint8Array(new Uint8Array([0, 0, 0, 0, 0, 0, 0, index, 1, 1])).toText(),
    );
    const names = ids.map((_, index) => `c${index}`);
    const { monitor, network, pass, selection, folder } = await makeWorkspace(t, {
      'dfx.json': {
        canisters: Object.fromEntries(names.map((name) => [name, {}])),
        networks: { far: { providers: ['https://far.example'] } },
      },
      'canister_ids.json': Object.fromEntries(names.map((name, index) => [name, { far: ids[index]! }])),
    });
    network.stopping = ids[7];
    await selection.setTarget(path.join(folder, 'dfx.json'), 'far');
    monitor.setVisible(true);
    await pass(100);
    assert.equal(network.take().length, 61);
    await pass(5_000, 250);
    assert.deepEqual(network.take(), [ids[7]], 'once in five seconds');
    await pass(50_000, 1_000);
    const asked = network.take();
    assert.ok(asked.length <= 10 && asked.every((what) => what === ids[7]), String(asked));
    monitor.setFocused(false);
    await pass(5_000, 1_000);
    assert.deepEqual(network.take(), []);
    await pass(120_000, 5_000);
    assert.ok(network.take().length <= 2, 'once in a while');
    monitor.setVisible(false);
    await pass(120_000, 20_000);
    assert.deepEqual(network.take(), []);
  });

  it('less and less often while it is busy, and as ever from its next answer on', async (t) => {
    const { monitor, network, pass } = await makeWorkspace(t, PROJECT);
    network.busy = true;
    monitor.setVisible(true);
    await pass(100);
    network.take();
    const times: number[] = [];
    for (let minute = 0; minute < 3; minute++) {
      await pass(60_000, 5_000);
      times.push(network.take().filter((what) => what === ID).length);
    }
    assert.ok(times[0]! <= 3 && times[2]! <= 1, String(times));
    const [project] = monitor.projects;
    assert.equal(rowStates(project!)['ledger'], 'The network is busy and asks to wait.');
    assert.ok(troubles(project!).some((text) => text === 'The network local is busy: it is asked again later.'));
    network.busy = false;
    await monitor.refresh();
    assert.equal(rowStates(project!)['ledger'], 'Running');
    assert.ok(!troubles(project!).some((text) => /busy/.test(text)));
    network.take();
    await pass(60_000, 1_000);
    assert.equal(network.take().filter((what) => what === 'health').length, 6);
    network.busy = true;
    await monitor.refresh();
    assert.equal(rowStates(project!)['ledger'], 'Running', 'the last state stays');
  });

  it('soon after an operation has left a canister stopping', async (t) => {
    const { monitor, network, pass } = await makeWorkspace(t, PROJECT);
    monitor.setVisible(true);
    await pass(100);
    network.status = 'stopping';
    await monitor.projects[0]!.refreshCanister('ledger');
    network.take();
    network.status = 'stopped';
    await pass(1_500);
    assert.equal(rowStates(monitor.projects[0]!)['ledger'], 'Stopped');
  });

  it('calmly again when a canister has been stopping for five minutes', async (t) => {
    const { monitor, network, pass } = await makeWorkspace(t, PROJECT);
    network.status = 'stopping';
    monitor.setVisible(true);
    await pass(100);
    await pass(5 * 60_000 + 2_000, 5 * 60_000);
    network.take();
    await pass(30_000, 1_000);
    assert.equal(network.take().filter((asked) => asked === 'health').length, 3);
  });

  it('every second while the network starts', async (t) => {
    const { monitor, network, pass } = await makeWorkspace(t, PROJECT);
    network.healthState = { state: 'starting', detail: 'waiting' };
    monitor.setVisible(true);
    await pass(100);
    await pass(3_000);
    // At first the canisters are asked for beside the health.
    assert.deepEqual(network.take(), ['health', ID, 'health', 'health', 'health']);
    network.healthState = { state: 'healthy', rootKey: '00' };
    await pass(1_000);
    assert.deepEqual(network.take(), ['health', ID]);
  });

  it('a network that is not on this computer once a minute', async (t) => {
    const { monitor, network, pass, selection, folder } = await makeWorkspace(t, {
      'dfx.json': { canisters: { ledger: {} } },
      'canister_ids.json': { ledger: { ic: ID } },
    });
    await selection.setTarget(path.join(folder, 'dfx.json'), 'ic');
    monitor.setVisible(true);
    await pass(100);
    network.take();
    await pass(120_000, 5_000);
    assert.equal(network.take().filter((asked) => asked === 'health').length, 2);
  });

  it('about an id that is written while the others are being asked for', async (t) => {
    const { monitor, network, pass, folder } = await makeWorkspace(t, PROJECT);
    network.hangs = true;
    monitor.setVisible(true);
    await pass(100);
    const second = 'ryjl3-tyaaa-aaaaa-aaaba-cai';
    write(path.join(folder, '.dfx/local/canister_ids.json'), { ledger: { local: ID }, other: { local: second } });
    const changed = monitor.filesChanged(path.join(folder, 'dfx.json'));
    await settle(monitor);
    network.letGo();
    await changed;
    assert.deepEqual(network.take(), ['health', ID, second]);
    assert.equal(rowStates(monitor.projects[0]!)['other'], 'Running');
  });

  it('anew when that is asked for, whatever is under way', async (t) => {
    const { monitor, network, pass } = await makeWorkspace(t, PROJECT);
    network.hangs = true;
    monitor.setVisible(true);
    await pass(100);
    assert.deepEqual(network.take(), ['health', ID]);
    network.hangs = false;
    await monitor.refresh();
    assert.deepEqual(network.take(), ['health', ID]);
    assert.equal(monitor.projects[0]?.canister('ledger')?.facts?.exists, true);
  });

  it('never in a workspace that is not trusted, until it is', async (t) => {
    const { monitor, network, trust, pass } = await makeWorkspace(t, PROJECT, { trusted: false });
    monitor.setVisible(true);
    await pass(60_000, 10_000);
    await monitor.refresh();
    for (const project of monitor.projects) {
      await project.refresh();
      await project.refreshCanister('ledger');
    }
    assert.deepEqual(network.take(), []);
    const words = Object.values(rowStates(monitor.projects[0]!));
    assert.ok(words.includes('Not asked: the workspace is not trusted'), words.join());
    trust.isTrusted = true;
    monitor.setTrusted();
    await pass(100);
    assert.deepEqual(network.take(), ['health', ID]);
  });

  it('never after it is disposed of', async (t) => {
    const { monitor, network, pass } = await makeWorkspace(t, PROJECT);
    monitor.setVisible(true);
    await pass(100);
    network.take();
    monitor.dispose();
    await pass(60_000, 10_000);
    await monitor.refresh();
    assert.deepEqual(network.take(), []);
  });
});

describe('the projects of a workspace', () => {
  const TWO = {
    'a/dfx.json': { canisters: { one: {} } },
    'b/deep/dfx.json': { canisters: { two: {} } },
    'b/node_modules/x/dfx.json': { canisters: {} },
  };

  it('are found at any depth, and none in folders of others', async (t) => {
    const { monitor, folder } = await makeWorkspace(t, TWO);
    assert.equal(monitor.scanned, true);
    assert.deepEqual(
      monitor.projects.map(({ manifest }) => path.relative(folder, manifest)),
      [path.join('a', 'dfx.json'), path.join('b', 'deep', 'dfx.json')],
    );
  });

  it('are shown once, however they are reached', async (t) => {
    const { monitor, folder } = await makeWorkspace(t, TWO, { folders: ['a', 'b'] });
    symlinkSync(path.join(folder, 'a'), path.join(folder, 'linked'));
    symlinkSync(path.join(folder, 'b', 'deep'), path.join(folder, 'deep'));
    const folders = ['a', 'b', 'linked', 'deep', 'b/deep', 'a'].map((name) => path.join(folder, name));
    await monitor.setFolders(folders);
    assert.deepEqual(
      monitor.projects.map(({ manifest }) => path.relative(folder, manifest)),
      [path.join('a', 'dfx.json'), path.join('b', 'deep', 'dfx.json')],
    );
    await monitor.setFolders([path.join(folder, 'linked'), path.join(folder, 'a')]);
    assert.deepEqual(
      monitor.projects.map(({ manifest }) => path.relative(folder, manifest)),
      [path.join('linked', 'dfx.json')],
      'by the first path',
    );
  });

  it('are looked for above the folder where there is none in it: up to its repository, and below the home folder', async (t) => {
    const files = {
      ...TWO,
      'b/deep/src/backend/main.mo': '',
      'repository/.git/HEAD': '',
      'repository/src/x': '',
      'dfx.json': { canisters: {} },
    };
    const { monitor, folder } = await makeWorkspace(t, files, { folders: ['b/deep/src/backend'] });
    assert.deepEqual(monitor.projects, [], 'it is not watched, so it is not shown');
    assert.equal(monitor.above, path.join(folder, 'b', 'deep', 'dfx.json'));
    await monitor.setFolders([path.join(folder, 'repository', 'src')]);
    assert.equal(monitor.above, undefined, 'another repository is none of its business');
    await monitor.setFolders([path.join(folder, 'a')]);
    assert.equal(monitor.above, undefined, 'a project of its own');
  });

  it('are not looked for above the folder without trust', async (t) => {
    const { monitor, folder } = await makeWorkspace(
      t,
      { ...TWO, 'b/deep/src/x': '' },
      { trusted: false, folders: ['b/deep/src'] },
    );
    assert.equal(monitor.above, undefined);
    monitor.setTrusted();
    await monitor.ready();
    assert.equal(monitor.above, path.join(folder, 'b', 'deep', 'dfx.json'));
  });

  it('come and go, and those that stay are the same as before', async (t) => {
    const { monitor, folder } = await makeWorkspace(t, TWO);
    let told = 0;
    monitor.onDidChangeProjects(() => {
      told += 1;
    });
    const [first] = monitor.projects;
    write(path.join(folder, 'c/dfx.json'), { canisters: {} });
    rmSync(path.join(folder, 'b'), { recursive: true });
    await monitor.rescan();
    assert.equal(told, 1);
    assert.deepEqual(
      monitor.projects.map(({ name }) => name),
      ['a', 'c'],
    );
    assert.equal(monitor.projects[0], first);
    assert.equal(monitor.project(path.join(folder, 'b/deep/dfx.json')), undefined);
  });

  it('are searched for once more, not once each, when many files change', async (t) => {
    const { monitor } = await makeWorkspace(t, TWO);
    let told = 0;
    monitor.onDidChangeProjects(() => {
      told += 1;
    });
    await Promise.all(Array.from({ length: 20 }, () => monitor.rescan()));
    assert.ok(told <= 2, `${told} searches`);
  });

  it('follow the folders of the workspace', async (t) => {
    const { monitor, folder } = await makeWorkspace(t, TWO, { folders: ['a', 'b'] });
    assert.equal(monitor.projects.length, 2);
    await monitor.setFolders([path.join(folder, 'b')]);
    assert.deepEqual(
      monitor.projects.map(({ name }) => name),
      ['deep'],
    );
    await monitor.setFolders([]);
    assert.deepEqual(monitor.projects, []);
    assert.equal(monitor.scanned, true);
  });

  it('choose their networks apart', async (t) => {
    const { monitor, network, pass, selection, folder } = await makeWorkspace(t, TWO);
    monitor.setVisible(true);
    await pass(100);
    network.take();
    await selection.setTarget(path.join(folder, 'a', 'dfx.json'), 'ic');
    await pass(100);
    assert.deepEqual(
      monitor.projects.map(({ snapshot }) => snapshot.target.name),
      ['ic', 'local'],
    );
    assert.deepEqual(network.take(), ['health'], 'the other is left alone');
  });

  it('of a folder that does not exist are none', async (t) => {
    const { monitor } = await makeWorkspace(t, {}, { folders: ['not-there'] });
    assert.deepEqual(monitor.projects, []);
    assert.equal(monitor.scanned, true);
  });
});
