import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { Ownership } from '../core/monitor/ownership';
import type { FailureAction, FailureData, NextStep } from '../core/util/failure';
import { msg } from '../core/util/message';

/** The buttons that a next step stands for. @param target what a menu would pass to the command */
export function actionsOf(next: NextStep | undefined, target?: object): FailureAction[] {
  const args = target ? [target] : [];
  switch (next) {
    case 'start-network':
      return [{ title: msg('Start network'), command: 'icCanisters.startNetwork', args }];
    case 'build':
      return [{ title: msg('Build'), command: 'icCanisters.build', args }];
    case 'create':
      return [{ title: msg('Create'), command: 'icCanisters.create', args }];
    case 'stop-canister':
      return [{ title: msg('Stop'), command: 'icCanisters.stop', args }];
    case 'deploy-anyway':
      return [{ title: msg('Deploy anyway…'), command: 'icCanisters.deployAnyway', args }];
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

/** The buttons that lead out of a failure of one canister's. */
export async function nextSteps(
  { next, actions }: FailureData,
  { project, canister }: CanisterRef,
  ownership: Ownership,
): Promise<FailureAction[]> {
  if (actions) {
    return [...actions];
  }
  const { manifest } = project;
  if (next === 'select-identity') {
    // The user's identities that are controllers, if any; else the choice among all.
    const current = project.snapshot.identity?.name;
    const controllers = (await ownership.controllersAtHand(project, canister)).filter((name) => name !== current);
    if (controllers.length > 0) {
      return controllers.slice(0, 2).map((identity) => ({
        title: msg('Use {0}', identity),
        command: 'icCanisters.useIdentity',
        args: [{ manifest, identity }],
      }));
    }
    return actionsOf(next, { manifest });
  }
  return actionsOf(next, { manifest, canister });
}
