import path from 'node:path';
import type { TextRange } from '../project/model';
import { type Message, msg } from '../util/message';
import type { DfxDocument } from './analysis';
import type { CanisterIdsDocument } from './canister-ids';
import { isOutside } from './checks/paths';
import { type JsonNode, type Property, propertiesOf, rangeOf, type StringNode } from './document';
import type { TextEdit } from './findings';
import { isUrl } from './model';

/** Something with a name that is defined once and used in several places. */
export interface Symbol {
  readonly kind: 'canister' | 'network';
  readonly name: string;
}

/** The canister or network whose name stands at `offset`, with the place of that name. */
export function symbolAt(document: DfxDocument, offset: number): (Symbol & { readonly range: TextRange }) | undefined {
  const node = document.json.nodeAt(offset);
  if (node?.type !== 'string') return undefined;
  const { parent } = node;
  const range = innerRange(node);
  if (parent?.type === 'property' && parent.key === node) {
    for (const [kind, defined] of [
      ['canister', document.model.canisters],
      ['network', document.model.networks],
    ] as const) {
      if (defined.get(node.value)?.property === parent) return { kind, name: node.value, range };
    }
  }
  const site = document.sites.find((candidate) => candidate.node === node);
  if (site?.role === 'canister' || site?.role === 'network') return { kind: site.role, name: node.value, range };
  return undefined;
}

/** The text between the quotes. */
function innerRange(node: StringNode): TextRange {
  return { offset: node.start + 1, length: Math.max(0, node.end - node.start - (node.closed ? 2 : 1)) };
}

export function definitionOf(document: DfxDocument, symbol: Symbol): Property | undefined {
  const defined = symbol.kind === 'canister' ? document.model.canisters : document.model.networks;
  return defined.get(symbol.name)?.property;
}

/** Every place in dfx.json that names the symbol, without its definition. */
export function referencesOf(document: DfxDocument, symbol: Symbol): StringNode[] {
  return document.sites
    .filter(({ role, node }) => role === symbol.kind && node.value === symbol.name)
    .map(({ node }) => node);
}

/** The places in an id file that name the symbol. */
export function referencesInIds(ids: CanisterIdsDocument, symbol: Symbol): StringNode[] {
  const { canisters } = ids;
  if (symbol.kind === 'canister') {
    const property = canisters.get(symbol.name);
    return property === undefined ? [] : [property.key];
  }
  const found: StringNode[] = [];
  for (const { value } of canisters.values()) {
    const entry = value?.type === 'object' ? propertiesOf(value).get(symbol.name) : undefined;
    if (entry !== undefined) found.push(entry.key);
  }
  return found;
}

/** Why a symbol cannot get this name; undefined where it can. */
export function renameObstacle(document: DfxDocument, symbol: Symbol, name: string): Message | undefined {
  if (name === '') return msg('A name cannot be empty.');
  if (name.startsWith('__')) return msg('Names that begin with "__" belong to dfx.');
  if (name === symbol.name) return undefined;
  if (symbol.kind === 'canister') {
    return document.model.canisters.has(name) ? msg('There is a canister "{0}" already.', name) : undefined;
  }
  if (name === 'ic') return msg('The network "ic" cannot be redefined.');
  return document.model.networks.has(name) ? msg('There is a network "{0}" already.', name) : undefined;
}

export function renameEdits(document: DfxDocument, symbol: Symbol, name: string): TextEdit[] {
  const inner = JSON.stringify(name).slice(1, -1);
  const definition = definitionOf(document, symbol);
  const nodes = [...(definition === undefined ? [] : [definition.key]), ...referencesOf(document, symbol)];
  return nodes.map((node) => ({ range: innerRange(node), newText: inner }));
}

export function renameEditsInIds(ids: CanisterIdsDocument, symbol: Symbol, name: string): TextEdit[] {
  const inner = JSON.stringify(name).slice(1, -1);
  return referencesInIds(ids, symbol).map((node) => ({ range: innerRange(node), newText: inner }));
}

export interface Link {
  readonly range: TextRange;
  /** An address on the web, or an absolute path. */
  readonly target: { readonly url: string } | { readonly file: string };
}

/** The places that name a file of the project or an address on the web. */
export function links(document: DfxDocument, root: string): Link[] {
  const found: Link[] = [];
  for (const { role, node } of document.sites) {
    const { value } = node;
    if (value === '') continue;
    const isPath = role === 'file' || role === 'file-or-url';
    if ((role === 'url' || role === 'file-or-url') && /^https?:\/\//i.test(value)) {
      found.push({ range: innerRange(node), target: { url: value } });
    } else if (isPath && !isUrl(value) && !value.includes('\0') && !isOutside(root, value)) {
      found.push({ range: innerRange(node), target: { file: path.resolve(root, value) } });
    }
  }
  return found;
}

export interface OutlineEntry {
  readonly name: string;
  readonly detail: string;
  readonly kind: 'section' | 'canister' | 'network' | 'key';
  readonly range: TextRange;
  readonly nameRange: TextRange;
  readonly children: readonly OutlineEntry[];
}

/** The outline: sections, in them canisters and networks with their keys. */
export function outline(document: DfxDocument): OutlineEntry[] {
  const root = document.json.rootObject;
  if (root === undefined) return [];
  return root.properties.map((property) => {
    const name = property.key.value;
    const inner = name === 'canisters' ? 'canister' : name === 'networks' ? 'network' : 'key';
    return entry(property, 'section', () => childEntries(property.value, inner));
  });
}

function childEntries(value: JsonNode | undefined, kind: OutlineEntry['kind']): OutlineEntry[] {
  if (value?.type !== 'object') return [];
  return value.properties.map((property) =>
    entry(property, kind, () => (kind === 'key' ? [] : childEntries(property.value, 'key'))),
  );
}

function entry(property: Property, kind: OutlineEntry['kind'], children: () => OutlineEntry[]): OutlineEntry {
  const { value } = property;
  let detail = '';
  if (value?.type === 'string') detail = value.value.slice(0, 80);
  else if (value !== undefined && value.type !== 'object' && value.type !== 'array') detail = value.raw.slice(0, 80);
  else if (kind === 'canister' && value?.type === 'object') {
    const type = propertiesOf(value).get('type')?.value;
    detail = type?.type === 'string' ? type.value : 'motoko';
  }
  return {
    // VS Code refuses an entry without a name.
    name: property.key.value || '""',
    detail,
    kind,
    range: rangeOf(property),
    nameRange: rangeOf(property.key),
    children: children(),
  };
}
