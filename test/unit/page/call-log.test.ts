import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { CallLog } from '../../../src/core/page/call-log';
import { MAX_CALLS } from '../../../src/core/page/messages';
import type { CallRecord } from '../../../src/core/page/model';

class Store {
  value: unknown;
  get(): unknown {
    return this.value;
  }
  async update(_key: string, value: unknown): Promise<void> {
    this.value = JSON.parse(JSON.stringify(value));
  }
}

const subject = { manifest: '/a/dfx.json', canister: 'ledger', target: 'local' };
const call = (change: Partial<CallRecord> = {}): CallRecord => ({
  method: 'greet',
  kind: 'update',
  arguments: '("Sam")',
  at: 1,
  identity: 'alice',
  ok: true,
  outcome: '("Hello")',
  ...change,
});

describe('the calls of pages', () => {
  it('are kept by canister and target, the newest first', async () => {
    const log = new CallLog(new Store());
    await log.remember(subject, call());
    await log.remember(subject, call({ at: 2 }));
    await log.remember({ ...subject, target: 'ic' }, call({ at: 3 }));
    assert.deepEqual(
      log.calls(subject).map(({ at }) => at),
      [2, 1],
    );
    assert.deepEqual(log.calls({ ...subject, canister: 'other' }), []);
  });

  it('are kept within bounds', async () => {
    const store = new Store();
    const log = new CallLog(store);
    await log.remember(subject, call({ arguments: 'x'.repeat(100_000) }));
    assert.deepEqual(log.calls(subject), []);
    for (let at = 0; at < MAX_CALLS + 10; at++) {
      await log.remember(subject, call({ at, outcome: 'x'.repeat(100_000) }));
    }
    assert.equal(log.calls(subject).length, MAX_CALLS);
    for (let count = 0; count < 60; count++) {
      await log.remember({ ...subject, canister: `c${count}` }, call());
    }
    assert.ok(JSON.stringify(store.value).length < 100_000);
    assert.deepEqual(log.calls(subject), []);
  });

  it('are what they are, whatever was stored', async () => {
    const store = new Store();
    const log = new CallLog(store);
    await log.remember(subject, call());
    const [[key]] = store.value as [[string]];
    for (const wrong of [5, 'x', [5], [[key, 5]], [[key, [5, { method: 1 }]]], [[5, []]]]) {
      store.value = wrong;
      assert.deepEqual(log.calls(subject), []);
      await log.remember(subject, call());
      assert.equal(log.calls(subject).length, 1);
    }
  });
});
