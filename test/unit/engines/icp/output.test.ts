import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import {
  brokenInterfaces,
  canisterErrors,
  deployedUrls,
  phaseOf,
  scriptOutputs,
} from '../../../../src/core/engines/icp/output';

const FAILED = `Building canisters:
ERR ----- Failed to build canister 'broken' -----
ERR 'command 'moc' failed with status code 3'
ERR [broken] Build output:
ERR [broken] Building: step 1 of 1 (script):
ERR [broken] moc:
ERR [broken] > to stdout
ERR [broken] > src/main.mo:3.5-3.9: type error [M0057], unbound variable xyz
ERR ----- Failed to update environment variables for canister 'hello': uxrrr-q7777-77774-qaaaq-cai -----
ERR 'direct update call failed'
Error: Canister(s) ["broken"] failed to build.`;

describe('the output of icp', () => {
  it('is taken apart by canister', () => {
    const outputs = new Map(scriptOutputs(FAILED).map(({ canister, text }) => [canister, text]));
    assert.equal(outputs.get('broken'), 'to stdout\nsrc/main.mo:3.5-3.9: type error [M0057], unbound variable xyz');
    assert.deepEqual([...outputs.keys()], ['broken'], 'icp speaks for itself');
  });

  it('says what failed for which canister, and why', () => {
    assert.deepEqual(canisterErrors(FAILED), [
      { canister: 'broken', step: 'build', reason: "command 'moc' failed with status code 3" },
      { canister: 'hello', step: 'update environment variables', reason: 'direct update call failed' },
    ]);
  });

  it('has addresses for people', () => {
    const result =
      '{"canisters":[{"name":"hello","canister_id":"y","url":"http://x.localhost:8000/?id=y"},{"name":"z"}]}';
    assert.deepEqual(deployedUrls(`${result}\nBuilding canisters:`), ['http://x.localhost:8000/?id=y']);
    assert.deepEqual(deployedUrls('Backends (Candid UI):'), []);
    assert.deepEqual(deployedUrls('WARN fetching the root key from http://127.0.0.1:1/; its provenance'), []);
    assert.deepEqual(deployedUrls('{"canisters":[{"url":1}, 5, {'), []);
  });

  it('says what is done to all canisters now', () => {
    assert.equal(phaseOf('Installing canisters:')?.text, 'Installing…');
    assert.equal(phaseOf('Deployed canisters:'), undefined);
  });

  it('says which interface does not fit, and why', () => {
    const refused = `Checking compatibility:
ERR  ----- Candid interface compatibility check failed: 'a' (ufxgi-4p777-77774-qaadq-cai) -----
ERR You are making a BREAKING change. Other canisters or frontend clients relying on your canister may stop working.

Method count is only in the expected type
ERR Use --yes to bypass this check.
Error: Candid compatibility check failed for canister(s) ["a"].`;
    assert.deepEqual(brokenInterfaces(refused), [
      { canister: 'a', step: 'check', reason: 'Method count is only in the expected type' },
    ]);
    assert.deepEqual(brokenInterfaces(FAILED), []);
  });
});
