import type { FileProblem } from '../../document/parse-json';
import type { ObjectNode, TextRange } from '../../document/tree';

/** A value together with the place it was read from. */
export interface Located<T> {
  readonly value: T;
  readonly range: TextRange;
}

export type BuiltinCanisterType = 'motoko' | 'rust' | 'assets' | 'custom' | 'pull';

/** One entry of `canisters` in dfx.json, as far as it can be read. Wrongly typed values are left out. */
export interface CanisterConfig {
  readonly name: string;
  /** The key token. */
  readonly nameRange: TextRange;
  /** The whole property. */
  readonly range: TextRange;
  /** The type as written; `motoko` where it is missing, which is what dfx assumes. */
  readonly type: string;
  readonly typeRange?: TextRange;
  /** `extension` stands for every type that dfx itself does not define. */
  readonly kind: BuiltinCanisterType | 'extension';
  readonly dependencies: readonly Located<string>[];
  readonly main?: Located<string>;
  readonly candid?: Located<string>;
  readonly wasm?: Located<string>;
  readonly package?: Located<string>;
  /** `source` folders of an assets canister. */
  readonly sources: readonly Located<string>[];
  /** `output` of `declarations`, as written. */
  readonly declarations?: string;
  /** Network name, or `__default`, to canister id text. */
  readonly remoteIds: ReadonlyMap<string, Located<string>>;
  readonly remoteCandid?: Located<string>;
  /** `id` of a pull canister. */
  readonly pullId?: Located<string>;
  readonly specifiedId?: Located<string>;
  readonly initArg?: Located<string>;
  readonly initArgFile?: Located<string>;
  /** True where `frontend` is set to anything but null (dfx then prints a frontend URL). */
  readonly hasFrontend: boolean;
  /** Settings that dfx gives a new canister in place of the network's own defaults. */
  readonly initializationValues?: ObjectNode;
}

/** One network definition of dfx.json or networks.json. */
export interface NetworkConfig {
  readonly name: string;
  readonly range: TextRange;
  readonly nameRange: TextRange;
  /** Present (perhaps empty) for the provider form. */
  readonly providers?: readonly Located<string>[];
  readonly bind?: Located<string>;
  readonly type?: 'persistent' | 'ephemeral';
  readonly playground?: { readonly canister: string; readonly timeoutSeconds: number };
}

/** A dfx.json, as far as it can be read. */
export interface DfxConfig {
  readonly canisters: readonly CanisterConfig[];
  readonly networks: readonly NetworkConfig[];
  /** True where the file could never be read as a whole: networks and remote ids in it are not known. */
  readonly unread?: boolean;
  readonly problems: readonly FileProblem[];
}
