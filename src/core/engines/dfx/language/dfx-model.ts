import type { SourceDocument } from '../../../document/source-document';
import {
  type ObjectNode,
  objectAt,
  type Property,
  propertiesOf,
  rangeOf,
  type StringNode,
  stringAt,
  stringsAt,
  type TextRange,
} from '../../../document/tree';
import type { KeySpec } from '../../../language/spec';
import type { BuiltinCanisterType } from '../dfx-config';
import { isBuiltinType } from './keys';

/** One entry of `canisters`, as far as it can be read. */
export interface Canister {
  readonly name: string;
  readonly property: Property;
  readonly keyRange: TextRange;
  /** Missing where the value is no object. */
  readonly object: ObjectNode | undefined;
  /** By name; of equal names the last counts. */
  readonly keys: ReadonlyMap<string, Property>;
  /** As written; `motoko` where there is no type, which is what dfx assumes. */
  readonly type: string;
  readonly typeNode: StringNode | undefined;
  readonly kind: BuiltinCanisterType | 'extension';
  readonly dependencies: readonly StringNode[];
}

export interface Network {
  readonly name: string;
  readonly property: Property;
  readonly object: ObjectNode | undefined;
}

const NO_KEYS: ReadonlyMap<string, Property> = new Map();

/** What every feature needs to know of a dfx.json, read once per version. */
export class DfxModel {
  readonly canisters = new Map<string, Canister>();
  readonly networks = new Map<string, Network>();
  readonly root: ReadonlyMap<string, Property>;

  constructor(readonly document: SourceDocument) {
    const root = document.rootObject;
    this.root = root === undefined ? NO_KEYS : propertiesOf(root);
    const canisters = objectAt(this.root, 'canisters');
    if (canisters !== undefined) {
      for (const [name, property] of propertiesOf(canisters)) {
        this.canisters.set(name, readCanister(name, property));
      }
    }
    const networks = objectAt(this.root, 'networks');
    if (networks !== undefined) {
      for (const [name, property] of propertiesOf(networks)) {
        const object = property.value?.type === 'object' ? property.value : undefined;
        this.networks.set(name, { name, property, object });
      }
    }
  }

  /** The canister whose entry holds `offset`. */
  canisterAt(offset: number): Canister | undefined {
    const canisters = objectAt(this.root, 'canisters');
    if (canisters === undefined || offset < canisters.start || offset > canisters.end) {
      return undefined;
    }
    for (const canister of this.canisters.values()) {
      if (canister.property.start <= offset && offset <= canister.property.end) {
        return canister;
      }
    }
    return undefined;
  }
}

function readCanister(name: string, property: Property): Canister {
  const object = property.value?.type === 'object' ? property.value : undefined;
  const keys = object === undefined ? NO_KEYS : propertiesOf(object);
  const typeNode = stringAt(keys, 'type');
  const type = typeNode?.value ?? 'motoko';
  return {
    name,
    property,
    keyRange: rangeOf(property.key),
    object,
    keys,
    type,
    typeNode,
    kind: isBuiltinType(type) ? type : 'extension',
    dependencies: stringsAt(keys, 'dependencies'),
  };
}

/** Whether dfx reads the key for a canister of this type; what keys an extension's type reads is not known. */
export function readsKey({ kind }: Canister, { types }: Pick<KeySpec, 'types'>): boolean {
  return types === undefined || kind === 'extension' || types.includes(kind);
}

/** Whether there is a network on which the canister is others', who built it. */
export function isRemoteSomewhere({ keys }: Canister): boolean {
  const remote = objectAt(keys, 'remote');
  const ids = remote && objectAt(propertiesOf(remote), 'id');
  return ids !== undefined && ids.properties.length > 0;
}

/** What dfx takes for a URL where it admits one: anything with a scheme, `c:/a.wasm` too. */
export function isUrl(text: string): boolean {
  return URL.canParse(text);
}

/** What a person means as an address on the web. */
export function looksLikeUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]{1,20}:\/\//i.test(text);
}
