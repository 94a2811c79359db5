import * as vscode from 'vscode';
import type { Completion, CompletionKind } from '../core/language/language';
import { labelText } from '../core/util/foreign';
import { markdownString } from '../ui/surfaces';
import { toRange } from '../ui/to-range';
import { translate, translateMarkdown } from '../ui/translate';
import { showsSchema } from './convert';
import type { LanguageProjects } from './projects';

const KINDS: Record<CompletionKind, vscode.CompletionItemKind> = {
  key: vscode.CompletionItemKind.Property,
  value: vscode.CompletionItemKind.EnumMember,
  canister: vscode.CompletionItemKind.Module,
  network: vscode.CompletionItemKind.Constant,
  file: vscode.CompletionItemKind.File,
  folder: vscode.CompletionItemKind.Folder,
  package: vscode.CompletionItemKind.Module,
  snippet: vscode.CompletionItemKind.Snippet,
  type: vscode.CompletionItemKind.EnumMember,
};

/** Completions, without those that another extension takes from the contributed schema. */
export class Completions implements vscode.CompletionItemProvider {
  constructor(readonly projects: LanguageProjects) {}

  async provideCompletionItems(
    document: vscode.TextDocument,
    position: vscode.Position,
    token: vscode.CancellationToken,
  ): Promise<vscode.CompletionItem[]> {
    const found = (await this.projects.read(document).complete?.(document.offsetAt(position))) ?? [];
    const hasSchema = showsSchema(document);
    return token.isCancellationRequested
      ? []
      : found.filter(({ fromSchema }) => !(hasSchema && fromSchema)).map((each) => this.#item(document, each));
  }

  #item(document: vscode.TextDocument, completion: Completion): vscode.CompletionItem {
    const item = new vscode.CompletionItem(labelText(completion.label), KINDS[completion.kind]);
    item.range = toRange(document, completion.range);
    item.insertText = completion.snippet ? new vscode.SnippetString(completion.insertText) : completion.insertText;
    item.filterText = completion.filterText;
    item.sortText = completion.sortText;
    if (completion.detail !== undefined) {
      item.detail = translate(completion.detail);
    }
    if (completion.documentation !== undefined) {
      item.documentation = markdownString([translateMarkdown(completion.documentation)]);
    }
    if (completion.again) {
      item.command = { command: 'editor.action.triggerSuggest', title: '' };
    }
    return item;
  }
}
