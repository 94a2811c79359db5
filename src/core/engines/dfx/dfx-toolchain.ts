import path from 'node:path';
import { rangeOf } from '../../document/tree';
import { type CompilerDiagnostic, parseDiagnostics } from '../../process/diagnostics';
import type { Tool } from '../../process/tool';
import { isFile, readProjectText, readText } from '../../project/files';
import type { Network, Target, WrittenSettings } from '../../project/model';
import { Failure } from '../../util/failure';
import { msg } from '../../util/message';
import type { EngineProject } from '../engine';
import type { Creation, Installation, NetworkDefinitions, Toolchain, ToolSetUp } from '../toolchain';
import { buildArtifacts, candidFile, hasBuildFolder } from './artifacts';
import { dfxCommands } from './commands';
import type { CanisterConfig } from './dfx-config';
import type { DfxProject } from './dfx-project';
import { writeCanisterId } from './id-file';
import { DEFAULT_NAME, readIdentity } from './identities';
import type { DfxLocations } from './locations';
import { dfxNetworkDefinitions } from './network-definitions';
import type { DfxNetwork } from './networks';
import { knownQuestion } from './prompts';
import { NO_VALUES, readInitializationValues } from './settings';

/** What dfx and PocketIC use where a network does not say which canister ids it has. */
const DEFAULT_EFFECTIVE_CANISTER_ID = 'rwlgt-iiaaa-aaaaa-aaaaa-cai';
/** dfx's lines by which one canister of a deployment is done. */
const INSTALLED = /^(?:Installed|Reinstalled|Upgraded) code for canister (\S+), with canister ID /;
const URL_LINE = /^\s+(?:- |\S+: )(https?:\/\/\S+)/;

/** dfx, and what is done without it on networks where cycles are free. */
export class DfxToolchain implements Toolchain {
  readonly engine = 'dfx';
  readonly tool: Tool;
  readonly commands = dfxCommands;
  readonly pulled = dfxCommands;
  // dfxvm, a version manager, is how dfx is installed. Its page says how on each system.
  readonly setUp: ToolSetUp = {
    guide: 'https://github.com/dfinity/dfxvm#readme',
    setting: 'dfxPath',
    installers: [
      {
        name: 'dfxvm',
        line: 'sh -ci "$(curl -fsSL https://internetcomputer.org/install.sh)"',
        platforms: ['linux', 'darwin'],
      },
    ],
    needsWsl: true,
  };
  readonly projectName = {
    pattern: /^[A-Za-z][A-Za-z0-9_-]*$/,
    rule: msg('A letter first, then letters, digits, "_" and "-".'),
  };
  // What `dfx new` makes without an extension of dfx.
  readonly templates = {
    question: msg('Language of the backend'),
    types: [
      { name: 'motoko', description: msg('One canister in Motoko, a language made for canisters.') },
      { name: 'rust', description: msg('One canister in Rust.') },
    ],
    frontends: [
      { name: 'sveltekit', description: msg('A frontend in SvelteKit, built with npm.') },
      { name: 'react', description: msg('A frontend in React, built with npm.') },
      { name: 'vue', description: msg('A frontend in Vue, built with npm.') },
      { name: 'vanilla', description: msg('A frontend without a framework, built with npm.') },
      { name: 'simple-assets', description: msg('Files that are served as they are.') },
      { name: 'none', description: msg('No frontend.') },
    ],
  };
  readonly deprecated = msg('dfx is deprecated since April 2026: new projects are made with icp.');
  readonly #locations: DfxLocations;

  constructor(tool: Tool, locations: DfxLocations) {
    this.tool = tool;
    this.#locations = locations;
    this.networks = dfxNetworkDefinitions(locations);
  }

  readonly forgetsGoneCanisters = true;
  readonly knownQuestion = knownQuestion;
  readonly networks: NetworkDefinitions;

  async makesIdentityUnasked(): Promise<boolean> {
    const selected = await readText(this.#locations.identityJson);
    return selected.state !== 'text' && (await readIdentity(DEFAULT_NAME, this.#locations)) === undefined;
  }

  async prefersTool(operation: 'create' | 'install', { local }: Network): Promise<boolean> {
    // Only dfx pays for a canister, and only dfx checks interfaces and stable types before it installs.
    return (operation === 'create' && !local) || (await this.tool.available());
  }

  installedCanister(line: string): string | undefined {
    return INSTALLED.exec(line)?.[1];
  }

  diagnostics({ root }: EngineProject, output: string): CompilerDiagnostic[] {
    return parseDiagnostics(output, root);
  }

  printedUrls(output: string): string[] {
    return output.split('\n').flatMap((line) => URL_LINE.exec(line)?.[1] ?? []);
  }

  // Its canisters are told apart: see `installedCanister`.
  phase(): undefined {
    return undefined;
  }

  async creation(project: EngineProject, canister: string, target: Target): Promise<Creation> {
    const config = configOf(project, canister);
    if (config.initializationValues) {
      throw new Failure({
        message: msg('{0} has initialization_values, which only dfx applies.', canister),
        next: 'choose-dfx',
      });
    }
    const specifiedId = config.specifiedId?.value;
    return { specifiedId, effectiveCanisterId: specifiedId ?? (await effectiveCanisterIdOf(networkOf(target))) };
  }

  /** The module that the last build made, with the init arguments of dfx.json. */
  async installation(project: EngineProject, canister: string, target: Target): Promise<Installation> {
    const config = configOf(project, canister);
    const network = networkOf(target);
    const file = await firstFile(moduleFiles(project, config, network));
    if (file === undefined) {
      throw new Failure({ message: msg('{0} has not been built.', canister), next: 'build' });
    }
    return { module: { file, root: project.root }, argument: await initArgument(project, config, network) };
  }

  async settings(project: EngineProject, canister: string): Promise<WrittenSettings> {
    const { initializationValues, nameRange } = configOf(project, canister);
    const range = initializationValues ? rangeOf(initializationValues) : nameRange;
    const read = initializationValues ? readInitializationValues(initializationValues) : NO_VALUES;
    return { place: { file: project.manifest, range }, applied: 'creation', ...read };
  }

  writeId({ root }: EngineProject, target: Target, canister: string, id: string | undefined): Promise<void> {
    return writeCanisterId(root, networkOf(target), canister, id);
  }

  async pulledStep({ root }: EngineProject): Promise<'pull' | 'init' | undefined> {
    const [isPulled, isInit] = await Promise.all(
      ['pulled.json', 'init.json'].map((name) => isFile(path.join(root, 'deps', name))),
    );
    return !isPulled ? 'pull' : !isInit ? 'init' : undefined;
  }

  stateFolder({ root }: EngineProject): string {
    return path.join(root, '.dfx');
  }
}

/** Projects and targets that come here are this engine's own. */
function configOf(project: EngineProject, canister: string): CanisterConfig {
  const config = (project as DfxProject).canisterConfig(canister);
  if (!config) {
    throw new Failure({ message: msg('{0} has no canister named {1}.', project.manifest, canister) });
  }
  return config;
}

function networkOf({ network, name }: Target): DfxNetwork {
  if (!network) {
    throw new Failure({ message: msg('There is no network {0}.', name) });
  }
  return network as DfxNetwork;
}

/** Where a module can be: what dfx built, or, for a custom canister, the file that dfx.json names. */
function moduleFiles(project: EngineProject, config: CanisterConfig, network: DfxNetwork): string[] {
  const wasm = hasBuildFolder(project, config, network) ? buildArtifacts(project, config, network).wasm : [];
  const own = config.kind === 'custom' && config.wasm ? [path.resolve(project.root, config.wasm.value)] : [];
  return [...wasm, ...own];
}

async function initArgument(
  project: EngineProject,
  config: CanisterConfig,
  network: DfxNetwork,
): Promise<Installation['argument']> {
  const text = config.initArg?.value ?? (await initArgFile(project, config));
  if (text === undefined) {
    return undefined;
  }
  const { constructor: withInitTypes } = buildArtifacts(project, config, network);
  const candid = candidFile(project, config, network);
  const did = await firstFile([withInitTypes, ...(candid === undefined ? [] : [candid])]);
  const file = did === undefined ? undefined : await readProjectText(did, project.root);
  return { kind: 'candid', text, interface: file?.state === 'text' ? file.text : undefined };
}

async function initArgFile(project: EngineProject, { initArgFile: file }: CanisterConfig): Promise<string | undefined> {
  if (!file) {
    return undefined;
  }
  const content = await readProjectText(path.resolve(project.root, file.value), project.root);
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
