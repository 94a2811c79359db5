import { type HttpAgent, IC_ROOT_KEY, type Identity } from '@dfinity/agent';
import type { Endpoint } from '../network/endpoint';
import { Semaphore } from '../util/semaphore';
import type { TrustPolicy } from './certificates';
import { contextFetch, fetchIn, type NetworkFetch, type OperationContext } from './operation-context';
import { StrictAgent } from './query-update';

/** Requests under way at once on one network: enough to hide latency, few enough not to be a burden to others. */
const CONCURRENCY = 64;

/** What is kept for one endpoint. */
export class Connection {
  readonly trust: TrustPolicy;
  /** For questions of which there may be hundreds at once. */
  readonly gate = new Semaphore(CONCURRENCY);
  /** Set once the network has said that `canister_status` is no query there (replicas before October 2025). */
  statusNeedsUpdate = false;
  readonly #url: string;
  readonly #fetch: NetworkFetch;
  /** By the identity itself, so that one that is forgotten goes with its key. */
  readonly #agents = new WeakMap<Identity, HttpAgent>();
  #reportedKey: string | undefined;

  constructor(url: string, trust: TrustPolicy, fetchImpl: NetworkFetch) {
    this.#url = url;
    this.trust = trust;
    this.#fetch = fetchImpl;
  }

  agent(identity: Identity): HttpAgent {
    let agent = this.#agents.get(identity);
    if (!agent) {
      agent = StrictAgent.createSync({
        host: this.#url,
        identity,
        fetch: contextFetch(this.#fetch),
        rootKey: this.trust.rootKey,
        verifyQuerySignatures: this.trust.checkSignature,
        retryTimes: 1,
      });
      this.#agents.set(identity, agent);
    }
    return agent;
  }

  /** Sends a request without an agent. */
  fetch(context: OperationContext, path: string, init?: RequestInit): Promise<Response> {
    return fetchIn(context, this.#fetch, new URL(path, this.#url), init);
  }

  /** A network that reports a new key is another network, with other abilities. @param key in hex */
  noteReportedKey(key: string | undefined): void {
    if (this.#reportedKey !== key) {
      this.#reportedKey = key;
      this.statusNeedsUpdate = false;
    }
  }
}

/** One {@link Connection} for each endpoint that is asked. */
export class Connections {
  readonly #fetch: NetworkFetch;
  readonly #connections = new Map<string, Connection>();

  constructor(fetchImpl: NetworkFetch) {
    this.#fetch = fetchImpl;
  }

  to(endpoint: Endpoint): Connection {
    const key = rootKeyOf(endpoint);
    const checkSignature = endpoint.rootKey !== 'fetch';
    const id = `${endpoint.url} ${checkSignature} ${key}`;
    let connection = this.#connections.get(id);
    if (!connection) {
      const trust = { rootKey: new Uint8Array(Buffer.from(key, 'hex')), checkSignature };
      connection = new Connection(endpoint.url, trust, this.#fetch);
      this.#connections.set(id, connection);
    }
    return connection;
  }
}

/** DER in hex. */
function rootKeyOf(endpoint: Endpoint): string {
  // Where signatures are not checked, the agent still wants a well-formed key.
  return typeof endpoint.rootKey === 'string' ? IC_ROOT_KEY : endpoint.rootKey.der;
}
