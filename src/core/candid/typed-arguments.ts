import { type Message, msg } from '../util/message';
import { shortText } from '../util/shorten';
import { closest } from '../util/suggest';
import { candidMessage } from './arguments';
import { asText } from './bare-text';
import { expectationAt } from './expected';
import { labelId } from './grammar';
import { CandidError, type CandidProblem } from './lexer';
import { printName, printText, printType } from './print';

import { type CandidField, type CandidType, type Parameter, type Primitive, resolve } from './types';
import { type Span, ValueParser } from './value-parser';
import { annotatePrimitive, type Value } from './values';

/** What keeps a call from being made as it is written, and where. */
export interface CallProblem extends Span {
  readonly message: Message;
  /** What would mend it, in place of the span. */
  readonly fix?: string;
}

/** The parameters of a method, with the types that they name. */
export interface ExpectedTypes {
  readonly parameters: readonly Parameter[];
  readonly types: ReadonlyMap<string, CandidType>;
}

/** More say nothing new. */
const MAX_PROBLEMS = 50;
/** Comparisons of values and fields with types. An interface can have any number of fields. */
const MAX_STEPS = 1_000_000;
/** Names that a misspelt one is compared with. */
const MAX_CANDIDATES = 1_000;
/** Characters of a value or a type in a message. */
const MAX_QUOTED = 60;

/**
 * Holds a text to a method's parameters as `didc encode` does, and is stricter in two things: a field that the type
 * does not have, which Candid drops, is a problem, since it is a slip of the pen. So are arguments beyond the last
 * parameter.
 *
 * @returns the problems in the order of the text; none where the text can be sent
 */
export function checkTypedArguments(text: string, expected: ExpectedTypes): CallProblem[] {
  const parser = attempt(() => new ValueParser(text));
  const values = parser instanceof CandidError ? parser : attempt(() => parser.args());
  if (values instanceof CandidError) {
    return [syntaxProblem(text, values.problem, expected)];
  }
  const checker = new Checker(text, parser as ValueParser, expected.types);
  checker.arguments(values, expected.parameters);
  return checker.problems;
}

function attempt<T>(read: () => T): T | CandidError {
  try {
    return read();
  } catch (error) {
    if (error instanceof CandidError) {
      return error;
    }
    throw error;
  }
}

/** @param problem of the parser, which stops at the first */
function syntaxProblem(text: string, problem: CandidProblem, expected: ExpectedTypes): CallProblem {
  const { offset } = problem;
  const length = Math.max(0, Math.min(problem.length, text.length - offset));
  const found = shortText(problem.found, MAX_QUOTED);
  const type = expectationAt(text, offset, expected)?.value;
  const wanted = type && resolve(type, expected.types);
  if (wanted?.kind === 'primitive' && wanted.name === 'text' && problem.fault === 'unexpected') {
    const bare = text.slice(offset, bareEnd(text, offset));
    const quoted = asText(bare);
    if (quoted !== undefined) {
      const fix = printText(bare.trim());
      return {
        offset,
        length: bare.trimEnd().length,
        message: msg('A text stands in double quotes: {0}', shortText(fix, MAX_QUOTED)),
        fix,
      };
    }
  }
  return { offset, length, message: candidMessage(problem, found) };
}

/** Where what was typed without quotes ends. */
function bareEnd(text: string, start: number): number {
  const end = text.slice(start).search(/[,;(){}"\n]/);
  return end < 0 ? text.length : start + end;
}

/** One step on the way to a value: the argument, a field, an item. */
type Step = { readonly argument: string | number } | { readonly field: string | number } | { readonly item: number };

class Checker {
  readonly problems: CallProblem[] = [];
  readonly #text: string;
  readonly #parser: ValueParser;
  readonly #types: ReadonlyMap<string, CandidType>;
  readonly #fields = new WeakMap<readonly CandidField[], ReadonlyMap<number, CandidField>>();
  readonly #path: Step[] = [];
  #steps = 0;

  constructor(text: string, parser: ValueParser, types: ReadonlyMap<string, CandidType>) {
    this.#text = text;
    this.#parser = parser;
    this.#types = types;
  }

  arguments(values: readonly Value[], parameters: readonly Parameter[]): void {
    const whole = { offset: 0, length: this.#text.length };
    for (const [index, { name, type }] of parameters.entries()) {
      const value = values[index];
      // Where there is one argument, what it is need not be said.
      const step: Step[] = parameters.length > 1 ? [{ argument: name ?? index + 1 }] : [];
      if (value === undefined) {
        const what = name === undefined ? String(index + 1) : printName(name);
        this.#add(msg('argument {0} ({1}) is missing', what, this.#typeText(type)), this.#closing(whole));
        continue;
      }
      this.#path.push(...step);
      this.check(value, type, this.#place(value, whole));
      this.#path.length = 0;
    }
    const extra = values[parameters.length];
    if (extra) {
      this.#add(
        parameters.length === 1
          ? msg('the method takes 1 argument')
          : msg('the method takes {0} arguments', parameters.length),
        this.#place(extra, whole),
      );
    }
  }

  /** @param outer where the value stands, unless its own place is known */
  check(value: Value, type: CandidType, outer: Span): void {
    if (++this.#steps > MAX_STEPS || this.problems.length >= MAX_PROBLEMS) {
      return;
    }
    const place = this.#place(value, outer);
    const wanted = resolve(type, this.#types);
    switch (wanted?.kind) {
      case undefined:
        this.#wrongType(place, type);
        return;
      case 'primitive':
        if (!annotatePrimitive(value, wanted.name)) {
          this.#wrongType(place, type, this.#primitiveFix(value, wanted.name, place));
        }
        return;
      case 'opt':
        if (value.kind === 'opt') {
          this.check(value.value, wanted.inner, place);
        } else if (value.kind !== 'null' && value.kind !== 'none' && value.kind !== 'reserved') {
          this.#opt(value, place, type, wanted.inner);
        }
        return;
      case 'vec': {
        const inner = resolve(wanted.inner, this.#types);
        const bytes = inner?.kind === 'primitive' && inner.name === 'nat8';
        if (value.kind === 'vec') {
          this.#items(value.items, wanted.inner, place);
        } else if (!bytes || value.kind !== 'blob') {
          this.#wrongType(place, type);
        }
        return;
      }
      case 'record':
        if (value.kind === 'record') {
          this.#record(value, wanted.fields, place);
        } else {
          this.#wrongType(place, type);
        }
        return;
      case 'variant':
        if (value.kind === 'variant') {
          this.#variant(value, wanted.fields, place);
        } else {
          this.#wrongType(place, type);
        }
        return;
      case 'func':
      case 'service':
        if (value.kind !== wanted.kind) {
          this.#wrongType(place, type);
        }
    }
  }

  /** The value as one of the type, where that can be told. */
  #primitiveFix(value: Value, name: Primitive, place: Span): string | undefined {
    const text = this.#textAt(place);
    if (value.kind === 'number' && name === 'text') {
      return printText(text);
    }
    const isFloat = name === 'float32' || name === 'float64';
    return isFloat && value.kind === 'number' && /^[+-]?\d+$/.test(text) ? `${text}.0` : undefined;
  }

  /** A value that has the inner type only wants an `opt` before it. */
  #opt(value: Value, place: Span, type: CandidType, inner: CandidType): void {
    const before = this.problems.length;
    this.check(value, inner, place);
    const fits = this.problems.length === before;
    this.problems.length = before;
    this.#wrongType(place, type, fits ? `opt ${this.#textAt(place)}` : undefined);
  }

  #items(items: readonly Value[], type: CandidType, place: Span): void {
    for (const [index, item] of items.entries()) {
      this.#path.push({ item: index });
      this.check(item, type, place);
      this.#path.pop();
    }
  }

  #record(record: Extract<Value, { kind: 'record' }>, fields: readonly CandidField[], place: Span): void {
    const wanted = this.#fieldsOf(fields);
    const labels = this.#parser.labels.get(record);
    const absent: CandidField[] = [];
    for (const [id, field] of wanted) {
      if (++this.#steps > MAX_STEPS || this.problems.length >= MAX_PROBLEMS) {
        return;
      }
      const value = record.fields.get(id);
      if (value !== undefined) {
        this.#path.push({ field: field.label });
        this.check(value, field.type, place);
        this.#path.pop();
      } else if (!this.#mayBeMissing(field.type)) {
        absent.push(field);
      }
    }
    for (const id of record.fields.keys()) {
      if (this.problems.length < MAX_PROBLEMS && !wanted.has(id)) {
        const label = labels?.get(id);
        this.#unknown('field', label?.label ?? id, label ?? place, absent.length > 0 ? absent : fields);
      }
    }
    for (const { label, type } of absent.slice(0, MAX_PROBLEMS)) {
      this.#add(
        msg('field {0} ({1}) is missing', labelText(label), this.#typeText(type)),
        this.#closing(place, place.length),
      );
    }
  }

  #variant(variant: Extract<Value, { kind: 'variant' }>, fields: readonly CandidField[], place: Span): void {
    const field = this.#fieldsOf(fields).get(variant.label);
    const label = this.#parser.labels.get(variant)?.get(variant.label);
    if (!field) {
      this.#unknown('variant', label?.label ?? variant.label, label ?? place, fields);
      return;
    }
    this.#path.push({ field: field.label });
    const wanted = resolve(field.type, this.#types);
    const bare = variant.value.kind === 'null' && !this.#parser.places.has(variant.value);
    const takesNull = wanted?.kind === 'primitive' && (wanted.name === 'null' || wanted.name === 'reserved');
    if (bare && !takesNull && wanted?.kind !== 'opt') {
      this.#add(msg('a value ({0}) is missing', this.#typeText(field.type)), label ?? place);
    } else {
      this.check(variant.value, field.type, place);
    }
    this.#path.pop();
  }

  #unknown(kind: 'field' | 'variant', label: string | number, place: Span, known: readonly CandidField[]): void {
    const names = known.slice(0, MAX_CANDIDATES).flatMap(({ label: name }) => (typeof name === 'string' ? name : []));
    const near = typeof label === 'string' ? closest(label, names) : undefined;
    const shown = labelText(label);
    if (near !== undefined) {
      const text =
        kind === 'field'
          ? msg('there is no field {0}; did you mean {1}?', shown, labelText(near))
          : msg('there is no case {0}; did you mean {1}?', shown, labelText(near));
      this.#add(text, place, printName(near));
      return;
    }
    if (known.length === 0) {
      this.#add(msg('there is no field {0}; the record has none', shown), place);
      return;
    }
    const all = shortText(
      known
        .map(({ label: each }) => labelText(each))
        .slice(0, 20)
        .join(', '),
      2 * MAX_QUOTED,
    );
    this.#add(
      kind === 'field'
        ? msg('there is no field {0}, only {1}', shown, all)
        : msg('there is no case {0}, only {1}', shown, all),
      place,
    );
  }

  #mayBeMissing(type: CandidType): boolean {
    const wanted = resolve(type, this.#types);
    // dfx 0.32 fills in a `null`, too; didc 0.0.4, which encodes here, does not.
    return wanted?.kind === 'opt' || (wanted?.kind === 'primitive' && wanted.name === 'reserved');
  }

  #wrongType(place: Span, type: CandidType, fix?: string): void {
    const found = shortText(this.#textAt(place), MAX_QUOTED);
    const message =
      fix === undefined
        ? msg('{0} is not of the type {1}', found, this.#typeText(type))
        : msg('{0} is not of the type {1}; write {2}', found, this.#typeText(type), shortText(fix, MAX_QUOTED));
    this.#add(message, place, fix);
  }

  #typeText(type: CandidType): string {
    return shortText(printType(type), MAX_QUOTED);
  }

  #textAt({ offset, length }: Span): string {
    return this.#text.slice(offset, offset + length);
  }

  #place(value: Value, outer: Span): Span {
    return this.#parser.places.get(value) ?? outer;
  }

  /** The bracket that a missing thing would stand before, else the whole. */
  #closing({ offset, length }: Span, end = this.#text.trimEnd().length): Span {
    const last = offset + end - 1;
    return /[)}]/.test(this.#text[last] ?? '') ? { offset: last, length: 1 } : { offset, length };
  }

  #fieldsOf(fields: readonly CandidField[]): ReadonlyMap<number, CandidField> {
    let found = this.#fields.get(fields);
    if (found === undefined) {
      found = new Map(fields.map((field) => [labelId(field.label), field]));
      this.#fields.set(fields, found);
    }
    return found;
  }

  #add(message: Message, { offset, length }: Span, fix?: string): void {
    const where = pathMessage(this.#path);
    this.problems.push({ offset, length, message: where ? msg('{0}: {1}', where, message) : message, fix });
  }
}

function labelText(label: string | number): string {
  return typeof label === 'number' ? String(label) : printText(label);
}

/** `items[0].price`; of several arguments the one that is meant stands before that. */
function pathMessage(path: readonly Step[]): string | Message | undefined {
  const [first] = path;
  if (!first) {
    return undefined;
  }
  const steps = typeof (first as { argument?: unknown }).argument === 'number' ? path.slice(1) : path;
  let text = '';
  for (const step of steps) {
    if ('item' in step) {
      text += `[${step.item}]`;
    } else {
      const name = 'field' in step ? step.field : step.argument;
      text += `${text === '' ? '' : '.'}${typeof name === 'number' ? name : printName(name)}`;
    }
  }
  const shown = shortText(text, 2 * MAX_QUOTED);
  if (steps === path) {
    return shown;
  }
  const number = (first as { argument: number }).argument;
  return shown === '' ? msg('argument {0}', number) : msg('argument {0}, {1}', number, shown);
}
