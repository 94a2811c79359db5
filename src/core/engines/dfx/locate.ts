import { realpath } from 'node:fs/promises';
import path from 'node:path';
import {
  isFixedPath,
  locateProgram,
  needsShell,
  nodeProgramFiles,
  type ProgramFiles,
  shellOnly,
  stampOf,
} from '../../process/locate-program';
import { isFile, readText } from '../../project/files';
import { type Message, msg } from '../../util/message';
import { compareVersions, type FoundTool, type ToolVersions } from '../tool-note';
import type { DfxLocations } from './locations';

/** Where dfx is, or why there is none to run. */
export type DfxLocation =
  | { readonly state: 'found'; readonly path: string }
  | { readonly state: 'missing'; readonly message: Message }
  | { readonly state: 'not-executable'; readonly path: string; readonly message: Message };

export interface LocateOptions {
  /** The user's setting; empty where it is not set. */
  readonly setting: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly locations: DfxLocations;
  readonly files?: ProgramFiles;
}

/**
 * Finds dfx: the setting, PATH, then the folder of the version manager, which the PATH of a VS Code that was not started
 * from a shell often lacks. A relative path, in the setting or in PATH, counts for nothing: it would lead into whatever
 * folder happens to be open.
 */
export async function locateDfx(options: LocateOptions): Promise<DfxLocation> {
  const { files = nodeProgramFiles, home, locations, platform } = options;
  const setting = options.setting.trim().replace(/^~(?=$|[\\/])/, () => home);
  if (setting !== '') {
    if (!isFixedPath(setting, platform)) {
      return { state: 'missing', message: msg('The path of dfx in the settings must be absolute: {0}', setting) };
    }
    if (!(await files.isFile(setting))) {
      return { state: 'missing', message: msg('There is no file at the path of dfx in the settings: {0}', setting) };
    }
    if (needsShell(setting, platform)) {
      return { state: 'missing', message: shellOnly(setting) };
    }
    return (await files.isExecutable(setting)) ? { state: 'found', path: setting } : notExecutable(setting);
  }
  const [first] = await locateProgram({ ...options, name: 'dfx', folders: [locations.dfxvmBin] });
  if (first === undefined) {
    const message =
      platform === 'win32'
        ? msg('dfx does not run on Windows itself, but in WSL.')
        : msg('dfx was found neither on PATH nor in the folder of dfxvm.');
    return { state: 'missing', message };
  }
  return first.executable ? { state: 'found', path: first.path } : notExecutable(first.path);
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
