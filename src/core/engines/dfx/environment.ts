/** What dfx's environment may hold besides what VS Code's own process has. */
export interface EnvironmentOptions {
  /** A call that no person asked for: dfx then collects no telemetry. */
  readonly background?: boolean;
  /** The user has allowed identities that are stored in plain text on mainnet. */
  readonly allowPlaintextOnMainnet?: boolean;
}

/**
 * Variables that would change what a command does without its command line showing it, and those by which VS Code's
 * own process runs as Node: `npm run build`, which dfx starts, would inherit them.
 */
const REMOVED: ReadonlySet<string> = new Set([
  'DFX_NETWORK',
  'DFX_IDENTITY',
  'DFX_VERSION',
  'DFX_RUNNING_IN_BACKGROUND',
  'ICP_ENVIRONMENT',
  'ICP_NETWORK',
  'ELECTRON_RUN_AS_NODE',
  'ELECTRON_NO_ATTACH_CONSOLE',
  'NODE_CHANNEL_FD',
]);

/** The environment for a dfx process, made from that of this one. */
export function dfxEnvironment(base: NodeJS.ProcessEnv, options: EnvironmentOptions = {}): Record<string, string> {
  const env: Record<string, string> = {};
  let warnings = '';
  for (const [name, value] of Object.entries(base)) {
    // Names are case-insensitive on Windows, and in capitals where dfx reads them elsewhere.
    const upper = name.toUpperCase();
    if (value === undefined || REMOVED.has(upper) || upper.startsWith('VSCODE_')) {
      continue;
    }
    if (upper === 'DFX_WARNING') {
      warnings = value;
    } else if (upper !== 'NO_COLOR' && !(options.background && upper === 'DFX_TELEMETRY')) {
      env[name] = value;
    }
  }
  const switched = warnings.split(',').filter((warning) => warning !== '');
  const add = (warning: string): void => {
    if (!switched.includes(warning)) {
      switched.push(warning);
    }
  };
  add('-deprecation');
  if (options.allowPlaintextOnMainnet) {
    add('-mainnet_plaintext_identity');
  }
  env['DFX_WARNING'] = switched.join(',');
  env['NO_COLOR'] = '1';
  if (options.background) {
    env['DFX_TELEMETRY'] = 'off';
  }
  return env;
}
