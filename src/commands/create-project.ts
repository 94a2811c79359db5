import * as vscode from 'vscode';
import { msg } from '../core/util/message';
import { answered, pickFile } from '../ui/dialogs';
import { withProgress } from '../ui/progress';
import { showInputBox, showQuickPick } from '../ui/surfaces';
import { type CommandContext, toolchainOf } from './command-context';

const toItem = (label: string) => ({ label });

/** Asks for a place, a name and templates, has the tool make the project, and opens what it made. */
export async function createProject(context: CommandContext): Promise<void> {
  const { tool, commands, templates, projectName } = toolchainOf(context);
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
        projectName.test(text) ? undefined : vscode.l10n.t('A letter first, then letters, digits, "_" and "-".'),
    }),
  );
  const { label: type } = await answered(
    showQuickPick(templates.types.map(toItem), { title: vscode.l10n.t('Language of the backend') }),
  );
  const { label: frontend } = await answered(
    showQuickPick(templates.frontends.map(toItem), { title: vscode.l10n.t('Frontend') }),
  );
  await withProgress(
    {
      title: vscode.l10n.t('Creating the project {0}…', name),
      failed: (cause) => msg('Creating the project failed. {0}', cause),
    },
    (signal) => tool.run(commands.newProject(folder.fsPath, { name, type, frontend }), { signal }),
  );
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.joinPath(folder, name));
}
