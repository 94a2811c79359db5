import path from 'node:path';
import { buildArtifacts, candidFile } from '../engines/dfx/artifacts';
import type { CanisterConfig } from '../engines/dfx/dfx-config';
import type { DfxNetwork } from '../engines/dfx/networks';
import type { InstallRequest, NetworkApi } from '../network/network-api';
import { isFile, readText } from '../project/files';
import type { Project } from '../project/project';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import { onNetwork, projectNetwork } from './canister-ref';
import { writeCanisterId } from './id-file';
import { OPERATIONS } from './operations';
import type { CanisterRef, Outcome } from './outcome';
import type { OperationRunner } from './runner';

/** What dfx and PocketIC use where a network does not say which canister ids it has. */
const DEFAULT_EFFECTIVE_CANISTER_ID = 'rwlgt-iiaaa-aaaaa-aaaaa-cai';

/** Creating and installing on networks where cycles are free, for those who have no dfx. */
export class OperationsWithoutDfx {
  readonly #client: NetworkApi;
  readonly #runner: OperationRunner;

  constructor(client: NetworkApi, runner: OperationRunner) {
    this.#client = client;
    this.#runner = runner;
  }

  create(targets: readonly CanisterRef[], signal?: AbortSignal): Promise<Outcome[]> {
    return this.#runner.each(
      targets,
      OPERATIONS.create.busy,
      async ({ monitor, canister }) => {
        const { network, endpoint, identity } = projectNetwork(monitor);
        const config = configOf({ monitor, canister });
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
      },
      // The id file is rewritten as a whole each time.
      { inOrder: true },
    );
  }

  /** Installs the module that the last build made, with the init arguments of dfx.json. */
  install(targets: readonly CanisterRef[], mode: InstallRequest['mode'], signal?: AbortSignal): Promise<Outcome[]> {
    return this.#runner.each(
      targets,
      OPERATIONS[mode].busy,
      async (target) => {
        const { network, endpoint, identity, canisterId } = onNetwork(target);
        const { project } = target.monitor;
        const config = configOf(target);
        const file = await firstFile(moduleFiles(project, config, network));
        if (file === undefined) {
          throw new Failure({ message: msg('{0} has not been built.', target.canister), next: 'build' });
        }
        const argument = await initArgument(project, config, network);
        await this.#client.install({ endpoint, identity, canisterId, mode, module: { file }, argument, signal });
      },
      { inOrder: true },
    );
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
  return { kind: 'candid', text, ...(file?.state === 'text' ? { interface: file.text } : {}) };
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
