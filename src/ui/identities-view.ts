import * as vscode from 'vscode';
import type { IdentityBoard, IdentityUse } from '../core/monitor/identity-board';
import type { IdentityBook, KnownIdentity } from '../core/monitor/identity-book';
import type { Selection } from '../core/monitor/selection';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import type { DfxLocations } from '../core/project/locations';
import { identityDetails, identityRow } from '../core/rows/identity-rows';
import { type RowNode, RowTree, rowNode } from '../tree/row-tree';
import { ProjectChanges } from './project-changes';

export interface IdentitiesViewParts {
  readonly board: IdentityBoard;
  readonly book: IdentityBook;
  readonly monitor: WorkspaceMonitor;
  readonly selection: Selection;
  readonly locations: DfxLocations;
}

/** The "Identities" view. Looking at it starts no dfx and asks for no secret. */
export class IdentitiesView implements vscode.Disposable {
  readonly #board: IdentityBoard;
  readonly #tree: RowTree;
  readonly #disposables: { dispose(): void }[];

  constructor({ board, book, monitor, selection, locations }: IdentitiesViewParts) {
    this.#board = board;
    const tree = new RowTree(() => this.#load());
    this.#tree = tree;
    const view = vscode.window.createTreeView('icCanisters.identities', { treeDataProvider: tree });
    const files = vscode.workspace.createFileSystemWatcher(
      new vscode.RelativePattern(
        vscode.Uri.file(locations.configDir),
        // Folders, too: of one that is renamed, nothing is told about the files inside.
        '{identity.json,identity/*,identity/*/{identity.pem,identity.pem.encrypted,identity.json,wallets.json}}',
      ),
    );
    const refresh = () => tree.refresh();
    this.#disposables = [
      tree,
      view,
      files,
      files.onDidCreate(refresh),
      files.onDidChange(refresh),
      files.onDidDelete(refresh),
      book.onDidChange(refresh),
      selection.onDidChange(refresh),
      new ProjectChanges(monitor, () => view.visible && refresh()),
      view.onDidChangeVisibility(refresh),
      vscode.workspace.onDidGrantWorkspaceTrust(refresh),
    ];
  }

  /** Reads the identities anew. */
  refresh(): void {
    this.#tree.refresh();
  }

  async #load(): Promise<RowNode[]> {
    const entries = await this.#board.list();
    return entries.map(({ known, use }) => this.#node(known, use));
  }

  #node(known: KnownIdentity, use: IdentityUse): RowNode {
    const node: RowNode = {
      kind: 'row',
      row: identityRow(known, use),
      dfxJson: '',
      identity: known.info.name,
      parent: undefined,
      children: async () =>
        identityDetails(known, await this.#board.wallets(known)).map((row) => rowNode(row, { dfxJson: '' }, node)),
    };
    return node;
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}
