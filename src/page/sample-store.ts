import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { PageSubject } from '../core/page/messages';
import { readSamples, type Sample } from '../core/page/samples';

/** Canisters whose samples are kept; of more, those that were not written for the longest time go. */
const MAX_FILES = 300;

/** The samples of canisters, a file each, in the extension's folder. A file that cannot be read or written is as none. */
export class SampleStore {
  readonly #folder: string | undefined;

  /** @param folder absent where there is none: nothing is kept */
  constructor(folder: string | undefined) {
    this.#folder = folder;
  }

  /** @param canisterId what was measured of another canister is dropped */
  async read(subject: PageSubject, canisterId: string): Promise<readonly Sample[]> {
    const file = this.#file(subject);
    if (file === undefined) {
      return [];
    }
    const text = await readFile(file, 'utf8').catch(() => '');
    return readSamples(text, canisterId);
  }

  async write(subject: PageSubject, canisterId: string, samples: readonly Sample[]): Promise<void> {
    const file = this.#file(subject);
    if (file === undefined) {
      return;
    }
    try {
      await mkdir(path.dirname(file), { recursive: true });
      const temporary = `${file}.${process.pid}.tmp`;
      await writeFile(temporary, JSON.stringify({ canisterId, samples }));
      await rename(temporary, file);
    } catch {
      // The disk is full, or not ours to write: what was measured stays in memory.
    }
  }

  /** Keeps to the bound, once all is written that is to be. */
  async dropOld(): Promise<void> {
    if (this.#folder !== undefined) {
      await dropOld(this.#folder).catch(() => {});
    }
  }

  #file({ manifest, canister, target }: PageSubject): string | undefined {
    const name = createHash('sha256')
      .update(JSON.stringify([manifest, canister, target]))
      .digest('hex');
    return this.#folder === undefined ? undefined : path.join(this.#folder, `${name}.json`);
  }
}

async function dropOld(folder: string): Promise<void> {
  const names = await readdir(folder);
  if (names.length <= MAX_FILES) {
    return;
  }
  const files = await Promise.all(
    names.map(async (name) => {
      const file = path.join(folder, name);
      return { file, at: (await stat(file)).mtimeMs };
    }),
  );
  files.sort((a, b) => b.at - a.at);
  await Promise.all(files.slice(MAX_FILES).map(({ file }) => rm(file, { force: true })));
}
