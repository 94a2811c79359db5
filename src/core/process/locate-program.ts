import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';
import { type Message, msg } from '../util/message';

/** What the file system says of programs; replaced in tests of other systems. */
export interface ProgramFiles {
  isFile(file: string): Promise<boolean>;
  isExecutable(file: string): Promise<boolean>;
}

export const nodeProgramFiles: ProgramFiles = {
  async isFile(file) {
    try {
      return (await stat(file)).isFile();
    } catch {
      return false;
    }
  },
  isExecutable,
};

export interface ProgramSearch {
  /** Without an extension. */
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** Searched after those of PATH, which of a VS Code that was not started from a shell often lacks them. */
  readonly folders: readonly string[];
  /** Of a package of npm's: where the program itself may be, from the folder of the script that starts it on Windows. */
  readonly behindScript?: readonly string[];
  readonly files?: ProgramFiles;
}

/** What was found: a file that can be run, or, where there is no other, one that cannot. */
export interface FoundProgram {
  readonly path: string;
  readonly executable: boolean;
}

export async function isExecutable(file: string): Promise<boolean> {
  try {
    await access(file, constants.X_OK);
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}

/** The ways of paths on a system. */
export function pathsOf(platform: NodeJS.Platform): path.PlatformPath {
  return platform === 'win32' ? path.win32 : path.posix;
}

/** Whether a path is the same file from everywhere. On Windows, one without a drive depends on the current one. */
export function isFixedPath(file: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' ? /^(?:[A-Za-z]:[\\/]|[\\/]{2}[^\\/])/.test(file) : path.posix.isAbsolute(file);
}

/** A variable of an environment, in whichever case Windows has its name: `Path`, `PATH`. */
export function variable(env: NodeJS.ProcessEnv, name: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') {
    return env[name] ?? '';
  }
  const key = Object.keys(env).find((each) => each.toUpperCase() === name.toUpperCase());
  return (key && env[key]) || '';
}

/** A program of Windows by its full path: by name alone, one of that name in the current folder would be run. */
export function windowsProgram(name: string, env: NodeJS.ProcessEnv): string {
  return path.win32.join(variable(env, 'SystemRoot', 'win32') || 'C:\\Windows', 'System32', name);
}

/**
 * True for what Windows runs with a shell only. Node starts none of those without one (CVE-2024-27980), and a shell would
 * read the arguments in its own way.
 */
export function needsShell(file: string, platform: NodeJS.Platform): boolean {
  return platform === 'win32' && !/\.(?:exe|com)$/i.test(file);
}

/** Why such a file is not run, where a person has named it. */
export function shellOnly(file: string): Message {
  return msg(
    '{0} is a script, which Windows does not run by itself: name the program, whose name ends with ".exe".',
    file,
  );
}

/** The program that a script starts which npm has put into a folder on Windows. */
export async function programBehind(
  script: string,
  { behindScript = [], files = nodeProgramFiles, platform }: Pick<ProgramSearch, 'behindScript' | 'files' | 'platform'>,
): Promise<string | undefined> {
  const paths = pathsOf(platform);
  for (const place of behindScript) {
    const file = paths.join(paths.dirname(script), place);
    if (await files.isFile(file)) {
      return file;
    }
  }
  return undefined;
}

function fileNames({ name, env, platform }: ProgramSearch): string[] {
  if (platform !== 'win32') {
    return [name];
  }
  const extensions = (variable(env, 'PATHEXT', platform) || '.EXE').toLowerCase().split(';');
  return extensions.map((extension) => `${name}${extension.trim()}`).filter((file) => !needsShell(file, platform));
}

/** All places of a program, the best first. A relative folder in PATH counts for nothing: it would lead into a workspace. */
export async function locateProgram(search: ProgramSearch): Promise<FoundProgram[]> {
  const { env, files = nodeProgramFiles, name, platform } = search;
  const paths = pathsOf(platform);
  const value = variable(env, 'PATH', platform);
  // Windows takes quotes around folders, in which a semicolon may stand.
  const entries = platform === 'win32' ? (value.match(/(?:"[^"]*"|[^";])+/g) ?? []) : value.split(paths.delimiter);
  const folders = entries
    .map((folder) => (platform === 'win32' ? folder.replaceAll('"', '') : folder))
    .filter((folder) => isFixedPath(folder, platform));
  const found: FoundProgram[] = [];
  for (const folder of new Set([...folders, ...search.folders])) {
    const candidates = fileNames(search).map((each) => paths.join(folder, each));
    const script = paths.join(folder, `${name}.cmd`);
    if (platform === 'win32' && search.behindScript && (await files.isFile(script))) {
      candidates.push((await programBehind(script, search)) ?? '');
    }
    for (const file of candidates) {
      if (file !== '' && (await files.isFile(file))) {
        found.push({ path: file, executable: await files.isExecutable(file) });
      }
    }
  }
  return found.sort((a, b) => Number(b.executable) - Number(a.executable));
}

/** Names a file and its state. Not by the time of its content, which npm sets to one and the same for all versions. */
export async function stampOf(file: string): Promise<string | undefined> {
  try {
    const { ctimeMs, ino, size } = await stat(file);
    return `${ctimeMs} ${ino} ${size} ${file}`;
  } catch {
    return undefined;
  }
}
