/** The methods of the management canister that only canisters may call. */
import { randomBytes } from 'node:crypto';
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { type Canister, DEFAULT_SETTINGS } from './canister';
import type { CanisterCall } from './executor';
import { type ManagementCanister, mergeSettings } from './management';
import { type Arguments, methods } from './management-idl';
import { ErrorCode, Reject, rejects } from './reject';
import type { NetworkState } from './state';

/** Cycles that making a canister costs on a subnet of 13 nodes. */
export const CREATION_FEE = 500_000_000_000n;

const CanisterId = IDL.Record({ canister_id: IDL.Principal });

/**
 * Runs an update call.
 *
 * @returns the reply in Candid
 * @throws Reject
 */
export function updateByCanister(management: ManagementCanister, state: NetworkState, call: CanisterCall): Uint8Array {
  switch (call.method) {
    case 'create_canister':
      return createCanister(management, call);
    case 'deposit_cycles': {
      const [{ canister_id }] = decode<[{ canister_id: Principal }]>([CanisterId], call.arg);
      const canister = state.canisters.get(canister_id.toText());
      if (!canister) {
        throw rejects.canisterNotFound(canister_id.toText());
      }
      canister.addCycles(takeAll(call), state.now());
      return IDL.encode([], []);
    }
    case 'raw_rand':
      return IDL.encode([IDL.Vec(IDL.Nat8)], [randomBytes(32)]);
    default:
      throw new Reject(
        ErrorCode.CanisterMethodNotFound,
        `Management canister has no method '${call.method}' on this test network`,
      );
  }
}

function createCanister(management: ManagementCanister, call: CanisterCall): Uint8Array {
  // The argument of the provisional method has all fields of this one, and more that are optional.
  const types = [...methods.provisional_create_canister_with_cycles.args];
  const [args] = decode<[Arguments['provisional_create_canister_with_cycles']]>(types, call.arg);
  const given = call.purse?.cycles ?? 0n;
  if (given < CREATION_FEE) {
    throw new Reject(
      ErrorCode.CanisterRejectedMessage,
      `Creating a canister requires a fee of ${CREATION_FEE} that is deducted from the canister's initial balance but only ${given} cycles were received with the create_canister request.`,
    );
  }
  const settings = mergeSettings({ ...DEFAULT_SETTINGS, controllers: [call.caller] }, args.settings[0]);
  const canister: Canister = management.create(settings, given - CREATION_FEE);
  takeAll(call);
  return IDL.encode([CanisterId], [{ canister_id: canister.id }]);
}

function takeAll(call: CanisterCall): bigint {
  if (!call.purse) {
    return 0n;
  }
  const { cycles } = call.purse;
  call.purse.cycles = 0n;
  return cycles;
}

function decode<T>(types: IDL.Type[], arg: Uint8Array): T {
  try {
    return IDL.decode(types, arg) as T;
  } catch (error) {
    throw rejects.candid(error instanceof Error ? error.message : String(error));
  }
}
