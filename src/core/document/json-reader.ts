import type {
  ArrayNode,
  Container,
  ObjectNode,
  Property,
  StringNode,
  SyntaxFault,
  SyntaxProblem,
  TextRange,
  ValueNode,
} from './tree';

/** serde_json, and so dfx, refuses deeper nesting: its limit of 128 is the first depth that fails. */
const MAX_DEPTH = 127;
/** Faults after this many are not kept: they follow from the first ones. */
const MAX_PROBLEMS = 200;

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const BACKSLASH = 0x5c;
const SLASH = 0x2f;
const STAR = 0x2a;

const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
/** What stands where a value should, up to the next mark of JSON. */
const WORD = /[^\s,:[\]{}"/]+/y;

export class JsonReader {
  readonly problems: SyntaxProblem[] = [];
  readonly comments: TextRange[] = [];
  #at = 0;
  readonly #open: number[] = [];

  constructor(readonly text: string) {
    if (text.charCodeAt(0) === 0xfeff) {
      this.#problem('byte-order-mark', 0, 1);
      this.#at = 1;
    }
  }

  document(): ValueNode | undefined {
    this.#trivia();
    if (this.#at >= this.text.length) {
      this.#problem('empty', 0, 0);
      return undefined;
    }
    const root = this.#value(undefined);
    this.#trivia();
    if (this.#at < this.text.length) {
      this.#problem('after-end', this.#at, this.text.length - this.#at);
    }
    return root;
  }

  #problem(fault: SyntaxFault, offset: number, length: number): void {
    if (this.problems.length < MAX_PROBLEMS) {
      this.problems.push({ fault, offset, length });
    }
  }

  /** Skips white space and comments. */
  #trivia(): void {
    const { text } = this;
    for (;;) {
      const code = text.charCodeAt(this.#at);
      if (code === 0x20 || code === 0x0a || code === 0x0d || code === 0x09) {
        this.#at++;
      } else if (code === SLASH && text.charCodeAt(this.#at + 1) === SLASH) {
        let end = this.#at + 2;
        while (end < text.length && text.charCodeAt(end) !== 0x0a && text.charCodeAt(end) !== 0x0d) {
          end++;
        }
        this.#comment(end);
      } else if (code === SLASH && text.charCodeAt(this.#at + 1) === STAR) {
        const close = text.indexOf('*/', this.#at + 2);
        this.#comment(close < 0 ? text.length : close + 2);
      } else {
        return;
      }
    }
  }

  #comment(end: number): void {
    const range = { offset: this.#at, length: end - this.#at };
    this.comments.push(range);
    this.#problem('comment', range.offset, range.length);
    this.#at = end;
  }

  /** Reads a value at the current place, which is no white space; undefined where there is none. */
  #value(parent: Container | undefined): ValueNode | undefined {
    const { text } = this;
    const start = this.#at;
    const code = text.charCodeAt(start);
    if (code === QUOTE) {
      return this.#string(parent);
    }
    if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      if (this.#open.length >= MAX_DEPTH) {
        this.#problem('too-deep', start, 1);
        this.#skipNested();
        return undefined;
      }
      this.#open.push(code);
      const node = code === OPEN_BRACE ? this.#object(parent) : this.#array(parent);
      this.#open.pop();
      return node;
    }
    if (code === 0x2d || (code >= 0x30 && code <= 0x39)) {
      NUMBER.lastIndex = start;
      const match = NUMBER.exec(text);
      this.#at = match === null ? start : NUMBER.lastIndex;
      const good = this.#at;
      this.#word();
      if (good === start || this.#at > good) {
        this.#problem('number', start, Math.max(1, this.#at - start));
      } else if (!Number.isFinite(Number(text.slice(start, good)))) {
        this.#problem('number-too-large', start, good - start);
      }
      if (this.#at === start) {
        this.#at++;
      }
      return { type: 'number', start, end: this.#at, raw: text.slice(start, this.#at), parent };
    }
    this.#word();
    const raw = text.slice(start, this.#at);
    if (raw === 'true' || raw === 'false') {
      return { type: 'boolean', start, end: this.#at, raw, parent };
    }
    if (raw === 'null') {
      return { type: 'null', start, end: this.#at, raw, parent };
    }
    if (raw === '') {
      // A mark of JSON that cannot begin a value: the caller decides what it means.
      this.#problem('value-expected', start, start < text.length ? 1 : 0);
      return undefined;
    }
    this.#problem('invalid', start, raw.length);
    return undefined;
  }

  #word(): void {
    WORD.lastIndex = this.#at;
    if (WORD.exec(this.text) !== null) {
      this.#at = WORD.lastIndex;
    }
  }

  /** Jumps over brackets that are nested too deeply, strings aside, without recursion. */
  #skipNested(): void {
    const { text } = this;
    let depth = 0;
    while (this.#at < text.length) {
      const code = text.charCodeAt(this.#at);
      if (code === QUOTE) {
        this.#string(undefined);
        continue;
      }
      this.#at++;
      if (code === OPEN_BRACE || code === OPEN_BRACKET) {
        depth++;
      } else if ((code === CLOSE_BRACE || code === CLOSE_BRACKET) && --depth <= 0) {
        return;
      }
    }
  }

  #string(parent: Container | undefined): StringNode {
    const { text } = this;
    const start = this.#at;
    let at = start + 1;
    let from = at;
    let value = '';
    let closed = false;
    for (;;) {
      const code = text.charCodeAt(at);
      if (code === QUOTE) {
        value += text.slice(from, at);
        at++;
        closed = true;
        break;
      }
      if (code === BACKSLASH) {
        const escaped = readEscape(text, at);
        if (escaped === undefined) {
          this.#problem('escape', at, Math.min(2, text.length - at));
          at++;
          continue;
        }
        if (isSurrogate(escaped.value)) {
          this.#problem('lone-surrogate', at, escaped.length);
        }
        value += text.slice(from, at) + escaped.value;
        at += escaped.length;
        from = at;
        continue;
      }
      // NaN at the end of the text compares false with everything.
      if (code >= 0x20) {
        at++;
        continue;
      }
      if (code === 0x0a || code === 0x0d || Number.isNaN(code)) {
        value += text.slice(from, at);
        this.#problem('unclosed-string', start, at - start);
        break;
      }
      this.#problem('control-character', at, 1);
      at++;
    }
    this.#at = at;
    return { type: 'string', start, end: at, value, closed, parent };
  }

  #object(parent: Container | undefined): ObjectNode {
    const { text } = this;
    const start = this.#at++;
    const properties: Property[] = [];
    const node: ObjectNode = { type: 'object', start, end: start + 1, closed: false, properties, parent };
    let last: Property | undefined;
    for (;;) {
      this.#trivia();
      const at = this.#at;
      const code = text.charCodeAt(at);
      if (code === CLOSE_BRACE) {
        if (last !== undefined && last.comma >= 0) {
          this.#problem('trailing-comma', last.comma, 1);
        }
        this.#at++;
        node.closed = true;
        break;
      }
      if (at >= text.length || (code === CLOSE_BRACKET && this.#open.includes(OPEN_BRACKET))) {
        this.#problem('brace-expected', start, 1);
        break;
      }
      if (code === COMMA) {
        if (last !== undefined && last.comma < 0) {
          last.comma = at;
        } else {
          this.#problem('property-expected', at, 1);
        }
        this.#at++;
        continue;
      }
      if (code !== QUOTE) {
        this.#stray('property-expected');
        continue;
      }
      if (last !== undefined && last.comma < 0) {
        this.#problem('comma-expected', Math.max(last.end - 1, start), 1);
      }
      last = this.#property(node);
      properties.push(last);
    }
    node.end = this.#at;
    return node;
  }

  #property(parent: ObjectNode): Property {
    const { text } = this;
    const key = this.#string(undefined);
    const property: Property = {
      type: 'property',
      key,
      colon: -1,
      value: undefined,
      start: key.start,
      end: key.end,
      comma: -1,
      parent,
    };
    key.parent = property;
    this.#trivia();
    if (text.charCodeAt(this.#at) !== COLON) {
      this.#problem('colon-expected', key.start, key.end - key.start);
      return property;
    }
    property.colon = this.#at++;
    property.end = this.#at;
    this.#trivia();
    const code = text.charCodeAt(this.#at);
    if (this.#at >= text.length || code === COMMA || code === CLOSE_BRACE || code === CLOSE_BRACKET) {
      this.#problem('value-expected', property.colon, 1);
      return property;
    }
    if (code === QUOTE && this.#isNextKey(property.colon)) {
      // `"main":` and on the next line `"type": …`: the value has not been written yet.
      this.#problem('value-expected', property.colon, 1);
      return property;
    }
    property.value = this.#value(property);
    if (property.value !== undefined) {
      property.end = property.value.end;
    }
    return property;
  }

  /** Whether the string that begins here stands on a later line than `colon` and is itself followed by a colon. */
  #isNextKey(colon: number): boolean {
    const { text } = this;
    let line = false;
    for (let i = colon; i < this.#at && !line; i++) {
      line = text.charCodeAt(i) === 0x0a;
    }
    if (!line) {
      return false;
    }
    let at = this.#at + 1;
    for (; at < text.length; at++) {
      const code = text.charCodeAt(at);
      if (code === BACKSLASH) {
        at++;
      } else if (code === QUOTE || code === 0x0a) {
        break;
      }
    }
    if (text.charCodeAt(at) !== QUOTE) {
      return false;
    }
    at++;
    while (text.charCodeAt(at) === 0x20 || text.charCodeAt(at) === 0x09) {
      at++;
    }
    return text.charCodeAt(at) === COLON;
  }

  #array(parent: Container | undefined): ArrayNode {
    const { text } = this;
    const start = this.#at++;
    const items: ValueNode[] = [];
    const commas: number[] = [];
    const node: ArrayNode = { type: 'array', start, end: start + 1, closed: false, items, commas, parent };
    for (;;) {
      this.#trivia();
      const at = this.#at;
      const code = text.charCodeAt(at);
      if (code === CLOSE_BRACKET) {
        const comma = commas[items.length - 1];
        if (comma !== undefined && comma >= 0) {
          this.#problem('trailing-comma', comma, 1);
        }
        this.#at++;
        node.closed = true;
        break;
      }
      if (at >= text.length || (code === CLOSE_BRACE && this.#open.includes(OPEN_BRACE))) {
        this.#problem('bracket-expected', start, 1);
        break;
      }
      if (code === COMMA) {
        if (items.length > 0 && commas[items.length - 1] === -1) {
          commas[items.length - 1] = at;
        } else {
          this.#problem('value-expected', at, 1);
        }
        this.#at++;
        continue;
      }
      if (code === COLON) {
        // The array was never closed, and this is the colon of the property behind it.
        const last = items.at(-1);
        if (last?.type === 'string' && this.#open.includes(OPEN_BRACE)) {
          items.pop();
          commas.pop();
          this.#problem('bracket-expected', start, 1);
          this.#at = last.start;
          break;
        }
        this.#stray('value-expected');
        continue;
      }
      const before = items.at(-1);
      const value = this.#value(node);
      if (value === undefined) {
        if (this.#at === at) {
          this.#at++;
        }
        continue;
      }
      if (before !== undefined && commas[items.length - 1] === -1) {
        this.#problem('comma-expected', before.end - 1, 1);
      }
      items.push(value);
      commas.push(-1);
    }
    node.end = this.#at;
    return node;
  }

  /** Reports and jumps over something that does not belong here. */
  #stray(fault: SyntaxFault): void {
    const at = this.#at;
    const code = this.text.charCodeAt(at);
    if (code === OPEN_BRACE || code === OPEN_BRACKET) {
      this.#skipNested();
    } else {
      this.#word();
      if (this.#at === at) {
        this.#at++;
      }
    }
    this.#problem(fault, at, this.#at - at);
  }
}

const SIMPLE_ESCAPES = new Map([
  ['"', '"'],
  ['\\', '\\'],
  ['/', '/'],
  ['b', '\b'],
  ['f', '\f'],
  ['n', '\n'],
  ['r', '\r'],
  ['t', '\t'],
]);

/** An escape sequence, or the two that make one character together. */
export function readEscape(text: string, at: number): { value: string; length: number } | undefined {
  const first = readOneEscape(text, at);
  if (first === undefined || !isSurrogate(first.value) || first.value >= '\udc00' || text[at + 6] !== '\\') {
    return first;
  }
  const second = readOneEscape(text, at + 6);
  return second !== undefined && isSurrogate(second.value) && second.value >= '\udc00'
    ? { value: first.value + second.value, length: 12 }
    : first;
}

/** Half of a character beyond the first 65,536, alone. */
function isSurrogate(value: string): boolean {
  return value.length === 1 && value >= '\ud800' && value <= '\udfff';
}

function readOneEscape(text: string, at: number): { value: string; length: number } | undefined {
  const letter = text[at + 1];
  if (letter === undefined) {
    return undefined;
  }
  if (letter === 'u') {
    const digits = text.slice(at + 2, at + 6);
    return /^[0-9a-fA-F]{4}$/.test(digits)
      ? { value: String.fromCharCode(Number.parseInt(digits, 16)), length: 6 }
      : undefined;
  }
  const value = SIMPLE_ESCAPES.get(letter);
  return value === undefined ? undefined : { value, length: 2 };
}
