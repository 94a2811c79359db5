import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import type { Endpoint } from '../../../src/core/network/endpoint';
import { ANONYMOUS } from '../../../src/core/network/identity-ref';
import type { NetworkApi } from '../../../src/core/network/network-api';
import { Failure } from '../../../src/core/util/failure';
import { buildWasm, type Forgery, TestNetwork } from '../../network';
import { type TestIdentity, writeIdentity } from '../support/keys';

const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-service-'));
after(() => rmSync(folder, { recursive: true, force: true }));

let network: TestNetwork;
let service: NetworkApi;
let alice: TestIdentity;
let bob: TestIdentity;
/** As a local network is used: by the key it reports itself. */
let local: Endpoint;
/** As mainnet is used: by a key that is known beforehand. */
let pinned: Endpoint;

before(async () => {
  network = await TestNetwork.start({ seed: 'service', delegation: true });
  alice = writeIdentity(folder, 'alice', 'secp256k1');
  bob = writeIdentity(folder, 'bob', 'ed25519');
  local = { url: network.url, rootKey: 'fetch' };
  pinned = { url: network.url, rootKey: { der: Buffer.from(network.rootKey).toString('hex') } };
});
after(() => network.stop());
beforeEach(() => {
  network.resetFaults();
  service = agentOperations(fetch);
});

async function failure(promise: Promise<unknown>): Promise<Failure['data']> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return error.data;
  }
  assert.fail('expected a failure');
}

for (const [trust, endpoint] of [
  ['a self-reported key', () => local],
  ['a pinned key', () => pinned],
] as const) {
  describe(`a network with ${trust}`, () => {
    it('reads a status by query, with either kind of key', async () => {
      for (const who of [alice, bob]) {
        const id = await network.createCanister({
          controllers: [who.principal],
          cycles: 7n * 10n ** 12n,
          wasm: buildWasm(),
        });
        network.resetCounters();
        const facts = await service.probe({ endpoint: endpoint(), identity: who.ref, canisterId: id });
        assert.equal(facts.exists, true);
        assert.equal(facts.detail?.status, 'running');
        assert.ok((facts.detail?.cycles ?? 0n) > 6n * 10n ** 12n);
        assert.deepEqual(facts.controllers, [who.principal]);
        assert.equal(facts.moduleHash, network.canister(id)?.moduleHash);
        assert.equal(network.counters.byKind.query, 1);
        assert.equal(network.counters.byKind.call, 0);
      }
    });

    it('falls back to an update where the status is no query, and remembers that', async () => {
      const id = await network.createCanister({ controllers: [alice.principal] });
      network.setFaults({ refuseStatusQuery: true });
      assert.equal(
        (await service.probe({ endpoint: endpoint(), identity: alice.ref, canisterId: id })).detail?.status,
        'running',
      );
      network.resetCounters();
      assert.equal(
        (await service.probe({ endpoint: endpoint(), identity: alice.ref, canisterId: id })).detail?.status,
        'running',
      );
      assert.equal(network.counters.byKind.query, 0);
      assert.equal(network.counters.byKind.call, 1);
    });

    it('reads the public facts where the identity is no controller', async () => {
      const id = await network.createCanister({ controllers: [alice.principal], wasm: buildWasm() });
      for (const identity of [bob.ref, ANONYMOUS]) {
        const facts = await service.probe({ endpoint: endpoint(), identity, canisterId: id });
        assert.deepEqual(
          { exists: facts.exists, controllers: facts.controllers, detail: facts.detail, moduleHash: facts.moduleHash },
          {
            exists: true,
            controllers: [alice.principal],
            detail: undefined,
            moduleHash: network.canister(id)?.moduleHash,
          },
        );
      }
    });

    it('says that a canister is gone', async () => {
      const id = await network.createCanister({ controllers: [alice.principal] });
      network.deleteCanister(id);
      const facts = await service.probe({ endpoint: endpoint(), identity: alice.ref, canisterId: id });
      assert.equal(facts.exists, false);
    });

    it('stops and starts', async () => {
      const id = await network.createCanister({ controllers: [alice.principal] });
      await service.manage({ endpoint: endpoint(), identity: alice.ref, method: 'stop_canister', canisterId: id });
      assert.equal(network.canister(id)?.status, 'stopped');
      assert.equal(
        (await service.probe({ endpoint: endpoint(), identity: alice.ref, canisterId: id })).detail?.status,
        'stopped',
      );
      await service.manage({ endpoint: endpoint(), identity: alice.ref, method: 'start_canister', canisterId: id });
      assert.equal(network.canister(id)?.status, 'running');
    });

    it('waits for a stop that takes longer than the synchronous answer', async () => {
      const id = await network.createCanister({ controllers: [alice.principal] });
      network.setFaults({ stopMs: 700, syncCallMs: 100 });
      const stopping = service.manage({
        endpoint: endpoint(),
        identity: alice.ref,
        method: 'stop_canister',
        canisterId: id,
      });
      await new Promise((resolve) => setTimeout(resolve, 300));
      assert.equal(
        (await service.probe({ endpoint: endpoint(), identity: alice.ref, canisterId: id })).detail?.status,
        'stopping',
      );
      await stopping;
      assert.equal(network.canister(id)?.status, 'stopped');
    });

    it('says who may not change a canister', async () => {
      const id = await network.createCanister({ controllers: [alice.principal] });
      const data = await failure(
        service.manage({ endpoint: endpoint(), identity: bob.ref, method: 'stop_canister', canisterId: id }),
      );
      assert.equal(data.kind, 'rejected');
      assert.equal(data.code, 'IC0512');
      assert.equal(network.canister(id)?.status, 'running');
    });
  });
}

describe('forged and stale answers', () => {
  const forgeries: Forgery[] = ['rootSignature', 'otherCanister', 'staleTime', 'queryReply', 'nodeSignature'];
  for (const forge of forgeries) {
    it(`refuses ${forge} as a security error, never as a status`, async () => {
      const id = await network.createCanister({ controllers: [alice.principal], wasm: buildWasm() });
      network.setFaults({ forge });
      const data = await failure(service.probe({ endpoint: pinned, identity: alice.ref, canisterId: id }));
      assert.equal(data.kind, 'security', data.detail);
    });
  }

  for (const forge of ['rootSignature', 'otherCanister', 'staleTime'] as const) {
    it(`refuses public facts with ${forge}`, async () => {
      const id = await network.createCanister({ controllers: [alice.principal], wasm: buildWasm() });
      network.setFaults({ forge });
      const data = await failure(
        service.probe({ endpoint: pinned, identity: ANONYMOUS, canisterId: id, publicOnly: true }),
      );
      assert.equal(data.kind, 'security', data.detail);
    });

    it(`does not believe a stop that is certified with ${forge}`, async () => {
      const id = await network.createCanister({ controllers: [alice.principal] });
      network.setFaults({ forge });
      const call = { method: 'stop_canister', canisterId: id } as const;
      assert.equal(
        (await failure(service.manage({ endpoint: pinned, identity: alice.ref, ...call }))).kind,
        'security',
      );
    });
  }
});

describe('outages', () => {
  it('tells healthy, starting, offline and foreign apart', async () => {
    const healthy = await service.health({ endpoint: local });
    assert.equal(healthy.state, 'healthy');
    assert.equal(healthy.state === 'healthy' && healthy.rootKey, Buffer.from(network.rootKey).toString('hex'));
    network.setFaults({ outage: 'starting' });
    assert.equal((await service.health({ endpoint: local })).state, 'starting');
    network.setFaults({ outage: 'refuse' });
    assert.equal((await service.health({ endpoint: local })).state, 'offline');
    network.setFaults({ outage: 'garbage' });
    assert.equal((await service.health({ endpoint: local })).state, 'foreign');
    network.setFaults({ outage: 'http500' });
    assert.equal((await service.health({ endpoint: local })).state, 'foreign');
  });

  it('calls a network that accepts and says nothing offline', async () => {
    network.setFaults({ outage: 'hang' });
    assert.equal((await service.health({ endpoint: local })).state, 'offline');
  });

  it('says that a web server is no network', async () => {
    const server = createServer((_request, response) => response.end('<html>hello</html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const { port } = server.address() as AddressInfo;
      assert.equal(
        (await service.health({ endpoint: { url: `http://127.0.0.1:${port}`, rootKey: 'fetch' } })).state,
        'foreign',
      );
    } finally {
      server.close();
    }
  });

  it('gives up on a network that hangs, as soon as it is told to', async () => {
    const id = await network.createCanister({ controllers: [alice.principal] });
    network.setFaults({ outage: 'hang' });
    const controller = new AbortController();
    const begun = Date.now();
    const probing = failure(
      service.probe({ endpoint: local, identity: alice.ref, canisterId: id, signal: controller.signal }),
    );
    setTimeout(() => controller.abort(), 50);
    assert.equal((await probing).kind, 'cancelled');
    assert.ok(Date.now() - begun < 500);
  });

  it('calls a lost connection offline, not forged, also while it asks for node keys', async () => {
    const id = await network.createCanister({ controllers: [alice.principal] });
    network.setFaults({ outage: 'refuse', only: ['read_state'] });
    assert.equal(
      (await failure(service.probe({ endpoint: pinned, identity: alice.ref, canisterId: id }))).kind,
      'offline',
    );
  });

  it('reports garbage as such', async () => {
    const id = await network.createCanister({ controllers: [alice.principal] });
    network.setFaults({ outage: 'garbage' });
    assert.equal(
      (await failure(service.probe({ endpoint: local, identity: alice.ref, canisterId: id }))).kind,
      'garbage',
    );
    network.setFaults({ outage: 'http500' });
    assert.equal(
      (await failure(service.probe({ endpoint: local, identity: alice.ref, canisterId: id }))).kind,
      'garbage',
    );
  });
});

describe('keys', () => {
  it('explains a key file that is missing, encrypted or malformed, without showing what is in it', async () => {
    const id = await network.createCanister();
    const files = {
      missing: undefined,
      encrypted: '-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2VjcmV0\n-----END ENCRYPTED PRIVATE KEY-----\n',
      malformed: '-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0\n-----END EC PRIVATE KEY-----\n',
      empty: '',
    };
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(folder, `${name}.pem`);
      if (text !== undefined) {
        writeFileSync(file, text);
      }
      const data = await failure(
        service.probe({ endpoint: local, identity: { kind: 'pem', name, file }, canisterId: id }),
      );
      assert.equal(data.kind, 'key', name);
      assert.ok(!JSON.stringify(data).includes('c2VjcmV0'), name);
    }
  });

  it('notices a new key under an old name', async () => {
    const first = writeIdentity(folder, 'changing');
    assert.equal(await service.principal({ identity: first.ref }), first.principal);
    rmSync(first.ref.file);
    const second = writeIdentity(folder, 'changing');
    assert.notEqual(second.principal, first.principal);
    assert.equal(await service.principal({ identity: second.ref }), second.principal);
  });
});

it('never sends more requests at once than it should', async () => {
  const ids = await Promise.all(
    Array.from({ length: 300 }, () => network.createCanister({ controllers: [alice.principal] })),
  );
  network.setFaults({ latencyMs: 20 });
  network.resetCounters();
  await Promise.all(ids.map((id) => service.probe({ endpoint: local, identity: alice.ref, canisterId: id })));
  const { peak } = network.counters;
  assert.ok(peak <= 128 && peak > 8, `${peak} at once`);
});
