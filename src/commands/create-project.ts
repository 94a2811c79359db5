import * as vscode from 'vscode';
import type { Toolchain } from '../core/engines/toolchain';
import { msg } from '../core/util/message';
import { answered, pickFile } from '../ui/dialogs';
import { withProgress } from '../ui/progress';
import { showInputBox, showQuickPick } from '../ui/surfaces';
import { translate } from '../ui/translate';
import type { CommandContext } from './command-context';

const toItem = (label: string) => ({ label });

/** The one that is there; where there are several, the user says which. */
async function chooseToolchain({ toolchains }: CommandContext): Promise<Toolchain> {
  const available = await Promise.all(toolchains.map(({ tool }) => tool.available()));
  const usable = toolchains.filter((_, index) => available[index]);
  const [first = toolchains[0]] = usable;
  if (usable.length <= 1) {
    return first;
  }
  // dfx is deprecated: what others there are comes first.
  const items = [...usable].reverse().map((toolchain) => ({ label: toolchain.engine, toolchain }));
  return (await answered(showQuickPick(items, { title: vscode.l10n.t('Make the project with which tool?') })))
    .toolchain;
}

/** Asks for a place, a name and templates, has the tool make the project, and opens what it made. */
export async function createProject(context: CommandContext): Promise<void> {
  const { tool, commands, templates, projectName } = await chooseToolchain(context);
  const folder = await pickFile({
    title: vscode.l10n.t('Where shall the project folder be made?'),
    openLabel: vscode.l10n.t('Create here'),
    canSelectFiles: false,
    canSelectFolders: true,
  });
  const name = await answered(
    showInputBox({
      title: vscode.l10n.t('Name of the project'),
      validateInput: (text) => (projectName.pattern.test(text) ? undefined : translate(projectName.rule)),
    }),
  );
  const { label: type } = await answered(
    showQuickPick(templates.types.map(toItem), { title: translate(templates.question) }),
  );
  const { label: frontend } =
    templates.frontends.length === 0
      ? { label: '' }
      : await answered(showQuickPick(templates.frontends.map(toItem), { title: vscode.l10n.t('Frontend') }));
  await withProgress(
    {
      title: vscode.l10n.t('Creating the project {0}…', name),
      failed: (cause) => msg('Creating the project failed. {0}', cause),
    },
    (signal) => tool.run(commands.newProject(folder.fsPath, { name, type, frontend }), { signal }),
  );
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.joinPath(folder, name));
}
