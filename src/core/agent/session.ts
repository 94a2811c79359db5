import type { HttpAgent } from '@dfinity/agent';
import type { Principal } from '@dfinity/principal';
import { CertifiedState, type TrustPolicy } from './certificates';
import { managementCall } from './management-idl';
import { update } from './query-update';

/** One identity on one network, for as long as an operation lasts. */
export interface Session {
  readonly agent: HttpAgent;
  readonly trust: TrustPolicy;
  readonly signal: AbortSignal;
}

/** Sends a call to the management canister about one canister. */
export function manageCanister(
  { agent, trust, signal }: Session,
  method: string,
  effectiveCanisterId: Principal,
  arg: Uint8Array,
): Promise<Uint8Array> {
  return update(agent, managementCall(method, effectiveCanisterId, arg), trust, signal);
}

/** A custom section of the installed module; undefined where there is none. */
export async function readMetadata(
  { agent, trust }: Session,
  canister: Principal,
  name: string,
): Promise<Uint8Array | undefined> {
  const path = ['canister', canister.toUint8Array(), 'metadata', name];
  return (await CertifiedState.read(agent, canister, [path], trust)).lookup(path);
}
