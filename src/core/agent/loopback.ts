import { Agent, type IncomingMessage, request } from 'node:http';

/**
 * True for plain HTTP to this computer. Neither a proxy nor the user's certificates have a say in that, so it need not
 * go through VS Code's `fetch` in the host's thread, which it would keep busy for some 0.5 ms a request.
 */
export function isLoopback(url: string): boolean {
  if (!URL.canParse(url)) {
    return false;
  }
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d+){3}$/.test(hostname));
}

/** As much of a `fetch` as the agent uses, over connections that are kept open. Follows no redirects. */
export function loopbackFetch(): typeof fetch {
  const agent = new Agent({ keepAlive: true });
  return async (input, init) => {
    const url = String(input);
    const headers = Object.fromEntries(new Headers(init?.headers));
    const body = init?.body instanceof Uint8Array ? init.body : undefined;
    const options = { agent, method: init?.method ?? 'GET', headers, ...(init?.signal ? { signal: init.signal } : {}) };
    try {
      return await send(url, options, body);
    } catch (error) {
      init?.signal?.throwIfAborted();
      if (error instanceof StaleConnection) {
        return await send(url, options, body);
      }
      throw error;
    }
  };
}

/** The server closed a connection that had been kept open, at the moment it was used again. */
class StaleConnection extends Error {}

function send(url: string, options: Parameters<typeof request>[1] & object, body?: Uint8Array): Promise<Response> {
  return new Promise((resolve, reject) => {
    const sent = request(url, options, (message) => {
      const chunks: Buffer[] = [];
      message.on('data', (chunk: Buffer) => chunks.push(chunk));
      message.on('error', reject);
      message.on('end', () => resolve(toResponse(url, message, Buffer.concat(chunks))));
    });
    sent.on('error', (error: NodeJS.ErrnoException) => {
      reject(sent.reusedSocket && error.code === 'ECONNRESET' ? new StaleConnection(error.message) : error);
    });
    sent.end(body);
  });
}

function toResponse(url: string, message: IncomingMessage, body: Buffer): Response {
  const headers = Object.entries(message.headers).flatMap(([name, value]) =>
    value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value] as [string, string]],
  );
  return plainResponse({
    url,
    status: message.statusCode ?? 0,
    statusText: message.statusMessage ?? '',
    headers,
    body,
  });
}

/**
 * The members of a `Response` that the agent and we use. A real one has no public way to set `url`, which the agent
 * reads to notice that an endpoint is missing, and makes a stream of what is already here.
 */
export function plainResponse(answer: {
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly body: Uint8Array;
}): Response {
  const { url, status, statusText, body } = answer;
  const response = {
    url,
    status,
    statusText,
    ok: status >= 200 && status <= 299,
    headers: new Headers(answer.headers.map(([name, value]): [string, string] => [name, value])),
    clone: () => response,
    arrayBuffer: async () => Uint8Array.from(body).buffer,
    text: async () => new TextDecoder().decode(body),
  };
  return response as unknown as Response;
}
