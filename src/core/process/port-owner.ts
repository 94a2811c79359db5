/** Which program listens at a port of this computer, as far as the system says without rights of its own. */
import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import type { Ask } from './ask';
import { locateProgram, windowsProgram } from './locate-program';

export interface PortOwner {
  /** As the system names it: a file's name, without its folder and the extension of Windows. */
  readonly program: string;
  readonly pid: number;
  /** The port is one that Docker has opened for a container. */
  readonly docker: boolean;
  /** The container's name, where Docker tells. */
  readonly container?: string;
}

export interface PortSystem {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  readonly ask: Ask;
  /** Where Linux tells of processes. */
  readonly proc?: string;
}

/** Programs that hold ports for containers: Docker's own, those of Docker Desktop on macOS and Windows, and rootless ones. */
const DOCKER = /^(?:docker-proxy|com\.docker\.(?:backend|vpnkit|proxy)|vpnkit(?:-bridge)?|rootlesskit|rootlessport)$/i;
/** What Docker takes for a container's name. */
const CONTAINER = /^[A-Za-z0-9][\w.-]{0,127}$/;

/** Undefined where the system does not say, as of another user's program on Linux. */
export async function portOwner(port: number, system: PortSystem): Promise<PortOwner | undefined> {
  const found = await findOwner(port, system).catch(() => undefined);
  if (!found) {
    return undefined;
  }
  const docker = DOCKER.test(found.program);
  return { ...found, docker, container: docker ? await containerOn(port, system) : undefined };
}

type Found = Pick<PortOwner, 'program' | 'pid'>;

async function findOwner(port: number, system: PortSystem): Promise<Found | undefined> {
  switch (system.platform) {
    case 'linux':
      return await ownerInProc(port, system.proc ?? '/proc');
    case 'darwin': {
      const args = ['-nP', '+c', '0', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'];
      return ownerInLsof((await system.ask('/usr/sbin/lsof', args)) ?? '');
    }
    case 'win32': {
      const pid = pidInNetstat((await system.ask(windowsProgram('netstat.exe', system.env), ['-ano'])) ?? '', port);
      const args = ['/FI', `PID eq ${pid}`, '/FO', 'CSV', '/NH'];
      const listed = pid === undefined ? undefined : await system.ask(windowsProgram('tasklist.exe', system.env), args);
      return listed === undefined ? undefined : ownerInTasklist(listed);
    }
    default:
      return undefined;
  }
}

/** From a table of Linux's sockets (`/proc/net/tcp`, proc_pid_net(5)), the inodes of those that listen at a port. */
export function listenersInTable(table: string, port: number): string[] {
  const end = `:${port.toString(16).toUpperCase().padStart(4, '0')}`;
  return table.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , , , inode] = line.trim().split(/\s+/);
    return local.endsWith(end) && state === '0A' && inode ? [inode] : [];
  });
}

/**
 * The program that has the socket. Docker's proxy is another user's, whose sockets nobody sees: its command line, which
 * everybody sees, names the port.
 */
async function ownerInProc(port: number, proc: string): Promise<Found | undefined> {
  const tables = await Promise.all(
    ['tcp', 'tcp6'].map((name) => readFile(path.join(proc, 'net', name), 'utf8').catch(() => '')),
  );
  const sockets = new Set(tables.flatMap((table) => listenersInTable(table, port)).map((inode) => `socket:[${inode}]`));
  if (sockets.size === 0) {
    return undefined;
  }
  for (const pid of (await readdir(proc)).filter((name) => /^\d+$/.test(name))) {
    const folder = path.join(proc, pid);
    const [program = '', ...args] = (await readFile(path.join(folder, 'cmdline'), 'utf8').catch(() => '')).split('\0');
    if ((await hasSocket(folder, sockets)) || isProxyOf(program, args, port)) {
      const name = (await readFile(path.join(folder, 'comm'), 'utf8').catch(() => '')).trim();
      // `comm` holds 15 characters, but is right where a program has set its own title.
      const long = path.posix.basename(program.split(' ')[0] ?? '');
      return { program: long.startsWith(name) && long !== '' ? long : name, pid: Number(pid) };
    }
  }
  return undefined;
}

function isProxyOf(program: string, args: readonly string[], port: number): boolean {
  const at = args.indexOf('-host-port');
  return path.posix.basename(program) === 'docker-proxy' && at >= 0 && args[at + 1] === String(port);
}

async function hasSocket(folder: string, sockets: ReadonlySet<string>): Promise<boolean> {
  const files = await readdir(path.join(folder, 'fd')).catch(() => []);
  for (const file of files) {
    if (sockets.has(await readlink(path.join(folder, 'fd', file)).catch(() => ''))) {
      return true;
    }
  }
  return false;
}

/** From `lsof -Fpc`: a line for each fact, its kind first (lsof(8), "OUTPUT FOR OTHER PROGRAMS"). */
export function ownerInLsof(output: string): Found | undefined {
  const pid = /^p(\d+)$/m.exec(output)?.[1];
  const program = /^c(.+)$/m.exec(output)?.[1];
  return pid === undefined || program === undefined ? undefined : { program, pid: Number(pid) };
}

/** From `netstat -ano` of Windows. The word for the state is in the user's language; who listens has no other side. */
export function pidInNetstat(output: string, port: number): number | undefined {
  for (const line of output.split(/\r?\n/)) {
    const [protocol, local = '', remote = '', , pid = ''] = line.trim().split(/\s+/);
    if (protocol === 'TCP' && local.endsWith(`:${port}`) && /:0$/.test(remote) && /^\d+$/.test(pid)) {
      return Number(pid);
    }
  }
  return undefined;
}

/** From `tasklist /FO CSV /NH`: the program and its number first, all in quotes. Where there is none, a sentence. */
export function ownerInTasklist(output: string): Found | undefined {
  const [, program, pid] = /^"([^"]+)","(\d+)"/m.exec(output) ?? [];
  return program === undefined ? undefined : { program: program.replace(/\.exe$/i, ''), pid: Number(pid) };
}

async function containerOn(port: number, { ask, env, platform }: PortSystem): Promise<string | undefined> {
  // Docker Desktop puts itself on the PATH of Windows, where anybody may make folders of those names.
  const folders = platform === 'win32' ? [] : ['/usr/local/bin', '/usr/bin'];
  const [docker] = await locateProgram({ name: 'docker', env, platform, folders });
  const args = ['ps', '--filter', `publish=${port}`, '--format', '{{.Names}}'];
  const names = docker?.executable ? await ask(docker.path, args) : undefined;
  const [first = ''] = (names ?? '').trim().split(/\r?\n/);
  return CONTAINER.test(first) ? first : undefined;
}
