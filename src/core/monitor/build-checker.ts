import { stat } from 'node:fs/promises';
import type { EngineProject } from '../engines/engine';
import { isIgnoredByGit, listFiles } from '../project/discover';
import { readProjectText } from '../project/files';
import type { BuildInputs, CanisterDefinition, Target } from '../project/model';
import { moduleHash } from '../project/module-hash';

/** What is known of a canister's last build. */
export interface BuildState {
  /** SHA-256, in hex, of the module that it made. */
  readonly moduleHash?: string;
  /** The file, of those that the module is made of, that has changed since. Absent also where none is known. */
  readonly newer?: string;
  /** Whether that file is not there any more. */
  readonly removed?: boolean;
}

/** Files that are looked at, at most: of one folder, and of all in one pass. */
const MAX_FILES = 3_000;
const MAX_FILES_OF_PASS = 30_000;
const PARALLEL = 16;

/** What was the case when a module was made, to compare with when its manifest or an interface is written again. */
interface Made {
  readonly builtMs: number;
  /** Undefined where the manifest was newer already. */
  readonly definition: string | undefined;
  /** File to text, of those that were not newer already. */
  readonly interfaces: ReadonlyMap<string, string | undefined>;
}

/** The files that a module was made of, as far as they were there when it was first seen. */
interface Sources {
  readonly builtMs: number;
  readonly files: readonly string[];
}

interface KnownInputs {
  readonly stamps: string;
  readonly inputs: BuildInputs | undefined;
}

/**
 * Compares the modules of a project with what they are made of, by the times of files. A manifest and the interfaces of
 * others are written for many reasons: of them, what they say is compared, with what they said when the module was made.
 * What was removed since has no time: the files that were there when the module was first seen are remembered.
 */
export class BuildChecker {
  readonly #files: EngineProject;
  readonly #modules = new Map<
    string,
    { readonly definition: CanisterDefinition; readonly modules: readonly string[] }
  >();
  readonly #inputs = new Map<string, KnownInputs>();
  readonly #made = new Map<string, Made>();
  readonly #sources = new Map<string, Sources>();

  constructor(files: EngineProject) {
    this.#files = files;
  }

  /** Undefined where nothing has been built. */
  async check(definition: CanisterDefinition, target: Target, pass = new Pass()): Promise<BuildState | undefined> {
    for (const module of await this.#modulesOf(definition, target)) {
      const builtMs = await pass.time(module);
      if (builtMs !== undefined) {
        return {
          moduleHash: await moduleHash(module, this.#files.root),
          ...(await this.#changeSince(builtMs, definition, target, pass)),
        };
      }
    }
    return undefined;
  }

  /** Kept while the definition is the same: looking for them reads manifests of packages. */
  async #modulesOf(definition: CanisterDefinition, target: Target): Promise<readonly string[]> {
    const key = keyOf(definition, target);
    const known = this.#modules.get(key);
    if (known?.definition === definition) {
      return known.modules;
    }
    const modules = (await this.#files.paths(definition.name, target))?.modules ?? [];
    this.#modules.set(key, { definition, modules });
    return modules;
  }

  async #changeSince(
    builtMs: number,
    definition: CanisterDefinition,
    target: Target,
    pass: Pass,
  ): Promise<Pick<BuildState, 'newer' | 'removed'>> {
    const key = keyOf(definition, target);
    const inputs = await this.#inputsOf(key, definition, target, pass);
    if (inputs === undefined) {
      return {};
    }
    const manifest = definition.place.file;
    const newer =
      (await this.#rewrittenSince(builtMs, key, manifest, inputs, pass)) ?? (await newerThan(builtMs, inputs, pass));
    if (newer !== undefined) {
      return { newer };
    }
    const removed = await this.#removedSince(builtMs, key, inputs, pass);
    return removed === undefined ? {} : { newer: removed, removed: true };
  }

  /** Of what git leaves out nothing is told: builds make that, and other tools clear it away. */
  async #removedSince(builtMs: number, key: string, inputs: BuildInputs, pass: Pass): Promise<string | undefined> {
    const known = this.#sources.get(key);
    if (known?.builtMs !== builtMs) {
      const folders = await Promise.all(inputs.folders.map((folder) => pass.filesOf(folder)));
      const files = [...inputs.files, ...folders.flat()];
      const times = await Promise.all(files.map((file) => pass.time(file)));
      this.#sources.set(key, { builtMs, files: files.filter((_, index) => times[index] !== undefined) });
      return undefined;
    }
    for (const file of known.files) {
      if ((await pass.time(file)) === undefined && !(await isIgnoredByGit(file))) {
        return file;
      }
    }
    return undefined;
  }

  /** Kept until one of the files, which lead to each other, is written. */
  async #inputsOf(
    key: string,
    definition: CanisterDefinition,
    target: Target,
    pass: Pass,
  ): Promise<BuildInputs | undefined> {
    const stampsOf = async (files: readonly string[]) =>
      JSON.stringify(await Promise.all([definition.place.file, ...files].map((file) => pass.time(file))));
    const known = this.#inputs.get(key);
    if (known && known.stamps === (await stampsOf(known.inputs?.files ?? []))) {
      return known.inputs;
    }
    const inputs = await this.#files.buildInputs(definition.name, target);
    this.#inputs.set(key, { stamps: await stampsOf(inputs?.files ?? []), inputs });
    return inputs;
  }

  async #rewrittenSince(
    builtMs: number,
    key: string,
    manifest: string,
    { definition, interfaces }: BuildInputs,
    pass: Pass,
  ): Promise<string | undefined> {
    const made = this.#made.get(key);
    const isOld = async (file: string) => ((await pass.time(file)) ?? 0) <= builtMs;
    if (made?.builtMs !== builtMs) {
      const old = await Promise.all(
        interfaces.map(async (file) => ((await isOld(file)) ? [[file, await this.#text(file)] as const] : [])),
      );
      this.#made.set(key, {
        builtMs,
        definition: (await isOld(manifest)) ? definition : undefined,
        interfaces: new Map(old.flat()),
      });
      return undefined;
    }
    if (made.definition !== undefined && made.definition !== definition) {
      return manifest;
    }
    for (const [file, text] of made.interfaces) {
      if (interfaces.includes(file) && !(await isOld(file)) && (await this.#text(file)) !== text) {
        return file;
      }
    }
    return undefined;
  }

  async #text(file: string): Promise<string | undefined> {
    const content = await readProjectText(file, this.#files.root);
    return content.state === 'text' ? content.text : undefined;
  }
}

async function newerThan(builtMs: number, { files, folders }: BuildInputs, pass: Pass): Promise<string | undefined> {
  for (const file of files) {
    if (((await pass.time(file)) ?? 0) > builtMs) {
      return file;
    }
  }
  for (const folder of folders) {
    const newest = await pass.newest(folder);
    if (newest !== undefined && newest.ms > builtMs) {
      return newest.file;
    }
  }
  return undefined;
}

function keyOf({ name }: CanisterDefinition, target: Target): string {
  return JSON.stringify([target.name, name]);
}

/** The times of files, each asked for once however many canisters are made of it. */
export class Pass {
  readonly #times = new Map<string, Promise<number | undefined>>();
  readonly #listed = new Map<string, Promise<readonly string[]>>();
  readonly #newest = new Map<string, Promise<{ readonly file: string; readonly ms: number } | undefined>>();
  #budget = MAX_FILES_OF_PASS;

  /** When a file was written, in milliseconds since 1970; undefined where there is none. */
  time(file: string): Promise<number | undefined> {
    return memo(this.#times, file, async () => {
      const facts = await stat(file).catch(() => undefined);
      return facts?.isFile() ? facts.mtimeMs : undefined;
    });
  }

  /** The files of a folder, up to a number. */
  filesOf(folder: string): Promise<readonly string[]> {
    return memo(this.#listed, folder, async () => {
      const files = await listFiles(folder, Math.min(MAX_FILES, this.#budget));
      this.#budget -= files.length;
      return files;
    });
  }

  /** The file of a folder that was written last. */
  newest(folder: string): Promise<{ readonly file: string; readonly ms: number } | undefined> {
    return memo(this.#newest, folder, async () => {
      let newest: { readonly file: string; readonly ms: number } | undefined;
      const files = await this.filesOf(folder);
      for (let at = 0; at < files.length; at += PARALLEL) {
        const some = files.slice(at, at + PARALLEL);
        const times = await Promise.all(some.map((file) => this.time(file)));
        times.forEach((ms, index) => {
          if (ms !== undefined && ms > (newest?.ms ?? 0)) {
            newest = { file: some[index]!, ms };
          }
        });
      }
      return newest;
    });
  }
}

function memo<T>(kept: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  let made = kept.get(key);
  if (made === undefined) {
    made = make();
    kept.set(key, made);
  }
  return made;
}
