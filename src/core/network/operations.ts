import type { Endpoint, IdentityRef, SettingsChange } from './types';

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

/** What Candid text stands for, and so which types of the interface it has to have. */
export type ArgumentPlace = { readonly kind: 'method'; readonly name: string } | { readonly kind: 'init' };

/** A Wasm module, as a file that the worker reads itself or as bytes. */
export type ModuleSource = { readonly file: string } | { readonly bytes: Uint8Array };

export interface InstallRequest {
  readonly canisterId: string;
  readonly mode: 'install' | 'reinstall' | 'upgrade';
  readonly module: ModuleSource;
  /** No arguments, `()`, unless given. */
  readonly argument?: CallArgument;
  /** Upgrade only: leaves out the old module's `pre_upgrade`. */
  readonly skipPreUpgrade?: boolean;
  /** Upgrade only. Where not given, memory is kept if the installed module asks for it, as dfx does. */
  readonly wasmMemoryPersistence?: 'keep' | 'replace';
}

export interface CreateRequest {
  /** Any canister id of the subnet that shall hold the new one. */
  readonly effectiveCanisterId: string;
  /** Cycles; the network's default unless given. */
  readonly amount?: bigint;
  readonly specifiedId?: string;
  readonly settings?: SettingsChange;
}

export interface CanisterSnapshot {
  /** In hex. */
  readonly id: string;
  /** Milliseconds since 1970. */
  readonly takenAt: number;
  /** Bytes. */
  readonly size: bigint;
}

export interface LogRecord {
  readonly index: bigint;
  /** Nanoseconds since 1970. */
  readonly timestampNs: bigint;
  readonly content: Uint8Array;
}

export interface CallRequest {
  readonly canisterId: string;
  readonly method: string;
  readonly kind: 'query' | 'update';
  readonly argument: CallArgument;
  /** A .did text; gives the reply's fields their names. */
  readonly interface?: string;
}

/** How far a reply can be trusted. */
export type ReplyTrust =
  /** An update's reply in a certificate that was checked. */
  | 'certificate'
  /** A query's reply, signed by one node whose key is certified. */
  | 'node-signature'
  /** dfx made the call and checked what it checks. */
  | 'dfx'
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

/** What is asked of canisters beyond their state. Each promise rejects with a `Failure` only. */
export interface CanisterOperations {
  /** Installs code, in chunks where the module is larger than a message may be. */
  install(endpoint: Endpoint, identity: IdentityRef, request: InstallRequest, signal?: AbortSignal): Promise<void>;
  /** Creates a canister where cycles are free: on local networks. @returns its id */
  create(endpoint: Endpoint, identity: IdentityRef, request: CreateRequest, signal?: AbortSignal): Promise<string>;
  /** @param replace id of a snapshot that makes room for the new one */
  takeSnapshot(
    endpoint: Endpoint,
    identity: IdentityRef,
    canisterId: string,
    replace: string | undefined,
    signal?: AbortSignal,
  ): Promise<CanisterSnapshot>;
  listSnapshots(
    endpoint: Endpoint,
    identity: IdentityRef,
    canisterId: string,
    signal?: AbortSignal,
  ): Promise<CanisterSnapshot[]>;
  /** The records that the network still holds, oldest first. */
  fetchLogs(endpoint: Endpoint, identity: IdentityRef, canisterId: string, signal?: AbortSignal): Promise<LogRecord[]>;
  /** A custom section of the module such as `candid:service`; undefined where it has none, or none for this identity. */
  metadata(
    endpoint: Endpoint,
    identity: IdentityRef,
    canisterId: string,
    name: string,
    signal?: AbortSignal,
  ): Promise<Uint8Array | undefined>;
  call(endpoint: Endpoint, identity: IdentityRef, request: CallRequest, signal?: AbortSignal): Promise<CallReply>;
  /**
   * Encodes Candid text.
   *
   * @throws {Failure} of kind `candid` where the text is none, or not of the types that the place wants
   */
  encodeCandid(text: string, place: ArgumentPlace | undefined, did: string | undefined): Promise<Uint8Array>;
}
