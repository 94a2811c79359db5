import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Principal } from '@dfinity/principal';
import {
  classifyPrincipal,
  decodePrincipal,
  encodePrincipal,
  isPrincipal,
  parsePrincipal,
} from '../../../src/core/util/principal';
import { Random } from '../../support/random';

test('well-known principals are read and classified', () => {
  const known: [string, string, number][] = [
    ['aaaaa-aa', 'management', 0],
    ['2vxsx-fae', 'anonymous', 1],
    ['ryjl3-tyaaa-aaaaa-aaaba-cai', 'opaque', 10],
    ['rdmx6-jaaaa-aaaaa-aaadq-cai', 'opaque', 10],
  ];
  for (const [text, kind, length] of known) {
    const parsed = parsePrincipal(text);
    assert.ok(parsed.ok, text);
    assert.equal(parsed.kind, kind, text);
    assert.equal(parsed.bytes.length, length);
    assert.equal(encodePrincipal(parsed.bytes), text);
  }
  const key = Principal.selfAuthenticating(new Uint8Array(44).fill(7));
  const parsed = parsePrincipal(key.toText());
  assert.ok(parsed.ok && parsed.kind === 'self-authenticating');
});

test('classes by the last byte', () => {
  assert.equal(classifyPrincipal(Uint8Array.of(5, 3)), 'derived');
  assert.equal(classifyPrincipal(Uint8Array.of(5, 0x7f)), 'reserved');
  assert.equal(classifyPrincipal(Uint8Array.of(5, 2)), 'unknown');
  assert.equal(classifyPrincipal(Uint8Array.of(5, 4)), 'unknown');
  assert.equal(classifyPrincipal(Uint8Array.of(9)), 'unknown');
});

test('agrees with the maintained library on every length from 0 to 29 bytes', () => {
  const random = Random.forTest('principals');
  for (let length = 0; length <= 29; length++) {
    for (let round = 0; round < 20; round++) {
      const bytes = random.bytes(length);
      const text = Principal.fromUint8Array(bytes).toText();
      assert.equal(encodePrincipal(bytes), text);
      assert.deepEqual(decodePrincipal(text), bytes);
    }
  }
});

test('any single changed letter is found', () => {
  const text = 'ryjl3-tyaaa-aaaaa-aaaba-cai';
  for (let i = 0; i < text.length; i++) {
    for (const letter of 'abcdefghijklmnopqrstuvwxyz234567') {
      if (text[i] === letter) {
        continue;
      }
      const changed = text.slice(0, i) + letter + text.slice(i + 1);
      assert.equal(isPrincipal(changed), false, changed);
    }
  }
});

test('faults are named', () => {
  const fault = (text: string): string => {
    const parsed = parsePrincipal(text);
    return parsed.ok ? 'none' : parsed.fault;
  };
  assert.equal(fault(''), 'empty');
  assert.equal(fault('not a principal'), 'character');
  assert.equal(fault('ryjl3-tyaaa-aaaaa-aaab1-cai'), 'character');
  assert.equal(fault('ｒyjl3-tyaaa'), 'character');
  assert.equal(fault('aaaaa'), 'too-short');
  assert.equal(fault('-'), 'too-short');
  assert.equal(fault('ryjl3-tyaaa-aaaaa-aaabb-cai'), 'checksum');
  assert.equal(fault('a'.repeat(100)), 'too-long');
  assert.equal(fault('a'.repeat(1_000_000)), 'too-long');
  assert.equal(fault('ryjl3tyaaaaaaaaaaabacai'), 'grouping');
  assert.equal(fault('ryjl3-tyaaa-aaaaa-aaaba-cai-'), 'grouping');
  const grouped = parsePrincipal('ryjl3tyaaaaaaaaaaabacai');
  assert.equal(grouped.canonical, 'ryjl3-tyaaa-aaaaa-aaaba-cai');
  const long = encodePrincipal(new Uint8Array(30).fill(1));
  assert.equal(fault(long), 'too-long');
});

test('upper case is accepted, as dfx accepts it', () => {
  const parsed = parsePrincipal('RYJL3-TYAAA-AAAAA-AAABA-CAI');
  assert.ok(parsed.ok);
  assert.equal(parsed.canonical, 'ryjl3-tyaaa-aaaaa-aaaba-cai');
});
