/** Where a browser finds a canister. Forms: facts that dfx prints after a deployment. */

import { loopbackInPlaceOf, networkClass, reachesMainnet } from '../network/network-class';
import type { Network } from './model';

type NetworkUrl = Pick<Network, 'url'>;

/** Candid UI on mainnet. */
const MAINNET_CANDID_UI = 'a4gq6-oaaaa-aaaab-qaa4q-cai';
const DASHBOARD = 'https://dashboard.internetcomputer.org';

/**
 * The page with which a canister's methods are called.
 *
 * @param candidUi id of the network's own Candid UI canister
 * @returns undefined on a network that has none
 */
export function candidUiUrl(network: NetworkUrl, canisterId: string, candidUi: string | undefined): string | undefined {
  if (reachesMainnet(network.url)) {
    return `https://${MAINNET_CANDID_UI}.raw.icp0.io/?id=${canisterId}`;
  }
  return candidUi === undefined ? undefined : `${origin(network)}/?canisterId=${candidUi}&id=${canisterId}`;
}

/**
 * A canister's web page.
 *
 * @param subdomains false where only the network's own address leads to it, as through a forwarded port
 */
export function frontendUrl(network: NetworkUrl, canisterId: string, subdomains: boolean): string {
  if (reachesMainnet(network.url)) {
    return `https://${canisterId}.icp0.io/`;
  }
  const { protocol, hostname, port } = new URL(network.url);
  const address = /^[\d.]+$|^\[/.test(hostname);
  const loopback = networkClass(network.url) === 'loopback';
  if (!subdomains || (address && !loopback)) {
    return `${origin(network)}/?canisterId=${canisterId}`;
  }
  return `${protocol}//${canisterId}.${loopback ? 'localhost' : hostname}${port === '' ? '' : `:${port}`}/`;
}

/** The public dashboard, which knows the canisters of mainnet only. */
export function dashboardUrl(network: NetworkUrl, canisterId: string): string | undefined {
  return reachesMainnet(network.url) ? `${DASHBOARD}/canister/${canisterId}` : undefined;
}

function origin({ url }: NetworkUrl): string {
  const { protocol, hostname, port } = new URL(url);
  // Not every browser opens the address that stands for all.
  const host = (networkClass(url) === 'loopback' && loopbackInPlaceOf(hostname)) || hostname;
  return `${protocol}//${host}${port === '' ? '' : `:${port}`}`;
}
