/** Whose a network is, by its URL alone: what it is called is for the workspace to choose. */
import type { Endpoint } from './endpoint';

/** `loopback` is this computer. `other` can be anybody. */
export type NetworkClass = 'loopback' | 'mainnet' | 'other';

/** Domains (with their subdomains) that lead to the mainnet. */
const MAINNET_DOMAINS = [
  'icp0.io',
  'icp-api.io',
  'ic0.app',
  'icp.net',
  'ic.dfinity.network',
  'boundary.dfinity.network',
  'internetcomputer.org',
];

/** Answers to {@link networkClass}, which every row of every canister asks of the same few URLs. */
const known = new Map<string, NetworkClass>();
const MAX_KNOWN = 100;

export function networkClass(url: string): NetworkClass {
  let answer = known.get(url);
  if (answer === undefined) {
    answer = classify(url);
    if (known.size >= MAX_KNOWN) {
      known.clear();
    }
    known.set(url, answer);
  }
  return answer;
}

function classify(url: string): NetworkClass {
  if (!URL.canParse(url)) {
    return 'other';
  }
  const { protocol, hostname } = new URL(url);
  if (protocol !== 'http:' && protocol !== 'https:') {
    return 'other';
  }
  if (isThisComputer(hostname)) {
    return 'loopback';
  }
  const host = withoutDots(hostname);
  return MAINNET_DOMAINS.some((domain) => host === domain || host.endsWith(`.${domain}`)) ? 'mainnet' : 'other';
}

/**
 * True for loopback addresses, the address that stands for all of this computer's, and `localhost`. Other names may lead
 * anywhere, those below `.localhost` too, where a name server answers for them.
 *
 * @param hostname as `URL` has it, which brings every spelling of an address (`0x7f.1`, `2130706433`, `[0::1]`) into one form
 */
function isThisComputer(hostname: string): boolean {
  return (
    hostname === 'localhost' ||
    hostname === '0.0.0.0' ||
    /^127(\.\d+){3}$/.test(hostname) ||
    hostname === '[::1]' ||
    hostname === '[::]' ||
    // IPv4 addresses within IPv6: 127.0.0.0/8 and 0.0.0.0.
    /^\[::ffff:(7f[\da-f]{2}:[\da-f]{1,4}|0:0)\]$/.test(hostname)
  );
}

/**
 * The host to connect to in place of one that means this computer without being an address of it: the one that stands for
 * all addresses, and names below `.localhost`. Undefined for all others.
 *
 * @param hostname as `URL` has it
 */
export function loopbackInPlaceOf(hostname: string): string | undefined {
  if (hostname === '[::]') {
    return '[::1]';
  }
  return hostname === '0.0.0.0' || hostname === '[::ffff:0:0]' || hostname.endsWith('.localhost')
    ? '127.0.0.1'
    : undefined;
}

/** True where the URL leads to the mainnet, whatever the network is called: changes there cost and last. */
export function reachesMainnet(url: string): boolean {
  return networkClass(url) === 'mainnet';
}

/** Host and port, as they are told to the user; the text itself where it is no URL. */
export function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}

/**
 * True where requests may carry a signature. Nothing in a request names its network, so whoever gets one that is signed
 * could send it on to mainnet.
 */
export function maySign({ url, signingAgreed }: Pick<Endpoint, 'url' | 'signingAgreed'>): boolean {
  return signingAgreed === true || networkClass(url) !== 'other';
}

/** A name of a host may end in dots that mean nothing. */
function withoutDots(name: string): string {
  let end = name.length;
  while (name[end - 1] === '.') {
    end--;
  }
  return name.slice(0, end);
}

/** Whether a text is an address that requests can be sent to. */
export function isHttp(url: string): boolean {
  return URL.canParse(url) && ['http:', 'https:'].includes(new URL(url).protocol);
}
