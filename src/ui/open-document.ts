import * as vscode from 'vscode';

/** The document of a file on disk, where an editor has it: its text may not be that of the disk. */
export function openDocument(file: string): vscode.TextDocument | undefined {
  return vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === file);
}
