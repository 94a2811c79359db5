import * as vscode from 'vscode';
import { buildArtifacts, candidFile, moduleHash, sourceFile } from '../core/engines/dfx/artifacts';
import { idsOnAllNetworks } from '../core/engines/dfx/canister-ids';
import type { DfxLocations } from '../core/engines/dfx/locations';
import type { Ownership } from '../core/monitor/ownership';
import type { ProjectChange, ProjectMonitor } from '../core/monitor/project-monitor';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { canisterRow } from '../core/rows/canister-row';
import { type CanisterFiles, detailRows } from '../core/rows/detail-rows';
import { projectRow, projectRowId, troubleRows } from '../core/rows/project-rows';
import type { DetailRow, Row } from '../core/rows/row';
import type { CanisterNode, PlainNode, ProjectNode, TreeNode } from './nodes';
import { addTooltip, toTreeItem } from './tree-item';

interface ProjectEntry {
  readonly node: ProjectNode;
  readonly canisters: Map<string, CanisterNode>;
}

/** The "Canisters" view's content. */
export class CanisterTree implements vscode.TreeDataProvider<TreeNode>, vscode.Disposable {
  readonly #monitor: WorkspaceMonitor;
  readonly #locations: DfxLocations;
  readonly #ownership: Ownership;
  readonly #changed = new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #entries = new Map<ProjectMonitor, ProjectEntry>();
  readonly #subscriptions: readonly { dispose(): void }[];

  constructor(monitor: WorkspaceMonitor, locations: DfxLocations, ownership: Ownership) {
    this.#monitor = monitor;
    this.#locations = locations;
    this.#ownership = ownership;
    this.#subscriptions = [
      monitor.onDidChangeProjects(() => this.#projectsChanged()),
      monitor.onDidChangeProject(({ project, change }) => this.#projectChanged(project, change)),
    ];
    this.#projectsChanged();
  }

  #projectsChanged(): void {
    const current = new Set(this.#monitor.projects);
    for (const monitor of this.#entries.keys()) {
      if (!current.has(monitor)) {
        this.#entries.delete(monitor);
      }
    }
    for (const monitor of current) {
      if (!this.#entries.has(monitor)) {
        const node = { kind: 'project', monitor, dfxJson: monitor.project.dfxJson } as const;
        this.#entries.set(monitor, { node, canisters: new Map() });
      }
    }
    this.#changed.fire(undefined);
  }

  #projectChanged(monitor: ProjectMonitor, change: ProjectChange): void {
    const entry = this.#entries.get(monitor);
    if (!entry) {
      return;
    }
    if (change === 'all') {
      this.#changed.fire(this.#single ? undefined : entry.node);
      return;
    }
    const nodes: TreeNode[] = [...change].map((name) => this.#canisterNode(entry, name));
    // The project's row counts the running ones.
    this.#changed.fire(this.#single ? nodes : [...nodes, entry.node]);
  }

  /** A single project has no row of its own. */
  get #single(): boolean {
    return this.#entries.size === 1;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    const row = this.#row(node);
    // VS Code may ask for a row that has just been removed.
    return row ? toTreeItem(row, node, node.dfxJson) : new vscode.TreeItem('');
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const row = this.#row(node);
    return row ? addTooltip(item, row) : item;
  }

  #row(node: TreeNode): Row | undefined {
    switch (node.kind) {
      case 'project': {
        const { project, snapshot } = node.monitor;
        return projectRow(project, snapshot, projectLabel(node.monitor));
      }
      case 'canister': {
        const state = node.monitor.canister(node.canister);
        return state && canisterRow(canisterRowId(node), state, node.monitor.snapshot, Date.now());
      }
      case 'plain':
        return node.row;
    }
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    if (!node) {
      if (!vscode.workspace.isTrusted) {
        // Empty, so that the view's welcome says why.
        return [];
      }
      const entries = [...this.#entries.values()];
      const [only] = entries;
      return only && this.#single ? this.#projectChildren(only) : entries.map((entry) => entry.node);
    }
    switch (node.kind) {
      case 'project': {
        const entry = this.#entries.get(node.monitor);
        return entry ? this.#projectChildren(entry) : [];
      }
      case 'canister':
        return await this.#canisterChildren(node);
      case 'plain':
        return node.children.map((row) => plainNode(row, row.children, node, node.dfxJson));
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    switch (node.kind) {
      case 'project':
        return undefined;
      case 'canister':
        return this.#single ? undefined : this.#entries.get(node.monitor)?.node;
      case 'plain':
        return node.parent;
    }
  }

  /** The row of a canister, for `TreeView.reveal`. */
  find(dfxJson: string, canister: string): CanisterNode | undefined {
    const monitor = this.#monitor.project(dfxJson);
    const entry = monitor && this.#entries.get(monitor);
    return entry && monitor.canister(canister) ? this.#canisterNode(entry, canister) : undefined;
  }

  #projectChildren(entry: ProjectEntry): TreeNode[] {
    const { monitor } = entry.node;
    const { project, snapshot } = monitor;
    const parent = this.#single ? undefined : entry.node;
    return [
      ...troubleRows(project, snapshot, Date.now()).map((row) => plainNode(row, [], parent, project.dfxJson)),
      ...snapshot.canisters.map((state) => this.#canisterNode(entry, state.name)),
    ];
  }

  #canisterNode(entry: ProjectEntry, canister: string): CanisterNode {
    let node = entry.canisters.get(canister);
    if (!node) {
      const { monitor } = entry.node;
      node = { kind: 'canister', monitor, dfxJson: monitor.project.dfxJson, canister };
      entry.canisters.set(canister, node);
    }
    return node;
  }

  async #canisterChildren(node: CanisterNode): Promise<TreeNode[]> {
    const files = await this.#files(node);
    const { monitor } = node;
    const state = monitor.canister(node.canister);
    if (!state) {
      return [];
    }
    const rows: DetailRow[] = detailRows(
      canisterRowId(node),
      state,
      monitor.snapshot,
      files,
      monitor.project.root,
      Date.now(),
    );
    return rows.map((row) => plainNode(row, row.children, node, node.dfxJson));
  }

  async #files({ monitor, canister }: CanisterNode): Promise<CanisterFiles> {
    const { project, snapshot } = monitor;
    const config = project.canister(canister);
    if (!config) {
      return { otherIds: [] };
    }
    const { network } = snapshot;
    const [source, built, ids, owners] = await Promise.all([
      sourceFile(project, config),
      network && builtHash(buildArtifacts(project, config, network).wasm),
      idsOnAllNetworks(project.root, project.config, this.#locations, new Date()),
      this.#ownership.owners(monitor),
    ]);
    const candid = network && candidFile(project, config, network);
    return {
      otherIds: [...(ids.get(canister) ?? [])]
        .filter(([name]) => name !== snapshot.networkName)
        .map(([name, { id }]) => [name, id]),
      owners,
      ...(source === undefined ? {} : { sourceFile: source }),
      ...(candid === undefined ? {} : { candidFile: candid }),
      ...(built === undefined ? {} : { builtHash: built }),
    };
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    this.#changed.dispose();
  }
}

/** The hash of what the last build made, at the first of the places where it can be. */
async function builtHash(candidates: readonly string[]): Promise<string | undefined> {
  for (const file of candidates) {
    const hash = await moduleHash(file);
    if (hash !== undefined) {
      return hash;
    }
  }
  return undefined;
}

function canisterRowId({ monitor, canister }: CanisterNode): string {
  return `${projectRowId(monitor.project)}#${canister}`;
}

/** The project's folder, relative to the workspace where that is shorter. */
export function projectLabel({ project }: ProjectMonitor): string {
  return vscode.workspace.asRelativePath(project.root, true) || project.name;
}

function plainNode(
  row: PlainNode['row'],
  children: readonly DetailRow[],
  parent: PlainNode['parent'],
  dfxJson: string,
): PlainNode {
  return { kind: 'plain', row, children, parent, dfxJson };
}
