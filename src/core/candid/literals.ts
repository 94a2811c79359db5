import { isPrincipal } from '../util/principal';
import { Grammar, labelId } from './grammar';
import { type Token, textBytes } from './lexer';

/** A value as a text says it, with all that stands in it. Types beside values are read and left out. */
export type Literal =
  /** `text`: sign and digits, without `_`. */
  | { readonly kind: 'number'; readonly text: string; readonly float: boolean }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'bool'; readonly value: boolean }
  | { readonly kind: 'null' }
  | { readonly kind: 'opt'; readonly value: Literal }
  | { readonly kind: 'vec'; readonly items: readonly Literal[] }
  | { readonly kind: 'blob'; readonly bytes: Uint8Array }
  | { readonly kind: 'principal' | 'service'; readonly text: string }
  | { readonly kind: 'func'; readonly principal: string; readonly method: string }
  | { readonly kind: 'record'; readonly fields: readonly LiteralField[] }
  | { readonly kind: 'variant'; readonly field: LiteralField };

export interface LiteralField {
  readonly label: string | number;
  /** The number that the label stands for. */
  readonly id: number;
  readonly value: Literal;
}

/** The values of a text, `("a", 1)`. @throws {CandidError} */
export function readLiterals(text: string): Literal[] {
  return new LiteralParser(text).all();
}

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class LiteralParser extends Grammar {
  /** A value stands alone: there are no definitions that a name could refer to. */
  protected readonly allowsNames = false;

  all(): Literal[] {
    const values = this.list('(', ',', ')', () => this.#annotated());
    this.expectEnd();
    return values;
  }

  #annotated(): Literal {
    const value = this.#value();
    if (this.take(':')) {
      this.type();
    }
    return value;
  }

  #value(): Literal {
    return this.nested(() => {
      const token = this.next();
      const isSigned = token.kind === 'mark' && (token.text === '-' || token.text === '+');
      const number = isSigned ? this.next() : token;
      if (number.kind === 'number') {
        const digits = number.text.replaceAll('_', '');
        const float = !digits.startsWith('0x') && /[.eE]/.test(digits);
        return { kind: 'number', text: token.text === '-' ? `-${digits}` : digits, float };
      }
      if (isSigned) {
        this.fail('unexpected', number);
      }
      if (token.kind === 'text') {
        return { kind: 'text', text: this.#decoded(token) };
      }
      if (token.kind === 'word') {
        return this.#keyword(token);
      }
      if (token.text !== '(') {
        this.fail('unexpected', token);
      }
      const value = this.#annotated();
      this.expect(')');
      return value;
    });
  }

  #keyword(word: Token): Literal {
    switch (word.text) {
      case 'true':
      case 'false':
        return { kind: 'bool', value: word.text === 'true' };
      case 'null':
        return { kind: 'null' };
      case 'opt':
        return { kind: 'opt', value: this.#value() };
      case 'blob': {
        if (this.token.kind !== 'text') {
          this.fail('unexpected');
        }
        return { kind: 'blob', bytes: textBytes(this.next().text) };
      }
      case 'principal':
      case 'service':
        return { kind: word.text, text: this.#principal() };
      case 'func': {
        const principal = this.#principal();
        this.expect('.');
        return { kind: 'func', principal, method: this.name() };
      }
      case 'vec':
        return { kind: 'vec', items: this.list('{', ';', '}', () => this.#annotated()) };
      case 'record':
        return { kind: 'record', fields: this.#fields() };
      case 'variant':
        return { kind: 'variant', field: this.#case() };
      default:
        this.fail('unexpected', word);
    }
  }

  #fields(): LiteralField[] {
    let next = 0;
    const seen = new Set<number>();
    return this.list('{', ';', '}', () => {
      const first = this.token;
      const label = this.labelBefore('=') ?? next;
      const value = this.#annotated();
      const id = this.addLabel(seen, label, first);
      next = (id + 1) >>> 0;
      return { label, id, value };
    });
  }

  #case(): LiteralField {
    this.expect('{');
    const label = this.label();
    const value: Literal = this.take('=') ? this.#annotated() : { kind: 'null' };
    this.take(';');
    this.expect('}');
    return { label, id: labelId(label), value };
  }

  #principal(): string {
    const { token } = this;
    const text = this.text();
    return isPrincipal(text) ? text : this.fail('principal', token);
  }

  #decoded(token: Token): string {
    try {
      return decoder.decode(textBytes(token.text));
    } catch {
      this.fail('utf8', token);
    }
  }
}
