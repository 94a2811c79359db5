import { type Message, msg } from '../util/message';
import { shortText } from '../util/shorten';
import { closest } from '../util/suggest';
import { candidMessage, checkArguments } from './arguments';
import { type Expectation, expectationAt } from './expected';
import { labelId } from './grammar';
import { CandidError, Lexer, labelOf } from './lexer';
import { printCalled, type RequestFile, requestAt, type SavedRequest } from './request-file';
import { type CallProblem, checkTypedArguments, type ExpectedTypes } from './typed-arguments';
import type { CandidType, Interface, Signature } from './types';
import type { Span } from './value-parser';

/** What a file of requests is held to. */
export interface RequestSurroundings {
  /** The canisters of the project; undefined where that is not known. */
  readonly canisters?: readonly string[];
  /** The interface of a canister, as far as it is known. */
  interface(canister: string): Interface | undefined;
}

/** More say nothing new. */
const MAX_PROBLEMS = 200;
/** Characters of a name or value in a message. */
const MAX_QUOTED = 60;
/** Names that a misspelt one is compared with. */
const MAX_CANDIDATES = 1_000;

/** What keeps requests of a file from being called, in the order of the text. */
export function requestProblems(file: RequestFile, surroundings: RequestSurroundings): readonly CallProblem[] {
  const found: CallProblem[] = [...file.problems];
  for (const request of file.requests) {
    if (found.length >= MAX_PROBLEMS) {
      break;
    }
    found.push(...problemsOf(request, surroundings));
  }
  return found.sort((a, b) => a.offset - b.offset).slice(0, MAX_PROBLEMS);
}

/** What keeps one request from being called, beside what {@link RequestFile.problems} says. */
export function problemsOf(request: SavedRequest, surroundings: RequestSurroundings): readonly CallProblem[] {
  const { kind, canister, method, arguments: given } = request;
  const { canisters } = surroundings;
  if (canister && canisters && !canisters.includes(canister.text)) {
    return [misspelt(canister, canisters, msg('The project has no canister named {0}.', quoted(canister.text)))];
  }
  const { known, signature, expected } = calledBy(request, surroundings);
  if (canister && method && known && !signature) {
    const message = msg('{0} has no method {1}.', canister.text, quoted(method.text));
    return [misspelt(method, known.methods.keys(), message)];
  }
  const problems: CallProblem[] = [];
  if (kind?.text === 'query' && method && signature && kindOf(signature) === 'update') {
    const message = msg('{0} is an update method: it cannot be called as a query.', quoted(method.text));
    problems.push({ offset: kind.offset, length: kind.length, message, fix: 'update' });
  }
  return given ? [...problems, ...argumentProblems(given, expected)] : problems;
}

/** What is known of the method that a request calls. */
function calledBy(
  { canister, method }: Pick<SavedRequest, 'canister' | 'method'>,
  surroundings: RequestSurroundings,
): { readonly known?: Interface; readonly signature?: Signature; readonly expected?: ExpectedTypes } {
  const known = canister && surroundings.interface(canister.text);
  const signature = method && known?.methods.get(method.text);
  return { known, signature, expected: signature && known && { parameters: signature.parameters, types: known.types } };
}

function argumentProblems(
  { text, offset }: Span & { readonly text: string },
  expected: ExpectedTypes | undefined,
): readonly CallProblem[] {
  if (expected) {
    return checkTypedArguments(text, expected).map((problem) => ({ ...problem, offset: offset + problem.offset }));
  }
  const problem = checkArguments(text);
  if (!problem) {
    return [];
  }
  const message = candidMessage(problem, shortText(problem.found, MAX_QUOTED));
  return [{ offset: offset + problem.offset, length: problem.length, message }];
}

function misspelt(
  { text, offset, length }: Span & { readonly text: string },
  names: Iterable<string>,
  message: Message,
): CallProblem {
  const meant = closest(text, [...names].slice(0, MAX_CANDIDATES));
  return { offset, length, message, fix: meant && printCalled(meant) };
}

function quoted(name: string): string {
  return shortText(name, MAX_QUOTED);
}

/** How a method is called unless a request says otherwise. */
export function kindOf({ modes }: Signature): 'query' | 'update' {
  return modes.some((mode) => mode !== 'oneway') ? 'query' : 'update';
}

/** What stands at a place of a file of requests, as far as interfaces know it. */
export type RequestPlace = Span &
  (
    | { readonly kind: 'canister'; readonly canister: string }
    | { readonly kind: 'method'; readonly canister: string; readonly method: string; readonly signature: Signature }
    /** A value, or a field or case with its name. */
    | { readonly kind: 'type'; readonly label?: string | number; readonly type: CandidType }
  );

/** What stands at a place, for a hover. */
export function requestPlace(
  file: RequestFile,
  offset: number,
  surroundings: RequestSurroundings,
): RequestPlace | undefined {
  const request = requestAt(file, offset);
  if (!request) {
    return undefined;
  }
  const { canister, method, arguments: given } = request;
  if (canister && isAt(canister, offset)) {
    return { kind: 'canister', canister: canister.text, offset: canister.offset, length: canister.length };
  }
  const { signature, expected } = calledBy(request, surroundings);
  if (!canister || !method || !signature || !expected) {
    return undefined;
  }
  if (isAt(method, offset)) {
    const { text, length } = method;
    return { kind: 'method', canister: canister.text, method: text, signature, offset: method.offset, length };
  }
  if (!given || !isAt(given, offset)) {
    return undefined;
  }
  const found = typeAt(given.text, offset - given.offset, expected);
  return found && { ...found, offset: given.offset + found.offset };
}

function isAt({ offset, length }: Span, place: number): boolean {
  return place >= offset && place < offset + length;
}

function typeAt(
  text: string,
  offset: number,
  expected: ExpectedTypes,
): Extract<RequestPlace, { kind: 'type' }> | undefined {
  const token = tokenAt(text, offset);
  if (!token || (token.kind === 'mark' && !/^[({+-]$/.test(token.text))) {
    return undefined;
  }
  const place = { offset: token.offset, length: token.length };
  const { labels, value } = expectationAt(text, token.offset, expected) ?? {};
  const isName = token.kind !== 'mark' && labels && token.following !== undefined;
  const name = labelOf(token);
  const label = isName ? labels.fields.find((field) => labelId(field.label) === labelId(name)) : undefined;
  if (label && (labels?.kind === 'case' || token.following === '=')) {
    return { kind: 'type', label: label.label, type: label.type, ...place };
  }
  return value && { kind: 'type', type: value, ...place };
}

function tokenAt(text: string, offset: number) {
  try {
    const lexer = new Lexer(text);
    for (;;) {
      const { token } = lexer;
      if (token.kind === 'end' || token.offset > offset) {
        return undefined;
      }
      if (offset < token.offset + token.length) {
        return { ...token, following: following(lexer) };
      }
      lexer.next();
    }
  } catch (error) {
    if (error instanceof CandidError) {
      return undefined;
    }
    throw error;
  }
}

/** What follows the token that comes next; empty where that cannot be read. */
function following(lexer: Lexer): string {
  try {
    lexer.next();
    return lexer.token.text;
  } catch (error) {
    if (error instanceof CandidError) {
      return '';
    }
    throw error;
  }
}

/** What may be written at a place. */
export type RequestExpectation =
  /** `canister.method`, or `query` or `update` before it. */
  | { readonly kind: 'canister'; readonly word: Span; readonly withKind: boolean }
  | {
      readonly kind: 'method';
      readonly word: Span;
      readonly canister: string;
      readonly as?: 'query' | 'update';
      /** Whether arguments stand behind it. */
      readonly hasArguments: boolean;
    }
  /** A value, a field or a case. */
  | { readonly kind: 'value'; readonly found: Expectation; readonly expected: ExpectedTypes };

/** What may be written at a place, by what stands around it. */
export function requestExpectation(
  text: string,
  file: RequestFile,
  offset: number,
  surroundings: RequestSurroundings,
): RequestExpectation | undefined {
  const request = requestAt(file, offset);
  if (!request) {
    return undefined;
  }
  const { canister, method, kind, arguments: given, whole } = request;
  if (given && offset > given.offset) {
    const { expected } = calledBy(request, surroundings);
    if (!expected || offset > given.offset + given.length) {
      return undefined;
    }
    const found = expectationAt(given.text, offset - given.offset, expected);
    const word = found && { offset: given.offset + found.word.offset, length: found.word.length };
    return found && word && { kind: 'value', found: { ...found, word }, expected };
  }
  const line = text.slice(text.lastIndexOf('\n', offset - 1) + 1, offset);
  let begin = offset;
  while (begin > offset - line.length && /[A-Za-z0-9_-]/.test(text[begin - 1]!)) {
    begin--;
  }
  const written = text.slice(begin, offset);
  if (line.startsWith('###') || line.includes('//') || offset < whole.offset + 4) {
    return undefined;
  }
  const wordOf = (placed: Span | undefined): Span =>
    placed && begin >= placed.offset && offset <= placed.offset + placed.length
      ? { offset: placed.offset, length: placed.length }
      : { offset: begin, length: written.length };
  const before = line.slice(0, line.length - written.length).trimEnd();
  if (canister && before.endsWith('.') && begin > canister.offset) {
    const hasArguments = given !== undefined;
    return { kind: 'method', word: wordOf(method), canister: canister.text, as: kind?.text, hasArguments };
  }
  if (/^\s*(?:query\s+|update\s+)?$/.test(line.slice(0, line.length - written.length))) {
    return { kind: 'canister', word: wordOf(canister), withKind: before === '' };
  }
  return undefined;
}
