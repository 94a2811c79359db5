/** Puts a project together from icp.yaml and the files it names, as icp's loader does. */
import { realpath } from 'node:fs/promises';
import path from 'node:path';
import type { TextRange } from '../../document/tree';
import { isFile, readStrictText } from '../../project/files';
import type { Place, ProjectProblem } from '../../project/model';
import { conflictIn } from '../../project/strict-files';
import { type Message, msg } from '../../util/message';
import { isPrincipal } from '../../util/principal';
import { isPattern, matchFolders } from './globs';
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
  type ManifestSettings,
  type Named,
  type NetworkManifest,
  type PathItem,
  PROJECT_MANIFEST,
  type ProjectManifest,
} from './manifest';
import {
  type FileReading,
  isValidName,
  readCanisterManifest,
  readEnvironmentManifest,
  readNetworkManifest,
  readProjectManifest,
} from './manifest-reader';

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
  readonly refusals: readonly ProjectProblem[];
  /** A manifest that defines networks and environments cannot be read: which of them are meant is not known. */
  readonly unread: boolean;
  /** Every file that was read or looked for, absolute. */
  readonly files: readonly string[];
  /** Folders whose subfolders decide what a pattern stands for. */
  readonly patterns: boolean;
}

/** Files as they were read last, so that what did not change is not parsed again. */
export class FileCache {
  readonly #entries = new Map<string, { readonly text: string; readonly reading: FileReading<unknown> }>();

  /** @returns undefined where there is no such file */
  async read<T>(file: string, parse: (text: string) => FileReading<T>, broken: T): Promise<FileReading<T> | undefined> {
    const content = await readStrictText(file);
    if (content.state === 'missing') {
      this.#entries.delete(file);
      return undefined;
    }
    if (content.state === 'failed') {
      this.#entries.delete(file);
      return { content: broken, refusals: [{ file, message: content.message, range: content.range }], unread: true };
    }
    const known = this.#entries.get(file);
    if (known?.text === content.text) {
      return known.reading as FileReading<T>;
    }
    const parsed = parse(content.text);
    const conflict = conflictIn(file, content.text);
    const reading = conflict ? { content: parsed.content, refusals: [conflict], unread: true } : parsed;
    this.#entries.set(file, { text: content.text, reading });
    return reading;
  }
}

const NO_PROJECT: ProjectManifest = { canisters: [], networks: [], environments: [], dependencies: [] };

/** @param manifest absolute path of icp.yaml */
export async function loadProjectFiles(manifest: string, cache: FileCache): Promise<ProjectFiles> {
  return new Loader(manifest, cache).load();
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
  readonly #refusals: ProjectProblem[] = [];
  readonly #files = new Set<string>();
  readonly #canisters = new Map<string, IcpCanister>();
  readonly #members = new Map<string, Member>();
  /** By name of the environment. */
  readonly #overrides = new Map<string, Overrides>();
  #realRoot = '';
  #patterns = false;
  #unread = false;

  constructor(
    readonly manifest: string,
    readonly cache: FileCache,
  ) {
    this.#root = path.dirname(manifest);
  }

  async load(): Promise<ProjectFiles> {
    const content = (await this.#project(this.manifest)) ?? NO_PROJECT;
    this.#realRoot = await real(this.#root);
    for (const canister of await this.#canistersOf(content, this.#root)) {
      this.#add({ ...canister, key: canister.name });
    }
    const own = [...this.#canisters.keys()];
    await this.#dependencies(content.dependencies, this.#root, own, []);
    this.#checkControllers();
    const networks = await this.#networks(content);
    const environments = await this.#environments(content, networks, own);
    return {
      canisters: [...this.#canisters.values()],
      networks,
      environments,
      refusals: this.#refusals,
      unread: this.#unread,
      files: [...this.#files],
      patterns: this.#patterns,
    };
  }

  async #project(file: string): Promise<ProjectManifest | undefined> {
    return this.#read(file, (text) => readProjectManifest(text, file, path.dirname(file)), NO_PROJECT);
  }

  async #read<T>(file: string, parse: (text: string) => FileReading<T>, broken: T): Promise<T | undefined> {
    this.#files.add(file);
    const reading = await this.cache.read(file, parse, broken);
    this.#unread ||= reading?.unread === true && path.basename(file) !== CANISTER_MANIFEST;
    this.#refusals.push(...(reading?.refusals ?? []));
    return reading?.content;
  }

  /** The canisters that a manifest names, each with files that its definition needs looked for. */
  async #canistersOf(content: ProjectManifest, root: string): Promise<CanisterManifest[]> {
    const found: CanisterManifest[] = [];
    for (const item of content.canisters) {
      if (!isPathItem(item)) {
        found.push(item);
        continue;
      }
      for (const folder of await this.#canisterFolders(item, root)) {
        const file = path.join(folder, CANISTER_MANIFEST);
        const canister = await this.#read(file, (text) => readCanisterManifest(text, file, folder), undefined);
        if (canister !== undefined) {
          found.push(canister);
        }
      }
    }
    await Promise.all(found.map((canister) => this.#checkFiles(canister)));
    return found;
  }

  async #canisterFolders(item: PathItem, root: string): Promise<string[]> {
    if (!isPattern(item.path)) {
      const folder = path.resolve(root, item.path);
      this.#files.add(path.join(folder, CANISTER_MANIFEST));
      if (await isFile(path.join(folder, CANISTER_MANIFEST))) {
        return [folder];
      }
      this.#refuse(item.place, msg('There is no {0} in {1}.', CANISTER_MANIFEST, item.path));
      return [];
    }
    this.#patterns = true;
    const folders = await matchFolders(root, item.path);
    if (folders === undefined) {
      this.#refuse(item.place, msg('The pattern "{0}" is not valid.', item.path));
      return [];
    }
    const manifests = await Promise.all(folders.map((folder) => isFile(path.join(folder, CANISTER_MANIFEST))));
    return folders.filter((_, index) => manifests[index]);
  }

  /** Files without which icp does not load the project. */
  async #checkFiles(canister: CanisterManifest): Promise<void> {
    await Promise.all([
      this.#checkRecipe(canister),
      this.#checkSettings(canister.settings, canister.folder),
      this.#checkArgument(canister.initArgs, canister.folder),
      this.#checkArgument(canister.upgradeArgs, canister.folder),
    ]);
  }

  async #checkRecipe({ recipe }: CanisterManifest): Promise<void> {
    if (!recipe?.type.startsWith('file://')) {
      return;
    }
    // Relative to where icp is started, which for us is the root.
    await this.#checkFile(path.resolve(this.#root, recipe.type.slice('file://'.length)), recipe.place);
  }

  async #checkSettings(settings: ManifestSettings, folder: string): Promise<void> {
    for (const { path: file, place } of settings.environmentVariables?.values() ?? []) {
      if (file !== undefined) {
        await this.#checkFile(path.resolve(folder, file), place);
      }
    }
  }

  async #checkArgument(argument: ArgumentSource | undefined, folder: string): Promise<void> {
    if (argument?.path !== undefined) {
      await this.#checkFile(path.resolve(folder, argument.path), argument.place);
    }
  }

  async #checkFile(file: string, place: Place): Promise<void> {
    this.#files.add(file);
    if (!(await isFile(file))) {
      this.#refuse(place, msg('{0} does not exist.', file));
    }
  }

  #add(canister: IcpCanister): void {
    if (this.#canisters.has(canister.key)) {
      this.#refuse(canister.place, msg('There are two canisters with the name "{0}".', canister.key));
      return;
    }
    this.#canisters.set(canister.key, canister);
  }

  /** @param chain real folders of the projects on the way here, for cycles */
  async #dependencies(
    dependencies: readonly DependencyManifest[],
    root: string,
    own: readonly string[],
    chain: readonly string[],
  ): Promise<void> {
    const seen = new Set<string>();
    for (const dependency of dependencies) {
      if (!isValidName(dependency.name)) {
        const message = msg(
          'The name "{0}" is not valid: only ASCII letters, digits, "_" and "-" are allowed.',
          dependency.name,
        );
        this.#refuse(dependency.place, message);
      } else if (own.includes(dependency.name)) {
        this.#refuse(dependency.place, msg('There is a canister with the name "{0}" too.', dependency.name));
      } else if (seen.has(dependency.name)) {
        this.#refuse(dependency.place, msg('There are two dependencies with the name "{0}".', dependency.name));
      }
      seen.add(dependency.name);
    }
    for (const dependency of dependencies) {
      const member = await this.#member(dependency, root, chain);
      if (member === undefined) {
        continue;
      }
      for (const exposed of dependency.canisters ?? []) {
        if (!member.names.includes(exposed.name)) {
          this.#refuse(exposed.place, msg('The dependency has no canister "{0}".', exposed.name));
        }
      }
    }
  }

  async #member(dependency: DependencyManifest, root: string, chain: readonly string[]): Promise<Member | undefined> {
    const folder = path.resolve(root, dependency.path);
    const file = path.join(folder, PROJECT_MANIFEST);
    this.#files.add(file);
    if (!(await isFile(file))) {
      this.#refuse(dependency.place, msg('There is no {0} in {1}.', PROJECT_MANIFEST, dependency.path));
      return undefined;
    }
    const realFolder = await real(folder);
    if (chain.includes(realFolder)) {
      this.#refuse(dependency.place, msg('The dependencies form a ring.'));
      return undefined;
    }
    const known = this.#members.get(realFolder);
    if (known !== undefined) {
      return known;
    }
    const content = await this.#project(file);
    if (content === undefined) {
      return undefined;
    }
    const prefix = path.relative(this.#realRoot, realFolder).replaceAll('\\', '/');
    const canisters = await this.#canistersOf(content, folder);
    const keys = new Map(canisters.map(({ name }) => [name, `${prefix}:${name}`]));
    for (const canister of canisters) {
      const key = keys.get(canister.name)!;
      this.#add({ ...canister, key, member: prefix, settings: withKeys(canister.settings, keys) });
    }
    const environments = await this.#environmentManifests(content, folder);
    for (const environment of environments) {
      this.#override(environment, keys);
    }
    const member: Member = {
      prefix,
      environments: new Set(environments.map(({ name }) => name)),
      names: canisters.map(({ name }) => name),
    };
    await this.#dependencies(content.dependencies, folder, member.names, [...chain, realFolder]);
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
          this.#refuse(place, msg('"{0}" is neither a canister of this project nor a principal.', name));
        }
      }
    }
  }

  async #networks(content: ProjectManifest): Promise<Map<string, IcpNetworkDefinition>> {
    const networks = new Map<string, IcpNetworkDefinition>();
    for (const item of content.networks) {
      const network = isPathItem(item) ? await this.#named(item, readNetworkManifest) : item;
      if (network === undefined) {
        continue;
      }
      if (network.name === IC) {
        this.#refuse(network.place, msg('"{0}" is the name of the mainnet, which is always there.', IC));
      } else if (networks.has(network.name)) {
        this.#refuse(network.place, msg('There are two networks with the name "{0}".', network.name));
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
  async #named<T>(
    item: PathItem,
    parse: (text: string, file: string) => FileReading<T | undefined>,
    root = this.#root,
  ): Promise<T | undefined> {
    const file = path.resolve(root, item.path);
    this.#files.add(file);
    if (!(await isFile(file))) {
      this.#refuse(item.place, msg('{0} does not exist.', file));
      return undefined;
    }
    return this.#read(file, (text) => parse(text, file), undefined);
  }

  async #environmentManifests(content: ProjectManifest, root: string): Promise<EnvironmentManifest[]> {
    const found: EnvironmentManifest[] = [];
    for (const item of content.environments) {
      const environment = isPathItem(item) ? await this.#named(item, readEnvironmentManifest, root) : item;
      if (environment !== undefined) {
        found.push(environment);
      }
    }
    return found;
  }

  async #environments(
    content: ProjectManifest,
    networks: ReadonlyMap<string, IcpNetworkDefinition>,
    own: readonly string[],
  ): Promise<Map<string, IcpEnvironment>> {
    const environments = new Map<string, IcpEnvironment>();
    for (const environment of await this.#environmentManifests(content, this.#root)) {
      if (environments.has(environment.name)) {
        this.#refuse(environment.place, msg('There are two environments with the name "{0}".', environment.name));
        continue;
      }
      if (!networks.has(environment.network.name)) {
        this.#refuse(environment.network.place, msg('There is no network named "{0}".', environment.network.name));
      }
      for (const { name, place } of environment.canisters ?? []) {
        if (!own.includes(name)) {
          this.#refuse(place, msg('There is no canister named "{0}" in this project.', name));
        }
      }
      const resolved = this.#environment(environment.name, environment, environment.place);
      environments.set(environment.name, resolved);
      await this.#checkOverrides(environment, resolved);
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
  async #checkOverrides(environment: EnvironmentManifest, { canisters }: IcpEnvironment): Promise<void> {
    const folderOf = (key: string): string | undefined =>
      canisters.has(key) ? this.#canisters.get(key)?.folder : undefined;
    for (const [key, settings] of environment.settings) {
      const folder = folderOf(key);
      if (folder !== undefined) {
        await this.#checkSettings(settings, folder);
      }
    }
    for (const [key, argument] of [...environment.initArgs, ...environment.upgradeArgs]) {
      const folder = folderOf(key);
      if (folder !== undefined) {
        await this.#checkArgument(argument, folder);
      }
    }
  }

  #refuse(place: Place, message: Message): void {
    this.#refusals.push({ ...place, message });
  }
}

/** Settings with the keys of a dependency's canisters in place of their names. */
function withKeys(settings: ManifestSettings, keys: ReadonlyMap<string, string>): ManifestSettings {
  const controllers = settings.controllers?.map((each): Named => ({ ...each, name: keys.get(each.name) ?? each.name }));
  return { ...settings, controllers };
}

async function real(folder: string): Promise<string> {
  try {
    return await realpath(folder);
  } catch {
    return folder;
  }
}

/** Where a canister's name is in a text of the file that defines it. */
export function nameIn(text: string, file: string, name: string): TextRange | undefined {
  const folder = path.dirname(file);
  if (path.basename(file) === CANISTER_MANIFEST) {
    const { content } = readCanisterManifest(text, file, folder);
    return content?.name === name ? content.place.range : undefined;
  }
  const { canisters } = readProjectManifest(text, file, folder).content;
  return canisters.find((canister) => !isPathItem(canister) && canister.name === name)?.place.range;
}
