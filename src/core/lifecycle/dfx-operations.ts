import type { DfxCommand, InstallMode } from '../engines/dfx/commands';
import * as commands from '../engines/dfx/commands';
import { type CompilerDiagnostic, parseDiagnostics } from '../engines/dfx/diagnostics';
import type { DfxPrompt } from '../engines/dfx/prompts';
import type { DfxRunOptions, DfxTool } from '../engines/dfx/tool';
import type { ProjectMonitor } from '../monitor/project-monitor';
import { phaseOf } from '../monitor/state';
import type { RunResult } from '../process/run';
import { type Message, msg } from '../util/message';
import { OPERATIONS } from './operations';
import { dependenciesFirst } from './order';
import type { CanisterRef, Outcome } from './outcome';
import type { OperationRunner } from './runner';

/** What an operation needs from whoever started it. */
export interface OperationOptions {
  /** Answers dfx's own questions. */
  readonly answer: (prompt: DfxPrompt) => Promise<boolean>;
  readonly signal?: AbortSignal;
  /** Told how far a deployment has come. */
  readonly progress?: (message: Message) => void;
}

/** How a build or deployment ended, beyond success and failure. */
export interface BuildReport {
  readonly outcomes: readonly Outcome[];
  /** What the compilers had to say, by project. */
  readonly diagnostics: readonly { readonly projectRoot: string; readonly found: readonly CompilerDiagnostic[] }[];
  /** URLs that dfx printed, the ones to show a person first. */
  readonly urls: readonly string[];
}

/** dfx's lines by which one canister of a deployment is done. */
const INSTALLED = /^(?:Installed|Reinstalled|Upgraded) code for canister (\S+), with canister ID /;
const URL_LINE = /^\s+(?:- |\S+: )(https?:\/\/\S+)/;

/** The operations that dfx does: those that build, check or move cycles. */
export class DfxOperations {
  readonly #dfx: DfxTool;
  readonly #runner: OperationRunner;

  constructor(dfx: DfxTool, runner: OperationRunner) {
    this.#dfx = dfx;
    this.#runner = runner;
  }

  create(targets: readonly CanisterRef[], options: OperationOptions): Promise<Outcome[]> {
    return this.#runner.each(
      targets,
      OPERATIONS.create.busy,
      async ({ monitor, canister }) => {
        await this.#run(monitor, commands.createCanister(contextOf(monitor, canister), { canister }), options);
      },
      { inOrder: true },
    );
  }

  /** Builds each canister; one that has no id yet is only checked, since dfx builds with ids. */
  async build(targets: readonly CanisterRef[], options: OperationOptions): Promise<BuildReport> {
    const report = new ReportBuilder();
    const outcomes = await this.#runner.each(
      inDependencyOrder(targets),
      OPERATIONS.build.busy,
      async ({ monitor, canister }) => {
        const check = monitor.canister(canister)?.id === undefined;
        await this.#compile(
          monitor,
          commands.build(contextOf(monitor, canister), { canister }, { check }),
          options,
          report,
        );
      },
      { inOrder: true },
    );
    return report.finish(outcomes);
  }

  /** Deploys each canister, after those that it depends on. */
  async deploy(
    targets: readonly CanisterRef[],
    options: OperationOptions,
    mode: InstallMode = 'auto',
  ): Promise<BuildReport> {
    const report = new ReportBuilder();
    let done = 0;
    const outcomes = await this.#runner.each(
      inDependencyOrder(targets),
      OPERATIONS.deploy.busy,
      async ({ monitor, canister }) => {
        done += 1;
        options.progress?.(msg('{0} ({1} of {2})', canister, done, targets.length));
        await this.#compile(
          monitor,
          commands.deploy(contextOf(monitor, canister), { canister }, { mode }),
          options,
          report,
        );
      },
      { inOrder: true },
    );
    return report.finish(outcomes);
  }

  /** Deploys a whole project with one command, as `dfx deploy` does. */
  async deployAll(
    monitor: ProjectMonitor,
    canisters: readonly string[],
    options: OperationOptions,
  ): Promise<BuildReport> {
    const report = new ReportBuilder();
    const done = new Set<string>();
    const work = async () => {
      const onLine = (line: string) => {
        const name = INSTALLED.exec(line)?.[1];
        if (name !== undefined && !done.has(name)) {
          done.add(name);
          options.progress?.(msg('{0} ({1} of {2})', name, done.size, canisters.length));
          monitor.setBusy(name, undefined);
          void monitor.load().then(() => monitor.refreshCanister(name));
        }
      };
      await this.#compile(monitor, commands.deploy(contextOf(monitor, ...canisters), 'all'), options, report, onLine);
    };
    const outcomes = await this.#runner.together(monitor, canisters, OPERATIONS.deploy.busy, work);
    return report.finish(afterPartialSuccess(outcomes, done));
  }

  /** Installs what was built before. */
  install(targets: readonly CanisterRef[], mode: InstallMode, options: OperationOptions): Promise<Outcome[]> {
    return this.#runner.each(
      inDependencyOrder(targets),
      OPERATIONS[mode === 'auto' ? 'install' : mode].busy,
      async ({ monitor, canister }) => {
        await this.#run(monitor, commands.install(contextOf(monitor, canister), { canister }, { mode }), options);
      },
      { inOrder: true },
    );
  }

  /** Deletes with withdrawal of the cycles, dependants first. dfx asks where a canister has not been stopped. */
  delete(targets: readonly CanisterRef[], options: OperationOptions): Promise<Outcome[]> {
    return this.#runner.each(
      inDependencyOrder(targets).reverse(),
      OPERATIONS.delete.busy,
      async ({ monitor, canister }) => {
        // A canister that is gone has no cycles to withdraw: only its id is left to forget.
        const state = monitor.canister(canister);
        const withdrawal = state !== undefined && phaseOf(state) !== 'missing';
        await this.#run(
          monitor,
          commands.deleteCanister(contextOf(monitor, canister), { canister }, { withdrawal }),
          options,
        );
      },
      { inOrder: true },
    );
  }

  /** Starts or stops one canister whose controller, or whose controller's key, only dfx can reach. */
  async startOrStop(
    { monitor, canister }: CanisterRef,
    operation: 'start' | 'stop',
    signal?: AbortSignal,
  ): Promise<void> {
    const command = operation === 'start' ? commands.startCanister : commands.stopCanister;
    await this.#run(monitor, command(contextOf(monitor, canister), { canister }), silently(signal));
  }

  /** @throws {Failure} */
  async uninstall({ monitor, canister }: CanisterRef, signal?: AbortSignal): Promise<void> {
    await this.#run(monitor, commands.uninstallCode(contextOf(monitor, canister), { canister }), silently(signal));
  }

  /** Calls a method. @returns Candid text of the reply @throws {Failure} */
  async call(
    { monitor, canister }: CanisterRef,
    { method, kind, text }: { readonly method: string; readonly kind: 'query' | 'update'; readonly text: string },
    signal?: AbortSignal,
  ): Promise<string> {
    // Without the wallet: a call comes from whoever makes it.
    const command = commands.call(contextOf(monitor), canister, method, text, { kind, output: 'pp' });
    return (await this.#run(monitor, command, silently(signal))).stdout.trim();
  }

  async generate(targets: readonly CanisterRef[], options: OperationOptions): Promise<BuildReport> {
    const report = new ReportBuilder();
    const outcomes = await this.#runner.each(
      targets,
      OPERATIONS.generate.busy,
      async ({ monitor, canister }) => {
        await this.#compile(monitor, commands.generate(contextOf(monitor, canister), { canister }), options, report);
      },
      { inOrder: true },
    );
    return report.finish(outcomes);
  }

  /** Makes a project below `folder`. @throws {Failure} */
  async newProject(folder: string, project: commands.NewProject, signal?: AbortSignal): Promise<void> {
    await this.#dfx.run(commands.newProject(folder, project), signal ? { signal } : {});
  }

  async #compile(
    monitor: ProjectMonitor,
    command: DfxCommand,
    options: OperationOptions,
    report: ReportBuilder,
    onLine?: (line: string) => void,
  ): Promise<void> {
    const { root } = monitor.project;
    const onEnd = ({ stderr, stdout }: RunResult) => report.add(root, `${stdout}\n${stderr}`);
    await this.#run(monitor, command, options, { onLine, onEnd });
  }

  #run(
    monitor: ProjectMonitor,
    command: DfxCommand,
    options: OperationOptions,
    follow: Pick<DfxRunOptions, 'onLine' | 'onEnd'> = {},
  ) {
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

/** For commands that have no questions. */
function silently(signal: AbortSignal | undefined): OperationOptions {
  return { answer: async () => false, ...(signal ? { signal } : {}) };
}

/**
 * Every command says which network and identity it is for: dfx's own defaults may differ. And which wallet, where that
 * is the controller of all the canisters that exist.
 */
function contextOf(monitor: ProjectMonitor, ...canisters: string[]): commands.DfxContext {
  const { project, snapshot } = monitor;
  const existing = canisters.flatMap((name) => monitor.canister(name) ?? []).filter(({ facts }) => facts?.exists);
  const wallets = new Set(existing.map(({ through }) => through?.wallet));
  const [wallet] = wallets.size === 1 ? wallets : [];
  return {
    cwd: project.root,
    network: snapshot.networkName,
    identity: snapshot.identity?.name ?? 'anonymous',
    ...(wallet === undefined ? {} : { wallet }),
  };
}

function inDependencyOrder(targets: readonly CanisterRef[]): CanisterRef[] {
  const groups = new Map<ProjectMonitor, CanisterRef[]>();
  for (const target of targets) {
    groups.set(target.monitor, [...(groups.get(target.monitor) ?? []), target]);
  }
  return [...groups].flatMap(([monitor, group]) =>
    dependenciesFirst(
      group.map(({ canister }) => canister),
      monitor.project.config.canisters,
    ).map((canister) => ({ monitor, canister })),
  );
}

/** A failure of the whole does not undo what dfx has reported as installed. */
function afterPartialSuccess(outcomes: readonly Outcome[], done: ReadonlySet<string>): Outcome[] {
  return outcomes.map((outcome) =>
    !outcome.ok && done.has(outcome.target.canister) ? { target: outcome.target, ok: true } : outcome,
  );
}

/** Gathers what several commands said. */
class ReportBuilder {
  readonly #diagnostics = new Map<string, CompilerDiagnostic[]>();
  readonly #urls = new Set<string>();

  add(projectRoot: string, output: string): void {
    const found = this.#diagnostics.get(projectRoot) ?? [];
    found.push(...parseDiagnostics(output, projectRoot));
    this.#diagnostics.set(projectRoot, found);
    for (const line of output.split('\n')) {
      const url = URL_LINE.exec(line)?.[1];
      if (url !== undefined) {
        this.#urls.add(url);
      }
    }
  }

  finish(outcomes: readonly Outcome[]): BuildReport {
    return {
      outcomes,
      diagnostics: [...this.#diagnostics].map(([projectRoot, found]) => ({ projectRoot, found })),
      urls: [...this.#urls],
    };
  }
}
