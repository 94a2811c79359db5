import path from 'node:path';

/** Characters of a file's name that is made of another name; systems take 255 bytes. */
const MAX_FILE_NAME = 100;

/** True where `file` lies strictly inside `folder`. Compares the paths; links are not followed. */
export function isInside(folder: string, file: string): boolean {
  const relative = path.relative(folder, file);
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${path.sep}`) && !path.isAbsolute(relative);
}

/** True where joining the name to a folder stays strictly inside it. A file could name a network `../../x`. */
export function staysInside(folder: string, name: string): boolean {
  return !name.includes('\0') && isInside(folder, path.resolve(folder, name));
}

/** True where a path, taken from a folder, leads out of it. The folder itself does not. */
export function leavesFolder(folder: string, relative: string): boolean {
  // What nearly all paths are, at a fraction of the time. A colon may be a drive.
  if (!relative.includes('..') && !relative.includes(':') && !/^[\\/]/.test(relative)) {
    return false;
  }
  const target = path.resolve(folder, relative);
  return target !== path.resolve(folder) && !isInside(folder, target);
}

/** A name of any characters as that of a file, which leads nowhere else. Several names may be the same file's. */
export function fileNameOf(name: string): string {
  return name.replace(/[^\p{L}\p{N}_-]/gu, '_').slice(0, MAX_FILE_NAME);
}
