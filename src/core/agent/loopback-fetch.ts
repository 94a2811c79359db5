import { Agent, type IncomingMessage, type RequestOptions, request } from 'node:http';
import { ANSWER_BYTES, AnswerBody, AnswerBudget } from '../network/answer-limits';
import { loopbackInPlaceOf, networkClass } from '../network/network-class';
import type { NetworkFetch } from './operation-context';

/**
 * True for plain HTTP to this computer. Neither a proxy nor the user's certificates have a say in that, so it need not
 * go through VS Code's `fetch` in the host's thread, which it would keep busy for some 0.5 ms a request.
 */
export function isLoopback({ protocol, hostname, href }: URL): boolean {
  return protocol === 'http:' && (networkClass(href) === 'loopback' || loopbackInPlaceOf(hostname) !== undefined);
}

/** Where a request goes. */
export function toUrl(input: Parameters<typeof fetch>[0]): URL {
  return input instanceof URL ? input : new URL(typeof input === 'string' ? input : input.url);
}

/** As much of a `fetch` as the agent uses, over connections that are kept open. Follows no redirects. */
export function loopbackFetch(budget = new AnswerBudget()): NetworkFetch {
  const agent = new Agent({ keepAlive: true });
  return async (input, init) => {
    const url = toUrl(input);
    const body = init?.body instanceof Uint8Array ? init.body : undefined;
    const maxBytes = init?.maxBytes ?? ANSWER_BYTES.other;
    const host = loopbackInPlaceOf(url.hostname);
    const headers = plainHeaders(init?.headers);
    const options: RequestOptions = { agent, method: init?.method ?? 'GET', headers };
    if (host !== undefined) {
      options.hostname = host.replace(/[[\]]/g, '');
      options.headers = { ...headers, Host: url.host };
    }
    const signal = init?.signal ?? undefined;
    try {
      return await send(url, options, { budget, maxBytes, body, signal });
    } catch (error) {
      signal?.throwIfAborted();
      if (error instanceof StaleConnection) {
        return await send(url, options, { budget, maxBytes, body, signal });
      }
      throw error;
    }
  };
}

/** The server closed a connection that had been kept open, at the moment it was used again. */
class StaleConnection extends Error {}

interface Transfer {
  readonly budget: AnswerBudget;
  readonly maxBytes: number;
  readonly body: Uint8Array | undefined;
  readonly signal: AbortSignal | undefined;
}

function send(url: URL, options: RequestOptions, { budget, maxBytes, body, signal }: Transfer): Promise<Response> {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const sent = request(url, options, (message) => {
      const answer = new AnswerBody(budget, url.href, message.statusCode ?? 0, maxBytes);
      const fail = (error: unknown) => {
        answer.discard();
        reject(error);
      };
      message.on('data', (chunk: Buffer) => {
        try {
          answer.add(chunk);
        } catch (error) {
          message.removeAllListeners('data');
          sent.destroy();
          fail(error);
        }
      });
      message.on('error', fail);
      message.on('end', () => resolve(toResponse(url, message, answer.take(), budget)));
    });
    // Not Node's `signal` option, which watches the whole stream and costs as much as sending it.
    const abort = () => {
      sent.destroy();
      reject(signal?.reason);
    };
    signal?.addEventListener('abort', abort, { once: true });
    sent.on('close', () => signal?.removeEventListener('abort', abort));
    sent.on('error', (error: NodeJS.ErrnoException) => {
      reject(sent.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnection(error.message) : error);
    });
    sent.end(body);
  });
}

function toResponse(url: URL, message: IncomingMessage, body: Uint8Array, budget: AnswerBudget): Response {
  const headers = Object.entries(message.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as const],
  );
  const { statusCode: status = 0, statusMessage: statusText = '' } = message;
  return plainResponse({ url: url.href, status, statusText, headers, body }, budget);
}

/** The members of a request's headers as an object; the agent gives them as one. */
export function plainHeaders(headers: RequestInit['headers']): Record<string, string> {
  if (headers === undefined) {
    return {};
  }
  const isPlain = !Array.isArray(headers) && !(Symbol.iterator in headers);
  return isPlain ? (headers as Record<string, string>) : Object.fromEntries(new Headers(headers));
}

interface PlainAnswer {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  /** Names in lower case. */
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}

/**
 * The members of a `Response` that the agent and we use. A real one has no public way to set `url`, which the agent
 * reads to notice that an endpoint is missing, and makes a stream of what is already here. Nor are its headers real
 * ones: the first mention of `Headers` loads all of Node's `fetch`, for some 30 ms.
 *
 * @param budget which the body is released from when it is read
 */
export function plainResponse(answer: PlainAnswer, budget: AnswerBudget): Response {
  const { url, status, statusText, headers, body } = answer;
  let held = true;
  const read = () => {
    if (held) {
      held = false;
      budget.release(body.length);
    }
    return body;
  };
  const response = {
    url,
    status,
    statusText,
    ok: status >= 200 && status <= 299,
    headers: {
      get: (wanted: string) => headers.find(([name]) => name === wanted.toLowerCase())?.[1] ?? null,
      forEach: (each: (value: string, name: string) => void) => {
        for (const [name, value] of headers) {
          each(value, name);
        }
      },
    },
    clone: () => response,
    // A copy: what is here may be a part of a larger buffer.
    arrayBuffer: async () => new Uint8Array(read()).buffer,
    text: async () => new TextDecoder().decode(read()),
  };
  return response as unknown as Response;
}
