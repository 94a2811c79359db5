import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { formatMessage, msg } from '../../../src/core/util/message';
import { FakeVscode } from './vscode';

const ALICE = 'k57em-bpuux-ag4xd-53zjp-qyyya-zhxqq-cjcgd-d5cv7-42lyo-unuql-eqe';
const LEDGER = 'ryjl3-tyaaa-aaaaa-aaaba-cai';
const STRANGER = 'rrkah-fqaaa-aaaaa-aaaaq-cai';
const KNOWN = [
  { principal: ALICE, names: 'alice (identity)' },
  { principal: LEDGER, names: 'ledger (canister), registry (canister)' },
];

let names: typeof import('../../../src/commands/principal-names');

before(() => {
  new FakeVscode().install();
  names = require('../../../src/commands/principal-names');
});

it('says whose the principals in a failure are, wherever they stand in it, and leaves those of strangers whole', () => {
  const cause = msg('{0} is not a controller. Controllers: {1}', 'bob', `${ALICE}, ${STRANGER}`);
  assert.equal(
    formatMessage(names.withNames(msg('Stopping {0} failed. {1}', LEDGER, cause), KNOWN)),
    `Stopping ledger (canister), registry (canister) ryjl3-…-cai failed. bob is not a controller. Controllers: alice (identity) k57em-…-eqe, ${STRANGER}`,
  );
  const untouched = msg('It took {0} ms: {1}', 5, 'no-thing here-is-a principal');
  assert.deepEqual(names.withNames(untouched, KNOWN), untouched);
});
