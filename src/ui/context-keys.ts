import * as vscode from 'vscode';

const current = new Map<string, unknown>();

/** Sets what `when` clauses of package.json know as `icCanisters.<name>`. */
export function setContext(name: string, value: boolean | string): void {
  if (current.get(name) !== value) {
    current.set(name, value);
    void vscode.commands.executeCommand('setContext', `icCanisters.${name}`, value);
  }
}
