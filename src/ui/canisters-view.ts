import * as vscode from 'vscode';
import { healthMessage } from '../core/monitor/project-monitor';
import { phaseOf } from '../core/monitor/state';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { ageOf } from '../core/rows/canister-row';
import { plainText } from '../core/util/foreign';
import type { CanisterTree } from '../tree/canister-tree';
import { projectLabel } from '../tree/canister-tree';
import type { CanisterNode, TreeNode } from '../tree/nodes';
import { translate } from './translate';

/** The "Canisters" view: its frame around the tree's rows. */
export class CanistersView implements vscode.Disposable {
  readonly #view: vscode.TreeView<TreeNode>;
  readonly #tree: CanisterTree;
  readonly #monitor: WorkspaceMonitor;
  readonly #disposables: { dispose(): void }[] = [];

  constructor(tree: CanisterTree, monitor: WorkspaceMonitor) {
    this.#tree = tree;
    this.#monitor = monitor;
    this.#view = vscode.window.createTreeView('icCanisters.canisters', {
      treeDataProvider: tree,
      showCollapseAll: true,
      canSelectMany: true,
    });
    this.#disposables.push(
      this.#view,
      this.#view.onDidChangeVisibility(({ visible }) => monitor.setVisible(visible)),
      vscode.window.onDidChangeWindowState(({ focused }) => monitor.setFocused(focused)),
      tree.onDidChangeTreeData(() => this.#update()),
      monitor.onDidChangeProjects(() => this.#update()),
    );
    monitor.setFocused(vscode.window.state.focused);
    monitor.setVisible(this.#view.visible);
    this.#update();
  }

  async reveal(node: CanisterNode): Promise<void> {
    await this.#view.reveal(node, { select: true, focus: true, expand: true });
  }

  find(dfxJson: string, canister: string): CanisterNode | undefined {
    return this.#tree.find(dfxJson, canister);
  }

  #update(): void {
    const projects = this.#monitor.projects;
    void vscode.commands.executeCommand('setContext', 'icCanisters.scanned', this.#monitor.scanned);
    void vscode.commands.executeCommand('setContext', 'icCanisters.hasProjects', projects.length > 0);
    const hasDependencies = projects.some(({ project }) =>
      project.config.canisters.some(({ kind }) => kind === 'pull'),
    );
    void vscode.commands.executeCommand('setContext', 'icCanisters.hasDependencies', hasDependencies);
    const networks = new Set(projects.map(({ snapshot }) => snapshot.networkName));
    this.#view.description = plainText([...networks].join(', '));
    this.#view.message = this.#lostMessage();
    this.#view.badge = this.#badge();
  }

  /** Since when the rows are not up to date, if they are not. */
  #lostMessage(): string | undefined {
    const lost = this.#monitor.projects.filter(
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
    const where = this.#monitor.projects.length > 1 ? `${plainText(projectLabel(first))}: ` : '';
    return `${where}${text} ${vscode.l10n.t('Last seen at {0}.', since)}`;
  }

  /** Counts the canisters that need attention. */
  #badge(): vscode.ViewBadge | undefined {
    const states = this.#monitor.projects.flatMap(({ snapshot }) => snapshot.canisters);
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
