/** Puts a project together from icp.yaml and the files it names, as icp's loader does. */
import path from 'node:path';
import { parseYaml, type YamlTree } from '../../document/parse-yaml';
import type { TextRange } from '../../document/tree';
import type { Place } from '../../project/model';
import { type Message, msg } from '../../util/message';
import { isPrincipal } from '../../util/principal';
import { isPattern } from './globs';
import {
  type ArgumentSource,
  CANISTER_MANIFEST,
  type CanisterManifest,
  DEFAULT_BIND,
  DEFAULT_PORT,
  type DependencyManifest,
  type EnvironmentManifest,
  IC,
  isPathItem,
  LOCAL,
  type ManifestRefusal,
  type ManifestSettings,
  type Named,
  type NetworkManifest,
  type PathItem,
  PROJECT_MANIFEST,
  type ProjectManifest,
  type RefusalCode,
} from './manifest';
import {
  EMPTY_PROJECT,
  type FileReading,
  isValidName,
  readCanisterManifest,
  readEnvironmentManifest,
  readNetworkManifest,
  readProjectManifest,
} from './manifest-reader';
import { type FileCache, LoadingDisk, type ProjectDisk } from './project-disk';

export { FileCache } from './project-disk';

/** A canister of the project or of one that it depends on. */
export interface IcpCanister extends CanisterManifest {
  /** What commands and id files call it: its name, with `folder:` before it where it is a dependency's. */
  readonly key: string;
  /** The folder, relative to the root, of the dependency that it belongs to. */
  readonly member?: string;
}

/** A network as icp.yaml or icp itself defines it. */
export type IcpNetworkDefinition = Omit<NetworkManifest, 'place' | 'range'> & {
  /** Absent for what is defined in icp itself. */
  readonly place?: Place;
};

export interface IcpEnvironment {
  readonly name: string;
  readonly place?: Place;
  readonly network: string;
  /** Keys of the canisters that are deployed there. */
  readonly canisters: ReadonlySet<string>;
  /** By key: what stands in place of the canister's own. */
  readonly settings: ReadonlyMap<string, ManifestSettings>;
  readonly initArgs: ReadonlyMap<string, ArgumentSource>;
  readonly upgradeArgs: ReadonlyMap<string, ArgumentSource>;
  /** Dependencies that icp misses this environment in: every command for it fails. */
  readonly missingIn: readonly string[];
}

export interface ProjectFiles {
  /** In the order of the manifests. */
  readonly canisters: readonly IcpCanister[];
  readonly networks: ReadonlyMap<string, IcpNetworkDefinition>;
  readonly environments: ReadonlyMap<string, IcpEnvironment>;
  /** What icp refuses. Empty where it would load the project, as far as that can be known without its recipes. */
  readonly refusals: readonly ManifestRefusal[];
  /** A manifest that defines networks and environments cannot be read: which of them are meant is not known. */
  readonly unread: boolean;
  /** Every file that was read or looked for, absolute. */
  readonly files: readonly string[];
  /** Folders whose subfolders decide what a pattern stands for. */
  readonly patterns: boolean;
}

/** Times that what was found may lead to further files, as a dependency does to its own. */
const MAX_ROUNDS = 500;

/** @param manifest absolute path of icp.yaml */
export async function loadProjectFiles(manifest: string, cache: FileCache): Promise<ProjectFiles> {
  const disk = new LoadingDisk(cache);
  for (let round = 1; ; round++) {
    const project = readProjectFiles(manifest, disk);
    if (!(await disk.settle()) || round === MAX_ROUNDS) {
      return project;
    }
  }
}

/** The project with what is known of the disk. What is not known yet is taken to be as it should. */
export function readProjectFiles(manifest: string, disk: ProjectDisk): ProjectFiles {
  return new Loader(manifest, disk).load();
}

/** What a dependency's environment says of its own canisters, by their keys. */
interface Overrides {
  readonly settings: Map<string, ManifestSettings>;
  readonly initArgs: Map<string, ArgumentSource>;
  readonly upgradeArgs: Map<string, ArgumentSource>;
}

interface Member {
  readonly prefix: string;
  readonly environments: ReadonlySet<string>;
  readonly names: readonly string[];
}

class Loader {
  readonly #root: string;
  readonly #refusals: ManifestRefusal[] = [];
  /** Those of them that only the whole of the project shows. */
  readonly #found = new Set<ManifestRefusal>();
  readonly #files = new Set<string>();
  readonly #canisters = new Map<string, IcpCanister>();
  readonly #members = new Map<string, Member>();
  /** By name of the environment. */
  readonly #overrides = new Map<string, Overrides>();
  #realRoot = '';
  /** Files that are no YAML. */
  readonly #garbled = new Set<string>();
  #patterns = false;
  #unread = false;

  constructor(
    readonly manifest: string,
    readonly disk: ProjectDisk,
  ) {
    this.#root = path.dirname(manifest);
  }

  load(): ProjectFiles {
    const content = this.#project(this.manifest) ?? EMPTY_PROJECT;
    this.#realRoot = this.#real(this.#root);
    for (const canister of this.#canistersOf(content, this.#root)) {
      this.#add({ ...canister, key: canister.name });
    }
    const own = [...this.#canisters.keys()];
    this.#dependencies(content.dependencies, this.#root, own, []);
    this.#checkControllers();
    const networks = this.#networks(content);
    const environments = this.#environments(content, networks, own);
    return {
      canisters: [...this.#canisters.values()],
      networks,
      environments,
      refusals: this.#refusals.filter((refusal) => !this.#followsFromSyntax(refusal)),
      unread: this.#unread,
      files: [...this.#files],
      patterns: this.#patterns,
    };
  }

  #project(file: string): ProjectManifest | undefined {
    return this.#read(file, (tree) => readProjectManifest(tree, file, path.dirname(file)), EMPTY_PROJECT);
  }

  #read<T>(file: string, parse: (tree: YamlTree) => FileReading<T>, broken: T): T | undefined {
    this.#files.add(file);
    const reading = this.disk.read(file, parse, broken);
    if (reading === undefined || reading === 'missing') {
      return undefined;
    }
    if (reading.unread) {
      this.#garbled.add(file);
      this.#unread ||= path.basename(file) !== CANISTER_MANIFEST;
    }
    this.#refusals.push(...reading.refusals);
    return reading.content;
  }

  /** Names and files may be other ones than a text says that is no YAML, and names may stand where it could not be read. */
  #followsFromSyntax(refusal: ManifestRefusal): boolean {
    return (
      this.#found.has(refusal) && (this.#garbled.has(refusal.file) || (this.#garbled.size > 0 && isLookUp(refusal)))
    );
  }

  /** The canisters that a manifest names, each with files that its definition needs looked for. */
  #canistersOf(content: ProjectManifest, root: string): CanisterManifest[] {
    const found: CanisterManifest[] = [];
    for (const item of content.canisters) {
      if (!isPathItem(item)) {
        found.push(item);
        continue;
      }
      for (const folder of this.#canisterFolders(item, root)) {
        const file = path.join(folder, CANISTER_MANIFEST);
        const canister = this.#read(file, (tree) => readCanisterManifest(tree, file, folder), undefined);
        if (canister !== undefined) {
          found.push(canister);
        }
      }
    }
    for (const canister of found) {
      this.#checkFiles(canister);
    }
    return found;
  }

  #canisterFolders(item: PathItem, root: string): string[] {
    if (!isPattern(item.path)) {
      const folder = path.resolve(root, item.path);
      this.#files.add(path.join(folder, CANISTER_MANIFEST));
      if (this.disk.isFile(path.join(folder, CANISTER_MANIFEST)) !== false) {
        return [folder];
      }
      this.#refuse('missing-canister', item.place, msg('There is no {0} in {1}.', CANISTER_MANIFEST, item.path));
      return [];
    }
    this.#patterns = true;
    const folders = this.disk.folders(root, item.path);
    if (folders === null) {
      this.#refuse('invalid-pattern', item.place, msg('The pattern "{0}" is not valid.', item.path));
      return [];
    }
    return (folders ?? []).filter((folder) => this.disk.isFile(path.join(folder, CANISTER_MANIFEST)) === true);
  }

  /** Files without which icp does not load the project. */
  #checkFiles(canister: CanisterManifest): void {
    this.#checkRecipe(canister);
    this.#checkSettings(canister.settings, canister.folder);
    this.#checkArgument(canister.initArgs, canister.folder);
    this.#checkArgument(canister.upgradeArgs, canister.folder);
  }

  #checkRecipe({ recipe }: CanisterManifest): void {
    if (!recipe?.type.startsWith('file://')) {
      return;
    }
    // Relative to where icp is started, which for us is the root.
    this.#checkFile(path.resolve(this.#root, recipe.type.slice('file://'.length)), recipe.place);
  }

  #checkSettings(settings: ManifestSettings, folder: string): void {
    for (const { path: file, place } of settings.environmentVariables?.values() ?? []) {
      if (file !== undefined) {
        this.#checkFile(path.resolve(folder, file), place);
      }
    }
  }

  #checkArgument(argument: ArgumentSource | undefined, folder: string): void {
    if (argument?.path !== undefined) {
      this.#checkFile(path.resolve(folder, argument.path), argument.place);
    }
  }

  #checkFile(file: string, place: Place): void {
    this.#files.add(file);
    if (this.disk.isFile(file) === false) {
      this.#refuse('missing-file', place, msg('{0} does not exist.', file));
    }
  }

  #add(canister: IcpCanister): void {
    if (this.#canisters.has(canister.key)) {
      this.#refuse('duplicate-name', canister.place, msg('There are two canisters with the name "{0}".', canister.key));
      return;
    }
    this.#canisters.set(canister.key, canister);
  }

  /** @param chain real folders of the projects on the way here, for cycles */
  #dependencies(
    dependencies: readonly DependencyManifest[],
    root: string,
    own: readonly string[],
    chain: readonly string[],
  ): void {
    const seen = new Set<string>();
    for (const dependency of dependencies) {
      if (!isValidName(dependency.name)) {
        const message = msg(
          'The name "{0}" is not valid: only ASCII letters, digits, "_" and "-" are allowed.',
          dependency.name,
        );
        this.#refuse('invalid-name', dependency.place, message);
      } else if (own.includes(dependency.name)) {
        this.#refuse(
          'duplicate-name',
          dependency.place,
          msg('There is a canister with the name "{0}" too.', dependency.name),
        );
      } else if (seen.has(dependency.name)) {
        this.#refuse(
          'duplicate-name',
          dependency.place,
          msg('There are two dependencies with the name "{0}".', dependency.name),
        );
      }
      seen.add(dependency.name);
    }
    for (const dependency of dependencies) {
      const member = this.#member(dependency, root, chain);
      if (member === undefined) {
        continue;
      }
      for (const exposed of dependency.canisters ?? []) {
        if (!member.names.includes(exposed.name)) {
          this.#refuse('unknown-canister', exposed.place, msg('The dependency has no canister "{0}".', exposed.name));
        }
      }
    }
  }

  #member(dependency: DependencyManifest, root: string, chain: readonly string[]): Member | undefined {
    const folder = path.resolve(root, dependency.path);
    const file = path.join(folder, PROJECT_MANIFEST);
    this.#files.add(file);
    if (this.disk.isFile(file) === false) {
      this.#refuse(
        'missing-dependency',
        dependency.place,
        msg('There is no {0} in {1}.', PROJECT_MANIFEST, dependency.path),
      );
      return undefined;
    }
    const realFolder = this.#real(folder);
    if (chain.includes(realFolder)) {
      this.#refuse('circular-dependency', dependency.place, msg('The dependencies form a ring.'));
      return undefined;
    }
    const known = this.#members.get(realFolder);
    if (known !== undefined) {
      return known;
    }
    const content = this.#project(file);
    if (content === undefined) {
      return undefined;
    }
    const prefix = path.relative(this.#realRoot, realFolder).replaceAll('\\', '/');
    const canisters = this.#canistersOf(content, folder);
    const keys = new Map(canisters.map(({ name }) => [name, `${prefix}:${name}`]));
    for (const canister of canisters) {
      const key = keys.get(canister.name)!;
      this.#add({ ...canister, key, member: prefix, settings: withKeys(canister.settings, keys) });
    }
    const environments = this.#environmentManifests(content, folder);
    for (const environment of environments) {
      this.#override(environment, keys);
    }
    const member: Member = {
      prefix,
      environments: new Set(environments.map(({ name }) => name)),
      names: canisters.map(({ name }) => name),
    };
    this.#dependencies(content.dependencies, folder, member.names, [...chain, realFolder]);
    this.#members.set(realFolder, member);
    return member;
  }

  #override(environment: EnvironmentManifest, keys: ReadonlyMap<string, string>): void {
    const overrides = this.#overrides.get(environment.name) ?? {
      settings: new Map(),
      initArgs: new Map(),
      upgradeArgs: new Map(),
    };
    this.#overrides.set(environment.name, overrides);
    for (const [name, key] of keys) {
      const settings = environment.settings.get(name);
      if (settings !== undefined) {
        overrides.settings.set(key, withKeys(settings, keys));
      }
      for (const kind of ['initArgs', 'upgradeArgs'] as const) {
        const argument = environment[kind].get(name);
        if (argument !== undefined) {
          overrides[kind].set(key, argument);
        }
      }
    }
  }

  #checkControllers(): void {
    for (const { settings } of this.#canisters.values()) {
      for (const { name, place } of settings.controllers ?? []) {
        if (!isPrincipal(name) && !this.#canisters.has(name)) {
          this.#refuse(
            'unknown-controller',
            place,
            msg('"{0}" is neither a canister of this project nor a principal.', name),
          );
        }
      }
    }
  }

  #networks(content: ProjectManifest): Map<string, IcpNetworkDefinition> {
    const networks = new Map<string, IcpNetworkDefinition>();
    for (const item of content.networks) {
      const network = isPathItem(item) ? this.#named(item, readNetworkManifest) : item;
      if (network === undefined) {
        continue;
      }
      if (network.name === IC) {
        this.#refuse(
          'reserved-network',
          network.place,
          msg('"{0}" is the name of the mainnet, which is always there.', IC),
        );
      } else if (networks.has(network.name)) {
        this.#refuse('duplicate-name', network.place, msg('There are two networks with the name "{0}".', network.name));
      } else {
        networks.set(network.name, network);
      }
    }
    networks.set(IC, {
      name: IC,
      configuration: {
        mode: 'connected',
        apiUrl: 'https://icp-api.io',
        gatewayUrl: 'https://icp.net',
        rootKey: 'mainnet',
      },
    });
    if (!networks.has(LOCAL)) {
      networks.set(LOCAL, {
        name: LOCAL,
        configuration: { mode: 'managed', form: 'launcher', bind: DEFAULT_BIND, port: DEFAULT_PORT, domains: [] },
      });
    }
    return networks;
  }

  /** A network or environment in a file of its own. */
  #named<T>(
    item: PathItem,
    parse: (tree: YamlTree, file: string) => FileReading<T | undefined>,
    root = this.#root,
  ): T | undefined {
    const file = path.resolve(root, item.path);
    this.#files.add(file);
    if (this.disk.isFile(file) === false) {
      this.#refuse('missing-file', item.place, msg('{0} does not exist.', file));
      return undefined;
    }
    return this.#read(file, (tree) => parse(tree, file), undefined);
  }

  #environmentManifests(content: ProjectManifest, root: string): EnvironmentManifest[] {
    const found: EnvironmentManifest[] = [];
    for (const item of content.environments) {
      const environment = isPathItem(item) ? this.#named(item, readEnvironmentManifest, root) : item;
      if (environment !== undefined) {
        found.push(environment);
      }
    }
    return found;
  }

  #environments(
    content: ProjectManifest,
    networks: ReadonlyMap<string, IcpNetworkDefinition>,
    own: readonly string[],
  ): Map<string, IcpEnvironment> {
    const environments = new Map<string, IcpEnvironment>();
    for (const environment of this.#environmentManifests(content, this.#root)) {
      if (environments.has(environment.name)) {
        this.#refuse(
          'duplicate-name',
          environment.place,
          msg('There are two environments with the name "{0}".', environment.name),
        );
        continue;
      }
      if (!networks.has(environment.network.name)) {
        this.#refuse(
          'unknown-network',
          environment.network.place,
          msg('There is no network named "{0}".', environment.network.name),
        );
      }
      for (const { name, place } of environment.canisters ?? []) {
        if (!own.includes(name)) {
          this.#refuse('unknown-canister', place, msg('There is no canister named "{0}" in this project.', name));
        }
      }
      const resolved = this.#environment(environment.name, environment, environment.place);
      environments.set(environment.name, resolved);
      this.#checkOverrides(environment, resolved);
    }
    for (const name of [LOCAL, IC]) {
      if (!environments.has(name)) {
        environments.set(name, this.#environment(name, undefined, undefined));
      }
    }
    return environments;
  }

  #environment(name: string, own: EnvironmentManifest | undefined, place: Place | undefined): IcpEnvironment {
    const members = this.#overrides.get(name);
    // Dependencies are deployed in full whatever is selected.
    const selected = own?.canisters
      ?.map((canister) => canister.name)
      .filter((key) => this.#canisters.has(key))
      .concat([...this.#canisters.values()].filter(({ member }) => member !== undefined).map(({ key }) => key));
    return {
      name,
      place,
      network: own?.network.name ?? name,
      canisters: new Set(selected ?? this.#canisters.keys()),
      settings: new Map([...(members?.settings ?? []), ...(own?.settings ?? [])]),
      initArgs: new Map([...(members?.initArgs ?? []), ...(own?.initArgs ?? [])]),
      upgradeArgs: new Map([...(members?.upgradeArgs ?? []), ...(own?.upgradeArgs ?? [])]),
      missingIn:
        name === LOCAL || name === IC
          ? []
          : [...this.#members.values()]
              .filter(({ environments }) => !environments.has(name))
              .map(({ prefix }) => prefix),
    };
  }

  /** Files that settings and arguments of an environment name, for the canisters that are in it. */
  #checkOverrides(environment: EnvironmentManifest, { canisters }: IcpEnvironment): void {
    const folderOf = (key: string): string | undefined =>
      canisters.has(key) ? this.#canisters.get(key)?.folder : undefined;
    for (const [key, settings] of environment.settings) {
      const folder = folderOf(key);
      if (folder !== undefined) {
        this.#checkSettings(settings, folder);
      }
    }
    for (const [key, argument] of [...environment.initArgs, ...environment.upgradeArgs]) {
      const folder = folderOf(key);
      if (folder !== undefined) {
        this.#checkArgument(argument, folder);
      }
    }
  }

  #real(folder: string): string {
    return this.disk.real(folder) ?? folder;
  }

  #refuse(code: RefusalCode, place: Place, message: Message): void {
    const refusal = { code, ...place, message };
    this.#refusals.push(refusal);
    this.#found.add(refusal);
  }
}

/** A name was looked up, and nothing has it. */
export function isLookUp({ code }: ManifestRefusal): boolean {
  return code === 'unknown-canister' || code === 'unknown-network' || code === 'unknown-controller';
}

/** Settings with the keys of a dependency's canisters in place of their names. */
function withKeys(settings: ManifestSettings, keys: ReadonlyMap<string, string>): ManifestSettings {
  const controllers = settings.controllers?.map((each): Named => ({ ...each, name: keys.get(each.name) ?? each.name }));
  return { ...settings, controllers };
}

/** Where a canister's name is in a text of the file that defines it. */
export function nameIn(text: string, file: string, name: string): TextRange | undefined {
  const folder = path.dirname(file);
  const tree = parseYaml(text);
  if (path.basename(file) === CANISTER_MANIFEST) {
    const { content } = readCanisterManifest(tree, file, folder);
    return content?.name === name ? content.place.range : undefined;
  }
  const { canisters } = readProjectManifest(tree, file, folder).content;
  return canisters.find((canister) => !isPathItem(canister) && canister.name === name)?.place.range;
}
