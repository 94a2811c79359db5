import type { Row } from '../core/rows/row';

/** A row of a view. Commands that are called on the row get it as their argument. */
export interface RowNode {
  /** Undefined where what it stood for is gone: VS Code may still ask for it. */
  readonly row: Row | undefined;
  readonly parent: RowNode | undefined;
  readonly children: () => Promise<readonly RowNode[]> | readonly RowNode[];
  /** The manifest of the project that the row belongs to; empty where it belongs to none. */
  readonly manifest: string;
  /** Name of the canister that the row is of. */
  readonly canister?: string;
  /** Name of the network that the row is of. */
  readonly network?: string;
  /** Name of the identity that the row is of. */
  readonly identity?: string;
  /** The tool that the identity belongs to. */
  readonly engine?: string;
}

/** The node of a row that has its children with it. */
export function rowNode(
  row: Row,
  of: Pick<RowNode, 'manifest' | 'network' | 'canister'>,
  parent: RowNode | undefined,
): RowNode {
  const node: RowNode = {
    ...of,
    row,
    parent,
    // What a menu offers for a row is not offered for what is said below it.
    children: () => (row.children ?? []).map((child) => rowNode(child, { manifest: of.manifest }, node)),
  };
  return node;
}
