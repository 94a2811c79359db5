import { windowsProgram } from './locate-program';
import { quoteCommand } from './quote';

/** Variables by which a tool would act on another network, or as somebody else, than its command line says. */
const MISLEADING = /^(DFX|ICP)_\w+$/i;

/** Holds the command line for cmd.exe. */
const COMMAND = 'IC_CANISTERS_COMMAND';

/** How a program is started. */
export interface Start {
  readonly program: string;
  readonly args: readonly string[];
  /** What is added to the environment that is there. */
  readonly env: Readonly<Record<string, string>>;
}

/**
 * How to start a tool where its environment can be added to, but nothing be taken away from it, as a task of VS Code: a variable
 * that is null there breaks the task, or is the text "null". So a program of the system takes away what would mislead the tool.
 *
 * @param inherited the environment that is there
 */
export function cleanStart(
  executable: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
  { platform, inherited }: { readonly platform: NodeJS.Platform; readonly inherited: NodeJS.ProcessEnv },
): Start {
  const isWindows = platform === 'win32';
  const nameIn = (name: string) => (isWindows ? name.toUpperCase() : name);
  const wanted = new Set(Object.keys(env).map(nameIn));
  const removed = Object.keys(inherited).filter((name) => MISLEADING.test(name) && !wanted.has(nameIn(name)));
  if (removed.length === 0) {
    return { program: executable, args, env };
  }
  if (!isWindows) {
    return { program: '/usr/bin/env', args: [...removed.flatMap((name) => ['-u', name]), executable, ...args], env };
  }
  // cmd.exe puts what stands between exclamation marks there after it has read the line: nothing in that is taken for its own.
  const line = [...removed.map((name) => `set ${name}=`), `!${COMMAND}!`].join('&');
  return {
    program: windowsProgram('cmd.exe', inherited),
    args: ['/d', '/v:on', '/s', '/c', line],
    env: { ...env, [COMMAND]: quoteCommand(executable, args, platform) },
  };
}
