import type { CallArgument, CreateRequest, InstallMode, ModuleSource } from '../network/network-api';
import type { CompilerDiagnostic } from '../process/diagnostics';
import type { Tool, ToolCommand } from '../process/tool';
import type { Network, Target, WrittenSettings } from '../project/model';
import type { Message } from '../util/message';
import type { EngineProject } from './engine';
import type { Installer } from './tool-note';

/** A question of a tool's, in the words of the product. */
export interface KnownQuestion {
  readonly words: Message;
  /** What the tool says of the case, in its own words. */
  readonly detail?: string;
  /** Whether it asks if a canister may lose its data to a reinstallation. */
  readonly reinstalls?: boolean;
}

/** How projects of an engine are changed: by its tool, and by the extension where it does what the tool would. */
export interface Toolchain {
  /** Name of the engine. */
  readonly engine: string;
  readonly tool: Tool;
  readonly commands: ToolCommands;
  /** What can be done with canisters that are somebody else's and only fetched. */
  readonly pulled?: PulledCommands;
  /** What has to be done with pulled canisters before they can be deployed. */
  pulledStep?(project: EngineProject): Promise<'pull' | 'init' | undefined>;

  readonly setUp: ToolSetUp;

  /** What the name of a new project has to look like. */
  readonly projectName: { readonly pattern: RegExp; readonly rule: Message };
  /**
   * `question` is over the types; without frontends there is nothing more to choose. `bundled` is a project in the
   * extension's folder `examples` that is copied, for where templates cannot be downloaded.
   */
  readonly templates: {
    readonly question: Message;
    readonly types: readonly Template[];
    readonly frontends: readonly Template[];
    readonly bundled?: Template;
  };
  /** Why another tool is better for new projects. */
  readonly deprecated?: Message;

  /** How networks are added to a project's files. */
  readonly networks: NetworkDefinitions;

  /** True where the tool, whatever it is asked to do, first makes an identity with its key in plain text. */
  makesIdentityUnasked(): Promise<boolean>;
  /** True where the tool does it, although the extension could do it over the network. */
  prefersTool(operation: 'create' | 'install', network: Network): Promise<boolean>;
  /** True where the tool's deletion of a canister that does not exist any more removes its id. */
  readonly forgetsGoneCanisters: boolean;
  /** What a question of the tool's means, where that is known. */
  knownQuestion(text: string): KnownQuestion | undefined;
  /** The canister whose code is installed when the tool prints this line. */
  installedCanister(line: string): string | undefined;
  /** What the compilers say in the output of a build. */
  diagnostics(project: EngineProject, output: string): CompilerDiagnostic[];
  /** The addresses that the tool prints for a person to open. */
  printedUrls(output: string): string[];
  /** What the tool is about to do to all canisters that it was started for, as this line says. */
  phase(line: string): Message | undefined;

  /**
   * What the extension creates a canister with.
   *
   * @throws {Failure} where only the tool can create it
   */
  creation(project: EngineProject, canister: string, target: Target): Promise<Creation>;
  /**
   * What the extension installs: the module of the last build and the arguments that the project's files give.
   *
   * @throws {Failure} where it has not been built
   */
  installation(project: EngineProject, canister: string, target: Target, mode: InstallMode): Promise<Installation>;
  /** What the project's files say of a canister's settings on a target. */
  settings(project: EngineProject, canister: string, target: Target): Promise<WrittenSettings>;
  /**
   * Writes a canister's id where the tool would, or, with undefined, removes it. The rest of the file stays as it is.
   *
   * @throws {Failure} where the file is damaged; it is not touched then
   */
  writeId(project: EngineProject, target: Target, canister: string, id: string | undefined): Promise<void>;
  /** The folder of a project in which the tool keeps ids and builds of local networks. */
  stateFolder(project: EngineProject): string;
}

/** How the tool gets onto a computer. */
export interface ToolSetUp {
  /** The page that says so for each system. */
  readonly guide: string;
  /** Name of the setting that holds its path. */
  readonly setting: string;
  /** Command lines that install it, as its makers give them. */
  readonly installers: readonly (Installer & { readonly platforms: readonly NodeJS.Platform[] })[];
  /** On Windows it runs in WSL only. */
  readonly needsWsl?: boolean;
}

export interface Template {
  readonly name: string;
  readonly description: Message;
}

/** A network that is to be known from now on. */
export interface NewNetwork {
  readonly name: string;
  /** `http` or `https`. */
  readonly url: string;
  /** What the engine asks beside, by {@link NetworkDefinitions.question}. */
  readonly option: string;
  /** All projects of this computer know it. */
  readonly shared: boolean;
}

export interface NetworkDefinitions {
  /** What a name may be. */
  readonly name: { readonly pattern: RegExp; readonly rule: Message };
  readonly question: Message;
  readonly options: readonly { readonly value: string; readonly label: Message; readonly detail: Message }[];
  /** An option that is typed. */
  readonly typed?: { readonly label: Message; readonly prompt: Message; readonly pattern: RegExp };
  /** A network may be added for all projects of this computer. */
  readonly canShare: boolean;
  /** The key in that file that gives a local network its port. */
  readonly portKey: string;
  /** The file that a network is defined in, whether it exists or not. */
  file(project: EngineProject, shared: boolean): string;
  /**
   * The file's text with the network in it. The rest stays as it is.
   *
   * @param text undefined where there is no file
   * @throws {Failure} where the text is damaged
   */
  define(text: string | undefined, network: NewNetwork): string;
}

export type Creation = Pick<CreateRequest, 'effectiveCanisterId' | 'specifiedId' | 'settings'> & {
  /** Principals that are controllers beside the identity that creates it. */
  readonly controllers?: readonly string[];
  /** Names of canisters that exist and get the new one as a controller. */
  readonly controls?: readonly string[];
};

export interface Installation {
  readonly module: ModuleSource;
  readonly argument?: CallArgument;
}

/** What a command is run with. */
export interface ToolContext {
  /** The project's root. */
  readonly cwd: string;
  readonly target: string;
  /** Name of the identity that signs. */
  readonly identity: string;
  /** Id of a canister that makes the call in the identity's place. */
  readonly proxy?: string;
}

/** One canister by name, or all of the project. */
export type CanisterScope = { readonly canister: string } | 'all';

/** `auto`: install or upgrade, whichever fits. */
export type DeployMode = InstallMode | 'auto';

export interface DeployOptions {
  readonly mode?: DeployMode;
  /** Installs an interface that callers may not understand, where the tool would refuse that. */
  readonly force?: boolean;
}

export type StorageMode = 'keyring' | 'password-protected' | 'plaintext';

export interface NewProject {
  readonly name: string;
  readonly type: string;
  /** A template's name, or `none`. */
  readonly frontend: string;
}

export interface ToolCall {
  readonly method: string;
  readonly kind: 'query' | 'update';
  /** Candid text of all arguments, in parentheses. */
  readonly text: string;
}

/** The tool's command lines. */
export interface ToolCommands {
  createCanister(context: ToolContext, scope: CanisterScope): ToolCommand;
  /** `check` builds without ids, to see whether it builds. */
  build(context: ToolContext, scope: CanisterScope, options?: { readonly check?: boolean }): ToolCommand;
  /** Creates, builds and installs. */
  deploy(context: ToolContext, scope: CanisterScope, options?: DeployOptions): ToolCommand;
  /** Installs what was built before. */
  install(context: ToolContext, scope: CanisterScope, options: { readonly mode: DeployMode }): ToolCommand;
  startCanister(context: ToolContext, scope: CanisterScope): ToolCommand;
  stopCanister(context: ToolContext, scope: CanisterScope): ToolCommand;
  /** Absent where the tool cannot. */
  uninstallCode?(context: ToolContext, scope: CanisterScope): ToolCommand;
  /** With withdrawal, the canister's cycles are sent back to the identity first. */
  deleteCanister(context: ToolContext, scope: CanisterScope, options: { readonly withdrawal: boolean }): ToolCommand;
  /** Prints the reply as Candid text. */
  call(context: ToolContext, canister: string, call: ToolCall): ToolCommand;
  /** Runs the steps that come after an installation. Absent where the tool has none. */
  sync?(context: ToolContext, scope: CanisterScope): ToolCommand;
  /** Makes the language bindings. Absent where the tool makes none. */
  generate?(context: ToolContext, scope: CanisterScope): ToolCommand;

  /** Makes a folder with a new project in `cwd`, without a question. */
  newProject(cwd: string, project: NewProject): ToolCommand;
  /**
   * Starts a network that is managed for `cwd`. `clean` erases its state, where the tool does not always. `network` is
   * its name, for tools that can have several.
   */
  startNetwork(cwd: string, options?: { readonly clean?: boolean; readonly network?: string }): ToolCommand;
  stopNetwork(cwd: string, network?: string): ToolCommand;

  newIdentity(cwd: string, name: string, storage: StorageMode): ToolCommand;
  importIdentity(
    cwd: string,
    name: string,
    source: { readonly pemFile: string } | { readonly seedFile: string },
    storage: StorageMode,
  ): ToolCommand;
  /**
   * Makes an identity of a login in the browser. Absent where the tool cannot.
   *
   * @param storage of the session's key
   */
  linkIdentity?(cwd: string, name: string, storage: StorageMode): ToolCommand;
  useIdentity(cwd: string, name: string): ToolCommand;
  renameIdentity(cwd: string, from: string, to: string): ToolCommand;
  removeIdentity(cwd: string, name: string, options: { readonly dropWallets: boolean }): ToolCommand;
  /** Prints the identity's principal. */
  getPrincipal(cwd: string, identity: string): ToolCommand;

  /** The same for several canisters in one process. Absent where the tool takes one or all. */
  readonly several?: {
    build(context: ToolContext, canisters: readonly string[]): ToolCommand;
    deploy(context: ToolContext, canisters: readonly string[], options?: DeployOptions): ToolCommand;
    sync(context: ToolContext, canisters: readonly string[]): ToolCommand;
  };
}

/** What can be done to several canisters with one command. */
export type SharedCommand = keyof NonNullable<ToolCommands['several']>;

export interface PulledCommands {
  /** Fetches interfaces and modules from where the canisters really are. */
  depsPull(context: ToolContext): ToolCommand;
  depsInit(context: ToolContext, canister?: string, argument?: string): ToolCommand;
  depsDeploy(context: ToolContext, canister?: string): ToolCommand;
}
