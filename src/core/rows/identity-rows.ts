import { accountIdentifier } from '../identity/account';
import { ANONYMOUS_NAME, type IdentityInfo } from '../identity/identity-info';
import type { IdentityUse, ProxyBalance } from '../monitor/identity-overview';
import type { KnownIdentity } from '../monitor/identity-service';
import { formatCount, formatCycles } from '../util/amounts';
import { type Message, msg } from '../util/message';
import { shortId } from '../util/shorten';
import { detailRow, factsOf, present, type Row, type RowIcon, WARNING, type Words, warningRow } from './row';

export function identityRow(known: KnownIdentity, use: IdentityUse): Row {
  const { info, principal, unlockedUntil } = known;
  const storage = storageWords(info.storage, unlockedUntil !== undefined);
  const description = present<Words>(
    ...(use.everywhere ? [msg('in use')] : use.projects.map((label) => msg('in use by {0}', label))),
    use.selectedInTool && msg('selected in dfx'),
    info.problem ?? storage,
    principal !== undefined && info.storage !== 'anonymous' && shortId(principal),
  );
  return {
    id: `identity:${info.name}`,
    label: info.name,
    description,
    icon: iconOf(known, use),
    tooltip: () => factsOf([msg('Storage'), storage], [msg('Principal'), principal], [msg('Problem'), info.problem]),
    spoken: [info.name, msg('identity'), ...description],
    flags: flagsOf(known, use),
    expandable: 'collapsed',
    copy: principal,
  };
}

export function identityDetails(
  { info, principal, unlockedUntil }: KnownIdentity,
  wallets: readonly ProxyBalance[],
): Row[] {
  const id = `identity:${info.name}`;
  const account = principal === undefined || info.storage === 'anonymous' ? undefined : accountIdentifier(principal);
  const unlocked = unlockedUntil === undefined ? undefined : new Date(unlockedUntil).toLocaleTimeString();
  return present(
    info.problem && warningRow(`${id}/problem`, info.problem),
    detailRow(`${id}/principal`, msg('Principal'), [principal ?? principalUnknown(info.storage)], 'person', {
      copy: principal,
    }),
    account !== undefined && detailRow(`${id}/account`, msg('Account ID'), [account], 'credit-card', { copy: account }),
    detailRow(`${id}/storage`, msg('Storage'), [storageDetail(info.storage)], 'shield'),
    unlocked !== undefined && detailRow(`${id}/unlocked`, msg('Unlocked until'), [unlocked], 'unlock'),
    ...wallets.map((wallet) => walletRow(id, wallet)),
  );
}

function walletRow(parentId: string, { target, id, balance, problem }: ProxyBalance): Row {
  const state = balance === undefined ? problem : msg('{0} cycles', formatCycles(balance));
  const words = present<Words>(shortId(id), state);
  return detailRow(`${parentId}/wallet/${target}`, msg('Wallet on {0}', target), words, 'credit-card', {
    tooltip: () =>
      factsOf([msg('Canister ID'), id], [msg('Cycles'), balance === undefined ? undefined : formatCount(balance)]),
    copy: id,
  });
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
    case 'web':
      return msg('web login');
    case 'delegation':
      return msg('delegation');
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
    case 'web':
      return msg('A login in the browser that icp keeps for a while. Operations go through icp.');
    case 'delegation':
      return msg('A key that another identity has vouched for. Operations go through icp.');
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

function iconOf({ info, unlockedUntil }: KnownIdentity, use: IdentityUse): RowIcon {
  if (info.problem) {
    return WARNING;
  }
  const codicon = storageIcon(info.storage, unlockedUntil !== undefined);
  return use.projects.length > 0 || use.everywhere ? { codicon, color: 'testing.iconPassed' } : { codicon };
}

function storageIcon(storage: IdentityInfo['storage'], unlocked: boolean): string {
  switch (storage) {
    case 'plaintext':
    case 'keyring':
    case 'delegation':
      return 'key';
    case 'web':
      return 'browser';
    case 'password':
      return unlocked ? 'unlock' : 'lock';
    case 'hsm':
      return 'circuit-board';
    case 'anonymous':
      return 'circle-slash';
  }
}

function flagsOf({ info, unlockedUntil }: KnownIdentity, use: IdentityUse): string[] {
  const anonymous = info.name === ANONYMOUS_NAME;
  const locked = info.storage === 'password' && !info.problem;
  return present<string>(
    'identity',
    // Also where all follow dfx to it: choosing it keeps it when dfx's selection changes.
    !(use.everywhere && use.chosen) && 'can-use-here',
    use.chosen && 'can-follow-dfx',
    !use.selectedInTool && 'can-use-in-dfx',
    locked && (unlockedUntil === undefined ? 'can-unlock' : 'can-lock'),
    !anonymous && 'can-rename',
    // dfx removes neither the one that it has selected nor the anonymous one.
    !anonymous && !use.selectedInTool && 'can-remove',
  );
}
