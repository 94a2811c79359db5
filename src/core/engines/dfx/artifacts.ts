/** Where a canister's source, interface and build results are. Paths are normalised, not checked to lie in the project. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { isFile, readText } from '../../project/files';
import { isRemote } from './canister-ids';
import type { CanisterConfig } from './dfx-config';
import { type DfxNetwork, pathCompatible } from './networks';

/** The part of a project that paths depend on. */
export interface ProjectRoot {
  readonly root: string;
}

type NetworkName = Pick<DfxNetwork, 'name'>;

function isUrl(text: string): boolean {
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
      return isUrl(canister.candid.value) ? generated : path.resolve(project.root, canister.candid.value);
  }
}

/** Folders of the members of the Cargo workspace in `root`. Globs of the usual form `crates/*` are followed. */
async function cargoMembers(root: string): Promise<string[]> {
  const manifest = await readText(path.join(root, 'Cargo.toml'));
  if (manifest.state !== 'text') {
    return [];
  }
  const list = /^\s*members\s*=\s*\[([^\]]*)\]/m.exec(manifest.text)?.[1] ?? '';
  const folders: string[] = [];
  for (const [, double, single] of list.replace(/#.*$/gm, '').matchAll(/"([^"]*)"|'([^']*)'/g)) {
    const member = double ?? single ?? '';
    if (!member.endsWith('/*')) {
      folders.push(path.join(root, member));
      continue;
    }
    const parent = path.join(root, member.slice(0, -2));
    const entries = await readdir(parent, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      if (entry.isDirectory()) {
        folders.push(path.join(parent, entry.name));
      }
    }
  }
  return folders;
}

/** The folder of a Rust package, found as cargo would where the manifest is of the usual form. */
async function cargoPackage(root: string, name: string, canister: string): Promise<string | undefined> {
  const likely = [path.join(root, 'src', name), path.join(root, 'src', canister), path.join(root, name), root];
  for (const folder of new Set([...likely, ...(await cargoMembers(root))])) {
    const manifest = await readText(path.join(folder, 'Cargo.toml'));
    if (manifest.state !== 'text') {
      continue;
    }
    const section = /^\s*\[package\]([\s\S]*?)(?=^\s*\[|$(?![\s\S]))/m.exec(manifest.text)?.[1] ?? '';
    if (/^\s*name\s*=\s*["']([^"']*)["']/m.exec(section)?.[1] === name) {
      return folder;
    }
  }
  return undefined;
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
  const folder = await cargoPackage(project.root, packageName, canister.name);
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

const hashes = new Map<string, { readonly mtimeMs: number; readonly size: number; readonly hash: string }>();
const MAX_HASHES = 1_000;

/**
 * SHA-256 of a wasm module's file as lower-case hex, as the network shows it for an installed module (a gzipped module
 * is hashed as it is). Undefined where there is no such file. Kept until the file changes.
 */
export async function moduleHash(file: string): Promise<string | undefined> {
  try {
    const { mtimeMs, size } = await stat(file);
    const known = hashes.get(file);
    if (known !== undefined && known.mtimeMs === mtimeMs && known.size === size) {
      return known.hash;
    }
    const digest = createHash('sha256');
    for await (const chunk of createReadStream(file)) {
      digest.update(chunk as Uint8Array);
    }
    const hash = digest.digest('hex');
    if (hashes.size >= MAX_HASHES) {
      hashes.clear();
    }
    hashes.set(file, { mtimeMs, size, hash });
    return hash;
  } catch {
    return undefined;
  }
}
