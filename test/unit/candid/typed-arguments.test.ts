/** Arguments held to the parameters of a method: what is said, where, and that the official encoder agrees. */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { describe, it } from 'node:test';
import { IDL } from '@dfinity/candid';
import { printName } from '../../../src/core/candid/print';
import { checkTypedArguments } from '../../../src/core/candid/typed-arguments';
import { formatMessage } from '../../../src/core/util/message';
import { Random } from '../../support/random';
import { testCodec } from '../agent/codec';
import { randomType } from './random';
import { expectedOf, SHOP } from './shop';

const { encode } = createRequire(__filename)('@dfinity/didc') as {
  encode(args: { idl: string; input: string; withType: { kind: 'methodParams'; name: string } }): string;
};

describe('arguments of the wrong types', () => {
  const problems = (method: string, text: string) =>
    checkTypedArguments(text, expectedOf(SHOP, method)).map(({ message, offset, length, fix }) => [
      formatMessage(message),
      text.slice(offset, offset + length),
      fix,
    ]);
  const item = 'sku = "a"; price = 1.5; amount = 2';
  const order = (items: string, more = 'shipping = variant { standard }') =>
    `(record { customer = "Sam"; items = vec { ${items} }; ${more} })`;

  it('say which field is missing of what, at the bracket that it would stand before', () => {
    assert.deepEqual(problems('place', order('record { sku = "a"; amount = 2 }')), [
      ['items[0]: field "price" (float64) is missing', '}', undefined],
    ]);
    const nested = order(`record { ${item} }`, 'shipping = variant { pickup = record {} }');
    assert.deepEqual(problems('place', nested), [['shipping.pickup: field "place" (text) is missing', '}', undefined]]);
    assert.deepEqual(problems('place', order(`record { ${item} }`)), []);
  });

  it('tell a slip of the pen, in place of dropping the field', () => {
    assert.deepEqual(problems('place', order('record { sku = "a"; prise = 1.5; amount = 2 }')), [
      ['items[0]: there is no field "prise"; did you mean "price"?', 'prise', 'price'],
      ['items[0]: field "price" (float64) is missing', '}', undefined],
    ]);
    assert.deepEqual(problems('place', order('', 'shipping = variant { standart }')), [
      ['shipping: there is no case "standart"; did you mean "standard"?', 'standart', 'standard'],
    ]);
    assert.deepEqual(problems('plant', '(record { name = ""; children = vec {}; colour = 1 })'), [
      ['there is no field "colour", only "name", "children"', 'colour', undefined],
    ]);
  });

  it('are named by number or name where there are several', () => {
    assert.deepEqual(problems('many', '("a", 5)'), [
      ['argument 1: "a" is not of the type nat', '"a"', undefined],
      ['argument 2: 5 is not of the type text; write "5"', '5', '"5"'],
    ]);
    assert.deepEqual(problems('named', '(-1, record { sku = 1 })').slice(0, 2), [
      ['count: -1 is not of the type nat', '-1', undefined],
      ['item.sku: 1 is not of the type text; write "1"', '1', '"1"'],
    ]);
    assert.deepEqual(problems('many', '(1)'), [['argument 2 (text) is missing', ')', undefined]]);
    assert.deepEqual(problems('greet', '("a", "b")'), [['the method takes 1 argument', '"b"', undefined]]);
  });

  it('come with what would mend them', () => {
    assert.deepEqual(problems('greet', '(World)'), [['A text stands in double quotes: "World"', 'World', '"World"']]);
    assert.deepEqual(problems('greet', '(hello world)'), [
      ['A text stands in double quotes: "hello world"', 'hello world', '"hello world"'],
    ]);
    assert.deepEqual(problems('place', order('record { sku = tea; price = 1.5; amount = 2 }')), [
      ['A text stands in double quotes: "tea"', 'tea', '"tea"'],
    ]);
    assert.deepEqual(problems('rate', '(5)'), [['5 is not of the type float64; write 5.0', '5', '5.0']]);
    assert.deepEqual(problems('maybe', '(5)'), [['5 is not of the type opt nat; write opt 5', '5', 'opt 5']]);
    assert.deepEqual(problems('maybe', '("x")'), [['"x" is not of the type opt nat', '"x"', undefined]]);
    assert.deepEqual(problems('image', '("x")'), [['"x" is not of the type blob', '"x"', undefined]]);
  });

  it('of a hostile interface end soon', () => {
    const fields = Array.from({ length: 100_000 }, (_, index) => `f${index} : nat`).join('; ');
    const huge = expectedOf(`service : { m : (record { ${fields} }) -> () }`, 'm');
    const started = process.cpuUsage();
    assert.equal(checkTypedArguments('(record {})', huge).length, 50);
    const unknown = Array.from({ length: 20_000 }, (_, index) => `g${index} = 1`).join('; ');
    assert.ok(checkTypedArguments(`(record { ${unknown} })`, huge).length <= 100);
    const endless = expectedOf('type A = record { A }; type B = B; service : { m : (A, B) -> () }', 'm');
    assert.equal(checkTypedArguments('(record { record {} }, 1)', endless).length, 2);
    assert.equal(checkTypedArguments(`${'(record {'.repeat(5_000)}`, endless).length, 1);
    // Of the processor: on a busy machine anything takes long.
    assert.ok(process.cpuUsage(started).user < 2_000_000);
  });
});

const TYPES = Number(process.env['CANDID_TYPES'] ?? 1_500);
/** What we refuse on purpose, though Candid drops it. */
const STRICTER = /there is no field|the method takes/;

describe('random arguments', () => {
  it(`of ${TYPES} random types, right and wrong, are taken and refused as by the official encoder`, async () => {
    const codec = testCodec();
    const random = Random.forTest('typed arguments');
    let taken = 0;
    let compared = 0;
    let stricter = 0;
    const differences: string[] = [];
    for (let count = 0; count < TYPES; count++) {
      const types = Array.from({ length: 1 + random.below(2) }, () => randomType(random, 3, printName));
      const other = Array.from({ length: types.length }, () => randomType(random, 2, printName));
      const [did, otherDid] = [types, other].map(
        (list) =>
          `service : { m : (${list.map((type) => type.did).join(', ')}) -> (${list.map((type) => type.did).join(', ')}) }`,
      ) as [string, string];
      const expected = expectedOf(did, 'm');
      const texts: string[] = [];
      for (const [list, own] of [
        [types, did],
        [types, did],
        [other, otherDid],
      ] as const) {
        const bytes = new Uint8Array(
          IDL.encode(
            list.map(({ idl }) => idl),
            list.map((type) => type.value()),
          ),
        );
        texts.push((await codec.decodeReply(bytes, 'm', own)).text ?? assert.fail(own));
      }
      texts.push(...texts.flatMap((text) => [spoil(random, text), spoil(random, spoil(random, text))]));
      for (const text of texts) {
        let official = true;
        try {
          encode({ idl: did, input: text, withType: { kind: 'methodParams', name: 'm' } });
        } catch {
          official = false;
        }
        const problems = checkTypedArguments(text, expected).map(({ message }) => formatMessage(message));
        const others = problems.filter((problem) => !STRICTER.test(problem));
        compared += 1;
        taken += Number(official);
        stricter += Number(official && problems.length > 0 && others.length === 0);
        if (official !== (others.length === 0)) {
          differences.push(`${official ? 'refused' : 'passed'}: ${text}\nfor ${did}\n${problems.join('\n')}`);
        }
      }
    }
    console.log(`typed arguments: ${compared}, taken: ${taken}, refused on purpose: ${stricter}`);
    assert.deepEqual(differences.slice(0, 5), []);
    assert.ok(taken > compared / 5 && taken < (compared * 4) / 5, `both kinds: ${taken} of ${compared}`);
    assert.ok(stricter > 0);
  });
});

/** The text with a piece taken out, doubled, or replaced by another value: at the places where values and fields meet. */
function spoil(random: Random, text: string): string {
  const pieces = text.split(/(?<=[;,{}()=:])/);
  const at = random.below(pieces.length);
  const piece = pieces[at]!;
  const end = /[;,{}()=:]$/.exec(piece)?.[0] ?? '';
  const values = [
    '5',
    '-5',
    '1.5',
    '"x"',
    'null',
    'true',
    'opt 1',
    'vec {}',
    'record {}',
    'blob "a"',
    '256',
    '(1 : nat)',
  ];
  const replaced = random.pick([
    () => '',
    () => piece + piece,
    () => ` ${random.pick(values)}${end}`,
    () => ` extra = ${random.pick(values)}${end}`,
    () => ` ${random.pick(values)} : ${random.pick(['nat', 'nat8', 'int', 'text', 'float32', 'opt nat'])}${end}`,
  ])();
  return [...pieces.slice(0, at), replaced, ...pieces.slice(at + 1)].join('');
}
