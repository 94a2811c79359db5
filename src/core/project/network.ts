import type { Endpoint, NetworkHealth } from '../network/endpoint';
import { reachesMainnet } from '../network/network-class';
import type { Network } from './model';

/** Whose key answers from a URL are held against, unless the project pins another: mainnet's is built in. */
export function rootKeyOf(url: string): 'mainnet' | 'fetch' {
  return reachesMainnet(url) ? 'mainnet' : 'fetch';
}

/** What is known, without asking, of a network that its tool has stopped. */
export const STOPPED: NetworkHealth = { state: 'offline', detail: '' };

/** Of a network, what a request needs. */
export function endpointOf({ url, rootKey, signingAgreed }: Network): Endpoint {
  return { url, rootKey, signingAgreed };
}
