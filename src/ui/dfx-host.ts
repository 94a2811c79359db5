import os from 'node:os';
import * as vscode from 'vscode';
import type { DfxLocations } from '../core/engines/dfx/locations';
import { DfxTool } from '../core/engines/dfx/tool';
import { type Log, tellModally } from './surfaces';
import { runInTerminal } from './terminal';

/** dfx in VS Code: its path from the settings, its output in the log, its passwords in a terminal. */
export function createDfxTool(log: Log, locations: DfxLocations): DfxTool {
  return new DfxTool({
    env: process.env,
    platform: process.platform,
    home: os.homedir(),
    locations,
    setting: () => setting<string>('dfxPath') ?? '',
    allowPlaintextOnMainnet: () => setting<boolean>('allowPlaintextIdentityOnMainnet') ?? false,
    log: {
      command: (line, cwd) => log.info(`${cwd}$ ${line}`),
      line: (text) => log.info(text),
      end: (summary) => log.info(summary),
    },
    runInTerminal,
    showSecret,
  });
}

function setting<T>(name: string): T | undefined {
  return vscode.workspace.getConfiguration('icCanisters').get<T>(name);
}

/** dfx prints the seed phrase of a new key once. It is shown once, too, and kept nowhere. */
function showSecret(seedPhrase: string): void {
  void tellModally(vscode.l10n.t('dfx has made a new key. Write down its seed phrase now.'), [
    seedPhrase,
    '',
    vscode.l10n.t('Whoever has these words controls the identity and everything it owns. They are not shown again.'),
  ]);
}
