import type { ProjectMonitor } from '../monitor/project-monitor';
import type { Message } from '../util/message';
import { once } from '../util/once';
import { KeyedQueue } from '../util/queue';
import type { CanisterRef } from './canister-ref';
import { failedFor, type Outcome, succeededFor } from './outcome';
import { checkOf } from './place';

/**
 * How every operation runs: the row says what is being done, changes to one project on one network wait for each other
 * (tools rewrite their id files without a lock), nothing is done while the project's files are in doubt or where another
 * network has been selected meanwhile, one failure does not hide the others, and in the end the row shows what really is.
 */
export class OperationRunner {
  readonly #queue = new KeyedQueue();

  /** Runs `work` for each target; those of one project side by side, or one after the other. */
  async each(
    targets: readonly CanisterRef[],
    busy: Message,
    work: (target: CanisterRef) => Promise<void>,
    options: { readonly inOrder?: boolean; readonly checks?: Checks } = {},
  ): Promise<Outcome[]> {
    const { inOrder: oneByOne, checks = checksOf(targets) } = options;
    setBusy(targets, busy);
    const groups = [...groupByProject(targets)].map(([project, group]) =>
      this.#queue.run(queueKey(project), () => {
        const checked = once(checks.get(project)!);
        const run = (target: CanisterRef) => runOne(target, () => checked().then(() => work(target)));
        return oneByOne ? inOrder(group, run) : Promise.all(group.map(run));
      }),
    );
    return (await Promise.all(groups)).flat();
  }

  /** Runs one piece of work that is for all targets of a project at once, as a single command of the tool is. */
  async together(
    project: ProjectMonitor,
    canisters: readonly string[],
    busy: Message,
    work: () => Promise<void>,
    checks?: Checks,
  ): Promise<Outcome[]> {
    const targets = canisters.map((canister) => ({ project, canister }));
    setBusy(targets, busy);
    const check = (checks ?? checksOf(targets)).get(project)!;
    return await this.#queue.run(queueKey(project), async () => {
      try {
        await check();
        await work();
        return targets.map(succeededFor);
      } catch (error) {
        return targets.map((target) => failedFor(target, error));
      } finally {
        // The tool may have created ids and installed code before it failed.
        await Promise.all([project.refresh(), project.checkBuilds(canisters)]);
        setBusy(targets, undefined);
      }
    });
  }
}

async function inOrder(
  targets: readonly CanisterRef[],
  run: (target: CanisterRef) => Promise<Outcome>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const target of targets) {
    outcomes.push(await run(target));
  }
  return outcomes;
}

async function runOne(target: CanisterRef, work: (target: CanisterRef) => Promise<void>): Promise<Outcome> {
  const { project, canister } = target;
  const ended = await work(target).then(
    () => ({ ok: true }) as const,
    (error: unknown) => ({ ok: false, error }) as const,
  );
  // The row shows the operation until the new state has been read.
  await project.load();
  await Promise.all([project.refreshCanister(canister), project.checkBuilds([canister])]);
  project.setBusy(canister, undefined);
  // Explained after that, so that the explanation names the current controllers.
  return ended.ok ? succeededFor(target) : failedFor(target, ended.error);
}

function setBusy(targets: readonly CanisterRef[], busy: Message | undefined): void {
  for (const { project, canister } of targets) {
    project.setBusy(canister, busy);
  }
}

export function groupByProject(targets: readonly CanisterRef[]): Map<ProjectMonitor, CanisterRef[]> {
  const groups = new Map<ProjectMonitor, CanisterRef[]>();
  for (const target of targets) {
    groups.set(target.project, [...(groups.get(target.project) ?? []), target]);
  }
  return groups;
}

/** What is looked at when an operation's turn has come; throws a {@link Failure} where nothing may be done. */
export type Checks = ReadonlyMap<ProjectMonitor, () => Promise<void>>;

/**
 * The checks of an operation that begins now. It may wait for others, and what was decided and agreed to was decided for the
 * network and the identity of now.
 */
export function checksOf(targets: readonly CanisterRef[]): Checks {
  return new Map(targets.map(({ project }) => [project, checkOf(project)]));
}

function queueKey(project: ProjectMonitor): string {
  return JSON.stringify([project.manifest, project.snapshot.target.name]);
}
