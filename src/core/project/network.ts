import type { Endpoint, NetworkHealth } from '../network/endpoint';
import { reachesMainnet } from '../network/network-class';
import type { Network } from './model';

/** True where a change lasts and costs: the URL leads to the mainnet, or only the mainnet's answers are accepted. */
export function isMainnet({ url, rootKey }: Pick<Network, 'url' | 'rootKey'>): boolean {
  return rootKey === 'mainnet' || reachesMainnet(url);
}

/** Whose key answers from a URL are held against, unless the project pins another: mainnet's is built in. */
export function rootKeyOf(url: string): 'mainnet' | 'fetch' {
  return reachesMainnet(url) ? 'mainnet' : 'fetch';
}

/** What is known, without asking, of a network that its tool has stopped. */
export const STOPPED: NetworkHealth = { state: 'offline', detail: '' };

/** Of a network, what a request needs. */
export function endpointOf({ url, rootKey, reportedKey, signingAgreed }: Network): Endpoint {
  return { url, rootKey, reportedKey, signingAgreed };
}
