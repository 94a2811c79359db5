import type { TextRange } from '../../../document/tree';
import {
  type Property,
  pathOf,
  rangeOf,
  type ScalarNode,
  type StringNode,
  type ValueNode,
} from '../../../document/tree';
import {
  formatBytes,
  formatCycles,
  formatSeconds,
  groupDigits,
  parseBytes,
  parseDuration,
} from '../../../language/units';
import { type Message, msg } from '../../../util/message';
import { type PrincipalKind, parsePrincipal } from '../../../util/principal';
import { specAt } from './cursor';
import type { DfxDocument } from './dfx-document';
import type { Canister } from './dfx-model';
import type { EnumValue, KeySpec, ValueSpec } from './keys';

export interface HoverPart {
  readonly text: Message;
  /** True where the contributed schema says the same in English through VS Code's own hover. */
  readonly fromSchema?: true;
}

export interface Hover {
  readonly range: TextRange;
  readonly parts: readonly HoverPart[];
  /** The canister that is named here, whose live state belongs to the hover. */
  readonly canister?: string;
  /** The principal that is written here, of which a skin may know more. */
  readonly principal?: string;
}

/** Canisters of the system that everybody meets. */
const WELL_KNOWN = new Map<string, Message>([
  ['rwlgt-iiaaa-aaaaa-aaaaa-cai', msg('the NNS registry')],
  ['rrkah-fqaaa-aaaaa-aaaaq-cai', msg('the NNS governance canister')],
  ['ryjl3-tyaaa-aaaaa-aaaba-cai', msg('the ICP ledger')],
  ['r7inp-6aaaa-aaaaa-aaabq-cai', msg('the NNS root canister')],
  ['rkp4c-7iaaa-aaaaa-aaaca-cai', msg('the cycles minting canister')],
  ['rno2w-sqaaa-aaaaa-aaacq-cai', msg('the NNS lifeline canister')],
  ['renrk-eyaaa-aaaaa-aaada-cai', msg('the genesis token canister')],
  ['rdmx6-jaaaa-aaaaa-aaadq-cai', msg('Internet Identity')],
  ['qoctq-giaaa-aaaaa-aaaea-cai', msg('the NNS dapp')],
  ['qhbym-qaaaa-aaaaa-aaafq-cai', msg('the ICP index canister')],
  ['um5iw-rqaaa-aaaaq-qaaba-cai', msg('the cycles ledger')],
  ['mxzaz-hqaaa-aaaar-qaada-cai', msg('the ckBTC ledger')],
  ['mqygn-kiaaa-aaaar-qaadq-cai', msg('the ckBTC minter')],
  ['ss2fx-dyaaa-aaaar-qacoq-cai', msg('the ckETH ledger')],
  ['mwrha-maaaa-aaaab-qabqq-cai', msg('the Motoko playground')],
  ['a4gq6-oaaaa-aaaab-qaa4q-cai', msg('the Candid UI')],
]);

function describeKind(kind: PrincipalKind): Message {
  switch (kind) {
    case 'management':
      return msg('The management canister, through which canisters are created and managed.');
    case 'anonymous':
      return msg('The anonymous principal: a caller without identity.');
    case 'opaque':
      return msg('The id of a canister.');
    case 'self-authenticating':
      return msg('The principal of a key: a user or an identity.');
    case 'derived':
      return msg('A derived principal.');
    case 'reserved':
      return msg('A reserved principal.');
    case 'unknown':
      return msg('A principal of no known class.');
  }
}

/** What a principal is: well-known canisters by name, others by class. */
export function describePrincipal(text: string): Message | undefined {
  const parsed = parsePrincipal(text);
  if (!parsed.ok) {
    return undefined;
  }
  return WELL_KNOWN.get(parsed.canonical) ?? describeKind(parsed.kind);
}

export function hover(document: DfxDocument, offset: number): Hover | undefined {
  const node = document.json.nodeAt(offset);
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
  const { key } = specAt(path);
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
  const { value } = specAt(pathOf(node));
  if (value === undefined) {
    return undefined;
  }
  const range = rangeOf(node);
  const text = node.type === 'string' ? node.value : undefined;
  if (value.kind === 'text' || value.kind === 'texts') {
    const role = value.kind === 'text' ? value.role : value.item.role;
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
    return bytes === undefined ? undefined : msg('{0} = {1} bytes', formatBytes(bytes), groupDigits(bytes));
  }
  if (value.kind === 'duration' && node.type === 'string') {
    const seconds = parseDuration(raw);
    return seconds === undefined ? undefined : msg('{0} = {1} seconds', formatSeconds(seconds), groupDigits(seconds));
  }
  if (value.kind === 'integer' && /^\d{1,40}$/.test(raw)) {
    if (value.unit === 'cycles') {
      return msg('{0} cycles', formatCycles(BigInt(raw)));
    }
    if (value.unit === 'percent') {
      return msg('{0} percent of one processor', raw);
    }
    if (value.unit === 'seconds') {
      return msg('{0} = {1} seconds', formatSeconds(BigInt(raw)), groupDigits(BigInt(raw)));
    }
  }
  return undefined;
}
