import path from 'node:path';
import { readText } from '../../project/files';
import type { NetworkProcess } from '../../project/model';

/** Reads what dfx has left of a local network that should be running: `webserver-port`, `pid`, the replica's revision. */
export async function networkProcess(dataDir: string | undefined): Promise<NetworkProcess> {
  if (dataDir === undefined) {
    return {};
  }
  const read = async (name: string) => {
    const content = await readText(path.join(dataDir, name));
    return content.state === 'text' ? content.text : '';
  };
  const [portText, pidText, config] = await Promise.all([
    read('webserver-port'),
    read('pid'),
    read('replica-effective-config.json'),
  ]);
  const port = wholeNumber(portText);
  const pid = wholeNumber(pidText);
  return { port, pid, alive: pid === undefined ? undefined : isAlive(pid), version: revisionOf(config) };
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
