import type { ProjectSnapshot } from '../monitor/project-snapshot';
import { hostOf } from '../network/network-class';
import { type Message, msg } from '../util/message';
import { decide, type GuardedTarget } from './guard';
import { type Operation, operationEntry } from './operations';
import type { StaleBuild } from './stale-builds';

type Chosen = Pick<ProjectSnapshot, 'target' | 'identity'>;

/** The host of the network that the identity signs nothing for before the user agrees to that. */
export function unagreedHost({ identity, target }: Chosen): string | undefined {
  return identity?.withheld && target.network ? hostOf(target.network.url) : undefined;
}

/** The identity's key is locked: a password is asked for before it signs. */
export function isLocked({ identity }: Pick<Chosen, 'identity'>): boolean {
  return identity?.storage === 'password' && identity.ref.kind === 'anonymous';
}

/**
 * Why an operation cannot be run without asking the user something before: what its command would ask about. Undefined
 * where it asks nothing.
 *
 * @param guarded names of targets that are treated as mainnet is
 * @param stale of what would be installed, what is out of date
 */
export function whyAsk(
  operation: Operation,
  targets: readonly GuardedTarget[],
  guarded: readonly string[],
  stale: readonly StaleBuild[],
): Message | undefined {
  const { severity, signedHere } = operationEntry(operation);
  for (const { project } of targets) {
    const { snapshot } = project;
    const host = severity === 'harmless' ? undefined : unagreedHost(snapshot);
    if (host !== undefined) {
      return msg('Nothing is signed for {0} until you agree to that.', host);
    }
    if (signedHere && isLocked(snapshot)) {
      return msg('The key of {0} is locked: its password is asked for before.', snapshot.identity?.name ?? '');
    }
  }
  const names = targets.map(({ canister }) => canister).join(', ');
  const decision = decide(operation, targets, guarded);
  if (decision.ask !== 'nothing') {
    const places = decision.groups.map(({ target }) => target).join(', ');
    return msg('What is to be done to {0} on {1} needs your agreement first.', names, places);
  }
  const [first] = stale;
  return first && msg('The source of {0} is newer than its last build: {1}', first.target.canister, first.newer);
}
