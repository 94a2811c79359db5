import assert from 'node:assert/strict';
import { test } from 'node:test';
import { closest } from '../../../src/core/language/suggest';
import {
  formatBytes,
  formatCycles,
  formatSeconds,
  groupDigits,
  parseBytes,
  parseDuration,
} from '../../../src/core/language/units';

test('sizes', () => {
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

test('durations', () => {
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

test('written for people', () => {
  assert.equal(formatBytes(1023n), '1023 B');
  assert.equal(formatBytes(1610612736n), '1.5 GiB');
  assert.equal(formatBytes(2n ** 48n), '256 TiB');
  assert.equal(formatSeconds(604800n), '7 d');
  assert.equal(formatSeconds(5400n), '1 h 30 min');
  assert.equal(formatSeconds(0n), '0 s');
  assert.equal(formatCycles(2_500_000_000_000n), '2.5 T');
  assert.equal(formatCycles(999n), '999');
  assert.equal(groupDigits(1234567n), '1,234,567');
});

test('the word that was probably meant', () => {
  assert.equal(closest('dependancies', ['dependencies', 'declarations']), 'dependencies');
  assert.equal(closest('Main', ['main', 'metadata']), 'main');
  assert.equal(closest('init-arg', ['init_arg', 'init_arg_file']), 'init_arg');
  assert.equal(closest('rsut', ['rust', 'motoko']), 'rust');
  assert.equal(closest('xyz', ['rust', 'motoko']), undefined);
  assert.equal(closest('ab', ['cd']), undefined);
  assert.equal(closest('x'.repeat(1000), ['rust']), undefined);
});
