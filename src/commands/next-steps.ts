import * as vscode from 'vscode';
import type { OperationFailure, Target } from '../core/lifecycle/outcome';
import type { CommandFailure } from './registry';

type Way = CommandFailure['ways'][number];

/** The buttons that lead out of a failure. */
export function nextSteps({ next }: OperationFailure, { monitor, canister }: Target): Way[] {
  const row = { dfxJson: monitor.project.dfxJson, canister };
  switch (next) {
    case 'start-network':
      return [{ title: vscode.l10n.t('Start Network'), command: 'icCanisters.startNetwork' }];
    case 'build':
      return [{ title: vscode.l10n.t('Build'), command: 'icCanisters.build', args: [row] }];
    case 'create':
      return [{ title: vscode.l10n.t('Create'), command: 'icCanisters.create', args: [row] }];
    case 'stop-canister':
      return [{ title: vscode.l10n.t('Stop'), command: 'icCanisters.stop', args: [row] }];
    case 'select-identity':
      return [{ title: vscode.l10n.t('Select Identity'), command: 'icCanisters.selectIdentity' }];
    case 'open-dfx-json':
      return [{ title: vscode.l10n.t('Open dfx.json'), command: 'icCanisters.openInDfxJson', args: [row] }];
    case 'show-problems':
      return [{ title: vscode.l10n.t('Show Problems'), command: 'workbench.actions.view.problems' }];
    case 'choose-dfx':
    case 'install-dfx-version':
      return [
        { title: vscode.l10n.t('Install Guide'), command: 'icCanisters.installDfx' },
        { title: vscode.l10n.t('Choose dfx…'), command: 'icCanisters.chooseDfx' },
      ];
    default:
      return [];
  }
}
