import * as vscode from 'vscode';
import { wslDistribution } from '../core/process/wsl';
import { cancelled } from '../core/util/failure';

/** A command of the extension "WSL" of VS Code, and of those that stand in for it in other editors. */
const REOPEN = 'remote-wsl.reopenInWSL';
const EXTENSION = 'ms-vscode-remote.remote-wsl';

/**
 * The way into WSL, where a window of Windows is better left for one: its folder is in WSL already, or the tool runs nowhere else.
 *
 * @param needsWsl whether the tool runs in WSL only
 * @param root the project's folder
 */
export function waysIntoWsl(platform: NodeJS.Platform, needsWsl: boolean, root: string | undefined) {
  if (platform !== 'win32' || !(needsWsl || wslDistribution(root ?? '') !== undefined)) {
    return [];
  }
  // Its commands are not there before it is started, which the command does.
  const isThere = vscode.extensions.all.some(({ packageJSON }) =>
    (packageJSON?.contributes?.commands ?? []).some(
      ({ command }: { readonly command?: unknown }) => command === REOPEN,
    ),
  );
  const iconPath = new vscode.ThemeIcon('terminal-linux');
  return isThere
    ? [
        {
          label: vscode.l10n.t('Reopen in WSL'),
          detail: vscode.l10n.t('The window opens anew, with the tools, identities and networks of Linux.'),
          iconPath,
          run: () => reopen(),
        },
      ]
    : [
        {
          label: vscode.l10n.t('Install the extension "WSL"'),
          detail: vscode.l10n.t('It opens folders in WSL, with the tools, identities and networks of Linux.'),
          iconPath,
          run: async () => {
            await vscode.commands.executeCommand('workbench.extensions.search', `@id:${EXTENSION}`);
          },
        },
      ];
}

async function reopen(): Promise<void> {
  try {
    await vscode.commands.executeCommand(REOPEN);
  } catch (error) {
    // So it ends where the window closes before the answer comes.
    throw error instanceof Error && error.message === 'Canceled' ? cancelled() : error;
  }
}
