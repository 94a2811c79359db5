import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { CallReply } from '../core/network/network-api';
import type { PageCall } from '../page/page-calls';
import type { CommandContext } from './command-context';
import { confirm } from './run-operation';

/**
 * Keeps a call for the next time and asks what has to be asked before it is made.
 *
 * @returns who it will come from
 * @throws {Failure}
 */
export async function admitCall(
  context: CommandContext,
  target: CanisterRef,
  { method, kind, arguments: text }: PageCall,
): Promise<string> {
  await context.history.remember(target, method, text);
  if (kind === 'update') {
    await confirm(context, 'call', [target], `${target.canister}.${method}${text.replace(/\s+/g, ' ')}`);
  }
  return await context.service.native.caller(target);
}

/** @throws {Failure} */
export function sendCall(
  { service }: CommandContext,
  target: CanisterRef,
  { method, kind, arguments: text, did }: PageCall,
  signal: AbortSignal,
): Promise<CallReply> {
  const argument = { kind: 'candid', text, interface: did } as const;
  return service.native.call(target, { method, kind, argument, interface: did }, signal);
}
