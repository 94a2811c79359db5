import * as vscode from 'vscode';
import type { ToolHost } from '../core/process/tool';
import { copyText } from '../ui/dialogs';
import { type Log, tellModally } from '../ui/surfaces';
import { runInTerminal } from './terminal';

/** A command line tool in VS Code: its output in the log, its passwords in a terminal. */
export function toolHost(log: Log): ToolHost {
  return {
    trust: vscode.workspace,
    platform: process.platform,
    log: {
      command: (line, cwd) => log.info(`${cwd}$ ${line}`),
      line: (text) => log.info(text),
      end: (summary) => log.info(summary),
    },
    runInTerminal,
    showSecret: (seedPhrase, identity) => void showSecret(seedPhrase, identity),
  };
}

/** Tools print the seed phrase of a new key once. It is shown once, too, and kept nowhere. */
async function showSecret(seedPhrase: string, identity: string | undefined): Promise<void> {
  const title =
    identity === undefined
      ? vscode.l10n.t('A new key was made. Write down its seed phrase now.')
      : vscode.l10n.t('Write down the seed phrase of the identity {0} now.', identity);
  const detail = [
    seedPhrase,
    '',
    vscode.l10n.t('Whoever has these words controls the identity and everything it owns. They are not shown again.'),
  ];
  // Copied is not yet written down: the dialog comes back until it is closed.
  while (await tellModally(title, detail, vscode.l10n.t('Copy'))) {
    await copyText(seedPhrase);
  }
}
