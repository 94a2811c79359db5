import type { TextRange } from '../document/tree';
import type { Message } from '../util/message';

/** Words that are translated, or a name or number that is not. */
export type Words = Message | string;

/** What a click on a row does. */
export type RowAction =
  | { readonly do: 'open'; readonly file: string; readonly range?: TextRange }
  | { readonly do: 'reveal'; readonly canister: string }
  /** Without an argument of its own, the command gets the row. */
  | { readonly do: 'command'; readonly command: string; readonly argument?: object };

/** A row of the tree as plain data: what it says, not how VS Code draws it. */
export interface Row {
  /** Stable for as long as the row stands for the same thing; holds no state. */
  readonly id: string;
  readonly label: Words;
  /** Joined with ` · `. */
  readonly description: readonly Words[];
  readonly icon: { readonly codicon: string; readonly color?: string };
  /** Label and value, shown as a list on hover; made then. Absent where there is no more than the row says. */
  readonly tooltip?: () => readonly (readonly [Words, Words])[];
  /** Joined with commas; what a screen reader says. */
  readonly spoken: readonly Words[];
  /** Menus test these with regular expressions. */
  readonly flags: readonly string[];
  readonly expandable: 'no' | 'collapsed' | 'expanded';
  readonly action?: RowAction;
  /** What "Copy" copies. */
  readonly copy?: string;
}

/** A detail and, where it is a group, what is in it. */
export interface DetailRow extends Row {
  readonly children: readonly DetailRow[];
}
