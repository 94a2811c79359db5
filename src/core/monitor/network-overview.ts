import { type Engine, networkOn } from '../engines/engine';
import type { NetworkHealth } from '../network/endpoint';
import type { NetworkApi } from '../network/network-api';
import type { Network, NetworkProcess } from '../project/model';
import { endpointOf, STOPPED } from '../project/network';
import { type Disposable, Emitter } from '../util/events';
import type { Message } from '../util/message';
import type { ProjectMonitor } from './project-monitor';
import type { Selection } from './selection';
import { type SigningConsent, withConsent } from './signing-consent';

/** How often a network is asked while a view shows it, in milliseconds. */
const LOCAL_INTERVAL_MS = 10_000;
const REMOTE_INTERVAL_MS = 60_000;

/** The network of one of a project's targets, with all that is known of it. */
export interface NetworkEntry {
  /** The tool whose project it is. */
  readonly tool: string;
  readonly target: string;
  /** The target is an environment, which others may share the network with. */
  readonly environment: boolean;
  readonly network: Network;
  /** The project works on it. */
  readonly used: boolean;
  /** Absent until it has been asked. */
  readonly health?: NetworkHealth;
  /** How many of the project's canisters have an id there. */
  readonly canistersWithId: number;
  readonly canisters: number;
  /** Why the ids on disk count for nothing. */
  readonly idsVoid?: Message;
  /** What its tool has left on disk; empty but for local networks. */
  readonly process: NetworkProcess;
  /** Of a network that does not run here: whose network has its port. */
  readonly portOwner?: Message;
}

export interface NetworkOverviewDependencies {
  readonly client: Pick<NetworkApi, 'health'>;
  readonly engines: readonly Pick<Engine, 'networkOn'>[];
  readonly selection: Selection;
  readonly consent?: Pick<SigningConsent, 'agreed'>;
  readonly projects: () => readonly ProjectMonitor[];
  readonly now: () => number;
}

interface Asked {
  health: NetworkHealth;
  at: number;
}

/** The networks of every project and, while a view shows them, whether they answer. */
export class NetworkOverview implements Disposable {
  readonly #deps: NetworkOverviewDependencies;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #asked = new Map<string, Asked>();
  #asking: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: NetworkOverviewDependencies) {
    this.#deps = deps;
  }

  /** The networks that have a name in a project. Reads files; asks no network. */
  async list({ files, manifest }: ProjectMonitor): Promise<NetworkEntry[]> {
    const { selection, consent, engines, now } = this.#deps;
    await files.load();
    const chosen = selection.target(manifest);
    const entries = (await files.targets()).map(async (named): Promise<NetworkEntry[]> => {
      const target = withConsent(named, consent);
      const { network } = target;
      if (!network) {
        return [];
      }
      const canisters = files.canisters.filter(({ name }) => target.canisters?.has(name) ?? true);
      const [ids, process, portOwner] = await Promise.all([
        files.ids(target, now()),
        network.local ? files.networkProcess(network) : {},
        network.local && network.stopped ? networkOn(engines, network) : undefined,
      ]);
      return [
        {
          tool: files.engine.name,
          target: target.name,
          environment: target.environment === true,
          network,
          used: target.name === chosen,
          canistersWithId: canisters.filter(({ name }) => ids.byName.has(name)).length,
          canisters: canisters.length,
          process,
          portOwner,
          health: network.stopped ? STOPPED : this.#asked.get(network.url)?.health,
          idsVoid: ids.void,
        },
      ];
    });
    return (await Promise.all(entries)).flat();
  }

  /** Networks are asked only while a view shows them. */
  setWatched(watched: boolean): void {
    if (watched === (this.#asking !== undefined)) {
      return;
    }
    this.#asking?.abort();
    this.#asking = watched ? new AbortController() : undefined;
    clearTimeout(this.#timer);
    if (watched) {
      void this.#ask(false);
    }
  }

  /** Asks now, whatever the interval, if a view shows them. */
  async refresh(): Promise<void> {
    await this.#ask(true);
  }

  async #ask(all: boolean): Promise<void> {
    const signal = this.#asking?.signal;
    if (!signal) {
      return;
    }
    clearTimeout(this.#timer);
    const networks = new Map<string, Network>();
    for (const { files } of this.#deps.projects()) {
      for (const { network } of await files.targets()) {
        if (network && network.url !== '' && !network.stopped) {
          networks.set(network.url, network);
        }
      }
    }
    const due = [...networks.values()].filter((network) => all || this.#due(network));
    await Promise.all(due.map((network) => this.#askOne(network, signal)));
    if (signal.aborted) {
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#ask(false), LOCAL_INTERVAL_MS);
  }

  #due({ url, local }: Network): boolean {
    const asked = this.#asked.get(url);
    const interval = local ? LOCAL_INTERVAL_MS : REMOTE_INTERVAL_MS;
    // A little early counts, or every second turn would be missed.
    return asked === undefined || this.#deps.now() - asked.at > interval * 0.9;
  }

  async #askOne(network: Network, signal: AbortSignal): Promise<void> {
    try {
      const health = await this.#deps.client.health({ endpoint: endpointOf(network), signal });
      const before = this.#asked.get(network.url)?.health;
      this.#asked.set(network.url, { health, at: this.#deps.now() });
      if (JSON.stringify(before) !== JSON.stringify(health)) {
        this.#changed.fire();
      }
    } catch {
      // Cancelled: no view shows them any more. Every other end is a state of health.
    }
  }

  dispose(): void {
    this.setWatched(false);
    this.#changed.dispose();
  }
}
