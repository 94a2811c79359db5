import assert from 'node:assert/strict';
import { it } from 'node:test';
import { asText } from '../../../src/core/candid/bare-text';

it('writes what was typed without quotes as a text, and leaves what may be another value', () => {
  for (const [typed, written] of [
    ['Sam', '("Sam")'],
    ['(Sam)', '("Sam")'],
    ['hello, world', '("hello, world")'],
    ['こんにちは', '("こんにちは")'],
    ["it's me", '("it\'s me")'],
    ['"Sam"', undefined],
    ['("Sam")', undefined],
    ['5', undefined],
    ['true', undefined],
    ['opt 5', undefined],
    ['record { a = 5 }', undefined],
    ['principal aaaaa-aa', undefined],
    ['', undefined],
    ['()', undefined],
  ] as const) {
    assert.equal(asText(typed), written, typed);
  }
});
