import * as vscode from 'vscode';
import { drawRow, drawTooltip } from './draw-row';
import type { RowNode } from './row-node';

/** Feeds rows to one of the views. */
export class RowTree implements vscode.TreeDataProvider<RowNode>, vscode.Disposable {
  readonly #load: () => Promise<readonly RowNode[]> | readonly RowNode[];
  readonly #changed = new vscode.EventEmitter<RowNode[] | undefined>();
  readonly onDidChangeTreeData = this.#changed.event;
  readonly #trust = vscode.workspace.onDidGrantWorkspaceTrust(() => this.redraw());
  #timer: NodeJS.Timeout | undefined;

  /** @param load reads the rows at the top */
  constructor(load: () => Promise<readonly RowNode[]> | readonly RowNode[]) {
    this.#load = load;
  }

  /** Draws these rows again, with what is below them, or all. */
  redraw(nodes?: readonly RowNode[]): void {
    this.#changed.fire(nodes && [...nodes]);
  }

  /** Reads all rows anew. Changes that come together redraw the view once. */
  refresh(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.redraw();
    }, 50);
  }

  getTreeItem(node: RowNode): vscode.TreeItem {
    const { row } = node;
    return row ? drawRow(row, node) : new vscode.TreeItem('');
  }

  resolveTreeItem(item: vscode.TreeItem, { row }: RowNode): vscode.TreeItem {
    return row ? drawTooltip(item, row) : item;
  }

  async getChildren(node?: RowNode): Promise<RowNode[]> {
    // Empty without trust, so that the view's welcome says why.
    return node ? [...(await node.children())] : vscode.workspace.isTrusted ? [...(await this.#load())] : [];
  }

  getParent({ parent }: RowNode): RowNode | undefined {
    return parent;
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#trust.dispose();
    this.#changed.dispose();
  }
}
