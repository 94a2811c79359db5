import * as vscode from 'vscode';
import { type DfxNetwork, listNetworks } from '../core/engines/dfx/networks';
import { reachesMainnet } from '../core/project/network';
import { networkScope } from '../core/rows/network-rows';
import { answered } from '../ui/dialogs';
import { showQuickPick } from '../ui/surfaces';
import { translate } from '../ui/translate';
import { chooseProjects } from './choose-canisters';
import type { CommandContext } from './command-context';
import type { CommandArgument } from './read-argument';

/** Chooses the network of one project, called on its row, or of all that know the chosen name. */
export async function selectNetwork(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { selection, locations } = context;
  const projects = await chooseProjects(context, argument);
  await Promise.all(projects.map((project) => project.load()));
  const known = await Promise.all(
    projects.map(async ({ project }) => ({
      root: project.root,
      networks: await listNetworks(project.root, project.config, locations),
    })),
  );
  const byName = new Map(known.flatMap(({ networks }) => networks.map((network) => [network.name, network] as const)));
  const current = new Set(projects.map(({ project }) => selection.network(project.root)));
  const items = [...byName.values()].map((network) => toItem(network, current.has(network.name)));
  const picked = await answered(
    showQuickPick(items, {
      title: vscode.l10n.t('Choose the network'),
      placeHolder: vscode.l10n.t('Canister ids and states are shown for this network'),
    }),
  );
  for (const { root, networks } of known) {
    if (networks.some(({ name }) => name === picked.label)) {
      await selection.setNetwork(root, picked.label);
    }
  }
}

function toItem(network: DfxNetwork, current: boolean): vscode.QuickPickItem {
  const description = network.problem ? translate(network.problem) : network.url;
  return {
    label: network.name,
    iconPath: new vscode.ThemeIcon(reachesMainnet(network.url) ? 'globe' : network.local ? 'vm' : 'server'),
    description: current ? `${description} ✓` : description,
    detail: translate(networkScope(network)),
  };
}
