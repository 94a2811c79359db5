/** Pages of canisters, as a browser gets them through the network's HTTP gateway. */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { HttpAgent } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { Ed25519KeyIdentity } from '@dfinity/identity';
import { Principal } from '@dfinity/principal';
import { findChromium, launchBrowser } from '../../host/browser';
import { compileAssetStorage, storeFolder } from '../../motoko/assets';
import { canisterOf } from '../../network/gateway';
import { buildWasm, type SystemCanister, TestNetwork } from '../../network/index';
import { agentFor, management } from '../test-network/client';

const root = join(__dirname, '..', '..', '..');
const pages = join(root, 'examples', 'hello', 'src', 'hello_frontend', 'assets');
/** In the id of the Candid UI on mainnet. */
const CANDID_UI = 'a4gq6-oaaaa-aaaab-qaa4q-cai';

interface Answer {
  readonly status: number;
  readonly type: string | undefined;
  readonly body: Buffer;
}

/** A canister that answers only in updates, with what it was asked. */
class EchoCanister implements SystemCanister {
  readonly id = 'qjdve-lqaaa-aaaaa-aaaeq-cai';
  static readonly #response = IDL.Record({
    status_code: IDL.Nat16,
    headers: IDL.Vec(IDL.Tuple(IDL.Text, IDL.Text)),
    body: IDL.Vec(IDL.Nat8),
    upgrade: IDL.Opt(IDL.Bool),
  });

  async query(): Promise<Uint8Array> {
    return IDL.encode([EchoCanister.#response], [{ status_code: 200, headers: [], body: [], upgrade: [true] }]);
  }

  async update({ method, arg }: { method: string; arg: Uint8Array }): Promise<Uint8Array> {
    const types = IDL.Record({ method: IDL.Text, url: IDL.Text, body: IDL.Vec(IDL.Nat8) });
    const [asked] = IDL.decode([types], arg) as unknown as [{ method: string; url: string; body: Uint8Array }];
    const body = Buffer.from(`${method} ${asked.method} ${asked.url} ${Buffer.from(asked.body).toString()}`);
    const headers = [['x-echo', 'yes']];
    return IDL.encode([EchoCanister.#response], [{ status_code: 201, headers, body, upgrade: [] }]);
  }
}

describe('the HTTP gateway', () => {
  let network: TestNetwork;
  let agent: HttpAgent;
  let id: string;

  before(async () => {
    network = await TestNetwork.start({ systemCanisters: [new EchoCanister()] });
    agent = await agentFor(network);
    id = await network.createCanister({ wasm: compileAssetStorage().wasm, cycles: 10n ** 13n });
    await storeFolder(agent, id, pages);
  });
  after(() => network.stop());

  const get = (
    path: string,
    host = `${id}.localhost:${network.port}`,
    options: { method?: string; body?: string; headers?: Record<string, string> } = {},
  ): Promise<Answer> =>
    new Promise((resolve, reject) => {
      const { method = 'GET', headers = {} } = options;
      // Not every resolver knows the names below localhost, which a browser needs none for.
      const target = { host: '127.0.0.1', port: network.port, path, method, headers: { host, ...headers } };
      const sent = request(target, (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            type: response.headers['content-type'],
            body: Buffer.concat(chunks),
          }),
        );
      });
      sent.on('error', reject);
      sent.end(options.body);
    });

  it('knows the canister by the name of the host, the query or the page that asks', () => {
    const canister = 'uxrrr-q7777-77774-qaaaq-cai';
    assert.equal(canisterOf(`${canister}.localhost:4943`, '/', undefined), canister);
    assert.equal(canisterOf(`${canister}.raw.localhost`, '/a', undefined), canister);
    assert.equal(canisterOf('127.0.0.1:4943', `/?canisterId=${canister}`, undefined), canister);
    assert.equal(canisterOf('localhost', '/x.js', `http://localhost/?canisterId=${canister}`), canister);
    assert.equal(canisterOf('localhost', '/', undefined), undefined);
    assert.equal(canisterOf('localhost', '/?canisterId=nonsense-cai', undefined), undefined);
    assert.equal(canisterOf('uxrrr-q7777-77774-qaaab-cai.localhost', '/', undefined), undefined);
  });

  it('serves the files of an asset canister', async () => {
    const page = await get('/');
    assert.equal(page.status, 200);
    assert.equal(page.type, 'text/html');
    assert.match(page.body.toString(), /<title>Hello<\/title>/);
    const style = await get('/style.css?v=1');
    assert.equal(style.type, 'text/css');
    assert.equal((await get('/nothing')).status, 404);
    assert.equal((await get('/%zz')).status, 400);
    assert.equal((await get('/%69ndex.html')).status, 200);
    assert.equal((await get('/', undefined, { method: 'POST' })).status, 405);
    const legacy = `127.0.0.1:${network.port}`;
    assert.equal((await get(`/?canisterId=${id}`, legacy)).status, 200);
    const referer = `http://${legacy}/?canisterId=${id}`;
    assert.equal((await get('/main.js', legacy, { headers: { referer } })).type, 'text/javascript');
  });

  it('serves large files, and lets nobody else store any', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ic-assets-'));
    const content = randomBytes(2_000_000);
    await writeFile(join(folder, 'large.bin'), content);
    assert.deepEqual(await storeFolder(agent, id, folder), ['/large.bin']);
    const { body } = await get('/large.bin');
    assert.ok(body.equals(content));
    const stranger = await agentFor(network, Ed25519KeyIdentity.generate());
    await assert.rejects(storeFolder(stranger, id, folder), /Caller does not have Commit permission/);
    await rm(folder, { recursive: true });
  });

  it('keeps the files over an upgrade', async () => {
    const before = await get('/');
    await management(agent, id)['install_code']!({
      mode: { upgrade: [] },
      canister_id: Principal.fromText(id),
      wasm_module: compileAssetStorage().wasm,
      arg: IDL.encode([], []),
      sender_canister_version: [],
    });
    const { body } = await get('/');
    assert.ok(body.equals(before.body));
  });

  it('says why there is no page', async () => {
    const empty = await network.createCanister();
    assert.equal((await get('/', `${empty}.localhost`)).status, 503);
    const mute = await network.createCanister({ wasm: buildWasm() });
    const answer = await get('/', `${mute}.localhost`);
    assert.equal(answer.status, 503);
    assert.match(answer.body.toString(), /has no query method 'http_request'/);
    assert.equal((await get('/', 'r7inp-6aaaa-aaaaa-aaabq-cai.localhost')).status, 404);
  });

  it('asks again with an update where the canister wants that', async () => {
    const answer = await get('/path?q=1', 'qjdve-lqaaa-aaaaa-aaaeq-cai.localhost', { method: 'PUT', body: 'data' });
    assert.equal(answer.status, 201);
    assert.equal(answer.body.toString(), 'http_request_update PUT /path?q=1 data');
  });

  it('shows the interface of a canister on the Candid page', async () => {
    const host = `127.0.0.1:${network.port}`;
    const shown = await get(`/?canisterId=${CANDID_UI}&id=${id}`, host);
    assert.match(shown.body.toString(), /http_request: \(request: HttpRequest\) -&#62; \(HttpResponse\) query/);
    const hostile = await get(`/?canisterId=${CANDID_UI}&id=%3Cscript%3E`, host);
    assert.equal(hostile.status, 404);
    assert.ok(!hostile.body.toString().includes('<script>'));
  });

  it('shows the page in a browser', { skip: findChromium() === undefined && 'there is no Chromium' }, async () => {
    const browser = await launchBrowser();
    try {
      const page = await browser.newPage();
      await page.goto(`http://${id}.localhost:${network.port}/`);
      await page.getByRole('textbox').fill('Ada');
      await page.getByRole('button').click();
      assert.equal(await page.getByRole('status').textContent(), 'Hello, Ada!');
    } finally {
      await browser.close();
    }
  });
});
