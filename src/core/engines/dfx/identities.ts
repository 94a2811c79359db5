/**
 * The identities that dfx knows, from its files. Nothing here reads a key, starts dfx (whose first start makes an
 * identity and prints its seed phrase) or writes a file.
 */

import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type FileProblem, parseJson } from '../../document/parse-json';
import { type ObjectNode, objectAt, propertiesOf, stringAt } from '../../document/tree';
import type { IdentityEncryption } from '../../identity/encrypted';
import { ANONYMOUS_NAME, type IdentityInfo } from '../../identity/identity-info';
import { isFile, readText } from '../../project/files';
import type { ProjectProblem } from '../../project/model';
import type { StrictFiles } from '../../project/strict-files';
import { type Message, msg } from '../../util/message';
import { staysInside } from '../../util/paths';
import type { DfxLocations } from './locations';

/** The name of the identity that dfx makes when it is first used. */
export const DEFAULT_NAME = 'default';
/** dfx makes identities under such names and renames them when they are complete. */
const TEMPORARY_PREFIXES = ['___temp___', '___s_temp___'];

/** What dfx's names of new identities are made of. */
const IDENTITY_NAME = /^[A-Za-z0-9.\-_@]+$/;

interface IdentityConfig {
  readonly hsm: boolean;
  readonly keyring: boolean;
  readonly encryption?: IdentityEncryption;
  readonly problem?: Message;
}

/** Reads the identity.json of one identity; one that is not there stands for a plain key. */
async function readConfig(file: string): Promise<IdentityConfig> {
  const content = await readText(file);
  if (content.state === 'missing') {
    return { hsm: false, keyring: false };
  }
  if (content.state === 'failed') {
    return { hsm: false, keyring: false, problem: content.message };
  }
  const { root, problems } = parseJson(content.text);
  const broken = msg('{0} cannot be read as dfx wrote it.', file);
  if (root?.type !== 'object' || problems.length > 0) {
    return { hsm: false, keyring: false, problem: broken };
  }
  const fields = propertiesOf(root);
  const hsm = objectAt(fields, 'hsm') !== undefined;
  const keyring = stringAt(fields, 'keyring_identity_suffix') !== undefined;
  const node = objectAt(fields, 'encryption');
  if (node === undefined) {
    return { hsm, keyring };
  }
  const encryption = propertiesOf(node);
  const pwSalt = stringAt(encryption, 'pw_salt')?.value;
  const nonce = encryption.get('file_nonce')?.value;
  const bytes = nonce?.type === 'array' ? nonce.items : [];
  const fileNonce = bytes.map((item) => (item.type === 'number' ? Number(item.raw) : undefined)).filter(isByte);
  if (pwSalt === undefined || fileNonce.length !== 12 || bytes.length !== 12) {
    return { hsm, keyring, problem: broken };
  }
  return { hsm, keyring, encryption: { pwSalt, fileNonce } };
}

function isByte(value: unknown): value is number {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 255;
}

/** One identity, or undefined where dfx would say that there is none of this name. */
export async function readIdentity(name: string, locations: DfxLocations): Promise<IdentityInfo | undefined> {
  if (name === ANONYMOUS_NAME) {
    return { name, storage: 'anonymous' };
  }
  if (!staysInside(locations.identityDir, name)) {
    return undefined;
  }
  const folder = path.join(locations.identityDir, name);
  const plain = path.join(folder, 'identity.pem');
  const encrypted = path.join(folder, 'identity.pem.encrypted');
  const configFile = path.join(folder, 'identity.json');
  const [hasPlain, hasEncrypted, hasConfig] = await Promise.all([isFile(plain), isFile(encrypted), isFile(configFile)]);
  if (!hasPlain && !hasEncrypted && !hasConfig) {
    return undefined;
  }

  const config = await readConfig(configFile);
  if (config.hsm) {
    return { name, storage: 'hsm', problem: config.problem };
  }
  if (config.keyring) {
    return { name, storage: 'keyring', problem: config.problem };
  }
  const missing = msg('The key file of identity "{0}" is missing.', name);
  if (config.encryption !== undefined || (hasEncrypted && !hasPlain)) {
    const unreadable =
      config.encryption === undefined ? msg('{0} cannot be read as dfx wrote it.', configFile) : undefined;
    const problem = hasEncrypted ? (config.problem ?? unreadable) : missing;
    return { name, storage: 'password', pemFile: encrypted, encryption: config.encryption, problem };
  }
  return { name, storage: 'plaintext', pemFile: plain, problem: hasPlain ? config.problem : missing };
}

/** All identities by name, `anonymous` among them. Empty but for that where dfx was never used. */
export async function listIdentities(locations: DfxLocations): Promise<IdentityInfo[]> {
  let names: string[] = [];
  try {
    names = await readdir(locations.identityDir);
  } catch {
    // No folder, or one that may not be listed: what dfx could not use either.
  }
  const known = names.filter(
    (name) => name !== ANONYMOUS_NAME && !TEMPORARY_PREFIXES.some((prefix) => name.startsWith(prefix)),
  );
  const found = await Promise.all([...known, ANONYMOUS_NAME].map((name) => readIdentity(name, locations)));
  return found
    .filter((identity): identity is IdentityInfo => identity !== undefined)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** The identity that dfx uses. Where it would have to make one first, `anonymous`, with that as the problem. */
export async function selectedIdentity(locations: DfxLocations): Promise<{ name: string; problem?: Message }> {
  const file = locations.identityJson;
  const content = await readText(file);
  if (content.state === 'failed') {
    return { name: ANONYMOUS_NAME, problem: content.message };
  }
  if (content.state === 'missing') {
    if ((await readIdentity(DEFAULT_NAME, locations)) !== undefined) {
      return { name: DEFAULT_NAME };
    }
    return {
      name: ANONYMOUS_NAME,
      problem: msg('dfx has no identity yet. It makes one when it is first used; until then requests are anonymous.'),
    };
  }
  const { value: name, problems } = parseSelection(content.text);
  if (name === undefined || problems.length > 0) {
    return { name: ANONYMOUS_NAME, problem: msg('{0} cannot be read as dfx wrote it.', file) };
  }
  if ((await readIdentity(name, locations)) !== undefined) {
    return { name };
  }
  return { name, problem: msg('The selected identity "{0}" does not exist.', name) };
}

/** Why dfx could not use the identity: the file that says which one is selected, or the identity's own, is broken. */
export async function identityRefusal(
  name: string,
  locations: DfxLocations,
  files: StrictFiles,
): Promise<ProjectProblem | undefined> {
  const selection = await files.read(locations.identityJson, parseSelection);
  const own = staysInside(locations.identityDir, name)
    ? await files.read(path.join(locations.identityDir, name, 'identity.json'), parseObject)
    : undefined;
  const refused = selection.refused ?? own?.refused;
  return refused && { ...refused, message: msg('{0} cannot be read as dfx wrote it.', refused.file) };
}

/** The name in `default`. */
function parseSelection(text: string): { value: string | undefined; problems: FileProblem[] } {
  const { value, problems } = parseObject(text);
  const name = value && stringAt(propertiesOf(value), 'default')?.value;
  return {
    value: name,
    problems: name === undefined ? [...problems, MALFORMED] : problems,
  };
}

function parseObject(text: string): { value: ObjectNode | undefined; problems: FileProblem[] } {
  const { root, problems } = parseJson(text);
  return root?.type === 'object' ? { value: root, problems } : { value: undefined, problems: [...problems, MALFORMED] };
}

const MALFORMED: FileProblem = {
  message: msg('{0} cannot be read as dfx wrote it.', 'identity.json'),
  range: { offset: 0, length: 0 },
};

/** True where dfx would take the name for a new identity. */
export function isIdentityName(name: string): boolean {
  return IDENTITY_NAME.test(name) && !name.startsWith('___');
}
