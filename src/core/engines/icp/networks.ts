/** Networks of an icp project, from files only. */
import path from 'node:path';
import type { Network } from '../../project/model';
import { reachesMainnet } from '../../project/network';
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

/** What answers are held against: mainnet's own key wherever the URL leads there, whatever the manifest says. */
function rootKeyFor(url: string, rootKey: RootKey): Network['rootKey'] {
  return reachesMainnet(url) ? 'mainnet' : rootKey;
}

function isHttp(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}

/** An address under which a gateway that is bound to `bind` can be asked. */
function hostOf(bind: string, domains: readonly string[]): string {
  if (domains[0] !== undefined) {
    return domains[0];
  }
  return bind === '0.0.0.0' || bind === '::' ? '127.0.0.1' : bind.includes(':') ? `[${bind}]` : bind;
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
    local: true,
    managed: true,
    volatile: true,
    configuredPort: configuration.port,
  };
  if (dataDir === undefined) {
    const problem = msg('The network name "{0}" leads outside of its folder.', name);
    return { ...base, url: '', managed: false, problem };
  }
  const descriptor = await readDescriptor(path.join(dataDir, 'descriptor.json'));
  if (descriptor !== undefined && (await isRunning(descriptor))) {
    return { ...base, url: `http://${descriptor.host}:${descriptor.port}`, dataDir, candidUi: descriptor.candidUi };
  }
  const url = `http://${hostOf(configuration.bind, configuration.domains)}:${configuration.port}`;
  const problem: Message | undefined = isHttp(url)
    ? undefined
    : msg('The gateway of network "{0}" cannot be asked at {1}.', name, url);
  return { ...base, url: problem ? '' : url, dataDir, problem, stopped: true };
}

/** What the name of a network means in a project. */
export async function networkNamed(root: string, files: ProjectFiles, name: string): Promise<IcpNetwork | undefined> {
  const definition = files.networks.get(name);
  return definition && resolveNetwork(root, definition);
}
