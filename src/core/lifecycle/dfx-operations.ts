import type { DfxCommand, DfxContext } from '../engines/dfx/commands';
import * as commands from '../engines/dfx/commands';
import { parseDiagnostics } from '../engines/dfx/diagnostics';
import type { DfxRunOptions, DfxTool } from '../engines/dfx/tool';
import type { ProjectMonitor } from '../monitor/project-monitor';
import { phaseOf } from '../monitor/state';
import type { InstallMode } from '../network/network-api';
import type { RunResult } from '../process/run';
import type { CanisterRef } from './canister-ref';
import type { OperationOptions, ToolCall, ToolFindings, ToolOperations } from './tool-operations';

/** dfx's lines by which one canister of a deployment is done. */
const INSTALLED = /^(?:Installed|Reinstalled|Upgraded) code for canister (\S+), with canister ID /;
const URL_LINE = /^\s+(?:- |\S+: )(https?:\/\/\S+)/;

/** The operations as dfx does them. */
export class DfxOperations implements ToolOperations {
  readonly #dfx: DfxTool;

  constructor(dfx: DfxTool) {
    this.#dfx = dfx;
  }

  available(): Promise<boolean> {
    return this.#dfx.available();
  }

  async start(target: CanisterRef, options: OperationOptions): Promise<void> {
    await this.#run(target.monitor, commands.startCanister(contextOf(target), target), options);
  }

  async stop(target: CanisterRef, options: OperationOptions): Promise<void> {
    await this.#run(target.monitor, commands.stopCanister(contextOf(target), target), options);
  }

  async create(target: CanisterRef, options: OperationOptions): Promise<void> {
    await this.#run(target.monitor, commands.createCanister(contextOf(target), target), options);
  }

  /** One that has no id yet is only checked, since dfx builds with ids. */
  async build(target: CanisterRef, options: OperationOptions): Promise<void> {
    const check = target.monitor.canister(target.canister)?.id === undefined;
    await this.#compile(target.monitor, commands.build(contextOf(target), target, { check }), options);
  }

  async deploy(target: CanisterRef, options: OperationOptions): Promise<void> {
    await this.#compile(target.monitor, commands.deploy(contextOf(target), target, { mode: 'auto' }), options);
  }

  async deployAll(
    monitor: ProjectMonitor,
    canisters: readonly string[],
    options: OperationOptions,
    installed: (canister: string) => void,
  ): Promise<void> {
    const onLine = (line: string) => {
      const name = INSTALLED.exec(line)?.[1];
      if (name !== undefined) {
        installed(name);
      }
    };
    await this.#compile(monitor, commands.deploy(projectContext(monitor, canisters), 'all'), options, onLine);
  }

  /** Installs what was built before. */
  async install(target: CanisterRef, mode: InstallMode, options: OperationOptions): Promise<void> {
    // The user has agreed to a reinstallation already.
    const agreed = (text: string) => mode === 'reinstall' && text.startsWith('You are about to reinstall ');
    const answer: OperationOptions['answer'] = async (question) => agreed(question.text) || options.answer(question);
    await this.#run(target.monitor, commands.install(contextOf(target), target, { mode }), { ...options, answer });
  }

  /** dfx asks where the canister has not been stopped. */
  async delete(target: CanisterRef, options: OperationOptions): Promise<void> {
    // A canister that is gone has no cycles to withdraw: only its id is left to forget.
    const state = target.monitor.canister(target.canister);
    const withdrawal = state !== undefined && phaseOf(state) !== 'missing';
    await this.#run(target.monitor, commands.deleteCanister(contextOf(target), target, { withdrawal }), options);
  }

  async uninstall(target: CanisterRef, options: OperationOptions): Promise<void> {
    await this.#run(target.monitor, commands.uninstallCode(contextOf(target), target), options);
  }

  async call({ monitor, canister }: CanisterRef, call: ToolCall, signal?: AbortSignal): Promise<string> {
    const { method, kind, text } = call;
    // Without the wallet: a call comes from whoever makes it.
    const command = commands.call(projectContext(monitor, []), canister, method, text, { kind, output: 'pp' });
    return (await this.#run(monitor, command, { answer: async () => false, signal })).stdout.trim();
  }

  async generate(target: CanisterRef, options: OperationOptions): Promise<void> {
    await this.#compile(target.monitor, commands.generate(contextOf(target), target), options);
  }

  async #compile(
    monitor: ProjectMonitor,
    command: DfxCommand,
    options: OperationOptions,
    onLine?: (line: string) => void,
  ): Promise<void> {
    const { root } = monitor.project;
    const onEnd = ({ stderr, stdout }: RunResult) => options.report?.(root, findingsOf(`${stdout}\n${stderr}`, root));
    await this.#run(monitor, command, options, { onLine, onEnd });
  }

  #run(
    monitor: ProjectMonitor,
    command: DfxCommand,
    options: OperationOptions,
    follow: Pick<DfxRunOptions, 'onLine' | 'onEnd'> = {},
  ): Promise<RunResult> {
    const { networkName, identity } = monitor.snapshot;
    const ready = identity?.storage === 'password' ? commands.forPassword(command) : command;
    return this.#dfx.run(ready, {
      context: { network: networkName, identity: identity?.name ?? '' },
      onPrompt: options.answer,
      signal: options.signal,
      ...follow,
    });
  }
}

function contextOf({ monitor, canister }: CanisterRef): DfxContext {
  return projectContext(monitor, [canister]);
}

/**
 * Every command says which network and identity it is for: dfx's own defaults may differ. And which wallet, where that
 * is the controller of all the canisters that exist.
 */
function projectContext(monitor: ProjectMonitor, canisters: readonly string[]): DfxContext {
  const { project, snapshot } = monitor;
  const existing = canisters.flatMap((name) => monitor.canister(name) ?? []).filter(({ facts }) => facts?.exists);
  const wallets = new Set(existing.map(({ through }) => through?.wallet));
  const [wallet] = wallets.size === 1 ? wallets : [];
  return {
    cwd: project.root,
    network: snapshot.networkName,
    identity: snapshot.identity?.name ?? 'anonymous',
    wallet,
  };
}

function findingsOf(output: string, projectRoot: string): ToolFindings {
  return {
    diagnostics: parseDiagnostics(output, projectRoot),
    urls: output.split('\n').flatMap((line) => URL_LINE.exec(line)?.[1] ?? []),
  };
}
