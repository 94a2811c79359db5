import { createHash } from 'node:crypto';
import { openConfined } from '../util/confined-file';

/** Nothing larger can be installed (100 chunks of 1 MiB). */
const MAX_MODULE_BYTES = 100 * 1024 * 1024;

const hashes = new Map<string, { readonly mtimeMs: number; readonly size: number; readonly hash: string }>();
const MAX_HASHES = 1_000;

/**
 * SHA-256 of a wasm module's file as lower-case hex, as the network shows it for an installed module (a gzipped module
 * is hashed as it is). Undefined where there is no such file in the project. Kept until the file changes.
 *
 * @param root folder of the project
 */
export async function moduleHash(file: string, root: string): Promise<string | undefined> {
  const handle = await openConfined(file, { root, maxBytes: MAX_MODULE_BYTES }).catch(() => undefined);
  if (!handle) {
    return undefined;
  }
  try {
    const { mtimeMs, size } = await handle.stat();
    const known = hashes.get(file);
    if (known !== undefined && known.mtimeMs === mtimeMs && known.size === size) {
      return known.hash;
    }
    const digest = createHash('sha256');
    for await (const chunk of handle.createReadStream({ autoClose: false, end: size })) {
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
  } finally {
    await handle.close();
  }
}

/** The hash of the first of the files that is there. */
export async function firstModuleHash(candidates: readonly string[], root: string): Promise<string | undefined> {
  for (const file of candidates) {
    const hash = await moduleHash(file, root);
    if (hash !== undefined) {
      return hash;
    }
  }
  return undefined;
}
