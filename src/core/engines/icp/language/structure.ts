import {
  type ObjectNode,
  type Property,
  propertiesOf,
  rangeOf,
  type StringNode,
  stringAt,
  type ValueNode,
} from '../../../document/tree';
import { FindingList, type Fix } from '../../../language/findings';
import {
  type KeySpec,
  keysOf,
  type ObjectSpec,
  type StringRole,
  type StringSpec,
  type ValueSpec,
} from '../../../language/spec';
import { type Message, msg } from '../../../util/message';
import { MAX_QUOTED, shortText } from '../../../util/shorten';
import { closest } from '../../../util/suggest';
import { dfxKeyMessage } from './dfx-keys';
import { FINDING_CODES, type FindingCode, type IcpFindings } from './finding-codes';
import type { IcpModel, ManifestKind } from './icp-model';
import { BUILD_STEP, CANISTER, CLOSED, ICP_YAML, NETWORK, SYNC_STEP } from './keys';

/** A string in a manifest that stands for something: a value, or the key of a map. */
export interface Site {
  readonly role: StringRole;
  readonly node: StringNode;
  readonly spec?: StringSpec;
  readonly key: KeySpec;
  /** The object in which the key stands. */
  readonly object: ObjectNode;
  /** The canister to which it belongs. */
  readonly owner: string | undefined;
  /** Set where an environment says it of the canister. */
  readonly override?: true;
}

interface Place {
  readonly key: KeySpec;
  readonly object: ObjectNode;
  readonly owner: string | undefined;
  readonly override?: true;
}

/** What is there instead of a key that icp does not know. */
export interface UnknownKey {
  readonly code: FindingCode;
  readonly message: Message;
  readonly fixes: () => Fix[];
}

/** The form of a network, or of a step, by which it reads some keys and passes over others. */
export function formOf(object: ObjectNode, spec: ObjectSpec): string | undefined {
  const keys = propertiesOf(object);
  if (spec === BUILD_STEP || spec === SYNC_STEP) {
    return stringAt(keys, 'type')?.value;
  }
  if (spec !== NETWORK) {
    return undefined;
  }
  const mode = stringAt(keys, 'mode')?.value;
  if (mode !== 'managed') {
    return mode;
  }
  return keys.has('image') && keys.has('port-mapping') ? 'image' : 'launcher';
}

/** Walks a manifest along the table of keys: reports what icp passes over in silence, and collects what stands for something. */
export class Structure {
  readonly findings: IcpFindings;
  readonly sites: Site[] = [];

  constructor(readonly model: IcpModel) {
    const { document, kind } = model;
    this.findings = new FindingList(document, FINDING_CODES);
    if (document.rootObject !== undefined) {
      const spec = kind === 'project' ? ICP_YAML : CANISTER;
      this.#object(document.rootObject, spec, undefined);
    }
  }

  #object(node: ObjectNode, spec: ObjectSpec, owner: string | undefined, override?: true): void {
    const canister = spec === CANISTER ? stringAt(propertiesOf(node), 'name')?.value : owner;
    const index = keysOf(spec);
    const form = formOf(node, spec);
    const present = propertiesOf(node);
    if (present.size !== node.properties.length) {
      this.#duplicates(node);
    }
    for (const property of present.values()) {
      const key = index.get(property.key.value);
      if (key === undefined) {
        this.#unknown(property, spec);
        continue;
      }
      if (key.types !== undefined && form !== undefined && !key.types.includes(form) && isKnownForm(spec, form)) {
        this.#unused(property, form);
      }
      if (property.value !== undefined) {
        this.#value(property.value, key.value, { key, object: node, owner: canister, override });
      }
    }
  }

  #value(node: ValueNode, spec: ValueSpec, place: Place): void {
    switch (spec.kind) {
      case 'string':
        if (node.type === 'string') {
          this.sites.push({ role: spec.role, node, spec, ...place });
        }
        return;
      case 'strings':
        this.#strings(node, spec.item, place);
        return;
      case 'either':
        if (node.type === 'object') {
          this.#object(node, spec.object, place.owner, place.override);
        } else {
          this.#value(node, spec.string, place);
        }
        return;
      case 'array':
        for (const item of node.type === 'array' ? node.items : []) {
          this.#value(item, spec.items, place);
        }
        return;
      case 'map':
        this.#map(node, spec.keys === 'canister', spec.values, place);
        return;
      case 'enum-or-object': {
        const inner = node.type === 'object' ? propertiesOf(node).get(spec.key.name)?.value : undefined;
        if (inner !== undefined) {
          this.#value(inner, spec.key.value, { ...place, key: spec.key });
        }
        return;
      }
      case 'object':
        if (node.type === 'object') {
          this.#object(node, spec, place.owner, place.override);
        }
        return;
    }
  }

  /** A string, a list of them, or a list of them for each of some names. */
  #strings(node: ValueNode, item: StringSpec, place: Place): void {
    if (node.type === 'array') {
      for (const each of node.items) {
        this.#value(each, item, place);
      }
    } else if (node.type === 'object') {
      for (const { value } of propertiesOf(node).values()) {
        if (value !== undefined && value.type !== 'object') {
          this.#strings(value, item, place);
        }
      }
    } else {
      this.#value(node, item, place);
    }
  }

  #map(node: ValueNode, byCanister: boolean, values: ValueSpec, place: Place): void {
    if (node.type !== 'object') {
      return;
    }
    const present = propertiesOf(node);
    if (present.size !== node.properties.length) {
      this.#duplicates(node);
    }
    for (const [name, property] of present) {
      if (byCanister) {
        this.sites.push({ role: 'canister', node: property.key, key: place.key, object: node, owner: undefined });
      }
      if (property.value !== undefined) {
        const inner: Place = byCanister ? { ...place, owner: name, override: true } : place;
        this.#value(property.value, values, inner);
      }
    }
  }

  /** icp takes the last one; where it refuses two, its own rules say so. */
  #duplicates(node: ObjectNode): void {
    const last = propertiesOf(node);
    for (const property of node.properties) {
      const winner = last.get(property.key.value)!;
      if (winner !== property) {
        this.findings.report(
          'duplicate-key',
          property.key,
          msg(
            '"{0}" is there twice: {1} takes the last one and ignores this one.',
            shortText(property.key.value, MAX_QUOTED),
            'icp',
          ),
          {
            severity: 'warning',
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
  }

  #unknown(property: Property, spec: ObjectSpec): void {
    if (CLOSED.has(spec)) {
      return;
    }
    const { code, message, fixes } = unknownKey(this.findings, property, spec);
    this.findings.report(code, property.key, message, { severity: 'warning', fixes });
  }

  #unused(property: Property, form: string): void {
    const message =
      form === 'image' || form === 'launcher' || form === 'connected'
        ? msg('icp ignores "{0}" for a network of this kind.', property.key.value)
        : msg('icp ignores "{0}" in a step of type "{1}".', property.key.value, form);
    this.findings.report('unused-key', property.key, message, {
      tag: 'unnecessary',
      fixes: () => [this.findings.remove(property)],
    });
  }
}

function isKnownForm(spec: ObjectSpec, form: string): boolean {
  return spec.keys.some(({ types }) => types?.includes(form));
}

/** Keys of dfx.json whose value icp takes as it is, or nearly so, under another name. */
const RENAMED: ReadonlyMap<string, string> = new Map([
  ['init_arg', 'init_args'],
  ['initialization_values', 'settings'],
]);

/** A key without what tells `root_key` from `root-key`. */
function withoutStyle(name: string): string {
  return name.toLowerCase().replace(/[-_]/g, '');
}

/** What to say of a key that is not in the table. */
export function unknownKey(findings: IcpFindings, property: Property, spec: ObjectSpec): UnknownKey {
  const name = property.key.value;
  const shown = shortText(name, MAX_QUOTED);
  const refused = CLOSED.has(spec);
  const present = propertiesOf(property.parent);
  const form = formOf(property.parent, spec);
  const candidates = spec.keys
    .filter((key) => key.types === undefined || form === undefined || key.types.includes(form))
    .map((key) => key.name)
    .filter((candidate) => !present.has(candidate));
  const remove = (): Fix[] => [findings.remove(property)];
  if (name === '<<') {
    const message = refused
      ? msg('icp does not know merge keys: it takes "<<" for a key and refuses it.')
      : msg('icp does not know merge keys: it takes "<<" for a key and ignores it.');
    return { code: 'merge-key', message, fixes: remove };
  }
  const styled = spec.keys
    .map((key) => key.name)
    .find((candidate) => !present.has(candidate) && withoutStyle(candidate) === withoutStyle(name));
  if (styled !== undefined) {
    const message = refused
      ? msg('The key is written "{1}"; icp refuses "{0}".', shown, styled)
      : msg('The key is written "{1}"; icp ignores "{0}".', shown, styled);
    return { code: 'key-style', message, fixes: () => [findings.change(property.key, styled, true)] };
  }
  const ofDfx = dfxKeyMessage(spec, name);
  if (ofDfx !== undefined) {
    const renamed = RENAMED.get(name);
    const fixes = (): Fix[] =>
      renamed !== undefined && candidates.includes(renamed) ? [findings.change(property.key, renamed)] : remove();
    return { code: 'dfx-key', message: ofDfx, fixes };
  }
  const guess = closest(name, candidates);
  let message = refused
    ? msg('icp refuses the key "{0}". Possible are: {1}', shown, spec.keys.map((key) => key.name).join(', '))
    : msg('{0} does not know the key "{1}" and ignores it.', 'icp', shown);
  if (guess !== undefined) {
    message = refused
      ? msg('icp refuses the key "{0}". Did you mean "{1}"?', shown, guess)
      : msg('{0} does not know the key "{1}" and ignores it. Did you mean "{2}"?', 'icp', shown, guess);
  }
  return {
    code: 'unknown-key',
    message,
    fixes: () => [...findings.changeToAny(property.key, guess, [], true), findings.remove(property)],
  };
}

/** What an object may have: its table of keys. */
export function specOf(node: ObjectNode, { kind }: Pick<IcpModel, 'kind'>): ObjectSpec | undefined {
  return asObject(valueSpecOf(node, kind));
}

/** What a node of a manifest may be, by where it stands. */
export function valueSpecOf(node: ValueNode, kind: ManifestKind): ValueSpec | undefined {
  const steps: ValueNode[] = [];
  for (let at: ValueNode | Property | undefined = node; at !== undefined; at = at.parent) {
    if (at.type !== 'property') {
      steps.unshift(at);
    }
  }
  let spec: ValueSpec | undefined = kind === 'project' ? ICP_YAML : CANISTER;
  for (const [index, step] of steps.slice(1).entries()) {
    const container: ValueNode = steps[index]!;
    if (container.type === 'array') {
      spec = spec?.kind === 'array' ? spec.items : spec?.kind === 'strings' ? spec.item : undefined;
    } else {
      spec = below(spec, step.parent?.type === 'property' ? step.parent.key.value : '');
    }
  }
  return spec;
}

/** What the value of a key may be. */
export function below(spec: ValueSpec | undefined, name: string): ValueSpec | undefined {
  if (spec?.kind === 'map') {
    return spec.values;
  }
  if (spec?.kind === 'enum-or-object') {
    return spec.key.name === name ? spec.key.value : undefined;
  }
  const object = asObject(spec);
  return object && keysOf(object).get(name)?.value;
}

export function asObject(spec: ValueSpec | undefined): ObjectSpec | undefined {
  if (spec?.kind === 'either') {
    return spec.object;
  }
  return spec?.kind === 'object' ? spec : undefined;
}
