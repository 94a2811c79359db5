import path from 'node:path';

/** Bytes of a file's name that is made of another name; systems take 255, with the extension. */
const MAX_FILE_NAME = 200;
/** Files of Windows that are devices, whatever extension they have. */
const DEVICE = /^(?:con|prn|aux|nul|com\d|lpt\d)$/i;

/** True where `file` lies strictly inside `folder`. Compares the paths; links are not followed. */
export function isInside(folder: string, file: string, paths: path.PlatformPath = path): boolean {
  const relative = paths.relative(folder, file);
  return relative !== '' && relative !== '..' && !relative.startsWith(`..${paths.sep}`) && !paths.isAbsolute(relative);
}

/** True where joining the name to a folder stays strictly inside it. A file could name a network `../../x`. */
export function staysInside(folder: string, name: string, paths: path.PlatformPath = path): boolean {
  return !name.includes('\0') && isInside(folder, paths.resolve(folder, name), paths);
}

/** True where a path, taken from a folder, leads out of it. The folder itself does not. */
export function leavesFolder(folder: string, relative: string, paths: path.PlatformPath = path): boolean {
  // What nearly all paths are, at a fraction of the time. A colon may be a drive.
  if (!relative.includes('..') && !relative.includes(':') && !/^[\\/]/.test(relative)) {
    return false;
  }
  const target = paths.resolve(folder, relative);
  return paths.relative(folder, target) !== '' && !isInside(folder, target, paths);
}

/**
 * A name of any characters as that of a file, which leads nowhere else and is the same on every system. Several names may
 * be the same file's.
 */
export function fileNameOf(name: string): string {
  let result = '';
  let bytes = 0;
  for (const character of name.replace(/[^\p{L}\p{N}_-]/gu, '_')) {
    bytes += Buffer.byteLength(character);
    if (bytes > MAX_FILE_NAME) {
      break;
    }
    result += character;
  }
  return DEVICE.test(result) ? `${result}_` : result;
}
