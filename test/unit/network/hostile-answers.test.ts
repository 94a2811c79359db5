import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { createGzip } from 'node:zlib';
import { build } from 'esbuild';
import { loopbackFetch } from '../../../src/core/agent/loopback-fetch';
import { AnswerBudget } from '../../../src/core/network/answer-limits';
import type { Endpoint } from '../../../src/core/network/endpoint';
import { ANONYMOUS } from '../../../src/core/network/identity-ref';
import { NetworkClient } from '../../../src/core/network/network-client';
import { Failure, type FailureData } from '../../../src/core/util/failure';
import { formatMessage } from '../../../src/core/util/message';

const MIB = 1024 * 1024;
const CANISTER = 'rrkah-fqaaa-aaaaa-aaaaq-cai';

const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-hostile-'));
const worker = path.join(folder, 'agent.js');
let bomb: Buffer;

before(async () => {
  await build({
    entryPoints: [path.join(__dirname, '../../../src/core/agent/worker.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    outfile: worker,
    logLevel: 'error',
  });
  bomb = await gzipOfZeros(880 * MIB);
});
after(() => rmSync(folder, { recursive: true, force: true }));

async function gzipOfZeros(size: number): Promise<Buffer> {
  const gzip = createGzip({ level: 1 });
  const packed: Buffer[] = [];
  gzip.on('data', (chunk: Buffer) => packed.push(chunk));
  const zeros = Buffer.alloc(8 * MIB);
  for (let written = 0; written < size; written += zeros.length) {
    if (!gzip.write(zeros)) {
      await new Promise((resolve) => gzip.once('drain', resolve));
    }
  }
  await new Promise((resolve) => gzip.end(resolve));
  return Buffer.concat(packed);
}

interface Hostile {
  readonly endpoint: Endpoint;
  readonly url: string;
  readonly host: string;
  /** Bytes that were taken off the server. */
  sent(): number;
  requests(): number;
}

type Handler = (response: ServerResponse, request: IncomingMessage) => void;

async function serve(t: TestContext, handler: Handler): Promise<Hostile> {
  let requests = 0;
  const sockets = new Set<IncomingMessage['socket']>();
  const server = createServer((request, response) => {
    requests += 1;
    request.resume();
    handler(response, request);
  });
  server.on('connection', (socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sent = () => [...sockets].reduce((sum, socket) => sum + socket.bytesWritten, 0);
  const url = `http://${host}`;
  return { endpoint: { url, rootKey: 'fetch' }, url, host, sent, requests: () => requests };
}

/** An answer without an end, as fast as it is read. */
const endless: Handler = (response) => {
  const chunk = Buffer.alloc(64 * 1024);
  const write = () => {
    while (!response.destroyed && response.write(chunk)) {
      // Until the reader is slower.
    }
  };
  response.on('drain', write);
  write();
};

const gzipBomb: Handler = (response) => {
  response.writeHead(200, { 'content-encoding': 'gzip' }).end(bomb);
};

async function failure(promise: Promise<unknown>): Promise<FailureData> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return error.data;
  }
  assert.fail('expected a failure');
}

/** How much memory this process, its worker included, takes more than before while `task` runs. Bytes. */
async function growth(task: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 5);
  try {
    await task();
  } finally {
    clearInterval(timer);
  }
  return Math.max(most, process.memoryUsage.rss()) - before;
}

const logs = (client: NetworkClient, { endpoint }: Pick<Hostile, 'endpoint'>) =>
  client.api.fetchLogs({ endpoint, identity: ANONYMOUS, canisterId: CANISTER });
const probe = (client: NetworkClient, { endpoint }: Pick<Hostile, 'endpoint'>) =>
  client.api.probe({ endpoint, identity: ANONYMOUS, canisterId: CANISTER });

for (const [way, makeClient] of [
  ['the worker', () => new NetworkClient(worker, { isTrusted: true })],
  ['the host', () => new NetworkClient(worker, { isTrusted: true }, (input, init) => fetch(input, init))],
] as const) {
  describe(`a hostile answer to HTTP by ${way}`, () => {
    let client: NetworkClient;
    before(async () => {
      client = makeClient();
      // What is loaded on first use is not what is measured.
      await client.api.health({ endpoint: { url: 'http://127.0.0.1:1', rootKey: 'fetch' } });
    });
    after(() => client.dispose());

    it('without an end is read up to its limit, and the connection closed', async (t) => {
      for (const [ask, limit, words] of [
        [logs, 4 * MIB, '4 MiB'],
        [probe, 256 * 1024, '256 KiB'],
      ] as const) {
        const network = await serve(t, endless);
        const { kind, message } = await failure(ask(client, network));
        assert.equal(kind, 'too-large');
        assert.equal(
          formatMessage(message),
          `The answer from ${network.host} is larger than ${words}. It was not read.`,
        );
        assert.equal(network.requests(), 1);
        // Besides what was read, what the system's buffers hold.
        assert.ok(network.sent() < limit + 8 * MIB, `${network.sent()} bytes`);
        const sent = network.sent();
        await new Promise((resolve) => setTimeout(resolve, 100));
        assert.equal(network.sent(), sent);
      }
    });

    it('to the question for its state is no network', async (t) => {
      const network = await serve(t, endless);
      const health = await client.api.health({ endpoint: network.endpoint });
      assert.equal(health.state, 'foreign');
      assert.ok(health.state === 'foreign' && health.message);
      assert.match(formatMessage(health.message), new RegExp(`${network.host} is larger than 64 KiB`));
    });

    it('that is an error is read less far', async (t) => {
      const network = await serve(t, (response, request) => {
        response.writeHead(500);
        endless(response, request);
      });
      const { kind, message } = await failure(logs(client, network));
      assert.equal(kind, 'too-large');
      assert.match(formatMessage(message), /larger than 64 KiB/);
    });

    it('in single bytes takes no more memory than its size', async (t) => {
      const network = await serve(t, (response) => {
        const { socket } = response;
        socket?.write('HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n');
        const bytes = Buffer.from('1\r\nx\r\n'.repeat(10_000));
        const write = () => {
          while (socket?.writable && socket.write(bytes)) {
            // Until the reader is slower.
          }
        };
        socket?.on('error', () => undefined);
        socket?.on('drain', write);
        write();
      });
      const grown = await growth(async () => assert.equal((await failure(probe(client, network))).kind, 'too-large'));
      t.diagnostic(`${Math.round(grown / MIB)} MiB more`);
      assert.ok(grown < 64 * MIB, `${grown} bytes`);
    });

    it('that unpacks to 880 MiB is not unpacked', async (t) => {
      const network = await serve(t, gzipBomb);
      const grown = await growth(async () => {
        const { kind } = await failure(logs(client, network));
        // The worker asks for no compression, and reads none.
        assert.ok(kind === 'too-large' || (way === 'the worker' && kind === 'garbage'), kind);
      });
      t.diagnostic(`${bomb.length} bytes, ${Math.round(grown / MIB)} MiB more`);
      assert.ok(grown < 100 * MIB, `${grown} bytes`);
    });

    it('from twelve networks at once leaves memory alone, and other networks readable', async (t) => {
      const networks = await Promise.all(Array.from({ length: 12 }, () => serve(t, endless)));
      const good = await serve(t, (response) => response.writeHead(404).end('none'));
      const grown = await growth(async () => {
        const bad = networks.flatMap((network) => Array.from({ length: 4 }, () => failure(logs(client, network))));
        const health = await client.api.health({ endpoint: good.endpoint });
        assert.equal(health.state, 'foreign');
        assert.equal(health.state === 'foreign' && health.detail, 'HTTP 404');
        for (const { kind, message } of await Promise.all(bad)) {
          assert.equal(kind, 'too-large');
          assert.match(formatMessage(message), /larger than 4 MiB|all networks together sent more than 48 MiB/);
        }
      });
      t.diagnostic(`${Math.round(grown / MIB)} MiB more`);
      assert.ok(grown < 200 * MIB, `${grown} bytes`);
      // What was taken is given back: an answer of full size is read again.
      const large = await serve(t, (response) => response.end(Buffer.alloc(3 * MIB)));
      for (let count = 0; count < 20; count++) {
        assert.equal((await failure(logs(client, large))).kind, 'garbage');
      }
    });

    it('that sends elsewhere is not followed, and told with the place', async (t) => {
      const target = await serve(t, (response) => response.end());
      for (const status of [301, 302, 303, 307, 308]) {
        const network = await serve(t, (response) => {
          response.writeHead(status, { location: `${target.url}/sign-in?from=here` }).end();
        });
        for (const ask of [logs, probe]) {
          const { kind, message } = await failure(ask(client, network));
          assert.equal(kind, 'redirected');
          assert.ok(formatMessage(message).startsWith(`${network.host} redirects to ${target.host},`));
        }
        const health = await client.api.health({ endpoint: network.endpoint });
        assert.equal(health.state, 'foreign');
        assert.ok(health.state === 'foreign' && health.message);
        assert.ok(formatMessage(health.message).startsWith(`${network.host} redirects to ${target.host},`));
      }
      assert.equal(target.requests(), 0);
    });

    it('by a proxy that wants a password is told as that', async (t) => {
      const proxy = await serve(t, (response) => {
        response.writeHead(407, { 'proxy-authenticate': 'Basic realm="office"' }).end();
      });
      const { kind, detail } = await failure(logs(client, proxy));
      assert.equal(kind, 'proxy');
      // Node's `fetch` keeps the answer to itself.
      assert.equal(detail, way === 'the host' ? 'HTTP 407' : 'HTTP 407 Basic realm="office"');
      assert.equal((await client.api.health({ endpoint: proxy.endpoint })).state, 'foreign');
    });
  });
}

describe('the budget of all answers', () => {
  it('holds an answer until it is read, and nothing of one that failed', async (t) => {
    const budget = new AnswerBudget();
    const direct = loopbackFetch(budget);
    const network = await serve(t, (response) => response.end(Buffer.alloc(MIB)));
    const response = await direct(network.url);
    assert.equal(budget.taken, MIB - 64 * 1024);
    assert.equal((await response.clone().arrayBuffer()).byteLength, MIB);
    await response.text();
    assert.equal(budget.taken, 0);

    const bad = await serve(t, endless);
    await assert.rejects(direct(bad.url), Failure);
    assert.equal(budget.taken, 0);
    const controller = new AbortController();
    const slow = await serve(t, (answer) => {
      answer.write(Buffer.alloc(MIB));
      setTimeout(() => controller.abort(new Error('no longer wanted')), 100);
    });
    await assert.rejects(direct(slow.url, { signal: controller.signal }), /no longer wanted/);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(budget.taken, 0);
  });

  it('is one for two threads', () => {
    const budget = new AnswerBudget();
    const other = new AnswerBudget(budget.shared);
    assert.equal(budget.grow(0, 47 * MIB), true);
    assert.equal(other.grow(0, 3 * MIB), false);
    assert.equal(other.grow(0, 64 * 1024), true);
    budget.release(47 * MIB);
    assert.equal(other.grow(0, 3 * MIB), true);
  });
});

it('a proxy that opens no tunnel is told as one that wants a password', async (t) => {
  const network = await serve(t, () => undefined);
  const client = new NetworkClient(worker, { isTrusted: true }, async () => {
    // As Node's `fetch` says it.
    throw new TypeError('fetch failed', { cause: new Error('Proxy response (407) !== 200 when HTTP Tunneling') });
  });
  t.after(() => client.dispose());
  assert.equal((await failure(logs(client, network))).kind, 'proxy');
});
