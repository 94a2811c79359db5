import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { PageCall } from '../page/page-calls';
import type { CommandContext } from './command-context';
import { admitCall, sendCall } from './make-call';

/** Makes a call that a canister's page asks for, after the questions that the command asks. @throws {Failure} */
export async function callFromPage(context: CommandContext, target: CanisterRef, call: PageCall, signal: AbortSignal) {
  await context.service.native.checkArguments(call.arguments, call.method, call.did);
  const identity = await admitCall(context, target, call);
  return { reply: await sendCall(context, target, call, signal), identity };
}
