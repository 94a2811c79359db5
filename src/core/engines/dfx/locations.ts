import path from 'node:path';

/** The folders and files that dfx keeps outside projects. Nothing says that they exist. */
export interface DfxLocations {
  readonly configDir: string;
  readonly sharedDataDir: string;
  readonly cacheDir: string;
  readonly networksJson: string;
  readonly identityDir: string;
  /** Holds the name of the selected identity. */
  readonly identityJson: string;
  /** Where the version manager dfxvm keeps its `dfx` proxy. */
  readonly dfxvmBin: string;
  /** Where dfxvm keeps each dfx, in a folder named by its version. */
  readonly dfxvmVersions: string;
}

/**
 * dfx's own folders, from the environment variables that dfx reads: `DFX_CONFIG_ROOT`, `DFX_CACHE_ROOT` and, on
 * Linux, `XDG_DATA_HOME` (only if absolute). `XDG_CONFIG_HOME` and `XDG_CACHE_HOME` count for nothing there.
 */
export function dfxLocations(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): DfxLocations {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const appFolder = (variable: string, ...fallback: string[]): string =>
    paths.join(env[variable] || paths.join(home, ...fallback), 'dfinity', 'dfx');

  let configDir: string;
  let sharedDataDir: string;
  let cacheDir: string;
  if (platform === 'win32') {
    configDir = env['DFX_CONFIG_ROOT'] || paths.join(appFolder('APPDATA', 'AppData', 'Roaming'), 'config');
    sharedDataDir = paths.join(appFolder('LOCALAPPDATA', 'AppData', 'Local'), 'data');
    cacheDir = env['DFX_CACHE_ROOT'] || paths.join(appFolder('LOCALAPPDATA', 'AppData', 'Local'), 'cache');
  } else {
    configDir = paths.join(env['DFX_CONFIG_ROOT'] || home, '.config', 'dfx');
    cacheDir = paths.join(env['DFX_CACHE_ROOT'] || home, '.cache', 'dfinity');
    const dataHome = env['XDG_DATA_HOME'] ?? '';
    sharedDataDir =
      platform === 'darwin'
        ? paths.join(home, 'Library', 'Application Support', 'org.dfinity.dfx')
        : paths.join(paths.isAbsolute(dataHome) ? dataHome : paths.join(home, '.local', 'share'), 'dfx');
  }
  return {
    configDir,
    sharedDataDir,
    cacheDir,
    networksJson: paths.join(configDir, 'networks.json'),
    identityDir: paths.join(configDir, 'identity'),
    identityJson: paths.join(configDir, 'identity.json'),
    dfxvmBin: paths.join(sharedDataDir, 'bin'),
    dfxvmVersions: paths.join(sharedDataDir, 'versions'),
  };
}
