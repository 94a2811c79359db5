import * as vscode from 'vscode';
import type { Ownership } from '../core/monitor/ownership';
import type { ProjectChange } from '../core/monitor/project-changes';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { firstModuleHash } from '../core/project/module-hash';
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
  readonly #workspace: WorkspaceMonitor;
  readonly #ownership: Ownership;
  readonly #changed = new vscode.EventEmitter<TreeNode | TreeNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #entries = new Map<ProjectMonitor, ProjectEntry>();
  readonly #subscriptions: readonly { dispose(): void }[];

  constructor(workspace: WorkspaceMonitor, ownership: Ownership) {
    this.#workspace = workspace;
    this.#ownership = ownership;
    this.#subscriptions = [
      workspace.onDidChangeProjects(() => this.#projectsChanged()),
      workspace.onDidChangeProject(({ project, change }) => this.#projectChanged(project, change)),
    ];
    this.#projectsChanged();
  }

  #projectsChanged(): void {
    const current = new Set(this.#workspace.projects);
    for (const project of this.#entries.keys()) {
      if (!current.has(project)) {
        this.#entries.delete(project);
      }
    }
    for (const project of current) {
      if (!this.#entries.has(project)) {
        const node = { kind: 'project', project, manifest: project.manifest } as const;
        this.#entries.set(project, { node, canisters: new Map() });
      }
    }
    this.#changed.fire(undefined);
  }

  #projectChanged(project: ProjectMonitor, change: ProjectChange): void {
    const entry = this.#entries.get(project);
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
    return row ? toTreeItem(row, node, node.manifest) : new vscode.TreeItem('');
  }

  resolveTreeItem(item: vscode.TreeItem, node: TreeNode): vscode.TreeItem {
    const row = this.#row(node);
    return row ? addTooltip(item, row) : item;
  }

  #row(node: TreeNode): Row | undefined {
    switch (node.kind) {
      case 'project': {
        return projectRow(node.project, projectLabel(node.project));
      }
      case 'canister': {
        const state = node.project.canister(node.canister);
        return state && canisterRow(canisterRowId(node), state, node.project.snapshot, Date.now());
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
        const entry = this.#entries.get(node.project);
        return entry ? this.#projectChildren(entry) : [];
      }
      case 'canister':
        return await this.#canisterChildren(node);
      case 'plain':
        return node.children.map((row) => plainNode(row, row.children, node, node.manifest));
    }
  }

  getParent(node: TreeNode): TreeNode | undefined {
    switch (node.kind) {
      case 'project':
        return undefined;
      case 'canister':
        return this.#single ? undefined : this.#entries.get(node.project)?.node;
      case 'plain':
        return node.parent;
    }
  }

  /** The row of a canister, for `TreeView.reveal`. */
  find(manifest: string, canister: string): CanisterNode | undefined {
    const project = this.#workspace.project(manifest);
    const entry = project && this.#entries.get(project);
    return entry && project.canister(canister) ? this.#canisterNode(entry, canister) : undefined;
  }

  #projectChildren(entry: ProjectEntry): TreeNode[] {
    const { project } = entry.node;
    const parent = this.#single ? undefined : entry.node;
    return [
      ...troubleRows(project, Date.now()).map((row) => plainNode(row, [], parent, project.manifest)),
      ...project.snapshot.canisters.map((state) => this.#canisterNode(entry, state.name)),
    ];
  }

  #canisterNode(entry: ProjectEntry, canister: string): CanisterNode {
    let node = entry.canisters.get(canister);
    if (!node) {
      const { project } = entry.node;
      node = { kind: 'canister', project, manifest: project.manifest, canister };
      entry.canisters.set(canister, node);
    }
    return node;
  }

  async #canisterChildren(node: CanisterNode): Promise<TreeNode[]> {
    const files = await this.#files(node);
    const { project } = node;
    const state = project.canister(node.canister);
    if (!state) {
      return [];
    }
    const rows: DetailRow[] = detailRows(canisterRowId(node), state, project.snapshot, files, project.root, Date.now());
    return rows.map((row) => plainNode(row, row.children, node, node.manifest));
  }

  async #files({ project, canister }: CanisterNode): Promise<CanisterFiles> {
    const { files, snapshot } = project;
    const { target } = snapshot;
    const [paths, ids, owners] = await Promise.all([
      files.paths(canister, target),
      files.idsByTarget(Date.now()),
      this.#ownership.owners(project),
    ]);
    return {
      otherIds: [...(ids.get(canister) ?? [])]
        .filter(([name]) => name !== target.name)
        .map(([name, { id }]) => [name, id]),
      owners,
      sourceFile: paths?.source,
      candidFile: paths?.candid,
      builtHash: paths && (await firstModuleHash(paths.modules)),
    };
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) {
      subscription.dispose();
    }
    this.#changed.dispose();
  }
}

function canisterRowId({ project, canister }: CanisterNode): string {
  return `${projectRowId(project)}#${canister}`;
}

/** The project's folder, relative to the workspace where that is shorter. */
export function projectLabel({ root, name }: ProjectMonitor): string {
  return vscode.workspace.asRelativePath(root, true) || name;
}

function plainNode(
  row: PlainNode['row'],
  children: readonly DetailRow[],
  parent: PlainNode['parent'],
  manifest: string,
): PlainNode {
  return { kind: 'plain', row, children, parent, manifest };
}
