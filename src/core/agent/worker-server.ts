import type { MessagePort } from 'node:worker_threads';
import type { NetworkMethod } from '../network/network-api';
import type {
  Answer,
  FetchRequest,
  FromWorker,
  RequestMessage,
  ToWorker,
  WorkerOptions,
} from '../network/worker-protocol';
import { type AgentParts, agentOperations } from './agent-operations';
import { toFailure } from './failures';
import { isLoopback, loopbackFetch, plainHeaders, plainResponse, toUrl } from './loopback-fetch';

/** Answers the host's requests, and does HTTP to other computers through the host. */
export function serveAgent(port: MessagePort, options: WorkerOptions, parts?: AgentParts): void {
  const running = new Map<number, AbortController>();
  const fetching = new Map<number, { resolve(response: Response): void; reject(error: Error): void }>();
  let lastFetch = 0;
  const post = (message: FromWorker) => port.postMessage(message);
  let answers: Answer[] = [];
  /** Those of one turn of the event loop go together: waking the host costs more than a message itself. */
  const answer = (one: Answer) => {
    if (answers.push(one) === 1) {
      setImmediate(() => {
        const sent = answers;
        answers = [];
        post({ type: 'answers', answers: sent });
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
  const operations = agentOperations((input, init) => {
    const url = toUrl(input);
    return options.direct && isLoopback(url) ? directFetch(url, init) : hostFetch(url, init);
  }, parts);

  const execute = async <M extends NetworkMethod>({ id, method, request }: RequestMessage<M>) => {
    const controller = new AbortController();
    const { signal } = controller;
    running.set(id, controller);
    try {
      answer({ id, value: await operations[method]({ ...request, signal }) });
    } catch (error) {
      answer({ id, failure: toFailure(error, { signal }).data });
    } finally {
      running.delete(id);
    }
  };

  port.on('message', (message: ToWorker) => {
    switch (message.type) {
      case 'request':
        void execute(message);
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
    body: init?.body instanceof Uint8Array ? init.body : undefined,
  };
}
