import os from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { IcCanistersExports } from '../types/ic-canisters';
import { CommandRegistry } from './commands/command-registry';
import { MADE_PROJECT } from './commands/new-window';
import { ARGUMENT_TEXTS } from './commands/open-arguments';
import { readArgument } from './commands/read-argument';
import { registerTools } from './commands/register-tools';
import { DFX } from './core/engines/dfx/names';
import type { Engine } from './core/engines/engine';
import type { LoadReader } from './core/engines/icp/icp-project';
import { ICP } from './core/engines/icp/names';
import { LazyEngine } from './core/engines/lazy-engine';
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
import { requireTrust } from './core/util/trust';
import type * as Engines from './engines';
import { FileWatchers } from './host/file-watchers';
import { hiddenFiles } from './host/hidden-files';
import { languageBundle, loadLanguageWhenNeeded } from './language/load';
import { projectLabel } from './ui/project-label';
import { createLog } from './ui/surfaces';
import { CanistersView } from './views/canisters-view';
import { IdentitiesView } from './views/identities-view';
import { NetworksView } from './views/networks-view';
import { RowMarks } from './views/row-marks';
import { StatusBar } from './views/status-bar';

/** Milliseconds after the first answer of a network. */
const REST_MS = 10_000;

/** Wires the parts. Asks no network, starts no process, loads no agent. */
export function activate(context: vscode.ExtensionContext): IcCanistersExports {
  const log = createLog();
  const engines = lazyEngines(context);
  const trust = vscode.workspace;
  const networkClient = new NetworkClient(vscode.Uri.joinPath(context.extensionUri, 'dist', 'agent.js').fsPath, trust);
  const client = networkClient.api;
  const selection = new Selection(context.workspaceState);
  const consent = new SigningConsent(context.globalState);
  const identityService = new IdentityService(client, engines, Date.now);
  const workspace = new WorkspaceMonitor({
    engines,
    excluded: hiddenFiles,
    home: os.homedir(),
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
  const overview = new NetworkOverview({ client, engines, selection, consent, projects, now: Date.now });
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
    new RowMarks(),
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
    failures: registry.failures,
    remember: registry.remember.bind(registry),
    findingsOf: (file, text) => languageBundle(context).findingsOf(file, text),
    identitiesChanged: () => {
      filesChanged();
      identitiesView.refresh();
    },
  });
  registerTools(context, commands.get);
  registry.register('icCanisters.revealCanister', async (...args) => {
    // Without trust there are no rows.
    requireTrust(trust);
    const { canister } = readArgument(args);
    if (canister) {
      await view.reveal(canister.manifest, canister.canister);
    }
  });

  loadLanguageWhenNeeded(context, live, {
    dfxSchema: (cwd) => commands.get().dfxSchema(cwd),
    owners: async (manifest) => {
      const project = workspace.project(manifest);
      return project && ownership.owners(project);
    },
  });

  // What makes calls knows the files of named requests.
  const forRequests = ({ languageId }: vscode.TextDocument) => languageId === 'candid-requests' && commands.get();
  vscode.workspace.textDocuments.forEach(forRequests);
  context.subscriptions.push(
    vscode.workspace.onDidOpenTextDocument(forRequests),
    vscode.window.registerWebviewPanelSerializer('icCanisters.canisterPage', {
      deserializeWebviewPanel: async (panel, state: unknown) => commands.get().restorePage(panel, state),
    }),
    vscode.workspace.onDidChangeWorkspaceFolders(() => void workspace.setFolders(workspaceFolders())),
    vscode.workspace.onDidGrantWorkspaceTrust(() => workspace.setTrusted()),
  );
  // What is measured over time is kept by the bundle of the commands, which is loaded when the window is at rest.
  let rest: NodeJS.Timeout | undefined;
  workspace.onDidAsk((project) => {
    commands.loaded()?.measure(project);
    rest ??= setTimeout(() => commands.get(), REST_MS);
  });
  context.subscriptions.push({ dispose: () => clearTimeout(rest) });
  void workspace.setFolders(workspaceFolders());
  // Editors of arguments that were open before the window was loaded anew.
  if (context.workspaceState.get(ARGUMENT_TEXTS) !== undefined) {
    commands.get();
  }
  if (context.globalState.get(MADE_PROJECT) !== undefined) {
    void vscode.commands.executeCommand('icCanisters.continueNewProject');
  }
  return Object.freeze<IcCanistersExports>({ getApi: async (version) => commands.get().api(version) });
}

/** The engines' bundle is loaded when the first manifest is found, or identities are asked for. */
function lazyEngines({ extensionPath, globalState }: vscode.ExtensionContext): readonly Engine[] {
  // The paths are put together here so that the bundler leaves them alone.
  const bundle = (name: string) => path.join(extensionPath, 'dist', name);
  let loaded: readonly Engine[] | undefined;
  const load = () => {
    const { createEngines } = require(bundle('engines.js')) as typeof Engines;
    return createEngines(() => require(bundle('icp.js')) as ReturnType<LoadReader>, globalState);
  };
  return [DFX, ICP].map((names) => {
    return new LazyEngine(names, () => {
      loaded ??= load();
      return loaded.find(({ name }) => name === names.name)!;
    });
  });
}

function workspaceFolders(): string[] {
  return (vscode.workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === 'file')
    .map(({ uri }) => uri.fsPath);
}
