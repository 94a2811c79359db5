/**
 * What stands in for the compilers: a module with the interface of the source, different for different sources.
 * A comment `moc says: type error [M0057], unbound variable x` or `cargo says: error[E0425]: cannot find …` in a source
 * makes the build fail with that error on the line before it.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
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
}

export function parseInterface(did: string): Interface {
  const text = did.replace(/\/\/.*$/gm, '').replace(/\s+/g, ' ');
  const service = /\bservice\b[^:]*:\s*(?:(\([^)]*\))\s*->\s*)?\{(.*)\}/.exec(text);
  const methods = new Map<string, string>();
  for (const [, name = '', signature = ''] of (service?.[2] ?? '').matchAll(/"?([A-Za-z_]\w*)"?\s*:\s*(\([^;]*)/g)) {
    methods.set(name, signature.trim());
  }
  return { methods, init: service?.[1]?.slice(1, -1).trim() ?? '' };
}

export function showInterface({ methods, init }: Interface, withInit: boolean): string {
  const body = [...methods].map(([name, signature]) => `  ${name}: ${signature};\n`).join('');
  return `service : ${withInit && init !== '' ? `(${init}) -> ` : ''}{\n${body}}\n`;
}

/** Why the new interface breaks callers of the old one, or undefined. Coarser than Candid's rules: any difference counts. */
export function breakingChange(old: Interface, next: Interface): string | undefined {
  for (const [name, signature] of old.methods) {
    const now = next.methods.get(name);
    if (now === undefined) return `Method ${name} is only in the expected type`;
    if (now.replace(/\s/g, '') !== signature.replace(/\s/g, ''))
      return `Method ${name}: func ${now} is not a subtype of func ${signature}`;
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

const CANDID_TYPES: Readonly<Record<string, string>> = {
  '': '',
  Text: 'text',
  Nat: 'nat',
  Int: 'int',
  Bool: 'bool',
  Principal: 'principal',
  Float: 'float64',
};

function candidType(motoko: string): string {
  const text = motoko.trim();
  const optional = /^\?\s*(.+)$/.exec(text)?.[1];
  if (optional !== undefined) return `opt ${candidType(optional)}`;
  const array = /^\[(.+)\]$/.exec(text)?.[1];
  if (array !== undefined) return `vec ${candidType(array)}`;
  return CANDID_TYPES[text] ?? (/^(Nat|Int)(8|16|32|64)$/.test(text) ? text.toLowerCase() : 'reserved');
}

function candidTypes(parameters: string): string {
  const list = parameters.split(',').map((one) => one.replace(/^[^:]*:/, ''));
  return list
    .map(candidType)
    .filter((type) => type !== '')
    .join(', ');
}

function motokoInterface(source: string): Interface {
  const methods = new Map<string, string>();
  const functions =
    /public\s+(?:shared\s*(?:\([^)]*\)|\w+)?\s*)?(query|composite query)?\s*(?:\([^)]*\)\s*)?func\s+(\w+)\s*\(([^)]*)\)\s*:\s*async\s+(\([^)]*\)|[^\s{]+)/g;
  for (const [, query, name = '', parameters = '', result = ''] of source.matchAll(functions)) {
    const results = candidTypes(result.replace(/^\(|\)$/g, ''));
    methods.set(
      name,
      `(${candidTypes(parameters)}) -> (${results})${query === undefined ? '' : ` ${query.replace(' ', '_')}`}`,
    );
  }
  const init = /actor\s+class\s+\w*\s*\(([^)]*)\)/.exec(source)?.[1] ?? '';
  return { methods, init: candidTypes(init) };
}

/** The stable variables of a Motoko actor: name to type. */
function stableVariables(source: string): string {
  const persistent = /persistent\s+actor/.test(source);
  const variables = persistent
    ? /^\s*(?!.*transient)(?:stable\s+)?var\s+(\w+)\s*:\s*([^=]+)=/gm
    : /stable\s+var\s+(\w+)\s*:\s*([^=]+)=/g;
  return [...source.matchAll(variables)].map(([, name, type = '']) => `${name}:${type.trim()}`).join(';');
}

/** What the stable check says of an upgrade: nothing, a warning, or an error. */
export function stableChange(old: string, next: string): { kind: 'warning' | 'error'; text: string } | undefined {
  const parse = (text: string): Map<string, string> =>
    new Map(
      text
        .split(';')
        .filter((one) => one !== '')
        .map((one): [string, string] => [one.split(':')[0]!, one.slice(one.indexOf(':') + 1)]),
    );
  const now = parse(next);
  let warning: { kind: 'warning'; text: string } | undefined;
  for (const [name, type] of parse(old)) {
    const other = now.get(name);
    if (other !== undefined && other !== type) {
      return {
        kind: 'error',
        text: `(unknown location): Compatibility error [M0170], stable variable ${name} of previous type\n  ${type}\ncannot be consumed at new type\n  ${other}`,
      };
    }
    if (other === undefined)
      warning = {
        kind: 'warning',
        text: `(unknown location): warning [M0169], the stable variable ${name} of the previous version cannot be implicitly discarded.`,
      };
  }
  return warning;
}

function sourceFiles(folder: string): string[] {
  if (!existsSync(folder)) return [];
  if (statSync(folder).isFile()) return [folder];
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !['target', 'node_modules'].includes(name))
    .flatMap((entry) =>
      entry.isDirectory() ? sourceFiles(path.join(folder, entry.name)) : [path.join(folder, entry.name)],
    )
    .sort();
}

/** A module that exports the methods, and differs where the sources differ. */
function moduleOf(shape: Interface, files: readonly string[], metadata: Record<string, string>): Uint8Array {
  const hash = createHash('sha256');
  for (const file of files) hash.update(path.basename(file)).update(readFileSync(file));
  const isQuery = (signature: string): boolean => /\bquery\b/.test(signature);
  return buildWasm({
    candid: showInterface(shape, false),
    publicMetadata: { 'candid:args': `(${shape.init})`, dfx: '{}', [FAKE]: '', ...metadata },
    updates: [...shape.methods].filter(([, signature]) => !isQuery(signature)).map(([name]) => name),
    queries: [...shape.methods].filter(([, signature]) => isQuery(signature)).map(([name]) => name),
    padding: hash.digest(),
  });
}

/** Compiles one canister and writes what dfx writes. */
export function compile(context: Context, name: string, entry: CanisterEntry): void {
  const { root } = context.project;
  const artifacts = artifactsOf(context, name, entry);
  mkdirSync(artifacts.folder, { recursive: true });
  const { shape, wasm } = build(context, name, entry);
  writeFileSync(artifacts.wasm, wasm);
  writeFileSync(path.join(artifacts.folder, 'service.did'), showInterface(shape, false));
  writeFileSync(artifacts.constructorDid, showInterface(shape, true));
  writeFileSync(path.join(artifacts.folder, 'init_args.txt'), `(${shape.init})`);
  if ((entry.type ?? 'motoko') === 'motoko') {
    writeFileSync(path.join(artifacts.folder, `${path.parse(name).name}.did`), showInterface(shape, true));
    writeFileSync(
      path.join(artifacts.folder, `${path.parse(name).name}.most`),
      stableVariables(readFileSync(path.resolve(root, entry.main!), 'utf8')),
    );
  }
  if (entry.type === 'assets')
    writeFileSync(path.join(artifacts.folder, 'assetstorage.did'), showInterface(shape, false));
}

const ASSETS = parseInterface(
  'service : { list : (record {}) -> (vec record {}) query; get : (record {}) -> (record {}) query; store : (record {}) -> (); http_request : (record {}) -> (record {}) query }',
);

function build(context: Context, name: string, entry: CanisterEntry): { shape: Interface; wasm: Uint8Array } {
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
      if (!existsSync(file)) throw new DfxError([doing, `Failed to find main file ${file}`]);
      const source = readFileSync(file, 'utf8');
      failAsMoc(doing, file, source);
      const shape = motokoInterface(source);
      return {
        shape,
        wasm: moduleOf(shape, sourceFiles(path.dirname(file)), { 'motoko:stable-types': stableVariables(source) }),
      };
    }
    case 'rust': {
      const doing = `Failed to build Rust canister '${name}'.`;
      const shape = readInterface(path.resolve(root, entry.candid ?? ''), doing);
      const folder = path.join(root, 'src', entry.package ?? name);
      context.info(`Executing: cargo build --target wasm32-unknown-unknown --release -p ${entry.package} --locked`);
      const files = sourceFiles(existsSync(folder) ? folder : path.dirname(path.resolve(root, entry.candid ?? '')));
      for (const file of files) failAsCargo(context, doing, root, file, entry.package ?? name);
      return { shape, wasm: moduleOf(shape, files, {}) };
    }
    case 'assets': {
      const sources = (entry.source ?? []).map((one) => path.resolve(root, one));
      const missing = sources.find((one) => !existsSync(one));
      if (missing !== undefined) fail(`Unable to determine canonical location of asset source path ${missing}`);
      return { shape: ASSETS, wasm: moduleOf(ASSETS, [], {}) };
    }
    case 'custom': {
      const doing = `Failed to build custom canister ${name}.`;
      const file = path.resolve(root, entry.wasm ?? '');
      runBuild(context, entry, file, doing);
      if (!existsSync(file))
        throw new DfxError([doing, `failed to read ${file}`, 'No such file or directory (os error 2)']);
      return { shape: readInterface(path.resolve(root, entry.candid ?? ''), doing), wasm: readFileSync(file) };
    }
    default:
      return fail(`cannot build a canister of type ${entry.type}`);
  }
}

function readInterface(file: string, doing: string): Interface {
  if (!existsSync(file)) throw new DfxError([doing, `Candid file: ${file} doesn't exist.`]);
  return parseInterface(readFileSync(file, 'utf8'));
}

/** Runs the commands of a custom canister in the project's root. A tool that is not there counts as having run before. */
function runBuild(context: Context, entry: CanisterEntry, result: string, doing: string): void {
  for (const command of [entry.build ?? []].flat()) {
    const tool = command.trim().split(/\s+/)[0] ?? '';
    const found = spawnSync('sh', ['-c', 'command -v "$0"', tool], { cwd: context.project.root }).status === 0;
    if (!found && existsSync(result)) continue;
    context.info(`Executing '${command}'`);
    const { status } = spawnSync('sh', ['-c', command], {
      cwd: context.project.root,
      stdio: ['ignore', 'inherit', 'inherit'],
    });
    if (status !== 0) throw new DfxError([doing, `Failed to run custom tool '${command}'`, 'The custom tool failed.']);
  }
}

/** The place of a marked error: the line before the marker, without the space around it. */
function marked(
  source: string,
  marker: string,
): { says: string; line: number; start: number; end: number; text: string } | undefined {
  const lines = source.split(/\r?\n/);
  const at = lines.findIndex((line) => line.includes(`${marker} says: `));
  if (at < 1) return undefined;
  const text = lines[at - 1]!.trimEnd();
  const start = text.length - text.trimStart().length;
  return { says: lines[at]!.split(`${marker} says: `)[1]!.trim(), line: at, start, end: text.length, text };
}

function failAsMoc(doing: string, file: string, source: string): void {
  const error = marked(source, 'moc');
  if (!error) return;
  const place = `${file}:${error.line}.${error.start + 1}-${error.line}.${error.end + 1}`;
  throw new DfxError([
    'Failed while trying to build all canisters.',
    `The build step failed for canister '${path.basename(file)}'`,
    doing,
    'Failed to compile Motoko.',
    "Failed to run 'moc'.",
    `The command '"moc" "${file}"' failed with exit status 'exit status: 1'.\nStdout:\n\nStderr:\n${place}: ${error.says}\n`,
  ]);
}

function failAsCargo(context: Context, doing: string, root: string, file: string, packageName: string): void {
  if (!file.endsWith('.rs')) return;
  const error = marked(readFileSync(file, 'utf8'), 'cargo');
  if (!error) return;
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
  if (project.outputEnvFile === undefined) return;
  if (path.isAbsolute(project.outputEnvFile))
    fail(`The output_env_file must be a relative path, but is ${project.outputEnvFile}`);
  const file = path.join(project.root, project.outputEnvFile);
  const [begin, end] = ['# DFX CANISTER ENVIRONMENT VARIABLES', '# END DFX CANISTER ENVIRONMENT VARIABLES'];
  const old = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const from = old.indexOf(begin);
  const to = old.indexOf(end);
  const rest = from >= 0 && to > from ? old.slice(0, from) + old.slice(to + end.length) : old;
  const lines = [`DFX_VERSION='0.32.0'`, `DFX_NETWORK='${context.network.name}'`];
  for (const name of project.canisters.keys()) {
    const id = context.ids.find(name);
    if (id !== undefined) lines.push(`CANISTER_ID_${name.toUpperCase().replaceAll('-', '_')}='${id}'`);
  }
  writeFileSync(file, `${rest.trimEnd()}${rest.trim() ? '\n' : ''}${begin}\n${lines.join('\n')}\n${end}\n`);
}
