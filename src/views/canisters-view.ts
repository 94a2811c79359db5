import * as vscode from 'vscode';
import type { Ownership } from '../core/monitor/ownership';
import { healthMessage, type ProjectSnapshot } from '../core/monitor/project-snapshot';
import { type CanisterPhase, phaseOf } from '../core/monitor/state';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { formatTimeOfDay } from '../core/util/amounts';
import { plainText } from '../core/util/foreign';
import { setContext } from '../ui/context-keys';
import { projectLabel } from '../ui/project-label';
import { translate } from '../ui/translate';
import { CanisterNodes } from './canister-nodes';
import type { RowNode } from './row-node';
import { RowTree } from './row-tree';

const DEPLOYED: ReadonlySet<CanisterPhase> = new Set(['running', 'stopping', 'stopped', 'hidden']);

/** The "Canisters" view. Networks are asked while it is open. */
export class CanistersView implements vscode.Disposable {
  readonly #view: vscode.TreeView<RowNode>;
  readonly #nodes: CanisterNodes;
  readonly #workspace: WorkspaceMonitor;
  readonly #disposables: { dispose(): void }[];

  constructor(workspace: WorkspaceMonitor, ownership: Ownership) {
    const nodes = new CanisterNodes(workspace, ownership);
    const tree = new RowTree(() => nodes.roots());
    this.#nodes = nodes;
    this.#workspace = workspace;
    this.#view = vscode.window.createTreeView('icCanisters.canisters', {
      treeDataProvider: tree,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.#disposables = [
      tree,
      this.#view,
      this.#view.onDidChangeVisibility(({ visible }) => workspace.setVisible(visible)),
      vscode.window.onDidChangeWindowState(({ focused }) => workspace.setFocused(focused)),
      workspace.onDidChangeProjects(() => {
        tree.redraw();
        this.#update();
      }),
      workspace.onDidChangeProject(({ project, change }) => {
        tree.redraw(nodes.changed(project, change));
        this.#update();
      }),
    ];
    workspace.setFocused(vscode.window.state.focused);
    workspace.setVisible(this.#view.visible);
    this.#update();
  }

  /** Selects the row of a canister, if there is such a canister. */
  async reveal(manifest: string, canister: string): Promise<void> {
    const node = this.#nodes.find(manifest, canister);
    if (node) {
      await this.#view.reveal(node, { select: true, focus: true, expand: true });
    }
  }

  #update(): void {
    const { projects, scanned, above } = this.#workspace;
    const hasDependencies = projects.some(({ files }) => files.canisters.some(({ pulled }) => pulled));
    setContext('scanned', scanned);
    setContext('hasProjects', projects.length > 0);
    // One key: VS Code 1.100 tells extensions of no tool any more once the condition of one has an `&&`.
    setContext('hasTools', projects.length > 0 && vscode.workspace.isTrusted);
    setContext('engines', [...new Set(projects.map(({ engine }) => engine.name))].join(' '));
    setContext('projectAbove', above !== undefined);
    setContext('hasDependencies', hasDependencies);
    // For the steps of the walkthrough, however they were reached. VS Code ignores what was so before it first looked at
    // the walkthrough: package.json has a second event for that, which waits for the page to be open.
    const states = projects.flatMap(({ snapshot }) => snapshot.canisters);
    setContext(
      'networkRunning',
      projects.some(({ snapshot }) => isRunningHere(snapshot)),
    );
    setContext(
      'deployed',
      states.some((state) => DEPLOYED.has(phaseOf(state))),
    );
    const targets = new Set(projects.map(({ snapshot }) => snapshot.target.name));
    this.#view.description = plainText([...targets].join(', '));
    this.#view.message = this.#lostMessage();
    this.#view.badge = this.#badge();
  }

  /** Since when the rows are not up to date, if they are not. */
  #lostMessage(): string | undefined {
    const { projects } = this.#workspace;
    const lost = projects.find(({ snapshot }) => snapshot.healthyAt !== undefined && healthMessage(snapshot));
    const message = lost && healthMessage(lost.snapshot);
    if (!message || lost.snapshot.healthyAt === undefined) {
      return undefined;
    }
    const since = formatTimeOfDay(lost.snapshot.healthyAt);
    const where = projects.length > 1 ? `${plainText(projectLabel(lost))}: ` : '';
    return `${where}${translate(message)} · ${vscode.l10n.t('Last seen at {0}', since)}`;
  }

  /** Counts the canisters that need attention. */
  #badge(): vscode.ViewBadge | undefined {
    const states = this.#workspace.projects.flatMap(({ snapshot }) => snapshot.canisters);
    const value = states.filter((state) => ['stopped', 'missing', 'insecure'].includes(phaseOf(state))).length;
    if (value === 0) {
      return undefined;
    }
    const tooltip =
      value === 1 ? vscode.l10n.t('1 canister needs attention') : vscode.l10n.t('{0} canisters need attention', value);
    return { value, tooltip };
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

function isRunningHere({ health, target }: ProjectSnapshot): boolean {
  return health?.state === 'healthy' && target.network?.managed === true;
}
