import type { ProjectMonitor } from '../monitor/project-monitor';
import { phaseOf } from '../monitor/state';
import type { InstallMode, NetworkApi } from '../network/network-api';
import { type CanisterRef, onNetwork, projectNetwork } from './canister-ref';
import type { ToolchainOf } from './tool-operations';

/** Creating, installing and deleting straight over the network, where the toolchain leaves that to the extension. */
export class NativeDeployment {
  readonly #client: NetworkApi;
  readonly #toolchainOf: ToolchainOf;

  constructor(client: NetworkApi, toolchainOf: ToolchainOf) {
    this.#client = client;
    this.#toolchainOf = toolchainOf;
  }

  async create({ project, canister }: CanisterRef, signal?: AbortSignal): Promise<void> {
    const { target, endpoint, identity } = projectNetwork(project);
    const toolchain = this.#toolchainOf(project);
    const {
      controllers = [],
      controls = [],
      settings,
      ...creation
    } = await toolchain.creation(project.files, canister, target);
    const own = controllers.length + controls.length > 0 ? await this.#client.principal({ identity }) : undefined;
    const id = await this.#client.create({
      endpoint,
      identity,
      ...creation,
      settings: own === undefined ? settings : { ...settings, controllers: [...new Set([own, ...controllers])] },
      signal,
    });
    await toolchain.writeId(project.files, target, canister, id);
    for (const name of controls) {
      await this.#addController(project, name, own!, id, signal);
    }
  }

  /** Where the identity may: elsewhere the next deployment says that it may not. */
  async #addController(
    project: ProjectMonitor,
    canister: string,
    own: string,
    controller: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const request = onNetwork({ project, canister });
    const { exists, controllers } = await this.#client.probe({ ...request, publicOnly: true, signal });
    if (exists && controllers.includes(own) && !controllers.includes(controller)) {
      const settings = { controllers: [...controllers, controller] };
      await this.#client.manage({ ...request, method: 'update_settings', settings, signal });
      await project.refreshCanister(canister);
    }
  }

  /** Installs the module that the last build made, with the arguments that the project's files give. */
  async install(ref: CanisterRef, mode: InstallMode, signal?: AbortSignal): Promise<void> {
    const { project, canister } = ref;
    const request = onNetwork(ref);
    const { target } = project.snapshot;
    const installation = await this.#toolchainOf(project).installation(project.files, canister, target, mode);
    await this.#client.install({ ...request, mode, ...installation, signal });
  }

  /** Stops where that is needed, deletes, and forgets the id. The cycles are lost: for networks where they are free. */
  async delete(ref: CanisterRef, signal?: AbortSignal): Promise<void> {
    const { project, canister } = ref;
    const request = onNetwork(ref);
    const state = project.canister(canister);
    const phase = state && phaseOf(state);
    if (phase !== 'missing') {
      if (phase !== 'stopped') {
        await this.#client.manage({ ...request, method: 'stop_canister', signal });
      }
      await this.#client.manage({ ...request, method: 'delete_canister', signal });
    }
    await this.forget(ref);
  }

  /** Takes the id out of the project's files. */
  async forget({ project, canister }: CanisterRef): Promise<void> {
    await this.#toolchainOf(project).writeId(project.files, project.snapshot.target, canister, undefined);
  }
}
