/**
 * What each optimization of the agent's worker is worth: the statuses of 20 and of 200 canisters with each of them
 * switched off in turn. All variants take turns in every round, so that what else this computer does hits them alike;
 * the ratio is that of one round.
 */
import path from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { build } from 'esbuild';
import { ALL_OPTIMIZATIONS } from '../src/core/agent/optimizations/optimizations';
import { NetworkClient } from '../src/core/network/network-client';
import {
  deployLargeProject,
  type LargeProject,
  machine,
  median,
  NetworkProcess,
  quiet,
  ROOT,
  run,
  withFolder,
} from './support';

/** More are needed to see what is worth less than a fifth. */
const ROUNDS = 15;
const COUNTS = [20, 200];
/** A network on this computer answers almost at once. */
const LATENCY_MS = 2;
const COMPILING_MS = 300;

interface Variant {
  readonly name: string;
  readonly workerFile: string;
  /** HTTP through the host instead of the worker. */
  readonly fetch?: typeof fetch;
}

async function buildWorker(folder: string, switchedOff: string): Promise<string> {
  const outfile = path.join(folder, `agent-${switchedOff}.js`);
  await build({
    entryPoints: [path.join(ROOT, 'bench', 'ablation-worker.ts')],
    outfile,
    bundle: true,
    minify: true,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    mainFields: ['module', 'main'],
    define: { SWITCHED_OFF: JSON.stringify(switchedOff) },
    logLevel: 'error',
  });
  return outfile;
}

async function variants(folder: string): Promise<Variant[]> {
  const workerFile = await buildWorker(folder, 'nothing');
  return [
    { name: 'nothing', workerFile },
    ...(await Promise.all(
      Object.keys(ALL_OPTIMIZATIONS).map(async (name) => ({ name, workerFile: await buildWorker(folder, name) })),
    )),
    { name: 'HTTP to this computer in the worker (loopback-fetch.ts)', workerFile, fetch },
  ];
}

/** From the first question to the last answer, in ms, in a worker that has just been loaded, as after opening a folder. */
async function statuses(variant: Variant, url: string, project: LargeProject): Promise<number> {
  const client = new NetworkClient(variant.workerFile, { isTrusted: true }, variant.fetch);
  try {
    const endpoint = { url, rootKey: 'fetch' } as const;
    const identity = { kind: 'pem', name: project.identity.name, file: project.identity.pemFile } as const;
    await client.api.health({ endpoint });
    const begun = performance.now();
    const facts = await Promise.all(
      project.ids.map((canisterId) => client.api.probe({ endpoint, identity, canisterId })),
    );
    const took = performance.now() - begun;
    if (!facts.every(({ detail }) => detail?.status === 'running')) {
      throw new Error('Not every canister is known to run.');
    }
    return took;
  } finally {
    // A worker that ends while its code is being compiled can take all of Node 20 with it.
    await setTimeout(COMPILING_MS);
    client.dispose();
  }
}

async function ablate(network: NetworkProcess, all: readonly Variant[], count: number): Promise<void> {
  await withFolder(async (folder) => {
    const project = await deployLargeProject(folder, network, count);
    const times = new Map(all.map(({ name }) => [name, [] as number[]]));
    await quiet();
    for (let round = -1; round < ROUNDS; round++) {
      // Each variant is as often before as after each other.
      const order = all.map((_, index) => all[(index + round + all.length) % all.length]!);
      for (const variant of round % 2 === 0 ? order : order.reverse()) {
        const took = await statuses(variant, network.url, project);
        // The network's own code is cold in the first round.
        if (round >= 0) {
          times.get(variant.name)?.push(took);
        }
      }
    }
    const base = times.get(all[0]!.name) ?? [];
    console.log(`\n${count} canisters, a slow key (secp256k1); ${ROUNDS} rounds`);
    for (const [name, own] of times) {
      const ratios = own.map((time, round) => time / base[round]!);
      const slower = `slower in ${ratios.filter((ratio) => ratio > 1).length} of ${ROUNDS} rounds`;
      const calm = `calm rounds ${calmest(own).toFixed(0)} ms, × ${(calmest(own) / calmest(base)).toFixed(2)}`;
      console.log(`  without ${name}: × ${median(ratios).toFixed(2)}, ${slower}; ${calm}`);
    }
  });
}

/** The median of the quickest third, which least else disturbed. */
function calmest(times: readonly number[]): number {
  return median([...times].sort((a, b) => a - b).slice(0, Math.ceil(times.length / 3)));
}

run(async () => {
  console.log(`bare Node, network in another process: ${machine()}`);
  const network = await NetworkProcess.start();
  try {
    await network.control({ faults: { latencyMs: LATENCY_MS } });
    await withFolder(async (folder) => {
      const all = await variants(folder);
      for (const count of COUNTS) {
        await ablate(network, all, count);
      }
    });
  } finally {
    await network.stop();
  }
});
