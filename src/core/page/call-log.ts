import type { Store } from '../util/store';
import { MAX_CALLS, type PageSubject, readCallRecord } from './messages';
import type { CallRecord } from './model';

const KEY = 'icCanisters.calls';
/** Canisters whose calls are kept. */
const MAX_SUBJECTS = 50;
/** Longer arguments, in characters, are not kept: the store is read as a whole. */
const MAX_ARGUMENTS = 10_000;
/** Of a longer reply, in characters, the beginning is kept. */
const MAX_OUTCOME = 300;

/** The calls that were made on pages, for the workspace, by canister and target. */
export class CallLog {
  readonly #store: Store;

  constructor(store: Store) {
    this.#store = store;
  }

  /** The newest first. */
  calls(subject: PageSubject): readonly CallRecord[] {
    const key = keyOf(subject);
    const [, calls = []] = this.#entries().find(([of]) => of === key) ?? [];
    // Another version may have stored something else.
    return calls.flatMap((call) => readCallRecord(call) ?? []);
  }

  async remember(subject: PageSubject, call: CallRecord): Promise<void> {
    if (call.arguments.length > MAX_ARGUMENTS) {
      return;
    }
    const key = keyOf(subject);
    const { outcome } = call;
    const kept = typeof outcome === 'string' ? { ...call, outcome: outcome.slice(0, MAX_OUTCOME) } : call;
    const others = this.#entries().filter(([of]) => of !== key);
    const calls = [kept, ...this.calls(subject)].slice(0, MAX_CALLS);
    await this.#store.update(KEY, [[key, calls], ...others].slice(0, MAX_SUBJECTS));
  }

  #entries(): (readonly [key: string, calls: readonly unknown[]])[] {
    const stored = this.#store.get(KEY);
    return Array.isArray(stored) ? stored.filter(isEntry) : [];
  }
}

function isEntry(value: unknown): value is [string, unknown[]] {
  return Array.isArray(value) && typeof value[0] === 'string' && Array.isArray(value[1]);
}

function keyOf({ manifest, canister, target }: PageSubject): string {
  return JSON.stringify([manifest, canister, target]);
}
