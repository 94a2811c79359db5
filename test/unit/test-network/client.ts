/** A client for the tests: `@dfinity/agent` as it comes, with every verification on. */
import { Actor, HttpAgent, type Identity } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import type { TestNetwork } from '../../network/index';
import { methods } from '../../network/management-idl';

export type ManagementActor = Record<string, (argument: unknown) => Promise<unknown>>;

/** An agent that trusts the network's root key only because the test passes it. It does not retry. */
export async function agentFor(network: TestNetwork, identity?: Identity): Promise<HttpAgent> {
  return HttpAgent.create({
    host: network.url,
    rootKey: network.rootKey,
    retryTimes: 0,
    identity,
  });
}

/** The management canister, called for one canister. */
export function management(agent: HttpAgent, canister: string, kind: 'update' | 'query' = 'update'): ManagementActor {
  const effectiveCanisterId = Principal.fromText(canister);
  const transform = () => ({ effectiveCanisterId });
  return Actor.createActor(
    () =>
      IDL.Service(
        Object.fromEntries(
          Object.entries(methods).map(([name, { args, result }]) => [
            name,
            IDL.Func([...args], [...result], kind === 'query' ? ['query'] : []),
          ]),
        ),
      ),
    { agent, canisterId: 'aaaaa-aa', callTransform: transform, queryTransform: transform },
  );
}

/** `canister_settings` with some members set. */
export function settings(members: Record<string, unknown> = {}): Record<string, unknown> {
  const names = [
    'controllers',
    'compute_allocation',
    'memory_allocation',
    'freezing_threshold',
    'reserved_cycles_limit',
    'minimum_incoming_canister_call_cycles',
    'log_visibility',
    'log_memory_limit',
    'snapshot_visibility',
    'status_visibility',
    'wasm_memory_limit',
    'wasm_memory_threshold',
    'environment_variables',
  ];
  return Object.fromEntries(names.map((name) => [name, name in members ? [members[name]] : []]));
}

export interface Rejection {
  /** Such as IC0512. */
  readonly error: string;
  readonly code: number;
  readonly message: string;
  /** Whether it came in a certificate. */
  readonly certified: boolean;
}

/** What a call was rejected with, as the agent reports it. */
export async function rejection(promise: Promise<unknown>): Promise<Rejection> {
  try {
    await promise;
  } catch (error) {
    const details = member(error, 'code');
    if (member(details, 'rejectErrorCode') === undefined) {
      throw error;
    }
    return {
      error: String(member(details, 'rejectErrorCode')),
      code: Number(member(details, 'rejectCode')),
      message: String(member(details, 'rejectMessage')),
      certified: member(details, 'name') === 'CertifiedRejectErrorCode',
    };
  }
  throw new Error('it was not rejected');
}

/** The name of the agent's error, such as CertificateVerificationErrorCode. */
export async function failure(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return String(member(member(error, 'code'), 'name'));
  }
  throw new Error('it did not fail');
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? Reflect.get(value, name) : undefined;
}
