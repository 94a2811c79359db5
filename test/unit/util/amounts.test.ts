import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  formatBytes,
  formatCount,
  formatCycles,
  formatDuration,
  formatPercent,
  parseBytes,
  parseCount,
  parseCycles,
  parseDuration,
  parsePercent,
  speakCycles,
} from '../../../src/core/util/amounts';
import { formatMessage } from '../../../src/core/util/message';
import { Random } from '../../support/random';

describe('amounts are read', () => {
  for (const [text, expected] of [
    ['1T', 1_000_000_000_000n],
    ['1t', 1_000_000_000_000n],
    [' 2.5 T ', 2_500_000_000_000n],
    ['1_000_000', 1_000_000n],
    ['3,000 T', 3_000_000_000_000_000n],
    ['1,000.5 k', 1_000_500n],
    ['2,5 T', undefined],
    ['1,0000', undefined],
    ['3k', 3_000n],
    ['4m', 4_000_000n],
    ['5B', 5_000_000_000n],
    ['7c', 7n],
    ['1tc', 1_000_000_000_000n],
    ['0', 0n],
    ['340282366920938463463374607431768211456', 2n ** 128n],
    ['0.0000000000001T', undefined],
    ['1.5', undefined],
    ['_1', undefined],
    ['-1', undefined],
    ['1e12', undefined],
    ['1 T T', undefined],
    ['', undefined],
    ['T', undefined],
    ['constructor', undefined],
    ['9'.repeat(200), undefined],
  ] as const) {
    it(`${text.slice(0, 40)} cycles are ${expected}`, () => assert.equal(parseCycles(text), expected));
  }

  it('sizes', () => {
    const sizes: [string, bigint | undefined][] = [
      ['0', 0n],
      ['42', 42n],
      ['1 B', 1n],
      ['2KB', 2000n],
      ['4 MiB', 4194304n],
      ['1.5 GiB', 1610612736n],
      ['10m', 10000000n],
      ['3kib', 3072n],
      ['', undefined],
      ['-1', undefined],
      ['1 XB', undefined],
      ['1 GB!', undefined],
      ['GiB', undefined],
      ['9'.repeat(100), undefined],
    ];
    for (const [text, bytes] of sizes) {
      assert.equal(parseBytes(text), bytes, text);
    }
  });

  it('durations', () => {
    const durations: [string, bigint | undefined][] = [
      ['7days', 604800n],
      ['15days 2min 2s', 1296122n],
      ['1h30m', 5400n],
      ['2 weeks', 1209600n],
      ['1M', 2630016n],
      ['1y', 31557600n],
      ['500ms', 0n],
      ['1.5 hours', 5400n],
      ['0', 0n],
      ['', undefined],
      ['30', undefined],
      ['days', undefined],
      ['1 lightyear', undefined],
      ['1d,', undefined],
    ];
    for (const [text, seconds] of durations) {
      assert.equal(parseDuration(text), seconds, text);
    }
  });

  it('counts and percent', () => {
    assert.deepEqual(['1,234,567', ' 1_234 ', '0', '12,34', '1.5', ''].map(parseCount), [
      1_234_567n,
      1_234n,
      0n,
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual(['50', '50 %', '50%', '', '5.5', '-1'].map(parsePercent), [
      50n,
      50n,
      50n,
      undefined,
      undefined,
      undefined,
    ]);
  });
});

describe('amounts are written', () => {
  it('cycles, also for screen readers', () => {
    const amounts: [bigint, string, string][] = [
      [0n, '0', '0'],
      [999n, '999', '999'],
      [1_000n, '1 k', '1 thousand'],
      [18_200_000n, '18.2 M', '18.2 million'],
      [999_999_999n, '999.999 M', '999.999 million'],
      [5_000_000_000n, '5 B', '5 billion'],
      [2_500_000_000_000n, '2.5 T', '2.5 trillion'],
      [3_000_000_000_000n, '3 T', '3 trillion'],
      [2_998_400_000_000n, '2.998 T', '2.998 trillion'],
      [3_000_000_000_000_000n, '3,000 T', '3,000 trillion'],
      [10n ** 21n, '1,000,000,000 T', '1,000,000,000 trillion'],
    ];
    for (const [cycles, written, spoken] of amounts) {
      assert.equal(formatCycles(cycles), written);
      assert.equal(formatMessage(speakCycles(cycles)), `${spoken} cycles`);
    }
  });

  it('bytes in binary units', () => {
    const sizes: [bigint, string][] = [
      [0n, '0 B'],
      [1_023n, '1023 B'],
      [1_024n, '1 KiB'],
      [1_572_864n, '1.5 MiB'],
      [1_599_078n, '1.52 MiB'],
      [1024n ** 2n - 1n, '1 MiB'],
      [1_610_612_736n, '1.5 GiB'],
      [4n * 1024n ** 3n, '4 GiB'],
      [2n ** 48n, '256 TiB'],
      [5_000n * 1024n ** 4n, '5000 TiB'],
    ];
    for (const [bytes, written] of sizes) {
      assert.equal(formatBytes(bytes), written);
    }
  });

  it('durations in two units', () => {
    const durations: [bigint, string][] = [
      [0n, '0 s'],
      [59n, '59 s'],
      [90n, '1 min 30 s'],
      [3_600n, '1 h'],
      [5_400n, '1 h 30 min'],
      [86_400n, '1 d'],
      [97_200n, '1 d 3 h'],
      [604_800n, '7 d'],
      [2_592_000n, '30 d'],
      [90_061n, '1 d 1 h'],
    ];
    for (const [seconds, written] of durations) {
      assert.equal(formatDuration(seconds), written);
    }
  });

  it('counts with separators', () => {
    assert.deepEqual([0n, 999n, 1_000n, 1_234_567n].map(formatCount), ['0', '999', '1,000', '1,234,567']);
  });
});

describe('what is written is read back', () => {
  const random = Random.forTest('amounts');
  const values = [
    ...[10n, 60n, 1000n, 1024n, 3_600n, 86_400n].flatMap((base) =>
      [1n, 2n, 3n, 4n, 5n].flatMap((power) => [base ** power - 1n, base ** power, base ** power + 1n]),
    ),
    ...Array.from({ length: 5000 }, () => random.natural(90)),
  ];
  /** What one of the largest unit in a value is, else 1. */
  const unitOf = (value: bigint, units: readonly bigint[]) => units.find((unit) => value >= unit) ?? 1n;
  const powers = (base: bigint) => [4n, 3n, 2n, 1n].map((power) => base ** power);

  /** @param precision how far what is read may be from the value */
  const check = (
    name: string,
    format: (value: bigint) => string,
    parse: (text: string) => bigint | undefined,
    precision: (value: bigint) => bigint,
  ) =>
    it(name, () => {
      for (const value of values) {
        const text = format(value);
        const read = parse(text);
        assert.ok(read !== undefined, text);
        const difference = read > value ? read - value : value - read;
        assert.ok(difference <= precision(value), `${value} as ${text} is ${read}`);
        assert.equal(format(read), text, `${value}`);
      }
    });

  check('counts', formatCount, parseCount, () => 0n);
  check('percent', formatPercent, parsePercent, () => 0n);
  check('cycles', formatCycles, parseCycles, (value) => unitOf(value, powers(1000n)) / 1000n);
  // What dfx reads of a fraction of a byte is nothing.
  check('bytes', formatBytes, parseBytes, (value) => (value < 1000n ? 0n : unitOf(value, powers(1024n)) / 200n + 6n));
  check('durations', formatDuration, parseDuration, (value) =>
    value >= 86_400n ? 3_599n : value >= 3_600n ? 59n : 0n,
  );
});
