import * as vscode from 'vscode';
import type { Engine } from '../core/engines/engine';
import type { IdentityOverview, IdentityUse } from '../core/monitor/identity-overview';
import type { IdentityService, KnownIdentity } from '../core/monitor/identity-service';
import type { Selection } from '../core/monitor/selection';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { identitiesRow, identityDetails, identityRow } from '../core/rows/identity-rows';
import { onProjectChange } from './project-changes';
import { type RowNode, rowNode } from './row-node';
import { RowTree } from './row-tree';

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
  readonly #engines: readonly Engine[];
  readonly #disposables: { dispose(): void }[];
  #watched = false;

  constructor({ overview, identityService, workspace, selection, engines }: IdentitiesViewParts) {
    this.#overview = overview;
    this.#engines = engines;
    const tree = new RowTree(() => this.#load());
    this.#tree = tree;
    const view = vscode.window.createTreeView('icCanisters.identities', { treeDataProvider: tree });
    const refresh = () => tree.refresh();
    this.#disposables = [
      tree,
      view,
      identityService.onDidChange(refresh),
      selection.onDidChange(refresh),
      ...onProjectChange(workspace, () => view.visible && refresh()),
      view.onDidChangeVisibility(refresh),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
    ];
  }

  /** Reads the identities anew. */
  refresh(): void {
    this.#tree.refresh();
  }

  async #load(): Promise<readonly RowNode[]> {
    this.#watch();
    const entries = await this.#overview.list();
    const tools = [...new Set(entries.map(({ known }) => known.engine))];
    // A single tool has no row of its own.
    return tools.length <= 1
      ? entries.map(({ known, use }) => this.#node(known, use, undefined))
      : tools.map((tool) => {
          const node: RowNode = {
            row: identitiesRow(tool),
            parent: undefined,
            children: () =>
              entries
                .filter(({ known }) => known.engine === tool)
                .map(({ known, use }) => this.#node(known, use, node)),
            manifest: '',
          };
          return node;
        });
  }

  /** From the first time that the view is looked at: where identities are is the engines' knowledge, loaded late. */
  #watch(): void {
    if (this.#watched) {
      return;
    }
    this.#watched = true;
    const refresh = () => this.#tree.refresh();
    for (const { dir, pattern } of this.#engines.flatMap(({ identities }) => identities.watch)) {
      const watcher = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(vscode.Uri.file(dir), pattern),
      );
      this.#disposables.push(
        watcher,
        watcher.onDidCreate(refresh),
        watcher.onDidChange(refresh),
        watcher.onDidDelete(refresh),
      );
    }
  }

  #node(known: KnownIdentity, use: IdentityUse, parent: RowNode | undefined): RowNode {
    const node: RowNode = {
      row: identityRow(known, use),
      parent,
      children: async () => {
        const rows = identityDetails(known, await this.#overview.proxies(known), use.sameAs);
        return rows.map((row) => rowNode(row, { manifest: '' }, node));
      },
      manifest: '',
      identity: known.info.name,
      engine: known.engine,
    };
    return node;
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}
