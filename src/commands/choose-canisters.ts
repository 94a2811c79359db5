import * as vscode from 'vscode';
import { refusalFailure } from '../core/engines/engine';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { appliesTo, type Operation, operationEntry } from '../core/lifecycle/operations';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import { phaseOf } from '../core/monitor/state';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { canisterRow } from '../core/rows/canister-row';
import { cancelled, Failure, nothingToDo } from '../core/util/failure';
import { msg } from '../core/util/message';
import { answered } from '../ui/dialogs';
import { withProgress } from '../ui/progress';
import { projectLabel, projectsInFront } from '../ui/project-label';
import { showInformationMessage, showQuickPick, showQuickPickMany } from '../ui/surfaces';
import { translate } from '../ui/translate';
import type { CommandContext } from './command-context';
import type { CanisterArgument, CommandArgument } from './read-argument';

type Monitors = Pick<CommandContext, 'workspace'>;

/** The canisters that an operation is for: those that it was called on, or the ones that are picked. */
export async function chooseCanisters(
  { workspace }: Monitors,
  operation: Operation,
  { canisters }: CommandArgument,
  accept: (target: CanisterRef) => boolean = () => true,
): Promise<CanisterRef[]> {
  if (canisters.length > 0) {
    const targets = canisters.map((argument) => findCanister(workspace, argument));
    await askAbout(targets);
    return selectApplicable(operation, targets);
  }
  const items = await canisterItems(workspace, (target) => appliesTo(operation, target) && accept(target));
  const picked = await answered(showQuickPickMany(items, { title: titleOf(operation) }));
  if (picked.length === 0) {
    throw cancelled();
  }
  return picked.map(({ target }) => target);
}

/** The one canister that an operation is for: the row that it was called on, whatever else is selected, or the one picked. */
export async function chooseCanister(
  context: Monitors,
  operation: Operation,
  { canister }: CommandArgument,
): Promise<CanisterRef> {
  const accept = (target: CanisterRef) => appliesTo(operation, target);
  const target = await pickCanister(context, canister, titleOf(operation), accept);
  await askAbout([target]);
  selectApplicable(operation, [target]);
  return target;
}

/** The canister that is named, or one of those that are accepted. */
export async function pickCanister(
  { workspace }: Monitors,
  named: CanisterArgument | undefined,
  title: string,
  accept: (target: CanisterRef) => boolean = () => true,
): Promise<CanisterRef> {
  if (named) {
    return findCanister(workspace, named);
  }
  const items = await canisterItems(workspace, accept);
  return (await answered(showQuickPick(items, { title }))).target;
}

export function findCanister(workspace: WorkspaceMonitor, { manifest, canister }: CanisterArgument): CanisterRef {
  const project = workspace.project(manifest);
  if (!project?.canister(canister)) {
    throw new Failure({ message: msg('{0} has no canister named {1}.', manifest, canister) });
  }
  return { project, canister };
}

/** A target as the argument of a command. */
export function toArgument({ project, canister }: CanisterRef): CanisterArgument {
  return { manifest: project.manifest, canister };
}

/** The project that a row is of, or all there are. */
export async function chooseProjects(
  { workspace }: Monitors,
  argument: CommandArgument,
): Promise<[ProjectMonitor, ...ProjectMonitor[]]> {
  await workspace.ready();
  const own = projectOf(workspace, argument);
  const [first, ...others] = own ? [own] : workspace.projects;
  if (!first) {
    throw noProject();
  }
  return [first, ...others];
}

/**
 * The one project that a command is for: that of the row, else the one whose file is in front, else the one that is picked.
 *
 * @param title asks for it
 * @throws {Failure} of kind `cancelled`, or where there is none
 */
export async function oneProject(context: Monitors, argument: CommandArgument, title: string): Promise<ProjectMonitor> {
  const all = await chooseProjects(context, argument);
  const [first, ...others] = projectsInFront(all);
  const candidates = first ? ([first, ...others] as const) : all;
  return await pickProject(candidates, title, (project) => context.workspace.toolToName(project));
}

/** The only one of the projects, or the one that is picked. @throws {Failure} of kind `cancelled` */
export async function pickProject(
  projects: readonly [ProjectMonitor, ...ProjectMonitor[]],
  title: string,
  describe?: (project: ProjectMonitor) => string | undefined,
): Promise<ProjectMonitor> {
  if (projects.length === 1) {
    return projects[0];
  }
  const items = projects.map((project) => ({
    label: projectLabel(project),
    description: describe?.(project),
    project,
  }));
  return (await answered(showQuickPick(items, { title }))).project;
}

/** Why nothing can be done, and how to come by a project. */
export function noProject(): Failure {
  return new Failure({
    message: msg('There is no dfx.json or icp.yaml in this workspace.'),
    actions: [
      { title: msg('New project…'), command: 'icCanisters.newProject' },
      { title: msg('Open folder'), command: 'vscode.openFolder' },
    ],
  });
}

/**
 * Those of one project, or all, as the user says; not asked where all are of one.
 *
 * @throws {Failure} of kind `cancelled`
 */
export async function narrowToProject(targets: readonly CanisterRef[], title: string): Promise<readonly CanisterRef[]> {
  const projects = [...new Set(targets.map(({ project }) => project))];
  if (projects.length < 2) {
    return targets;
  }
  const items = projects.map((project) => {
    const own = targets.filter((target) => target.project === project);
    return {
      label: projectLabel(project),
      description: own.map(({ canister }) => canister).join(', '),
      detail: project.snapshot.target.name,
      iconPath: new vscode.ThemeIcon('root-folder'),
      own,
    };
  });
  const all = { label: vscode.l10n.t('All projects'), iconPath: new vscode.ThemeIcon('files'), own: [...targets] };
  return (await answered(showQuickPick([...items, all], { title }))).own;
}

/** The project that a row is of, whichever view it is in. */
export function projectOf(workspace: WorkspaceMonitor, { manifest }: CommandArgument): ProjectMonitor | undefined {
  return manifest === undefined ? undefined : workspace.project(manifest);
}

function titleOf(operation: Operation): string {
  return translate(operationEntry(operation).question ?? '');
}

async function canisterItems(workspace: WorkspaceMonitor, accept: (target: CanisterRef) => boolean) {
  await loadAll(workspace);
  const several = workspace.projects.length > 1;
  const items = workspace.projects.flatMap((project) =>
    project.snapshot.canisters.map((state) => {
      const row = canisterRow(state.name, state, project.snapshot, Date.now());
      return {
        label: state.name,
        description: row.description.map(translate).join(' · '),
        iconPath: new vscode.ThemeIcon(row.icon.codicon.replace('~spin', '')),
        detail: several ? vscode.workspace.asRelativePath(project.root, true) : undefined,
        target: { project, canister: state.name },
      };
    }),
  );
  if (items.length === 0) {
    throw new Failure({ message: msg('There is no canister in this workspace.') });
  }
  const accepted = items.filter(({ target }) => accept(target));
  if (accepted.length === 0) {
    throwRefusal(workspace.projects);
    throw nothingToDo(msg('No canister is in a state that fits this command.'));
  }
  return accepted;
}

/** Loads all states: a command of the palette may run before the view was ever opened. */
export async function loadAll(workspace: WorkspaceMonitor): Promise<void> {
  await workspace.ready();
  if (workspace.projects.some(({ snapshot }) => snapshot.trusted && snapshot.health === undefined)) {
    const location = vscode.ProgressLocation.Window;
    await withProgress({ title: vscode.l10n.t('Asking the network…'), location }, () =>
      Promise.all(workspace.projects.map((project) => project.refresh())),
    );
  }
}

/** Asks for the states that are not known: while no view shows them, nobody has. */
export async function askAbout(targets: readonly CanisterRef[]): Promise<void> {
  const unknown = targets.filter(({ project, canister }) => {
    const state = project.canister(canister);
    return state !== undefined && phaseOf(state) === 'loading' && project.snapshot.trusted;
  });
  if (unknown.length > 0) {
    const location = vscode.ProgressLocation.Window;
    await withProgress({ title: vscode.l10n.t('Asking the network…'), location }, () =>
      Promise.all(unknown.map(({ project, canister }) => project.refreshCanister(canister))),
    );
  }
}

/** Those of the targets that an operation applies to; the others are left out and named. */
export function selectApplicable(operation: Operation, targets: readonly CanisterRef[]): CanisterRef[] {
  const applicable = targets.filter((target) => appliesTo(operation, target));
  const names = targets
    .filter((target) => !applicable.includes(target))
    .map(({ canister }) => canister)
    .join(', ');
  if (applicable.length === 0) {
    throwRefusal(targets.map(({ project }) => project));
    throw nothingToDo(msg('Nothing to do: the state of {0} does not fit.', names));
  }
  if (names !== '') {
    void showInformationMessage(vscode.l10n.t('Left out, because their state does not fit: {0}', names));
  }
  return applicable;
}

/** Where nothing is offered because of a file that cannot be read, says so. @throws {Failure} */
export function throwRefusal(projects: readonly ProjectMonitor[]): void {
  const refusal = projects.map(({ snapshot }) => snapshot.refusal).find((found) => found !== undefined);
  if (refusal) {
    throw refusalFailure(refusal);
  }
}
