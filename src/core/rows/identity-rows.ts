import { accountIdentifier } from '../identity/account';
import { ANONYMOUS_NAME, type IdentityInfo } from '../identity/identity-info';
import type { IdentityUse, ProxyBalance } from '../monitor/identity-overview';
import type { KnownIdentity } from '../monitor/identity-service';
import { formatCount, formatCycles, formatTimeOfDay } from '../util/amounts';
import { type Message, msg } from '../util/message';
import { shortId } from '../util/shorten';
import { detailRow, factsOf, present, type Row, type RowIcon, WARNING, type Words, warningRow } from './row';

/** The row of a tool in the list of identities, where there are several tools. */
export function identitiesRow(tool: string): Row {
  return {
    id: `identities:${tool}`,
    label: tool,
    description: [],
    icon: { codicon: 'tools' },
    spoken: [msg('Identities of {0}', tool)],
    flags: [],
    expandable: 'expanded',
  };
}

export function identityRow(known: KnownIdentity, use: IdentityUse): Row {
  const { info, principal, unlockedUntil } = known;
  const storage = storageWords(info.storage, unlockedUntil !== undefined);
  const description = present<Words>(
    ...(use.everywhere ? [msg('in use')] : use.projects.map((label) => msg('in use by {0}', label))),
    use.selectedInTool && msg('selected in {0}', known.engine),
    info.problem ?? storage,
    principal !== undefined && info.storage !== 'anonymous' && shortId(principal),
    ...use.sameAs.map(({ name, engine }) => msg('same principal as {0} of {1}', name, engine)),
  );
  return {
    id: identityRowId(known),
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

function identityRowId({ engine, info }: KnownIdentity): string {
  return `identity:${engine}:${info.name}`;
}

export function identityDetails(
  known: KnownIdentity,
  wallets: readonly ProxyBalance[],
  sameAs: IdentityUse['sameAs'] = [],
): Row[] {
  const { engine, info, principal, unlockedUntil } = known;
  const id = identityRowId(known);
  const account = principal === undefined || info.storage === 'anonymous' ? undefined : accountIdentifier(principal);
  const unlocked = unlockedUntil === undefined ? undefined : formatTimeOfDay(unlockedUntil);
  return present(
    info.problem && warningRow(`${id}/problem`, info.problem),
    detailRow(`${id}/principal`, msg('Principal'), [principal ?? principalUnknown(info.storage, engine)], 'person', {
      copy: principal,
    }),
    ...sameAs.map(({ name, engine }) =>
      detailRow(`${id}/same/${engine}/${name}`, msg('Same principal'), [msg('{0} of {1}', name, engine)], 'references'),
    ),
    account !== undefined && detailRow(`${id}/account`, msg('Account ID'), [account], 'credit-card', { copy: account }),
    detailRow(`${id}/storage`, msg('Storage'), [storageDetail(info.storage, engine)], 'shield'),
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

function storageDetail(storage: IdentityInfo['storage'], tool: string): Message {
  switch (storage) {
    case 'plaintext':
      return tool === 'dfx'
        ? msg('Plain text on this disk. dfx refuses to use it on mainnet.')
        : msg('Plain text on this disk: whoever reads the file has the key.');
    case 'password':
      return msg('A file on this disk that a password protects.');
    case 'keyring':
      return msg("The system's keyring. Operations go through {0}.", tool);
    case 'hsm':
      return msg('A hardware key. Operations go through {0}.', tool);
    case 'web':
      return msg('A login in the browser that is kept for a while. Operations go through {0}.', tool);
    case 'delegation':
      return msg('A key that another identity has vouched for. Operations go through {0}.', tool);
    case 'anonymous':
      return msg('No key: what anybody may do.');
  }
}

function principalUnknown(storage: IdentityInfo['storage'], tool: string): Message {
  switch (storage) {
    case 'password':
      return msg('Known once it is unlocked');
    case 'keyring':
    case 'hsm':
      return msg('Known to {0} alone', tool);
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

function flagsOf({ engine, info, unlockedUntil }: KnownIdentity, use: IdentityUse): string[] {
  const anonymous = info.name === ANONYMOUS_NAME;
  const locked = info.storage === 'password' && !info.problem;
  return present<string>(
    'identity',
    // Also where all follow the tool to it: choosing it keeps it when the tool's selection changes.
    !(use.everywhere && use.chosen) && 'can-use-here',
    use.chosen && `can-follow-${engine}`,
    !use.selectedInTool && `can-use-in-${engine}`,
    locked && (unlockedUntil === undefined ? 'can-unlock' : 'can-lock'),
    !anonymous && 'can-rename',
    // Tools remove neither the one that it has selected nor the anonymous one.
    !anonymous && !use.selectedInTool && 'can-remove',
  );
}
