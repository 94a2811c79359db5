import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { Cbor, type PublicKey, requestIdOf, type Signature, SignIdentity } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import { decodeStatus, encodeCanisterId } from '../../../src/core/agent/management-idl';
import { requestId } from '../../../src/core/agent/optimizations/quick-query';
import { decodeStatusQuickly, learnHeader, quickStatus } from '../../../src/core/agent/optimizations/quick-status';
import { SessionSigner } from '../../../src/core/agent/optimizations/session-key';
import { ANONYMOUS } from '../../../src/core/network/identity-ref';
import { buildWasm, TestNetwork } from '../../network';
import { Random } from '../../support/random';
import { writeIdentity } from '../support/keys';

const random = Random.forTest('quick status');
const pick = <T>(...choices: readonly T[]): T => random.pick(choices);
const randomPrincipal = () => Principal.fromUint8Array(random.bytes(pick(1, 10, 29)));
const randomNat = () => pick(0n, 1n, 127n, 128n, 2n ** 53n, 2n ** 64n + 1n, 10n ** 30n);
const list = <T>(make: () => T) => Array.from({ length: pick(0, 1, 3) }, make);

type Part = readonly [type: IDL.Type, value: unknown];

function record(parts: Readonly<Record<string, Part | undefined>>): Part {
  const present = Object.entries(parts).filter((entry): entry is [string, Part] => entry[1] !== undefined);
  return [
    IDL.Record(Object.fromEntries(present.map(([name, [type]]) => [name, type]))),
    Object.fromEntries(present.map(([name, [, value]]) => [name, value])),
  ];
}

const nat = (): Part => [IDL.Nat, randomNat()];
/** As networks of different ages tell what is not everywhere: plainly, as `opt`, or not at all. */
const perhaps = ([type, value]: Part): Part | undefined =>
  pick<Part | undefined>([type, value], [IDL.Opt(type), [value]], [IDL.Opt(type), []], undefined);

function variant(type: IDL.Type, value: unknown): Part {
  return [type, value];
}

function randomReply(more: Readonly<Record<string, Part>> = {}): Uint8Array {
  const Visibility = IDL.Variant({ controllers: IDL.Null, public: IDL.Null, allowed_viewers: IDL.Vec(IDL.Principal) });
  const visibility = () =>
    variant(
      Visibility,
      pick<object>({ controllers: null }, { public: null }, { allowed_viewers: list(randomPrincipal) }),
    );
  const Run = IDL.Variant({ running: IDL.Null, stopping: IDL.Null, stopped: IDL.Null });
  const [type, value] = record({
    status: variant(Run, pick<object>({ running: null }, { stopping: null }, { stopped: null })),
    settings: record({
      controllers: [IDL.Vec(IDL.Principal), list(randomPrincipal)],
      compute_allocation: nat(),
      memory_allocation: nat(),
      freezing_threshold: nat(),
      reserved_cycles_limit: perhaps(nat()),
      wasm_memory_limit: perhaps(nat()),
      wasm_memory_threshold: perhaps(nat()),
      log_visibility: perhaps(visibility()),
      log_memory_limit: perhaps(nat()),
      snapshot_visibility: perhaps(visibility()),
      status_visibility: perhaps(visibility()),
      environment_variables: perhaps([
        IDL.Vec(IDL.Record({ name: IDL.Text, value: IDL.Text })),
        list(() => ({ name: 'é', value: 'x' })),
      ]),
    }),
    module_hash: [IDL.Opt(IDL.Vec(IDL.Nat8)), pick([], [random.bytes(32)])],
    memory_size: nat(),
    cycles: nat(),
    reserved_cycles: perhaps(nat()),
    idle_cycles_burned_per_day: nat(),
    query_stats: perhaps(record({ num_calls_total: nat(), request_payload_bytes_total: nat() })),
    version: perhaps([IDL.Nat64, 5n]),
    ready_for_migration: perhaps([IDL.Bool, true]),
    ...more,
  });
  return IDL.encode([type], [value]);
}

describe('reading a status quickly', () => {
  it('reads what the library reads, from networks of any age', () => {
    for (let round = 0; round < 500; round++) {
      const reply = randomReply();
      learnHeader(reply);
      assert.deepEqual(quickStatus(reply), decodeStatus(reply), Buffer.from(reply).toString('hex'));
    }
  });

  it('never says of damaged bytes what the library does not say', () => {
    let read = 0;
    for (let round = 0; round < 20; round++) {
      const reply = randomReply();
      learnHeader(reply);
      for (let index = 0; index < reply.length; index++) {
        const damaged = Uint8Array.from(reply);
        damaged[index] = pick(0, 1, 0x7f, 0xff, damaged[index]! ^ (1 << pick(0, 1, 2, 3, 4, 5, 6, 7)));
        const quick = quickStatus(damaged);
        if (quick !== undefined) {
          read += 1;
          assert.deepEqual(quick, decodeStatus(damaged), Buffer.from(damaged).toString('hex'));
        }
      }
      for (let length = 0; length < reply.length; length++) {
        assert.equal(quickStatus(reply.subarray(0, length)), undefined);
      }
      assert.equal(quickStatus(Uint8Array.from([...reply, 0])), undefined);
    }
    assert.ok(read > 500, `damage within values is no damage to the form: ${read}`);
  });

  it('leaves to the library what it does not know', () => {
    const unseen = randomReply({ [`field_${process.hrtime.bigint()}`]: nat() });
    assert.equal(quickStatus(unseen), undefined);
    const status = decodeStatusQuickly(unseen);
    assert.deepEqual(quickStatus(unseen), status);
    const [type, value] = record({ status: [IDL.Text, 'running'], settings: [IDL.Float64, 1] });
    const reply = IDL.encode([type], [value]);
    assert.equal(quickStatus(reply), undefined);
    assert.throws(() => decodeStatusQuickly(reply));
  });

  it('encodes a canister id as the library does', () => {
    for (let round = 0; round < 50; round++) {
      const canister_id = randomPrincipal();
      const expected = IDL.encode([IDL.Record({ canister_id: IDL.Principal })], [{ canister_id }]);
      assert.deepEqual(encodeCanisterId(canister_id), expected);
    }
  });
});

it('gives a request the id that the agent gives it', () => {
  for (let round = 0; round < 50; round++) {
    const content = {
      request_type: 'query',
      canister_id: randomPrincipal().toUint8Array(),
      method_name: pick('canister_status', '', 'grüße'),
      arg: random.bytes(pick(0, 1, 40)),
      sender: randomPrincipal().toUint8Array(),
      ingress_expiry: pick(0n, 127n, 128n, 1_764_064_000_000_000_000n),
    };
    assert.deepEqual(new Uint8Array(requestId(content)), requestIdOf(content));
  }
});

class FakeIdentity extends SignIdentity {
  signatures = 0;

  override getPublicKey(): PublicKey {
    return { toDer: () => new Uint8Array(44) };
  }

  override async sign(): Promise<Signature> {
    this.signatures += 1;
    return new Uint8Array(64) as Signature;
  }
}

describe('session keys', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-quick-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('are made anew in time, with one signature of the identity each', async () => {
    let now = 1_764_064_000_000;
    const owner = new FakeIdentity();
    const signer = new SessionSigner(owner, () => now);
    const first = await signer.identity();
    assert.equal(first.getPrincipal().toText(), owner.getPrincipal().toText());
    const [signed] = first.getDelegation().delegations;
    assert.equal(signed?.delegation.expiration, BigInt(now + 15 * 60_000) * 1_000_000n);
    assert.deepEqual(
      signed?.delegation.targets?.map((target) => target.toText()),
      ['aaaaa-aa'],
    );
    now += 10 * 60_000;
    assert.equal(await signer.identity(), first);
    assert.equal(owner.signatures, 1);
    now += 1;
    const second = await signer.identity();
    assert.notDeepEqual(second.getDelegation().delegations[0]?.delegation.pubkey, signed?.delegation.pubkey);
    assert.equal(owner.signatures, 2);
  });

  it('are one for many questions at once', async (t) => {
    const network = await TestNetwork.start({ seed: 'one session' });
    t.after(() => network.stop());
    const keys = new Set<string>();
    const service = agentOperations(async (input, init) => {
      if (String(input).endsWith('/query') && init?.body instanceof Uint8Array) {
        const { sender_delegation: chain } = Cbor.decode<{
          sender_delegation: { delegation: { pubkey: Uint8Array } }[];
        }>(init.body);
        keys.add(Buffer.from(chain[0]!.delegation.pubkey).toString('hex'));
      }
      return await fetch(input, init);
    });
    const owner = writeIdentity(folder, 'owner', 'secp256k1');
    const id = await network.createCanister({ controllers: [owner.principal] });
    const endpoint = { url: network.url, rootKey: 'fetch' } as const;
    await Promise.all(
      Array.from({ length: 20 }, () => service.probe({ endpoint, identity: owner.ref, canisterId: id })),
    );
    assert.equal(keys.size, 1);
  });

  it('sign questions for a status where the key is slow, and nothing else', async (t) => {
    const network = await TestNetwork.start({ seed: 'session' });
    t.after(() => network.stop());
    const sent: { path: string; body: Record<string, unknown> }[] = [];
    const service = agentOperations(async (input, init) => {
      if (init?.body instanceof Uint8Array) {
        sent.push({ path: new URL(String(input)).pathname, body: Cbor.decode(init.body) });
      }
      return await fetch(input, init);
    });
    const slow = writeIdentity(folder, 'slow', 'secp256k1');
    const quick = writeIdentity(folder, 'quick', 'ed25519');
    for (const rootKey of ['fetch', { der: Buffer.from(network.rootKey).toString('hex') }] as const) {
      const endpoint = { url: network.url, rootKey };
      for (const { identity, delegated } of [
        { identity: slow, delegated: true },
        { identity: quick, delegated: false },
      ]) {
        const id = await network.createCanister({ controllers: [identity.principal], wasm: buildWasm() });
        sent.length = 0;
        assert.equal(
          (await service.probe({ endpoint, identity: identity.ref, canisterId: id })).detail?.status,
          'running',
        );
        await service.manage({ endpoint, identity: identity.ref, method: 'stop_canister', canisterId: id });
        const queries = sent.filter(({ path: at }) => at.endsWith('/query'));
        assert.deepEqual(
          queries.map(({ body }) => 'sender_delegation' in body),
          [delegated],
        );
        const calls = sent.filter(({ path: at }) => at.endsWith('/call'));
        assert.equal(calls.length, 1);
        assert.equal('sender_delegation' in calls[0]!.body, false);
      }
      sent.length = 0;
      const id = await network.createCanister({ controllers: [slow.principal] });
      assert.equal((await service.probe({ endpoint, identity: ANONYMOUS, canisterId: id })).exists, true);
      assert.deepEqual(
        sent.filter(({ path: at }) => at.endsWith('/query')).map(({ body }) => Object.keys(body)),
        [['content']],
      );
    }
  });
});
