import path from 'node:path';
import type { TextRange } from '../document/tree';
import type { IdentityInfo } from '../identity/identity-info';
import type {
  BuildInputs,
  CanisterDefinition,
  CanisterId,
  CanisterPaths,
  Network,
  NetworkProcess,
  ProjectProblem,
  ProxyCanister,
  Refusal,
  Target,
  TargetIds,
  WatchPattern,
} from '../project/model';
import { Failure } from '../util/failure';
import { type Message, msg } from '../util/message';
import type { ToolNote } from './tool-note';

/** What is known of an engine before anything of its is read. */
export interface EngineNames {
  /** The tool's name, as its users know it. Also the engine's id. */
  readonly name: string;
  /** Names of the files that make a folder a project of this engine. */
  readonly manifestNames: readonly string[];
}

/** A tool that projects are made and deployed with, and all that is read of its files. Starts no process. */
export interface Engine extends EngineNames {
  readonly identities: IdentityStore;
  /** @param manifest absolute path of the file */
  open(manifest: string): EngineProject;
  /** The network that the tool has started on a port of this computer, for whatever project. */
  networkOn(port: number): Promise<Message | undefined>;
  /**
   * What its projects should know of the tool on this computer; absent where that is only said when it is needed.
   * `root` is the folder of the project, which may say which version it wants.
   */
  readonly toolNote?: (root?: string) => Promise<ToolNote | undefined>;
}

/** The identities that a tool keeps on this computer. Reads no key and writes nothing. */
export interface IdentityStore {
  /** All of them by name, `anonymous` among them. */
  list(): Promise<IdentityInfo[]>;
  /** Undefined where the tool would say that there is none of this name. */
  find(name: string): Promise<IdentityInfo | undefined>;
  /** The one that the tool itself uses; `problem` says why it cannot be used. */
  selected(): Promise<{ readonly name: string; readonly problem?: Message }>;
  /** True where the tool would take the name for a new identity. */
  isName(name: string): boolean;
  /** True where canisters with cycles act for the identity, wherever they are. */
  hasProxies(name: string): Promise<boolean>;
  /** The files that {@link list} and {@link selected} depend on. */
  readonly watch: readonly WatchPattern[];
}

/** One project, as its files have it. */
export interface EngineProject {
  readonly engine: Engine;
  /** Absolute path of the file that makes it a project. */
  readonly manifest: string;
  /** The manifest's folder. */
  readonly root: string;
  /** The state of the files that was read last; nothing before {@link load}, and where the manifest is gone. */
  readonly canisters: readonly CanisterDefinition[];
  readonly problems: readonly ProjectProblem[];
  canister(name: string): CanisterDefinition | undefined;
  /** Where a canister's name is in a text of the file that defines it, which may be an editor's. */
  nameIn(text: string, canister: string): TextRange | undefined;
  /** Reads the files again. What did not change stays the same object. */
  load(): Promise<void>;

  /** All targets that have a name here. */
  targets(): Promise<Target[]>;
  /** What a name means here. */
  target(name: string): Promise<Target>;
  /** @param now milliseconds since 1970: ids may expire */
  ids(target: Target, now: number): Promise<TargetIds>;
  /** Canister to target to id, for every target that has a name here or ids on disk. */
  idsByTarget(now: number): Promise<ReadonlyMap<string, ReadonlyMap<string, CanisterId>>>;
  /**
   * The files that the tool reads strictly before it does anything on a target as an identity, and refuses as they are.
   * While there are any, nothing is changed and no tool is started.
   */
  refusals(target: Target, identity: string): Promise<readonly Refusal[]>;
  /** Where a canister's files are; undefined where there is no such canister. */
  paths(canister: string, target: Target): Promise<CanisterPaths | undefined>;
  /** What a canister's module is made of; undefined where that is not known. */
  buildInputs(canister: string, target: Target): Promise<BuildInputs | undefined>;
  /** The canister that makes calls in an identity's place on a target, where the identity has one. */
  proxy(identity: string, target: Target): Promise<ProxyCanister | undefined>;
  /** The canister on a target that shows the interfaces of others. */
  candidUi(target: Target): Promise<string | undefined>;
  /** Everything whose change can change what is shown for the project on this target. */
  watch(target: Target): readonly WatchPattern[];

  /**
   * The network that the tool starts and stops for this project.
   *
   * @param target whose network is meant, where a project can have several such
   * @throws {Failure} where there is none
   */
  managedNetwork(target?: string): Promise<ManagedNetwork>;
  /** What the tool has left of a network that should be running. Files that are missing or say nothing are left out. */
  networkProcess(network: Network): Promise<NetworkProcess>;
}

/** Says which file keeps the tool, and so us, from changing anything. */
export function refusalFailure({ tool, file, message, range }: Refusal): Failure {
  const name = path.basename(file);
  return new Failure({
    kind: 'config',
    message: msg('{0} cannot read {1}, so nothing was changed. {2}', tool, name, message),
    detail: file,
    actions: [{ title: msg('Open {0}', name), command: 'icCanisters.openFile', args: [file, range] }],
  });
}

export type ManagedNetwork = Network & { readonly dataDir: string };

/** Whose network has the port that another is meant to have on this computer, as far as the tools have noted it. */
export async function networkOn(
  engines: readonly Pick<Engine, 'networkOn'>[],
  { url }: Pick<Network, 'url'>,
): Promise<Message | undefined> {
  const port = URL.canParse(url) ? Number(new URL(url).port) : 0;
  const found = port === 0 ? [] : await Promise.all(engines.map((engine) => engine.networkOn(port)));
  return found.find((owner) => owner !== undefined);
}
