import type { Event } from '../util/events';
import type { Message } from '../util/message';

/** What is known at this moment about one canister on the network that is selected for its project. */
export interface CanisterLiveInfo {
  readonly canisterId?: string;
  readonly network: string;
  readonly state:
    | 'running'
    | 'stopping'
    | 'stopped'
    | 'empty'
    | 'not-created'
    | 'remote'
    | 'pull'
    | 'unknown'
    | 'loading';
  /** The state in words, as the tree shows it. */
  readonly label: Message;
}

/** Where hovers and lenses read live state from; never asks the network itself. */
export interface CanisterLiveSource {
  get(dfxJsonPath: string, canister: string): CanisterLiveInfo | undefined;
  readonly onDidChange: Event<void>;
}
