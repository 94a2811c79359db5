import assert from 'node:assert/strict';
import { it } from 'node:test';
import { needsLines } from '../../../src/core/candid/layout';
import { firstLiteral, firstValue } from '../../../src/core/candid/selection';
import { expectedOf, SHOP } from './shop';

it('selects the first value, so that typing replaces it and keeps the quotes of a text', () => {
  for (const [text, selected] of [
    ['("")', ''],
    ['("Sam")', 'Sam'],
    ['("", 0)', ''],
    ['(0, "")', '0'],
    ['(opt 5)', 'opt 5'],
    ['(principal "aaaaa-aa")', 'principal "aaaaa-aa"'],
    ['()', ''],
    ['(oops', 'oop'],
    ['', ''],
  ] as const) {
    const { offset, length } = firstValue(text);
    assert.equal(text.slice(offset, offset + length), selected, text);
  }
  assert.equal(firstValue('("")').offset, 2);
});

it('knows which arguments do not fit on a line', () => {
  const long = (method: string) => needsLines(expectedOf(SHOP, method));
  assert.deepEqual(['greet', 'many', 'rate', 'maybe', 'image'].filter(long), []);
  assert.deepEqual(
    ['place', 'plant', 'named'].filter((method) => !long(method)),
    [],
  );
});

it('selects the first literal of arguments over several lines', () => {
  const of = (text: string) => {
    const { offset, length } = firstLiteral(text);
    return [offset, text.slice(offset, offset + length)];
  };
  assert.deepEqual(of('(\n  record {\n    "first name" = ""; // text\n  },\n)'), [33, '']);
  assert.deepEqual(of('(record { 1 = 5 })'), [14, '5']);
  assert.deepEqual(of('(record {})'), [0, '']);
  assert.deepEqual(of('(record { "'), [0, '']);
});
