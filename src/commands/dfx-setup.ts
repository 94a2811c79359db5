import * as vscode from 'vscode';
import { cancelled } from '../core/util/failure';

/** dfxvm is how dfx is installed; its page says how on each system. */
const INSTALL_GUIDE = 'https://github.com/dfinity/dfxvm#readme';

export async function openInstallGuide(): Promise<void> {
  await vscode.env.openExternal(vscode.Uri.parse(INSTALL_GUIDE, true));
}

/** Lets the user point at dfx. The setting is the computer's, so that no workspace can choose what is run. */
export async function chooseDfx(): Promise<void> {
  const [file] =
    (await vscode.window.showOpenDialog({
      title: vscode.l10n.t('Choose the dfx program'),
      openLabel: vscode.l10n.t('Use'),
      canSelectMany: false,
    })) ?? [];
  if (!file) {
    throw cancelled();
  }
  const settings = vscode.workspace.getConfiguration('icCanisters');
  await settings.update('dfxPath', file.fsPath, vscode.ConfigurationTarget.Global);
}
