import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import type { Disposable } from '../core/util/events';

/** Calls back when projects come or go, or more than a single canister of one changes. */
export class ProjectChanges implements Disposable {
  readonly #subscriptions: readonly Disposable[];

  constructor(workspace: WorkspaceMonitor, changed: () => void) {
    this.#subscriptions = [
      workspace.onDidChangeProjects(changed),
      workspace.onDidChangeProject(({ change }) => {
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
