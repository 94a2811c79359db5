import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { type HashTree, NodeType } from '@dfinity/agent';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import { lookupInTree } from '../../../src/core/agent/hash-tree';
import { encodePrincipal } from '../../../src/core/util/principal';
import { TestNetwork } from '../../network';

const label = (...bytes: number[]) => Uint8Array.from(bytes) as never;
const leaf = (value: string): HashTree => [NodeType.Leaf, Buffer.from(value) as never];
const pruned: HashTree = [NodeType.Pruned, new Uint8Array(32) as never];
const empty: HashTree = [NodeType.Empty];
const fork = (left: HashTree, right: HashTree): HashTree => [NodeType.Fork, left, right];
const node = (key: Uint8Array, tree: HashTree): HashTree => [NodeType.Labeled, key as never, tree];

function lookUp(tree: HashTree, ...path: Uint8Array[]): string {
  const result = lookupInTree(path, tree);
  return result.state === 'found' ? `= ${Buffer.from(result.value)}` : result.state;
}

describe('looking up in a certified tree', () => {
  const b = node(label(2), leaf('b'));
  const d = node(label(4), leaf('d'));

  it('finds values at any depth', () => {
    const tree = fork(fork(b, d), node(label(6), fork(node(label(1), leaf('deep')), pruned)));
    assert.equal(lookUp(tree, label(2)), '= b');
    assert.equal(lookUp(tree, label(4)), '= d');
    assert.equal(lookUp(tree, label(6), label(1)), '= deep');
  });

  it('proves absence between neighbours and beyond the ends', () => {
    for (const missing of [1, 3, 5]) {
      assert.equal(lookUp(fork(b, d), label(missing)), 'absent', String(missing));
    }
    assert.equal(lookUp(empty, label(1)), 'absent');
    assert.equal(lookUp(leaf('x'), label(1)), 'absent');
  });

  it('does not take what is pruned for absent', () => {
    assert.equal(lookUp(pruned, label(1)), 'unknown');
    assert.equal(lookUp(fork(pruned, d), label(3)), 'unknown');
    assert.equal(lookUp(fork(b, pruned), label(3)), 'unknown');
    assert.equal(lookUp(fork(b, pruned), label(1)), 'absent');
    assert.equal(lookUp(fork(pruned, d), label(5)), 'absent');
    assert.equal(lookUp(node(label(1), pruned), label(1)), 'unknown');
    assert.equal(lookUp(node(label(1), fork(b, d)), label(1)), 'unknown', 'a folder is no value');
  });

  it('orders labels by the first byte that differs, and a prefix before what it begins', () => {
    const tree = fork(node(label(255, 0, 1), leaf('far')), pruned);
    assert.equal(lookUp(tree, label(0, 9, 9)), 'absent');
    assert.equal(lookUp(tree, label(255, 0)), 'absent');
    assert.equal(lookUp(tree, label(255, 0, 1, 0)), 'unknown');
  });
});

it('knows which canisters do not exist, wherever their ids lie among the others', async () => {
  const network = await TestNetwork.start();
  try {
    const endpoint = { url: network.url, rootKey: 'fetch' } as const;
    const service = agentOperations(fetch);
    const idOf = (number: number) =>
      encodePrincipal(Uint8Array.from([0, 0, 0, 0, 0, 0, number >> 8, number & 255, 1, 1]));
    const there = new Set([3, 258, 259, 517, 1030, 4097]);
    for (const number of there) {
      await network.createCanister({ id: idOf(number) });
    }
    for (const number of [0, 2, 3, 4, 255, 257, 258, 259, 260, 515, 517, 520, 1029, 1030, 1031, 4096, 4097, 5000]) {
      const { exists } = await service.probe({
        endpoint,
        identity: { kind: 'anonymous' },
        canisterId: idOf(number),
        publicOnly: true,
      });
      assert.equal(exists, there.has(number), String(number));
    }
  } finally {
    await network.stop();
  }
});
