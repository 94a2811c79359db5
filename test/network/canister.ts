/** One canister: what the network keeps of it, and the arithmetic of its memory and cycles. */
import { Principal } from '@dfinity/principal';
import { encodeCbor } from './cbor';
import { LabelMap, type StateNode } from './hash-tree';
import type { CanisterModule } from './module';
import { rejects } from './reject';

export type CanisterStatus = 'running' | 'stopping' | 'stopped';

/** Who besides the controllers may see something. */
export type Visibility = 'controllers' | 'public' | { readonly allowedViewers: readonly string[] };

export interface Settings {
  /** Principals as text, sorted as the state tree sorts them. */
  readonly controllers: readonly string[];
  /** Percent. */
  readonly computeAllocation: bigint;
  /** Bytes. */
  readonly memoryAllocation: bigint;
  /** Seconds. */
  readonly freezingThreshold: bigint;
  /** Cycles. */
  readonly reservedCyclesLimit: bigint;
  /** Cycles. */
  readonly minimumIncomingCallCycles: bigint;
  readonly logVisibility: Visibility;
  /** Bytes. */
  readonly logMemoryLimit: bigint;
  readonly snapshotVisibility: Visibility;
  readonly statusVisibility: Visibility;
  /** Bytes. */
  readonly wasmMemoryLimit: bigint;
  /** Bytes. */
  readonly wasmMemoryThreshold: bigint;
  readonly environmentVariables: readonly { readonly name: string; readonly value: string }[];
}

/** What a new canister has on the real network. */
export const DEFAULT_SETTINGS: Settings = {
  controllers: [],
  computeAllocation: 0n,
  memoryAllocation: 0n,
  freezingThreshold: 2_592_000n,
  reservedCyclesLimit: 5_000_000_000_000n,
  minimumIncomingCallCycles: 0n,
  logVisibility: 'controllers',
  logMemoryLimit: 4096n,
  snapshotVisibility: 'controllers',
  statusVisibility: 'controllers',
  wasmMemoryLimit: 3_221_225_472n,
  wasmMemoryThreshold: 0n,
  environmentVariables: [],
};

export interface LogRecord {
  readonly idx: bigint;
  readonly timestampNs: bigint;
  readonly content: Uint8Array;
}

/** Sizes in bytes. */
export interface Memory {
  readonly wasm: bigint;
  readonly stable: bigint;
  readonly globals: bigint;
}

export interface CanisterSnapshot {
  readonly id: Uint8Array;
  readonly takenAtNs: bigint;
  readonly canisterVersion: bigint;
  readonly module: CanisterModule;
  readonly chunks: ReadonlyMap<string, Uint8Array>;
  readonly memory: Memory;
  readonly certifiedData: Uint8Array | undefined;
  /** What the executor keeps: contents of main and stable memory and the like. */
  readonly state: unknown;
  /** Bytes. */
  readonly size: bigint;
}

/** Prices of a 13-node application subnet. */
const CYCLES_PER_GIB_SECOND = 127_000n;
const CYCLES_PER_PERCENT_SECOND = 10_000_000n;
const SECONDS_PER_DAY = 86_400n;
const GIB = 1024n ** 3n;
/** Memory that every canister holds for its history. */
const HISTORY_BYTES = 366n;

export class Canister {
  readonly id: Principal;
  /** The id as text. */
  readonly name: string;
  status: CanisterStatus = 'running';
  settings: Settings;
  module: CanisterModule | undefined;
  version = 0n;
  readonly chunks = new Map<string, Uint8Array>();
  readonly snapshots: CanisterSnapshot[] = [];
  /** Owned by the executor. Opaque to the network, which carries it into and out of snapshots. */
  state: unknown;
  /** An executor keeps this current. */
  memory: Memory = { wasm: 0n, stable: 0n, globals: 0n };
  certifiedData: Uint8Array | undefined;
  readonly #logs: LogRecord[] = [];
  #nextLog = 0n;
  #cycles: bigint;
  #chargedAtNs: bigint;

  constructor(id: Principal, settings: Settings, cycles: bigint, nowNs: bigint) {
    this.id = id;
    this.name = id.toText();
    this.settings = settings;
    this.#cycles = cycles;
    this.#chargedAtNs = nowNs;
  }

  isController(principal: string): boolean {
    return this.settings.controllers.includes(principal);
  }

  /** Whether a principal may see what a visibility setting guards. */
  mayView(visibility: Visibility, principal: string): boolean {
    if (visibility === 'public' || this.isController(principal)) {
      return true;
    }
    return typeof visibility === 'object' && visibility.allowedViewers.includes(principal);
  }

  get chunkStoreSize(): bigint {
    // A chunk takes a slot of one MiB whatever its size.
    return BigInt(this.chunks.size) * 1_048_576n;
  }

  get snapshotsSize(): bigint {
    return this.snapshots.reduce((sum, snapshot) => sum + snapshot.size, 0n);
  }

  get binarySize(): bigint {
    return BigInt(this.module?.bytes.length ?? 0);
  }

  get customSectionsSize(): bigint {
    return BigInt(this.module?.customSectionsSize ?? 0);
  }

  get historySize(): bigint {
    return HISTORY_BYTES;
  }

  get logSize(): bigint {
    return this.#logs.reduce((sum, record) => sum + BigInt(record.content.length), 0n);
  }

  /** Bytes. */
  get memorySize(): bigint {
    const { wasm, stable, globals } = this.memory;
    return (
      wasm +
      stable +
      globals +
      this.binarySize +
      this.customSectionsSize +
      this.historySize +
      this.chunkStoreSize +
      this.snapshotsSize +
      this.logSize
    );
  }

  get idleCyclesPerDay(): bigint {
    const { memoryAllocation, computeAllocation } = this.settings;
    let bytes = this.memorySize;
    if (bytes < memoryAllocation) {
      bytes = memoryAllocation;
    }
    return (
      (bytes * CYCLES_PER_GIB_SECOND * SECONDS_PER_DAY) / GIB +
      computeAllocation * CYCLES_PER_PERCENT_SECOND * SECONDS_PER_DAY
    );
  }

  /** Balance below which the canister does nothing but wait for a top-up. */
  get freezingBalance(): bigint {
    return (this.idleCyclesPerDay * this.settings.freezingThreshold) / SECONDS_PER_DAY;
  }

  /** The balance at a moment: what it costs merely to be there is taken off as time passes. */
  cyclesAt(nowNs: bigint): bigint {
    const elapsed = nowNs - this.#chargedAtNs;
    const burned = elapsed > 0n ? (this.idleCyclesPerDay * elapsed) / (SECONDS_PER_DAY * 1_000_000_000n) : 0n;
    return burned > this.#cycles ? 0n : this.#cycles - burned;
  }

  /** Settles what was burned until now. To be called before anything that changes the rate of burning. */
  settle(nowNs: bigint): void {
    const cycles = this.cyclesAt(nowNs);
    // A fraction of a cycle must not be lost at every call, so time moves on only once something was burned.
    if (cycles === this.#cycles && nowNs - this.#chargedAtNs < 1_000_000_000n) {
      return;
    }
    this.#cycles = cycles;
    this.#chargedAtNs = nowNs;
  }

  addCycles(amount: bigint, nowNs: bigint): void {
    this.settle(nowNs);
    this.#cycles += amount;
  }

  /** Sets the balance, whatever it was. */
  setCycles(amount: bigint, nowNs: bigint): void {
    this.#cycles = amount;
    this.#chargedAtNs = nowNs;
  }

  /** @throws Reject IC0207 when the charge would freeze the canister */
  charge(amount: bigint, nowNs: bigint): void {
    this.settle(nowNs);
    const missing = this.freezingBalance + amount - this.#cycles;
    if (missing > 0n) {
      throw rejects.outOfCycles(this.name, missing);
    }
    this.#cycles -= amount;
  }

  get logs(): readonly LogRecord[] {
    return this.#logs;
  }

  /** Adds a record; the oldest ones go when the log is full. */
  log(content: Uint8Array, nowNs: bigint): void {
    this.#logs.push({ idx: this.#nextLog++, timestampNs: nowNs, content });
    while (this.logSize > this.settings.logMemoryLimit) {
      this.#logs.shift();
    }
  }

  clearLog(): void {
    this.#logs.length = 0;
  }

  /** `/canister/<id>` of the state tree. */
  stateNode(): StateNode {
    let node = LabelMap.of([
      ['controllers', encodeCbor(this.settings.controllers.map((text) => Principal.fromText(text).toUint8Array()))],
    ]);
    if (this.module) {
      node = node
        .set('module_hash', this.module.hash)
        .set(
          'metadata',
          LabelMap.of([...this.module.metadata].map(([name, section]) => [name, section.content] as const)),
        );
    }
    if (this.certifiedData) {
      node = node.set('certified_data', this.certifiedData);
    }
    return node;
  }
}

/** Sorts and removes duplicates, as the set of controllers is kept. */
export function sortedPrincipals(principals: Iterable<string>): string[] {
  return [...new Set(principals)]
    .map((text) => ({ text, bytes: Principal.fromText(text).toUint8Array() }))
    .sort((a, b) => Buffer.compare(a.bytes, b.bytes))
    .map(({ text }) => text);
}
