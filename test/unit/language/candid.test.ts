import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkCandidArgs } from '../../../src/core/language/candid';
import { ID } from './support';

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
  '(5 : nat, null : opt record { a : text; nat; 5 : int }, 1 : variant { a; b : nat })',
  '(1 : func (nat, x : text) -> (int) query, 1 : service { m : (nat) -> () oneway; n : text })',
  '// comment\n( /* inner */ 1 ) // end',
  '(1,)',
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
  ['(variant { a = 1; b = 2 })', 'b'],
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
];

test('valid Candid text passes', () => {
  for (const text of VALID) assert.equal(checkCandidArgs(text), undefined, text);
});

test('faults are found where they are', () => {
  for (const [text, found] of INVALID) {
    const problem = checkCandidArgs(text);
    assert.ok(problem, text);
    assert.equal(problem.found, found, text);
    assert.ok(problem.certain, text);
    assert.ok(problem.offset >= 0 && problem.offset + problem.length <= text.length, text);
  }
});

test('plain words may be meant as a text', () => {
  assert.equal(checkCandidArgs('hello world')?.certain, false);
  assert.equal(checkCandidArgs('(hello world')?.certain, true);
});

test('nesting without end is a fault, not a crash', () => {
  assert.equal(checkCandidArgs(`(${'opt '.repeat(100_000)}1)`)?.fault, 'too-deep');
  assert.equal(checkCandidArgs('('.repeat(100_000))?.fault, 'too-deep');
  assert.equal(checkCandidArgs(`(1 : ${'vec '.repeat(100_000)}nat)`)?.fault, 'too-deep');
});
