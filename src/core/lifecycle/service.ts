import type { InstallMode, NewProject } from '../engines/dfx/commands';
import type { DfxTool } from '../engines/dfx/tool';
import type { ProjectMonitor } from '../monitor/project-monitor';
import { phaseOf } from '../monitor/state';
import type { ManagementCall, NetworkApi } from '../network/network-api';
import type { Message } from '../util/message';
import { appliesTo, onNetwork } from './canister-ref';
import { type BuildReport, DfxOperations, type OperationOptions } from './dfx-operations';
import { writeCanisterId } from './id-file';
import { NativeOperations } from './native';
import { OPERATIONS } from './operations';
import type { CanisterRef, Outcome } from './outcome';
import { OperationRunner } from './runner';
import { OperationsWithoutDfx } from './without-dfx';

/** All operations on canisters. Tree, palette, menus, lenses and tests call this and nothing else. */
export class LifecycleService {
  readonly native: NativeOperations;
  readonly #client: NetworkApi;
  readonly #runner = new OperationRunner();
  readonly #tool: DfxTool;
  readonly #dfx: DfxOperations;
  readonly #withoutDfx: OperationsWithoutDfx;

  constructor(client: NetworkApi, tool: DfxTool) {
    this.#client = client;
    this.#tool = tool;
    const dfx = new DfxOperations(tool, this.#runner);
    this.#dfx = dfx;
    this.native = new NativeOperations(client, this.#runner, {
      available: () => tool.available(),
      uninstall: (target, signal) => dfx.uninstall(target, signal),
      call: (target, call, signal) => dfx.call(target, call, signal),
    });
    this.#withoutDfx = new OperationsWithoutDfx(client, this.#runner);
  }

  start(targets: readonly CanisterRef[], signal?: AbortSignal): Promise<Outcome[]> {
    return this.#manage(targets, 'start_canister', OPERATIONS.start.busy, signal);
  }

  stop(targets: readonly CanisterRef[], signal?: AbortSignal): Promise<Outcome[]> {
    return this.#manage(targets, 'stop_canister', OPERATIONS.stop.busy, signal);
  }

  async create(targets: readonly CanisterRef[], options: OperationOptions): Promise<Outcome[]> {
    return targets.every(isLocal) && !(await this.#tool.available())
      ? await this.#withoutDfx.create(targets, options.signal)
      : await this.#dfx.create(targets, options);
  }

  build(targets: readonly CanisterRef[], options: OperationOptions): Promise<BuildReport> {
    return this.#dfx.build(targets, options);
  }

  deploy(targets: readonly CanisterRef[], options: OperationOptions): Promise<BuildReport> {
    return this.#dfx.deploy(targets, options);
  }

  /** A whole project with one `dfx deploy`. */
  deployAll(monitor: ProjectMonitor, canisters: readonly string[], options: OperationOptions): Promise<BuildReport> {
    return this.#dfx.deployAll(monitor, canisters, options);
  }

  /** Installs what was built before: by dfx, whose checks of interfaces and stable types only it can do, where there is one. */
  async install(
    targets: readonly CanisterRef[],
    mode: Exclude<InstallMode, 'auto'>,
    options: OperationOptions,
  ): Promise<Outcome[]> {
    return (await this.#tool.available())
      ? await this.#dfx.install(targets, mode, options)
      : await this.#withoutDfx.install(targets, mode, options.signal);
  }

  generate(targets: readonly CanisterRef[], options: OperationOptions): Promise<BuildReport> {
    return this.#dfx.generate(targets, options);
  }

  /**
   * Stops where that is needed, then deletes. On local networks, where cycles cost nothing, this is done natively; on
   * others dfx first withdraws the cycles.
   */
  async delete(targets: readonly CanisterRef[], options: OperationOptions): Promise<Outcome[]> {
    const local = targets.filter(
      (target) => isLocal(target) && target.monitor.canister(target.canister)?.through === undefined,
    );
    const others = targets.filter((target) => !local.includes(target));
    return [...(await this.#deleteLocally(local, options.signal)), ...(await this.#stopAndDelete(others, options))];
  }

  async #stopAndDelete(targets: readonly CanisterRef[], options: OperationOptions): Promise<Outcome[]> {
    const running = targets.filter((target) => appliesTo('stop', target));
    const stopped = await this.stop(running, options.signal);
    const failed = stopped.filter(({ ok }) => !ok);
    const left = targets.filter(
      ({ monitor, canister }) =>
        !failed.some(({ target }) => target.monitor === monitor && target.canister === canister),
    );
    return [...failed, ...(await this.#dfx.delete(left, options))];
  }

  #deleteLocally(targets: readonly CanisterRef[], signal: AbortSignal | undefined): Promise<Outcome[]> {
    return this.#runner.each(targets, OPERATIONS.delete.busy, async (target) => {
      const { monitor, canister } = target;
      const { endpoint, identity, canisterId, network } = onNetwork(target);
      const state = monitor.canister(canister);
      const phase = state && phaseOf(state);
      if (phase !== 'missing') {
        if (phase !== 'stopped') {
          await this.#client.manage({ endpoint, identity, method: 'stop_canister', canisterId, signal });
        }
        await this.#client.manage({ endpoint, identity, method: 'delete_canister', canisterId, signal });
      }
      await writeCanisterId(monitor.project.root, network, canister, undefined);
    });
  }

  newProject(folder: string, project: NewProject, signal?: AbortSignal): Promise<void> {
    return this.#dfx.newProject(folder, project, signal);
  }

  #manage(
    targets: readonly CanisterRef[],
    method: (ManagementCall & { method: 'start_canister' | 'stop_canister' })['method'],
    busy: Message,
    signal: AbortSignal | undefined,
  ): Promise<Outcome[]> {
    return this.#runner.each(targets, busy, async (target) => {
      if (target.monitor.canister(target.canister)?.through) {
        await this.#dfx.startOrStop(target, method === 'start_canister' ? 'start' : 'stop', signal);
        return;
      }
      const { endpoint, identity, canisterId } = onNetwork(target);
      await this.#client.manage({ endpoint, identity, method, canisterId, signal });
    });
  }
}

/** True on networks that run here, where cycles cost nothing. */
function isLocal({ monitor }: CanisterRef): boolean {
  return monitor.snapshot.network?.local === true;
}
