import { isUtf8 } from 'node:buffer';
import { open, stat } from 'node:fs/promises';
import type { TextRange } from '../document/tree';
import { openConfined } from '../util/confined-file';
import { Failure } from '../util/failure';
import { type Message, msg } from '../util/message';

/** The longest file of settings or ids that is read, in bytes; a thousand canisters take a tenth of it. */
export const MAX_TEXT_BYTES = 8 * 1024 * 1024;

/** What reading a file came to. A file that is not there is no failure. */
export type FileText =
  | { readonly state: 'text'; readonly text: string; readonly mtimeMs: number; readonly size: number }
  | { readonly state: 'missing' }
  | {
      readonly state: 'failed';
      readonly message: Message;
      /** In the text as an editor shows it. */
      readonly range?: TextRange;
    };

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
 * and none above {@link MAX_TEXT_BYTES}. What is no UTF-8 is replaced, as editors do.
 */
export function readText(file: string): Promise<FileText> {
  return read(file, (bytes) => ({ text: bytes.toString('utf8') }));
}

/** As {@link readText}, but what is no UTF-8 is a failure, as it is for every tool that reads the bytes. */
export function readStrictText(file: string): Promise<FileText> {
  return read(file, decodeStrictly);
}

async function read(
  file: string,
  decode: (bytes: Buffer) => { readonly text: string } | { readonly message: Message; readonly range: TextRange },
): Promise<FileText> {
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
      const decoded = decode(await handle.readFile());
      return 'text' in decoded
        ? { state: 'text', ...decoded, mtimeMs: facts.mtimeMs, size: facts.size }
        : { state: 'failed', ...decoded };
    } finally {
      await handle.close();
    }
  } catch (error) {
    return isMissing(error) ? { state: 'missing' } : { state: 'failed', message: readFailure(file, error) };
  }
}

/** The text, or why the bytes are none. A byte order mark of UTF-8 stays part of the text. */
export function decodeStrictly(bytes: Buffer): { text: string } | { message: Message; range: TextRange } {
  // With a mark, or by the zeros of Latin letters without one.
  const wide = /^(?:\xff\xfe|\xfe\xff|[^\0]\0|\0[^\0])/.test(bytes.toString('latin1', 0, 2));
  if (wide) {
    return {
      message: msg('The file is saved as UTF-16, but has to be UTF-8. Save it with that encoding.'),
      range: { offset: 0, length: 0 },
    };
  }
  const text = bytes.toString('utf8');
  if (isUtf8(bytes)) {
    return { text };
  }
  return {
    message: msg('The file is not UTF-8. Save it with that encoding.'),
    range: { offset: Math.max(0, text.indexOf('\ufffd')), length: 1 },
  };
}

/** As {@link readText}, for a file that a project names: only where it really lies in the project's checkout. */
export async function readProjectText(file: string, root: string): Promise<FileText> {
  try {
    const handle = await openConfined(file, { root, maxBytes: MAX_TEXT_BYTES });
    try {
      const { mtimeMs, size } = await handle.stat();
      return { state: 'text', text: (await handle.readFile()).toString('utf8'), mtimeMs, size };
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (error instanceof Failure) {
      return { state: 'failed', message: error.data.message };
    }
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
