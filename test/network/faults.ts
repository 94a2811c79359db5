/** What can be made to go wrong, or slowly, while the network runs. */

export const REQUEST_KINDS = ['status', 'call', 'query', 'read_state', 'subnet_read_state', 'other'] as const;

export type RequestKind = (typeof REQUEST_KINDS)[number];

export const OUTAGES = ['none', 'refuse', 'hang', 'http500', 'garbage', 'starting'] as const;

/**
 * - `refuse`: connections are closed without an answer
 * - `hang`: requests are read and never answered
 * - `http500`: plain-text error 500
 * - `garbage`: status 200 with bytes that mean nothing
 * - `starting`: the status says so, and all else is answered with 503, as by a replica without a certified state
 */
export type Outage = (typeof OUTAGES)[number];

export const FORGERIES = [
  'none',
  'rootSignature',
  'otherCanister',
  'staleTime',
  'queryReply',
  'nodeSignature',
] as const;

/**
 * - `rootSignature`: certificates are signed by a key that is not the network's
 * - `otherCanister`: certificates are about another canister or request than the one asked for; where the subnet has
 *   a delegation, it does not cover the canister
 * - `staleTime`: certificates are ten minutes old
 * - `queryReply`: the reply of a query is changed after it was signed
 * - `nodeSignature`: query replies are signed by a key that is not the node's
 */
export type Forgery = (typeof FORGERIES)[number];

export interface Faults {
  /** Time that every answer takes longer, in milliseconds. */
  readonly latencyMs: number;
  readonly outage: Outage;
  readonly forge: Forgery;
  /** More requests than this in the given time are answered with 429. */
  readonly rateLimit: { readonly requests: number; readonly perMs: number } | null;
  /** Kinds of request that latency, outage, forgery and rate limit apply to; null for all. */
  readonly only: readonly RequestKind[] | null;
  /** Canisters (effective ids as text) that they apply to; null for all, and for requests without a canister. */
  readonly canisters: readonly string[] | null;
  /** Queries of `canister_status` are answered with IC0536, as replicas before autumn 2025 did. */
  readonly refuseStatusQuery: boolean;
  /** Time that a canister needs to stop, in milliseconds. */
  readonly stopMs: number;
  /** Time after which `stop_canister` is given up and rejected with IC0206, in milliseconds. */
  readonly stopTimeoutMs: number;
  /** Time that a call waits to be executed, in milliseconds. */
  readonly executionMs: number;
  /** Time that a synchronous call is waited for before it is answered with 202, in milliseconds. */
  readonly syncCallMs: number;
}

export const NO_FAULTS: Faults = {
  latencyMs: 0,
  outage: 'none',
  forge: 'none',
  rateLimit: null,
  only: null,
  canisters: null,
  refuseStatusQuery: false,
  stopMs: 0,
  stopTimeoutMs: 300_000,
  executionMs: 0,
  syncCallMs: 10_000,
};

/**
 * Reads faults from JSON.
 *
 * @throws Error that names the wrong member
 */
export function parseFaults(value: unknown): Partial<Faults> {
  if (typeof value !== 'object' || value === null) {
    throw new Error('faults: expected an object');
  }
  const faults: Record<string, unknown> = {};
  for (const [key, member] of Object.entries(value)) {
    const check = CHECKS.get(key);
    if (!check?.(member)) {
      throw new Error(`faults: ${check ? 'wrong value for' : 'no member'} ${key}`);
    }
    faults[key] = member;
  }
  return faults;
}

type Check = (value: unknown) => boolean;

const isTime: Check = (value) => typeof value === 'number' && value >= 0;
const isBoolean: Check = (value) => typeof value === 'boolean';
const isOneOf =
  (allowed: readonly string[]): Check =>
  (value) =>
    typeof value === 'string' && allowed.includes(value);
const isNullOrListOf =
  (check: Check): Check =>
  (value) =>
    value === null || (Array.isArray(value) && value.every(check));

const CHECKS: ReadonlyMap<string, Check> = new Map<keyof Faults, Check>([
  ['latencyMs', isTime],
  ['stopMs', isTime],
  ['stopTimeoutMs', isTime],
  ['executionMs', isTime],
  ['syncCallMs', isTime],
  ['outage', isOneOf(OUTAGES)],
  ['forge', isOneOf(FORGERIES)],
  ['refuseStatusQuery', isBoolean],
  ['only', isNullOrListOf(isOneOf(REQUEST_KINDS))],
  ['canisters', isNullOrListOf((value) => typeof value === 'string')],
  [
    'rateLimit',
    (value) =>
      value === null ||
      (typeof value === 'object' &&
        'requests' in value &&
        'perMs' in value &&
        isTime(value.requests) &&
        isTime(value.perMs)),
  ],
]);

/** How many requests came in. */
export interface Counts {
  readonly total: number;
  readonly byKind: Readonly<Record<RequestKind, number>>;
  /** Calls and queries by method, such as `query canister_status`. Management canister only under its own names. */
  readonly byMethod: Readonly<Record<string, number>>;
  /** Highest number of requests that were being answered at the same time. */
  readonly peak: number;
}

export class Counters {
  readonly #byKind = new Map<RequestKind, number>();
  readonly #byMethod = new Map<string, number>();
  #active = 0;
  #peak = 0;

  begin(kind: RequestKind): void {
    this.#byKind.set(kind, (this.#byKind.get(kind) ?? 0) + 1);
    this.#active++;
    this.#peak = Math.max(this.#peak, this.#active);
  }

  end(): void {
    this.#active--;
  }

  method(kind: 'call' | 'query', method: string): void {
    const key = `${kind} ${method}`;
    this.#byMethod.set(key, (this.#byMethod.get(key) ?? 0) + 1);
  }

  reset(): void {
    this.#byKind.clear();
    this.#byMethod.clear();
    this.#peak = this.#active;
  }

  get counts(): Counts {
    const kind = (name: RequestKind) => this.#byKind.get(name) ?? 0;
    return {
      total: REQUEST_KINDS.reduce((sum, name) => sum + kind(name), 0),
      byKind: {
        status: kind('status'),
        call: kind('call'),
        query: kind('query'),
        read_state: kind('read_state'),
        subnet_read_state: kind('subnet_read_state'),
        other: kind('other'),
      },
      byMethod: Object.fromEntries(this.#byMethod),
      peak: this.#peak,
    };
  }
}

/** Counts requests in a sliding window. */
export class RateLimiter {
  #times: number[] = [];

  /** Whether one more request is within the limit now. */
  allow(limit: NonNullable<Faults['rateLimit']>): boolean {
    const now = performance.now();
    this.#times = this.#times.filter((time) => now - time < limit.perMs);
    if (this.#times.length >= limit.requests) {
      return false;
    }
    this.#times.push(now);
    return true;
  }
}
