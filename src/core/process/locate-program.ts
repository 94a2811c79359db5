import { constants } from 'node:fs';
import { access, stat } from 'node:fs/promises';
import path from 'node:path';

export interface ProgramSearch {
  /** Without an extension. */
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly platform: NodeJS.Platform;
  /** Searched after those of PATH, which of a VS Code that was not started from a shell often lacks them. */
  readonly folders: readonly string[];
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

function variable(env: NodeJS.ProcessEnv, name: string, platform: NodeJS.Platform): string {
  if (platform !== 'win32') {
    return env[name] ?? '';
  }
  const key = Object.keys(env).find((each) => each.toUpperCase() === name);
  return (key && env[key]) || '';
}

function fileNames({ name, env, platform }: ProgramSearch): string[] {
  if (platform !== 'win32') {
    return [name];
  }
  const extensions = (variable(env, 'PATHEXT', platform) || '.EXE').toLowerCase().split(';');
  // Scripts are left out: without a shell Windows runs none.
  return extensions
    .filter((extension) => extension === '.exe' || extension === '.com')
    .map((extension) => `${name}${extension}`);
}

/** All places of a program, the best first. A relative folder in PATH counts for nothing: it would lead into a workspace. */
export async function locateProgram(search: ProgramSearch): Promise<FoundProgram[]> {
  const { env, platform } = search;
  const folders = variable(env, 'PATH', platform)
    .split(platform === 'win32' ? ';' : ':')
    .map((folder) => (platform === 'win32' ? folder.replace(/^"(.*)"$/, '$1') : folder))
    .filter((folder) => path.isAbsolute(folder));
  const found: FoundProgram[] = [];
  for (const folder of new Set([...folders, ...search.folders])) {
    for (const name of fileNames(search)) {
      const file = path.join(folder, name);
      try {
        if ((await stat(file)).isFile()) {
          found.push({ path: file, executable: await isExecutable(file) });
        }
      } catch {
        // Not here.
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
