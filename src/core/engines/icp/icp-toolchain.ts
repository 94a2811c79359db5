import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { EnvironmentVariable, SettingsChange, Visibility } from '../../network/canister-facts';
import type { InstallMode } from '../../network/network-api';
import { type CompilerDiagnostic, parseDiagnostics } from '../../process/diagnostics';
import type { Tool } from '../../process/tool';
import { isFile, readProjectText, readText } from '../../project/files';
import type { Network, Target, WrittenSettings } from '../../project/model';
import { replaceFile } from '../../project/replace-file';
import { readConfined } from '../../util/confined-file';
import { Failure } from '../../util/failure';
import { type Message, msg } from '../../util/message';
import { isPrincipal } from '../../util/principal';
import { KeyedQueue } from '../../util/queue';
import type { EngineProject } from '../engine';
import type { Creation, Installation, Toolchain, ToolSetUp } from '../toolchain';
import { artifactOf } from './artifacts';
import { idFileOf, withId } from './canister-ids';
import { icpCommands } from './commands';
import type { IcpProject, IcpTarget } from './icp-project';
import type { ArgumentSource, ManifestSettings, Named, Visibility as WrittenVisibility } from './manifest';
import { icpNetworkDefinitions } from './network-definitions';
import { deployedUrls, phaseOf, scriptOutputs } from './output';

/** What PocketIC uses where a network does not say which canister ids it has. */
const DEFAULT_EFFECTIVE_CANISTER_ID = 'rwlgt-iiaaa-aaaaa-aaaaa-cai';

/** Canisters are created and deleted side by side, but the file is read and replaced as a whole. */
const writers = new KeyedQueue();

/** icp, and what is done without it on networks where cycles are free. */
export class IcpToolchain implements Toolchain {
  readonly engine = 'icp';
  readonly tool: Tool;
  readonly commands = icpCommands;

  constructor(tool: Tool) {
    this.tool = tool;
  }

  readonly setUp: ToolSetUp = {
    guide: 'https://github.com/dfinity/icp-cli#readme',
    setting: 'icpPath',
    // With ic-wasm, which the recipes for Motoko and Rust run.
    installers: [
      {
        name: 'npm',
        line: 'npm install -g @icp-sdk/icp-cli @icp-sdk/ic-wasm',
        platforms: ['linux', 'darwin', 'win32'],
      },
      { name: 'Homebrew', line: 'brew install icp-cli ic-wasm', platforms: ['darwin'] },
    ],
  };

  // icp would make kebab-case of any other.
  readonly projectName = {
    pattern: /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
    rule: msg('Small letters and digits, with "-" between words.'),
  };
  readonly templates = {
    question: msg('Template'),
    // The folders of dfinity/icp-cli-templates, with the choices that icp makes where it asks nothing.
    types: [
      { name: 'motoko', description: msg('One canister in Motoko, a language made for canisters.') },
      { name: 'rust', description: msg('One canister in Rust.') },
      { name: 'hello-world', description: msg('A frontend in React and a backend in Motoko.') },
      { name: 'static-website', description: msg('A web site of static files.') },
      { name: 'bitcoin-starter', description: msg('A canister in Rust that reads Bitcoin balances.') },
      { name: 'proxy', description: msg('A canister that passes on calls with cycles.') },
    ],
    frontends: [],
    bundled: {
      name: 'hello-icp',
      description: msg('The sample: a canister in Motoko and a pre-built one. No template is downloaded.'),
    },
  };

  readonly forgetsGoneCanisters = false;
  readonly networks = icpNetworkDefinitions;

  async makesIdentityUnasked(): Promise<boolean> {
    return false;
  }

  async prefersTool(operation: 'create' | 'install', { local }: Network): Promise<boolean> {
    // Only icp pays for a canister. An installation here passes the manifest's arguments, which icp's own does not.
    return operation === 'create' && !local;
  }

  // It asks nothing where no terminal is.
  knownQuestion(): undefined {
    return undefined;
  }

  installedCanister(): string | undefined {
    return undefined;
  }

  /** Scripts run in the canister's folder. icp passes on what they print where they fail. */
  diagnostics(project: EngineProject, output: string): CompilerDiagnostic[] {
    return scriptOutputs(output).flatMap(({ canister, text }) =>
      parseDiagnostics(text, (project as IcpProject).folderOf(canister) ?? project.root),
    );
  }

  printedUrls(output: string): string[] {
    return deployedUrls(output);
  }

  phase(line: string): Message | undefined {
    return phaseOf(line);
  }

  /**
   * With the manifest's settings. Controllers that are canisters themselves are those that exist; the others come when
   * they do.
   */
  async creation(project: EngineProject, canister: string, target: Target): Promise<Creation> {
    const icp = project as IcpProject;
    const ids = (await icp.ids(target)).byName;
    const principalOf = ({ name }: Named): string[] => (isPrincipal(name) ? [name] : [ids.get(name)?.id ?? []].flat());
    const controllersOf = (name: string) => icp.settings(name, target.name)?.settings.controllers ?? [];
    const controls = [...ids.keys()].filter(
      (name) => name !== canister && controllersOf(name).some((controller) => controller.name === canister),
    );
    const written = icp.settings(canister, target.name);
    return {
      effectiveCanisterId: DEFAULT_EFFECTIVE_CANISTER_ID,
      settings: {
        ...changeOf(written?.settings ?? {}),
        environmentVariables: await variablesOf(written, icp.root),
      },
      controllers: controllersOf(canister).flatMap(principalOf),
      controls,
    };
  }

  /** The module that the last build left, with the arguments that the manifest gives for the environment. */
  async installation(
    project: EngineProject,
    canister: string,
    target: Target,
    mode: InstallMode,
  ): Promise<Installation> {
    const { root } = project;
    const file = artifactOf(root, canister);
    if (file === undefined || !(await isFile(file))) {
      throw new Failure({ kind: 'not-built', message: msg('{0} has not been built.', canister), next: 'build' });
    }
    const written = (project as IcpProject).argument(canister, target.name, mode === 'upgrade');
    const candid = (await project.paths(canister, target))?.candid;
    const argument = written && (await argumentOf(written.source, written.folder, root, candid));
    return { module: { file, root }, argument };
  }

  async settings(project: EngineProject, canister: string, target: Target): Promise<WrittenSettings> {
    const icp = project as IcpProject;
    const written = icp.settings(canister, target.name);
    const unreadable = new Map<'environmentVariables', Message>();
    const noteVariables = (error: unknown): undefined => {
      if (!(error instanceof Failure)) {
        throw error;
      }
      unreadable.set('environmentVariables', error.data.message);
    };
    return {
      place: icp.canister(canister)?.place ?? { file: project.manifest },
      applied: 'deployment',
      values: {
        ...changeOf(written?.settings ?? {}),
        environmentVariables: await variablesOf(written, icp.root).catch(noteVariables),
      },
      controllers: written?.settings.controllers?.map(({ name }) => name),
      unreadable,
    };
  }

  writeId({ root }: EngineProject, target: IcpTarget, canister: string, id: string | undefined): Promise<void> {
    const file = target.network && idFileOf(root, target.name, target.network.managed);
    if (file === undefined) {
      throw new Failure({ message: msg('The environment {0} has no place for canister ids.', target.name) });
    }
    return writers.run(file, () => writeId(file, canister, id));
  }

  stateFolder({ root }: EngineProject): string {
    return path.join(root, '.icp', 'cache');
  }
}

/** Settings as the network takes them, but for what other files or canisters have a part in. */
function changeOf(settings: ManifestSettings): Omit<SettingsChange, 'controllers' | 'environmentVariables'> {
  return {
    computeAllocation: settings.computeAllocation,
    memoryAllocation: settings.memoryAllocation,
    freezingThreshold: settings.freezingThreshold,
    reservedCyclesLimit: settings.reservedCyclesLimit,
    wasmMemoryLimit: settings.wasmMemoryLimit,
    wasmMemoryThreshold: settings.wasmMemoryThreshold,
    logMemoryLimit: settings.logMemoryLimit,
    logVisibility: settings.logVisibility && visibilityOf(settings.logVisibility),
    snapshotVisibility: settings.snapshotVisibility && visibilityOf(settings.snapshotVisibility),
    statusVisibility: settings.statusVisibility && visibilityOf(settings.statusVisibility),
  };
}

/** The variables that are written. The ids among the environment variables come with a deployment. @throws {Failure} */
async function variablesOf(
  written: ReturnType<IcpProject['settings']>,
  root: string,
): Promise<readonly EnvironmentVariable[] | undefined> {
  const variables = [...(written?.settings.environmentVariables ?? [])].map(async ([name, variable]) => ({
    name,
    value: variable.value ?? (await textOf(variable.path ?? '', written?.folder ?? root, root)),
  }));
  return variables.length > 0 ? await Promise.all(variables) : undefined;
}

function visibilityOf(visibility: WrittenVisibility): Visibility {
  return typeof visibility === 'string'
    ? { kind: visibility }
    : { kind: 'allowed_viewers', viewers: visibility.allowedViewers };
}

/** What a file that a manifest names holds, without blanks around it. @throws {Failure} */
async function textOf(file: string, folder: string, root: string): Promise<string> {
  const content = await readProjectText(path.resolve(folder, file), root);
  if (content.state !== 'text') {
    throw new Failure({ message: content.state === 'failed' ? content.message : msg('{0} does not exist.', file) });
  }
  return content.text.trim();
}

/** More than a message from a user may have. */
const MAX_ARGUMENT_BYTES = 2 * 1024 * 1024;

/**
 * @param folder what paths start from
 * @param root folder of the project
 * @param candid the canister's interface, where there is a file of it
 */
async function argumentOf(
  { value, path: file, format }: ArgumentSource,
  folder: string,
  root: string,
  candid: string | undefined,
): Promise<Installation['argument']> {
  if (file !== undefined && format === 'bin') {
    return {
      kind: 'raw',
      bytes: await readConfined(path.resolve(folder, file), { root, maxBytes: MAX_ARGUMENT_BYTES }),
    };
  }
  const text = file === undefined ? value : await textOf(file, folder, root);
  if (format === 'candid') {
    const did = candid === undefined ? undefined : await readProjectText(candid, root);
    return { kind: 'candid', text: text ?? '', interface: did?.state === 'text' ? did.text : undefined };
  }
  if (!/^(?:[0-9a-f]{2})*$/i.test(text ?? '')) {
    throw new Failure({ kind: 'candid', message: msg('The arguments in the manifest are not hexadecimal digits.') });
  }
  return { kind: 'raw', bytes: new Uint8Array(Buffer.from(text ?? '', 'hex')) };
}

/** @throws {Failure} where the file is damaged: it is not touched then */
async function writeId(file: string, canister: string, id: string | undefined): Promise<void> {
  const content = await readText(file);
  if (content.state === 'failed') {
    throw new Failure({ message: content.message });
  }
  const changed = withId(content.state === 'text' ? content.text : undefined, canister, id);
  if (changed === undefined) {
    throw new Failure({ message: msg('{0} is damaged. Repair or delete it first.', file) });
  }
  await mkdir(path.dirname(file), { recursive: true });
  await replaceFile(file, changed);
}
