import type { CanisterFacts } from '../network/canister-facts';
import { formatCycles } from '../util/amounts';
import type { ProjectSnapshot } from './project-monitor';
import type { CanisterState } from './state';

/** True where what is drawn from either says the same, so that nothing need be drawn again. */
export function looksSame(one: CanisterState, other: CanisterState): boolean {
  return (
    one === other ||
    (one.config === other.config &&
      one.id === other.id &&
      one.idSource === other.idSource &&
      // A failure stands beside its age, which is never the same.
      one.failure === undefined &&
      other.failure === undefined &&
      plain(one.busy) === plain(other.busy) &&
      plain(one.through) === plain(other.through) &&
      (one.facts === other.facts || visible(one.facts) === visible(other.facts)))
  );
}

/** What is drawn from a project apart from its canisters; undefined where that is never the same, as an age. */
export function projectLook({ canisters: _, healthyAt: _healthyAt, ...rest }: ProjectSnapshot): string | undefined {
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
