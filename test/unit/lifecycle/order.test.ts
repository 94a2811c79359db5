import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { dependenciesFirst } from '../../../src/core/lifecycle/order';

function order(names: string[], dependencies: Record<string, string[]>): string[] {
  return dependenciesFirst(
    names,
    Object.entries(dependencies).map(([name, of]) => ({ name, dependencies: of })),
  );
}

describe('the order of a deployment', () => {
  it('puts each canister behind those it depends on, also through ones that are not wanted', () => {
    assert.deepEqual(order(['a', 'b', 'c'], { a: ['b'], b: ['c'], c: [] }), ['c', 'b', 'a']);
    assert.deepEqual(order(['a', 'c'], { a: ['b'], b: ['c'], c: [] }), ['c', 'a']);
  });

  it('keeps the order of what does not depend on each other', () => {
    assert.deepEqual(order(['z', 'a', 'm'], { a: [], m: [], z: [] }), ['z', 'a', 'm']);
    assert.deepEqual(order(['top'], { top: ['y', 'x'], x: [], y: [] }), ['top']);
    assert.deepEqual(order(['x', 'y', 'top'], { top: ['y', 'x'], x: [], y: [] }), ['x', 'y', 'top']);
  });

  it('ends on a ring, on itself and on unknown names, with every name once', () => {
    assert.deepEqual(order(['a', 'b'], { a: ['b'], b: ['a'] }).sort(), ['a', 'b']);
    assert.deepEqual(order(['a'], { a: ['a', 'nowhere', '__proto__'] }), ['a']);
  });

  it('takes a chain of many', () => {
    const names = Array.from({ length: 20_000 }, (_, index) => `c${index}`);
    const chain = Object.fromEntries(names.map((name, index) => [name, names[index + 1] ? [names[index + 1]!] : []]));
    assert.deepEqual(order(names, chain), [...names].reverse());
  });
});
