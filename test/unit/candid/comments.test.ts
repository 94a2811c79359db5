import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { methodComments } from '../../../src/core/candid/comments';
import { parseInterface } from '../../../src/core/candid/interface';

function comments(did: string) {
  const parsed = parseInterface(did);
  assert.ok(!('problem' in parsed), did);
  return Object.fromEntries(methodComments(did, parsed));
}

describe('comments of methods', () => {
  it('are the lines right above them', () => {
    const did = `// A file.
type T = record {
  // No method, but a field of that name.
  greet : nat;
};
service : {
  /// Greets people.
  ///
  ///   And remembers how often.
  greet : (text) -> (text);
  // Belongs to nothing.

  count : () -> (nat) query;
  //Close.
  "two words" : (T) -> ();
}`;
    assert.deepEqual(comments(did), {
      greet: 'Greets people.\n\n  And remembers how often.',
      'two words': 'Close.',
    });
  });

  it('are none where there are none', () => {
    assert.deepEqual(comments('service : { a : () -> () }'), {});
    assert.deepEqual(comments(`service : { a : () -> () } //${'x'.repeat(100_000)}`), {});
  });
});
