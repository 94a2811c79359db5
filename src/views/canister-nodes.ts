import type { ProjectChange } from '../core/monitor/change-reporter';
import type { Ownership } from '../core/monitor/ownership';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import { sharedIds } from '../core/monitor/shared-ids';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { readCanisterFiles } from '../core/rows/canister-files';
import { canisterRow } from '../core/rows/canister-row';
import { detailRows } from '../core/rows/detail-rows';
import { projectRow, projectRowId, sharedIdsRow, troubleRows } from '../core/rows/project-rows';
import { projectLabel } from '../ui/project-label';
import { type RowNode, rowNode } from './row-node';

interface ProjectNodes {
  readonly node: RowNode;
  readonly canisters: Map<string, RowNode>;
}

/**
 * The rows of the "Canisters" view. A project and a canister have the same node for as long as they are there, so that
 * VS Code can redraw their rows alone.
 */
export class CanisterNodes {
  readonly #workspace: WorkspaceMonitor;
  readonly #ownership: Ownership;
  readonly #nodes = new WeakMap<ProjectMonitor, ProjectNodes>();

  constructor(workspace: WorkspaceMonitor, ownership: Ownership) {
    this.#workspace = workspace;
    this.#ownership = ownership;
  }

  /** The rows at the top. A single project has no row of its own. */
  roots(): readonly RowNode[] {
    const { projects } = this.#workspace;
    const [only] = projects;
    return only && this.#single ? this.#projectChildren(only) : projects.map((project) => this.#of(project).node);
  }

  /** The rows that a change is seen in; undefined for all. */
  changed(project: ProjectMonitor, change: ProjectChange): readonly RowNode[] | undefined {
    const { node } = this.#of(project);
    if (change === 'all') {
      return this.#single ? undefined : [node];
    }
    const canisters = [...change].map((name) => this.#canister(project, name));
    // The project's row counts the running ones.
    return this.#single ? canisters : [...canisters, node];
  }

  find(manifest: string, canister: string): RowNode | undefined {
    const project = this.#workspace.project(manifest);
    return project?.canister(canister) && this.#canister(project, canister);
  }

  get #single(): boolean {
    return this.#workspace.projects.length === 1;
  }

  #of(project: ProjectMonitor): ProjectNodes {
    const workspace = this.#workspace;
    let nodes = this.#nodes.get(project);
    if (!nodes) {
      const node: RowNode = {
        get row() {
          return projectRow(project, projectLabel(project), workspace.toolToName(project));
        },
        parent: undefined,
        children: () => this.#childrenOfOne(project),
        manifest: project.manifest,
      };
      nodes = { node, canisters: new Map() };
      this.#nodes.set(project, nodes);
    }
    return nodes;
  }

  #projectChildren(project: ProjectMonitor): readonly RowNode[] {
    const { manifest, snapshot } = project;
    const parent = this.#single ? undefined : this.#of(project).node;
    return [
      ...troubleRows(project, Date.now(), this.#workspace.projects).map((row) => rowNode(row, { manifest }, parent)),
      ...snapshot.canisters.map(({ name }) => this.#canister(project, name)),
    ];
  }

  /** Below the row of a project, which stands where there are several. */
  async #childrenOfOne(project: ProjectMonitor): Promise<readonly RowNode[]> {
    const shared = await sharedIds(project, this.#workspace.projects, Date.now());
    const { manifest } = project;
    const rows = shared ? [rowNode(sharedIdsRow(project, shared), { manifest }, this.#of(project).node)] : [];
    return [...rows, ...this.#projectChildren(project)];
  }

  #canister(project: ProjectMonitor, canister: string): RowNode {
    const { canisters } = this.#of(project);
    let node = canisters.get(canister);
    if (!node) {
      node = this.#makeCanister(project, canister);
      canisters.set(canister, node);
    }
    return node;
  }

  #makeCanister(project: ProjectMonitor, canister: string): RowNode {
    const { manifest, root } = project;
    const id = `${projectRowId(project)}#${canister}`;
    const parent = () => (this.#single ? undefined : this.#of(project).node);
    const node: RowNode = {
      get row() {
        const state = project.canister(canister);
        return state && canisterRow(id, state, project.snapshot, Date.now());
      },
      get parent() {
        return parent();
      },
      children: async () => {
        const files = await readCanisterFiles(project, canister, this.#ownership, Date.now());
        const state = project.canister(canister);
        const rows = state ? detailRows(id, state, project.snapshot, files, root, Date.now()) : [];
        // The canister's menus test flags, which these rows have none of but their own.
        return rows.map((row) => rowNode(row, { manifest, canister }, node));
      },
      manifest,
      canister,
    };
    return node;
  }
}
