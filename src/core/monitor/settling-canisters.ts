import type { Disposable } from '../util/events';

/** After this long a canister that "is stopping" is asked with all others again: it may have calls open for ever. */
const LIMIT_MS = 5 * 60_000;
/** The longer it lasts, the less often is asked: each wait is this part of the time that it has taken so far. */
const PART = 0.1;

interface Settling {
  /** Milliseconds since 1970. */
  readonly since: number;
  timer?: NodeJS.Timeout;
  firstMs?: number;
}

/** Asks again about canisters whose state does not last, about them alone, at first soon and then less and less often. */
export class SettlingCanisters implements Disposable {
  readonly #ask: (canister: string) => Promise<void>;
  readonly #now: () => number;
  readonly #settling = new Map<string, Settling>();

  constructor(ask: (canister: string) => Promise<void>, now: () => number) {
    this.#ask = ask;
    this.#now = now;
  }

  /**
   * @param names those whose state does not last
   * @param firstMs the shortest wait; undefined while nothing is to be asked
   */
  follow(names: readonly string[], firstMs: number | undefined): void {
    for (const [name, { timer }] of this.#settling) {
      if (!names.includes(name)) {
        clearTimeout(timer);
        this.#settling.delete(name);
      }
    }
    for (const name of names) {
      const settling = this.#settling.get(name) ?? { since: this.#now() };
      this.#settling.set(name, settling);
      if (!settling.timer || settling.firstMs !== firstMs) {
        settling.firstMs = firstMs;
        this.#plan(name, settling);
      }
    }
  }

  #plan(name: string, settling: Settling): void {
    clearTimeout(settling.timer);
    settling.timer = undefined;
    const { since, firstMs } = settling;
    const age = this.#now() - since;
    if (firstMs === undefined || age > LIMIT_MS) {
      return;
    }
    const asked = async () => {
      await this.#ask(name);
      if (this.#settling.get(name) === settling) {
        this.#plan(name, settling);
      }
    };
    settling.timer = setTimeout(() => void asked(), Math.max(firstMs, age * PART));
  }

  dispose(): void {
    this.follow([], undefined);
  }
}
