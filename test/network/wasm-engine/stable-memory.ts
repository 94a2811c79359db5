/** Stable memory during one run: what is written stays apart from what is kept, until the run is committed. */
import { PAGE } from './protocol';

/** Pages of 64 KiB that stable memory can have: 500 GiB on the real network, and what fits into a buffer here. */
const MAX_PAGES = 32_768;

export class StableMemory {
  readonly #base: Uint8Array;
  readonly #basePages: number;
  readonly #written = new Map<number, Uint8Array>();
  #pages: number;

  constructor(base: SharedArrayBuffer, pages: number) {
    this.#base = new Uint8Array(base);
    this.#basePages = pages;
    this.#pages = pages;
  }

  get pages(): number {
    return this.#pages;
  }

  /** @returns the number of pages before, or undefined where there is no room */
  grow(pages: number): number | undefined {
    const before = this.#pages;
    if (before + pages > MAX_PAGES) {
      return undefined;
    }
    this.#pages += pages;
    return before;
  }

  /** Whether a range lies within the memory. */
  has(offset: number, size: number): boolean {
    return offset + size <= this.#pages * PAGE;
  }

  read(offset: number, target: Uint8Array): void {
    for (let done = 0; done < target.length; ) {
      const index = Math.floor((offset + done) / PAGE);
      const within = offset + done - index * PAGE;
      const length = Math.min(PAGE - within, target.length - done);
      const part = target.subarray(done, done + length);
      const page = this.#page(index);
      if (page) {
        part.set(page.subarray(within, within + length));
      } else {
        part.fill(0);
      }
      done += length;
    }
  }

  write(offset: number, source: Uint8Array): void {
    for (let done = 0; done < source.length; ) {
      const index = Math.floor((offset + done) / PAGE);
      const within = offset + done - index * PAGE;
      const length = Math.min(PAGE - within, source.length - done);
      let page = this.#written.get(index);
      if (!page) {
        page = new Uint8Array(PAGE);
        const before = this.#page(index);
        if (before) {
          page.set(before);
        }
        this.#written.set(index, page);
      }
      page.set(source.subarray(done, done + length), within);
      done += length;
    }
  }

  /** Writes what was changed into the buffer that is kept, or into a larger one. */
  commit(buffer: SharedArrayBuffer): SharedArrayBuffer {
    let kept = buffer;
    if (this.#pages * PAGE > kept.byteLength) {
      // Room to grow: canisters do so by a few pages at a time.
      kept = new SharedArrayBuffer(Math.min(MAX_PAGES, this.#pages * 2) * PAGE);
      new Uint8Array(kept).set(this.#base.subarray(0, this.#basePages * PAGE));
    }
    const target = new Uint8Array(kept);
    for (const [index, page] of this.#written) {
      target.set(page, index * PAGE);
    }
    return kept;
  }

  #page(index: number): Uint8Array | undefined {
    const written = this.#written.get(index);
    if (written) {
      return written;
    }
    return index < this.#basePages ? this.#base.subarray(index * PAGE, (index + 1) * PAGE) : undefined;
  }
}
