import { wordlist } from '@scure/bip39/wordlists/english';

/** What stands in a log for a secret. */
export const REDACTED = '••••••••';

/** As many words as seed phrases have (BIP-39). */
const LENGTHS = [12, 15, 18, 21, 24];
const SHORTEST = 12;
/** Of so many words in a row as the shortest phrase has, these make a phrase: some may be mistyped, and prose has some, too. */
const ENOUGH = 10;
/** So many of them are different: lists of values and lines of code repeat themselves. */
const ENOUGH_DIFFERENT = 9;

/** The English words of BIP-39, of which the tools make their phrases. */
let known: ReadonlySet<string> | undefined;

interface Word {
  readonly text: string;
  /** Offsets; the end is exclusive. */
  readonly start: number;
  readonly end: number;
  readonly known: boolean;
}

/**
 * A text without seed phrases, wherever they stand in it: within a sentence, numbered, on lines of their own, in capitals,
 * with a word or two mistyped. Takes time in proportion to the text.
 *
 * @param onPhrase gets each that is whole, as tools make them
 */
export function withoutPhrases(text: string, onPhrase?: (phrase: string) => void): string {
  let result = '';
  let from = 0;
  for (const phrase of phrasesIn(wordsOf(text))) {
    const first = phrase[0]!;
    result += text.slice(from, first.start) + REDACTED;
    from = phrase.at(-1)!.end;
    if (phrase.length >= SHORTEST && phrase.every((word) => word.known)) {
      onPhrase?.(
        alone(text, phrase)
          .map((word) => word.text)
          .join(' '),
      );
    }
  }
  return result + text.slice(from);
}

/** True of a text that is as many words as a phrase has and nothing else, in whatever language. */
export function isPhrase(text: string): boolean {
  const parts = text.trim().split(/\s+/);
  return LENGTHS.includes(parts.length) && parts.every((part) => /^[\p{L}\p{M}]+$/u.test(part));
}

/** A phrase without words of the list that stand before or behind it: other things part them from it than its own words. */
function alone(text: string, phrase: readonly Word[]): readonly Word[] {
  const between = (at: number) => text.slice(phrase[at]!.end, phrase[at + 1]!.start).replace(/\d+/g, '0');
  const middle = Math.floor(phrase.length / 2);
  let start = middle;
  while (start > 0 && between(start - 1) === between(middle)) {
    start -= 1;
  }
  let end = middle + 1;
  while (end < phrase.length && between(end - 1) === between(middle)) {
    end += 1;
  }
  return LENGTHS.includes(end - start) ? phrase.slice(start, end) : phrase;
}

function wordsOf(text: string): Word[] {
  known ??= new Set(wordlist);
  const words: Word[] = [];
  for (const { 0: word, index } of text.matchAll(/[\p{L}\p{M}]+/gu)) {
    const lower = word.toLowerCase();
    words.push({ text: lower, start: index, end: index + word.length, known: known.has(lower) });
  }
  return words;
}

/** Slides a window over the words that is as long as the shortest phrase. */
function phrasesIn(words: readonly Word[]): Word[][] {
  const phrases: Word[][] = [];
  const counts = new Map<string, number>();
  let inside = 0;
  /** The index behind the last word that belongs to a phrase. */
  let end = 0;
  for (const [index, word] of words.entries()) {
    const left = words[index - SHORTEST];
    if (left?.known) {
      inside -= 1;
      const count = counts.get(left.text)! - 1;
      count > 0 ? counts.set(left.text, count) : counts.delete(left.text);
    }
    if (!word.known) {
      continue;
    }
    inside += 1;
    counts.set(word.text, (counts.get(word.text) ?? 0) + 1);
    if (inside >= ENOUGH && counts.size >= ENOUGH_DIFFERENT) {
      // From the first word of the list in the window on, or from where the phrase that is found already ends.
      let start = Math.max(0, index - SHORTEST + 1);
      while (!words[start]!.known) {
        start += 1;
      }
      const last = phrases.at(-1);
      if (last && start <= end) {
        last.push(...words.slice(end, index + 1));
      } else {
        phrases.push(words.slice(start, index + 1));
      }
      end = index + 1;
    }
  }
  return phrases;
}
