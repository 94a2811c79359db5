import path from 'node:path';
import * as vscode from 'vscode';
import type { DfxLocations } from '../core/engines/dfx/locations';
import { LOCAL, resolveNetwork } from '../core/engines/dfx/networks';
import type { LocalNetwork } from '../core/lifecycle/local-network';
import type { NetworkOverview } from '../core/monitor/network-overview';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { Selection } from '../core/monitor/selection';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { cancelled, Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { projectLabel } from '../tree/canister-tree';
import { requireTrust } from './change-canisters';
import { withExplanation } from './explain';
import type { CommandSink } from './registry';

export interface NetworkCommandDeps {
  readonly monitor: WorkspaceMonitor;
  readonly selection: Selection;
  readonly overview: NetworkOverview;
  readonly local: LocalNetwork;
  readonly locations: DfxLocations;
}

const DASHBOARD = 'https://dashboard.internetcomputer.org';

export function registerNetworkCommands(commands: CommandSink, deps: NetworkCommandDeps): void {
  commands.register('icCanisters.useNetwork', (node) => useNetwork(deps, node));
  commands.register('icCanisters.startNetwork', (node) => startNetwork(deps, node));
  commands.register('icCanisters.stopNetwork', (node) => stopNetwork(deps, node));
  commands.register('icCanisters.startNetworkClean', (node) => startNetworkClean(deps, node));
  commands.register('icCanisters.resetNetwork', (node) => resetNetwork(deps, node));
  commands.register('icCanisters.copyNetworkUrl', (node) => copyNetworkUrl(deps, node));
  commands.register('icCanisters.openNetworkDashboard', () =>
    vscode.env.openExternal(vscode.Uri.parse(DASHBOARD, true)),
  );
  commands.register('icCanisters.refreshNetworks', () => deps.overview.refresh());
}

async function useNetwork({ monitor, selection }: NetworkCommandDeps, node: unknown): Promise<void> {
  const { network } = (node ?? {}) as { network?: unknown };
  const project = projectOf(monitor, node);
  if (project && typeof network === 'string') {
    await selection.setNetwork(project.project.root, network);
  } else {
    await vscode.commands.executeCommand('icCanisters.selectNetwork', node);
  }
}

async function startNetwork(deps: NetworkCommandDeps, node: unknown): Promise<void> {
  requireTrust();
  const { project } = await chooseProject(deps, node);
  await withExplanation(
    vscode.l10n.t('Starting the network {0}…', LOCAL),
    (cause) => msg('The network {0} was not started. {1}', LOCAL, cause),
    (signal, progress) =>
      deps.local.start(project, { signal, onLine: (message) => progress.report({ message: shorten(message) }) }),
  );
  await afterwards(deps);
}

async function stopNetwork(deps: NetworkCommandDeps, node: unknown): Promise<void> {
  requireTrust();
  const { project } = await chooseProject(deps, node);
  await withExplanation(
    vscode.l10n.t('Stopping the network {0}…', LOCAL),
    (cause) => msg('The network {0} was not stopped. {1}', LOCAL, cause),
    (signal) => deps.local.stop(project, { signal }),
  );
  await afterwards(deps);
}

async function startNetworkClean(deps: NetworkCommandDeps, node: unknown): Promise<void> {
  requireTrust();
  const { project } = await chooseProject(deps, node);
  const network = await deps.local.find(project);
  const start = vscode.l10n.t('Erase and start');
  const lost =
    network.scope === 'project'
      ? vscode.l10n.t('All canisters of this project on it, with their data, cycles and ids, are erased.')
      : vscode.l10n.t(
          'The local network is shared: the canisters of every project on this computer, with their data, cycles and ids, are erased.',
        );
  await agree(
    vscode.l10n.t('Start the network {0} with an empty state?', LOCAL),
    `${lost} ${vscode.l10n.t('This cannot be undone.')}\n\n${network.dataDir}`,
    start,
  );
  await withExplanation(
    vscode.l10n.t('Starting the network {0} with an empty state…', LOCAL),
    (cause) => msg('The network {0} was not started. {1}', LOCAL, cause),
    (signal) => deps.local.start(project, { clean: true, signal }),
  );
  await afterwards(deps);
}

/** Wallets of a local network outlive its state in files, and then stand in the way: this makes all of it new. */
async function resetNetwork(deps: NetworkCommandDeps, node: unknown): Promise<void> {
  requireTrust();
  const { project } = await chooseProject(deps, node);
  const network = await deps.local.find(project);
  const shared = network.scope !== 'project';
  const steps = [
    vscode.l10n.t('1. Stop the network {0}.', LOCAL),
    vscode.l10n.t(
      '2. Delete the folder {0}: local ids, wallets, builds and pulled dependencies of this project.',
      path.join(project.root, '.dfx'),
    ),
    shared
      ? vscode.l10n.t('3. Start it with an empty state: the canisters of every project on this computer are erased.')
      : vscode.l10n.t('3. Start it with an empty state: all canisters of this project on it are erased.'),
  ];
  await agree(
    vscode.l10n.t('Reset the wallets and the state of the network {0}?', LOCAL),
    `${steps.join('\n')}\n\n${vscode.l10n.t('This cannot be undone.')}`,
    vscode.l10n.t('Delete and start'),
  );
  await withExplanation(
    vscode.l10n.t('Resetting the network {0}…', LOCAL),
    (cause) => msg('The network {0} was not reset. {1}', LOCAL, cause),
    (signal) => deps.local.reset(project, { signal }),
  );
  await afterwards(deps);
}

async function copyNetworkUrl({ monitor, locations }: NetworkCommandDeps, node: unknown): Promise<void> {
  const { network: name } = (node ?? {}) as { network?: unknown };
  const project = projectOf(monitor, node) ?? monitor.projects[0];
  if (!project) {
    throw new Failure({ message: msg('There is no dfx.json in this workspace.') });
  }
  await project.load();
  const { root, config } = project.project;
  const chosen = typeof name === 'string' ? name : project.snapshot.networkName;
  const network = await resolveNetwork(chosen, root, config, locations);
  if (!('url' in network) || network.url === '') {
    throw new Failure({ message: network.problem ?? msg('There is no network named "{0}".', chosen) });
  }
  await vscode.env.clipboard.writeText(network.url);
  vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Copied'), 2_000);
}

/** Files have changed, and the network's state: what is shown follows at once. */
async function afterwards({ monitor, overview }: NetworkCommandDeps): Promise<void> {
  await Promise.all([monitor.refresh(), overview.refresh()]);
}

async function agree(question: string, detail: string, verb: string): Promise<void> {
  const choice = await vscode.window.showWarningMessage(question, { modal: true, detail }, verb);
  if (choice !== verb) {
    throw cancelled();
  }
}

/** The project that a row is of, whichever view it is in. */
export function projectOf(monitor: WorkspaceMonitor, node: unknown): ProjectMonitor | undefined {
  const { dfxJson, monitor: own } = (node ?? {}) as { dfxJson?: unknown; monitor?: unknown };
  return typeof dfxJson === 'string' ? monitor.project(dfxJson) : monitor.projects.find((project) => project === own);
}

/** The project whose local network is meant; asked for only where projects have different ones. */
async function chooseProject({ monitor, local }: NetworkCommandDeps, node: unknown): Promise<ProjectMonitor> {
  await monitor.ready();
  const given = projectOf(monitor, node);
  const [only] = monitor.projects;
  if (!only) {
    throw new Failure({ message: msg('There is no dfx.json in this workspace.') });
  }
  if (given || monitor.projects.length === 1) {
    return given ?? only;
  }
  const byFolder = new Map<string, ProjectMonitor>();
  for (const project of monitor.projects) {
    // A project that has no such network is not offered.
    const network = await local.find(project.project).catch(() => undefined);
    if (network && !byFolder.has(network.dataDir)) {
      byFolder.set(network.dataDir, project);
    }
  }
  if (byFolder.size <= 1) {
    return [...byFolder.values()][0] ?? only;
  }
  const items = [...byFolder].map(([description, project]) => ({ label: projectLabel(project), description, project }));
  const picked = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t('The local network of which project?'),
  });
  if (!picked) {
    throw cancelled();
  }
  return picked.project;
}

function shorten(line: string): string {
  return line.length > 100 ? `${line.slice(0, 99)}…` : line;
}
