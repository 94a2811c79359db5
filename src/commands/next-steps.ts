import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { explained } from '../core/lifecycle/outcome';
import type { Ownership } from '../core/monitor/ownership';
import { Failure, type FailureAction, type FailureData } from '../core/util/failure';
import { msg } from '../core/util/message';
import { toArgument } from './choose-canisters';
import type { CommandContext } from './command-context';
import { actionsOf } from './failure-actions';
import { namedPrincipals, withNames } from './principal-names';

/** Does something with one canister; its failure says what the project knows of it, and has the buttons that lead out. */
export async function withNextSteps<T>(
  { ownership }: Pick<CommandContext, 'ownership'>,
  target: CanisterRef,
  work: () => Promise<T>,
): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Failure) || error.cancelled) {
      throw error;
    }
    const told = explained(target, error.data);
    const data = { ...told, message: withNames(told.message, await namedPrincipals(ownership, target.project)) };
    throw new Failure({ ...data, actions: await nextSteps(data, target, ownership), again: [toArgument(target)] });
  }
}

/** The buttons that lead out of a failure of one canister's. */
export async function nextSteps(
  { next, actions }: FailureData,
  { project, canister }: CanisterRef,
  ownership: Ownership,
): Promise<FailureAction[]> {
  if (actions) {
    return [...actions];
  }
  const { manifest } = project;
  if (next === 'select-identity') {
    // The user's identities that are controllers, if any; else the choice among all.
    const current = project.snapshot.identity?.name;
    const controllers = (await ownership.controllersAtHand(project, canister)).filter((name) => name !== current);
    if (controllers.length > 0) {
      return controllers.slice(0, 2).map((identity) => ({
        title: msg('Use {0}', identity),
        command: 'icCanisters.useIdentity',
        args: [{ manifest, identity }],
        removesCause: true,
      }));
    }
    return actionsOf(next, { manifest });
  }
  return actionsOf(next, { manifest, canister });
}
