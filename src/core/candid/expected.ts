import { labelId } from './grammar';
import { CandidError, Lexer, labelOf, type Token } from './lexer';
import { type CandidField, type CandidType, type Parameter, resolve } from './types';
import type { Span } from './value-parser';

/** What may stand at a place of a text that is being written. */
export interface Expectation {
  /** The type of the value that may begin here. */
  readonly value?: CandidType;
  /** The fields that a record still wants, or the cases of a variant. */
  readonly labels?: { readonly kind: 'field' | 'case'; readonly fields: readonly CandidField[] };
  /** The word that is being written. */
  readonly word: Span;
}

/** Longer texts get no help. */
const MAX_LENGTH = 200_000;
const MAX_DEPTH = 200;

/** A bracket that is open, and what is being written in it. */
interface Frame {
  readonly kind: 'arguments' | 'record' | 'variant' | 'vec' | 'group' | 'other';
  /** Of a record or variant whose type is known. */
  readonly fields?: readonly CandidField[];
  /** Of the items of a `vec`, of what is in parentheses. */
  readonly inner?: CandidType;
  /** Number of the argument or of the next field without a label. */
  next: number;
  readonly labels: Set<number>;
  /** `item`: something begins; `label`: an equals sign comes; `value`: a value begins; `open`: a bracket comes. */
  state: 'item' | 'label' | 'value' | 'open' | 'rest' | 'type';
  type?: CandidType;
  opens?: 'record' | 'variant' | 'vec';
}

/**
 * What may stand at an offset, by the types of the parameters. The text may be wrong or unfinished anywhere; undefined
 * in comments and texts, and where nothing is known.
 */
export function expectationAt(
  text: string,
  offset: number,
  expected: { readonly parameters: readonly Parameter[]; readonly types: ReadonlyMap<string, CandidType> },
): Expectation | undefined {
  if (text.length > MAX_LENGTH) {
    return undefined;
  }
  const reader = new Reader(text, offset, expected.parameters, expected.types);
  try {
    reader.run();
  } catch (error) {
    // What could be read before the fault counts.
    if (!(error instanceof CandidError)) {
      throw error;
    }
  }
  return reader.result();
}

class Reader {
  readonly #text: string;
  readonly #offset: number;
  readonly #parameters: readonly Parameter[];
  readonly #types: ReadonlyMap<string, CandidType>;
  readonly #frames: Frame[] = [];
  #found:
    | { readonly frame: Frame; readonly state: Frame['state']; readonly type?: CandidType; readonly word: Span }
    | undefined;
  #end = 0;

  constructor(text: string, offset: number, parameters: readonly Parameter[], types: ReadonlyMap<string, CandidType>) {
    this.#text = text;
    this.#offset = offset;
    this.#parameters = parameters;
    this.#types = types;
  }

  run(): void {
    const lexer = new Lexer(this.#text);
    for (;;) {
      const { token } = lexer;
      const end = token.offset + token.length;
      const isWord = token.kind === 'word' || token.kind === 'number';
      if (!this.#found && (token.offset >= this.#offset || (end >= this.#offset && isWord) || token.kind === 'end')) {
        if (this.#inComment(token.offset)) {
          return;
        }
        this.#note(isWord && token.offset <= this.#offset ? token : undefined);
      } else if (!this.#found && end > this.#offset) {
        // Inside a text.
        return;
      }
      // Once the place is found, only the labels of its own record are still wanted.
      if (token.kind === 'end' || (this.#found && !this.#frames.includes(this.#found.frame))) {
        return;
      }
      lexer.next();
      const following = lexer.token;
      this.#read(token, following.kind === 'mark' ? following.text : '');
      this.#end = end;
    }
  }

  result(): Expectation | undefined {
    if (!this.#found) {
      return undefined;
    }
    const { frame, state, type, word } = this.#found;
    if (state === 'value') {
      return { value: type, word };
    }
    if (state !== 'item') {
      return undefined;
    }
    const own = this.#labelAt(word);
    const open = frame.fields?.filter(({ label }) => !frame.labels.has(labelId(label)) || labelId(label) === own);
    switch (frame.kind) {
      case 'record': {
        const unnamed = frame.fields?.find(({ label }) => label === frame.next)?.type;
        return { value: unnamed, labels: open && { kind: 'field', fields: open }, word };
      }
      case 'variant':
        return { labels: frame.fields && { kind: 'case', fields: frame.fields }, word };
      default:
        return { value: this.#itemType(frame), word };
    }
  }

  /** The number of the label that is being written, which the record has not got for that. */
  #labelAt({ offset, length }: Span): number | undefined {
    return length === 0 ? undefined : labelId(this.#text.slice(offset, offset + length));
  }

  #inComment(next: number): boolean {
    const gap = this.#text.slice(this.#end, Math.min(this.#offset, next));
    const line = gap.slice(gap.lastIndexOf('\n') + 1);
    return line.includes('//') || gap.lastIndexOf('/*') > gap.lastIndexOf('*/');
  }

  #note(word: Token | undefined): void {
    const frame = this.#frames.at(-1);
    if (frame) {
      const span = word ? { offset: word.offset, length: word.length } : { offset: this.#offset, length: 0 };
      this.#found = { frame, state: frame.state, type: frame.type, word: span };
    }
  }

  #read(token: Token, following: string): void {
    const frame = this.#frames.at(-1);
    if (!frame) {
      if (token.text === '(') {
        this.#push({ kind: 'arguments' });
      }
      return;
    }
    if (token.kind === 'mark' && /^[)}]$/.test(token.text)) {
      this.#frames.pop();
      const outer = this.#frames.at(-1);
      if (outer && outer.state !== 'type' && outer.kind !== 'other') {
        outer.state = 'rest';
      }
      return;
    }
    if (frame.kind === 'other' || frame.state === 'type') {
      if (token.kind === 'mark' && /^[({]$/.test(token.text)) {
        this.#push({ kind: 'other' });
      } else if (frame.kind !== 'other' && this.#isSeparator(token)) {
        this.#nextItem(frame);
      }
      return;
    }
    if (this.#isSeparator(token)) {
      this.#nextItem(frame);
    } else if (token.kind === 'mark' && token.text === ':') {
      frame.state = 'type';
    } else {
      this.#step(frame, token, following);
    }
  }

  #isSeparator({ kind, text }: Token): boolean {
    return kind === 'mark' && (text === ',' || text === ';');
  }

  #nextItem(frame: Frame): void {
    if (frame.kind === 'arguments') {
      frame.next += 1;
    }
    frame.state = 'item';
    frame.type = undefined;
  }

  #step(frame: Frame, token: Token, following: string): void {
    switch (frame.state) {
      case 'item':
        if (frame.kind === 'variant' || (frame.kind === 'record' && following === '=')) {
          this.#label(frame, token);
          return;
        }
        frame.type = this.#itemType(frame);
        if (frame.kind === 'record') {
          frame.labels.add(frame.next);
          frame.next += 1;
        }
        this.#value(frame, token);
        return;
      case 'label':
        frame.state = token.text === '=' ? 'value' : 'rest';
        return;
      case 'value':
        this.#value(frame, token);
        return;
      case 'open':
        frame.state = 'rest';
        if (token.text === '{') {
          this.#open(frame);
        }
        return;
      case 'rest':
        if (token.kind === 'mark' && /^[({]$/.test(token.text)) {
          this.#push({ kind: 'other' });
        }
    }
  }

  #label(frame: Frame, token: Token): void {
    const label = labelOf(token);
    const id = labelId(label);
    frame.labels.add(id);
    frame.next = id + 1;
    frame.type = frame.fields?.find((field) => labelId(field.label) === id)?.type;
    frame.state = 'label';
  }

  #value(frame: Frame, token: Token): void {
    const wanted = frame.type && resolve(frame.type, this.#types);
    switch (token.text) {
      case 'opt':
        frame.type = wanted?.kind === 'opt' ? wanted.inner : undefined;
        frame.state = 'value';
        return;
      case 'record':
      case 'variant':
      case 'vec':
        frame.opens = token.text;
        frame.state = 'open';
        return;
      case '(':
        this.#push({ kind: 'group', inner: frame.type });
        return;
      default:
        frame.state = 'rest';
        if (token.text === '{') {
          this.#push({ kind: 'other' });
        }
    }
  }

  #open(frame: Frame): void {
    const wanted = frame.type && resolve(frame.type, this.#types);
    // Who leaves out `opt` is helped all the same; the check says it.
    const type = wanted?.kind === 'opt' ? resolve(wanted.inner, this.#types) : wanted;
    const kind = frame.opens ?? 'other';
    if (type?.kind === 'vec' && kind === 'vec') {
      this.#push({ kind, inner: type.inner });
    } else if (type?.kind === kind && (type.kind === 'record' || type.kind === 'variant')) {
      this.#push({ kind, fields: type.fields });
    } else {
      this.#push({ kind });
    }
  }

  #itemType(frame: Frame): CandidType | undefined {
    switch (frame.kind) {
      case 'arguments':
        return this.#parameters[frame.next]?.type;
      case 'record':
        return frame.fields?.find(({ label }) => label === frame.next)?.type;
      default:
        return frame.inner;
    }
  }

  #push(frame: Pick<Frame, 'kind' | 'fields' | 'inner'>): void {
    if (this.#frames.length >= MAX_DEPTH) {
      throw new CandidError({ fault: 'too-deep', offset: 0, length: 0, found: '' });
    }
    this.#frames.push({ ...frame, next: 0, labels: new Set(), state: 'item' });
  }
}
