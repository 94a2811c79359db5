/**
 * Reading files that a project names. A project may be anybody's: a path in it, or a link on the way, could lead to a
 * device that never ends, to a pipe that blocks, or to a file of the user's that has no business on a network.
 */
import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { Failure } from './failure';
import { isThere } from './is-there';
import { msg } from './message';
import { isInside } from './paths';

/** How files below a folder may be read. */
export interface Confinement {
  /** Folder of the project. */
  readonly root: string;
  /** Bytes. */
  readonly maxBytes: number;
}

/**
 * Opens a regular file that really lies, links followed, in the project or in the checkout that the project is part of.
 *
 * @throws {Failure} where the file is elsewhere, no regular file, or too large; what the system says where it is missing
 */
export async function openConfined(file: string, { root, maxBytes }: Confinement): Promise<FileHandle> {
  const real = await realpath(file);
  if (!isInside(await checkoutOf(root), real)) {
    throw new Failure({ message: msg('{0} lies outside of the project: it is not read.', file) });
  }
  // Not blocking, for a pipe; a link that has taken the file's place since is not followed.
  const handle = await open(real, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0));
  try {
    const facts = await handle.stat();
    if (!facts.isFile()) {
      throw new Failure({ message: msg('{0} is not a file.', file) });
    }
    if (facts.size > maxBytes) {
      throw new Failure({ message: msg('{0} is too large to be read.', file) });
    }
    return handle;
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** The whole of a file that {@link openConfined} opens. */
export async function readConfined(file: string, confinement: Confinement): Promise<Buffer> {
  const handle = await openConfined(file, confinement);
  try {
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

/** True where a file that may not be there yet would really lie in the folder, links on the way followed. */
export async function liesInside(root: string, file: string): Promise<boolean> {
  let folder = path.dirname(file);
  while (folder !== path.dirname(folder) && !(await isThere(folder))) {
    folder = path.dirname(folder);
  }
  try {
    const [realRoot, real] = [await realpath(root), await realpath(folder)];
    return real === realRoot || isInside(realRoot, real);
  } catch {
    return false;
  }
}

/**
 * The real path of the checkout that holds a project: a dfx.json in a folder of a repository names files beside it. A
 * home folder that is a repository is none.
 */
async function checkoutOf(root: string): Promise<string> {
  const real = await realpath(root);
  const home = await realpath(os.homedir()).catch(() => '');
  for (let folder = real; folder !== path.dirname(folder) && folder !== home; folder = path.dirname(folder)) {
    if (await isThere(path.join(folder, '.git'))) {
      return folder;
    }
  }
  return real;
}
