import path from 'node:path';
import { parseJson } from '../../../document/parse-json';
import { objectAt, type Properties, propertiesOf, stringAt, stringsAt } from '../../../document/tree';
import { FactStore, type FileFacts } from '../../../language/facts';
import { type CargoCrate, cargoCrates, cargoPackages } from '../../../project/cargo';
import { expandFolders, type FileHost } from '../../../project/file-host';
import { type MotokoImports, readMotokoImports } from '../../../project/motoko-imports';

/** What the checks of dfx.json ask; null where the project has nothing of the kind. */
export interface DfxFacts extends FileFacts {
  motokoImports(main: string): MotokoImports | undefined;
  /** The names of the packages of the Cargo workspace. */
  cargoPackages(): ReadonlySet<string> | null | undefined;
  /** What cargo compiles a package of the workspace to. */
  cargoCrates(packageName: string): readonly CargoCrate[] | null | undefined;
  npmWorkspaces(): ReadonlySet<string> | null | undefined;
  /** The path as it is on disk, where capitals and white space at the ends are all that differs. */
  similar(relative: string): string | null | undefined;
  /** Whether git leaves the path out. */
  ignored(relative: string): boolean | undefined;
  /** The installed dfx extensions, and whether each defines a canister type; null where dfx keeps none here. */
  extensions(): ReadonlyMap<string, boolean> | null | undefined;
  /** The networks of dfx's own networks.json. */
  sharedNetworks(): ReadonlySet<string> | undefined;
}

export interface DfxFactOptions {
  readonly root: string;
  readonly host?: FileHost;
  /** dfx's cache folder, where its versions and their extensions are. */
  readonly cacheDir?: string;
  readonly networksJson?: string;
}

export class DfxFactStore extends FactStore implements DfxFacts {
  constructor(readonly options: DfxFactOptions) {
    super(options);
  }

  motokoImports(main: string): MotokoImports | undefined {
    return this.get(`imports ${main}`, [main], (dependOn) =>
      readMotokoImports(this.resolve(main), this.host, dependOn),
    );
  }

  cargoPackages(): ReadonlySet<string> | null | undefined {
    return this.get('cargo', ['Cargo.toml'], async (dependOn) => {
      const packages = await cargoPackages(this.root, this.host, dependOn);
      return packages === undefined ? null : new Set(packages.keys());
    });
  }

  cargoCrates(packageName: string): readonly CargoCrate[] | null | undefined {
    return this.get(`crates ${packageName}`, ['Cargo.toml'], async (dependOn) => {
      const folder = (await cargoPackages(this.root, this.host, dependOn))?.get(packageName);
      return folder === undefined ? null : ((await cargoCrates(folder, this.host, dependOn)) ?? null);
    });
  }

  npmWorkspaces(): ReadonlySet<string> | null | undefined {
    return this.get('npm', ['package.json'], (dependOn) => this.#readNpm(dependOn));
  }

  extensions(): ReadonlyMap<string, boolean> | null | undefined {
    return this.get('outside extensions', [], () => this.#readExtensions());
  }

  sharedNetworks(): ReadonlySet<string> | undefined {
    const { networksJson } = this.options;
    return this.get(
      'outside networks',
      [],
      async () => new Set(networksJson === undefined ? [] : (await this.#readJson(networksJson))?.keys()),
    );
  }

  async #readJson(file: string): Promise<Properties | undefined> {
    const text = await this.host.read(file);
    const root = text === undefined ? undefined : parseJson(text).root;
    return root?.type === 'object' ? propertiesOf(root) : undefined;
  }

  async #readNpm(dependOn: (file: string) => void): Promise<ReadonlySet<string> | null> {
    const root = await this.#readJson(this.resolve('package.json'));
    if (root === undefined) {
      return null;
    }
    const long = objectAt(root, 'workspaces');
    const patterns = long === undefined ? stringsAt(root, 'workspaces') : stringsAt(propertiesOf(long), 'packages');
    const names = new Set<string>();
    for (const pattern of patterns) {
      for (const folder of await expandFolders(this.host, this.root, pattern.value)) {
        const file = path.join(folder, 'package.json');
        dependOn(file);
        const properties = await this.#readJson(file);
        const name = properties && stringAt(properties, 'name');
        if (name !== undefined) {
          names.add(name.value);
        }
      }
    }
    return names;
  }

  async #readExtensions(): Promise<ReadonlyMap<string, boolean> | null> {
    const { cacheDir } = this.options;
    if (cacheDir === undefined) {
      return null;
    }
    const versions = (await this.host.list(path.join(cacheDir, 'versions'))).filter(({ directory }) => directory);
    const found = new Map<string, boolean>();
    for (const version of versions) {
      const folder = path.join(cacheDir, 'versions', version.name, 'extensions');
      for (const { name } of await this.host.list(folder)) {
        const properties = await this.#readJson(path.join(folder, name, 'extension.json'));
        if (properties !== undefined) {
          found.set(name, objectAt(properties, 'canister_type') !== undefined || found.get(name) === true);
        }
      }
    }
    return versions.length === 0 ? null : found;
  }
}
