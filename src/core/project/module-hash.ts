import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';

const hashes = new Map<string, { readonly mtimeMs: number; readonly size: number; readonly hash: string }>();
const MAX_HASHES = 1_000;

/**
 * SHA-256 of a wasm module's file as lower-case hex, as the network shows it for an installed module (a gzipped module
 * is hashed as it is). Undefined where there is no such file. Kept until the file changes.
 */
export async function moduleHash(file: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size } = await stat(file);
    const known = hashes.get(file);
    if (known !== undefined && known.mtimeMs === mtimeMs && known.size === size) {
      return known.hash;
    }
    const digest = createHash('sha256');
    for await (const chunk of createReadStream(file)) {
      digest.update(chunk as Uint8Array);
    }
    const hash = digest.digest('hex');
    if (hashes.size >= MAX_HASHES) {
      hashes.clear();
    }
    hashes.set(file, { mtimeMs, size, hash });
    return hash;
  } catch {
    return undefined;
  }
}

/** The hash of the first of the files that is there. */
export async function firstModuleHash(candidates: readonly string[]): Promise<string | undefined> {
  for (const file of candidates) {
    const hash = await moduleHash(file);
    if (hash !== undefined) {
      return hash;
    }
  }
  return undefined;
}
