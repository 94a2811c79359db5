import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import type { Disposable } from '../core/util/events';

/** Calls back when projects come or go, or more than a single canister of one changes. */
export function onProjectChange(workspace: WorkspaceMonitor, changed: () => void): readonly Disposable[] {
  return [
    workspace.onDidChangeProjects(changed),
    workspace.onDidChangeProject(({ change }) => {
      if (change === 'all') {
        changed();
      }
    }),
  ];
}
