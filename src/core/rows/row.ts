import type { TextRange } from '../document/tree';
import { type Message, msg } from '../util/message';

/** Words that are translated, or a name or number that is not. */
export type Words = Message | string;

/** A label and a value. */
export type Fact = readonly [label: Words, value: Words];

/** What a click on a row does. */
export type RowAction =
  | { readonly do: 'open'; readonly file: string; readonly range?: TextRange }
  | { readonly do: 'reveal'; readonly canister: string }
  /** Without an argument of its own, the command gets the row. */
  | { readonly do: 'command'; readonly command: string; readonly argument?: object };

export interface RowIcon {
  readonly codicon: string;
  /** Id of a theme colour. */
  readonly color?: string;
}

/** `newer`: a source is newer than the last build. `differs`: what is deployed is not what was built last. */
export type RowMark = 'newer' | 'differs';

/** A row of a tree as plain data: what it says, not how VS Code draws it. */
export interface Row {
  /** Stable for as long as the row stands for the same thing; holds no state. */
  readonly id: string;
  readonly label: Words;
  /** Joined with ` · `. */
  readonly description: readonly Words[];
  readonly icon: RowIcon;
  /** What is marked at its end, however narrow the view is. */
  readonly marks?: readonly RowMark[];
  /** Shown as a list on hover, and made then. Absent where there is no more than the row says. */
  readonly tooltip?: () => readonly Fact[];
  /** What it means, shown on hover below what the row says. */
  readonly meaning?: Message;
  /** Joined with commas; what a screen reader says. */
  readonly spoken: readonly Words[];
  /** Menus test these with regular expressions. */
  readonly flags: readonly string[];
  readonly expandable: 'no' | 'collapsed' | 'expanded';
  readonly action?: RowAction;
  /** What "Copy" copies. */
  readonly copy?: string;
  /** The rows below it, where they are known with it. */
  readonly children?: readonly Row[];
}

export const WARNING: RowIcon = { codicon: 'warning', color: 'list.warningForeground' };

export function markWords(mark: RowMark): Message {
  return mark === 'newer' ? msg('source newer than the build') : msg('deployed module differs from the build');
}

/** A row that says one thing. */
export function detailRow(
  id: string,
  label: Words,
  description: readonly Words[],
  codicon: string,
  extra: Pick<Row, 'copy' | 'action' | 'children' | 'tooltip' | 'meaning'> = {},
): Row {
  return {
    id,
    label,
    description,
    icon: { codicon },
    spoken: [label, ...description],
    flags: extra.copy === undefined ? [] : ['can-copy'],
    expandable: extra.children?.length ? 'collapsed' : 'no',
    ...extra,
  };
}

/** A row that says what is wrong. */
export function warningRow(id: string, text: Message): Row {
  return { ...detailRow(id, text, [], 'warning'), icon: WARNING };
}

/** Those of the items that are there. */
export function present<T>(...items: readonly (T | undefined | false)[]): T[] {
  return items.filter((item): item is T => item !== undefined && item !== false);
}

/** The facts of which there is a value. */
export function factsOf(...entries: readonly (readonly [label: Words, value: Words | undefined])[]): Fact[] {
  return entries.flatMap(([label, value]) => (value === undefined ? [] : [[label, value] as const]));
}
