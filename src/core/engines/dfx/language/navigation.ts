import path from 'node:path';
import {
  type Property,
  propertiesOf,
  rangeOf,
  type StringNode,
  type TextEdit,
  type TextRange,
} from '../../../document/tree';
import { type Message, msg } from '../../../util/message';
import { isOutside } from './checks/create';
import type { DfxDocument } from './dfx-document';
import { isUrl } from './dfx-model';
import type { CanisterIdsDocument } from './ids-document';

/** Something with a name that is defined once and used in several places. */
export interface NamedThing {
  readonly kind: 'canister' | 'network';
  readonly name: string;
}

/** The canister or network whose name stands at `offset`, with the place of that name. */
export function symbolAt(
  document: DfxDocument,
  offset: number,
): (NamedThing & { readonly range: TextRange }) | undefined {
  const node = document.json.nodeAt(offset);
  if (node?.type !== 'string') {
    return undefined;
  }
  const { parent } = node;
  const range = document.json.contentRange(node);
  if (parent?.type === 'property' && parent.key === node) {
    for (const [kind, defined] of [
      ['canister', document.model.canisters],
      ['network', document.model.networks],
    ] as const) {
      if (defined.get(node.value)?.property === parent) {
        return { kind, name: node.value, range };
      }
    }
  }
  const site = document.sites.find((candidate) => candidate.node === node);
  if (site?.role === 'canister' || site?.role === 'network') {
    return { kind: site.role, name: node.value, range };
  }
  return undefined;
}

export function definitionOf(document: DfxDocument, symbol: NamedThing): Property | undefined {
  const defined = symbol.kind === 'canister' ? document.model.canisters : document.model.networks;
  return defined.get(symbol.name)?.property;
}

/** Every place in dfx.json that names the symbol, without its definition. */
export function referencesOf(document: DfxDocument, symbol: NamedThing): StringNode[] {
  return document.sites
    .filter(({ role, node }) => role === symbol.kind && node.value === symbol.name)
    .map(({ node }) => node);
}

/** The places in an id file that name the symbol. */
export function referencesInIds(ids: CanisterIdsDocument, symbol: NamedThing): StringNode[] {
  const { canisters } = ids;
  if (symbol.kind === 'canister') {
    const property = canisters.get(symbol.name);
    return property === undefined ? [] : [property.key];
  }
  const found: StringNode[] = [];
  for (const { value } of canisters.values()) {
    const entry = value?.type === 'object' ? propertiesOf(value).get(symbol.name) : undefined;
    if (entry !== undefined) {
      found.push(entry.key);
    }
  }
  return found;
}

/** Why a symbol cannot get this name; undefined where it can. */
export function renameObstacle(document: DfxDocument, symbol: NamedThing, name: string): Message | undefined {
  if (name === '') {
    return msg('A name cannot be empty.');
  }
  if (name.startsWith('__')) {
    return msg('Names that begin with "__" belong to dfx.');
  }
  if (name === symbol.name) {
    return undefined;
  }
  if (symbol.kind === 'canister') {
    return document.model.canisters.has(name) ? msg('There is a canister "{0}" already.', name) : undefined;
  }
  if (name === 'ic') {
    return msg('The network "ic" cannot be redefined.');
  }
  return document.model.networks.has(name) ? msg('There is a network "{0}" already.', name) : undefined;
}

export function renameEdits(document: DfxDocument, symbol: NamedThing, name: string): TextEdit[] {
  const definition = definitionOf(document, symbol);
  const nodes = [...(definition === undefined ? [] : [definition.key]), ...referencesOf(document, symbol)];
  return nodes.map((node) => document.json.replace(node, name));
}

export function renameEditsInIds(ids: CanisterIdsDocument, symbol: NamedThing, name: string): TextEdit[] {
  return referencesInIds(ids, symbol).map((node) => ids.json.replace(node, name));
}

export interface Link {
  readonly range: TextRange;
  /** An address on the web, or an absolute path. */
  readonly target: { readonly url: string } | { readonly file: string; readonly relative: string };
}

/** The places that name a file of the project or an address on the web. */
export function links(document: DfxDocument, root: string): Link[] {
  const found: Link[] = [];
  for (const { role, node } of document.sites) {
    const { value } = node;
    if (value === '') {
      continue;
    }
    const isPath = role === 'file' || role === 'file-or-url';
    if ((role === 'url' || role === 'file-or-url') && /^https?:\/\//i.test(value)) {
      found.push({ range: document.json.contentRange(node), target: { url: value } });
    } else if (isPath && !isUrl(value) && !value.includes('\0') && !isOutside(root, value)) {
      found.push({
        range: document.json.contentRange(node),
        target: { file: path.resolve(root, value), relative: value },
      });
    }
  }
  return found;
}

export interface OutlineEntry {
  readonly name: string;
  /** The type of a canister. */
  readonly detail: string;
  readonly kind: 'canister' | 'network';
  readonly range: TextRange;
  readonly nameRange: TextRange;
}

/** The canisters and networks: what one goes to by name. VS Code's JSON support lists every key besides. */
export function outline(document: DfxDocument): OutlineEntry[] {
  const { canisters, networks } = document.model;
  const entry = (property: Property, kind: OutlineEntry['kind'], detail: string): OutlineEntry => ({
    // VS Code refuses an entry without a name.
    name: property.key.value || '""',
    detail,
    kind,
    range: rangeOf(property),
    nameRange: rangeOf(property.key),
  });
  return [
    ...[...canisters.values()].map(({ property, type }) => entry(property, 'canister', type)),
    ...[...networks.values()].map(({ property }) => entry(property, 'network', '')),
  ];
}
