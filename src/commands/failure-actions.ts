import type { FailureAction, NextStep } from '../core/util/failure';
import { msg } from '../core/util/message';

/** The buttons that a next step stands for. @param target what a menu would pass to the command */
export function actionsOf(next: NextStep | undefined, target?: object): FailureAction[] {
  const args = target ? [target] : [];
  const removesCause = true;
  switch (next) {
    case 'start-network':
      return [{ title: msg('Start network'), command: 'icCanisters.startNetwork', args, removesCause }];
    case 'build':
      return [{ title: msg('Build'), command: 'icCanisters.build', args, removesCause }];
    case 'create':
      return [{ title: msg('Create'), command: 'icCanisters.create', args, removesCause }];
    case 'stop-canister':
      return [{ title: msg('Stop'), command: 'icCanisters.stop', args, removesCause }];
    case 'deploy-anyway':
      return [{ title: msg('Deploy anyway…'), command: 'icCanisters.deployAnyway', args }];
    case 'show-logs':
      // Without a canister there is no log to show.
      return target ? [{ title: msg('Show canister logs'), command: 'icCanisters.logs', args }] : [];
    case 'select-identity':
      return [{ title: msg('Select identity'), command: 'icCanisters.selectIdentity', args }];
    case 'open-dfx-json':
      return [{ title: msg('Open dfx.json'), command: 'icCanisters.openInDfxJson', args }];
    case 'open-icp-yaml':
      return [{ title: msg('Open icp.yaml'), command: 'icCanisters.openInIcpYaml', args }];
    case 'show-problems':
      return [{ title: msg('Show problems'), command: 'workbench.actions.view.problems' }];
    case 'manage-trust':
      return [{ title: msg('Manage workspace trust'), command: 'workbench.trust.manage' }];
    case 'choose-dfx':
    case 'install-dfx-version':
      return [
        { title: msg('Install guide'), command: 'icCanisters.installDfx' },
        { title: msg('Choose dfx…'), command: 'icCanisters.chooseDfx' },
      ];
    case 'choose-icp':
      return [
        { title: msg('Install guide'), command: 'icCanisters.installIcp' },
        { title: msg('Choose icp…'), command: 'icCanisters.chooseIcp' },
      ];
    case 'run-in-terminal':
    case undefined:
      return [];
  }
}
