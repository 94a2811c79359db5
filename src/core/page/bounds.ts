import type { Words } from '../rows/row';
import { MAX_TEXT } from './messages';

/** Words of which no part is longer than a page is sent. */
export function bounded(words: Words): Words {
  if (typeof words === 'string') {
    return cut(words);
  }
  return { text: words.text, args: words.args.map((arg) => (typeof arg === 'number' ? arg : bounded(arg))) };
}

/** The beginning of a text that may have any length. */
export function cut(text: string, length = MAX_TEXT): string {
  return text.length <= length ? text : `${text.slice(0, length - 1)}…`;
}
