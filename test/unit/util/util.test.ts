import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { Pacer } from '../../../src/core/agent/optimizations/pacer';
import { innermostMessage } from '../../../src/core/util/errors';
import { Emitter } from '../../../src/core/util/events';
import { formatMessage, msg } from '../../../src/core/util/message';
import { KeyedQueue } from '../../../src/core/util/queue';
import { Semaphore } from '../../../src/core/util/semaphore';
import { shortHash, shortId } from '../../../src/core/util/shorten';

/** A promise that the test settles. */
function gate<T = void>() {
  let open: (value: T) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  return { promise, open, fail };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('Semaphore', () => {
  it('runs no more at once than its limit, and all in the end', async () => {
    const semaphore = new Semaphore(3);
    let running = 0;
    let peak = 0;
    const results = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        semaphore.run(async () => {
          running += 1;
          peak = Math.max(peak, running);
          await turn();
          running -= 1;
          return index;
        }),
      ),
    );
    assert.equal(peak, 3);
    assert.deepEqual(
      results,
      Array.from({ length: 20 }, (_, index) => index),
    );
  });

  it('starts tasks in the order in which they came', async () => {
    const semaphore = new Semaphore(1);
    const order: number[] = [];
    await Promise.all([1, 2, 3].map((number) => semaphore.run(async () => void order.push(number))));
    assert.deepEqual(order, [1, 2, 3]);
  });

  it('frees the place of a task that throws', async () => {
    const semaphore = new Semaphore(1);
    await assert.rejects(
      semaphore.run(() => Promise.reject(new Error('no'))),
      /no/,
    );
    assert.equal(await semaphore.run(async () => 'next'), 'next');
  });

  it('lets a waiting task leave when its signal aborts, and the others keep their turns', async () => {
    const semaphore = new Semaphore(1);
    const first = gate();
    const running = semaphore.run(() => first.promise);
    const controller = new AbortController();
    let ran = false;
    const waiting = semaphore.run(async () => {
      ran = true;
    }, controller.signal);
    const last = semaphore.run(async () => 'last');
    controller.abort(new Error('left'));
    await assert.rejects(waiting, /left/);
    first.open();
    await running;
    assert.equal(await last, 'last');
    assert.equal(ran, false);
  });

  it('does not start a task whose signal is aborted', async () => {
    await assert.rejects(
      new Semaphore(1).run(() => assert.fail('started'), AbortSignal.abort(new Error('before'))),
      /before/,
    );
  });
});

describe('KeyedQueue', () => {
  it('runs tasks of one key one after the other and those of others beside them', async () => {
    const queue = new KeyedQueue();
    const log: string[] = [];
    const first = gate();
    const a1 = queue.run('a', async () => {
      log.push('a1 begins');
      await first.promise;
      log.push('a1 ends');
    });
    const a2 = queue.run('a', async () => void log.push('a2'));
    await queue.run('b', async () => void log.push('b'));
    first.open();
    await Promise.all([a1, a2]);
    assert.deepEqual(log, ['a1 begins', 'b', 'a1 ends', 'a2']);
  });

  it('goes on after a task that fails, whose caller hears of it', async () => {
    const queue = new KeyedQueue();
    const failing = queue.run('a', () => Promise.reject(new Error('no')));
    const next = queue.run('a', async () => 'next');
    await assert.rejects(failing, /no/);
    assert.equal(await next, 'next');
  });
});

describe('Emitter', () => {
  it('tells every listener, until it is disposed of', () => {
    const emitter = new Emitter<number>();
    const heard: string[] = [];
    const a = emitter.event((value) => heard.push(`a${value}`));
    emitter.event((value) => heard.push(`b${value}`));
    emitter.fire(1);
    a.dispose();
    emitter.fire(2);
    emitter.dispose();
    emitter.fire(3);
    assert.deepEqual(heard, ['a1', 'b1', 'b2']);
  });

  it('keeps a function that is subscribed twice apart', () => {
    const emitter = new Emitter<void>();
    let calls = 0;
    const listener = () => {
      calls += 1;
    };
    const first = emitter.event(listener);
    emitter.event(listener);
    emitter.fire();
    first.dispose();
    emitter.fire();
    assert.equal(calls, 3);
  });

  it('does not let a listener that throws stop the others', () => {
    const complaint = mock.method(console, 'error', () => {});
    const emitter = new Emitter<void>();
    let heard = false;
    emitter.event(() => {
      throw new Error('mine');
    });
    emitter.event(() => {
      heard = true;
    });
    emitter.fire();
    assert.equal(heard, true);
    assert.equal(complaint.mock.callCount(), 1);
    complaint.mock.restore();
  });

  it('may be unsubscribed from while it tells', () => {
    const emitter = new Emitter<void>();
    const heard: number[] = [];
    const first = emitter.event(() => {
      heard.push(1);
      first.dispose();
    });
    emitter.event(() => heard.push(2));
    emitter.fire();
    emitter.fire();
    assert.deepEqual(heard, [1, 2, 2]);
  });
});

describe('formatting', () => {
  it('shortens ids and hashes in the middle', () => {
    assert.equal(shortId('bkyz2-fmaaa-aaaaa-qaaaq-cai'), 'bkyz2-…-cai');
    assert.equal(shortId('aaaaa-aa'), 'aaaaa-aa');
    assert.equal(shortId(''), '');
    assert.equal(shortHash('0123456789abcdef'), '0x0123…cdef');
  });

  it('fills the places of a message, and leaves alone what is no place', () => {
    assert.equal(formatMessage(msg('{0} of {1}', 1, 'two')), '1 of two');
    assert.equal(formatMessage(msg('{0} {2} {x}', '{1}')), '{1} {2} {x}');
  });

  it('finds the innermost cause', () => {
    const cause = new Error('connect ECONNREFUSED');
    assert.equal(innermostMessage(new Error('fetch failed', { cause })), 'connect ECONNREFUSED');
    assert.equal(innermostMessage('text'), 'text');
  });
});

describe('Pacer', () => {
  it('lets a few begin in each turn of the event loop, in their order, and stops when nobody waits', async () => {
    const pacer = new Pacer(2);
    const begun: number[] = [];
    const all = Promise.all([1, 2, 3, 4, 5].map((each) => pacer.turn().then(() => begun.push(each))));
    assert.deepEqual(begun, []);
    const turn = () => new Promise((resolve) => setImmediate(resolve));
    await turn();
    assert.deepEqual(begun, [1, 2]);
    await turn();
    assert.deepEqual(begun, [1, 2, 3, 4]);
    await all;
    await turn();
    await pacer.turn();
    assert.deepEqual(begun, [1, 2, 3, 4, 5]);
  });
});
