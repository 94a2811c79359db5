import type { Message } from '../util/message';

/** Where a network answers, and whose signature on its answers counts. */
export interface Endpoint {
  /** Base URL, without a path. */
  readonly url: string;
  /**
   * `mainnet`: the key built into the agent; answers are verified in full.
   * `fetch`: the key the network itself reports. Checking a signature against a key from the same hand proves nothing,
   * so signatures and times are not checked; structure and paths still are.
   * Otherwise a pinned key, DER in hex; answers are verified in full.
   */
  readonly rootKey: 'mainnet' | 'fetch' | { readonly der: string };
  /**
   * What the network reports as its key, DER in hex, where that is known beforehand: whoever reports another is another
   * network, that has got the port.
   */
  readonly reportedKey?: string;
  /** The user has agreed to sign requests to this URL. This computer and mainnet need no agreement: see `maySign`. */
  readonly signingAgreed?: boolean;
}

/** What `/api/v2/status` says. */
export type NetworkHealth =
  | { readonly state: 'offline'; readonly detail: string }
  /** Something answers on the port, but not as an Internet Computer network does. `message` says what, where it is known. */
  | { readonly state: 'foreign'; readonly detail: string; readonly message?: Message }
  | { readonly state: 'starting'; readonly detail: string }
  | { readonly state: 'healthy'; readonly rootKey?: string; readonly version?: string };
