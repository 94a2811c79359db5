import type { Event } from '../util/events';
import type { Message } from '../util/message';

/** What is known at this moment about one canister on the network that is selected for its project. */
export interface CanisterLiveInfo {
  readonly canisterId?: string;
  readonly network: string;
  /** The state in words, as the tree shows it. */
  readonly label: Message;
  /** The icon of the state: it only repeats what the words say. */
  readonly codicon: string;
  /** The operations that make sense for it now. */
  readonly operations: readonly string[];
}

/** Where hovers and lenses read live state from. */
export interface CanisterLiveSource {
  get(manifest: string, canister: string): CanisterLiveInfo | undefined;
  readonly onDidChange: Event<void>;
  /** Tells whether an editor shows live state, so that it is kept fresh while no view does. */
  setWatched(watched: boolean): void;
}
