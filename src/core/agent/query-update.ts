import { setTimeout as delay } from 'node:timers/promises';
import { HttpAgent, type Identity, isV2ResponseBody, isV3ResponseBody, QueryResponseStatus } from '@dfinity/agent';
import type { Principal } from '@dfinity/principal';
import { msg } from '../util/message';
import { CertifiedState, type TrustPolicy } from './certificates';
import { rejection, securityFailure } from './failures';

/** An agent that never sets its clock by the network, so that an old answer cannot pass as a new one. */
export class StrictAgent extends HttpAgent {
  override syncTime(): Promise<void> {
    throw securityFailure(
      "The network's time is more than five minutes away from this computer's.",
      msg("The answer is out of date, or this computer's clock is wrong. It was not used."),
    );
  }
}

/** One canister method to call. */
export interface Call {
  readonly canisterId: Principal;
  /** The canister whose subnet handles the request; differs from `canisterId` for the management canister. */
  readonly effectiveCanisterId: Principal;
  readonly method: string;
  /** Candid. */
  readonly arg: Uint8Array;
}

const decoder = new TextDecoder();

/** Milliseconds between polls for a request that is still being processed: short at first, then longer. */
const POLL_FIRST_MS = 250;
const POLL_MAX_MS = 2_000;

/**
 * Sends a query.
 *
 * @param asking signs it, where that is not the agent's own identity
 * @throws {Failure} of kind `rejected` where the canister or network refuses
 */
export async function query(agent: HttpAgent, call: Call, asking?: Identity): Promise<Uint8Array> {
  const fields = { methodName: call.method, arg: call.arg, effectiveCanisterId: call.effectiveCanisterId };
  const response = await agent.query(call.canisterId, fields, asking);
  if (response.status === QueryResponseStatus.Rejected) {
    throw rejection(response.reject_message, response.error_code, response.reject_code);
  }
  return response.reply.arg;
}

/** Sends an update call and waits for its certified reply. */
export async function update(
  agent: HttpAgent,
  call: Call,
  trust: TrustPolicy,
  signal: AbortSignal,
): Promise<Uint8Array> {
  const { requestId, response } = await agent.call(call.canisterId, {
    methodName: call.method,
    arg: call.arg,
    effectiveCanisterId: call.effectiveCanisterId,
  });
  const { body } = response;
  if (isV2ResponseBody(body)) {
    throw rejection(body.reject_message, body.error_code, body.reject_code);
  }
  const target = call.effectiveCanisterId;
  let state = isV3ResponseBody(body) ? await CertifiedState.open(body.certificate, target, trust) : undefined;
  for (let wait = POLL_FIRST_MS; ; wait = Math.min(wait * 1.5, POLL_MAX_MS)) {
    const reply = state && settled(state, requestId);
    if (reply) {
      return reply;
    }
    await delay(wait, undefined, { signal });
    state = await CertifiedState.read(agent, target, [['request_status', requestId]], trust);
  }
}

/** The reply of a request, or undefined while it is being processed. */
function settled(state: CertifiedState, requestId: Uint8Array): Uint8Array | undefined {
  const text = (label: string) => {
    const bytes = state.lookup(['request_status', requestId, label]);
    return bytes === undefined ? undefined : decoder.decode(bytes);
  };
  switch (text('status')) {
    case 'replied':
      return state.lookup(['request_status', requestId, 'reply']) ?? new Uint8Array();
    case 'rejected':
      throw rejection(
        text('reject_message') ?? '',
        text('error_code'),
        // LEB128 of a number below 128.
        state.lookup(['request_status', requestId, 'reject_code'])?.[0],
      );
    case 'done':
      throw rejection('The network no longer holds the reply.', undefined);
    default:
      return undefined;
  }
}
