import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { after, afterEach, before, describe, it } from 'node:test';
import { HttpAgent } from '@dfinity/agent';
import { Principal } from '@dfinity/principal';
import { CborError, decodeCbor } from '../../network/cbor';
import { buildWasm, TestNetwork } from '../../network/index';
import { agentFor } from './client';
import { callContent, minutes, post } from './raw';

const statusOf = (url: string, signal?: AbortSignal) => fetch(`${url}/api/v2/status`, { signal });

describe('faults', () => {
  let network: TestNetwork;
  let id: string;

  before(async () => {
    network = await TestNetwork.start();
    id = await network.createCanister({ wasm: buildWasm() });
  });
  after(() => network.stop());
  afterEach(() => {
    network.resetFaults();
    network.resetCounters();
  });

  const readTime = () =>
    post(network, `/api/v2/canister/${id}/read_state`, {
      content: {
        request_type: 'read_state',
        sender: Principal.anonymous().toUint8Array(),
        ingress_expiry: minutes(4),
        paths: [[Buffer.from('time')]],
      },
    });

  it('refuse closes the connection', async () => {
    network.setFaults({ outage: 'refuse' });
    await assert.rejects(statusOf(network.url), /fetch failed/);
    network.setFaults({ outage: 'none' });
    assert.equal((await statusOf(network.url)).status, 200);
  });

  it('hang never answers, and does not keep the network from stopping', async () => {
    const own = await TestNetwork.start({ faults: { outage: 'hang' } });
    await assert.rejects(statusOf(own.url, AbortSignal.timeout(100)), { name: 'TimeoutError' });
    const hanging = statusOf(own.url);
    const refused = assert.rejects(hanging);
    while (own.counters.byKind.status < 2) {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    await own.stop();
    await refused;
  });

  it('http500 and garbage answer wrongly', async () => {
    network.setFaults({ outage: 'http500' });
    assert.equal((await statusOf(network.url)).status, 500);
    network.setFaults({ outage: 'garbage' });
    const answer = await statusOf(network.url);
    assert.equal(answer.status, 200);
    const body = new Uint8Array(await answer.arrayBuffer());
    assert.throws(() => decodeCbor(body), CborError);
    const agent = await agentFor(network);
    await assert.rejects(agent.status());
  });

  it('starting says so in the status, and answers 503 to all else', async () => {
    network.setFaults({ outage: 'starting' });
    const agent = await HttpAgent.create({ host: network.url, retryTimes: 0 });
    assert.equal((await agent.status())['replica_health_status'], 'waiting_for_certified_state');
    const answer = await readTime();
    assert.equal(answer.status, 503);
    assert.match(answer.text, /^Replica is unhealthy: WaitingForCertifiedState/);
  });

  it('latencyMs makes every answer take longer, side by side', async () => {
    network.setFaults({ latencyMs: 120 });
    const begin = performance.now();
    await Promise.all(Array.from({ length: 20 }, () => statusOf(network.url)));
    const took = performance.now() - begin;
    assert.ok(took >= 119, `${took}`);
    assert.ok(took < 20 * 120, `${took}`);
    assert.equal(network.counters.peak, 20);
  });

  it('rateLimit answers 429 beyond the limit, until time has passed', async () => {
    network.setFaults({ rateLimit: { requests: 2, perMs: 900 } });
    const statuses: number[] = [];
    for (let i = 0; i < 4; i++) {
      statuses.push((await statusOf(network.url)).status);
    }
    assert.deepEqual(statuses, [200, 200, 429, 429]);
    await new Promise((resolve) => setTimeout(resolve, 950));
    assert.equal((await statusOf(network.url)).status, 200);
  });

  it('can be limited to kinds of request', async () => {
    network.setFaults({ outage: 'http500', only: ['query', 'call'] });
    assert.equal((await statusOf(network.url)).status, 200);
    assert.equal((await readTime()).status, 200);
    assert.equal((await post(network, `/api/v2/canister/${id}/query`, {})).status, 500);
  });

  it('counters tell kinds and methods apart', async () => {
    await statusOf(network.url);
    await readTime();
    await readTime();
    await post(network, `/api/v3/canister/${id}/query`, {
      content: callContent({
        request_type: 'query',
        canister_id: Principal.fromText(id).toUint8Array(),
        method_name: '__proto__',
      }),
    });
    await fetch(`${network.url}/nothing`);
    const { total, byKind, byMethod } = network.counters;
    assert.equal(total, 5);
    assert.deepEqual({ ...byKind }, { status: 1, call: 0, query: 1, read_state: 2, subnet_read_state: 0, other: 1 });
    assert.deepEqual(Object.entries(byMethod), [['query __proto__', 1]]);
    network.resetCounters();
    assert.equal(network.counters.total, 0);
  });
});

describe('keys', () => {
  it('are the same ones for the same seed, and others otherwise', async () => {
    const networks = await Promise.all(
      [{ seed: 'a' }, { seed: 'a' }, { seed: 'b' }, {}, {}].map((o) => TestNetwork.start(o)),
    );
    const keys = networks.map((network) => Buffer.from(network.rootKey).toString('hex'));
    assert.equal(keys[0], keys[1]);
    assert.equal(new Set(keys).size, 4);
    for (const network of networks) {
      await network.stop();
    }
  });

  it('change under the same address when a network is started anew', async () => {
    const first = await TestNetwork.start();
    await first.stop();
    const second = await TestNetwork.start({ port: first.port });
    assert.equal(second.url, first.url);
    const agent = await HttpAgent.create({ host: second.url, rootKey: first.rootKey, retryTimes: 0 });
    const id = Principal.fromText(await second.createCanister());
    await assert.rejects(agent.query(id, { methodName: 'x', arg: new Uint8Array() }));
    await second.stop();
  });
});

describe('the network in a process of its own', () => {
  const root = join(__dirname, '..', '..', '..');
  const main = join('test', 'network', 'main.ts');
  const run = (...args: string[]) =>
    spawn(process.execPath, ['--import', 'tsx', main, ...args], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });

  it('prints one line, is controlled over HTTP, and ends with its input', async () => {
    const child = run('--port', '0', '--seed', 'process', '--stdin');
    const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
    const printed = JSON.parse((await lines.next()).value as string) as { url: string; rootKey: string };
    const status = decodeCbor(new Uint8Array(await (await statusOf(printed.url)).arrayBuffer()));
    assert.ok(status instanceof Map);
    assert.equal(Buffer.from(status.get('root_key') as Uint8Array).toString('hex'), printed.rootKey);

    const control = async (method: string, path: string, body?: unknown) => {
      const answer = await fetch(printed.url + path, {
        method,
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      return { status: answer.status, json: (await answer.json()) as Record<string, unknown> };
    };
    const wasm = Buffer.from(buildWasm()).toString('base64');
    const created = await control('POST', '/_/canisters', {
      wasm,
      cycles: '5000000000000',
      status: 'stopped',
      logs: ['x'],
    });
    assert.equal(created.json['status'], 'stopped');
    assert.equal(created.json['cycles'], '5000000000000');
    const id = created.json['id'] as string;
    assert.equal((await control('POST', `/_/canisters/${id}`, { status: 'running' })).json['status'], 'running');
    const faults = await control('POST', '/_/control', { faults: { outage: 'http500', only: ['status'] } });
    assert.equal((faults.json['faults'] as Record<string, unknown>)['outage'], 'http500');
    assert.equal((await statusOf(printed.url)).status, 500);
    const reset = await control('POST', '/_/control', { resetFaults: true, resetCounters: true });
    assert.equal((reset.json['counters'] as Record<string, unknown>)['total'], 0);
    assert.equal((await statusOf(printed.url)).status, 200);
    const overview = await control('GET', '/_/control');
    assert.equal((overview.json['counters'] as Record<string, unknown>)['total'], 1);
    assert.equal((overview.json['canisters'] as unknown[]).length, 1);
    await control('DELETE', `/_/canisters/${id}`);
    for (const [path, body] of [
      ['/_/control', { faults: { outage: 'earthquake' } }],
      ['/_/control', { faults: { nonsense: 1 } }],
      ['/_/control', { faults: { only: ['nothing'] } }],
      ['/_/control', []],
      ['/_/canisters', { controllers: 'x' }],
      ['/_/canisters', { wasm: 'AAAA' }],
      ['/_/canisters', { id: 'x' }],
      [`/_/canisters/${id}`, { status: 'stopped' }],
    ] as const) {
      assert.equal((await control('POST', path, body)).status, 400, JSON.stringify(body));
    }
    assert.deepEqual((await control('GET', '/_/control')).json['canisters'], []);

    const exit = once(child, 'exit');
    child.stdin.end();
    assert.deepEqual(await exit, [0, null]);
    assert.equal((await lines.next()).done, true);
  });

  it('ends at SIGTERM', async () => {
    const child = run();
    await once(child.stdout, 'data');
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    assert.deepEqual(await exit, [0, null]);
  });
});
