import { open, stat } from 'node:fs/promises';
import { type Message, msg } from '../util/message';

/** The longest file of settings or ids that is read, in bytes; a thousand canisters take a tenth of it. */
export const MAX_TEXT_BYTES = 8 * 1024 * 1024;

/** What reading a file came to. A file that is not there is no failure. */
export type FileText =
  | { readonly state: 'text'; readonly text: string; readonly mtimeMs: number; readonly size: number }
  | { readonly state: 'missing' }
  | { readonly state: 'failed'; readonly message: Message };

function errorCode(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}

/** Why a file could not be read, as a sentence. */
export function readFailure(file: string, error: unknown): Message {
  switch (errorCode(error)) {
    case 'EACCES':
    case 'EPERM':
      return msg('{0} cannot be read: permission denied.', file);
    default:
      return msg('{0} cannot be read: {1}.', file, errorCode(error) || 'unknown error');
  }
}

/** True for the errors that mean that a file, or a folder on the way to it, does not exist. */
export function isMissing(error: unknown): boolean {
  return ['ENOENT', 'ENOTDIR'].includes(errorCode(error));
}

/**
 * Reads a UTF-8 file of settings. Only regular files are read, since opening a pipe would wait for ever,
 * and none above {@link MAX_TEXT_BYTES}.
 */
export async function readText(file: string): Promise<FileText> {
  try {
    const facts = await stat(file);
    if (!facts.isFile()) {
      return { state: 'failed', message: msg('{0} is not a file.', file) };
    }
    if (facts.size > MAX_TEXT_BYTES) {
      return { state: 'failed', message: msg('{0} is too large to be read.', file) };
    }
    const handle = await open(file, 'r');
    try {
      const text = await handle.readFile('utf8');
      return { state: 'text', text, mtimeMs: facts.mtimeMs, size: facts.size };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return isMissing(error) ? { state: 'missing' } : { state: 'failed', message: readFailure(file, error) };
  }
}

/** True where there is a regular file, or a link to one. */
export async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch {
    return false;
  }
}
