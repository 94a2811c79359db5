import os from 'node:os';
import * as vscode from 'vscode';
import { CommandRegistry } from './commands/command-registry';
import { readArgument } from './commands/read-argument';
import { dfxLocations } from './core/engines/dfx/locations';
import { IdentityOverview } from './core/monitor/identity-overview';
import { IdentityService } from './core/monitor/identity-service';
import { LiveSource } from './core/monitor/live-source';
import { LocalNetworkActivity } from './core/monitor/local-network-activity';
import { NetworkOverview } from './core/monitor/network-overview';
import { Ownership } from './core/monitor/ownership';
import { Selection } from './core/monitor/selection';
import { WorkspaceMonitor } from './core/monitor/workspace-monitor';
import { NetworkClient } from './core/network/network-client';
import { loadLanguageWhenNeeded } from './language/load';
import { CanisterTree, projectLabel } from './tree/canister-tree';
import { CanistersView } from './ui/canisters-view';
import { IdentitiesView } from './ui/identities-view';
import { NetworksView } from './ui/networks-view';
import { StatusBar } from './ui/status-bar';
import { createLog } from './ui/surfaces';
import { FileWatchers } from './ui/watchers';

/** Wires the parts. Asks no network, starts no process, loads no agent. */
export function activate(context: vscode.ExtensionContext): void {
  const log = createLog();
  const locations = dfxLocations(process.env, process.platform, os.homedir());
  const networkClient = new NetworkClient(vscode.Uri.joinPath(context.extensionUri, 'dist', 'agent.js').fsPath);
  const client = networkClient.api;
  const selection = new Selection(context.workspaceState);
  const identityService = new IdentityService(client, locations, Date.now);
  const monitor = new WorkspaceMonitor(
    { client, locations, selection, keys: identityService, now: Date.now },
    vscode.workspace.isTrusted,
  );
  const ownership = new Ownership(identityService, locations);
  const tree = new CanisterTree(monitor, locations, ownership);
  const view = new CanistersView(tree, monitor);
  const watchers = new FileWatchers(monitor, selection, locations);
  const live = new LiveSource(monitor);
  const projects = () => monitor.projects;
  const overview = new NetworkOverview({ client, locations, selection, projects, now: Date.now });
  const localActivity = new LocalNetworkActivity();
  const identities = new IdentityOverview({
    identityService,
    client,
    locations,
    selection,
    projects,
    label: projectLabel,
  });
  context.subscriptions.push(log, networkClient, selection, monitor, tree, view, watchers, live);
  const identitiesView = new IdentitiesView({ overview: identities, identityService, monitor, selection, locations });
  const filesChanged = () => monitor.projects.forEach(({ project }) => void monitor.filesChanged(project.dfxJson));
  context.subscriptions.push(
    identityService,
    overview,
    localActivity,
    new NetworksView({ overview, monitor, local: localActivity, selection }),
    identitiesView,
    new StatusBar(monitor),
    networkClient.onDidLoseWorker(() => identityService.workerStopped()),
    // Another key signs from now on, or none.
    identityService.onDidChange(filesChanged),
  );

  const registry = new CommandRegistry(context, log);
  const commands = registry.registerAll({
    extension: context,
    log,
    client,
    locations,
    selection,
    monitor,
    identityService,
    networks: overview,
    identities,
    ownership,
    localActivity,
    identitiesChanged: () => {
      filesChanged();
      identitiesView.refresh();
    },
  });
  registry.register('icCanisters.revealCanister', async (...args) => {
    const { canister } = readArgument(args);
    const node = canister && view.find(canister.dfxJson, canister.canister);
    if (node) {
      await view.reveal(node);
    }
  });

  loadLanguageWhenNeeded(context, live, { dfxSchema: (cwd) => commands.get().dfxSchema(cwd) });

  context.subscriptions.push(
    vscode.workspace.onDidChangeWorkspaceFolders(() => void monitor.setFolders(workspaceFolders())),
    vscode.workspace.onDidGrantWorkspaceTrust(() => monitor.setTrusted()),
  );
  void monitor.setFolders(workspaceFolders());
}

function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
}
