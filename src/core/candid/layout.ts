import { plainText } from '../util/foreign';
import { shortText } from '../util/shorten';
import { exampleArguments, exampleValue } from './defaults';
import { labelId } from './grammar';
import { CandidError } from './lexer';
import { printLabel, printName, printType } from './print';
import type { ExpectedTypes } from './typed-arguments';
import { type CandidField, type CandidType, resolve } from './types';
import { ValueParser } from './value-parser';
import type { Value } from './values';

/** Characters beyond which a text is no form to fill in any more. */
const MAX_LENGTH = 40_000;
/** Characters of arguments on one line that can be taken in at a glance. */
const MAX_LINE = 60;
/** Types inside types. */
const MAX_DEPTH = 100;
/** Characters of a comment. */
const MAX_COMMENT = 120;
const STEP = '  ';

class TooLong extends Error {}

/**
 * Arguments over several lines, each with its type in a comment.
 *
 * @param text arguments to lay out, which have no problem; else examples are: zeros, empty texts, one item in each `vec`
 * @returns undefined for what is too large, or a type without a value
 */
export function layOutArguments(
  { parameters, types }: ExpectedTypes,
  { text, comments }: { readonly text?: string; readonly comments: boolean },
): string | undefined {
  if (parameters.length === 0) {
    return '()';
  }
  try {
    const parser = text === undefined ? undefined : new ValueParser(text);
    const values = parser?.args();
    const layout = new Layout(types, comments, text ?? '', parser);
    const lines = parameters.map(({ name, type }, index) => {
      const value = layout.value(type, STEP, values?.[index]);
      const label = name === undefined ? '' : `${printName(name)}: `;
      return `${STEP}${value},${layout.comment(`${label}${layout.about(type)}`)}\n`;
    });
    return `(\n${lines.join('')})`;
  } catch (error) {
    if (error instanceof TooLong || error instanceof CandidError) {
      return undefined;
    }
    throw error;
  }
}

/**
 * Arguments that were edited, as they are shown beside their reply: without comments, and on one line where that is short.
 *
 * @param text arguments that have no problem
 */
export function layOutSent(expected: ExpectedTypes, text: string): string {
  const shown = layOutArguments(expected, { text, comments: false }) ?? text;
  const lines = shown.split('\n');
  if (lines.length !== expected.parameters.length + 2) {
    return shown;
  }
  const values = lines.slice(1, -1).map((line) => line.trim().replace(/,$/, ''));
  const short = `(${values.join(', ')})`;
  return short.length <= MAX_LINE ? short : shown;
}

/** An example of a value, over several lines. */
export function layOutValue(type: CandidType, types: ReadonlyMap<string, CandidType>): string | undefined {
  try {
    return new Layout(types, false, '', undefined).value(type, '', undefined);
  } catch (error) {
    if (error instanceof TooLong) {
      return undefined;
    }
    throw error;
  }
}

/** Whether the arguments are more than can be written on a line by somebody who does not know Candid. */
export function needsLines({ parameters, types }: ExpectedTypes): boolean {
  const seen = new Set<CandidType>();
  /** A record in a `vec` or an `opt` does not show in an example on one line. */
  const hides = (type: CandidType, inside: boolean, depth = 0): boolean => {
    const wanted = resolve(type, types);
    if (inside && (wanted?.kind === 'record' || wanted?.kind === 'variant')) {
      return true;
    }
    if (!wanted || seen.has(wanted) || depth > MAX_DEPTH) {
      return false;
    }
    seen.add(wanted);
    switch (wanted.kind) {
      case 'record':
      case 'variant':
        return wanted.fields.some((field) => hides(field.type, false, depth + 1));
      case 'opt':
      case 'vec':
        return hides(wanted.inner, true, depth + 1);
      default:
        return false;
    }
  };
  return exampleArguments(parameters, types).length > MAX_LINE || parameters.some(({ type }) => hides(type, false));
}

class Layout {
  readonly #types: ReadonlyMap<string, CandidType>;
  readonly #comments: boolean;
  readonly #text: string;
  readonly #parser: ValueParser | undefined;
  /** Names whose example is being written: met again, an item fewer is shown. */
  readonly #open = new Set<string>();
  #left = MAX_LENGTH;

  constructor(
    types: ReadonlyMap<string, CandidType>,
    comments: boolean,
    text: string,
    parser: ValueParser | undefined,
  ) {
    this.#types = types;
    this.#comments = comments;
    this.#text = text;
    this.#parser = parser;
  }

  value(type: CandidType, indent: string, value: Value | undefined): string {
    if (indent.length > MAX_DEPTH * STEP.length || this.#open.size > MAX_DEPTH) {
      throw new TooLong();
    }
    const name = type.kind === 'name' ? type.name : undefined;
    if (name === undefined || this.#open.has(name)) {
      return this.#count(this.#resolved(type, indent, value));
    }
    this.#open.add(name);
    const written = this.#resolved(type, indent, value);
    this.#open.delete(name);
    return this.#count(written);
  }

  /** What a comment says of a type: what it is called, and what it is where that is not written beside it. */
  about(type: CandidType): string {
    const wanted = resolve(type, this.#types);
    const printed = printType(type);
    switch (wanted?.kind) {
      case 'variant':
        return type.kind === 'name' ? `${printed}, ${printType(wanted)}` : printed;
      case 'record':
        return type.kind === 'name' ? printed : 'record';
      case 'opt': {
        const example = this.#exampleOf(wanted.inner);
        const called = type.kind === 'name' ? `${printed}, ${printType(wanted)}` : printed;
        return example === undefined ? called : `${called}, as: opt ${example}`;
      }
      case 'vec':
        return type.kind === 'name' ? `${printed}, ${printType(wanted)}` : printed;
      default:
        return type.kind === 'name' && wanted ? `${printed}, ${printType(wanted)}` : printed;
    }
  }

  comment(text: string): string {
    return this.#comments ? ` // ${shortText(plainText(text), MAX_COMMENT)}` : '';
  }

  #resolved(type: CandidType, indent: string, value: Value | undefined): string {
    const wanted = resolve(type, this.#types);
    if (value !== undefined && !this.#parser?.places.has(value)) {
      throw new TooLong();
    }
    switch (wanted?.kind) {
      case 'record':
        if (value === undefined || value.kind === 'record') {
          return this.#record(wanted.fields, indent, value);
        }
        break;
      case 'variant':
        if (value === undefined || value.kind === 'variant') {
          return this.#variant(wanted.fields, indent, value);
        }
        break;
      case 'vec':
        if (value === undefined || value.kind === 'vec') {
          return this.#vec(wanted.inner, indent, value);
        }
        break;
      case 'opt':
        if (value?.kind === 'opt') {
          return `opt ${this.value(wanted.inner, indent, value.value)}`;
        }
    }
    return value === undefined ? this.#example(type) : this.#source(value);
  }

  #example(type: CandidType): string {
    const example = this.#exampleOf(type);
    if (example === undefined) {
      throw new TooLong();
    }
    return example;
  }

  /** Each may cost thousands of steps, so that they count towards the limit. */
  #exampleOf(type: CandidType): string | undefined {
    this.#left -= 50;
    if (this.#left < 0) {
      throw new TooLong();
    }
    return exampleValue(type, this.#types);
  }

  #source(value: Value): string {
    const { offset, length } = this.#parser!.places.get(value)!;
    return this.#text.slice(offset, offset + length);
  }

  #record(fields: readonly CandidField[], indent: string, value: Extract<Value, { kind: 'record' }> | undefined) {
    const inner = indent + STEP;
    const tuple = fields.every(({ label }, index) => label === index);
    const lines = fields.flatMap((field) => {
      const given = value?.fields.get(labelId(field.label));
      if (value && !given) {
        return [];
      }
      const label = tuple ? '' : `${printLabel(field.label)} = `;
      return `${inner}${label}${this.value(field.type, inner, given)};${this.comment(this.about(field.type))}\n`;
    });
    return lines.length === 0 ? 'record {}' : `record {\n${lines.join('')}${indent}}`;
  }

  #variant(fields: readonly CandidField[], indent: string, value: Extract<Value, { kind: 'variant' }> | undefined) {
    const field = fields.find(({ label, type }) =>
      value ? labelId(label) === value.label : this.#exampleOf(type) !== undefined,
    );
    if (!field) {
      throw new TooLong();
    }
    const label = printLabel(field.label);
    const bare = value ? !this.#parser!.places.has(value.value) : isNull(field.type);
    return bare ? `variant { ${label} }` : `variant { ${label} = ${this.value(field.type, indent, value?.value)} }`;
  }

  #vec(type: CandidType, indent: string, value: Extract<Value, { kind: 'vec' }> | undefined): string {
    const inner = resolve(type, this.#types);
    if (!value && inner?.kind === 'primitive' && inner.name === 'nat8') {
      return 'blob ""';
    }
    const recursive = type.kind === 'name' && this.#open.has(type.name);
    const items = value?.items ?? (recursive || this.#exampleOf(type) === undefined ? [] : [undefined]);
    const composite = inner?.kind === 'record' || inner?.kind === 'variant' || inner?.kind === 'vec';
    if (items.length === 0) {
      return 'vec {}';
    }
    if (!composite) {
      return `vec { ${items.map((item) => `${this.value(type, indent, item)};`).join(' ')} }`;
    }
    const lines = items.map((item) => `${indent}${STEP}${this.value(type, indent + STEP, item)};\n`);
    return `vec {\n${lines.join('')}${indent}}`;
  }

  #count(text: string): string {
    this.#left -= text.length;
    if (this.#left < 0) {
      throw new TooLong();
    }
    return text;
  }
}

function isNull(type: CandidType): boolean {
  return type.kind === 'primitive' && type.name === 'null';
}
