import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { describe, it, type TestContext } from 'node:test';
import { isLoopback, loopbackFetch } from '../../../src/core/agent/loopback-fetch';

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

async function serve(t: TestContext, handler: Handler): Promise<string> {
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handler(request, response, Buffer.concat(chunks)));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

it('takes only plain HTTP to this computer for its own', () => {
  for (const url of [
    'http://127.0.0.1:4943',
    'http://localhost/x',
    'http://[::1]:80',
    'http://127.9.9.9',
    'http://0.0.0.0:8080',
    'http://[::]:8080',
    'http://x.localhost:4943',
  ]) {
    assert.equal(isLoopback(new URL(url)), true, url);
  }
  for (const url of [
    'https://127.0.0.1',
    'https://icp0.io',
    'http://icp0.io',
    'http://localhost.evil.example',
    'http://127.0.0.1.evil.example',
    'http://127.0.0.1@evil.example',
    'http://192.168.0.1',
    'file:///etc/passwd',
  ]) {
    assert.equal(isLoopback(new URL(url)), false, url);
  }
});

describe('requests to this computer', () => {
  it('go straight to it, whichever name it is given', async (t) => {
    const port = new URL(await serve(t, (request, response) => response.end(request.headers.host))).port;
    for (const host of ['0.0.0.0', 'a.b.localhost', 'localhost', '127.0.0.1']) {
      const response = await loopbackFetch()(`http://${host}:${port}/`);
      assert.equal(await response.text(), `${host}:${port}`, host);
    }
  });

  it('carry method, headers and body, and bring back status, headers, body and address', async (t) => {
    const url = await serve(t, (request, response, body) => {
      response.writeHead(202, 'Taken', { 'x-type': request.headers['content-type'] ?? '' });
      response.end(Buffer.concat([Buffer.from(request.method ?? ''), body]));
    });
    const response = await loopbackFetch()(`${url}/path`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/cbor' },
      body: Uint8Array.of(1, 2, 255),
    });
    assert.equal(response.status, 202);
    assert.equal(response.ok, true);
    assert.equal(response.statusText, 'Taken');
    assert.equal(response.url, `${url}/path`);
    assert.equal(response.headers.get('X-Type'), 'application/cbor');
    const body = Buffer.from(await response.clone().arrayBuffer());
    assert.deepEqual(body, Buffer.concat([Buffer.from('POST'), Buffer.from([1, 2, 255])]));
    assert.equal((await response.text()).slice(0, 4), 'POST');
  });

  it('share connections', async (t) => {
    const sockets = new Set<Socket>();
    const url = await serve(t, (request, response) => {
      sockets.add(request.socket);
      response.end('ok');
    });
    const direct = loopbackFetch();
    for (let count = 0; count < 5; count++) {
      await direct(url);
    }
    assert.equal(sockets.size, 1);
  });

  it('are sent again where a connection that was kept open turns out to be closed', async (t) => {
    let count = 0;
    const url = await serve(t, (request, response) => {
      count += 1;
      if (count === 2) {
        request.socket.resetAndDestroy();
      } else {
        response.end(`answer ${count}`);
      }
    });
    const direct = loopbackFetch();
    assert.equal(await (await direct(url)).text(), 'answer 1');
    assert.equal(await (await direct(url)).text(), 'answer 3');
  });

  it('are not sent again where the connection was new', async (t) => {
    let count = 0;
    const url = await serve(t, (request) => {
      count += 1;
      request.socket.resetAndDestroy();
    });
    await assert.rejects(loopbackFetch()(url), /ECONNRESET|socket hang up/);
    assert.equal(count, 1);
  });

  it('end when they are aborted, with the reason', async (t) => {
    let closed = false;
    const url = await serve(t, (request) => {
      request.socket.on('close', () => {
        closed = true;
      });
    });
    const controller = new AbortController();
    const sent = loopbackFetch()(url, { signal: controller.signal });
    setTimeout(() => controller.abort(new Error('no longer wanted')), 50);
    await assert.rejects(sent, /no longer wanted/);
    await new Promise((resolve) => setTimeout(resolve, 50));
    assert.equal(closed, true);
  });

  it('fail with the reason where nothing listens', async () => {
    await assert.rejects(loopbackFetch()('http://127.0.0.1:1'), /ECONNREFUSED/);
  });

  it('do not follow where an answer sends them', async (t) => {
    const url = await serve(t, (_request, response) => {
      response.writeHead(302, { location: 'https://icp0.io' }).end();
    });
    assert.equal((await loopbackFetch()(url)).status, 302);
  });
});
