import * as vscode from 'vscode';
import type { Target } from '../core/project/model';
import { isMainnet } from '../core/project/network';
import { networkScope } from '../core/rows/network-rows';
import { answered } from '../ui/dialogs';
import { projectLabel } from '../ui/project-label';
import { showQuickPick } from '../ui/surfaces';
import { translate } from '../ui/translate';
import { chooseProjects } from './choose-canisters';
import type { CommandContext } from './command-context';
import type { CommandArgument } from './read-argument';

/** Chooses the network of one project, called on its row, or of all that know the chosen name. */
export async function selectNetwork(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { selection } = context;
  const projects = await chooseProjects(context, argument);
  await Promise.all(projects.map((project) => project.load()));
  const known = await Promise.all(
    projects.map(async ({ manifest, files }) => ({ manifest, targets: await files.targets() })),
  );
  const byName = new Map(known.flatMap(({ targets }) => targets.map((target) => [target.name, target] as const)));
  const environments = [...byName.values()].every(({ environment }) => environment);
  const current = new Set(projects.map(({ manifest }) => selection.target(manifest)));
  const [only] = projects;
  const of = projects.length === 1 && context.workspace.projects.length > 1 ? projectLabel(only) : undefined;
  const items = [...byName.values()].map((target) => toItem(target, current.has(target.name)));
  const picked = await answered(
    showQuickPick(items, {
      title: titleFor(environments, of),
      placeHolder: environments
        ? vscode.l10n.t('Canister ids and states are shown for this environment')
        : vscode.l10n.t('Canister ids and states are shown for this network'),
    }),
  );
  for (const { manifest, targets } of known) {
    if (targets.some(({ name }) => name === picked.label)) {
      await selection.setTarget(manifest, picked.label);
    }
  }
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
  const description = problem ? translate(problem) : where;
  const icon = network && isMainnet(network) ? 'globe' : network?.local ? 'vm' : 'server';
  return {
    label: name,
    iconPath: new vscode.ThemeIcon(icon),
    description: current ? `${description} ✓` : description,
    detail: network && translate(networkScope(network)),
  };
}
