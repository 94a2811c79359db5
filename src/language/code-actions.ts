import path from 'node:path';
import * as vscode from 'vscode';
import { type Finding, type Fix, fixAllEdits } from '../core/language/findings';
import { liesInside } from '../core/util/confined-file';
import { toRange } from '../ui/to-range';
import { translate } from '../ui/translate';
import { toTextEdits } from './convert';
import { allFindings } from './diagnostics';
import type { LanguageProjects } from './projects';

export const FIX_ALL = vscode.CodeActionKind.SourceFixAll.append('icCanisters');

export const REWRITE = vscode.CodeActionKind.RefactorRewrite;

/** Repairs what the findings report. */
export class CodeActions implements vscode.CodeActionProvider {
  constructor(readonly projects: LanguageProjects) {}

  async provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    context: vscode.CodeActionContext,
  ): Promise<vscode.CodeAction[]> {
    const findings = allFindings(this.projects, document);
    const actions: vscode.CodeAction[] = [];
    if (!context.only || context.only.contains(vscode.CodeActionKind.QuickFix)) {
      for (const finding of findings) {
        const place = toRange(document, finding.range);
        if (place.intersection(range) === undefined) {
          continue;
        }
        for (const fix of finding.fixes?.() ?? []) {
          if (fix.createFile && !(await liesInside(path.dirname(document.uri.fsPath), fix.createFile.path))) {
            continue;
          }
          actions.push(this.#action(document, finding, place, fix, context));
        }
      }
    }
    const all = fixAllEdits(findings);
    const asked = context.only?.intersects(FIX_ALL) === true || context.only?.contains(FIX_ALL) === true;
    if (all.length > 0 && (asked || actions.length > 0)) {
      const kind = asked ? FIX_ALL : vscode.CodeActionKind.QuickFix;
      const action = new vscode.CodeAction(vscode.l10n.t('Fix everything in this file that has one sure fix'), kind);
      action.edit = new vscode.WorkspaceEdit();
      action.edit.set(document.uri, toTextEdits(document, all));
      actions.push(action);
    }
    actions.push(...this.#documentActions(document, range, context));
    return actions;
  }

  /** What is offered for the file as a whole, on its first line. */
  #documentActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { only }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    if (range.start.line > 0 || (only && !only.contains(REWRITE)) || this.projects.kindOf(document) !== 'manifest') {
      return [];
    }
    const offered = this.projects.read(document).actions?.() ?? [];
    return offered.map(({ command, title }) => {
      const action = new vscode.CodeAction(translate(title), REWRITE);
      action.command = { command, title: translate(title), arguments: [{ manifest: document.uri.fsPath }] };
      return action;
    });
  }

  #action(
    document: vscode.TextDocument,
    finding: Finding,
    place: vscode.Range,
    fix: Fix,
    context: vscode.CodeActionContext,
  ): vscode.CodeAction {
    const action = new vscode.CodeAction(translate(fix.title), vscode.CodeActionKind.QuickFix);
    action.diagnostics = context.diagnostics.filter(
      ({ code, range }) => typeof code === 'object' && code.value === finding.code && range.start.isEqual(place.start),
    );
    action.isPreferred = fix.preferred;
    action.edit = new vscode.WorkspaceEdit();
    if (fix.createFile !== undefined) {
      const contents = new TextEncoder().encode(fix.createFile.content);
      action.edit.createFile(vscode.Uri.file(fix.createFile.path), { ignoreIfExists: true, contents });
    }
    if (fix.edits.length > 0) {
      action.edit.set(document.uri, toTextEdits(document, fix.edits));
    }
    return action;
  }
}
