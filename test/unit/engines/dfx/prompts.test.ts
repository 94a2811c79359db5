import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { knownQuestion } from '../../../../src/core/engines/dfx/prompts';
import { formatMessage } from '../../../../src/core/util/message';

function read(text: string) {
  const known = knownQuestion(text);
  return known && [formatMessage(known.words), known.detail, known.reinstalls ?? false];
}

describe("dfx's questions", () => {
  it('say in plain words what is at stake, and what dfx found below', () => {
    const change = "Method greet: func (text) -> (text) is not a subtype of func () -> (text)\nMissing argument 'text'";
    assert.deepEqual(
      read(
        `Candid interface compatibility check failed for canister 'shop'.\nYou are making a BREAKING change. Other canisters or frontend clients relying on your canister may stop working.\n\n${change}`,
      ),
      [
        'The new interface of shop breaks the deployed one: other canisters and frontends that rely on it may stop working.',
        change,
        false,
      ],
    );
    assert.deepEqual(
      read("An error occurred during Candid interface compatibility check for canister 'shop'.\n\nParse error"),
      ['Whether the new interface of shop fits the deployed one could not be checked.', 'Parse error', false],
    );
    assert.deepEqual(
      read("Stable interface compatibility check issued a WARNING for canister 'shop'.\n\n(unknown location): warning"),
      [
        'The stable variables of shop have changed: an upgrade may lose some of their data.',
        '(unknown location): warning',
        false,
      ],
    );
    assert.deepEqual(read('Canister shop has not been stopped. Delete anyway?'), [
      'shop has not been stopped. Delete it anyway?',
      undefined,
      false,
    ]);
  });

  it('are known to be about a reinstallation', () => {
    const text =
      'You are about to reinstall the shop canister\nThis will OVERWRITE all the data and code in the canister.\n\nYOU WILL LOSE ALL DATA IN THE CANISTER.';
    assert.deepEqual(read(text), ['Reinstall shop? All its data and code are overwritten.', undefined, true]);
  });

  it('are shown in words of dfx where they are new', () => {
    assert.equal(knownQuestion('Are you sure?'), undefined);
    assert.equal(knownQuestion(''), undefined);
  });
});
