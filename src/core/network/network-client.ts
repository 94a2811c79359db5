import { Worker } from 'node:worker_threads';
import { innermostMessage } from '../util/errors';
import { type Disposable, Emitter } from '../util/events';
import { cancelled, Failure } from '../util/failure';
import { msg } from '../util/message';
import { requireTrust, type Trust } from '../util/trust';
import { AnswerBody, AnswerBudget } from './answer-limits';
import {
  type Cancellable,
  type NetworkApi,
  type NetworkMethod,
  networkApi,
  type RequestOf,
  type ResultOf,
} from './network-api';
import type { Answer, FetchedResponse, FetchRequest, FromWorker, ToWorker, WorkerOptions } from './worker-protocol';

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
export class NetworkClient implements Disposable {
  readonly api: NetworkApi = networkApi((method, request) => this.#request(method, request));
  readonly #workerFile: string;
  readonly #trust: Trust;
  readonly #fetch: typeof fetch;
  readonly #direct: boolean;
  readonly #pending = new Map<number, Pending>();
  readonly #fetches = new Map<number, AbortController>();
  readonly #lost = new Emitter<void>();
  /** The worker has ended, and with it every key that was unlocked. The next request starts a new one. */
  readonly onDidLoseWorker = this.#lost.event;
  #worker: Worker | undefined;
  #budget = new AnswerBudget();
  #lastId = 0;

  /**
   * @param workerFile the built agent bundle.
   * @param trust is looked at before every request.
   * @param fetchImpl does all HTTP where it is given, to this computer too.
   */
  constructor(workerFile: string, trust: Trust, fetchImpl?: typeof fetch) {
    this.#workerFile = workerFile;
    this.#trust = trust;
    // Looked up at each use: VS Code replaces it after we are loaded.
    this.#fetch = fetchImpl ?? ((input, init) => fetch(input, init));
    this.#direct = fetchImpl === undefined;
  }

  dispose(): void {
    const worker = this.#worker;
    this.#stopped('disposed');
    this.#lost.dispose();
    void worker?.terminate();
  }

  #request<M extends NetworkMethod>(method: M, request: Cancellable<RequestOf<M>>): Promise<ResultOf<M>> {
    const { signal, ...sent } = request;
    return new Promise((resolve, reject) => {
      requireTrust(this.#trust);
      if (signal?.aborted) {
        reject(cancelled());
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
          resolve(value as ResultOf<M>);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      signal?.addEventListener('abort', abort, { once: true });
      this.#post({ type: 'request', id, method, request: sent as RequestOf<M> });
    });
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker ??= this.#start();
    this.#worker.postMessage(message, transfer);
  }

  #start(): Worker {
    // A worker's own: what one that has ended had not read is no longer there.
    this.#budget = new AnswerBudget();
    const workerData: WorkerOptions = { direct: this.#direct, budget: this.#budget.shared };
    const worker = new Worker(this.#workerFile, {
      name: 'ic-canisters agent',
      env: {},
      execArgv: [],
      workerData,
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
      case 'answers':
        for (const answer of message.answers) {
          this.#settle(answer);
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

  #settle(answer: Answer): void {
    const pending = this.#pending.get(answer.id);
    if ('failure' in answer) {
      pending?.reject(new Failure(answer.failure));
    } else {
      pending?.resolve(answer.value);
    }
  }

  async #fetchFor(id: number, url: string, request: FetchRequest): Promise<void> {
    const controller = new AbortController();
    this.#fetches.set(id, controller);
    const { maxBytes, ...init } = request;
    try {
      // Where a redirect leads is not for the network to say: the agent refuses it.
      const response = await this.#fetch(url, { ...init, redirect: 'manual', signal: controller.signal });
      const body = await readBody(response, new AnswerBody(this.#budget, url, response.status, maxBytes));
      const fetched: FetchedResponse = {
        url: response.url || url,
        // Chromium's `fetch`, which VS Code can be set to use, hides a redirect that it does not follow.
        status: response.type === 'opaqueredirect' && response.status === 0 ? 302 : response.status,
        statusText: response.statusText,
        headers: [...response.headers],
        body,
      };
      this.#respond({ type: 'fetched', id, response: fetched }, [body]);
    } catch (error) {
      // Whatever else would still come.
      controller.abort();
      this.#respond(
        error instanceof Failure
          ? { type: 'fetch-refused', id, failure: error.data }
          : { type: 'fetch-failed', id, detail: innermostMessage(error) },
      );
    } finally {
      this.#fetches.delete(id);
    }
  }

  /** A response for a worker that is gone is dropped; it must not start a new one. */
  #respond(message: ToWorker, transfer: ArrayBuffer[] = []): void {
    this.#worker?.postMessage(message, transfer);
  }
}

/** @throws {Failure} of kind `too-large` */
async function readBody(response: Response, body: AnswerBody): Promise<ArrayBuffer> {
  const reader = response.body?.getReader();
  try {
    for (let part = await reader?.read(); part?.value !== undefined; part = await reader?.read()) {
      body.add(part.value);
    }
    return body.take().buffer;
  } catch (error) {
    body.discard();
    throw error;
  }
}
