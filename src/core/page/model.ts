/** What a canister's page shows, as plain data. Everything foreign in it is text, and is shown as nothing else. */
import type { SettingVerdict } from '../lifecycle/settings-diff';
import type { Words } from '../rows/row';
import type { SettingName } from '../rows/setting-words';

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

export interface SettingValue {
  readonly text: Words;
  /** The same in full: a principal, a number. */
  readonly full?: string;
}

/** One setting as the project's files and the network have it. */
export interface SettingRow {
  readonly setting: SettingName;
  readonly label: Words;
  readonly meaning: Words;
  /** Empty where the files say nothing of it. */
  readonly written: readonly SettingValue[];
  /** Empty where it is not known. */
  readonly network: readonly SettingValue[];
  readonly verdict: SettingVerdict;
  readonly note?: Words;
  /** What is written can be applied, unless something stands against every change. */
  readonly applies: boolean;
  /** It can be changed by hand, unless something stands against every change. */
  readonly changes: boolean;
}

export interface PageSettings {
  /** Name of the project's file. */
  readonly file: string;
  readonly rows: readonly SettingRow[];
  /** When the tool sets what is written. */
  readonly applied: Words;
  /** Why nothing can be changed. */
  readonly doubt?: Words;
  /** What is being done to the canister. */
  readonly busy?: Words;
  /** What went wrong with the last change. */
  readonly problem?: PageProblem;
}

export interface PageSnapshot {
  /** In hex. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly size: Words;
}

export interface PageSnapshots {
  /** The newest first; absent while they are not known. */
  readonly list?: readonly PageSnapshot[];
  readonly reading: boolean;
  /** What is to be known before one is taken or restored. */
  readonly notes: readonly Words[];
  /** Why they cannot be read or changed. */
  readonly doubt?: Words;
  readonly busy?: Words;
  readonly takes: boolean;
  readonly changes: boolean;
  /** What went wrong with the last request. */
  readonly problem?: PageProblem;
}
