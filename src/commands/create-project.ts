import * as vscode from 'vscode';
import { newProject } from '../core/engines/dfx/commands';
import { msg } from '../core/util/message';
import { answered, pickFile } from '../ui/dialogs';
import { withProgress } from '../ui/progress';
import { showInputBox, showQuickPick } from '../ui/surfaces';
import type { CommandContext } from './command-context';

/** dfx's own rule: a letter, then letters, digits, `_` and `-`. */
const NAME = /^[A-Za-z][A-Za-z0-9_-]*$/;
/** What `dfx new --type` makes without an extension of dfx. */
const TYPES = ['motoko', 'rust'];
const FRONTENDS = ['sveltekit', 'react', 'vue', 'vanilla', 'simple-assets', 'none'];

const toItem = (label: string) => ({ label });

/** Asks for a place, a name and templates, runs `dfx new`, and opens what it made. */
export async function createProject({ tool }: CommandContext): Promise<void> {
  const folder = await pickFile({
    title: vscode.l10n.t('Where shall the project folder be made?'),
    openLabel: vscode.l10n.t('Create here'),
    canSelectFiles: false,
    canSelectFolders: true,
  });
  const name = await answered(
    showInputBox({
      title: vscode.l10n.t('Name of the project'),
      validateInput: (text) =>
        NAME.test(text) ? undefined : vscode.l10n.t('A letter first, then letters, digits, "_" and "-".'),
    }),
  );
  const { label: type } = await answered(
    showQuickPick(TYPES.map(toItem), { title: vscode.l10n.t('Language of the backend') }),
  );
  const { label: frontend } = await answered(
    showQuickPick(FRONTENDS.map(toItem), { title: vscode.l10n.t('Frontend') }),
  );
  await withProgress(
    {
      title: vscode.l10n.t('Creating the project {0}…', name),
      failed: (cause) => msg('Creating the project failed. {0}', cause),
    },
    (signal) => tool.run(newProject(folder.fsPath, { name, type, frontend }), { signal }),
  );
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.joinPath(folder, name));
}
