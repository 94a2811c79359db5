import { type Message, msg } from '../util/message';
import type { CandidField, CandidType, Interface, Mode, Parameter, Primitive, Signature } from './types';

/**
 * Reads .did files: enough to list methods and to know their types. Files that import others are refused, since what
 * they say is not all there.
 * Grammar: https://github.com/dfinity/candid/blob/master/spec/Candid.md#core-grammar
 */

/** An interface larger than this, in characters, is not read. */
const MAX_LENGTH = 4_000_000;
const MAX_DEPTH = 200;

const PRIMITIVES: ReadonlySet<string> = new Set<Primitive>([
  'nat',
  'nat8',
  'nat16',
  'nat32',
  'nat64',
  'int',
  'int8',
  'int16',
  'int32',
  'int64',
  'float32',
  'float64',
  'bool',
  'text',
  'null',
  'reserved',
  'empty',
  'principal',
  'blob',
]);
const MODES: ReadonlySet<string> = new Set<Mode>(['query', 'composite_query', 'oneway']);

interface Token {
  readonly kind: 'mark' | 'word' | 'text' | 'number' | 'end';
  readonly text: string;
  readonly offset: number;
}

const SPACE = /(?:\s|\/\/[^\n]*)+/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const NUMBER = /0x[0-9a-fA-F][0-9a-fA-F_]*|[0-9][0-9_]*/y;
const STRING = /"(?:[^"\\]|\\[\s\S])*"/y;
const MARK = /->|[{}():;,=]/y;
const ESCAPE = /\\(?:u\{([0-9a-fA-F_]+)\}|([0-9a-fA-F]{2})|([\s\S]))/g;
const NAMED_ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

class DidError extends Error {
  constructor(readonly problem: Message) {
    super(problem.text);
  }
}

class Parser {
  readonly #text: string;
  #at = 0;
  #depth = 0;
  #token: Token;

  constructor(text: string) {
    this.#text = text;
    this.#token = this.#scan();
  }

  interface(): Interface {
    const types = new Map<string, CandidType>();
    for (;;) {
      if (this.#word('import')) {
        throw new DidError(msg('The interface imports other files, which are not read.'));
      }
      if (!this.#word('type')) {
        break;
      }
      const name = this.#identifier();
      this.#expect('=');
      types.set(name, this.#type());
      if (!this.#take(';')) {
        break;
      }
    }
    if (this.#atEnd()) {
      return { types, methods: new Map() };
    }
    if (!this.#word('service')) {
      this.#fail();
    }
    if (this.#token.kind === 'word') {
      this.#identifier();
    }
    this.#expect(':');
    let init: Parameter[] | undefined;
    if (this.#is('(')) {
      init = this.#parameters();
      this.#expect('->');
    }
    const body: CandidType = this.#is('{')
      ? { kind: 'service', methods: this.#methods() }
      : { kind: 'name', name: this.#identifier() };
    this.#take(';');
    if (!this.#atEnd()) {
      this.#fail();
    }
    return { types, methods: signatures(body, types), ...(init ? { init } : {}) };
  }

  #type(): CandidType {
    this.#depth += 1;
    if (this.#depth > MAX_DEPTH) {
      throw new DidError(msg('The interface is nested too deeply.'));
    }
    const type = this.#innerType();
    this.#depth -= 1;
    return type;
  }

  #innerType(): CandidType {
    const name = this.#identifier();
    switch (name) {
      case 'opt':
      case 'vec':
        return { kind: name, inner: this.#type() };
      case 'record':
      case 'variant':
        return { kind: name, fields: this.#fields(name) };
      case 'func':
        return { kind: 'func', signature: this.#signature() };
      case 'service':
        return { kind: 'service', methods: this.#methods() };
      default:
        return PRIMITIVES.has(name) ? { kind: 'primitive', name: name as Primitive } : { kind: 'name', name };
    }
  }

  #fields(kind: 'record' | 'variant'): CandidField[] {
    const fields: CandidField[] = [];
    // A field without a label has the number after the one before it.
    let next = 0;
    this.#expect('{');
    while (!this.#is('}')) {
      const field = this.#field(kind, next);
      fields.push(field);
      next = labelId(field.label) + 1;
      if (!this.#take(';')) {
        break;
      }
    }
    this.#expect('}');
    return fields;
  }

  #field(kind: 'record' | 'variant', next: number): CandidField {
    const { kind: token } = this.#token;
    if (token === 'number' || token === 'text' || (token === 'word' && this.#isLabel(kind))) {
      const label = token === 'number' ? Number(this.#next().text.replaceAll('_', '')) : this.#name();
      if (kind === 'variant' && !this.#is(':')) {
        return { label, type: { kind: 'primitive', name: 'null' } };
      }
      this.#expect(':');
      return { label, type: this.#type() };
    }
    return { label: next, type: this.#type() };
  }

  /** A word is a label where a colon follows; in a variant it is one always. */
  #isLabel(kind: 'record' | 'variant'): boolean {
    if (kind === 'variant') {
      return true;
    }
    const after = this.#at;
    const token = this.#scan();
    this.#at = after;
    return token.kind === 'mark' && token.text === ':';
  }

  #methods(): Map<string, CandidType> {
    const methods = new Map<string, CandidType>();
    this.#expect('{');
    while (!this.#is('}')) {
      const name = this.#name();
      this.#expect(':');
      const type: CandidType = this.#is('(')
        ? { kind: 'func', signature: this.#signature() }
        : { kind: 'name', name: this.#identifier() };
      methods.set(name, type);
      if (!this.#take(';')) {
        break;
      }
    }
    this.#expect('}');
    return methods;
  }

  #signature(): Signature {
    const parameters = this.#parameters();
    this.#expect('->');
    const results = this.#parameters();
    const modes: Mode[] = [];
    while (this.#token.kind === 'word' && MODES.has(this.#token.text)) {
      modes.push(this.#next().text as Mode);
    }
    return { parameters, results, modes };
  }

  #parameters(): Parameter[] {
    const parameters: Parameter[] = [];
    this.#expect('(');
    while (!this.#is(')')) {
      if (this.#token.kind === 'text' || (this.#token.kind === 'word' && this.#isLabel('record'))) {
        const name = this.#name();
        this.#expect(':');
        parameters.push({ name, type: this.#type() });
      } else {
        parameters.push({ type: this.#type() });
      }
      if (!this.#take(',')) {
        break;
      }
    }
    this.#expect(')');
    return parameters;
  }

  #name(): string {
    return this.#token.kind === 'text' ? unquote(this.#next().text) : this.#identifier();
  }

  #identifier(): string {
    if (this.#token.kind !== 'word') {
      this.#fail();
    }
    return this.#next().text;
  }

  #atEnd(): boolean {
    return this.#token.kind === 'end';
  }

  #is(mark: string): boolean {
    return this.#token.kind === 'mark' && this.#token.text === mark;
  }

  #take(mark: string): boolean {
    const found = this.#is(mark);
    if (found) {
      this.#next();
    }
    return found;
  }

  #expect(mark: string): void {
    if (!this.#take(mark)) {
      this.#fail();
    }
  }

  #word(word: string): boolean {
    const found = this.#token.kind === 'word' && this.#token.text === word;
    if (found) {
      this.#next();
    }
    return found;
  }

  #next(): Token {
    const token = this.#token;
    this.#token = this.#scan();
    return token;
  }

  #scan(): Token {
    this.#skipSpace();
    const offset = this.#at;
    if (offset >= this.#text.length) {
      return { kind: 'end', text: '', offset };
    }
    for (const [kind, pattern] of [
      ['mark', MARK],
      ['word', WORD],
      ['number', NUMBER],
      ['text', STRING],
    ] as const) {
      pattern.lastIndex = offset;
      const match = pattern.exec(this.#text);
      if (match) {
        this.#at = pattern.lastIndex;
        return { kind, text: match[0], offset };
      }
    }
    return this.#failAt(offset);
  }

  /** Blanks and comments; those between `/*` and its end may hold others. */
  #skipSpace(): void {
    for (;;) {
      SPACE.lastIndex = this.#at;
      if (SPACE.test(this.#text)) {
        this.#at = SPACE.lastIndex;
      }
      if (!this.#text.startsWith('/*', this.#at)) {
        return;
      }
      this.#skipComment();
    }
  }

  #skipComment(): void {
    const marks = /\/\*|\*\//g;
    marks.lastIndex = this.#at;
    let depth = 0;
    do {
      const match = marks.exec(this.#text);
      if (!match) {
        this.#failAt(this.#at);
      }
      depth += match[0] === '/*' ? 1 : -1;
    } while (depth > 0);
    this.#at = marks.lastIndex;
  }

  #fail(): never {
    return this.#failAt(this.#token.offset);
  }

  #failAt(offset: number): never {
    const line = this.#text.slice(0, offset).split('\n').length;
    throw new DidError(msg('The interface cannot be read at line {0}.', line));
  }
}

function unquote(quoted: string): string {
  return quoted.slice(1, -1).replace(ESCAPE, (whole, code?: string, byte?: string, letter?: string) => {
    if (code !== undefined) {
      const point = Number.parseInt(code.replaceAll('_', ''), 16);
      return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
    }
    // A byte beyond ASCII is a part of a character, and no label that anybody uses.
    return byte === undefined
      ? (NAMED_ESCAPES.get(letter ?? '') ?? letter ?? '')
      : String.fromCharCode(Number.parseInt(byte, 16));
  });
}

/** The number that a label stands for (Candid specification, "Records"). */
function labelId(label: string | number): number {
  return typeof label === 'number'
    ? label
    : Buffer.from(label).reduce((hash, byte) => (Math.imul(hash, 223) + byte) >>> 0, 0);
}

/** The methods of a service, with the names of function types looked up. */
function signatures(service: CandidType, types: ReadonlyMap<string, CandidType>): Map<string, Signature> {
  const found = resolve(service, types);
  const methods = new Map<string, Signature>();
  if (found?.kind === 'service') {
    for (const [name, type] of found.methods) {
      const method = resolve(type, types);
      if (method?.kind === 'func') {
        methods.set(name, method.signature);
      }
    }
  }
  return methods;
}

/** What a type is, where it is a name or a name of a name; undefined where nothing defines it. */
export function resolve(type: CandidType, types: ReadonlyMap<string, CandidType>): CandidType | undefined {
  let current: CandidType | undefined = type;
  const seen = new Set<string>();
  while (current?.kind === 'name') {
    if (seen.has(current.name)) {
      return undefined;
    }
    seen.add(current.name);
    current = types.get(current.name);
  }
  return current;
}

/** Reads a .did text. */
export function parseInterface(text: string): Interface | { readonly problem: Message } {
  if (text.length > MAX_LENGTH) {
    return { problem: msg('The interface is too large.') };
  }
  try {
    return new Parser(text).interface();
  } catch (error) {
    if (error instanceof DidError) {
      return { problem: error.problem };
    }
    throw error;
  }
}
