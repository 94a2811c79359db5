/** Where the files of a canister are. Paths are normalised, not checked to lie in the project. */
import path from 'node:path';
import { propertiesOf, stringAt } from '../../document/tree';
import { isFile } from '../../project/files';
import type { CanisterPaths } from '../../project/model';
import { staysInside } from '../../util/paths';
import type { IcpCanister } from './project-files';

/** Where icp leaves the module that it has built last, for whatever environment; undefined for a name that leads out. */
export function artifactOf(root: string, key: string): string | undefined {
  const folder = path.join(root, '.icp', 'cache', 'artifacts');
  return staysInside(folder, key) ? path.join(folder, key) : undefined;
}

export async function pathsOf(root: string, canister: IcpCanister): Promise<CanisterPaths> {
  const configuration = canister.recipe?.configuration;
  const fields = configuration && propertiesOf(configuration);
  const inFolder = (name: string): string | undefined => {
    const value = fields && stringAt(fields, name)?.value;
    return value === undefined || value === '' ? undefined : path.resolve(canister.folder, value);
  };
  const candid = inFolder('candid');
  const artifact = artifactOf(root, canister.key);
  return {
    source: await sourceOf(canister, inFolder),
    candid,
    interfaces: candid === undefined ? [] : [candid],
    modules: artifact === undefined ? [] : [artifact],
  };
}

async function sourceOf(
  canister: IcpCanister,
  inFolder: (name: string) => string | undefined,
): Promise<string | undefined> {
  const written = inFolder('main') ?? inFolder('dir');
  if (written !== undefined) {
    return written;
  }
  for (const candidate of ['src/lib.rs', 'src/main.rs', 'src/main.mo', 'main.mo', 'src/app.mo', 'app.mo']) {
    const file = path.join(canister.folder, candidate);
    if (await isFile(file)) {
      return file;
    }
  }
  return undefined;
}
