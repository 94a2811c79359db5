import { setMaxListeners } from 'node:events';
import type { TextRange } from '../document/tree';
import { readCanisterIds } from '../engines/dfx/canister-ids';
import type { CanisterConfig } from '../engines/dfx/dfx-config';
import type { DfxLocations } from '../engines/dfx/locations';
import { type DfxNetwork, resolveNetwork } from '../engines/dfx/networks';
import { readWallet } from '../engines/dfx/wallets';
import type { CanisterFacts } from '../network/canister-facts';
import type { NetworkHealth } from '../network/endpoint';
import { ANONYMOUS } from '../network/identity-ref';
import type { NetworkApi } from '../network/network-api';
import type { CanisterId } from '../project/model';
import { endpointOf } from '../project/network';
import type { Project } from '../project/project';
import { type Disposable, Emitter } from '../util/events';
import { Failure, type FailureData } from '../util/failure';
import { formatMessage, type Message, msg } from '../util/message';
import { type ActiveIdentity, resolveActiveIdentity, type UnlockedKeys } from './active-identity';
import { looksSame, projectLook } from './same';
import type { Selection } from './selection';
import type { CanisterState, ThroughDfx } from './state';

/** Something that keeps a file from being used in full. */
export interface ProjectProblem {
  readonly file: string;
  readonly message: Message;
  readonly range?: TextRange;
}

/** What a project's row and its children are drawn from. Replaced as a whole, never changed. */
export interface ProjectSnapshot {
  readonly canisters: readonly CanisterState[];
  readonly networkName: string;
  /** Absent where the chosen network cannot be resolved; `networkProblem` then says why. */
  readonly network?: DfxNetwork;
  readonly networkProblem?: Message;
  /** Absent until the network has been asked. */
  readonly health?: NetworkHealth;
  /** When the network was last seen healthy, in milliseconds since 1970. */
  readonly healthyAt?: number;
  readonly identity?: ActiveIdentity;
  /** The identity's wallet on the network. */
  readonly wallet?: string;
  /** Why the ids on disk count for nothing. */
  readonly idsVoid?: Message;
  readonly problems: readonly ProjectProblem[];
  /** False until the files have been read once. */
  readonly loaded: boolean;
}

export interface MonitorDependencies {
  readonly client: NetworkApi;
  readonly locations: DfxLocations;
  readonly selection: Selection;
  /** Absent where no password can be asked for. */
  readonly keys?: UnlockedKeys;
  readonly now: () => number;
}

/** `all`: rows may have come or gone. Otherwise the names of the canisters whose row says something else. */
export type ProjectChange = 'all' | ReadonlySet<string>;

/** Changes are told together this often, in milliseconds, so that many answers do not redraw the tree many times. */
const BATCH_MS = 25;
/** How often a canister that refused its status to this identity is asked again rather than read publicly. */
const ASK_AGAIN_EVERY = 10;

/** The live state of one project: what its files say, joined with what the network says. */
export class ProjectMonitor implements Disposable {
  readonly project: Project;
  readonly #deps: MonitorDependencies;
  readonly #changed = new Emitter<ProjectChange>();
  readonly onDidChange = this.#changed.event;
  #facts: Omit<ProjectSnapshot, 'canisters'>;
  #states = new Map<string, CanisterState>();
  #snapshot: ProjectSnapshot | undefined;
  /** Network and identity that the answers were given by and to. A change of either makes them someone else's. */
  #context = '';
  #reportedKey: string | undefined;
  readonly #refusals = new Map<string, number>();
  /** The questions under way; aborting them does not abort the reading of files before them. */
  #asking: AbortController | undefined;
  #refreshing: Promise<void> | undefined;
  /** Counts the calls of `pause`, so that a refresh that is still reading files knows that it was abandoned. */
  #pauses = 0;
  #loading: Promise<void> = Promise.resolve();
  #pending: 'all' | Set<string> | undefined;
  /** What those who listen have last been told of. */
  #told: { readonly look: string | undefined; readonly states: ReadonlyMap<string, CanisterState> } | undefined;
  #timer: NodeJS.Timeout | undefined;
  #disposed = false;

  constructor(project: Project, deps: MonitorDependencies) {
    this.project = project;
    this.#deps = deps;
    this.#facts = { networkName: deps.selection.network(project.root), problems: [], loaded: false };
  }

  get snapshot(): ProjectSnapshot {
    this.#snapshot ??= { ...this.#facts, canisters: [...this.#states.values()] };
    return this.#snapshot;
  }

  canister(name: string): CanisterState | undefined {
    return this.#states.get(name);
  }

  /** Reads the files and shows what they say. Asks no network. */
  load(): Promise<void> {
    // One after the other, so that an older reading never replaces a newer one.
    this.#loading = this.#loading.then(() => this.#load());
    return this.#loading;
  }

  async #load(): Promise<void> {
    if (this.#disposed) {
      return;
    }
    const { project } = this;
    const { locations, selection, keys, now } = this.#deps;
    await project.load();
    const { config, failure } = project;
    const networkName = selection.network(project.root);
    const resolved = await resolveNetwork(networkName, project.root, config, locations);
    const network = 'name' in resolved ? resolved : undefined;
    const [ids, identity] = await Promise.all([
      network && readCanisterIds(project.root, config, network, new Date(now())),
      resolveActiveIdentity(locations, selection.identity(project.root), keys),
    ]);
    const wallet = network && (await readWallet(project.root, network, identity.name, locations));
    if (this.#disposed) {
      return;
    }
    this.#enter(JSON.stringify([networkName, network?.url, identity.name, identity.ref, wallet]));
    this.#states = new Map(
      config.canisters.map((canister) => {
        const id = ids?.byName.get(canister.name);
        return [canister.name, this.#carryOver(canister, id)];
      }),
    );
    const { health, healthyAt } = this.#facts;
    this.#facts = {
      networkName,
      ...(network ? { network } : {}),
      ...(resolved.problem ? { networkProblem: resolved.problem } : {}),
      ...(health ? { health } : {}),
      ...(healthyAt === undefined ? {} : { healthyAt }),
      identity,
      ...(wallet === undefined ? {} : { wallet }),
      ...(ids?.void ? { idsVoid: ids.void } : {}),
      problems: [
        ...(failure ? [{ file: project.dfxJson, message: failure }] : []),
        ...config.problems.map((problem) => ({ file: project.dfxJson, ...problem })),
        ...(ids?.problems ?? []),
      ],
      loaded: true,
    };
    this.#note(undefined);
  }

  /** Answers that were given by another network or to another identity are dropped. */
  #enter(context: string): void {
    if (context === this.#context) {
      return;
    }
    this.#context = context;
    this.#reportedKey = undefined;
    if (this.#asking) {
      this.pause();
    }
    this.#dropAnswers();
    const { health: _health, healthyAt: _healthyAt, ...rest } = this.#facts;
    this.#facts = rest;
  }

  #dropAnswers(): void {
    this.#refusals.clear();
    for (const [name, state] of this.#states) {
      const { facts: _facts, checkedAt: _checkedAt, failure: _failure, through: _through, ...rest } = state;
      this.#states.set(name, rest);
    }
  }

  #carryOver(config: CanisterConfig, id: CanisterId | undefined): CanisterState {
    const old = this.#states.get(config.name);
    const { facts, checkedAt, failure, through } = old?.id === id?.id && old ? old : ({} as Partial<CanisterState>);
    return {
      name: config.name,
      config,
      ...(id ? { id: id.id, idSource: id.owner } : {}),
      ...(old?.busy ? { busy: old.busy } : {}),
      ...(facts ? { facts } : {}),
      ...(checkedAt === undefined ? {} : { checkedAt }),
      ...(failure ? { failure } : {}),
      ...(through ? { through } : {}),
    };
  }

  /** Reads the files, then asks the network about every canister. A refresh under way is joined, not doubled. */
  refresh(): Promise<void> {
    if (!this.#refreshing) {
      const done = this.#refresh().finally(() => {
        if (this.#refreshing === done) {
          this.#refreshing = undefined;
        }
      });
      this.#refreshing = done;
    }
    return this.#refreshing;
  }

  async #refresh(): Promise<void> {
    const pauses = this.#pauses;
    await this.load();
    const { network } = this.#facts;
    if (this.#disposed || pauses !== this.#pauses || !network || network.problem) {
      return;
    }
    const asking = new AbortController();
    this.#asking = asking;
    try {
      await this.#ask(network, asking.signal);
    } finally {
      if (this.#asking === asking) {
        this.#asking = undefined;
      }
    }
  }

  async #ask(network: DfxNetwork, signal: AbortSignal): Promise<void> {
    const first = this.#facts.health === undefined;
    const healthy = this.#askHealth(network, signal);
    if (!first && !(await healthy)) {
      return;
    }
    // At first, nothing speaks against the network: the canisters are asked for at once. Answers wait for its health.
    const asking = new AbortController();
    // One for every canister: no leak, of which Node would warn.
    setMaxListeners(0, asking.signal);
    const abort = () => asking.abort();
    signal.addEventListener('abort', abort, { once: true });
    healthy.then((yes) => yes || abort(), abort);
    try {
      await Promise.all([healthy, this.#askAll(asking.signal, healthy)]);
    } finally {
      signal.removeEventListener('abort', abort);
    }
  }

  async #askHealth(network: DfxNetwork, signal: AbortSignal): Promise<boolean> {
    const answer = await settle(this.#deps.client.health({ endpoint: endpointOf(network), signal }));
    if (signal.aborted || this.#disposed) {
      return false;
    }
    const health: NetworkHealth =
      'value' in answer ? answer.value : { state: 'offline', detail: formatMessage(answer.failure.message) };
    this.#noteHealth(health);
    return health.state === 'healthy';
  }

  /** Ids that are written while the others are being asked for (as `dfx deploy` writes them) are asked for too. */
  async #askAll(signal: AbortSignal, healthy: Promise<boolean>): Promise<void> {
    const asked = new Set<string>();
    const next = () => [...this.#states.values()].filter(({ id }) => id !== undefined && !asked.has(id));
    for (let states = next(); states.length > 0 && !signal.aborted; states = next()) {
      for (const { id = '' } of states) {
        asked.add(id);
      }
      await Promise.all(states.map(({ name }) => this.#probe(name, signal, healthy)));
    }
  }

  #noteHealth(health: NetworkHealth): void {
    if (health.state === 'healthy') {
      if (this.#reportedKey !== undefined && health.rootKey !== this.#reportedKey) {
        // Started anew: nothing that the old network said holds.
        this.#dropAnswers();
      }
      this.#reportedKey = health.rootKey;
    }
    this.#facts = {
      ...this.#facts,
      health,
      ...(health.state === 'healthy' ? { healthyAt: this.#deps.now() } : {}),
    };
    this.#note(undefined);
  }

  /** Asks the network about one canister. */
  async refreshCanister(name: string, signal?: AbortSignal): Promise<void> {
    if (!this.#facts.loaded) {
      await this.load();
    }
    await this.#probe(name, signal);
  }

  /** @param healthy what is learned counts only once this holds */
  async #probe(name: string, signal: AbortSignal | undefined, healthy?: Promise<boolean>): Promise<void> {
    const { network, identity } = this.#facts;
    const id = this.#states.get(name)?.id;
    if (!network || network.problem || id === undefined) {
      return;
    }
    const context = this.#context;
    const answer = await settle(
      this.#deps.client.probe({
        endpoint: endpointOf(network),
        identity: identity?.ref ?? ANONYMOUS,
        canisterId: id,
        publicOnly: this.#readPublicly(name),
        signal,
      }),
    );
    if (healthy && !(await healthy)) {
      return;
    }
    const state = this.#states.get(name);
    if (this.#disposed || context !== this.#context || state?.id !== id) {
      return;
    }
    if ('value' in answer) {
      this.#noteAnswer(state, answer.value);
    } else if (answer.failure.kind !== 'cancelled') {
      this.#replace({ ...state, failure: answer.failure });
    }
  }

  /** Asks at the next refresh for what was refused before too: rights may have been given. */
  forgetRefusals(): void {
    this.#refusals.clear();
  }

  /** True where the identity was refused before: saves a request that is known to fail, most of the time. */
  #readPublicly(name: string): boolean {
    const refusals = this.#refusals.get(name);
    if (refusals === undefined) {
      return false;
    }
    this.#refusals.set(name, refusals + 1);
    return refusals % ASK_AGAIN_EVERY !== 0;
  }

  #noteAnswer(state: CanisterState, facts: CanisterFacts): void {
    if (facts.detail) {
      this.#refusals.delete(state.name);
    } else if (facts.exists && !this.#refusals.has(state.name)) {
      this.#refusals.set(state.name, 1);
    }
    const { failure: _failure, through: _through, ...rest } = state;
    const through = this.#throughDfx(facts);
    this.#replace({ ...rest, facts, checkedAt: this.#deps.now(), ...(through ? { through } : {}) });
  }

  /** Whether dfx could change what this identity cannot change from here. */
  #throughDfx({ exists, detail, controllers }: CanisterFacts): ThroughDfx | undefined {
    const { wallet, identity } = this.#facts;
    if (!exists || detail) {
      return undefined;
    }
    if (wallet !== undefined && controllers.includes(wallet)) {
      return { wallet };
    }
    return identity?.storage === 'keyring' || identity?.storage === 'hsm' ? {} : undefined;
  }

  /** Shows what an operation is doing to a canister, or, with undefined, that it is done. */
  setBusy(name: string, busy: Message | undefined): void {
    const state = this.#states.get(name);
    if (state) {
      const { busy: _busy, ...rest } = state;
      this.#replace(busy ? { ...rest, busy } : rest);
    }
  }

  #replace(state: CanisterState): void {
    this.#states.set(state.name, state);
    this.#note(state.name);
  }

  #note(canister: string | undefined): void {
    this.#snapshot = undefined;
    if (canister === undefined) {
      this.#pending = 'all';
    } else if (this.#pending !== 'all') {
      this.#pending ??= new Set();
      this.#pending.add(canister);
    }
    this.#timer ??= setTimeout(() => this.#tell(), BATCH_MS);
  }

  #tell(): void {
    this.#timer = undefined;
    const pending = this.#pending;
    this.#pending = undefined;
    const change = pending && this.#visibleChange(pending);
    if (change) {
      this.#changed.fire(change);
    }
  }

  /** Leaves out what looks as it did when it was last told of, so that a calm refresh redraws nothing. */
  #visibleChange(pending: ProjectChange): ProjectChange | undefined {
    const told = this.#told;
    const look = projectLook(this.snapshot);
    const names = pending === 'all' ? [...this.#states.keys()] : [...pending];
    this.#told = { look, states: new Map(this.#states) };
    if (pending === 'all' && (look === undefined || look !== told?.look || !isSameOrder(told.states, this.#states))) {
      return 'all';
    }
    const changed = names.filter((name) => {
      const before = told?.states.get(name);
      const now = this.#states.get(name);
      return before === undefined || now === undefined || !looksSame(before, now);
    });
    return changed.length === 0 ? undefined : new Set(changed);
  }

  /** Has everything drawn again: what stands in files beside those that are read here may have changed. */
  redraw(): void {
    this.#told = undefined;
    this.#note(undefined);
  }

  /** Abandons the questions under way, so that the next refresh starts anew. */
  pause(): void {
    this.#pauses += 1;
    this.#asking?.abort();
    this.#asking = undefined;
    this.#refreshing = undefined;
  }

  dispose(): void {
    this.#disposed = true;
    this.pause();
    clearTimeout(this.#timer);
    this.#changed.dispose();
  }
}

function isSameOrder(before: ReadonlyMap<string, unknown>, now: ReadonlyMap<string, unknown>): boolean {
  const names = [...now.keys()];
  return before.size === now.size && [...before.keys()].every((name, index) => name === names[index]);
}

async function settle<T>(promise: Promise<T>): Promise<{ value: T } | { failure: FailureData }> {
  try {
    return { value: await promise };
  } catch (error) {
    if (error instanceof Failure) {
      return { failure: error.data };
    }
    throw error;
  }
}

/** The sentence under which a lost network's rows stand. */
export function healthMessage({
  health,
  networkName: network,
  network: resolved,
}: ProjectSnapshot): Message | undefined {
  switch (health?.state) {
    case undefined:
    case 'healthy':
      return undefined;
    case 'starting':
      return msg('The network {0} is starting…', network);
    case 'foreign':
      return msg(
        'Something answers at the address of the network {0}, but it is no Internet Computer network.',
        network,
      );
    case 'offline':
      // One that runs here is down; of any other it is only known that it is out of reach.
      return resolved?.local ? msg('Network {0} is down.', network) : msg('Network {0} cannot be reached.', network);
  }
}
