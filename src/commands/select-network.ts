import * as vscode from 'vscode';
import type { DfxLocations } from '../core/engines/dfx/locations';
import { listNetworks, type ResolvedNetwork, reachesMainnet } from '../core/engines/dfx/networks';
import type { Selection } from '../core/monitor/selection';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { networkScope } from '../core/rows/network-rows';
import { cancelled, Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { translate } from '../ui/words';
import { projectOf } from './networks';

interface Deps {
  readonly monitor: WorkspaceMonitor;
  readonly selection: Selection;
  readonly locations: DfxLocations;
}

/** Chooses the network of one project, called on its row, or of all that know the chosen name. */
export async function selectNetwork({ monitor, selection, locations }: Deps, node: unknown): Promise<void> {
  await monitor.ready();
  const own = projectOf(monitor, node);
  const projects = own ? [own] : monitor.projects;
  if (projects.length === 0) {
    throw new Failure({ message: msg('There is no dfx.json in this workspace.') });
  }
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
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('Choose the network'),
    placeHolder: vscode.l10n.t('Canister ids and states are shown for this network'),
    matchOnDescription: true,
  });
  if (!picked) {
    throw cancelled();
  }
  for (const { root, networks } of known) {
    if (networks.some(({ name }) => name === picked.label)) {
      await selection.setNetwork(root, picked.label);
    }
  }
}

function toItem(network: ResolvedNetwork, current: boolean): vscode.QuickPickItem {
  const description = network.problem ? translate(network.problem) : network.url;
  return {
    label: network.name,
    iconPath: new vscode.ThemeIcon(reachesMainnet(network.url) ? 'globe' : network.local ? 'vm' : 'server'),
    description: current ? `${description} ✓` : description,
    detail: translate(networkScope(network)),
  };
}
