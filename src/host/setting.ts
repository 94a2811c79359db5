import * as vscode from 'vscode';

export function setting<T>(name: string): T | undefined {
  return vscode.workspace.getConfiguration('icCanisters').get<T>(name);
}
