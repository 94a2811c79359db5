/** What a manifest can say: the form in which an engine's table of keys is written. */
import type { Path } from '../document/tree';
import type { Message } from '../util/message';

/** What a string stands for. */
export type StringRole =
  | 'plain'
  | 'canister'
  | 'network'
  | 'principal'
  | 'candid'
  | 'file'
  | 'folder'
  | 'file-or-url'
  | 'url'
  | 'bind'
  | 'ip-address'
  | 'socket-address'
  | 'command'
  | 'canister-type'
  | 'cargo-package'
  | 'npm-workspace'
  | 'dfx-version'
  /** A principal, or a canister by name. */
  | 'controller'
  /** A folder, or a pattern of folders, with a manifest of its own in each. */
  | 'canister-folder'
  | 'project-folder'
  | 'recipe'
  | 'checksum';

export interface EnumValue {
  readonly value: string;
  readonly doc?: Message;
}

export interface StringSpec {
  readonly kind: 'string';
  readonly role: StringRole;
  /** Suffixes of the files that belong here, most fitting first. */
  readonly suffixes?: readonly string[];
}
export interface EnumSpec {
  readonly kind: 'enum';
  readonly values: readonly EnumValue[];
  /** The name of the definition in the schema that the engine publishes. */
  readonly upstream?: string;
}
export interface IntegerSpec {
  readonly kind: 'integer';
  readonly unit?: 'percent' | 'cycles' | 'seconds' | 'port';
  readonly maximum: bigint;
  /** The engine also takes the number as a string. */
  readonly orString?: true;
}
export interface ArraySpec {
  readonly kind: 'array';
  readonly items: ValueSpec;
  readonly unique?: true;
}
export interface MapSpec {
  readonly kind: 'map';
  /** What the keys name. */
  readonly keys: 'canister' | 'network' | 'string';
  readonly values: ValueSpec;
}
export interface ObjectSpec {
  readonly kind: 'object';
  readonly keys: readonly KeySpec[];
  /** The name of the definition in the schema that the engine publishes. */
  readonly upstream: string;
  /** Where the engine also takes an array of the values in this order: the names, and how many must be there. */
  readonly positional?: { readonly names: readonly string[]; readonly minimum: number };
}
/** A string, or an object that says more. */
export interface EitherSpec {
  readonly kind: 'either';
  readonly string: StringSpec;
  readonly object: ObjectSpec;
}
export type ValueSpec =
  | StringSpec
  | EitherSpec
  | EnumSpec
  | IntegerSpec
  | ArraySpec
  | MapSpec
  | ObjectSpec
  | { readonly kind: 'boolean' }
  /** A number of bytes, or a string with a unit. */
  | { readonly kind: 'bytes' }
  /** A string such as `30days`. */
  | { readonly kind: 'duration' }
  /** One string or an array of them. */
  | { readonly kind: 'strings'; readonly item: StringSpec }
  /** One of the values, or an object with one key. */
  | { readonly kind: 'enum-or-object'; readonly values: readonly EnumValue[]; readonly key: KeySpec }
  /** An array of strings of which only some mean something to the engine; it passes over others. */
  | { readonly kind: 'known-strings'; readonly values: readonly EnumValue[] };

export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

export interface KeySpec {
  readonly name: string;
  /** Markdown: what the key means and what the engine does with it. */
  readonly doc: Message;
  readonly value: ValueSpec;
  /** The engine takes `null` for "not set". */
  readonly nullable?: true;
  readonly default?: Json;
  readonly examples?: readonly Json[];
  /** The first release of the engine that knows the key, where that matters. */
  readonly since?: string;
  /** The kinds of the object that read the key, such as types of canisters or of steps; all, where missing. */
  readonly types?: readonly string[];
  /** The engine refuses the object without it. A list names the canister types for which that holds. */
  readonly required?: true | readonly string[];
  readonly deprecated?: Message;
}

const INDEXES = new WeakMap<ObjectSpec, ReadonlyMap<string, KeySpec>>();

/** The keys of an object by name. */
export function keysOf(spec: ObjectSpec): ReadonlyMap<string, KeySpec> {
  let index = INDEXES.get(spec);
  if (index === undefined) {
    index = new Map(spec.keys.map((key) => [key.name, key]));
    INDEXES.set(spec, index);
  }
  return index;
}

/** What the table of keys says of a place in the document. */
export interface SpecAt {
  /** The innermost key of the table on the way. */
  readonly key: KeySpec | undefined;
  /** What the value at the path must be. */
  readonly value: ValueSpec | undefined;
}

/** Follows a path from the root through the table of keys. */
export function specAt(root: ObjectSpec, path: Path): SpecAt {
  let value: ValueSpec | undefined = root;
  let key: KeySpec | undefined;
  for (const step of path) {
    if (value === undefined) {
      break;
    }
    if (typeof step === 'number') {
      if (value.kind === 'array') {
        value = value.items;
      } else if (value.kind === 'strings') {
        value = value.item;
      } else if (value.kind !== 'known-strings') {
        value = undefined;
      }
    } else if (value.kind === 'object') {
      key = keysOf(value).get(step);
      value = key?.value;
    } else if (value.kind === 'map') {
      value = value.values;
    } else if (value.kind === 'either') {
      key = keysOf(value.object).get(step);
      value = key?.value;
    } else if (value.kind === 'enum-or-object') {
      key = step === value.key.name ? value.key : undefined;
      value = key?.value;
    } else {
      value = undefined;
    }
  }
  return { key, value };
}
