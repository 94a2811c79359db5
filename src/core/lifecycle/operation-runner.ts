import type { ProjectMonitor } from '../monitor/project-monitor';
import type { Message } from '../util/message';
import { KeyedQueue } from '../util/queue';
import type { CanisterRef } from './canister-ref';
import { failedFor, type Outcome, succeededFor } from './outcome';

/**
 * How every operation runs: the row says what is being done, changes to one project on one network wait for each other
 * (dfx rewrites its id file without a lock), one failure does not hide the others, and in the end the row shows what
 * really is.
 */
export class OperationRunner {
  readonly #queue = new KeyedQueue();

  /** Runs `work` for each target; those of one project side by side, or one after the other. */
  async each(
    targets: readonly CanisterRef[],
    busy: Message,
    work: (target: CanisterRef) => Promise<void>,
    options: { readonly inOrder?: boolean } = {},
  ): Promise<Outcome[]> {
    setBusy(targets, busy);
    const groups = [...groupByProject(targets)].map(([monitor, group]) =>
      this.#queue.run(queueKey(monitor), () =>
        options.inOrder ? inOrder(group, work) : Promise.all(group.map((target) => runOne(target, work))),
      ),
    );
    return (await Promise.all(groups)).flat();
  }

  /** Runs one piece of work that is for all targets of a project at once, as a single dfx command is. */
  async together(
    monitor: ProjectMonitor,
    canisters: readonly string[],
    busy: Message,
    work: () => Promise<void>,
  ): Promise<Outcome[]> {
    const targets = canisters.map((canister) => ({ monitor, canister }));
    setBusy(targets, busy);
    return await this.#queue.run(queueKey(monitor), async () => {
      try {
        await work();
        return targets.map(succeededFor);
      } catch (error) {
        return targets.map((target) => failedFor(target, error));
      } finally {
        // dfx may have created ids and installed code before it failed.
        await monitor.refresh();
        setBusy(targets, undefined);
      }
    });
  }
}

async function inOrder(
  targets: readonly CanisterRef[],
  work: (target: CanisterRef) => Promise<void>,
): Promise<Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const target of targets) {
    outcomes.push(await runOne(target, work));
  }
  return outcomes;
}

async function runOne(target: CanisterRef, work: (target: CanisterRef) => Promise<void>): Promise<Outcome> {
  const { monitor, canister } = target;
  const ended = await work(target).then(
    () => ({ ok: true }) as const,
    (error: unknown) => ({ ok: false, error }) as const,
  );
  // The row shows the operation until the new state has been read.
  await monitor.load();
  await monitor.refreshCanister(canister);
  monitor.setBusy(canister, undefined);
  // Explained after that, so that the explanation names the current controllers.
  return ended.ok ? succeededFor(target) : failedFor(target, ended.error);
}

function setBusy(targets: readonly CanisterRef[], busy: Message | undefined): void {
  for (const { monitor, canister } of targets) {
    monitor.setBusy(canister, busy);
  }
}

export function groupByProject(targets: readonly CanisterRef[]): Map<ProjectMonitor, CanisterRef[]> {
  const groups = new Map<ProjectMonitor, CanisterRef[]>();
  for (const target of targets) {
    groups.set(target.monitor, [...(groups.get(target.monitor) ?? []), target]);
  }
  return groups;
}

function queueKey(monitor: ProjectMonitor): string {
  return JSON.stringify([monitor.project.root, monitor.snapshot.networkName]);
}
