import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import type { Disposable } from '../core/util/events';

/** Calls back when projects come or go, or more than a single canister of one changes. */
export class ProjectChanges implements Disposable {
  readonly #monitor: WorkspaceMonitor;
  readonly #changed: () => void;
  readonly #projects = new Map<ProjectMonitor, Disposable>();
  readonly #subscription: Disposable;

  constructor(monitor: WorkspaceMonitor, changed: () => void) {
    this.#monitor = monitor;
    this.#changed = changed;
    this.#subscription = monitor.onDidChangeProjects(() => {
      this.#follow();
      changed();
    });
    this.#follow();
  }

  #follow(): void {
    const current = new Set(this.#monitor.projects);
    for (const [project, subscription] of this.#projects) {
      if (!current.has(project)) {
        subscription.dispose();
        this.#projects.delete(project);
      }
    }
    for (const project of current) {
      if (!this.#projects.has(project)) {
        const subscription = project.onDidChange((change) => {
          if (change === 'all') {
            this.#changed();
          }
        });
        this.#projects.set(project, subscription);
      }
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const subscription of this.#projects.values()) {
      subscription.dispose();
    }
  }
}
