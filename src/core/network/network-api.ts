/**
 * What is asked of networks and keys: the contract between the extension and the agent's worker. {@link NetworkMethods}
 * is the only list of the methods. The host sends what is named there, the worker has one operation for each.
 */
import type { IdentityEncryption } from '../identity/encrypted';
import type { CanisterFacts, CanisterSnapshot, LogRecord, SettingsChange } from './canister-facts';
import type { Endpoint, NetworkHealth } from './endpoint';
import type { IdentityRef } from './identity-ref';

/** Each method with its request and its result. A promise of one rejects with a `Failure` only. */
export interface NetworkMethods {
  health(request: NetworkRequest): NetworkHealth;
  /** Status where the identity may read it, else the certified public facts. */
  probe(request: ProbeRequest): CanisterFacts;
  /** Changes a canister through the management canister. */
  manage(request: ManageRequest): void;
  /** Creates a canister where cycles are free: on local networks. Results in its id. */
  create(request: CreateRequest): string;
  /** Installs code, in chunks where the module is larger than a message may be. */
  install(request: InstallRequest): void;
  takeSnapshot(request: TakeSnapshotRequest): CanisterSnapshot;
  listSnapshots(request: CanisterRequest): CanisterSnapshot[];
  /** The records that the network still holds, oldest first. */
  fetchLogs(request: CanisterRequest): LogRecord[];
  /** A custom section of the module; undefined where it has none, or none for this identity. */
  metadata(request: MetadataRequest): Uint8Array | undefined;
  call(request: CallRequest): CallReply;
  /** Encodes Candid text; a failure of kind `candid` where the text is none, or not of the types that are wanted. */
  encodeCandid(request: EncodeCandidRequest): Uint8Array;
  /** The identity's principal. */
  principal(request: { readonly identity: IdentityRef }): string;
  /** Decrypts a key and keeps it in the worker's memory, nowhere else. Takes seconds. Results in its principal. */
  unlock(request: UnlockRequest): string;
  /** Forgets an unlocked key. */
  lock(request: { readonly handle: string }): void;
}

export type NetworkMethod = keyof NetworkMethods;
export type RequestOf<M extends NetworkMethod> = Parameters<NetworkMethods[M]>[0];
export type ResultOf<M extends NetworkMethod> = ReturnType<NetworkMethods[M]>;

/** A request that can be cancelled while it is under way. */
export type Cancellable<T> = T & { readonly signal?: AbortSignal };

/** The methods as they are called. */
export type NetworkApi = {
  readonly [M in NetworkMethod]: (request: Cancellable<RequestOf<M>>) => Promise<ResultOf<M>>;
};

/** @param send carries out any of the methods */
export function networkApi(
  send: <M extends NetworkMethod>(method: M, request: Cancellable<RequestOf<M>>) => Promise<ResultOf<M>>,
): NetworkApi {
  return new Proxy({} as NetworkApi, {
    get: (_target, name) =>
      // With a `then`, an `await` would take it for a promise.
      typeof name === 'symbol' || name === 'then'
        ? undefined
        : (request: Cancellable<RequestOf<NetworkMethod>>) => send(name as NetworkMethod, request),
  });
}

export interface NetworkRequest {
  readonly endpoint: Endpoint;
}

export interface SignedRequest extends NetworkRequest {
  readonly identity: IdentityRef;
}

export interface CanisterRequest extends SignedRequest {
  readonly canisterId: string;
}

export interface ProbeRequest extends CanisterRequest {
  /** Do not ask for the status: the identity was refused before. */
  readonly publicOnly?: boolean;
}

/** A change of a canister through the management canister. */
export type ManagementCall =
  | {
      readonly method: 'start_canister' | 'stop_canister' | 'uninstall_code' | 'delete_canister';
      readonly canisterId: string;
    }
  | { readonly method: 'update_settings'; readonly canisterId: string; readonly settings: SettingsChange }
  /** Local networks only. `amount`: cycles. */
  | { readonly method: 'provisional_top_up_canister'; readonly canisterId: string; readonly amount: bigint }
  | {
      readonly method: 'load_canister_snapshot' | 'delete_canister_snapshot';
      readonly canisterId: string;
      /** In hex. */
      readonly snapshotId: string;
    };

export type ManageRequest = SignedRequest & ManagementCall;

export interface CreateRequest extends SignedRequest {
  /** Any canister id of the subnet that shall hold the new one. */
  readonly effectiveCanisterId: string;
  /** Cycles; the network's default unless given. */
  readonly amount?: bigint;
  readonly specifiedId?: string;
  readonly settings?: SettingsChange;
}

export type InstallMode = 'install' | 'reinstall' | 'upgrade';

/** A Wasm module, as a file of the project in `root` that the worker reads itself, or as bytes. */
export type ModuleSource = { readonly file: string; readonly root: string } | { readonly bytes: Uint8Array };

export interface InstallRequest extends CanisterRequest {
  readonly mode: InstallMode;
  readonly module: ModuleSource;
  /** No arguments, `()`, unless given. */
  readonly argument?: CallArgument;
  /** Upgrade only: leaves out the old module's `pre_upgrade`. */
  readonly skipPreUpgrade?: boolean;
  /** Upgrade only. Where not given, memory is kept if the installed module asks for it, as dfx does. */
  readonly wasmMemoryPersistence?: 'keep' | 'replace';
}

export interface TakeSnapshotRequest extends CanisterRequest {
  /** Id of a snapshot that makes room for the new one. */
  readonly replace?: string;
}

export interface MetadataRequest extends CanisterRequest {
  /** Of the custom section, such as `candid:service`. */
  readonly name: string;
}

export interface CallRequest extends CanisterRequest {
  readonly method: string;
  readonly kind: 'query' | 'update';
  readonly argument: CallArgument;
  /** A .did text; gives the reply's fields their names. */
  readonly interface?: string;
}

/** The argument of a call, as Candid text or as the bytes themselves. */
export type CallArgument =
  | {
      readonly kind: 'candid';
      /** `("Sam", 5)` */
      readonly text: string;
      /** A .did text. Without one, types are inferred from the values. */
      readonly interface?: string;
    }
  | { readonly kind: 'raw'; readonly bytes: Uint8Array };

/** How far a reply can be trusted. */
export type ReplyTrust =
  /** An update's reply in a certificate that was checked. */
  | 'certificate'
  /** A query's reply, signed by one node whose key is certified. */
  | 'node-signature'
  /** The engine's tool made the call and checked what it checks. */
  | 'tool'
  /** The network supplies the key itself, as local ones do: there is nothing to check against. */
  | 'unchecked';

export interface CallReply {
  /** Candid text; undefined where the reply is no Candid that can be shown. */
  readonly text?: string;
  /** True where the reply was not of the interface's types and is shown without them. */
  readonly untyped: boolean;
  readonly bytes: Uint8Array;
  readonly trust: ReplyTrust;
  /** Milliseconds from sending the request to having checked the reply. */
  readonly milliseconds: number;
}

/** What Candid text is an argument of, and so which types of the interface it has to have. */
export type ArgumentPlace = { readonly kind: 'method'; readonly name: string } | { readonly kind: 'init' };

export interface EncodeCandidRequest {
  readonly text: string;
  readonly place?: ArgumentPlace;
  /** A .did text. Without one, types are inferred from the values. */
  readonly interface?: string;
}

/** A key file to decrypt, and for how long to keep the key in memory. */
export interface UnlockRequest {
  readonly name: string;
  /** Stands for this key in an {@link IdentityRef}; says nothing about it. */
  readonly handle: string;
  readonly file: string;
  readonly encryption: IdentityEncryption;
  readonly password: string;
  /** Milliseconds, at most 2^31 - 1. */
  readonly keepMs: number;
}
