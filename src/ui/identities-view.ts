import * as vscode from 'vscode';
import type { DfxLocations } from '../core/engines/dfx/locations';
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
  readonly monitor: WorkspaceMonitor;
  readonly selection: Selection;
  readonly locations: DfxLocations;
}

/** The "Identities" view. Looking at it starts no dfx and asks for no secret. */
export class IdentitiesView implements vscode.Disposable {
  readonly #overview: IdentityOverview;
  readonly #tree: RowTree;
  readonly #disposables: { dispose(): void }[];

  constructor({ overview, identityService, monitor, selection, locations }: IdentitiesViewParts) {
    this.#overview = overview;
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
      identityService.onDidChange(refresh),
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
    const entries = await this.#overview.list();
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
        identityDetails(known, await this.#overview.wallets(known)).map((row) => rowNode(row, { dfxJson: '' }, node)),
    };
    return node;
  }

  dispose(): void {
    for (const disposable of this.#disposables) {
      disposable.dispose();
    }
  }
}
