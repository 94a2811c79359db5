/** The stand-in's own view of the disk: settings, project, network, ids. Written apart from the product, to check it. */
import { copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Behaviour } from './behaviour';
import type { Parsed } from './cli';
import { DfxError, fail } from './failure';
import { isPrincipalText, pathCompatible } from './text';

type Json = Record<string, unknown>;

export function readJson(file: string): Json {
  const text = readFileSync(file, 'utf8');
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    throw new DfxError([`Failed to deserialize json from ${file}`, error instanceof Error ? error.message : '']);
  }
}

export function writeJson(file: string, value: unknown): void {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, JSON.stringify(value, undefined, 2));
}

export interface CanisterEntry extends Json {
  readonly type?: string;
  readonly main?: string;
  readonly candid?: string;
  readonly wasm?: string;
  readonly package?: string;
  readonly source?: readonly string[];
  readonly build?: string | readonly string[];
  readonly dependencies?: readonly string[];
  readonly remote?: { readonly id: Readonly<Record<string, string>> };
  readonly id?: string;
  readonly frontend?: unknown;
  readonly init_arg?: string;
  readonly specified_id?: string;
  readonly initialization_values?: Json;
  readonly declarations?: { readonly output?: string };
}

const BUILTIN_TYPES = ['motoko', 'rust', 'assets', 'custom', 'pull'];

export class Project {
  readonly root: string;
  readonly file: string;
  readonly canisters: ReadonlyMap<string, CanisterEntry>;
  readonly networks: Readonly<Record<string, Json>>;
  readonly outputEnvFile: string | undefined;

  private constructor(root: string) {
    this.root = root;
    this.file = path.join(root, 'dfx.json');
    const json = readJson(this.file);
    const canisters = json['canisters'] ?? {};
    if (typeof canisters !== 'object' || Array.isArray(canisters)) {
      fail('the canisters field in dfx.json must be an object');
    }
    // In alphabetical order, as dfx's own map has them.
    this.canisters = new Map(
      Object.entries(canisters as Record<string, CanisterEntry>).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
    for (const [name, entry] of this.canisters) {
      this.#check(name, entry);
    }
    this.networks = (json['networks'] ?? {}) as Record<string, Json>;
    this.outputEnvFile = json['output_env_file'] as string | undefined;
  }

  /** The project of the folder, or undefined. */
  static find(cwd: string): Project | undefined {
    for (let folder = cwd; ; folder = path.dirname(folder)) {
      const file = path.join(folder, 'dfx.json');
      if (existsSync(file) && statSync(file).isFile()) {
        return new Project(folder);
      }
      if (path.dirname(folder) === folder) {
        return undefined;
      }
    }
  }

  entry(name: string): CanisterEntry {
    return this.canisters.get(name) ?? fail(`Canister '${name}' not found in dfx.json.`);
  }

  /** A canister and all it depends on, or all; alphabetical. */
  withDependencies(name: string | undefined): string[] {
    if (name === undefined) {
      return [...this.canisters.keys()];
    }
    const found = new Set<string>();
    const add = (canister: string, path: readonly string[]): void => {
      if (path.includes(canister)) {
        const circle = `Circular canister dependencies: ${[...path, canister].join(' -> ')}`;
        throw new DfxError([`Failed to add dependencies for canister '${name}'`, circle]);
      }
      if (found.has(canister)) {
        return;
      }
      for (const next of this.entry(canister).dependencies ?? []) {
        add(next, [...path, canister]);
      }
      found.add(canister);
    };
    add(name, []);
    return [...found].sort();
  }

  /** Dependencies first. */
  buildOrder(names: readonly string[]): string[] {
    const order: string[] = [];
    const add = (name: string): void => {
      if (order.includes(name)) {
        return;
      }
      for (const next of this.canisters.get(name)?.dependencies ?? []) {
        if (names.includes(next)) {
          add(next);
        }
      }
      order.push(name);
    };
    for (const name of names) {
      add(name);
    }
    return order;
  }

  #check(name: string, entry: CanisterEntry): void {
    if (typeof entry !== 'object' || entry === null) {
      fail(`canister '${name}' in dfx.json must be an object`);
    }
    const type = entry.type ?? 'motoko';
    if (!BUILTIN_TYPES.includes(type)) {
      fail(
        `canister '${name}' has unknown type '${type}' and there is no installed extension by that name which could define it`,
      );
    }
    const required =
      { rust: ['package', 'candid'], assets: ['source'], custom: ['wasm', 'candid'], pull: ['id'] }[type] ?? [];
    const missing = required.find((key) => entry[key] === undefined);
    if (missing !== undefined) {
      throw new DfxError([`Failed to deserialize json from ${this.file}`, `missing field \`${missing}\``]);
    }
  }
}

export interface Network {
  readonly name: string;
  readonly url: string;
  readonly isIc: boolean;
  readonly type: 'persistent' | 'ephemeral' | 'playground';
  /** The folder of a network that dfx runs itself. */
  readonly local?: { readonly data: string; readonly shared: boolean; readonly bind: string };
}

/** The settings digest of a network with default settings. */
export const SETTINGS_DIGEST = 'stand-in-digest';
const PROVIDER = 'https://icp0.io';

export class Context {
  readonly parsed: Parsed;
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  readonly behaviour: Behaviour;
  readonly configDir: string;
  readonly sharedDir: string;
  readonly #quiet: number;

  constructor(parsed: Parsed, env: NodeJS.ProcessEnv, cwd: string, behaviour: Behaviour) {
    this.parsed = parsed;
    this.env = env;
    this.cwd = cwd;
    this.behaviour = behaviour;
    this.#quiet = parsed.all('quiet').length - parsed.all('verbose').length;
    this.configDir = path.join(env['DFX_CONFIG_ROOT'] || homedir(), '.config', 'dfx');
    const data = env['XDG_DATA_HOME'] ?? '';
    this.sharedDir =
      process.platform === 'darwin'
        ? path.join(homedir(), 'Library', 'Application Support', 'org.dfinity.dfx')
        : path.join(path.isAbsolute(data) ? data : path.join(homedir(), '.local', 'share'), 'dfx');
  }

  /** A line of the log: standard error. */
  info(line: string): void {
    if (this.#quiet < 1) {
      this.#write(process.stderr, line);
    }
  }

  warn(line: string): void {
    if (this.#quiet < 2) {
      this.#write(process.stderr, `WARNING: ${line}`);
    }
  }

  /** A line that is no log, such as a question. */
  say(line: string): void {
    this.#write(process.stderr, line);
  }

  /** A result: standard output. */
  print(line: string): void {
    this.#write(process.stdout, line);
  }

  #write(stream: { readonly fd: number }, line: string): void {
    // Written at once, so that nothing is lost where the process is killed next.
    writeFileSync(stream.fd, `${line}\n`);
    const { killAfter } = this.behaviour;
    if (killAfter !== undefined && line.includes(killAfter)) {
      process.kill(process.pid, 'SIGKILL');
    }
  }

  #project: Project | undefined;

  get optionalProject(): Project | undefined {
    this.#project ??= Project.find(this.cwd);
    return this.#project;
  }

  get project(): Project {
    return (
      this.optionalProject ??
      fail('Cannot find dfx configuration file in the current working directory. Did you forget to create one?')
    );
  }

  get networkName(): string {
    if (this.parsed.has('ic')) {
      return 'ic';
    }
    if (this.parsed.has('playground')) {
      return 'playground';
    }
    return this.parsed.get('network') ?? 'local';
  }

  #network: Network | undefined;

  get network(): Network {
    this.#network ??= this.resolve(this.networkName, true);
    return this.#network;
  }

  /** @param running takes the port that the network was started with, where it has been */
  resolve(name: string, running: boolean): Network {
    if (name === 'ic') {
      return { name, url: PROVIDER, isIc: true, type: 'persistent' };
    }
    const own = this.optionalProject?.networks[name];
    if (own && this.optionalProject) {
      return this.#define(
        name,
        own,
        path.join(this.optionalProject.root, '.dfx', 'network', name),
        '127.0.0.1:8000',
        false,
        running,
      );
    }
    const file = path.join(this.configDir, 'networks.json');
    const shared = existsSync(file) ? (readJson(file) as Record<string, Json>)[name] : undefined;
    const definition = shared ?? (name === 'local' ? {} : undefined);
    if (definition) {
      return this.#define(
        name,
        definition,
        path.join(this.sharedDir, 'network', name),
        '127.0.0.1:4943',
        true,
        running,
      );
    }
    if (name === 'playground') {
      return { name, url: PROVIDER, isIc: true, type: 'playground' };
    }
    if (/^https?:/.test(name) && URL.canParse(name)) {
      return {
        name: pathCompatible(name),
        url: name,
        isIc: [PROVIDER, `${PROVIDER}/`].includes(name),
        type: 'ephemeral',
      };
    }
    return fail(`Network not found: ${name}`);
  }

  #define(
    name: string,
    definition: Json,
    data: string,
    defaultBind: string,
    shared: boolean,
    running: boolean,
  ): Network {
    const playground = definition['playground'] ? ('playground' as const) : undefined;
    const providers = definition['providers'] as readonly string[] | undefined;
    const type = definition['type'] as 'persistent' | 'ephemeral' | undefined;
    if (providers) {
      const url = providers[0] ?? fail(`Did not find any providers for network '${name}'`);
      if (!URL.canParse(url)) {
        fail(`Failed to parse URL '${url}'`);
      }
      const isIc = providers.length === 1 && [PROVIDER, `${PROVIDER}/`].includes(url);
      return { name, url, isIc, type: playground ?? type ?? 'persistent' };
    }
    let bind = (definition['bind'] as string | undefined) ?? defaultBind;
    const portFile = path.join(data, 'webserver-port');
    const port = running && existsSync(portFile) ? readFileSync(portFile, 'utf8').trim() : '';
    if (port !== '') {
      bind = `${bind.slice(0, bind.lastIndexOf(':'))}:${port}`;
    }
    return {
      name,
      url: `http://${bind}`,
      isIc: false,
      type: playground ?? type ?? 'ephemeral',
      local: { data, shared, bind },
    };
  }

  #ids: IdStore | undefined;

  get ids(): IdStore {
    this.#ids ??= new IdStore(this);
    return this.#ids;
  }

  isRemote(name: string): boolean {
    return this.project.canisters.get(name)?.remote?.id?.[this.network.name] !== undefined;
  }

  /** Asks for consent as dfx does: on standard error, answered by one line. */
  async consent(text: string): Promise<void> {
    this.say('WARNING!');
    this.say(text);
    this.say('Do you want to proceed? yes/No');
    if (!['yes', 'y'].includes((await readLine()).toLowerCase())) {
      fail('User declined consent.');
    }
  }
}

let input = '';
let ended = false;
const waiting: (() => void)[] = [];

/** The next line of the input; what there is where it ends. */
export async function readLine(): Promise<string> {
  if (waiting.length === 0 && process.stdin.listenerCount('data') === 0) {
    process.stdin.setEncoding('utf8');
    process.stdin.on('data', (chunk: string) => {
      input += chunk;
      for (const wake of waiting.splice(0)) {
        wake();
      }
    });
    process.stdin.on('end', () => {
      ended = true;
      for (const wake of waiting.splice(0)) {
        wake();
      }
    });
  }
  process.stdin.resume();
  while (!input.includes('\n') && !ended) {
    await new Promise<void>((resolve) => waiting.push(resolve));
  }
  process.stdin.pause();
  const end = input.indexOf('\n');
  const line = end < 0 ? input : input.slice(0, end);
  input = end < 0 ? '' : input.slice(end + 1);
  return line.trimEnd();
}

type IdFile = Record<string, Record<string, string>>;

/** Canister ids, with all that dfx does to their files. */
export class IdStore {
  readonly #context: Context;
  readonly #file: string;
  readonly #ids: IdFile;

  constructor(context: Context) {
    this.#context = context;
    const { project, network } = context;
    if (network.type === 'persistent') {
      this.#file = path.join(project.root, 'canister_ids.json');
    } else {
      const folder = path.join(project.root, '.dfx', network.name);
      makeCohesive(network, folder);
      this.#file = path.join(folder, 'canister_ids.json');
    }
    this.#ids = existsSync(this.#file) ? (readJson(this.#file) as IdFile) : {};
    const pulled = new Map<string, string>();
    for (const [name, entry] of project.canisters) {
      if (entry.type !== 'pull' || entry.id === undefined) {
        continue;
      }
      const other = pulled.get(entry.id);
      if (other !== undefined) {
        fail(`Pull dependencies '${other}' and '${name}' have the same canister ID: ${entry.id}`);
      }
      pulled.set(entry.id, name);
    }
  }

  find(name: string): string | undefined {
    const { project, network } = this.#context;
    const entry = project.canisters.get(name);
    const among = (ids: Readonly<Record<string, string>> | undefined): string | undefined => {
      const text = ids?.[network.name] ?? ids?.['__default'];
      return text !== undefined && isPrincipalText(text) ? text : undefined;
    };
    return among(entry?.remote?.id) ?? among(this.#ids[name]) ?? (entry?.type === 'pull' ? entry.id : undefined);
  }

  /** The id of a name; a principal stands for itself. */
  get(name: string): string {
    if (isPrincipalText(name)) {
      return name;
    }
    const network = this.#context.network.name === 'local' ? '' : ` --network ${this.#context.network.name}`;
    return this.find(name) ?? fail(`Cannot find canister id. Please issue 'dfx canister create ${name}${network}'.`);
  }

  /** The name in the id file that has this id. */
  nameOf(id: string): string | undefined {
    return Object.keys(this.#ids).find((name) => this.#ids[name]?.[this.#context.network.name] === id);
  }

  add(name: string, id: string): void {
    const isNew = this.#context.network.type === 'persistent' && !existsSync(this.#file);
    this.#ids[name] = { ...this.#ids[name], [this.#context.network.name]: id };
    writeJson(this.#file, this.#ids);
    if (isNew) {
      this.#context.warn(
        `The "${this.#file}" file has been generated. Please make sure you store it correctly, e.g., submitting it to a GitHub repository.`,
      );
    }
  }

  remove(name: string): void {
    const entry = this.#ids[name];
    if (!entry) {
      return;
    }
    delete entry[this.#context.network.name];
    writeJson(this.#file, this.#ids);
  }
}

/** Throws the project's folder of a network away where it belongs to another life of that network. */
function makeCohesive(network: Network, folder: string): void {
  const copy = path.join(folder, 'network-id');
  if (!network.local) {
    return;
  }
  if (!network.local.shared) {
    if (existsSync(copy)) {
      rmSync(folder, { recursive: true });
    }
    return;
  }
  const current = path.join(network.local.data, 'network-id');
  if (!existsSync(current)) {
    return;
  }
  const matches = existsSync(copy) && readFileSync(copy, 'utf8') === readFileSync(current, 'utf8');
  if (existsSync(folder) && !matches) {
    rmSync(folder, { recursive: true });
  }
  if (!existsSync(folder)) {
    mkdirSync(folder, { recursive: true });
    copyFileSync(current, copy);
  }
}
