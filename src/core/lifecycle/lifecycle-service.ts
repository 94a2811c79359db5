import type { Toolchain } from '../engines/toolchain';
import type { ProjectMonitor } from '../monitor/project-monitor';
import type { NetworkApi } from '../network/network-api';
import { Emitter } from '../util/events';
import { type Message, msg } from '../util/message';
import type { CanisterRef } from './canister-ref';
import type { CompilerFindings } from './compiler-findings';
import { NativeDeployment } from './native-deployment';
import { NativeOperations } from './native-operations';
import { type Checks, checksOf, groupByProject, OperationRunner } from './operation-runner';
import {
  type Carriers,
  type InputOf,
  OPERATIONS,
  type OperationEntry,
  type RunnableOperation,
  runnableEntry,
} from './operations';
import { dependenciesFirst } from './order';
import type { Outcome } from './outcome';
import { type OperationOptions, type OperationReport, type ToolchainOf, ToolOperations } from './tool-operations';

/** An operation that has come to its end. */
export interface FinishedOperation {
  readonly operation: RunnableOperation;
  /** Each with the name of the target that it was done on. */
  readonly outcomes: readonly { readonly outcome: Outcome; readonly on: string }[];
}

/** An operation with what has to hold when its turn has come. */
type Begun = OperationOptions & { readonly checks: Checks };

/** All operations on canisters. Tree, palette, menus, lenses and tests call this and nothing else. */
export class LifecycleService {
  readonly native: NativeOperations;
  readonly #runner = new OperationRunner();
  readonly #by: Carriers;
  readonly #finished = new Emitter<FinishedOperation>();
  /** An operation has ended, for each of its canisters in whatever way. */
  readonly onDidFinish = this.#finished.event;

  /** @param toolchains one for the engine of every project that may come */
  constructor(client: NetworkApi, toolchains: readonly Toolchain[]) {
    const byEngine = new Map(toolchains.map((toolchain) => [toolchain.engine, toolchain]));
    const toolchainOf: ToolchainOf = ({ engine }) => byEngine.get(engine.name)!;
    const tool = new ToolOperations(toolchainOf);
    this.native = new NativeOperations(client, tool);
    this.#by = { native: this.native, tool, deployment: new NativeDeployment(client, toolchainOf) };
  }

  /** Runs an operation of the table. One failure does not hide the others: each target has an outcome. */
  async run<K extends RunnableOperation>(
    operation: K,
    targets: readonly CanisterRef[],
    options: OperationOptions,
    ...input: InputOf<K>
  ): Promise<OperationReport> {
    const checks = checksOf(targets);
    return await this.#told(operation, targets, () => this.#run(operation, targets, { ...options, checks }, ...input));
  }

  /** Tells how it ended, once it has. */
  async #told(
    operation: RunnableOperation,
    targets: readonly CanisterRef[],
    work: () => Promise<OperationReport>,
  ): Promise<OperationReport> {
    const on = new Map(targets.map(({ project }) => [project, project.snapshot.target.name]));
    const report = await work();
    const outcomes = report.outcomes.map((outcome) => ({ outcome, on: on.get(outcome.target.project)! }));
    this.#finished.fire({ operation, outcomes });
    return report;
  }

  async #run<K extends RunnableOperation>(
    operation: K,
    targets: readonly CanisterRef[],
    { checks, ...options }: Begun,
    ...[input]: InputOf<K>
  ): Promise<OperationReport> {
    const entry = runnableEntry(operation);
    const { busy, order, sideBySide = () => order === undefined, run } = entry;
    const { collected, report } = collect();
    let begun = 0;
    const progress = beyond(busy, options.progress);
    const work = async (target: CanisterRef): Promise<void> => {
      // Of one alone, the title says it.
      if (order && targets.length > 1) {
        begun += 1;
        options.progress?.(msg('{0} ({1} of {2})', target.canister, begun, targets.length));
      }
      await run(this.#by, target, { ...options, progress, report }, input as never);
    };
    const groups = entry.together ? this.#groupsForTool(targets) : [];
    const grouped = new Set(groups.flatMap(([, group]) => group));
    const single = targets.filter((target) => !grouped.has(target));
    const together = single.filter(sideBySide);
    const others = single.filter((target) => !together.includes(target));
    const outcomes: Outcome[] = [];
    for (const [project, group] of groups) {
      outcomes.push(...(await this.#together(entry, project, group, { ...options, checks, progress, report })));
    }
    if (single.length > 0) {
      outcomes.push(...(await this.#runner.each(together, busy, work, { checks })));
      outcomes.push(...(await this.#runner.each(inOrder(others, order), busy, work, { inOrder: true, checks })));
    }
    return { outcomes, ...collected };
  }

  /** Of each project whose tool takes several canisters with one command, the several. */
  #groupsForTool(targets: readonly CanisterRef[]): [ProjectMonitor, readonly CanisterRef[]][] {
    return [...groupByProject(targets)].filter(
      ([project, group]) => group.length > 1 && this.#by.tool.takesSeveral(project),
    );
  }

  async #together(
    { busy, together, independent }: OperationEntry,
    project: ProjectMonitor,
    targets: readonly CanisterRef[],
    { checks, ...options }: Begun,
  ): Promise<Outcome[]> {
    const names = targets.map(({ canister }) => canister);
    const work = () => together!(this.#by, project, names, options);
    const outcomes = await this.#runner.together(project, names, busy!, work, checks);
    return independent ? outcomes.map(unlessOfOthers) : outcomes;
  }

  /** Deploys a whole project at once. */
  async deployAll(
    project: ProjectMonitor,
    canisters: readonly string[],
    options: OperationOptions,
  ): Promise<OperationReport> {
    const targets = canisters.map((canister) => ({ project, canister }));
    const checks = checksOf(targets);
    return await this.#told('deploy', targets, () => this.#deployAll(project, canisters, { ...options, checks }));
  }

  async #deployAll(
    project: ProjectMonitor,
    canisters: readonly string[],
    { checks, ...options }: Begun,
  ): Promise<OperationReport> {
    const { collected, report } = collect();
    const done = new Set<string>();
    const installed = (name: string) => {
      if (!done.has(name)) {
        done.add(name);
        if (canisters.length > 1) {
          options.progress?.(msg('{0} ({1} of {2})', name, done.size, canisters.length));
        }
        project.setBusy(name, undefined);
        void project.load().then(() => project.refreshCanister(name));
      }
    };
    const { busy } = OPERATIONS.deploy;
    const progress = beyond(busy, options.progress);
    const work = () => this.#by.tool.deployAll(project, canisters, { ...options, progress, report }, installed);
    const outcomes = await this.#runner.together(project, canisters, busy, work, checks);
    return { outcomes: afterPartialSuccess(outcomes, done), ...collected };
  }
}

/** What is done now, unless it is what the title of the progress says already. */
function beyond(busy: Message | undefined, progress: OperationOptions['progress']): OperationOptions['progress'] {
  return progress && ((message) => message.text !== busy?.text && progress(message));
}

/** Gathers what a tool finds on several canisters. */
function collect() {
  const findings: CompilerFindings[] = [];
  const urls: string[] = [];
  const report: OperationOptions['report'] = (found) => {
    findings.push(found);
    urls.push(...found.urls);
  };
  return { collected: { findings, urls }, report };
}

/** The failure of a command for several is that of those that it names. */
function unlessOfOthers(outcome: Outcome): Outcome {
  const { target, ok } = outcome;
  const failed = ok ? undefined : outcome.failure.canisters;
  return failed === undefined || failed.length === 0 || failed.includes(target.canister)
    ? outcome
    : { target, ok: true };
}

function inOrder(targets: readonly CanisterRef[], order: OperationEntry['order'] = 'as-given'): CanisterRef[] {
  if (order === 'as-given') {
    return [...targets];
  }
  const ordered = [...groupByProject(targets)].flatMap(([project, group]) =>
    dependenciesFirst(
      group.map(({ canister }) => canister),
      project.files.canisters,
    ).map((canister) => ({ project, canister })),
  );
  return order === 'dependants-first' ? ordered.reverse() : ordered;
}

/** A failure of the whole does not undo what the tool has reported as installed. */
function afterPartialSuccess(outcomes: readonly Outcome[], done: ReadonlySet<string>): Outcome[] {
  return outcomes.map((outcome) =>
    !outcome.ok && done.has(outcome.target.canister) ? { target: outcome.target, ok: true } : outcome,
  );
}
