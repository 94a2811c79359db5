import { CandidError, type CandidFault, KEYWORDS, Lexer, type Token, textValue } from './lexer';
import {
  type CandidField,
  type CandidType,
  type Mode,
  type Parameter,
  PRIMITIVES,
  type Primitive,
  type Signature,
} from './types';

const MAX_DEPTH = 200;

const PRIMITIVE_NAMES: ReadonlySet<string> = new Set(PRIMITIVES);
const MODES: ReadonlySet<string> = new Set<Mode>(['query', 'composite_query', 'oneway']);

/**
 * Reads types, which values and interfaces have in common.
 * Grammar: https://github.com/dfinity/candid/blob/master/spec/Candid.md#core-grammar
 */
export abstract class Grammar {
  readonly #lexer: Lexer;
  #depth = 0;
  #end = 0;

  constructor(text: string) {
    this.#lexer = new Lexer(text);
  }

  /** Whether a name that is no primitive type can stand for a type. */
  protected abstract readonly allowsNames: boolean;

  protected get token(): Token {
    return this.#lexer.token;
  }

  /** Where the token ends that was read last. */
  protected get end(): number {
    return this.#end;
  }

  protected next(): Token {
    const token = this.#lexer.next();
    this.#end = token.offset + token.length;
    return token;
  }

  protected fail(fault: CandidFault, token: Token = this.token): never {
    throw new CandidError({
      fault: fault === 'unexpected' && token.kind === 'end' ? 'unexpected-end' : fault,
      offset: token.offset,
      length: Math.max(token.length, token.kind === 'end' ? 0 : 1),
      found: token.text,
    });
  }

  protected is(mark: string): boolean {
    return this.token.kind === 'mark' && this.token.text === mark;
  }

  protected take(mark: string): boolean {
    const found = this.is(mark);
    if (found) {
      this.next();
    }
    return found;
  }

  protected takeWord(word: string): boolean {
    const found = this.token.kind === 'word' && this.token.text === word;
    if (found) {
      this.next();
    }
    return found;
  }

  protected expect(mark: string): void {
    if (!this.take(mark)) {
      this.fail('unexpected');
    }
  }

  protected expectEnd(): void {
    if (this.token.kind !== 'end') {
      this.fail('after-end');
    }
  }

  protected nested<T>(read: () => T): T {
    this.enter();
    const result = read();
    this.leave();
    return result;
  }

  protected enter(): void {
    if (++this.#depth > MAX_DEPTH) {
      this.fail('too-deep');
    }
  }

  protected leave(): void {
    this.#depth--;
  }

  /** `open item separator item … close`, with or without a separator at the end. */
  protected list<T>(open: string, separator: string, close: string, item: () => T): T[] {
    const items: T[] = [];
    this.expect(open);
    while (!this.is(close)) {
      items.push(item());
      if (!this.take(separator)) {
        break;
      }
    }
    this.expect(close);
    return items;
  }

  protected identifier(): string {
    if (this.token.kind !== 'word') {
      this.fail('unexpected');
    }
    if (KEYWORDS.has(this.token.text)) {
      this.fail('keyword');
    }
    return this.next().text;
  }

  /** The name of a method or a label: a word, or any text in quotes. */
  protected name(): string {
    return this.token.kind === 'text' ? this.text() : this.identifier();
  }

  protected text(): string {
    if (this.token.kind !== 'text') {
      this.fail('unexpected');
    }
    const token = this.next();
    return textValue(token.text) ?? this.fail('utf8', token);
  }

  protected label(): string | number {
    if (this.token.kind !== 'number') {
      return this.name();
    }
    const token = this.next();
    // A number with a point or an exponent is none of a field; the official parser takes no `0X`.
    if (!/^(?:0x[0-9a-fA-F_]+|[\d_]+)$/.test(token.text)) {
      this.fail('unexpected', token);
    }
    const digits = token.text.replaceAll('_', '');
    // Longer ones have zeros in front at best, which nobody writes so often.
    const number = digits.length > 1000 ? Number.NaN : Number(digits);
    return number <= 0xffffffff ? number : this.fail('field-number', token);
  }

  /** A label that is followed by `mark`; undefined, with nothing read, where there is none. */
  protected labelBefore(mark: string): string | number | undefined {
    const first = this.token;
    if (first.kind !== 'number' && first.kind !== 'text' && first.kind !== 'word') {
      return undefined;
    }
    const end = this.#end;
    this.next();
    const isLabel = this.is(mark);
    this.#lexer.goBack(first);
    this.#end = end;
    if (!isLabel) {
      return undefined;
    }
    const label = this.label();
    this.expect(mark);
    return label;
  }

  protected type(): CandidType {
    return this.nested(() => {
      const token = this.next();
      if (token.kind !== 'word') {
        this.fail('unexpected', token);
      }
      const name = token.text;
      switch (name) {
        case 'opt':
        case 'vec':
          return { kind: name, inner: this.type() };
        case 'record':
        case 'variant':
          return { kind: name, fields: this.#fields(name) };
        case 'func':
          return { kind: 'func', signature: this.#signature() };
        case 'service':
          return this.service();
        default:
          if (PRIMITIVE_NAMES.has(name)) {
            return { kind: 'primitive', name: name as Primitive };
          }
          return this.#named(token);
      }
    });
  }

  #named(token: Token): CandidType {
    if (!this.allowsNames || KEYWORDS.has(token.text)) {
      this.fail('type-name', token);
    }
    return { kind: 'name', name: token.text };
  }

  #fields(kind: 'record' | 'variant'): CandidField[] {
    // A field without a label has the number after the one before it.
    let next = 0;
    const seen = new Set<number>();
    return this.list('{', ';', '}', () => {
      const first = this.token;
      const label = this.labelBefore(':');
      let field: CandidField;
      if (label !== undefined) {
        field = { label, type: this.type() };
      } else if (kind === 'variant') {
        field = { label: this.label(), type: { kind: 'primitive', name: 'null' } };
      } else {
        field = { label: next, type: this.type() };
      }
      // As the official parser, which counts in 32 bits.
      next = (this.addLabel(seen, field.label, first) + 1) >>> 0;
      return field;
    });
  }

  /** Notes the number of a label, which no other of the same record, variant or service may have. */
  protected addLabel(seen: Set<number>, label: string | number, place: Token): number {
    const id = labelId(label);
    if (seen.has(id)) {
      this.fail('repeated', place);
    }
    seen.add(id);
    return id;
  }

  protected service(): CandidType {
    const methods = new Map<string, CandidType>();
    this.list('{', ';', '}', () => {
      const first = this.token;
      const name = this.name();
      if (methods.has(name)) {
        this.fail('repeated', first);
      }
      this.expect(':');
      const isSignature = this.is('(');
      if (!isSignature && this.token.kind !== 'word') {
        this.fail('unexpected');
      }
      methods.set(name, isSignature ? { kind: 'func', signature: this.#signature() } : this.#named(this.next()));
    });
    return { kind: 'service', methods };
  }

  #signature(): Signature {
    const parameters = this.parameters();
    this.expect('->');
    const results = this.parameters();
    const modes: Mode[] = [];
    while (this.token.kind === 'word' && MODES.has(this.token.text)) {
      // A function has one mode, and one that is not waited for has no results.
      if (modes.length > 0 || (this.token.text === 'oneway' && results.length > 0)) {
        this.fail('unexpected');
      }
      modes.push(this.next().text as Mode);
    }
    return { parameters, results, modes };
  }

  protected parameters(): Parameter[] {
    return this.list('(', ',', ')', () => {
      const name = this.token.kind === 'number' ? this.fail('unexpected') : this.labelBefore(':');
      return { name: name as string | undefined, type: this.type() };
    });
  }
}

const encoder = new TextEncoder();

/** The number that a label stands for (Candid specification, "Records"). */
export function labelId(label: string | number): number {
  return typeof label === 'number'
    ? label
    : encoder.encode(label).reduce((hash, byte) => (Math.imul(hash, 223) + byte) >>> 0, 0);
}
