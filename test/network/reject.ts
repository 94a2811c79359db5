/** Reject codes, error codes and texts, as the replica has them (dfinity/ic, `error_types` and `canister_manager`). */

/** Error codes that this network gives. The first digit is the reject code. */
export const ErrorCode = {
  SubnetOversubscribed: 101,
  CanisterIdAlreadyExists: 205,
  StopCanisterRequestTimeout: 206,
  CanisterOutOfCycles: 207,
  CanisterNotFound: 301,
  CanisterSnapshotNotFound: 305,
  InsufficientMemoryAllocation: 402,
  CanisterNotHostedBySubnet: 405,
  CanisterRejectedMessage: 406,
  InvalidManagementPayload: 408,
  CanisterTrapped: 502,
  CanisterCalledTrap: 503,
  CanisterContractViolation: 504,
  CanisterInvalidWasm: 505,
  CanisterDidNotReply: 506,
  CanisterStopped: 508,
  CanisterStopping: 509,
  CanisterNotStopped: 510,
  CanisterStoppingCancelled: 511,
  CanisterInvalidController: 512,
  CanisterFunctionNotFound: 513,
  CanisterNonEmpty: 514,
  CanisterWasmEngineError: 521,
  CanisterInstructionLimitExceeded: 522,
  QueryCallGraphTooDeep: 525,
  CompositeQueryCalledInReplicatedMode: 527,
  CanisterMethodNotFound: 536,
  CanisterWasmModuleNotFound: 537,
  CanisterWasmMemoryLimitExceeded: 539,
  DeadlineExpired: 602,
} as const;

export type ErrorCode = (typeof ErrorCode)[keyof typeof ErrorCode];

/** An answer of the network that is not a reply. */
export class Reject extends Error {
  /** 1 to 6: SYS_FATAL, SYS_TRANSIENT, DESTINATION_INVALID, CANISTER_REJECT, CANISTER_ERROR, SYS_UNKNOWN. */
  readonly rejectCode: number;
  /** `IC0301` and the like. */
  readonly errorCode: string;

  /** As canisters get it: with the error code before it, unless a canister said it. */
  readonly forCanisters: string;
  readonly #code: ErrorCode;

  /** @param byCanister whether the message is that of a canister that rejected a call */
  constructor(code: ErrorCode, message: string, byCanister = false) {
    super(message);
    this.#code = code;
    this.rejectCode = Math.floor(code / 100);
    this.errorCode = `IC0${code}`;
    this.forCanisters = byCanister ? message : `${this.errorCode}: ${message}`;
  }

  /** The same rejection in other words. */
  with(message: string): Reject {
    return new Reject(this.#code, message);
  }
}

/** A request that does not get as far as the state machine: answered in plain text with an HTTP status. */
export class HttpError extends Error {
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}

function help(suggestion: string, anchor: string): string {
  return `\n${suggestion} See documentation: https://internetcomputer.org/docs/current/references/execution-errors#${anchor}`;
}

export const rejects = {
  canisterNotFound: (id: string) =>
    new Reject(
      ErrorCode.CanisterNotFound,
      `Canister ${id} not found.${help('Check the ICP dashboard to ensure the canister exists.', 'canister-not-found')}`,
    ),
  /** The ingress filter's own wording. */
  canisterNotFoundAtIngress: (id: string) => new Reject(ErrorCode.CanisterNotFound, `Canister ${id} not found`),
  notController: (id: string, controllers: readonly string[], sender: string) =>
    new Reject(
      ErrorCode.CanisterInvalidController,
      `Only the controllers of the canister ${id} can control it.\n` +
        `Canister's controllers: ${controllers.join(' ')}\nSender's ID: ${sender}` +
        help(
          'Execute this call from a controller of the target canister or add the current caller as a controller.',
          'invalid-controller',
        ),
    ),
  notControllerAtIngress: (id: string, method: string) =>
    new Reject(
      ErrorCode.CanisterInvalidController,
      `Only controllers of canister ${id} can call ic00 method ${method}`,
    ),
  onlyCanisters: (method: string) =>
    new Reject(ErrorCode.CanisterRejectedMessage, `Only canisters can call ic00 method ${method}`),
  notStopped: (id: string) =>
    new Reject(
      ErrorCode.CanisterNotStopped,
      `Canister ${id} must be stopped before it is deleted.${help('Stop the canister before deleting it.', 'delete-canister-not-stopped')}`,
    ),
  nonEmpty: (id: string) =>
    new Reject(
      ErrorCode.CanisterNonEmpty,
      `Canister ${id} cannot be installed because the canister is not empty. Try installing with mode='reinstall' instead.` +
        help("Check that you want to overwrite the canister and, if so, use mode='reinstall'.", 'canister-not-empty'),
    ),
  noModule: (id: string) =>
    new Reject(
      ErrorCode.CanisterWasmModuleNotFound,
      `Error from Canister ${id}: Attempted to execute a message, but the canister contains no Wasm module.` +
        help('Install code in the canister before calling it.', 'wasm-module-not-found'),
    ),
  invalidWasm: (id: string, reason: string) =>
    new Reject(
      ErrorCode.CanisterInvalidWasm,
      `Error from Canister ${id}: Canister's Wasm module is not valid: ${reason}.` +
        help(
          'If you are running this canister in a test environment (e.g., dfx), make sure the test environment is up to date. Otherwise, this is likely an error with the compiler/CDK toolchain being used to build the canister.',
          'invalid-wasm-module',
        ),
    ),
  stopped: (id: string) => new Reject(ErrorCode.CanisterStopped, `Canister ${id} is stopped`),
  stopping: (id: string) => new Reject(ErrorCode.CanisterStopping, `Canister ${id} is stopping`),
  methodNotFound: (id: string, kind: 'update' | 'query', method: string) =>
    new Reject(
      ErrorCode.CanisterMethodNotFound,
      `Error from Canister ${id}: Canister has no ${kind} method '${method}'.` +
        help('Check that the method being called is exported by the target canister.', 'method-not-found'),
    ),
  outOfCycles: (id: string, missing: bigint) =>
    new Reject(
      ErrorCode.CanisterOutOfCycles,
      `Canister ${id} is out of cycles: please top up the canister with at least ${missing} additional cycles`,
    ),
  settings: (message: string) =>
    new Reject(
      ErrorCode.CanisterContractViolation,
      `Could not validate the settings: ${message} ${help('Apply the described changes to make the settings valid.', 'invalid-settings')}`,
    ),
  chunkStore: (message: string) =>
    new Reject(
      ErrorCode.CanisterContractViolation,
      `Error from Wasm chunk store: ${message}.` +
        help(
          'Use the `stored_chunks` API to check which hashes are present or top up the canister if it is low on cycles.',
          'wasm-chunk-store-error',
        ),
    ),
  candid: (reason: string) => new Reject(ErrorCode.InvalidManagementPayload, `Error decoding candid: ${reason}`),
  snapshotNotFound: (id: string, snapshot: string) =>
    new Reject(
      ErrorCode.CanisterSnapshotNotFound,
      `Could not find the snapshot ID ${snapshot} for canister ${id}.` +
        help('Use the `list_canister_snapshot` API to see which snapshots are present.', 'canister-snapshot-not-found'),
    ),
} as const;
