import path from 'node:path';
import type { TextRange } from '../../document/tree';
import type {
  BuildInputs,
  CanisterDefinition,
  CanisterId,
  CanisterPaths,
  NetworkProcess,
  ProjectProblem,
  ProxyCanister,
  Refusal,
  Target,
  TargetIds,
  WatchPattern,
} from '../../project/model';
import { type Reading, StrictFiles } from '../../project/strict-files';
import { Failure } from '../../util/failure';
import { msg } from '../../util/message';
import { once } from '../../util/once';
import { type Engine, type EngineProject, type ManagedNetwork, refusalFailure } from '../engine';
import { buildArtifacts, candidFile, hasBuildFolder, sourceFile, sourcesOf } from './artifacts';
import { idsOnAllNetworks, readCanisterIds } from './canister-ids';
import type { CanisterConfig, DfxConfig } from './dfx-config';
import { parseDfxConfig } from './dfx-json';
import { identityRefusal } from './identities';
import { networkProcess } from './local-network-files';
import type { DfxLocations } from './locations';
import { type DfxNetwork, LOCAL, listNetworks, readSharedNetworks, resolveNetwork } from './networks';
import { readWallet, walletsRefusal } from './wallets';
import { watchPatterns } from './watch';

const NOTHING: DfxConfig = { canisters: [], networks: [], problems: [] };

/** The name under which dfx keeps the id of the Candid UI that it installs on networks other than mainnet. */
const CANDID_UI = '__Candid_UI';
/** Of a wallet's interface, what is asked of it. */
const WALLET_BALANCE = {
  method: 'wallet_balance',
  interface: 'service : { wallet_balance : () -> (record { amount : nat64 }) query }',
};

/** Keys of a canister that say what comes after its build, or where it is. */
const NOT_BUILT: ReadonlySet<string> = new Set([
  'init_arg',
  'init_arg_file',
  'initialization_values',
  'specified_id',
  'remote',
  'frontend',
  'declarations',
  'post_install',
]);

/** For dfx, a target is a network. */
export type DfxTarget = Target & { readonly network?: DfxNetwork };

/** A folder with a dfx.json, and what that says. */
export class DfxProject implements EngineProject {
  readonly engine: Engine;
  readonly manifest: string;
  readonly root: string;
  readonly #locations: DfxLocations;
  #config: DfxConfig = NOTHING;
  readonly #files = new StrictFiles();
  #reading: Reading<DfxConfig> | undefined;
  #refused: ProjectProblem | undefined;
  /** Parsed once it is asked for. */
  readonly #written = new WeakMap<DfxConfig, () => WrittenBuilds>();
  #canisters: readonly CanisterDefinition[] = [];
  #problems: readonly ProjectProblem[] = [];
  #byName: ReadonlyMap<string, { readonly definition: CanisterDefinition; readonly config: CanisterConfig }> =
    new Map();

  constructor(engine: Engine, locations: DfxLocations, manifest: string) {
    this.engine = engine;
    this.#locations = locations;
    this.manifest = manifest;
    this.root = path.dirname(manifest);
  }

  get canisters(): readonly CanisterDefinition[] {
    return this.#canisters;
  }

  get problems(): readonly ProjectProblem[] {
    return this.#problems;
  }

  /** What dfx alone reads of dfx.json. */
  get config(): DfxConfig {
    return this.#config;
  }

  canister(name: string): CanisterDefinition | undefined {
    return this.#byName.get(name)?.definition;
  }

  canisterConfig(name: string): CanisterConfig | undefined {
    return this.#byName.get(name)?.config;
  }

  nameIn(text: string, canister: string): TextRange | undefined {
    return parseDfxConfig(text).canisters.find(({ name }) => name === canister)?.nameRange;
  }

  async load(): Promise<void> {
    const reading = await this.#files.read(this.manifest, (text) => {
      const value = parseDfxConfig(text);
      this.#written.set(
        value,
        once(() => JSON.parse(text) as WrittenBuilds),
      );
      return { value, problems: value.problems };
    });
    if (reading === this.#reading) {
      return;
    }
    this.#reading = reading;
    this.#refused = reading.refused;
    if (reading.refused) {
      this.#set(asLastRead(reading), reading.problems);
    } else if (reading.good) {
      this.#set(reading.good, []);
    } else {
      const refused = { file: this.manifest, message: msg('{0} does not exist.', this.manifest) };
      this.#refused = refused;
      this.#set(NOTHING, [refused]);
    }
  }

  #set(config: DfxConfig, problems: readonly ProjectProblem[]): void {
    this.#problems = problems;
    const entries = config.canisters.map((canister) => ({
      config: canister,
      definition: defineCanister(canister, this.manifest),
    }));
    this.#config = config;
    this.#canisters = entries.map(({ definition }) => definition);
    this.#byName = new Map(entries.map((entry) => [entry.config.name, entry]));
  }

  async targets(): Promise<DfxTarget[]> {
    const networks = await listNetworks(this.root, this.#config, this.#locations, this.#files);
    return networks.map((network) => ({ name: network.name, network, problem: network.problem }));
  }

  async target(name: string): Promise<DfxTarget> {
    const resolved = await resolveNetwork(name, this.root, this.#config, this.#locations, this.#files);
    return 'name' in resolved
      ? { name, network: resolved, problem: resolved.problem }
      : { name, problem: resolved.problem };
  }

  async ids({ network }: DfxTarget, now: number): Promise<TargetIds> {
    return network
      ? await readCanisterIds(this.root, this.#config, network, new Date(now), this.#files)
      : { byName: new Map(), problems: [] };
  }

  idsByTarget(now: number): Promise<Map<string, Map<string, CanisterId>>> {
    return idsOnAllNetworks(this.root, this.#config, this.#locations, new Date(now), this.#files);
  }

  async refusals(target: DfxTarget, identity: string): Promise<Refusal[]> {
    const { network } = target;
    const found = await Promise.all([
      this.ids(target, 0).then(({ refused }) => refused),
      identityRefusal(identity, this.#locations, this.#files),
      network && walletsRefusal(this.root, network, identity, this.#locations, this.#files),
    ]);
    return [...(await this.#manifestRefusals()), ...this.#asRefusals(found)];
  }

  /** Those that keep dfx from whatever it is asked to do here. */
  async #manifestRefusals(): Promise<Refusal[]> {
    const { refused } = await readSharedNetworks(this.#locations, this.#files);
    return this.#asRefusals([this.#refused, refused]);
  }

  #asRefusals(problems: readonly (ProjectProblem | undefined)[]): Refusal[] {
    return problems.flatMap((problem) => (problem ? { ...problem, tool: this.engine.name } : []));
  }

  async paths(canister: string, { network }: DfxTarget): Promise<CanisterPaths | undefined> {
    const config = this.canisterConfig(canister);
    if (!config) {
      return undefined;
    }
    const source = await sourceFile(this, config);
    if (!network || !hasBuildFolder(this, config, network)) {
      return { source, interfaces: [], modules: [] };
    }
    const candid = candidFile(this, config, network);
    const { wasm, service } = buildArtifacts(this, config, network);
    return { source, candid, interfaces: candid === undefined ? [service] : [service, candid], modules: wasm };
  }

  async buildInputs(canister: string, { network }: DfxTarget): Promise<BuildInputs | undefined> {
    const config = this.canisterConfig(canister);
    const written = this.#written.get(this.#config);
    if (!config || !network || !written || this.#refused) {
      return undefined;
    }
    const sources = await sourcesOf(this, config);
    if (!sources) {
      return undefined;
    }
    const interfaces = config.dependencies.flatMap(({ value }) => {
      const dependency = this.canisterConfig(value);
      const usable = dependency && hasBuildFolder(this, dependency, network);
      return usable ? (candidFile(this, dependency, network) ?? []) : [];
    });
    return { ...sources, interfaces, definition: buildOf(written(), canister) };
  }

  async proxy(identity: string, { network }: DfxTarget): Promise<ProxyCanister | undefined> {
    const id = network && (await readWallet(this.root, network, identity, this.#locations, this.#files));
    return id === undefined ? undefined : { id, label: msg('wallet of {0}', identity), balance: WALLET_BALANCE };
  }

  async candidUi({ network }: DfxTarget): Promise<string | undefined> {
    const ids = network && (await readCanisterIds(this.root, this.#config, network, new Date(), this.#files));
    return ids?.internal.get(CANDID_UI)?.id;
  }

  watch({ network }: DfxTarget): readonly WatchPattern[] {
    return watchPatterns(this.root, network, this.#locations);
  }

  async managedNetwork(): Promise<ManagedNetwork> {
    await this.load();
    const target = await this.target(LOCAL);
    const [refusal] = await this.#manifestRefusals();
    if (refusal) {
      throw refusalFailure(refusal);
    }
    const { network, problem } = target;
    if (problem) {
      throw new Failure({ message: problem, next: 'open-dfx-json' });
    }
    if (!network?.local || network.dataDir === undefined) {
      throw new Failure({
        message: msg('The network local of this project is at {0}: dfx does not start it.', network?.url ?? ''),
      });
    }
    return { ...network, dataDir: network.dataDir };
  }

  networkProcess({ dataDir }: DfxNetwork): Promise<NetworkProcess> {
    return networkProcess(dataDir);
  }
}

/**
 * What is shown while dfx.json cannot be read: what it said when it last could, with the canisters that have been added
 * since. Networks and ids come from then alone: nobody knows which of them is meant now.
 */
function asLastRead({ good, salvaged }: Reading<DfxConfig>): DfxConfig {
  if (!salvaged) {
    return good ?? { ...NOTHING, unread: true };
  }
  const known = new Set(good?.canisters.map(({ name }) => name));
  const added = salvaged.canisters
    .filter(({ name }) => !known.has(name))
    .map((canister) => ({ ...canister, remoteIds: new Map(), pullId: undefined }));
  return good ? { ...good, canisters: [...good.canisters, ...added] } : { ...NOTHING, canisters: added, unread: true };
}

/** What of an entry in dfx.json every engine has. @param manifest path of the dfx.json */
export function defineCanister(config: CanisterConfig, manifest: string): CanisterDefinition {
  const { name, nameRange, type, kind, dependencies, hasFrontend } = config;
  return {
    name,
    place: { file: manifest, range: nameRange },
    type,
    dependencies: dependencies.map(({ value }) => value),
    pulled: kind === 'pull',
    hasFrontend: hasFrontend || kind === 'assets',
    bindings: config.declarations ?? `src/declarations/${name}`,
    syncs: false,
  };
}

/** Of a dfx.json that can be read, what it says of builds. */
interface WrittenBuilds {
  readonly canisters?: Readonly<Record<string, object>>;
  readonly defaults?: { readonly build?: unknown };
}

function buildOf({ canisters = {}, defaults = {} }: WrittenBuilds, canister: string): string {
  const entry = Object.entries(canisters[canister] ?? {}).filter(([key]) => !NOT_BUILT.has(key));
  return JSON.stringify([entry, defaults.build]);
}
