import os from 'node:os';

/**
 * Variables that would change what a command does without its command line showing it, that make icp append stack
 * traces, and those by which VS Code's own process runs as Node: build scripts would inherit them.
 */
const REMOVED: ReadonlySet<string> = new Set([
  'ICP_ENVIRONMENT',
  'ICP_NETWORK',
  'ICP_PROJECT_ROOT',
  'RUST_BACKTRACE',
  'RUST_LIB_BACKTRACE',
  'ELECTRON_RUN_AS_NODE',
  'ELECTRON_NO_ATTACH_CONSOLE',
  'NODE_CHANNEL_FD',
  'NO_COLOR',
]);

/**
 * The environment for an icp process, made from that of this one.
 *
 * @param options `background`: nobody asked for the command, so it collects no telemetry
 */
export function icpEnvironment(
  base: NodeJS.ProcessEnv,
  options: { background?: boolean } = {},
): Record<string, string> {
  const env: Record<string, string> = {};
  for (const [name, value] of Object.entries(base)) {
    // Names are case-insensitive on Windows.
    const upper = name.toUpperCase();
    if (value !== undefined && !REMOVED.has(upper) && !upper.startsWith('VSCODE_')) {
      env[name] = value;
    }
  }
  env['NO_COLOR'] = '1';
  // In a container often nobody says it, and `icp new` fails where git does not know a name either.
  env['USER'] ??= env['USERNAME'] ?? userName();
  if (options.background) {
    env['DO_NOT_TRACK'] = '1';
  }
  return env;
}

function userName(): string {
  try {
    return os.userInfo().username;
  } catch {
    // A container's user may have no name.
    return 'user';
  }
}
