import { execFile } from 'node:child_process';
import { readdir, readFile } from 'node:fs/promises';
import { windowsProgram } from './locate-program';

interface ProcessFacts {
  readonly pid: number;
  readonly parent: number;
  readonly group: number;
  /** Ended, but not yet taken note of by its parent. */
  readonly zombie: boolean;
}

/** All processes. Empty where the system does not tell. */
async function processes(platform: NodeJS.Platform): Promise<ProcessFacts[]> {
  if (platform === 'linux') {
    const names = await readdir('/proc').catch(() => [] as string[]);
    const found = names
      .filter((name) => /^\d+$/.test(name))
      .map(async (name) => {
        const stat = await readFile(`/proc/${name}/stat`, 'latin1').catch(() => '');
        // The name in parentheses may hold anything, so what follows is found from its end.
        const fields = /^ (\S) (\d+) (\d+) /.exec(stat.slice(stat.lastIndexOf(')') + 1));
        return (
          fields && {
            pid: Number(name),
            parent: Number(fields[2]),
            group: Number(fields[3]),
            zombie: fields[1] === 'Z',
          }
        );
      });
    return (await Promise.all(found)).filter((facts) => facts !== null);
  }
  const listing = await new Promise<string>((resolve) => {
    execFile('ps', ['-A', '-o', 'pid=,ppid=,pgid=,stat='], { timeout: 500 }, (_error, stdout) => resolve(stdout));
  });
  return [...listing.matchAll(/^ *(\d+) +(\d+) +(\d+) +(\S)/gm)].map((match) => ({
    pid: Number(match[1]),
    parent: Number(match[2]),
    group: Number(match[3]),
    zombie: match[4] === 'Z',
  }));
}

/** A process and everything that descends from it. */
async function descendants(root: number, platform: NodeJS.Platform): Promise<ReadonlySet<number>> {
  const all = await processes(platform);
  const found = new Set([root]);
  for (let before = 0; before < found.size; ) {
    before = found.size;
    for (const { pid, parent } of all) {
      if (found.has(parent)) {
        found.add(pid);
      }
    }
  }
  return found;
}

/** @param pid negative for a process group */
function signal(pid: number, name: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, name);
  } catch (error) {
    // What may not be signalled is still there.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

const POLL_MS = 20;
/** How long a process is waited for that was ended by force. */
const REAP_MS = 300;
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** What ends processes; replaced in tests of other systems. */
export interface ProcessSystem {
  readonly platform: NodeJS.Platform;
  readonly env: NodeJS.ProcessEnv;
  /** Runs a program of the system to its end, however that comes. */
  readonly run: (executable: string, args: readonly string[]) => Promise<void>;
  readonly isThere: (pid: number) => boolean;
}

export const thisSystem: ProcessSystem = {
  platform: process.platform,
  env: process.env,
  run: (executable, args) =>
    new Promise((resolve) => {
      execFile(executable, [...args], { windowsHide: true }, () => resolve());
    }),
  isThere: (pid) => signal(pid, 0),
};

async function waitUntil(isTrue: () => boolean | Promise<boolean>, ms: number): Promise<boolean> {
  const deadline = performance.now() + ms;
  while (!(await isTrue())) {
    if (performance.now() >= deadline) {
      return false;
    }
    await pause(POLL_MS);
  }
  return true;
}

/**
 * Ends a process, its process group and all its descendants: politely first, and by force what is left after the grace.
 * Windows knows no polite way for what has no window.
 *
 * @param pid a process that was started as the leader of a process group (on Windows: any process)
 * @param graceMs time between the two signals, in milliseconds
 * @returns whether all of it is gone; false only where the system does not let go of a process
 */
export async function killProcessTree(pid: number, graceMs: number, system: ProcessSystem): Promise<boolean> {
  if (system.platform === 'win32') {
    await system.run(windowsProgram('taskkill.exe', system.env), ['/PID', String(pid), '/T', '/F']);
    return await waitUntil(() => !system.isThere(pid), REAP_MS);
  }

  // The group is signalled at once; those that left it are found by descent, before their parents are gone.
  const family = descendants(pid, system.platform);
  signal(-pid, 'SIGTERM');
  const members = await family;
  const signalAll = (name: NodeJS.Signals | 0): boolean => {
    const group = signal(-pid, name);
    return [...members].filter((member) => signal(member, name)).length > 0 || group;
  };
  signalAll('SIGTERM');

  const isGone = async (): Promise<boolean> => {
    if (!signalAll(0)) {
      return true;
    }
    // Where nobody takes note of ended processes, they can be signalled for ever.
    const all = await processes(system.platform);
    return all.length > 0 && !all.some((one) => !one.zombie && (one.group === pid || members.has(one.pid)));
  };
  if (await waitUntil(isGone, graceMs)) {
    return true;
  }
  signalAll('SIGKILL');
  return waitUntil(isGone, REAP_MS);
}
