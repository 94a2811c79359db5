import { lstat } from 'node:fs/promises';

/** Whether there is something at a path, if only a link that leads nowhere. */
export async function isThere(file: string): Promise<boolean> {
  try {
    await lstat(file);
    return true;
  } catch {
    return false;
  }
}
