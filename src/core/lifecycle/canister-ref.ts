import type { ProjectMonitor } from '../monitor/project-monitor';
import { ANONYMOUS } from '../network/identity-ref';
import { endpointOf } from '../project/network';
import { Failure } from '../util/failure';
import { msg } from '../util/message';

/** One canister of one project, on the network that is chosen for the project. */
export interface CanisterRef {
  readonly monitor: ProjectMonitor;
  readonly canister: string;
}

/** The project's network and identity. @throws {Failure} where there is no such network. */
export function projectNetwork({ snapshot }: ProjectMonitor) {
  const { network, networkName, networkProblem, identity } = snapshot;
  if (!network || networkProblem) {
    throw new Failure({ message: networkProblem ?? msg('There is no network {0}.', networkName) });
  }
  return { network, endpoint: endpointOf(network), identity: identity?.ref ?? ANONYMOUS };
}

/** What a request for a canister needs. @throws {Failure} where it has no id, or no network. */
export function onNetwork({ monitor, canister }: CanisterRef) {
  const canisterId = monitor.canister(canister)?.id;
  if (canisterId === undefined) {
    throw new Failure({
      message: msg('{0} has no id on the network {1}.', canister, monitor.snapshot.networkName),
      next: 'create',
    });
  }
  const { endpoint, identity } = projectNetwork(monitor);
  return { endpoint, identity, canisterId };
}

/** True on networks that run here, where cycles cost nothing. */
export function isLocal({ monitor }: CanisterRef): boolean {
  return monitor.snapshot.network?.local === true;
}
