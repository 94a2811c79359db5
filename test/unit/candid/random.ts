/** Random Candid types and values. */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import type { Random } from '../../support/random';

/** A type with what a value of it looks like, as `@dfinity/candid` has it and as .did text. */
export interface RandomType {
  readonly idl: IDL.Type;
  readonly did: string;
  value(): unknown;
}

const CHARACTERS = [
  'a',
  'Z',
  '0',
  ' ',
  '"',
  '\\',
  '\n',
  '\r',
  '\t',
  '\0',
  '\u0007',
  "'",
  'é',
  'ß',
  '日',
  '\u{1f600}',
  '\u2028',
  '\ufeff',
  '{',
  ';',
  '//',
  '/*',
  '\\u{41}',
  '\\00',
];
const LABELS = [
  'a',
  'b',
  'name',
  'Ok',
  'Err',
  'long name',
  'with"quote',
  'record',
  'nat',
  '日本',
  '_7_',
  '_4294967295_',
  'x_y',
  '',
  'back\\slash',
  'new\nline',
];

const FLOATS = [0, -0, 1.5, -2.25, 1e300, -1e-300, 123456789.125, 5e-324];

export function randomText(random: Random): string {
  return Array.from({ length: random.below(12) }, () => random.pick(CHARACTERS)).join('');
}

function primitives(random: Random): readonly (() => RandomType)[] {
  const integer = (name: string, idl: IDL.Type, bits: number, signed: boolean) => (): RandomType => ({
    idl,
    did: name,
    value: () => {
      const value = random.natural(signed ? bits - 1 : bits);
      const given = signed && random.below(2) === 1 ? -value - 1n : value;
      return bits <= 32 ? Number(given) : given;
    },
  });
  return [
    integer('nat', IDL.Nat, 300, false),
    integer('int', IDL.Int, 300, true),
    integer('nat8', IDL.Nat8, 8, false),
    integer('nat16', IDL.Nat16, 16, false),
    integer('nat32', IDL.Nat32, 32, false),
    integer('nat64', IDL.Nat64, 64, false),
    integer('int8', IDL.Int8, 8, true),
    integer('int16', IDL.Int16, 16, true),
    integer('int32', IDL.Int32, 32, true),
    integer('int64', IDL.Int64, 64, true),
    () => ({ idl: IDL.Float64, did: 'float64', value: () => random.pick(FLOATS) }),
    () => ({ idl: IDL.Bool, did: 'bool', value: () => random.below(2) === 1 }),
    () => ({ idl: IDL.Null, did: 'null', value: () => null }),
    () => ({ idl: IDL.Text, did: 'text', value: () => randomText(random) }),
    () => ({
      idl: IDL.Principal,
      did: 'principal',
      value: () => Principal.fromUint8Array(random.bytes(random.below(30))),
    }),
    () => ({ idl: IDL.Vec(IDL.Nat8), did: 'blob', value: () => random.bytes(random.below(40)) }),
  ];
}

/** @param quote writes a label as .did text */
export function randomType(random: Random, depth: number, quote: (name: string) => string): RandomType {
  // `@dfinity/candid` writes the label 7 so.
  const printLabel = (label: string) => /^_(\d+)_$/.exec(label)?.[1] ?? quote(label);
  const inner = () => randomType(random, depth - 1, quote);
  const composites: (() => RandomType)[] = [
    () => {
      const type = inner();
      // The value of an opt is a list of one or none; that of `opt null` and the like is told apart by it.
      return {
        idl: IDL.Opt(type.idl),
        did: `opt ${type.did}`,
        value: () => (random.below(3) === 0 ? [] : [type.value()]),
      };
    },
    () => {
      const type = inner();
      const numbers = type.did === 'nat8';
      return {
        idl: IDL.Vec(type.idl),
        did: `vec ${type.did}`,
        value: () => {
          const values = Array.from({ length: random.below(5) }, () => type.value());
          return numbers ? Uint8Array.from(values as number[]) : values;
        },
      };
    },
    () => {
      const fields = labels(random).map((label) => [label, inner()] as const);
      return {
        idl: IDL.Record(Object.fromEntries(fields.map(([label, type]) => [label, type.idl]))),
        did: `record { ${fields.map(([label, type]) => `${printLabel(label)} : ${type.did}`).join('; ')} }`,
        value: () => Object.fromEntries(fields.map(([label, type]) => [label, type.value()])),
      };
    },
    () => {
      const types = Array.from({ length: 1 + random.below(4) }, inner);
      return {
        idl: IDL.Tuple(...types.map(({ idl }) => idl)),
        did: `record { ${types.map(({ did }) => did).join('; ')} }`,
        value: () => types.map((type) => type.value()),
      };
    },
    () => {
      const fields = [...labels(random), 'only'].map((label) => [label, inner()] as const);
      return {
        idl: IDL.Variant(Object.fromEntries(fields.map(([label, type]) => [label, type.idl]))),
        did: `variant { ${fields.map(([label, type]) => `${printLabel(label)} : ${type.did}`).join('; ')} }`,
        value: () => {
          const [label, type] = random.pick(fields);
          return { [label]: type.value() };
        },
      };
    },
  ];
  const choices = depth <= 0 || random.below(3) === 0 ? primitives(random) : composites;
  return random.pick(choices)();
}

function labels(random: Random): string[] {
  return [...new Set(Array.from({ length: random.below(4) }, () => random.pick(LABELS)))];
}
