import { labelId } from './grammar';
import type { CandidType, Primitive } from './types';

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

/**
 * The value with the type that is written beside it; undefined where it does not have that type. Names of types do not
 * occur. As candid's `IDLValue::annotate_type` for text: https://github.com/dfinity/candid
 */
export function annotate(value: Value, type: CandidType): Value | undefined {
  if (type.kind === 'primitive') {
    return annotatePrimitive(value, type.name);
  }
  switch (type.kind) {
    case 'opt':
      if (value.kind === 'opt') {
        const inner = annotate(value.value, type.inner);
        return inner && { kind: 'opt', value: inner };
      }
      return value.kind === 'null' || value.kind === 'none' || value.kind === 'reserved' ? { kind: 'none' } : undefined;
    case 'vec':
      if (type.inner.kind === 'primitive' && type.inner.name === 'nat8') {
        return annotatePrimitive(value, 'blob');
      }
      return value.kind === 'vec' ? annotateItems(value.items, type.inner) : undefined;
    case 'record':
      return value.kind === 'record' ? annotateRecord(value.fields, type.fields) : undefined;
    case 'variant': {
      const field =
        value.kind === 'variant' ? type.fields.find(({ label }) => labelId(label) === value.label) : undefined;
      const inner = field && value.kind === 'variant' ? annotate(value.value, field.type) : undefined;
      return inner && value.kind === 'variant' ? { kind: 'variant', label: value.label, value: inner } : undefined;
    }
    case 'func':
    case 'service':
      return value.kind === type.kind ? value : undefined;
    case 'name':
      return undefined;
  }
}

function annotatePrimitive(value: Value, name: Primitive): Value | undefined {
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

function annotateItems(items: readonly Value[], type: CandidType): Value | undefined {
  const typed: Value[] = [];
  for (const item of items) {
    const value = annotate(item, type);
    if (value === undefined) {
      return undefined;
    }
    typed.push(value);
  }
  return { kind: 'vec', items: typed };
}

/** Fields that the type does not have are dropped, and those that may be missing are filled in. */
function annotateRecord(
  values: ReadonlyMap<number, Value>,
  fields: readonly { readonly label: string | number; readonly type: CandidType }[],
): Value | undefined {
  const typed = new Map<number, Value>();
  for (const { label, type } of fields) {
    const id = labelId(label);
    const value = annotate(values.get(id) ?? missing(type), type);
    if (value === undefined) {
      return undefined;
    }
    typed.set(id, value);
  }
  return { kind: 'record', fields: typed };
}

/** What stands for a field that is not there. */
function missing(type: CandidType): Value {
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
