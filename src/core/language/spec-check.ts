import {
  type ArrayNode,
  type ObjectNode,
  type Properties,
  type Property,
  propertiesOf,
  rangeOf,
  type StringNode,
  type ValueNode,
} from '../document/tree';
import { parseBytes, parseDuration } from '../util/amounts';
import { type Message, msg } from '../util/message';
import { closest } from '../util/suggest';
import type { FindingList, Fix, Severity } from './findings';
import {
  type EnumValue,
  type IntegerSpec,
  type Json,
  type KeySpec,
  keysOf,
  type MapSpec,
  type ObjectSpec,
  type StringRole,
  type StringSpec,
  type ValueSpec,
} from './spec';

/** Memory settings end at 256 TiB. */
const MAX_MEMORY_BYTES = 2n ** 48n;
const MAX_FREEZING_SECONDS = 2n ** 64n - 1n;

/** A string in the document that stands for something: a value, or the key of a map. */
export interface Site<Owner> extends Place<Owner> {
  readonly role: StringRole;
  readonly node: StringNode;
  readonly spec?: StringSpec;
}

interface Place<Owner> {
  /** The key whose value, or whose array, this is. */
  readonly key: KeySpec;
  /** The canister to which it belongs. */
  readonly owner: Owner | undefined;
}

type Code =
  | 'wrong-type'
  | 'unknown-value'
  | 'out-of-range'
  | 'duplicate-key'
  | 'unknown-key'
  | 'missing-key'
  | 'missing-main'
  | 'invalid-size'
  | 'invalid-duration'
  | 'numeric-duration'
  | 'unknown-binding'
  | 'array-for-object';

/** Walks a manifest along its engine's table of keys: reports what does not fit, and collects what stands for something. */
export abstract class SpecCheck<Owner> {
  readonly sites: Site<Owner>[] = [];

  /** @param engine the tool's name, for messages */
  constructor(
    readonly findings: FindingList<Code>,
    readonly engine: string,
  ) {}

  /** Where the document is an object of this form. */
  protected walk(spec: ObjectSpec, wrong: Message): void {
    const { root } = this.findings.document;
    if (root?.type === 'object') {
      this.object(root, spec, { key: spec.keys[0]!, owner: undefined });
    } else if (root !== undefined) {
      this.#wrongType(root, wrong);
    }
  }

  /** The canister of this name. */
  protected abstract owner(name: string): Owner | undefined;

  /**
   * What else is to be said of a key that is there.
   * @returns false where its value is not read and so cannot be wrong
   */
  protected abstract checkKey(property: Property, key: KeySpec, spec: ObjectSpec, owner: Owner | undefined): boolean;

  /** Whether a key that the table does not have may stand in the object. */
  protected abstract allowsKey(name: string, spec: ObjectSpec, owner: Owner | undefined): boolean;

  /** What a missing key is filled with; the user puts in the true value. */
  protected abstract placeholder(key: KeySpec, owner: Owner | undefined): Json;

  protected object(node: ObjectNode, spec: ObjectSpec, { owner }: Place<Owner>): void {
    this.#duplicates(node);
    const index = keysOf(spec);
    const present = propertiesOf(node);
    for (const [name, property] of present) {
      const key = index.get(name);
      if (key === undefined) {
        if (!this.allowsKey(name, spec, owner)) {
          this.#unknownKey(property, spec, present);
        }
      } else if (this.checkKey(property, key, spec, owner) && property.value !== undefined) {
        this.#value(property.value, key.value, { key, owner }, key.nullable === true);
      }
    }
    for (const key of spec.keys) {
      if (key.required === true && !present.has(key.name)) {
        this.missing(node, [key]);
      }
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
        ? msg('{0} does not know the key "{1}" and ignores it.', this.engine, name)
        : msg('{0} does not know the key "{1}" and ignores it. Did you mean "{2}"?', this.engine, name, guess);
    this.findings.report('unknown-key', property.key, message, {
      fixes: () => [...this.findings.changeToAny(property.key, guess, [], true), this.findings.remove(property)],
    });
  }

  /** Reports keys without which the engine refuses an object, where they would stand: at the name of the object. */
  protected missing(
    node: ObjectNode,
    keys: readonly KeySpec[],
    owner?: Owner,
    message = (key: KeySpec): Message => msg('The key "{0}" is missing.', key.name),
    code: (key: KeySpec) => Code = () => 'missing-key',
    severity: (key: KeySpec) => Severity | undefined = () => undefined,
  ): void {
    const place = node.parent?.type === 'property' ? node.parent.key : { offset: node.start, length: 1 };
    const add = (title: Message, added: readonly KeySpec[]): Fix => ({
      title,
      edits: this.findings.document.addProperties(
        node,
        added.map((key) => [key.name, this.placeholder(key, owner)]),
      ),
    });
    for (const key of keys) {
      this.findings.report(code(key), place, message(key), {
        severity: severity(key),
        fixes: () => [
          add(msg('Add "{0}"', key.name), [key]),
          ...(keys.length > 1 ? [add(msg('Add all missing keys'), keys)] : []),
        ],
      });
    }
  }

  #wrongType(node: ValueNode, message: Message, fixes?: () => Fix[]): void {
    this.findings.report('wrong-type', node, message, { fixes });
  }

  #value(node: ValueNode, spec: ValueSpec, place: Place<Owner>, nullable: boolean): void {
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
        if (node.type === 'string') {
          this.#oneOf(node, spec.values, name);
        } else if (!this.#isTagged(node, spec.values)) {
          this.#wrongType(node, msg('"{0}" must be a string.', name));
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
        this.#map(node, spec, place);
        return;
      case 'object':
        if (node.type === 'object') {
          this.object(node, spec, place);
        } else if (node.type !== 'array' || !this.#positional(node, spec, place)) {
          this.#wrongType(node, msg('"{0}" must be an object.', name));
        }
        return;
    }
  }

  /** The values of an object in an array, where the engine takes that. */
  #positional({ items, start }: ArrayNode, { keys, positional }: ObjectSpec, place: Place<Owner>): boolean {
    if (positional === undefined || items.length < positional.minimum || items.length > positional.names.length) {
      return false;
    }
    for (const [index, item] of items.entries()) {
      const key = keys.find(({ name }) => name === positional.names[index])!;
      this.#value(item, key.value, { ...place, key }, key.nullable === true);
    }
    const names = positional.names.slice(0, Math.max(items.length, 1)).join(', ');
    this.findings.report(
      'array-for-object',
      { offset: start, length: 1 },
      msg(
        '{0} reads the values of this array in the order of its keys ({1}). An object is easier to read.',
        this.engine,
        names,
      ),
    );
    return true;
  }

  #quote(node: ValueNode): Fix[] {
    return node.type === 'number' || node.type === 'boolean' ? [this.findings.change(node, node.raw)] : [];
  }

  #items(items: readonly ValueNode[], spec: ValueSpec, place: Place<Owner>): void {
    for (const item of items) {
      if (spec.kind === 'string' && item.type !== 'string') {
        this.#wrongType(item, msg('Every item of "{0}" must be a string.', place.key.name), () => this.#quote(item));
      } else {
        this.#value(item, spec, place, false);
      }
    }
  }

  #map(node: ValueNode, spec: MapSpec, place: Place<Owner>): void {
    const { key, owner } = place;
    if (node.type !== 'object') {
      this.#wrongType(node, msg('"{0}" must be an object.', key.name));
      return;
    }
    this.#duplicates(node);
    for (const [name, property] of propertiesOf(node)) {
      // A map of the project defines what its keys name; one inside of a canister refers to it.
      if (spec.keys === 'network' && owner !== undefined) {
        this.sites.push({ role: 'network', node: property.key, key, owner });
      }
      const { value } = property;
      if (value === undefined) {
        continue;
      }
      if (spec.keys === 'canister' && value.type !== 'object') {
        this.#wrongType(value, msg('Canister "{0}" must be an object.', name));
      } else if (spec.keys === 'network' && spec.values.kind === 'object' && value.type !== 'object') {
        this.#wrongType(value, msg('Network "{0}" must be an object.', name));
      } else {
        this.#value(value, spec.values, { key, owner: spec.keys === 'canister' ? this.owner(name) : owner }, false);
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
        msg('"{0}" is there twice: {1} takes the last one and ignores this one.', property.key.value, this.engine),
        {
          tag: 'unnecessary',
          related: [{ message: msg('The one that counts'), range: rangeOf(winner.key) }],
          fixes: () => [
            {
              title: msg('Remove the ignored "{0}"', property.key.value),
              edits: this.findings.document.removeProperty(property),
            },
          ],
        },
      );
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

  /** A number as the engine takes it for a number of bytes, which may be negative. */
  protected bytesOfNumber(raw: string): bigint | undefined {
    return /^-?\d{1,60}$/.test(raw) ? BigInt(raw) : undefined;
  }

  protected bytesOfText(text: string): bigint | undefined {
    return parseBytes(text);
  }

  /** In whole seconds. */
  protected durationOfText(text: string): bigint | undefined {
    return parseDuration(text);
  }

  #bytes(node: ValueNode, name: string): void {
    let bytes: bigint | undefined;
    if (node.type === 'number') {
      bytes = this.bytesOfNumber(node.raw);
    } else if (node.type === 'string') {
      bytes = this.bytesOfText(node.value);
    } else {
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
        msg('"{0}" must be a string with a unit, such as "30days"; {1} refuses a plain number.', name, this.engine),
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
    const seconds = this.durationOfText(node.value);
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

  /** `{"public": null}`, the long form of `"public"`, which serde takes as well. */
  #isTagged(node: ValueNode, values: readonly EnumValue[]): boolean {
    if (node.type !== 'object') {
      return false;
    }
    const [only, ...others] = propertiesOf(node).values();
    return only?.value?.type === 'null' && others.length === 0 && values.some(({ value }) => value === only.key.value);
  }

  #enumOrObject(node: ValueNode, values: readonly EnumValue[], inner: KeySpec, place: Place<Owner>): void {
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
    if (this.#isTagged(node, values)) {
      return;
    }
    const properties = propertiesOf(node);
    const only = properties.get(inner.name);
    if (only === undefined) {
      this.missing(node, [inner]);
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
          msg('{0} ignores "{1}": it knows {2}.', this.engine, item.value, names.join(', ')),
          { fixes: () => this.findings.changeToAny(item, guess, names) },
        );
      }
    }
  }
}
