import * as vscode from 'vscode';
import { openPage, pickFile } from '../ui/dialogs';

/** dfxvm is how dfx is installed; its page says how on each system. */
export async function openDfxInstallGuide(): Promise<void> {
  await openPage('https://github.com/dfinity/dfxvm#readme');
}

export async function openIcpInstallGuide(): Promise<void> {
  await openPage('https://github.com/dfinity/icp-cli#readme');
}

export async function chooseDfx(): Promise<void> {
  await chooseProgram('dfxPath', vscode.l10n.t('Choose the dfx program'));
}

export async function chooseIcp(): Promise<void> {
  await chooseProgram('icpPath', vscode.l10n.t('Choose the icp program'));
}

/** Lets the user point at a tool. The setting is the computer's, so that no workspace can choose what is run. */
async function chooseProgram(setting: string, title: string): Promise<void> {
  const file = await pickFile({
    title,
    openLabel: vscode.l10n.t('Use'),
    canSelectMany: false,
  });
  const settings = vscode.workspace.getConfiguration('icCanisters');
  await settings.update(setting, file.fsPath, vscode.ConfigurationTarget.Global);
}
