import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { Cbor } from '@dfinity/agent';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import type { Endpoint } from '../../../src/core/network/endpoint';
import type { NetworkApi, NetworkMethod, RequestOf } from '../../../src/core/network/network-api';
import { Failure } from '../../../src/core/util/failure';
import { formatMessage } from '../../../src/core/util/message';
import { buildWasm, TestNetwork } from '../../network';
import { type TestIdentity, writeIdentity } from '../support/keys';

const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-signing-'));
let network: TestNetwork;
let service: NetworkApi;
let alice: TestIdentity;
let canisterId: string;
/** The envelopes that have left. */
let sent: Record<string, unknown>[] = [];

before(async () => {
  network = await TestNetwork.start({ seed: 'signing' });
  alice = writeIdentity(folder, 'alice');
  canisterId = await network.createCanister({
    controllers: [alice.principal],
    cycles: 10n ** 13n,
    wasm: buildWasm({ candid: 'service : {}' }),
  });
});
after(async () => {
  await network.stop();
  rmSync(folder, { recursive: true, force: true });
});
beforeEach(() => {
  sent = [];
  service = agentOperations(async (input, init) => {
    const url = new URL(String(input));
    if (init?.body instanceof Uint8Array) {
      sent.push(Cbor.decode(init.body));
    }
    // Whatever it is called, it is our network.
    return await fetch(new URL(url.pathname, network.url), init);
  });
});

/** A request of each method that may be signed, and what becomes of it where nothing may be. */
const REQUESTS: {
  [M in NetworkMethod]?: readonly [expected: 'anonymous' | 'refused', request: () => Omit<RequestOf<M>, 'endpoint'>];
} = {
  probe: ['anonymous', () => ({ identity: alice.ref, canisterId })],
  fetchLogs: ['anonymous', () => ({ identity: alice.ref, canisterId })],
  metadata: ['anonymous', () => ({ identity: alice.ref, canisterId, name: 'candid:service' })],
  manage: ['refused', () => ({ identity: alice.ref, canisterId, method: 'stop_canister' })],
  create: ['refused', () => ({ identity: alice.ref, effectiveCanisterId: canisterId })],
  install: ['refused', () => ({ identity: alice.ref, canisterId, mode: 'reinstall', module: { bytes: buildWasm() } })],
  takeSnapshot: ['refused', () => ({ identity: alice.ref, canisterId })],
  listSnapshots: ['refused', () => ({ identity: alice.ref, canisterId })],
};

/** Those that sign nothing, whatever the network. */
const UNSIGNED: readonly NetworkMethod[] = ['health', 'encodeCandid', 'principal', 'unlock', 'lock'];

const call = (kind: 'query' | 'update') => ({
  identity: alice.ref,
  canisterId,
  method: 'greet',
  kind,
  argument: { kind: 'raw' as const, bytes: Buffer.from('DIDL\0\0') },
});

function isSigned(envelope: Record<string, unknown>): boolean {
  const sender = (envelope['content'] as { sender: Uint8Array }).sender;
  const anonymous = sender.length === 1 && sender[0] === 4;
  const bare = !['sender_sig', 'sender_pubkey', 'sender_delegation'].some((key) => key in envelope);
  assert.equal(anonymous, bare);
  return !anonymous;
}

async function outcome(promise: Promise<unknown>): Promise<Failure | undefined> {
  try {
    await promise;
    return undefined;
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return error;
  }
}

const requests = (): readonly (readonly [
  name: string,
  expected: string,
  run: (endpoint: Endpoint) => Promise<unknown>,
])[] => [
  ...Object.entries(REQUESTS).map(([method, [expected, request]]) => {
    const run = (endpoint: Endpoint) => service[method as 'probe']({ ...(request() as RequestOf<'probe'>), endpoint });
    return [method, expected, run] as const;
  }),
  ['query', 'anonymous', (endpoint) => service.call({ ...call('query'), endpoint })],
  ['update', 'refused', (endpoint) => service.call({ ...call('update'), endpoint })],
];

describe('signatures', () => {
  for (const rootKey of ['fetch', 'pinned'] as const) {
    const endpointAt = (url: string, signingAgreed?: boolean): Endpoint => ({
      url,
      rootKey: rootKey === 'fetch' ? 'fetch' : { der: Buffer.from(network.rootKey).toString('hex') },
      signingAgreed,
    });

    it(`are given to no network that the user has not agreed to (${rootKey} key)`, async () => {
      for (const url of ['http://staging.example:8000', 'http://192.168.0.7:4943', 'http://127.0.0.1@evil.example']) {
        for (const [name, expected, run] of requests()) {
          sent = [];
          const failure = await outcome(run(endpointAt(url)));
          if (expected === 'refused') {
            assert.equal(failure?.kind, 'unsigned', name);
            assert.ok(formatMessage(failure.data.message).includes(new URL(url).host));
            assert.deepEqual(sent, [], name);
          } else {
            assert.notEqual(failure?.kind, 'unsigned', name);
            assert.ok(sent.length > 0, name);
            assert.deepEqual(sent.map(isSigned).filter(Boolean), [], name);
          }
        }
      }
      assert.equal(network.canister(canisterId)?.status, 'running');
    });

    it(`are given where the user has agreed, to this computer and to mainnet (${rootKey} key)`, async () => {
      for (const endpoint of [
        endpointAt('http://staging.example:8000', true),
        endpointAt('http://127.0.0.1:8000'),
        endpointAt('http://[::1]:8000'),
        endpointAt('https://icp0.io'),
      ]) {
        sent = [];
        const facts = await service.probe({ endpoint, identity: alice.ref, canisterId });
        assert.ok(facts.detail, endpoint.url);
        assert.ok(sent.some(isSigned), endpoint.url);
        sent = [];
        await service.listSnapshots({ endpoint, identity: alice.ref, canisterId });
        assert.ok(sent.some(isSigned), endpoint.url);
      }
    });
  }

  it('what only reads without a key says what everybody may know', async () => {
    const endpoint: Endpoint = { url: 'http://staging.example:8000', rootKey: 'fetch' };
    const facts = await service.probe({ endpoint, identity: alice.ref, canisterId });
    assert.deepEqual([facts.exists, facts.detail, facts.controllers], [true, undefined, [alice.principal]]);
  });

  it('are thought of for every method', () => {
    const thought = [...Object.keys(REQUESTS), 'call', ...UNSIGNED].sort();
    // The agent's own table: each method has its operation there.
    assert.deepEqual(Object.keys(agentOperations(fetch)).sort(), thought);
  });
});
