import * as vscode from 'vscode';
import { openPage, pickFile } from '../ui/dialogs';

/** dfxvm is how dfx is installed; its page says how on each system. */
export async function openInstallGuide(): Promise<void> {
  await openPage('https://github.com/dfinity/dfxvm#readme');
}

/** Lets the user point at dfx. The setting is the computer's, so that no workspace can choose what is run. */
export async function chooseDfx(): Promise<void> {
  const file = await pickFile({
    title: vscode.l10n.t('Choose the dfx program'),
    openLabel: vscode.l10n.t('Use'),
    canSelectMany: false,
  });
  const settings = vscode.workspace.getConfiguration('icCanisters');
  await settings.update('dfxPath', file.fsPath, vscode.ConfigurationTarget.Global);
}
