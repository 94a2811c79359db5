import { rm } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type Engine, type EngineProject, type ManagedNetwork, networkOn } from '../engines/engine';
import type { Toolchain } from '../engines/toolchain';
import type { LocalNetworkActivity, LocalNetworkTask } from '../monitor/local-network-activity';
import type { NetworkApi } from '../network/network-api';
import type { PortOwner } from '../process/port-owner';
import type { ToolRunOptions } from '../process/tool';
import { endpointOf } from '../project/network';
import { cancelled, Failure, type FailureAction } from '../util/failure';
import { type Message, msg } from '../util/message';
import { KeyedQueue } from '../util/queue';
import { shortText } from '../util/shorten';
import { requireTrust, type Trust } from '../util/trust';

/** After the tool says that the network runs, it may take this long until it answers, in milliseconds. */
const READY_TIMEOUT_MS = 60_000;
const POLL_MS = 250;
/** An address that accepts connections and says nothing must not hold up a start for long. */
const LOOK_TIMEOUT_MS = 2_000;

export interface LocalNetworkDependencies {
  /** One for the engine of every project that may come. */
  readonly toolchains: readonly Toolchain[];
  readonly engines: readonly Pick<Engine, 'networkOn'>[];
  readonly client: Pick<NetworkApi, 'health'>;
  readonly work: LocalNetworkActivity;
  /** Looked at before anything is asked at a network's address. */
  readonly trust: Trust;
  /** Which program of this computer has a port, where the system says. */
  readonly portOwner: (port: number) => Promise<PortOwner | undefined>;
}

/** `target` says whose network is meant, where a project can have several that are managed. */
export type NetworkRunOptions = ToolRunOptions & { readonly target?: string };

/** Starts and stops the networks that tools run on this computer. Commands, rows, failures' buttons and tests come here. */
export class LocalNetwork {
  readonly #deps: LocalNetworkDependencies;
  readonly #queue = new KeyedQueue();

  constructor(deps: LocalNetworkDependencies) {
    this.#deps = deps;
  }

  #toolchain({ engine }: EngineProject): Toolchain {
    return this.#deps.toolchains.find((toolchain) => toolchain.engine === engine.name)!;
  }

  /**
   * Starts the network and waits until it answers. One that answers already is left as it is, unless `clean`.
   *
   * @param options `clean` erases the network's state first: for a shared network that of every project
   * @returns false where it ran already
   * @throws {Failure}
   */
  async start(project: EngineProject, options: { clean?: boolean } & NetworkRunOptions = {}): Promise<boolean> {
    const { clean = false, target, ...run } = options;
    const network = await project.managedNetwork(target);
    const { name, stopped } = network;
    const { tool, commands } = this.#toolchain(project);
    const stop = commands.stopNetwork(project.root, name);
    return await this.#run(network.dataDir, 'starting', async () => {
      if (clean && !stopped) {
        // No tool erases what still runs.
        await tool.run(stop, run);
      } else if (await this.#alreadyUp(project, network)) {
        return false;
      }
      try {
        await tool.run(commands.startNetwork(project.root, { clean, network: name }), run);
        await this.#untilHealthy(project, target, run.signal);
        return true;
      } catch (error) {
        if (run.signal?.aborted) {
          // The half that had been started. Without the signal, which would end this, too.
          await tool.run(stop).catch(() => undefined);
          throw cancelled();
        }
        throw error;
      }
    });
  }

  /** Stops the network; its state stays, unless it is volatile. @throws {Failure} */
  async stop(project: EngineProject, { target, ...run }: NetworkRunOptions = {}): Promise<void> {
    const network = await project.managedNetwork(target);
    await this.#run(network.dataDir, 'stopping', async () => {
      const { tool, commands } = this.#toolchain(project);
      await tool.run(commands.stopNetwork(project.root, network.name), run);
    });
  }

  /**
   * Stops the network, deletes what the tool keeps of local networks in the project (ids, builds, for dfx wallets), and
   * starts the network with an empty state.
   *
   * @throws {Failure}
   */
  async reset(project: EngineProject, options: NetworkRunOptions = {}): Promise<void> {
    await this.stop(project, options);
    const folder = this.#toolchain(project).stateFolder(project);
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

  #run<T>(dataDir: string, work: LocalNetworkTask, task: () => Promise<T>): Promise<T> {
    return this.#queue.run(dataDir, () => this.#deps.work.during(dataDir, work, task));
  }

  /** @throws {Failure} where another program answers at the network's address */
  async #alreadyUp(project: EngineProject, network: ManagedNetwork): Promise<boolean> {
    requireTrust(this.#deps.trust);
    const health = await this.#health(network);
    const answers = health !== undefined && health.state !== 'offline';
    // The tool looks at the port only when it has dropped the ids of what was on the network.
    const taken = network.stopped && (answers || (await listens(network.url)));
    if (health?.state === 'foreign' || taken) {
      const owner = await networkOn(this.#deps.engines, network);
      if (owner !== undefined) {
        const message = msg('The address {0} is in use: {1}. Stop that first.', network.url, owner);
        throw new Failure({ kind: 'port-in-use', message });
      }
      const left = await project.networkProcess(network);
      throw new Failure({
        kind: 'port-in-use',
        message: await this.#clash(project, network),
        actions: placeActions(network),
        detail: [
          health && 'detail' in health ? health.detail : '',
          left.port === undefined ? '' : `webserver-port: ${left.port}`,
        ]
          .filter(Boolean)
          .join(', '),
      });
    }
    return health?.state === 'healthy';
  }

  /** Who has the network's port, and both ways on. */
  async #clash(project: EngineProject, { url }: ManagedNetwork): Promise<Message> {
    const { portKey } = this.#toolchain(project).networks;
    const port = Number(new URL(url).port);
    const owner = await this.#deps.portOwner(port);
    if (!owner) {
      return msg('Another program answers at {0}. End it, or give the network another port with "{1}".', url, portKey);
    }
    const { program, pid, docker, container } = owner;
    if (!docker) {
      return msg(
        '{0} (process {1}) answers at {2}. End it, or give the network another port with "{3}".',
        shortText(program, 60),
        pid,
        url,
        portKey,
      );
    }
    return container === undefined
      ? msg(
          'Docker has port {0} for a container, which "{1}" names. Stop that with "docker stop", or give the network another port with "{2}".',
          port,
          `docker ps --filter publish=${port}`,
          portKey,
        )
      : msg(
          'Docker has port {0} for the container {1}. Stop it with "{2}", or give the network another port with "{3}".',
          port,
          container,
          `docker stop ${container}`,
          portKey,
        );
  }

  async #health(network: ManagedNetwork, signal?: AbortSignal) {
    const timeout = AbortSignal.timeout(LOOK_TIMEOUT_MS);
    const both = signal ? AbortSignal.any([signal, timeout]) : timeout;
    return await this.#deps.client.health({ endpoint: endpointOf(network), signal: both }).catch(() => undefined);
  }

  async #untilHealthy(
    project: EngineProject,
    target: string | undefined,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const end = performance.now() + READY_TIMEOUT_MS;
    for (;;) {
      // Resolved anew: the port is known only when dfx has written it.
      const network = await project.managedNetwork(target);
      const health = await this.#health(network, signal);
      signal?.throwIfAborted();
      if (health?.state === 'healthy') {
        return;
      }
      if (performance.now() > end) {
        throw new Failure({
          message: msg('{0} has started the network, but it does not answer at {1}.', project.engine.name, network.url),
          detail: health && 'detail' in health ? health.detail : '',
        });
      }
      await delay(POLL_MS, undefined, { signal });
    }
  }
}

/** Leads to where the network is defined, where that is a file. */
function placeActions({ source }: ManagedNetwork): readonly FailureAction[] | undefined {
  if (!source) {
    return undefined;
  }
  const title = msg('Open {0}', path.basename(source.file));
  return [{ title, command: 'icCanisters.openFile', args: [source.file, source.range] }];
}

/** True where a program of this computer accepts connections at the port of a URL, whatever it says then. */
function listens(url: string): Promise<boolean> {
  const { hostname, port } = new URL(url);
  if (port === '0' || port === '') {
    return Promise.resolve(false);
  }
  return new Promise((resolve) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port), timeout: LOOK_TIMEOUT_MS });
    const end = (taken: boolean): void => {
      socket.destroy();
      resolve(taken);
    };
    socket.once('connect', () => end(true));
    socket.once('timeout', () => end(false));
    socket.once('error', () => end(false));
  });
}
