/** The agent bundle's entry. */
import { parentPort, workerData } from 'node:worker_threads';
import type { WorkerOptions } from '../network/worker-protocol';
import { serveAgent } from './worker-server';

if (parentPort) {
  serveAgent(parentPort, workerData as WorkerOptions);
}
