import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IDL } from '@dfinity/candid';
import {
  type FormValue,
  isFilled,
  MAX_PARTS,
  partProblem,
  printForm,
  readForm,
  startValue,
} from '../../../src/core/candid/form';
import { parseInterface } from '../../../src/core/candid/interface';
import { printName } from '../../../src/core/candid/print';
import { formatMessage } from '../../../src/core/util/message';
import { Random } from '../../support/random';
import { testCodec } from '../agent/codec';
import { randomType } from './random';

const TYPES = 2_500;
const VALUES_PER_TYPE = 4;

function method(did: string) {
  const parsed = parseInterface(did);
  assert.ok(!('problem' in parsed), did);
  return { parameters: parsed.methods.get('m')!.parameters, types: parsed.types };
}

describe('a form of arguments', () => {
  it(`holds ${TYPES * VALUES_PER_TYPE} random values, and says them to the official encoder`, async () => {
    const codec = testCodec();
    const random = Random.forTest('forms');
    const place = { kind: 'method', name: 'm' } as const;
    for (let count = 0; count < TYPES; count++) {
      const own = Array.from({ length: 1 + random.below(3) }, () => randomType(random, 3, printName));
      const list = own.map((type) => type.did).join(', ');
      const did = `service : { m : (${list}) -> (${list}) }`;
      const { parameters, types } = method(did);
      const idl = own.map((type) => type.idl);
      // What a form starts with is an argument, too.
      const start = parameters.map(({ type }) => startValue(type, types));
      const started = start.map((value) => value ?? assert.fail(did));
      if (isFilled(started, parameters, types)) {
        await codec.encode(printForm(started, parameters, types), place, did);
      }
      for (let index = 0; index < VALUES_PER_TYPE; index++) {
        const bytes = new Uint8Array(
          IDL.encode(
            idl,
            own.map((type) => type.value()),
          ),
        );
        const { text = assert.fail(did) } = await codec.decodeReply(bytes, 'm', did);
        const form = readForm(text, parameters, types) ?? assert.fail(`${did}\n${text}`);
        assert.ok(isFilled(form, parameters, types), text);
        const printed = printForm(form, parameters, types);
        const encoded = await codec.encode(printed, place, did);
        assert.deepEqual(IDL.decode(idl, encoded), IDL.decode(idl, bytes), `${did}\n${text}\n${printed}`);
        assert.deepEqual(readForm(printed, parameters, types), form, printed);
      }
    }
  });

  it('starts with a value of recursive types, where they have a finite one', () => {
    const { parameters, types } = method(`
      type List = opt record { head : nat; tail : List };
      type Tree = variant { node : record { left : Tree; right : Tree }; leaf : nat };
      type Endless = record { next : Endless };
      service : { m : (List, Tree, Endless) -> () }`);
    const [list, tree, endless] = parameters.map(({ type }) => startValue(type, types));
    assert.deepEqual(list, { kind: 'opt', value: undefined });
    assert.deepEqual(tree, { kind: 'variant', selected: 1, value: { kind: 'typed', text: '0' } });
    assert.equal(endless, undefined);
  });

  it('has an end, however large a type or a text is', () => {
    const doubling = Array.from({ length: 30 }, (_, i) => `type T${i} = record { a : T${i + 1}; b : T${i + 1} };`);
    const { parameters, types } = method(`${doubling.join(' ')} type T30 = nat; service : { m : (T0) -> () }`);
    assert.equal(startValue(parameters[0]!.type, types), undefined);
    const many = method('service : { m : (vec nat) -> () }');
    const numbers = (length: number) => `(vec { ${'1; '.repeat(length)} })`;
    assert.ok(readForm(numbers(MAX_PARTS - 1), many.parameters, many.types));
    assert.equal(readForm(numbers(MAX_PARTS), many.parameters, many.types), undefined);
  });

  it('says what has to be typed', () => {
    const problems: readonly (readonly [type: string, typed: string, problem: string | undefined])[] = [
      ['nat', '12_000', undefined],
      ['nat', '0xff', undefined],
      ['nat', '-1', 'A whole number, not negative'],
      ['nat', '-0', 'A whole number, not negative'],
      ['nat', '', 'A whole number, not negative'],
      ['nat', '1, 2', 'A whole number, not negative'],
      ['nat', '1.5', 'A whole number, not negative'],
      ['int', '-5', undefined],
      ['int', 'x', 'A whole number'],
      ['nat8', '255', undefined],
      ['nat8', '256', 'A whole number from 0 to 255'],
      ['int8', '-128', undefined],
      ['int8', '-129', 'A whole number from -128 to 127'],
      ['int64', '9223372036854775807', undefined],
      ['int64', '9223372036854775808', 'A whole number from -9223372036854775808 to 9223372036854775807'],
      ['float64', '-1.5e3', undefined],
      ['float64', '3', undefined],
      ['float64', 'NaN', 'A number, such as 1.5'],
      ['principal', 'aaaaa-aa', undefined],
      ['principal', 'aaaaa-ab', 'A principal, such as aaaaa-aa'],
      ['service {}', 'aaaaa-aa', undefined],
    ];
    for (const [did, typed, problem] of problems) {
      const { parameters, types } = method(`service : { m : (${did}) -> () }`);
      const value: FormValue = { kind: 'typed', text: typed };
      const found = partProblem(value, parameters[0]!.type, types);
      assert.equal(found && formatMessage(found), problem, `${did} ${typed}`);
      assert.equal(isFilled([value], parameters, types), problem === undefined);
    }
    const { parameters, types } = method('service : { m : (blob) -> () }');
    assert.ok(partProblem({ kind: 'blob', as: 'hex', text: 'f' }, parameters[0]!.type, types));
    assert.equal(partProblem({ kind: 'blob', as: 'hex', text: '00Ff' }, parameters[0]!.type, types), undefined);
  });

  it('does not take a text that says more than it has fields for', () => {
    const { parameters, types } = method('service : { m : (record { a : nat; b : opt nat }) -> () }');
    assert.ok(readForm('(record { a = 1 })', parameters, types));
    for (const text of [
      '(record { a = 1; c = 2 })',
      '(record {})',
      '(5)',
      '()',
      '(record { a = 1 }, 2)',
      '(',
      '(record { a = -x })',
    ]) {
      assert.equal(readForm(text, parameters, types), undefined, text);
    }
  });

  it('lets nothing that is typed out of its place', async () => {
    const codec = testCodec();
    const did = 'service : { m : (text, principal, func () -> (), nat) -> () }';
    const { parameters, types } = method(did);
    const typed = '"), 5, ("\\';
    const form: FormValue[] = [
      { kind: 'text', text: typed },
      { kind: 'typed', text: 'aaaaa-aa' },
      { kind: 'func', principal: 'aaaaa-aa', method: typed },
      { kind: 'typed', text: '1' },
    ];
    const text = printForm(form, parameters, types);
    await codec.encode(text, { kind: 'method', name: 'm' }, did);
    assert.deepEqual(readForm(text, parameters, types), form);
  });
});
