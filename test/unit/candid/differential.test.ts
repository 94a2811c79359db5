/**
 * Holds our reader of Candid arguments to the official parser, which dfx uses: `@dfinity/didc` is that parser in
 * WebAssembly. `CANDID_TEXTS` sets how many texts are compared.
 */
import assert from 'node:assert/strict';
import { createRequire } from 'node:module';
import { test } from 'node:test';
import { checkArguments } from '../../../src/core/candid/arguments';
import { Random } from '../../support/random';
import { ID } from '../engines/dfx/language/support';

const { encode } = createRequire(__filename)('@dfinity/didc') as {
  encode(args: { idl: string; input: string }): string;
};

const TEXTS = Number(process.env['CANDID_TEXTS'] ?? 50_000);

/** Not every text that it refuses does the official parser live to tell: it breaks off at bytes that are no UTF-8. */
const REFUSED = /^Failed to parse arguments|^unreachable|not valid for encoding utf-8|input is required/;
/** dfx 0.32 has candid 0.10.26, which fills in a missing field of type `null`; didc 0.0.4 has an older one. */
const OLDER = /record field .* not found/;

/**
 * Whether the official parser takes a text; what it has against its types when it encodes does not count. Undefined
 * where dfx's parser may think otherwise.
 */
function isTaken(text: string): boolean | undefined {
  try {
    encode({ idl: 'service : {}', input: text });
    return true;
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    return OLDER.test(message) && text.includes('null') ? undefined : !REFUSED.test(message);
  }
}

const KEYWORDS =
  'null true false opt vec record variant func service blob principal oneway query composite_query type import'.split(
    ' ',
  );
const NAMES = [
  'a',
  'b',
  'Ok',
  '_x',
  'nat',
  'text',
  'empty',
  'a1',
  '"a"',
  '"b c"',
  '"type"',
  '"\\61"',
  '"\\u{62}"',
  '""',
];
const NUMBERS = [
  ...['0', '1', '00', '0_1', '1_', '127', '128', '255', '256', '65535', '65536', '4294967295', '4294967296'],
  ...['18446744073709551615', '18446744073709551616', '9223372036854775807', '9223372036854775808', '0x0', '0xff'],
  ...['0xFF_F', '0xffffffff', '0x100000000', '1.0', '1.', '.5', '1e3', '1.5E-2', '1_0.5', '1e', '0x', '1.e2', '.'],
];
const FIXED = ['nat8', 'nat16', 'nat32', 'nat64', 'int8', 'int16', 'int32', 'int64', 'nat', 'int'];
const PRIMITIVES = [
  ...FIXED,
  ...['float32', 'float64', 'bool', 'text', 'null', 'reserved', 'empty', 'principal', 'blob', 'nonsense', 'Nat'],
];
const TEXT_PARTS = [
  'a',
  'é',
  '\u{1f600}',
  ' ',
  '\\n',
  '\\\\',
  '\\"',
  "\\'",
  '\\41',
  '\\c3\\a9',
  '\\ff',
  '\\u{e9}',
  '\\u{d800}',
  '\\q',
  '\n',
];
const SPACES = ['', '', '', ' ', ' ', '\n', '\t', '\r\n', '/* c */', '// c\n', '/* /* n */ */'];
const ODD_SPACES = ['\u00a0', '\u3000', '\ufeff', '\u2009', '\v', '\f', '\u0085', '\u2028', '\u200b'];
const PIECES = [...'(){};,:=.-+_"\\/*\'1aex'.split(''), '->', '//', '/*', '*/', ...KEYWORDS, ...ODD_SPACES, ' '];

/** Writes texts that are mostly right, so that faults stand deep inside. */
class Writer {
  constructor(readonly random: Random) {}

  pick<T>(items: readonly T[]): T {
    return this.random.pick(items);
  }

  rarely(parts = 30): boolean {
    return this.random.below(parts) === 0;
  }

  space(): string {
    return this.rarely(300) ? this.pick(ODD_SPACES) : this.pick(SPACES);
  }

  list(open: string, separator: string, close: string, item: () => string, most = 3): string {
    const items = Array.from({ length: this.random.below(most + 1) }, item);
    const end = items.length > 0 && this.rarely(4) ? separator : '';
    return `${open}${this.space()}${items.join(`${separator}${this.space()}`)}${end}${this.space()}${close}`;
  }

  name(): string {
    return this.rarely(20) ? this.pick(KEYWORDS) : this.pick(NAMES);
  }

  label(): string {
    return this.rarely(4) ? this.pick(NUMBERS) : this.name();
  }

  text(): string {
    return `"${Array.from({ length: this.random.below(4) }, () => this.pick(TEXT_PARTS)).join('')}"`;
  }

  principal(): string {
    return this.rarely(12) ? this.text() : this.pick([`"${ID}"`, '"aaaaa-aa"', '"2vxsx-fae"', `"${ID.toUpperCase()}"`]);
  }

  args(): string {
    return this.list('(', ',', ')', () => this.annotated(3));
  }

  annotated(depth: number): string {
    if (this.rarely(4)) {
      return this.typed(depth);
    }
    return this.value(depth) + (this.rarely(12) ? `${this.space()}:${this.space()}${this.type(depth)}` : '');
  }

  value(depth: number): string {
    const inner = () => this.annotated(depth - 1);
    const field = () => (this.rarely(3) ? inner() : `${this.label()}${this.space()}=${this.space()}${inner()}`);
    const simple = [
      () => this.pick(['', '', '-', '+', '- ']) + this.pick(NUMBERS),
      () => this.text(),
      () => this.pick(['true', 'false', 'null']),
      () => `blob ${this.text()}`,
      () => `principal ${this.principal()}`,
      () => `service ${this.principal()}`,
      () => `func ${this.principal()}${this.space()}.${this.space()}${this.name()}`,
    ];
    const nested = [
      () => `opt ${this.value(depth - 1)}`,
      () => `vec ${this.list('{', ';', '}', inner)}`,
      () => `record ${this.list('{', ';', '}', field)}`,
      () =>
        `variant {${this.space()}${this.label()}${this.rarely(2) ? ` = ${inner()}` : ''}${this.rarely(15) ? ';' : ' '}}`,
      () => `(${inner()})`,
    ];
    return this.pick(depth > 0 ? [...simple, ...nested, ...nested] : simple)();
  }

  /** A value with a type that is probably its own. */
  typed(depth: number): string {
    const [value, type] = this.pair(depth);
    return `${value}${this.space()}:${this.space()}${type}`;
  }

  pair(depth: number): [value: string, type: string] {
    const simple: (() => [string, string])[] = [
      () => [this.pick(['', '', '', '-', '+']) + this.pick(NUMBERS), this.pick(FIXED)],
      () => [this.pick(['1.5', '2.', '5']), this.pick(['float32', 'float64'])],
      () => [this.text(), 'text'],
      () => ['true', 'bool'],
      () => ['null', this.pick(['null', 'opt nat', 'reserved', `opt ${this.type(1)}`])],
      () => [`principal ${this.principal()}`, 'principal'],
      () => [`service ${this.principal()}`, this.serviceType(1)],
      () => [`func ${this.principal()}.m`, this.functionType(1)],
      () => [
        this.pick([`blob ${this.text()}`, 'vec {1; 255}', 'vec {256}', 'vec {1 : nat8}']),
        this.pick(['blob', 'vec nat8']),
      ],
    ];
    if (depth <= 0) {
      return this.pick(simple)();
    }
    const nested: (() => [string, string])[] = [
      () => {
        const [value, type] = this.pair(depth - 1);
        return [`opt ${value}`, `opt ${type}`];
      },
      () => {
        const [value, type] = this.pair(depth - 1);
        return [`vec { ${value}; ${this.rarely(3) ? this.value(0) : value} }`, `vec ${type}`];
      },
      () => {
        const fields = ['a', 'b', '7'].map((label) => [label, ...this.pair(depth - 1)] as const);
        const values = fields.filter(() => !this.rarely(6)).map(([label, value]) => `${label} = ${value}`);
        const types = fields.filter(() => !this.rarely(6)).map(([label, , type]) => `${label} : ${type}`);
        return [`record { ${values.join('; ')} }`, `record { ${types.join('; ')} }`];
      },
      () => {
        const fields = [this.pair(depth - 1), this.pair(depth - 1)];
        return [
          `record { ${fields.map(([value]) => value).join('; ')} }`,
          `record { ${fields.map(([, type]) => type).join(';')} }`,
        ];
      },
      () => {
        const [value, type] = this.pair(depth - 1);
        return [`variant { a = ${value} }`, `variant { ${this.rarely(5) ? 'c' : 'a'} : ${type}; b }`];
      },
      () => {
        const [value, type] = this.pair(depth - 1);
        return [`(${value} : ${type})`, type];
      },
    ];
    return this.pick([...simple, ...nested])();
  }

  type(depth: number): string {
    if (depth <= 0 || this.rarely(2)) {
      return this.rarely(25) ? this.pick(KEYWORDS) : this.pick(PRIMITIVES.slice(0, this.rarely(10) ? undefined : -2));
    }
    const inner = () => this.type(depth - 1);
    const nested = [
      () => `opt ${inner()}`,
      () => `vec ${inner()}`,
      () => `record ${this.list('{', ';', '}', () => (this.rarely(3) ? inner() : `${this.label()} : ${inner()}`))}`,
      () =>
        `variant ${this.list('{', ';', '}', () => (this.rarely(3) ? this.label() : `${this.label()} : ${inner()}`))}`,
      () => this.functionType(depth),
      () => this.serviceType(depth),
    ];
    return this.pick(nested)();
  }

  functionType(depth: number): string {
    return `func ${this.signature(depth)}`;
  }

  signature(depth: number): string {
    // The official parser in use and a later one differ in whether two parameters may have one name.
    const parameters = ['p : ', 'q : ', ''].filter(() => this.rarely(2)).map((name) => name + this.type(depth - 1));
    const results = this.list('(', ',', ')', () => this.type(depth - 1), 1);
    const modes = ['', '', 'query', 'oneway', 'composite_query', 'query query', 'blob'];
    return `(${parameters.join(', ')}) ${this.rarely(30) ? '=' : '->'} ${results} ${this.pick(modes)}`;
  }

  serviceType(depth: number): string {
    const method = () => `${this.name()} : ${this.rarely(12) ? this.type(1) : this.signature(depth)}`;
    return `service ${this.rarely(20) ? ': () -> ' : ''}${this.list('{', ';', '}', method, 2)}`;
  }

  /** The text with a small fault. */
  spoil(text: string): string {
    const at = this.random.below(text.length + 1);
    const length = this.random.below(3);
    return this.pick([
      () => text.slice(0, at) + this.pick(PIECES) + text.slice(at),
      () => text.slice(0, at) + text.slice(at + length),
      () => text.slice(0, at) + this.pick(PIECES) + text.slice(at + length),
      () => text.slice(0, at),
    ])();
  }
}

test(`agrees with the official parser on ${TEXTS} texts`, () => {
  const random = Random.forTest('Candid texts');
  const writer = new Writer(random);
  let taken = 0;
  let unclear = 0;
  const started = performance.now();
  let ours = 0;
  const differences: string[] = [];
  for (let i = 0; i < TEXTS; i++) {
    let text = writer.args();
    for (let faults = random.below(3); faults > 0 && random.below(2) === 0; faults--) {
      text = writer.spoil(text);
    }
    const before = performance.now();
    const problem = checkArguments(text);
    ours += performance.now() - before;
    // Without parentheses a value alone passes, too.
    const isAlone = !text.startsWith('(') && problem === undefined;
    const isRight = isAlone && isTaken(text) === false ? isTaken(`(${text}\n)`) : isTaken(text);
    taken += Number(isRight === true);
    unclear += Number(isRight === undefined);
    if (isRight !== undefined && isRight !== (problem === undefined)) {
      differences.push(`${isRight ? 'refused' : 'passed'}: ${JSON.stringify(text)} ${JSON.stringify(problem)}`);
    }
  }
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    `Candid texts: ${TEXTS}, taken: ${taken}, unclear: ${unclear}, differences: ${differences.length}, ${seconds} s, ours ${(ours / 1000).toFixed(1)} s`,
  );
  assert.deepEqual(differences.slice(0, 20), []);
  assert.ok(unclear < TEXTS / 100, `${unclear} texts about which two versions differ`);
  assert.ok(taken > TEXTS / 5 && taken < (TEXTS * 4) / 5, 'both kinds of text');
});
