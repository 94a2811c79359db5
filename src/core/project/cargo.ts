import path from 'node:path';
import type { TomlTable, TomlValue } from 'smol-toml';
import { expandFolders, type FileHost } from './file-host';

/** Manifests that are read of one workspace. */
const MAX_MANIFESTS = 500;

/** The part of a Cargo.toml that leads to packages. */
export interface CargoManifest {
  /** The name of the package. */
  readonly name?: string;
  /** Patterns of the folders of members. */
  readonly members: readonly string[];
  /** Folders of dependencies. */
  readonly paths: readonly string[];
}

function table(value: TomlValue | undefined): TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date) ? value : {};
}

/** Reads a Cargo.toml; one that is no TOML names nothing. */
export async function readCargoManifest(text: string): Promise<CargoManifest> {
  const { parse } = await import('smol-toml');
  let root: TomlTable;
  try {
    root = parse(text);
  } catch {
    return { members: [], paths: [] };
  }
  const name = table(root['package'])['name'];
  const members = table(root['workspace'])['members'];
  const paths: string[] = [];
  const collect = (owner: TomlTable): void => {
    for (const [key, value] of Object.entries(owner)) {
      if (key.endsWith('dependencies')) {
        for (const dependency of Object.values(table(value))) {
          const at = table(dependency)['path'];
          if (typeof at === 'string') {
            paths.push(at);
          }
        }
      }
    }
  };
  for (const owner of [root, table(root['workspace']), ...Object.values(table(root['target'])).map(table)]) {
    collect(owner);
  }
  return {
    name: typeof name === 'string' ? name : undefined,
    members: Array.isArray(members) ? members.filter((member) => typeof member === 'string') : [],
    paths,
  };
}

/**
 * The packages of the Cargo workspace or package in `root`, from name to folder: it, the members, and what they depend
 * on by path. Undefined where there is no Cargo.toml. Each manifest that is looked for is reported.
 */
export async function cargoPackages(
  root: string,
  host: FileHost,
  onFile: (file: string) => void = () => undefined,
): Promise<ReadonlyMap<string, string> | undefined> {
  const packages = new Map<string, string>();
  const seen = new Set<string>();
  const queue = [root];
  for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
    if (seen.has(folder) || seen.size >= MAX_MANIFESTS) {
      continue;
    }
    seen.add(folder);
    const file = path.join(folder, 'Cargo.toml');
    onFile(file);
    const text = await host.read(file);
    if (text === undefined) {
      if (folder === root) {
        return undefined;
      }
      continue;
    }
    const { name, members, paths } = await readCargoManifest(text);
    if (name !== undefined) {
      packages.set(name, folder);
    }
    for (const pattern of [...members, ...paths]) {
      queue.push(...(await expandFolders(host, folder, pattern)));
    }
  }
  return packages;
}
