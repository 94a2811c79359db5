import * as vscode from 'vscode';
import type { CompilerDiagnostic } from '../core/process/diagnostics';
import { plainLines } from '../core/util/foreign';

const SEVERITY: Record<CompilerDiagnostic['severity'], vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

/** What compilers said, at its place in the editor. A build replaces what the project's last one said. */
export class CompilerProblems implements vscode.Disposable {
  readonly #collections = new Map<string, vscode.DiagnosticCollection>();

  show(projectRoot: string, found: readonly CompilerDiagnostic[]): void {
    let collection = this.#collections.get(projectRoot);
    if (!collection) {
      collection = vscode.languages.createDiagnosticCollection('icCanisters.build');
      this.#collections.set(projectRoot, collection);
    }
    const byFile = new Map<string, vscode.Diagnostic[]>();
    for (const diagnostic of found) {
      const entries = byFile.get(diagnostic.file) ?? [];
      entries.push(toDiagnostic(diagnostic));
      byFile.set(diagnostic.file, entries);
    }
    collection.clear();
    collection.set([...byFile].map(([file, entries]) => [vscode.Uri.file(file), entries]));
  }

  dispose(): void {
    for (const collection of this.#collections.values()) {
      collection.dispose();
    }
  }
}

function toDiagnostic(found: CompilerDiagnostic): vscode.Diagnostic {
  const range = new vscode.Range(found.line, found.column, found.endLine, found.endColumn);
  const diagnostic = new vscode.Diagnostic(range, plainLines(found.message), SEVERITY[found.severity]);
  diagnostic.source = found.source;
  if (found.code !== undefined) {
    diagnostic.code = found.code;
  }
  return diagnostic;
}
