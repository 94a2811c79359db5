import assert from 'node:assert/strict';
import { it } from 'node:test';
import { namesOf, partsOf, readTrap } from '../../../src/core/page/backtrace';

/** As the Internet Computer writes it into a log (dfinity/ic, rs/execution_environment/tests/backtraces.rs). */
const TRAP = `[TRAP]: Panicked at 'uh oh', rs/canisters/src/main.rs:47:5
Canister Backtrace:
std::panicking::panic_with_hook
_wasm_backtrace_canister::ic0_trap::inner
unknown function at index 12
canister_update trap
`;

it('a trap is taken apart into message, functions and what follows', () => {
  assert.deepEqual(readTrap(TRAP), {
    message: "[TRAP]: Panicked at 'uh oh', rs/canisters/src/main.rs:47:5",
    frames: [
      'std::panicking::panic_with_hook',
      '_wasm_backtrace_canister::ic0_trap::inner',
      'unknown function at index 12',
      'canister_update trap',
    ],
    rest: '',
  });
  assert.deepEqual(readTrap(`${TRAP}.\nmore`).rest, '.\nmore');
  assert.deepEqual(readTrap('[TRAP]: no\nlines'), { message: '[TRAP]: no\nlines', frames: [], rest: '' });
  assert.deepEqual(readTrap('Canister Backtrace:\n').frames, []);
});

it('a trap of any length is read in time, and shows what it says once', () => {
  const many = `x\nCanister Backtrace:\n${'f\n'.repeat(5_000)}`;
  const { frames, rest } = readTrap(many);
  assert.equal(frames.length + rest.split('\n').filter((line) => line === 'f').length, 5_000);
  const begun = process.cpuUsage();
  partsOf('a.'.repeat(200_000));
  partsOf('a.rs:1'.repeat(100_000));
  assert.ok(process.cpuUsage(begun).user < 2_000_000);
});

it('messages name places as compilers write them', () => {
  const places = (text: string) => partsOf(text).flatMap((part) => (part.isPlace ? part.text : []));
  assert.deepEqual(places("Panicked at 'no', src/lib.rs:10:5"), ['src/lib.rs:10:5']);
  assert.deepEqual(places('assertion failed at main.mo:4.5-4.19'), ['main.mo:4.5']);
  assert.deepEqual(places('at 10:30:00 in lib.rs'), []);
  assert.equal(
    partsOf('at a.mo:1.2 and b.rs:3:4.')
      .map(({ text }) => text)
      .join(''),
    'at a.mo:1.2 and b.rs:3:4.',
  );
  assert.deepEqual(namesOf(TRAP).slice(-1), ['rs/canisters/src/main.rs:47:5']);
});
