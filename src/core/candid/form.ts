/**
 * Arguments as a form shows them: a value for each parameter, with what was typed in it as it was typed. Every form can
 * be written as Candid text, which the official parser judges; a text becomes a form where its values have the types.
 */
import { type Message, msg } from '../util/message';
import { isPrincipal } from '../util/principal';
import { labelId } from './grammar';
import { CandidError } from './lexer';
import { type Literal, readLiterals } from './literals';
import { printLabel, printName, printText } from './print';
import { type CandidField, type CandidType, type Parameter, type Primitive, resolve } from './types';

/** Parts of one form. Who has more is better served by the text. */
export const MAX_PARTS = 2_000;

export type Types = ReadonlyMap<string, CandidType>;

export type FormValue =
  /** A number or a principal (of a `service` too), as typed. */
  | { readonly kind: 'typed'; readonly text: string }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  /** Of a type that has one value. */
  | { readonly kind: 'nothing' }
  | { readonly kind: 'opt'; readonly value: FormValue | undefined }
  | { readonly kind: 'vec'; readonly items: readonly FormValue[] }
  /** `text`: the bytes in hex digits, or the text that they are the UTF-8 of. */
  | { readonly kind: 'blob'; readonly as: 'hex' | 'text'; readonly text: string }
  | { readonly kind: 'func'; readonly principal: string; readonly method: string }
  /** In the order of the type's fields. */
  | { readonly kind: 'record'; readonly fields: readonly FormValue[] }
  /** `selected`: index of the case. */
  | { readonly kind: 'variant'; readonly selected: number; readonly value: FormValue };

/** A value to start from; undefined where the type has none that is finite, or none that a form can hold. */
export function startValue(type: CandidType, types: Types): FormValue | undefined {
  return new Starter(types).value(type);
}

class Starter {
  readonly #types: Types;
  /** Names whose value is being made: meeting one of them again leads nowhere. */
  readonly #open = new Set<string>();
  #left = MAX_PARTS;

  constructor(types: Types) {
    this.#types = types;
  }

  value(type: CandidType): FormValue | undefined {
    if (--this.#left < 0) {
      return undefined;
    }
    switch (type.kind) {
      case 'primitive':
        return startPrimitive(type.name);
      case 'name': {
        const named = this.#types.get(type.name);
        if (named === undefined || this.#open.has(type.name)) {
          return undefined;
        }
        this.#open.add(type.name);
        const value = this.value(named);
        this.#open.delete(type.name);
        return value;
      }
      case 'opt':
        return { kind: 'opt', value: undefined };
      case 'vec':
        return isBlob(type, this.#types) ? { kind: 'blob', as: 'hex', text: '' } : { kind: 'vec', items: [] };
      case 'record': {
        const fields: FormValue[] = [];
        for (const field of type.fields) {
          const value = this.value(field.type);
          if (value === undefined) {
            return undefined;
          }
          fields.push(value);
        }
        return { kind: 'record', fields };
      }
      case 'variant':
        for (const [selected, field] of type.fields.entries()) {
          const value = this.value(field.type);
          if (value !== undefined) {
            return { kind: 'variant', selected, value };
          }
        }
        return undefined;
      case 'func':
        return { kind: 'func', principal: '', method: '' };
      case 'service':
        return { kind: 'typed', text: '' };
    }
  }
}

function startPrimitive(name: Primitive): FormValue | undefined {
  switch (name) {
    case 'text':
      return { kind: 'text', text: '' };
    case 'bool':
      return { kind: 'bool', value: false };
    case 'null':
    case 'reserved':
      return { kind: 'nothing' };
    case 'principal':
      return { kind: 'typed', text: '' };
    case 'blob':
      return { kind: 'blob', as: 'hex', text: '' };
    case 'empty':
      return undefined;
    default:
      return { kind: 'typed', text: '0' };
  }
}

/** True of `blob` and `vec nat8`, which are the same. */
export function isBlob(type: CandidType, types: Types): boolean {
  const inner = type.kind === 'vec' ? resolve(type.inner, types) : undefined;
  return (type.kind === 'primitive' && type.name === 'blob') || (inner?.kind === 'primitive' && inner.name === 'nat8');
}

/** The form as Candid text, `("Sam", 5)`. What is typed wrongly makes a text that is wrong. */
export function printForm(values: readonly FormValue[], parameters: readonly Parameter[], types: Types): string {
  return `(${values.map((value, index) => printValue(value, parameters[index]!.type, types)).join(', ')})`;
}

function printValue(value: FormValue, type: CandidType, types: Types): string {
  const wanted = resolve(type, types);
  switch (value.kind) {
    case 'typed':
      return printTyped(value.text, wanted);
    case 'text':
      return printText(value.text);
    case 'bool':
      return String(value.value);
    case 'nothing':
      return 'null';
    case 'blob':
      return value.as === 'text' ? `blob ${printText(value.text)}` : `blob "${value.text.replace(/../g, '\\$&')}"`;
    case 'func':
      return `func ${printText(value.principal)}.${printName(value.method)}`;
    case 'opt':
      return value.value === undefined || wanted?.kind !== 'opt'
        ? 'null'
        : `opt ${printValue(value.value, wanted.inner, types)}`;
    case 'vec':
      return value.items.length === 0
        ? 'vec {}'
        : `vec {${value.items.map((item) => ` ${printValue(item, innerOf(wanted), types)}`).join(';')} }`;
    case 'record':
      return printRecord(value.fields, fieldsOf(wanted), types);
    case 'variant': {
      const field = fieldsOf(wanted)[value.selected];
      if (!field) {
        return 'null';
      }
      const label = printLabel(field.label);
      return value.value.kind === 'nothing'
        ? `variant { ${label} }`
        : `variant { ${label} = ${printValue(value.value, field.type, types)} }`;
    }
  }
}

function printTyped(text: string, type: CandidType | undefined): string {
  if (type?.kind === 'service') {
    return `service ${printText(text)}`;
  }
  const name = type?.kind === 'primitive' ? type.name : undefined;
  if (name === 'principal') {
    return `principal ${printText(text)}`;
  }
  // Without a point it would be a whole number, which is none of these.
  return (name === 'float32' || name === 'float64') && /^\s*[+-]?[\d_]+\s*$/.test(text) ? `${text.trim()}.0` : text;
}

function printRecord(values: readonly FormValue[], fields: readonly CandidField[], types: Types): string {
  const tuple = fields.every(({ label }, index) => label === index);
  const parts = fields.map(({ label, type }, index) => {
    const value = values[index];
    const text = value ? printValue(value, type, types) : 'null';
    return tuple ? text : `${printLabel(label)} = ${text}`;
  });
  return parts.length === 0 ? 'record {}' : `record { ${parts.join('; ')} }`;
}

function innerOf(type: CandidType | undefined): CandidType {
  return type?.kind === 'vec' || type?.kind === 'opt' ? type.inner : { kind: 'primitive', name: 'reserved' };
}

function fieldsOf(type: CandidType | undefined): readonly CandidField[] {
  return type?.kind === 'record' || type?.kind === 'variant' ? type.fields : [];
}

/** The form that says what the text says; undefined where its values are not of the types, or are too many. */
export function readForm(text: string, parameters: readonly Parameter[], types: Types): FormValue[] | undefined {
  try {
    const literals = readLiterals(text);
    const reader = new FormReader(types);
    return literals.length === parameters.length
      ? literals.map((literal, index) => reader.value(literal, parameters[index]!.type))
      : undefined;
  } catch (error) {
    if (error instanceof CandidError || error instanceof NotInForm) {
      return undefined;
    }
    throw error;
  }
}

class NotInForm extends Error {}

function notInForm(): never {
  throw new NotInForm();
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** What a field for one line of text shows as it is. */
const SHOWN_AS_TEXT = /^[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]+$/u;

class FormReader {
  readonly #types: Types;
  #left = MAX_PARTS;

  constructor(types: Types) {
    this.#types = types;
  }

  value(literal: Literal, type: CandidType): FormValue {
    if (--this.#left < 0) {
      return notInForm();
    }
    const wanted = resolve(type, this.#types);
    switch (wanted?.kind) {
      case 'primitive':
        return this.#primitive(literal, wanted.name);
      case 'opt':
        if (literal.kind === 'null') {
          return { kind: 'opt', value: undefined };
        }
        return literal.kind === 'opt' ? { kind: 'opt', value: this.value(literal.value, wanted.inner) } : notInForm();
      case 'vec':
        if (isBlob(wanted, this.#types)) {
          return blobValue(literal);
        }
        return literal.kind === 'vec'
          ? { kind: 'vec', items: literal.items.map((item) => this.value(item, wanted.inner)) }
          : notInForm();
      case 'record':
        return literal.kind === 'record' ? this.#record(literal, wanted.fields) : notInForm();
      case 'variant': {
        const id = literal.kind === 'variant' ? literal.field.id : undefined;
        const selected = wanted.fields.findIndex(({ label }) => labelId(label) === id);
        return literal.kind === 'variant' && selected >= 0
          ? { kind: 'variant', selected, value: this.value(literal.field.value, wanted.fields[selected]!.type) }
          : notInForm();
      }
      case 'func':
        return literal.kind === 'func'
          ? { kind: 'func', principal: literal.principal, method: literal.method }
          : notInForm();
      case 'service':
        return literal.kind === 'service' ? { kind: 'typed', text: literal.text } : notInForm();
      default:
        return notInForm();
    }
  }

  #primitive(literal: Literal, name: Primitive): FormValue {
    switch (name) {
      case 'text':
        return literal.kind === 'text' ? literal : notInForm();
      case 'bool':
        return literal.kind === 'bool' ? literal : notInForm();
      case 'null':
        return literal.kind === 'null' ? { kind: 'nothing' } : notInForm();
      case 'reserved':
        return { kind: 'nothing' };
      case 'empty':
        return notInForm();
      case 'blob':
        return blobValue(literal);
      case 'principal':
        return literal.kind === 'principal' ? { kind: 'typed', text: literal.text } : notInForm();
      case 'float32':
      case 'float64':
        return literal.kind === 'number' && literal.float ? { kind: 'typed', text: literal.text } : notInForm();
      default:
        return literal.kind === 'number' && !literal.float ? { kind: 'typed', text: literal.text } : notInForm();
    }
  }

  #record({ fields }: Extract<Literal, { kind: 'record' }>, wanted: readonly CandidField[]): FormValue {
    const byId = new Map(fields.map(({ id, value }) => [id, value]));
    const values = wanted.map(({ label, type }) => {
      const id = labelId(label);
      // Where a field is missing, Candid reads null.
      const value = this.value(byId.get(id) ?? { kind: 'null' }, type);
      byId.delete(id);
      return value;
    });
    // The form has no place for a field that the type does not have.
    return byId.size === 0 ? { kind: 'record', fields: values } : notInForm();
  }
}

function blobValue(literal: Literal): FormValue {
  const bytes = bytesOf(literal) ?? notInForm();
  try {
    const text = decoder.decode(bytes);
    if (SHOWN_AS_TEXT.test(text)) {
      return { kind: 'blob', as: 'text', text };
    }
  } catch {
    // Not UTF-8.
  }
  return { kind: 'blob', as: 'hex', text: hexOf(bytes) };
}

function bytesOf(literal: Literal): Uint8Array | undefined {
  if (literal.kind === 'blob') {
    return literal.bytes;
  }
  if (literal.kind !== 'vec') {
    return undefined;
  }
  const numbers = literal.items.map((item) => (item.kind === 'number' && !item.float ? Number(item.text) : -1));
  return numbers.every((number) => number >= 0 && number <= 255) ? Uint8Array.from(numbers) : undefined;
}

export function hexOf(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

const INTEGER = /^\s*([+-]?)(0x[0-9a-f][0-9a-f_]*|\d[\d_]*)\s*$/i;
const FLOAT = /^\s*[+-]?(?:\d[\d_]*|\d+\.\d*|\.\d+)(?:[eE][+-]?\d+)?\s*$/;
/** Longer numbers are not read. */
const MAX_DIGITS = 10_000;

/** What is wrong with what was typed into one part of a form. */
export function partProblem(value: FormValue, type: CandidType, types: Types): Message | undefined {
  const wanted = resolve(type, types);
  switch (value.kind) {
    case 'typed':
      return wanted?.kind === 'primitive' && wanted.name !== 'principal'
        ? numberProblem(value.text, wanted.name)
        : principalProblem(value.text);
    case 'func':
      return (
        principalProblem(value.principal) ?? (value.method === '' ? msg('Enter the name of a method.') : undefined)
      );
    case 'blob':
      return value.as === 'hex' && !/^(?:[0-9a-f]{2})*$/i.test(value.text)
        ? msg('Two hexadecimal digits for each byte, such as 00ff')
        : undefined;
    default:
      return undefined;
  }
}

function principalProblem(text: string): Message | undefined {
  return isPrincipal(text) ? undefined : msg('A principal, such as aaaaa-aa');
}

function numberProblem(text: string, name: Primitive): Message | undefined {
  if (name === 'float32' || name === 'float64') {
    return FLOAT.test(text) ? undefined : msg('A number, such as 1.5');
  }
  const [, sign = '', digits] = text.length > MAX_DIGITS ? [] : (INTEGER.exec(text) ?? []);
  const [, kind, bits] = /^(nat|int)(\d*)$/.exec(name) ?? [];
  const lowest = kind === 'nat' ? 0n : bits === '' ? undefined : -(2n ** BigInt(Number(bits) - 1));
  const highest = bits === '' ? undefined : 2n ** BigInt(Number(bits) - (kind === 'nat' ? 0 : 1)) - 1n;
  if (digits !== undefined) {
    const size = BigInt(digits.replaceAll('_', ''));
    const number = sign === '-' ? -size : size;
    const natural = kind === 'int' || sign !== '-';
    if (natural && (lowest === undefined || number >= lowest) && (highest === undefined || number <= highest)) {
      return undefined;
    }
  }
  if (lowest === undefined) {
    return msg('A whole number');
  }
  return highest === undefined
    ? msg('A whole number, not negative')
    : msg('A whole number from {0} to {1}', String(lowest), String(highest));
}

/** True where every part of the form is filled in rightly. */
export function isFilled(values: readonly FormValue[], parameters: readonly Parameter[], types: Types): boolean {
  return values.every((value, index) => isRight(value, parameters[index]!.type, types));
}

function isRight(value: FormValue, type: CandidType, types: Types): boolean {
  if (partProblem(value, type, types)) {
    return false;
  }
  const wanted = resolve(type, types);
  switch (value.kind) {
    case 'opt':
      return value.value === undefined || isRight(value.value, innerOf(wanted), types);
    case 'vec':
      return value.items.every((item) => isRight(item, innerOf(wanted), types));
    case 'record':
      return value.fields.every((field, index) => isRight(field, fieldsOf(wanted)[index]!.type, types));
    case 'variant':
      return isRight(value.value, fieldsOf(wanted)[value.selected]!.type, types);
    default:
      return true;
  }
}
