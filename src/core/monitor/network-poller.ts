import { setMaxListeners } from 'node:events';
import type { CanisterFacts } from '../network/canister-facts';
import type { NetworkHealth } from '../network/endpoint';
import { ANONYMOUS } from '../network/identity-ref';
import type { NetworkApi } from '../network/network-api';
import type { Network } from '../project/model';
import { endpointOf, STOPPED } from '../project/network';
import { Failure, type FailureData } from '../util/failure';
import { formatMessage } from '../util/message';
import type { ProjectSnapshot } from './project-snapshot';

/** How often a canister that refused its status to this identity is asked again rather than read publicly. */
const ASK_AGAIN_EVERY = 10;

/** The project that is asked for, and that learns what the network answers. */
export interface PolledProject {
  readonly snapshot: ProjectSnapshot;
  /** Network and identity that questions go to and come from. A change of either makes the answers someone else's. */
  readonly context: string;
  /** Reads the files. */
  load(): Promise<void>;
  canisterId(name: string): string | undefined;
  noteHealth(health: NetworkHealth): void;
  noteFacts(name: string, facts: CanisterFacts): void;
  noteFailure(name: string, failure: FailureData): void;
}

/** Asks a project's network how it is, and how the project's canisters are. */
export class NetworkPoller {
  readonly #project: PolledProject;
  readonly #client: Pick<NetworkApi, 'health' | 'probe'>;
  readonly #refusals = new Map<string, number>();
  /** The questions under way; aborting them does not abort the reading of files before them. */
  #asking: AbortController | undefined;
  #refreshing: Promise<void> | undefined;
  /** Counts the calls of `pause`, so that a refresh that is still reading files knows that it was abandoned. */
  #pauses = 0;

  constructor(project: PolledProject, client: Pick<NetworkApi, 'health' | 'probe'>) {
    this.#project = project;
    this.#client = client;
  }

  get asking(): boolean {
    return this.#asking !== undefined;
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

  /** Abandons the questions under way, so that the next refresh starts anew. */
  pause(): void {
    this.#pauses += 1;
    this.#asking?.abort();
    this.#asking = undefined;
    this.#refreshing = undefined;
  }

  /** Asks at the next refresh for what was refused before too: rights may have been given. */
  forgetRefusals(): void {
    this.#refusals.clear();
  }

  async #refresh(): Promise<void> {
    const pauses = this.#pauses;
    await this.#project.load();
    const network = this.#network;
    if (pauses !== this.#pauses || !network) {
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

  get #network(): Network | undefined {
    const { network, problem } = this.#project.snapshot.target;
    return problem ? undefined : network;
  }

  async #ask(network: Network, signal: AbortSignal): Promise<void> {
    const first = this.#project.snapshot.health === undefined && !network.stopped;
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

  async #askHealth(network: Network, signal: AbortSignal): Promise<boolean> {
    const health = await askHealth(this.#client, network, signal);
    if (signal.aborted) {
      return false;
    }
    this.#project.noteHealth(health);
    return health.state === 'healthy';
  }

  /** Ids that are written while the others are being asked for (as a deployment writes them) are asked for too. */
  async #askAll(signal: AbortSignal, healthy: Promise<boolean>): Promise<void> {
    const asked = new Set<string>();
    const next = () => this.#project.snapshot.canisters.filter(({ id }) => id !== undefined && !asked.has(id));
    for (let states = next(); states.length > 0 && !signal.aborted; states = next()) {
      for (const { id = '' } of states) {
        asked.add(id);
      }
      await Promise.all(states.map(({ name }) => this.askCanister(name, signal, healthy)));
    }
  }

  /**
   * Asks the network about one canister.
   *
   * @param healthy what is learned counts only once this holds
   */
  async askCanister(name: string, signal?: AbortSignal, healthy?: Promise<boolean>): Promise<void> {
    const { context, snapshot } = this.#project;
    const network = this.#network;
    const canisterId = this.#project.canisterId(name);
    if (!network || canisterId === undefined) {
      return;
    }
    const answer = await settle(
      this.#client.probe({
        endpoint: endpointOf(network),
        identity: snapshot.identity?.ref ?? ANONYMOUS,
        canisterId,
        publicOnly: this.#readPublicly(name),
        signal,
      }),
    );
    if (healthy && !(await healthy)) {
      return;
    }
    if (context !== this.#project.context || canisterId !== this.#project.canisterId(name)) {
      return;
    }
    if ('value' in answer) {
      this.#noteRefusal(name, answer.value);
      this.#project.noteFacts(name, answer.value);
    } else if (answer.failure.kind !== 'cancelled') {
      this.#project.noteFailure(name, answer.failure);
    }
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

  #noteRefusal(name: string, { detail, exists }: CanisterFacts): void {
    if (detail) {
      this.#refusals.delete(name);
    } else if (exists && !this.#refusals.has(name)) {
      this.#refusals.set(name, 1);
    }
  }
}

/** How a network is. One that its tool says is stopped is not asked: whoever answers there is another. */
async function askHealth(
  client: Pick<NetworkApi, 'health'>,
  network: Network,
  signal: AbortSignal,
): Promise<NetworkHealth> {
  if (network.stopped) {
    return STOPPED;
  }
  const answer = await settle(client.health({ endpoint: endpointOf(network), signal }));
  return 'value' in answer ? answer.value : { state: 'offline', detail: formatMessage(answer.failure.message) };
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
