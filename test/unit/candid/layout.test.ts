import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IDL } from '@dfinity/candid';
import { expectationAt } from '../../../src/core/candid/expected';
import { layOutArguments, layOutSent } from '../../../src/core/candid/layout';
import { printName } from '../../../src/core/candid/print';
import { checkTypedArguments } from '../../../src/core/candid/typed-arguments';
import { Random } from '../../support/random';
import { testCodec } from '../agent/codec';
import { randomType } from './random';
import { expectedOf, SHOP } from './shop';

describe('arguments laid out', () => {
  it('spell out the types of what has to be filled in', () => {
    assert.equal(
      layOutArguments(expectedOf(SHOP, 'place'), { comments: true }),
      `(
  record {
    customer = ""; // text
    items = vec {
      record {
        sku = ""; // text
        price = 0.0; // float64
        amount = 0; // nat
        note = null; // opt text, as: opt ""
      };
    }; // vec Item
    shipping = variant { standard }; // Shipping, variant { standard; express : nat8; pickup : record { place : text } }
  }, // order: record
)`,
    );
  });

  it('keep what was given, with or without the types', () => {
    const text = '(record { customer = "Sam"; items = vec {}; shipping = variant { express = 5 } })';
    assert.equal(
      layOutArguments(expectedOf(SHOP, 'place'), { text, comments: false }),
      `(
  record {
    customer = "Sam";
    items = vec {};
    shipping = variant { express = 5 };
  },
)`,
    );
  });

  it('are shown as they were sent: on one line where they are short, without comments', () => {
    const expected = expectedOf('service : { m : (text, opt nat) -> () }', 'm');
    assert.equal(layOutSent(expected, '(\n  "World", // text\n  null, // opt nat\n)'), '("World", null)');
    const long = 'x'.repeat(60);
    assert.equal(layOutSent(expected, `("${long}", null)`), `(\n  "${long}",\n  null,\n)`);
    assert.match(
      layOutSent(
        expectedOf(SHOP, 'place'),
        '(record { customer = "S"; items = vec {}; shipping = variant { standard } })',
      ),
      /^\(\n {2}record \{\n/,
    );
    assert.equal(layOutSent(expectedOf('service : { m : () -> () }', 'm'), '()'), '()');
  });

  it('end where a type holds itself, and are given up where they are too large', () => {
    assert.match(layOutArguments(expectedOf(SHOP, 'plant'), { comments: false }) ?? '', /children = vec \{\};/);
    const doubling = Array.from({ length: 40 }, (_, i) => `type T${i} = record { T${i + 1}; T${i + 1} };`).join(' ');
    const huge = expectedOf(`${doubling} type T40 = nat; service : { m : (T0) -> () }`, 'm');
    assert.equal(layOutArguments(huge, { comments: true }), undefined);
  });

  it('hold no line break and no reordering character of a name', () => {
    const evil = expectedOf(
      'service : { m : (record { "a\\u{a}b\\u{202e}" : nat; "c\\u{2028}" : opt nat }) -> () }',
      'm',
    );
    const text = layOutArguments(evil, { comments: true }) ?? assert.fail();
    assert.doesNotMatch(text, /[\u202e\u2028]/);
    assert.deepEqual(checkTypedArguments(text, evil), []);
  });

  it('of random types and values can be sent, and mean the same', async () => {
    const codec = testCodec();
    const random = Random.forTest('layout');
    for (let count = 0; count < 500; count++) {
      const types = Array.from({ length: random.below(3) }, () => randomType(random, 3, printName));
      const list = types.map(({ did }) => did).join(', ');
      const did = `service : { m : (${list}) -> (${list}) }`;
      const expected = expectedOf(did, 'm');
      const place = { kind: 'method', name: 'm' } as const;
      const example = layOutArguments(expected, { comments: true });
      if (example !== undefined) {
        await codec.encode(example, place, did);
        assert.deepEqual(checkTypedArguments(example, expected), [], example);
      }
      const idl = types.map((type) => type.idl);
      const bytes = new Uint8Array(
        IDL.encode(
          idl,
          types.map((type) => type.value()),
        ),
      );
      const text = (await codec.decodeReply(bytes, 'm', did)).text ?? assert.fail(did);
      const again = layOutArguments(expected, { text, comments: true });
      if (again !== undefined) {
        assert.deepEqual(await codec.encode(again, place, did), await codec.encode(text, place, did), again);
      }
    }
  });
});

describe('what may stand at a place', () => {
  /** The place is where the bar is. */
  const at = (method: string, marked: string) => {
    const offset = marked.indexOf('|');
    const found = expectationAt(marked.replace('|', ''), offset, expectedOf(SHOP, method));
    const fields = found?.labels?.fields.map(({ label }) => label);
    const value = found?.value;
    return [value && ('name' in value ? value.name : value.kind), fields?.join(' ')];
  };

  it('are the fields that are not there yet, of the record that the place is in', () => {
    assert.deepEqual(at('place', '(record { customer = "a"; | shipping = variant { standard } })'), [
      undefined,
      'items',
    ]);
    assert.deepEqual(at('place', '(record { items = vec { record { sk|'), [undefined, 'sku price amount note']);
    assert.deepEqual(at('place', '(record { items = vec { record { sku = "x"; } ; record { | } } })'), [
      undefined,
      'sku price amount note',
    ]);
    assert.deepEqual(at('place', '(record { items = vec { record { sku = "x" } }; |'), [
      undefined,
      'customer shipping',
    ]);
    assert.deepEqual(at('place', '(record { "cust|omer" = "a" })'), [undefined, undefined]);
  });

  it('are the cases of a variant, and what one holds', () => {
    assert.deepEqual(at('place', '(record { shipping = variant { |'), [undefined, 'standard express pickup']);
    assert.deepEqual(at('place', '(record { shipping = variant { express = |'), ['nat8', undefined]);
    assert.deepEqual(at('place', '(record { shipping = variant { pickup = record { | } } })'), [undefined, 'place']);
  });

  it('is a value of the type', () => {
    assert.deepEqual(at('many', '(|'), ['nat', undefined]);
    assert.deepEqual(at('many', '(1 : nat, |'), ['text', undefined]);
    assert.deepEqual(at('maybe', '(opt |)'), ['nat', undefined]);
    assert.deepEqual(at('place', '(record { shipping = |'), ['Shipping', undefined]);
  });

  it('is nothing in a comment, in a text, after a value, and where nothing is known', () => {
    for (const text of ['(1, // |', '(1, /* | */', '(1, "a|b")', '(1 |', '(1, "a") |', '|', '(variant { |', ') |']) {
      assert.deepEqual(at('many', text), [undefined, undefined], text);
    }
  });
});
