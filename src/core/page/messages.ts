/** What a page and its host tell each other. Both sides read what they get with the readers here. */
import type { Words } from '../rows/row';
import type { Message } from '../util/message';
import type { PageButton, PageFact, PageProblem, PageState } from './model';
import { fields, flag, list, number, oneOf, optional, type Reader, readWith, tagged, text } from './read';

/** Longer texts, in UTF-16 units, are cut before they are sent. */
export const MAX_TEXT = 2_000;
/** More facts under one, as controllers or dependencies, are not sent. */
export const MAX_ITEMS = 500;
/** Sentences that hold each other. */
const MAX_DEPTH = 8;
const MAX_ARGS = 10;
const MAX_TRANSLATIONS = 10_000;

/** From the host to the page. */
export type ToPage =
  /** The first, and the answer to `ready`. */
  | {
      readonly type: 'init';
      /** Each sentence with its translation; empty where the display language is English. */
      readonly translations: readonly (readonly [english: string, translated: string])[];
      /** What the page keeps over a reload of the window, to be found again. */
      readonly subject: PageSubject;
    }
  | { readonly type: 'state'; readonly state: PageState };

/** From the page to the host. */
export type FromPage =
  /** Its script runs: it may be told things. */
  | { readonly type: 'ready' }
  /** Does what is offered under an id. */
  | { readonly type: 'press'; readonly id: string }
  /** Copies what stands under an id. */
  | { readonly type: 'copy'; readonly id: string };

/** Which canister a page is of. */
export interface PageSubject {
  readonly manifest: string;
  readonly canister: string;
  /** Name of the target: a network or an environment. */
  readonly target: string;
}

const id = text(MAX_TEXT);

const subject = fields<PageSubject>({ manifest: text(10_000), canister: text(100_000), target: text(10_000) });

const words = wordsUpTo(MAX_DEPTH);

function wordsUpTo(depth: number): Reader<Words> {
  return (value) => (typeof value === 'string' ? text(MAX_TEXT)(value) : sentenceUpTo(depth)(value));
}

function sentenceUpTo(depth: number): Reader<Message> {
  const argument: Reader<string | number | Message> = (value) =>
    typeof value === 'number' || depth === 0 ? number(value) : wordsUpTo(depth - 1)(value);
  return fields<Message>({ text: text(MAX_TEXT), args: list(argument, MAX_ARGS) });
}

const severalWords = list(words, MAX_ITEMS);

const button = fields<PageButton>({ id, label: words });

const problem = fields<PageProblem>({
  id,
  severity: oneOf('error', 'warning', 'info'),
  words: severalWords,
  buttons: list(button, 10),
});

const fact = factUpTo(3);

function factUpTo(depth: number): Reader<PageFact> {
  const child: Reader<PageFact> = (value) => factUpTo(depth - 1)(value);
  return fields<PageFact>({
    id,
    label: words,
    values: severalWords,
    meaning: optional(words),
    copyable: flag,
    opens: flag,
    children: list(child, depth === 0 ? 0 : MAX_ITEMS),
  });
}

const state = fields<PageState>({
  canister: text(MAX_TEXT),
  look: oneOf('good', 'bad', 'warning', 'busy', 'none'),
  headline: severalWords,
  place: severalWords,
  dimmed: flag,
  problems: list(problem, MAX_ITEMS),
  operations: list(button, 50),
  facts: list(fact, MAX_ITEMS),
});

const translation: Reader<readonly [string, string]> = (value) => {
  const [english = '', translated = ''] = list(text(MAX_TEXT), 2)(value);
  return [english, translated];
};

const toPage = tagged<ToPage>({
  init: fields({ translations: list(translation, MAX_TRANSLATIONS), subject }),
  state: fields({ state }),
});

const fromPage = tagged<FromPage>({
  ready: fields({}),
  press: fields({ id }),
  copy: fields({ id }),
});

/** A message to the page; undefined where it is none. */
export function readToPage(value: unknown): ToPage | undefined {
  return readWith(toPage, value);
}

/** A message of the page; undefined where it is none. */
export function readFromPage(value: unknown): FromPage | undefined {
  return readWith(fromPage, value);
}

/** What a page kept over a reload; undefined where it is none. */
export function readSubject(value: unknown): PageSubject | undefined {
  return readWith(subject, value);
}
