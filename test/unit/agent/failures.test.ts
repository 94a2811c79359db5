import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { rejection } from '../../../src/core/agent/failures';

describe("a network's rejection", () => {
  it('is said in words of ours where its code tells what it is', () => {
    const said = (text: string, code: string, rejectCode: number) => rejection(text, code, rejectCode).message;
    assert.equal(
      said('Canister x did not reply to the call', 'IC0506', 5),
      'The canister ended the call without a reply.',
    );
    assert.equal(
      said('Canister x is out of cycles: please top up the canister', 'IC0207', 2),
      'There are not enough cycles for this.',
    );
    assert.equal(said('Something else', 'IC0999', 5), 'The network refused: Something else');
  });
});
