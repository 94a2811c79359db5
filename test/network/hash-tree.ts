/**
 * The state tree and its hash trees (interface specification, "Certification"): a map from labels to leaves or maps
 * whose forks, hashes and witnesses follow the specification. The maps are persistent crit-bit trees that keep their
 * hashes, so that a change in one canister costs a handful of hashes however many canisters there are.
 */
import { createHash } from 'node:crypto';

/** A node of the state: a value, or labelled children. */
export type StateNode = Uint8Array | LabelMap;

/** A hash tree in the shape that CBOR carries. */
export type HashTree =
  | readonly [0]
  | readonly [1, HashTree, HashTree]
  | readonly [2, Uint8Array, HashTree]
  | readonly [3, Uint8Array]
  | readonly [4, Uint8Array];

export type Path = readonly Uint8Array[];

interface Entry {
  readonly kind: 'entry';
  readonly label: Uint8Array;
  readonly child: StateNode;
  hash?: Uint8Array;
}

interface Fork {
  readonly kind: 'fork';
  /** Position of the first bit in which the two sides differ, see {@link bitAt}. */
  readonly bit: number;
  readonly left: Node;
  readonly right: Node;
  /** Smallest label below. */
  readonly min: Uint8Array;
  /** Largest label below. */
  readonly max: Uint8Array;
  hash?: Uint8Array;
}

type Node = Entry | Fork;

function separator(text: string): Uint8Array {
  return Buffer.from(`${String.fromCharCode(text.length)}${text}`, 'latin1');
}

const EMPTY = separator('ic-hashtree-empty');
const LEAF = separator('ic-hashtree-leaf');
const LABELED = separator('ic-hashtree-labeled');
const FORK = separator('ic-hashtree-fork');

function sha256(...parts: Uint8Array[]): Uint8Array {
  const hash = createHash('sha256');
  for (const part of parts) {
    hash.update(part);
  }
  return hash.digest();
}

const EMPTY_HASH = sha256(EMPTY);

/** Labels as text (UTF-8) or as bytes. */
export type Label = string | Uint8Array;

export function labelBytes(label: Label): Uint8Array {
  return typeof label === 'string' ? Buffer.from(label, 'utf8') : label;
}

/**
 * Bit `position` of a label seen as nine bits a byte: one that says that the byte is there, then its eight bits. So a
 * label that is the beginning of another one sorts before it, as bytes are compared.
 */
function bitAt(label: Uint8Array, position: number): 0 | 1 {
  const byte = label[Math.floor(position / 9)];
  const bit = position % 9;
  if (byte === undefined) {
    return 0;
  }
  return bit === 0 || (byte >> (8 - bit)) & 1 ? 1 : 0;
}

function firstDifference(a: Uint8Array, b: Uint8Array): number | undefined {
  const length = Math.max(a.length, b.length);
  for (let i = 0; i < length; i++) {
    if (a[i] === b[i]) {
      continue;
    }
    for (let position = 9 * i; ; position++) {
      if (bitAt(a, position) !== bitAt(b, position)) {
        return position;
      }
    }
  }
  return undefined;
}

/** An immutable map from labels to state nodes. */
export class LabelMap {
  static readonly empty = new LabelMap(undefined);
  readonly #root: Node | undefined;

  private constructor(root: Node | undefined) {
    this.#root = root;
  }

  static of(entries: Iterable<readonly [Label, StateNode]>): LabelMap {
    let map = LabelMap.empty;
    for (const [label, child] of entries) {
      map = map.set(label, child);
    }
    return map;
  }

  get(label: Label): StateNode | undefined {
    const bytes = labelBytes(label);
    let node = this.#root;
    while (node?.kind === 'fork') {
      node = bitAt(bytes, node.bit) ? node.right : node.left;
    }
    return node && Buffer.compare(node.label, bytes) === 0 ? node.child : undefined;
  }

  set(label: Label, child: StateNode): LabelMap {
    const bytes = labelBytes(label);
    const entry: Entry = { kind: 'entry', label: bytes, child };
    if (!this.#root) {
      return new LabelMap(entry);
    }
    let nearest: Node = this.#root;
    while (nearest.kind === 'fork') {
      nearest = bitAt(bytes, nearest.bit) ? nearest.right : nearest.left;
    }
    return new LabelMap(insert(this.#root, entry, firstDifference(bytes, nearest.label)));
  }

  delete(label: Label): LabelMap {
    if (!this.#root || this.get(label) === undefined) {
      return this;
    }
    return new LabelMap(remove(this.#root, labelBytes(label)));
  }

  hash(): Uint8Array {
    return this.#root ? hashOf(this.#root) : EMPTY_HASH;
  }

  /**
   * A hash tree with this map's hash that shows the given paths and what lies below them, proves the absence of those
   * that do not exist, and prunes all the rest.
   */
  witness(paths: readonly Path[]): HashTree {
    const wanted = new Wanted();
    for (const path of paths) {
      wanted.add(path);
    }
    return wanted.whole ? full(this) : this.witnessOf(wanted);
  }

  /** @internal */
  witnessOf(wanted: Wanted): HashTree {
    if (!this.#root) {
      return [0];
    }
    return witnessNode(this.#root, [...wanted.children.values()]);
  }

  /** @internal */
  full(): HashTree {
    return this.#root ? fullNode(this.#root) : [0];
  }
}

function fork(bit: number, left: Node, right: Node): Fork {
  return { kind: 'fork', bit, left, right, min: minOf(left), max: maxOf(right) };
}

function minOf(node: Node): Uint8Array {
  return node.kind === 'fork' ? node.min : node.label;
}

function maxOf(node: Node): Uint8Array {
  return node.kind === 'fork' ? node.max : node.label;
}

function insert(node: Node, entry: Entry, difference: number | undefined): Node {
  if (difference === undefined && node.kind === 'entry') {
    return entry;
  }
  if (node.kind === 'entry' || (difference !== undefined && difference < node.bit)) {
    return bitAt(entry.label, difference!) ? fork(difference!, node, entry) : fork(difference!, entry, node);
  }
  return bitAt(entry.label, node.bit)
    ? fork(node.bit, node.left, insert(node.right, entry, difference))
    : fork(node.bit, insert(node.left, entry, difference), node.right);
}

function remove(node: Node, label: Uint8Array): Node | undefined {
  if (node.kind === 'entry') {
    return undefined;
  }
  if (bitAt(label, node.bit)) {
    const right = remove(node.right, label);
    return right ? fork(node.bit, node.left, right) : node.left;
  }
  const left = remove(node.left, label);
  return left ? fork(node.bit, left, node.right) : node.right;
}

function hashOf(node: Node): Uint8Array {
  node.hash ??=
    node.kind === 'fork'
      ? sha256(FORK, hashOf(node.left), hashOf(node.right))
      : sha256(LABELED, node.label, stateHash(node.child));
  return node.hash;
}

function stateHash(child: StateNode): Uint8Array {
  return child instanceof LabelMap ? child.hash() : sha256(LEAF, child);
}

class Wanted {
  whole = false;
  readonly children = new Map<string, { label: Uint8Array; wanted: Wanted }>();

  add(path: Path): void {
    const [label, ...rest] = path;
    if (label === undefined) {
      this.whole = true;
      return;
    }
    const key = Buffer.from(label).toString('hex');
    let child = this.children.get(key);
    if (!child) {
      child = { label, wanted: new Wanted() };
      this.children.set(key, child);
    }
    child.wanted.add(rest);
  }
}

function witnessNode(node: Node, wanted: readonly { label: Uint8Array; wanted: Wanted }[]): HashTree {
  if (wanted.length === 0) {
    return [4, hashOf(node)];
  }
  if (node.kind === 'entry') {
    const match = wanted.find((item) => Buffer.compare(item.label, node.label) === 0);
    return [2, node.label, match ? witnessChild(node.child, match.wanted) : [4, stateHash(node.child)]];
  }
  // A label between the two sides is proved absent by its neighbour on each of them.
  const leftMax = maxOf(node.left);
  const rightMin = minOf(node.right);
  const toLeft = wanted.filter((item) => Buffer.compare(item.label, rightMin) < 0);
  const toRight = wanted.filter((item) => Buffer.compare(item.label, leftMax) > 0);
  return [1, witnessNode(node.left, toLeft), witnessNode(node.right, toRight)];
}

function witnessChild(child: StateNode, wanted: Wanted): HashTree {
  if (wanted.whole) {
    return full(child);
  }
  // A path that goes on below a value leads nowhere: showing the value tells the client so.
  return child instanceof LabelMap ? child.witnessOf(wanted) : [3, child];
}

function full(child: StateNode): HashTree {
  return child instanceof LabelMap ? child.full() : [3, child];
}

function fullNode(node: Node): HashTree {
  return node.kind === 'fork' ? [1, fullNode(node.left), fullNode(node.right)] : [2, node.label, full(node.child)];
}

/** The root hash of a hash tree, as a client computes it. */
export function rootHash(tree: HashTree): Uint8Array {
  switch (tree[0]) {
    case 0:
      return EMPTY_HASH;
    case 1:
      return sha256(FORK, rootHash(tree[1]), rootHash(tree[2]));
    case 2:
      return sha256(LABELED, tree[1], rootHash(tree[2]));
    case 3:
      return sha256(LEAF, tree[1]);
    case 4:
      return tree[1];
  }
}
