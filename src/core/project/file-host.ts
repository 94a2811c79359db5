import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { readText } from './files';

export type PathKind = 'file' | 'directory' | 'missing';

export interface DirectoryEntry {
  readonly name: string;
  readonly directory: boolean;
}

/** The file system as the analysis sees it; replaced in tests and where files live elsewhere. */
export interface FileHost {
  kind(file: string): Promise<PathKind>;
  /** Empty where the folder cannot be read. */
  list(folder: string): Promise<readonly DirectoryEntry[]>;
  /** Undefined where there is no file that can be read. */
  read(file: string): Promise<string | undefined>;
}

export const nodeFileHost: FileHost = {
  async kind(file) {
    try {
      const facts = await stat(file);
      return facts.isDirectory() ? 'directory' : 'file';
    } catch {
      return 'missing';
    }
  },
  async list(folder) {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.map((entry) => ({ name: entry.name, directory: entry.isDirectory() }));
    } catch {
      return [];
    }
  },
  async read(file) {
    const result = await readText(file);
    return result.state === 'text' ? result.text : undefined;
  },
};

/** Folders that are looked at for one pattern. */
const MAX_FOLDERS = 500;

/** The folders below `folder` for a pattern whose steps may contain `*`. */
export async function expandFolders(host: FileHost, folder: string, pattern: string): Promise<string[]> {
  let folders = [folder];
  for (const step of pattern.split('/')) {
    if (step === '' || step === '.') {
      continue;
    }
    if (!step.includes('*')) {
      folders = folders.map((at) => path.join(at, step));
      continue;
    }
    const [before, after] = [step.slice(0, step.indexOf('*')), step.slice(step.lastIndexOf('*') + 1)];
    const next: string[] = [];
    for (const at of folders.slice(0, MAX_FOLDERS)) {
      for (const { name, directory } of await host.list(at)) {
        if (directory && name.startsWith(before) && name.endsWith(after) && name !== 'node_modules') {
          next.push(path.join(at, name));
        }
      }
    }
    folders = next;
  }
  return folders.slice(0, MAX_FOLDERS);
}
