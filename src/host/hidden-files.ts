import * as vscode from 'vscode';

/** The patterns of what the explorer hides in a folder, relative to it. Those that depend on other files are left out. */
export function hiddenFiles(folder: string): string[] {
  const exclude = vscode.workspace.getConfiguration('files', vscode.Uri.file(folder)).get<object>('exclude') ?? {};
  return Object.entries(exclude).flatMap(([pattern, hidden]) => (hidden === true ? [pattern] : []));
}
