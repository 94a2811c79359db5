import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CallHistory } from '../../../src/commands/call-history';
import type { CanisterRef } from '../../../src/core/lifecycle/canister-ref';
import { MemoryStore } from '../monitor/world';

const target = (canister: string, manifest = '/project') => ({ project: { manifest }, canister }) as CanisterRef;

describe('the last arguments of a method', () => {
  it('are kept for each method of each canister of each project', async () => {
    const store = new MemoryStore();
    const history = new CallHistory(store);
    await history.remember(target('a'), 'm', '(1)');
    await history.remember(target('b'), 'm', '(2)');
    await history.remember(target('a', '/other'), 'm', '(3)');
    await history.remember(target('a'), 'm', '(4)');
    const later = new CallHistory(store);
    assert.equal(later.last(target('a'), 'm'), '(4)');
    assert.equal(later.last(target('b'), 'm'), '(2)');
    assert.equal(later.last(target('a', '/other'), 'm'), '(3)');
    assert.equal(later.last(target('a'), '__proto__'), undefined);
  });

  it('do not fill the store: the oldest and the longest are dropped', async () => {
    const store = new MemoryStore();
    const history = new CallHistory(store);
    await history.remember(target('a'), 'long', `("${'x'.repeat(20_000)}")`);
    assert.equal(history.last(target('a'), 'long'), undefined);
    for (let index = 0; index < 250; index++) {
      await history.remember(target('a'), `m${index}`, '()');
    }
    assert.equal(history.last(target('a'), 'm0'), undefined);
    assert.equal(history.last(target('a'), 'm249'), '()');
  });

  it('are none where the store holds something else', () => {
    for (const stored of [undefined, null, 5, 'x', {}, [null, [1, 2], ['only'], 'x']]) {
      const store = new MemoryStore();
      store.values.set('icCanisters.callArguments', stored);
      assert.equal(new CallHistory(store).last(target('a'), 'm'), undefined);
    }
  });
});
