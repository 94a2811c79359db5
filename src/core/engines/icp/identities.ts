/**
 * The identities that icp knows, from its files (icp-cli, `crates/icp/src/identity/manifest.rs`). Nothing here reads a
 * key, starts icp or writes a file.
 */
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { parseJson } from '../../document/parse-json';
import { type ObjectNode, objectAt, type Properties, propertiesOf, stringAt } from '../../document/tree';
import { ANONYMOUS_NAME, type IdentityInfo } from '../../identity/identity-info';
import { readText } from '../../project/files';
import type { ProjectProblem } from '../../project/model';
import type { StrictFiles } from '../../project/strict-files';
import { type Message, msg } from '../../util/message';
import { staysInside } from '../../util/paths';
import { isPrincipal } from '../../util/principal';
import type { IcpLocations } from './locations';

const ANONYMOUS: IdentityInfo = { name: ANONYMOUS_NAME, storage: 'anonymous' };

/** What icp takes for the name of a new identity; it makes a file's name of it. */
export function isIdentityName(name: string): boolean {
  return /^[A-Za-z0-9_-][A-Za-z0-9._-]*$/.test(name) && name !== ANONYMOUS_NAME;
}

/** A file of icp's, all of which carry the version 1. */
async function readVersioned(file: string): Promise<{ fields?: Properties; problem?: Message }> {
  const content = await readText(file);
  if (content.state === 'missing') {
    return {};
  }
  if (content.state === 'failed') {
    return { problem: content.message };
  }
  const { root, problems } = parseJson(content.text);
  if (root?.type !== 'object' || problems.length > 0) {
    return { problem: msg('{0} cannot be read as icp wrote it.', file) };
  }
  const fields = propertiesOf(root);
  const version = fields.get('v')?.value;
  if (version?.type !== 'number' || version.raw !== '1') {
    return { problem: msg('{0} was written by a newer icp than this extension knows.', file) };
  }
  return { fields };
}

/** Why icp could not use any identity: a file that lists them, or says which one is used, is broken. */
export async function identityRefusal(
  { identityDir }: IcpLocations,
  files: StrictFiles,
): Promise<ProjectProblem | undefined> {
  for (const name of ['identity_list.json', 'identity_defaults.json']) {
    const file = path.join(identityDir, name);
    const { refused } = await files.read(file, (text) => {
      const { root, problems } = parseJson(text);
      return { value: root, problems };
    });
    if (refused) {
      return { ...refused, message: msg('{0} cannot be read as icp wrote it.', file) };
    }
  }
  return undefined;
}

async function readList(
  locations: IcpLocations,
): Promise<{ entries: ReadonlyMap<string, ObjectNode>; problem?: Message }> {
  const { fields, problem } = await readVersioned(path.join(locations.identityDir, 'identity_list.json'));
  const list = fields && objectAt(fields, 'identities');
  const entries = new Map<string, ObjectNode>();
  for (const { key, value } of list?.properties ?? []) {
    if (value?.type === 'object') {
      entries.set(key.value, value);
    }
  }
  return { entries, problem };
}

async function describe(name: string, node: ObjectNode, { identityDir }: IcpLocations): Promise<IdentityInfo> {
  const spec = propertiesOf(node);
  const kind = stringAt(spec, 'kind')?.value;
  const written = stringAt(spec, 'principal')?.value;
  const principal = written !== undefined && isPrincipal(written) ? written : undefined;
  switch (kind) {
    case 'anonymous':
      return { ...ANONYMOUS, name };
    case 'pem': {
      const folder = path.join(identityDir, 'keys');
      const storage = stringAt(spec, 'format')?.value === 'pbes2' ? 'password' : 'plaintext';
      if (!staysInside(folder, `${name}.pem`)) {
        return { name, storage, principal, problem: msg('The key file of identity "{0}" is missing.', name) };
      }
      const pemFile = path.join(folder, `${name}.pem`);
      const stamp = await stampOf(pemFile);
      if (stamp === undefined) {
        return { name, storage, principal, pemFile, problem: msg('The key file of identity "{0}" is missing.', name) };
      }
      const encryption = storage === 'password' ? ({ scheme: 'pbes2', stamp } as const) : undefined;
      return { name, storage, principal, pemFile, encryption };
    }
    case 'keyring':
    case 'hsm':
      return { name, storage: kind, principal };
    case 'web-auth':
    case 'internet-identity':
      return { name, storage: 'web', principal };
    case 'delegation':
      return { name, storage: 'delegation', principal };
    case 'pending-delegation':
      return {
        name,
        storage: 'delegation',
        problem: msg('The delegation for identity "{0}" has been requested but not yet been given.', name),
      };
    default:
      return {
        name,
        storage: 'delegation',
        principal,
        problem: msg('Identity "{0}" is of a kind that this extension does not know: {1}', name, kind ?? ''),
      };
  }
}

/** What changes with a file; undefined where there is none. */
async function stampOf(file: string): Promise<string | undefined> {
  try {
    const facts = await stat(file);
    return facts.isFile() ? `${facts.mtimeMs} ${facts.size}` : undefined;
  } catch {
    return undefined;
  }
}

export async function listIdentities(locations: IcpLocations): Promise<IdentityInfo[]> {
  const { entries } = await readList(locations);
  const found = await Promise.all([...entries].map(([name, node]) => describe(name, node, locations)));
  if (!entries.has(ANONYMOUS_NAME)) {
    found.push(ANONYMOUS);
  }
  return found.sort((a, b) => (a.name < b.name ? -1 : 1));
}

export async function findIdentity(name: string, locations: IcpLocations): Promise<IdentityInfo | undefined> {
  const node = (await readList(locations)).entries.get(name);
  if (node !== undefined) {
    return describe(name, node, locations);
  }
  return name === ANONYMOUS_NAME ? ANONYMOUS : undefined;
}

/** The identity that icp uses where none is named. */
export async function selectedIdentity(locations: IcpLocations): Promise<{ name: string; problem?: Message }> {
  const { fields, problem } = await readVersioned(path.join(locations.identityDir, 'identity_defaults.json'));
  if (problem !== undefined) {
    return { name: ANONYMOUS_NAME, problem };
  }
  const name = (fields && stringAt(fields, 'default')?.value) ?? ANONYMOUS_NAME;
  if ((await findIdentity(name, locations)) !== undefined) {
    return { name };
  }
  const list = await readList(locations);
  return { name, problem: list.problem ?? msg('The selected identity "{0}" does not exist.', name) };
}
