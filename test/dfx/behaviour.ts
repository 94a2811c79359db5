/** What a test can make the stand-in do that a real dfx does only on a bad day. */
import { existsSync, readFileSync } from 'node:fs';

export interface Behaviour {
  /** Waits before the command does anything, in milliseconds. */
  readonly delayMs?: number;
  /** The command, such as `deploy` or `canister stop`, that never ends once it has begun. */
  readonly hang?: string;
  /** Ignores SIGTERM and SIGINT. */
  readonly stubborn?: boolean;
  /** Ends itself by SIGKILL after writing a line that contains this text. */
  readonly killAfter?: string;
  /** Command, as for `hang`, to the code it exits with at once, after `says` on standard error. */
  readonly exit?: { readonly command: string; readonly code: number; readonly says: string };
}

/**
 * From the variable `DFX_STAND_IN`, else from the file `stand-in.json` beside the executable, which reaches a dfx that
 * another process starts; both hold JSON.
 */
export function readBehaviour(env: NodeJS.ProcessEnv, file: string): Behaviour {
  const text = env['DFX_STAND_IN'] ?? (existsSync(file) ? readFileSync(file, 'utf8') : '{}');
  return JSON.parse(text) as Behaviour;
}
