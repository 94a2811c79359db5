import * as vscode from 'vscode';
import type { Words } from '../core/rows/row';
import { Markdown, plainText } from '../core/util/foreign';
import type { Message } from '../core/util/message';

/**
 * The one place where the core's sentences are translated. What stands in a sentence, or is a name and no sentence, is
 * foreign: it is one line of the result, with everything in it visible.
 */
export function translate(words: Words): string {
  return typeof words === 'string' ? plainText(words) : translateMessage(words);
}

/** Sentences one after the other: where they end in a full-width stop, no space follows it. */
export function joinSentences(sentences: readonly string[]): string {
  return sentences
    .filter(Boolean)
    .reduce((text, next) => `${text}${text === '' || text.endsWith('。') ? '' : ' '}${next}`, '');
}

/** A sentence that is written in Markdown, with what stands in it as text. */
export function translateMarkdown({ text, args }: Message): Markdown {
  const parts = translateTemplate(text).split(/\{(\d+)\}/);
  return Markdown.join(
    parts.filter((_, index) => index % 2 === 0),
    parts
      .filter((_, index) => index % 2 === 1)
      .map((index) => {
        const arg = args[Number(index)] ?? '';
        return typeof arg === 'object' ? translateMarkdown(arg) : arg;
      }),
  );
}

function translateMessage({ text, args }: Message): string {
  if (args.length === 0) {
    return translateTemplate(text);
  }
  return vscode.l10n.t({
    message: text,
    args: args.map((arg) => {
      if (typeof arg === 'object') {
        return translateMessage(arg);
      }
      return typeof arg === 'string' ? plainText(arg) : arg;
    }),
    comment: [],
  });
}

/** The language does not change while the window is open, and every row says the same few words. */
const known = new Map<string, string>();

function translateTemplate(text: string): string {
  let translated = known.get(text);
  if (translated === undefined) {
    translated = vscode.l10n.t({ message: text, args: [], comment: [] });
    known.set(text, translated);
  }
  return translated;
}
