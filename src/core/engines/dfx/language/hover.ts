import { type Property, pathOf, rangeOf, type ValueNode } from '../../../document/tree';
import type { Hover, HoverPart } from '../../../language/language';
import { describePrincipal } from '../../../language/principals';
import { specAt } from '../../../language/spec';
import { describeKey, describeValue } from '../../../language/spec-hover';
import { msg } from '../../../util/message';
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
  const parts = describeKey(key, 'dfx');
  if (name !== undefined && path.length === 4 && path[2] === 'declarations' && key.name === 'output') {
    parts.push({ text: msg('Default here: {0}', `src/declarations/${name}`) });
  }
  return { range, parts };
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
  const described = describeValue(value, node);
  return described && { range, parts: [described] };
}
