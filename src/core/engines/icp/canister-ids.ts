/** Canister ids as icp keeps them (icp-cli, `crates/icp/src/store_id.rs`): one file for each environment. */
import path from 'node:path';
import { JsonDocument } from '../../document/json-document';
import { parseJson } from '../../document/parse-json';
import { readText } from '../../project/files';
import type { CanisterId, ProjectProblem } from '../../project/model';
import { type Message, msg } from '../../util/message';
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

export interface IdReading {
  readonly ids: ReadonlyMap<string, CanisterId>;
  readonly problems: readonly ProjectProblem[];
}

/** All ids of a file. icp refuses the whole file where one is no principal; here the others count. */
export async function readIds(file: string): Promise<IdReading> {
  const content = await readText(file);
  if (content.state !== 'text') {
    return { ids: new Map(), problems: content.state === 'failed' ? [{ file, message: content.message }] : [] };
  }
  const { root, problems } = parseJson(content.text);
  if (root?.type !== 'object') {
    const wrong: Message = msg('The file does not hold canister ids.');
    return { ids: new Map(), problems: [{ file, message: problems[0]?.message ?? wrong, range: problems[0]?.range }] };
  }
  const found = new Map<string, CanisterId>();
  const faults: ProjectProblem[] = problems.map((problem) => ({ ...problem, file }));
  for (const { key, value } of root.properties) {
    if (value?.type === 'string' && isPrincipal(value.value)) {
      found.set(key.value, { id: value.value, owner: 'project' });
    } else {
      const message = msg('The id of canister "{0}" is not a principal.', key.value);
      faults.push({ file, message, range: { offset: key.start, length: (value?.end ?? key.end) - key.start } });
    }
  }
  return { ids: found, problems: faults };
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
