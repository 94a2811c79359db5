import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { Store } from '../core/util/store';

const KEY = 'icCanisters.callArguments';
/** Methods whose last arguments are kept. */
const MAX_ENTRIES = 200;
/** Longer arguments, in characters, are not kept: the store is read as a whole. */
const MAX_LENGTH = 10_000;

/** The last arguments of each method, for the workspace. */
export class CallHistory {
  readonly #store: Store;
  readonly #called: () => void;

  /** @param called runs when a canister has been called */
  constructor(store: Store, called: () => void = () => {}) {
    this.#store = store;
    this.#called = called;
  }

  last(target: CanisterRef, method: string): string | undefined {
    const wanted = keyOf(target, method);
    return this.#entries().find(([key]) => key === wanted)?.[1];
  }

  async remember(target: CanisterRef, method: string, text: string): Promise<void> {
    this.#called();
    if (text.length <= MAX_LENGTH) {
      const key = keyOf(target, method);
      const others = this.#entries().filter(([other]) => other !== key);
      await this.#store.update(KEY, [[key, text], ...others].slice(0, MAX_ENTRIES));
    }
  }

  #entries(): [string, string][] {
    const stored = this.#store.get(KEY);
    return Array.isArray(stored) ? stored.filter(isEntry) : [];
  }
}

function isEntry(value: unknown): value is [string, string] {
  return Array.isArray(value) && typeof value[0] === 'string' && typeof value[1] === 'string';
}

function keyOf({ project, canister }: CanisterRef, method: string): string {
  return JSON.stringify([project.manifest, canister, method]);
}
