import path from 'node:path';
import { type DfxNetwork, LOCAL } from '../engines/dfx/networks';
import type { LocalNetworkTask } from '../monitor/local-network-activity';
import type { NetworkEntry } from '../monitor/network-overview';
import { reachesMainnet } from '../project/network';
import { type Message, msg } from '../util/message';
import { note, plainRow } from './plain-rows';
import type { DetailRow, Words } from './row';

/**
 * A network's row and what is in it.
 *
 * @param parentId stable id of the project that the row belongs to
 * @param work what is being done to the network at this moment
 */
export function networkRow(parentId: string, entry: NetworkEntry, work?: LocalNetworkTask): DetailRow {
  const { network, used } = entry;
  const id = `${parentId}/network:${network.name}`;
  const mainnet = reachesMainnet(network.url);
  const state = network.problem ?? stateWords(entry, work);
  const children = networkDetails(id, entry, state);
  const description: Words[] = [
    ...(used ? [msg('in use')] : []),
    ...(mainnet ? [msg('mainnet')] : []),
    ...(state ? [state] : []),
    ...(mainnet || network.url === '' ? [] : [network.url]),
  ];
  return {
    id,
    label: network.name,
    description,
    icon: iconOf(entry, work),
    tooltip: () =>
      children.flatMap(({ label, description: [first] }) => (first === undefined ? [] : [[label, first] as const])),
    spoken: [network.name, msg('network'), ...description],
    flags: flagsOf(entry, work),
    expandable: 'collapsed',
    children,
    copy: network.url,
  };
}

function networkDetails(id: string, entry: NetworkEntry, state: Message | undefined): DetailRow[] {
  const { network, health, traces } = entry;
  const version = (health?.state === 'healthy' ? health.version : undefined) ?? traces.version;
  return [
    ...explanations(id, entry),
    ...(network.url === '' ? [] : [plainRow(`${id}/url`, msg('URL'), [network.url], 'link', { copy: network.url })]),
    ...(state ? [plainRow(`${id}/state`, msg('State'), [state], 'pulse')] : []),
    plainRow(`${id}/scope`, msg('Scope'), [networkScope(network)], 'type-hierarchy'),
    definitionRow(id, network),
    ...(version === undefined
      ? []
      : [plainRow(`${id}/version`, msg('Replica version'), [version], 'versions', { copy: version })]),
    plainRow(
      `${id}/canisters`,
      msg('Canisters'),
      [msg('{0} of {1} have an id here', entry.canistersWithId, entry.canisters)],
      'symbol-misc',
    ),
  ];
}

/** What is wrong, in words. */
function explanations(id: string, entry: NetworkEntry): DetailRow[] {
  const { network, health, idsVoid, traces } = entry;
  const rows: DetailRow[] = [];
  if (network.problem) {
    rows.push(note(`${id}/problem`, network.problem));
  }
  if (health?.state === 'foreign') {
    rows.push(
      note(
        `${id}/foreign`,
        msg('Another program answers at {0}, which is no Internet Computer network ({1}).', network.url, health.detail),
      ),
    );
  }
  if (network.local && health?.state === 'offline' && traces.port !== undefined) {
    rows.push(note(`${id}/stale`, staleMessage(traces.port, traces)));
  }
  if (idsVoid) {
    rows.push(note(`${id}/void`, idsVoid));
  }
  return rows;
}

function staleMessage(port: number, { pid, alive }: NetworkEntry['traces']): Message {
  if (pid === undefined) {
    return msg('dfx has noted port {0}, but the network was stopped: nothing answers there.', port);
  }
  return alive
    ? msg('dfx (process {1}) has noted port {0}, but nothing answers there yet, or any more.', port, pid)
    : msg(
        'dfx has noted port {0}, but its process {1} is gone: the network has ended without being stopped.',
        port,
        pid,
      );
}

/** Undefined until the network has been asked. */
function stateWords({ network, health }: NetworkEntry, work: LocalNetworkTask | undefined): Message | undefined {
  if (work) {
    return work === 'starting' ? msg('Starting…') : msg('Stopping…');
  }
  switch (health?.state) {
    case 'healthy':
      return network.local ? msg('Running') : msg('Reachable');
    case 'starting':
      return msg('Starting…');
    case 'foreign':
      return msg('Another program answers');
    case 'offline':
      return network.local ? msg('Not running') : msg('Cannot be reached');
    case undefined:
      return undefined;
  }
}

function iconOf({ network, health, used }: NetworkEntry, work: LocalNetworkTask | undefined): DetailRow['icon'] {
  if (work || health?.state === 'starting') {
    return { codicon: 'loading~spin' };
  }
  if (network.problem || health?.state === 'foreign') {
    return { codicon: 'warning', color: 'list.warningForeground' };
  }
  const codicon =
    network.kind === 'playground' ? 'beaker' : reachesMainnet(network.url) ? 'globe' : network.local ? 'vm' : 'server';
  if (health?.state === 'offline') {
    return { codicon, color: 'disabledForeground' };
  }
  // The one colour that must not be missed: what is changed here is changed for everybody.
  if (used && reachesMainnet(network.url)) {
    return { codicon, color: 'list.warningForeground' };
  }
  return health?.state === 'healthy' && network.local ? { codicon, color: 'testing.iconPassed' } : { codicon };
}

function flagsOf({ network, health, used }: NetworkEntry, work: LocalNetworkTask | undefined): string[] {
  const startable = network.name === LOCAL && network.local && !network.problem && !work;
  const running = health?.state === 'healthy' || health?.state === 'starting';
  return [
    'network',
    ...(used || network.problem ? [] : ['can-use']),
    ...(startable && !running ? ['can-start-network'] : []),
    ...(startable && running ? ['can-stop-network'] : []),
    ...(startable ? ['can-clean-network'] : []),
    ...(reachesMainnet(network.url) ? ['mainnet'] : []),
    ...(network.url === '' ? [] : ['hasUrl']),
  ];
}

function definitionRow(id: string, { source, scope, name }: DfxNetwork): DetailRow {
  if (source) {
    const label = path.basename(source.file);
    return plainRow(`${id}/source`, msg('Defined in'), [label], 'go-to-file', {
      action: { do: 'open', file: source.file, range: source.range },
      copy: source.file,
    });
  }
  return plainRow(
    `${id}/source`,
    msg('Defined in'),
    [scope === 'shared' ? msg('dfx, as the default of {0}', name) : msg('dfx itself')],
    'go-to-file',
  );
}

/** Whose network it is. */
export function networkScope({ scope, kind, local }: DfxNetwork): Message {
  switch (scope) {
    case 'builtin':
      return kind === 'playground'
        ? msg('Borrowed canisters on mainnet, for 20 minutes')
        : msg('The Internet Computer mainnet');
    case 'project':
      return local ? msg("This project's own network") : msg('Defined in dfx.json');
    case 'shared':
      return msg('Shared by all projects on this computer');
    case 'adhoc':
      return msg('An address');
  }
}
