import path from 'node:path';
import { buildArtifacts, candidFile } from '../engines/dfx/artifacts';
import type { CanisterConfig } from '../engines/dfx/dfx-config';
import type { DfxNetwork } from '../engines/dfx/networks';
import { phaseOf } from '../monitor/state';
import type { InstallMode, InstallRequest, NetworkApi } from '../network/network-api';
import { isFile, readText } from '../project/files';
import type { Project } from '../project/project';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import { type CanisterRef, onNetwork, projectNetwork } from './canister-ref';
import { writeCanisterId } from './id-file';

/** What dfx and PocketIC use where a network does not say which canister ids it has. */
const DEFAULT_EFFECTIVE_CANISTER_ID = 'rwlgt-iiaaa-aaaaa-aaaaa-cai';

/** Creating, installing and deleting on networks where cycles are free, without the tool. */
export class OperationsWithoutDfx {
  readonly #client: NetworkApi;

  constructor(client: NetworkApi) {
    this.#client = client;
  }

  async create(target: CanisterRef, signal?: AbortSignal): Promise<void> {
    const { monitor, canister } = target;
    const { network, endpoint, identity } = projectNetwork(monitor);
    const config = configOf(target);
    if (config.hasInitializationValues) {
      throw new Failure({
        message: msg('{0} has initialization_values, which only dfx applies.', canister),
        next: 'choose-dfx',
      });
    }
    const specifiedId = config.specifiedId?.value;
    const effectiveCanisterId = specifiedId ?? (await effectiveCanisterIdOf(network));
    const id = await this.#client.create({ endpoint, identity, effectiveCanisterId, specifiedId, signal });
    await writeCanisterId(monitor.project.root, network, canister, id);
  }

  /** Installs the module that the last build made, with the init arguments of dfx.json. */
  async install(target: CanisterRef, mode: InstallMode, signal?: AbortSignal): Promise<void> {
    const { project } = target.monitor;
    const request = onNetwork(target);
    const { network } = projectNetwork(target.monitor);
    const config = configOf(target);
    const file = await firstFile(moduleFiles(project, config, network));
    if (file === undefined) {
      throw new Failure({ message: msg('{0} has not been built.', target.canister), next: 'build' });
    }
    const argument = await initArgument(project, config, network);
    await this.#client.install({ ...request, mode, module: { file }, argument, signal });
  }

  /** Stops where that is needed, deletes, and forgets the id. The cycles are lost: for networks where they are free. */
  async delete(target: CanisterRef, signal?: AbortSignal): Promise<void> {
    const { monitor, canister } = target;
    const request = onNetwork(target);
    const { network } = projectNetwork(monitor);
    const state = monitor.canister(canister);
    const phase = state && phaseOf(state);
    if (phase !== 'missing') {
      if (phase !== 'stopped') {
        await this.#client.manage({ ...request, method: 'stop_canister', signal });
      }
      await this.#client.manage({ ...request, method: 'delete_canister', signal });
    }
    await writeCanisterId(monitor.project.root, network, canister, undefined);
  }
}

function configOf({ monitor, canister }: CanisterRef): CanisterConfig {
  const config = monitor.project.canister(canister);
  if (!config) {
    throw new Failure({ message: msg('{0} has no canister named {1}.', monitor.project.dfxJson, canister) });
  }
  return config;
}

/** Where a module can be: what dfx built, or, for a custom canister, the file that dfx.json names. */
function moduleFiles(project: Project, config: CanisterConfig, network: DfxNetwork): string[] {
  const { wasm } = buildArtifacts(project, config, network);
  const own = config.kind === 'custom' && config.wasm ? [path.resolve(project.root, config.wasm.value)] : [];
  return [...wasm, ...own];
}

async function initArgument(
  project: Project,
  config: CanisterConfig,
  network: DfxNetwork,
): Promise<InstallRequest['argument']> {
  const text = config.initArg?.value ?? (await initArgFile(project, config));
  if (text === undefined) {
    return undefined;
  }
  const { constructor: withInitTypes } = buildArtifacts(project, config, network);
  const candid = candidFile(project, config, network);
  const did = await firstFile([withInitTypes, ...(candid === undefined ? [] : [candid])]);
  const file = did === undefined ? undefined : await readText(did);
  return { kind: 'candid', text, interface: file?.state === 'text' ? file.text : undefined };
}

async function initArgFile(project: Project, { initArgFile: file }: CanisterConfig): Promise<string | undefined> {
  if (!file) {
    return undefined;
  }
  const content = await readText(path.resolve(project.root, file.value));
  if (content.state !== 'text') {
    throw new Failure({
      message: content.state === 'failed' ? content.message : msg('{0} does not exist.', file.value),
    });
  }
  return content.text;
}

async function firstFile(candidates: readonly string[]): Promise<string | undefined> {
  for (const file of candidates) {
    if (await isFile(file)) {
      return file;
    }
  }
  return undefined;
}

/** Any canister id of the subnet: the network says so in its data folder. */
async function effectiveCanisterIdOf({ dataDir }: DfxNetwork): Promise<string> {
  const file = dataDir === undefined ? undefined : await readText(path.join(dataDir, 'replica-effective-config.json'));
  if (file?.state !== 'text') {
    return DEFAULT_EFFECTIVE_CANISTER_ID;
  }
  try {
    const id: unknown = JSON.parse(file.text)?.effective_canister_id;
    return typeof id === 'string' ? id : DEFAULT_EFFECTIVE_CANISTER_ID;
  } catch {
    return DEFAULT_EFFECTIVE_CANISTER_ID;
  }
}
