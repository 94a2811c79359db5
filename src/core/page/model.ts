/** What a canister's page shows, as plain data. Everything foreign in it is text, and is shown as nothing else. */
import type { Words } from '../rows/row';

/** Something to press. What it does stays with the host, under the id. */
export interface PageButton {
  readonly id: string;
  readonly label: Words;
}

export interface PageProblem {
  readonly id: string;
  readonly severity: 'error' | 'warning' | 'info';
  readonly words: readonly Words[];
  readonly buttons: readonly PageButton[];
}

export interface PageFact {
  readonly id: string;
  readonly label: Words;
  readonly values: readonly Words[];
  /** What the label means. */
  readonly meaning?: Words;
  readonly copyable: boolean;
  /** It leads somewhere: to a file, to another canister's page. */
  readonly opens: boolean;
  readonly children: readonly PageFact[];
}

export interface PageState {
  readonly canister: string;
  /** How its state is to be taken, for a colour that only repeats {@link headline}. */
  readonly look: 'good' | 'bad' | 'warning' | 'busy' | 'none';
  /** Its state in words. */
  readonly headline: readonly Words[];
  /** Network and identity. */
  readonly place: readonly Words[];
  /** What is shown was true once, but could not be confirmed. */
  readonly dimmed: boolean;
  /** What is wrong, the worst first. */
  readonly problems: readonly PageProblem[];
  readonly operations: readonly PageButton[];
  readonly facts: readonly PageFact[];
}

/** What can be called. */
export interface PageInterface {
  /** A .did text that can be read. */
  readonly did: string;
  /** Where it is from. */
  readonly source: Words;
  /** Principals that are known, to choose from. */
  readonly principals: readonly { readonly principal: string; readonly whose: Words }[];
}

export type CallResult =
  | {
      readonly type: 'reply';
      /** Candid text; where the reply is no Candid, it has {@link hex}. */
      readonly text?: string;
      /** Hex digits. */
      readonly hex?: string;
      /** As whom, and how far it can be trusted. */
      readonly notes: readonly Words[];
      readonly milliseconds: number;
    }
  | { readonly type: 'failure'; readonly words: readonly Words[] }
  | { readonly type: 'cancelled' };

/** A call that was made. */
export interface CallRecord {
  readonly method: string;
  readonly kind: 'query' | 'update';
  /** Candid text. */
  readonly arguments: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly identity: string;
  readonly ok: boolean;
  /** The beginning of the reply, or the failure. */
  readonly outcome: Words;
}

/** A named request of the project's files that calls the canister. */
export interface NamedRequest {
  readonly name: string;
  readonly method: string;
  /** Undefined where the method's own kind counts. */
  readonly kind?: 'query' | 'update';
  /** Candid text. */
  readonly arguments: string;
}

/** Something that a trap names, found in the project's sources. */
export interface SourcePlace {
  /** A function, or a place, as the trap names it. */
  readonly name: string;
  /** The file, as the workspace calls it. */
  readonly where: string;
}

/** How much a line of a log matters, by what it begins with: the network has no levels, but says what trapped. */
export type LogLevel = 'trap' | 'error' | 'warning' | 'plain';

/** A line of a log, or what there is instead of lines. */
export type LogLine =
  | {
      readonly type: 'record';
      /** The network's number of it. */
      readonly index: string;
      /** Milliseconds since 1970. */
      readonly at: number;
      readonly level: LogLevel;
      readonly text: string;
    }
  /** Records that the network dropped before they could be read. */
  | { readonly type: 'gap'; readonly count: string }
  /** The log began anew. */
  | { readonly type: 'restart' };
