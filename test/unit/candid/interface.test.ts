import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it } from 'node:test';
import { exampleArguments } from '../../../src/core/candid/defaults';
import { parseInterface } from '../../../src/core/candid/interface';
import { printName, printSignature, printType } from '../../../src/core/candid/print';
import type { Interface } from '../../../src/core/candid/types';
import { formatMessage } from '../../../src/core/util/message';
import { Random } from '../../support/random';
import { testCodec } from '../agent/codec';
import { busyTime } from '../support/thread-time';
import { randomType } from './random';

const codec = testCodec();

function read(text: string): Interface {
  const parsed = parseInterface(text);
  assert.ok(!('problem' in parsed), 'problem' in parsed ? formatMessage(parsed.problem) : '');
  return parsed;
}

function problem(text: string): string {
  const parsed = parseInterface(text);
  assert.ok('problem' in parsed, text);
  return formatMessage(parsed.problem);
}

const signaturesOf = (text: string) =>
  Object.fromEntries([...read(text).methods].map(([name, method]) => [name, printSignature(method)]));

/** Forms that tools really write: trailing separators, comments, quoted names, named functions, tuples, classes. */
const LEDGER = `
  // What a transfer takes.
  type Account = record { owner : principal; subaccount : opt blob };
  type Tokens = nat;
  type TransferError = variant {
    BadFee : record { expected_fee : Tokens };
    /* was /* nested */ before */
    Duplicate : record { duplicate_of : nat };
    TemporarilyUnavailable;
    "with space" : null;
  };
  type Result = variant { Ok : nat; Err : TransferError };
  type Callback = func (text, nat8) -> (bool) query;
  type List = opt record { head : nat; tail : List };
  type Tree = variant { node : record { Tree; Tree }; leaf : int };
  type Endless = record { again : Endless };
  service ledger : (record { minting : Account; 5 : text; nat }) -> {
    icrc1_transfer : (record { to : Account; amount : Tokens; memo : opt vec nat8 }) -> (Result);
    icrc1_balance_of : (account : Account) -> (balance : Tokens) query;
    "query" : () -> () oneway;
    named : Callback;
    walk : (List, Tree) -> (vec Tree) composite_query;
    stuck : (Endless) -> ();
    give : (func (text) -> (), service { go : () -> () }) -> ();
    pair : () -> (record { nat; text; }, opt opt bool,);
  }
`;

describe('an interface', () => {
  it('lists methods with their signatures', () => {
    assert.deepEqual(signaturesOf(LEDGER), {
      icrc1_transfer: '(record { to : Account; amount : Tokens; memo : opt vec nat8 }) -> (Result)',
      icrc1_balance_of: '(account : Account) -> (balance : Tokens) query',
      query: '() -> () oneway',
      named: '(text, nat8) -> (bool) query',
      walk: '(List, Tree) -> (vec Tree) composite_query',
      stuck: '(Endless) -> ()',
      give: '(func (text) -> (), service { go : () -> () }) -> ()',
      pair: '() -> (record { nat; text }, opt opt bool)',
    });
  });

  it('knows its constructor, and numbers the fields that have no name', () => {
    const [parameter] = read(LEDGER).init ?? [];
    assert.equal(parameter && printType(parameter.type), 'record { minting : Account; 5 : text; 6 : nat }');
    assert.equal(read('service : {}').init, undefined);
    assert.deepEqual(read('service : () -> {}').init, []);
  });

  it('counts on from a name as from its number', async () => {
    const text = 'service : { m : (record { test : nat16; nat8 }) -> () }';
    assert.deepEqual(signaturesOf(text), { m: '(record { test : nat16; 1291438163 : nat8 }) -> ()' });
    await codec.encode('(record { test = 1; 1291438163 = 2 })', { kind: 'method', name: 'm' }, text);
  });

  it('follows a service that has a name', () => {
    assert.deepEqual(signaturesOf('type S = service { a : () -> () }; type T = S; service : T'), { a: '() -> ()' });
    assert.deepEqual(signaturesOf('type S = T; type T = S; service : S'), {});
    assert.deepEqual(signaturesOf('service : Missing'), {});
  });

  it('reads a file that only defines types', () => {
    assert.deepEqual([...read('type A = nat; type B = A').types.keys()], ['A', 'B']);
    assert.equal(read('').methods.size, 0);
  });

  it('keeps names that objects have already', () => {
    const text = 'type constructor = nat; service : { __proto__ : (constructor) -> (); toString : () -> () }';
    assert.deepEqual([...read(text).methods.keys()], ['__proto__', 'toString']);
    assert.equal(exampleArguments(read(text).methods.get('__proto__')?.parameters ?? [], read(text).types), '(0)');
  });

  for (const [text, expected] of [
    ['import "other.did"; service : {}', /imports other files/],
    ['import service "other.did"; service : {}', /imports other files/],
    ['service : {\n\n  a : (nat -> () }', /line 3/],
    ['service : { a () -> () }', /line 1/],
    ['service : { } trailing', /line 1/],
    ['/* never ends', /line 1/],
    ['service : { "unclosed : () -> () }', /line 1/],
    [`type A = ${'opt '.repeat(300)}nat`, /too deeply/],
    [`service : {${' '.repeat(4_000_000)}}`, /too large/],
  ] as const) {
    it(`refuses ${text.slice(0, 40)}`, () => assert.match(problem(text), expected));
  }
});

describe('example arguments', () => {
  const { methods, types } = read(LEDGER);
  const example = (name: string) => exampleArguments(methods.get(name)?.parameters ?? [], types);

  it('start from zero', () => {
    assert.equal(
      example('icrc1_transfer'),
      '(record { to = record { owner = principal "aaaaa-aa"; subaccount = null }; amount = 0; memo = null })',
    );
    assert.equal(example('walk'), '(null, variant { leaf = 0 })');
    assert.equal(example('stuck'), '()');
  });

  it('are accepted by the reference implementation', async () => {
    for (const name of methods.keys()) {
      if (name !== 'stuck') {
        await codec.encode(example(name), { kind: 'method', name }, LEDGER);
      }
    }
    assert.ok(await codec.encode(exampleArguments(read(LEDGER).init ?? [], types), { kind: 'init' }, LEDGER));
  });

  it('fit random types', async () => {
    const random = Random.forTest('random types');
    for (let count = 0; count < 500; count++) {
      const type = randomType(random, 4, printName);
      const did = `type T = ${type.did}; service : { m : (T, ${type.did}) -> () }`;
      const parsed = read(did);
      const text = exampleArguments(parsed.methods.get('m')?.parameters ?? [], parsed.types);
      assert.ok(text.length < 20_000);
      await codec.encode(text, { kind: 'method', name: 'm' }, did);
    }
  });

  it('give up on a type that doubles at each level', () => {
    const levels = Array.from({ length: 60 }, (_, i) => `type T${i} = record { a : T${i + 1}; b : T${i + 1} };`);
    const parsed = read(`${levels.join('\n')} type T60 = nat; service : { m : (T0) -> () }`);
    assert.equal(exampleArguments(parsed.methods.get('m')?.parameters ?? [], parsed.types), '()');
  });
});

describe('hostile texts', () => {
  it('never throw, whatever is cut out, doubled or put in', () => {
    const random = Random.forTest('hostile texts');
    const pieces = [
      '"',
      '{',
      '}',
      '(',
      ')',
      ':',
      ';',
      '->',
      '/*',
      '*/',
      '//',
      'opt',
      'record',
      '\\',
      '\u0000',
      '9e9',
      '\u{10ffff}',
    ];
    for (let count = 0; count < 20_000; count++) {
      const at = random.below(LEDGER.length);
      const end = at + random.below(40);
      const middle = random.below(2) === 0 ? random.pick(pieces) : LEDGER.slice(at, end).repeat(random.below(3));
      const text = LEDGER.slice(0, at) + middle + LEDGER.slice(end);
      const parsed = parseInterface(text);
      if (!('problem' in parsed)) {
        for (const method of parsed.methods.values()) {
          printSignature(method);
          exampleArguments(method.parameters, parsed.types);
        }
      }
    }
  });

  it('take no longer than they are long', () => {
    const begun = busyTime();
    parseInterface('/*'.repeat(500_000));
    parseInterface(`service : { a : (${'nat,'.repeat(300_000)}) -> () }`);
    parseInterface(`service : { ${'a : () -> (); '.repeat(100_000)} }`);
    parseInterface('"'.repeat(1_000_000));
    assert.ok(busyTime() - begun < 3_000);
  });
});

describe("the example project's interfaces", () => {
  const folder = path.join(__dirname, '../../../examples');
  // Not what `npm start` has built there.
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.did') && !/[\\/]\.(?:dfx|icp)[\\/]/.test(file),
  );
  assert.ok(files.length > 0);
  for (const file of files) {
    it(`${file} is read as the reference implementation reads it`, async () => {
      const text = readFileSync(path.join(folder, file), 'utf8');
      for (const [name, method] of read(text).methods) {
        const example = exampleArguments(method.parameters, read(text).types);
        await codec.encode(example, { kind: 'method', name }, text);
      }
    });
  }
});
