/** Fifty canisters stopped at once, over the shipped agent worker, on a network in another process that is 50 ms away. */

import path from 'node:path';
import { DfxEngine } from '../src/core/engines/dfx/dfx-engine';
import { dfxLocations } from '../src/core/engines/dfx/locations';
import { LifecycleService } from '../src/core/lifecycle/lifecycle-service';
import { Selection } from '../src/core/monitor/selection';
import { phaseLabel, phaseOf } from '../src/core/monitor/state';
import { WorkspaceMonitor } from '../src/core/monitor/workspace-monitor';
import { NetworkClient } from '../src/core/network/network-client';
import { canisterRow } from '../src/core/rows/canister-row';
import { dfxToolchain } from '../test/support/dfx-toolchain';
import {
  deployLargeProject,
  longestBlock,
  machine,
  median,
  NetworkProcess,
  type Result,
  ROOT,
  report,
  run,
  withFolder,
} from './support';

const LATENCY_MS = 50;
const CANISTERS = 50;
const ROUNDS = 5;
/** The call, and the look at what became of it. */
const NETWORK_MS = 2 * LATENCY_MS;

async function bench(network: NetworkProcess, folder: string): Promise<Result[]> {
  const project = await deployLargeProject(folder, network, CANISTERS);
  await network.control({ faults: { latencyMs: LATENCY_MS } });
  const client = new NetworkClient(path.join(ROOT, 'dist', 'agent.js'), { isTrusted: true });
  const locations = dfxLocations(project.home.env, process.platform, project.home.home);
  const selection = new Selection({ get: () => undefined, update: async () => {} });
  const workspace = new WorkspaceMonitor({
    trust: { isTrusted: true },
    engines: [new DfxEngine(locations)],
    client: client.api,
    selection,
    now: Date.now,
  });
  await workspace.setFolders([project.folder]);
  const [monitor] = workspace.projects;
  if (!monitor) {
    throw new Error('There is no project.');
  }
  const service = new LifecycleService(client.api, [dfxToolchain(locations)]);
  await monitor.refresh();
  const targets = project.names.map((canister) => ({ project: monitor, canister }));

  /** Runs an operation, and notes when all rows said that it is under way. */
  const timed = async (work: 'start' | 'stop', wanted: string) => {
    const begun = performance.now();
    let shownMs = Number.NaN;
    const subscription = monitor.onDidChange(() => {
      const rows = monitor.snapshot.canisters.map((state) => canisterRow(state.name, state, monitor.snapshot, 0));
      if (Number.isNaN(shownMs) && rows.every(({ flags }) => flags.includes('busy'))) {
        shownMs = performance.now() - begun;
      }
    });
    const { value, blockMs } = await longestBlock(() => service.run(work, targets, { answer: async () => false }));
    const doneMs = performance.now() - begun;
    subscription.dispose();
    if (!value.outcomes.every(({ ok }) => ok)) {
      throw new Error(`Not every ${work} succeeded.`);
    }
    const wrong = monitor.snapshot.canisters.find((state) => phaseLabel(phaseOf(state)).text !== wanted);
    if (wrong) {
      throw new Error(`${wrong.name} is not ${wanted}.`);
    }
    return { shownMs, doneMs, blockMs };
  };

  const stops = [];
  for (let round = 0; round < ROUNDS; round++) {
    stops.push(await timed('stop', 'Stopped'));
    await timed('start', 'Running');
  }
  workspace.dispose();
  client.dispose();
  const done = stops.map(({ doneMs }) => doneMs);
  return [
    {
      what: `stop of ${CANISTERS} canisters, over the network's ${NETWORK_MS} ms (worst of ${ROUNDS})`,
      value: Math.max(...done) - NETWORK_MS,
      unit: 'ms',
      limit: 1_000,
    },
    { what: 'the same (median)', value: median(done) - NETWORK_MS, unit: 'ms' },
    {
      what: 'from the click to all rows "Stopping…" (worst)',
      value: Math.max(...stops.map(({ shownMs }) => shownMs)),
      unit: 'ms',
      limit: 100,
    },
    {
      what: 'longest event-loop block meanwhile (worst)',
      value: Math.max(...stops.map(({ blockMs }) => blockMs)),
      unit: 'ms',
    },
  ];
}

run(async () => {
  console.log(`bare Node, network in another process: ${machine()}`);
  const network = await NetworkProcess.start();
  try {
    report(await withFolder((folder) => bench(network, folder)));
  } finally {
    await network.stop();
  }
});
