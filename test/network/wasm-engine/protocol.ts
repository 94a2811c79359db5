/** What the network's thread and the threads that run canister code say to each other. */

/**
 * From where code runs, in the letters of the interface specification ("Overview of imports"): `I` init and
 * post_upgrade, `G` pre_upgrade, `U` update, `RQ` a query in replicated mode, `NRQ` a query, `CQ` a composite query,
 * `Ry` and `Rt` reply and reject callback, `C` cleanup, `CRy`, `CRt` and `CC` the same in a composite query, `F`
 * inspect_message, `T` heartbeat and timer, `s` start.
 */
export type Mode = 'I' | 'G' | 'U' | 'RQ' | 'NRQ' | 'CQ' | 'Ry' | 'Rt' | 'C' | 'CRy' | 'CRt' | 'CC' | 'F' | 'T' | 's';

/** A function of a canister, as its system calls name it: a place in the table, and what it is called with. */
export interface Closure {
  readonly fun: number;
  readonly env: number | bigint;
}

/** What a canister has between messages. The buffers are shared by all threads; only a commit writes them. */
export interface Image {
  /** Main memory; undefined where the module has none. May be larger than the memory. */
  readonly heap: SharedArrayBuffer | undefined;
  /** Bytes. */
  readonly heapSize: number;
  /** Mutable globals, in the order of the instrumented module. */
  readonly globals: readonly (number | bigint)[];
  /** May be larger than the memory. */
  readonly stable: SharedArrayBuffer;
  /** Pages of 64 KiB. */
  readonly stablePages: number;
  /** The id of the run that made it. */
  readonly version: number;
}

/** What a run can see. */
export interface Environment {
  readonly mode: Mode;
  readonly self: Uint8Array;
  readonly caller: Uint8Array;
  readonly method: string;
  readonly arg: Uint8Array;
  /** 0 for a reply callback. */
  readonly rejectCode: number;
  readonly rejectMessage: string;
  /** Nanoseconds since 1970. */
  readonly time: bigint;
  /** Nanoseconds since 1970; 0 where the caller waits without limit. */
  readonly deadline: bigint;
  /** Whether the call was answered before. */
  readonly responded: boolean;
  readonly cyclesAvailable: bigint;
  readonly cyclesRefunded: bigint;
  readonly balance: bigint;
  readonly freezingBalance: bigint;
  /** 1 running, 2 stopping, 3 stopped. */
  readonly status: number;
  readonly version: bigint;
  readonly controllers: readonly Uint8Array[];
  readonly subnet: Uint8Array;
  readonly rootKey: Uint8Array;
  readonly variables: readonly { readonly name: string; readonly value: string }[];
  /** Whether there is certified data that a query can show the certificate of. */
  readonly certified: boolean;
  /** Instructions that earlier messages of the same call took. */
  readonly instructionsBefore: bigint;
  /** When the global timer is due, in nanoseconds since 1970; 0 for never. */
  readonly timer: bigint;
}

export interface Run {
  /** From 1; unlike that of any other run. */
  readonly id: number;
  readonly module: number;
  /** Given once for each module and thread. */
  readonly code?: WebAssembly.Module;
  readonly memory64: boolean;
  readonly globals: readonly string[];
  /** Undefined for a canister that begins with empty memories. */
  readonly image?: Image;
  /** A new instance of a module that the canister did not have: runs its start function; `image` has no globals. */
  readonly fresh: boolean;
  /** What to call: names of exports that may be missing, or a closure. */
  readonly entry: readonly string[] | Closure;
  readonly environment: Environment;
  /** Whether changes of memories and globals are kept. */
  readonly commit: boolean;
  readonly instructionLimit: bigint;
  /** Bytes of main memory; 0 for no limit. */
  readonly heapLimit: number;
}

export interface OutgoingCall {
  readonly callee: Uint8Array;
  readonly method: string;
  readonly arg: Uint8Array;
  readonly cycles: bigint;
  readonly reply: Closure;
  readonly reject: Closure;
  readonly cleanup?: Closure;
  /** Seconds; undefined for a call that is waited for without limit. */
  readonly timeout?: number;
}

/** Why a run failed. */
export type Failure =
  | { readonly kind: 'trap'; readonly reason: string }
  | { readonly kind: 'calledTrap'; readonly message: string }
  | { readonly kind: 'contract'; readonly message: string }
  | { readonly kind: 'function'; readonly index: number }
  | { readonly kind: 'limit'; readonly limit: bigint }
  | { readonly kind: 'heapLimit'; readonly used: number; readonly limit: number }
  | { readonly kind: 'cycles'; readonly missing: bigint }
  | { readonly kind: 'engine'; readonly message: string };

export type Response = { readonly reply: Uint8Array } | { readonly code: number; readonly message: string };

export interface Outcome {
  readonly id: number;
  readonly failure?: Failure;
  readonly response?: Response;
  readonly accepted: boolean;
  readonly calls: readonly OutgoingCall[];
  readonly logs: readonly Uint8Array[];
  /** Cycles taken from the caller. */
  readonly cyclesAccepted: bigint;
  /** Cycles given with calls, or burned. */
  readonly cyclesSpent: bigint;
  readonly certifiedData?: Uint8Array;
  /** Nanoseconds since 1970; 0 switches the timer off. */
  readonly timer?: bigint;
  readonly instructions: bigint;
  /** Given where the run was committed. */
  readonly image?: Image;
}

/** Messages of a thread. */
export type FromWorker = { readonly outcome: Outcome } | { readonly certificateFor: number };

/** What a thread is started with. */
export interface WorkerData {
  /** See {@link Signal}. */
  readonly signal: SharedArrayBuffer;
  /** Where certificates come in. */
  readonly port: import('node:worker_threads').MessagePort;
}

/** Places in the signal of a thread. */
export const Signal = {
  /** One of {@link Phase}. */
  phase: 0,
  /** Counts the certificates that were sent. */
  certificates: 1,
} as const;

/** A run is either committed or given up, never both: whoever changes the phase first decides. */
export const Phase = { running: 0, committing: 1, givenUp: 2 } as const;

/** Bytes of a page of memory. */
export const PAGE = 65_536;
