/**
 * Builds canisters. Motoko is really compiled, and asset canisters are test/motoko/AssetStorage.mo. For Rust there is a
 * module with the interface of the Candid file, different for different sources; a comment
 * `cargo says: error[E0425]: cannot find …` in a source makes the build fail with that error on the line before it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { compileAssetStorage } from '../motoko/assets';
import { compileMotoko, type ImportedCanister, type MotokoBuild, MotokoError } from '../motoko/compile';
import { buildWasm } from '../network/wasm';
import type { CanisterEntry, Context } from './context';
import { DfxError, fail } from './failure';
import { pathCompatible } from './text';

/** Metadata of the modules made here: the network answers for them, since they hold no code. */
export const FAKE = 'stand-in';

/** A canister's interface, as far as the stand-in looks at it. */
export interface Interface {
  /** Name to signature, such as `(text) -> (text) query`. */
  readonly methods: ReadonlyMap<string, string>;
  /** Types of the init arguments. */
  readonly init: string;
  /** The definitions of the types that both name. */
  readonly types: string;
}

export function parseInterface(did: string): Interface {
  const text = did
    .replace(/\/\/.*$/gm, '')
    .replace(/\s+/g, ' ')
    // An actor class is a type of its own.
    .replace(/type (\w+) = service (\{.*\}) ?; ?(service : \([^)]*\) ->) \1 ?;? ?$/, '$3 $2');
  const service = /\bservice\b[^:]*:\s*(?:(\([^)]*\))\s*->\s*)?\{(.*)\}/.exec(text);
  const methods = new Map<string, string>();
  for (const method of membersOf(service?.[2] ?? '')) {
    const [, name = '', signature = ''] = /^"?([A-Za-z_]\w*)"?\s*:\s*(\(.*)$/.exec(method) ?? [];
    if (name !== '') {
      methods.set(name, signature);
    }
  }
  return { methods, init: service?.[1]?.slice(1, -1).trim() ?? '', types: text.slice(0, service?.index ?? 0).trim() };
}

/** What semicolons separate, but for those within braces. */
function membersOf(text: string): string[] {
  const members = [''];
  let depth = 0;
  for (const letter of text) {
    depth += letter === '{' ? 1 : letter === '}' ? -1 : 0;
    if (letter === ';' && depth === 0) {
      members.push('');
    } else {
      members[members.length - 1] += letter;
    }
  }
  return members.map((member) => member.trim());
}

export function showInterface({ methods, init, types }: Interface, withInit: boolean): string {
  const body = [...methods].map(([name, signature]) => `  ${name}: ${signature};\n`).join('');
  return `${types === '' ? '' : `${types}\n`}service : ${withInit && init !== '' ? `(${init}) -> ` : ''}{\n${body}}\n`;
}

/** Why the new interface breaks callers of the old one, or undefined. Coarser than Candid's rules: any difference counts. */
export function breakingChange(old: Interface, next: Interface): string | undefined {
  for (const [name, signature] of old.methods) {
    const now = next.methods.get(name);
    if (now === undefined) {
      return `Method ${name} is only in the expected type`;
    }
    if (now.replace(/\s/g, '') !== signature.replace(/\s/g, '')) {
      return `Method ${name}: func ${now} is not a subtype of func ${signature}`;
    }
  }
  return undefined;
}

export interface Artifacts {
  readonly folder: string;
  readonly wasm: string;
  readonly constructorDid: string;
}

export function artifactsOf(context: Context, name: string, entry: CanisterEntry): Artifacts {
  const folder = path.join(context.project.root, '.dfx', pathCompatible(context.network.name), 'canisters', name);
  const { name: stem } = path.parse(name);
  const zipped = entry.type === 'assets' || entry.wasm?.endsWith('.gz') === true;
  return {
    folder,
    wasm: path.join(folder, zipped ? `${stem}.wasm.gz` : `${stem}.wasm`),
    constructorDid: path.join(folder, 'constructor.did'),
  };
}

export function sourceFiles(folder: string): string[] {
  if (!existsSync(folder)) {
    return [];
  }
  if (statSync(folder).isFile()) {
    return [folder];
  }
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !['target', 'node_modules'].includes(name))
    .flatMap((entry) =>
      entry.isDirectory() ? sourceFiles(path.join(folder, entry.name)) : [path.join(folder, entry.name)],
    )
    .sort();
}

/** A module that exports the methods, and differs where the sources differ. */
export function moduleOf(shape: Interface, files: readonly string[]): Uint8Array {
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(path.basename(file)).update(readFileSync(file));
  }
  const isQuery = (signature: string): boolean => /\bquery\b/.test(signature);
  return buildWasm({
    candid: showInterface(shape, false),
    publicMetadata: { 'candid:args': `(${shape.init})`, dfx: '{}', [FAKE]: '' },
    updates: [...shape.methods].filter(([, signature]) => !isQuery(signature)).map(([name]) => name),
    queries: [...shape.methods].filter(([, signature]) => isQuery(signature)).map(([name]) => name),
    padding: hash.digest(),
  });
}

/** Compiles one canister and writes what dfx writes. */
export function compile(context: Context, name: string, entry: CanisterEntry): void {
  const artifacts = artifactsOf(context, name, entry);
  mkdirSync(artifacts.folder, { recursive: true });
  const built = build(context, name, entry);
  writeFileSync(artifacts.wasm, entry.type === 'assets' ? gzipSync(built.wasm) : built.wasm);
  writeFileSync(path.join(artifacts.folder, 'service.did'), built.service);
  writeFileSync(artifacts.constructorDid, built.did);
  writeFileSync(path.join(artifacts.folder, 'init_args.txt'), built.args);
  if ((entry.type ?? 'motoko') === 'motoko') {
    writeFileSync(path.join(artifacts.folder, `${path.parse(name).name}.did`), built.did);
    writeFileSync(path.join(artifacts.folder, `${path.parse(name).name}.most`), built.stable);
  }
  if (entry.type === 'assets') {
    writeFileSync(path.join(artifacts.folder, 'assetstorage.did'), built.did);
  }
}

type Build = Pick<MotokoBuild, 'wasm' | 'service' | 'did' | 'args' | 'stable'>;

/** What no compiler was run for. */
function withInterface(shape: Interface, wasm: Uint8Array): Build {
  return {
    wasm,
    service: showInterface(shape, false),
    did: showInterface(shape, true),
    args: `(${shape.init})`,
    stable: '',
  };
}

/** The canisters that a Motoko program imports by name, as far as they have an id and an interface. */
function importedCanisters(context: Context, source: string): ImportedCanister[] {
  return [...source.matchAll(/"canister:([^"]+)"/g)].flatMap(([, name = '']) => {
    const entry = context.project.canisters.get(name);
    const id = context.ids.find(name);
    const file = entry && path.join(artifactsOf(context, name, entry).folder, 'service.did');
    return id !== undefined && file !== undefined && existsSync(file)
      ? [{ name, id, did: readFileSync(file, 'utf8') }]
      : [];
  });
}

function build(context: Context, name: string, entry: CanisterEntry): Build {
  const { root } = context.project;
  switch (entry.type ?? 'motoko') {
    case 'motoko': {
      const main =
        entry.main ??
        fail(
          '`main` attribute is required on Motoko canisters in dfx.json (and Motoko is the default canister type if not otherwise specified)',
        );
      const file = path.resolve(root, main);
      const doing = `Failed to build Motoko canister '${name}'.`;
      if (!existsSync(file)) {
        throw new DfxError([doing, `Failed to find main file ${file}`]);
      }
      const source = readFileSync(file, 'utf8');
      try {
        return compileMotoko(file, importedCanisters(context, source));
      } catch (error) {
        if (error instanceof MotokoError) {
          throw mocFailed(doing, file, error.message);
        }
        throw error;
      }
    }
    case 'rust': {
      const doing = `Failed to build Rust canister '${name}'.`;
      const shape = readInterface(path.resolve(root, entry.candid ?? ''), doing);
      const folder = path.join(root, 'src', entry.package ?? name);
      context.info(`Executing: cargo build --target wasm32-unknown-unknown --release -p ${entry.package} --locked`);
      const files = sourceFiles(existsSync(folder) ? folder : path.dirname(path.resolve(root, entry.candid ?? '')));
      for (const file of files) {
        failAsCargo(context, doing, root, file, entry.package ?? name);
      }
      return withInterface(shape, moduleOf(shape, files));
    }
    case 'assets': {
      const sources = (entry.source ?? []).map((one) => path.resolve(root, one));
      const missing = sources.find((one) => !existsSync(one));
      if (missing !== undefined) {
        fail(`Unable to determine canonical location of asset source path ${missing}`);
      }
      return compileAssetStorage();
    }
    case 'custom': {
      const doing = `Failed to build custom canister ${name}.`;
      const file = path.resolve(root, entry.wasm ?? '');
      runBuild(context, entry, file, doing);
      if (!existsSync(file)) {
        throw new DfxError([doing, `failed to read ${file}`, 'No such file or directory (os error 2)']);
      }
      return withInterface(readInterface(path.resolve(root, entry.candid ?? ''), doing), readFileSync(file));
    }
    default:
      return fail(`cannot build a canister of type ${entry.type}`);
  }
}

function readInterface(file: string, doing: string): Interface {
  if (!existsSync(file)) {
    throw new DfxError([doing, `Candid file: ${file} doesn't exist.`]);
  }
  return parseInterface(readFileSync(file, 'utf8'));
}

/** Runs the commands of a custom canister in the project's root. A tool that is not there counts as having run before. */
function runBuild(context: Context, entry: CanisterEntry, result: string, doing: string): void {
  for (const command of [entry.build ?? []].flat()) {
    const tool = command.trim().split(/\s+/)[0] ?? '';
    const found = spawnSync('sh', ['-c', 'command -v "$0"', tool], { cwd: context.project.root }).status === 0;
    if (!found && existsSync(result)) {
      continue;
    }
    context.info(`Executing '${command}'`);
    const { status } = spawnSync('sh', ['-c', command], {
      cwd: context.project.root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) {
      throw new DfxError([doing, `Failed to run custom tool '${command}'`, 'The custom tool failed.']);
    }
  }
}

/** The place of a marked error: the line before the marker, without the space around it. */
function marked(
  source: string,
  marker: string,
): { says: string; line: number; start: number; end: number; text: string } | undefined {
  const lines = source.split(/\r?\n/);
  const at = lines.findIndex((line) => line.includes(`${marker} says: `));
  if (at < 1) {
    return undefined;
  }
  const text = lines[at - 1]!.trimEnd();
  const start = text.length - text.trimStart().length;
  return { says: lines[at]!.split(`${marker} says: `)[1]!.trim(), line: at, start, end: text.length, text };
}

function mocFailed(doing: string, file: string, said: string): DfxError {
  return new DfxError([
    'Failed while trying to build all canisters.',
    `The build step failed for canister '${path.basename(file)}'`,
    doing,
    'Failed to compile Motoko.',
    "Failed to run 'moc'.",
    `The command '"moc" "${file}"' failed with exit status 'exit status: 1'.\nStdout:\n\nStderr:\n${said}\n`,
  ]);
}

function failAsCargo(context: Context, doing: string, root: string, file: string, packageName: string): void {
  if (!file.endsWith('.rs')) {
    return;
  }
  const error = marked(readFileSync(file, 'utf8'), 'cargo');
  if (!error) {
    return;
  }
  const gutter = ' '.repeat(String(error.line).length);
  context.say(`   Compiling ${packageName} v0.1.0 (${root})`);
  context.say(error.says);
  context.say(`${gutter}--> ${path.relative(root, file)}:${error.line}:${error.start + 1}`);
  context.say(`${gutter} |`);
  context.say(`${error.line} | ${error.text}`);
  context.say(`${gutter} | ${' '.repeat(error.start)}${'^'.repeat(error.end - error.start)} here`);
  context.say('');
  context.say(`error: could not compile \`${packageName}\` (lib) due to 1 previous error`);
  throw new DfxError([
    'Failed while trying to build all canisters.',
    doing,
    `Failed to compile the rust package: ${packageName}`,
  ]);
}

/** Writes the variables that dfx writes between its markers, and keeps the rest of the file. */
export function writeEnvFile(context: Context): void {
  const { project } = context;
  if (project.outputEnvFile === undefined) {
    return;
  }
  if (path.isAbsolute(project.outputEnvFile)) {
    fail(`The output_env_file must be a relative path, but is ${project.outputEnvFile}`);
  }
  const file = path.join(project.root, project.outputEnvFile);
  const [begin, end] = ['# DFX CANISTER ENVIRONMENT VARIABLES', '# END DFX CANISTER ENVIRONMENT VARIABLES'];
  const old = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const from = old.indexOf(begin);
  const to = old.indexOf(end);
  const rest = from >= 0 && to > from ? old.slice(0, from) + old.slice(to + end.length) : old;
  const lines = [`DFX_VERSION='0.32.0'`, `DFX_NETWORK='${context.network.name}'`];
  for (const name of project.canisters.keys()) {
    const id = context.ids.find(name);
    if (id !== undefined) {
      lines.push(`CANISTER_ID_${name.toUpperCase().replaceAll('-', '_')}='${id}'`);
    }
  }
  writeFileSync(file, `${rest.trimEnd()}${rest.trim() ? '\n' : ''}${begin}\n${lines.join('\n')}\n${end}\n`);
}
