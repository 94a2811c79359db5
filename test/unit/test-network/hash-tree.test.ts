import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { type HashTree as AgentTree, LookupPathStatus, lookup_path, reconstruct } from '@dfinity/agent';
import { decodeCbor, encodeCbor } from '../../network/cbor';
import { type HashTree, LabelMap, labelBytes, rootHash } from '../../network/hash-tree';

/** Labels of all lengths, from 0 to 40 bytes, the same ones every time. */
function labels(count: number): Uint8Array[] {
  return Array.from({ length: count }, (_, index) => {
    const digest = createHash('sha512').update(`label ${index}`).digest();
    return digest.subarray(0, index % 41);
  }).filter((label, index, all) => all.findIndex((other) => Buffer.compare(other, label) === 0) === index);
}

function value(label: Uint8Array): Uint8Array {
  return createHash('sha256').update(label).digest();
}

/** The labels that a hash tree shows, in its order. */
function shown(tree: HashTree): Uint8Array[] {
  if (tree[0] === 1) {
    return [...shown(tree[1]), ...shown(tree[2])];
  }
  return tree[0] === 2 ? [tree[1]] : [];
}

describe('LabelMap', () => {
  const all = labels(300);
  const map = LabelMap.of(all.map((label) => [label, value(label)] as const));

  it('finds what was put in, and nothing else', () => {
    for (const label of all) {
      assert.deepEqual(map.get(label), value(label));
    }
    assert.equal(map.get('not there'), undefined);
    assert.equal(LabelMap.empty.get('a'), undefined);
  });

  it('orders labels by their bytes, a beginning of another one first', () => {
    const sorted = [...all].sort(Buffer.compare);
    assert.deepEqual(shown(map.witness([[]])), sorted);
  });

  it('has the same hash whatever the order of changes', () => {
    const backwards = LabelMap.of([...all].reverse().map((label) => [label, value(label)] as const));
    assert.deepEqual(backwards.hash(), map.hash());
    const half = all.slice(0, 150);
    let shrunk = map;
    for (const label of all.slice(150)) {
      shrunk = shrunk.delete(label);
    }
    assert.deepEqual(shrunk.hash(), LabelMap.of(half.map((label) => [label, value(label)] as const)).hash());
    assert.equal(map.delete('not there'), map);
  });

  it('is not changed by later changes', () => {
    const before = Buffer.from(map.hash()).toString('hex');
    const changed = map.set(all[7]!, Uint8Array.of(1)).set('new', Uint8Array.of(2));
    assert.notEqual(Buffer.from(changed.hash()).toString('hex'), before);
    assert.equal(Buffer.from(map.hash()).toString('hex'), before);
    assert.deepEqual(changed.get(all[7]!), Uint8Array.of(1));
  });
});

describe('witness', () => {
  const all = labels(60);
  const canisters = LabelMap.of(
    all.map(
      (label) =>
        [
          label,
          LabelMap.of([
            ['controllers', value(label)],
            ['other', Uint8Array.of(1)],
          ]),
        ] as const,
    ),
  );
  const state = LabelMap.of([
    ['canister', canisters],
    ['empty', LabelMap.empty],
    ['time', Uint8Array.of(7)],
  ]);

  it('keeps the root hash whatever it shows', async () => {
    for (let size = 0; size < 8; size++) {
      const paths = all.slice(0, size).map((label) => [labelBytes('canister'), label, labelBytes('controllers')]);
      const tree = state.witness(paths);
      assert.deepEqual(rootHash(tree), state.hash());
      assert.deepEqual(await reconstruct(asAgentTree(tree)), new Uint8Array(state.hash()));
    }
  });

  it('shows the value of a path to the agent, and proves the absence of others', () => {
    for (const label of all.slice(1)) {
      const path = [labelBytes('canister'), label, labelBytes('controllers')];
      const found = lookup_path(path, asAgentTree(state.witness([path])));
      assert.equal(found.status, LookupPathStatus.Found);
      assert.deepEqual(found.status === LookupPathStatus.Found && found.value, new Uint8Array(value(label)));
    }
    for (const missing of ['controllers0', 'controllerr', 'a', 'zz']) {
      const path = [labelBytes('canister'), all[5]!, labelBytes(missing)];
      assert.equal(lookup_path(path, asAgentTree(state.witness([path]))).status, LookupPathStatus.Absent, missing);
    }
    const below = [labelBytes('empty'), labelBytes('anything')];
    assert.equal(lookup_path(below, asAgentTree(state.witness([below]))).status, LookupPathStatus.Absent);
  });

  it('proves the absence of a label between two others by both neighbours', () => {
    const map = LabelMap.of(['a', 'c', 'e', 'g'].map((label) => [label, Uint8Array.of(1)] as const));
    assert.deepEqual(
      shown(map.witness([[labelBytes('d')]])).map(String),
      ['c', 'e'].map((l) => String(labelBytes(l))),
    );
    assert.deepEqual(shown(map.witness([[labelBytes('A')]])).map(String), [String(labelBytes('a'))]);
    assert.deepEqual(shown(map.witness([[labelBytes('z')]])).map(String), [String(labelBytes('g'))]);
  });

  it('does not show what was not asked for', () => {
    const path = [labelBytes('canister'), all[5]!, labelBytes('controllers')];
    const tree = asAgentTree(state.witness([path]));
    assert.equal(lookup_path(['time'], tree).status, LookupPathStatus.Unknown);
    const other = [labelBytes('canister'), all[5]!, labelBytes('other')];
    assert.equal(lookup_path(other, tree).status, LookupPathStatus.Unknown);
  });
});

/** As it arrives at a client. */
function asAgentTree(tree: HashTree): AgentTree {
  return plain(decodeCbor(encodeCbor(tree))) as AgentTree;
}

function plain(value: unknown): unknown {
  if (Array.isArray(value)) {
    return value.map(plain);
  }
  return value instanceof Uint8Array ? new Uint8Array(value) : value;
}
