import type {
  KnownQuestion,
  SharedCommand,
  ToolCall,
  ToolCommands,
  ToolContext,
  Toolchain,
} from '../engines/toolchain';
import { ANONYMOUS_NAME } from '../identity/identity-info';
import type { ProjectMonitor } from '../monitor/project-monitor';
import { phaseOf } from '../monitor/state';
import type { InstallMode } from '../network/network-api';
import { hostOf } from '../network/network-class';
import type { RunResult } from '../process/run';
import type { ToolCommand, ToolRunOptions } from '../process/tool';
import { Failure } from '../util/failure';
import { type Message, msg } from '../util/message';
import { type CanisterRef, isLocal } from './canister-ref';
import type { CompilerFindings } from './compiler-findings';
import type { Outcome } from './outcome';

/** What a tool's output says beyond success and failure. */
export interface ToolFindings extends CompilerFindings {
  /** URLs that it printed, the ones to show a person first. */
  readonly urls: readonly string[];
}

/** A question of a tool's that keeps it waiting. */
export interface ToolQuestion {
  /** The tool's own words. */
  readonly text: string;
  readonly known?: KnownQuestion;
}

/** What an operation needs from whoever started it. */
export interface OperationOptions {
  /** Answers the tool's own questions. */
  readonly answer: (question: ToolQuestion) => Promise<boolean>;
  readonly signal?: AbortSignal;
  /** Gets how far a deployment has come. */
  readonly progress?: (message: Message) => void;
  /** The canisters that are built before what was built is installed. */
  readonly buildFirst?: readonly CanisterRef[];
  /** Gets what the tool found. */
  readonly report?: (findings: ToolFindings) => void;
}

/** How an operation ended. */
export interface OperationReport {
  readonly outcomes: readonly Outcome[];
  /** What compilers said, one entry for each command that builds. */
  readonly findings: readonly CompilerFindings[];
  readonly urls: readonly string[];
}

/** The toolchain of a project's engine. */
export type ToolchainOf = (project: ProjectMonitor) => Toolchain;

/**
 * What an engine's tool does: what builds, checks or moves cycles, and the rest where the key that has to sign, or the
 * canister that is the controller, is out of reach here. Each for one canister; each throws a `Failure`.
 */
export class ToolOperations {
  readonly #toolchainOf: ToolchainOf;

  constructor(toolchainOf: ToolchainOf) {
    this.#toolchainOf = toolchainOf;
  }

  /** True where the project's tool can be run. */
  available(project: ProjectMonitor): Promise<boolean> {
    return this.#toolchainOf(project).tool.available();
  }

  /** True where the tool does it, although the extension could. */
  async preferred(operation: 'create' | 'install', { project }: CanisterRef): Promise<boolean> {
    const { network } = project.snapshot.target;
    return network === undefined || (await this.#toolchainOf(project).prefersTool(operation, network));
  }

  start(target: CanisterRef, options: OperationOptions): Promise<void> {
    return this.#simple(target, 'startCanister', options);
  }

  stop(target: CanisterRef, options: OperationOptions): Promise<void> {
    return this.#simple(target, 'stopCanister', options);
  }

  create(target: CanisterRef, options: OperationOptions): Promise<void> {
    return this.#simple(target, 'createCanister', options);
  }

  uninstall(target: CanisterRef, options: OperationOptions): Promise<void> {
    return this.#simple(target, 'uninstallCode', options);
  }

  /** One that has no id yet is only checked, since tools build with ids. */
  async build(target: CanisterRef, options: OperationOptions): Promise<void> {
    const check = target.project.canister(target.canister)?.id === undefined;
    const command = this.#commands(target).build(contextOf(target), target, { check });
    await this.#compile(target.project, command, options, [target.canister]);
  }

  async deploy(target: CanisterRef, options: OperationOptions, { force }: { force?: boolean } = {}): Promise<void> {
    requireAgreement(target.project);
    const command = this.#commands(target).deploy(contextOf(target), target, { mode: 'auto', force });
    await this.#compile(target.project, command, options, [target.canister]);
  }

  /** True where one command can be for several canisters, which are then done side by side. */
  takesSeveral(project: ProjectMonitor): boolean {
    return this.#toolchainOf(project).commands.several !== undefined;
  }

  /** One command for several canisters. Their rows show what the tool says that it does with them. */
  async together(
    work: SharedCommand,
    project: ProjectMonitor,
    canisters: readonly string[],
    options: OperationOptions,
    { force }: { force?: boolean } = {},
  ): Promise<void> {
    if (work !== 'build') {
      requireAgreement(project);
    }
    const several = this.#able(project, this.#toolchainOf(project).commands.several);
    const context = projectContext(project, canisters);
    const command =
      work === 'deploy'
        ? several.deploy(context, canisters, { mode: 'auto', force })
        : several[work](context, canisters);
    await this.#compile(project, command, options, canisters);
  }

  /**
   * Deploys a whole project at once.
   *
   * @param installed gets each canister that is done
   */
  async deployAll(
    project: ProjectMonitor,
    canisters: readonly string[],
    options: OperationOptions,
    installed: (canister: string) => void,
  ): Promise<void> {
    requireAgreement(project);
    const toolchain = this.#toolchainOf(project);
    const command = toolchain.commands.deploy(projectContext(project, canisters), 'all');
    await this.#compile(project, command, options, canisters, (line) => {
      const name = toolchain.installedCanister(line);
      if (name !== undefined) {
        installed(name);
      }
    });
  }

  /** Installs what was built before. */
  async install(target: CanisterRef, mode: InstallMode, options: OperationOptions): Promise<void> {
    requireAgreement(target.project);
    const toolchain = this.#toolchainOf(target.project);
    const answer: OperationOptions['answer'] = async (question) =>
      // The user has agreed to a reinstallation already.
      (mode === 'reinstall' && question.known?.reinstalls) || (await options.answer(question));
    const command = toolchain.commands.install(contextOf(target), target, { mode });
    await this.#run(target.project, command, { ...options, answer });
  }

  /** Deletes, after the cycles were withdrawn. The tool asks where the canister has not been stopped. */
  async delete(target: CanisterRef, options: OperationOptions): Promise<void> {
    requireAgreement(target.project);
    const command = this.#commands(target).deleteCanister(contextOf(target), target, { withdrawal: !isGone(target) });
    await this.#run(target.project, command, options);
  }

  /** Runs the steps that come after an installation, such as the upload of assets. */
  async sync(target: CanisterRef, options: OperationOptions): Promise<void> {
    const { sync } = this.#commands(target);
    const command = this.#able(target.project, sync)(contextOf(target), target);
    await this.#compile(target.project, command, options, [target.canister]);
  }

  /** True where the canister is gone and the tool, which cannot delete it, would keep its id. */
  leavesIds({ project, canister }: CanisterRef): boolean {
    const state = project.canister(canister);
    return state !== undefined && phaseOf(state) === 'missing' && !this.#toolchainOf(project).forgetsGoneCanisters;
  }

  async generate(target: CanisterRef, options: OperationOptions): Promise<void> {
    const { generate } = this.#commands(target);
    const command = this.#able(target.project, generate)(contextOf(target), target);
    await this.#compile(target.project, command, options, [target.canister]);
  }

  /** @returns Candid text of the reply */
  async call({ project, canister }: CanisterRef, call: ToolCall, signal?: AbortSignal): Promise<string> {
    requireAgreement(project);
    // Without the proxy: a call comes from whoever makes it.
    const command = this.#toolchainOf(project).commands.call(projectContext(project, []), canister, call);
    return (await this.#run(project, command, { answer: async () => false, signal })).stdout.trim();
  }

  #commands({ project }: CanisterRef): ToolCommands {
    return this.#toolchainOf(project).commands;
  }

  /** A command that takes a canister and nothing else. */
  async #simple(
    target: CanisterRef,
    name: 'startCanister' | 'stopCanister' | 'createCanister' | 'uninstallCode',
    options: OperationOptions,
  ): Promise<void> {
    requireAgreement(target.project);
    const command = this.#able(target.project, this.#commands(target)[name]);
    await this.#run(target.project, command(contextOf(target), target), options);
  }

  /** @throws {Failure} where the tool has no such command */
  #able<T>(project: ProjectMonitor, command: T | undefined): T {
    if (command === undefined) {
      throw new Failure({ message: msg('{0} cannot do this.', project.engine.name) });
    }
    return command;
  }

  async #compile(
    project: ProjectMonitor,
    command: ToolCommand,
    options: OperationOptions,
    canisters: readonly string[],
    follow?: (line: string) => void,
  ): Promise<void> {
    const { root } = project;
    const toolchain = this.#toolchainOf(project);
    const onLine = (line: string) => {
      follow?.(line);
      const phase = toolchain.phase(line);
      if (phase) {
        options.progress?.(phase);
        for (const canister of canisters) {
          project.setBusy(canister, phase);
        }
      }
    };
    const onEnd = ({ stderr, stdout }: RunResult) => {
      const output = `${stdout}\n${stderr}`;
      options.report?.({
        root,
        canisters,
        diagnostics: toolchain.diagnostics(project.files, output),
        urls: toolchain.printedUrls(output),
      });
    };
    await this.#run(project, command, options, { onLine, onEnd });
  }

  #run(
    project: ProjectMonitor,
    command: ToolCommand,
    options: OperationOptions,
    follow: Pick<ToolRunOptions, 'onLine' | 'onEnd'> = {},
  ): Promise<RunResult> {
    const { target, identity } = project.snapshot;
    const toolchain = this.#toolchainOf(project);
    return toolchain.tool.run(command, {
      context: { network: target.name, identity: identity?.name ?? '' },
      password: identity?.storage === 'password',
      onPrompt: ({ text }) => options.answer({ text, known: toolchain.knownQuestion(text) }),
      signal: options.signal,
      ...follow,
    });
  }
}

/** The tool signs whatever it is told to. @throws {Failure} where the user has not agreed to that for the network */
function requireAgreement({ snapshot: { target, identity } }: ProjectMonitor): void {
  if (identity?.withheld) {
    const host = hostOf(target.network?.url ?? '');
    throw new Failure({ kind: 'unsigned', message: msg('Nothing is signed for {0} until you agree to that.', host) });
  }
}

/**
 * True where the canister has no cycles to withdraw, because it is not there: only its id is left to forget. A network
 * elsewhere is believed that only where its key is known beforehand.
 */
function isGone(target: CanisterRef): boolean {
  const { project, canister } = target;
  const state = project.canister(canister);
  const believed = isLocal(target) || project.snapshot.target.network?.rootKey !== 'fetch';
  return state !== undefined && phaseOf(state) === 'missing' && believed;
}

function contextOf({ project, canister }: CanisterRef): ToolContext {
  return projectContext(project, [canister]);
}

/**
 * Every command says which target and identity it is for: the tool's own defaults may differ. And which canister acts
 * for the identity, where that is the controller of all the canisters that exist.
 */
export function projectContext(project: ProjectMonitor, canisters: readonly string[] = []): ToolContext {
  const { root, snapshot } = project;
  const existing = canisters.flatMap((name) => project.canister(name) ?? []).filter(({ facts }) => facts?.exists);
  const proxies = new Set(existing.map(({ through }) => through?.proxy));
  const [proxy] = proxies.size === 1 ? proxies : [];
  return { cwd: root, target: snapshot.target.name, identity: snapshot.identity?.name ?? ANONYMOUS_NAME, proxy };
}
