import * as vscode from 'vscode';
import type { TextEdit, TextRange } from '../core/document/tree';
import type { Finding, Severity } from '../core/language/findings';
import type { EngineLanguage } from '../core/language/language';
import { toRange } from '../ui/to-range';
import { translate } from '../ui/translate';

export function toTextEdits(document: vscode.TextDocument, edits: readonly TextEdit[]): vscode.TextEdit[] {
  return edits.map((edit) => vscode.TextEdit.replace(toRange(document, edit.range), edit.newText));
}

const SEVERITIES: Record<Severity, vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
  hint: vscode.DiagnosticSeverity.Hint,
};

export function toDiagnostic(
  document: vscode.TextDocument,
  finding: Finding,
  language: EngineLanguage,
): vscode.Diagnostic {
  const range = toRange(document, finding.range);
  const diagnostic = new vscode.Diagnostic(range, translate(finding.message), SEVERITIES[finding.severity]);
  diagnostic.source = language.source;
  diagnostic.code = { value: finding.code, target: vscode.Uri.parse(language.documentationUrl(finding.code)) };
  if (finding.tag !== undefined) {
    diagnostic.tags = [
      finding.tag === 'deprecated' ? vscode.DiagnosticTag.Deprecated : vscode.DiagnosticTag.Unnecessary,
    ];
  }
  if (finding.related !== undefined) {
    diagnostic.relatedInformation = finding.related.map(
      (place) =>
        new vscode.DiagnosticRelatedInformation(
          new vscode.Location(document.uri, toRange(document, place.range)),
          translate(place.message),
        ),
    );
  }
  return diagnostic;
}

/** Whether another extension shows what the contributed schema says of a document: its keys and values, in English. */
export function showsSchema({ languageId }: vscode.TextDocument): boolean {
  const extension = languageId === 'yaml' ? 'redhat.vscode-yaml' : 'vscode.json-language-features';
  return languageId !== 'plaintext' && vscode.extensions.getExtension(extension) !== undefined;
}

/** Turns offsets of a text that is in no editor into positions. */
export class TextPositions {
  readonly #lines: number[] = [0];

  constructor(readonly text: string) {
    for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) {
      this.#lines.push(at + 1);
    }
  }

  range({ offset, length }: TextRange): vscode.Range {
    return new vscode.Range(this.#position(offset), this.#position(offset + length));
  }

  #position(offset: number): vscode.Position {
    let low = 0;
    let high = this.#lines.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#lines[middle]! <= offset) {
        low = middle;
      } else {
        high = middle - 1;
      }
    }
    return new vscode.Position(low, offset - this.#lines[low]!);
  }
}
