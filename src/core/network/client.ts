import { Worker } from 'node:worker_threads';
import { innermostMessage } from '../util/errors';
import { type Disposable, Emitter } from '../util/events';
import { Failure } from '../util/failure';
import { msg } from '../util/message';
import type {
  ArgumentPlace,
  CallReply,
  CallRequest,
  CanisterOperations,
  CanisterSnapshot,
  CreateRequest,
  InstallRequest,
  LogRecord,
} from './operations';
import type {
  FetchedResponse,
  FetchRequest,
  FromWorker,
  OperationName,
  Outcome,
  ToWorker,
  WorkerOptions,
} from './protocol';
import type {
  CanisterFacts,
  Endpoint,
  IdentityRef,
  KeyOperations,
  ManagementCall,
  NetworkHealth,
  NetworkOperations,
  ProbeOptions,
  UnlockRequest,
} from './types';

interface Pending {
  resolve(value: unknown): void;
  reject(error: Failure): void;
}

/**
 * The one way to a network.
 *
 * Protocol, certificates and keys live in a worker thread that starts on first use: loading the agent takes some 50 ms
 * and checking one BLS signature some 20 ms, which would freeze everything else in the extension host.
 * HTTP to other computers is done here, because VS Code equips this thread's `fetch` with the user's proxy and
 * certificates; to this computer, where those count for nothing, the worker does it without us.
 */
export class NetworkClient implements NetworkOperations, KeyOperations, CanisterOperations, Disposable {
  readonly #workerFile: string;
  readonly #fetch: typeof fetch;
  readonly #options: WorkerOptions;
  readonly #pending = new Map<number, Pending>();
  readonly #fetches = new Map<number, AbortController>();
  readonly #lost = new Emitter<void>();
  /** The worker has ended, and with it every key that was unlocked. The next request starts a new one. */
  readonly onDidLoseWorker = this.#lost.event;
  #worker: Worker | undefined;
  #lastId = 0;

  /**
   * @param workerFile the built agent bundle.
   * @param fetchImpl does all HTTP where it is given, to this computer too.
   */
  constructor(workerFile: string, fetchImpl?: typeof fetch) {
    this.#workerFile = workerFile;
    // Looked up at each use: VS Code replaces it after we are loaded.
    this.#fetch = fetchImpl ?? ((input, init) => fetch(input, init));
    this.#options = { direct: fetchImpl === undefined };
  }

  health(endpoint: Endpoint, signal?: AbortSignal): Promise<NetworkHealth> {
    return this.#request('health', [endpoint], signal) as Promise<NetworkHealth>;
  }

  probe(
    endpoint: Endpoint,
    identity: IdentityRef,
    canisterId: string,
    options: ProbeOptions,
    signal?: AbortSignal,
  ): Promise<CanisterFacts> {
    return this.#request('probe', [endpoint, identity, canisterId, options], signal) as Promise<CanisterFacts>;
  }

  manage(endpoint: Endpoint, identity: IdentityRef, call: ManagementCall, signal?: AbortSignal): Promise<void> {
    return this.#request('manage', [endpoint, identity, call], signal) as Promise<void>;
  }

  principal(identity: IdentityRef): Promise<string> {
    return this.#request('principal', [identity], undefined) as Promise<string>;
  }

  unlock(request: UnlockRequest, signal?: AbortSignal): Promise<string> {
    return this.#request('unlock', [request], signal) as Promise<string>;
  }

  lock(handle: string): Promise<void> {
    return this.#request('lock', [handle], undefined) as Promise<void>;
  }

  install(endpoint: Endpoint, identity: IdentityRef, request: InstallRequest, signal?: AbortSignal): Promise<void> {
    return this.#request('install', [endpoint, identity, request], signal) as Promise<void>;
  }

  create(endpoint: Endpoint, identity: IdentityRef, request: CreateRequest, signal?: AbortSignal): Promise<string> {
    return this.#request('create', [endpoint, identity, request], signal) as Promise<string>;
  }

  takeSnapshot(
    endpoint: Endpoint,
    identity: IdentityRef,
    canisterId: string,
    replace: string | undefined,
    signal?: AbortSignal,
  ): Promise<CanisterSnapshot> {
    const args = [endpoint, identity, canisterId, replace];
    return this.#request('takeSnapshot', args, signal) as Promise<CanisterSnapshot>;
  }

  listSnapshots(
    endpoint: Endpoint,
    identity: IdentityRef,
    canisterId: string,
    signal?: AbortSignal,
  ): Promise<CanisterSnapshot[]> {
    return this.#request('listSnapshots', [endpoint, identity, canisterId], signal) as Promise<CanisterSnapshot[]>;
  }

  fetchLogs(endpoint: Endpoint, identity: IdentityRef, canisterId: string, signal?: AbortSignal): Promise<LogRecord[]> {
    return this.#request('fetchLogs', [endpoint, identity, canisterId], signal) as Promise<LogRecord[]>;
  }

  metadata(
    endpoint: Endpoint,
    identity: IdentityRef,
    canisterId: string,
    name: string,
    signal?: AbortSignal,
  ): Promise<Uint8Array | undefined> {
    const args = [endpoint, identity, canisterId, name];
    return this.#request('metadata', args, signal) as Promise<Uint8Array | undefined>;
  }

  call(endpoint: Endpoint, identity: IdentityRef, request: CallRequest, signal?: AbortSignal): Promise<CallReply> {
    return this.#request('call', [endpoint, identity, request], signal) as Promise<CallReply>;
  }

  encodeCandid(text: string, place: ArgumentPlace | undefined, did: string | undefined): Promise<Uint8Array> {
    return this.#request('encodeCandid', [text, place, did], undefined) as Promise<Uint8Array>;
  }

  dispose(): void {
    const worker = this.#worker;
    this.#stopped('disposed');
    this.#lost.dispose();
    void worker?.terminate();
  }

  #request(operation: OperationName, args: readonly unknown[], signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted) {
        reject(new Failure({ kind: 'cancelled', message: msg('Cancelled.') }));
        return;
      }
      this.#lastId += 1;
      const id = this.#lastId;
      const abort = () => this.#post({ type: 'abort', id });
      const settle = () => {
        this.#pending.delete(id);
        signal?.removeEventListener('abort', abort);
      };
      this.#pending.set(id, {
        resolve: (value) => {
          settle();
          resolve(value);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      signal?.addEventListener('abort', abort, { once: true });
      this.#post({ type: 'request', id, operation, args });
    });
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message, transfer);
  }

  #start(): Worker {
    const worker = new Worker(this.#workerFile, {
      name: 'ic-canisters agent',
      env: {},
      execArgv: [],
      workerData: this.#options,
      stdout: true,
      stderr: true,
    });
    // The agent warns on the console about answers it discards; the failure itself arrives as a message.
    worker.stdout.resume();
    worker.stderr.resume();
    worker.on('message', (message: FromWorker) => this.#receive(message));
    worker.on('error', (error) => this.#stopped(error.message, worker));
    worker.on('exit', (code) => this.#stopped(`exit code ${code}`, worker));
    worker.unref();
    return worker;
  }

  /** Fails everything under way; the next request starts a new worker. */
  #stopped(detail: string, worker = this.#worker): void {
    if (worker === undefined || worker !== this.#worker) {
      return;
    }
    this.#worker = undefined;
    for (const controller of this.#fetches.values()) {
      controller.abort();
    }
    this.#fetches.clear();
    const failure = new Failure({ kind: 'internal', message: msg('The network worker has stopped.'), detail });
    for (const pending of [...this.#pending.values()]) {
      pending.reject(failure);
    }
    this.#lost.fire();
  }

  #receive(message: FromWorker): void {
    switch (message.type) {
      case 'outcomes':
        for (const outcome of message.outcomes) {
          this.#settle(outcome);
        }
        break;
      case 'fetch':
        void this.#fetchFor(message.id, message.url, message.request);
        break;
      case 'fetch-abort':
        this.#fetches.get(message.id)?.abort();
        break;
    }
  }

  #settle(outcome: Outcome): void {
    const pending = this.#pending.get(outcome.id);
    if ('failure' in outcome) {
      pending?.reject(new Failure(outcome.failure));
    } else {
      pending?.resolve(outcome.value);
    }
  }

  async #fetchFor(id: number, url: string, request: FetchRequest): Promise<void> {
    const controller = new AbortController();
    this.#fetches.set(id, controller);
    try {
      const response = await this.#fetch(url, { ...request, signal: controller.signal });
      const body = await response.arrayBuffer();
      const fetched: FetchedResponse = {
        url: response.url || url,
        status: response.status,
        statusText: response.statusText,
        headers: [...response.headers],
        body,
      };
      this.#answer({ type: 'fetched', id, response: fetched }, [body]);
    } catch (error) {
      this.#answer({ type: 'fetch-failed', id, detail: innermostMessage(error) });
    } finally {
      this.#fetches.delete(id);
    }
  }

  /** An answer for a worker that is gone is dropped; it must not start a new one. */
  #answer(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }
}
