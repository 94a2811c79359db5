import os from 'node:os';
import * as vscode from 'vscode';
import { registerCommands } from './commands/load';
import { CommandRegistry } from './commands/registry';
import { isCanisterArgument } from './commands/targets';
import { IdentityBoard } from './core/monitor/identity-board';
import { IdentityBook } from './core/monitor/identity-book';
import { LiveSource } from './core/monitor/live-source';
import { LocalWork } from './core/monitor/local-work';
import { NetworkBoard } from './core/monitor/network-board';
import { Ownership } from './core/monitor/ownership';
import { Selection } from './core/monitor/selection';
import { WorkspaceMonitor } from './core/monitor/workspace-monitor';
import { NetworkClient } from './core/network/client';
import { dfxLocations } from './core/project/locations';
import { loadLanguageWhenNeeded } from './language/load';
import { CanisterTree, projectLabel } from './tree/canister-tree';
import { CanistersView } from './ui/canisters-view';
import { IdentitiesView } from './ui/identities-view';
import { NetworksView } from './ui/networks-view';
import { StatusBar } from './ui/status-bar';
import { FileWatchers } from './ui/watchers';

/** Wires the parts. Asks no network, starts no process, loads no agent. */
export function activate(context: vscode.ExtensionContext): void {
  const log = vscode.window.createOutputChannel('IC Canisters', { log: true });
  const locations = dfxLocations(process.env, process.platform, os.homedir());
  const client = new NetworkClient(vscode.Uri.joinPath(context.extensionUri, 'dist', 'agent.js').fsPath);
  const selection = new Selection(context.workspaceState);
  const book = new IdentityBook(client, locations, Date.now);
  const monitor = new WorkspaceMonitor(
    { client, locations, selection, keys: book, now: Date.now },
    vscode.workspace.isTrusted,
  );
  const ownership = new Ownership(book, locations);
  const tree = new CanisterTree(monitor, locations, ownership);
  const view = new CanistersView(tree, monitor);
  const watchers = new FileWatchers(monitor, selection, locations);
  const live = new LiveSource(monitor);
  const projects = () => monitor.projects;
  const board = new NetworkBoard({ client, locations, selection, projects, now: Date.now });
  const localWork = new LocalWork();
  const identities = new IdentityBoard({ book, client, locations, selection, projects, label: projectLabel });
  context.subscriptions.push(log, client, selection, monitor, tree, view, watchers, live);
  const identitiesView = new IdentitiesView({ board: identities, book, monitor, selection, locations });
  const filesChanged = () => monitor.projects.forEach(({ project }) => void monitor.filesChanged(project.dfxJson));
  context.subscriptions.push(
    book,
    board,
    localWork,
    new NetworksView({ board, monitor, local: localWork, selection }),
    identitiesView,
    new StatusBar(monitor),
    client.onDidLoseWorker(() => book.workerStopped()),
    // Another key signs from now on, or none.
    book.onDidChange(filesChanged),
  );

  const registry = new CommandRegistry(context, log);
  const commands = registerCommands(registry, {
    context,
    log,
    client,
    locations,
    selection,
    monitor,
    book,
    board,
    identities,
    ownership,
    localWork,
    identitiesChanged: () => {
      filesChanged();
      identitiesView.refresh();
    },
  });
  registry.register('icCanisters.revealCanister', async (argument: unknown) => {
    const node = isCanisterArgument(argument) ? view.find(argument.dfxJson, argument.canister) : undefined;
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
