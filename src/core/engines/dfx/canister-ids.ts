/**
 * Canister ids as dfx finds them, from files only. dfx deletes what it finds stale (ids of a network that was reset,
 * canisters of a playground whose time is up); here such ids are left out and the files stay as they are.
 */

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type FileProblem, parseJson } from '../../document/parse-json';
import type { TextRange } from '../../document/tree';
import { propertiesOf, rangeOf } from '../../document/tree';
import { readText } from '../../project/files';
import type { CanisterId, ProjectProblem, TargetIds } from '../../project/model';
import { type Reading, StrictFiles } from '../../project/strict-files';
import { type Message, msg } from '../../util/message';
import { staysInside } from '../../util/paths';
import { isPrincipal } from '../../util/principal';
import type { CanisterConfig, DfxConfig } from './dfx-config';
import type { DfxLocations } from './locations';
import { type DfxNetwork, dfxNetwork, listNetworks } from './networks';

/** The key that stands for every network that has none of its own. */
const DEFAULT_NETWORK = '__default';

/** Something wrong with an id. */
export interface IdProblem extends ProjectProblem {
  /** The canister whose id it is about, where it is about one. */
  readonly canister?: string;
}

export interface CanisterIds extends TargetIds {
  /** Ids of dfx's own helpers, such as `__Candid_UI`; dfx lists none whose name begins with two underscores. */
  readonly internal: ReadonlyMap<string, CanisterId>;
  readonly problems: readonly IdProblem[];
}

/** True where dfx treats the canister as remote on this network: by exactly this name, not by `__default`. */
export function isRemote(canister: CanisterConfig, network: Pick<DfxNetwork, 'name'>): boolean {
  return canister.remoteIds.has(network.name);
}

interface FileEntry {
  readonly value: string;
  readonly range: TextRange;
}

/** Canister to network to string. */
type IdFile = Map<string, Map<string, FileEntry>>;

/** dfx reads such a file as a whole or not at all. */
function parseIdFile(text: string): { value: IdFile; problems: (FileProblem & Pick<IdProblem, 'canister'>)[] } {
  const value: IdFile = new Map();
  const { root, problems: syntax } = parseJson(text);
  const problems: (FileProblem & Pick<IdProblem, 'canister'>)[] = [...syntax];
  if (root?.type !== 'object') {
    if (root !== undefined) {
      problems.push({ message: msg('The id file must be a JSON object.'), range: rangeOf(root) });
    }
    return { value, problems };
  }
  for (const [name, { key, value: networks }] of propertiesOf(root)) {
    if (networks?.type !== 'object') {
      if (networks !== undefined) {
        const message = msg('The ids of canister "{0}" must be an object.', name);
        problems.push({ message, range: rangeOf(key), canister: name });
      }
      continue;
    }
    const entries = new Map<string, FileEntry>();
    for (const [network, { value: entry }] of propertiesOf(networks)) {
      if (entry === undefined) {
        continue;
      }
      if (entry.type === 'string') {
        entries.set(network, { value: entry.value, range: rangeOf(entry) });
      } else {
        const message = msg('The id of canister "{0}" on network "{1}" must be a string.', name, network);
        problems.push({ message, range: rangeOf(entry), canister: name });
      }
    }
    value.set(name, entries);
  }
  return { value, problems };
}

async function readIdFile(file: string, files: StrictFiles): Promise<Reading<IdFile>> {
  return await files.read(file, parseIdFile);
}

/** Where ids of this network are, or undefined for a name that leads out of the project. */
export function idFileOf(projectRoot: string, network: Pick<DfxNetwork, 'name' | 'kind'>): string | undefined {
  if (network.kind === 'persistent') {
    return path.join(projectRoot, 'canister_ids.json');
  }
  const folder = path.join(projectRoot, '.dfx');
  // The raw name, where the folder of build results has the path-compatible one.
  return staysInside(folder, network.name) ? path.join(folder, network.name, 'canister_ids.json') : undefined;
}

/** Whether the file has an id of a canister on the network. One that cannot be read may have. */
async function mayHoldIds(idFile: string, { name }: DfxNetwork): Promise<boolean> {
  const content = await readText(idFile);
  if (content.state !== 'text') {
    return content.state === 'failed';
  }
  const { value, problems } = parseIdFile(content.text);
  const own = [...value].filter(([canister]) => !canister.startsWith('__'));
  return problems.length > 0 || own.some(([, networks]) => networks.has(name) || networks.has(DEFAULT_NETWORK));
}

/** dfx's cohesion rule: whether it would throw `.dfx/<network>` away before reading ids from it. */
async function whyVoid(idFile: string, network: DfxNetwork): Promise<Message | undefined> {
  if (!network.local || network.kind === 'persistent' || network.dataDir === undefined) {
    return undefined;
  }
  const copy = await readText(path.join(path.dirname(idFile), 'network-id'));
  if (network.scope === 'project') {
    return copy.state === 'missing'
      ? undefined
      : msg('The ids belong to the shared network "{0}", but the project now has one of its own.', network.name);
  }
  const current = await readText(path.join(network.dataDir, 'network-id'));
  if (current.state !== 'text') {
    return undefined;
  }
  if (copy.state === 'text' && copy.text === current.text) {
    return undefined;
  }
  return msg('The network "{0}" has been reset since these ids were written: they are no longer valid.', network.name);
}

/** RFC 3339 in milliseconds since 1970, or undefined. dfx writes up to nanoseconds. */
function parseTimestamp(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:\d\d)$/.test(text)) {
    return undefined;
  }
  const time = Date.parse(
    text
      .replace(/(\.\d{3})\d+/, '$1')
      .replace(' ', 'T')
      .toUpperCase(),
  );
  return Number.isNaN(time) ? undefined : time;
}

/**
 * The ids of all canisters on one network. For each canister, in dfx's order: `remote.id` of dfx.json, the id file,
 * the id of a pull canister; in the first two by network name, else `__default`. A string that is no principal
 * counts as absent and is reported.
 */
export async function readCanisterIds(
  projectRoot: string,
  config: DfxConfig,
  network: DfxNetwork,
  now: Date,
  files = new StrictFiles(),
): Promise<CanisterIds> {
  const problems: IdProblem[] = [];
  let refused: ProjectProblem | undefined;
  const found = new Map<string, CanisterId>();

  const accept = (canister: string, entry: FileEntry, owner: CanisterId['owner'], file: string): boolean => {
    if (isPrincipal(entry.value)) {
      found.set(canister, { id: entry.value.toLowerCase(), owner });
      return true;
    }
    const message = msg('The id of canister "{0}" is not a principal: {1}', canister, entry.value.slice(0, 80));
    problems.push({ file, message, range: entry.range, canister });
    return false;
  };

  const idFile = idFileOf(projectRoot, network);
  const why = idFile === undefined ? undefined : await whyVoid(idFile, network);
  const read = async (file: string): Promise<IdFile> => {
    const reading = await readIdFile(file, files);
    problems.push(...reading.problems);
    refused ??= reading.refused;
    return reading.good ?? new Map();
  };
  const stored = idFile === undefined || why !== undefined ? new Map() : new Map(await read(idFile));
  if (idFile === undefined) {
    const message = msg('The network name "{0}" leads outside of its folder.', network.name);
    problems.push({ file: path.join(projectRoot, 'dfx.json'), message, range: network.source?.range });
  } else {
    const timeout = network.kind === 'playground' && why === undefined ? network.playground?.timeoutSeconds : undefined;
    if (timeout !== undefined) {
      const file = path.join(path.dirname(idFile), 'canister_timestamps.json');
      for (const [canister, networks] of await read(file)) {
        const entry = networks.get(network.name);
        if (entry === undefined) {
          continue;
        }
        const acquired = parseTimestamp(entry.value);
        if (acquired === undefined) {
          const message = msg('The time stamp of canister "{0}" is not valid: {1}', canister, entry.value.slice(0, 80));
          problems.push({ file, message, range: entry.range, canister });
          continue;
        }
        if (acquired + timeout * 1000 <= now.getTime()) {
          const others = new Map(stored.get(canister));
          others.delete(network.name);
          stored.set(canister, others);
        }
      }
    }
    for (const [canister, networks] of stored) {
      const entry = networks.get(network.name) ?? networks.get(DEFAULT_NETWORK);
      if (entry !== undefined) {
        accept(canister, entry, 'project', idFile);
      }
    }
  }

  const dfxJson = path.join(projectRoot, 'dfx.json');
  for (const canister of config.canisters) {
    const remote = canister.remoteIds.get(network.name) ?? canister.remoteIds.get(DEFAULT_NETWORK);
    if (remote !== undefined && accept(canister.name, remote, 'remote', dfxJson)) {
      continue;
    }
    if (canister.kind === 'pull' && canister.pullId !== undefined && !found.has(canister.name)) {
      accept(canister.name, canister.pullId, 'pulled', dfxJson);
    }
  }

  const byName = new Map<string, CanisterId>();
  const internal = new Map<string, CanisterId>();
  for (const [name, id] of found) {
    (name.startsWith('__') ? internal : byName).set(name, id);
  }
  const isTold = why !== undefined && idFile !== undefined && (await mayHoldIds(idFile, network));
  return { byName, internal, refused, void: isTold ? why : undefined, problems };
}

/** The names of the folders in `.dfx` that hold an id file. */
async function ephemeralNames(projectRoot: string): Promise<string[]> {
  try {
    const entries = await readdir(path.join(projectRoot, '.dfx'), { withFileTypes: true });
    return entries.filter((entry) => entry.isDirectory()).map((entry) => entry.name);
  } catch {
    // No `.dfx`, or one that may not be read: then there are no ids in it.
    return [];
  }
}

/**
 * Canister to network to id, for every network that has a name in this project or ids in its files.
 * Ids that count for nothing (a network that was reset, a playground canister whose time is up) are left out.
 */
export async function idsOnAllNetworks(
  projectRoot: string,
  config: DfxConfig,
  locations: DfxLocations,
  now: Date,
  files = new StrictFiles(),
): Promise<Map<string, Map<string, CanisterId>>> {
  const networks = new Map(
    (await listNetworks(projectRoot, config, locations, files)).map((network) => [network.name, network]),
  );
  const addUnknown = (name: string, kind: 'persistent' | 'ephemeral'): void => {
    if (name === DEFAULT_NETWORK || networks.has(name)) {
      return;
    }
    networks.set(name, dfxNetwork({ name, kind, scope: 'adhoc', url: '', local: false }));
  };
  const lasting = await readIdFile(path.join(projectRoot, 'canister_ids.json'), files);
  for (const stored of lasting.good?.values() ?? []) {
    for (const name of stored.keys()) {
      addUnknown(name, 'persistent');
    }
  }
  for (const { remoteIds } of config.canisters) {
    for (const name of remoteIds.keys()) {
      addUnknown(name, 'persistent');
    }
  }
  for (const name of await ephemeralNames(projectRoot)) {
    addUnknown(name, 'ephemeral');
  }

  const all = new Map<string, Map<string, CanisterId>>();
  for (const network of networks.values()) {
    const { byName } = await readCanisterIds(projectRoot, config, network, now, files);
    for (const [canister, id] of byName) {
      const ids = all.get(canister) ?? new Map<string, CanisterId>();
      all.set(canister, ids.set(network.name, id));
    }
  }
  return all;
}
