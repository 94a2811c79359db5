/**
 * How much of a network's answers is read. A network may be anybody's: without limits, it could fill this computer's
 * memory with one endless answer, or with many at once.
 */
import { formatBytes } from '../util/amounts';
import { Failure } from '../util/failure';
import { msg } from '../util/message';

const KIB = 1024;
const MIB = 1024 * KIB;

/** Limits of one answer by what was asked, in bytes after decompression. */
export const ANSWER_BYTES = {
  /** `/api/v2/status`, which is less than 1 KiB. */
  status: 64 * KIB,
  /** A canister's status or certified facts, and the keys of its subnet's nodes: some KiB each. */
  facts: 256 * KIB,
  /** Calls, logs, metadata: the network allows 3 MiB in a query's reply (interface specification, "Limits"). */
  other: 4 * MIB,
  /** Any but those of status 200, the only ones with content: a sentence. */
  error: 64 * KIB,
} as const;

/** What all answers together may hold at once, in bytes. */
const ALL_ANSWERS_BYTES = 48 * MIB;
/** The first bytes of every answer do not count, so that a network that fills the budget never silences the others. */
const UNCOUNTED_BYTES = 64 * KIB;

/** The memory that answers take which are being received or wait to be read. One for the host and its worker. */
export class AnswerBudget {
  /** To be shared with another thread. */
  readonly shared: SharedArrayBuffer;
  readonly #taken: Int32Array;

  constructor(shared = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.shared = shared;
    this.#taken = new Int32Array(shared);
  }

  /** Bytes that are in use. */
  get taken(): number {
    return Atomics.load(this.#taken, 0);
  }

  /** @returns false where there is no room for an answer to grow */
  grow(from: number, to: number): boolean {
    const bytes = counted(to) - counted(from);
    if (Atomics.add(this.#taken, 0, bytes) + bytes <= ALL_ANSWERS_BYTES) {
      return true;
    }
    Atomics.sub(this.#taken, 0, bytes);
    return false;
  }

  /** For an answer that has been read, or was given up. @param size its bytes */
  release(size: number): void {
    Atomics.sub(this.#taken, 0, counted(size));
  }
}

function counted(size: number): number {
  return Math.max(0, size - UNCOUNTED_BYTES);
}

/** The body of one answer as it comes in. */
export class AnswerBody {
  readonly #budget: AnswerBudget;
  readonly #host: string;
  readonly #limit: number;
  /** One buffer, not a list of chunks: a network may send each byte as a chunk of its own. */
  #bytes = new Uint8Array(0);
  #size = 0;

  /** @param limit bytes, see {@link ANSWER_BYTES} */
  constructor(budget: AnswerBudget, url: string, status: number, limit: number) {
    this.#budget = budget;
    this.#host = new URL(url).host;
    this.#limit = status === 200 ? limit : Math.min(limit, ANSWER_BYTES.error);
  }

  /** @throws {Failure} of kind `too-large` */
  add(chunk: Uint8Array): void {
    const size = this.#size + chunk.length;
    if (size > this.#limit) {
      throw tooLarge(this.#host, this.#limit);
    }
    if (!this.#budget.grow(this.#size, size)) {
      throw new Failure({
        kind: 'too-large',
        message: msg(
          'The answer from {0} was not read: all networks together sent more than {1} at once.',
          this.#host,
          formatBytes(BigInt(ALL_ANSWERS_BYTES)),
        ),
      });
    }
    if (size > this.#bytes.length) {
      const grown = new Uint8Array(Math.min(this.#limit, Math.max(size, 2 * this.#bytes.length)));
      grown.set(this.#bytes.subarray(0, this.#size));
      this.#bytes = grown;
    }
    this.#bytes.set(chunk, this.#size);
    this.#size = size;
  }

  /** What has come. Whoever reads it releases it from the budget. */
  take(): Uint8Array<ArrayBuffer> {
    return this.#size === this.#bytes.length ? this.#bytes : this.#bytes.slice(0, this.#size);
  }

  /** For an answer that is not wanted any more. */
  discard(): void {
    this.#budget.release(this.#size);
    this.#size = 0;
    this.#bytes = new Uint8Array(0);
  }
}

function tooLarge(host: string, limit: number): Failure {
  return new Failure({
    kind: 'too-large',
    message: msg('The answer from {0} is larger than {1}. It was not read.', host, formatBytes(BigInt(limit))),
  });
}
