import {
  type Property,
  pathOf,
  rangeOf,
  type ScalarNode,
  type StringNode,
  type ValueNode,
} from '../../../document/tree';
import type { Hover, HoverPart } from '../../../language/language';
import { describePrincipal } from '../../../language/principals';
import { type EnumValue, type KeySpec, specAt, type ValueSpec } from '../../../language/spec';
import {
  formatBytes,
  formatCount,
  formatCycles,
  formatDuration,
  parseBytes,
  parseDuration,
} from '../../../util/amounts';
import { type Message, msg } from '../../../util/message';
import type { DfxDocument } from './dfx-document';
import type { Canister } from './dfx-model';
import { DFX_JSON } from './keys';

export function hover(document: DfxDocument, offset: number): Hover | undefined {
  const node = document.source.nodeAt(offset);
  if (node === undefined || node.type === 'object' || node.type === 'array' || node.type === 'property') {
    return undefined;
  }
  const { parent } = node;
  return node.type === 'string' && parent?.type === 'property' && parent.key === node
    ? hoverKey(document, parent)
    : hoverValue(document, node);
}

function hoverKey(document: DfxDocument, property: Property): Hover | undefined {
  const path = pathOf(property);
  const range = rangeOf(property.key);
  const { name, canister } = namedCanister(document, path);
  if (canister !== undefined && path.length === 2) {
    return { range, parts: describeCanister(document, canister), canister: name };
  }
  const { key } = specAt(DFX_JSON, path);
  if (key === undefined || path.at(-1) !== key.name) {
    return undefined;
  }
  const parts: HoverPart[] = [{ text: key.doc, fromSchema: true }];
  const fallback = defaultOf(key);
  if (fallback !== undefined) {
    parts.push({ text: msg('Default: {0}', fallback), fromSchema: true });
  }
  if (key.since !== undefined) {
    parts.push({ text: msg('Since dfx {0}.', key.since), fromSchema: true });
  }
  if (key.deprecated !== undefined) {
    parts.push({ text: key.deprecated, fromSchema: true });
  }
  if (name !== undefined && path.length === 4 && path[2] === 'declarations' && key.name === 'output') {
    parts.push({ text: msg('Default here: {0}', `src/declarations/${name}`) });
  }
  return { range, parts };
}

function defaultOf(key: KeySpec): string | undefined {
  return key.default === undefined || key.default === null ? undefined : JSON.stringify(key.default);
}

function namedCanister(
  document: DfxDocument,
  path: readonly (string | number)[],
): { name?: string; canister?: Canister } {
  const [section, name] = path;
  if (section !== 'canisters' || typeof name !== 'string') {
    return {};
  }
  return { name, canister: document.model.canisters.get(name) };
}

function describeCanister(document: DfxDocument, canister: Canister): HoverPart[] {
  const parts: HoverPart[] = [{ text: msg('{0} canister', canister.type) }];
  const users: string[] = [];
  for (const other of document.model.canisters.values()) {
    if (other.dependencies.some((edge) => edge.value === canister.name)) {
      users.push(other.name);
    }
  }
  if (users.length > 0) {
    const shown = users.slice(0, 10).join(', ') + (users.length > 10 ? ', …' : '');
    parts.push({ text: msg('Used by: {0}', shown) });
  }
  return parts;
}

function hoverValue(document: DfxDocument, node: ValueNode): Hover | undefined {
  const { value } = specAt(DFX_JSON, pathOf(node));
  if (value === undefined) {
    return undefined;
  }
  const range = rangeOf(node);
  const text = node.type === 'string' ? node.value : undefined;
  if (value.kind === 'string' || value.kind === 'strings') {
    const role = value.kind === 'string' ? value.role : value.item.role;
    if (text === undefined) {
      return undefined;
    }
    if (role === 'canister') {
      const canister = document.model.canisters.get(text);
      return canister && { range, parts: describeCanister(document, canister), canister: text };
    }
    if (role === 'principal') {
      const known = describePrincipal(text);
      return known && { range, parts: [{ text: known }], principal: text };
    }
    return undefined;
  }
  if (value.kind === 'enum' && text !== undefined) {
    const doc = enumDoc(value.values, text);
    return doc && { range, parts: [{ text: doc, fromSchema: true }] };
  }
  const readable = node.type === 'object' || node.type === 'array' ? undefined : readableValue(value, node);
  return readable && { range, parts: [{ text: readable }] };
}

function enumDoc(values: readonly EnumValue[], text: string): Message | undefined {
  return values.find((known) => known.value === text)?.doc;
}

/** A size, duration or number of cycles for people. */
function readableValue(value: ValueSpec, node: StringNode | ScalarNode): Message | undefined {
  const raw = node.type === 'string' ? node.value : node.raw;
  if (value.kind === 'bytes') {
    const bytes = node.type === 'number' && !/^\d{1,40}$/.test(raw) ? undefined : parseBytes(raw);
    return bytes === undefined ? undefined : msg('{0} = {1} bytes', formatBytes(bytes), formatCount(bytes));
  }
  if (value.kind === 'duration' && node.type === 'string') {
    const seconds = parseDuration(raw);
    return seconds === undefined ? undefined : msg('{0} = {1} seconds', formatDuration(seconds), formatCount(seconds));
  }
  if (value.kind === 'integer' && /^\d{1,40}$/.test(raw)) {
    if (value.unit === 'cycles') {
      return msg('{0} cycles', formatCycles(BigInt(raw)));
    }
    if (value.unit === 'percent') {
      return msg('{0} percent of one processor', raw);
    }
    if (value.unit === 'seconds') {
      return msg('{0} = {1} seconds', formatDuration(BigInt(raw)), formatCount(BigInt(raw)));
    }
  }
  return undefined;
}
