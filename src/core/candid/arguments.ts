import { type Message, msg } from '../util/message';
import { isPrincipal } from '../util/principal';
import { Grammar } from './grammar';
import { CandidError, type CandidProblem, type Token } from './lexer';

/** `certain` is false where dfx may still take the text. */
export type ArgumentsProblem = CandidProblem & { readonly certain: boolean };

/** How only Candid begins: other text may be meant as a plain text argument. */
const LOOKS_LIKE_CANDID = /^\s*(?:["({+\d-]|(?:record|variant|vec|opt|principal|blob|service|func|true|false|null)\b)/;

/**
 * Reads values and their type annotations as candid_parser does. It tells whether and where a text goes wrong; it does
 * not know the types that the canister expects.
 */
class ValueParser extends Grammar {
  /** A value stands alone: there are no definitions that a name could refer to. */
  protected readonly allowsNames = false;

  args(): void {
    this.list('(', ',', ')', () => this.#annotated());
    this.expectEnd();
  }

  singleValue(): void {
    this.#annotated();
    this.expectEnd();
  }

  #annotated(): void {
    this.#value();
    if (this.take(':')) {
      this.type();
    }
  }

  #value(): void {
    this.nested(() => {
      let token = this.next();
      if (token.kind === 'mark' && (token.text === '-' || token.text === '+')) {
        token = this.next();
        if (token.kind !== 'number') {
          this.fail('unexpected', token);
        }
      }
      if (token.kind === 'number') {
        if (this.token.kind === 'word' && this.token.offset === token.offset + token.length) {
          this.fail('number', token);
        }
      } else if (token.kind === 'mark' && token.text === '(') {
        this.#annotated();
        this.expect(')');
      } else if (token.kind === 'word') {
        this.#keyword(token);
      } else if (token.kind !== 'text') {
        this.fail('unexpected', token);
      }
    });
  }

  #keyword(word: Token): void {
    switch (word.text) {
      case 'true':
      case 'false':
      case 'null':
        return;
      case 'opt':
        this.#value();
        return;
      case 'blob':
        this.#text();
        return;
      case 'principal':
      case 'service':
        this.#principal();
        return;
      case 'func':
        this.#principal();
        this.expect('.');
        this.name();
        return;
      case 'vec':
        this.list('{', ';', '}', () => this.#annotated());
        return;
      case 'record':
        // `name = value`, `1 = value`, or a value alone.
        this.list('{', ';', '}', () => {
          this.labelBefore('=');
          this.#annotated();
        });
        return;
      case 'variant':
        this.expect('{');
        this.label();
        if (this.take('=')) {
          this.#annotated();
        }
        this.take(';');
        this.expect('}');
        return;
      default:
        this.fail('unexpected', word);
    }
  }

  #text(): Token {
    if (this.token.kind !== 'text') {
      this.fail('unexpected');
    }
    return this.next();
  }

  #principal(): void {
    const token = this.#text();
    if (!isPrincipal(token.text)) {
      this.fail('principal', token);
    }
  }
}

function attempt(text: string, read: (parser: ValueParser) => void): CandidProblem | undefined {
  try {
    read(new ValueParser(text));
    return undefined;
  } catch (error) {
    if (error instanceof CandidError) {
      return error.problem;
    }
    throw error;
  }
}

/**
 * The first fault of `text` as arguments, `("a", 1)`. Without parentheses a single value passes too, since dfx takes
 * it for a canister with one argument.
 *
 * `certain` is false where dfx may still take the text: for a canister whose one argument is a text, dfx passes on
 * anything that is no Candid as that text.
 */
export function checkArguments(text: string): ArgumentsProblem | undefined {
  const problem = attempt(text, (parser) => parser.args());
  if (problem === undefined) {
    return undefined;
  }
  if (text.startsWith('(')) {
    return { ...problem, certain: true };
  }
  const single = attempt(text, (parser) => parser.singleValue());
  if (single === undefined) {
    return undefined;
  }
  const certain = text.trim() === '' || LOOKS_LIKE_CANDID.test(text);
  return { ...(text.trimStart().startsWith('(') ? problem : single), certain };
}

/** @param found what stands there, shortened for people */
export function candidMessage({ fault }: CandidProblem, found: string): Message {
  switch (fault) {
    case 'unexpected':
      return msg('This is not Candid text: "{0}" is not expected here.', found);
    case 'unexpected-end':
      return msg('This is not Candid text: it ends too early.');
    case 'unclosed-text':
      return msg('This is not Candid text: a text is not closed by a double quote.');
    case 'escape':
      return msg('This is not Candid text: "{0}" is not a valid escape sequence.', found);
    case 'principal':
      return msg('This is not Candid text: "{0}" is not a principal.', found);
    case 'number':
      return msg('This is not Candid text: "{0}" is followed by something that belongs to no number.', found);
    case 'type-name':
      return msg('This is not Candid text: "{0}" is not a type.', found);
    case 'after-end':
      return msg('This is not Candid text: nothing may follow its end, but "{0}" does.', found);
    case 'too-deep':
      return msg('This Candid text is nested too deeply.');
  }
}
