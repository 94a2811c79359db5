/** The canisters of dfx.json, in the order and under the names that they get in icp.yaml. */
import path from 'node:path';
import { parseJson } from '../document/parse-json';
import { propertiesOf, stringAt } from '../document/tree';
import { dependenciesFirst } from '../lifecycle/order';
import { readMotokoImports } from '../project/motoko-imports';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import { leavesFolder } from '../util/paths';
import { stepsOf } from './build-steps';
import { type Build, buildOf } from './builds';
import { Part } from './part';
import type { ConversionSources, SourceCanister, SourceProject } from './project';
import { settingsOf } from './settings';
import { YamlMap, type YamlValue } from './yaml-writer';

const NAME = /^[A-Za-z0-9_-]+$/;
/** Nobody has more; scripts that name every canister in every canister would grow with the square of them. */
const MAX_CANISTERS = 500;

/** Those that others depend on come first, as dfx builds them; otherwise in their order. */
export async function readCanisters(root: Part, sources: ConversionSources): Promise<Map<string, SourceCanister>> {
  const members = root.part('canisters')?.members() ?? [];
  if (members.length > MAX_CANISTERS) {
    throw new Failure({ message: msg('Projects of more than {0} canisters are not converted.', MAX_CANISTERS) });
  }
  const parts = new Map(members);
  const order = dependenciesFirst(
    members.map(([name]) => name),
    members.map(([name, part]) => ({ name, dependencies: part.texts('dependencies') })),
  );
  const taken = new Set(order.filter((name) => NAME.test(name)));
  const canisters = new Map<string, SourceCanister>();
  for (const dfxName of order) {
    const part = parts.get(dfxName)!;
    const name = NAME.test(dfxName) ? dfxName : freeName(dfxName, taken);
    if (name !== dfxName) {
      part.ledger.enter(
        part.path,
        'different',
        msg('Named {0}: icp allows ASCII letters, digits, "_" and "-" only. Rename it in code and scripts.', name),
      );
    }
    const known = extended(dfxName, part, sources);
    const type = known === undefined ? (part.text('type') ?? 'motoko') : 'custom';
    const imports = type === 'motoko' ? await importsOf(part, sources) : new Set<string>();
    canisters.set(dfxName, { dfxName, name, type, part: known ?? part, imports });
  }
  return canisters;
}

function freeName(dfxName: string, taken: Set<string>): string {
  const base = dfxName.replace(/[^A-Za-z0-9_-]/gu, '_').slice(0, 100) || 'canister';
  let name = base;
  for (let count = 2; taken.has(name); count++) {
    name = `${base}_${count}`;
  }
  taken.add(name);
  return name;
}

/** What the code imports; where it cannot be read, what dfx.json says. */
async function importsOf(part: Part, { files, root }: ConversionSources): Promise<Set<string>> {
  const main = part.filled('main');
  const read =
    main === undefined || leavesFolder(root, main)
      ? undefined
      : await readMotokoImports(path.join(root, main), files, () => undefined);
  return new Set(read?.complete ? read.canisters : [...(read?.canisters ?? []), ...part.texts('dependencies')]);
}

/** A canister whose type an installed extension defines, with what that adds, as dfx puts it in; undefined for others. */
function extended(name: string, part: Part, { extensionTypes }: ConversionSources): Part | undefined {
  const type = part.text('type');
  const definition = type === undefined ? undefined : extensionTypes.get(type);
  if (type === undefined || definition === undefined) {
    return undefined;
  }
  const own = JSON.parse(JSON.stringify(jsonOf(part))) as Record<string, unknown>;
  const { defaults } = JSON.parse(definition) as { readonly defaults?: unknown };
  const fill = (value: unknown): unknown => {
    if (typeof value === 'string') {
      return value
        .replace(/\{\{\{?\s*canister_name\s*\}?\}\}/g, () => name)
        .replace(/\{\{\{?\s*canister\.(\w+)\s*\}?\}\}/g, (whole, key: string) => {
          const found = own[key];
          return typeof found === 'string' ? found : whole;
        });
    }
    return Array.isArray(value) ? value.map(fill) : value;
  };
  if (typeof defaults !== 'object' || defaults === null) {
    return undefined;
  }
  for (const [key, value] of Object.entries(defaults)) {
    if (key === 'metadata' && Array.isArray(value)) {
      own[key] = [...(Array.isArray(own[key]) ? own[key] : []), ...value.map((each: object) => fillObject(each, fill))];
    } else {
      own[key] ??= fill(value);
    }
  }
  const text = JSON.stringify({ ...own, type: 'custom' });
  const { root } = parseJson(text);
  if (root?.type !== 'object' || stringAt(propertiesOf(root), 'wasm') === undefined || text.includes('{{')) {
    return undefined;
  }
  const note = msg('Built with the commands of the extension {0} of dfx. It reads dfx.json, which has to stay.', type);
  for (const key of ['type', 'main', 'custom']) {
    part.say(key, 'different', note, 'whole');
  }
  return new Part(root, part.path, part.ledger);
}

function fillObject(each: object, fill: (value: unknown) => unknown): object {
  return Object.fromEntries(Object.entries(each).map(([key, value]) => [key, fill(value)]));
}

function jsonOf(part: Part): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { key } of part.properties()) {
    const value = part.value(key.value);
    if (value?.type === 'string') {
      found[key.value] = value.value;
    } else if (value?.type === 'object') {
      found[key.value] = jsonOf(part.part(key.value)!);
    } else if (value?.type === 'array') {
      const parts = part.parts(key.value);
      found[key.value] = parts.length > 0 ? parts.map(jsonOf) : part.texts(key.value);
    } else if (value !== undefined) {
      found[key.value] = JSON.parse(value.raw) as unknown;
    }
  }
  return found;
}

/** A canister in icp.yaml. */
export interface ConvertedCanister {
  readonly node: YamlMap;
  /** Lines above it, for what a reader has to see to. */
  readonly comments: readonly string[];
  readonly missing: boolean;
  /** Files that icp reads when it loads the project. */
  readonly reads: readonly string[];
}

export async function convertCanister(
  canister: SourceCanister,
  project: SourceProject,
  writesEnvFile: boolean,
): Promise<ConvertedCanister> {
  const { name, part } = canister;
  const { build, sync, missing }: Build = await buildOf(canister, project, writesEnvFile);
  const node = new YamlMap().set('name', name).set('build', stepsOf(build));
  if (sync.length > 0) {
    node.set('sync', stepsOf(sync));
  }
  node.set('settings', settingsOf(part));
  const argument = await argumentOf(canister, project);
  node.set('init_args', argument.value);
  sayTheRest(canister, project);
  return { node, comments: commentsOf(canister, project), missing, reads: argument.reads };
}

/** Keys whose loss is no matter of the file, or is said by a step of it. */
const UNCOMMENTED: ReadonlySet<string | number> = new Set(['declarations', 'type', 'main', 'custom']);

function commentsOf({ part }: SourceCanister, { sources }: SourceProject): string[] {
  const lost = part.ledger
    .lostBelow(part.path)
    .filter(({ path: key }) => !UNCOMMENTED.has(key[part.path.length] ?? ''));
  return lost.flatMap(({ path: key, text }) =>
    wrap(`${key.slice(part.path.length).join('.')}: ${sources.words(text)}`),
  );
}

/** Lines of some hundred characters, broken at spaces. */
function wrap(text: string): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + word.length > 110) {
      lines.push(line);
      line = '';
    }
    line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

interface Argument {
  readonly value: YamlValue | undefined;
  readonly reads: readonly string[];
}

/** The arguments of an installation, which both tools pass to upgrades, too. */
async function argumentOf({ part, type }: SourceCanister, { sources }: SourceProject): Promise<Argument> {
  const { files, root } = sources;
  const text = part.text('init_arg');
  const file = part.filled('init_arg_file');
  if (text !== undefined) {
    part.say('init_arg', 'converted', msg('Under "init_args".'));
    return { value: text, reads: [] };
  }
  if (file !== undefined) {
    const isThere = !leavesFolder(root, file) && (await files.kind(path.join(root, file))) === 'file';
    if (isThere) {
      part.say('init_arg_file', 'converted', msg('Under "init_args", as a path.'));
      return { value: new YamlMap().set('path', file), reads: [file] };
    }
    const note = msg(
      'The file does not exist yet, or lies elsewhere, and icp would not load the project: it reads it at once. Put it under "init_args" when it is there: path: {0}',
      file,
    );
    part.say('init_arg_file', 'none', note);
    return { value: undefined, reads: [] };
  }
  return type === 'pull' ? await pulledArgument(part, sources) : { value: undefined, reads: [] };
}

/** What `dfx deps init` has kept. */
async function pulledArgument(part: Part, { files, root }: ConversionSources): Promise<Argument> {
  const id = part.filled('id');
  const text = await files.read(path.join(root, 'deps', 'init.json'));
  const { root: tree } = parseJson(text ?? '');
  const list = tree?.type === 'object' ? propertiesOf(tree).get('canisters')?.value : undefined;
  const entry = list?.type === 'object' && id !== undefined ? propertiesOf(list).get(id)?.value : undefined;
  const raw = entry?.type === 'object' ? stringAt(propertiesOf(entry), 'arg_raw')?.value : undefined;
  return raw !== undefined && /^(?:[0-9a-f]{2})+$/i.test(raw)
    ? { value: new YamlMap().set('value', raw).set('format', 'hex'), reads: [] }
    : { value: undefined, reads: [] };
}

/** Keys that stand for themselves. */
function sayTheRest({ dfxName, name, part, type }: SourceCanister, project: SourceProject): void {
  const dependencies = part.texts('dependencies');
  if (dependencies.length > 0) {
    const names = dependencies.map((each) => project.canisters.get(each)?.name ?? each);
    part.say(
      'dependencies',
      'different',
      type === 'motoko'
        ? msg(
            'icp builds all canisters at the same time, and deploys those that are named alone: "icp deploy {0}". The interfaces that the code imports are made by its own build, the ids come when it runs (moc 1.4 or later).',
            [...names, name].join(' '),
          )
        : msg(
            'icp builds all canisters at the same time, and deploys those that are named alone: "icp deploy {0}". Code finds the ids in the environment variables PUBLIC_CANISTER_ID:<name> of its canister.',
            [...names, name].join(' '),
          ),
      'whole',
    );
  }
  part.say(
    'declarations',
    part.part('declarations')?.value('bindings')?.type === 'array' &&
      part.part('declarations')?.texts('bindings').length === 0
      ? 'converted'
      : 'none',
    msg(
      'icp generates no language bindings. Generate them with @icp-sdk/bindgen from the Candid file of {0}.',
      dfxName,
    ),
    'whole',
  );
  part.say(
    'frontend',
    'converted',
    msg('Nothing is lost: dfx only printed an address for it, and icp asks the canister whether it answers browsers.'),
    'whole',
  );
  part.say(
    'specified_id',
    'none',
    msg(
      'icp cannot choose the id of a new canister. Where code relies on it, have it read PUBLIC_CANISTER_ID:{0}.',
      name,
    ),
  );
  part.say('remote', 'converted', UNUSED_REMOTE, part.part('remote')?.value('id') === undefined ? 'whole' : undefined);
  part
    .part('remote')
    ?.say(
      'candid',
      'different',
      msg('icp asks the canister itself for its interface. Builds that import it use the file.'),
    );
}

const UNUSED_REMOTE = msg('Declared like the others, and left out of the environments where it is remote.');
