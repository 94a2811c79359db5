import * as vscode from 'vscode';
import type { Words } from '../core/rows/row';
import type { Message } from '../core/util/message';

/** The one place where the core's sentences are translated. */
export function translate(words: Words): string {
  return typeof words === 'string' ? words : translateMessage(words);
}

/** The language does not change while the window is open, and every row says the same few words. */
const known = new Map<string, string>();

function translateMessage({ text, args }: Message): string {
  if (args.length > 0) {
    return vscode.l10n.t({
      message: text,
      args: args.map((arg) => (typeof arg === 'object' ? translateMessage(arg) : arg)),
      comment: [],
    });
  }
  let translated = known.get(text);
  if (translated === undefined) {
    translated = vscode.l10n.t({ message: text, args: [], comment: [] });
    known.set(text, translated);
  }
  return translated;
}
