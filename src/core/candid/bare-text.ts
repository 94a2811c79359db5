import { printText } from './print';

/** Words that begin a value of Candid without quotes. */
const KEYWORDS = new Set('true false null opt vec record variant principal service func blob'.split(' '));

/**
 * What was typed as an argument, written as a text of Candid. Undefined for what may be meant as another value.
 *
 * @param typed with or without the parentheses around arguments
 */
export function asText(typed: string): string | undefined {
  const bare = typed.trim().replace(/^\(/, '').replace(/\)$/, '').trim();
  const [word = ''] = /^[\p{L}_][\p{L}\p{N}_]*/u.exec(bare) ?? [];
  return word === '' || KEYWORDS.has(word) || /["(){};=\n]/.test(bare) ? undefined : `(${printText(bare)})`;
}
