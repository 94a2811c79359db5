import assert from 'node:assert/strict';
import { createServer, type IncomingMessage, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { after, before, describe, it } from 'node:test';
import { PageForwarder } from '../../../src/core/network/page-forwarder';
import { formatMessage } from '../../../src/core/util/message';
import { compileAssetStorage } from '../../motoko/assets';
import { TestNetwork } from '../../network';

const ID = 'bkyz2-fmaaa-aaaaa-qaaaq-cai';
const OTHER = 'bd3sg-teaaa-aaaaa-qaaba-cai';

interface Answer {
  readonly status: number | undefined;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** A `fetch` that sends the `Host` it is told to, and follows nothing. */
function ask(url: string, headers: Record<string, string> = {}, body?: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(url, { headers, method: body === undefined ? 'GET' : 'POST' }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      answer.on('end', () => resolve({ status: answer.statusCode, headers: answer.headers, body: text }));
    });
    sent.on('error', reject).end(body);
  });
}

describe('a page that is forwarded', () => {
  const forwarder = new PageForwarder({ isTrusted: true }, formatMessage);
  const seen: { url: string | undefined; headers: IncomingMessage['headers']; body: string }[] = [];
  const gateway = createServer(async (incoming, outgoing) => {
    let body = '';
    for await (const chunk of incoming) {
      body += String(chunk);
    }
    seen.push({ url: incoming.url, headers: incoming.headers, body });
    if (incoming.url === '/away') {
      outgoing.writeHead(302, { location: `http://${incoming.headers.host}/there` });
    } else {
      outgoing.setHeader('set-cookie', ['ic_env=a', 'b=c']);
    }
    outgoing.end(`${incoming.headers.host}${incoming.url}`);
  });
  let port = 0;

  before(async () => {
    await new Promise<void>((resolve) => gateway.listen(0, '127.0.0.1', resolve));
    port = (gateway.address() as AddressInfo).port;
  });
  after(() => {
    forwarder.dispose();
    gateway.close();
  });

  const forwarded = async (url: string) => (await forwarder.forward(url)) ?? assert.fail(`${url} is not forwarded`);

  it('is asked for by the name of its canister, in both forms of its address', async () => {
    const byName = await forwarded(`http://${ID}.localhost:${port}/`);
    assert.equal((await ask(byName)).body, `${ID}.localhost:${port}/`);
    const byQuery = await forwarded(`http://localhost:${port}/?canisterId=${OTHER}&id=${ID}`);
    assert.equal((await ask(byQuery)).body, `${OTHER}.localhost:${port}/?canisterId=${OTHER}&id=${ID}`);
    const friendly = await forwarded(`http://shop.staging.localhost:${port}/a?b=c`);
    assert.equal((await ask(friendly)).body, `shop.staging.localhost:${port}/a?b=c`);
  });

  it('knows the id of Candid UI, which asks its own name for it where icp has printed the address', async () => {
    const url = new URL(await forwarded(`http://${OTHER}.localhost:${port}/?id=${ID}`));
    assert.deepEqual(Object.fromEntries(url.searchParams), { id: ID, canisterId: OTHER });
    assert.equal((await ask(url.href)).body, `${OTHER}.localhost:${port}${url.pathname}${url.search}`);
  });

  it('has an address on this computer alone, the same one every time', async () => {
    const url = await forwarded(`http://${ID}.localhost:${port}/`);
    assert.match(url, /^http:\/\/127\.0\.0\.1:\d+\/$/);
    assert.equal(await forwarded(`http://${ID}.localhost:${port}/`), url);
  });

  it('gets what it needs, and answers with what it has', async () => {
    const url = await forwarded(`http://${ID}.localhost:${port}/`);
    const { body, headers } = await ask(`${url}api/v2/canister/x/query`, { cookie: 'secret=1', 'x-own': 'y' }, 'BODY');
    assert.equal(body, `${ID}.localhost:${port}/api/v2/canister/x/query`);
    assert.deepEqual(headers['set-cookie'], ['ic_env=a', 'b=c']);
    const last = seen.at(-1);
    assert.equal(last?.body, 'BODY');
    assert.equal(last?.headers['x-own'], 'y');
    assert.equal(last?.headers.cookie, undefined, 'cookies are those of all ports, VS Code among them');
  });

  it('begins where it should, although a proxy has dropped path and query', async () => {
    const url = new URL(await forwarded(`http://127.0.0.1:${port}/?canisterId=${OTHER}&id=${ID}`));
    const { status, headers } = await ask(url.origin);
    assert.equal(status, 302);
    assert.equal(headers.location, `./?canisterId=${OTHER}&id=${ID}`, 'below whatever prefix the proxy has');
  });

  it('is led to other places of its own where the browser is', async () => {
    const url = await forwarded(`http://${ID}.localhost:${port}/`);
    assert.equal((await ask(`${url}away`)).headers.location, '/there');
  });

  it('is of one canister: no other is asked for', async () => {
    const url = await forwarded(`http://${ID}.localhost:${port}/`);
    const before = seen.length;
    assert.equal((await ask(`${url}?canisterId=${OTHER}`)).status, 403);
    assert.equal((await ask(`${url}?x=1&canisterId=${ID}&canisterId=${OTHER}`)).status, 403);
    assert.equal(seen.length, before);
  });

  it('is not shown to pages that have their own name lead here', async () => {
    const url = await forwarded(`http://${ID}.localhost:${port}/`);
    const before = seen.length;
    assert.equal((await ask(url, { host: 'rebound.example.org' })).status, 403);
    assert.equal((await ask(url, { host: `127.0.0.1.example.org:${port}` })).status, 403);
    assert.equal(seen.length, before);
    assert.equal((await ask(url, { host: 'localhost:9999' })).status, 200);
    forwarder.admit('Code.Example.org:8443');
    assert.equal((await ask(url, { host: 'code.example.org:8443' })).status, 200);
  });

  it('is never one of another computer, of mainnet, or of no canister', async () => {
    for (const url of [
      `https://${ID}.icp0.io/`,
      `http://192.168.1.5:4943/?canisterId=${ID}`,
      `http://${ID}.localhost.example.org/`,
      `https://${ID}.localhost:4943/`,
      'http://127.0.0.1:5173/',
      'http://localhost/?canisterId=nobody',
      'file:///etc/passwd',
      'x',
    ]) {
      assert.equal(await forwarder.forward(url), undefined, url);
    }
  });

  it('is none without trust', async () => {
    const distrusting = new PageForwarder({ isTrusted: false }, formatMessage);
    await assert.rejects(distrusting.forward(`http://${ID}.localhost:${port}/`), /is not trusted/);
  });

  it('says so where the network does not answer', async () => {
    const url = await forwarded(`http://${ID}.localhost:1/`);
    const { status, body } = await ask(url);
    assert.equal(status, 502);
    assert.match(body, /^The network at 127\.0\.0\.1:1 does not answer: .*ECONNREFUSED/);
  });

  it('ends with the window', async () => {
    const own = new PageForwarder({ isTrusted: true }, formatMessage);
    const url = (await own.forward(`http://${ID}.localhost:${port}/`)) ?? '';
    assert.equal((await ask(url)).status, 200);
    own.dispose();
    await new Promise((resolve) => setTimeout(resolve, 50));
    await assert.rejects(ask(url), /ECONNREFUSED/);
  });
});

/** Where an agent that takes the network for mainnet comes out, on a page with the script. */
async function asked(script: string, page: string): Promise<string> {
  const requests: string[] = [];
  const window = {
    URL,
    fetch: (url: URL) => requests.push(url.href),
  };
  new Function('window', 'location', 'Request', script)(window, { href: page }, Request);
  const host = new window.URL('https://icp-api.io');
  assert.equal(host.hostname, '127.0.0.1', 'it asks for the root key of what is no mainnet');
  window.fetch(new window.URL('/api/v2/status', host));
  window.fetch(new window.URL('https://id.example/login'));
  assert.equal(requests[1], 'https://id.example/login');
  return requests[0]!;
}

describe('a page of the test network that is forwarded', () => {
  it("is the canister's", async () => {
    const network = await TestNetwork.start();
    const forwarder = new PageForwarder({ isTrusted: true }, formatMessage);
    try {
      const id = await network.createCanister({ wasm: compileAssetStorage().wasm });
      const candidUi = 'a4gq6-oaaaa-aaaab-qaa4q-cai';
      const url = await forwarder.forward(`${network.url}/?canisterId=${candidUi}&id=${id}`);
      const { status, body } = await ask(url ?? '');
      assert.equal(status, 200);
      assert.ok(body.includes(`Canister ${id}`), body);
      assert.match(body, /^<!doctype html><script src="\.\/ic-canisters-network\.js"><\/script>\n<html/);
      const script = await ask(new URL('/ic-canisters-network.js', url).href);
      assert.match(script.headers['content-type'] ?? '', /javascript/);
      assert.equal(
        await asked(script.body, 'https://a-8000.tunnels.example/'),
        'https://a-8000.tunnels.example/api/v2/status',
      );
      assert.equal(
        await asked(script.body, 'https://example/proxy/8000/?id=x'),
        'https://example/proxy/8000/api/v2/status',
      );
    } finally {
      forwarder.dispose();
      await network.stop();
    }
  });
});
