import { type Message, msg } from '../util/message';
import { CandidError, Lexer, skipSpace, textValue } from './lexer';
import { printText } from './print';
import type { CallProblem } from './typed-arguments';
import type { Span } from './value-parser';

/**
 * Files of named requests (`docs/requests.md`): `// comments`, and for each request a line `### name` and what is called,
 * `query canister.method (arguments)`, where `query` or `update` may be left out.
 */

/** A part of a request: what it says, and where. */
export interface Placed extends Span {
  readonly text: string;
}

export type CallKind = 'query' | 'update';

/** A request as far as it could be read. */
export interface SavedRequest {
  readonly name: Placed;
  /** From its `###` to that of the next. */
  readonly whole: Span;
  /** Undefined where the method's own kind counts. */
  readonly kind?: Placed & { readonly text: CallKind };
  readonly canister?: Placed;
  readonly method?: Placed;
  /** Candid text with the parentheses around it; unfinished text as it is. */
  readonly arguments?: Placed;
}

export interface RequestFile {
  readonly requests: readonly SavedRequest[];
  /** What is wrong with the file whatever canisters there are, in the order of the text. */
  readonly problems: readonly CallProblem[];
}

/** A request that is to be written. */
export interface NewRequest {
  /** On one line, without white space at its ends. */
  readonly name: string;
  readonly kind: CallKind;
  readonly canister: string;
  readonly method: string;
  /** Candid text with the parentheses around it. */
  readonly arguments: string;
}

/** Longer files, in UTF-16 units, are not read. */
const MAX_LENGTH = 4_000_000;
/** More requests of one file are not read, more problems not told. */
const MAX_REQUESTS = 5_000;
const MAX_PROBLEMS = 200;
const MARK = '###';
/** Canisters and methods that need no quotes. Candid has no hyphens in names, manifests have. */
const PLAIN = /[A-Za-z0-9_][A-Za-z0-9_-]*/y;
const ALL_PLAIN = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/;

/** Reads a file of requests, which may be unfinished or wrong anywhere. Takes time in proportion to its length. */
export function readRequests(text: string): RequestFile {
  const problems: CallProblem[] = [];
  const complain = (message: Message, offset: number, length: number, fix?: string): void => {
    if (problems.length < MAX_PROBLEMS) {
      problems.push({ message, offset, length, fix });
    }
  };
  if (text.length > MAX_LENGTH) {
    complain(msg('The file is too large.'), 0, 0);
    return { requests: [], problems };
  }
  const sections = sectionStarts(text);
  const start = text.startsWith('\ufeff') ? 1 : 0;
  const before = text.slice(0, sections[0] ?? text.length);
  const stray = skipSpace(before, start);
  if (stray < before.length) {
    complain(msg('A request begins with a line of its name: {0}', '### …'), stray, lineLength(before, stray));
  }
  if (sections.length > MAX_REQUESTS) {
    complain(msg('Of one file, {0} requests are read.', MAX_REQUESTS), sections[MAX_REQUESTS]!, MARK.length);
  }
  const names = new Set<string>();
  const requests = sections.slice(0, MAX_REQUESTS).map((offset, index) => {
    const request = readRequest(text, offset, sections[index + 1] ?? text.length, complain);
    const { name } = request;
    if (name.text === '') {
      complain(msg('A request begins with a line of its name: {0}', '### …'), offset, MARK.length);
    } else if (names.has(name.text)) {
      complain(msg('There is a request named {0} already.', name.text), name.offset, name.length);
    }
    names.add(name.text);
    return request;
  });
  return { requests, problems: problems.sort((a, b) => a.offset - b.offset) };
}

/** Where lines begin with the mark of a request, in texts and comments, too: one that is not closed ends with its request. */
function sectionStarts(text: string): number[] {
  const found: number[] = [];
  for (let at = text.indexOf(MARK); at >= 0; at = text.indexOf(MARK, at + MARK.length)) {
    const before = text[at - 1];
    if (before === undefined || before === '\n' || before === '\r' || (before === '\ufeff' && at === 1)) {
      found.push(at);
    }
  }
  return found;
}

type Complain = (message: Message, offset: number, length: number, fix?: string) => void;

function readRequest(text: string, start: number, end: number, complain: Complain): SavedRequest {
  const headEnd = start + lineLength(text.slice(start, end), 0);
  const head = text.slice(start + MARK.length, headEnd);
  const shown = head.trim();
  const nameAt = start + MARK.length + (shown === '' ? 0 : head.indexOf(shown));
  const name = { text: shown, offset: nameAt, length: shown.length };
  const whole = { offset: start, length: end - start };
  const body = text.slice(headEnd, end);
  const place = (at: number, length: number) => [headEnd + at, length] as const;
  const placed = ({ text: said, offset, length }: Placed): Placed => ({ text: said, offset: headEnd + offset, length });

  let at = skipSpace(body, 0);
  const first = readName(body, at);
  let canister = first;
  let kind: SavedRequest['kind'];
  if (first && (first.text === 'query' || first.text === 'update') && first.length === first.text.length) {
    at = skipSpace(body, first.offset + first.length);
    if (body[at] !== '.') {
      kind = { ...placed(first), text: first.text };
      canister = readName(body, at);
    }
  }
  if (!canister) {
    const offset = at < body.length ? at : 0;
    const message = msg('What is called is missing: {0}', 'canister.method (…)');
    complain(
      message,
      ...(offset === 0 ? ([start, headEnd - start] as const) : place(offset, lineLength(body, offset))),
    );
    return { name, whole, kind };
  }
  const known = { name, whole, kind, canister: placed(canister) };
  at = skipSpace(body, canister.offset + canister.length);
  const method = body[at] === '.' ? readName(body, skipSpace(body, at + 1)) : undefined;
  if (!method) {
    const length = Math.max(canister.length, at < body.length && body[at] === '.' ? at + 1 - canister.offset : 0);
    complain(msg('The method is missing: {0}', 'canister.method (…)'), ...place(canister.offset, length));
    return known;
  }
  at = skipSpace(body, method.offset + method.length);
  if (body[at] !== '(') {
    const isEnd = at >= body.length;
    const [offset, length] = isEnd ? [method.offset, method.length] : [at, lineLength(body, at)];
    const written = body.slice(method.offset, method.offset + method.length);
    const fix = isEnd ? `${written} ()` : undefined;
    complain(msg('The arguments are missing. Without any, it is {0}', '()'), ...place(offset, length), fix);
    return { ...known, method: placed(method) };
  }
  const said = body.slice(at, argumentsEnd(body, at));
  return {
    ...known,
    method: placed(method),
    arguments: placed({ text: said, offset: at, length: said.length }),
  };
}

/** A name, plain or in the quotes of a Candid text; what is in quotes may be anything. */
function readName(text: string, at: number): Placed | undefined {
  PLAIN.lastIndex = at;
  const plain = PLAIN.exec(text)?.[0];
  if (plain !== undefined) {
    return { text: plain, offset: at, length: plain.length };
  }
  if (text[at] !== '"') {
    return undefined;
  }
  try {
    const { token } = new Lexer(text.slice(at, at + lineLength(text, at)));
    const value = textValue(token.text);
    return value === undefined ? undefined : { text: value, offset: at, length: token.length };
  } catch (error) {
    if (error instanceof CandidError) {
      return undefined;
    }
    throw error;
  }
}

/** Where the arguments that begin at a place end: at their last parenthesis if nothing follows that, else with the text. */
function argumentsEnd(text: string, at: number): number {
  const rest = text.slice(at);
  try {
    const lexer = new Lexer(rest);
    let depth = 0;
    let token = lexer.next();
    while (token.kind !== 'end') {
      if (token.kind === 'mark') {
        depth += token.text === '(' || token.text === '{' ? 1 : token.text === ')' || token.text === '}' ? -1 : 0;
      }
      const end = token.offset + token.length;
      token = lexer.next();
      if (depth === 0 && token.kind === 'end') {
        return at + end;
      }
    }
  } catch (error) {
    if (!(error instanceof CandidError)) {
      throw error;
    }
  }
  return at + rest.trimEnd().length;
}

function lineLength(text: string, at: number): number {
  const end = text.slice(at).search(/[\r\n]/);
  return end < 0 ? text.length - at : end;
}

/** The request that a place is in; of a place before the first, none. */
export function requestAt({ requests }: RequestFile, offset: number): SavedRequest | undefined {
  return requests.findLast(({ whole }) => whole.offset <= offset);
}

function printCall({ kind, canister, method, arguments: text }: NewRequest): string {
  return `${kind} ${printCalled(canister)}.${printCalled(method)} ${oneRequest(text)}`;
}

/** A canister or method, in quotes where it has to be. */
export function printCalled(name: string): string {
  return ALL_PLAIN.test(name) ? name : printText(name);
}

/** Arguments in which no line looks like the beginning of another request. */
function oneRequest(text: string): string {
  let written = '';
  let end = 0;
  const outside = (gap: string) => gap.replace(/^###/gm, ' ###');
  const lexer = new Lexer(text.trim());
  for (;;) {
    const { token } = lexer;
    written += outside(lexer.text.slice(end, token.offset));
    end = token.offset + token.length;
    const source = lexer.text.slice(token.offset, end);
    written += token.kind === 'text' ? source.replaceAll('\r', '\\r').replaceAll('\n', '\\n') : source;
    if (token.kind === 'end') {
      return written;
    }
    lexer.next();
  }
}

/**
 * What is to be inserted at the end of a file so that a request comes to stand there: all that is in it stays.
 *
 * @returns what to insert, and where in it the request begins
 */
export function appendedRequest(text: string, request: NewRequest): { readonly insert: string; readonly at: number } {
  const eol = lineEnd(text);
  const hasText = text.replace('\ufeff', '') !== '';
  const gap = !hasText || /\n\r?\n$/.test(text) ? '' : text.endsWith('\n') ? eol : eol + eol;
  const written = `${MARK} ${request.name}\n${printCall(request)}\n`;
  return { insert: gap + written.replaceAll('\n', eol), at: gap.length };
}

/**
 * What takes the place of what a request of the file calls. Its name and the comments around it stay.
 *
 * @returns undefined where it is unfinished, so that nobody can tell what of it is to go
 */
export function replacedCall(
  text: string,
  { kind, canister, arguments: given }: SavedRequest,
  request: NewRequest,
): (Span & { readonly insert: string }) | undefined {
  if (!canister || !given) {
    return undefined;
  }
  const { offset } = kind ?? canister;
  const length = given.offset + given.length - offset;
  return { offset, length, insert: printCall(request).replaceAll('\n', lineEnd(text)) };
}

function lineEnd(text: string): string {
  return /\r?\n/.exec(text)?.[0] ?? '\n';
}

/** A name that no request of the file has: the one that is wanted, or that with a number. */
export function freeName({ requests }: RequestFile, wanted: string): string {
  const taken = new Set(requests.map(({ name }) => name.text));
  for (let number = 2, name = wanted; ; number++) {
    if (!taken.has(name)) {
      return name;
    }
    name = `${wanted} ${number}`;
  }
}
