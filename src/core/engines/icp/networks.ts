/** Networks of an icp project, from files only. */
import path from 'node:path';
import { isHttp, networkClass, reachesMainnet } from '../../network/network-class';
import type { Network } from '../../project/model';
import { type Message, msg } from '../../util/message';
import type { RootKey } from './manifest';
import { isRunning, networkFolder, readDescriptor } from './network-state';
import type { IcpNetworkDefinition, ProjectFiles } from './project-files';

export interface IcpNetwork extends Network {
  /** icp starts and stops it. Decides where ids are. */
  readonly managed: boolean;
  /** The port that its manifest gives it: 0 for one that the system chooses. Managed networks only. */
  readonly configuredPort?: number;
  readonly candidUi?: string;
}

/** The mainnet's key, as the interface specification and every agent has it. */
export const MAINNET_ROOT_KEY =
  '308182301d060d2b0601040182dc7c0503010201060c2b0601040182dc7c05030201036100814c0e6ec71fab583b08bd81373c255c3c371b2e848' +
  '63c98a4f1e08b74235d14fb5d9c0cd546d9685f913a0c0b2cc5341583bf4b4392e467db96d65b9bb4cb717112f8472e0d5a4d14505ffd7484b012' +
  '91091c5f87b98883463f98091a0baaae';

/** What answers are held against: mainnet's own key wherever the URL leads there, whatever the manifest says. */
function rootKeyFor(url: string, rootKey: RootKey): Network['rootKey'] {
  const mainnet = reachesMainnet(url) || (typeof rootKey === 'object' && rootKey.der === MAINNET_ROOT_KEY);
  return mainnet ? 'mainnet' : rootKey;
}

/**
 * Where a gateway is asked: under its name where that is this computer's, else at the address that it is bound to, since a
 * name that the manifest gives it may lead anywhere.
 */
function gatewayUrl(name: string, address: string | undefined, port: number): string {
  const byName = `http://${inUrl(name)}:${port}`;
  if (networkClass(byName) === 'loopback') {
    return byName;
  }
  // Names below `localhost` are this computer's by convention.
  const bound = address ?? (name.endsWith('.localhost') ? '127.0.0.1' : name);
  return `http://${inUrl(bound)}:${port}`;
}

/** A gateway that is bound to all addresses is asked at this computer's own. */
function inUrl(host: string): string {
  if (host === '0.0.0.0' || host === '::') {
    return '127.0.0.1';
  }
  return host.includes(':') && !host.startsWith('[') ? `[${host}]` : host;
}

/** What a network of the project is, and where it answers at present. */
export async function resolveNetwork(root: string, definition: IcpNetworkDefinition): Promise<IcpNetwork> {
  const { name, configuration, place } = definition;
  const common = { name, scope: place ? ('project' as const) : ('builtin' as const), borrowed: false, source: place };
  if (configuration.mode === 'broken') {
    const problem = msg('The network "{0}" is not defined as icp expects.', name);
    return { ...common, url: '', rootKey: 'fetch', local: false, managed: false, problem };
  }
  if (configuration.mode === 'connected') {
    const url = configuration.apiUrl.replace(/\/$/, '');
    const problem = isHttp(url)
      ? undefined
      : msg('The URL of network "{0}" is not one with http or https: {1}', name, url);
    return {
      ...common,
      url: problem ? '' : url,
      rootKey: rootKeyFor(url, configuration.rootKey),
      local: false,
      managed: false,
      problem,
    };
  }
  const dataDir = networkFolder(root, name);
  const base = {
    ...common,
    rootKey: 'fetch' as const,
    managed: true,
    volatile: true,
    configuredPort: configuration.port,
    image: configuration.image,
  };
  if (dataDir === undefined) {
    const problem = msg('The network name "{0}" leads outside of its folder.', name);
    return { ...base, url: '', local: false, managed: false, problem };
  }
  const descriptor = await readDescriptor(path.join(dataDir, 'descriptor.json'));
  if (descriptor !== undefined && (await isRunning(descriptor))) {
    const { host, ip, port, candidUi, rootKey: reportedKey } = descriptor;
    const url = gatewayUrl(host, ip, port);
    return { ...base, url, local: networkClass(url) === 'loopback', dataDir, candidUi, reportedKey };
  }
  const { bind, domains } = configuration;
  const url = gatewayUrl(domains[0] ?? bind, bind, configuration.port);
  const problem: Message | undefined = isHttp(url)
    ? undefined
    : msg('The gateway of network "{0}" cannot be asked at {1}.', name, url);
  return { ...base, url: problem ? '' : url, local: networkClass(url) === 'loopback', dataDir, problem, stopped: true };
}

/** What the name of a network means in a project. */
export async function networkNamed(root: string, files: ProjectFiles, name: string): Promise<IcpNetwork | undefined> {
  const definition = files.networks.get(name);
  return definition && resolveNetwork(root, definition);
}
