import { accountIdentifier } from '../identity/account';
import { ANONYMOUS_NAME, type IdentityInfo } from '../identity/identity-info';
import type { IdentityUse, WalletFacts } from '../monitor/identity-overview';
import type { KnownIdentity } from '../monitor/identity-service';
import { formatCount, formatCycles } from '../util/amounts';
import { type Message, msg } from '../util/message';
import { shortId } from '../util/shorten';
import { note, plainRow } from './plain-rows';
import type { DetailRow, Row, Words } from './row';

export function identityRow(known: KnownIdentity, use: IdentityUse): Row {
  const { info, principal, unlockedUntil } = known;
  const description: Words[] = [
    ...(use.everywhere ? [msg('in use')] : use.projects.map((label) => msg('in use by {0}', label))),
    ...(use.selectedInDfx ? [msg('selected in dfx')] : []),
    info.problem ?? storageWords(info.storage, unlockedUntil !== undefined),
    ...(principal === undefined || info.storage === 'anonymous' ? [] : [shortId(principal)]),
  ];
  return {
    id: `identity:${info.name}`,
    label: info.name,
    description,
    icon: iconOf(known, use),
    tooltip: () => [
      [msg('Storage'), storageWords(info.storage, unlockedUntil !== undefined)],
      ...(principal === undefined ? [] : [[msg('Principal'), principal] as const]),
      ...(info.problem ? [[msg('Problem'), info.problem] as const] : []),
    ],
    spoken: [info.name, msg('identity'), ...description],
    flags: flagsOf(known, use),
    expandable: 'collapsed',
    ...(principal === undefined ? {} : { copy: principal }),
  };
}

export function identityDetails(
  { info, principal, unlockedUntil }: KnownIdentity,
  wallets: readonly WalletFacts[],
): DetailRow[] {
  const id = `identity:${info.name}`;
  const account = principal === undefined ? undefined : accountIdentifier(principal);
  return [
    ...(info.problem ? [note(`${id}/problem`, info.problem)] : []),
    principal === undefined
      ? plainRow(`${id}/principal`, msg('Principal'), [principalUnknown(info.storage)], 'person')
      : plainRow(`${id}/principal`, msg('Principal'), [principal], 'person', { copy: principal }),
    ...(account === undefined || info.storage === 'anonymous'
      ? []
      : [plainRow(`${id}/account`, msg('Account ID'), [account], 'credit-card', { copy: account })]),
    plainRow(`${id}/storage`, msg('Storage'), [storageDetail(info.storage)], 'shield'),
    ...(unlockedUntil === undefined
      ? []
      : [plainRow(`${id}/unlocked`, msg('Unlocked until'), [new Date(unlockedUntil).toLocaleTimeString()], 'unlock')]),
    ...wallets.map((wallet) => walletRow(id, wallet)),
  ];
}

function walletRow(id: string, { network, id: wallet, balance, problem }: WalletFacts): DetailRow {
  const state: Words[] =
    balance === undefined ? (problem ? [problem] : []) : [msg('{0} cycles', formatCycles(balance))];
  const row = plainRow(
    `${id}/wallet/${network}`,
    msg('Wallet on {0}', network),
    [shortId(wallet), ...state],
    'credit-card',
    {
      copy: wallet,
    },
  );
  const tooltip: Row['tooltip'] = () => [
    [msg('Canister ID'), wallet],
    ...(balance === undefined ? [] : [[msg('Cycles'), formatCount(balance)] as const]),
  ];
  return { ...row, tooltip };
}

/** Where a key is, in a word or two. */
export function storageWords(storage: IdentityInfo['storage'], unlocked = false): Message {
  switch (storage) {
    case 'plaintext':
      return msg('plain text');
    case 'password':
      return unlocked ? msg('password, unlocked') : msg('password, locked');
    case 'keyring':
      return msg('system keyring');
    case 'hsm':
      return msg('hardware key');
    case 'anonymous':
      return msg('no key');
  }
}

function storageDetail(storage: IdentityInfo['storage']): Message {
  switch (storage) {
    case 'plaintext':
      return msg('Plain text on this disk. dfx refuses to use it on mainnet.');
    case 'password':
      return msg('A file on this disk that a password protects.');
    case 'keyring':
      return msg("The system's keyring. Operations go through dfx.");
    case 'hsm':
      return msg('A hardware key. Operations go through dfx.');
    case 'anonymous':
      return msg('No key: what anybody may do.');
  }
}

function principalUnknown(storage: IdentityInfo['storage']): Message {
  switch (storage) {
    case 'password':
      return msg('Known once it is unlocked');
    case 'keyring':
    case 'hsm':
      return msg('Known to dfx alone');
    default:
      return msg('Unknown');
  }
}

function iconOf({ info, unlockedUntil }: KnownIdentity, use: IdentityUse): Row['icon'] {
  if (info.problem) {
    return { codicon: 'warning', color: 'list.warningForeground' };
  }
  const codicon =
    info.storage === 'password'
      ? unlockedUntil === undefined
        ? 'lock'
        : 'unlock'
      : info.storage === 'hsm'
        ? 'circuit-overview'
        : info.storage === 'anonymous'
          ? 'circle-slash'
          : 'key';
  return use.projects.length > 0 || use.everywhere ? { codicon, color: 'testing.iconPassed' } : { codicon };
}

function flagsOf({ info, principal, unlockedUntil }: KnownIdentity, use: IdentityUse): string[] {
  const anonymous = info.name === ANONYMOUS_NAME;
  const locked = info.storage === 'password' && !info.problem;
  return [
    'identity',
    info.storage,
    // Also where all follow dfx to it: choosing it keeps it when dfx's selection changes.
    ...(use.everywhere && use.chosen ? [] : ['can-use-here']),
    ...(use.chosen ? ['can-follow-dfx'] : []),
    ...(use.selectedInDfx ? [] : ['can-use-in-dfx']),
    ...(locked ? [unlockedUntil === undefined ? 'can-unlock' : 'can-lock'] : []),
    ...(anonymous ? [] : ['can-rename']),
    // dfx removes neither the one that it has selected nor the anonymous one.
    ...(anonymous || use.selectedInDfx ? [] : ['can-remove']),
    ...(principal === undefined ? [] : ['has-principal']),
  ];
}
