import { setTimeout as delay } from 'node:timers/promises';
import { refusalFailure } from '../engines/engine';
import type { ProjectMonitor } from '../monitor/project-monitor';
import { ANONYMOUS } from '../network/identity-ref';
import { networkClass } from '../network/network-class';
import { endpointOf } from '../project/network';
import { Failure } from '../util/failure';
import { msg } from '../util/message';

/** One canister of one project, on the network that is chosen for the project. */
export interface CanisterRef {
  readonly project: ProjectMonitor;
  readonly canister: string;
}

/** The project's network and identity. @throws {Failure} where there is no such network. */
export function projectNetwork({ snapshot }: ProjectMonitor) {
  const { target, identity } = snapshot;
  const { network, problem } = target;
  if (!network || problem) {
    throw new Failure({ message: problem ?? msg('There is no network {0}.', target.name) });
  }
  return { target, network, endpoint: endpointOf(network), identity: identity?.ref ?? ANONYMOUS };
}

/**
 * To be called before anything is changed and any tool is started for a project: reads its files anew.
 *
 * @throws {Failure} where one of them cannot be read as the tool reads it
 */
export async function requireReadable(project: ProjectMonitor): Promise<void> {
  await project.load();
  if (project.snapshot.refusal) {
    // A file that is being written at this moment is whole in the next.
    await delay(WRITTEN_MS);
    await project.load();
  }
  const { refusal } = project.snapshot;
  if (refusal) {
    throw refusalFailure(refusal);
  }
}

const WRITTEN_MS = 150;

/** What a request for a canister needs. @throws {Failure} where it has no id, or no network. */
export function onNetwork({ project, canister }: CanisterRef) {
  const canisterId = project.canister(canister)?.id;
  if (canisterId === undefined) {
    throw new Failure({
      message: msg('{0} has no id on the network {1}.', canister, project.snapshot.target.name),
      next: 'create',
    });
  }
  const { endpoint, identity } = projectNetwork(project);
  return { endpoint, identity, canisterId };
}

/** True on networks that run here, where cycles cost nothing. */
export function isLocal({ project }: CanisterRef): boolean {
  const { network } = project.snapshot.target;
  return network?.local === true && networkClass(network.url) === 'loopback';
}
