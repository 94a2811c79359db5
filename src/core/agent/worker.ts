import { parentPort, workerData } from 'node:worker_threads';
import type { FetchRequest, FromWorker, OperationName, Outcome, ToWorker, WorkerOptions } from '../network/protocol';
import { toNetworkFailure } from './failures';
import { isLoopback, loopbackFetch, plainHeaders, plainResponse, toUrl } from './loopback';
import { AgentService } from './service';

/** The agent bundle's entry: answers the host's requests, and does HTTP to other computers through the host. */
function serve(port: NonNullable<typeof parentPort>, options: WorkerOptions): void {
  const running = new Map<number, AbortController>();
  const fetching = new Map<number, { resolve(response: Response): void; reject(error: Error): void }>();
  let lastFetch = 0;
  const post = (message: FromWorker) => port.postMessage(message);
  let outcomes: Outcome[] = [];
  /** Those of one turn of the event loop go together: waking the host costs more than a message itself. */
  const tell = (outcome: Outcome) => {
    if (outcomes.push(outcome) === 1) {
      setImmediate(() => {
        const told = outcomes;
        outcomes = [];
        post({ type: 'outcomes', outcomes: told });
      });
    }
  };

  const hostFetch: typeof fetch = (input, init) =>
    new Promise((resolve, reject) => {
      const signal = init?.signal ?? undefined;
      if (signal?.aborted) {
        reject(signal.reason);
        return;
      }
      lastFetch += 1;
      const id = lastFetch;
      const abort = () => {
        if (fetching.delete(id)) {
          post({ type: 'fetch-abort', id });
          reject(signal?.reason);
        }
      };
      const settle = () => signal?.removeEventListener('abort', abort);
      fetching.set(id, {
        resolve: (response) => {
          settle();
          resolve(response);
        },
        reject: (error) => {
          settle();
          reject(error);
        },
      });
      signal?.addEventListener('abort', abort, { once: true });
      post({ type: 'fetch', id, url: String(input), request: plainRequest(init) });
    });

  const directFetch = loopbackFetch();
  const service = new AgentService((input, init) => {
    const url = toUrl(input);
    return options.direct && isLoopback(url) ? directFetch(url, init) : hostFetch(url, init);
  });

  const execute = async (id: number, operation: OperationName, args: readonly unknown[]) => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      const method = service[operation] as (...args: unknown[]) => Promise<unknown>;
      tell({ id, value: await method.apply(service, [...args, controller.signal]) });
    } catch (error) {
      tell({ id, failure: toNetworkFailure(error, { signal: controller.signal }).data });
    } finally {
      running.delete(id);
    }
  };

  port.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'request':
        void execute(message.id, message.operation, message.args);
        break;
      case 'abort':
        running.get(message.id)?.abort();
        break;
      case 'fetched':
        take(fetching, message.id)?.resolve(
          plainResponse({ ...message.response, body: new Uint8Array(message.response.body) }),
        );
        break;
      case 'fetch-failed':
        take(fetching, message.id)?.reject(new TypeError(message.detail));
        break;
    }
  });
}

function take<T>(map: Map<number, T>, id: number): T | undefined {
  const value = map.get(id);
  map.delete(id);
  return value;
}

function plainRequest(init: RequestInit | undefined): FetchRequest {
  return {
    method: init?.method ?? 'GET',
    headers: plainHeaders(init?.headers),
    ...(init?.body instanceof Uint8Array ? { body: init.body } : {}),
  };
}

if (parentPort) {
  serve(parentPort, workerData as WorkerOptions);
}
