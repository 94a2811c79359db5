import type { InstallMode, NewProject } from '../dfx/commands';
import type { DfxTool } from '../dfx/tool';
import { endpointOf, type ProjectMonitor } from '../monitor/project-monitor';
import { phaseOf } from '../monitor/state';
import { ANONYMOUS, type ManagementCall, type NetworkOperations } from '../network/types';
import { type Message, msg } from '../util/message';
import { type BuildReport, DfxOperations, type Hands } from './dfx-operations';
import { fits, type Operation } from './fits';
import { writeCanisterId } from './id-file';
import { OperationError, type Outcome, type Target } from './outcome';
import { OperationRunner } from './runner';

/** All operations on canisters. Tree, palette, menus, lenses and tests call this and nothing else. */
export class LifecycleService {
  readonly #client: NetworkOperations;
  readonly #runner = new OperationRunner();
  readonly #dfx: DfxOperations;

  constructor(client: NetworkOperations, dfx: DfxTool) {
    this.#client = client;
    this.#dfx = new DfxOperations(dfx, this.#runner);
  }

  start(targets: readonly Target[], signal?: AbortSignal): Promise<Outcome[]> {
    return this.#manage(targets, 'start_canister', msg('Starting…'), signal);
  }

  stop(targets: readonly Target[], signal?: AbortSignal): Promise<Outcome[]> {
    return this.#manage(targets, 'stop_canister', msg('Stopping…'), signal);
  }

  create(targets: readonly Target[], hands: Hands): Promise<Outcome[]> {
    return this.#dfx.create(targets, hands);
  }

  build(targets: readonly Target[], hands: Hands): Promise<BuildReport> {
    return this.#dfx.build(targets, hands);
  }

  deploy(targets: readonly Target[], hands: Hands): Promise<BuildReport> {
    return this.#dfx.deploy(targets, hands);
  }

  /** A whole project with one `dfx deploy`. */
  deployAll(monitor: ProjectMonitor, canisters: readonly string[], hands: Hands): Promise<BuildReport> {
    return this.#dfx.deployAll(monitor, canisters, hands);
  }

  install(targets: readonly Target[], mode: InstallMode, hands: Hands): Promise<Outcome[]> {
    return this.#dfx.install(targets, mode, hands);
  }

  generate(targets: readonly Target[], hands: Hands): Promise<BuildReport> {
    return this.#dfx.generate(targets, hands);
  }

  /**
   * Stops where that is needed, then deletes. On local networks, where cycles cost nothing, this is done natively; on
   * others dfx first withdraws the cycles.
   */
  async delete(targets: readonly Target[], hands: Hands): Promise<Outcome[]> {
    const local = targets.filter(({ monitor }) => monitor.snapshot.network?.local);
    const others = targets.filter((target) => !local.includes(target));
    return [...(await this.#deleteLocally(local, hands.signal)), ...(await this.#stopAndDelete(others, hands))];
  }

  async #stopAndDelete(targets: readonly Target[], hands: Hands): Promise<Outcome[]> {
    const running = targets.filter((target) => fitsTarget('stop', target));
    const stopped = await this.stop(running, hands.signal);
    const failed = stopped.filter(({ ok }) => !ok);
    const left = targets.filter(
      ({ monitor, canister }) =>
        !failed.some(({ target }) => target.monitor === monitor && target.canister === canister),
    );
    return [...failed, ...(await this.#dfx.delete(left, hands))];
  }

  #deleteLocally(targets: readonly Target[], signal: AbortSignal | undefined): Promise<Outcome[]> {
    return this.#runner.each(targets, msg('Deleting…'), async (target) => {
      const { monitor, canister } = target;
      const { endpoint, identity, canisterId, network } = onNetwork(target);
      const state = monitor.canister(canister);
      const phase = state && phaseOf(state);
      if (phase !== 'missing') {
        if (phase !== 'stopped') {
          await this.#client.manage(endpoint, identity, { method: 'stop_canister', canisterId }, signal);
        }
        await this.#client.manage(endpoint, identity, { method: 'delete_canister', canisterId }, signal);
      }
      await writeCanisterId(monitor.project.root, network, canister, undefined);
    });
  }

  newProject(folder: string, project: NewProject, signal?: AbortSignal): Promise<void> {
    return this.#dfx.newProject(folder, project, signal);
  }

  #manage(
    targets: readonly Target[],
    method: (ManagementCall & { method: 'start_canister' | 'stop_canister' })['method'],
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
  return { network, endpoint: endpointOf(network), identity: identity?.ref ?? ANONYMOUS, canisterId };
}

/** True where the operation would do something for this canister as it is now. */
export function fitsTarget(operation: Operation, { monitor, canister }: Target): boolean {
  const state = monitor.canister(canister);
  return state !== undefined && state.busy === undefined && fits(operation, state);
}
