/** Environment variable with the seed of every random test; each prints the one that it took. */
const SEED = 'TEST_SEED';

/** A small generator of numbers (mulberry32), the same ones for the same seed. */
export class Random {
  #state: number;

  constructor(readonly seed: number) {
    this.#state = seed;
  }

  /**
   * The generator of one test: seeded by `TEST_SEED`, else by `usual`, else anew in each run.
   *
   * @param usual where the test asserts a share, which other seeds may miss
   */
  static forTest(test: string, usual?: number): Random {
    const chosen = process.env[SEED];
    const seed = chosen ? Number(chosen) : (usual ?? Math.floor(Math.random() * 2 ** 31));
    console.log(`${test}: ${SEED}=${seed}`);
    return new Random(seed);
  }

  /** At least 0, below 1. */
  fraction(): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let value = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value;
    return ((value ^ (value >>> 14)) >>> 0) / 2 ** 32;
  }

  /** At least 0, below `limit`. */
  below(limit: number): number {
    return Math.floor(this.fraction() * limit);
  }

  pick<T>(items: readonly T[]): T {
    return items[this.below(items.length)] as T;
  }

  bytes(length: number): Uint8Array {
    return Uint8Array.from({ length }, () => this.below(256));
  }

  /** Up to so many bits, small ones as often as large ones. */
  natural(bits: number): bigint {
    const wanted = this.below(bits + 1);
    let value = 0n;
    for (let index = 0; index < wanted; index++) {
      value = (value << 1n) | BigInt(this.below(2));
    }
    return value;
  }
}
