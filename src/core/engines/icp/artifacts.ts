/** Where the files of a canister are. Paths are normalised, not checked to lie in the project. */
import path from 'node:path';
import { propertiesOf, stringAt } from '../../document/tree';
import { cargoPackages } from '../../project/cargo';
import { nodeFileHost } from '../../project/file-host';
import { isFile } from '../../project/files';
import type { CanisterPaths } from '../../project/model';
import { motokoSources, rustSources, type Sources } from '../../project/sources';
import { staysInside } from '../../util/paths';
import type { IcpCanister } from './project-files';

/** Where icp leaves the module that it has built last, for whatever environment; undefined for a name that leads out. */
export function artifactOf(root: string, key: string): string | undefined {
  const folder = path.join(root, '.icp', 'cache', 'artifacts');
  return staysInside(folder, key) ? path.join(folder, key) : undefined;
}

/** The path that a key of the recipe's configuration holds. */
function configured(canister: IcpCanister): (key: string) => string | undefined {
  const configuration = canister.recipe?.configuration;
  const fields = configuration && propertiesOf(configuration);
  return (key) => {
    const value = fields && stringAt(fields, key)?.value;
    return value === undefined || value === '' ? undefined : path.resolve(canister.folder, value);
  };
}

export async function pathsOf(root: string, canister: IcpCanister): Promise<CanisterPaths> {
  const inFolder = configured(canister);
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

/** What a canister is compiled or copied from; undefined where neither its files nor its recipe tell. */
export async function sourcesOf(root: string, canister: IcpCanister): Promise<Sources | undefined> {
  const { folder, recipe, build } = canister;
  const inFolder = configured(canister);
  const files: string[] = [];
  const folders: string[] = [];
  const add = (sources: Sources): void => {
    files.push(...sources.files);
    folders.push(...sources.folders);
  };
  files.push(...build.flatMap((step) => (step.path === undefined ? [] : path.resolve(folder, step.path))));
  const dir = inFolder('dir');
  if (dir !== undefined) {
    folders.push(dir);
  }
  const main = await sourceOf(canister, inFolder);
  const isRust = main?.endsWith('.rs') === true || inFolder('package') !== undefined;
  if (isRust) {
    const configuration = recipe?.configuration && propertiesOf(recipe.configuration);
    const name = configuration && stringAt(configuration, 'package')?.value;
    const packages = await cargoPackages(folder, nodeFileHost);
    const own = packages?.get(name ?? '') ?? (main === undefined ? undefined : folder);
    if (own !== undefined) {
      add(await rustSources(own, root));
    }
  } else if (main?.endsWith('.mo')) {
    add(await motokoSources(main, folder));
  }
  if (files.length + folders.length === 0) {
    return undefined;
  }
  const given = [inFolder('candid'), inFolder('wasm'), inFolder('path')];
  const local = recipe?.type.startsWith('file://')
    ? path.resolve(root, recipe.type.slice('file://'.length))
    : undefined;
  return { files: [...files, ...[...given, local].flatMap((file) => file ?? [])], folders };
}
