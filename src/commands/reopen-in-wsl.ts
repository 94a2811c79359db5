import os from 'node:os';
import * as vscode from 'vscode';
import { windowsProgram } from '../core/process/locate-program';
import { versionsInWsl, wslDistribution } from '../core/process/wsl';
import { cancelled, Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { withProgress } from '../ui/progress';
import { showInformationMessage } from '../ui/surfaces';

/** A command of the extension "WSL" of VS Code, and of those that stand in for it in other editors. */
const REOPEN = 'remote-wsl.reopenInWSL';
const EXTENSION = 'ms-vscode-remote.remote-wsl';

/**
 * The ways into WSL, where a window of Windows is better left for one: its folder is in WSL already, or the tool runs nowhere else.
 *
 * @param tool one that runs in WSL only
 * @param root the project's folder
 */
export function waysIntoWsl(platform: NodeJS.Platform, tool: string | undefined, root: string | undefined) {
  if (platform !== 'win32' || (tool === undefined && wslDistribution(root ?? '') === undefined)) {
    return [];
  }
  return [
    wayIntoWsl(),
    ...(tool === undefined
      ? []
      : [
          {
            label: vscode.l10n.t('Look for {0} in WSL', tool),
            detail: vscode.l10n.t('Starts each distribution of Linux, which may take a while.'),
            iconPath: new vscode.ThemeIcon('search'),
            run: () => lookInWsl(tool, windowsProgram('wsl.exe', process.env)),
          },
        ]),
  ];
}

function wayIntoWsl() {
  const iconPath = new vscode.ThemeIcon('terminal-linux');
  // Its commands are not there before it is started, which the command does.
  const isThere = vscode.extensions.all.some(({ packageJSON }) =>
    (packageJSON?.contributes?.commands ?? []).some(
      ({ command }: { readonly command?: unknown }) => command === REOPEN,
    ),
  );
  return isThere
    ? {
        label: vscode.l10n.t('Reopen in WSL'),
        detail: vscode.l10n.t('The window opens anew, with the tools, identities and networks of Linux.'),
        iconPath,
        run: () => reopen(),
      }
    : {
        label: vscode.l10n.t('Install the extension "WSL"'),
        detail: vscode.l10n.t('It opens folders in WSL, with the tools, identities and networks of Linux.'),
        iconPath,
        run: async () => {
          await vscode.commands.executeCommand('workbench.extensions.search', `@id:${EXTENSION}`);
        },
      };
}

/** Looks for a tool in the distributions of WSL, and leads there. */
export async function lookInWsl(tool: string, program: string): Promise<void> {
  const found = await withProgress({ title: vscode.l10n.t('Looking for {0} in WSL…', tool) }, (signal) =>
    versionsInWsl(tool, { trust: vscode.workspace, program, env: process.env, cwd: os.homedir(), signal }),
  );
  if (found.size === 0) {
    throw new Failure({
      message: msg('WSL has no distribution of Linux on this computer. "wsl --install" in a terminal installs one.'),
    });
  }
  const places = [...found].flatMap(([distribution, version]) =>
    version === undefined ? [] : [`${tool} ${version} (${distribution})`],
  );
  if (places.length === 0) {
    throw new Failure({ message: msg('There is no {0} in WSL: {1}.', tool, [...found.keys()].join(', ')) });
  }
  const { label, run } = wayIntoWsl();
  if ((await showInformationMessage(vscode.l10n.t('In WSL: {0}', places.join(', ')), label)) === label) {
    await run();
  }
}

async function reopen(): Promise<void> {
  try {
    await vscode.commands.executeCommand(REOPEN);
  } catch (error) {
    // So it ends where the window closes before the answer comes.
    throw error instanceof Error && error.message === 'Canceled' ? cancelled() : error;
  }
}
