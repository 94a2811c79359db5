/** A local Internet Computer over HTTP, for tests and for trying things out. See README.md. */
import { randomBytes } from 'node:crypto';
import { Principal } from '@dfinity/principal';
import { type Canister, type CanisterStatus, DEFAULT_SETTINGS, type Settings, sortedPrincipals } from './canister';
import { Certifier } from './certificate';
import { control } from './control';
import type { CanisterExecutor, SystemCanister } from './executor';
import { Counters, type Counts, type Faults, NO_FAULTS } from './faults';
import { HttpEndpoint } from './http';
import { BlsKey, NodeKey, seedBytes } from './keys';
import { ManagementCanister } from './management';
import { NetworkState, RANGES, type SubnetInfo } from './state';
import { Subnet } from './subnet';
import { CandidUi } from './system/candid-ui';
import { CyclesLedger } from './system/cycles-ledger';
import { CyclesMintingCanister } from './system/cycles-minting';
import { IcpLedger } from './system/icp-ledger';
import { WasmExecutor } from './wasm-engine/wasm-executor';

export type { CanisterStatus, Settings } from './canister';
export type { CanisterCall, CanisterExecutor, Installation, NetworkServices, SystemCanister } from './executor';
export type { Counts, Faults, Forgery } from './faults';
export { ErrorCode, Reject } from './reject';
export { buildWasm } from './wasm';

const ANONYMOUS = '2vxsx-fae';
/** Cycles of a canister that a test creates without saying how many: 3 T. */
const DEFAULT_CYCLES = 3_000_000_000_000n;

export interface NetworkOptions {
  /** 127.0.0.1 unless given. */
  readonly host?: string;
  /** A free port unless given. */
  readonly port?: number;
  /** Makes all keys of the network, and so its root key, the same ones every time. */
  readonly seed?: string;
  /** The clock, in milliseconds since 1970. */
  readonly now?: () => number;
  /** Gives the subnet a key of its own, and its certificates a delegation by the root key, as on mainnet. */
  readonly delegation?: boolean;
  readonly faults?: Partial<Faults>;
  /** What runs canister code: Node's own WebAssembly unless given. */
  readonly executor?: CanisterExecutor;
  /** Further canisters that are part of the network; `system/` has those that always are. */
  readonly systemCanisters?: readonly SystemCanister[];
}

export interface CanisterOptions {
  /** Principals as text; the anonymous one unless given. At most ten. */
  readonly controllers?: readonly string[];
  /** 3 T unless given. */
  readonly cycles?: bigint;
  /** A module, perhaps gzipped. Empty unless given. */
  readonly wasm?: Uint8Array;
  /** Running unless given. */
  readonly status?: CanisterStatus;
  /** Principal as text. The next free one unless given. */
  readonly id?: string;
  readonly settings?: Partial<Omit<Settings, 'controllers'>>;
  /** Records of the canister's log, oldest first. */
  readonly logs?: readonly string[];
}

/** What the network knows of a canister. */
export interface CanisterInfo {
  readonly id: string;
  readonly status: CanisterStatus;
  readonly controllers: readonly string[];
  readonly cycles: bigint;
  /** SHA-256 of the module in hexadecimal; undefined for an empty canister. */
  readonly moduleHash?: string;
  readonly version: bigint;
  readonly settings: Settings;
}

export class TestNetwork {
  /** `http://127.0.0.1:<port>`. */
  readonly url: string;
  readonly port: number;
  /** DER, as `/api/v2/status` gives it. */
  readonly rootKey: Uint8Array;
  readonly subnetId: string;
  /** An id to use as effective canister id where none is at hand, as for creating. */
  readonly effectiveCanisterId: string;
  readonly #state: NetworkState;
  readonly #management: ManagementCanister;
  readonly #executor: CanisterExecutor;
  readonly #endpoint: HttpEndpoint;
  readonly #counters: Counters;
  readonly #faults: { current: Faults };

  private constructor(parts: {
    url: string;
    port: number;
    rootKey: Uint8Array;
    subnetId: string;
    state: NetworkState;
    management: ManagementCanister;
    executor: CanisterExecutor;
    endpoint: HttpEndpoint;
    counters: Counters;
    faults: { current: Faults };
  }) {
    this.url = parts.url;
    this.port = parts.port;
    this.rootKey = parts.rootKey;
    this.subnetId = parts.subnetId;
    this.effectiveCanisterId = parts.state.allocationStart.toText();
    this.#state = parts.state;
    this.#management = parts.management;
    this.#executor = parts.executor;
    this.#endpoint = parts.endpoint;
    this.#counters = parts.counters;
    this.#faults = parts.faults;
  }

  static async start(options: NetworkOptions = {}): Promise<TestNetwork> {
    const host = options.host ?? '127.0.0.1';
    // Without a seed the parts still have to agree, so one is made up.
    const seed = options.seed ?? randomBytes(16).toString('hex');
    const rootKey = new BlsKey(seedBytes(seed, 'root'));
    const subnetKey = options.delegation ? new BlsKey(seedBytes(seed, 'subnet')) : rootKey;
    const node = new NodeKey(seedBytes(seed, 'node'));
    const subnetInfo: SubnetInfo = {
      id: Principal.selfAuthenticating(subnetKey.publicKeyDer),
      publicKeyDer: subnetKey.publicKeyDer,
      nodes: [node],
      ranges: RANGES,
    };
    const state = new NetworkState(options.now ?? (() => performance.timeOrigin + performance.now()), [subnetInfo]);
    const faults: { current: Faults } = { current: { ...NO_FAULTS, ...options.faults } };
    const currentFaults = () => faults.current;
    const executor = options.executor ?? new WasmExecutor();
    const management = new ManagementCanister(state, executor, currentFaults);
    const counters = new Counters();
    const subnet = new Subnet({
      subnetId: subnetInfo.id,
      rootKey: rootKey.publicKeyDer,
      state,
      management,
      executor,
      node,
      counters,
      faults: currentFaults,
      forgerNode: new NodeKey(seedBytes(seed, 'forged node')),
      certifier: new Certifier({
        state,
        rootKey,
        subnetKey,
        subnet: subnetInfo,
        forgerSeed: seedBytes(seed, 'forged root'),
      }),
      systemCanisters: [
        new CyclesLedger(state, management),
        new IcpLedger(),
        new CandidUi(state),
        new CyclesMintingCanister(subnetInfo.id),
        ...(options.systemCanisters ?? []),
      ],
    });
    const started: { network?: TestNetwork } = {};
    const endpoint = new HttpEndpoint({
      subnet,
      counters,
      rootKey: rootKey.publicKeyDer,
      faults: currentFaults,
      control: async (method, path, body) => started.network && control(started.network, method, path, body),
    });
    const port = await endpoint.listen(host, options.port ?? 0);
    started.network = new TestNetwork({
      url: `http://${host.includes(':') ? `[${host}]` : host}:${port}`,
      port,
      rootKey: rootKey.publicKeyDer,
      subnetId: subnetInfo.id.toText(),
      state,
      management,
      executor,
      endpoint,
      counters,
      faults,
    });
    return started.network;
  }

  /** What goes wrong at the moment. */
  get faults(): Faults {
    return this.#faults.current;
  }

  /** Switches faults on or off; members that are not given stay as they are. */
  setFaults(faults: Partial<Faults>): void {
    this.#faults.current = { ...this.#faults.current, ...faults };
  }

  /** Switches all faults off. */
  resetFaults(): void {
    this.#faults.current = NO_FAULTS;
  }

  /** Requests since the start, or since the counters were reset. Requests to the control endpoint do not count. */
  get counters(): Counts {
    return this.#counters.counts;
  }

  resetCounters(): void {
    this.#counters.reset();
  }

  /**
   * Creates a canister without a request.
   *
   * @returns its id as text
   * @throws Reject where the real network would refuse the settings, the id or the module
   */
  async createCanister(options: CanisterOptions = {}): Promise<string> {
    const settings: Settings = {
      ...DEFAULT_SETTINGS,
      ...options.settings,
      controllers: sortedPrincipals(options.controllers ?? [ANONYMOUS]),
    };
    const cycles = options.cycles ?? DEFAULT_CYCLES;
    const id = options.id === undefined ? undefined : Principal.fromText(options.id);
    // The cycles are set last, so that preparing the canister costs none of them.
    const canister = this.#management.create(settings, 2n ** 100n, id);
    try {
      if (options.wasm) {
        await this.#install(canister, options.wasm);
      }
    } catch (error) {
      this.#state.remove(canister);
      throw error;
    }
    for (const line of options.logs ?? []) {
      canister.log(Buffer.from(line, 'utf8'), this.#state.now());
    }
    canister.setCycles(cycles, this.#state.now());
    if (options.status) {
      this.#management.setStatus(canister, options.status);
    }
    return canister.name;
  }

  /** Undefined where there is no such canister. */
  canister(id: string): CanisterInfo | undefined {
    const canister = this.#state.canisters.get(id);
    if (!canister) {
      return undefined;
    }
    return {
      id,
      status: canister.status,
      controllers: canister.settings.controllers,
      cycles: canister.cyclesAt(this.#state.now()),
      version: canister.version,
      settings: canister.settings,
      moduleHash: canister.module && Buffer.from(canister.module.hash).toString('hex'),
    };
  }

  /** All canisters, in the order in which they were created. */
  get canisters(): readonly CanisterInfo[] {
    return [...this.#state.canisters.keys()].flatMap((id) => this.canister(id) ?? []);
  }

  /**
   * Changes a canister without a request.
   *
   * @throws Error where there is no such canister, Reject where the real network would refuse the change
   */
  async changeCanister(id: string, change: Omit<CanisterOptions, 'id'>): Promise<void> {
    const canister = this.#find(id);
    const cycles = change.cycles ?? canister.cyclesAt(this.#state.now());
    if (change.controllers || change.settings) {
      this.#management.applySettings(canister, {
        ...canister.settings,
        ...change.settings,
        controllers: sortedPrincipals(change.controllers ?? canister.settings.controllers),
      });
    }
    if (change.wasm) {
      canister.setCycles(2n ** 100n, this.#state.now());
      await this.#install(canister, change.wasm);
    }
    for (const line of change.logs ?? []) {
      canister.log(Buffer.from(line, 'utf8'), this.#state.now());
    }
    canister.setCycles(cycles, this.#state.now());
    if (change.status) {
      this.#management.setStatus(canister, change.status);
    }
  }

  /** Removes a canister, whatever its status. */
  deleteCanister(id: string): void {
    this.#state.remove(this.#find(id));
  }

  /** Closes all connections and frees the port. */
  async stop(): Promise<void> {
    this.#management.dispose();
    await this.#endpoint.close();
    await this.#executor.dispose?.();
  }

  #find(id: string): Canister {
    const canister = this.#state.canisters.get(id);
    if (!canister) {
      throw new Error(`no canister ${id}`);
    }
    return canister;
  }

  async #install(canister: Canister, wasm: Uint8Array): Promise<void> {
    // No Candid arguments.
    const arg = Buffer.from('DIDL\0\0', 'latin1');
    const controller = canister.settings.controllers[0] ?? ANONYMOUS;
    await this.#management.install(canister, { reinstall: null }, wasm, arg, controller);
  }
}
