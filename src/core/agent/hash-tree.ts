import { type HashTree, NodeType } from '@dfinity/agent';

/** What a certified tree says of a path. `unknown`: the tree shows too little to tell. */
export type TreeLookup =
  | { readonly state: 'found'; readonly value: Uint8Array }
  | { readonly state: 'absent' }
  | { readonly state: 'unknown' };

type LabelLookup = { readonly found: HashTree } | 'absent' | 'unknown' | 'less' | 'greater';

/**
 * Looks a value up (interface specification, "Lookup").
 *
 * Not the agent's `lookup_path`: that compares labels byte by byte without minding which byte differs first, and so
 * takes some proofs that a canister does not exist for a tree that hides it.
 */
export function lookupInTree(path: readonly Uint8Array[], tree: HashTree): TreeLookup {
  let rest = tree;
  for (const label of path) {
    const result = findLabel(label, rest);
    if (typeof result === 'string') {
      return { state: result === 'unknown' ? 'unknown' : 'absent' };
    }
    rest = result.found;
  }
  switch (rest[0]) {
    case NodeType.Leaf:
      return { state: 'found', value: rest[1] };
    case NodeType.Empty:
      return { state: 'absent' };
    default:
      // Pruned, or not a value: a tree that answers no question about a value.
      return { state: 'unknown' };
  }
}

function findLabel(label: Uint8Array, tree: HashTree): LabelLookup {
  switch (tree[0]) {
    case NodeType.Labeled: {
      const order = Buffer.compare(label, tree[1]);
      return order === 0 ? { found: tree[2] } : order < 0 ? 'less' : 'greater';
    }
    case NodeType.Fork: {
      const left = findLabel(label, tree[1]);
      if (left !== 'greater' && left !== 'unknown') {
        return left;
      }
      const right = findLabel(label, tree[2]);
      // Between two labels that stand side by side there is nothing; beside a pruned one there may be.
      return right === 'less' ? (left === 'greater' ? 'absent' : 'unknown') : right;
    }
    case NodeType.Pruned:
      return 'unknown';
    default:
      return 'absent';
  }
}
