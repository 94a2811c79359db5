import path from 'node:path';
import type { TomlTable, TomlValue } from 'smol-toml';
import { isInside } from '../util/paths';
import { expandFolders, type FileHost } from './file-host';

/** Manifests that are read of one workspace. */
const MAX_MANIFESTS = 500;
/** Longer manifests, in characters, are not read: nobody writes them. */
const MAX_MANIFEST_LENGTH = 1_000_000;

/** The part of a Cargo.toml that leads to packages and crates. */
export interface CargoManifest {
  /** The name of the package. */
  readonly name?: string;
  /** Where the package says that the root of its workspace is. */
  readonly workspaceFolder?: string;
  /** Missing where this is not the root of a workspace. */
  readonly workspace?: {
    /** Patterns of the folders of members. */
    readonly members: readonly string[];
    readonly exclude: readonly string[];
  };
  /** Folders of dependencies. */
  readonly paths: readonly string[];
  /** Of the dependencies that a build of the package compiles: the folders, and the names of those that the workspace defines. */
  readonly built: { readonly paths: readonly string[]; readonly inherited: readonly string[] };
  /** The folders of dependencies that the workspace defines, by name. */
  readonly shared: ReadonlyMap<string, string>;
  readonly lib?: { readonly name?: string; readonly types: readonly string[] };
  /** The names of binaries that the manifest lists. */
  readonly bins: readonly string[];
  /** Whether cargo looks for binaries in their usual places. */
  readonly autobins: boolean;
}

/** Something that cargo compiles a package to. */
export interface CargoCrate {
  readonly name: string;
  /** `bin`, `cdylib`, `lib` and so on. */
  readonly types: readonly string[];
}

function table(value: TomlValue | undefined): TomlTable {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Date) ? value : {};
}

function text(value: TomlValue | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function texts(value: TomlValue | undefined): string[] {
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

/** Reads a Cargo.toml; one that is no TOML names nothing. */
export async function readCargoManifest(source: string): Promise<CargoManifest> {
  const { parse } = await import('smol-toml');
  let root: TomlTable = {};
  try {
    root = source.length > MAX_MANIFEST_LENGTH ? {} : parse(source);
  } catch {
    // Cargo refuses it as well.
  }
  const own = table(root['package']);
  const workspace = table(root['workspace']);
  const lib = table(root['lib']);
  const paths: string[] = [];
  const built = { paths: [] as string[], inherited: [] as string[] };
  const shared = new Map<string, string>();
  for (const owner of [root, workspace, ...Object.values(table(root['target'])).map(table)]) {
    for (const [key, value] of Object.entries(owner)) {
      if (!key.endsWith('dependencies')) {
        continue;
      }
      for (const [name, dependency] of Object.entries(table(value))) {
        const at = text(table(dependency)['path']);
        const isBuilt = owner !== workspace && !key.startsWith('dev');
        if (at !== undefined) {
          paths.push(at);
        }
        if (at !== undefined && owner === workspace) {
          shared.set(name, at);
        } else if (at !== undefined && isBuilt) {
          built.paths.push(at);
        } else if (isBuilt && table(dependency)['workspace'] === true) {
          built.inherited.push(name);
        }
      }
    }
  }
  const types = texts(lib['crate-type'] ?? lib['crate_type']);
  const bins = root['bin'];
  return {
    name: text(own['name']),
    workspaceFolder: text(own['workspace']),
    workspace:
      root['workspace'] === undefined
        ? undefined
        : { members: texts(workspace['members']), exclude: texts(workspace['exclude']) },
    paths,
    built,
    shared,
    lib: root['lib'] === undefined ? undefined : { name: text(lib['name']), types: types.length > 0 ? types : ['lib'] },
    bins: Array.isArray(bins) ? bins.flatMap((bin) => text(table(bin)['name']) ?? []) : [],
    autobins: own['autobins'] !== false,
  };
}

/** Reads each manifest once, and tells which were looked for. */
class Manifests {
  readonly #read = new Map<string, CargoManifest | undefined>();

  constructor(
    readonly host: FileHost,
    readonly onFile: (file: string) => void,
  ) {}

  get isFull(): boolean {
    return this.#read.size >= MAX_MANIFESTS;
  }

  async of(folder: string): Promise<CargoManifest | undefined> {
    if (!this.#read.has(folder)) {
      const file = path.join(folder, 'Cargo.toml');
      this.onFile(file);
      const source = await this.host.read(file);
      this.#read.set(folder, source === undefined ? undefined : await readCargoManifest(source));
    }
    return this.#read.get(folder);
  }

  /** The nearest folder with a manifest, `folder` or one above it. */
  async nearest(folder: string): Promise<string | undefined> {
    for (let at = folder; ; at = path.dirname(at)) {
      if ((await this.of(at)) !== undefined) {
        return at;
      }
      if (path.dirname(at) === at) {
        return undefined;
      }
    }
  }

  /** The root of the workspace to which the package in `folder` belongs. */
  async workspaceOf(folder: string): Promise<string | undefined> {
    const own = await this.of(folder);
    if (own?.workspace !== undefined) {
      return folder;
    }
    if (own?.workspaceFolder !== undefined) {
      return path.resolve(folder, own.workspaceFolder);
    }
    for (let at = folder; path.dirname(at) !== at; ) {
      at = path.dirname(at);
      const above = await this.of(at);
      if (above?.workspace !== undefined) {
        return isExcluded(at, above, folder) ? undefined : at;
      }
    }
    return undefined;
  }
}

function isSameOrInside(folder: string, file: string): boolean {
  return folder === file || isInside(folder, file);
}

/** Cargo's rule: `exclude` leaves out what lies in its folders, unless `members` names it. */
function isExcluded(root: string, { workspace }: CargoManifest, folder: string): boolean {
  const names = (steps: readonly string[] = []) =>
    steps.some((step) => isSameOrInside(path.resolve(root, step), folder));
  return names(workspace?.exclude) && !names(workspace?.members);
}

/**
 * The packages that cargo knows in `start`, from name to folder: the package there, or all members of the workspace
 * around it, to which what they need by path belongs as far as it lies in the same folder. Undefined where there is no
 * Cargo.toml. Each manifest that is looked for is reported.
 */
export async function cargoPackages(
  start: string,
  host: FileHost,
  onFile: (file: string) => void = () => undefined,
): Promise<ReadonlyMap<string, string> | undefined> {
  const manifests = new Manifests(host, onFile);
  const here = await manifests.nearest(start);
  if (here === undefined) {
    return undefined;
  }
  const root = await manifests.workspaceOf(here);
  const rootManifest = root === undefined ? undefined : await manifests.of(root);
  const packages = new Map<string, string>();
  if (root === undefined || rootManifest === undefined) {
    const name = (await manifests.of(here))?.name;
    return name === undefined ? packages : packages.set(name, here);
  }
  const seen = new Set<string>();
  const queue = [root];
  for (const member of rootManifest.workspace?.members ?? []) {
    queue.push(...(await expandFolders(host, root, member)));
  }
  for (let folder = queue.pop(); folder !== undefined && !manifests.isFull; folder = queue.pop()) {
    if (seen.has(folder)) {
      continue;
    }
    seen.add(folder);
    const manifest = folder !== root && isExcluded(root, rootManifest, folder) ? undefined : await manifests.of(folder);
    if (manifest?.name !== undefined) {
      packages.set(manifest.name, folder);
    }
    for (const at of manifest?.paths ?? []) {
      const target = path.resolve(folder, at);
      if (isInside(root, target)) {
        queue.push(target);
      }
    }
  }
  return packages;
}

/**
 * The packages that a build of the one in `folder` compiles from source on this computer: itself, and what it needs by
 * path, wherever that lies. Each manifest that is looked for is reported.
 */
export async function builtPackages(
  folder: string,
  host: FileHost,
  onFile: (file: string) => void,
): Promise<readonly string[]> {
  const manifests = new Manifests(host, onFile);
  const found = new Set<string>();
  const queue = [folder];
  for (let at = queue.pop(); at !== undefined && !manifests.isFull; at = queue.pop()) {
    const manifest = found.has(at) ? undefined : await manifests.of(at);
    if (manifest === undefined) {
      continue;
    }
    found.add(at);
    const from = at;
    queue.push(...manifest.built.paths.map((step) => path.resolve(from, step)));
    const root = manifest.built.inherited.length > 0 ? await manifests.workspaceOf(at) : undefined;
    const shared = root === undefined ? undefined : (await manifests.of(root))?.shared;
    for (const name of manifest.built.inherited) {
      const step = shared?.get(name);
      if (root !== undefined && step !== undefined) {
        queue.push(path.resolve(root, step));
      }
    }
  }
  return [...found];
}

/** What cargo compiles the package in `folder` to. Undefined where there is no manifest. */
export async function cargoCrates(
  folder: string,
  host: FileHost,
  onFile: (file: string) => void,
): Promise<readonly CargoCrate[] | undefined> {
  const manifest = await new Manifests(host, onFile).of(folder);
  if (manifest?.name === undefined) {
    return undefined;
  }
  const { name, lib, autobins } = manifest;
  const isFile = async (...steps: string[]): Promise<boolean> => {
    const file = path.join(folder, ...steps);
    onFile(file);
    return (await host.kind(file)) === 'file';
  };
  const crates: CargoCrate[] = [];
  if (lib !== undefined || (await isFile('src', 'lib.rs'))) {
    crates.push({ name: lib?.name ?? name.replaceAll('-', '_'), types: lib?.types ?? ['lib'] });
  }
  const bins = new Set(manifest.bins);
  if (autobins) {
    if (await isFile('src', 'main.rs')) {
      bins.add(name);
    }
    onFile(path.join(folder, 'src', 'bin'));
    for (const entry of await host.list(path.join(folder, 'src', 'bin'))) {
      if (!entry.directory && entry.name.endsWith('.rs')) {
        bins.add(entry.name.slice(0, -'.rs'.length));
      } else if (entry.directory && (await isFile('src', 'bin', entry.name, 'main.rs'))) {
        bins.add(entry.name);
      }
    }
  }
  return [...crates, ...[...bins].map((bin) => ({ name: bin, types: ['bin'] }))];
}
