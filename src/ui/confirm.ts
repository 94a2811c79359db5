import * as vscode from 'vscode';
import {
  decide,
  type GuardDecision,
  type GuardedGroup,
  type GuardedOperation,
  type GuardedTarget,
  namesMatch,
  walletsOf,
} from '../core/lifecycle/guard';
import { type Message, msg } from '../core/util/message';
import { translate } from './words';

export interface Confirmation {
  readonly operation: GuardedOperation;
  readonly targets: readonly GuardedTarget[];
  /** What else is to be known before agreeing, as the method that is called. */
  readonly detail?: string;
}

/** Names of networks to guard as mainnet is. Every scope adds some, none takes those of another away. */
export function guardedNetworks(): string[] {
  const value = vscode.workspace.getConfiguration('icCanisters').inspect<unknown>('confirmOn');
  const lists = [value?.globalValue, value?.workspaceValue, value?.workspaceFolderValue];
  return lists.flatMap((list) => (Array.isArray(list) ? list.filter((name) => typeof name === 'string') : []));
}

/**
 * Asks before an operation where the network, the operation or a setting demands it.
 *
 * @returns false where the user does not agree
 */
export async function confirmOperation(confirmation: Confirmation): Promise<boolean> {
  const { operation, targets, detail } = confirmation;
  const decision = decide(operation, targets, guardedNetworks());
  const through = walletsOf(targets).map((wallet) => vscode.l10n.t('Through the wallet {0}.', wallet));
  const agreed = await ask(operation, decision, [...through, ...(detail ? [detail] : [])].join('\n'));
  // Network or identity may have been switched while the question was open: then it was another question.
  const same = JSON.stringify(decide(operation, targets, guardedNetworks())) === JSON.stringify(decision);
  return agreed && (same || (await confirmOperation(confirmation)));
}

async function ask(operation: GuardedOperation, decision: GuardDecision, detail?: string): Promise<boolean> {
  switch (decision.ask) {
    case 'nothing':
      return true;
    case 'consent':
      return await askConsent(operation, decision.groups, detail);
    case 'names':
      return await askNames(operation, decision.groups, decision.names, detail);
  }
}

async function askConsent(operation: GuardedOperation, groups: readonly GuardedGroup[], detail = ''): Promise<boolean> {
  const verb = translate(verbOf(operation));
  const text = [lossOf(operation, groups), detail].filter(Boolean).join('\n\n');
  const choice = await vscode.window.showWarningMessage(
    question(operation, groups),
    { modal: true, ...(text === '' ? {} : { detail: text }) },
    verb,
  );
  return choice === verb;
}

/** An input box that takes nothing but the canisters' names. */
async function askNames(
  operation: GuardedOperation,
  groups: readonly GuardedGroup[],
  names: readonly string[],
  detail = '',
): Promise<boolean> {
  const wanted = names.join(' ');
  const what =
    names.length === 1
      ? vscode.l10n.t('Type {0} to confirm.', wanted)
      : vscode.l10n.t('Type the names to confirm: {0}', wanted);
  const typed = await vscode.window.showInputBox({
    title: question(operation, groups),
    prompt: [lossOf(operation, groups), detail, what].filter(Boolean).join(' '),
    placeHolder: wanted,
    ignoreFocusOut: true,
    validateInput: (value) => (value === '' || namesMatch(value, names) ? undefined : what),
  });
  return typed !== undefined && namesMatch(typed, names);
}

function question(operation: GuardedOperation, groups: readonly GuardedGroup[]): string {
  const verb = translate(verbOf(operation));
  return groups
    .map(({ networkName, mainnet, identity, canisters }) => {
      const network = mainnet ? vscode.l10n.t('{0} (mainnet)', networkName) : networkName;
      return vscode.l10n.t('{0} {1} on {2} as {3}?', verb, canisters.join(', '), network, identity);
    })
    .join('\n');
}

function verbOf(operation: GuardedOperation): Message {
  switch (operation) {
    case 'start':
      return msg('Start');
    case 'stop':
      return msg('Stop');
    case 'create':
      return msg('Create');
    case 'build':
      return msg('Build');
    case 'generate':
      return msg('Generate bindings');
    case 'deploy':
      return msg('Deploy');
    case 'install':
      return msg('Install');
    case 'upgrade':
      return msg('Upgrade');
    case 'reinstall':
      return msg('Reinstall');
    case 'call':
      return msg('Call');
    case 'logs':
      return msg('Show logs');
    case 'settings':
      return msg('Change settings');
    case 'top-up':
      return msg('Top up');
    case 'snapshots':
      return msg('Change snapshots');
    case 'snapshot-take':
      return msg('Take snapshot');
    case 'snapshot-load':
      return msg('Load snapshot');
    case 'snapshot-delete':
      return msg('Delete snapshot');
    case 'deps-deploy':
      return msg('Deploy dependencies');
    case 'uninstall':
      return msg('Uninstall');
    case 'delete':
      return msg('Delete');
  }
}

/** What is lost, or what it costs. */
function lossOf(operation: GuardedOperation, groups: readonly GuardedGroup[]): string {
  const mainnet = groups.some((group) => group.mainnet);
  switch (operation) {
    case 'reinstall':
      return vscode.l10n.t('All its data is erased. This cannot be undone.');
    case 'uninstall':
      return vscode.l10n.t('Its code and all its data are erased. This cannot be undone.');
    case 'delete':
      return vscode.l10n.t('The canister, its id, its data and cycles that are not withdrawn are lost for good.');
    case 'snapshot-load':
      return vscode.l10n.t("The canister's present code and data are replaced by those of the snapshot.");
    case 'snapshot-delete':
      return vscode.l10n.t('The snapshot is lost for good.');
    case 'stop':
      return mainnet ? vscode.l10n.t('It answers no calls until it is started again.') : '';
    case 'create':
    case 'deploy':
    case 'top-up':
    case 'install':
    case 'upgrade':
    case 'snapshot-take':
      return mainnet ? vscode.l10n.t('This costs cycles.') : '';
    default:
      return '';
  }
}
