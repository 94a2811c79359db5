import path from 'node:path';
import { applies, type Operation } from '../lifecycle/operations';
import { healthMessage, type ProjectSnapshot } from '../monitor/project-snapshot';
import { type CanisterState, phaseOf } from '../monitor/state';
import { isStale, stateWords } from '../rows/canister-row';
import type { Words } from '../rows/row';
import { msg } from '../util/message';

/**
 * Why something is not changed on the network as things are; undefined where nothing stands against it.
 *
 * @param operation what would be done; it does not apply where its reason is none of the others
 */
export function doubtAbout(operation: Operation, state: CanisterState, snapshot: ProjectSnapshot): Words | undefined {
  const { refusal } = state;
  if (refusal) {
    return msg(
      '{0} cannot read {1}: nothing is changed until it is repaired.',
      refusal.tool,
      path.basename(refusal.file),
    );
  }
  if (snapshot.target.problem) {
    return snapshot.target.problem;
  }
  const lost = healthMessage(snapshot);
  if (lost) {
    return lost;
  }
  if (phaseOf(state) === 'hidden' && state.through === undefined && (state.facts?.controllers.length ?? 0) > 0) {
    const { identity } = snapshot;
    // Locked, out of reach, or not agreed to: it may be a controller nonetheless.
    return identity?.withheld
      ? msg('Only controllers see and change this, and the network was asked anonymously.')
      : (identity?.note ?? msg('Only controllers see and change this: {0} is none.', identity?.name ?? 'anonymous'));
  }
  if (isStale(state, snapshot)) {
    return state.failure?.message ?? stateWords(state, snapshot);
  }
  const idle = { ...state, busy: undefined };
  return state.facts?.detail === undefined || !applies(operation, idle) ? stateWords(idle, snapshot) : undefined;
}
