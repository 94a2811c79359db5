import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { build } from 'esbuild';
import type { Endpoint } from '../../../src/core/network/endpoint';
import { NetworkClient } from '../../../src/core/network/network-client';
import { Failure } from '../../../src/core/util/failure';
import { TestNetwork } from '../../network';
import { type TestIdentity, writeIdentity } from '../support/keys';

const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-client-'));
const worker = path.join(folder, 'agent.js');
let network: TestNetwork;
let alice: TestIdentity;
let endpoint: Endpoint;

before(async () => {
  network = await TestNetwork.start({ seed: 'client' });
  endpoint = { url: network.url, rootKey: 'fetch' };
  alice = writeIdentity(folder, 'alice');
  await build({
    entryPoints: [path.join(import.meta.dirname, '../../../src/core/agent/worker.ts')],
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    outfile: worker,
    logLevel: 'error',
  });
});
after(async () => {
  await network.stop();
  rmSync(folder, { recursive: true, force: true });
});

describe('the client and its worker', () => {
  it('carries answers, failures and big numbers across', async () => {
    const client = new NetworkClient(worker, { isTrusted: true });
    try {
      const id = await network.createCanister({ controllers: [alice.principal], cycles: 3n * 10n ** 20n });
      assert.equal((await client.api.health({ endpoint })).state, 'healthy');
      const facts = await client.api.probe({ endpoint, identity: alice.ref, canisterId: id });
      assert.ok((facts.detail?.cycles ?? 0n) > 2n ** 64n);
      await client.api.manage({ endpoint, identity: alice.ref, method: 'stop_canister', canisterId: id });
      assert.equal(network.canister(id)?.status, 'stopped');
      assert.equal(await client.api.principal({ identity: alice.ref }), alice.principal);
      await assert.rejects(
        client.api.manage({ endpoint, identity: { kind: 'anonymous' }, method: 'start_canister', canisterId: id }),
        (error) => error instanceof Failure && error.data.code === 'IC0512',
      );
    } finally {
      client.dispose();
    }
  });

  it('asks nothing without trust, whatever it is asked for, and starts no worker', async () => {
    const trust = { isTrusted: false };
    const client = new NetworkClient(path.join(folder, 'not-there.js'), trust, () => assert.fail('asked'));
    try {
      const asked = [
        client.api.health({ endpoint }),
        client.api.principal({ identity: alice.ref }),
        client.api.probe({ endpoint, identity: alice.ref, canisterId: 'aaaaa-aa' }),
      ];
      for (const { status, ...rest } of await Promise.allSettled(asked)) {
        assert.equal(status, 'rejected');
        assert.ok('reason' in rest && rest.reason instanceof Failure && rest.reason.data.next === 'manage-trust');
      }
      // Trust is looked at anew each time: now it is the worker that is not there.
      trust.isTrusted = true;
      await assert.rejects(
        client.api.health({ endpoint }),
        (error) => error instanceof Failure && error.data.next === undefined,
      );
    } finally {
      client.dispose();
    }
  });

  it('does its HTTP through the given fetch', async () => {
    const seen: string[] = [];
    const client = new NetworkClient(worker, { isTrusted: true }, (input, init) => {
      seen.push(String(input));
      return fetch(input, init);
    });
    try {
      await client.api.health({ endpoint });
      assert.deepEqual(seen, [`${network.url}/api/v2/status`]);
    } finally {
      client.dispose();
    }
  });

  it('starts no worker before it is asked something, and none for a request that is already cancelled', async () => {
    const client = new NetworkClient(path.join(folder, 'not-there.js'), { isTrusted: true });
    await assert.rejects(client.api.health({ endpoint, signal: AbortSignal.abort() }), (error) => {
      return error instanceof Failure && error.kind === 'cancelled';
    });
    client.dispose();
  });

  it('cancels the request that is under way, down to the socket', async () => {
    network.setFaults({ outage: 'hang' });
    let aborted = 0;
    const client = new NetworkClient(worker, { isTrusted: true }, async (input, init) => {
      init?.signal?.addEventListener('abort', () => {
        aborted += 1;
      });
      return await fetch(input, init);
    });
    try {
      const controller = new AbortController();
      const health = client.api.health({ endpoint, signal: controller.signal });
      setTimeout(() => controller.abort(), 200);
      await assert.rejects(health, (error) => error instanceof Failure && error.kind === 'cancelled');
      assert.equal(aborted, 1);
    } finally {
      network.resetFaults();
      client.dispose();
    }
  });

  it('fails what is under way when the worker cannot run, and recovers with the next', async () => {
    const client = new NetworkClient(path.join(folder, 'not-there.js'), { isTrusted: true });
    await assert.rejects(client.api.health({ endpoint }), (error) => {
      return error instanceof Failure && error.kind === 'internal';
    });
    await assert.rejects(client.api.health({ endpoint }), Failure);
    client.dispose();
  });

  it('fails what is under way when it is disposed of', async () => {
    network.setFaults({ outage: 'hang' });
    const client = new NetworkClient(worker, { isTrusted: true });
    const health = client.api.health({ endpoint });
    setTimeout(() => client.dispose(), 300);
    await assert.rejects(health, Failure);
    network.resetFaults();
  });
});
