/** Which wallet canister an identity has on a network, from dfx's files. */

import path from 'node:path';
import { type FileProblem, parseJson } from '../../document/parse-json';
import { propertiesOf, type ValueNode } from '../../document/tree';
import { readText } from '../../project/files';
import type { ProjectProblem } from '../../project/model';
import { StrictFiles } from '../../project/strict-files';
import { staysInside } from '../../util/paths';
import { isPrincipal } from '../../util/principal';
import type { DfxLocations } from './locations';
import type { DfxNetwork } from './networks';

/**
 * Where dfx keeps the wallets of a network: beside the identity for networks that last, with the network's state for
 * those that do not. A project's own network has them in `.dfx/local`, whatever it is called.
 *
 * @returns undefined where there is no such place: a shared network that has never been started, a name that leads away
 */
async function walletsFile(
  projectRoot: string,
  network: DfxNetwork,
  identity: string,
  locations: DfxLocations,
): Promise<string | undefined> {
  if (network.kind !== 'ephemeral') {
    return staysInside(locations.identityDir, identity)
      ? path.join(locations.identityDir, identity, 'wallets.json')
      : undefined;
  }
  if (network.scope === 'project') {
    return path.join(projectRoot, '.dfx', 'local', 'wallets.json');
  }
  if (network.dataDir === undefined) {
    return undefined;
  }
  if (network.scope === 'adhoc') {
    return path.join(network.dataDir, 'wallets.json');
  }
  const file = await readText(path.join(network.dataDir, 'network-id'));
  const digest = file.state === 'text' ? digestOf(file.text) : undefined;
  return digest !== undefined && staysInside(network.dataDir, digest)
    ? path.join(network.dataDir, digest, 'wallets.json')
    : undefined;
}

/** The wallet of an identity on a network, or undefined where dfx knows none. */
export async function readWallet(
  projectRoot: string,
  network: DfxNetwork,
  identity: string,
  locations: DfxLocations,
  files = new StrictFiles(),
): Promise<string | undefined> {
  const where = await walletsFile(projectRoot, network, identity, locations);
  const { good } = where === undefined ? {} : await files.read(where, parseWallets);
  const wallet = good && stringAtPath(good, ['identities', identity, network.name]);
  return wallet !== undefined && isPrincipal(wallet) ? wallet.toLowerCase() : undefined;
}

/** Why the file in which an identity's wallet would be cannot be read. */
export async function walletsRefusal(
  projectRoot: string,
  network: DfxNetwork,
  identity: string,
  locations: DfxLocations,
  files: StrictFiles,
): Promise<ProjectProblem | undefined> {
  const where = await walletsFile(projectRoot, network, identity, locations);
  return where === undefined ? undefined : (await files.read(where, parseWallets)).refused;
}

function parseWallets(text: string): { value: ValueNode | undefined; problems: FileProblem[] } {
  const { root, problems } = parseJson(text);
  return { value: root, problems };
}

/** The string at a path of keys. */
function stringAtPath(root: ValueNode, keys: readonly string[]): string | undefined {
  let node: ValueNode | undefined = root;
  for (const key of keys) {
    node = node?.type === 'object' ? propertiesOf(node).get(key)?.value : undefined;
  }
  return node?.type === 'string' ? node.value : undefined;
}

/** The settings of the network that runs, or ran last. */
function digestOf(json: string): string | undefined {
  const { root, problems } = parseJson(json);
  return root && problems.length === 0 ? stringAtPath(root, ['settings_digest']) : undefined;
}

/** True where an identity has a wallet on a network that lasts. */
export async function hasWallets(identity: string, locations: DfxLocations): Promise<boolean> {
  const file = await readText(path.join(locations.identityDir, identity, 'wallets.json'));
  return file.state === 'text' && /"[a-z0-9-]+-[a-z0-9]{3}"/.test(file.text);
}
