import {
  type ObjectNode,
  type Properties,
  type Property,
  propertiesOf,
  rangeOf,
  type StringNode,
  type ValueNode,
} from '../../../document/tree';
import { FindingList, type Fix } from '../../../language/findings';
import {
  type EnumValue,
  type IntegerSpec,
  type Json,
  type KeySpec,
  keysOf,
  type ObjectSpec,
  type StringRole,
  type StringSpec,
  type ValueSpec,
} from '../../../language/spec';
import { closest } from '../../../language/suggest';
import { parseBytes, parseDuration } from '../../../language/units';
import { type Message, msg } from '../../../util/message';
import type { Canister, DfxModel } from './dfx-model';
import { type DfxFindings, FINDING_CODES } from './finding-codes';
import { CANISTER, DFX_JSON, isNeutralKey, MAX_FREEZING_SECONDS, MAX_MEMORY_BYTES } from './keys';
import type { KnownKeys } from './known-keys';

/** A string in the document that stands for something: a value, or the key of a map. */
export interface Site {
  readonly role: StringRole;
  readonly node: StringNode;
  readonly spec?: StringSpec;
  /** The key whose value, or whose array, this is. */
  readonly key: KeySpec;
  readonly canister: Canister | undefined;
}

interface Place {
  readonly key: KeySpec;
  readonly canister: Canister | undefined;
}

/** What a missing key is filled with; the reader puts in the true value. */
const PLACEHOLDERS = new Map<string, Json>([
  ['package', 'package_name'],
  ['candid', 'path/to/canister.did'],
  ['wasm', 'path/to/canister.wasm'],
  ['source', ['dist/']],
  ['main', 'src/main.mo'],
  ['id', 'aaaaa-aa'],
  ['dependencies', []],
  ['init_guide', ''],
  ['wasm_url', 'https://'],
  ['playground_canister', 'aaaaa-aa'],
  ['allowed_viewers', []],
  ['name', 'candid:service'],
]);

function placeholder(key: KeySpec, owner: string | undefined): Json {
  if (key.value.kind === 'map') {
    return {};
  }
  if (owner !== undefined && key.name === 'candid') {
    return `src/${owner}/${owner}.did`;
  }
  if (owner !== undefined && key.name === 'main') {
    return `src/${owner}/main.mo`;
  }
  if (owner !== undefined && key.name === 'package') {
    return owner;
  }
  return PLACEHOLDERS.get(key.name) ?? '';
}

/** Walks the document along the table of keys, once. */
export class StructureCheck {
  readonly findings: DfxFindings;
  readonly sites: Site[] = [];

  constructor(
    readonly model: DfxModel,
    readonly known?: KnownKeys,
  ) {
    this.findings = new FindingList(model.document, FINDING_CODES);
    const { root } = model.document;
    if (root === undefined) {
      return;
    }
    if (root.type !== 'object') {
      this.#wrongType(root, msg('A dfx.json must be an object.'));
      return;
    }
    this.#object(root, DFX_JSON, { key: DFX_JSON.keys[0]!, canister: undefined });
  }

  #wrongType(node: ValueNode, message: Message, fixes?: () => Fix[]): void {
    this.findings.report('wrong-type', node, message, { fixes });
  }

  #value(node: ValueNode, spec: ValueSpec, place: Place, nullable: boolean): void {
    if (node.type === 'null' && nullable) {
      return;
    }
    const name = place.key.name;
    switch (spec.kind) {
      case 'string':
        if (node.type === 'string') {
          this.sites.push({ role: spec.role, node, spec, ...place });
        } else {
          this.#wrongType(node, msg('"{0}" must be a string.', name), () => this.#quote(node));
        }
        return;
      case 'strings':
        if (node.type === 'string') {
          this.sites.push({ role: spec.item.role, node, spec: spec.item, ...place });
        } else if (node.type === 'array') {
          this.#items(node.items, spec.item, place);
        } else {
          this.#wrongType(node, msg('"{0}" must be a string or an array of strings.', name));
        }
        return;
      case 'boolean':
        if (node.type !== 'boolean') {
          this.#wrongType(node, msg('"{0}" must be true or false.', name), () =>
            node.type === 'string' && (node.value === 'true' || node.value === 'false')
              ? [this.findings.change(node, node.value === 'true', true)]
              : [],
          );
        }
        return;
      case 'integer':
        this.#integer(node, spec, name);
        return;
      case 'bytes':
        this.#bytes(node, name);
        return;
      case 'duration':
        this.#duration(node, name);
        return;
      case 'enum':
        if (node.type !== 'string') {
          this.#wrongType(node, msg('"{0}" must be a string.', name));
        } else {
          this.#oneOf(node, spec.values, name);
        }
        return;
      case 'enum-or-object':
        this.#enumOrObject(node, spec.values, spec.key, place);
        return;
      case 'known-strings':
        this.#knownStrings(node, spec.values, name);
        return;
      case 'array':
        if (node.type === 'array') {
          this.#items(node.items, spec.items, place);
        } else if (spec.items.kind === 'string') {
          this.#wrongType(node, msg('"{0}" must be an array of strings.', name), () => [
            {
              title: msg('Wrap it in an array'),
              edits: [
                { range: { offset: node.start, length: 0 }, newText: '[' },
                { range: { offset: node.end, length: 0 }, newText: ']' },
              ],
            },
          ]);
        } else {
          this.#wrongType(node, msg('"{0}" must be an array of objects.', name));
        }
        return;
      case 'map':
        this.#map(node, spec.keys, spec.values, place);
        return;
      case 'object':
        if (node.type === 'object') {
          this.#object(node, spec, place);
        } else {
          this.#wrongType(node, msg('"{0}" must be an object.', name));
        }
        return;
    }
  }

  #quote(node: ValueNode): Fix[] {
    return node.type === 'number' || node.type === 'boolean' ? [this.findings.change(node, node.raw)] : [];
  }

  #items(items: readonly ValueNode[], spec: ValueSpec, place: Place): void {
    for (const item of items) {
      if (spec.kind === 'string' && item.type !== 'string') {
        this.#wrongType(item, msg('Every item of "{0}" must be a string.', place.key.name), () => this.#quote(item));
      } else {
        this.#value(item, spec, place, false);
      }
    }
  }

  #map(node: ValueNode, keys: 'canister' | 'network' | 'string', values: ValueSpec, place: Place): void {
    if (node.type !== 'object') {
      this.#wrongType(node, msg('"{0}" must be an object.', place.key.name));
      return;
    }
    this.#duplicates(node);
    for (const [name, property] of propertiesOf(node)) {
      let canister = place.canister;
      if (keys === 'canister') {
        canister = this.model.canisters.get(name);
      }
      // What a map defines is no reference to it.
      if (keys === 'network' && place.canister !== undefined) {
        this.sites.push({ role: 'network', node: property.key, key: place.key, canister });
      }
      if (property.value === undefined) {
        continue;
      }
      if (keys === 'canister' && property.value.type !== 'object') {
        this.#wrongType(property.value, msg('Canister "{0}" must be an object.', name));
      } else if (keys === 'network' && values.kind === 'object' && property.value.type !== 'object') {
        this.#wrongType(property.value, msg('Network "{0}" must be an object.', name));
      } else {
        this.#value(property.value, values, { key: place.key, canister }, false);
      }
    }
  }

  #duplicates(node: ObjectNode): void {
    const last = propertiesOf(node);
    if (last.size === node.properties.length) {
      return;
    }
    for (const property of node.properties) {
      const winner = last.get(property.key.value)!;
      if (winner === property) {
        continue;
      }
      this.findings.report(
        'duplicate-key',
        property.key,
        msg('"{0}" is there twice: dfx takes the last one and ignores this one.', property.key.value),
        {
          tag: 'unnecessary',
          related: [{ message: msg('The one that counts'), range: rangeOf(winner.key) }],
          fixes: () => [
            {
              title: msg('Remove the ignored "{0}"', property.key.value),
              edits: this.model.document.removeProperty(property),
            },
          ],
        },
      );
    }
  }

  #object(node: ObjectNode, spec: ObjectSpec, place: Place): void {
    this.#duplicates(node);
    const { canister } = place;
    const isCanister = spec === CANISTER;
    const index = keysOf(spec);
    const present = propertiesOf(node);
    for (const [name, property] of present) {
      const key = index.get(name);
      if (key === undefined) {
        // An extension that defines a type reads keys of its own.
        if (!(isCanister && canister?.kind === 'extension') && !isNeutralKey(name)) {
          this.#unknownKey(property, spec, present);
        }
        continue;
      }
      this.#keyUse(property, key, spec, isCanister ? canister : undefined);
      if (property.value === undefined) {
        continue;
      }
      // dfx drops what the type does not read, so its value cannot be wrong.
      if (isCanister && canister !== undefined && isUnused(key, canister)) {
        continue;
      }
      this.#value(property.value, key.value, { key, canister }, key.nullable === true);
    }
    for (const key of spec.keys) {
      if (key.required === true && !present.has(key.name)) {
        this.#missing(node, [key], undefined);
      }
    }
    if (isCanister && canister !== undefined) {
      this.#requiredByType(canister);
    }
  }

  #unknownKey(property: Property, spec: ObjectSpec, present: Properties): void {
    const name = property.key.value;
    const guess = closest(
      name,
      spec.keys.map((key) => key.name).filter((candidate) => !present.has(candidate)),
    );
    const message =
      guess === undefined
        ? msg('dfx does not know the key "{0}" and ignores it.', name)
        : msg('dfx does not know the key "{0}" and ignores it. Did you mean "{1}"?', name, guess);
    this.findings.report('unknown-key', property.key, message, {
      fixes: () => [...this.findings.changeToAny(property.key, guess, [], true), this.findings.remove(property)],
    });
  }

  #keyUse(property: Property, key: KeySpec, spec: ObjectSpec, canister: Canister | undefined): void {
    if (key.deprecated !== undefined) {
      this.findings.report('deprecated-key', property.key, key.deprecated, {
        tag: 'deprecated',
        fixes: () => [this.findings.remove(property, true)],
      });
      return;
    }
    if (canister !== undefined && isUnused(key, canister)) {
      this.findings.report(
        'unused-key',
        property.key,
        msg('dfx does not read "{0}" for a canister of type {1}.', key.name, canister.type),
        { tag: 'unnecessary', fixes: () => [this.findings.remove(property)] },
      );
    }
    if (this.known?.knows(spec.upstream, key.name, key.since) === false) {
      const { version } = this.known;
      let message = msg('The dfx in use does not know "{0}" and ignores it.', key.name);
      if (version !== undefined) {
        message =
          key.since === undefined
            ? msg('dfx {1} does not know "{0}" and ignores it.', key.name, version)
            : msg('dfx {1} does not know "{0}" and ignores it: it came with dfx {2}.', key.name, version, key.since);
      }
      this.findings.report('key-newer-than-dfx', property.key, message);
    }
  }

  /** Reports keys without which dfx refuses the object, where they would stand: at the name of the object. */
  #missing(node: ObjectNode, keys: readonly KeySpec[], canister: Canister | undefined): void {
    const { document } = this.model;
    const parent = node.parent;
    const range =
      parent?.type === 'property'
        ? rangeOf(parent.key)
        : { offset: node.start, length: Math.min(1, node.end - node.start) };
    for (const key of keys) {
      const isMain = canister !== undefined && key.name === 'main';
      const message = isMain
        ? msg('A Motoko canister needs "main": the file with which compilation begins.')
        : canister === undefined
          ? msg('The key "{0}" is missing.', key.name)
          : msg('A canister of type {1} needs the key "{0}".', key.name, canister.type);
      this.findings.report(isMain ? 'missing-main' : 'missing-key', range, message, {
        fixes: () => [
          {
            title: msg('Add "{0}"', key.name),
            edits: document.addProperties(node, [[key.name, placeholder(key, canister?.name)]]),
          },
          ...(keys.length > 1
            ? [
                {
                  title: msg('Add all missing keys'),
                  edits: document.addProperties(
                    node,
                    keys.map((missing) => [missing.name, placeholder(missing, canister?.name)]),
                  ),
                },
              ]
            : []),
        ],
      });
    }
  }

  /** The keys that the type of a canister demands. */
  #requiredByType(canister: Canister): void {
    const { kind, object, keys } = canister;
    if (object === undefined || kind === 'extension') {
      return;
    }
    const type = keys.get('type');
    // A type that is no string has been reported: what it was meant to be is not known.
    if (type !== undefined && canister.typeNode === undefined) {
      return;
    }
    const missing = CANISTER.keys.filter(
      (key) =>
        Array.isArray(key.required) &&
        key.required.includes(kind) &&
        (!keys.has(key.name) || (key.nullable === true && keys.get(key.name)?.value?.type === 'null')),
    );
    if (missing.length > 0) {
      this.#missing(object, missing, canister);
    }
  }

  #integer(node: ValueNode, spec: IntegerSpec, name: string): void {
    let raw: string | undefined;
    if (node.type === 'number') {
      raw = node.raw;
    } else if (node.type === 'string' && spec.orString) {
      raw = node.value.replace(/^\+/, '');
    }
    if (raw === undefined || !/^-?\d+$/.test(raw)) {
      this.#wrongType(node, msg('"{0}" must be a whole number.', name), () =>
        node.type === 'string' && /^\d{1,15}$/.test(node.value)
          ? [this.findings.change(node, Number(node.value), true)]
          : [],
      );
      return;
    }
    if (raw.length > 60 || raw.startsWith('-') || BigInt(raw) > spec.maximum) {
      const message =
        spec.unit === 'percent'
          ? msg('"{0}" is a share in percent: it must be between 0 and 100.', name)
          : msg('"{0}" must be between 0 and {1}.', name, spec.maximum.toString());
      this.findings.report('out-of-range', node, message);
    }
  }

  #bytes(node: ValueNode, name: string): void {
    let bytes: bigint | undefined;
    if (node.type === 'number' && /^-?\d{1,60}$/.test(node.raw)) {
      bytes = BigInt(node.raw);
    } else if (node.type === 'string') {
      bytes = parseBytes(node.value);
    } else if (node.type !== 'number') {
      this.#wrongType(node, msg('"{0}" must be a number of bytes or a string such as "2 GiB".', name));
      return;
    }
    if (bytes === undefined) {
      this.findings.report(
        'invalid-size',
        node,
        msg('"{0}" must be a number of bytes or a string such as "2 GiB".', name),
      );
    } else if (bytes < 0n || bytes > MAX_MEMORY_BYTES) {
      this.findings.report('out-of-range', node, msg('"{0}" must be between 0 and 2^48 bytes (256 TiB).', name));
    }
  }

  #duration(node: ValueNode, name: string): void {
    if (node.type === 'number') {
      this.findings.report(
        'numeric-duration',
        node,
        msg('"{0}" must be a string with a unit, such as "30days"; dfx refuses a plain number.', name),
        {
          fixes: () => (/^\d{1,20}$/.test(node.raw) ? [this.findings.change(node, `${node.raw}s`, true)] : []),
        },
      );
      return;
    }
    if (node.type !== 'string') {
      this.#wrongType(node, msg('"{0}" must be a string with a unit, such as "30days".', name));
      return;
    }
    const seconds = parseDuration(node.value);
    if (seconds === undefined) {
      this.findings.report(
        'invalid-duration',
        node,
        msg('"{0}" must be a string with a unit, such as "30days".', name),
        {
          fixes: () => (/^\d{1,20}$/.test(node.value) ? [this.findings.change(node, `${node.value}s`, true)] : []),
        },
      );
    } else if (seconds > MAX_FREEZING_SECONDS) {
      this.findings.report('out-of-range', node, msg('"{0}" must be between 0 and {1}.', name, '2^64-1'));
    }
  }

  #oneOf(node: StringNode, values: readonly EnumValue[], name: string): void {
    if (values.some(({ value }) => value === node.value)) {
      return;
    }
    const names = values.map(({ value }) => value);
    const guess = closest(node.value, names);
    this.findings.report('unknown-value', node, msg('"{0}" must be one of: {1}.', name, names.join(', ')), {
      fixes: () => this.findings.changeToAny(node, guess, names, true),
    });
  }

  #enumOrObject(node: ValueNode, values: readonly EnumValue[], inner: KeySpec, place: Place): void {
    const { name } = place.key;
    if (node.type === 'string') {
      this.#oneOf(node, values, name);
      return;
    }
    if (node.type !== 'object') {
      this.#wrongType(
        node,
        msg(
          '"{0}" must be one of {1}, or an object with "{2}".',
          name,
          values.map(({ value }) => `"${value}"`).join(', '),
          inner.name,
        ),
      );
      return;
    }
    const properties = propertiesOf(node);
    const only = properties.get(inner.name);
    if (only === undefined) {
      this.#missing(node, [inner], undefined);
    } else if (only.value !== undefined) {
      this.#value(only.value, inner.value, { ...place, key: inner }, false);
    }
    for (const [other, property] of properties) {
      if (other === inner.name) {
        continue;
      }
      // An externally tagged variant has exactly one key: serde refuses another.
      this.findings.report('unknown-value', property.key, msg('Only "{0}" may stand here.', inner.name), {
        fixes: () => [this.findings.remove(property, true)],
      });
    }
  }

  #knownStrings(node: ValueNode, values: readonly EnumValue[], name: string): void {
    if (node.type !== 'array') {
      this.#wrongType(node, msg('"{0}" must be an array of strings.', name));
      return;
    }
    const names = values.map(({ value }) => value);
    for (const item of node.items) {
      if (item.type !== 'string') {
        this.#wrongType(item, msg('Every item of "{0}" must be a string.', name));
      } else if (!names.includes(item.value)) {
        const guess = closest(item.value, names);
        this.findings.report(
          'unknown-binding',
          item,
          msg('dfx generates no bindings "{0}": it knows {1}.', item.value, names.join(', ')),
          { fixes: () => this.findings.changeToAny(item, guess, names) },
        );
      }
    }
  }
}

function isUnused(key: KeySpec, canister: Canister): boolean {
  return key.types !== undefined && canister.kind !== 'extension' && !key.types.includes(canister.kind);
}
