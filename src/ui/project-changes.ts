import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import type { Disposable } from '../core/util/events';

/** Calls back when projects come or go, or more than a single canister of one changes. */
export class ProjectChanges implements Disposable {
  readonly #subscriptions: readonly Disposable[];

  constructor(monitor: WorkspaceMonitor, changed: () => void) {
    this.#subscriptions = [
      monitor.onDidChangeProjects(changed),
      monitor.onDidChangeProject(({ change }) => {
        if (change === 'all') {
          changed();
        }
      }),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
  }
}
