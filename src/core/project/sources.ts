/** What modules are compiled from, by language. Paths lead wherever the project's files say. */
import path from 'node:path';
import { builtPackages } from './cargo';
import { nodeFileHost } from './file-host';
import { readMotokoImports } from './motoko-imports';

/** Files and folders, absolute. */
export interface Sources {
  readonly files: readonly string[];
  readonly folders: readonly string[];
}

/** Where Motoko's package managers are told what to fetch, at the root of a project. */
const PACKAGE_LISTS = ['mops.toml', 'vessel.dhall', 'package-set.dhall'];

/** The main file, all that it imports by path, and the lists of packages. */
export async function motokoSources(main: string, root: string): Promise<Sources> {
  const files: string[] = [];
  await readMotokoImports(main, nodeFileHost, (file) => files.push(file));
  return { files: [...files, ...PACKAGE_LISTS.map((name) => path.join(root, name))], folders: [] };
}

/** Of a Rust package and what it needs by path, what cargo compiles; the manifests, and what they are locked to. */
export async function rustSources(folder: string, root: string): Promise<Sources> {
  const manifests = new Set<string>();
  const packages = await builtPackages(folder, nodeFileHost, (file) => manifests.add(file));
  const folders: string[] = [];
  for (const at of packages) {
    const src = path.join(at, 'src');
    folders.push((await nodeFileHost.kind(src)) === 'directory' ? src : at);
  }
  const locks = new Set([folder, root].map((at) => path.join(at, 'Cargo.lock')));
  const scripts = packages.map((at) => path.join(at, 'build.rs'));
  return { files: [...manifests, ...locks, ...scripts], folders };
}
