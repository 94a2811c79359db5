import path from 'node:path';
import type { LocalNetworkTask } from '../monitor/local-network-activity';
import type { NetworkEntry } from '../monitor/network-overview';
import { targetWords } from '../monitor/project-snapshot';
import { networkClass } from '../network/network-class';
import type { Network } from '../project/model';
import { isMainnet } from '../project/network';
import { type Message, msg } from '../util/message';
import type { RowProject } from './project-rows';
import { detailRow, present, type Row, type RowIcon, WARNING, type Words, warningRow } from './row';

/**
 * The row of a project in the list of networks, where there are several projects.
 *
 * @param tool said where the projects are of several tools
 */
export function networksRow(project: RowProject, label: string, tool?: string): Row {
  const { target } = project.snapshot;
  return {
    id: networksRowId(project),
    label,
    description: present<Words>(tool, target.name),
    icon: { codicon: 'root-folder' },
    spoken: present<Words>(label, msg('project'), tool, targetWords(target)),
    flags: [],
    expandable: 'expanded',
  };
}

export function networksRowId({ manifest }: Pick<RowProject, 'manifest'>): string {
  return `networks:${manifest}`;
}

/**
 * A network's row and what is in it.
 *
 * @param parentId stable id of the project that the row belongs to
 * @param task what is being done to the network at this moment
 */
export function networkRow(parentId: string, entry: NetworkEntry, task?: LocalNetworkTask): Row {
  const { network, used, target } = entry;
  const id = `${parentId}/network:${target}`;
  const mainnet = isMainnet(network);
  const state = network.problem ?? stateWords(entry, task);
  const children = networkDetails(id, entry, state);
  const description = present<Words>(
    used && msg('in use'),
    entry.environment && network.name !== target && msg('network {0}', network.name),
    mainnet && msg('mainnet'),
    state,
    signingWords(network),
    !mainnet && network.url !== '' && network.url,
  );
  return {
    id,
    label: target,
    description,
    icon: iconOf(entry, task),
    tooltip: () => children.flatMap(({ label, description: [first] }) => (first === undefined ? [] : [[label, first]])),
    spoken: [target, entry.environment ? msg('environment') : msg('network'), ...description],
    flags: flagsOf(entry, task),
    expandable: 'collapsed',
    children,
    copy: network.url,
  };
}

function networkDetails(id: string, entry: NetworkEntry, state: Message | undefined): Row[] {
  const { network, health, process, tool } = entry;
  const { url } = network;
  const version = (health?.state === 'healthy' ? health.version : undefined) ?? process.version;
  const signing = signingWords(network);
  const canisters = msg('{0} of {1} have an id here', entry.canistersWithId, entry.canisters);
  return present(
    ...problemRows(id, entry),
    url !== '' && detailRow(`${id}/url`, msg('URL'), [url], 'link', { copy: url }),
    state && detailRow(`${id}/state`, msg('State'), [state], 'pulse'),
    signing && detailRow(`${id}/signing`, msg('Signing'), [signing], 'key'),
    detailRow(`${id}/scope`, msg('Scope'), [networkScope(network)], 'type-hierarchy'),
    entry.environment && detailRow(`${id}/network`, msg('Network'), [network.name], 'server-environment'),
    network.image !== undefined && detailRow(`${id}/image`, msg('Container'), [network.image], 'package'),
    definitionRow(`${id}/source`, network, tool),
    version !== undefined &&
      detailRow(`${id}/version`, msg('Replica version'), [version], 'versions', { copy: version }),
    detailRow(`${id}/canisters`, msg('Canisters'), [canisters], 'symbol-misc'),
  );
}

/** What is wrong, in words. */
function problemRows(id: string, { network, health, idsVoid, process, portOwner, tool }: NetworkEntry): Row[] {
  const stale = network.local && health?.state === 'offline' && process.port !== undefined;
  return present(
    network.problem && warningRow(`${id}/problem`, network.problem),
    health?.state === 'foreign' &&
      warningRow(
        `${id}/foreign`,
        health.message ??
          msg(
            'Another program answers at {0}, which is no Internet Computer network ({1}).',
            network.url,
            health.detail,
          ),
      ),
    stale && warningRow(`${id}/stale`, staleMessage(tool, process.port, process)),
    portOwner && warningRow(`${id}/owner`, msg('Its port is in use: {0}', portOwner)),
    idsVoid && warningRow(`${id}/void`, idsVoid),
  );
}

function staleMessage(tool: string, port: number, { pid, alive }: NetworkEntry['process']): Message {
  if (pid === undefined) {
    return msg('{0} has noted port {1}, but the network was stopped: nothing answers there.', tool, port);
  }
  return alive
    ? msg('{0} (process {2}) has noted port {1}, but nothing answers there yet, or any more.', tool, port, pid)
    : msg(
        '{0} has noted port {1}, but its process {2} is gone: the network has ended without being stopped.',
        tool,
        port,
        pid,
      );
}

/** Undefined until the network has been asked. */
function stateWords({ network, health }: NetworkEntry, task: LocalNetworkTask | undefined): Message | undefined {
  if (task) {
    return task === 'starting' ? msg('Starting…') : msg('Stopping…');
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

function needsAgreement({ url }: Network): boolean {
  return url !== '' && networkClass(url) === 'other';
}

/** Whether requests are signed, where that needs the user's agreement. */
function signingWords(network: Network): Message | undefined {
  if (!needsAgreement(network)) {
    return undefined;
  }
  return network.signingAgreed ? msg('requests are signed') : msg('asked anonymously');
}

function iconOf({ network, health, used }: NetworkEntry, task: LocalNetworkTask | undefined): RowIcon {
  if (task || health?.state === 'starting') {
    return { codicon: 'loading~spin' };
  }
  if (network.problem || health?.state === 'foreign') {
    return WARNING;
  }
  const mainnet = isMainnet(network);
  const codicon = network.borrowed ? 'beaker' : mainnet ? 'globe' : network.local ? 'vm' : 'server';
  if (health?.state === 'offline') {
    return { codicon, color: 'disabledForeground' };
  }
  // The one colour that must not be missed: what is changed here is changed for everybody.
  if (used && mainnet) {
    return { codicon, color: 'list.warningForeground' };
  }
  return health?.state === 'healthy' && network.local ? { codicon, color: 'testing.iconPassed' } : { codicon };
}

function flagsOf({ network, health, used }: NetworkEntry, task: LocalNetworkTask | undefined): string[] {
  const startable = network.managed && !task;
  const running = health?.state === 'healthy' || health?.state === 'starting';
  return present<string>(
    !used && !network.problem && 'can-use',
    startable && !running && 'can-start-network',
    startable && running && 'can-stop-network',
    // One that always starts empty has nothing more to erase.
    startable && !network.volatile && 'can-clean-network',
    isMainnet(network) && 'mainnet',
    needsAgreement(network) && (network.signingAgreed ? 'can-revoke-signing' : 'can-allow-signing'),
    network.url !== '' && 'hasUrl',
  );
}

function definitionRow(id: string, { source, scope, name }: Network, tool: string): Row {
  const label = msg('Defined in');
  if (source) {
    const { file, range } = source;
    return detailRow(id, label, [path.basename(file)], 'go-to-file', {
      action: { do: 'open', file, range },
      copy: file,
    });
  }
  const words = scope === 'shared' ? msg('{0}, as the default of {1}', tool, name) : msg('{0} itself', tool);
  return detailRow(id, label, [words], 'go-to-file');
}

/** Whose network it is. */
export function networkScope({ scope, borrowed, local, source }: Network): Message {
  switch (scope) {
    case 'builtin':
      if (local) {
        return msg("This project's own network");
      }
      return borrowed ? msg('Borrowed canisters on mainnet, for 20 minutes') : msg('The Internet Computer mainnet');
    case 'project':
      return local ? msg("This project's own network") : msg('Defined in {0}', path.basename(source?.file ?? ''));
    case 'shared':
      return msg('Shared by all projects on this computer');
    case 'adhoc':
      return msg('An address');
  }
}
