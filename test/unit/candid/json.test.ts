import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { jsonSteps, toJson } from '../../../src/core/candid/json';
import { CandidError } from '../../../src/core/candid/lexer';
import { literalSteps, readLiterals } from '../../../src/core/candid/literals';
import { inPieces } from '../../../src/core/util/steps';

const json = (text: string) => readLiterals(text).map(toJson);

describe('values as JSON', () => {
  it('are read and made of a long text in pieces, and are the same', async () => {
    const text = `(${'vec { record { "a\\n"; 5 : nat8; opt variant { b = vec { true } } } }, blob "\\ff"'.replace('{', `{ ${'record { 1 }; '.repeat(5_000)}`)}, 7)`;
    let pauses = 0;
    const pause = async () => {
      pauses += 1;
    };
    const read = await inPieces(literalSteps(text), 1, pause);
    assert.deepEqual(read, readLiterals(text));
    assert.ok(pauses > 0);
    pauses = 0;
    assert.deepEqual(await inPieces(jsonSteps(read[0]!), 1, pause), toJson(read[0]!));
    assert.ok(pauses > 0);
    await assert.rejects(inPieces(literalSteps('(5'), 1, pause), CandidError);
  });

  it('are what one expects of each kind', () => {
    assert.deepEqual(json('(5 : nat, -7, 1.5 : float64, 12_000, 9_007_199_254_740_993)'), [
      5,
      -7,
      1.5,
      12000,
      '9007199254740993',
    ]);
    assert.deepEqual(json('("a\\"\\u{e9}", true, null, opt 5, opt null)'), ['a"é', true, null, 5, null]);
    assert.deepEqual(json('(principal "aaaaa-aa", service "aaaaa-aa", func "aaaaa-aa"."a b")'), [
      'aaaaa-aa',
      'aaaaa-aa',
      'aaaaa-aa.a b',
    ]);
    assert.deepEqual(json('(blob "\\00\\ffa", vec { 1; 2 }, vec {})'), ['0x00ff61', [1, 2], []]);
    assert.deepEqual(json('(record { a = 1; "b c" = opt "x"; 7 = true }, record { 1; "two" }, record {})'), [
      { a: 1, 'b c': 'x', 7: true },
      [1, 'two'],
      {},
    ]);
    assert.deepEqual(json('(variant { Ok = 5 }, variant { none })'), [{ Ok: 5 }, { none: null }]);
  });

  it('have fields of any name, and touch no prototype', () => {
    const [value] = json('(record { "__proto__" = record { polluted = true } })');
    assert.deepEqual(Object.keys(value as object), ['__proto__']);
    assert.equal(({} as { polluted?: boolean }).polluted, undefined);
  });

  it('are refused where the text is no Candid', () => {
    for (const text of [
      '',
      '(',
      '(5',
      '(blob 5)',
      '(principal "x")',
      '("\\ff")',
      '(record { a = 1; a = 2 })',
      '(5) 6',
    ]) {
      assert.throws(() => readLiterals(text), CandidError, text);
    }
  });
});
