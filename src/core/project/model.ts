/** What a project is for every engine. Everything comes from files; nothing here asks a network or starts a process. */
import type { TextRange } from '../document/tree';
import type { CanisterSettings, SettingsChange } from '../network/canister-facts';
import type { Endpoint } from '../network/endpoint';
import type { Message } from '../util/message';

/** A file, or a place in it. */
export interface Place {
  readonly file: string;
  readonly range?: TextRange;
}

/** Something that keeps a file from being used in full. */
export interface ProjectProblem extends Place {
  readonly message: Message;
}

/** A file that the tool reads strictly, and refuses: nothing is changed before it is repaired. */
export interface Refusal extends ProjectProblem {
  /** Name of the tool. */
  readonly tool: string;
}

/** A canister as the project's files define it. The same object for as long as its files stay the same. */
export interface CanisterDefinition {
  readonly name: string;
  /** Where its name is. */
  readonly place: Place;
  /** How it is built, as its files put it: dfx's type, the name of icp's recipe. */
  readonly type: string;
  /** Names of canisters that have to be there before it. */
  readonly dependencies: readonly string[];
  /** Made and changed by others: its interface and module are only fetched. */
  readonly pulled: boolean;
  /** It answers browsers. */
  readonly hasFrontend: boolean;
  /** The folder, relative to the project, that the tool makes language bindings in; absent where it makes none. */
  readonly bindings?: string;
  /** Something comes after each installation, such as uploading assets, and can be done alone. */
  readonly syncs: boolean;
}

/** A network, as far as files tell. Engines add what they alone need. */
export interface Network extends Endpoint {
  readonly name: string;
  /** Empty where {@link problem} says that there is none. */
  readonly url: string;
  /** Runs on this computer, where cycles are free. */
  readonly local: boolean;
  /** The engine's tool starts and stops it. */
  readonly managed: boolean;
  /** The tool starts it without what it held before: canisters, and their ids, are lost. */
  readonly volatile?: boolean;
  /** The tool's files say that it does not run: whoever answers at the URL is somebody else. */
  readonly stopped?: boolean;
  /** Where it is defined: `builtin` in the tool, `adhoc` nowhere. One that several projects use is `shared`. */
  readonly scope: 'builtin' | 'project' | 'shared' | 'adhoc';
  /** Its canisters are borrowed, for some minutes. */
  readonly borrowed: boolean;
  /** Where the tool keeps what it knows of a network that it runs here. */
  readonly dataDir?: string;
  /** The image of the container that it runs in. */
  readonly image?: string;
  readonly source?: Place;
  /** Why it cannot be used. */
  readonly problem?: Message;
}

/** What is selected for a project: for dfx a network, for icp an environment. Ids are kept by target. */
export interface Target {
  readonly name: string;
  /** It is an environment, which has a network and shares that with others, rather than a network. */
  readonly environment?: boolean;
  /** Absent where {@link problem} says why. */
  readonly network?: Network;
  /** Names of the canisters that belong there; absent for all. */
  readonly canisters?: ReadonlySet<string>;
  /** Why it cannot be used; the network's own problem included. */
  readonly problem?: Message;
}

export interface CanisterId {
  readonly id: string;
  /** Whose canister it is: the project's, somebody else's that the project uses there, or a pulled dependency. */
  readonly owner: 'project' | 'remote' | 'pulled';
}

/** The ids of a project's canisters on one target. */
export interface TargetIds {
  readonly byName: ReadonlyMap<string, CanisterId>;
  /**
   * Set where a file with ids cannot be read. {@link byName} has then what it said when it last could: for showing, not
   * for acting. A canister that is not in it may have an id.
   */
  readonly refused?: ProjectProblem;
  /** Why the ids on disk count for nothing, as after a reset of the network. */
  readonly void?: Message;
  readonly problems: readonly ProjectProblem[];
}

/** Where the files of a canister are. */
export interface CanisterPaths {
  /** The file or folder in which its code is written; absent where none was found. */
  readonly source?: string;
  /** Its interface, whether the file exists or not. */
  readonly candid?: string;
  /** Where its interface may be, the best first. */
  readonly interfaces: readonly string[];
  /** Where the module of the last build may be, the likeliest first. */
  readonly modules: readonly string[];
}

/** What a canister's module is made of, as far as files tell. */
export interface BuildInputs {
  /** Files, absolute. One that is not there counts for nothing. */
  readonly files: readonly string[];
  /** Folders of which everything counts that git does not leave out. */
  readonly folders: readonly string[];
  /** Files that builds of others write again and again: only what they say counts, not when they were written. */
  readonly interfaces: readonly string[];
  /** How its manifest has it built: a text that changes with that, and with nothing else. */
  readonly definition: string;
}

/** What a project's files say of a canister's settings on a target. What they do not say is absent. */
export interface WrittenSettings {
  /** Where they are, or would be. */
  readonly place: Place;
  /** When the tool sets them. Until then, and after changes by hand, the network has others. */
  readonly applied: 'creation' | 'deployment';
  readonly values: Omit<SettingsChange, 'controllers'>;
  /** Principals, and names of canisters of the project. They come to those that the canister has. */
  readonly controllers?: readonly string[];
  /** What is written but cannot be read, and why. */
  readonly unreadable: ReadonlyMap<keyof CanisterSettings, Message>;
}

/** A canister that can make calls in an identity's place: dfx's wallet. */
export interface ProxyCanister {
  readonly id: string;
  /** What it is, as "wallet of alice". */
  readonly label: Message;
  /** A query without arguments that tells its cycles, as `amount` of a record. */
  readonly balance: { readonly method: string; readonly interface: string };
}

/** What a tool has left on disk about a network that it runs here. */
export interface NetworkProcess {
  readonly port?: number;
  readonly pid?: number;
  /** Whether there is a process of that id, be it the network's or another that has got the number since. */
  readonly alive?: boolean;
  /** Version of the replica. */
  readonly version?: string;
}

/** A folder, which may not exist yet, and a VS Code glob pattern relative to it. */
export interface WatchPattern {
  readonly dir: string;
  readonly pattern: string;
}
