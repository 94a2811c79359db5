import {
  isFixedPath,
  locateProgram,
  needsShell,
  nodeProgramFiles,
  type ProgramFiles,
  pathsOf,
  programBehind,
  shellOnly,
  stampOf,
} from '../../process/locate-program';
import { runProcess } from '../../process/run';
import type { ToolLocation } from '../../process/tool';
import { msg } from '../../util/message';
import type { Trust } from '../../util/trust';
import { compareVersions, type ToolVersions } from '../tool-note';
import { icpEnvironment } from './environment';

/** Where icp may be. */
export interface FindOptions {
  /** The user's setting; empty where it is not set. */
  readonly setting: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly files?: ProgramFiles;
}

/**
 * The program in icp's package of npm, from where npm puts the script that starts it: a package of its own beside or below
 * `@icp-sdk/icp-cli` (icp-cli, `npm/icp-cli/bin/icp.js`).
 */
const IN_PACKAGE = 'node_modules/@icp-sdk/icp-cli-win32-x64/bin/icp.exe';
const BEHIND_SCRIPT = [`node_modules/@icp-sdk/icp-cli/${IN_PACKAGE}`, IN_PACKAGE];

export interface LocateOptions extends FindOptions {
  /** Which of the programs of that name is icp, only running them tells. */
  readonly trust: Trust;
  /** Gets what they say. */
  readonly versions?: ToolVersions;
}

/** Where the installers of icp put it: cargo-dist's, and Homebrew's on both systems. */
export function usualFolders({ platform, home }: Pick<FindOptions, 'platform' | 'home'>): string[] {
  const cargo = pathsOf(platform).join(home, '.cargo', 'bin');
  switch (platform) {
    case 'win32':
      return [cargo];
    case 'darwin':
      return [cargo, '/opt/homebrew/bin', '/usr/local/bin'];
    default:
      return [cargo, '/home/linuxbrew/.linuxbrew/bin', '/usr/local/bin'];
  }
}

/** What a file is: icp's version, null where it is another program, undefined where nobody knows. */
type VersionOf = (file: string) => Promise<string | null | undefined>;

/**
 * Finds icp: the setting, PATH, then the usual folders. Other programs have that name too, so that what does not answer
 * as icp does counts for nothing; nothing inside a workspace is ever asked.
 */
export function locateIcp(options: LocateOptions): Promise<ToolLocation> {
  return search(options, async (file) => (await icpVersion(file, options)) ?? null);
}

/** Where icp seems to be, from what is known of the programs of that name: none is started. */
export function findIcp(options: FindOptions, versions: ToolVersions): Promise<ToolLocation> {
  return search(options, async (file) => {
    const stamp = await stampOf(file);
    return stamp === undefined ? undefined : versions.of(stamp);
  });
}

async function search(options: FindOptions, versionOf: VersionOf): Promise<ToolLocation> {
  const setting = options.setting.trim().replace(/^~(?=$|[\\/])/, () => options.home);
  const { files = nodeProgramFiles, platform } = options;
  const behind = { behindScript: BEHIND_SCRIPT, files, platform };
  if (setting !== '') {
    if (!isFixedPath(setting, platform)) {
      return { state: 'missing', message: msg('The path of icp in the settings must be absolute: {0}', setting) };
    }
    if (!(await files.isExecutable(setting))) {
      return { state: 'missing', message: msg('There is no program at the path of icp in the settings: {0}', setting) };
    }
    const program = needsShell(setting, platform) ? await programBehind(setting, behind) : setting;
    if (program === undefined) {
      return { state: 'missing', message: shellOnly(setting) };
    }
    const version = await versionOf(program);
    return version === null
      ? { state: 'missing', message: msg('{0} does not answer as icp does.', program) }
      : found(program, version);
  }
  const programs = await locateProgram({ ...options, ...behind, name: 'icp', folders: usualFolders(options) });
  for (const { path: file, executable } of programs) {
    const version = executable ? await versionOf(file) : null;
    if (version !== null) {
      return found(file, version);
    }
  }
  const [first] = programs;
  if (first === undefined) {
    return { state: 'missing', message: msg('icp was found neither on PATH nor where its installers put it.') };
  }
  return first.executable
    ? { state: 'missing', message: msg('{0} does not answer as icp does.', first.path) }
    : { state: 'not-executable', message: msg('{0} may not be executed.', first.path) };
}

/** Before, root keys, names and deletions were otherwise (see icp-cli's changelog). */
const OLDEST = [1, 2];
/** The newest that its contract was held to. */
export const NEWEST = [1, 5];

function isTooOld(version: string): boolean {
  return compareVersions(version, OLDEST) < 0;
}

/** True where a version may do otherwise than is known here. */
export function isNewer(version: string): boolean {
  return compareVersions(version, NEWEST) > 0;
}

function found(file: string, version: string | undefined): ToolLocation {
  return version !== undefined && isTooOld(version)
    ? {
        state: 'too-old',
        version,
        message: msg('icp {0} ({1}) is too old: {2} or newer is needed.', version, file, OLDEST.join('.')),
      }
    : { state: 'found', path: file, version };
}

const VERSION_TIMEOUT_MS = 10_000;
const MAX_VERSIONS = 100;
const asked = new Map<string, Promise<string | null | undefined>>();

/**
 * What `icp --version` says; null for another program. One that can be used is asked once for each state of its file.
 * Others are asked anew each time, since a version manager's file stays the same when it has another icp.
 */
async function icpVersion(executable: string, options: LocateOptions): Promise<string | null | undefined> {
  const stamp = await stampOf(executable);
  if (stamp === undefined) {
    return undefined;
  }
  if (asked.size >= MAX_VERSIONS) {
    asked.clear();
  }
  const asking = asked.get(stamp) ?? askVersion(executable, options);
  asked.set(stamp, asking);
  const version = await asking;
  if (version === undefined || version === null || isTooOld(version)) {
    asked.delete(stamp);
  }
  if (version !== undefined) {
    options.versions?.note(stamp, version);
  }
  return version;
}

/** Undefined where it did not come to an answer. */
async function askVersion(executable: string, { env, home, trust }: LocateOptions): Promise<string | null | undefined> {
  const result = await runProcess({
    trust,
    executable,
    command: { args: ['--version'], cwd: home, stdin: 'ignore' },
    env: icpEnvironment(env, { background: true }),
    signal: AbortSignal.timeout(VERSION_TIMEOUT_MS),
  });
  if (result.exitCode === null || result.cancelled) {
    return undefined;
  }
  return (result.exitCode === 0 ? /^icp (\d+\.\d+\.\d+\S*)/.exec(result.stdout)?.[1] : undefined) ?? null;
}
