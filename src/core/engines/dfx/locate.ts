import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import path from 'node:path';
import { isFile } from '../../project/files';
import { type Message, msg } from '../../util/message';
import type { DfxLocations } from './locations';

/** Where dfx is, or why there is none to run. */
export type DfxLocation =
  | { readonly state: 'found'; readonly path: string; readonly via: 'setting' | 'path' | 'dfxvm' }
  | { readonly state: 'missing'; readonly message: Message }
  | { readonly state: 'not-executable'; readonly path: string; readonly message: Message };

export interface LocateOptions {
  /** The user's setting; empty where it is not set. */
  readonly setting: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly locations: DfxLocations;
}

async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function variable(env: NodeJS.ProcessEnv, name: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') {
    return env[name] ?? '';
  }
  const key = Object.keys(env).find((key) => key.toUpperCase() === name);
  return (key && env[key]) || '';
}

/** The file names that a program named dfx can have. */
function fileNames(env: NodeJS.ProcessEnv, platform: NodeJS.Platform): string[] {
  if (platform !== 'win32') {
    return ['dfx'];
  }
  const extensions = (variable(env, 'PATHEXT', platform) || '.EXE').toLowerCase().split(';');
  // Scripts are left out: without a shell Windows runs none.
  return extensions
    .filter((extension) => extension === '.exe' || extension === '.com')
    .map((extension) => `dfx${extension}`);
}

/**
 * Finds dfx: the setting, PATH, then the folder of the version manager, which the PATH of a VS Code that was not started
 * from a shell often lacks. A relative path, in the setting or in PATH, counts for nothing: it would lead into whatever
 * folder happens to be open.
 */
export async function locateDfx(options: LocateOptions): Promise<DfxLocation> {
  const { env, platform, home, locations } = options;
  const setting = options.setting.trim().replace(/^~(?=$|[\\/])/, () => home);
  if (setting !== '') {
    if (!path.isAbsolute(setting)) {
      return { state: 'missing', message: msg('The path of dfx in the settings must be absolute: {0}', setting) };
    }
    if (!(await isFile(setting))) {
      return { state: 'missing', message: msg('There is no file at the path of dfx in the settings: {0}', setting) };
    }
    return (await isExecutable(setting)) ? { state: 'found', path: setting, via: 'setting' } : notExecutable(setting);
  }

  const delimiter = platform === 'win32' ? ';' : ':';
  const folders = variable(env, 'PATH', platform)
    .split(delimiter)
    .map((folder) => (platform === 'win32' ? folder.replace(/^"(.*)"$/, '$1') : folder))
    .filter((folder) => path.isAbsolute(folder))
    .map((folder) => ({ folder, via: 'path' as const }));
  let unusable: string | undefined;
  for (const { folder, via } of [...folders, { folder: locations.dfxvmBin, via: 'dfxvm' as const }]) {
    for (const name of fileNames(env, platform)) {
      const file = path.join(folder, name);
      if (!(await isFile(file))) {
        continue;
      }
      if (await isExecutable(file)) {
        return { state: 'found', path: file, via };
      }
      unusable ??= file;
    }
  }
  return unusable === undefined
    ? { state: 'missing', message: msg('dfx was found neither on PATH nor in the folder of dfxvm.') }
    : notExecutable(unusable);
}

function notExecutable(file: string): DfxLocation {
  return { state: 'not-executable', path: file, message: msg('{0} may not be executed.', file) };
}
