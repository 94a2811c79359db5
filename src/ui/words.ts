import * as vscode from 'vscode';
import type { Words } from '../core/rows/row';
import type { Message } from '../core/util/message';

/** The one place where the core's sentences are translated. */
export function translate(words: Words): string {
  return typeof words === 'string' ? words : translateMessage(words);
}

function translateMessage({ text, args }: Message): string {
  return vscode.l10n.t({ message: text, args: [...args], comment: [] });
}
