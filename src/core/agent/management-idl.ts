import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import type {
  CanisterDetail,
  CanisterSnapshot,
  EnvironmentVariable,
  LogRecord,
  SettingsChange,
  Visibility,
} from '../network/canister-facts';
import type { CreateRequest, InstallRequest, ManagementCall } from '../network/network-api';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import type { Call } from './query-update';

/**
 * The management canister's interface, as far as it is used.
 *
 * Source: interface specification 0.66.0, `ic.did`. Every field that older networks lack is `opt`: a plain value on the
 * wire decodes as present, a missing field as absent, so one definition reads old and new networks.
 */
export const MANAGEMENT_CANISTER = Principal.fromText('aaaaa-aa');

/** A call of the management canister about one canister. */
export function managementCall(method: string, effectiveCanisterId: Principal, arg: Uint8Array): Call {
  return { canisterId: MANAGEMENT_CANISTER, effectiveCanisterId, method, arg };
}

const CanisterIdRecord = IDL.Record({ canister_id: IDL.Principal });

const VisibilityType = IDL.Variant({
  controllers: IDL.Null,
  public: IDL.Null,
  allowed_viewers: IDL.Vec(IDL.Principal),
});

const EnvironmentVariables = IDL.Vec(IDL.Record({ name: IDL.Text, value: IDL.Text }));

const Settings = IDL.Record({
  controllers: IDL.Vec(IDL.Principal),
  compute_allocation: IDL.Nat,
  memory_allocation: IDL.Nat,
  freezing_threshold: IDL.Nat,
  reserved_cycles_limit: IDL.Opt(IDL.Nat),
  wasm_memory_limit: IDL.Opt(IDL.Nat),
  wasm_memory_threshold: IDL.Opt(IDL.Nat),
  log_memory_limit: IDL.Opt(IDL.Nat),
  log_visibility: IDL.Opt(VisibilityType),
  snapshot_visibility: IDL.Opt(VisibilityType),
  status_visibility: IDL.Opt(VisibilityType),
  environment_variables: IDL.Opt(EnvironmentVariables),
});

const StatusResult = IDL.Record({
  status: IDL.Variant({ running: IDL.Null, stopping: IDL.Null, stopped: IDL.Null }),
  settings: Settings,
  module_hash: IDL.Opt(IDL.Vec(IDL.Nat8)),
  memory_size: IDL.Nat,
  memory_metrics: IDL.Opt(
    IDL.Record({
      wasm_memory_size: IDL.Nat,
      stable_memory_size: IDL.Nat,
      wasm_binary_size: IDL.Nat,
      snapshots_size: IDL.Nat,
    }),
  ),
  cycles: IDL.Nat,
  reserved_cycles: IDL.Opt(IDL.Nat),
  idle_cycles_burned_per_day: IDL.Nat,
  query_stats: IDL.Opt(IDL.Record({ num_calls_total: IDL.Nat, num_instructions_total: IDL.Opt(IDL.Nat) })),
});

/** The bytes before the principal itself: they are the same for all, and making them takes longest. */
const CANISTER_ID_PREFIX = IDL.encode([CanisterIdRecord], [{ canister_id: MANAGEMENT_CANISTER }]).slice(0, -1);

/** Candid of the argument that all the calls on one canister share. */
export function encodeCanisterId(canisterId: Principal): Uint8Array {
  const bytes = canisterId.toUint8Array();
  // The length of a principal, at most 29, is one byte of LEB128.
  return Uint8Array.from([...CANISTER_ID_PREFIX, bytes.length, ...bytes]);
}

const CanisterSettings = IDL.Record({
  controllers: IDL.Opt(IDL.Vec(IDL.Principal)),
  compute_allocation: IDL.Opt(IDL.Nat),
  memory_allocation: IDL.Opt(IDL.Nat),
  freezing_threshold: IDL.Opt(IDL.Nat),
  reserved_cycles_limit: IDL.Opt(IDL.Nat),
  wasm_memory_limit: IDL.Opt(IDL.Nat),
  wasm_memory_threshold: IDL.Opt(IDL.Nat),
  log_visibility: IDL.Opt(VisibilityType),
  log_memory_limit: IDL.Opt(IDL.Nat),
  snapshot_visibility: IDL.Opt(VisibilityType),
  status_visibility: IDL.Opt(VisibilityType),
  environment_variables: IDL.Opt(EnvironmentVariables),
});
const UpdateSettings = IDL.Record({ canister_id: IDL.Principal, settings: CanisterSettings });
const TopUp = IDL.Record({ canister_id: IDL.Principal, amount: IDL.Nat });
const Blob = IDL.Vec(IDL.Nat8);
const OneSnapshot = IDL.Record({ canister_id: IDL.Principal, snapshot_id: Blob });

/** Candid of a call's argument. */
export function encodeManagementCall(call: ManagementCall): Uint8Array {
  const canister_id = toPrincipal(call.canisterId);
  switch (call.method) {
    case 'update_settings':
      return IDL.encode([UpdateSettings], [{ canister_id, settings: wireSettings(call.settings) }]);
    case 'provisional_top_up_canister':
      return IDL.encode([TopUp], [{ canister_id, amount: call.amount }]);
    case 'load_canister_snapshot':
    case 'delete_canister_snapshot':
      return IDL.encode([OneSnapshot], [{ canister_id, snapshot_id: fromHex(call.snapshotId) }]);
    default:
      return encodeCanisterId(canister_id);
  }
}

/** @throws {Failure} where the text is no principal */
export function toPrincipal(text: string): Principal {
  try {
    return Principal.fromText(text.toLowerCase());
  } catch {
    throw new Failure({ kind: 'internal', message: msg('{0} is not a principal.', text) });
  }
}

type Opt<T> = [] | [T];

function opt<T>(value: T | undefined): Opt<T> {
  return value === undefined ? [] : [value];
}

function wireSettings(change: SettingsChange) {
  return {
    controllers: opt(change.controllers?.map(toPrincipal)),
    compute_allocation: opt(change.computeAllocation),
    memory_allocation: opt(change.memoryAllocation),
    freezing_threshold: opt(change.freezingThreshold),
    reserved_cycles_limit: opt(change.reservedCyclesLimit),
    wasm_memory_limit: opt(change.wasmMemoryLimit),
    wasm_memory_threshold: opt(change.wasmMemoryThreshold),
    log_visibility: opt(wireVisibility(change.logVisibility)),
    log_memory_limit: opt(change.logMemoryLimit),
    snapshot_visibility: opt(wireVisibility(change.snapshotVisibility)),
    status_visibility: opt(wireVisibility(change.statusVisibility)),
    environment_variables: opt(change.environmentVariables),
  };
}

function wireVisibility(visibility: Visibility | undefined) {
  return visibility?.kind === 'allowed_viewers'
    ? { allowed_viewers: visibility.viewers.map(toPrincipal) }
    : visibility && { [visibility.kind]: null };
}

const ProvisionalCreate = IDL.Record({
  amount: IDL.Opt(IDL.Nat),
  settings: IDL.Opt(CanisterSettings),
  specified_id: IDL.Opt(IDL.Principal),
});

/** Argument of `provisional_create_canister_with_cycles`. */
export function encodeCreate({
  amount,
  settings,
  specifiedId,
}: Pick<CreateRequest, 'amount' | 'settings' | 'specifiedId'>): Uint8Array {
  return IDL.encode(
    [ProvisionalCreate],
    [
      {
        amount: opt(amount),
        settings: opt(settings && wireSettings(settings)),
        specified_id: opt(specifiedId === undefined ? undefined : toPrincipal(specifiedId)),
      },
    ],
  );
}

/** The canister id in a reply of `provisional_create_canister_with_cycles`. */
export function decodeCanisterId(reply: Uint8Array): string {
  const [{ canister_id }] = IDL.decode([CanisterIdRecord], reply) as unknown as [{ canister_id: Principal }];
  return canister_id.toText();
}

const TakeSnapshot = IDL.Record({ canister_id: IDL.Principal, replace_snapshot: IDL.Opt(Blob) });
const Snapshot = IDL.Record({ id: Blob, taken_at_timestamp: IDL.Nat64, total_size: IDL.Nat64 });

interface WireSnapshot {
  id: Uint8Array;
  taken_at_timestamp: bigint;
  total_size: bigint;
}

/** Argument of `take_canister_snapshot`. @param replace a snapshot's id in hex */
export function encodeTakeSnapshot(canisterId: Principal, replace: string | undefined): Uint8Array {
  const replace_snapshot = opt(replace === undefined ? undefined : fromHex(replace));
  return IDL.encode([TakeSnapshot], [{ canister_id: canisterId, replace_snapshot }]);
}

export function decodeSnapshot(reply: Uint8Array): CanisterSnapshot {
  const [snapshot] = IDL.decode([Snapshot], reply) as unknown as [WireSnapshot];
  return fromWireSnapshot(snapshot);
}

export function decodeSnapshots(reply: Uint8Array): CanisterSnapshot[] {
  const [snapshots] = IDL.decode([IDL.Vec(Snapshot)], reply) as unknown as [WireSnapshot[]];
  return snapshots.map(fromWireSnapshot);
}

function fromWireSnapshot({ id, taken_at_timestamp, total_size }: WireSnapshot): CanisterSnapshot {
  return { id: toHex(id), takenAt: Number(taken_at_timestamp / 1_000_000n), size: total_size };
}

const LogsResult = IDL.Record({
  canister_log_records: IDL.Vec(IDL.Record({ idx: IDL.Nat64, timestamp_nanos: IDL.Nat64, content: Blob })),
});

/** Reads the reply of `fetch_canister_logs`. */
export function decodeLogs(reply: Uint8Array): LogRecord[] {
  const [{ canister_log_records: records }] = IDL.decode([LogsResult], reply) as unknown as [
    { canister_log_records: { idx: bigint; timestamp_nanos: bigint; content: Uint8Array }[] },
  ];
  return records.map(({ idx, timestamp_nanos, content }) => ({
    index: idx,
    timestampNs: timestamp_nanos,
    content: Uint8Array.from(content),
  }));
}

/** How the module is put into place (`canister_install_mode`). */
export type InstallOptions = Pick<InstallRequest, 'mode' | 'skipPreUpgrade' | 'wasmMemoryPersistence'>;

const InstallModeType = IDL.Variant({
  install: IDL.Null,
  reinstall: IDL.Null,
  upgrade: IDL.Opt(
    IDL.Record({
      skip_pre_upgrade: IDL.Opt(IDL.Bool),
      wasm_memory_persistence: IDL.Opt(IDL.Variant({ keep: IDL.Null, replace: IDL.Null })),
    }),
  ),
});

function wireMode({ mode, skipPreUpgrade, wasmMemoryPersistence: persistence }: InstallOptions) {
  if (mode !== 'upgrade') {
    return { [mode]: null };
  }
  return skipPreUpgrade === undefined && persistence === undefined
    ? { upgrade: [] }
    : {
        upgrade: [
          {
            skip_pre_upgrade: opt(skipPreUpgrade),
            wasm_memory_persistence: opt(persistence && { [persistence]: null }),
          },
        ],
      };
}

const InstallCode = IDL.Record({
  mode: InstallModeType,
  canister_id: IDL.Principal,
  wasm_module: Blob,
  arg: Blob,
});

export function encodeInstall(mode: InstallOptions, canisterId: Principal, module: Uint8Array, arg: Uint8Array) {
  return IDL.encode([InstallCode], [{ mode: wireMode(mode), canister_id: canisterId, wasm_module: module, arg }]);
}

const ChunkHash = IDL.Record({ hash: Blob });
const InstallChunkedCode = IDL.Record({
  mode: InstallModeType,
  target_canister: IDL.Principal,
  chunk_hashes_list: IDL.Vec(ChunkHash),
  wasm_module_hash: Blob,
  arg: Blob,
});

export function encodeInstallChunked(
  mode: InstallOptions,
  canisterId: Principal,
  chunks: readonly Uint8Array[],
  moduleHash: Uint8Array,
  arg: Uint8Array,
) {
  return IDL.encode(
    [InstallChunkedCode],
    [
      {
        mode: wireMode(mode),
        target_canister: canisterId,
        chunk_hashes_list: chunks.map((hash) => ({ hash })),
        wasm_module_hash: moduleHash,
        arg,
      },
    ],
  );
}

const UploadChunk = IDL.Record({ canister_id: IDL.Principal, chunk: Blob });

export function encodeUploadChunk(canisterId: Principal, chunk: Uint8Array) {
  return IDL.encode([UploadChunk], [{ canister_id: canisterId, chunk }]);
}

/** The hashes, in hex, in a reply of `stored_chunks`. */
export function decodeStoredChunks(reply: Uint8Array): Set<string> {
  const [stored] = IDL.decode([IDL.Vec(ChunkHash)], reply) as unknown as [{ hash: Uint8Array }[]];
  return new Set(stored.map(({ hash }) => toHex(hash)));
}

export interface CanisterStatus {
  readonly detail: CanisterDetail;
  /** In hex. */
  readonly moduleHash?: string;
}

type WireVisibility = { controllers: null } | { public: null } | { allowed_viewers: Principal[] };

interface WireStatus {
  status: Record<string, null>;
  settings: {
    controllers: Principal[];
    compute_allocation: bigint;
    memory_allocation: bigint;
    freezing_threshold: bigint;
    reserved_cycles_limit: Opt<bigint>;
    wasm_memory_limit: Opt<bigint>;
    wasm_memory_threshold: Opt<bigint>;
    log_memory_limit: Opt<bigint>;
    log_visibility: Opt<WireVisibility>;
    snapshot_visibility: Opt<WireVisibility>;
    status_visibility: Opt<WireVisibility>;
    environment_variables: Opt<EnvironmentVariable[]>;
  };
  module_hash: Opt<Uint8Array>;
  memory_size: bigint;
  memory_metrics: Opt<{
    wasm_memory_size: bigint;
    stable_memory_size: bigint;
    wasm_binary_size: bigint;
    snapshots_size: bigint;
  }>;
  cycles: bigint;
  reserved_cycles: Opt<bigint>;
  idle_cycles_burned_per_day: bigint;
  query_stats: Opt<{ num_calls_total: bigint; num_instructions_total: Opt<bigint> }>;
}

/** Reads the reply of `canister_status`. */
export function decodeStatus(reply: Uint8Array): CanisterStatus {
  const [wire] = IDL.decode([StatusResult], reply) as unknown as [WireStatus];
  const { settings } = wire;
  const [moduleHash] = wire.module_hash;
  const [memory] = wire.memory_metrics;
  const [queries] = wire.query_stats;
  const detail: CanisterDetail = {
    status: Object.keys(wire.status)[0] as CanisterDetail['status'],
    cycles: wire.cycles,
    idleCyclesBurnedPerDay: wire.idle_cycles_burned_per_day,
    memorySize: wire.memory_size,
    reservedCycles: wire.reserved_cycles[0],
    memoryKinds: memory && {
      wasm: memory.wasm_memory_size,
      stable: memory.stable_memory_size,
      module: memory.wasm_binary_size,
      snapshots: memory.snapshots_size,
    },
    queryCalls: queries?.num_calls_total,
    queryInstructions: queries?.num_instructions_total[0],
    settings: {
      controllers: settings.controllers.map((controller) => controller.toText()),
      computeAllocation: settings.compute_allocation,
      memoryAllocation: settings.memory_allocation,
      freezingThreshold: settings.freezing_threshold,
      reservedCyclesLimit: settings.reserved_cycles_limit[0],
      wasmMemoryLimit: settings.wasm_memory_limit[0],
      wasmMemoryThreshold: settings.wasm_memory_threshold[0],
      logMemoryLimit: settings.log_memory_limit[0],
      logVisibility: visibility(settings.log_visibility),
      snapshotVisibility: visibility(settings.snapshot_visibility),
      statusVisibility: visibility(settings.status_visibility),
      environmentVariables: settings.environment_variables[0],
    },
  };
  return { detail, moduleHash: moduleHash && toHex(moduleHash) };
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function fromHex(hex: string): Uint8Array {
  return new Uint8Array(Buffer.from(hex, 'hex'));
}

function visibility([wire]: Opt<WireVisibility>): Visibility | undefined {
  if (wire === undefined) {
    return undefined;
  }
  if ('allowed_viewers' in wire) {
    return { kind: 'allowed_viewers', viewers: wire.allowed_viewers.map((viewer) => viewer.toText()) };
  }
  return { kind: 'public' in wire ? 'public' : 'controllers' };
}
