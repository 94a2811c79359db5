import { formatMessage, type Message, msg } from './message';

export type FailureKind =
  /** The user changed their mind. */
  | 'cancelled'
  /** The user answered a question of the tool with no. */
  | 'declined'
  /** The user would have to be asked, and whoever wants it cannot ask. */
  | 'needs-confirmation'
  // The network
  /** Nothing answers. */
  | 'offline'
  | 'timeout'
  /** The answer is larger than what is read of one. */
  | 'too-large'
  /** In the network's place something answered that sends elsewhere, as sign-in pages of hotels do. */
  | 'redirected'
  /** A proxy on the way wants to know who asks. */
  | 'proxy'
  /** The answer cannot be read. */
  | 'garbage'
  /** A certificate or signature does not hold, or is too old. */
  | 'security'
  /** The network has too much to do at the moment. The same question may have an answer later. */
  | 'busy'
  /** This computer's clock and the network's differ by more than a request may. */
  | 'clock'
  /** The network or canister refused; `code` says why, where it says. */
  | 'rejected'
  /** The user has not agreed to signed requests to this network. */
  | 'unsigned'
  /** The identity's key cannot be used. */
  | 'key'
  /** The password for the identity's key is wrong. */
  | 'password'
  /** A text is not Candid, or not of the types that are wanted. */
  | 'candid'
  | 'internal'
  // The command line tool
  | 'not-started'
  | 'network-not-running'
  | 'network-unreachable'
  | 'not-a-controller'
  | 'not-built'
  | 'no-id'
  | 'canister-unknown'
  | 'canister-running'
  | 'plaintext-identity'
  | 'identity-missing'
  | 'needs-terminal'
  | 'no-cycles'
  | 'compile'
  | 'config'
  | 'port-in-use'
  | 'incompatible-upgrade'
  | 'bad-arguments'
  | 'version-missing'
  /** What was asked for is there already, or fits nothing: told, but nothing went wrong. */
  | 'nothing-to-do'
  | 'not-dfx'
  | 'killed'
  /** Neither network nor tool: what was asked for does not go. */
  | 'other';

/** The step that would help, for a button. */
export type NextStep =
  | 'start-network'
  | 'build'
  | 'create'
  | 'stop-canister'
  | 'show-logs'
  | 'deploy-anyway'
  | 'select-identity'
  | 'open-dfx-json'
  | 'open-icp-yaml'
  | 'show-problems'
  | 'run-in-terminal'
  | 'install-dfx-version'
  | 'choose-dfx'
  | 'choose-icp'
  | 'manage-trust';

/** A button of a failure: the command that it runs. */
export interface FailureAction {
  readonly title: Message;
  readonly command: string;
  readonly args?: readonly unknown[];
  /** Whether the command removes the cause, so that what was asked for can go on once it has succeeded. */
  readonly removesCause?: boolean;
}

/** A failure as plain data, which crosses the worker boundary. Holds no secret. */
export interface FailureData {
  readonly kind: FailureKind;
  readonly message: Message;
  /** The network's or the tool's own words, for the log. */
  readonly detail?: string;
  /** An `IC0…` error code (interface specification, "Error codes"). */
  readonly code?: string;
  readonly next?: NextStep;
  /** Of a command for several canisters, those that failed, where that is known. */
  readonly canisters?: readonly string[];
  /** Buttons in place of those that `next` stands for. */
  readonly actions?: readonly FailureAction[];
  /** What the command is run with once more after a button that removes the cause. */
  readonly again?: readonly unknown[];
}

/** The one error of the product: everything that a person needs to know of what went wrong. */
export class Failure extends Error {
  readonly data: FailureData;

  constructor(data: Omit<FailureData, 'kind'> & { readonly kind?: FailureKind }) {
    super(formatMessage(data.message));
    this.name = 'Failure';
    this.data = { ...data, kind: data.kind ?? 'other' };
  }

  get kind(): FailureKind {
    return this.data.kind;
  }

  /** True where there is nothing to tell: the user ended it. */
  get cancelled(): boolean {
    return isCancelled(this.data);
  }

  /** By name: each bundle has a class of its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && value.name === 'Failure' && 'data' in value;
  }
}

export function isCancelled({ kind }: Pick<FailureData, 'kind'>): boolean {
  return kind === 'cancelled' || kind === 'declined';
}

/** Thrown where there is nothing that could be done. */
export function nothingToDo(message: Message): Failure {
  return new Failure({ kind: 'nothing-to-do', message });
}

/** Thrown where the user changed their mind. */
export function cancelled(): Failure {
  return new Failure({ kind: 'cancelled', message: msg('Cancelled.') });
}

/** A failure with a sentence around its cause; another error, or a cancellation, as it is. */
export function explain(error: unknown, sentence: (cause: Message) => Message): unknown {
  return error instanceof Failure && !error.cancelled
    ? new Failure({ ...error.data, message: sentence(error.data.message) })
    : error;
}
