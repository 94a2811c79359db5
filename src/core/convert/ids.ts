/** Where the ids that dfx knows go: to the id files of icp's environments. */
import path from 'node:path';
import { parseJson } from '../document/parse-json';
import { propertiesOf } from '../document/tree';
import { idFileOf, withId } from '../engines/icp/canister-ids';
import { type Message, msg } from '../util/message';
import type { IdTransfer, PlannedFile } from './conversion';
import type { ConvertedNetwork } from './networks';
import type { SourceCanister, SourceProject } from './project';

export interface ConvertedIds {
  readonly files: readonly PlannedFile[];
  readonly transfers: readonly IdTransfer[];
  readonly left: readonly Message[];
}

export async function convertIds(
  { canisters, sources }: SourceProject,
  networks: ReadonlyMap<string, ConvertedNetwork>,
): Promise<ConvertedIds> {
  const files: PlannedFile[] = [];
  const transfers: IdTransfer[] = [];
  const left: Message[] = [];
  for (const [network, ids] of byNetwork(canisters, sources.ids)) {
    const known = networks.get(network);
    if (known === undefined) {
      if (network !== 'playground') {
        left.push(
          msg(
            '{0}: neither dfx.json nor networks.json says where this network is. Its ids stay with dfx: {1}',
            network,
            [...ids.keys()].join(', '),
          ),
        );
      }
      continue;
    }
    if (known.managed) {
      left.push(msg('{0}: icp has a network of its own, whose canisters it creates anew.', network));
      continue;
    }
    const absolute = idFileOf(sources.root, network, false);
    if (absolute === undefined) {
      left.push(msg('{0}: the name cannot be that of a file.', network));
      continue;
    }
    const file = path.relative(sources.root, absolute).split(path.sep).join('/');
    const before = await sources.files.read(absolute);
    const there = idsIn(before);
    let text = before;
    const moved = new Map<string, string>();
    for (const [name, id] of ids) {
      const other = there.get(name);
      if (other !== undefined && other !== id) {
        left.push(msg('{0}: {1} has another id there already, {2}, and keeps it. dfx has {3}.', file, name, other, id));
        continue;
      }
      const changed = other === id ? text : withId(text, name, id);
      if (changed === undefined) {
        left.push(msg('{0} is damaged. Repair or delete it first.', file));
        break;
      }
      text = changed;
      moved.set(name, id);
    }
    if (moved.size > 0) {
      transfers.push({ environment: network, file, ids: moved });
    }
    if (text !== undefined && text !== before) {
      files.push({ path: file, text, before, kept: true });
    }
  }
  return { files, transfers, left };
}

/** Network to canister, by its name in icp.yaml, to id. */
function byNetwork(
  canisters: ReadonlyMap<string, SourceCanister>,
  ids: SourceProject['sources']['ids'],
): Map<string, Map<string, string>> {
  const found = new Map<string, Map<string, string>>();
  for (const { dfxName, name } of canisters.values()) {
    for (const [network, { id }] of ids.get(dfxName) ?? []) {
      found.set(network, (found.get(network) ?? new Map<string, string>()).set(name, id));
    }
  }
  return found;
}

function idsIn(text: string | undefined): Map<string, string> {
  const { root } = parseJson(text ?? '{}');
  const ids = new Map<string, string>();
  if (root?.type === 'object') {
    for (const [name, { value }] of propertiesOf(root)) {
      if (value?.type === 'string') {
        ids.set(name, value.value);
      }
    }
  }
  return ids;
}
