import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseDfxConfig } from '../../../src/core/engines/dfx/dfx-json';
import { readInitializationValues } from '../../../src/core/engines/dfx/settings';
import { compareSetting } from '../../../src/core/lifecycle/settings-diff';
import type { CanisterSettings } from '../../../src/core/network/canister-facts';
import type { WrittenSettings } from '../../../src/core/project/model';

const ALICE = 'aaaaa-aa';
const BOB = '2vxsx-fae';
const ARCHIVE = 'ryjl3-tyaaa-aaaaa-aaaba-cai';
const ids = new Map([['archive', ARCHIVE]]);

const current: CanisterSettings = {
  controllers: [ALICE, BOB],
  computeAllocation: 1n,
  memoryAllocation: 0n,
  freezingThreshold: 2_592_000n,
  wasmMemoryLimit: 2n ** 31n,
  logVisibility: { kind: 'allowed_viewers', viewers: [BOB, ALICE] },
  environmentVariables: [{ name: 'a', value: '1' }],
};

const written = (change: Partial<WrittenSettings>): WrittenSettings => ({
  place: { file: '/p/dfx.json' },
  applied: 'creation',
  values: {},
  unreadable: new Map(),
  ...change,
});

function ofDfx(values: object): WrittenSettings {
  const text = JSON.stringify({ canisters: { a: { initialization_values: values } } });
  const node = parseDfxConfig(text).canisters[0]?.initializationValues ?? assert.fail();
  return written(readInitializationValues(node));
}

describe('settings beside those of the network', () => {
  it('are the same whatever unit they are written in', () => {
    const same = ofDfx({ freezing_threshold: '30 days', wasm_memory_limit: '2 GiB', compute_allocation: '1' });
    for (const setting of ['freezingThreshold', 'wasmMemoryLimit', 'computeAllocation'] as const) {
      assert.deepEqual(compareSetting(setting, same, current, ids), { verdict: 'same' }, setting);
    }
    const other = ofDfx({ freezing_threshold: '31 days' });
    assert.deepEqual(compareSetting('freezingThreshold', other, current, ids), {
      verdict: 'differs',
      change: { freezingThreshold: 2_678_400n },
    });
  });

  it('are told apart where one side is not known', () => {
    const numbers = ofDfx({ freezing_threshold: 5, reserved_cycles_limit: 7 });
    assert.equal(compareSetting('freezingThreshold', numbers, current, ids).verdict, 'unclear');
    assert.equal(compareSetting('reservedCyclesLimit', numbers, current, ids).verdict, 'unclear');
    assert.equal(compareSetting('reservedCyclesLimit', numbers, undefined, ids).change, undefined);
    assert.deepEqual(compareSetting('memoryAllocation', numbers, current, ids), { verdict: 'unwritten' });
  });

  it('have controllers in any order, by canister, and are only added to', () => {
    const compare = (...controllers: string[]) => compareSetting('controllers', written({ controllers }), current, ids);
    assert.equal(compare(BOB, ALICE).verdict, 'same');
    assert.equal(compare(BOB).verdict, 'same');
    assert.deepEqual(compare('archive', BOB).change, { controllers: [ALICE, BOB, ARCHIVE] });
    assert.deepEqual([compare('new').verdict, compare('new').change], ['unclear', undefined]);
  });

  it('have viewers in any order, and variables that stay', () => {
    const viewers = (list: string[]) =>
      written({ values: { logVisibility: { kind: 'allowed_viewers', viewers: list } } });
    assert.equal(compareSetting('logVisibility', viewers([ALICE, BOB.toUpperCase()]), current, ids).verdict, 'same');
    assert.equal(compareSetting('logVisibility', viewers([ALICE]), current, ids).verdict, 'differs');
    const variables = written({ values: { environmentVariables: [{ name: 'b', value: '2' }] } });
    assert.deepEqual(compareSetting('environmentVariables', variables, current, ids).change, {
      environmentVariables: [
        { name: 'a', value: '1' },
        { name: 'b', value: '2' },
      ],
    });
  });
});
