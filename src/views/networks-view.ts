import * as vscode from 'vscode';
import type { LocalNetworkActivity } from '../core/monitor/local-network-activity';
import type { NetworkOverview } from '../core/monitor/network-overview';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { Selection } from '../core/monitor/selection';
import type { SigningConsent } from '../core/monitor/signing-consent';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { networkRow, networksRow, networksRowId } from '../core/rows/network-rows';
import { projectLabel } from '../ui/project-label';
import { onProjectChange } from './project-changes';
import { type RowNode, rowNode } from './row-node';
import { RowTree } from './row-tree';

export interface NetworksViewParts {
  readonly overview: NetworkOverview;
  readonly workspace: WorkspaceMonitor;
  readonly local: LocalNetworkActivity;
  readonly selection: Selection;
  readonly consent: SigningConsent;
}

/** The "Networks" view. Networks are asked while it is open and the window has the focus. */
export class NetworksView implements vscode.Disposable {
  readonly #parts: NetworksViewParts;
  readonly #view: vscode.TreeView<RowNode>;
  readonly #disposables: { dispose(): void }[];

  constructor(parts: NetworksViewParts) {
    this.#parts = parts;
    const { overview, workspace, local, selection, consent } = parts;
    const tree = new RowTree(() => this.#load());
    this.#view = vscode.window.createTreeView('icCanisters.networks', {
      treeDataProvider: tree,
      showCollapseAll: true,
    });
    const refresh = () => tree.refresh();
    this.#disposables = [
      tree,
      this.#view,
      overview.onDidChange(refresh),
      local.onDidChange(() => {
        refresh();
        void overview.refresh();
      }),
      selection.onDidChange(refresh),
      consent.onDidChange(refresh),
      ...onProjectChange(workspace, () => this.#view.visible && refresh()),
      this.#view.onDidChangeVisibility(() => {
        refresh();
        this.#watch();
      }),
      vscode.window.onDidChangeWindowState(() => this.#watch()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        refresh();
        this.#watch();
      }),
    ];
    this.#watch();
  }

  #watch(): void {
    const visible = this.#view.visible && vscode.window.state.focused && vscode.workspace.isTrusted;
    this.#parts.overview.setWatched(visible);
  }

  async #load(): Promise<readonly RowNode[]> {
    const { workspace } = this.#parts;
    await workspace.ready();
    const [only] = workspace.projects;
    if (only && workspace.projects.length === 1) {
      return await this.#networks(only, undefined);
    }
    return workspace.projects.map((project) => {
      const node: RowNode = {
        row: networksRow(project, projectLabel(project), workspace.toolToName(project)),
        parent: undefined,
        children: () => this.#networks(project, node),
        manifest: project.manifest,
      };
      return node;
    });
  }

  async #networks(project: ProjectMonitor, parent: RowNode | undefined): Promise<RowNode[]> {
    const { overview, local } = this.#parts;
    const { manifest } = project;
    const id = networksRowId(project);
    const entries = await overview.list(project);
    return entries.map((entry) =>
      rowNode(networkRow(id, entry, local.of(entry.network)), { manifest, network: entry.target }, parent),
    );
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}
