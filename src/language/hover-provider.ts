import * as vscode from 'vscode';
import { describePrincipal } from '../core/language/principals';
import type { CanisterLiveSource } from '../core/monitor/source';
import { Markdown, md } from '../core/util/foreign';
import type { Message } from '../core/util/message';
import { markdownString } from '../ui/surfaces';
import { toRange } from '../ui/to-range';
import { translate, translateMarkdown } from '../ui/translate';
import { showsSchema } from './convert';
import type { LanguageProjects } from './projects';

/** Whose principals are, by principal, as far as the project of a manifest knows; undefined where there is no project. */
export type PrincipalOwners = (manifest: string) => Promise<ReadonlyMap<string, readonly Message[]> | undefined>;

/** Explains what stands under the pointer, as far as the schema has not done it already. */
export class Hovers implements vscode.HoverProvider {
  constructor(
    readonly projects: LanguageProjects,
    readonly live: CanisterLiveSource,
    readonly owners: PrincipalOwners | undefined,
  ) {}

  async provideHover(document: vscode.TextDocument, position: vscode.Position): Promise<vscode.Hover | undefined> {
    const language = this.projects.read(document);
    const found = language.hover?.(document.offsetAt(position));
    if (found === undefined) {
      return undefined;
    }
    const schemaIsShown = showsSchema(document);
    const lines: Markdown[] = [];
    for (const { text, fromSchema } of found.parts) {
      // The schema speaks English only; a translation is worth showing besides.
      const isTranslated = translate({ text: text.text, args: [] }) !== text.text;
      if (fromSchema && schemaIsShown && !isTranslated) {
        continue;
      }
      lines.push(translateMarkdown(text));
    }
    if (found.canister !== undefined) {
      lines.push(...this.#live(document, found.canister));
      const runs = language.definitions.find(({ kind, name }) => kind === 'canister' && name === found.canister)?.runs;
      if (runs && !vscode.workspace.isTrusted) {
        lines.push(translateMarkdown(runs));
      }
    }
    if (found.principal !== undefined) {
      const owners = vscode.workspace.isTrusted
        ? await this.owners?.(this.projects.of(document).project.manifestFile)
        : undefined;
      lines.push(...(owners?.get(found.principal) ?? []).map(translateMarkdown));
    }
    if (lines.length === 0) {
      return undefined;
    }
    return new vscode.Hover(markdownString(lines), toRange(document, found.range));
  }

  #live(document: vscode.TextDocument, canister: string): Markdown[] {
    const info = this.live.get(this.projects.of(document).project.manifestFile, canister);
    if (info === undefined) {
      return [];
    }
    const lines = [md`${Markdown.icon(info.codicon)} ${translateMarkdown(info.label)} · ${info.network}`];
    if (info.canisterId !== undefined) {
      // Only what is a principal is shown as one.
      if (describePrincipal(info.canisterId) !== undefined) {
        lines.push(Markdown.code(info.canisterId));
      }
    }
    return lines;
  }
}
