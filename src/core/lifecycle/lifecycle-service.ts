import type { Toolchain } from '../engines/toolchain';
import type { ProjectMonitor } from '../monitor/project-monitor';
import type { NetworkApi } from '../network/network-api';
import { type Message, msg } from '../util/message';
import type { CanisterRef } from './canister-ref';
import type { CompilerFindings } from './compiler-findings';
import { NativeDeployment } from './native-deployment';
import { NativeOperations } from './native-operations';
import { groupByProject, OperationRunner } from './operation-runner';
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

/** All operations on canisters. Tree, palette, menus, lenses and tests call this and nothing else. */
export class LifecycleService {
  readonly native: NativeOperations;
  readonly #runner = new OperationRunner();
  readonly #by: Carriers;

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
      outcomes.push(...(await this.#together(entry, project, group, { ...options, progress, report })));
    }
    if (single.length > 0) {
      outcomes.push(...(await this.#runner.each(together, busy, work)));
      outcomes.push(...(await this.#runner.each(inOrder(others, order), busy, work, { inOrder: true })));
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
    options: OperationOptions,
  ): Promise<Outcome[]> {
    const names = targets.map(({ canister }) => canister);
    const outcomes = await this.#runner.together(project, names, busy!, () =>
      together!(this.#by, project, names, options),
    );
    return independent ? outcomes.map(unlessOfOthers) : outcomes;
  }

  /** Deploys a whole project at once. */
  async deployAll(
    project: ProjectMonitor,
    canisters: readonly string[],
    options: OperationOptions,
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
    const outcomes = await this.#runner.together(project, canisters, busy, () =>
      this.#by.tool.deployAll(project, canisters, { ...options, progress, report }, installed),
    );
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
