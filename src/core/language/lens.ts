import { type Message, msg } from '../util/message';

export interface LensAction {
  readonly command: string;
  readonly title: Message;
}

/** What lenses offer of the operations that make sense for a canister, in this order. */
const ACTIONS: readonly (readonly [operation: string, title: Message])[] = [
  ['start', msg('Start')],
  ['stop', msg('Stop')],
  ['deploy', msg('Deploy')],
  ['call', msg('Call…')],
  ['logs', msg('Logs')],
];

/** @param operations those that make sense for the canister as it is now */
export function lensActions(operations: readonly string[]): readonly LensAction[] {
  return ACTIONS.filter(([operation]) => operations.includes(operation)).map(([operation, title]) => ({
    command: `icCanisters.${operation}`,
    title,
  }));
}
