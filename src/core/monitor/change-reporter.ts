import type { CanisterFacts } from '../network/canister-facts';
import { formatCycles } from '../util/amounts';
import { type Disposable, Emitter } from '../util/events';
import { commonFailure, type ProjectSnapshot } from './project-snapshot';
import type { CanisterState } from './state';

/** `all`: rows may have come or gone. Otherwise the names of the canisters whose row says something else. */
export type ProjectChange = 'all' | ReadonlySet<string>;

/** Changes are reported together this often, in milliseconds, so that many answers do not redraw the tree many times. */
const BATCH_MS = 25;

interface Reported {
  readonly frame: string | undefined;
  /** What stands above the canisters for all of them. */
  readonly common: string;
  readonly states: ReadonlyMap<string, CanisterState>;
}

/** Gathers changes of a project and reports those that can be seen. */
export class ChangeReporter implements Disposable {
  readonly #snapshot: () => ProjectSnapshot;
  readonly #changed = new Emitter<ProjectChange>();
  readonly onDidChange = this.#changed.event;
  #pending: 'all' | Set<string> | undefined;
  #reported: Reported | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(snapshot: () => ProjectSnapshot) {
    this.#snapshot = snapshot;
  }

  /** @param canister the only one that changed; without it, everything may have */
  add(canister?: string): void {
    if (canister === undefined) {
      this.#pending = 'all';
    } else if (this.#pending !== 'all') {
      this.#pending ??= new Set();
      this.#pending.add(canister);
    }
    this.#timer ??= setTimeout(() => this.#report(), BATCH_MS);
  }

  /** Reports everything as changed, whether that can be seen in the project's state or not. */
  addAll(): void {
    this.#reported = undefined;
    this.add();
  }

  #report(): void {
    this.#timer = undefined;
    const pending = this.#pending;
    this.#pending = undefined;
    const change = pending && this.#visibleChange(pending);
    if (change) {
      this.#changed.fire(change);
    }
  }

  /** Leaves out what is drawn as it was when it was last reported, so that a calm refresh redraws nothing. */
  #visibleChange(pending: ProjectChange): ProjectChange | undefined {
    const before = this.#reported;
    const snapshot = this.#snapshot();
    const now = {
      frame: frameOf(snapshot),
      common: plain(commonFailure(snapshot)?.message),
      states: new Map(snapshot.canisters.map((state) => [state.name, state])),
    };
    this.#reported = now;
    if (before && before.common !== now.common) {
      return 'all';
    }
    if (
      pending === 'all' &&
      (now.frame === undefined || now.frame !== before?.frame || !isSameOrder(before.states, now.states))
    ) {
      return 'all';
    }
    const names = pending === 'all' ? [...now.states.keys()] : [...pending];
    const changed = names.filter((name) => !isDrawnAlike(before?.states.get(name), now.states.get(name)));
    return changed.length === 0 ? undefined : new Set(changed);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changed.dispose();
  }
}

function isSameOrder(before: ReadonlyMap<string, unknown>, now: ReadonlyMap<string, unknown>): boolean {
  const names = [...now.keys()];
  return before.size === now.size && [...before.keys()].every((name, index) => name === names[index]);
}

/** True where what is drawn from either says the same, so that nothing need be drawn again. */
function isDrawnAlike(one: CanisterState | undefined, other: CanisterState | undefined): boolean {
  return (
    one !== undefined &&
    other !== undefined &&
    (one === other ||
      (one.definition === other.definition &&
        one.id === other.id &&
        one.owner === other.owner &&
        // A failure stands beside its age, which is never the same.
        one.failure === undefined &&
        other.failure === undefined &&
        plain(one.busy) === plain(other.busy) &&
        plain(one.refusal) === plain(other.refusal) &&
        plain(one.build) === plain(other.build) &&
        plain(one.through) === plain(other.through) &&
        (one.facts === other.facts || visible(one.facts) === visible(other.facts))))
  );
}

/** What is drawn from a project apart from its canisters; undefined where that is never the same, as an age. */
function frameOf({ canisters: _, healthyAt: _healthyAt, ...rest }: ProjectSnapshot): string | undefined {
  const lost = rest.health !== undefined && rest.health.state !== 'healthy';
  // Whichever way it came about: members have no order.
  return lost ? undefined : plain(Object.entries(rest).sort(([one], [other]) => (one < other ? -1 : 1)));
}

/** Cycles drain all the time: only what is shown of them counts. */
function visible(facts: CanisterFacts | undefined): string {
  if (!facts?.detail) {
    return plain(facts);
  }
  const { cycles, ...detail } = facts.detail;
  return plain({ ...facts, detail: { ...detail, cycles: formatCycles(cycles) } });
}

function plain(value: unknown): string {
  return JSON.stringify(value, (_key, member: unknown) => (typeof member === 'bigint' ? `${member}n` : member)) ?? '';
}
