import os from 'node:os';
import * as vscode from 'vscode';
import { copyCanisterId, copyValue } from './commands/copy';
import { registerDependencyCommands } from './commands/dependencies';
import { registerIdentityCommands, unlockThenConfirm } from './commands/identities';
import { registerNetworkCommands } from './commands/networks';
import { openFile, openInDfxJson } from './commands/open-file';
import { registerNativeCommands } from './commands/register-native';
import { registerOperations } from './commands/register-operations';
import { CommandRegistry } from './commands/registry';
import { selectNetwork } from './commands/select-network';
import { isCanisterArgument } from './commands/targets';
import { schema } from './core/dfx/commands';
import { LocalNetwork } from './core/lifecycle/local-network';
import { LifecycleService } from './core/lifecycle/service';
import { IdentityBoard } from './core/monitor/identity-board';
import { IdentityBook } from './core/monitor/identity-book';
import { LiveSource } from './core/monitor/live-source';
import { NetworkBoard } from './core/monitor/network-board';
import { Ownership } from './core/monitor/ownership';
import { Selection } from './core/monitor/selection';
import { WorkspaceMonitor } from './core/monitor/workspace-monitor';
import { NetworkClient } from './core/network/client';
import { dfxLocations } from './core/project/locations';
import { loadLanguageWhenNeeded } from './language/load';
import { CanisterTree, projectLabel } from './tree/canister-tree';
import { CanistersView } from './ui/canisters-view';
import { CompilerProblems } from './ui/compiler-problems';
import { confirmOperation } from './ui/confirm';
import { createDfxTool } from './ui/dfx-host';
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
  const dfx = createDfxTool(log, locations);
  const service = new LifecycleService(client, dfx);
  const ownership = new Ownership(book, locations);
  const tree = new CanisterTree(monitor, locations, ownership);
  const view = new CanistersView(tree, monitor);
  const watchers = new FileWatchers(monitor, selection, locations);
  const live = new LiveSource(monitor);
  const projects = () => monitor.projects;
  const board = new NetworkBoard({ client, locations, selection, projects, now: Date.now });
  const local = new LocalNetwork({ client, locations, tool: dfx });
  const identities = new IdentityBoard({ book, client, locations, selection, projects, label: projectLabel });
  const problems = new CompilerProblems();
  context.subscriptions.push(log, client, selection, monitor, tree, view, watchers, live, problems);
  const identitiesView = new IdentitiesView({ board: identities, book, monitor, selection, locations });
  const filesChanged = () => monitor.projects.forEach(({ project }) => void monitor.filesChanged(project.dfxJson));
  context.subscriptions.push(
    book,
    board,
    local,
    new NetworksView({ board, monitor, local, selection }),
    identitiesView,
    new StatusBar(monitor),
    client.onDidLoseWorker(() => book.workerStopped()),
    // Another key signs from now on, or none.
    book.onDidChange(filesChanged),
  );

  const commands = new CommandRegistry(context, log);
  const confirm = unlockThenConfirm(book, confirmOperation, monitor);
  registerNativeCommands(commands, context, { monitor, service, log, problems, ownership, confirm });
  registerOperations(commands, { monitor, service, log, problems, ownership, confirm });
  registerNetworkCommands(commands, { monitor, selection, board, local, locations });
  registerIdentityCommands(commands, {
    monitor,
    selection,
    book,
    board: identities,
    tool: dfx,
    locations,
    changed: () => {
      filesChanged();
      identitiesView.refresh();
    },
  });
  registerDependencyCommands(commands, { monitor, tool: dfx, confirm });
  commands.register('icCanisters.refresh', () => monitor.refresh());
  commands.register('icCanisters.copyId', (node, nodes) => copyCanisterId(monitor, node, nodes));
  commands.register('icCanisters.copyValue', (node) => copyValue(node));
  commands.register('icCanisters.openInDfxJson', (node, nodes) => openInDfxJson(monitor, node, nodes));
  commands.register('icCanisters.openFile', openFile);
  commands.register('icCanisters.selectNetwork', (node) => selectNetwork({ monitor, selection, locations }, node));
  commands.register('icCanisters.showLog', () => log.show());
  commands.register('icCanisters.revealCanister', async (argument: unknown) => {
    const node = isCanisterArgument(argument) ? view.find(argument.dfxJson, argument.canister) : undefined;
    if (node) {
      await view.reveal(node);
    }
  });

  loadLanguageWhenNeeded(context, live, { dfxSchema: (cwd) => dfx.read(schema(cwd)) });

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
