import { AgentError, Cbor, type HttpAgent, HttpErrorCode, IC_ROOT_KEY, type Identity } from '@dfinity/agent';
import { Principal } from '@dfinity/principal';
import type {
  ArgumentPlace,
  CallReply,
  CallRequest,
  CanisterOperations,
  CanisterSnapshot,
  CreateRequest,
  InstallRequest,
  LogRecord,
} from '../network/operations';
import type {
  CanisterFacts,
  Endpoint,
  IdentityRef,
  KeyOperations,
  ManagementCall,
  NetworkHealth,
  NetworkOperations,
  ProbeOptions,
  UnlockRequest,
} from '../network/types';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import { Pacer } from '../util/pacer';
import { parsePrincipal } from '../util/principal';
import { Semaphore } from '../util/semaphore';
import { CandidCodec } from './candid';
import { CertifiedState, type TrustPolicy } from './certificates';
import { contextFetch, fetchIn, type OperationContext, runInContext } from './context';
import { toNetworkFailure } from './failures';
import { installCode, manageCanister, readMetadata, readModule, type Session } from './install';
import { forManyQuestions, KeyRing } from './keys';
import {
  decodeCanisterId,
  decodeLogs,
  decodeSnapshot,
  decodeSnapshots,
  decodeStatus,
  encodeCall,
  encodeCanisterId,
  encodeCreate,
  encodeTakeSnapshot,
  MANAGEMENT_CANISTER,
  toHex,
} from './management';
import { quickQuery } from './quick-query';
import { type Call, query, StrictAgent, update } from './requests';

/** Requests under way at once on one network: enough to hide latency, few enough not to be a burden to others. */
const CONCURRENCY = 64;
const PROBES_PER_TURN = 8;
const HEALTH_TIMEOUT_MS = 5_000;
const READ_TIMEOUT_MS = 20_000;
/** The network itself gives up stopping a canister after about five minutes. */
const CHANGE_TIMEOUT_MS = 6 * 60_000;
/** Up to a hundred chunks before the installation itself. */
const INSTALL_TIMEOUT_MS = 20 * 60_000;
/** Seconds of computing, on a busy machine many. */
const UNLOCK_TIMEOUT_MS = 120_000;

/** What is kept for one endpoint. */
interface Connection {
  readonly trust: TrustPolicy;
  /** By the identity itself, so that one that is forgotten goes with its key. */
  readonly agents: WeakMap<Identity, HttpAgent>;
  readonly gate: Semaphore;
  /** Set once the network has said that `canister_status` is no query there (replicas before October 2025). */
  statusNeedsUpdate: boolean;
  /** As the network last reported it, in hex. */
  reportedKey?: string | undefined;
}

interface StatusQuestion {
  readonly connection: Connection;
  readonly endpoint: Endpoint;
  readonly key: Identity;
  readonly call: Call;
  readonly context: OperationContext;
}

/** Talks to networks through `@dfinity/agent`. Lives in the agent bundle. */
export class AgentService implements NetworkOperations, KeyOperations, CanisterOperations {
  readonly #fetch: typeof fetch;
  /** For the agents. */
  readonly #contextFetch: typeof fetch;
  readonly #keys = new KeyRing();
  readonly #connections = new Map<string, Connection>();
  readonly #pacer = new Pacer(PROBES_PER_TURN);
  readonly #candid: CandidCodec;

  constructor(fetchImpl: typeof fetch, candid = new CandidCodec()) {
    this.#fetch = fetchImpl;
    this.#contextFetch = contextFetch(fetchImpl);
    this.#candid = candid;
  }

  async health(endpoint: Endpoint, signal?: AbortSignal): Promise<NetworkHealth> {
    try {
      return await this.#operation(HEALTH_TIMEOUT_MS, signal, (context) => this.#readHealth(endpoint, context));
    } catch (error) {
      if (!(error instanceof Failure) || error.kind === 'cancelled') {
        throw error;
      }
      return { state: 'offline', detail: error.data.detail ?? error.message };
    }
  }

  probe(
    endpoint: Endpoint,
    identity: IdentityRef,
    canisterId: string,
    options: ProbeOptions,
    signal?: AbortSignal,
  ): Promise<CanisterFacts> {
    return this.#operation(READ_TIMEOUT_MS, signal, async (context) => {
      const connection = this.#connect(endpoint);
      return await connection.gate.run(async () => {
        const canister = parseCanisterId(canisterId);
        await this.#pacer.turn();
        return options.publicOnly
          ? await this.#publicFacts(connection, endpoint, canister, context)
          : await this.#status(connection, endpoint, identity, canister, context);
      }, context.signal);
    });
  }

  manage(endpoint: Endpoint, identity: IdentityRef, call: ManagementCall, signal?: AbortSignal): Promise<void> {
    return this.#withSession(CHANGE_TIMEOUT_MS, endpoint, identity, signal, async (session) => {
      const canister = parseCanisterId(call.canisterId);
      await manageCanister(session, call.method, canister, encodeCall(call));
    });
  }

  install(endpoint: Endpoint, identity: IdentityRef, request: InstallRequest, signal?: AbortSignal): Promise<void> {
    return this.#withSession(INSTALL_TIMEOUT_MS, endpoint, identity, signal, async (session) => {
      const canister = parseCanisterId(request.canisterId);
      const arg = await this.#candid.argument(request.argument, { kind: 'init' });
      await installCode(session, { ...request, canister, module: await readModule(request.module), arg });
    });
  }

  create(endpoint: Endpoint, identity: IdentityRef, request: CreateRequest, signal?: AbortSignal): Promise<string> {
    return this.#withSession(CHANGE_TIMEOUT_MS, endpoint, identity, signal, async (session) => {
      const effective = parseCanisterId(request.specifiedId ?? request.effectiveCanisterId);
      const method = 'provisional_create_canister_with_cycles';
      return decodeCanisterId(await manageCanister(session, method, effective, encodeCreate(request)));
    });
  }

  takeSnapshot(
    endpoint: Endpoint,
    identity: IdentityRef,
    canisterId: string,
    replace: string | undefined,
    signal?: AbortSignal,
  ): Promise<CanisterSnapshot> {
    return this.#withSession(CHANGE_TIMEOUT_MS, endpoint, identity, signal, async (session) => {
      const canister = parseCanisterId(canisterId);
      const arg = encodeTakeSnapshot(canister, replace);
      return decodeSnapshot(await manageCanister(session, 'take_canister_snapshot', canister, arg));
    });
  }

  listSnapshots(
    endpoint: Endpoint,
    identity: IdentityRef,
    canisterId: string,
    signal?: AbortSignal,
  ): Promise<CanisterSnapshot[]> {
    return this.#withSession(READ_TIMEOUT_MS, endpoint, identity, signal, async (session) => {
      const canister = parseCanisterId(canisterId);
      const arg = encodeCanisterId(canister);
      return decodeSnapshots(await manageCanister(session, 'list_canister_snapshots', canister, arg));
    });
  }

  fetchLogs(endpoint: Endpoint, identity: IdentityRef, canisterId: string, signal?: AbortSignal): Promise<LogRecord[]> {
    return this.#withSession(READ_TIMEOUT_MS, endpoint, identity, signal, async ({ agent }) => {
      const canister = parseCanisterId(canisterId);
      const call = managementCall('fetch_canister_logs', canister, encodeCanisterId(canister));
      try {
        return decodeLogs(await query(agent, call));
      } catch (error) {
        // The network has no code of its own for this.
        if (error instanceof Failure && /not allowed to access canister logs/.test(error.data.detail ?? '')) {
          const message = msg('The log is shown only to controllers and allowed viewers.');
          throw new Failure({ ...error.data, message });
        }
        throw error;
      }
    });
  }

  metadata(
    endpoint: Endpoint,
    identity: IdentityRef,
    canisterId: string,
    name: string,
    signal?: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    return this.#withSession(READ_TIMEOUT_MS, endpoint, identity, signal, async (session) => {
      try {
        return await readMetadata(session, parseCanisterId(canisterId), name);
      } catch (error) {
        // A private section of somebody else's canister.
        if (error instanceof AgentError && error.code instanceof HttpErrorCode && error.code.status === 403) {
          return undefined;
        }
        throw error;
      }
    });
  }

  call(endpoint: Endpoint, identity: IdentityRef, request: CallRequest, signal?: AbortSignal): Promise<CallReply> {
    return this.#withSession(CHANGE_TIMEOUT_MS, endpoint, identity, signal, async ({ agent, trust, signal }) => {
      const canister = parseCanisterId(request.canisterId);
      const { method } = request;
      const arg = await this.#candid.argument(request.argument, { kind: 'method', name: method });
      const call: Call = { canisterId: canister, effectiveCanisterId: canister, method, arg };
      const begun = performance.now();
      const isQuery = request.kind === 'query';
      const bytes = isQuery ? await query(agent, call) : await update(agent, call, trust, signal);
      const milliseconds = performance.now() - begun;
      const checked = isQuery ? 'node-signature' : 'certificate';
      return {
        ...(await this.#candid.decodeReply(bytes, method, request.interface)),
        bytes,
        trust: trust.checkSignature ? checked : 'unchecked',
        milliseconds,
      };
    });
  }

  encodeCandid(text: string, place: ArgumentPlace | undefined, did: string | undefined): Promise<Uint8Array> {
    return this.#operation(READ_TIMEOUT_MS, undefined, () => this.#candid.encode(text, place, did));
  }

  principal(identity: IdentityRef): Promise<string> {
    return this.#operation(READ_TIMEOUT_MS, undefined, async () =>
      (await this.#keys.identity(identity)).getPrincipal().toText(),
    );
  }

  unlock(request: UnlockRequest, signal?: AbortSignal): Promise<string> {
    return this.#operation(UNLOCK_TIMEOUT_MS, signal, async (context) =>
      (await this.#keys.unlock(request, context.signal)).getPrincipal().toText(),
    );
  }

  async lock(handle: string): Promise<void> {
    this.#keys.lock(handle);
  }

  async #status(
    connection: Connection,
    endpoint: Endpoint,
    identity: IdentityRef,
    canister: Principal,
    context: OperationContext,
  ): Promise<CanisterFacts> {
    const key = await this.#keys.identity(identity);
    const call = managementCall('canister_status', canister, encodeCanisterId(canister));
    try {
      const { detail, moduleHash } = decodeStatus(await this.#readStatus({ connection, endpoint, key, call, context }));
      return {
        canisterId: canister.toText(),
        exists: true,
        controllers: detail.settings.controllers,
        detail,
        ...(moduleHash === undefined ? {} : { moduleHash }),
      };
    } catch (error) {
      // Refused, or not there: the certified public facts say which, and hold whoever asks.
      if (error instanceof Failure && error.kind === 'rejected') {
        return await this.#publicFacts(connection, endpoint, canister, context);
      }
      throw error;
    }
  }

  async #readStatus(question: StatusQuestion): Promise<Uint8Array> {
    const { connection, endpoint, key, call, context } = question;
    const { trust } = connection;
    if (!connection.statusNeedsUpdate) {
      try {
        return await this.#statusQuery(question);
      } catch (error) {
        // IC0536: method not found, as a query.
        if (!(error instanceof Failure && error.data.code === 'IC0536')) {
          throw error;
        }
        connection.statusNeedsUpdate = true;
      }
    }
    return await runInContext(context, () =>
      update(this.#agent(connection, endpoint, key), call, trust, context.signal),
    );
  }

  async #statusQuery({ connection, endpoint, key, call, context }: StatusQuestion): Promise<Uint8Array> {
    const asking = await forManyQuestions(key);
    if (connection.trust.checkSignature) {
      return await runInContext(context, () => query(this.#agent(connection, endpoint, key), call, asking));
    }
    return await quickQuery({ url: endpoint.url, fetch: this.#fetch, context }, asking, call);
  }

  async #publicFacts(
    connection: Connection,
    endpoint: Endpoint,
    canister: Principal,
    context: OperationContext,
  ): Promise<CanisterFacts> {
    const agent = this.#agent(connection, endpoint, await this.#keys.identity({ kind: 'anonymous' }));
    const path = ['canister', canister.toUint8Array()];
    const paths = [
      [...path, 'controllers'],
      [...path, 'module_hash'],
    ];
    const state = await runInContext(context, () => CertifiedState.read(agent, canister, paths, connection.trust));
    const controllers = state.lookupCbor([...path, 'controllers']);
    const moduleHash = state.lookup([...path, 'module_hash']);
    return {
      canisterId: canister.toText(),
      // A canister without controllers exists too: the path is absent only where there is no canister.
      exists: Array.isArray(controllers),
      controllers: Array.isArray(controllers)
        ? controllers.map((bytes) => Principal.fromUint8Array(bytes).toText())
        : [],
      ...(moduleHash === undefined ? {} : { moduleHash: toHex(moduleHash) }),
    };
  }

  async #readHealth(endpoint: Endpoint, context: OperationContext): Promise<NetworkHealth> {
    const response = await fetchIn(context, this.#fetch, new URL('/api/v2/status', endpoint.url));
    const status = response.ok ? decodeStatusPage(new Uint8Array(await response.arrayBuffer())) : undefined;
    if (!status) {
      return {
        state: 'foreign',
        detail: `HTTP ${response.status} ${response.headers.get('content-type') ?? ''}`.trim(),
      };
    }
    const { replica_health_status: health, root_key: rootKey, impl_version: version } = status;
    if (health !== undefined && health !== 'healthy') {
      return { state: 'starting', detail: String(health) };
    }
    const key = rootKey instanceof Uint8Array ? toHex(rootKey) : undefined;
    this.#noteKey(endpoint, key);
    return {
      state: 'healthy',
      ...(key === undefined ? {} : { rootKey: key }),
      ...(typeof version === 'string' ? { version } : {}),
    };
  }

  /** A network with a new key is another network, with other abilities. */
  #noteKey(endpoint: Endpoint, key: string | undefined): void {
    const connection = this.#connect(endpoint);
    if (connection.reportedKey !== key) {
      connection.reportedKey = key;
      connection.statusNeedsUpdate = false;
    }
  }

  #connect(endpoint: Endpoint): Connection {
    const key = rootKeyOf(endpoint);
    const id = `${endpoint.url} ${key}`;
    let connection = this.#connections.get(id);
    if (!connection) {
      connection = {
        trust: { rootKey: new Uint8Array(Buffer.from(key, 'hex')), checkSignature: endpoint.rootKey !== 'fetch' },
        agents: new WeakMap(),
        gate: new Semaphore(CONCURRENCY),
        statusNeedsUpdate: false,
      };
      this.#connections.set(id, connection);
    }
    return connection;
  }

  #agent(connection: Connection, endpoint: Endpoint, identity: Identity): HttpAgent {
    let agent = connection.agents.get(identity);
    if (!agent) {
      agent = StrictAgent.createSync({
        host: endpoint.url,
        identity,
        fetch: this.#contextFetch,
        rootKey: connection.trust.rootKey,
        verifyQuerySignatures: connection.trust.checkSignature,
        retryTimes: 1,
      });
      connection.agents.set(identity, agent);
    }
    return agent;
  }

  /** An operation that signs its requests. */
  #withSession<T>(
    timeoutMs: number,
    endpoint: Endpoint,
    identity: IdentityRef,
    signal: AbortSignal | undefined,
    task: (session: Session) => Promise<T>,
  ): Promise<T> {
    return this.#operation(timeoutMs, signal, async (context) => {
      const connection = this.#connect(endpoint);
      const agent = this.#agent(connection, endpoint, await this.#keys.identity(identity));
      return await runInContext(context, () => task({ agent, trust: connection.trust, signal: context.signal }));
    });
  }

  async #operation<T>(
    timeoutMs: number,
    signal: AbortSignal | undefined,
    task: (context: OperationContext) => Promise<T>,
  ): Promise<T> {
    const controller = new AbortController();
    const context: OperationContext = { signal: controller.signal };
    const cancel = () => controller.abort(signal?.reason);
    if (signal?.aborted) {
      cancel();
    }
    signal?.addEventListener('abort', cancel, { once: true });
    // Not `AbortSignal.timeout`, which would keep everything here in memory until its time is over.
    const timer = setTimeout(() => controller.abort(new DOMException('', 'TimeoutError')), timeoutMs);
    try {
      // The agent waits before it tries again, also after it was told to stop: nobody waits for that.
      return await Promise.race([task(context), whenAborted(context.signal)]);
    } catch (error) {
      throw toNetworkFailure(error, context);
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', cancel);
    }
  }
}

/** DER in hex. */
function rootKeyOf(endpoint: Endpoint): string {
  // Where signatures are not checked, the agent still wants a well-formed key.
  return typeof endpoint.rootKey === 'string' ? IC_ROOT_KEY : endpoint.rootKey.der;
}

function managementCall(method: string, effectiveCanisterId: Principal, arg: Uint8Array): Call {
  return { canisterId: MANAGEMENT_CANISTER, effectiveCanisterId, method, arg };
}

/** A principal that need not be put into words again, which takes a checksum and base 32. */
class ParsedPrincipal extends Principal {
  readonly #text: string;

  constructor(bytes: Uint8Array, text: string) {
    super(bytes);
    this.#text = text;
  }

  override toText(): string {
    return this.#text;
  }
}

/** @throws {Failure} where the text is no principal. */
function parseCanisterId(text: string): Principal {
  const parsed = parsePrincipal(text);
  if (!parsed.ok) {
    throw new Failure({ kind: 'internal', message: msg('{0} is not a canister id.', text) });
  }
  return new ParsedPrincipal(parsed.bytes, parsed.canonical);
}

function decodeStatusPage(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = Cbor.decode(bytes);
    return typeof value === 'object' && value !== null && 'replica_health_status' in value
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Rejects as soon as the signal aborts. */
function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) {
      abort();
    }
    signal.addEventListener('abort', abort, { once: true });
  });
}
