import * as vscode from 'vscode';
import { fitsTarget } from '../core/lifecycle/canister-ref';
import type { Operation } from '../core/lifecycle/fits';
import type { CanisterRef } from '../core/lifecycle/outcome';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { canisterRow } from '../core/rows/canister-row';
import { cancelled, Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { translate } from '../ui/words';

/** What menus and lenses pass to a command: a row of the tree, or a name in a file. */
export interface CanisterArgument {
  readonly dfxJson: string;
  readonly canister: string;
}

/** Only canisters' rows and lenses have these fields; anything else that a menu passes is not meant. */
export function isCanisterArgument(value: unknown): value is CanisterArgument {
  return (
    typeof value === 'object' &&
    value !== null &&
    typeof (value as CanisterArgument).dfxJson === 'string' &&
    typeof (value as CanisterArgument).canister === 'string'
  );
}

/**
 * The canisters that a command is for: the selected rows, the row it was called on, or, from the palette, the ones
 * that the user picks.
 *
 * @throws {Failure} when nothing was picked.
 */
export async function resolveTargets(
  monitor: WorkspaceMonitor,
  node: unknown,
  nodes: unknown,
  question: { readonly title: string; readonly many: boolean; readonly accept?: (target: CanisterRef) => boolean },
): Promise<CanisterRef[]> {
  const selected = Array.isArray(nodes) ? nodes.filter(isCanisterArgument) : [];
  const given = selected.length > 0 ? selected : isCanisterArgument(node) ? [node] : [];
  if (given.length > 0) {
    return given.map((argument) => findTarget(monitor, argument));
  }
  return await pickTargets(monitor, question);
}

function findTarget(monitor: WorkspaceMonitor, { dfxJson, canister }: CanisterArgument): CanisterRef {
  const project = monitor.project(dfxJson);
  if (!project?.canister(canister)) {
    throw new Failure({ message: msg('{0} has no canister named {1}.', dfxJson, canister) });
  }
  return { monitor: project, canister };
}

async function pickTargets(
  monitor: WorkspaceMonitor,
  { title, many, accept }: { title: string; many: boolean; accept?: (target: CanisterRef) => boolean },
): Promise<CanisterRef[]> {
  await loadAll(monitor);
  const several = monitor.projects.length > 1;
  const items = monitor.projects.flatMap((project) =>
    project.snapshot.canisters.map((state) => {
      const row = canisterRow(state.name, state, project.snapshot, Date.now());
      return {
        label: state.name,
        description: row.description.map(translate).join(' · '),
        iconPath: new vscode.ThemeIcon(row.icon.codicon.replace('~spin', '')),
        ...(several ? { detail: vscode.workspace.asRelativePath(project.project.root, true) } : {}),
        target: { monitor: project, canister: state.name },
      };
    }),
  );
  const fitting = accept ? items.filter(({ target }) => accept(target)) : items;
  if (items.length === 0) {
    throw new Failure({ message: msg('There is no canister in this workspace.') });
  }
  if (fitting.length === 0) {
    throw new Failure({ message: msg('No canister is in a state that fits this command.') });
  }
  const picked = many
    ? await vscode.window.showQuickPick(fitting, { title, canPickMany: true, matchOnDescription: true })
    : await vscode.window.showQuickPick(fitting, { title, matchOnDescription: true });
  const chosen = picked === undefined ? [] : Array.isArray(picked) ? picked : [picked];
  if (chosen.length === 0) {
    throw cancelled();
  }
  return chosen.map(({ target }) => target);
}

/** The palette may be used before the view was ever opened: then nothing has been asked yet. */
export async function loadAll(monitor: WorkspaceMonitor): Promise<void> {
  await monitor.ready();
  if (monitor.projects.some(({ snapshot }) => snapshot.health === undefined)) {
    await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Window, title: vscode.l10n.t('Asking the network…') },
      () => Promise.all(monitor.projects.map((project) => project.refresh())),
    );
  }
}

/** Those of the targets that an operation fits; the others are left out and named. */
export function selectFitting(operation: Operation, targets: readonly CanisterRef[]): CanisterRef[] {
  const fitting = targets.filter((target) => fitsTarget(operation, target));
  if (fitting.length === targets.length) {
    return fitting;
  }
  const leftOut = targets.filter((target) => !fitting.includes(target)).map(({ canister }) => canister);
  const names = leftOut.join(', ');
  if (fitting.length === 0) {
    throw new Failure({ message: msg('Nothing to do: the state of {0} does not fit.', names) });
  }
  void vscode.window.showInformationMessage(vscode.l10n.t('Left out, because their state does not fit: {0}', names));
  return fitting;
}

/** The row of a project, as its menus pass it. */
export function isProjectNode(node: unknown): node is { readonly kind: 'project'; readonly monitor: ProjectMonitor } {
  return typeof node === 'object' && node !== null && (node as { kind?: unknown }).kind === 'project';
}
