import path from 'node:path';
import * as vscode from 'vscode';
import type { CompilerDiagnostic } from '../core/process/diagnostics';
import { plainLines } from '../core/util/foreign';

const MAX_WATCHERS = 50;

const SEVERITY: Record<CompilerDiagnostic['severity'], vscode.DiagnosticSeverity> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  info: vscode.DiagnosticSeverity.Information,
};

/**
 * What compilers said, at its place in the editor. It goes when the project is built again, and of a file when that
 * changes: what is said of a text that is not there any more only misleads.
 */
export class CompilerProblems implements vscode.Disposable {
  readonly #collections = new Map<string, vscode.DiagnosticCollection>();
  /** Of files that no editor shows, changes are told by the disk. */
  readonly #watchers = new Map<string, vscode.FileSystemWatcher>();
  readonly #edits = vscode.workspace.onDidChangeTextDocument(({ document, contentChanges }) => {
    if (contentChanges.length > 0) {
      this.#forget(document.uri);
    }
  });

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
    this.#watch();
  }

  /** Forgets what was said of a project. */
  clear(projectRoot: string): void {
    this.#collections.get(projectRoot)?.clear();
    this.#watch();
  }

  #forget(file: vscode.Uri): void {
    for (const collection of this.#collections.values()) {
      collection.delete(file);
    }
    this.#watch();
  }

  #watch(): void {
    const files = new Set<string>();
    for (const collection of this.#collections.values()) {
      collection.forEach(({ fsPath }) => {
        files.add(fsPath);
      });
    }
    for (const [file, watcher] of this.#watchers) {
      if (!files.has(file)) {
        watcher.dispose();
        this.#watchers.delete(file);
      }
    }
    for (const file of [...files].slice(0, MAX_WATCHERS)) {
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
    for (const disposable of [...this.#collections.values(), ...this.#watchers.values()]) {
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
