import * as vscode from 'vscode';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { Ownership } from '../core/monitor/ownership';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { Message } from '../core/util/message';
import { parsePrincipal } from '../core/util/principal';
import { shortId } from '../core/util/shorten';
import { createQuickPick, showInputBox } from '../ui/surfaces';
import { translate } from '../ui/translate';

/** A principal with whose it is, in the user's language. */
export interface NamedPrincipal {
  readonly principal: string;
  readonly names: string;
}

/** The principals that are known around a project: identities, wallets, its canisters. */
export async function namedPrincipals(ownership: Ownership, project: ProjectMonitor): Promise<NamedPrincipal[]> {
  const owners = await ownership.owners(project);
  return [...owners].map(([principal, names]) => ({ principal, names: names.map(translate).join(', ') }));
}

/** `alice (identity) k57em-…-eqe` for what is known; else the whole principal. */
export function nameOf(principal: string, known: readonly NamedPrincipal[]): string {
  const names = known.find((each) => each.principal === principal)?.names;
  return names === undefined ? principal : `${names} ${shortId(principal)}`;
}

const PRINCIPAL = /\b[a-z0-9]{5}(?:-[a-z0-9]{5}){0,10}-[a-z0-9]{1,5}\b/g;

/** A sentence with the principals that stand in it named where they are known. */
export function withNames(message: Message, known: readonly NamedPrincipal[]): Message {
  const args = message.args.map((arg) => {
    if (typeof arg === 'string') {
      return arg.replace(PRINCIPAL, (principal) => nameOf(principal, known));
    }
    return typeof arg === 'object' ? withNames(arg, known) : arg;
  });
  return { text: message.text, args };
}

interface PrincipalItem extends vscode.QuickPickItem {
  /** Undefined for another one, which is pasted. */
  readonly principal?: string;
}

/**
 * Asks for a principal: one of those that are known around the canister's project, or another, typed or pasted.
 *
 * @param present principals that cannot be chosen any more
 * @returns undefined where nothing was chosen
 */
export async function choosePrincipal(
  ownership: Ownership,
  { project }: CanisterRef,
  title: string,
  present: readonly string[],
): Promise<string | undefined> {
  const known = await namedPrincipals(ownership, project);
  const items: PrincipalItem[] = known
    .filter(({ principal }) => !present.includes(principal))
    .map(({ principal, names }) => ({
      label: names,
      description: principal,
      iconPath: new vscode.ThemeIcon('person'),
      principal,
    }));
  const other: PrincipalItem = {
    label: vscode.l10n.t('Another principal…'),
    iconPath: new vscode.ThemeIcon('edit'),
    alwaysShow: true,
  };
  const picked = await pickOrType([...items, other], title);
  if (!picked || picked.principal !== undefined) {
    return picked?.principal;
  }
  const text = await showInputBox({
    title,
    prompt: vscode.l10n.t('A principal'),
    placeHolder: 'aaaaa-aa',
    value: picked.typed,
    validateInput: (value) => {
      const parsed = parsePrincipal(value.trim());
      if (!parsed.ok) {
        return vscode.l10n.t('This is not a principal.');
      }
      return present.includes(parsed.canonical) ? vscode.l10n.t('It is one already.') : undefined;
    },
  });
  const parsed = text === undefined ? undefined : parsePrincipal(text.trim());
  return parsed?.ok ? parsed.canonical : undefined;
}

/** What is typed in the list and fits none of it is passed on: a principal that is pasted is to be confirmed only. */
function pickOrType(
  items: readonly PrincipalItem[],
  title: string,
): Promise<{ readonly principal?: string; readonly typed: string } | undefined> {
  return new Promise((resolve) => {
    const list = createQuickPick(items, { title, placeHolder: vscode.l10n.t('Choose, or paste a principal') });
    list.onDidAccept(() => {
      const [shown] = list.selectedItems;
      resolve(shown && { principal: shown.item.principal, typed: list.value.trim() });
      list.hide();
    });
    list.onDidHide(() => {
      resolve(undefined);
      list.dispose();
    });
    list.show();
  });
}
