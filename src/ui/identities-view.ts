import * as vscode from 'vscode';
import type { Engine } from '../core/engines/engine';
import type { IdentityOverview, IdentityUse } from '../core/monitor/identity-overview';
import type { IdentityService, KnownIdentity } from '../core/monitor/identity-service';
import type { Selection } from '../core/monitor/selection';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { identityDetails, identityRow } from '../core/rows/identity-rows';
import { type RowNode, RowTree, rowNode } from '../tree/row-tree';
import { ProjectChanges } from './project-changes';

export interface IdentitiesViewParts {
  readonly overview: IdentityOverview;
  readonly identityService: IdentityService;
  readonly workspace: WorkspaceMonitor;
  readonly selection: Selection;
  readonly engines: readonly Engine[];
}

/** The "Identities" view. Looking at it starts no dfx and asks for no secret. */
export class IdentitiesView implements vscode.Disposable {
  readonly #overview: IdentityOverview;
  readonly #tree: RowTree;
  readonly #disposables: { dispose(): void }[];

  constructor({ overview, identityService, workspace, selection, engines }: IdentitiesViewParts) {
    this.#overview = overview;
    const tree = new RowTree(() => this.#load());
    this.#tree = tree;
    const view = vscode.window.createTreeView('icCanisters.identities', { treeDataProvider: tree });
    const watchers = engines.flatMap(({ identities }) =>
      identities.watch.map(({ dir, pattern }) =>
        vscode.workspace.createFileSystemWatcher(new vscode.RelativePattern(vscode.Uri.file(dir), pattern)),
      ),
    );
    const refresh = () => tree.refresh();
    this.#disposables = [
      tree,
      view,
      ...watchers.flatMap((watcher) => [
        watcher,
        watcher.onDidCreate(refresh),
        watcher.onDidChange(refresh),
        watcher.onDidDelete(refresh),
      ]),
      identityService.onDidChange(refresh),
      selection.onDidChange(refresh),
      new ProjectChanges(workspace, () => view.visible && refresh()),
      view.onDidChangeVisibility(refresh),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
    ];
  }

  /** Reads the identities anew. */
  refresh(): void {
    this.#tree.refresh();
  }

  async #load(): Promise<RowNode[]> {
    const entries = await this.#overview.list();
    return entries.map(({ known, use }) => this.#node(known, use));
  }

  #node(known: KnownIdentity, use: IdentityUse): RowNode {
    const node: RowNode = {
      kind: 'row',
      row: identityRow(known, use),
      manifest: '',
      identity: known.info.name,
      parent: undefined,
      children: async () =>
        identityDetails(known, await this.#overview.proxies(known)).map((row) => rowNode(row, { manifest: '' }, node)),
    };
    return node;
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}
