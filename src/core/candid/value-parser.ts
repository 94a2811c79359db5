import { isPrincipal } from '../util/principal';
import { Grammar, labelId } from './grammar';
import { CandidError, type Token, textValue } from './lexer';
import { printType } from './print';
import { Annotator, type Value } from './values';

/** A place in a text, in UTF-16 code units. */
export interface Span {
  readonly offset: number;
  readonly length: number;
}

export interface WrittenLabel extends Span {
  readonly label: string | number;
}

/**
 * Reads values and their type annotations as candid_parser does. It tells whether and where a text goes wrong; it does
 * not know the types that the canister expects.
 */
export class ValueParser extends Grammar {
  /** A value stands alone: there are no definitions that a name could refer to. */
  protected readonly allowsNames = false;

  /** Where the values stand. Those inside a value with its type beside it are not among them. */
  readonly places = new Map<Value, Span>();
  /** The labels of records and variants as they are written, by their numbers. */
  readonly labels = new Map<Value, ReadonlyMap<number, WrittenLabel>>();
  readonly #annotator = new Annotator();

  constructor(readonly source: string) {
    super(source);
  }

  args(): Value[] {
    const values = this.list('(', ',', ')', () => this.#annotated());
    this.expectEnd();
    return values;
  }

  singleValue(): void {
    this.#annotated();
    this.expectEnd();
  }

  #annotated(): Value {
    const start = this.token.offset;
    const value = this.#value();
    const end = this.end;
    if (!this.take(':')) {
      return value;
    }
    const type = this.type();
    const typed = this.#annotator.annotate(value, type);
    if (typed === undefined) {
      const found = this.source.slice(start, end);
      const wanted = printType(type);
      throw new CandidError({ fault: 'wrong-type', offset: start, length: end - start, found, wanted });
    }
    this.places.set(typed, { offset: start, length: this.end - start });
    const labels = this.labels.get(value);
    if (labels) {
      this.labels.set(typed, labels);
    }
    return typed;
  }

  #value(): Value {
    const start = this.token.offset;
    const value = this.#bareValue();
    this.places.set(value, { offset: start, length: this.end - start });
    return value;
  }

  #bareValue(): Value {
    return this.nested(() => {
      const token = this.next();
      const isSigned = token.kind === 'mark' && (token.text === '-' || token.text === '+');
      const number = isSigned ? this.next() : token;
      if (number.kind === 'number') {
        return this.#number(number, token.text === '-');
      }
      if (isSigned) {
        this.fail('unexpected', number);
      }
      switch (token.kind) {
        case 'text':
          if (textValue(token.text) === undefined) {
            this.fail('utf8', token);
          }
          return { kind: 'text' };
        case 'word':
          return this.#keyword(token);
        default: {
          if (token.text !== '(') {
            this.fail('unexpected', token);
          }
          const value = this.#annotated();
          this.expect(')');
          return value;
        }
      }
    });
  }

  #number(token: Token, negative: boolean): Value {
    const { text, offset, length } = token;
    if ((this.token.kind === 'word' || this.token.kind === 'number') && this.token.offset === offset + length) {
      this.fail('number', token);
    }
    // The official parser breaks off at `0X`.
    if (text.startsWith('0X')) {
      this.fail('unexpected', token);
    }
    const isFloat = !text.startsWith('0x') && /[.eE]/.test(text);
    return isFloat ? { kind: 'float64' } : { kind: 'number', digits: text.replaceAll('_', ''), negative };
  }

  #keyword(word: Token): Value {
    switch (word.text) {
      case 'true':
      case 'false':
        return { kind: 'bool' };
      case 'null':
        return { kind: 'null' };
      case 'opt':
        return { kind: 'opt', value: this.#value() };
      case 'blob':
        if (this.token.kind !== 'text') {
          this.fail('unexpected');
        }
        this.next();
        return { kind: 'blob' };
      case 'principal':
      case 'service':
        this.#principal();
        return { kind: word.text };
      case 'func':
        this.#principal();
        this.expect('.');
        this.name();
        return { kind: 'func' };
      case 'vec':
        return { kind: 'vec', items: this.list('{', ';', '}', () => this.#annotated()) };
      case 'record':
        return this.#record();
      case 'variant':
        return this.#variant();
      default:
        this.fail('unexpected', word);
    }
  }

  /** `name = value`, `1 = value`, or a value alone, whose number is the one after that of the field before. */
  #record(): Value {
    let next = 0;
    const seen = new Set<number>();
    const fields = new Map<number, Value>();
    const labels = new Map<number, WrittenLabel>();
    this.list('{', ';', '}', () => {
      const first = this.token;
      const label = this.labelBefore('=');
      const value = this.#annotated();
      const id = this.addLabel(seen, label ?? next, first);
      fields.set(id, value);
      labels.set(id, { label: label ?? next, offset: first.offset, length: first.length });
      next = (id + 1) >>> 0;
    });
    const record: Value = { kind: 'record', fields };
    this.labels.set(record, labels);
    return record;
  }

  #variant(): Value {
    this.expect('{');
    const { offset, length } = this.token;
    const label = this.label();
    const id = labelId(label);
    const value: Value = this.take('=') ? this.#annotated() : { kind: 'null' };
    this.expect('}');
    const variant: Value = { kind: 'variant', label: id, value };
    this.labels.set(variant, new Map([[id, { label, offset, length }]]));
    return variant;
  }

  #principal(): void {
    const { token } = this;
    const text = this.text();
    if (!isPrincipal(text)) {
      this.fail('principal', token);
    }
  }
}
