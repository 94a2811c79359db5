import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Kills every process, but this one, whose environment has a variable with this value: what was started with it and all
 * that those have started, whoever is their parent by now.
 *
 * @returns how many there were
 */
export function killMarked(name: string, value: string): number {
  let count = 0;
  for (const pid of markedProcesses(`${name}=${value}`)) {
    try {
      process.kill(pid, 'SIGKILL');
      count++;
    } catch {
      // It ended in between, or belongs to another user.
    }
  }
  return count;
}

function markedProcesses(entry: string): number[] {
  const pids =
    process.platform === 'linux' ? linuxProcesses(entry) : process.platform === 'darwin' ? macProcesses(entry) : [];
  return pids.filter((pid) => pid !== process.pid);
}

function linuxProcesses(entry: string): number[] {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      try {
        return Number.isInteger(pid) && readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0').includes(entry);
      } catch {
        return false;
      }
    });
}

/** `ps` prints the environment behind the command. */
function macProcesses(entry: string): number[] {
  const { stdout } = spawnSync('ps', ['-axEww', '-o', 'pid=,command='], { encoding: 'utf8', maxBuffer: 2 ** 28 });
  return (stdout ?? '')
    .split('\n')
    .filter((line) => line.split(' ').includes(entry))
    .map((line) => Number.parseInt(line, 10));
}
