import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { parseInterface } from '../../../src/core/candid/interface';
import { requestExpectation, requestPlace, requestProblems } from '../../../src/core/candid/request-check';
import { readRequests } from '../../../src/core/candid/request-file';
import type { Interface } from '../../../src/core/candid/types';
import type { Message } from '../../../src/core/util/message';

const DID = `
type Item = record { product : text; price : float64; kind : variant { new; used : nat } };
service : {
  greet : (name : text) -> (text) query;
  order : (vec Item, opt nat) -> (nat);
}`;

const shop = parseInterface(DID) as Interface;
const surroundings = {
  canisters: ['shop', 'other'],
  interface: (canister: string) => (canister === 'shop' ? shop : undefined),
};

function inWords({ text, args }: Message): string {
  return text.replace(/\{(\d)\}/g, (_all, index: string) => {
    const arg = args[Number(index)]!;
    return typeof arg === 'object' ? inWords(arg) : String(arg);
  });
}

function problems(body: string, around: Parameters<typeof requestProblems>[1] = surroundings): string[] {
  const text = `### a\n${body}`;
  return requestProblems(readRequests(text), around).map(
    ({ message, offset, length, fix }) =>
      `${text.slice(offset, offset + length)} | ${inWords(message)}${fix === undefined ? '' : ` | ${fix}`}`,
  );
}

describe('requests of a file', () => {
  it('are held to the canisters and interfaces that there are', () => {
    assert.deepEqual(problems('shop.greet ("a")'), []);
    assert.deepEqual(problems('update shop.greet ("a")'), []);
    assert.deepEqual(problems('shopp.greet ("a")'), ['shopp | The project has no canister named shopp. | shop']);
    assert.deepEqual(problems('query shop.gret ("a")'), ['gret | shop has no method gret. | greet']);
    assert.deepEqual(problems('query shop.order (vec {}, null)'), [
      'query | order is an update method: it cannot be called as a query. | update',
    ]);
    assert.deepEqual(problems('shop.greet (World)'), ['World | A text stands in double quotes: "World" | "World"']);
    assert.deepEqual(problems('shop.greet (5)'), ['5 | 5 is not of the type text; write "5" | "5"']);
    assert.deepEqual(problems('shop.greet ("a") x'), [
      'x | This is not Candid text: nothing may follow its end, but "x" does.',
    ]);
  });

  it('are held to Candid alone where no interface is known', () => {
    assert.deepEqual(problems('other.greet (5)'), []);
    assert.deepEqual(problems('other.greet (5'), [' | This is not Candid text: it ends too early.']);
    assert.deepEqual(problems('nobody.greet (5)', { interface: () => undefined }), []);
  });

  const TEXT = '### a\nshop.order (vec { record { product = "tea"; price = 1; kind = variant { used = 3 } } }, opt 7)';
  const place = (needle: string, at = 0) => {
    const found = requestPlace(readRequests(TEXT), TEXT.indexOf(needle) + at, surroundings);
    return (
      found && [TEXT.slice(found.offset, found.offset + found.length), found.kind, 'label' in found && found.label]
    );
  };

  it('have a method, types and names under the pointer', () => {
    assert.deepEqual(place('shop'), ['shop', 'canister', false]);
    assert.deepEqual(place('order', 2), ['order', 'method', false]);
    assert.deepEqual(place('vec'), ['vec', 'type', false]);
    assert.deepEqual(place('product'), ['product', 'type', 'product']);
    assert.deepEqual(place('tea', 1), ['"tea"', 'type', false]);
    assert.deepEqual(place('used'), ['used', 'type', 'used']);
    assert.deepEqual(place('7'), ['7', 'type', false]);
    assert.equal(place('}'), undefined);
    assert.equal(place('a\n'), undefined);
  });

  const expected = (before: string, after = '') => {
    const text = `### a\n${before}${after}`;
    const file = readRequests(text);
    return requestExpectation(text, file, text.length - after.length, surroundings);
  };

  it('are written with canisters, methods and values at the cursor', () => {
    assert.deepEqual(expected(''), { kind: 'canister', word: { offset: 6, length: 0 }, withKind: true });
    assert.deepEqual(expected('sh'), { kind: 'canister', word: { offset: 6, length: 2 }, withKind: true });
    assert.deepEqual(expected('query '), { kind: 'canister', word: { offset: 12, length: 0 }, withKind: false });
    assert.deepEqual(expected('query shop.'), {
      kind: 'method',
      word: { offset: 17, length: 0 },
      canister: 'shop',
      as: 'query',
      hasArguments: false,
    });
    assert.deepEqual(expected('shop.gr', 'eet ("a")'), {
      kind: 'method',
      word: { offset: 11, length: 5 },
      canister: 'shop',
      as: undefined,
      hasArguments: true,
    });
    const value = expected('shop.order (vec { record { pro', '');
    assert.equal(value?.kind === 'value' && value.found.labels?.fields.length, 3);
    assert.deepEqual(value?.kind === 'value' && value.found.word, { offset: 33, length: 3 });
    assert.equal(expected('// sh'), undefined);
    assert.equal(expected('shop.greet ("a") '), undefined);
    assert.equal(requestExpectation('sh', readRequests('sh'), 2, surroundings), undefined);
    assert.equal(requestExpectation('### sh', readRequests('### sh'), 6, surroundings), undefined);
  });
});
