import type { IdentityEncryption } from '../engines/dfx/identities';

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
}

/** Which key signs requests. Names a place, never holds a secret. */
export type IdentityRef =
  | { readonly kind: 'anonymous' }
  | { readonly kind: 'pem'; readonly name: string; readonly file: string }
  /** A key that a password was given for, by the handle of the request that did. */
  | { readonly kind: 'unlocked'; readonly name: string; readonly handle: string };

export const ANONYMOUS: IdentityRef = { kind: 'anonymous' };

/** What `/api/v2/status` says. */
export type NetworkHealth =
  | { readonly state: 'offline'; readonly detail: string }
  /** Something answers on the port, but not as an Internet Computer network does. */
  | { readonly state: 'foreign'; readonly detail: string }
  | { readonly state: 'starting'; readonly detail: string }
  | { readonly state: 'healthy'; readonly rootKey?: string; readonly version?: string };

export type RunState = 'running' | 'stopping' | 'stopped';

export type LogVisibility =
  | { readonly kind: 'controllers' | 'public' }
  | { readonly kind: 'allowed_viewers'; readonly viewers: readonly string[] };

/** Settings as `canister_status` reports them; fields that older networks lack are absent. */
export interface CanisterSettings {
  readonly controllers: readonly string[];
  /** Percent, 0 to 100. */
  readonly computeAllocation: bigint;
  /** Bytes; 0 means best effort. */
  readonly memoryAllocation: bigint;
  /** Seconds. */
  readonly freezingThreshold: bigint;
  /** Cycles. */
  readonly reservedCyclesLimit?: bigint;
  /** Bytes. */
  readonly wasmMemoryLimit?: bigint;
  /** Bytes. */
  readonly wasmMemoryThreshold?: bigint;
  readonly logVisibility?: LogVisibility;
}

/** Settings to change; what is not given stays as it is. */
export type SettingsChange = Partial<CanisterSettings>;

/** What only those may see who may read a canister's status. */
export interface CanisterDetail {
  readonly status: RunState;
  /** Cycles. */
  readonly cycles: bigint;
  /** Cycles. */
  readonly reservedCycles?: bigint;
  /** Cycles burned in a day without any call. */
  readonly idleCyclesBurnedPerDay: bigint;
  /** Bytes. */
  readonly memorySize: bigint;
  readonly settings: CanisterSettings;
  readonly queryCalls?: bigint;
}

/** What the network says of one canister. */
export interface CanisterFacts {
  readonly canisterId: string;
  /** False where the network certifies that there is no such canister. */
  readonly exists: boolean;
  /** SHA-256 of the installed module in hex; absent where none is installed. */
  readonly moduleHash?: string;
  readonly controllers: readonly string[];
  /** Absent where the identity may not read the status. */
  readonly detail?: CanisterDetail;
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

export interface ProbeOptions {
  /** Do not ask for the status: the identity was refused before. */
  readonly publicOnly?: boolean;
}

/** Everything that is asked of a network. Each promise rejects with a `Failure` only. */
export interface NetworkOperations {
  health(endpoint: Endpoint, signal?: AbortSignal): Promise<NetworkHealth>;
  /** Status where the identity may read it, else the certified public facts. */
  probe(
    endpoint: Endpoint,
    identity: IdentityRef,
    canisterId: string,
    options: ProbeOptions,
    signal?: AbortSignal,
  ): Promise<CanisterFacts>;
  manage(endpoint: Endpoint, identity: IdentityRef, call: ManagementCall, signal?: AbortSignal): Promise<void>;
  /** The identity's principal. */
  principal(identity: IdentityRef): Promise<string>;
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

/** What is done with keys that passwords protect. Each promise rejects with a `Failure` only. */
export interface KeyOperations {
  /**
   * Decrypts a key and keeps it in the worker's memory, nowhere else. Takes seconds.
   *
   * @returns the identity's principal
   */
  unlock(request: UnlockRequest, signal?: AbortSignal): Promise<string>;
  /** Forgets an unlocked key. */
  lock(handle: string): Promise<void>;
}
