import { isPrincipal } from '../util/principal';
import { allAtOnce, type Steps } from '../util/steps';
import { Grammar, labelId } from './grammar';
import { type Token, textBytes, textValue } from './lexer';

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

/** Items of lists after which reading can be left. */
const ITEMS_A_STEP = 64;

/** The values of a text, `("a", 1)`. @throws {CandidError} */
export function readLiterals(text: string): Literal[] {
  return allAtOnce(literalSteps(text));
}

/** As {@link readLiterals}, in steps, each of which may throw a {@link CandidError}. */
export function literalSteps(text: string): Steps<Literal[]> {
  return new LiteralParser(text).all();
}

class LiteralParser extends Grammar {
  /** A value stands alone: there are no definitions that a name could refer to. */
  protected readonly allowsNames = false;
  #items = 0;

  *all(): Steps<Literal[]> {
    const values = yield* this.#list('(', ',', ')', () => this.#annotated());
    this.expectEnd();
    return values;
  }

  *#annotated(): Steps<Literal> {
    const value = yield* this.#value();
    if (this.take(':')) {
      this.type();
    }
    return value;
  }

  /** As `list`, for items that take a while. */
  *#list<T>(open: string, separator: string, close: string, item: (before: readonly T[]) => Steps<T>): Steps<T[]> {
    const items: T[] = [];
    this.expect(open);
    while (!this.is(close)) {
      items.push(yield* item(items));
      if (++this.#items % ITEMS_A_STEP === 0) {
        yield;
      }
      if (!this.take(separator)) {
        break;
      }
    }
    this.expect(close);
    return items;
  }

  *#value(): Steps<Literal> {
    this.enter();
    const value = yield* this.#inner();
    this.leave();
    return value;
  }

  *#inner(): Steps<Literal> {
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
      return { kind: 'text', text: textValue(token.text) ?? this.fail('utf8', token) };
    }
    if (token.kind === 'word') {
      return yield* this.#keyword(token);
    }
    if (token.text !== '(') {
      this.fail('unexpected', token);
    }
    const value = yield* this.#annotated();
    this.expect(')');
    return value;
  }

  *#keyword(word: Token): Steps<Literal> {
    switch (word.text) {
      case 'true':
      case 'false':
        return { kind: 'bool', value: word.text === 'true' };
      case 'null':
        return { kind: 'null' };
      case 'opt':
        return { kind: 'opt', value: yield* this.#value() };
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
        return { kind: 'vec', items: yield* this.#list('{', ';', '}', () => this.#annotated()) };
      case 'record':
        return { kind: 'record', fields: yield* this.#fields() };
      case 'variant':
        return { kind: 'variant', field: yield* this.#case() };
      default:
        this.fail('unexpected', word);
    }
  }

  *#fields(): Steps<LiteralField[]> {
    const seen = new Set<number>();
    return yield* this.#list('{', ';', '}', (before: readonly LiteralField[]) => this.#field(seen, before.at(-1)));
  }

  /** @param before the field before it, which numbers one without a label */
  *#field(seen: Set<number>, before: LiteralField | undefined): Steps<LiteralField> {
    const first = this.token;
    const label = this.labelBefore('=') ?? (before ? (before.id + 1) >>> 0 : 0);
    const value = yield* this.#annotated();
    return { label, id: this.addLabel(seen, label, first), value };
  }

  *#case(): Steps<LiteralField> {
    this.expect('{');
    const label = this.label();
    const value: Literal = this.take('=') ? yield* this.#annotated() : { kind: 'null' };
    this.take(';');
    this.expect('}');
    return { label, id: labelId(label), value };
  }

  #principal(): string {
    const { token } = this;
    const text = this.text();
    return isPrincipal(text) ? text : this.fail('principal', token);
  }
}
