/** The HTTP endpoints of a replica, with the faults that were switched on. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { Principal } from '@dfinity/principal';
import { encodeCbor } from './cbor';
import { type Counters, type Faults, type Forgery, RateLimiter, type RequestKind } from './faults';
import { canisterOf } from './gateway';
import { HttpError } from './reject';
import type { Answer, Subnet } from './subnet';

/** More than any request that is taken, so that what is too large gets the replica's own answer. */
const MAX_BODY_BYTES = 5 * 1024 * 1024;

export interface HttpOptions {
  readonly subnet: Subnet;
  readonly rootKey: Uint8Array;
  readonly faults: () => Faults;
  readonly counters: Counters;
  /** Answers requests below `/_/`, which are not the Internet Computer's. Undefined for an unknown one. */
  readonly control: (method: string, path: string, body: string) => Promise<unknown>;
}

interface Route {
  readonly kind: RequestKind;
  /** Effective canister id as text, as far as the path has one. */
  readonly canister?: string;
  handle(body: Uint8Array, forge: Forgery): Promise<Answer>;
}

export class HttpEndpoint {
  readonly #options: HttpOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #limiter = new RateLimiter();

  constructor(options: HttpOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
    });
    // The stand-in of dfx hears nothing while it builds, which may take minutes: it would then ask over a closed connection.
    this.#server.keepAliveTimeout = 600_000;
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
  }

  /** @returns the port */
  async listen(host: string, port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once('error', reject);
      this.#server.listen(port, host, resolve);
    });
    const address = this.#server.address() as AddressInfo;
    return address.port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
    });
    for (const socket of this.#sockets) {
      socket.destroy();
    }
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const method = request.method ?? 'GET';
    if (path.startsWith('/_/')) {
      return this.#serveControl(method, path, request, response);
    }
    if (method === 'OPTIONS') {
      return send(response, { status: 204, body: '' });
    }
    const route = this.#webRoute(request, path) ?? this.#route(method, path);
    const { counters } = this.#options;
    counters.begin(route.kind);
    response.on('close', () => counters.end());
    const faults = this.#faultsFor(route);
    if (faults.outage === 'refuse') {
      request.socket.destroy();
      return;
    }
    let body: Uint8Array;
    try {
      body = await readBody(request);
    } catch (error) {
      if (error instanceof HttpError) {
        return send(response, { status: error.status, body: error.message });
      }
      response.destroy();
      return;
    }
    if (faults.outage === 'hang') {
      return;
    }
    const answer = await this.#answer(route, body, faults);
    if (faults.latencyMs > 0) {
      await new Promise((resolve) => setTimeout(resolve, faults.latencyMs));
    }
    send(response, answer);
  }

  /** The faults as they apply to a request: those that are for other requests only are taken out. */
  #faultsFor(route: Route): Faults {
    const faults = this.#options.faults();
    const concerned =
      (faults.only?.includes(route.kind) ?? true) &&
      (!faults.canisters || (route.canister !== undefined && faults.canisters.includes(route.canister)));
    return concerned ? faults : { ...faults, outage: 'none', forge: 'none', latencyMs: 0, rateLimit: null };
  }

  async #answer(route: Route, body: Uint8Array, faults: Faults): Promise<Answer> {
    if (faults.rateLimit && !this.#limiter.allow(faults.rateLimit)) {
      return { status: 429, body: 'rate_limited_normal: Too many requests' };
    }
    if (faults.outage === 'http500') {
      return { status: 500, body: 'Internal Server Error' };
    }
    if (faults.outage === 'garbage') {
      return { status: 200, body: Buffer.from('<html>Not CBOR</html>') };
    }
    if (faults.outage === 'starting' && route.kind !== 'status') {
      return {
        status: 503,
        body: 'Replica is unhealthy: WaitingForCertifiedState. Check the /api/v2/status for more information.',
      };
    }
    try {
      return await route.handle(body, faults.forge);
    } catch (error) {
      if (error instanceof HttpError) {
        return { status: error.status, body: error.message };
      }
      throw error;
    }
  }

  /** Undefined for a request that is not for a canister. */
  #webRoute(request: IncomingMessage, path: string): Route | undefined {
    const { host = '', referer } = request.headers;
    const url = request.url ?? '/';
    const canister = path.startsWith('/api/') ? undefined : canisterOf(host, url, referer);
    if (canister === undefined) {
      return undefined;
    }
    const headers = Object.entries(request.headersDistinct).flatMap(([name, values]) =>
      (values ?? []).map((value) => [name, value] as const),
    );
    return {
      kind: 'other',
      canister,
      handle: (body) => this.#options.subnet.web(canister, { method: request.method ?? 'GET', url, headers, body }),
    };
  }

  #route(method: string, path: string): Route {
    const { subnet } = this.#options;
    if (path === '/api/v2/status' && method === 'GET') {
      return { kind: 'status', handle: async () => this.#status() };
    }
    const match = /^\/api\/v([234])\/(canister|subnet)\/([^/]+)\/(call|query|read_state)$/.exec(path);
    const [, digit, scope, id, operation] = match ?? [];
    const version = Number(digit);
    if (!id || method !== 'POST') {
      return notFound;
    }
    const form = version === 2 ? 'flat' : 'sharded';
    if (scope === 'subnet') {
      if (operation !== 'read_state' || version === 4) {
        return notFound;
      }
      return {
        kind: 'subnet_read_state',
        handle: async (body, forge) => subnet.readSubnetState(parseId(id), body, form, forge),
      };
    }
    if (operation === 'call') {
      return {
        kind: 'call',
        canister: id,
        handle: async (body, forge) => subnet.call(parseId(id), body, version as 2 | 3 | 4, forge),
      };
    }
    if (version === 4) {
      return notFound;
    }
    if (operation === 'query') {
      return { kind: 'query', canister: id, handle: async (body, forge) => subnet.query(parseId(id), body, forge) };
    }
    return {
      kind: 'read_state',
      canister: id,
      handle: async (body, forge) => subnet.readState(parseId(id), body, form, forge),
    };
  }

  #status(): Answer {
    const starting = this.#options.faults().outage === 'starting';
    return {
      status: 200,
      body: encodeCbor({
        ic_api_version: '0.18.0',
        impl_version: 'ic-canisters-test-network',
        replica_health_status: starting ? 'waiting_for_certified_state' : 'healthy',
        root_key: this.#options.rootKey,
      }),
    };
  }

  async #serveControl(method: string, path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    let status = 200;
    let result: unknown;
    try {
      const body = Buffer.from(await readBody(request)).toString('utf8');
      result = await this.#options.control(method, path, body);
      if (result === undefined) {
        status = 404;
        result = { error: `nothing at ${method} ${path}` };
      }
    } catch (error) {
      status = 400;
      result = { error: error instanceof Error ? error.message : String(error) };
    }
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(
      JSON.stringify(result, (_key, value: unknown) => (typeof value === 'bigint' ? value.toString() : value)),
    );
  }
}

const notFound: Route = {
  kind: 'other',
  handle: async () => ({ status: 404, body: 'Not Found' }),
};

function parseId(text: string): Principal {
  try {
    return Principal.fromText(text);
  } catch (error) {
    throw new HttpError(400, `Malformed principal: ${error instanceof Error ? error.message : String(error)}`);
  }
}

async function readBody(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!Buffer.isBuffer(chunk)) {
      throw new Error('the body is not bytes');
    }
    size += chunk.length;
    // Read to the end even so: what is left of a body would be taken for the connection's next request.
    if (size <= MAX_BODY_BYTES) {
      chunks.push(chunk);
    }
  }
  if (size > MAX_BODY_BYTES) {
    throw new HttpError(413, 'length limit exceeded');
  }
  return Buffer.concat(chunks);
}

function send(response: ServerResponse, answer: Answer): void {
  if (answer.headers) {
    response.writeHead(answer.status, answer.headers.flat());
    response.end(answer.body);
    return;
  }
  const type = typeof answer.body === 'string' ? 'text/plain; charset=utf-8' : 'application/cbor';
  response.writeHead(answer.status, {
    ...(answer.body.length > 0 && { 'content-type': type }),
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'POST, GET',
    'access-control-allow-headers': 'Accept, Authorization, Content-Type',
  });
  response.end(answer.body);
}
