import assert from 'node:assert/strict';
import { describe, it, mock } from 'node:test';
import { formatLogRecord, LOG_INTERVAL_MS, LogFollower } from '../../../src/core/lifecycle/log-follower';
import type { LogRecord } from '../../../src/core/network/canister-facts';
import { Failure } from '../../../src/core/util/failure';
import { msg } from '../../../src/core/util/message';

const record = (index: number, text = `line ${index}`, time = index): LogRecord => ({
  index: BigInt(index),
  timestampNs: BigInt(time),
  content: Buffer.from(text),
});

const never = new AbortController().signal;

/** What the entries say, in short. */
const shown = ({ entries }: LogFollower) =>
  entries.map((entry) =>
    entry.kind === 'record' ? Number(entry.record.index) : entry.kind === 'gap' ? `gap ${entry.count}` : 'restart',
  );

describe('a followed log', () => {
  async function followed(...looks: LogRecord[][]): Promise<LogFollower> {
    const follower = new LogFollower(async () => looks.shift() ?? []);
    for (let count = looks.length; count > 0; count--) {
      await follower.poll(never);
    }
    return follower;
  }

  it('keeps what the network drops, and shows the first record too', async () => {
    assert.deepEqual(shown(await followed([record(0), record(1)], [record(1), record(2)])), [0, 1, 2]);
  });

  it('says how many records nobody saw', async () => {
    assert.deepEqual(shown(await followed([record(0)], [record(5), record(6)])), [0, 'gap 4', 5, 6]);
  });

  it('does not count what was dropped before the first look', async () => {
    assert.deepEqual(shown(await followed([record(7), record(8)])), [7, 8]);
  });

  it('notices that the log began anew', async () => {
    assert.deepEqual(shown(await followed([record(3)], [record(0, 'new', 99)])), [3, 'restart', 0]);
    assert.deepEqual(shown(await followed([record(0)], [record(0, 'new', 99), record(1)])), [0, 'restart', 0, 1]);
  });

  it('keeps its records when the network has none any more', async () => {
    assert.deepEqual(shown(await followed([record(0)], [], [record(1)])), [0, 1]);
  });

  it('tells of a change only where there is one', async () => {
    const looks = [[record(0)], [record(0)], [record(0), record(1)]];
    const follower = new LogFollower(async () => looks.shift() ?? []);
    let changes = 0;
    follower.onDidChange(() => changes++);
    await follower.poll(never);
    await follower.poll(never);
    assert.equal(changes, 1);
    await follower.poll(never);
    assert.equal(changes, 2);
  });
});

describe('watching', () => {
  it('asks every two seconds while somebody watches, says what is wrong, and stops', async () => {
    mock.timers.enable({ apis: ['setTimeout'] });
    try {
      let asked = 0;
      let fails = false;
      const follower = new LogFollower(async () => {
        asked++;
        if (fails) {
          throw new Failure({ kind: 'offline', message: msg('The network cannot be reached.') });
        }
        return [record(asked)];
      });
      const settle = () => new Promise((resolve) => setImmediate(resolve));
      follower.setWatched(true);
      await settle();
      assert.equal(asked, 1);
      mock.timers.tick(LOG_INTERVAL_MS - 1);
      await settle();
      assert.equal(asked, 1);
      mock.timers.tick(1);
      await settle();
      assert.equal(asked, 2);
      fails = true;
      mock.timers.tick(LOG_INTERVAL_MS);
      await settle();
      assert.equal(follower.failure?.text, 'The network cannot be reached.');
      fails = false;
      mock.timers.tick(LOG_INTERVAL_MS);
      await settle();
      assert.equal(follower.failure, undefined);
      const before = asked;
      follower.setWatched(false);
      mock.timers.tick(10 * LOG_INTERVAL_MS);
      await settle();
      assert.equal(asked, before);
      follower.dispose();
    } finally {
      mock.timers.reset();
    }
  });

  it('gives up the question under way when nobody watches any more', async () => {
    let signal: AbortSignal | undefined;
    const follower = new LogFollower((given) => {
      signal = given;
      return new Promise((_resolve, reject) =>
        given.addEventListener('abort', () => reject(new Failure({ kind: 'cancelled', message: msg('Cancelled.') }))),
      );
    });
    follower.setWatched(true);
    follower.setWatched(false);
    assert.equal(signal?.aborted, true);
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(follower.failure, undefined);
    follower.dispose();
  });
});

describe('a record', () => {
  const at = 1_700_000_000_123_456_789n;
  for (const [content, expected] of [
    [Buffer.from('hello'), 'hello'],
    [Buffer.from('two\nlines\twith tab'), 'two\nlines\twith tab'],
    [Buffer.from('日本 é'), '日本 é'],
    [Buffer.from([0xff, 0xfe]), '(bytes) 0xfffe'],
    [Buffer.from('\u001b[31mred'), '(bytes) 0x1b5b33316d726564'],
    [Buffer.from('\0'), '(bytes) 0x00'],
    [Buffer.from(''), ''],
  ] as const) {
    it(`is shown as ${JSON.stringify(expected)}`, () => {
      const line = formatLogRecord({ index: 3n, timestampNs: at, content });
      assert.equal(line, `[3. 2023-11-14T22:13:20.123456789Z]: ${expected}`);
    });
  }
});
