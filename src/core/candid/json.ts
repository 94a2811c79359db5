import { allAtOnce, type Steps } from '../util/steps';
import { hexOf } from './form';
import type { Literal, LiteralField } from './literals';

/** What `JSON.stringify` can write. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * A value as JSON: a whole number that JavaScript cannot hold is a text, a blob its hex digits, an `opt` its value or
 * null, a variant an object with one field, a tuple a list.
 */
export function toJson(literal: Literal): Json {
  return allAtOnce(jsonSteps(literal));
}

/** As {@link toJson}, in steps. */
export function* jsonSteps(literal: Literal): Steps<Json> {
  switch (literal.kind) {
    case 'number': {
      const number = Number(literal.text);
      return literal.float || Number.isSafeInteger(number) ? number : literal.text;
    }
    case 'text':
    case 'principal':
    case 'service':
      return literal.text;
    case 'bool':
      return literal.value;
    case 'null':
      return null;
    case 'opt':
      return yield* jsonSteps(literal.value);
    case 'vec':
      return yield* listSteps(literal.items);
    case 'blob':
      return `0x${hexOf(literal.bytes)}`;
    case 'func':
      return `${literal.principal}.${literal.method}`;
    case 'record': {
      const values = yield* listSteps(literal.fields.map(({ value }) => value));
      return isTuple(literal.fields)
        ? values
        : Object.fromEntries(literal.fields.map(({ label }, index) => [String(label), values[index]!]));
    }
    case 'variant':
      return { [String(literal.field.label)]: yield* jsonSteps(literal.field.value) };
  }
}

function* listSteps(literals: readonly Literal[]): Steps<Json[]> {
  const values: Json[] = [];
  for (const literal of literals) {
    values.push(yield* jsonSteps(literal));
    yield;
  }
  return values;
}

/** True of a record whose fields are 0, 1, and so on. An empty one is none. */
export function isTuple(fields: readonly Pick<LiteralField, 'label'>[]): boolean {
  return fields.length > 0 && fields.every(({ label }, index) => label === index);
}
