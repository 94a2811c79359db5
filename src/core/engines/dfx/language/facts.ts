import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { JsonDocument } from '../../../document/json-document';
import { propertiesOf } from '../../../document/tree';
import { MAX_TEXT_BYTES, readText } from '../../../project/files';

export type PathKind = 'file' | 'directory' | 'missing';

export interface DirectoryEntry {
  readonly name: string;
  readonly directory: boolean;
}

/** The file system as the analysis sees it; replaced in tests and where files live elsewhere. */
export interface FileHost {
  kind(file: string): Promise<PathKind>;
  /** Empty where the folder cannot be read. */
  list(folder: string): Promise<readonly DirectoryEntry[]>;
  /** Undefined where there is no file that can be read. */
  read(file: string): Promise<string | undefined>;
}

export const nodeFileHost: FileHost = {
  async kind(file) {
    try {
      const facts = await stat(file);
      return facts.isDirectory() ? 'directory' : 'file';
    } catch {
      return 'missing';
    }
  },
  async list(folder) {
    try {
      const entries = await readdir(folder, { withFileTypes: true });
      return entries.map((entry) => ({ name: entry.name, directory: entry.isDirectory() }));
    } catch {
      return [];
    }
  },
  async read(file) {
    const result = await readText(file);
    return result.state === 'text' ? result.text : undefined;
  },
};

/** The canisters that a Motoko program imports. */
export interface MotokoImports {
  readonly canisters: ReadonlySet<string>;
  /** False where a file could not be followed, so that canisters may be missing. */
  readonly complete: boolean;
}

/**
 * What is known about files. Every look-up is immediate; undefined means not known, or not yet: what was asked for
 * is then fetched by the next {@link FactStore.load}.
 */
export interface FileFacts {
  /** A path as dfx.json writes it, relative to the project. */
  kind(relative: string): PathKind | undefined;
  /** The content of a file; null where it cannot be read. */
  text(relative: string): string | null | undefined;
  motokoImports(main: string): MotokoImports | undefined;
  /** The packages of the cargo workspace; null where the project has no Cargo.toml. */
  cargoPackages(): ReadonlySet<string> | null | undefined;
  /** The names of npm workspaces; null where the project has no package.json. */
  npmWorkspaces(): ReadonlySet<string> | null | undefined;
  /** The installed dfx extensions, and whether each defines a canister type; null where dfx keeps none here. */
  extensions(): ReadonlyMap<string, boolean> | null | undefined;
  /** The networks of dfx's own networks.json. */
  sharedNetworks(): ReadonlySet<string> | undefined;
  /** The folder of dfx.json. */
  readonly root: string;
}

interface Fact {
  readonly key: string;
  value: unknown;
  known: boolean;
  /** The last round in which it was asked for. */
  round: number;
  /** Absolute paths whose change makes the fact void. */
  readonly paths: Set<string>;
  readonly fetch: (fact: Fact) => Promise<unknown>;
}

const PARALLEL = 16;
const MAX_MOTOKO_FILES = 300;
const MAX_MANIFESTS = 500;

export interface FactStoreOptions {
  readonly root: string;
  readonly host?: FileHost;
  /** dfx's cache folder, where its versions and their extensions are. */
  readonly cacheDir?: string;
  readonly networksJson?: string;
}

/** Facts about the files of one project: cached, fetched in the background, void when a file changes. */
export class FactStore implements FileFacts {
  readonly root: string;
  readonly #host: FileHost;
  readonly #options: FactStoreOptions;
  readonly #facts = new Map<string, Fact>();
  readonly #pending = new Set<Fact>();
  readonly #byPath = new Map<string, Set<string>>();
  #outsideAt = 0;
  #round = 0;

  constructor(options: FactStoreOptions) {
    this.root = options.root;
    this.#host = options.host ?? nodeFileHost;
    this.#options = options;
  }

  get host(): FileHost {
    return this.#host;
  }

  /** Whether something was asked for that {@link load} would fetch. */
  get needsLoad(): boolean {
    return this.#pending.size > 0;
  }

  resolve(relative: string): string {
    return path.resolve(this.root, relative);
  }

  kind(relative: string): PathKind | undefined {
    return this.#get(`kind ${relative}`, [relative], () => this.#host.kind(this.resolve(relative))) as
      | PathKind
      | undefined;
  }

  text(relative: string): string | null | undefined {
    const fetch = async () => (await this.#host.read(this.resolve(relative))) ?? null;
    return this.#get(`text ${relative}`, [relative], fetch) as string | null | undefined;
  }

  motokoImports(main: string): MotokoImports | undefined {
    return this.#get(`imports ${main}`, [main], (fact) => this.#readImports(main, fact)) as MotokoImports | undefined;
  }

  cargoPackages(): ReadonlySet<string> | null | undefined {
    return this.#get('cargo', ['Cargo.toml'], (fact) => this.#readCargo(fact)) as
      | ReadonlySet<string>
      | null
      | undefined;
  }

  npmWorkspaces(): ReadonlySet<string> | null | undefined {
    return this.#get('npm', ['package.json'], (fact) => this.#readNpm(fact)) as ReadonlySet<string> | null | undefined;
  }

  extensions(): ReadonlyMap<string, boolean> | null | undefined {
    return this.#get('outside extensions', [], () => this.#readExtensions()) as
      | ReadonlyMap<string, boolean>
      | null
      | undefined;
  }

  sharedNetworks(): ReadonlySet<string> | undefined {
    return this.#get('outside networks', [], () => this.#readNetworks()) as ReadonlySet<string> | undefined;
  }

  #get(key: string, relatives: readonly string[], fetch: (fact: Fact) => Promise<unknown>): unknown {
    let fact = this.#facts.get(key);
    if (fact === undefined) {
      fact = { key, value: undefined, known: false, round: 0, paths: new Set(), fetch };
      this.#facts.set(key, fact);
      this.#pending.add(fact);
      for (const relative of relatives) {
        this.#depend(fact, this.resolve(relative));
      }
    }
    fact.round = this.#round;
    return fact.value;
  }

  /** Ties a fact to a path and to every folder above it inside the project. */
  #depend(fact: Fact, absolute: string): void {
    for (let at = absolute; !fact.paths.has(at); at = path.dirname(at)) {
      fact.paths.add(at);
      let keys = this.#byPath.get(at);
      if (keys === undefined) {
        keys = new Set();
        this.#byPath.set(at, keys);
      }
      keys.add(fact.key);
      if (path.dirname(at) === at || at === this.root) {
        break;
      }
    }
  }

  /** Fetches what was asked for. True where that changed something. A fetch that is cancelled is made up for later. */
  async load(signal?: AbortSignal): Promise<boolean> {
    let changed = false;
    const queue = [...this.#pending];
    const worker = async (): Promise<void> => {
      for (let fact = queue.shift(); fact !== undefined && !signal?.aborted; fact = queue.shift()) {
        const value = await fact.fetch(fact);
        // A change on disk meanwhile has put the fact back: its value is then out of date.
        if (!this.#pending.delete(fact)) {
          continue;
        }
        if (!fact.known || !sameFact(fact.value, value)) {
          changed = true;
        }
        fact.value = value;
        fact.known = true;
      }
    };
    await Promise.all(Array.from({ length: Math.min(PARALLEL, queue.length) }, worker));
    return changed;
  }

  /** Tells that a file or folder was made, changed or removed. True where a known fact may be out of date. */
  invalidate(absolute: string): boolean {
    const keys = this.#byPath.get(absolute);
    if (keys === undefined) {
      return false;
    }
    for (const key of keys) {
      const fact = this.#facts.get(key);
      if (fact === undefined) {
        continue;
      }
      // A new object, so that a fetch under way does not overwrite what is fetched after it.
      const renewed: Fact = { ...fact };
      this.#facts.set(key, renewed);
      this.#pending.delete(fact);
      this.#pending.add(renewed);
    }
    return true;
  }

  /** Asks again for what lies outside the project, at most every `seconds`; nobody watches there. */
  refreshOutside(seconds = 30): void {
    const now = Date.now();
    if (now - this.#outsideAt < seconds * 1000) {
      return;
    }
    this.#outsideAt = now;
    for (const [key, fact] of this.#facts) {
      if (key.startsWith('outside ')) {
        this.#pending.add(fact);
      }
    }
  }

  /** Ends a round of look-ups, and forgets what none has asked for in this round and the last two. */
  trim(): void {
    this.#round++;
    for (const [key, fact] of this.#facts) {
      if (fact.round >= this.#round - 3) {
        continue;
      }
      this.#facts.delete(key);
      this.#pending.delete(fact);
      for (const at of fact.paths) {
        const keys = this.#byPath.get(at);
        keys?.delete(key);
        if (keys?.size === 0) {
          this.#byPath.delete(at);
        }
      }
    }
  }

  async #readImports(main: string, fact: Fact): Promise<MotokoImports> {
    const canisters = new Set<string>();
    const seen = new Set<string>();
    const queue = [this.resolve(main)];
    let complete = true;
    for (let file = queue.pop(); file !== undefined; file = queue.pop()) {
      if (seen.has(file)) {
        continue;
      }
      if (seen.size >= MAX_MOTOKO_FILES) {
        return { canisters, complete: false };
      }
      seen.add(file);
      this.#depend(fact, file);
      const text = await this.#host.read(file);
      if (text === undefined) {
        complete = false;
        continue;
      }
      for (const target of motokoImportTargets(text)) {
        if (target.startsWith('canister:')) {
          canisters.add(target.slice('canister:'.length));
        } else if (!/^[a-z]+:/.test(target)) {
          const base = path.resolve(path.dirname(file), target);
          const candidates = target.endsWith('.mo') ? [base] : [`${base}.mo`, path.join(base, 'lib.mo')];
          for (const candidate of candidates) {
            if ((await this.#host.kind(candidate)) === 'file') {
              queue.push(candidate);
              break;
            }
          }
        }
      }
    }
    return { canisters, complete };
  }

  async #readCargo(fact: Fact): Promise<ReadonlySet<string> | null> {
    const packages = new Set<string>();
    const seen = new Set<string>();
    const queue = [this.root];
    for (let folder = queue.pop(); folder !== undefined; folder = queue.pop()) {
      if (seen.has(folder) || seen.size >= MAX_MANIFESTS) {
        continue;
      }
      seen.add(folder);
      const file = path.join(folder, 'Cargo.toml');
      this.#depend(fact, file);
      const text = await this.#host.read(file);
      if (text === undefined) {
        if (folder === this.root) {
          return null;
        }
        continue;
      }
      const manifest = readCargoManifest(text);
      if (manifest.name !== undefined) {
        packages.add(manifest.name);
      }
      for (const pattern of [...manifest.members, ...manifest.paths]) {
        queue.push(...(await this.#expand(folder, pattern)));
      }
    }
    return packages;
  }

  /** Folders for a pattern whose steps may contain `*`. */
  async #expand(folder: string, pattern: string): Promise<string[]> {
    let folders = [folder];
    for (const step of pattern.split('/')) {
      if (step === '' || step === '.') {
        continue;
      }
      if (!step.includes('*')) {
        folders = folders.map((at) => path.join(at, step));
        continue;
      }
      const [before, after] = [step.slice(0, step.indexOf('*')), step.slice(step.lastIndexOf('*') + 1)];
      const next: string[] = [];
      for (const at of folders.slice(0, MAX_MANIFESTS)) {
        for (const entry of await this.#host.list(at)) {
          const fits = entry.name.startsWith(before) && entry.name.endsWith(after);
          if (entry.directory && fits && entry.name !== 'node_modules') {
            next.push(path.join(at, entry.name));
          }
        }
      }
      folders = next;
    }
    return folders.slice(0, MAX_MANIFESTS);
  }

  async #readNpm(fact: Fact): Promise<ReadonlySet<string> | null> {
    const text = await this.#host.read(this.resolve('package.json'));
    if (text === undefined) {
      return null;
    }
    const names = new Set<string>();
    for (const pattern of npmWorkspacePatterns(text)) {
      for (const folder of await this.#expand(this.root, pattern)) {
        const file = path.join(folder, 'package.json');
        this.#depend(fact, file);
        const name = stringAt(await this.#host.read(file), 'name');
        if (name !== undefined) {
          names.add(name);
        }
      }
    }
    return names;
  }

  async #readExtensions(): Promise<ReadonlyMap<string, boolean> | null> {
    const { cacheDir } = this.#options;
    if (cacheDir === undefined) {
      return null;
    }
    const versions = path.join(cacheDir, 'versions');
    const found = new Map<string, boolean>();
    let hasDfx = false;
    for (const version of await this.#host.list(versions)) {
      if (!version.directory) {
        continue;
      }
      hasDfx = true;
      const folder = path.join(versions, version.name, 'extensions');
      for (const extension of await this.#host.list(folder)) {
        const text = await this.#host.read(path.join(folder, extension.name, 'extension.json'));
        if (text === undefined) {
          continue;
        }
        const root = new JsonDocument(text).rootObject;
        const defines = root !== undefined && propertiesOf(root).get('canister_type')?.value?.type === 'object';
        found.set(extension.name, defines || found.get(extension.name) === true);
      }
    }
    return hasDfx ? found : null;
  }

  async #readNetworks(): Promise<ReadonlySet<string>> {
    const { networksJson } = this.#options;
    const text = networksJson === undefined ? undefined : await this.#host.read(networksJson);
    const root = text === undefined ? undefined : new JsonDocument(text).rootObject;
    return new Set(root === undefined ? [] : propertiesOf(root).keys());
  }
}

function sameFact(a: unknown, b: unknown): boolean {
  if (a instanceof Set && b instanceof Set) {
    return a.size === b.size && [...a].every((value) => b.has(value));
  }
  if (a instanceof Map && b instanceof Map) {
    return a.size === b.size && [...a].every(([key, value]) => b.get(key) === value);
  }
  return a === b;
}

/** The targets of `import` in Motoko source, comments and texts left aside. */
export function motokoImportTargets(source: string): string[] {
  const targets: string[] = [];
  const code = source.slice(0, MAX_TEXT_BYTES);
  const token =
    /\/\/[^\n]*|\/\*[\s\S]*?\*\/|\bimport\b\s*(?:[A-Za-z_]\w*|\{[^{}"]*\})?\s*=?\s*"((?:[^"\\\n]|\\.)*)"|"(?:[^"\\\n]|\\.)*"/g;
  for (const match of code.matchAll(token)) {
    if (match[1] !== undefined) {
      targets.push(match[1]);
    }
  }
  return targets;
}

/** As much of a Cargo.toml as names packages: a line reader, since TOML's other forms are rare there. */
export function readCargoManifest(text: string): { name?: string; members: string[]; paths: string[] } {
  let table = '';
  let name: string | undefined;
  const members: string[] = [];
  const paths: string[] = [];
  let list = false;
  for (const raw of text.split('\n')) {
    const line = raw.replace(/(^|\s)#.*$/, '').trim();
    const header = /^\[+\s*([^\]]+?)\s*\]+$/.exec(line);
    if (!list && header !== null) {
      table = header[1]!;
      continue;
    }
    if (table === 'package') {
      name = /^name\s*=\s*["']([^"']+)["']/.exec(line)?.[1] ?? name;
    }
    if (table === 'workspace' && /^members\s*=/.test(line)) {
      list = true;
    }
    if (list) {
      for (const match of line.matchAll(/["']([^"']+)["']/g)) {
        members.push(match[1]!);
      }
      if (line.includes(']')) {
        list = false;
      }
    }
    if (table.includes('dependencies')) {
      const dependency = /\bpath\s*=\s*["']([^"']+)["']/.exec(line)?.[1];
      if (dependency !== undefined) {
        paths.push(dependency);
      }
    }
  }
  return { name, members, paths };
}

function stringAt(text: string | undefined, key: string): string | undefined {
  const root = text === undefined ? undefined : new JsonDocument(text).rootObject;
  const value = root === undefined ? undefined : propertiesOf(root).get(key)?.value;
  return value?.type === 'string' ? value.value : undefined;
}

function npmWorkspacePatterns(text: string): string[] {
  const root = new JsonDocument(text).rootObject;
  let value = root === undefined ? undefined : propertiesOf(root).get('workspaces')?.value;
  if (value?.type === 'object') {
    value = propertiesOf(value).get('packages')?.value;
  }
  if (value?.type !== 'array') {
    return [];
  }
  return value.items.flatMap((item) => (item.type === 'string' ? [item.value] : []));
}
