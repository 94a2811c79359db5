import type { ProjectMonitor } from '../monitor/project-monitor';
import { hostOf, networkClass } from '../network/network-class';
import type { Network, Target } from '../project/model';
import { isMainnet } from '../project/network';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import { type CanisterRef, requireReadable } from './canister-ref';

/** What a question names of a network and an identity. */
export interface Place {
  /** Name of the network or environment. */
  readonly target: string;
  readonly mainnet: boolean;
  /** Of a network that is neither mainnet nor on this computer, where its requests go. */
  readonly host?: string;
  readonly identity: string;
}

/** True where a change on the network counts as one on mainnet. A network that cannot be resolved may be anything. */
export function countsAsMainnet(network: Pick<Network, 'url' | 'rootKey'> | undefined): boolean {
  return network === undefined || isMainnet(network);
}

export function placeOf({ name, network }: Target, identity = 'anonymous'): Place {
  const place = { target: name, mainnet: countsAsMainnet(network), identity };
  const host = network && networkClass(network.url) === 'other' ? hostOf(network.url) : '';
  return host === '' ? place : { ...place, host };
}

/**
 * The check of what begins now, to be made before it is done: that its files can be read, and that network and identity
 * are those of now, which it was decided and agreed to for. It throws a {@link Failure}.
 */
export function checkOf(project: ProjectMonitor): () => Promise<void> {
  const now = ({ snapshot: { target, identity } }: ProjectMonitor) => JSON.stringify(placeOf(target, identity?.name));
  // Before its files have been read once, nothing was decided by them.
  const place = project.snapshot.loaded ? now(project) : undefined;
  return async () => {
    await requireReadable(project);
    if (place !== undefined && now(project) !== place) {
      throw new Failure({ message: msg('Nothing was changed: the network or the identity was switched meanwhile.') });
    }
  };
}

/** What is answered to questions about a target. @throws {Failure} where network or identity were switched meanwhile */
export async function answeredOf<T>({ project }: CanisterRef, ask: () => Promise<T>): Promise<T> {
  const check = checkOf(project);
  const answer = await ask();
  await check();
  return answer;
}
