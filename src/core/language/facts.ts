import path from 'node:path';
import { isIgnoredByGit } from '../project/discover';
import { type FileHost, nodeFileHost, type PathKind } from '../project/file-host';
import { leavesFolder } from '../util/paths';

/**
 * What is known about files. Every look-up is immediate; undefined means not known, or not yet: what was asked for
 * is then fetched by the next {@link FactStore.load}.
 */
export interface FileFacts {
  /** A path as the manifest writes it, relative to the project. */
  kind(relative: string): PathKind | undefined;
  /** The content of a file; null where it cannot be read. */
  text(relative: string): string | null | undefined;
  /** The folder of the project. */
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
  /** Reads the fact; every further path that it depends on is told. */
  readonly fetch: (dependOn: (absolute: string) => void) => Promise<unknown>;
}

const PARALLEL = 16;

/** Facts about the files of one project, for every engine: cached, fetched in the background, void when a file changes. */
export class FactStore implements FileFacts {
  readonly root: string;
  readonly host: FileHost;
  readonly #facts = new Map<string, Fact>();
  readonly #pending = new Set<Fact>();
  readonly #byPath = new Map<string, Set<string>>();
  #outsideAt = 0;
  #round = 0;

  constructor(options: { readonly root: string; readonly host?: FileHost }) {
    this.root = options.root;
    this.host = options.host ?? nodeFileHost;
  }

  /** Whether something was asked for that {@link load} would fetch. */
  get needsLoad(): boolean {
    return this.#pending.size > 0;
  }

  resolve(relative: string): string {
    return path.resolve(this.root, relative);
  }

  kind(relative: string): PathKind | undefined {
    return this.get(`kind ${relative}`, [relative], () => this.host.kind(this.resolve(relative)));
  }

  text(relative: string): string | null | undefined {
    return this.get(`text ${relative}`, [relative], async () => (await this.host.read(this.resolve(relative))) ?? null);
  }

  /**
   * The path with its steps written as they are on disk, where it differs from them in capitals or in white space at
   * the ends only; null where there is no such file or folder in the project.
   */
  similar(relative: string): string | null | undefined {
    return this.get(`similar ${relative}`, [relative], () => this.#findSimilar(relative));
  }

  async #findSimilar(relative: string): Promise<string | null> {
    if (path.isAbsolute(relative) || leavesFolder(this.root, relative)) {
      return null;
    }
    const found: string[] = [];
    for (const step of relative.trim().split('/')) {
      if (step === '' || step === '.' || step === '..') {
        found.push(step);
        continue;
      }
      const wanted = step.trim().toLowerCase();
      const entries = await this.host.list(path.join(this.root, ...found));
      const entry =
        entries.find(({ name }) => name === step) ?? entries.find(({ name }) => name.toLowerCase() === wanted);
      if (entry === undefined) {
        return null;
      }
      found.push(entry.name);
    }
    return found.join('/');
  }

  /** Whether git leaves the path out, as it does with what builds make. */
  ignored(relative: string): boolean | undefined {
    return this.get(`ignored ${relative}`, [relative], () => isIgnoredByGit(this.resolve(relative)));
  }

  /**
   * A fact by name, fetched in the background where it is not known.
   * @param relatives paths whose change makes it void
   */
  protected get<T>(
    key: string,
    relatives: readonly string[],
    fetch: (dependOn: (absolute: string) => void) => Promise<T>,
  ): T | undefined {
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
    return fact.value as T | undefined;
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
      for (let next = queue.shift(); next !== undefined && !signal?.aborted; next = queue.shift()) {
        const fact = next;
        const value = await fact.fetch((absolute) => this.#depend(fact, absolute));
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
