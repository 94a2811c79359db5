import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { TextRange } from '../../document/tree';
import { isIgnoredByGit } from '../../project/discover';
import type {
  BuildInputs,
  CanisterDefinition,
  CanisterId,
  CanisterPaths,
  NetworkProcess,
  ProjectProblem,
  ProxyCanister,
  Refusal,
  Target,
  TargetIds,
  WatchPattern,
} from '../../project/model';
import { StrictFiles } from '../../project/strict-files';
import { Failure } from '../../util/failure';
import { msg } from '../../util/message';
import { isPrincipal } from '../../util/principal';
import { type Engine, type EngineProject, type ManagedNetwork, refusalFailure } from '../engine';
import { pathsOf, sourcesOf } from './artifacts';
import { idFileOf, readIds } from './canister-ids';
import { effectiveArgument, effectiveSettings } from './effective';
import { identityRefusal } from './identities';
import type { IcpLocations } from './locations';
import { type ArgumentSource, LOCAL, type ManifestSettings } from './manifest';
import { isRunning, readDescriptor } from './network-state';
import { type IcpNetwork, networkNamed } from './networks';
import type * as Reader from './project-files';
import type { FileCache, IcpCanister, ProjectFiles } from './project-files';

/** Reads the manifests. It is loaded with the first project: the library for YAML is large. */
export type LoadReader = () => typeof Reader;

const NOTHING: ProjectFiles = {
  canisters: [],
  networks: new Map(),
  environments: new Map(),
  refusals: [],
  unread: false,
  files: [],
  patterns: false,
};
const ID_FILE = '.ids.json';

/** For icp, a target is an environment. */
export type IcpTarget = Target & { readonly network?: IcpNetwork };

/** A folder with an icp.yaml, and what that and the files it names say. */
export class IcpProject implements EngineProject {
  readonly engine: Engine;
  readonly manifest: string;
  readonly root: string;
  readonly #locations: IcpLocations;
  readonly #reader: LoadReader;
  readonly #strict = new StrictFiles();
  #cache: FileCache | undefined;
  #files: ProjectFiles = NOTHING;
  /** What icp would have loaded last. */
  #good: ProjectFiles | undefined;
  #canisters: readonly CanisterDefinition[] = [];
  #problems: readonly ProjectProblem[] = [];
  #byKey: ReadonlyMap<string, { readonly definition: CanisterDefinition; readonly canister: IcpCanister }> = new Map();

  constructor(engine: Engine, locations: IcpLocations, reader: LoadReader, manifest: string) {
    this.engine = engine;
    this.#reader = reader;
    this.#locations = locations;
    this.manifest = manifest;
    this.root = path.dirname(manifest);
  }

  get canisters(): readonly CanisterDefinition[] {
    return this.#canisters;
  }

  get problems(): readonly ProjectProblem[] {
    return this.#problems;
  }

  canister(key: string): CanisterDefinition | undefined {
    return this.#byKey.get(key)?.definition;
  }

  nameIn(text: string, key: string): TextRange | undefined {
    const canister = this.#byKey.get(key)?.canister;
    return canister && this.#reader().nameIn(text, canister.place.file, canister.name);
  }

  async load(): Promise<void> {
    const reader = this.#reader();
    this.#cache ??= new reader.FileCache();
    const read = await reader.loadProjectFiles(this.manifest, this.#cache);
    const refused = read.refusals.length > 0;
    if (!refused) {
      this.#good = read;
    }
    const files = refused ? asLastRead(this.#good, read) : read;
    const before = this.#byKey;
    this.#files = files;
    this.#byKey = new Map(
      files.canisters.map((canister) => {
        const made = definitionOf(canister);
        const old = before.get(canister.key)?.definition;
        return [canister.key, { definition: old && isSame(old, made) ? old : made, canister }];
      }),
    );
    this.#canisters = [...this.#byKey.values()].map(({ definition }) => definition);
    this.#problems = files.refusals;
  }

  async targets(): Promise<Target[]> {
    // The one that is used where none is named comes first, as `local` does among dfx's networks.
    const names = [...this.#files.environments.keys()].sort((a, b) => Number(b === LOCAL) - Number(a === LOCAL));
    return Promise.all(names.map((name) => this.target(name)));
  }

  async target(name: string): Promise<IcpTarget> {
    if (this.#files.unread) {
      const file = path.basename(this.#files.refusals[0]?.file ?? this.manifest);
      const problem = msg('It is not known which network the environment {0} is on: {1} cannot be read.', name, file);
      return { name, environment: true, problem };
    }
    const environment = this.#files.environments.get(name);
    if (environment === undefined) {
      return { name, environment: true, problem: msg('There is no environment named "{0}".', name) };
    }
    const network = await networkNamed(this.root, this.#files, environment.network);
    if (network === undefined) {
      return { name, environment: true, problem: msg('There is no network named "{0}".', environment.network) };
    }
    const missing = environment.missingIn[0];
    const problem =
      missing === undefined
        ? network.problem
        : msg('The dependency {0} does not define the environment "{1}".', missing, name);
    return { name, environment: true, network, canisters: environment.canisters, problem };
  }

  async ids({ name, network }: IcpTarget): Promise<TargetIds> {
    if (network === undefined) {
      return { byName: new Map(), problems: [] };
    }
    const file = idFileOf(this.root, name, network.managed);
    if (file === undefined) {
      const message = msg('The name of environment "{0}" leads outside of its folder.', name);
      return { byName: new Map(), problems: [{ file: this.manifest, message }] };
    }
    const { good, refused, problems } = await readIds(file, this.#strict);
    const byName = good ?? new Map<string, CanisterId>();
    if (!network.managed && byName.size > 0 && (await isIgnoredByGit(file))) {
      const message = msg('git ignores the ids of {0}: nobody else gets them, and they go with this folder.', name);
      return { byName, refused, problems: [...problems, { file, message }] };
    }
    return { byName, refused, problems };
  }

  async idsByTarget(now: number): Promise<ReadonlyMap<string, ReadonlyMap<string, CanisterId>>> {
    const all = new Map<string, Map<string, CanisterId>>();
    const add = (target: string, ids: ReadonlyMap<string, CanisterId>): void => {
      for (const [canister, id] of ids) {
        all.set(canister, (all.get(canister) ?? new Map<string, CanisterId>()).set(target, id));
      }
    };
    for (const target of await this.targets()) {
      add(target.name, (await this.ids(target as IcpTarget)).byName);
    }
    // Ids that last, of environments that the manifest does not know any more.
    for (const name of await this.#storedEnvironments()) {
      if (!this.#files.environments.has(name)) {
        add(name, (await readIds(idFileOf(this.root, name, false)!, this.#strict)).good ?? new Map());
      }
    }
    void now;
    return all;
  }

  async #storedEnvironments(): Promise<string[]> {
    try {
      const names = await readdir(path.join(this.root, '.icp', 'data', 'mappings'));
      return names.filter((name) => name.endsWith(ID_FILE)).map((name) => name.slice(0, -ID_FILE.length));
    } catch {
      // No ids yet.
      return [];
    }
  }

  async refusals(target: IcpTarget): Promise<Refusal[]> {
    const { refused } = await this.ids(target);
    const identities = await identityRefusal(this.#locations, this.#strict);
    return [...this.#files.refusals, refused, identities].flatMap((problem) =>
      problem ? { ...problem, tool: this.engine.name } : [],
    );
  }

  async paths(key: string): Promise<CanisterPaths | undefined> {
    const canister = this.#byKey.get(key)?.canister;
    return canister && (await pathsOf(this.root, canister));
  }

  async buildInputs(key: string): Promise<BuildInputs | undefined> {
    const canister = this.#byKey.get(key)?.canister;
    const refused = this.#files.refusals.length > 0;
    const sources = canister && !refused ? await sourcesOf(this.root, canister) : undefined;
    return canister && sources && { ...sources, interfaces: [], definition: canister.written };
  }

  /** The folder that a canister's paths are relative to and its scripts run in. */
  folderOf(key: string): string | undefined {
    return this.#byKey.get(key)?.canister.folder;
  }

  /** The settings that hold for a canister in an environment. */
  settings(
    key: string,
    environment: string,
  ): { readonly settings: ManifestSettings; readonly folder: string } | undefined {
    const canister = this.#byKey.get(key)?.canister;
    const target = this.#files.environments.get(environment);
    return canister && target && { settings: effectiveSettings(canister, target), folder: canister.folder };
  }

  /** What an installation in an environment passes, if anything. */
  argument(
    key: string,
    environment: string,
    upgrade: boolean,
  ): { readonly source: ArgumentSource; readonly folder: string } | undefined {
    const canister = this.#byKey.get(key)?.canister;
    const target = this.#files.environments.get(environment);
    const source = canister && target && effectiveArgument(canister, target, upgrade);
    return source && { source, folder: canister.folder };
  }

  async proxy(): Promise<ProxyCanister | undefined> {
    return undefined;
  }

  async candidUi({ network }: IcpTarget): Promise<string | undefined> {
    return network?.candidUi !== undefined && isPrincipal(network.candidUi) ? network.candidUi : undefined;
  }

  watch({ network }: IcpTarget): readonly WatchPattern[] {
    const patterns: WatchPattern[] = [
      // VS Code reads no braces inside braces.
      { dir: this.root, pattern: '{icp.yaml,.icp/data/mappings/**/*.ids.json,.icp/cache/mappings/**/*.ids.json}' },
      ...identityPatterns(this.#locations),
    ];
    // Files that icp.yaml names. Patterns of folders may come to stand for more.
    const folders = new Map<string, Set<string>>();
    for (const file of this.#files.files) {
      if (file !== this.manifest) {
        const names = folders.get(path.dirname(file)) ?? new Set();
        folders.set(path.dirname(file), names.add(path.basename(file)));
      }
    }
    if (this.#files.patterns) {
      patterns.push({ dir: this.root, pattern: '**/canister.yaml' });
    }
    for (const [dir, names] of folders) {
      patterns.push({ dir, pattern: oneOf([...names]) });
    }
    if (network?.managed && network.dataDir !== undefined) {
      patterns.push({ dir: network.dataDir, pattern: 'descriptor.json' });
    }
    return patterns;
  }

  async managedNetwork(target = LOCAL): Promise<ManagedNetwork> {
    await this.load();
    const [refusal] = this.#files.refusals;
    if (refusal) {
      throw refusalFailure({ ...refusal, tool: this.engine.name });
    }
    const { network, problem } = await this.target(target);
    if (problem) {
      throw new Failure({ message: problem, next: 'open-icp-yaml' });
    }
    if (!network?.managed || network.dataDir === undefined) {
      throw new Failure({
        message: msg('The environment {0} is on {1}, which icp does not start.', target, network?.url ?? ''),
      });
    }
    return { ...network, dataDir: network.dataDir };
  }

  async networkProcess({ dataDir }: IcpNetwork): Promise<NetworkProcess> {
    const own = dataDir === undefined ? undefined : await readDescriptor(path.join(dataDir, 'descriptor.json'));
    return own === undefined ? {} : { port: own.port, pid: own.pid, alive: await isRunning(own) };
  }
}

/**
 * What is shown while icp would not load the project: what it would have loaded last, with the canisters that have been
 * added since. Where it never would have, what can be read, without networks that may be others than those meant.
 */
function asLastRead(good: ProjectFiles | undefined, read: ProjectFiles): ProjectFiles {
  if (good === undefined) {
    return read.unread ? { ...read, networks: new Map(), environments: new Map() } : read;
  }
  const known = new Set(good.canisters.map(({ key }) => key));
  const added = read.canisters.filter(({ key }) => !known.has(key));
  const environments = new Map(
    [...good.environments].map(([name, environment]) => {
      const here = read.environments.get(name)?.canisters;
      const canisters = new Set([
        ...environment.canisters,
        ...added.map(({ key }) => key).filter((key) => here?.has(key) ?? true),
      ]);
      return [name, { ...environment, canisters }];
    }),
  );
  const { refusals, files, patterns } = read;
  return { ...good, canisters: [...good.canisters, ...added], environments, refusals, files, patterns };
}

/** icp's identities, and which of them it takes where none is named. */
export function identityPatterns({ identityDir }: IcpLocations): WatchPattern[] {
  return [{ dir: identityDir, pattern: '{identity_list.json,identity_defaults.json,keys/*.pem}' }];
}

/** A pattern for these names, which may hold characters that mean something in patterns. */
function oneOf(names: readonly string[]): string {
  const literal = names.map((name) => name.replace(/[*?[\]{},\\]/g, '?'));
  return literal.length === 1 ? literal[0]! : `{${literal.join(',')}}`;
}

/** A recipe's or build's name, in a word: `rust` for `@dfinity/rust@v3.0.0`. */
function typeOf({ recipe, build }: IcpCanister): string {
  if (recipe === undefined) {
    return build.length > 0 && build.every(({ type }) => type === 'pre-built') ? 'pre-built' : 'custom';
  }
  const registry = /^@[^/]+\/(.+)@[^@]*$/.exec(recipe.type);
  return registry?.[1] ?? path.posix.basename(recipe.type).replace(/\.hbs$/, '');
}

function definitionOf(canister: IcpCanister): CanisterDefinition {
  const type = typeOf(canister);
  return {
    name: canister.key,
    place: canister.place,
    type,
    // Builds are independent of each other, and ids come as environment variables.
    dependencies: [],
    pulled: false,
    hasFrontend: type === 'asset-canister' || type === 'static-site' || canister.uploads,
    syncs: canister.syncs || canister.recipe !== undefined,
  };
}

function isSame(a: CanisterDefinition, b: CanisterDefinition): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
