import path from 'node:path';
import * as vscode from 'vscode';
import { type CompilerFindings, CurrentFindings } from '../core/lifecycle/compiler-findings';
import type { CompilerDiagnostic } from '../core/process/diagnostics';
import { plainLines } from '../core/util/foreign';

const MAX_WATCHERS = 50;

const SEVERITY: Record<CompilerDiagnostic['severity'], vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

/** What compilers said and still holds, at its place in the editor. */
export class CompilerProblems implements vscode.Disposable {
  readonly #findings = new CurrentFindings();
  readonly #collection = vscode.languages.createDiagnosticCollection('icCanisters.build');
  /** Of files that no editor shows, changes are told by the disk. */
  readonly #watchers = new Map<string, vscode.FileSystemWatcher>();
  readonly #edits = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length > 0) {
      this.#forget(document.uri);
    }
  });

  /** What was said of these canisters of a project is found anew. */
  begin(root: string, canisters: readonly string[]): void {
    this.#findings.begin(root, canisters);
    this.#draw();
  }

  show(found: readonly CompilerFindings[]): void {
    for (const findings of found) {
      this.#findings.add(findings);
    }
    this.#draw();
  }

  #forget(uri: vscode.Uri): void {
    // Most changes of texts are of files of which nothing was said.
    if (!this.#collection.has(uri)) {
      return;
    }
    // A compiler may write the letter of a drive in another way.
    const files = [...this.#findings.byFile().keys()].filter((each) => vscode.Uri.file(each).fsPath === uri.fsPath);
    for (const file of files) {
      this.#findings.forget(file);
    }
    this.#draw();
  }

  #draw(): void {
    this.#collection.clear();
    const files = this.#findings.byFile();
    this.#collection.set([...files].map(([file, found]) => [vscode.Uri.file(file), found.map(toDiagnostic)]));
    this.#watch([...files.keys()]);
  }

  #watch(files: readonly string[]): void {
    for (const [file, watcher] of this.#watchers) {
      if (!files.includes(file)) {
        watcher.dispose();
        this.#watchers.delete(file);
      }
    }
    for (const file of files.slice(0, MAX_WATCHERS)) {
      if (!this.#watchers.has(file)) {
        const pattern = new vscode.RelativePattern(vscode.Uri.file(path.dirname(file)), path.basename(file));
        const watcher = vscode.workspace.createFileSystemWatcher(pattern, true);
        const gone = () => this.#forget(vscode.Uri.file(file));
        watcher.onDidChange(gone);
        watcher.onDidDelete(gone);
        this.#watchers.set(file, watcher);
      }
    }
  }

  dispose(): void {
    this.#edits.dispose();
    for (const disposable of [this.#collection, ...this.#watchers.values()]) {
      disposable.dispose();
    }
  }
}

function toDiagnostic(found: CompilerDiagnostic): vscode.Diagnostic {
  const range = new vscode.Range(found.line, found.column, found.endLine, found.endColumn);
  const diagnostic = new vscode.Diagnostic(
    range,
    plainLines([found.message, ...(found.details === undefined ? [] : [found.details])].join('\n')),
    SEVERITY[found.severity],
  );
  diagnostic.source = found.source;
  if (found.code !== undefined) {
    diagnostic.code = found.code;
  }
  return diagnostic;
}
