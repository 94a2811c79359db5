import { isPrincipal } from '../util/principal';

/**
 * Checks Candid text (values and their type annotations) as candid_parser reads it for `dfx` arguments. It tells
 * whether and where the text goes wrong; it does not know the types that the canister expects.
 */

export type CandidFault =
  | 'unexpected'
  | 'unexpected-end'
  | 'unclosed-text'
  | 'escape'
  | 'principal'
  | 'number'
  | 'type-name'
  | 'after-end'
  | 'too-deep';

export interface CandidProblem {
  readonly fault: CandidFault;
  /** Index into the text, in UTF-16 code units. */
  readonly offset: number;
  readonly length: number;
  /** What stands there. */
  readonly found: string;
}

interface Token {
  readonly kind: 'mark' | 'word' | 'number' | 'text' | 'end';
  readonly text: string;
  readonly offset: number;
  readonly length: number;
}

function skipSpace(text: string, from: number): number {
  for (let at = from; ; ) {
    SPACE.lastIndex = at;
    SPACE.exec(text);
    at = SPACE.lastIndex;
    if (!text.startsWith('/*', at)) {
      return at;
    }
    COMMENT_MARK.lastIndex = at;
    let depth = 0;
    do {
      const mark = COMMENT_MARK.exec(text);
      // Unclosed: the comment is left for the parser to stumble over.
      if (mark === null) {
        return at;
      }
      depth += mark[0] === '/*' ? 1 : -1;
    } while (depth > 0);
    at = COMMENT_MARK.lastIndex;
  }
}

class CandidError extends Error {
  constructor(readonly problem: CandidProblem) {
    super(problem.fault);
  }
}

const MAX_DEPTH = 200;
/** Without its sign, which may stand apart. */
const NUMBER = /0x[0-9a-fA-F][0-9a-fA-F_]*|(?:\d[\d_]*(?:\.(?:\d[\d_]*)?)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const SPACE = /(?:\s|\/\/[^\n]*)*/y;
/** What opens or closes a block comment; they nest. */
const COMMENT_MARK = /\/\*|\*\//g;
const ESCAPE = /\\(?:[nrt\\"']|[0-9a-fA-F]{2}|u\{[0-9a-fA-F_]{1,8}\})/y;

/** How only Candid begins: other text may be meant as a plain text argument. */
const LOOKS_LIKE_CANDID = /^\s*(?:["({+\d-]|(?:record|variant|vec|opt|principal|blob|service|func|true|false|null)\b)/;

const PRIMITIVES: ReadonlySet<string> = new Set(
  'nat nat8 nat16 nat32 nat64 int int8 int16 int32 int64 float32 float64 bool text null reserved empty principal blob'.split(
    ' ',
  ),
);
const MODES: ReadonlySet<string> = new Set(['query', 'oneway', 'composite_query']);

class Parser {
  #at = 0;
  #depth = 0;
  #token: Token;

  constructor(readonly text: string) {
    this.#token = this.#scan();
  }

  args(): void {
    this.#expect('(');
    while (!this.#is(')')) {
      this.#annotatedValue();
      if (!this.#take(',')) {
        break;
      }
    }
    this.#expect(')');
    this.#end();
  }

  singleValue(): void {
    this.#annotatedValue();
    this.#end();
  }

  #end(): void {
    if (this.#token.kind !== 'end') {
      this.#fail('after-end');
    }
  }

  #fail(fault: CandidFault, token: Token = this.#token): never {
    throw new CandidError({
      fault: fault === 'unexpected' && token.kind === 'end' ? 'unexpected-end' : fault,
      offset: token.offset,
      length: Math.max(token.length, token.kind === 'end' ? 0 : 1),
      found: token.text,
    });
  }

  #scan(): Token {
    const { text } = this;
    const offset = skipSpace(text, this.#at);
    if (offset >= text.length) {
      this.#at = text.length;
      return { kind: 'end', text: '', offset: text.length, length: 0 };
    }
    const letter = text[offset]!;
    if (letter === '"') {
      return this.#scanText(offset);
    }
    for (const [pattern, kind] of [
      [NUMBER, 'number'],
      [WORD, 'word'],
    ] as const) {
      pattern.lastIndex = offset;
      const match = pattern.exec(text);
      if (match !== null) {
        this.#at = pattern.lastIndex;
        return { kind, text: match[0], offset, length: match[0].length };
      }
    }
    const mark = text.startsWith('->', offset) ? '->' : letter;
    this.#at = offset + mark.length;
    return { kind: 'mark', text: mark, offset, length: mark.length };
  }

  #scanText(offset: number): Token {
    const { text } = this;
    let at = offset + 1;
    for (;;) {
      const letter = text[at];
      if (letter === undefined) {
        throw new CandidError({
          fault: 'unclosed-text',
          offset,
          length: text.length - offset,
          found: text.slice(offset),
        });
      }
      if (letter === '"') {
        break;
      }
      if (letter === '\\') {
        ESCAPE.lastIndex = at;
        if (ESCAPE.exec(text) === null) {
          throw new CandidError({ fault: 'escape', offset: at, length: 2, found: text.slice(at, at + 2) });
        }
        at = ESCAPE.lastIndex;
      } else {
        at++;
      }
    }
    this.#at = at + 1;
    return { kind: 'text', text: text.slice(offset + 1, at), offset, length: this.#at - offset };
  }

  #next(): Token {
    const token = this.#token;
    this.#token = this.#scan();
    return token;
  }

  #is(mark: string): boolean {
    return this.#token.kind === 'mark' && this.#token.text === mark;
  }

  #take(mark: string): boolean {
    if (!this.#is(mark)) {
      return false;
    }
    this.#next();
    return true;
  }

  #expect(mark: string): void {
    if (!this.#take(mark)) {
      this.#fail('unexpected');
    }
  }

  #enter(): void {
    if (++this.#depth > MAX_DEPTH) {
      this.#fail('too-deep');
    }
  }

  #annotatedValue(): void {
    this.#value();
    if (this.#take(':')) {
      this.#type();
    }
  }

  #value(): void {
    this.#enter();
    let token = this.#next();
    if (token.kind === 'mark' && (token.text === '-' || token.text === '+')) {
      token = this.#next();
      if (token.kind !== 'number') {
        this.#fail('unexpected', token);
      }
    }
    if (token.kind === 'number') {
      if (this.#token.kind === 'word' && this.#token.offset === token.offset + token.length) {
        this.#fail('number', token);
      }
    } else if (token.kind === 'text') {
      // A text is complete.
    } else if (token.kind === 'mark' && token.text === '(') {
      this.#annotatedValue();
      this.#expect(')');
    } else if (token.kind === 'word') {
      this.#wordValue(token);
    } else {
      this.#fail('unexpected', token);
    }
    this.#depth--;
  }

  #wordValue(word: Token): void {
    switch (word.text) {
      case 'true':
      case 'false':
      case 'null':
        return;
      case 'opt':
        this.#value();
        return;
      case 'blob':
        this.#string();
        return;
      case 'principal':
      case 'service':
        this.#principal();
        return;
      case 'func':
        this.#principal();
        this.#expect('.');
        this.#name();
        return;
      case 'vec':
        this.#expect('{');
        while (!this.#is('}')) {
          this.#annotatedValue();
          if (!this.#take(';')) {
            break;
          }
        }
        this.#expect('}');
        return;
      case 'record':
        this.#expect('{');
        while (!this.#is('}')) {
          this.#recordField();
          if (!this.#take(';')) {
            break;
          }
        }
        this.#expect('}');
        return;
      case 'variant':
        this.#expect('{');
        this.#label();
        if (this.#take('=')) {
          this.#annotatedValue();
        }
        this.#take(';');
        this.#expect('}');
        return;
      default:
        this.#fail('unexpected', word);
    }
  }

  /** `name = value`, `1 = value`, or a value alone. */
  #recordField(): void {
    const token = this.#token;
    if (token.kind === 'number' || token.kind === 'text' || token.kind === 'word') {
      const at = this.#at;
      this.#next();
      if (this.#take('=')) {
        this.#annotatedValue();
        return;
      }
      this.#token = token;
      this.#at = at;
    }
    this.#annotatedValue();
  }

  #label(): void {
    if (this.#token.kind !== 'number') {
      this.#name();
    } else {
      this.#next();
    }
  }

  #name(): void {
    if (this.#token.kind !== 'word' && this.#token.kind !== 'text') {
      this.#fail('unexpected');
    }
    this.#next();
  }

  #string(): Token {
    if (this.#token.kind !== 'text') {
      this.#fail('unexpected');
    }
    return this.#next();
  }

  #principal(): void {
    const token = this.#string();
    if (!isPrincipal(token.text)) {
      this.#fail('principal', token);
    }
  }

  #type(): void {
    this.#enter();
    const token = this.#next();
    if (token.kind !== 'word') {
      this.#fail('unexpected', token);
    }
    switch (token.text) {
      case 'opt':
      case 'vec':
        this.#type();
        break;
      case 'record':
      case 'variant':
        this.#expect('{');
        while (!this.#is('}')) {
          this.#fieldType(token.text === 'variant');
          if (!this.#take(';')) {
            break;
          }
        }
        this.#expect('}');
        break;
      case 'func':
        this.#funcType();
        break;
      case 'service':
        if (this.#take(':')) {
          this.#tupleType();
          this.#expect('->');
        }
        this.#expect('{');
        while (!this.#is('}')) {
          this.#name();
          this.#expect(':');
          if (this.#is('(')) {
            this.#funcType();
          } else {
            this.#type();
          }
          if (!this.#take(';')) {
            break;
          }
        }
        this.#expect('}');
        break;
      default:
        // A value stands alone: there are no definitions that another name could refer to.
        if (!PRIMITIVES.has(token.text)) {
          this.#fail('type-name', token);
        }
    }
    this.#depth--;
  }

  #fieldType(isVariant: boolean): void {
    const token = this.#token;
    if (token.kind === 'number' || token.kind === 'text' || token.kind === 'word') {
      const at = this.#at;
      this.#next();
      if (this.#take(':')) {
        this.#type();
        return;
      }
      if (isVariant) {
        return;
      }
      this.#token = token;
      this.#at = at;
    }
    this.#type();
  }

  #tupleType(): void {
    this.#expect('(');
    while (!this.#is(')')) {
      const token = this.#token;
      const at = this.#at;
      if (token.kind === 'word' || token.kind === 'text') {
        this.#next();
        if (!this.#take(':')) {
          this.#token = token;
          this.#at = at;
        }
      }
      this.#type();
      if (!this.#take(',')) {
        break;
      }
    }
    this.#expect(')');
  }

  #funcType(): void {
    this.#tupleType();
    this.#expect('->');
    this.#tupleType();
    while (this.#token.kind === 'word' && MODES.has(this.#token.text)) {
      this.#next();
    }
  }
}

function attempt(text: string, read: (parser: Parser) => void): CandidProblem | undefined {
  try {
    read(new Parser(text));
    return undefined;
  } catch (error) {
    if (error instanceof CandidError) {
      return error.problem;
    }
    throw error;
  }
}

/** `certain` is false where dfx may still take the text. */
export type ArgumentsProblem = CandidProblem & { readonly certain: boolean };

/**
 * The first fault of `text` as arguments, `("a", 1)`. Without parentheses a single value passes too, since dfx takes
 * it for a canister with one argument.
 *
 * `certain` is false where dfx may still take the text: for a canister whose one argument is a text, dfx passes on
 * anything that is no Candid as that text.
 */
export function checkCandidArgs(text: string): ArgumentsProblem | undefined {
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
