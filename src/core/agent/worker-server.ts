import type { MessagePort } from 'node:worker_threads';
import { ANSWER_BYTES, AnswerBudget } from '../network/answer-limits';
import type { NetworkMethod } from '../network/network-api';
import type {
  Answer,
  FetchedResponse,
  FetchRequest,
  FromWorker,
  RequestMessage,
  ToWorker,
  WorkerOptions,
} from '../network/worker-protocol';
import { Failure } from '../util/failure';
import { type AgentParts, agentOperations } from './agent-operations';
import { toFailure } from './failures';
import { isLoopback, loopbackFetch, plainHeaders, plainResponse, toUrl } from './loopback-fetch';
import type { LimitedInit, NetworkFetch } from './operation-context';

/** Answers the host's requests, and does HTTP to other computers through the host. */
export function serveAgent(port: MessagePort, options: WorkerOptions, parts?: AgentParts): void {
  const running = new Map<number, AbortController>();
  const fetching = new Map<number, { resolve(response: Response): void; reject(error: Error): void }>();
  const budget = new AnswerBudget(options.budget);
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

  const hostFetch: NetworkFetch = (input, init) =>
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

  const receive = (id: number, response: FetchedResponse) => {
    const body = new Uint8Array(response.body);
    const waiting = take(fetching, id);
    if (waiting) {
      waiting.resolve(plainResponse({ ...response, body }, budget));
    } else {
      // Aborted while it came.
      budget.release(body.length);
    }
  };

  const directFetch = loopbackFetch(budget);
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
        receive(message.id, message.response);
        break;
      case 'fetch-failed':
        take(fetching, message.id)?.reject(new TypeError(message.detail));
        break;
      case 'fetch-refused':
        take(fetching, message.id)?.reject(new Failure(message.failure));
        break;
    }
  });
}

function take<T>(map: Map<number, T>, id: number): T | undefined {
  const value = map.get(id);
  map.delete(id);
  return value;
}

function plainRequest(init: LimitedInit | undefined): FetchRequest {
  return {
    method: init?.method ?? 'GET',
    headers: plainHeaders(init?.headers),
    body: init?.body instanceof Uint8Array ? init.body : undefined,
    maxBytes: init?.maxBytes ?? ANSWER_BYTES.other,
  };
}
