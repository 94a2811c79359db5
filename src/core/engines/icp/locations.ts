import path from 'node:path';

/** The folders that icp keeps outside projects. Nothing says that they exist. */
export interface IcpLocations {
  readonly identityDir: string;
  /** One file for each port on which a network of fixed port was started. */
  readonly portDescriptorDir: string;
}

/**
 * icp's own folders (icp-cli, `crates/icp/src/directories.rs`): `ICP_HOME` stands for all of them; on Linux
 * `XDG_DATA_HOME` and `XDG_CACHE_HOME` count, where absolute.
 */
export function icpLocations(env: NodeJS.ProcessEnv, platform: NodeJS.Platform, home: string): IcpLocations {
  const paths = platform === 'win32' ? path.win32 : path.posix;
  const base = (data: string, cache: string): IcpLocations => ({
    identityDir: paths.join(data, 'identity'),
    portDescriptorDir: paths.join(cache, 'port-descriptors'),
  });
  const own = env['ICP_HOME'];
  if (own) {
    return base(own, own);
  }
  switch (platform) {
    case 'win32': {
      const roaming = env['APPDATA'] || paths.join(home, 'AppData', 'Roaming');
      const local = env['LOCALAPPDATA'] || paths.join(home, 'AppData', 'Local');
      return base(paths.join(roaming, 'icp-cli', 'data'), paths.join(local, 'icp-cli', 'cache'));
    }
    case 'darwin': {
      const library = paths.join(home, 'Library');
      const name = 'org.dfinity.icp-cli';
      return base(paths.join(library, 'Application Support', name), paths.join(library, 'Caches', name));
    }
    default: {
      const xdg = (variable: string, ...fallback: string[]): string => {
        const value = env[variable] ?? '';
        return paths.join(paths.isAbsolute(value) ? value : paths.join(home, ...fallback), 'icp-cli');
      };
      return base(xdg('XDG_DATA_HOME', '.local', 'share'), xdg('XDG_CACHE_HOME', '.cache'));
    }
  }
}
