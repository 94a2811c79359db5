import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A temporary folder for a whole suite of tests. */
export async function temporaryFolder(): Promise<{
  path: string;
  write(name: string, content: unknown): Promise<void>;
  remove(): Promise<void>;
}> {
  // Real, since compilers name real paths.
  const folder = await realpath(await mkdtemp(path.join(tmpdir(), 'ic-canisters-dfx-')));
  return {
    path: folder,
    async write(name, content) {
      const file = path.join(folder, name);
      await mkdir(path.dirname(file), { recursive: true });
      const isPlain = typeof content === 'string' || content instanceof Uint8Array;
      await writeFile(file, isPlain ? content : JSON.stringify(content));
    },
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}
