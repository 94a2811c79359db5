import { mkdir, rm } from 'node:fs/promises';
import path from 'node:path';
import { JsonDocument } from '../../document/json-document';
import { applyEdits, objectAt, propertiesOf } from '../../document/tree';
import { readText } from '../../project/files';
import { replaceFile } from '../../project/replace-file';
import { Failure } from '../../util/failure';
import { msg } from '../../util/message';
import { KeyedQueue } from '../../util/queue';
import { idFileOf } from './canister-ids';
import type { DfxNetwork } from './networks';

/** Canisters are deleted side by side, but the file is read and replaced as a whole. */
const writers = new KeyedQueue();

/**
 * Writes a canister's id where dfx would, or, with undefined, removes it. The rest of the file stays as it is.
 *
 * Only for what is created and deleted here without dfx. The file is replaced as a whole, so that nobody reads half.
 *
 * @throws {Failure} where the file cannot be read or is no JSON object: it is not touched then.
 */
export function writeCanisterId(
  projectRoot: string,
  network: DfxNetwork,
  canister: string,
  id: string | undefined,
): Promise<void> {
  const file = idFileOf(projectRoot, network);
  // One after the other, or one writer would put back what another has just removed.
  return writers.run(file ?? '', () => write(file, network, canister, id));
}

async function write(
  file: string | undefined,
  network: DfxNetwork,
  canister: string,
  id: string | undefined,
): Promise<void> {
  if (file === undefined) {
    throw new Failure({ message: msg('The network {0} has no place for canister ids.', network.name) });
  }
  if (id !== undefined) {
    await mkdir(path.dirname(file), { recursive: true });
    await copyNetworkId(file, network);
  }
  const content = await readText(file);
  if (content.state === 'failed') {
    throw new Failure({ message: content.message });
  }
  const text = content.state === 'text' ? content.text : '{\n}';
  const document = new JsonDocument(text);
  if (document.problems.length > 0 || document.rootObject === undefined) {
    throw new Failure({ message: msg('{0} is damaged. Repair or delete it first.', file) });
  }
  const ids = objectAt(propertiesOf(document.rootObject), canister)?.properties ?? [];
  // A canister that is left without any id leaves the file.
  const whole = id === undefined && ids.every(({ key }) => key.value === network.name);
  const edits = document.setAt(whole ? [canister] : [canister, network.name], id);
  await replaceFile(file, applyEdits(text, edits));
}

/** Without the shared network's id beside it, dfx would take the file for one of a network that is gone and delete it. */
async function copyNetworkId(idFile: string, network: DfxNetwork): Promise<void> {
  if (!network.local || network.scope !== 'shared' || network.dataDir === undefined) {
    return;
  }
  const current = await textOf(path.join(network.dataDir, 'network-id'));
  const copy = path.join(path.dirname(idFile), 'network-id');
  if (current === undefined || (await textOf(copy)) === current) {
    return;
  }
  // As dfx does: ids of a network that has been reset are worth nothing.
  await rm(idFile, { force: true });
  await replaceFile(copy, current);
}

async function textOf(file: string): Promise<string | undefined> {
  const content = await readText(file);
  return content.state === 'text' ? content.text : undefined;
}
