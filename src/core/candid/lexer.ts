/** What is wrong with a text. */
export type CandidFault =
  | 'unexpected'
  | 'unexpected-end'
  | 'unclosed-text'
  | 'escape'
  | 'principal'
  | 'number'
  | 'type-name'
  | 'keyword'
  | 'space'
  | 'field-number'
  | 'repeated'
  | 'utf8'
  | 'wrong-type'
  | 'after-end'
  | 'too-deep';

export interface CandidProblem {
  readonly fault: CandidFault;
  /** Index into the text, in UTF-16 code units. */
  readonly offset: number;
  readonly length: number;
  /** What stands there. */
  readonly found: string;
  /** The type that it does not have. */
  readonly wanted?: string;
}

export class CandidError extends Error {
  constructor(readonly problem: CandidProblem) {
    super(problem.fault);
  }
}

export interface Token {
  readonly kind: 'mark' | 'word' | 'number' | 'text' | 'end';
  /** As written; of a text what stands between the quotes. */
  readonly text: string;
  readonly offset: number;
  readonly length: number;
}

/** What opens or closes a block comment; they nest. */
const COMMENT_MARK = /\/\*|\*\//g;
/** Without its sign, which may stand apart. Of a fraction or exponent no digits may be grouped by `_`. */
const NUMBER = /0[xX][0-9a-fA-F][0-9a-fA-F_]*|\d+(?:\.\d*)?[eE][+-]?\d+|\d*\.\d+|\d+\.|\d[\d_]*/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const ESCAPE = /\\(?:([0-9a-fA-F]{2})|u\{([0-9a-fA-F][0-9a-fA-F_]*)\})/y;
/** What stands in a text token for itself. Found by an expression, as a reply may be one text of a megabyte. */
const PLAIN_TEXT = /[^"\\]*/y;
/** The longest code point, with some `_`: longer escapes are not looked at. */
const MAX_ESCAPE = 100;
const NAMED_ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);
/** What stands behind a backslash for one character. */
const PLAIN_ESCAPES: ReadonlySet<string> = new Set([...NAMED_ESCAPES.keys(), '\\', '"', "'"]);
/** White space that people use and Candid does not know. */
const OTHER_SPACE = /[\s\u0085\u200b-\u200d\u2060]/;

/** Words that are no names unless in quotes. `nat`, `text` and the like are names that stand for types. */
export const KEYWORDS: ReadonlySet<string> = new Set(
  (
    'null true false opt vec record variant func service blob principal ' + 'oneway query composite_query type import'
  ).split(' '),
);

/** Splits Candid, values and interfaces alike, into its words. */
export class Lexer {
  #at = 0;
  /** The token that comes next. */
  token: Token;

  constructor(readonly text: string) {
    this.token = this.#scan();
  }

  next(): Token {
    const { token } = this;
    this.token = this.#scan();
    return token;
  }

  /** Goes back to a token that {@link next} has returned. */
  goBack(token: Token): void {
    this.#at = token.offset;
    this.token = this.#scan();
  }

  #scan(): Token {
    const { text } = this;
    const offset = skipSpace(text, this.#at);
    const letter = text[offset];
    if (letter === undefined) {
      this.#at = offset;
      return { kind: 'end', text: '', offset, length: 0 };
    }
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
    if (OTHER_SPACE.test(letter)) {
      throw new CandidError({ fault: 'space', offset, length: 1, found: letter });
    }
    const mark = text.startsWith('->', offset) ? '->' : letter;
    // Behind a comment that is not closed nothing is looked for: each of many would be read to the end of the text.
    this.#at = text.startsWith('/*', offset) ? text.length : offset + mark.length;
    return { kind: 'mark', text: mark, offset, length: mark.length };
  }

  #scanText(offset: number): Token {
    const { text } = this;
    let at = offset + 1;
    for (;;) {
      PLAIN_TEXT.lastIndex = at;
      PLAIN_TEXT.test(text);
      at = PLAIN_TEXT.lastIndex;
      const letter = text[at];
      if (letter === undefined) {
        const found = text.slice(offset);
        throw new CandidError({ fault: 'unclosed-text', offset, length: found.length, found });
      }
      if (letter === '"') {
        break;
      }
      if (PLAIN_ESCAPES.has(text[at + 1]!)) {
        at += 2;
      } else {
        const sequence = readEscape(text, at);
        if (sequence === undefined) {
          throw new CandidError({ fault: 'escape', offset: at, length: 2, found: text.slice(at, at + 2) });
        }
        at += sequence.length;
      }
    }
    this.#at = at + 1;
    return { kind: 'text', text: text.slice(offset + 1, at), offset, length: this.#at - offset };
  }
}

/** Where, from a place on, white space and comments end. An unclosed comment is left to stumble over. */
export function skipSpace(text: string, from: number): number {
  for (let at = from; ; ) {
    const code = text.charCodeAt(at);
    if (code === 0x20 || code === 0x09 || code === 0x0d || code === 0x0a) {
      at++;
      continue;
    }
    if (text.startsWith('//', at)) {
      const end = text.indexOf('\n', at);
      at = end < 0 ? text.length : end;
      continue;
    }
    if (!text.startsWith('/*', at)) {
      return at;
    }
    COMMENT_MARK.lastIndex = at;
    let depth = 0;
    do {
      const mark = COMMENT_MARK.exec(text);
      if (mark === null) {
        return at;
      }
      depth += mark[0] === '/*' ? 1 : -1;
    } while (depth > 0);
    at = COMMENT_MARK.lastIndex;
  }
}

/** What an escape sequence stands for: a text, or a byte that may be a part of a character. */
function readEscape(
  text: string,
  at: number,
): { readonly value: string | number; readonly length: number } | undefined {
  const next = text[at + 1]!;
  if (PLAIN_ESCAPES.has(next)) {
    return { value: NAMED_ESCAPES.get(next) ?? next, length: 2 };
  }
  ESCAPE.lastIndex = 0;
  const match = ESCAPE.exec(text.slice(at, at + MAX_ESCAPE));
  if (match === null) {
    return undefined;
  }
  const [{ length }, byte, code] = match;
  if (byte !== undefined) {
    return { value: Number.parseInt(byte, 16), length };
  }
  const point = Number.parseInt(code!.replaceAll('_', ''), 16);
  const isCharacter = point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
  return isCharacter ? { value: String.fromCodePoint(point), length } : undefined;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** What a text token stands for; undefined where its bytes are no UTF-8, or an escape sequence is none. */
export function textValue(text: string): string | undefined {
  const parts = partsOf(text);
  if (!parts?.some((part) => typeof part === 'number')) {
    return parts?.join('');
  }
  try {
    return decoder.decode(textBytes(text));
  } catch {
    return undefined;
  }
}

/** What a token says as the label of a field or case. */
export function labelOf({ kind, text }: Pick<Token, 'kind' | 'text'>): string | number {
  return kind === 'number' ? Number(text.replaceAll('_', '')) : (textValue(text) ?? text);
}

/** The bytes that a text token stands for, of which each escape sequence is one. */
export function textBytes(text: string): Uint8Array {
  const parts: Uint8Array[] = [];
  let characters = '';
  for (const part of partsOf(text)!) {
    if (typeof part === 'string') {
      characters += part;
    } else {
      parts.push(encoder.encode(characters), Uint8Array.of(part));
      characters = '';
    }
  }
  parts.push(encoder.encode(characters));
  const bytes = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/**
 * The characters of a text token, and the bytes that its escape sequences stand for, which may be parts of characters.
 * Undefined where an escape sequence is none, as in a text that is no token.
 */
function partsOf(text: string): (string | number)[] | undefined {
  const parts: (string | number)[] = [];
  let from = 0;
  for (let at = text.indexOf('\\'); at >= 0; at = text.indexOf('\\', from)) {
    const sequence = readEscape(text, at);
    if (sequence === undefined) {
      return undefined;
    }
    parts.push(text.slice(from, at), sequence.value);
    from = at + sequence.length;
  }
  parts.push(text.slice(from));
  return parts;
}
