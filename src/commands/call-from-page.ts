import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { PageCall } from '../page/page-calls';
import type { CommandContext } from './command-context';
import { confirm } from './run-operation';

/** Makes a call that a canister's page asks for, after the questions that the command asks. @throws {Failure} */
export async function callFromPage(
  context: CommandContext,
  target: CanisterRef,
  { method, kind, arguments: text, did }: PageCall,
  signal: AbortSignal,
) {
  const { service, history } = context;
  await service.native.checkArguments(text, method, did);
  await history.remember(target, method, text);
  if (kind === 'update') {
    await confirm(context, 'call', [target], `${target.canister}.${method}${text.replace(/\s+/g, ' ')}`);
  }
  const identity = await service.native.caller(target);
  const argument = { kind: 'candid', text, interface: did } as const;
  const reply = await service.native.call(target, { method, kind, argument, interface: did }, signal);
  return { reply, identity };
}
