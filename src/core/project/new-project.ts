import { cp, mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Failure } from '../util/failure';
import { msg } from '../util/message';

/** What a folder may hold that counts for nothing: what the system, git and VS Code put into one. */
const IGNORED: ReadonlySet<string> = new Set(['.git', '.vscode', '.DS_Store', 'Thumbs.db', 'desktop.ini']);
/** Of a sample that somebody works on, what its tools have made. */
const MADE: ReadonlySet<string> = new Set(['.icp', '.dfx', 'node_modules']);

/** True where a project can be made in the folder itself. */
export async function isEmptyFolder(folder: string): Promise<boolean> {
  return (await readdir(folder)).every((name) => IGNORED.has(name));
}

/** A name for a project in a folder of this name, as its tool wants names. */
export function projectNameFor(folder: string, pattern: RegExp): string {
  const plain = folder
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^[-0-9]+/, '');
  const trimmed = plain.endsWith('-') ? plain.slice(0, -1) : plain;
  return [folder, trimmed].find((name) => pattern.test(name)) ?? 'hello';
}

/**
 * Copies a project that is shipped, without what its tools have made of it.
 *
 * @param target does not exist yet, or is empty
 */
export async function copySample(sample: string, target: string): Promise<void> {
  await copyInto(sample, target, MADE);
}

/**
 * Has a tool make a project that it makes in a folder of its own only, and puts that into an empty folder.
 *
 * @param make makes the folder `name` in the folder that it is given
 */
export async function makeInside(target: string, name: string, make: (parent: string) => Promise<void>): Promise<void> {
  const parent = await mkdtemp(path.join(os.tmpdir(), 'ic-canisters-new-'));
  try {
    await make(parent);
    // Where the folder is in git already, it stays as it is.
    const git = new Set((await readdir(target)).filter((file) => file === '.git'));
    await copyInto(path.join(parent, name), target, git);
  } finally {
    await rm(parent, { recursive: true, force: true });
  }
}

/** Nothing that is there is written over. @param skipped names in the topmost folder */
async function copyInto(from: string, to: string, skipped: ReadonlySet<string>): Promise<void> {
  try {
    const names = (await readdir(from)).filter((name) => !skipped.has(name));
    await mkdir(to, { recursive: true });
    const taken = new Set(await readdir(to));
    if (names.some((name) => taken.has(name))) {
      throw new Failure({ message: msg('{0} is not empty: nothing was made there.', to) });
    }
    for (const name of names) {
      await cp(path.join(from, name), path.join(to, name), { recursive: true, verbatimSymlinks: true });
    }
  } catch (error) {
    if (error instanceof Failure) {
      throw error;
    }
    const message = msg('The files of the project could not be written. The log shows why.');
    throw new Failure({ message, detail: String(error) });
  }
}
