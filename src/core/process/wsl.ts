import { cancelled } from '../util/failure';
import { type AskOptions, asker } from './ask';

/**
 * The distribution of WSL that a folder of Windows is in: `\\wsl.localhost\Ubuntu\home\ada`, or `\\wsl$\Ubuntu\…` where Windows
 * is older. Undefined for every other folder, also for those of Linux.
 */
export function wslDistribution(folder: string): string | undefined {
  return /^[\\/]{2}wsl(?:\.localhost|\$)[\\/]+([^\\/]+)/i.exec(folder)?.[1];
}

export interface WslOptions extends Omit<AskOptions, 'timeoutMs'> {
  /** `wsl.exe`, by its full path. */
  readonly program: string;
  readonly signal: AbortSignal;
}

/** Those of Docker Desktop, which are nobody's to work in. */
const NOT_FOR_WORK = /^docker-desktop/i;
/** So long a distribution may take to start and answer. */
const TIMEOUT_MS = 60_000;
const VERSION = /^(\S+) (\d+\.\d+\.\d+\S*)/;
/** The program is an argument of the shell, not a part of its text. dfxvm's folder is on the PATH of login shells only. */
const ASK_VERSION = 'export PATH="$PATH:$HOME/.local/share/dfx/bin" DFX_TELEMETRY=off; exec "$1" --version';

/**
 * The version that each distribution of WSL has of a tool, undefined where it has none. Each is started for it.
 *
 * Nothing else of a tool is run this way: see `docs/wsl.md`.
 */
export async function versionsInWsl(
  tool: string,
  options: WslOptions,
): Promise<ReadonlyMap<string, string | undefined>> {
  const listed = (await runWsl(['--list', '--quiet'], options)) ?? '';
  const found = new Map<string, string | undefined>();
  for (const distribution of listed.split('\n').filter((name) => name !== '' && !NOT_FOR_WORK.test(name))) {
    // At home, where no project says which version it wants. `--exec` starts the program without a shell of its own.
    const home = ['--distribution', distribution, '--cd', '~'];
    const said = await runWsl([...home, '--exec', '/bin/sh', '-c', ASK_VERSION, 'sh', tool], options);
    const [, name, version] = VERSION.exec(said ?? '') ?? [];
    found.set(distribution, name === tool ? version : undefined);
  }
  return found;
}

/** What it prints; undefined where it fails or is not there. */
async function runWsl(args: readonly string[], { program, ...options }: WslOptions): Promise<string | undefined> {
  // WSLENV names what of Windows' variables is passed on: nothing. `wsl.exe` itself writes UTF-16 unless it is told
  // otherwise; older ones do all the same.
  const env = { ...options.env, WSLENV: undefined, WSL_UTF8: '1' };
  const said = await asker({ ...options, env, timeoutMs: TIMEOUT_MS })(program, args);
  if (said === undefined && options.signal.aborted) {
    throw cancelled();
  }
  return said?.trim();
}
