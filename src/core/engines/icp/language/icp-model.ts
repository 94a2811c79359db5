import {
  type ObjectNode,
  type Properties,
  type Property,
  propertiesOf,
  type StringNode,
  stringAt,
  type ValueNode,
} from '../../../document/tree';
import type { YamlDocument } from '../../../document/yaml-document';

/** A file of icp that holds YAML: icp.yaml, or a canister.yaml. */
export type ManifestKind = 'project' | 'canister';

/** A canister, network or environment that a file defines, as far as it can be read. */
export interface Entry {
  readonly object: ObjectNode;
  readonly keys: Properties;
  /** Missing where there is none, or it is no string. */
  readonly name: StringNode | undefined;
}

export interface CanisterEntry extends Entry {
  readonly recipe: RecipeEntry | undefined;
}

export interface RecipeEntry {
  readonly type: StringNode;
  readonly object: ObjectNode;
  readonly keys: Properties;
  readonly configuration: ObjectNode | undefined;
}

const NONE: readonly ValueNode[] = [];

/** What every feature needs to know of a manifest, read once per version. */
export class IcpModel {
  readonly root: Properties;
  readonly canisters: readonly CanisterEntry[];
  /** The items of `canisters` that name a folder or a pattern. */
  readonly folders: readonly StringNode[];
  readonly networks: readonly Entry[];
  readonly environments: readonly Entry[];
  readonly dependencies: readonly Entry[];
  /** The files of networks and environments. */
  readonly files: readonly StringNode[];
  readonly #byName: ReadonlyMap<string, CanisterEntry>;

  constructor(
    readonly document: YamlDocument,
    readonly kind: ManifestKind,
  ) {
    const root = document.rootObject;
    this.root = root === undefined ? new Map() : propertiesOf(root);
    const items = (key: string): readonly ValueNode[] => {
      const value = kind === 'project' ? this.root.get(key)?.value : undefined;
      return value?.type === 'array' ? value.items : NONE;
    };
    const entries = (key: string): Entry[] =>
      items(key).flatMap((item) => (item.type === 'object' ? [entryOf(item)] : []));
    const texts = (key: string): StringNode[] => items(key).flatMap((item) => (item.type === 'string' ? [item] : []));
    const defined = kind === 'canister' && root !== undefined ? [entryOf(root)] : entries('canisters');
    this.canisters = defined.map((entry) => ({ ...entry, recipe: recipeOf(entry.keys) }));
    this.folders = texts('canisters');
    this.networks = entries('networks');
    this.environments = entries('environments');
    this.dependencies = entries('dependencies');
    this.files = [...texts('networks'), ...texts('environments')];
    const byName = new Map<string, CanisterEntry>();
    for (const canister of this.canisters) {
      if (canister.name !== undefined && !byName.has(canister.name.value)) {
        byName.set(canister.name.value, canister);
      }
    }
    this.#byName = byName;
  }

  /** The first canister of this name that the file defines. */
  canister(name: string): CanisterEntry | undefined {
    return this.#byName.get(name);
  }

  /** The canister whose definition is, or holds, the node. */
  canisterOf(node: ValueNode | Property): CanisterEntry | undefined {
    return this.canisters.find(({ object }) => object.start <= node.start && node.end <= object.end);
  }
}

function entryOf(object: ObjectNode): Entry {
  const keys = propertiesOf(object);
  return { object, keys, name: stringAt(keys, 'name') };
}

function recipeOf(canister: Properties): RecipeEntry | undefined {
  const object = canister.get('recipe')?.value;
  if (object?.type !== 'object') {
    return undefined;
  }
  const keys = propertiesOf(object);
  const type = stringAt(keys, 'type');
  const configuration = keys.get('configuration')?.value;
  return type && { type, object, keys, configuration: configuration?.type === 'object' ? configuration : undefined };
}
