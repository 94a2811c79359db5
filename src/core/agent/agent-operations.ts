import { AgentError, HttpErrorCode, type Identity } from '@dfinity/agent';
import { ANSWER_BYTES } from '../network/answer-limits';
import type { NetworkApi, SignedRequest } from '../network/network-api';
import { hostOf, maySign } from '../network/network-class';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import { CandidCodec } from './candid-codec';
import { CanisterStatusReader } from './canister-status';
import { Connections } from './connections';
import { installCode, readModule } from './install-code';
import { ANONYMOUS_IDENTITY, KeyRing } from './key-ring';
import {
  decodeCanisterId,
  decodeLogs,
  decodeSnapshot,
  decodeSnapshots,
  encodeCanisterId,
  encodeCreate,
  encodeManagementCall,
  encodeTakeSnapshot,
  managementCall,
  toPrincipal,
} from './management-idl';
import { readHealth } from './network-health';
import { type NetworkFetch, type OperationContext, runInContext } from './operation-context';
import type { Optimizations } from './optimizations/optimizations';
import { type Call, query, update } from './query-update';
import { runOperation } from './run-operation';
import { manageCanister, readMetadata, type Session } from './session';
import { isStranger } from './strangers';

const HEALTH_TIMEOUT_MS = 5_000;
const READ_TIMEOUT_MS = 20_000;
/** The network itself gives up stopping a canister after about five minutes. */
const CHANGE_TIMEOUT_MS = 6 * 60_000;
/** Up to a hundred chunks before the installation itself. */
const INSTALL_TIMEOUT_MS = 20 * 60_000;
/** Seconds of computing, on a busy machine many. */
const UNLOCK_TIMEOUT_MS = 120_000;

/** What tests and benchmarks replace. */
export interface AgentParts {
  readonly candid?: CandidCodec;
  readonly optimizations?: Optimizations;
}

/** The methods, carried out by `@dfinity/agent`. For the agent's bundle. */
export function agentOperations(fetchImpl: NetworkFetch, parts: AgentParts = {}): NetworkApi {
  const { candid = new CandidCodec(), optimizations } = parts;
  const keys = new KeyRing();
  const connections = new Connections(fetchImpl);
  const statuses = new CanisterStatusReader(optimizations);

  /** The one place where keys are taken to sign a request. What only reads is anonymous where nothing may be signed. */
  const signer = async ({ endpoint, identity }: SignedRequest, needsKey: boolean): Promise<Identity> => {
    if (identity.kind === 'anonymous' || maySign(endpoint)) {
      return await keys.identity(identity);
    }
    if (needsKey) {
      const message = msg('Nothing is signed for {0} until you agree to that.', hostOf(endpoint.url));
      throw new Failure({ kind: 'unsigned', message });
    }
    return ANONYMOUS_IDENTITY;
  };

  /** Does what a signed request asks for. */
  const inSession = <T>(
    timeoutMs: number,
    request: SignedRequest & { readonly signal?: AbortSignal },
    task: (session: Session) => Promise<T>,
    { needsKey = true } = {},
  ): Promise<T> =>
    runOperation(timeoutMs, request.signal, async (context) => {
      const connection = connections.to(request.endpoint);
      const agent = connection.agent(await signer(request, needsKey));
      return await runInContext(context, () => task({ agent, trust: connection.trust, signal: context.signal }));
    });

  return {
    health: async ({ endpoint, signal }) => {
      try {
        const read = (context: OperationContext) => readHealth(connections.to(endpoint), endpoint, context);
        return await runOperation(HEALTH_TIMEOUT_MS, signal, read, ANSWER_BYTES.status);
      } catch (error) {
        if (!(error instanceof Failure) || error.kind === 'cancelled') {
          throw error;
        }
        const detail = error.data.detail ?? error.message;
        return isStranger(error)
          ? { state: 'foreign', detail, message: error.data.message }
          : { state: 'offline', detail };
      }
    },

    probe: (request) => {
      const { signal } = request;
      const read = (context: OperationContext) => {
        const connection = connections.to(request.endpoint);
        return connection.gate.run(async () => {
          const canister = toPrincipal(request.canisterId);
          const key = await signer(request, false);
          return await statuses.read(connection, key, canister, context, request.publicOnly);
        }, context.signal);
      };
      return runOperation(READ_TIMEOUT_MS, signal, read, ANSWER_BYTES.facts);
    },

    manage: (request) =>
      inSession(CHANGE_TIMEOUT_MS, request, async (session) => {
        const canister = toPrincipal(request.canisterId);
        await manageCanister(session, request.method, canister, encodeManagementCall(request));
      }),

    create: (request) =>
      inSession(CHANGE_TIMEOUT_MS, request, async (session) => {
        const effective = toPrincipal(request.specifiedId ?? request.effectiveCanisterId);
        const method = 'provisional_create_canister_with_cycles';
        return decodeCanisterId(await manageCanister(session, method, effective, encodeCreate(request)));
      }),

    install: (request) =>
      inSession(INSTALL_TIMEOUT_MS, request, async (session) => {
        const canister = toPrincipal(request.canisterId);
        const arg = await candid.argument(request.argument, { kind: 'init' });
        await installCode(session, { ...request, canister, module: await readModule(request.module), arg });
      }),

    takeSnapshot: (request) =>
      inSession(CHANGE_TIMEOUT_MS, request, async (session) => {
        const canister = toPrincipal(request.canisterId);
        const arg = encodeTakeSnapshot(canister, request.replace);
        return decodeSnapshot(await manageCanister(session, 'take_canister_snapshot', canister, arg));
      }),

    listSnapshots: (request) =>
      inSession(READ_TIMEOUT_MS, request, async (session) => {
        const canister = toPrincipal(request.canisterId);
        const arg = encodeCanisterId(canister);
        return decodeSnapshots(await manageCanister(session, 'list_canister_snapshots', canister, arg));
      }),

    fetchLogs: (request) =>
      inSession(
        READ_TIMEOUT_MS,
        request,
        async ({ agent }) => {
          const canister = toPrincipal(request.canisterId);
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
        },
        { needsKey: false },
      ),

    metadata: (request) =>
      inSession(
        READ_TIMEOUT_MS,
        request,
        async (session) => {
          try {
            return await readMetadata(session, toPrincipal(request.canisterId), request.name);
          } catch (error) {
            // A private section of somebody else's canister.
            if (error instanceof AgentError && error.code instanceof HttpErrorCode && error.code.status === 403) {
              return undefined;
            }
            throw error;
          }
        },
        { needsKey: false },
      ),

    call: (request) =>
      inSession(
        CHANGE_TIMEOUT_MS,
        request,
        async ({ agent, trust, signal }) => {
          const canister = toPrincipal(request.canisterId);
          const { method } = request;
          const arg = await candid.argument(request.argument, { kind: 'method', name: method });
          const call: Call = { canisterId: canister, effectiveCanisterId: canister, method, arg };
          const begun = performance.now();
          const isQuery = request.kind === 'query';
          const bytes = isQuery ? await query(agent, call) : await update(agent, call, trust, signal);
          const milliseconds = performance.now() - begun;
          const checked = isQuery ? 'node-signature' : 'certificate';
          return {
            ...(await candid.decodeReply(bytes, method, request.interface)),
            bytes,
            trust: trust.checkSignature ? checked : 'unchecked',
            milliseconds,
          };
        },
        { needsKey: request.kind === 'update' },
      ),

    encodeCandid: ({ text, place, interface: did, signal }) =>
      runOperation(READ_TIMEOUT_MS, signal, () => candid.encode(text, place, did)),

    principal: ({ identity, signal }) =>
      runOperation(READ_TIMEOUT_MS, signal, async () => (await keys.identity(identity)).getPrincipal().toText()),

    unlock: ({ signal, ...request }) =>
      runOperation(UNLOCK_TIMEOUT_MS, signal, async (context) =>
        (await keys.unlock(request, context.signal)).getPrincipal().toText(),
      ),

    lock: async ({ handle }) => keys.lock(handle),
  };
}
