/** The seam where canister code runs. */
import type { Canister } from './canister';
import type { CanisterModule } from './module';
import type { Reject } from './reject';

export interface CanisterCall {
  readonly method: string;
  readonly arg: Uint8Array;
  /** Principal as text. */
  readonly caller: string;
  /** Cycles that come with the call of a canister. The callee takes what it accepts; the rest goes back. */
  readonly purse?: { cycles: bigint };
  /** Nanoseconds since 1970, after which the calling canister no longer waits. */
  readonly deadline?: bigint;
}

export interface Installation {
  readonly mode: 'install' | 'reinstall' | 'upgrade';
  readonly module: CanisterModule;
  readonly arg: Uint8Array;
  readonly caller: string;
  /** Upgrade only: leaves out the hook of the old module. */
  readonly skipPreUpgrade: boolean;
  /** Upgrade only: keeps the main memory. */
  readonly keepMainMemory: boolean;
}

/** What the network does for an executor. */
export interface NetworkServices {
  /** Nanoseconds since 1970. */
  now(): bigint;
  canister(id: string): Canister | undefined;
  canisters(): Iterable<Canister>;
  /** Principal as bytes. */
  readonly subnetId: Uint8Array;
  /** DER. */
  readonly rootKey: Uint8Array;
  /** To be called after a change of a canister that the state tree shows, which is that of its certified data. */
  changed(canister: Canister): void;
  /**
   * Calls a method of a canister, of the management canister or of one that belongs to the network, as an update on
   * behalf of `call.caller`.
   *
   * @throws Reject
   */
  call(canisterId: string, call: CanisterCall): Promise<Uint8Array>;
  /** The certificate of a canister's certified data, as CBOR, that a query may hand on. */
  dataCertificate(canister: Canister): Promise<Uint8Array>;
}

/**
 * Runs the code of canisters. The network has checked rights, status and module before, and applies what must become
 * visible after. Every method may throw a {@link Reject}; the canister then is as it was before.
 */
export interface CanisterExecutor {
  /** Called once, before all else. */
  attach?(services: NetworkServices): void;
  /** Runs the hooks of an installation. `canister` still holds the old module. Gives the canister's new state. */
  install(canister: Canister, installation: Installation): Promise<unknown>;
  /** Called when an installation has taken effect: memory, certified data, log and cycles are the executor's to set. */
  onInstalled?(canister: Canister): void;
  /** Does something while no code of the canister runs. */
  exclusively?<T>(canister: Canister, work: () => T): Promise<T>;
  /** A copy of a canister's state that later changes of the canister do not reach, for a snapshot or from one. */
  snapshot(state: unknown): unknown;
  /** Decides whether a user's call is taken at all (`canister_inspect_message`). */
  acceptIngress(canister: Canister, call: CanisterCall): Promise<void>;
  /** Runs an update method and gives the reply. */
  update(canister: Canister, call: CanisterCall): Promise<Uint8Array>;
  /** Runs a query method and gives the reply. */
  query(canister: Canister, call: CanisterCall): Promise<Uint8Array>;
  /** Whether a canister has calls that are not answered, its own or those of others. */
  isBusy?(canister: Canister): boolean;
  /** Resolves when it has none. */
  drained?(canister: Canister): Promise<void>;
  /** Ends what is under way. */
  dispose?(): Promise<void>;
}

/** A canister that is part of the network itself, such as a ledger, written in TypeScript. */
export interface SystemCanister {
  /** Where it lives, as text. */
  readonly id: string;
  update(call: CanisterCall): Promise<Uint8Array>;
  query(call: CanisterCall): Promise<Uint8Array>;
}
