import assert from 'node:assert/strict';
import { it } from 'node:test';
import { parseCycles } from '../../../src/core/util/amounts';

for (const [text, expected] of [
  ['1T', 1_000_000_000_000n],
  ['1t', 1_000_000_000_000n],
  [' 2.5 T ', 2_500_000_000_000n],
  ['1_000_000', 1_000_000n],
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
