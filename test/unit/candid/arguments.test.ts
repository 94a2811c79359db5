import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { checkArguments } from '../../../src/core/candid/arguments';
import { Random } from '../../support/random';
import { ID } from '../engines/dfx/language/support';

const { encode } = createRequire(__filename)('@dfinity/didc') as {
  encode(args: { idl: string; input: string }): string;
};

const VALID = [
  '()',
  '(1)',
  '(1, -2, +3, 0xff, 1_000_000, 1.5, 1e9, 0xFF_AA)',
  '("text", "esc \\n \\" \\\\ \\41 \\u{1F600}")',
  '(true, false, null)',
  '(opt 5, opt opt null, opt (5 : nat))',
  '(vec { 1; 2; 3; }, vec {})',
  '(record { a = 1; "b c" = 2; 3 = 4; })',
  '(record { 1; "x"; record {} })',
  '(record { 1 : nat; opt 2 })',
  '(variant { Ok = 5 : nat8 }, variant { none }, variant { "x y" = null }, variant { 5 })',
  `(principal "${ID}", service "${ID}", func "${ID}".method)`,
  '(blob "\\00\\ff", blob "abc")',
  '(5 : nat, null : opt record { a : text; nat; 5 : int }, variant { b = 1 } : variant { a; b : nat })',
  '(null : opt func (nat, x : text) -> (int) query, null : opt service { m : (nat) -> () oneway })',
  // Fields that may be missing are, and those that the type does not have are dropped.
  '(record { a = 1; c = 2 } : record { a : nat8; b : opt text; d : reserved })',
  '// comment\n( /* inner */ 1 ) // end',
  '(1,)',
  '(- 5, + 0x5, .5, 1.)',
  '(/* /* nested */ */ 1)',
  '(func "2vxsx-fae"."a b")',
  'record { a = 1 }',
  '5 : nat',
  '"just text"',
];

const INVALID: [text: string, found: string][] = [
  ['(', ''],
  ['(1', ''],
  ['(1))', ')'],
  ['(1 2)', '2'],
  ['(record { a = })', '}'],
  ['(record { a = 1, b = 2 })', ','],
  ['(vec { 1, 2 })', ','],
  ['(variant {})', '}'],
  ['(variant { a = 1; b = 2 })', ';'],
  ['(variant { A; })', ';'],
  ['(foo)', 'foo'],
  ['(principal "x")', 'x'],
  ['(principal ryjl3)', 'ryjl3'],
  ['(5 : natural)', 'natural'],
  ['("open)', '"open)'],
  ['("\\q")', '\\q'],
  ['(5abc)', '5'],
  ['(,)', ','],
  ['(1;2)', ';'],
  ['{ a = 1 }', '{'],
  ['', ''],
  ['(record { type = "x" })', 'type'],
  ['(record { principal = 1 })', 'principal'],
  ['(variant { query })', 'query'],
  ['(variant { opt })', 'opt'],
  ['(func "aaaaa-aa".type)', 'type'],
  ['(null : opt record { service : nat })', 'service'],
  ['(record {\u00a0owner = "x" })', '\u00a0'],
  ['(record {\u3000a = 1 })', '\u3000'],
  ['\ufeff(1)', '\ufeff'],
  ['(1\u2009)', '\u2009'],
  ['(1\v)', '\v'],
  ['(record { a = 1; a = 2 })', 'a'],
  ['(record { 1; 0 = 2 })', '0'],
  ['(record { 1; 4294967295 = 2; 3 })', '3'],
  ['(null : opt record { nat; 4294967295 : nat; text })', 'text'],
  ['(record { a = 1; "\\61" = 2 })', '\\61'],
  ['(null : opt variant { x; x : nat })', 'x'],
  ['(record { 4294967296 = 1 })', '4294967296'],
  ['(variant { 0x100000000 })', '0x100000000'],
  ['(300 : nat8)', '300'],
  ['(-1 : nat)', '-1'],
  ['(-0 : nat8)', '-0'],
  ['(0x1_00 : nat8)', '0x1_00'],
  ['("x" : nat)', '"x"'],
  ['(1.5 : nat)', '1.5'],
  ['(5 : float64)', '5'],
  ['(vec { 1; 256 } : blob)', 'vec { 1; 256 }'],
  ['(record { a = 1 } : record { a : text })', 'record { a = 1 }'],
  ['(5 : opt nat)', '5'],
  ['("\\ff")', '\\ff'],
  ['("\\u{d800}")', '\\u'],
  ['(null : opt func () -> () query oneway)', 'oneway'],
  ['(null : opt func () -> (nat) oneway)', 'oneway'],
  ['(null : opt service : () -> {})', ':'],
];

test('valid Candid text passes', () => {
  for (const text of VALID) {
    assert.equal(checkArguments(text), undefined, text);
    assert.equal(oracle(text.startsWith('(') ? text : `(${text}\n)`), undefined, text);
  }
  // dfx fills in a field of type null; the version of its parser that this test has does not yet.
  assert.equal(checkArguments('(record {} : record { a : null })'), undefined);
});

test('faults are found where they are', () => {
  for (const [text, found] of INVALID) {
    const problem = checkArguments(text);
    assert.ok(problem, text);
    assert.equal(problem.found, found, text);
    assert.ok(oracle(text), text);
    assert.ok(problem.certain, text);
    assert.ok(problem.offset >= 0 && problem.offset + problem.length <= text.length, text);
  }
});

test('plain words may be meant as a text', () => {
  assert.equal(checkArguments('hello world')?.certain, false);
  assert.equal(checkArguments('(hello world')?.certain, true);
});

test('nesting without end is a fault, not a crash', () => {
  assert.equal(checkArguments(`(${'opt '.repeat(100_000)}1)`)?.fault, 'too-deep');
  assert.equal(checkArguments('('.repeat(100_000))?.fault, 'too-deep');
  assert.equal(checkArguments(`(1 : ${'vec '.repeat(100_000)}nat)`)?.fault, 'too-deep');
});

/** What candid_parser, which dfx uses, says: undefined where it takes the text. */
function oracle(text: string): string | undefined {
  try {
    encode({ idl: 'service : {}', input: text });
    return undefined;
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

test('agrees with candid_parser on 10,000 texts with a small fault', () => {
  const random = Random.forTest('texts with a small fault', 7);
  const pieces = [...'(){};,"1a=:.-_x \\', ' nat', 'opt ', 'vec', 'record', 'variant', '/*', '//'];
  let refused = 0;
  let found = 0;
  for (let i = 0; i < 10_000; i++) {
    const good = random.pick(VALID.filter((text) => text.startsWith('(')));
    const at = 1 + random.below(good.length - 1);
    const text =
      good.slice(0, at) + (random.below(2) === 0 ? random.pick(pieces) + good.slice(at) : good.slice(at + 1));
    const theirs = oracle(text);
    const ours = checkArguments(text);
    if (theirs === undefined) {
      assert.equal(ours, undefined, `dfx takes ${JSON.stringify(text)}`);
    } else if (!/type mismatch|Cannot parse|type error|not in scope|duplicate|Unbound/i.test(theirs)) {
      // Faults of type are not looked for.
      refused++;
      if (ours !== undefined) {
        found++;
      }
    }
  }
  console.log(`Candid texts refused by candid_parser: ${refused}, found: ${((100 * found) / refused).toFixed(1)} %`);
  assert.ok(refused > 1000);
  assert.ok(found / refused > 0.98, `${found} of ${refused}`);
});
