import * as vscode from 'vscode';
import type { DetailRow, Row } from '../core/rows/row';
import { addTooltip, toTreeItem } from './tree-item';

/** A row of the Networks or Identities view, and what commands are told of it. */
export interface RowNode {
  readonly kind: 'row';
  readonly row: Row;
  readonly children: () => Promise<readonly RowNode[]> | readonly RowNode[];
  readonly parent: RowNode | undefined;
  /** The project that the row is of; empty where it is of none. */
  readonly dfxJson: string;
  /** Name of the network that the row is of. */
  readonly network?: string;
  /** Name of the identity that the row is of. */
  readonly identity?: string;
}

type About = Pick<RowNode, 'dfxJson' | 'network' | 'identity'>;

/** A node whose rows below it are known already. */
export function rowNode(row: DetailRow, about: About, parent?: RowNode): RowNode {
  const node: RowNode = {
    kind: 'row',
    row,
    ...about,
    parent,
    // What a menu offers for a row is not offered for what is said below it.
    children: () => row.children.map((child) => rowNode(child, { dfxJson: about.dfxJson }, node)),
  };
  return node;
}

/** A view that is a list of rows, read anew as a whole. */
export class RowTree implements vscode.TreeDataProvider<RowNode>, vscode.Disposable {
  readonly #load: () => Promise<readonly RowNode[]>;
  readonly #changed = new vscode.EventEmitter<undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  #timer: NodeJS.Timeout | undefined;

  constructor(load: () => Promise<readonly RowNode[]>) {
    this.#load = load;
  }

  /** Changes that come together redraw the view once. */
  refresh(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#changed.fire(undefined);
    }, 50);
  }

  getTreeItem(node: RowNode): vscode.TreeItem {
    return toTreeItem(node.row, node, node.dfxJson);
  }

  resolveTreeItem(item: vscode.TreeItem, node: RowNode): vscode.TreeItem {
    return addTooltip(item, node.row);
  }

  async getChildren(node?: RowNode): Promise<RowNode[]> {
    // Empty without trust, so that the view's welcome says why.
    const nodes = node ? await node.children() : vscode.workspace.isTrusted ? await this.#load() : [];
    return [...nodes];
  }

  getParent(node: RowNode): RowNode | undefined {
    return node.parent;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#changed.dispose();
  }
}
