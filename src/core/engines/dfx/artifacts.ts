/** Where a canister's source, interface and build results are. Paths are normalised, not checked to lie in the project. */
import path from 'node:path';
import { cargoPackages, readCargoManifest } from '../../project/cargo';
import { nodeFileHost } from '../../project/file-host';
import { isFile } from '../../project/files';
import { motokoSources, rustSources, type Sources } from '../../project/sources';
import { isInside } from '../../util/paths';
import { isRemote } from './canister-ids';
import type { CanisterConfig, Located } from './dfx-config';
import { type DfxNetwork, pathCompatible } from './networks';

/** The part of a project that paths depend on. */
export interface ProjectRoot {
  readonly root: string;
}

type NetworkName = Pick<DfxNetwork, 'name'>;

/** What stands where dfx takes a path or an address, and is no path. */
export function isWebUrl(text: string): boolean {
  return /^https?:\/\//i.test(text);
}

/** Rust's `Path::with_extension`, by which dfx makes the names: a `.` in a canister name cuts the rest off. */
function withExtension(file: string, extension: string): string {
  const { dir, name } = path.parse(file);
  return path.join(dir, `${name}.${extension}`);
}

/** The folder of a canister's build results; `<network>` is the path-compatible name there. */
export function buildFolder(
  project: ProjectRoot,
  canister: Pick<CanisterConfig, 'name'>,
  network: NetworkName,
): string {
  return path.join(project.root, '.dfx', pathCompatible(network.name), 'canisters', canister.name);
}

/** False where the canister's name would lead out of the folder of all build results. */
export function hasBuildFolder(project: ProjectRoot, canister: Pick<CanisterConfig, 'name'>, network: NetworkName) {
  return isInside(buildFolder(project, { name: '' }, network), buildFolder(project, canister, network));
}

/** Build results of one canister; any of them may be missing. */
export interface BuildArtifacts {
  /** Possible paths of the wasm module, the one that dfx makes with the present settings first. */
  readonly wasm: readonly string[];
  /** The interface without init types. */
  readonly service: string;
  /** The interface with init types. */
  readonly constructor: string;
  /** Candid text of the init types. */
  readonly initArgs: string;
  /** Types of the stable variables (Motoko). */
  readonly stableTypes?: string;
}

export function buildArtifacts(project: ProjectRoot, canister: CanisterConfig, network: NetworkName): BuildArtifacts {
  const folder = buildFolder(project, canister, network);
  const plain = withExtension(path.join(folder, canister.name), 'wasm');
  const zipped = `${plain}.gz`;
  const prefersZip = canister.kind === 'assets' || canister.wasm?.value.endsWith('.gz') === true;
  return {
    wasm: prefersZip ? [zipped, plain] : [plain, zipped],
    service: path.join(folder, 'service.did'),
    constructor: path.join(folder, 'constructor.did'),
    initArgs: path.join(folder, 'init_args.txt'),
    stableTypes: canister.kind === 'motoko' ? withExtension(path.join(folder, canister.name), 'most') : undefined,
  };
}

/** The Candid file that dfx takes for a canister on a network, whether it exists or not. */
export function candidFile(project: ProjectRoot, canister: CanisterConfig, network: NetworkName): string | undefined {
  if (isRemote(canister, network) && canister.remoteCandid !== undefined) {
    return path.join(project.root, canister.remoteCandid.value);
  }
  const folder = buildFolder(project, canister, network);
  const generated = withExtension(path.join(folder, canister.name), 'did');
  switch (canister.kind) {
    case 'motoko':
      return generated;
    case 'assets':
      return path.join(folder, 'assetstorage.did');
    case 'pull':
      return canister.pullId && path.join(project.root, 'deps', 'candid', `${canister.pullId.value}.did`);
    default:
      if (canister.candid === undefined) {
        return undefined;
      }
      return isWebUrl(canister.candid.value) ? generated : path.resolve(project.root, canister.candid.value);
  }
}

/** The folder of a Rust package: usual places first, then those of the Cargo workspace. */
async function packageFolder(root: string, name: string, canister: string): Promise<string | undefined> {
  for (const place of ['', `src/${name}`, `src/${canister}`, name]) {
    const folder = path.join(root, place);
    const text = await nodeFileHost.read(path.join(folder, 'Cargo.toml'));
    if (text !== undefined && (await readCargoManifest(text)).name === name) {
      return folder;
    }
  }
  return (await cargoPackages(root, nodeFileHost))?.get(name);
}

/** What a canister is compiled or copied from; undefined where its files do not tell. */
export async function sourcesOf({ root }: ProjectRoot, canister: CanisterConfig): Promise<Sources | undefined> {
  const resolve = ({ value }: Located<string>) => path.resolve(root, value);
  if (canister.kind === 'pull') {
    return undefined;
  }
  if (canister.kind === 'assets') {
    return { files: [], folders: canister.sources.map(resolve) };
  }
  if (canister.kind === 'motoko') {
    return canister.main && (await motokoSources(resolve(canister.main), root));
  }
  const name = canister.package?.value ?? (canister.kind === 'custom' ? canister.name : undefined);
  const folder = name === undefined ? undefined : await packageFolder(root, name, canister.name);
  const rust = folder === undefined ? undefined : await rustSources(folder, root);
  const own = [canister.main, canister.wasm, canister.candid].flatMap((file) =>
    file === undefined || isWebUrl(file.value) ? [] : resolve(file),
  );
  const files = [...(rust?.files ?? []), ...own];
  return files.length === 0 ? undefined : { files, folders: rust?.folders ?? [] };
}

/**
 * The file or folder in which a canister's code is written: the Motoko or other main file, the root of a Rust package,
 * the first folder of assets. Undefined for canisters built elsewhere and where nothing is found.
 */
export async function sourceFile(project: ProjectRoot, canister: CanisterConfig): Promise<string | undefined> {
  if (canister.main !== undefined) {
    return path.resolve(project.root, canister.main.value);
  }
  if (canister.kind === 'assets') {
    const source = canister.sources[0];
    return source && path.resolve(project.root, source.value);
  }
  const packageName = canister.package?.value ?? (canister.kind === 'custom' ? canister.name : undefined);
  if (packageName === undefined) {
    return undefined;
  }
  const folder = await packageFolder(project.root, packageName, canister.name);
  if (folder === undefined) {
    return undefined;
  }
  for (const candidate of [path.join(folder, 'src', 'lib.rs'), path.join(folder, 'src', 'main.rs')]) {
    if (await isFile(candidate)) {
      return candidate;
    }
  }
  return path.join(folder, 'Cargo.toml');
}
