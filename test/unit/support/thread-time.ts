import { readFileSync } from 'node:fs';

/**
 * Milliseconds of processor time that the main thread has used. Unlike the time on the clock they stay the same on a
 * busy machine. Undefined where neither Node (before 23.9) nor the system tells them.
 */
export function threadTime(): number | undefined {
  const { threadCpuUsage } = process as { threadCpuUsage?: () => { user: number; system: number } };
  if (threadCpuUsage) {
    const { user, system } = threadCpuUsage();
    return (user + system) / 1000;
  }
  if (process.platform !== 'linux') {
    return undefined;
  }
  // Nanoseconds on a processor come first; the main thread has the number of its process.
  const [nanoseconds] = readFileSync(`/proc/self/task/${process.pid}/schedstat`, 'utf8').split(' ');
  return Number(nanoseconds) / 1e6;
}

/** {@link threadTime}, or the time on the clock where that is not known: its differences say how long code took. */
export function busyTime(): number {
  return threadTime() ?? performance.now();
}
