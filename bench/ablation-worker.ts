/** The agent's worker with one of its optimizations switched off; `ablation.bench.ts` builds it once for each. */
import { parentPort, workerData } from 'node:worker_threads';
import { ALL_OPTIMIZATIONS } from '../src/core/agent/optimizations/optimizations';
import { serveAgent } from '../src/core/agent/worker-server';
import type { WorkerOptions } from '../src/core/network/worker-protocol';

/** Set by the build. */
declare const SWITCHED_OFF: string;

if (parentPort) {
  const optimizations = { ...ALL_OPTIMIZATIONS, [SWITCHED_OFF]: false };
  serveAgent(parentPort, workerData as WorkerOptions, { optimizations });
}
