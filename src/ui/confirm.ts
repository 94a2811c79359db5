import * as vscode from 'vscode';
import {
  decide,
  type GuardDecision,
  type GuardedGroup,
  type GuardedTarget,
  groupTargets,
  namesMatch,
  proxiesOf,
} from '../core/lifecycle/guard';
import { type Operation, type OperationEntry, operationEntry } from '../core/lifecycle/operations';
import type { StaleBuild } from '../core/lifecycle/stale-builds';
import type { Message } from '../core/util/message';
import { agree, agreeByTyping, agreeTo, agreeToLoss } from './dialogs';
import { translate } from './translate';

export interface Confirmation {
  readonly operation: Operation;
  readonly targets: readonly GuardedTarget[];
  /** A principal with whose it is, where that is known; files are read for it. */
  readonly nameOf: (principal: string) => Promise<string>;
  /** What else is to be known before agreeing, as the method that is called. */
  readonly details: readonly string[];
  /** Of what would be installed, what is out of date. */
  readonly stale?: readonly StaleBuild[];
}

/** Whether what is out of date is built before it is installed. */
type BuildFirst = boolean;

/** Names of networks to guard as mainnet is. Every scope adds some, none takes those of another away. */
export function guardedNetworks(): string[] {
  const value = vscode.workspace.getConfiguration('icCanisters').inspect<unknown>('confirmOn');
  const lists = [value?.globalValue, value?.workspaceValue, value?.workspaceFolderValue];
  return lists.flatMap((list) => (Array.isArray(list) ? list.filter((name) => typeof name === 'string') : []));
}

/**
 * Asks before an operation where the network, the operation or a setting demands it.
 *
 * @returns whether to build first what is out of date
 * @throws {Failure} of kind `cancelled` where the user does not agree
 */
export async function confirmOperation(confirmation: Confirmation): Promise<BuildFirst> {
  const { operation, targets, nameOf, details, stale = [] } = confirmation;
  const decision = decide(operation, targets, guardedNetworks());
  const proxies = await Promise.all(
    proxiesOf(targets).map(async (proxy) => vscode.l10n.t('Through {0} (dfx --wallet).', await nameOf(proxy))),
  );
  const buildFirst = await ask(operation, decision, [...proxies, ...details], stale);
  // Where network or identity were switched while the dialog was open, the answer was to another question: ask again.
  if (JSON.stringify(decide(operation, targets, guardedNetworks())) !== JSON.stringify(decision)) {
    return await confirmOperation(confirmation);
  }
  return buildFirst;
}

/** What the editor asks for us before a language model does something: in the words of our own question, wherever it is. */
export function editorQuestion(
  operation: Operation,
  targets: readonly GuardedTarget[],
  detail: readonly string[],
): { readonly title: string; readonly lines: readonly string[] } {
  const { asks, verb } = operationEntry(operation);
  const groups = groupTargets(targets);
  const questions = asks ? groups.map((group) => translate(question(group, asks))) : [];
  return { title: translate(verb), lines: [...questions, lossOf(operation, groups), ...detail].filter(Boolean) };
}

async function ask(
  operation: Operation,
  decision: GuardDecision,
  detail: readonly string[],
  stale: readonly StaleBuild[],
): Promise<BuildFirst> {
  const { asks, ifStale, severity, verb } = operationEntry(operation);
  const isStale = stale.length > 0 && ifStale !== undefined;
  if (decision.ask === 'nothing') {
    return isStale ? await askToBuild([staleWords(stale)], detail, ifStale) : false;
  }
  const { groups } = decision;
  const title = asks ? groups.map((group) => translate(question(group, asks))) : [];
  const loss = [lossOf(operation, groups), ...detail].filter(Boolean);
  if (decision.ask === 'consent') {
    if (isStale) {
      return await askToBuild(title, [...loss, staleWords(stale)], ifStale, severity !== 'change');
    }
    const how = severity === 'change' ? agree : agreeToLoss;
    await how(title, loss, translate(verb));
    return false;
  }
  const buildFirst = isStale ? await askToBuild([staleWords(stale)], [], ifStale) : false;
  const { names } = decision;
  const wanted = names.join(' ');
  const what =
    names.length === 1
      ? vscode.l10n.t('Type {0} to confirm.', wanted)
      : vscode.l10n.t('Type the names to confirm: {0}', wanted);
  await agreeByTyping({ title: title.join(' '), loss, wanted, what }, (typed) => namesMatch(typed, names));
  return buildFirst;
}

async function askToBuild(
  title: readonly string[],
  detail: readonly string[],
  { build, anyway }: NonNullable<OperationEntry['ifStale']>,
  loses = false,
): Promise<BuildFirst> {
  const verbs = [translate(build), translate(anyway)];
  return (await agreeTo(title, detail, verbs, loses)) === verbs[0];
}

/** What has changed since the last build, a file for each canister. */
function staleWords(stale: readonly StaleBuild[]): string {
  const [only, ...others] = stale;
  if (only && others.length === 0) {
    const file = translate(only.newer);
    return vscode.l10n.t('The source of {0} is newer than its last build: {1}', only.target.canister, file);
  }
  const names = stale.map(({ target }) => target.canister).join(', ');
  return vscode.l10n.t('The sources of these canisters are newer than their last builds: {0}', names);
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
