import { endpointOf, type ProjectMonitor } from '../monitor/project-monitor';
import { phaseOf } from '../monitor/state';
import { NetworkFailure } from '../network/failure';
import { ANONYMOUS, type ManagementCall, type NetworkOperations } from '../network/types';
import { type Message, msg } from '../util/message';
import { KeyedQueue } from '../util/queue';
import { fits, type Operation } from './fits';

/** One canister of one project, on the network that is chosen for the project. */
export interface Target {
  readonly monitor: ProjectMonitor;
  readonly canister: string;
}

/** How an operation ended for one canister. */
export type Outcome =
  | { readonly target: Target; readonly ok: true }
  | { readonly target: Target; readonly ok: false; readonly cancelled: boolean; readonly failure: OperationFailure };

/** A failure with everything that a person needs. */
export interface OperationFailure {
  readonly message: Message;
  /** The network's own words. */
  readonly detail?: string;
  readonly code?: string;
}

/** All operations on canisters. Tree, palette, menus, lenses and tests call this and nothing else. */
export class LifecycleService {
  readonly #client: NetworkOperations;
  /** Changes to one project on one network happen one after the other; reading goes on beside them. */
  readonly #queue = new KeyedQueue();

  constructor(client: NetworkOperations) {
    this.#client = client;
  }

  start(targets: readonly Target[], signal?: AbortSignal): Promise<Outcome[]> {
    return this.#manageAll(targets, 'start_canister', msg('Starting…'), signal);
  }

  stop(targets: readonly Target[], signal?: AbortSignal): Promise<Outcome[]> {
    return this.#manageAll(targets, 'stop_canister', msg('Stopping…'), signal);
  }

  async #manageAll(
    targets: readonly Target[],
    method: ManagementCall['method'],
    busy: Message,
    signal: AbortSignal | undefined,
  ): Promise<Outcome[]> {
    for (const { monitor, canister } of targets) {
      monitor.setBusy(canister, busy);
    }
    const byProject = new Map<ProjectMonitor, Target[]>();
    for (const target of targets) {
      byProject.set(target.monitor, [...(byProject.get(target.monitor) ?? []), target]);
    }
    const outcomes = await Promise.all(
      [...byProject].map(([monitor, group]) =>
        this.#queue.run(queueKey(monitor), () =>
          Promise.all(group.map((target) => this.#manage(target, method, signal))),
        ),
      ),
    );
    return outcomes.flat();
  }

  async #manage(target: Target, method: ManagementCall['method'], signal: AbortSignal | undefined): Promise<Outcome> {
    const { monitor, canister } = target;
    const { network, identity } = monitor.snapshot;
    const id = monitor.canister(canister)?.id;
    try {
      if (!network || id === undefined) {
        return failed(target, {
          message: msg('{0} has no id on the network {1}.', canister, monitor.snapshot.networkName),
        });
      }
      await this.#client.manage(endpointOf(network), identity?.ref ?? ANONYMOUS, { method, canisterId: id }, signal);
      return { target, ok: true };
    } catch (error) {
      if (!(error instanceof NetworkFailure)) {
        throw error;
      }
      return error.data.kind === 'cancelled'
        ? { target, ok: false, cancelled: true, failure: { message: error.data.message } }
        : failed(target, explain(target, error));
    } finally {
      // What really is, whatever the operation came to; only then does the row stop saying what it does.
      await monitor.refreshCanister(canister);
      monitor.setBusy(canister, undefined);
    }
  }
}

function queueKey(monitor: ProjectMonitor): string {
  return JSON.stringify([monitor.project.root, monitor.snapshot.networkName]);
}

function failed(target: Target, failure: OperationFailure): Outcome {
  return { target, ok: false, cancelled: false, failure };
}

/** Adds what the project knows to the network's answer. */
function explain({ monitor, canister }: Target, { data }: NetworkFailure): OperationFailure {
  const rest = {
    ...(data.detail === undefined ? {} : { detail: data.detail }),
    ...(data.code === undefined ? {} : { code: data.code }),
  };
  if (data.code !== 'IC0512') {
    return { message: data.message, ...rest };
  }
  const identity = monitor.snapshot.identity?.name ?? 'anonymous';
  const controllers = monitor.canister(canister)?.facts?.controllers ?? [];
  const message =
    controllers.length === 0
      ? msg('{0} is not a controller.', identity)
      : msg('{0} is not a controller. Controllers: {1}', identity, controllers.join(', '));
  return { message, ...rest };
}

/** True where the operation would do something for this canister as it is now. */
export function fitsTarget(operation: Operation, { monitor, canister }: Target): boolean {
  const state = monitor.canister(canister);
  return state !== undefined && state.busy === undefined && fits(operation, phaseOf(state));
}
