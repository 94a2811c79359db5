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
  readonly version: string;
  saveFile(path: string, content: string): void;
  addPackage(name: string, folder: string): void;
  setCandidPath(folder: string): void;
  setActorAliases(aliases: readonly (readonly [string, string])[]): void;
  setPublicMetadata(names: readonly string[]): void;
  compileWasm(
    mode: 'ic',
    path: string,
  ): {
    readonly diagnostics: readonly Diagnostic[];
    readonly code: { readonly wasm: Uint8Array; readonly candid: string; readonly stable: string | null } | null;
  };
}

const require = createRequire(__filename);
let compiler: Compiler | undefined;

/**
 * @param main the actor's file
 * @param packages folder in which the npm package `motoko` is installed, if not this one's
 * @throws MotokoError
 */
export function compileMotoko(
  main: string,
  canisters: readonly ImportedCanister[] = [],
  packages?: string,
): MotokoBuild {
  const files = readClosure(path.resolve(main));
  const folder = path.dirname(require.resolve('motoko/package.json', packages ? { paths: [packages] } : undefined));
  const { version } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as { version: string };
  const hash = createHash('sha256').update(JSON.stringify([version, main, canisters, [...files]]));
  const cached = path.join(cacheFolder(), 'motoko', hash.digest('hex'));
  const known = readCached(cached);
  if (known) return known;

  compiler ??= load(folder);
  for (const [file, content] of files) compiler.saveFile(inside(file), content);
  for (const { id, did } of canisters) compiler.saveFile(`idl/${id}.did`, did);
  compiler.setCandidPath('idl');
  compiler.setActorAliases(canisters.map(({ name, id }) => [name, id]));
  const { diagnostics, code } = compiler.compileWasm('ic', inside(path.resolve(main)));
  const errors = diagnostics.filter(({ severity }) => severity === 1);
  if (!code || errors.length > 0) throw new MotokoError(errors.map(show).join('\n'));
  const { wasm, candid, stable } = code;
  const built: MotokoBuild = {
    wasm,
    did: candid.trimStart(),
    args: initArguments(wasm),
    stable: stable ?? '',
    warnings: diagnostics.map(show),
  };
  writeCached(cached, built);
  return built;
}

function load(folder: string): Compiler {
  const handlers = new Set(process.listeners('uncaughtException'));
  const { Motoko } = require(path.join(folder, 'versions/latest/moc.min.js')) as { Motoko: Compiler };
  // It adds one of its own, which would print two megabytes of source for any error of the process.
  for (const handler of process.listeners('uncaughtException')) {
    if (!handlers.has(handler)) process.off('uncaughtException', handler);
  }
  const base = JSON.parse(readFileSync(path.join(folder, 'packages/latest/base.json'), 'utf8')) as {
    files: Record<string, { content: string }>;
  };
  for (const [name, { content }] of Object.entries(base.files)) Motoko.saveFile(`packages/base/${name}`, content);
  Motoko.addPackage('base', 'packages/base');
  Motoko.setPublicMetadata(['candid:service', 'candid:args']);
  return Motoko;
}

/** A file and all that it imports by a relative path, with their contents. */
function readClosure(main: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  const waiting = [main];
  for (let file = waiting.pop(); file !== undefined; file = waiting.pop()) {
    if (files.has(file)) continue;
    const content = readFileSync(file, 'utf8');
    files.set(file, content);
    for (const [, imported = ''] of content.matchAll(/^\s*import\s[^"]*"(\.{1,2}\/[^"]+)"/gm)) {
      const target = path.resolve(path.dirname(file), imported);
      const found = [`${target}.mo`, path.join(target, 'lib.mo'), target].find(
        (candidate) => existsSync(candidate) && statSync(candidate).isFile(),
      );
      // The compiler says what is missing.
      if (found !== undefined) waiting.push(found);
    }
  }
  return files;
}

/** A path in the compiler's own file system. */
function inside(file: string): string {
  return `source/${file
    .replace(/^[A-Za-z]:/, '')
    .split(path.sep)
    .filter(Boolean)
    .join('/')}`;
}

/** `file:line.column-line.column: type error [M0057], unbound variable x`. */
function show({ source, severity, range, code, category, message }: Diagnostic): string {
  const place = ({ line, character }: Position) => `${line + 1}.${character + 1}`;
  const what = severity === 1 ? `${category} error` : 'warning';
  return `${source.replace(/^source/, '')}:${place(range.start)}-${place(range.end)}: ${what} [${code}], ${message}`;
}

function initArguments(wasm: Uint8Array): string {
  const module = new WebAssembly.Module(wasm);
  const [section] = WebAssembly.Module.customSections(module, 'icp:public candid:args');
  return section ? Buffer.from(section).toString('utf8').replace(/\s+/g, ' ') : '()';
}

function readCached(file: string): MotokoBuild | undefined {
  if (!existsSync(`${file}.json`)) return undefined;
  const kept = JSON.parse(readFileSync(`${file}.json`, 'utf8')) as Omit<MotokoBuild, 'wasm'> & { wasm: string };
  return { ...kept, wasm: new Uint8Array(Buffer.from(kept.wasm, 'base64')) };
}

function writeCached(file: string, built: MotokoBuild): void {
  mkdirSync(path.dirname(file), { recursive: true });
  const temporary = `${file}.${process.pid}.tmp`;
  writeFileSync(temporary, JSON.stringify({ ...built, wasm: Buffer.from(built.wasm).toString('base64') }));
  renameSync(temporary, `${file}.json`);
}
