import * as vscode from 'vscode';
import type { CanisterRef, OperationFailure } from '../core/lifecycle/outcome';
import type { Ownership } from '../core/monitor/ownership';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { CommandFailure } from './registry';

type Way = CommandFailure['ways'][number];

/** The buttons that lead out of a failure. */
export async function nextSteps(
  { next }: OperationFailure,
  { monitor, canister }: CanisterRef,
  ownership: Ownership,
): Promise<Way[]> {
  const row = { dfxJson: monitor.project.dfxJson, canister };
  switch (next) {
    case 'start-network':
      return [{ title: vscode.l10n.t('Start Network'), command: 'icCanisters.startNetwork', args: [row] }];
    case 'build':
      return [{ title: vscode.l10n.t('Build'), command: 'icCanisters.build', args: [row] }];
    case 'create':
      return [{ title: vscode.l10n.t('Create'), command: 'icCanisters.create', args: [row] }];
    case 'stop-canister':
      return [{ title: vscode.l10n.t('Stop'), command: 'icCanisters.stop', args: [row] }];
    case 'select-identity':
      return await otherIdentities(monitor, canister, ownership);
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

/** Those at hand that are controllers; without one, all there are. */
async function otherIdentities(monitor: ProjectMonitor, canister: string, ownership: Ownership): Promise<Way[]> {
  const { dfxJson } = monitor.project;
  const current = monitor.snapshot.identity?.name;
  const controllers = (await ownership.controllersAtHand(monitor, canister)).filter((name) => name !== current);
  return controllers.length === 0
    ? [{ title: vscode.l10n.t('Select Identity'), command: 'icCanisters.selectIdentity', args: [{ dfxJson }] }]
    : controllers.slice(0, 2).map((identity) => ({
        title: vscode.l10n.t('Use {0}', identity),
        command: 'icCanisters.useIdentity',
        args: [{ dfxJson, identity }],
      }));
}
