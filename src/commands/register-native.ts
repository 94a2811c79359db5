import type * as vscode from 'vscode';
import type { confirmOperation } from '../ui/confirm';
import { Documents } from '../ui/documents';
import { CallHistory } from './call-history';
import { callAgain, callMethod, copyReply } from './call-method';
import { editSettings } from './canister-settings';
import type { OperationDeps } from './change-canisters';
import { openCandidUi, openDashboard, openFrontend } from './open-in-browser';
import type { CommandSink } from './registry';
import { showLogs } from './show-logs';
import { manageSnapshots } from './snapshots';
import { topUp } from './top-up';

/** What is done with canisters directly over the network, and the pages that lead on from them. */
export function registerNativeCommands(
  commands: CommandSink,
  context: vscode.ExtensionContext,
  deps: Omit<OperationDeps, 'confirm'> & { readonly confirm: typeof confirmOperation },
): void {
  const { monitor, service } = deps;
  const documents = new Documents();
  context.subscriptions.push(documents);
  const calls = { ...deps, documents, history: new CallHistory(context.workspaceState) };
  commands.register('icCanisters.call', (node) => callMethod(calls, node));
  commands.register('icCanisters.callAgain', () => callAgain(calls));
  commands.register('icCanisters.copyReply', () => copyReply(documents));
  commands.register('icCanisters.logs', (node) => showLogs({ monitor, service, documents }, node));
  commands.register('icCanisters.settings', (node) => editSettings(deps, node));
  commands.register('icCanisters.snapshots', (node) => manageSnapshots(deps, node));
  commands.register('icCanisters.topUp', (node, nodes) => topUp(deps, node, nodes));
  commands.register('icCanisters.openCandidUi', (node) => openCandidUi(monitor, node));
  commands.register('icCanisters.openFrontend', (node) => openFrontend(monitor, node));
  commands.register('icCanisters.openDashboard', (node) => openDashboard(monitor, node));
}
