import * as vscode from 'vscode';
import type { Target } from '../core/project/model';
import { isMainnet } from '../core/project/network';
import { networkScope } from '../core/rows/network-rows';
import { answered } from '../ui/dialogs';
import { projectLabel } from '../ui/project-label';
import { showQuickPick } from '../ui/surfaces';
import { translate } from '../ui/translate';
import { oneProject } from './choose-canisters';
import type { CommandContext } from './command-context';
import type { CommandArgument } from './read-argument';

/** Chooses the network of one project: of its row, the one in front, or the one picked. */
export async function selectNetwork(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { selection, workspace } = context;
  const project = await oneProject(context, argument, vscode.l10n.t('Choose the network of which project?'));
  await project.load();
  const targets = await project.files.targets();
  const environments = targets.every(({ environment }) => environment);
  const current = selection.target(project.manifest);
  const of = workspace.projects.length > 1 ? projectLabel(project) : undefined;
  const picked = await answered(
    showQuickPick(
      targets.map((target) => toItem(target, target.name === current)),
      {
        title: titleFor(environments, of),
        placeHolder: environments
          ? vscode.l10n.t('Canister ids and states are shown for this environment')
          : vscode.l10n.t('Canister ids and states are shown for this network'),
      },
    ),
  );
  await selection.setTarget(project.manifest, picked.label);
}

/** @param project named where there are others */
function titleFor(environments: boolean, project: string | undefined): string {
  if (project === undefined) {
    return environments ? vscode.l10n.t('Choose the environment') : vscode.l10n.t('Choose the network');
  }
  return environments
    ? vscode.l10n.t('Choose the environment of {0}', project)
    : vscode.l10n.t('Choose the network of {0}', project);
}

function toItem({ name, environment, network, problem }: Target, current: boolean): vscode.QuickPickItem {
  const address = network?.url ?? '';
  const where = environment && network ? `${vscode.l10n.t('network {0}', network.name)} ${address}` : address;
  const mainnet = network !== undefined && isMainnet(network);
  // Whatever it is called: the address alone does not tell everybody.
  const place = mainnet ? [vscode.l10n.t('mainnet'), where].filter(Boolean).join(' · ') : where;
  const description = problem ? translate(problem) : place;
  const icon = mainnet ? 'globe' : network?.local ? 'vm' : 'server';
  return {
    label: name,
    iconPath: new vscode.ThemeIcon(icon),
    description: current ? `${description} ✓` : description,
    detail: network && translate(networkScope(network)),
  };
}
