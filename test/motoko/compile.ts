/** Compiles Motoko with the compiler that the npm package `motoko` has, as dfx does with its own. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { cacheFolder } from '../host/cache';

/** A canister that sources import as `canister:<name>`. */
export interface ImportedCanister {
  readonly name: string;
  /** Principal as text. */
  readonly id: string;
  /** Its interface in Candid. */
  readonly did: string;
}

export interface MotokoBuild {
  /** With the metadata sections that dfx asks for: `candid:service` and `candid:args` public, the others private. */
  readonly wasm: Uint8Array;
  /** Interface in Candid, with the init arguments where there are any. */
  readonly did: string;
  /** Interface in Candid, without init arguments. */
  readonly service: string;
  /** Init arguments in Candid, such as `(text)`. */
  readonly args: string;
  /** Stable variables, in the words of the compiler. */
  readonly stable: string;
  /** Each as `moc` prints it. */
  readonly warnings: readonly string[];
}

/** Sources that do not compile. The message is what `moc` prints. */
export class MotokoError extends Error {}

interface Diagnostic {
  readonly source: string;
  /** 1 for an error. */
  readonly severity: number;
  readonly range: { readonly start: Position; readonly end: Position };
  readonly code: string;
  readonly category: string;
  readonly message: string;
}

/** From 0. */
interface Position {
  readonly line: number;
  readonly character: number;
}

/** What of the package is used. Its files are a file system of its own. */
interface Compiler {
  saveFile(path: string, content: string): void;
  removeFile(path: string): void;
  addPackage(name: string, folder: string): void;
  setCandidPath(folder: string): void;
  setActorAliases(aliases: readonly (readonly [string, string])[]): void;
  setPublicMetadata(names: readonly string[]): void;
  /** Whether a program with the second file's stable variables can follow one with the first's. */
  stableCompatible(before: string, after: string): { readonly diagnostics: readonly Diagnostic[] };
  compileWasm(
    mode: 'ic',
    path: string,
  ): {
    readonly diagnostics: readonly Diagnostic[];
    readonly code: { readonly wasm: Uint8Array; readonly candid: string; readonly stable: string | null } | null;
  };
}

interface Sources {
  /** The folder that has all of them. */
  readonly root: string;
  /** Relative to the root, with slashes, as are the names of the files. */
  readonly main: string;
  readonly files: ReadonlyMap<string, string>;
}

type Kept = Omit<MotokoBuild, 'warnings'> & { readonly diagnostics: readonly Diagnostic[] };

/** Where sources lie in the compiler's own file system. */
const SOURCES = 'source/';
const require = createRequire(path.join(__dirname, 'compile.ts'));
let compiler: Compiler | undefined;

/**
 * Compiles, in one to three seconds, or reads what the same sources gave before.
 *
 * @param main the actor's file
 * @throws MotokoError
 */
export function compileMotoko(main: string, canisters: readonly ImportedCanister[] = []): MotokoBuild {
  const sources = readSources(path.resolve(main));
  const folder = path.dirname(require.resolve('motoko/package.json'));
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  const key = JSON.stringify([version, canisters, sources.main, [...sources.files]]);
  const file = path.join(cacheFolder(), 'motoko', `${createHash('sha256').update(key).digest('hex')}.json`);
  let kept = read(file);
  if (!kept) {
    kept = run(folder, sources, canisters);
    write(file, kept);
  }
  const { diagnostics, ...built } = kept;
  return { ...built, warnings: diagnostics.map((diagnostic) => show(diagnostic, sources.root)) };
}

/**
 * What the compiler says of an upgrade from one program's stable variables to another's, as `moc --stable-compatible`
 * prints it.
 */
export function checkStable(before: string, after: string): { readonly error: boolean; readonly text: string } {
  compiler ??= load(path.dirname(require.resolve('motoko/package.json')));
  compiler.saveFile('before.most', before);
  compiler.saveFile('after.most', after);
  const { diagnostics } = compiler.stableCompatible('before.most', 'after.most');
  const text = diagnostics.map((diagnostic) => show(diagnostic, '').replace(/^[^:]*:[^:]*: /, '(unknown location): '));
  return { error: diagnostics.some(({ severity }) => severity === 1), text: text.join('\n') };
}

function run(folder: string, sources: Sources, canisters: readonly ImportedCanister[]): Kept {
  compiler ??= load(folder);
  for (const [file, content] of sources.files) {
    compiler.saveFile(SOURCES + file, content);
  }
  for (const { id, did } of canisters) {
    compiler.saveFile(`idl/${id}.did`, did);
  }
  compiler.setCandidPath('idl');
  compiler.setActorAliases(canisters.map(({ name, id }) => [name, id]));
  const { diagnostics, code } = compiler.compileWasm('ic', SOURCES + sources.main);
  // A later compilation is not to find the files of this one.
  for (const file of sources.files.keys()) {
    compiler.removeFile(SOURCES + file);
  }
  const errors = diagnostics.filter(({ severity }) => severity === 1);
  if (!code || errors.length > 0) {
    throw new MotokoError(errors.map((error) => show(error, sources.root)).join('\n'));
  }
  const { wasm, candid, stable } = code;
  return {
    wasm,
    did: candid.trimStart(),
    service: metadata(wasm, 'candid:service'),
    args: metadata(wasm, 'candid:args').replace(/\s+/g, ' '),
    stable: stable ?? '',
    diagnostics,
  };
}

function load(folder: string): Compiler {
  const handlers = new Set(process.listeners('uncaughtException'));
  const { Motoko } = require(path.join(folder, 'versions/latest/moc.min.js')) as { Motoko: Compiler };
  // It adds one of its own, which would print two megabytes of source for any error of the process.
  for (const handler of process.listeners('uncaughtException')) {
    if (!handlers.has(handler)) {
      process.off('uncaughtException', handler);
    }
  }
  const base = JSON.parse(readFileSync(path.join(folder, 'packages/latest/base.json'), 'utf8')) as {
    files: Record<string, { content: string }>;
  };
  for (const [name, { content }] of Object.entries(base.files)) {
    Motoko.saveFile(`packages/base/${name}`, content);
  }
  Motoko.addPackage('base', 'packages/base');
  Motoko.setPublicMetadata(['candid:service', 'candid:args']);
  return Motoko;
}

/** A file and all that it imports by a relative path, with their contents. */
function readSources(main: string): Sources {
  const found = new Map<string, string>();
  const waiting = [main];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (found.has(file)) {
      continue;
    }
    const content = readFileSync(file, 'utf8');
    found.set(file, content);
    for (const [, imported = ''] of content.matchAll(/^\s*import\s[^"]*"(\.{1,2}\/[^"]+)"/gm)) {
      const target = path.resolve(path.dirname(file), imported);
      const candidates = [`${target}.mo`, path.join(target, 'lib.mo'), target];
      const existing = candidates.find((candidate) => existsSync(candidate) && statSync(candidate).isFile());
      // The compiler says what is missing.
      if (existing !== undefined) {
        waiting.push(existing);
      }
    }
  }
  const root = [...found.keys()].map((file) => path.dirname(file)).reduce(commonFolder);
  const relative = (file: string) => path.relative(root, file).split(path.sep).join('/');
  const files = new Map([...found].map(([file, content]) => [relative(file), content]));
  return { root, main: relative(main), files };
}

function commonFolder(a: string, b: string): string {
  let folder = a;
  while (path.relative(folder, b).startsWith('..')) {
    folder = path.dirname(folder);
  }
  return folder;
}

/** `file:line.column-line.column: type error [M0057], unbound variable x`. */
function show({ source, severity, range, code, category, message }: Diagnostic, root: string): string {
  const place = ({ line, character }: Position) => `${line + 1}.${character + 1}`;
  const what = severity === 1 ? `${category} error` : 'warning';
  const file = source.startsWith(SOURCES) ? path.join(root, source.slice(SOURCES.length)) : source;
  return `${file}:${place(range.start)}-${place(range.end)}: ${what} [${code}], ${message}`;
}

function metadata(wasm: Uint8Array, name: string): string {
  const [section] = WebAssembly.Module.customSections(new WebAssembly.Module(wasm), `icp:public ${name}`);
  if (!section) {
    throw new Error(`the compiler has left out ${name}`);
  }
  return Buffer.from(section).toString('utf8');
}

function read(file: string): Kept | undefined {
  if (!existsSync(file)) {
    return undefined;
  }
  const kept = JSON.parse(readFileSync(file, 'utf8')) as Omit<Kept, 'wasm'> & { readonly wasm: string };
  return { ...kept, wasm: new Uint8Array(Buffer.from(kept.wasm, 'base64')) };
}

function write(file: string, kept: Kept): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify({ ...kept, wasm: Buffer.from(kept.wasm).toString('base64') }));
  renameSync(temporary, file);
}
