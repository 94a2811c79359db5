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
  readonly monitor: WorkspaceMonitor;
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
    const { overview, monitor, local, selection } = parts;
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
      new ProjectChanges(monitor, () => this.#view.visible && this.#tree.refresh()),
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
    const { monitor } = this.#parts;
    await monitor.ready();
    const [only] = monitor.projects;
    if (only && monitor.projects.length === 1) {
      return await this.#networks(only, undefined);
    }
    return monitor.projects.map((project) => {
      const node: RowNode = {
        kind: 'row',
        row: projectRow(project),
        dfxJson: project.project.dfxJson,
        parent: undefined,
        children: () => this.#networks(project, node),
      };
      return node;
    });
  }

  async #networks(monitor: ProjectMonitor, parent: RowNode | undefined): Promise<RowNode[]> {
    const { overview, local } = this.#parts;
    const { dfxJson } = monitor.project;
    const entries = await overview.list(monitor);
    return entries.map((entry) =>
      rowNode(
        networkRow(`networks:${dfxJson}`, entry, local.of(entry.network)),
        { dfxJson, network: entry.network.name },
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

function projectRow(monitor: ProjectMonitor): Row {
  const label = projectLabel(monitor);
  const { networkName } = monitor.snapshot;
  return {
    id: `networks:${monitor.project.dfxJson}`,
    label,
    description: [networkName],
    icon: { codicon: 'root-folder' },
    spoken: [label, msg('project'), msg('{0} network', networkName)],
    flags: ['networks-project'],
    expandable: 'expanded',
  };
}
