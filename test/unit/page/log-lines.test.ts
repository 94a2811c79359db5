import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { logLine, MAX_LINE } from '../../../src/core/page/log-lines';
import { readToPage } from '../../../src/core/page/messages';
import type { LogLine } from '../../../src/core/page/model';

const record = (text: string | Uint8Array): LogLine =>
  logLine({
    kind: 'record',
    record: { index: 7n, timestampNs: 1_700_000_000_123_456_789n, content: Buffer.from(text as string) },
  });

describe('lines of a log', () => {
  it('say when, and how bad it is', () => {
    assert.deepEqual(record('hello'), {
      type: 'record',
      index: '7',
      at: 1_700_000_000_123,
      level: 'plain',
      text: 'hello',
    });
    for (const [text, level] of [
      ['[TRAP]: heap out of bounds', 'trap'],
      ['[ERROR] no', 'error'],
      ['error: no', 'error'],
      ['WARN disk', 'warning'],
      ['[warning] disk', 'warning'],
      ['no error at all', 'plain'],
      ['', 'plain'],
    ] as const) {
      const line = record(text);
      assert.equal(line.type === 'record' && line.level, level, text);
    }
  });

  it('are what the page can read, of whatever they are made', () => {
    const lines = [
      record('x'.repeat(1_000_000)),
      record(Uint8Array.of(0xff, 0x00)),
      logLine({ kind: 'gap', count: 12n }),
      logLine({ kind: 'restart' }),
    ];
    assert.ok(readToPage({ type: 'log', anew: false, lines }));
    const [long, bytes] = lines;
    assert.equal(long?.type === 'record' && long.text.length, MAX_LINE);
    assert.equal(bytes?.type === 'record' && bytes.text, '(bytes) 0xff00');
    assert.equal(readToPage({ type: 'log', anew: false, lines: [{ type: 'record', index: '1' }] }), undefined);
  });
});
