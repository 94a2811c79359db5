import { rm } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startNetwork, stopNetwork } from '../engines/dfx/commands';
import { networkProcess } from '../engines/dfx/local-network-files';
import type { DfxLocations } from '../engines/dfx/locations';
import { type DfxNetwork, LOCAL, resolveNetwork } from '../engines/dfx/networks';
import type { DfxRunOptions, DfxTool } from '../engines/dfx/tool';
import type { LocalNetworkActivity, LocalNetworkTask } from '../monitor/local-network-activity';
import type { NetworkApi } from '../network/network-api';
import { endpointOf } from '../project/network';
import type { Project } from '../project/project';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import { KeyedQueue } from '../util/queue';

/** After dfx says that the network runs, it may take this long until it answers, in milliseconds. */
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 250;
/** An address that accepts connections and says nothing must not hold up a start for long. */
const LOOK_TIMEOUT_MS = 2_000;

export interface LocalNetworkDependencies {
  readonly tool: Pick<DfxTool, 'run'>;
  readonly client: Pick<NetworkApi, 'health'>;
  readonly locations: DfxLocations;
  readonly work: LocalNetworkActivity;
}

/** Starts and stops the local network, with dfx. Commands, rows, failures' buttons and tests come here. */
export class LocalNetwork {
  readonly #deps: LocalNetworkDependencies;
  readonly #queue = new KeyedQueue();

  constructor(deps: LocalNetworkDependencies) {
    this.#deps = deps;
  }

  /**
   * The network that `dfx start` would run for a project: its own, or that which all projects share.
   *
   * @throws {Failure} where the project's network `local` is none that dfx starts
   */
  async find(project: Project): Promise<DfxNetwork & { readonly dataDir: string }> {
    await project.load();
    const network = await resolveNetwork(LOCAL, project.root, project.config, this.#deps.locations);
    if ('problem' in network && network.problem) {
      throw new Failure({ message: network.problem, next: 'open-dfx-json' });
    }
    if (!('url' in network) || !network.local || network.dataDir === undefined) {
      const url = 'url' in network ? network.url : '';
      throw new Failure({
        message: msg('The network local of this project is at {0}: dfx does not start it.', url),
      });
    }
    return { ...network, dataDir: network.dataDir };
  }

  /**
   * Starts the network and waits until it answers. One that answers already is left as it is, unless `clean`.
   *
   * @param options `clean` erases the network's state first: for a shared network that of every project
   * @throws {Failure}
   */
  async start(project: Project, options: { clean?: boolean } & DfxRunOptions = {}): Promise<void> {
    const network = await this.find(project);
    const { clean = false, ...run } = options;
    await this.#run(network.dataDir, 'starting', async () => {
      if (clean) {
        // dfx refuses to clean what still runs.
        await this.#deps.tool.run(stopNetwork(project.root), run);
      } else if (await this.#alreadyUp(network)) {
        return;
      }
      try {
        await this.#deps.tool.run(startNetwork(project.root, { clean }), run);
        await this.#untilHealthy(project, run.signal);
      } catch (error) {
        if (run.signal?.aborted) {
          // The half that had been started. Without the signal, which would end this, too.
          await this.#deps.tool.run(stopNetwork(project.root)).catch(() => undefined);
          throw new Failure({ kind: 'cancelled', message: msg('Cancelled.'), detail: '' });
        }
        throw error;
      }
    });
  }

  /** Stops the network; its state stays. @throws {Failure} */
  async stop(project: Project, options: DfxRunOptions = {}): Promise<void> {
    const network = await this.find(project);
    await this.#run(network.dataDir, 'stopping', async () => {
      await this.#deps.tool.run(stopNetwork(project.root), options);
    });
  }

  /**
   * Stops the network, deletes the project's `.dfx`, in which dfx keeps local wallets, ids and builds, and starts the
   * network with an empty state.
   *
   * @throws {Failure}
   */
  async reset(project: Project, options: DfxRunOptions = {}): Promise<void> {
    await this.stop(project, options);
    const folder = path.join(project.root, '.dfx');
    try {
      await rm(folder, { recursive: true, force: true });
    } catch (error) {
      throw new Failure({
        message: msg('{0} could not be deleted.', folder),
        detail: error instanceof Error ? error.message : String(error),
      });
    }
    await this.start(project, { ...options, clean: true });
  }

  #run(dataDir: string, work: LocalNetworkTask, task: () => Promise<void>): Promise<void> {
    return this.#queue.run(dataDir, () => this.#deps.work.during(dataDir, work, task));
  }

  /** @throws {Failure} where another program answers at the network's address */
  async #alreadyUp(network: DfxNetwork): Promise<boolean> {
    const health = await this.#health(network);
    if (health?.state === 'foreign') {
      const left = await networkProcess(network.dataDir);
      throw new Failure({
        message: msg(
          'Another program answers at {0}. End it, or give the network another port in its "bind".',
          network.url,
        ),
        detail: [health.detail, left.port === undefined ? '' : `webserver-port: ${left.port}`]
          .filter(Boolean)
          .join(', '),
      });
    }
    return health?.state === 'healthy';
  }

  async #health(network: DfxNetwork, signal?: AbortSignal) {
    const timeout = AbortSignal.timeout(LOOK_TIMEOUT_MS);
    const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
    return await this.#deps.client.health({ endpoint: endpointOf(network), signal: both }).catch(() => undefined);
  }

  async #untilHealthy(project: Project, signal: AbortSignal | undefined): Promise<void> {
    const end = performance.now() + READY_TIMEOUT_MS;
    for (;;) {
      // Resolved anew: the port is known only when dfx has written it.
      const network = await this.find(project);
      const health = await this.#health(network, signal);
      signal?.throwIfAborted();
      if (health?.state === 'healthy') {
        return;
      }
      if (performance.now() > end) {
        throw new Failure({
          message: msg('dfx has started the network, but it does not answer at {0}.', network.url),
          detail: health && 'detail' in health ? health.detail : '',
        });
      }
      await delay(POLL_MS, undefined, { signal });
    }
  }
}
