import type { ToolNote } from '../engines/tool-note';
import type { NetworkHealth } from '../network/endpoint';
import type { ProjectProblem, Refusal, Target } from '../project/model';
import type { FailureData, FailureKind } from '../util/failure';
import { type Message, msg } from '../util/message';
import type { ActiveIdentity } from './active-identity';
import type { CanisterState } from './state';

/** What a project's row and its children are drawn from. Replaced as a whole, never changed. */
export interface ProjectSnapshot {
  /** The tool that the project is made with. */
  readonly tool: string;
  readonly canisters: readonly CanisterState[];
  /** What is to be known of the tool before it is needed. */
  readonly toolNote?: ToolNote;
  /** What is selected for the project; only its name before the files have been read. */
  readonly target: Target;
  /** Absent until the network has been asked. */
  readonly health?: NetworkHealth;
  /** When the network was last seen healthy, in milliseconds since 1970. */
  readonly healthyAt?: number;
  readonly identity?: ActiveIdentity;
  /** Why the ids on disk count for nothing. */
  readonly idsVoid?: Message;
  readonly problems: readonly ProjectProblem[];
  /** Set where nothing may be changed before a file is repaired. */
  readonly refusal?: Refusal;
  /** False where nothing is asked of the network, because the user has not said to trust the workspace. */
  readonly trusted: boolean;
  /** False until the files have been read once. */
  readonly loaded: boolean;
}

/** Why canisters could not be asked, where that is the same for all: this computer's clock, or a busy network. */
export function commonFailure({ canisters }: ProjectSnapshot): FailureData | undefined {
  const of = (kind: FailureKind) => canisters.find(({ failure }) => failure?.kind === kind)?.failure;
  return of('clock') ?? of('busy');
}

/** Where a project's canisters are, for a screen reader. */
export function targetWords({ name, environment }: Target): Message {
  return environment ? msg('{0} environment', name) : msg('{0} network', name);
}

/** The sentence under which a lost network's rows stand. */
export function healthMessage({ health, target }: ProjectSnapshot): Message | undefined {
  switch (health?.state) {
    case undefined:
    case 'healthy':
      return undefined;
    case 'starting':
      return msg('{0} is starting…', target.name);
    case 'foreign':
      return (
        health.message ??
        msg('Something answers at the address of the network {0}, but it is no Internet Computer network.', target.name)
      );
    case 'offline':
      // One that runs here is down; of any other it is only known that it is out of reach.
      return target.network?.local ? msg('{0} is not running', target.name) : msg('{0} cannot be reached', target.name);
  }
}
