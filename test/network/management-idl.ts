/**
 * The management canister's interface in Candid: the union of the published interface (specification 0.66) and the
 * fields that only newer replicas and clients use.
 */
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';

const { Nat, Nat64, Opt, Principal: PrincipalType, Record, Text, Variant, Vec, Bool, Null, Nat8 } = IDL;

const Blob = Vec(Nat8);

const VisibilityType = Variant({ controllers: Null, public: Null, allowed_viewers: Vec(PrincipalType) });

const EnvironmentVariable = Record({ name: Text, value: Text });

export const CanisterSettings = Record({
  controllers: Opt(Vec(PrincipalType)),
  compute_allocation: Opt(Nat),
  memory_allocation: Opt(Nat),
  freezing_threshold: Opt(Nat),
  reserved_cycles_limit: Opt(Nat),
  minimum_incoming_canister_call_cycles: Opt(Nat),
  log_visibility: Opt(VisibilityType),
  log_memory_limit: Opt(Nat),
  snapshot_visibility: Opt(VisibilityType),
  status_visibility: Opt(VisibilityType),
  wasm_memory_limit: Opt(Nat),
  wasm_memory_threshold: Opt(Nat),
  environment_variables: Opt(Vec(EnvironmentVariable)),
});

const DefiniteSettings = Record({
  controllers: Vec(PrincipalType),
  compute_allocation: Nat,
  memory_allocation: Nat,
  freezing_threshold: Nat,
  reserved_cycles_limit: Nat,
  minimum_incoming_canister_call_cycles: Nat,
  log_visibility: VisibilityType,
  log_memory_limit: Nat,
  snapshot_visibility: VisibilityType,
  status_visibility: VisibilityType,
  wasm_memory_limit: Nat,
  wasm_memory_threshold: Nat,
  environment_variables: Vec(EnvironmentVariable),
});

const InstallMode = Variant({
  install: Null,
  reinstall: Null,
  upgrade: Opt(
    Record({
      skip_pre_upgrade: Opt(Bool),
      wasm_memory_persistence: Opt(Variant({ keep: Null, replace: Null })),
    }),
  ),
});

const CanisterId = Record({ canister_id: PrincipalType });
const ChunkHash = Record({ hash: Blob });
const Snapshot = Record({ id: Blob, taken_at_timestamp: Nat64, total_size: Nat64 });

const CanisterStatusResult = Record({
  status: Variant({ running: Null, stopping: Null, stopped: Null }),
  ready_for_migration: Bool,
  version: Nat64,
  settings: DefiniteSettings,
  module_hash: Opt(Blob),
  memory_size: Nat,
  memory_metrics: Record({
    wasm_memory_size: Nat,
    stable_memory_size: Nat,
    global_memory_size: Nat,
    wasm_binary_size: Nat,
    custom_sections_size: Nat,
    canister_history_size: Nat,
    wasm_chunk_store_size: Nat,
    snapshots_size: Nat,
    log_memory_store_size: Nat,
  }),
  cycles: Nat,
  reserved_cycles: Nat,
  idle_cycles_burned_per_day: Nat,
  query_stats: Record({
    num_calls_total: Nat,
    num_instructions_total: Nat,
    request_payload_bytes_total: Nat,
    response_payload_bytes_total: Nat,
  }),
});

const Range = Record({ start: Nat64, end: Nat64 });

const FetchLogsArgs = Record({
  canister_id: PrincipalType,
  filter: Opt(Variant({ by_idx: Range, by_timestamp_nanos: Range })),
});

const LogRecordType = Record({ idx: Nat64, timestamp_nanos: Nat64, content: Blob });

/** Argument and result types of the methods that this network has. */
export const methods = {
  provisional_create_canister_with_cycles: {
    args: [
      Record({
        amount: Opt(Nat),
        settings: Opt(CanisterSettings),
        specified_id: Opt(PrincipalType),
        sender_canister_version: Opt(Nat64),
      }),
    ],
    result: [CanisterId],
  },
  provisional_top_up_canister: { args: [Record({ canister_id: PrincipalType, amount: Nat })], result: [] },
  update_settings: {
    args: [Record({ canister_id: PrincipalType, settings: CanisterSettings, sender_canister_version: Opt(Nat64) })],
    result: [],
  },
  install_code: {
    args: [
      Record({
        mode: InstallMode,
        canister_id: PrincipalType,
        wasm_module: Blob,
        arg: Blob,
        sender_canister_version: Opt(Nat64),
      }),
    ],
    result: [],
  },
  install_chunked_code: {
    args: [
      Record({
        mode: InstallMode,
        target_canister: PrincipalType,
        store_canister: Opt(PrincipalType),
        chunk_hashes_list: Vec(ChunkHash),
        wasm_module_hash: Blob,
        arg: Blob,
        sender_canister_version: Opt(Nat64),
      }),
    ],
    result: [],
  },
  upload_chunk: { args: [Record({ canister_id: PrincipalType, chunk: Blob })], result: [ChunkHash] },
  stored_chunks: { args: [CanisterId], result: [Vec(ChunkHash)] },
  clear_chunk_store: { args: [CanisterId], result: [] },
  uninstall_code: {
    args: [Record({ canister_id: PrincipalType, sender_canister_version: Opt(Nat64) })],
    result: [],
  },
  start_canister: { args: [CanisterId], result: [] },
  stop_canister: { args: [CanisterId], result: [] },
  canister_status: { args: [CanisterId], result: [CanisterStatusResult] },
  delete_canister: { args: [CanisterId], result: [] },
  fetch_canister_logs: {
    args: [FetchLogsArgs],
    result: [Record({ canister_log_records: Vec(LogRecordType) })],
  },
  take_canister_snapshot: {
    args: [
      Record({
        canister_id: PrincipalType,
        replace_snapshot: Opt(Blob),
        uninstall_code: Opt(Bool),
        sender_canister_version: Opt(Nat64),
      }),
    ],
    result: [Snapshot],
  },
  load_canister_snapshot: {
    args: [Record({ canister_id: PrincipalType, snapshot_id: Blob, sender_canister_version: Opt(Nat64) })],
    result: [],
  },
  list_canister_snapshots: { args: [CanisterId], result: [Vec(Snapshot)] },
  delete_canister_snapshot: {
    args: [Record({ canister_id: PrincipalType, snapshot_id: Blob })],
    result: [],
  },
} as const satisfies Record<string, { args: IDL.Type[]; result: IDL.Type[] }>;

export type MethodName = keyof typeof methods;

export function isMethod(name: string): name is MethodName {
  return Object.hasOwn(methods, name);
}

/** Methods of the interface that only canisters may call. */
export const canisterOnlyMethods: ReadonlySet<string> = new Set([
  'create_canister',
  'canister_info',
  'canister_metadata',
  'deposit_cycles',
  'raw_rand',
  'http_request',
  'flexible_http_request',
  'ecdsa_public_key',
  'sign_with_ecdsa',
  'schnorr_public_key',
  'sign_with_schnorr',
  'vetkd_public_key',
  'vetkd_derive_key',
  'node_metrics_history',
  'subnet_info',
]);

export type OptValue<T> = [] | [T];

export type VisibilityValue = { controllers: null } | { public: null } | { allowed_viewers: Principal[] };

/** `canister_settings` as `@dfinity/candid` decodes it. */
export interface SettingsValue {
  controllers: OptValue<Principal[]>;
  compute_allocation: OptValue<bigint>;
  memory_allocation: OptValue<bigint>;
  freezing_threshold: OptValue<bigint>;
  reserved_cycles_limit: OptValue<bigint>;
  minimum_incoming_canister_call_cycles: OptValue<bigint>;
  log_visibility: OptValue<VisibilityValue>;
  log_memory_limit: OptValue<bigint>;
  snapshot_visibility: OptValue<VisibilityValue>;
  status_visibility: OptValue<VisibilityValue>;
  wasm_memory_limit: OptValue<bigint>;
  wasm_memory_threshold: OptValue<bigint>;
  environment_variables: OptValue<{ name: string; value: string }[]>;
}

export type InstallModeValue =
  | { install: null }
  | { reinstall: null }
  | {
      upgrade: OptValue<{
        skip_pre_upgrade: OptValue<boolean>;
        wasm_memory_persistence: OptValue<{ keep: null } | { replace: null }>;
      }>;
    };

interface Id {
  canister_id: Principal;
}

/** The decoded argument of each method. */
export interface Arguments {
  provisional_create_canister_with_cycles: {
    amount: OptValue<bigint>;
    settings: OptValue<SettingsValue>;
    specified_id: OptValue<Principal>;
  };
  provisional_top_up_canister: Id & { amount: bigint };
  update_settings: Id & { settings: SettingsValue };
  install_code: Id & { mode: InstallModeValue; wasm_module: Uint8Array; arg: Uint8Array };
  install_chunked_code: {
    mode: InstallModeValue;
    target_canister: Principal;
    store_canister: OptValue<Principal>;
    chunk_hashes_list: { hash: Uint8Array }[];
    wasm_module_hash: Uint8Array;
    arg: Uint8Array;
  };
  upload_chunk: Id & { chunk: Uint8Array };
  stored_chunks: Id;
  clear_chunk_store: Id;
  uninstall_code: Id;
  start_canister: Id;
  stop_canister: Id;
  canister_status: Id;
  delete_canister: Id;
  fetch_canister_logs: Id & {
    filter: OptValue<{ by_idx: RangeValue } | { by_timestamp_nanos: RangeValue }>;
  };
  take_canister_snapshot: Id & { replace_snapshot: OptValue<Uint8Array>; uninstall_code: OptValue<boolean> };
  load_canister_snapshot: Id & { snapshot_id: Uint8Array };
  list_canister_snapshots: Id;
  delete_canister_snapshot: Id & { snapshot_id: Uint8Array };
}

export interface RangeValue {
  start: bigint;
  end: bigint;
}
