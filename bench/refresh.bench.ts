/**
 * The core as the extension host runs it, without VS Code around it: files, monitor, rows, the shipped agent worker, and
 * a network in another process.
 */

import { once } from 'node:events';
import path from 'node:path';
import { Worker } from 'node:worker_threads';
import { DfxEngine } from '../src/core/engines/dfx/dfx-engine';
import { dfxLocations } from '../src/core/engines/dfx/locations';
import type { Engine } from '../src/core/engines/engine';
import { IcpEngine } from '../src/core/engines/icp/icp-engine';
import { icpLocations } from '../src/core/engines/icp/locations';
import * as icpReader from '../src/core/engines/icp/project-files';
import type { ProjectChange } from '../src/core/monitor/change-reporter';
import { Selection } from '../src/core/monitor/selection';
import { phaseOf } from '../src/core/monitor/state';
import { WorkspaceMonitor } from '../src/core/monitor/workspace-monitor';
import { NetworkClient } from '../src/core/network/network-client';
import { canisterRow } from '../src/core/rows/canister-row';
import { troubleRows } from '../src/core/rows/project-rows';
import {
  deployLargeProject,
  type LargeProject,
  longestBlock,
  machine,
  median,
  NetworkProcess,
  quiet,
  type Result,
  ROOT,
  report,
  run,
  withFolder,
  writeIcpProject,
} from './support';

const LATENCY_MS = 50;
const ROUNDS = 7;
const WARM_UP_ROUNDS = 10;
const MEMORY_ROUNDS = 40;

interface Showing {
  rowsMs: number;
  statusesMs: number;
}

/** A window on the project: what the view asks for, and when the answers are there. */
class Window {
  readonly client = new NetworkClient(path.join(ROOT, 'dist', 'agent.js'), { isTrusted: true });
  readonly monitor: WorkspaceMonitor;

  constructor(
    readonly project: Pick<LargeProject, 'folder' | 'names'>,
    engine: Engine,
  ) {
    this.monitor = new WorkspaceMonitor({
      trust: { isTrusted: true },
      client: this.client.api,
      engines: [engine],
      selection: new Selection({ get: () => undefined, update: async () => {} }),
      now: Date.now,
    });
  }

  /** Opens the folder and shows the view, and waits until every row says `Running`. */
  async show(): Promise<Showing> {
    const begun = performance.now();
    const showing: Showing = { rowsMs: 0, statusesMs: 0 };
    await this.monitor.setFolders([this.project.folder]);
    const [project] = this.monitor.projects;
    const total = this.project.names.length;
    if (this.#draw('all') < total) {
      throw new Error('rows are missing');
    }
    showing.rowsMs = performance.now() - begun;
    const done = new Promise<void>((resolve) => {
      project?.onDidChange((change) => {
        this.#draw(change);
        if (project.snapshot.canisters.every((state) => phaseOf(state) === 'running')) {
          resolve();
        }
      });
    });
    this.monitor.setVisible(true);
    await done;
    showing.statusesMs = performance.now() - begun;
    return showing;
  }

  /** What VS Code has the tree do when that tells of a change: all rows, or those that changed. @returns how many */
  #draw(change: ProjectChange): number {
    const [project] = this.monitor.projects;
    if (!project) {
      return 0;
    }
    const { snapshot } = project;
    if (change === 'all') {
      troubleRows(project, Date.now());
    }
    const states = change === 'all' ? snapshot.canisters : [...change].map((name) => project.canister(name)!);
    for (const state of states) {
      canisterRow(state.name, state, snapshot, Date.now());
    }
    return states.length;
  }

  close(): void {
    this.monitor.dispose();
    this.client.dispose();
  }
}

function dfxEngine({ home }: LargeProject): Engine {
  return new DfxEngine(dfxLocations(home.env, process.platform, home.home));
}

/** Has the test network compile its own code, which a real one is. The host's code stays as cold as it is. */
async function warmUp(network: NetworkProcess, project: LargeProject): Promise<void> {
  const client = new NetworkClient(path.join(ROOT, 'dist', 'agent.js'), { isTrusted: true });
  const identity = { kind: 'pem', name: project.identity.name, file: project.identity.pemFile } as const;
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    await Promise.all(
      project.ids.map((id) =>
        client.api.probe({ endpoint: { url: network.url, rootKey: 'fetch' }, identity, canisterId: id }),
      ),
    );
  }
  client.dispose();
}

/** As many bare requests from a thread that was just started: what this computer needs for the mere sending, in ms. */
async function bareRequests(network: NetworkProcess, count: number): Promise<number> {
  const begun = performance.now();
  const worker = new Worker(path.join(ROOT, 'bench', 'bare-requests.cjs'), {
    workerData: { url: `${network.url}/api/v2/status`, count, atOnce: 64 },
  });
  await once(worker, 'message');
  const took = performance.now() - begun;
  await worker.terminate();
  return took;
}

async function benchShowing(network: NetworkProcess, project: LargeProject): Promise<Result[]> {
  await warmUp(network, project);
  await network.control({ faults: { latencyMs: LATENCY_MS } });
  const first: Showing[] = [];
  const blocks: number[] = [];
  const bare: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await quiet();
    const window = new Window(project, dfxEngine(project));
    const { value, blockMs } = await longestBlock(() => window.show());
    first.push(value);
    blocks.push(blockMs);
    window.close();
    bare.push(await bareRequests(network, project.names.length));
  }
  // The first round loads and compiles everything: it is the one that a user sees after opening a folder.
  const warm = first.slice(1);
  return [
    { what: '200 canisters: all rows, first window', value: first[0]!.rowsMs, unit: 'ms', limit: 100 },
    {
      what: '200 canisters: all rows, later windows (median)',
      value: median(warm.map((one) => one.rowsMs)),
      unit: 'ms',
      limit: 100,
    },
    { what: '200 canisters: all statuses, first window', value: first[0]!.statusesMs, unit: 'ms', limit: 500 },
    {
      what: '200 canisters: all statuses, later windows (median)',
      value: median(warm.map((one) => one.statusesMs)),
      unit: 'ms',
      limit: 500,
    },
    { what: '200 bare requests (median)', value: median(bare), unit: 'ms' },
    {
      what: '200 canisters: all statuses, as a multiple of bare requests in the same round (median)',
      value: median(first.map((one, round) => one.statusesMs / bare[round]!)),
      unit: '×',
      limit: 2,
    },
    {
      what: '200 canisters: longest event-loop block (median)',
      value: median(blocks),
      unit: 'ms',
      limit: 30,
    },
  ];
}

/** The same canisters, once of a dfx.json and once of an icp.yaml, in turns. */
async function benchEngines(network: NetworkProcess, project: LargeProject, folder: string): Promise<Result[]> {
  const icp = writeIcpProject(path.join(folder, 'icp'), network, project);
  const icpEngine = () =>
    new IcpEngine(icpLocations({ ICP_HOME: icp.home }, process.platform, icp.home), () => icpReader);
  await network.control({ faults: { latencyMs: LATENCY_MS } });
  const rounds: { dfx: Showing; icp: Showing }[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await quiet();
    const showing = async (window: Window): Promise<Showing> => {
      const shown = await window.show();
      window.close();
      return shown;
    };
    const dfx = await showing(new Window(project, dfxEngine(project)));
    await quiet();
    rounds.push({ dfx, icp: await showing(new Window({ folder: icp.root, names: project.names }, icpEngine())) });
  }
  // The first window of icp also loads the library for YAML.
  const warm = rounds.slice(1);
  return [
    {
      what: '200 canisters of an icp.yaml: all rows, first window',
      value: rounds[0]!.icp.rowsMs,
      unit: 'ms',
      limit: 300,
    },
    {
      what: '200 canisters of an icp.yaml: all rows, later windows (median)',
      value: median(warm.map((round) => round.icp.rowsMs)),
      unit: 'ms',
      limit: 150,
    },
    {
      what: '200 canisters of an icp.yaml: all statuses (median)',
      value: median(warm.map((round) => round.icp.statusesMs)),
      unit: 'ms',
      limit: 500,
    },
    {
      what: '200 canisters of an icp.yaml: all statuses, as a multiple of those of a dfx.json in the same round (median)',
      value: median(warm.map((round) => round.icp.statusesMs / round.dfx.statusesMs)),
      unit: '×',
      limit: 1.3,
    },
  ];
}

async function benchRefreshing(network: NetworkProcess, project: LargeProject): Promise<Result[]> {
  await network.control({ resetFaults: true });
  await quiet();
  const window = new Window(project, dfxEngine(project));
  const shown = await window.show();
  const [monitor] = window.monitor.projects;
  window.monitor.setVisible(false);
  const heap: number[] = [];
  const rss: number[] = [];
  const times: number[] = [];
  for (let round = 0; round < MEMORY_ROUNDS; round++) {
    const begun = performance.now();
    await monitor!.refresh();
    times.push(performance.now() - begun);
    globalThis.gc?.();
    const usage = process.memoryUsage();
    heap.push(usage.heapUsed + usage.external + usage.arrayBuffers);
    rss.push(usage.rss);
  }
  window.close();
  const growth = (values: readonly number[]) => {
    // The first half warms up: code is compiled, sockets are opened, buffers find their size.
    const half = values.slice(values.length / 2);
    const quarter = Math.floor(half.length / 2);
    return (median(half.slice(-quarter)) - median(half.slice(0, quarter))) / 1e6;
  };
  return [
    { what: '1,000 canisters: all rows', value: shown.rowsMs, unit: 'ms', limit: 200 },
    { what: '1,000 canisters: a refresh (median)', value: median(times), unit: 'ms' },
    {
      what: `1,000 canisters: growth of the heap over ${MEMORY_ROUNDS} refreshes`,
      value: growth(heap),
      unit: 'MB',
      limit: 1,
    },
    { what: '1,000 canisters: growth of the process, worker and all', value: growth(rss), unit: 'MB', limit: 10 },
  ];
}

run(async () => {
  console.log(`bare Node, network in another process: ${machine()}`);
  const network = await NetworkProcess.start();
  try {
    const shown = await withFolder(async (folder) =>
      benchShowing(network, await deployLargeProject(folder, network, 200)),
    );
    const engines = await withFolder(async (folder) =>
      benchEngines(network, await deployLargeProject(folder, network, 200), folder),
    );
    const refreshed = await withFolder(async (folder) =>
      benchRefreshing(network, await deployLargeProject(folder, network, 1_000)),
    );
    report([...shown, ...engines, ...refreshed]);
  } finally {
    await network.stop();
  }
});
