/** What is wrong with a text. */
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

const SPACE = /(?:\s|\/\/[^\n]*)*/y;
/** What opens or closes a block comment; they nest. */
const COMMENT_MARK = /\/\*|\*\//g;
/** Without its sign, which may stand apart. */
const NUMBER = /0x[0-9a-fA-F][0-9a-fA-F_]*|(?:\d[\d_]*(?:\.(?:\d[\d_]*)?)?|\.\d[\d_]*)(?:[eE][+-]?\d[\d_]*)?/y;
const WORD = /[A-Za-z_][A-Za-z0-9_]*/y;
const ESCAPE = /\\(?:([nrt\\"'])|([0-9a-fA-F]{2})|u\{([0-9a-fA-F_]{1,8})\})/y;
const NAMED_ESCAPES = new Map([
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

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
    const offset = this.#skipSpace();
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
    const mark = text.startsWith('->', offset) ? '->' : letter;
    this.#at = offset + mark.length;
    return { kind: 'mark', text: mark, offset, length: mark.length };
  }

  #skipSpace(): number {
    const { text } = this;
    for (let at = this.#at; ; ) {
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

  #scanText(offset: number): Token {
    const { text } = this;
    let at = offset + 1;
    for (;;) {
      const letter = text[at];
      if (letter === undefined) {
        const found = text.slice(offset);
        throw new CandidError({ fault: 'unclosed-text', offset, length: found.length, found });
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
}

/** What a text token stands for. */
export function textValue(text: string): string {
  return text.replace(new RegExp(ESCAPE.source, 'g'), (whole, letter?: string, byte?: string, code?: string) => {
    if (letter !== undefined) {
      return NAMED_ESCAPES.get(letter) ?? letter;
    }
    if (byte !== undefined) {
      // A byte beyond ASCII is a part of a character, and no label that anybody uses.
      return String.fromCharCode(Number.parseInt(byte, 16));
    }
    const point = Number.parseInt(code!.replaceAll('_', ''), 16);
    return point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}
