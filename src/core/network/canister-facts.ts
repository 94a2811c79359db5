export type RunState = 'running' | 'stopping' | 'stopped';

/** Who may see something of a canister: its log, its snapshots, its status. */
export type Visibility =
  | { readonly kind: 'controllers' | 'public' }
  | { readonly kind: 'allowed_viewers'; readonly viewers: readonly string[] };

export interface EnvironmentVariable {
  readonly name: string;
  readonly value: string;
}

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
  /** Bytes. */
  readonly logMemoryLimit?: bigint;
  readonly logVisibility?: Visibility;
  readonly snapshotVisibility?: Visibility;
  readonly statusVisibility?: Visibility;
  readonly environmentVariables?: readonly EnvironmentVariable[];
}

/** Settings to change; what is not given stays as it is. Lists stand in place of all that the canister has. */
export type SettingsChange = Partial<CanisterSettings>;

/** What the memory of a canister is of, in bytes (interface specification, `canister_status`, `memory_metrics`). */
export interface MemoryKinds {
  readonly wasm: bigint;
  readonly stable: bigint;
  /** The code that is installed. */
  readonly module: bigint;
  readonly snapshots: bigint;
}

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
  /** Parts of it; absent where the network does not tell them. */
  readonly memoryKinds?: MemoryKinds;
  readonly settings: CanisterSettings;
  readonly queryCalls?: bigint;
  /** Instructions of all these query calls. */
  readonly queryInstructions?: bigint;
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

/** The network keeps no more of one canister. */
export const MAX_SNAPSHOTS = 10;

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
