import { stat } from 'node:fs/promises';
import path from 'node:path';
import { isExecutable, locateProgram } from '../../process/locate-program';
import { runProcess } from '../../process/run';
import type { ToolLocation } from '../../process/tool';
import { msg } from '../../util/message';
import type { Trust } from '../../util/trust';
import { icpEnvironment } from './environment';

export interface LocateOptions {
  /** The user's setting; empty where it is not set. */
  readonly setting: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  readonly home: string;
  /** Which of the programs of that name is icp, only running them tells. */
  readonly trust: Trust;
}

/** Where the installers of icp put it: cargo-dist's, and Homebrew's on both systems. */
function usualFolders({ platform, home }: LocateOptions): string[] {
  const cargo = path.join(home, '.cargo', 'bin');
  switch (platform) {
    case 'win32':
      return [cargo];
    case 'darwin':
      return [cargo, '/opt/homebrew/bin', '/usr/local/bin'];
    default:
      return [cargo, '/home/linuxbrew/.linuxbrew/bin', '/usr/local/bin'];
  }
}

/**
 * Finds icp: the setting, PATH, then the usual folders. Other programs have that name too, so that what does not answer
 * as icp does counts for nothing; nothing inside a workspace is ever asked.
 */
export async function locateIcp(options: LocateOptions): Promise<ToolLocation> {
  const setting = options.setting.trim().replace(/^~(?=$|[\\/])/, () => options.home);
  if (setting !== '') {
    if (!path.isAbsolute(setting)) {
      return { state: 'missing', message: msg('The path of icp in the settings must be absolute: {0}', setting) };
    }
    if (!(await isExecutable(setting))) {
      return { state: 'missing', message: msg('There is no program at the path of icp in the settings: {0}', setting) };
    }
    const version = await icpVersion(setting, options);
    return version === undefined
      ? { state: 'missing', message: msg('{0} does not answer as icp does.', setting) }
      : found(setting, version);
  }
  const programs = await locateProgram({ ...options, name: 'icp', folders: usualFolders(options) });
  for (const { path: file, executable } of programs) {
    const version = executable ? await icpVersion(file, options) : undefined;
    if (version !== undefined) {
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
const NEWEST = [1, 5];

function compare(version: string, other: readonly number[]): number {
  const parts = version.split('.').map(Number);
  const index = other.findIndex((part, at) => part !== parts[at]);
  return index < 0 ? 0 : parts[index]! - other[index]!;
}

/** True where a version may do otherwise than is known here. */
export function isNewer(version: string): boolean {
  return compare(version, NEWEST) > 0;
}

function found(file: string, version: string): ToolLocation {
  return compare(version, OLDEST) < 0
    ? {
        state: 'too-old',
        message: msg('icp {0} ({1}) is too old: {2} or newer is needed.', version, file, OLDEST.join('.')),
      }
    : { state: 'found', path: file, version };
}

const VERSION_TIMEOUT_MS = 10_000;
const MAX_VERSIONS = 100;
const versions = new Map<string, Promise<string | undefined>>();

/** What `icp --version` says; undefined where it is another program. Asked once for each state of the file. */
async function icpVersion(executable: string, options: LocateOptions): Promise<string | undefined> {
  let key: string;
  try {
    const { mtimeMs, size } = await stat(executable);
    key = `${mtimeMs} ${size} ${executable}`;
  } catch {
    return undefined;
  }
  const known = versions.get(key);
  if (known !== undefined) {
    return known;
  }
  const asked = askVersion(executable, options);
  if (versions.size >= MAX_VERSIONS) {
    versions.clear();
  }
  versions.set(key, asked);
  const version = await asked;
  if (version === undefined) {
    // It may only have been too slow.
    versions.delete(key);
  }
  return version;
}

async function askVersion(executable: string, { env, home, trust }: LocateOptions): Promise<string | undefined> {
  const result = await runProcess({
    trust,
    executable,
    command: { args: ['--version'], cwd: home, stdin: 'ignore' },
    env: icpEnvironment(env, { background: true }),
    signal: AbortSignal.timeout(VERSION_TIMEOUT_MS),
  });
  return result.exitCode === 0 ? /^icp (\d+\.\d+\.\d+\S*)/.exec(result.stdout)?.[1] : undefined;
}
