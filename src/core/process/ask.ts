import type { Trust } from '../util/trust';
import { runProcess } from './run';

/** What runs a program of the system, and says what it prints; undefined where it fails. */
export type Ask = (executable: string, args: readonly string[]) => Promise<string | undefined>;

export interface AskOptions {
  readonly trust: Trust;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** How long each program may take, in milliseconds. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal;
}

/** Runs programs of the system that ask nothing. */
export function asker({ trust, env, cwd, timeoutMs, signal }: AskOptions): Ask {
  return async (executable, args) => {
    const timeout = AbortSignal.timeout(timeoutMs);
    const result = await runProcess({
      trust,
      executable,
      command: { args: [...args], cwd, stdin: 'ignore' },
      env: Object.fromEntries(
        Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
      ),
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
    });
    return result.exitCode === 0 ? result.stdout : undefined;
  };
}
