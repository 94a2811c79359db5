import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import type { CanisterDetail, LogVisibility, ManagementCall } from '../network/types';

/**
 * The management canister's interface, as far as it is used.
 *
 * Source: interface specification 0.66.0, `ic.did`. Every field that older networks lack is `opt`: a plain value on the
 * wire decodes as present, a missing field as absent, so one definition reads old and new networks.
 */
export const MANAGEMENT_CANISTER = Principal.fromText('aaaaa-aa');

const CanisterIdRecord = IDL.Record({ canister_id: IDL.Principal });

const Settings = IDL.Record({
  controllers: IDL.Vec(IDL.Principal),
  compute_allocation: IDL.Nat,
  memory_allocation: IDL.Nat,
  freezing_threshold: IDL.Nat,
  reserved_cycles_limit: IDL.Opt(IDL.Nat),
  wasm_memory_limit: IDL.Opt(IDL.Nat),
  wasm_memory_threshold: IDL.Opt(IDL.Nat),
  log_visibility: IDL.Opt(
    IDL.Variant({ controllers: IDL.Null, public: IDL.Null, allowed_viewers: IDL.Vec(IDL.Principal) }),
  ),
});

const StatusResult = IDL.Record({
  status: IDL.Variant({ running: IDL.Null, stopping: IDL.Null, stopped: IDL.Null }),
  settings: Settings,
  module_hash: IDL.Opt(IDL.Vec(IDL.Nat8)),
  memory_size: IDL.Nat,
  cycles: IDL.Nat,
  reserved_cycles: IDL.Opt(IDL.Nat),
  idle_cycles_burned_per_day: IDL.Nat,
  query_stats: IDL.Opt(IDL.Record({ num_calls_total: IDL.Nat })),
});

/** Candid of the argument that all the calls on one canister share. */
export function encodeCanisterId(canisterId: Principal): Uint8Array {
  return IDL.encode([CanisterIdRecord], [{ canister_id: canisterId }]);
}

export function encodeCall(call: ManagementCall): Uint8Array {
  return encodeCanisterId(Principal.fromText(call.canisterId));
}

type Opt<T> = [] | [T];

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
    log_visibility: Opt<{ controllers: null } | { public: null } | { allowed_viewers: Principal[] }>;
  };
  module_hash: Opt<Uint8Array>;
  memory_size: bigint;
  cycles: bigint;
  reserved_cycles: Opt<bigint>;
  idle_cycles_burned_per_day: bigint;
  query_stats: Opt<{ num_calls_total: bigint }>;
}

/** Reads the reply of `canister_status`. */
export function decodeStatus(reply: Uint8Array): { detail: CanisterDetail; moduleHash?: string } {
  const [wire] = IDL.decode([StatusResult], reply) as unknown as [WireStatus];
  const { settings } = wire;
  const [moduleHash] = wire.module_hash;
  const detail: CanisterDetail = {
    status: Object.keys(wire.status)[0] as CanisterDetail['status'],
    cycles: wire.cycles,
    idleCyclesBurnedPerDay: wire.idle_cycles_burned_per_day,
    memorySize: wire.memory_size,
    ...optional('reservedCycles', wire.reserved_cycles),
    ...(wire.query_stats[0] ? { queryCalls: wire.query_stats[0].num_calls_total } : {}),
    settings: {
      controllers: settings.controllers.map((controller) => controller.toText()),
      computeAllocation: settings.compute_allocation,
      memoryAllocation: settings.memory_allocation,
      freezingThreshold: settings.freezing_threshold,
      ...optional('reservedCyclesLimit', settings.reserved_cycles_limit),
      ...optional('wasmMemoryLimit', settings.wasm_memory_limit),
      ...optional('wasmMemoryThreshold', settings.wasm_memory_threshold),
      ...(settings.log_visibility[0] ? { logVisibility: logVisibility(settings.log_visibility[0]) } : {}),
    },
  };
  return moduleHash === undefined ? { detail } : { detail, moduleHash: toHex(moduleHash) };
}

export function toHex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function optional<K extends string, T>(key: K, value: Opt<T>): Partial<Record<K, T>> {
  return value.length === 0 ? {} : ({ [key]: value[0] } as Record<K, T>);
}

function logVisibility(
  wire: { controllers: null } | { public: null } | { allowed_viewers: Principal[] },
): LogVisibility {
  if ('allowed_viewers' in wire) {
    return { kind: 'allowed_viewers', viewers: wire.allowed_viewers.map((viewer) => viewer.toText()) };
  }
  return { kind: 'public' in wire ? 'public' : 'controllers' };
}
