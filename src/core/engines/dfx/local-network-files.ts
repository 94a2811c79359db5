import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ResolvedNetwork } from './networks';

/** What dfx has left on disk about a local network that should be running. */
export interface NetworkTraces {
  /** The port in `webserver-port`. */
  readonly port?: number;
  /** The process in `pid`. */
  readonly pid?: number;
  /** Whether there is a process of that id, be it dfx or another that has got the number since. */
  readonly alive?: boolean;
  /** The replica's revision, from `replica-effective-config.json`. */
  readonly revision?: string;
}

/** Reads what dfx has left. Files that are missing or say nothing are left out. */
export async function networkTraces({ dataDir }: Pick<ResolvedNetwork, 'dataDir'>): Promise<NetworkTraces> {
  if (dataDir === undefined) {
    return {};
  }
  const read = (name: string) => readFile(path.join(dataDir, name), 'utf8').catch(() => '');
  const [portText, pidText, config] = await Promise.all([
    read('webserver-port'),
    read('pid'),
    read('replica-effective-config.json'),
  ]);
  const port = wholeNumber(portText);
  const pid = wholeNumber(pidText);
  const revision = revisionOf(config);
  return {
    ...(port === undefined ? {} : { port }),
    ...(pid === undefined ? {} : { pid, alive: isAlive(pid) }),
    ...(revision === undefined ? {} : { revision }),
  };
}

function wholeNumber(text: string): number | undefined {
  return /^\s*\d{1,9}\s*$/.test(text) ? Number(text) : undefined;
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

function revisionOf(config: string): string | undefined {
  try {
    const value: unknown = JSON.parse(config);
    const revision = (value as { replica_rev?: unknown } | null)?.replica_rev;
    return typeof revision === 'string' ? revision : undefined;
  } catch {
    return undefined;
  }
}
