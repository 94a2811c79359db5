import { CandidError, type CandidFault, Lexer, type Token, textValue } from './lexer';
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

  constructor(text: string) {
    this.#lexer = new Lexer(text);
  }

  /** Whether a name that is no primitive type can stand for a type. */
  protected abstract readonly allowsNames: boolean;

  protected get token(): Token {
    return this.#lexer.token;
  }

  protected next(): Token {
    return this.#lexer.next();
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
    if (++this.#depth > MAX_DEPTH) {
      this.fail('too-deep');
    }
    const result = read();
    this.#depth--;
    return result;
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
    return this.next().text;
  }

  /** The name of a method or a label: a word, or any text in quotes. */
  protected name(): string {
    return this.token.kind === 'text' ? textValue(this.next().text) : this.identifier();
  }

  protected label(): string | number {
    return this.token.kind === 'number' ? Number(this.next().text.replaceAll('_', '')) : this.name();
  }

  /** A label that is followed by `mark`; undefined, with nothing read, where there is none. */
  protected labelBefore(mark: string): string | number | undefined {
    const first = this.token;
    if (first.kind === 'number' || first.kind === 'text' || first.kind === 'word') {
      const label = this.label();
      if (this.take(mark)) {
        return label;
      }
      this.#lexer.goBack(first);
    }
    return undefined;
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
          // A class: what it takes says nothing about the type.
          if (this.take(':')) {
            this.parameters();
            this.expect('->');
          }
          return this.service();
        default:
          if (PRIMITIVE_NAMES.has(name)) {
            return { kind: 'primitive', name: name as Primitive };
          }
          return this.allowsNames ? { kind: 'name', name } : this.fail('type-name', token);
      }
    });
  }

  #fields(kind: 'record' | 'variant'): CandidField[] {
    // A field without a label has the number after the one before it.
    let next = 0;
    return this.list('{', ';', '}', () => {
      const label = this.labelBefore(':');
      let field: CandidField;
      if (label !== undefined) {
        field = { label, type: this.type() };
      } else if (kind === 'variant') {
        field = { label: this.label(), type: { kind: 'primitive', name: 'null' } };
      } else {
        field = { label: next, type: this.type() };
      }
      next = labelId(field.label) + 1;
      return field;
    });
  }

  protected service(): CandidType {
    const methods = this.list('{', ';', '}', (): [string, CandidType] => {
      const name = this.name();
      this.expect(':');
      return [name, this.is('(') ? { kind: 'func', signature: this.#signature() } : this.type()];
    });
    return { kind: 'service', methods: new Map(methods) };
  }

  #signature(): Signature {
    const parameters = this.parameters();
    this.expect('->');
    const results = this.parameters();
    const modes: Mode[] = [];
    while (this.token.kind === 'word' && MODES.has(this.token.text)) {
      modes.push(this.next().text as Mode);
    }
    return { parameters, results, modes };
  }

  protected parameters(): Parameter[] {
    return this.list('(', ',', ')', () => {
      const name = this.token.kind === 'number' ? undefined : this.labelBefore(':');
      return { name: name as string | undefined, type: this.type() };
    });
  }
}

/** The number that a label stands for (Candid specification, "Records"). */
function labelId(label: string | number): number {
  return typeof label === 'number'
    ? label
    : Buffer.from(label).reduce((hash, byte) => (Math.imul(hash, 223) + byte) >>> 0, 0);
}
