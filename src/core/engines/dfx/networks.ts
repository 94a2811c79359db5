/**
 * Networks as dfx resolves them, from files only: which names exist, what a name means, at which URL the network is.
 * Nothing here talks to a network or changes a file.
 */
import path from 'node:path';
import { isHttp, networkClass } from '../../network/network-class';
import { readText } from '../../project/files';
import type { Network } from '../../project/model';
import { rootKeyOf } from '../../project/network';
import { type Reading, StrictFiles } from '../../project/strict-files';
import { type Message, msg } from '../../util/message';
import { staysInside } from '../../util/paths';
import { isPrincipal } from '../../util/principal';
import { isNamed, parseBindAddress, reachableHost } from './bind-address';
import type { DfxConfig, NetworkConfig } from './dfx-config';
import { DEFAULT_PLAYGROUND_TIMEOUT_SECONDS, parseNetworksJson } from './dfx-json';
import type { DfxLocations } from './locations';

/** The only network that `dfx start` and `dfx stop` know. */
export const LOCAL = 'local';
const IC_PROVIDER = 'https://icp0.io';
const SHARED_BIND = '127.0.0.1:4943';
const PROJECT_BIND = '127.0.0.1:8000';
const MAINNET_PLAYGROUND = 'mwrha-maaaa-aaaab-qabqq-cai';

/** A network as dfx resolves it. */
export interface DfxNetwork extends Network {
  /** The name that ids are stored under; for an ad-hoc URL, the URL with `_` for all but letters and digits. */
  readonly name: string;
  /** Decides in which file canister ids are. */
  readonly kind: 'ephemeral' | 'persistent' | 'playground';
  readonly playground?: { readonly canister: string; readonly timeoutSeconds: number };
}

/** What follows from a network's definition for every engine. */
export function dfxNetwork(network: Omit<DfxNetwork, 'rootKey' | 'managed' | 'borrowed'>): DfxNetwork {
  const { name, kind, url, local, problem } = network;
  return {
    ...network,
    rootKey: rootKeyOf(url),
    managed: name === LOCAL && local && problem === undefined,
    borrowed: kind === 'playground',
  };
}

/** The name with `_` for everything but ASCII letters and digits: the folder of build results, and ad-hoc names. */
export function pathCompatible(name: string): string {
  // By code point, as Rust's chars are.
  return name.replace(/[^A-Za-z0-9]/gu, '_');
}

const MAINNET: DfxNetwork = dfxNetwork({
  name: 'ic',
  kind: 'persistent',
  scope: 'builtin',
  url: IC_PROVIDER,
  local: false,
});

const PLAYGROUND: DfxNetwork = dfxNetwork({
  name: 'playground',
  kind: 'playground',
  scope: 'builtin',
  url: IC_PROVIDER,
  local: false,
  playground: { canister: MAINNET_PLAYGROUND, timeoutSeconds: DEFAULT_PLAYGROUND_TIMEOUT_SECONDS },
});

/** The port in `webserver-port`: a number, nothing (undefined), or something else (null). */
async function readPort(dataDir: string): Promise<number | undefined | null> {
  const file = await readText(path.join(dataDir, 'webserver-port'));
  if (file.state === 'missing') {
    return undefined;
  }
  if (file.state === 'failed') {
    return null;
  }
  const text = file.text.trim();
  if (text === '') {
    return undefined;
  }
  const port = /^\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
  return port >= 0 && port <= 65535 ? port : null;
}

async function fromDefinition(
  definition: Pick<NetworkConfig, 'name' | 'providers' | 'bind' | 'type' | 'playground'>,
  scope: 'project' | 'shared',
  base: string,
  source: DfxNetwork['source'],
): Promise<DfxNetwork> {
  const { name, providers, playground } = definition;
  let problem: Message | undefined;
  if (playground !== undefined && !isPrincipal(playground.canister)) {
    problem = msg('The playground canister of network "{0}" is not a principal: {1}', name, playground.canister);
  }
  const kindFor = (fallback: 'persistent' | 'ephemeral'): DfxNetwork['kind'] =>
    playground !== undefined ? 'playground' : (definition.type ?? fallback);

  if (providers !== undefined) {
    const urls = providers.map((provider) => provider.value);
    const broken = urls.find((url) => !isHttp(url));
    if (urls.length === 0) {
      problem = msg('Network "{0}" has no provider.', name);
    } else if (broken !== undefined) {
      problem = msg('Network "{0}" has a provider that is not a URL: {1}', name, broken);
    }
    return dfxNetwork({
      name,
      kind: kindFor('persistent'),
      scope,
      url: problem === undefined ? urls[0]! : '',
      local: false,
      source,
      playground,
      problem,
    });
  }

  const bind = definition.bind?.value ?? (scope === 'project' ? PROJECT_BIND : SHARED_BIND);
  const address = parseBindAddress(bind);
  let dataDir: string | undefined;
  let port = address?.port;
  if (staysInside(base, name)) {
    dataDir = path.join(base, name);
    const running = await readPort(dataDir);
    if (typeof running === 'number') {
      port = running;
    }
    // dfx fails on such a file, but a file half written is whole a moment later: the configured port until then.
  } else {
    problem = msg('The network name "{0}" leads outside of its folder.', name);
  }
  if (problem === undefined && address === undefined) {
    problem = msg('The bind address of network "{0}" is not of the form host:port: {1}', name, bind);
  }
  if (problem === undefined && address !== undefined && isNamed(address)) {
    problem = msg('Network "{0}" never runs on this computer: its bind address is a name, {1}', name, bind);
  }
  const url = address === undefined || problem !== undefined ? '' : `http://${reachableHost(address.host)}:${port}`;
  return dfxNetwork({
    name,
    kind: kindFor('ephemeral'),
    scope,
    url,
    // An address of another computer, or none at all, is not where dfx runs a network.
    local: networkClass(url) === 'loopback',
    dataDir,
    source,
    playground,
    problem,
  });
}

/** The networks that networks.json defines, and why it cannot be read. No file is no problem. */
export async function readSharedNetworks(
  locations: DfxLocations,
  files: StrictFiles,
): Promise<Reading<readonly NetworkConfig[]>> {
  return await files.read(locations.networksJson, (text) => {
    const { networks, problems } = parseNetworksJson(text);
    return { value: networks, problems };
  });
}

/** What is known of networks that dfx.json does not define. */
interface SharedNetworks {
  readonly networks: readonly NetworkConfig[];
  /** True where the file never could be read: nothing but names is known, and not all of them. */
  readonly unknown: boolean;
}

async function sharedNetworks(locations: DfxLocations, files: StrictFiles): Promise<SharedNetworks> {
  const { good, salvaged, refused } = await readSharedNetworks(locations, files);
  return { networks: good ?? salvaged ?? [], unknown: !good && refused !== undefined };
}

async function resolveAmong(
  name: string,
  projectRoot: string,
  config: DfxConfig,
  locations: DfxLocations,
  shared: SharedNetworks,
): Promise<DfxNetwork | { problem: Message }> {
  if (name === 'ic') {
    return MAINNET;
  }
  if (config.unread) {
    return unknownNetwork(name, path.join(projectRoot, 'dfx.json'));
  }

  const own = config.networks.find((network) => network.name === name);
  if (own !== undefined) {
    const source = { file: path.join(projectRoot, 'dfx.json'), range: own.range };
    return fromDefinition(own, 'project', path.join(projectRoot, '.dfx', 'network'), source);
  }

  if (shared.unknown && !isHttp(name)) {
    return unknownNetwork(name, locations.networksJson);
  }
  const common = shared.networks.find((network) => network.name === name);
  const sharedBase = path.join(locations.sharedDataDir, 'network');
  if (common !== undefined) {
    return fromDefinition(common, 'shared', sharedBase, { file: locations.networksJson, range: common.range });
  }
  if (name === 'local') {
    return fromDefinition({ name }, 'shared', sharedBase, undefined);
  }
  if (name === 'playground') {
    return PLAYGROUND;
  }

  if (isHttp(name)) {
    return dfxNetwork({
      name: pathCompatible(name),
      kind: 'ephemeral',
      scope: 'adhoc',
      url: name,
      local: false,
      dataDir: path.join(sharedBase, pathCompatible(name)),
    });
  }
  return { problem: msg('There is no network named "{0}".', name) };
}

/** A network whose definition may be in a file that cannot be read. */
function unknownNetwork(name: string, file: string): DfxNetwork {
  return dfxNetwork({
    name,
    kind: 'ephemeral',
    scope: 'shared',
    url: '',
    local: false,
    problem: msg('It is not known which network {0} is: {1} cannot be read.', name, path.basename(file)),
  });
}

/**
 * What a network name means in this project, in dfx's order: `ic`, the project's networks, networks.json, the default
 * `local`, the built-in `playground`, a URL. `mainnet` is not a name that dfx knows.
 */
export async function resolveNetwork(
  name: string,
  projectRoot: string,
  config: DfxConfig,
  locations: DfxLocations,
  files = new StrictFiles(),
): Promise<DfxNetwork | { problem: Message }> {
  return resolveAmong(name, projectRoot, config, locations, await sharedNetworks(locations, files));
}

/** All networks that have a name here: `local`, `ic`, `playground`, then the project's and the user's own. */
export async function listNetworks(
  projectRoot: string,
  config: DfxConfig,
  locations: DfxLocations,
  files = new StrictFiles(),
): Promise<DfxNetwork[]> {
  const shared = await sharedNetworks(locations, files);
  const names = new Set(['local', 'ic', 'playground']);
  for (const { name } of [...config.networks, ...shared.networks]) {
    names.add(name);
  }
  const resolved = await Promise.all(
    [...names].map((name) => resolveAmong(name, projectRoot, config, locations, shared)),
  );
  return resolved.filter((network): network is DfxNetwork => 'name' in network);
}
