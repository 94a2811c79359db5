import { printLabel } from './print';
import { type CandidField, type CandidType, type Parameter, resolve } from './types';

/** Longer than this, in characters, an example helps nobody. */
const MAX_LENGTH = 10_000;

/** Names of types inside one another. */
const MAX_DEPTH = 200;

class TooLong extends Error {}

/**
 * An argument of the right types to start from: zeros, empty texts, `null` for `opt`, the first case of a variant.
 * `()` where there is none, as for a type that holds itself without end.
 */
export function exampleArguments(parameters: readonly Parameter[], types: ReadonlyMap<string, CandidType>): string {
  try {
    const writer = new Writer(types);
    const values = parameters.map(({ type }) => writer.value(type));
    return values.every((value) => value !== undefined) ? `(${values.join(', ')})` : '()';
  } catch (error) {
    if (error instanceof TooLong) {
      return '()';
    }
    throw error;
  }
}

/** An example of one value; undefined where there is none or it is too long. */
export function exampleValue(type: CandidType, types: ReadonlyMap<string, CandidType>): string | undefined {
  try {
    return new Writer(types).value(type);
  } catch (error) {
    if (error instanceof TooLong) {
      return undefined;
    }
    throw error;
  }
}

class Writer {
  readonly #types: ReadonlyMap<string, CandidType>;
  /** Names whose value is being written: meeting one of them again leads nowhere. */
  readonly #open = new Set<string>();
  #left = MAX_LENGTH;

  constructor(types: ReadonlyMap<string, CandidType>) {
    this.#types = types;
  }

  value(type: CandidType): string | undefined {
    this.#left -= 1;
    if (this.#left < 0 || this.#open.size > MAX_DEPTH) {
      throw new TooLong();
    }
    switch (type.kind) {
      case 'primitive':
        return primitive(type.name);
      case 'name':
        return this.#named(type.name);
      case 'opt':
        return 'null';
      case 'vec': {
        const inner = resolve(type.inner, this.#types);
        return inner?.kind === 'primitive' && inner.name === 'nat8' ? 'blob ""' : 'vec {}';
      }
      case 'record':
        return this.#record(type.fields);
      case 'variant':
        return this.#variant(type.fields);
      case 'func':
        return 'func "aaaaa-aa".raw_rand';
      case 'service':
        return 'service "aaaaa-aa"';
    }
  }

  #named(name: string): string | undefined {
    const type = this.#types.get(name);
    if (type === undefined || this.#open.has(name)) {
      return undefined;
    }
    this.#open.add(name);
    const value = this.value(type);
    this.#open.delete(name);
    return value;
  }

  #record(fields: readonly CandidField[]): string | undefined {
    const tuple = fields.every(({ label }, index) => label === index);
    const parts: string[] = [];
    for (const { label, type } of fields) {
      const value = this.value(type);
      if (value === undefined) {
        return undefined;
      }
      parts.push(tuple ? value : `${printLabel(label)} = ${value}`);
    }
    return parts.length === 0 ? 'record {}' : `record { ${parts.join('; ')} }`;
  }

  /** The first case that has a value. */
  #variant(fields: readonly CandidField[]): string | undefined {
    for (const { label, type } of fields) {
      const value = this.value(type);
      if (value !== undefined) {
        return type.kind === 'primitive' && type.name === 'null'
          ? `variant { ${printLabel(label)} }`
          : `variant { ${printLabel(label)} = ${value} }`;
      }
    }
    return undefined;
  }
}

function primitive(name: Extract<CandidType, { kind: 'primitive' }>['name']): string | undefined {
  switch (name) {
    case 'text':
      return '""';
    case 'bool':
      return 'false';
    case 'null':
    case 'reserved':
      return 'null';
    case 'principal':
      return 'principal "aaaaa-aa"';
    case 'blob':
      return 'blob ""';
    case 'float32':
    case 'float64':
      return '0.0';
    case 'empty':
      return undefined;
    default:
      return '0';
  }
}
