import * as vscode from 'vscode';
import { healthMessage } from '../core/monitor/project-snapshot';
import { phaseOf } from '../core/monitor/state';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { ageOf } from '../core/rows/canister-row';
import type { CanisterTree } from '../tree/canister-tree';
import { projectLabel } from '../tree/canister-tree';
import type { CanisterNode, TreeNode } from '../tree/nodes';
import { translate } from './translate';

/** The "Canisters" view: its frame around the tree's rows. */
export class CanistersView implements vscode.Disposable {
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #tree: CanisterTree;
  readonly #workspace: WorkspaceMonitor;
  readonly #disposables: { dispose(): void }[] = [];

  constructor(tree: CanisterTree, workspace: WorkspaceMonitor) {
    this.#tree = tree;
    this.#workspace = workspace;
    this.#view = vscode.window.createTreeView('icCanisters.canisters', {
      treeDataProvider: tree,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.#disposables.push(
      this.#view,
      this.#view.onDidChangeVisibility(({ visible }) => workspace.setVisible(visible)),
      vscode.window.onDidChangeWindowState(({ focused }) => workspace.setFocused(focused)),
      tree.onDidChangeTreeData(() => this.#update()),
      workspace.onDidChangeProjects(() => this.#update()),
    );
    workspace.setFocused(vscode.window.state.focused);
    workspace.setVisible(this.#view.visible);
    this.#update();
  }

  async reveal(node: CanisterNode): Promise<void> {
    await this.#view.reveal(node, { select: true, focus: true, expand: true });
  }

  find(manifest: string, canister: string): CanisterNode | undefined {
    return this.#tree.find(manifest, canister);
  }

  #update(): void {
    const projects = this.#workspace.projects;
    void vscode.commands.executeCommand('setContext', 'icCanisters.scanned', this.#workspace.scanned);
    void vscode.commands.executeCommand('setContext', 'icCanisters.hasProjects', projects.length > 0);
    const hasDependencies = projects.some(({ files }) => files.canisters.some(({ pulled }) => pulled));
    void vscode.commands.executeCommand('setContext', 'icCanisters.hasDependencies', hasDependencies);
    const networks = new Set(projects.map(({ snapshot }) => snapshot.target.name));
    this.#view.description = [...networks].join(', ');
    this.#view.message = this.#lostMessage();
    this.#view.badge = this.#badge();
  }

  /** Since when the rows are not up to date, if they are not. */
  #lostMessage(): string | undefined {
    const lost = this.#workspace.projects.filter(
      ({ snapshot }) => snapshot.healthyAt !== undefined && snapshot.health?.state !== 'healthy',
    );
    const [first] = lost;
    const health = first?.snapshot.health;
    if (!first || !health || first.snapshot.healthyAt === undefined) {
      return undefined;
    }
    const what = healthMessage(first.snapshot);
    const since = new Date(first.snapshot.healthyAt).toLocaleTimeString();
    const text = what ? translate(what) : translate(ageOf(0));
    const where = this.#workspace.projects.length > 1 ? `${projectLabel(first)}: ` : '';
    return `${where}${text} ${vscode.l10n.t('Last seen at {0}.', since)}`;
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
