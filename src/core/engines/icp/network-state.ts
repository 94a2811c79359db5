/** What icp leaves on disk of a network that it has started (icp-cli, `crates/icp/src/network/config.rs`). */
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { parseJson } from '../../document/parse-json';
import { objectAt, type Properties, propertiesOf, stringAt } from '../../document/tree';
import { readText } from '../../project/files';
import { staysInside } from '../../util/paths';

/** Clock ticks of `/proc/<pid>/stat`, a second. */
const TICKS = 100;
/** Start times are kept in whole seconds; the two ways to count them may round differently. */
const TOLERANCE_SECONDS = 2;

export interface NetworkDescriptor {
  /** Of this start of the network. */
  readonly id: string;
  readonly projectDir: string;
  readonly network: string;
  readonly host: string;
  /** That it is bound to. */
  readonly ip?: string;
  readonly port: number;
  /** DER in hexadecimal digits. */
  readonly rootKey?: string;
  readonly candidUi?: string;
  /** Absent for a network in a container. */
  readonly pid?: number;
  /** When the process began, in seconds since 1970. */
  readonly startTime?: number;
}

/** The folder of a network's state; undefined where its name leads outside. */
export function networkFolder(root: string, network: string): string | undefined {
  const base = path.join(root, '.icp', 'cache', 'networks');
  return staysInside(base, network) ? path.join(base, network) : undefined;
}

/** The descriptor of a network that was started and not stopped. Undefined for none, and for one that says nothing. */
export async function readDescriptor(file: string): Promise<NetworkDescriptor | undefined> {
  const content = await readText(file);
  const root = content.state === 'text' ? parseJson(content.text).root : undefined;
  if (root?.type !== 'object') {
    return undefined;
  }
  const fields = propertiesOf(root);
  const gateway = objectAt(fields, 'gateway');
  const child = objectAt(fields, 'child-locator');
  const at = gateway ? propertiesOf(gateway) : undefined;
  const process = child ? propertiesOf(child) : undefined;
  const port = numberAt(at, 'port');
  const host = (at && stringAt(at, 'host')?.value) ?? 'localhost';
  const ip = at && stringAt(at, 'ip')?.value;
  const isHost = /^[\w.:[\]-]+$/;
  if (port === undefined || port > 65535 || !isHost.test(host) || (ip !== undefined && !isHost.test(ip))) {
    return undefined;
  }
  const rootKey = stringAt(fields, 'root-key')?.value;
  return {
    id: stringAt(fields, 'id')?.value ?? '',
    projectDir: stringAt(fields, 'project-dir')?.value ?? '',
    network: stringAt(fields, 'network')?.value ?? '',
    host,
    ip,
    port,
    rootKey: rootKey !== undefined && /^(?:[0-9a-f]{2})+$/i.test(rootKey) ? rootKey.toLowerCase() : undefined,
    candidUi: stringAt(fields, 'candid-ui-canister-id')?.value,
    pid: numberAt(process, 'pid'),
    startTime: numberAt(process, 'start-time'),
  };
}

function numberAt(fields: Properties | undefined, name: string): number | undefined {
  const value = fields?.get(name)?.value;
  return value?.type === 'number' && /^\d{1,15}$/.test(value.raw) ? Number(value.raw) : undefined;
}

/**
 * Whether the process that a descriptor names runs. A number that another process has got since is told apart by the
 * time at which that began, where the system says it.
 */
export async function isRunning({ pid, startTime }: NetworkDescriptor): Promise<boolean> {
  if (pid === undefined) {
    // In a container: only the network itself can say.
    return true;
  }
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EPERM')) {
      return false;
    }
  }
  const began = startTime ? await startOf(pid) : undefined;
  return began === undefined || Math.abs(began - startTime!) <= TOLERANCE_SECONDS;
}

/** When a process began, in seconds since 1970; undefined where the system does not say (all but Linux). */
async function startOf(pid: number): Promise<number | undefined> {
  try {
    const [stat, system] = await Promise.all([readFile(`/proc/${pid}/stat`, 'utf8'), readFile('/proc/stat', 'utf8')]);
    // The second field is the program's name, which may hold anything, in parentheses.
    const ticks = Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]);
    const boot = Number(/^btime (\d+)$/m.exec(system)?.[1]);
    const seconds = boot + Math.floor(ticks / TICKS);
    return Number.isFinite(seconds) ? seconds : undefined;
  } catch {
    return undefined;
  }
}
