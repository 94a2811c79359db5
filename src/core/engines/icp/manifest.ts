/** icp.yaml and the files it names, as far as they can be read. Wrongly typed values are left out. */
import type { ObjectNode } from '../../document/tree';
import type { Place, ProjectProblem } from '../../project/model';

export const PROJECT_MANIFEST = 'icp.yaml';
export const CANISTER_MANIFEST = 'canister.yaml';

/** The environment, and the network, that are always there; both may be defined otherwise. */
export const LOCAL = 'local';
/** The environment of the mainnet, which may be defined otherwise, and its network, which may not. */
export const IC = 'ic';
export const DEFAULT_BIND = '127.0.0.1';
export const DEFAULT_PORT = 8000;

/** What kind of fault it is for which icp refuses a project. */
export type RefusalCode =
  | 'syntax-error'
  | 'tab-indentation'
  | 'unquoted-text'
  | 'several-documents'
  | 'unreadable-file'
  | 'merge-conflict'
  | 'duplicate-key'
  | 'unknown-key'
  | 'wrong-type'
  | 'not-a-list'
  | 'missing-key'
  | 'unknown-value'
  | 'build-or-recipe'
  | 'empty-steps'
  | 'retired-step'
  | 'step-source'
  | 'plugin-checksum'
  | 'recipe-type'
  | 'recipe-version'
  | 'recipe-registry'
  | 'invalid-name'
  | 'duplicate-name'
  | 'missing-canister'
  | 'invalid-pattern'
  | 'missing-file'
  | 'invalid-amount'
  | 'variable-value'
  | 'invalid-principal'
  | 'unknown-controller'
  | 'binary-inline'
  | 'unknown-network'
  | 'unknown-canister'
  | 'reserved-network'
  | 'network-url'
  | 'root-key'
  | 'missing-dependency'
  | 'circular-dependency';

export interface ManifestRefusal extends ProjectProblem {
  readonly code: RefusalCode;
}

export interface Named {
  readonly name: string;
  /** Where the name is written. */
  readonly place: Place;
}

/** An argument of an installation, as the manifest gives it. */
export interface ArgumentSource {
  /** Candid or hexadecimal text. */
  readonly value?: string;
  /** A file, relative to the canister's folder. */
  readonly path?: string;
  readonly format: 'candid' | 'hex' | 'bin';
  readonly place: Place;
}

export type Visibility = 'controllers' | 'public' | { readonly allowedViewers: readonly string[] };

/** Settings that are written down. What is not written is not touched on the network. */
export interface ManifestSettings {
  readonly computeAllocation?: bigint;
  /** Bytes. */
  readonly memoryAllocation?: bigint;
  /** Seconds. */
  readonly freezingThreshold?: bigint;
  /** Cycles. */
  readonly reservedCyclesLimit?: bigint;
  /** Bytes. */
  readonly wasmMemoryLimit?: bigint;
  /** Bytes. */
  readonly wasmMemoryThreshold?: bigint;
  /** Bytes. */
  readonly logMemoryLimit?: bigint;
  readonly logVisibility?: Visibility;
  readonly snapshotVisibility?: Visibility;
  readonly statusVisibility?: Visibility;
  /** Name to value, or to a file that holds it, relative to the canister's folder. */
  readonly environmentVariables?: ReadonlyMap<string, EnvironmentVariable>;
  /** Principals, and names of canisters of the project. Added to those that the canister has. */
  readonly controllers?: readonly Named[];
}

export interface EnvironmentVariable {
  readonly value?: string;
  readonly path?: string;
  readonly place: Place;
}

export interface Recipe {
  /** As written: `@dfinity/rust@v3.0.0`, a URL, `file://…`. */
  readonly type: string;
  readonly place: Place;
  readonly configuration?: ObjectNode;
}

export interface Step {
  readonly type: string;
  readonly path?: string;
  /** A plugin that is given folders. */
  readonly takesFolders?: boolean;
}

/** One canister, from icp.yaml or a canister.yaml. */
export interface CanisterManifest extends Named {
  /** The whole definition. */
  readonly range: Place;
  /** The folder that its paths are relative to. */
  readonly folder: string;
  readonly recipe?: Recipe;
  readonly build: readonly Step[];
  /** What `recipe` or `build` says, as a text. */
  readonly written: string;
  /** It has steps of its own for after an installation. A recipe may have further ones. */
  readonly syncs: boolean;
  /** One of these steps is a plugin that gets folders, as one that uploads a frontend does. */
  readonly uploads: boolean;
  readonly settings: ManifestSettings;
  readonly initArgs?: ArgumentSource;
  readonly upgradeArgs?: ArgumentSource;
}

export interface EnvironmentManifest extends Named {
  readonly range: Place;
  readonly network: Named;
  /** Absent for all canisters. */
  readonly canisters?: readonly Named[];
  /** In place of the canister's own settings, as a whole. */
  readonly settings: ReadonlyMap<string, ManifestSettings>;
  readonly initArgs: ReadonlyMap<string, ArgumentSource>;
  readonly upgradeArgs: ReadonlyMap<string, ArgumentSource>;
}

export type RootKey = 'mainnet' | 'fetch' | { readonly der: string };

export interface NetworkManifest extends Named {
  readonly range: Place;
  readonly configuration:
    | {
        readonly mode: 'managed';
        readonly form: 'launcher' | 'image';
        /** Of the container, where it runs in one. */
        readonly image?: string;
        readonly bind: string;
        /** 0 for one that the system chooses. */
        readonly port: number;
        readonly domains: readonly string[];
      }
    | { readonly mode: 'connected'; readonly apiUrl: string; readonly gatewayUrl?: string; readonly rootKey: RootKey }
    /** It cannot be read. */
    | { readonly mode: 'broken' };
}

export interface DependencyManifest extends Named {
  readonly path: string;
  /** Names of its canisters whose ids this project's canisters get; absent for all. */
  readonly canisters?: readonly Named[];
}

/** An entry of a list that is a file or a pattern of files. */
export interface PathItem {
  readonly path: string;
  readonly place: Place;
}

export interface ProjectManifest {
  readonly canisters: readonly (CanisterManifest | PathItem)[];
  readonly networks: readonly (NetworkManifest | PathItem)[];
  readonly environments: readonly (EnvironmentManifest | PathItem)[];
  readonly dependencies: readonly DependencyManifest[];
}

export function isPathItem(item: Named | PathItem): item is PathItem {
  return 'path' in item && !('name' in item);
}
