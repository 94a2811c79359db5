import { constants } from 'node:fs';
import { access, realpath } from 'node:fs/promises';
import path from 'node:path';
import { stampOf } from '../../process/locate-program';
import { isFile, readText } from '../../project/files';
import { type Message, msg } from '../../util/message';
import { compareVersions, type FoundTool, type ToolVersions } from '../tool-note';
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

/** Of older ones `dfx deploy` knows no `--mode` but `reinstall` (dfx's changelog, 0.24.0). */
const OLDEST = [0, 24];
/** What dfxvm takes for a version, in a file that anybody may have written. */
const VERSION = /^\d+\.\d+\.\d+(?:[-+][\w.+-]{1,50})?$/;

/**
 * Where dfx seems to be, and which it would be in a project: from dfxvm's files, or from what the program said when it
 * last ran here. None is started.
 *
 * @param root the project's folder; without it, what dfxvm uses elsewhere
 */
export async function findDfx(
  options: LocateOptions,
  versions: ToolVersions,
  root: string | undefined,
): Promise<FoundTool> {
  const location = await locateDfx(options);
  if (location.state !== 'found') {
    return location;
  }
  const { path: file } = location;
  if (!(await isSame(file, path.join(options.locations.dfxvmBin, 'dfx')))) {
    const stamp = await stampOf(file);
    return judged(file, (stamp === undefined ? undefined : versions.of(stamp)) ?? versionInPath(await real(file)));
  }
  const choice = await chosenByDfxvm(options.home, root);
  if (choice && !(await isFile(path.join(options.locations.dfxvmVersions, choice.version, 'dfx')))) {
    const { version, source } = choice;
    const line = `dfxvm install ${version}`;
    const message = msg('{0} says dfx {1}, which dfxvm has not installed. "{2}" does that.', source, version, line);
    return { state: 'missing', message, wanted: version, installer: { name: 'dfxvm', line } };
  }
  return judged(file, choice?.version);
}

/** The version that dfxvm's dfx would be: that of the nearest dfx.json, else the default. */
async function chosenByDfxvm(home: string, root: string | undefined) {
  const pinned = root === undefined ? undefined : await versionAt(path.join(root, 'dfx.json'), 'dfx');
  if (pinned !== undefined) {
    return { version: pinned, source: 'dfx.json' };
  }
  const settings = path.join(home, '.config', 'dfx', 'version-manager.json');
  const usual = await versionAt(settings, 'default_version');
  return usual === undefined ? undefined : { version: usual, source: settings };
}

async function versionAt(file: string, key: string): Promise<string | undefined> {
  const content = await readText(file);
  if (content.state !== 'text') {
    return undefined;
  }
  try {
    const version: unknown = JSON.parse(content.text)?.[key];
    return typeof version === 'string' && VERSION.test(version) ? version : undefined;
  } catch {
    return undefined;
  }
}

/** The folders of dfx's cache and of dfxvm's installations bear the version. */
function versionInPath(file: string): string | undefined {
  const version = path.basename(path.dirname(file));
  return path.basename(path.dirname(path.dirname(file))) === 'versions' && VERSION.test(version) ? version : undefined;
}

function judged(file: string, version: string | undefined): FoundTool {
  if (version === undefined || compareVersions(version, OLDEST) >= 0) {
    return { state: 'found', path: file, version };
  }
  const oldest = OLDEST.join('.');
  return {
    state: 'too-old',
    version,
    message: msg('dfx {0} ({1}) is too old to deploy from here: {2} or newer is needed.', version, file, oldest),
    hint: msg('Deploying needs {0} or newer. For all else it is used.', oldest),
  };
}

async function isSame(file: string, other: string): Promise<boolean> {
  return (await real(file)) === (await real(other));
}

async function real(file: string): Promise<string> {
  return await realpath(file).catch(() => file);
}
