import * as vscode from 'vscode';
import {
  decide,
  type GuardDecision,
  type GuardedGroup,
  type GuardedTarget,
  namesMatch,
  proxiesOf,
} from '../core/lifecycle/guard';
import { type Operation, type OperationEntry, operationEntry } from '../core/lifecycle/operations';
import type { Message } from '../core/util/message';
import { agree, agreeByTyping, agreeToLoss } from './dialogs';
import { translate } from './translate';

export interface Confirmation {
  readonly operation: Operation;
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
 * @throws {Failure} of kind `cancelled` where the user does not agree
 */
export async function confirmOperation(confirmation: Confirmation): Promise<void> {
  const { operation, targets, detail } = confirmation;
  const decision = decide(operation, targets, guardedNetworks());
  const proxies = proxiesOf(targets).map((proxy) => vscode.l10n.t('Through the wallet {0}.', proxy));
  await ask(operation, decision, detail === undefined ? proxies : [...proxies, detail]);
  // Where network or identity were switched while the dialog was open, the answer was to another question: ask again.
  if (JSON.stringify(decide(operation, targets, guardedNetworks())) !== JSON.stringify(decision)) {
    await confirmOperation(confirmation);
  }
}

async function ask(operation: Operation, decision: GuardDecision, detail: readonly string[]): Promise<void> {
  if (decision.ask === 'nothing') {
    return;
  }
  const { groups } = decision;
  const { asks, severity, verb } = operationEntry(operation);
  const title = asks ? groups.map((group) => translate(question(group, asks))) : [];
  const loss = [lossOf(operation, groups), ...detail].filter(Boolean);
  if (decision.ask === 'consent') {
    const how = severity === 'change' ? agree : agreeToLoss;
    await how(title, loss, translate(verb));
    return;
  }
  const { names } = decision;
  const wanted = names.join(' ');
  const what =
    names.length === 1
      ? vscode.l10n.t('Type {0} to confirm.', wanted)
      : vscode.l10n.t('Type the names to confirm: {0}', wanted);
  await agreeByTyping({ title: title.join(' '), loss, wanted, what }, (typed) => namesMatch(typed, names));
}

function question(
  { target, mainnet, host, identity, canisters }: GuardedGroup,
  asks: NonNullable<OperationEntry['asks']>,
): Message {
  const place = host === undefined ? target : `${target} (${host})`;
  return asks(canisters.join(', '), mainnet ? vscode.l10n.t('{0} (mainnet)', target) : place, identity);
}

/** What is lost, or what it costs. */
function lossOf(operation: Operation, groups: readonly GuardedGroup[]): string {
  const { loss, lossOnMainnet } = operationEntry(operation);
  const costs = groups.some(({ mainnet, host }) => mainnet || host !== undefined);
  return translate(loss ?? (costs ? lossOnMainnet : undefined) ?? '');
}
