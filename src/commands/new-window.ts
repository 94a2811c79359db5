import * as vscode from 'vscode';

/** Where a project that was just made is remembered until its window has opened. */
const MADE = 'icCanisters.madeProject';

/** Opens the folder of a project that was just made. The window, and the extension with it, starts anew. */
export async function openMadeProject({ globalState }: vscode.ExtensionContext, folder: string): Promise<void> {
  await globalState.update(MADE, folder);
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(folder));
}

/** In the new window: goes on with the project, once the user trusts it. */
export function continueMadeProject({ globalState, subscriptions }: vscode.ExtensionContext): void {
  const folder = globalState.get<string>(MADE);
  const open = vscode.workspace.workspaceFolders ?? [];
  if (folder === undefined || !open.some(({ uri }) => uri.toString() === vscode.Uri.file(folder).toString())) {
    return;
  }
  const goOn = async () => {
    await globalState.update(MADE, undefined);
    await vscode.commands.executeCommand('icCanisters.continueNewProject', folder);
  };
  if (vscode.workspace.isTrusted) {
    void goOn();
  } else {
    subscriptions.push(vscode.workspace.onDidGrantWorkspaceTrust(goOn));
  }
}
