/** What a page and its host tell each other. Both sides read what they get with the readers here. */
import type { Words } from '../rows/row';
import type { SettingName } from '../rows/setting-words';
import { SETTING_NAMES } from '../rows/settings';
import type { Message } from '../util/message';
import type {
  CallRecord,
  CallResult,
  LogLine,
  NamedRequest,
  PageButton,
  PageFact,
  PageInterface,
  PageProblem,
  PageSettings,
  PageSnapshot,
  PageSnapshots,
  PageState,
  SettingRow,
  SettingValue,
  SourcePlace,
} from './model';
import { fields, flag, list, number, oneOf, optional, type Reader, readWith, tagged, text } from './read';
import { MAX_SAMPLES, type Sample, sample } from './samples';

/** Longer texts, in UTF-16 units, are cut before they are sent. */
export const MAX_TEXT = 2_000;
/** More facts under one, as controllers or dependencies, are not sent. */
export const MAX_ITEMS = 500;
/** Sentences that hold each other. */
const MAX_DEPTH = 8;
const MAX_ARGS = 10;
const MAX_TRANSLATIONS = 10_000;
/** Characters of an interface, or of arguments. */
export const MAX_CANDID = 4_000_000;
/** Characters of a reply. Of a longer one the beginning is shown. */
export const MAX_REPLY = 8_000_000;
/** Lines of a log that are shown. Of a longer one, the end. */
export const MAX_LINES = 10_000;
/** Lines in one message: reading more would make a frame long. */
export const MAX_LINES_A_MESSAGE = 500;
/** Characters of a log that is saved. */
export const MAX_LOG = 20_000_000;
/** Calls that are remembered of one canister. */
export const MAX_CALLS = 100;

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
  | { readonly type: 'state'; readonly state: PageState }
  /** What can be called, or why that is not known. */
  | { readonly type: 'interface'; readonly interface?: PageInterface; readonly problem?: Words }
  /** The end of the call with this number. */
  | { readonly type: 'result'; readonly turn: number; readonly result: CallResult }
  /** The calls that were made, the newest first. */
  | { readonly type: 'history'; readonly calls: readonly CallRecord[] }
  /** The named requests of the project's files that call the canister. */
  | { readonly type: 'requests'; readonly requests: readonly NamedRequest[] }
  /** More of the log; with `anew`, from its beginning. `problem` is why it could not be read the last time. */
  | { readonly type: 'log'; readonly anew: boolean; readonly lines: readonly LogLine[]; readonly problem?: Words }
  /** What traps of the log name, as far as it is found in sources; beside what was told before. */
  | { readonly type: 'places'; readonly places: readonly SourcePlace[] }
  | { readonly type: 'settings'; readonly settings: PageSettings }
  | { readonly type: 'snapshots'; readonly snapshots: PageSnapshots }
  /** What was measured, the oldest first, and when it freezes. */
  | { readonly type: 'samples'; readonly samples: readonly Sample[]; readonly outlook?: readonly Words[] };

/** What a call is copied as: a command line of the project's tool, or a module. */
export type CallForm = 'command' | 'typescript';

/** From the page to the host. */
export type FromPage =
  /** Its script runs: it may be told things. */
  | { readonly type: 'ready' }
  /** Does what is offered under an id. */
  | { readonly type: 'press'; readonly id: string }
  /** Copies what stands under an id. */
  | { readonly type: 'copy'; readonly id: string }
  /** Asks for what can be called. */
  | { readonly type: 'interface' }
  | {
      readonly type: 'call';
      /** The page's number for it. */
      readonly turn: number;
      readonly method: string;
      readonly kind: 'query' | 'update';
      /** Candid text. */
      readonly arguments: string;
    }
  | { readonly type: 'cancel'; readonly turn: number }
  /** Copies a call as a command line of the project's tool, or as TypeScript. */
  | {
      readonly type: 'copyCall';
      readonly form: CallForm;
      readonly method: string;
      readonly kind: 'query' | 'update';
      /** Candid text. */
      readonly arguments: string;
    }
  /** Keeps a call as a named request in a file of the project. */
  | {
      readonly type: 'saveCall';
      readonly method: string;
      readonly kind: 'query' | 'update';
      /** Candid text. */
      readonly arguments: string;
    }
  /** Opens the file with a named request, by its number in the list. */
  | { readonly type: 'openRequest'; readonly index: number }
  /** Whether the log is to be followed. */
  | { readonly type: 'log'; readonly follow: boolean }
  /** Opens what {@link SourcePlace} tells of. */
  | { readonly type: 'openPlace'; readonly name: string }
  /** Saves the log, as it is shown, to a file that the user chooses. */
  | { readonly type: 'saveLog'; readonly text: string }
  /** Whether what is measured is to be told. */
  | { readonly type: 'samples'; readonly follow: boolean }
  /** Whether the settings are to be told. */
  | { readonly type: 'settings'; readonly follow: boolean }
  /** Makes settings on the network as they are written. */
  | { readonly type: 'apply'; readonly settings: readonly SettingName[] }
  /** Asks for another value of a setting. */
  | { readonly type: 'change'; readonly setting: SettingName }
  /** Whether the snapshots are to be told. They are read anew with it. */
  | { readonly type: 'snapshots'; readonly follow: boolean }
  /** `id`, in hex, of the one that is restored or deleted. */
  | { readonly type: 'snapshot'; readonly action: 'take' | 'restore' | 'delete'; readonly id?: string };

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

const callable = fields<PageInterface>({
  did: text(MAX_CANDID),
  source: words,
  principals: list(fields({ principal: text(MAX_TEXT), whose: words }), MAX_ITEMS),
});

const callResult = tagged<CallResult>({
  reply: fields({
    text: optional(text(MAX_REPLY)),
    hex: optional(text(MAX_REPLY)),
    notes: severalWords,
    milliseconds: number,
  }),
  failure: fields({ words: severalWords }),
  cancelled: fields({}),
});

const callKind = oneOf('query', 'update');

const callRecord = fields<CallRecord>({
  method: text(MAX_TEXT),
  kind: callKind,
  arguments: text(MAX_CANDID),
  at: number,
  identity: text(MAX_TEXT),
  ok: flag,
  outcome: words,
});

const namedRequest = fields<NamedRequest>({
  name: text(MAX_TEXT),
  method: text(MAX_TEXT),
  kind: optional(callKind),
  arguments: text(MAX_CANDID),
});

const logLine = tagged<LogLine>({
  record: fields({
    index: text(40),
    at: number,
    level: oneOf('trap', 'error', 'warning', 'plain'),
    text: text(MAX_CANDID),
  }),
  gap: fields({ count: text(40) }),
  restart: fields({}),
});

const settingName = oneOf(...SETTING_NAMES);

const settingValues = list(fields<SettingValue>({ text: words, full: optional(text(MAX_TEXT)) }), MAX_ITEMS);

const pageSettings = fields<PageSettings>({
  file: text(MAX_TEXT),
  rows: list(
    fields<SettingRow>({
      setting: settingName,
      label: words,
      meaning: words,
      written: settingValues,
      network: settingValues,
      verdict: oneOf('same', 'differs', 'unwritten', 'unclear'),
      note: optional(words),
      applies: flag,
      changes: flag,
    }),
    50,
  ),
  applied: words,
  doubt: optional(words),
  busy: optional(words),
  problem: optional(problem),
});

const pageSnapshots = fields<PageSnapshots>({
  list: optional(list(fields<PageSnapshot>({ id, at: number, size: words }), MAX_ITEMS)),
  reading: flag,
  notes: severalWords,
  doubt: optional(words),
  busy: optional(words),
  takes: flag,
  changes: flag,
  problem: optional(problem),
});

const toPage = tagged<ToPage>({
  init: fields({ translations: list(translation, MAX_TRANSLATIONS), subject }),
  state: fields({ state }),
  interface: fields({ interface: optional(callable), problem: optional(words) }),
  result: fields({ turn: number, result: callResult }),
  history: fields({ calls: list(callRecord, MAX_CALLS) }),
  requests: fields({ requests: list(namedRequest, MAX_ITEMS) }),
  settings: fields({ settings: pageSettings }),
  snapshots: fields({ snapshots: pageSnapshots }),
  samples: fields({ samples: list(sample, MAX_SAMPLES), outlook: optional(severalWords) }),
  places: fields({ places: list(fields({ name: text(MAX_TEXT), where: text(MAX_TEXT) }), MAX_ITEMS) }),
  log: fields({ anew: flag, lines: list(logLine, MAX_LINES_A_MESSAGE), problem: optional(words) }),
});

const fromPage = tagged<FromPage>({
  ready: fields({}),
  press: fields({ id }),
  copy: fields({ id }),
  interface: fields({}),
  call: fields({ turn: number, method: text(MAX_TEXT), kind: callKind, arguments: text(MAX_CANDID) }),
  cancel: fields({ turn: number }),
  copyCall: fields({
    form: oneOf('command', 'typescript'),
    method: text(MAX_TEXT),
    kind: callKind,
    arguments: text(MAX_CANDID),
  }),
  saveCall: fields({ method: text(MAX_TEXT), kind: callKind, arguments: text(MAX_CANDID) }),
  openRequest: fields({ index: number }),
  log: fields({ follow: flag }),
  openPlace: fields({ name: text(MAX_TEXT) }),
  saveLog: fields({ text: text(MAX_LOG) }),
  samples: fields({ follow: flag }),
  settings: fields({ follow: flag }),
  apply: fields({ settings: list(settingName, 50) }),
  change: fields({ setting: settingName }),
  snapshots: fields({ follow: flag }),
  snapshot: fields({ action: oneOf('take', 'restore', 'delete'), id: optional(id) }),
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

/** A call as it was stored; undefined where it is none. */
export function readCallRecord(value: unknown): CallRecord | undefined {
  return readWith(callRecord, value);
}
