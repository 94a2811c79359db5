import * as vscode from 'vscode';
import { describePrincipal } from '../core/language/principals';
import type { CanisterLiveSource } from '../core/monitor/source';
import { translate } from '../ui/translate';
import { escapeMarkdown, markdown, toRange } from './convert';
import type { LanguageProjects } from './projects';

/** Explains what stands under the pointer, as far as the schema has not done it already. */
export class Hovers implements vscode.HoverProvider {
  constructor(
    readonly projects: LanguageProjects,
    readonly live: CanisterLiveSource,
    readonly identityOf: ((principal: string) => string | undefined) | undefined,
  ) {}

  provideHover(document: vscode.TextDocument, position: vscode.Position): vscode.Hover | undefined {
    const found = this.projects.read(document).hover?.(document.offsetAt(position));
    if (found === undefined) {
      return undefined;
    }
    const schemaIsShown = vscode.extensions.getExtension('vscode.json-language-features') !== undefined;
    const lines: string[] = [];
    for (const { text, fromSchema } of found.parts) {
      // The schema speaks English only; a translation is worth showing besides.
      const isTranslated = translate({ text: text.text, args: [] }) !== text.text;
      if (fromSchema && schemaIsShown && !isTranslated) {
        continue;
      }
      lines.push(markdown(text));
    }
    if (found.canister !== undefined) {
      lines.push(...this.#live(document, found.canister));
    }
    if (found.principal !== undefined) {
      const identity = this.identityOf?.(found.principal);
      if (identity !== undefined) {
        lines.push(vscode.l10n.t('Identity {0}', escapeMarkdown(identity)));
      }
    }
    if (lines.length === 0) {
      return undefined;
    }
    return new vscode.Hover(new vscode.MarkdownString(lines.join('\n\n'), true), toRange(document, found.range));
  }

  #live(document: vscode.TextDocument, canister: string): string[] {
    const info = this.live.get(document.uri.fsPath, canister);
    if (info === undefined) {
      return [];
    }
    const lines = [`$(${info.codicon}) ${markdown(info.label)} · ${escapeMarkdown(info.network)}`];
    if (info.canisterId !== undefined) {
      const known = describePrincipal(info.canisterId);
      // Only what is a principal goes between the backticks.
      if (known !== undefined) {
        lines.push(`\`${info.canisterId}\``);
      }
    }
    return lines;
  }
}
