import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { CommandRegistry } from './commands/command-registry';
import { readArgument } from './commands/read-argument';
import { DfxEngine } from './core/engines/dfx/dfx-engine';
import { dfxLocations } from './core/engines/dfx/locations';
import { IcpEngine } from './core/engines/icp/icp-engine';
import type { LoadReader } from './core/engines/icp/icp-project';
import { icpLocations } from './core/engines/icp/locations';
import { IdentityOverview } from './core/monitor/identity-overview';
import { IdentityService } from './core/monitor/identity-service';
import { LocalNetworkActivity } from './core/monitor/local-network-activity';
import { NetworkOverview } from './core/monitor/network-overview';
import { Ownership } from './core/monitor/ownership';
import { Selection } from './core/monitor/selection';
import { SigningConsent } from './core/monitor/signing-consent';
import { WorkspaceMonitor } from './core/monitor/workspace-monitor';
import { NetworkClient } from './core/network/network-client';
import { LiveSource } from './core/rows/live-source';
import { FileWatchers } from './host/file-watchers';
import { hiddenFiles } from './host/hidden-files';
import { loadLanguageWhenNeeded } from './language/load';
import { projectLabel } from './ui/project-label';
import { createLog } from './ui/surfaces';
import { CanistersView } from './views/canisters-view';
import { IdentitiesView } from './views/identities-view';
import { NetworksView } from './views/networks-view';
import { StatusBar } from './views/status-bar';

/** Wires the parts. Asks no network, starts no process, loads no agent. */
export function activate(context: vscode.ExtensionContext): void {
  const log = createLog();
  const { env, platform } = process;
  const engines = [
    new DfxEngine(dfxLocations(env, platform, os.homedir())),
    new IcpEngine(icpLocations(env, platform, os.homedir()), () => {
      // The path is put together here so that the bundler leaves it alone.
      return require(path.join(context.extensionPath, 'dist', 'icp.js')) as ReturnType<LoadReader>;
    }),
  ];
  const trust = vscode.workspace;
  const networkClient = new NetworkClient(vscode.Uri.joinPath(context.extensionUri, 'dist', 'agent.js').fsPath, trust);
  const client = networkClient.api;
  const selection = new Selection(context.workspaceState);
  const consent = new SigningConsent(context.globalState);
  const identityService = new IdentityService(client, engines, Date.now);
  const workspace = new WorkspaceMonitor({
    engines,
    excluded: hiddenFiles,
    client,
    selection,
    consent,
    trust,
    keys: identityService,
    now: Date.now,
  });
  const ownership = new Ownership(identityService);
  const view = new CanistersView(workspace, ownership);
  const watchers = new FileWatchers(workspace, engines);
  const live = new LiveSource(workspace);
  const projects = () => workspace.projects;
  const overview = new NetworkOverview({ client, selection, consent, projects, now: Date.now });
  const localActivity = new LocalNetworkActivity();
  const identities = new IdentityOverview({
    identityService,
    client,
    engines,
    selection,
    projects,
    label: projectLabel,
  });
  context.subscriptions.push(log, networkClient, selection, consent, workspace, view, watchers, live);
  const identitiesView = new IdentitiesView({ overview: identities, identityService, workspace, selection, engines });
  const filesChanged = () => workspace.projects.forEach(({ manifest }) => void workspace.filesChanged(manifest));
  context.subscriptions.push(
    identityService,
    overview,
    localActivity,
    new NetworksView({ overview, workspace, local: localActivity, selection, consent }),
    identitiesView,
    new StatusBar(workspace),
    networkClient.onDidLoseWorker(() => identityService.workerStopped()),
    // Another key signs from now on, or none.
    identityService.onDidChange(filesChanged),
    consent.onDidChange(filesChanged),
  );

  const registry = new CommandRegistry(context, log);
  const commands = registry.registerAll({
    extension: context,
    log,
    client,
    engines,
    selection,
    consent,
    workspace,
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
    if (canister) {
      await view.reveal(canister.manifest, canister.canister);
    }
  });

  loadLanguageWhenNeeded(context, live, { dfxSchema: (cwd) => commands.get().dfxSchema(cwd) });

  context.subscriptions.push(
    vscode.workspace.onDidChangeWorkspaceFolders(() => void workspace.setFolders(workspaceFolders())),
    vscode.workspace.onDidGrantWorkspaceTrust(() => workspace.setTrusted()),
  );
  void workspace.setFolders(workspaceFolders());
}

function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
}
