/** Canister ids as icp keeps them (icp-cli, `crates/icp/src/store_id.rs`): one file for each environment. */
import path from 'node:path';
import { JsonDocument } from '../../document/json-document';
import { type FileProblem, parseJson } from '../../document/parse-json';
import type { CanisterId } from '../../project/model';
import { type Reading, StrictFiles } from '../../project/strict-files';
import { msg } from '../../util/message';
import { staysInside } from '../../util/paths';
import { isPrincipal } from '../../util/principal';

/** `data` is for ids that last, of connected networks; `cache` for those that end with a managed network. */
export type IdFolder = 'data' | 'cache';

/** The id file of an environment; undefined where its name leads outside of the folder. */
export function idFileOf(root: string, environment: string, managed: boolean): string | undefined {
  const folder: IdFolder = managed ? 'cache' : 'data';
  const base = path.join(root, '.icp', folder, 'mappings');
  const name = `${environment}.ids.json`;
  return staysInside(base, name) ? path.join(base, name) : undefined;
}

/** All ids of a file, which icp refuses as a whole where anything in it is wrong. */
export async function readIds(
  file: string,
  files = new StrictFiles(),
): Promise<Reading<ReadonlyMap<string, CanisterId>>> {
  return await files.read(file, parseIds);
}

function parseIds(text: string): { value: Map<string, CanisterId>; problems: FileProblem[] } {
  const { root, problems } = parseJson(text);
  const value = new Map<string, CanisterId>();
  const faults: FileProblem[] = [...problems];
  if (root?.type !== 'object') {
    faults.push({ message: msg('The file does not hold canister ids.'), range: { offset: 0, length: 0 } });
    return { value, problems: faults };
  }
  for (const { key, value: id } of root.properties) {
    if (id?.type === 'string' && isPrincipal(id.value)) {
      value.set(key.value, { id: id.value, owner: 'project' });
    } else {
      const message = msg('The id of canister "{0}" is not a principal.', key.value);
      faults.push({ message, range: { offset: key.start, length: (id?.end ?? key.end) - key.start } });
    }
  }
  return { value, problems: faults };
}

/** The text of an id file with one id set, or removed; as icp writes it. Undefined where the text cannot be edited. */
export function withId(text: string | undefined, canister: string, id: string | undefined): string | undefined {
  const ids = new Map<string, unknown>();
  if (text !== undefined && text.trim() !== '') {
    const { root, problems } = new JsonDocument(text);
    if (root?.type !== 'object' || problems.length > 0) {
      return undefined;
    }
    for (const { key, value } of root.properties) {
      ids.set(key.value, value?.type === 'string' ? value.value : undefined);
    }
  }
  if (id === undefined) {
    ids.delete(canister);
  } else {
    ids.set(canister, id);
  }
  const sorted = [...ids].sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify(Object.fromEntries(sorted), null, 2);
}
