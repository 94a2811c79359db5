import { labelId } from './grammar';
import { type CandidField, type CandidType, type Primitive, resolve } from './types';

/** A value as far as it matters to whether it has a type. */
export type Value =
  /** Of a fixed type; `float64` is that of every number with a point. */
  | { readonly kind: Exclude<Primitive, 'empty'> }
  | { readonly kind: 'service' | 'func' }
  /** The `null` of an `opt`. */
  | { readonly kind: 'none' }
  /** A whole number that may become one of many types. */
  | { readonly kind: 'number'; readonly digits: string; readonly negative: boolean }
  | { readonly kind: 'opt'; readonly value: Value }
  | { readonly kind: 'vec'; readonly items: readonly Value[] }
  | { readonly kind: 'record'; readonly fields: ReadonlyMap<number, Value> }
  | { readonly kind: 'variant'; readonly label: number; readonly value: Value };

const INTEGER = /^(nat|int)(8|16|32|64)?$/;

/** Comparisons of values and fields with types that are made for one text. Who writes more has a machine write it. */
const MAX_STEPS = 1_000_000;

/** Holds the values of one text to the types that are written beside them. */
export class Annotator {
  #steps = 0;
  readonly #fields = new WeakMap<readonly CandidField[], ReadonlyMap<number, CandidType>>();

  /** @param types what names of types stand for; in a text by itself there are none */
  constructor(readonly types: ReadonlyMap<string, CandidType> = new Map()) {}

  /**
   * The value with the type that is written beside it, or that a canister wants; undefined where it does not have that
   * type. As candid's `IDLValue::annotate_type` for text: https://github.com/dfinity/candid
   */
  annotate(value: Value, type: CandidType): Value | undefined {
    if (++this.#steps > MAX_STEPS) {
      return value;
    }
    if (type.kind === 'primitive') {
      return annotatePrimitive(value, type.name);
    }
    switch (type.kind) {
      case 'opt': {
        if (value.kind === 'opt') {
          const inner = this.annotate(value.value, type.inner);
          return inner && { kind: 'opt', value: inner };
        }
        const isNone = value.kind === 'null' || value.kind === 'none' || value.kind === 'reserved';
        return isNone ? { kind: 'none' } : undefined;
      }
      case 'vec':
        if (type.inner.kind === 'primitive' && type.inner.name === 'nat8') {
          return annotatePrimitive(value, 'blob');
        }
        return value.kind === 'vec' ? this.#items(value.items, type.inner) : undefined;
      case 'record':
        return value.kind === 'record' ? this.#record(value.fields, type.fields) : undefined;
      case 'variant': {
        if (value.kind !== 'variant') {
          return undefined;
        }
        const field = this.#fieldsOf(type.fields).get(value.label);
        const inner = field && this.annotate(value.value, field);
        return inner && { kind: 'variant', label: value.label, value: inner };
      }
      case 'func':
      case 'service':
        return value.kind === type.kind ? value : undefined;
      case 'name': {
        const found = resolve(type, this.types);
        return found && this.annotate(value, found);
      }
    }
  }

  #items(items: readonly Value[], type: CandidType): Value | undefined {
    const typed: Value[] = [];
    for (const item of items) {
      const value = this.annotate(item, type);
      if (value === undefined) {
        return undefined;
      }
      typed.push(value);
    }
    return { kind: 'vec', items: typed };
  }

  /** Fields that the type does not have are dropped, and those that may be missing are filled in. */
  #record(values: ReadonlyMap<number, Value>, fields: readonly CandidField[]): Value | undefined {
    const typed = new Map<number, Value>();
    for (const [id, type] of this.#fieldsOf(fields)) {
      const value = this.annotate(values.get(id) ?? missing(type), type);
      if (value === undefined) {
        return undefined;
      }
      if (this.#steps > MAX_STEPS) {
        break;
      }
      typed.set(id, value);
    }
    return { kind: 'record', fields: typed };
  }

  #fieldsOf(fields: readonly CandidField[]): ReadonlyMap<number, CandidType> {
    let found = this.#fields.get(fields);
    if (found === undefined) {
      found = new Map(fields.map(({ label, type }) => [labelId(label), type]));
      this.#fields.set(fields, found);
    }
    return found;
  }
}

export function annotatePrimitive(value: Value, name: Primitive): Value | undefined {
  switch (name) {
    case 'reserved':
      return { kind: 'reserved' };
    case 'empty':
      return undefined;
    case 'float32':
      return value.kind === 'float64' || value.kind === 'float32' ? { kind: 'float32' } : undefined;
    case 'blob':
      if (value.kind === 'vec') {
        const isBytes = value.items.every(
          (item) => item.kind === 'nat8' || (item.kind === 'number' && fits(item, 'nat8')),
        );
        return isBytes ? { kind: 'blob' } : undefined;
      }
      return value.kind === 'blob' ? value : undefined;
    default:
      if (value.kind === 'number') {
        return fits(value, name) ? { kind: name } : undefined;
      }
      return value.kind === name || (value.kind === 'nat' && name === 'int') ? { kind: name } : undefined;
  }
}

/** What stands for a field that is not there. */
export function missing(type: CandidType): Value {
  // A `none` has no other type than an `opt`.
  return { kind: type.kind === 'primitive' && type.name === 'null' ? 'null' : 'none' };
}

/** Whether a whole number is one of the type; `-0` is none of a natural type. */
function fits({ digits, negative }: Extract<Value, { kind: 'number' }>, name: Primitive): boolean {
  const [, kind, bits] = INTEGER.exec(name) ?? [];
  if (kind === undefined || (negative && kind === 'nat')) {
    return false;
  }
  if (bits === undefined) {
    return true;
  }
  const significant = digits.replace(/^0x0*|^0+(?=.)/, (prefix) => (prefix.startsWith('0x') ? '0x' : ''));
  // Longer ones do not fit into 64 bits.
  if (significant.length > 20) {
    return false;
  }
  const number = significant === '0x' ? 0n : BigInt(significant);
  const limit = 2n ** BigInt(kind === 'int' ? Number(bits) - 1 : Number(bits));
  return number < limit || (negative && number === limit);
}
