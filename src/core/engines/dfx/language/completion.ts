import path from 'node:path';
import { propertiesOf } from '../../../document/tree';
import { type Cursor, cursorAt } from '../../../language/cursor';
import { dependentsOf } from '../../../language/graph';
import { type Completion, type CompletionKind, escapeSnippet } from '../../../language/language';
import { type StringSpec, specAt } from '../../../language/spec';
import { type Message, msg } from '../../../util/message';
import { leavesFolder } from '../../../util/paths';
import { DEFAULT_NETWORK, IMPLICIT_NETWORKS } from './checks/networks';
import type { DfxDocument } from './dfx-document';
import type { DfxFactStore } from './dfx-facts';
import { CANISTER_TYPES, DFX_JSON } from './keys';

/** Enough of a folder to choose from; typing narrows it. */
const MAX_ENTRIES = 500;
const HIDDEN_FOLDERS: ReadonlySet<string> = new Set(['node_modules', '.git', '.dfx', '.mops', '.vessel']);

/**
 * What can be written at `offset` and only the project knows: names of canisters, networks, files, packages, and whole
 * canisters. Keys and fixed values come from the schema, through VS Code's JSON support. Never edits the document.
 */
export async function complete(document: DfxDocument, offset: number, facts: DfxFactStore): Promise<Completion[]> {
  const cursor = cursorAt(document.source, offset);
  if (cursor === undefined) {
    return [];
  }
  if (cursor.kind === 'key') {
    return completeKey(document, cursor, facts);
  }
  const { value } = specAt(DFX_JSON, cursor.path);
  if (value === undefined) {
    return [];
  }
  let spec: StringSpec;
  if (value.kind === 'string') {
    spec = value;
  } else if (value.kind === 'strings') {
    spec = value.item;
  } else {
    return [];
  }
  switch (spec.role) {
    case 'canister':
      return completeDependency(document, cursor);
    case 'network':
      return completeNetwork(document, cursor, facts, listed(document, cursor));
    case 'canister-type':
      return completeType(cursor, facts);
    case 'cargo-package':
      return names(cursor, await loaded(facts, () => facts.cargoPackages()), 'package', msg('cargo package'));
    case 'npm-workspace':
      return names(cursor, await loaded(facts, () => facts.npmWorkspaces()), 'package', msg('npm workspace'));
    case 'file':
    case 'folder':
    case 'file-or-url':
      return completePath(cursor, spec, facts);
    default:
      return [];
  }
}

/** A fact, fetched where it is not known yet. */
async function loaded<T>(facts: DfxFactStore, read: () => T | undefined): Promise<T | undefined> {
  const known = read();
  if (known !== undefined) {
    return known;
  }
  await facts.load();
  return read();
}

function item(
  cursor: Cursor,
  label: string,
  kind: CompletionKind,
  extra: Partial<Pick<Completion, 'detail' | 'sortText'>> = {},
): Completion {
  const quoted = JSON.stringify(label);
  return {
    label,
    kind,
    insertText: cursor.needsComma ? `${quoted},` : quoted,
    range: cursor.range,
    // With the cursor inside a string, what is typed begins with its quote.
    filterText: quoted,
    sortText: extra.sortText ?? label,
    detail: extra.detail,
  };
}

function names(
  cursor: Cursor,
  known: Iterable<string> | null | undefined,
  kind: CompletionKind,
  detail: Message,
): Completion[] {
  return known ? [...known].sort().map((name) => item(cursor, name, kind, { detail })) : [];
}

/** The strings that the array under the cursor has already, the one under the cursor aside. */
function listed(document: DfxDocument, cursor: Cursor): Set<string> {
  const found = new Set<string>();
  const node = document.source.nodeAt(cursor.range.offset);
  const array = node?.type === 'array' ? node : node?.type === 'string' ? node.parent : undefined;
  if (array?.type !== 'array') {
    return found;
  }
  for (const other of array.items) {
    if (other.type === 'string' && other.start !== cursor.range.offset) {
      found.add(other.value);
    }
  }
  return found;
}

function completeDependency(document: DfxDocument, cursor: Cursor): Completion[] {
  const { model } = document;
  const own = cursor.path[1];
  if (typeof own !== 'string') {
    return [];
  }
  const present = listed(document, cursor);
  // What depends on this canister already would close a ring; so would the canister itself.
  const closing = dependentsOf(model, own);
  const result: Completion[] = [];
  for (const { name, type } of model.canisters.values()) {
    if (closing.has(name) || present.has(name)) {
      continue;
    }
    result.push(item(cursor, name, 'canister', { detail: msg('{0} canister', type) }));
  }
  return result;
}

async function completeNetwork(
  document: DfxDocument,
  cursor: Cursor,
  facts: DfxFactStore,
  present: ReadonlySet<string>,
): Promise<Completion[]> {
  const shared = (await loaded(facts, () => facts.sharedNetworks())) ?? new Set<string>();
  const all = new Set([...IMPLICIT_NETWORKS, ...document.model.networks.keys(), ...shared]);
  return [...all]
    .filter((name) => !present.has(name))
    .map((name, i) => item(cursor, name, 'network', { detail: msg('network'), sortText: `${i}`.padStart(4, '0') }));
}

async function completeType(cursor: Cursor, facts: DfxFactStore): Promise<Completion[]> {
  // The types of dfx itself come from the schema.
  const installed = await loaded(facts, () => facts.extensions());
  const own = [...(installed ?? [])].filter(([, defines]) => defines).map(([name]) => name);
  return names(cursor, own, 'type', msg('dfx extension'));
}

async function completePath(cursor: Cursor, spec: StringSpec, facts: DfxFactStore): Promise<Completion[]> {
  const slash = cursor.typed.lastIndexOf('/');
  const folder = cursor.typed.slice(0, slash + 1);
  if (/^[a-z][a-z0-9+.-]*:/i.test(folder) || leavesFolder(facts.root, folder)) {
    return [];
  }
  const entries = await facts.host.list(path.resolve(facts.root, folder));
  const result: Completion[] = [];
  for (const entry of entries.slice(0, 10 * MAX_ENTRIES)) {
    const { name, directory } = entry;
    if (directory ? HIDDEN_FOLDERS.has(name) : spec.role === 'folder') {
      continue;
    }
    const suffixes = spec.suffixes ?? [];
    const fits = suffixes.findIndex((suffix) => name.endsWith(suffix));
    if (!directory && suffixes.length > 0 && fits < 0) {
      continue;
    }
    const label = `${folder}${name}${directory ? '/' : ''}`;
    const rank = directory ? (spec.role === 'folder' ? 0 : 2) : 1;
    const made = item(cursor, label, directory ? 'folder' : 'file', { sortText: `${rank}${label}` });
    result.push(directory && spec.role !== 'folder' ? { ...made, again: true } : made);
    if (result.length >= MAX_ENTRIES) {
      break;
    }
  }
  return result;
}

async function completeKey(document: DfxDocument, cursor: Cursor, facts: DfxFactStore): Promise<Completion[]> {
  const { object } = cursor;
  if (object === undefined) {
    return [];
  }
  if (cursor.path.length === 1 && cursor.path[0] === 'canisters') {
    return cursor.hasColon ? [] : canisterSnippets(document, cursor);
  }
  const { value, key } = specAt(DFX_JSON, cursor.path);
  if (value?.kind !== 'map' || value.keys !== 'network' || key?.name !== 'id') {
    return [];
  }
  const present = new Set(propertiesOf(object).keys());
  present.delete(cursor.typed);
  const networks = await completeNetwork(document, cursor, facts, present);
  if (!present.has(DEFAULT_NETWORK)) {
    networks.push(item(cursor, DEFAULT_NETWORK, 'network', { detail: msg('every other network'), sortText: '9999' }));
  }
  return networks.map((completion) => {
    const quoted = JSON.stringify(completion.label);
    return cursor.hasColon
      ? { ...completion, insertText: quoted }
      : {
          ...completion,
          insertText: `${escapeSnippet(quoted)}: "\${1}"${cursor.needsComma ? ',' : ''}`,
          snippet: true as const,
        };
  });
}

/** A whole canister of each type. */
function canisterSnippets(document: DfxDocument, cursor: Cursor): Completion[] {
  const indent = document.source.indent.includes('\t') ? '\t' : document.source.indent;
  // `$1` repeats the name while it is typed.
  const bodies = new Map<string, readonly string[]>([
    ['motoko', ['"type": "motoko",', '"main": "src/$1/main.mo"']],
    ['rust', ['"type": "rust",', '"package": "$1",', '"candid": "src/$1/$1.did"']],
    ['assets', ['"type": "assets",', `"source": ["\${2:dist/}"],`, '"dependencies": [$3]']],
    ['custom', ['"type": "custom",', '"candid": "src/$1/$1.did",', '"wasm": "target/$1.wasm",', '"build": ["$2"]']],
    ['pull', ['"type": "pull",', `"id": "\${2:aaaaa-aa}"`]],
  ]);
  return CANISTER_TYPES.map(({ value, doc }, i) => {
    const lines = bodies.get(value)!.map((line) => indent + line);
    const text = [`"\${1:name}": {`, ...lines, `}${cursor.needsComma ? ',' : ''}`].join('\n');
    return {
      label: `${value} canister`,
      kind: 'snippet' as const,
      detail: doc,
      insertText: text,
      snippet: true as const,
      range: cursor.range,
      filterText: cursor.typed === '' ? `"${value} canister"` : `"${cursor.typed} ${value} canister"`,
      sortText: `0${i}`,
    };
  });
}
