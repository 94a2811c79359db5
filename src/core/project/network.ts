import type { Endpoint, NetworkHealth } from '../network/endpoint';
import type { Network } from './model';

/** Domains (with their subdomains) that lead to the mainnet. */
const MAINNET_DOMAINS = ['icp0.io', 'icp-api.io', 'ic0.app', 'icp.net'];

/** Answers to {@link reachesMainnet}, which every row of every canister asks of the same few URLs. */
const mainnetAnswers = new Map<string, boolean>();
const MAX_MAINNET_ANSWERS = 100;

/** True where the URL leads to the mainnet, whatever the network is called: changes there cost and last. */
export function reachesMainnet(url: string): boolean {
  let answer = mainnetAnswers.get(url);
  if (answer === undefined) {
    answer = isMainnetUrl(url);
    if (mainnetAnswers.size >= MAX_MAINNET_ANSWERS) {
      mainnetAnswers.clear();
    }
    mainnetAnswers.set(url, answer);
  }
  return answer;
}

function isMainnetUrl(url: string): boolean {
  if (!URL.canParse(url)) {
    return false;
  }
  const host = new URL(url).hostname.replace(/\.$/, '');
  return MAINNET_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`));
}

/** Whose key answers from a URL are held against, unless the project pins another: mainnet's is built in. */
export function rootKeyOf(url: string): 'mainnet' | 'fetch' {
  return reachesMainnet(url) ? 'mainnet' : 'fetch';
}

/** What is known, without asking, of a network that its tool has stopped. */
export const STOPPED: NetworkHealth = { state: 'offline', detail: '' };

/** Of a network, what a request needs. */
export function endpointOf({ url, rootKey }: Network): Endpoint {
  return { url, rootKey };
}
