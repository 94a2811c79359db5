/** The networks of dfx.json as networks and environments. */

import { isNamed, parseBindAddress } from '../engines/dfx/bind-address';
import type { NetworkConfig } from '../engines/dfx/dfx-config';
import { isHttp, reachesMainnet } from '../network/network-class';
import { type Message, msg } from '../util/message';
import type { Part } from './part';
import type { ConversionSources } from './project';
import { YamlList, YamlMap } from './yaml-writer';

/** What became of a network. */
export interface ConvertedNetwork {
  readonly name: string;
  /** Absent for what is there in icp without being written. */
  readonly node?: YamlMap;
  readonly comment?: Message;
  /** icp starts and stops it, and its ids go with it. */
  readonly managed: boolean;
}

const SUBNETS: ReadonlyMap<string, string> = new Map([
  ['application', 'application'],
  ['system', 'system'],
  ['verifiedapplication', 'verified-application'],
]);

/** By name; `local` and `ic` are always among them. */
export function convertNetworks(root: Part, sources: ConversionSources): Map<string, ConvertedNetwork> {
  const converted = new Map<string, ConvertedNetwork>([
    ['local', { name: 'local', managed: true }],
    ['ic', { name: 'ic', managed: false }],
  ]);
  const defaults = root.part('defaults');
  let usesDefaults = false;
  for (const [name, part] of root.part('networks')?.members() ?? []) {
    if (name === 'ic') {
      part.ledger.enter(
        part.path,
        'converted',
        msg('dfx does not look at it: "ic" is built in, in icp as well.'),
        'whole',
      );
      continue;
    }
    if (part.part('playground')) {
      part.ledger.enter(part.path, 'none', msg('icp knows no playgrounds. Use the local network instead.'), 'whole');
      continue;
    }
    const network =
      part.value('providers') === undefined ? managed(name, part, defaults) : connected(name, part, sources.words);
    usesDefaults ||= network?.managed === true;
    if (network) {
      converted.set(name, network);
    }
  }
  sayDefaults(defaults, usesDefaults);
  // Networks of the user's own that the project has ids on.
  const used = new Set([...sources.ids.values()].flatMap((ids) => [...ids.keys()]));
  for (const network of sources.sharedNetworks) {
    const shared =
      converted.has(network.name) || !used.has(network.name) ? undefined : fromShared(network, sources.words);
    if (shared) {
      converted.set(shared.name, shared);
    }
  }
  return converted;
}

function connected(name: string, part: Part, words: ConversionSources['words']): ConvertedNetwork | undefined {
  const [url, ...others] = part.texts('providers');
  if (url === undefined || !isHttp(url)) {
    part.ledger.enter(part.path, 'none', msg('It has no URL that icp could reach it at.'), 'whole');
    return undefined;
  }
  const mainnet = reachesMainnet(url);
  part.say(
    'providers',
    others.length > 0 ? 'different' : 'converted',
    others.length > 0
      ? msg('The first URL: dfx used no other, and icp takes one only.')
      : mainnet
        ? msg('A connected network with the key of mainnet.')
        : msg('A connected network. Its key is fetched and not checked, as dfx did: write it down where you know it.'),
    'whole',
  );
  part.say(
    'type',
    part.text('type') === 'ephemeral' ? 'different' : 'converted',
    msg('The ids of connected networks are in .icp/data, which belongs under version control.'),
  );
  return connectedTo(name, url, words);
}

/** What there is to know of a connected network whose key is not mainnet's. */
const FETCHED = msg(
  'The key of the network is fetched and not checked, as dfx did. Where you know it, write its hexadecimal digits here.',
);

function connectedTo(name: string, url: string, words: ConversionSources['words']): ConvertedNetwork {
  const mainnet = reachesMainnet(url);
  const node = new YamlMap()
    .set('name', name)
    .set('mode', 'connected')
    .set('url', url)
    .set('root-key', mainnet ? 'mainnet' : 'fetch', ...(mainnet ? [] : [words(FETCHED)]));
  return { name, node, managed: false };
}

function fromShared(
  { name, playground, providers }: NetworkConfig,
  words: ConversionSources['words'],
): ConvertedNetwork | undefined {
  const url = providers?.[0]?.value;
  if (url === undefined || playground !== undefined || !isHttp(url)) {
    return undefined;
  }
  return {
    ...connectedTo(name, url, words),
    comment: msg("From your own networks.json: the project's files do not define it."),
  };
}

function managed(name: string, part: Part, defaults: Part | undefined): ConvertedNetwork | undefined {
  const bind = part.filled('bind') ?? '127.0.0.1:8000';
  const address = parseBindAddress(bind);
  // dfx takes no name either: it may lead to another computer.
  if (address === undefined || isNamed(address)) {
    part.ledger.enter(
      part.path,
      'none',
      msg('Its address is not one of this computer, of the form host:port.'),
      'whole',
    );
    return undefined;
  }
  const host = address.host.toLowerCase() === 'localhost' ? '127.0.0.1' : address.host.replace(/^\[|\]$/g, '');
  const gateway = new YamlMap().set('bind', host).set('port', BigInt(address.port));
  const node = new YamlMap().set('name', name).set('mode', 'managed').set('gateway', gateway);
  part.say(
    'bind',
    'different',
    msg("The address of the network that icp starts. dfx's own network cannot run there at the same time."),
  );
  part.say(
    'type',
    part.text('type') === 'persistent' ? 'different' : 'converted',
    part.text('type') === 'persistent'
      ? msg('icp forgets what a network of its own holds, and its ids, whenever it is started.')
      : msg('The ids of networks that icp runs are in .icp/cache.'),
  );
  const own = (key: string): Part | undefined => part.part(key) ?? defaults?.part(key);
  convertProxy(own('proxy'), gateway);
  convertReplica(own('replica'), node);
  convertCoin(own('bitcoin'), node, 'bitcoind-addr', '127.0.0.1:18444');
  convertCoin(own('dogecoin'), node, 'dogecoind-addr', '127.0.0.1:18444');
  convertOutcalls(own('canister_http'));
  part.say('bootstrap', 'converted', msg('dfx reads it and ignores it.'), 'whole');
  return { name, node, managed: true };
}

function convertProxy(proxy: Part | undefined, gateway: YamlMap): void {
  const domains = proxy?.texts('domain') ?? [];
  if (domains.length > 0) {
    gateway.set('domains', YamlList.of(domains));
    proxy?.say('domain', 'converted', msg('Under "gateway".'), 'whole');
  }
}

function convertReplica(replica: Part | undefined, node: YamlMap): void {
  const type = replica?.text('subnet_type');
  const subnet = type === undefined ? undefined : SUBNETS.get(type);
  if (subnet !== undefined) {
    node.set('subnets', YamlList.of([subnet]));
    replica?.say('subnet_type', 'converted', msg('Under "subnets".'));
  }
  replica?.say('port', 'none', msg('Only the gateway of the network has a port.'));
  replica?.say('log_level', 'none', NO_LEVEL);
}

function convertCoin(part: Part | undefined, node: YamlMap, key: string, usual: string): void {
  if (!part) {
    return;
  }
  const enabled = part.flag('enabled') === true;
  const nodes = part.texts('nodes');
  if (enabled) {
    node.set(key, YamlList.of(nodes.length > 0 ? nodes : [usual]));
  }
  const there = msg('Under "{0}".', key);
  part.say('enabled', 'converted', enabled ? there : OFF);
  part.say('nodes', 'converted', enabled ? there : OFF, 'whole');
  part.say('log_level', enabled ? 'none' : 'converted', enabled ? NO_LEVEL : OFF);
  part.say(
    'canister_init_arg',
    enabled ? 'none' : 'converted',
    enabled ? msg('icp installs the Bitcoin canister with arguments of its own.') : OFF,
  );
}

function convertOutcalls(part: Part | undefined): void {
  const enabled = part?.flag('enabled') !== false;
  part?.say(
    'enabled',
    enabled ? 'converted' : 'none',
    enabled ? msg('On in every network that icp runs.') : msg('A network that icp runs always allows HTTPS outcalls.'),
  );
  part?.say('log_level', 'none', NO_LEVEL);
}

const NO_LEVEL = msg('How much a network logs cannot be set in icp.');
const OFF = msg('It is switched off.');

/** dfx puts its defaults into networks of the project alone. */
function sayDefaults(defaults: Part | undefined, used: boolean): void {
  for (const key of ['bitcoin', 'dogecoin', 'canister_http', 'replica', 'proxy', 'bootstrap']) {
    if (!used || key === 'bootstrap') {
      defaults?.say(
        key,
        'converted',
        key === 'bootstrap'
          ? msg('dfx reads it and ignores it.')
          : msg('dfx ignores it: the project has no local network of its own, and the shared one does not take it.'),
        'whole',
      );
    }
  }
}
