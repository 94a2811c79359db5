import type { NetworkConfig } from '../engines/dfx/dfx-config';
import type { FileHost } from '../project/file-host';
import type { CanisterId } from '../project/model';
import type { Message } from '../util/message';
import type { Part } from './part';

/** What a conversion is made from. Nothing of it is changed. */
export interface ConversionSources {
  /** Folder of the project. */
  readonly root: string;
  /** The text of dfx.json. */
  readonly dfxJson: string;
  /** Reads files of the project, by absolute path, and no others. */
  readonly files: FileHost;
  /** Canister to network to id, as dfx has them. */
  readonly ids: ReadonlyMap<string, ReadonlyMap<string, CanisterId>>;
  /** The networks of the user's own networks.json. */
  readonly sharedNetworks: readonly NetworkConfig[];
  /** What installed extensions of dfx say of the types of canisters that they define: the JSON of `canister_type`. */
  readonly extensionTypes: ReadonlyMap<string, string>;
  /** The words of comments in icp.yaml. */
  readonly words: (message: Message) => string;
}

/** A canister of dfx.json while it is being converted. */
export interface SourceCanister {
  /** In dfx.json. */
  readonly dfxName: string;
  /** In icp.yaml. */
  readonly name: string;
  /** `custom` for one whose type an installed extension defines. */
  readonly type: string;
  /** With what an extension adds. */
  readonly part: Part;
  /** The canisters that its Motoko code imports. */
  readonly imports: ReadonlySet<string>;
}

/** All that the parts of a conversion know of the project. */
export interface SourceProject {
  readonly sources: ConversionSources;
  readonly root: Part;
  readonly canisters: ReadonlyMap<string, SourceCanister>;
  /** The command that prints Motoko's packages, word by word. */
  readonly packtool: readonly string[];
  /** Flags for the Motoko compiler where a canister has none of its own. */
  readonly motokoArgs: string | undefined;
  readonly release: boolean;
  /** The version of dfx that the project names. */
  readonly dfxVersion: string | undefined;
  readonly envFile: string | undefined;
  readonly hasPackageJson: boolean;
  /** mops.toml, where there is one. */
  readonly mopsToml: string | undefined;
}
