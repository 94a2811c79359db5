import { endpointOf } from '../monitor/project-monitor';
import { ANONYMOUS, type ManagementCall, type NetworkOperations } from '../network/types';
import { type Message, msg } from '../util/message';
import { fits, type Operation } from './fits';
import { OperationError, type Outcome, type Target } from './outcome';
import { OperationRunner } from './runner';

/** All operations on canisters. Tree, palette, menus, lenses and tests call this and nothing else. */
export class LifecycleService {
  readonly #client: NetworkOperations;
  readonly #runner = new OperationRunner();

  constructor(client: NetworkOperations) {
    this.#client = client;
  }

  start(targets: readonly Target[], signal?: AbortSignal): Promise<Outcome[]> {
    return this.#manage(targets, 'start_canister', msg('Starting…'), signal);
  }

  stop(targets: readonly Target[], signal?: AbortSignal): Promise<Outcome[]> {
    return this.#manage(targets, 'stop_canister', msg('Stopping…'), signal);
  }

  #manage(
    targets: readonly Target[],
    method: ManagementCall['method'],
    busy: Message,
    signal: AbortSignal | undefined,
  ): Promise<Outcome[]> {
    return this.#runner.each(targets, busy, async (target) => {
      const { endpoint, identity, canisterId } = onNetwork(target);
      await this.#client.manage(endpoint, identity, { method, canisterId }, signal);
    });
  }
}

/** What a request for a canister needs. @throws {OperationError} where it has no id, or no network. */
export function onNetwork({ monitor, canister }: Target) {
  const { network, networkName, networkProblem, identity } = monitor.snapshot;
  if (!network || networkProblem) {
    throw new OperationError({ message: networkProblem ?? msg('There is no network {0}.', networkName) });
  }
  const canisterId = monitor.canister(canister)?.id;
  if (canisterId === undefined) {
    throw new OperationError({
      message: msg('{0} has no id on the network {1}.', canister, networkName),
      next: 'create',
    });
  }
  return { endpoint: endpointOf(network), identity: identity?.ref ?? ANONYMOUS, canisterId };
}

/** True where the operation would do something for this canister as it is now. */
export function fitsTarget(operation: Operation, { monitor, canister }: Target): boolean {
  const state = monitor.canister(canister);
  return state !== undefined && state.busy === undefined && fits(operation, state);
}
