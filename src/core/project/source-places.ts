import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { readCargoManifest } from './cargo';
import { readProjectText } from './files';
import type { Place } from './model';
import type { Sources } from './sources';

/** Files that are read of one canister, and characters of one: longer ones are written by programs. */
const MAX_FILES = 2_000;
const MAX_LENGTH = 2_000_000;
/** Folders inside folders. */
const MAX_DEPTH = 20;

/** What stands behind the name of a function in Rust. */
const CLOSURE_OR_HASH = /^(?:\{\{closure\}\}|\{closure#\d+\}|h[0-9a-f]{16})$/;

/** Definitions with the function's name. */
const MOTOKO_FUNCTION = /\bfunc[ \t]+([A-Za-z_][A-Za-z0-9_]*)/g;
const RUST_FUNCTION = /\bfn[ \t]+([A-Za-z_][A-Za-z0-9_]*)/g;

interface SourceFile {
  readonly file: string;
  readonly text: string;
  /** Of Rust: names of the crate, and the modules that the file is. */
  readonly crates: ReadonlySet<string>;
  readonly modules: readonly string[];
}

/**
 * Finds what backtraces and messages of traps name: functions by the names that compilers give them in a module, and
 * places as `src/lib.rs:10:5`. What could be two things is neither. Motoko's names have no module before them, so a
 * function of a library is taken for the project's where that has the only one of that name.
 *
 * @returns the places of those that were found
 */
export async function findInSources(
  names: readonly string[],
  sources: Sources,
  root: string,
): Promise<ReadonlyMap<string, Place>> {
  const files = await readSources(sources, root);
  return new Map(
    names.flatMap((name) => {
      const place = placeOf(name, files) ?? functionOf(name, files);
      return place ? [[name, place] as const] : [];
    }),
  );
}

async function readSources({ files, folders }: Sources, root: string): Promise<readonly SourceFile[]> {
  const found: SourceFile[] = [];
  const read = async (file: string, crates: ReadonlySet<string>, modules: readonly string[]) => {
    if (found.length < MAX_FILES) {
      const content = await readProjectText(file, root);
      if (content.state === 'text' && content.text.length <= MAX_LENGTH) {
        found.push({ file, text: content.text, crates, modules });
      }
    }
  };
  for (const file of files) {
    if (file.endsWith('.mo')) {
      await read(file, new Set(), []);
    }
  }
  for (const folder of folders) {
    const crates = await cratesOf(folder, root);
    for (const file of await rustFiles(folder, MAX_DEPTH)) {
      await read(file, crates, modulesOf(path.relative(folder, file)));
    }
  }
  return found;
}

/** As the compiler calls the crates of a package whose sources are in a folder. */
async function cratesOf(folder: string, root: string): Promise<ReadonlySet<string>> {
  for (const at of [path.dirname(folder), folder]) {
    const content = await readProjectText(path.join(at, 'Cargo.toml'), root);
    if (content.state === 'text') {
      const { name, lib, bins } = await readCargoManifest(content.text);
      return new Set([name, lib?.name, ...bins].flatMap((each) => each?.replaceAll('-', '_') ?? []));
    }
  }
  return new Set();
}

async function rustFiles(folder: string, depth: number): Promise<readonly string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const at = path.join(folder, entry.name);
    if (entry.isFile() && entry.name.endsWith('.rs')) {
      found.push(at);
    } else if (entry.isDirectory() && depth > 0 && entry.name !== 'target' && !entry.name.startsWith('.')) {
      found.push(...(await rustFiles(at, depth - 1)));
    }
    if (found.length > MAX_FILES) {
      break;
    }
  }
  return found;
}

/** The modules that a file of Rust is, by Rust's rule: `a/b.rs` and `a/b/mod.rs` are `a::b`. */
function modulesOf(file: string): readonly string[] {
  const steps = file.slice(0, -'.rs'.length).split(path.sep);
  const last = steps.at(-1);
  return last === 'mod' || (steps.length === 1 && (last === 'lib' || last === 'main')) ? steps.slice(0, -1) : steps;
}

/** `src/lib.rs:10:5`, of Motoko `main.mo:4.5`. */
function placeOf(name: string, files: readonly SourceFile[]): Place | undefined {
  const match = /^(.+\.(?:rs|mo)):(\d+)[:.](\d+)$/.exec(name);
  if (!match) {
    return undefined;
  }
  const [, named = '', line = '', column = ''] = match;
  const end = `/${named.replaceAll('\\', '/').replace(/^(?:\.?\/)+/, '')}`;
  const [found, ...others] = files.filter(({ file }) => file.replaceAll('\\', '/').endsWith(end));
  if (!found || others.length > 0) {
    return undefined;
  }
  const lines = found.text.split('\n');
  const text = lines[Number(line) - 1];
  if (text === undefined) {
    return undefined;
  }
  const before = lines.slice(0, Number(line) - 1).reduce((length, each) => length + each.length + 1, 0);
  // Both compilers count from 1.
  const { length } = text.trimEnd();
  const at = Math.min(Math.max(Number(column) - 1, 0), length);
  return { file: found.file, range: { offset: before + at, length: length - at } };
}

function functionOf(name: string, files: readonly SourceFile[]): Place | undefined {
  const exported = /^canister_(?:update|query|composite_query) ([A-Za-z_][A-Za-z0-9_]*)$/.exec(name)?.[1];
  if (exported !== undefined) {
    return onlyOne(files, exported);
  }
  if (/^[A-Za-z_][A-Za-z0-9_]*$/.test(name)) {
    return onlyOne(
      files.filter(({ file }) => file.endsWith('.mo')),
      name,
    );
  }
  const whole = name.split('::');
  while (CLOSURE_OR_HASH.test(whole.at(-1) ?? '')) {
    whole.pop();
  }
  // `<crate::Type as crate::Trait>::method` is of `crate::Type`.
  const plain = whole.join('::').replace(/^<([A-Za-z0-9_:]+)(?: as [^>]*)?>::/, '$1::');
  if (!/^[A-Za-z0-9_]+(?:::[A-Za-z0-9_]+)+$/.test(plain)) {
    return undefined;
  }
  const [crate = '', ...steps] = plain.split('::');
  const called = steps.pop()!.replace(/^__canister_method_/, '');
  const own = files.filter(
    ({ crates, modules }) => crates.has(crate) && modules.every((module, index) => steps[index] === module),
  );
  // What is nearest to where it says that it is.
  const depth = Math.max(...own.map(({ modules }) => modules.length));
  return onlyOne(
    own.filter(({ modules }) => modules.length === depth),
    called,
  );
}

/** Where a function is defined; undefined where it is nowhere, or in two places. */
function onlyOne(files: readonly SourceFile[], name: string): Place | undefined {
  const places = files.flatMap(({ file, text }) => {
    const definition = file.endsWith('.mo') ? MOTOKO_FUNCTION : RUST_FUNCTION;
    const found: Place[] = [];
    let start = 0;
    for (const line of text.split('\n')) {
      // Not in a comment or a text of the same line.
      const end = line.search(/["/]/);
      for (const match of line.slice(0, end < 0 ? undefined : end).matchAll(definition)) {
        if (match[1] === name) {
          const offset = start + match.index + match[0].length - name.length;
          found.push({ file, range: { offset, length: name.length } });
        }
      }
      start += line.length + 1;
    }
    return found;
  });
  return places.length === 1 ? places[0] : undefined;
}
