import * as vscode from 'vscode';
import type { LocalNetworkActivity } from '../core/monitor/local-network-activity';
import type { NetworkOverview } from '../core/monitor/network-overview';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { Selection } from '../core/monitor/selection';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { networkRow } from '../core/rows/network-rows';
import type { Row } from '../core/rows/row';
import { msg } from '../core/util/message';
import { projectLabel } from '../tree/canister-tree';
import { type RowNode, RowTree, rowNode } from '../tree/row-tree';
import { ProjectChanges } from './project-changes';

export interface NetworksViewParts {
  readonly overview: NetworkOverview;
  readonly workspace: WorkspaceMonitor;
  readonly local: LocalNetworkActivity;
  readonly selection: Selection;
}

/** The "Networks" view. Networks are asked while it is open and the window has the focus. */
export class NetworksView implements vscode.Disposable {
  readonly #parts: NetworksViewParts;
  readonly #tree: RowTree;
  readonly #view: vscode.TreeView<RowNode>;
  readonly #disposables: { dispose(): void }[];

  constructor(parts: NetworksViewParts) {
    this.#parts = parts;
    const { overview, workspace, local, selection } = parts;
    this.#tree = new RowTree(() => this.#load());
    this.#view = vscode.window.createTreeView('icCanisters.networks', {
      treeDataProvider: this.#tree,
      showCollapseAll: true,
    });
    this.#disposables = [
      this.#tree,
      this.#view,
      overview.onDidChange(() => this.#tree.refresh()),
      local.onDidChange(() => {
        this.#tree.refresh();
        void overview.refresh();
      }),
      selection.onDidChange(() => this.#tree.refresh()),
      new ProjectChanges(workspace, () => this.#view.visible && this.#tree.refresh()),
      this.#view.onDidChangeVisibility(() => {
        this.#tree.refresh();
        this.#watch();
      }),
      vscode.window.onDidChangeWindowState(() => this.#watch()),
      vscode.workspace.onDidGrantWorkspaceTrust(() => {
        this.#tree.refresh();
        this.#watch();
      }),
    ];
    this.#watch();
  }

  #watch(): void {
    const looking = this.#view.visible && vscode.window.state.focused && vscode.workspace.isTrusted;
    this.#parts.overview.setWatched(looking);
  }

  async #load(): Promise<RowNode[]> {
    const { workspace } = this.#parts;
    await workspace.ready();
    const [only] = workspace.projects;
    if (only && workspace.projects.length === 1) {
      return await this.#networks(only, undefined);
    }
    return workspace.projects.map((project) => {
      const node: RowNode = {
        kind: 'row',
        row: projectRow(project),
        manifest: project.manifest,
        parent: undefined,
        children: () => this.#networks(project, node),
      };
      return node;
    });
  }

  async #networks(project: ProjectMonitor, parent: RowNode | undefined): Promise<RowNode[]> {
    const { overview, local } = this.#parts;
    const { manifest } = project;
    const entries = await overview.list(project);
    return entries.map((entry) =>
      rowNode(
        networkRow(`networks:${manifest}`, entry, local.of(entry.network)),
        { manifest, network: entry.target },
        parent,
      ),
    );
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}

function projectRow(project: ProjectMonitor): Row {
  const label = projectLabel(project);
  const { name } = project.snapshot.target;
  return {
    id: `networks:${project.manifest}`,
    label,
    description: [name],
    icon: { codicon: 'root-folder' },
    spoken: [label, msg('project'), msg('{0} network', name)],
    flags: ['networks-project'],
    expandable: 'expanded',
  };
}
