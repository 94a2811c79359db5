/**
 * The API of IC Canisters for other extensions, version 1: copy this file into your extension. See docs/api.md.
 *
 * Everything that is returned is a frozen copy. Every promise rejects with an {@link IcCanistersError} and nothing else.
 * Names come from files of the workspace: treat them as you would treat any text of others.
 */
import type { CancellationToken, Disposable, Event, Uri } from 'vscode';

/** What `activate()` of the extension `ic-canisters.ic-canisters` gives. */
export interface IcCanistersExports {
  /** Rejects with `unsupported-version` where this version of the API is not there. Version 1 is added to, never changed. */
  getApi(version: 1): Promise<IcCanistersApi>;
}

export interface IcCanistersApi {
  readonly version: 1;

  /** All projects of the workspace folders, once they have been searched and their files been read. Asks no network. */
  projects(): Promise<readonly Project[]>;

  /**
   * The canisters that a project's files define, with their ids on every target. Asks no network.
   *
   * @param project its manifest
   */
  canisters(project: Uri): Promise<readonly Canister[]>;

  /** What is known of a canister at this moment, the same as the tree shows. Asks no network. */
  state(canister: CanisterRef): Promise<CanisterState>;

  /**
   * Asks the network about a canister now. Where that has no good answer, the state says so by {@link CanisterState.problem}; the
   * promise does not reject for it. On a network that the user has not agreed to sign requests for, and with a
   * key that is locked, anonymously: nobody is asked anything.
   */
  refresh(canister: CanisterRef, token?: CancellationToken): Promise<CanisterState>;

  /**
   * Keeps the states of all canisters on the selected targets fresh until it is disposed of, as often as the tree does
   * while it is visible: every 10 seconds on this computer, every minute elsewhere, while the window has the focus. Without
   * it, networks are asked only while the user looks at something that shows states, and by {@link refresh}. In a workspace that
   * is not trusted, nothing is asked before the user says to trust it.
   */
  watch(): Disposable;

  /** Projects have come or gone, or the user has said to trust the workspace. */
  readonly onDidChangeProjects: Event<void>;

  /** Canisters, ids, states or the selected target of a project have changed, whoever had them read. */
  readonly onDidChangeStates: Event<StatesChange>;

  /** An operation on canisters has come to its end, whoever started it. */
  readonly onDidFinishOperation: Event<FinishedOperation>;

  /**
   * Runs an operation on canisters, on the targets that are selected for their projects, with the progress that the user's own
   * commands show. All have to fit, or none is touched.
   *
   * Where the user would be asked something before (as for every change on mainnet, for what loses data, for the password of a
   * key), it rejects with `needs-confirmation` and nothing is done, unless `options.interactive` lets the user be asked.
   * No question can be answered by an extension.
   */
  run(operation: Operation, canisters: readonly TargetedCanister[], options?: RunOptions): Promise<void>;

  /**
   * Calls a query method: no state changes and nobody is asked. It is signed by the user's identity where requests to that
   * network are, as {@link refresh} is. Rejects with `not-a-query` where the canister's interface says that the method is none, or
   * does not have it.
   *
   * @param args Candid text of the arguments, as `("a", 1 : nat)`; `()` for none
   */
  query(canister: TargetedCanister, method: string, args: string, token?: CancellationToken): Promise<QueryReply>;
}

export interface Project {
  /** The file that makes it a project (`dfx.json` or `icp.yaml`): stands for the project everywhere in this API. */
  readonly manifest: Uri;
  readonly folder: Uri;
  /** The tool that it is deployed with. */
  readonly tool: 'dfx' | 'icp';
  /** As the tree shows it. */
  readonly label: string;
  /** All that canisters can be deployed to: networks of dfx, environments of icp. One is selected. */
  readonly targets: readonly Target[];
  /** Name of the identity that the project works with. */
  readonly identity?: string;
}

export interface Target {
  readonly name: string;
  readonly kind: 'network' | 'environment';
  /** Chosen by the user for the project. */
  readonly selected: boolean;
  /** Of its network; absent where {@link problem} says why there is none. */
  readonly url?: string;
  /** The network runs on this computer, where cycles are free. */
  readonly local: boolean;
  /** A change counts as one on mainnet: by the network's URL, whatever it is called. True where there is no URL. */
  readonly mainnet: boolean;
  /** Names of the canisters that belong there; absent for all. */
  readonly canisters?: readonly string[];
  /** Why it cannot be used, in the user's language. */
  readonly problem?: string;
}

export interface Canister {
  readonly project: Uri;
  readonly name: string;
  /** The file that defines it. */
  readonly file: Uri;
  /** How it is built, as its files put it: dfx's type, the name of icp's recipe. */
  readonly type: string;
  /** Names of canisters that have to be there before it. */
  readonly dependencies: readonly string[];
  /** One for each target on which it has an id. */
  readonly ids: readonly CanisterId[];
}

export interface CanisterId {
  readonly target: string;
  readonly id: string;
  /** Whose canister it is: the project's, somebody else's that the project uses there, or a pulled dependency. */
  readonly owner: 'project' | 'remote' | 'pulled';
}

/** A canister of a project. */
export interface CanisterRef {
  /** {@link Project.manifest} */
  readonly project: Uri;
  /** {@link Canister.name} */
  readonly canister: string;
  /** Name of a target of the project; the selected one unless given. */
  readonly target?: string;
}

/** A canister on a target that is named, so that nothing happens elsewhere when the user selects another meanwhile. */
export interface TargetedCanister extends CanisterRef {
  readonly target: string;
}

export type CanisterStatus =
  | 'running'
  | 'stopping'
  | 'stopped'
  /** Created, but no module is installed. */
  | 'empty'
  /** It has no id on this target. */
  | 'not-created'
  /** It has a module, but whether it runs is for its controllers to see. */
  | 'hidden'
  /** The project has an id for it, and the network certifies that there is no such canister. */
  | 'missing'
  /** Not asked yet, or without a good answer so far: {@link CanisterState.label} says why. */
  | 'unknown';

export interface CanisterState {
  readonly project: Uri;
  readonly canister: string;
  readonly target: string;
  readonly id?: string;
  readonly status: CanisterStatus;
  /** The state in words of the user's language, as the tree shows it. */
  readonly label: string;
  /** What an operation is doing to it at this moment, in words; absent while nothing is done. */
  readonly busy?: string;
  /** True where what is said was so when it was last seen, but could not be confirmed since. */
  readonly stale: boolean;
  /** Why the latest question had no good answer, in words; absent where it had one. */
  readonly problem?: string;
  /** When the network last said so, in milliseconds since 1970. */
  readonly checkedAt?: number;
  /** SHA-256 of the installed module in hex; absent where none is installed, or it is not known. */
  readonly moduleHash?: string;
  /** Principals; absent where they are not known. */
  readonly controllers?: readonly string[];
  /** Cycles. Absent where the identity may not see them. */
  readonly cycles?: bigint;
  /** Cycles burned in a day without any call. Absent where the identity may not see them. */
  readonly idleCyclesBurnedPerDay?: bigint;
  /** Bytes. Absent where the identity may not see them. */
  readonly memorySize?: bigint;
  /** The operations that make sense for it now; none while one is under way. */
  readonly operations: readonly Operation[];
}

export interface StatesChange {
  /** The project's manifest. */
  readonly project: Uri;
  readonly target: string;
  /** Names of the canisters whose state says something else; absent where any may, or may have come or gone. */
  readonly canisters?: readonly string[];
}

export type Operation =
  /** Changes nothing on a network. */
  | 'build'
  | 'generate'
  /** Can be changed back, or costs cycles. */
  | 'start'
  | 'stop'
  | 'create'
  | 'deploy'
  | 'install'
  | 'upgrade'
  | 'sync'
  /** Loses what cannot be brought back: the user is asked on every network. */
  | 'reinstall'
  | 'uninstall'
  | 'delete'
  | 'forget';

export interface RunOptions {
  /** Lets the user be asked what the operation's command would ask. Otherwise what needs a question is not done. */
  readonly interactive?: boolean;
  readonly token?: CancellationToken;
}

export interface FinishedOperation {
  /** One of {@link Operation}, or another that only the user's own commands run, such as `settings`. */
  readonly operation: string;
  /** Each canister with how it ended there. */
  readonly canisters: readonly {
    /** The project's manifest. */
    readonly project: Uri;
    readonly canister: string;
    readonly target: string;
    readonly ended: 'done' | 'failed' | 'cancelled';
    /** Why it failed, in the user's language. */
    readonly problem?: string;
  }[];
}

export interface QueryReply {
  /** Candid text; absent where the reply is no Candid that can be shown. */
  readonly candid?: string;
  /**
   * Who vouches for it: a node whose key is certified, the project's tool, or nobody, as on networks that report their own key.
   */
  readonly trust: 'node-signature' | 'tool' | 'unchecked';
}

/** What every promise of this API rejects with. Its message is a sentence in the user's language. */
export interface IcCanistersError extends Error {
  readonly name: 'IcCanistersError';
  readonly code: IcCanistersErrorCode;
}

export type IcCanistersErrorCode =
  /** There is no such version of the API in the installed extension. */
  | 'unsupported-version'
  /** The user has not said to trust the workspace: nothing is read out, asked or run. */
  | 'untrusted'
  | 'unknown-project'
  | 'unknown-canister'
  | 'unknown-target'
  | 'unknown-operation'
  /** Operations run on the selected target alone, and it is another. */
  | 'target-not-selected'
  /** The state of a canister does not fit the operation. Nothing was done. */
  | 'not-applicable'
  /** The user would have to be asked. Nothing was done, or the project's tool has stopped where it asked. */
  | 'needs-confirmation'
  | 'not-a-query'
  /** By the token or by the user. */
  | 'cancelled'
  /** The network could not be asked: it is offline, too busy, or what answers is none. */
  | 'network'
  /** What the network answered is not trustworthy. */
  | 'security'
  /** The network or the canister refused, as in a trap. */
  | 'rejected'
  /** Arguments are not Candid, or not of the method's types. */
  | 'candid'
  /** Everything else; the message says what. */
  | 'failed';
