import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { Certificate } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { Ed25519KeyIdentity } from '@dfinity/identity';
import { Principal } from '@dfinity/principal';
import { decodeCbor } from '../../network/cbor';
import { buildWasm, TestNetwork } from '../../network/index';
import { agentFor, management } from './client';
import { type Content, type Curve, callContent, idOf, Key, minutes, post, signed } from './raw';

const idRecord = IDL.Record({ canister_id: IDL.Principal });

describe('requests', () => {
  const key = new Key('ed25519');
  let network: TestNetwork;
  let id: string;
  let argument: Uint8Array;

  before(async () => {
    network = await TestNetwork.start();
    const controllers = [key.principal.toText()];
    id = await network.createCanister({ controllers, wasm: buildWasm({ privateMetadata: { secret: 's' } }) });
    argument = Uint8Array.from(IDL.encode([idRecord], [{ canister_id: Principal.fromText(id) }]));
  });
  after(() => network.stop());

  const content = (members: Content = {}) =>
    callContent({ method_name: 'start_canister', arg: argument, sender: key.principal.toUint8Array(), ...members });
  const call = (envelope: Content | Uint8Array, version = 3, canister = id) =>
    post(network, `/api/v${version}/canister/${canister}/call`, envelope);
  const query = (members: Content, canister = id) =>
    post(
      network,
      `/api/v2/canister/${canister}/query`,
      signed(content({ request_type: 'query', method_name: 'canister_status', ...members }), key),
    );
  const readState = (paths: unknown, canister = id, signer = key, members: Content = {}) =>
    post(
      network,
      `/api/v2/canister/${canister}/read_state`,
      signed(
        {
          request_type: 'read_state',
          sender: signer.principal.toUint8Array(),
          ingress_expiry: minutes(4),
          paths,
          ...members,
        },
        signer,
      ),
    );

  for (const curve of ['ed25519', 'secp256k1', 'P-256'] satisfies Curve[]) {
    it(`takes signatures of ${curve} keys, and refuses wrong ones`, async () => {
      const own = new Key(curve);
      const canister = await network.createCanister({ controllers: [own.principal.toText()] });
      const arg = Uint8Array.from(IDL.encode([idRecord], [{ canister_id: Principal.fromText(canister) }]));
      const request = content({ method_name: 'stop_canister', arg, sender: own.principal.toUint8Array() });
      const wrong = await call({ ...signed(request, own), sender_sig: new Uint8Array(64).fill(1) }, 3, canister);
      assert.equal(wrong.status, 403);
      assert.match(
        wrong.text,
        /^Failed to authenticate request 0x[0-9a-f]{64} due to: Invalid signature: Invalid basic/,
      );
      const forOther = await call(
        { ...signed(request, own), sender_sig: own.sign('ic-request', idOf(content())) },
        3,
        canister,
      );
      assert.equal(forOther.status, 403);
      assert.equal(network.canister(canister)?.status, 'running');
      const right = await call(signed(request, own), 3, canister);
      assert.equal(right.fields.get('status'), 'replied');
      assert.equal(network.canister(canister)?.status, 'stopped');
    });
  }

  it('refuses a sender that is not the one of the key', async () => {
    const other = new Key('ed25519');
    const answer = await call(signed(content(), other));
    assert.equal(answer.status, 403);
    assert.match(answer.text, /does not match the public key/);
  });

  it('refuses a sender without a signature, and a signature of the anonymous sender', async () => {
    const missing = await call({ content: content() });
    assert.equal(missing.status, 403);
    assert.match(missing.text, /Missing signature from user/);
    const anonymous = await call(signed(content({ sender: Principal.anonymous().toUint8Array() }), key));
    assert.equal(anonymous.status, 403);
    assert.match(anonymous.text, /Signature is not allowed for the anonymous user/);
    const half = await call({ content: content(), sender_pubkey: key.der });
    assert.equal(half.status, 400);
  });

  it('refuses requests that are over, and those too far ahead', async () => {
    for (const offset of [-1, 7, 1_000_000]) {
      const answer = await call(signed(content({ ingress_expiry: minutes(offset) }), key));
      assert.equal(answer.status, 400);
      assert.match(
        answer.text,
        /^Invalid request expiry: Specified ingress_expiry not within expected range: Minimum allowed expiry: \d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{9} UTC, Maximum allowed expiry: .* UTC, Provided expiry: .* UTC$/,
      );
      assert.equal((await query({ ingress_expiry: minutes(offset) })).status, 400);
      assert.equal((await readState([], id, key, { ingress_expiry: minutes(offset) })).status, 400);
    }
    assert.equal((await call(signed(content({ ingress_expiry: minutes(5.2) }), key))).status, 200);
  });

  it('does not mind the time of anonymous reads', async () => {
    const members = { sender: Principal.anonymous().toUint8Array(), ingress_expiry: minutes(-1000) };
    const read = { request_type: 'read_state', paths: [[Buffer.from('time')]], ...members };
    assert.equal((await post(network, `/api/v3/canister/${id}/read_state`, { content: read })).status, 200);
    const asked = content({ request_type: 'query', method_name: 'canister_status', ...members });
    assert.equal((await post(network, `/api/v3/canister/${id}/query`, { content: asked })).status, 200);
    assert.equal((await call({ content: content(members) })).status, 400);
  });

  it('makes the agent put its clock right', async () => {
    const slow = await TestNetwork.start({ now: () => Date.now() + 3_600_000 });
    const identity = Ed25519KeyIdentity.generate();
    const canister = await slow.createCanister({ controllers: [identity.getPrincipal().toText()] });
    const agent = await agentFor(slow, identity);
    await management(agent, canister)['stop_canister']!({ canister_id: Principal.fromText(canister) });
    assert.equal(slow.canister(canister)?.status, 'stopped');
    await slow.stop();
  });

  it('executes a call once, however often it is sent', async () => {
    const creation = callContent({
      method_name: 'provisional_top_up_canister',
      sender: key.principal.toUint8Array(),
      arg: Uint8Array.from(
        IDL.encode(
          [IDL.Record({ canister_id: IDL.Principal, amount: IDL.Nat })],
          [{ canister_id: Principal.fromText(id), amount: 1_000_000n * 1_000_000_000_000n }],
        ),
      ),
      nonce: Uint8Array.of(1, 2, 3),
    });
    const cycles = () => (network.canister(id)?.cycles ?? 0n) / (1_000_000n * 1_000_000_000_000n);
    assert.equal(cycles(), 0n);
    const answers = await Promise.all(Array.from({ length: 5 }, () => call(signed(creation, key))));
    assert.deepEqual(
      answers.map((answer) => answer.fields.get('status')),
      Array(5).fill('replied'),
    );
    assert.equal(cycles(), 1n);
    assert.equal((await call(signed(creation, key), 2)).status, 202);
    assert.equal(cycles(), 1n);
    await call(signed({ ...creation, nonce: Uint8Array.of(4) }, key));
    assert.equal(cycles(), 2n);
  });

  it('answers v2 calls at once, and says later what became of them, to their sender only', async () => {
    network.setFaults({ executionMs: 500 });
    const request = content({ method_name: 'stop_canister', nonce: Uint8Array.of(9) });
    const path = [Buffer.from('request_status'), idOf(request)];
    assert.equal((await call(signed(request, key), 2)).status, 202);
    assert.equal(network.canister(id)?.status, 'running');
    const seen = new Set<string>();
    while (!seen.has('replied')) {
      const answer = await readState([path]);
      seen.add(statusIn(answer.fields.get('certificate')));
    }
    assert.deepEqual([...seen].sort(), ['received', 'replied']);
    network.resetFaults();
    const stranger = await readState([path], id, new Key('ed25519'));
    assert.equal(stranger.status, 403);
    await network.changeCanister(id, { status: 'running' });
  });

  it('takes calls at v4 like those at v3', async () => {
    const answer = await call(signed(content({ nonce: Uint8Array.of(11) }), key), 4);
    assert.equal(answer.fields.get('status'), 'replied');
    assert.ok(answer.fields.get('certificate') instanceof Uint8Array);
  });

  it('refuses a URL that names another canister', async () => {
    const other = await network.createCanister();
    const managed = await call(signed(content(), key), 3, other);
    assert.equal(managed.status, 400);
    assert.match(managed.text, /does not match effective canister id in URL/);
    const direct = content({ canister_id: Principal.fromText(id).toUint8Array(), method_name: 'x' });
    assert.equal((await call(signed(direct, key), 3, other)).status, 400);
    assert.equal((await call(signed(content(), key), 3, 'aaaaa-aa')).status, 400);
    assert.equal((await query({}, other)).status, 400);
    const outside = 'be2us-64aaa-aaaaa-qaabq-cai'.replace('be2us-64aaa', 'be2us-64aab');
    assert.equal((await call(signed(content(), key), 3, outside)).status, 400);
  });

  it('limits a call to two megabytes', async () => {
    const answer = await call(signed(content({ arg: new Uint8Array(2_100_000) }), key));
    assert.equal(answer.status, 413);
    assert.match(answer.text, /is larger than the max allowed 2097152/);
    assert.equal((await call(new Uint8Array(6_000_000))).status, 413);
  });

  const malformed: [string, () => Content | Uint8Array][] = [
    ['no body', () => new Uint8Array()],
    ['a body that is not CBOR', () => Buffer.from('{"content": 1}')],
    ['no content', () => ({})],
    ['content that is text', () => ({ content: 'x' })],
    ['another request type', () => signed(content({ request_type: 'query' }), key)],
    ['no method', () => signed(content({ method_name: 5 }), key)],
    ['a method that is bytes', () => signed(content({ method_name: Uint8Array.of(1) }), key)],
    ['an expiry that is text', () => signed(content({ ingress_expiry: 'soon' }), key)],
    ['a canister id that is too long', () => signed(content({ canister_id: new Uint8Array(40) }), key)],
    ['a nonce that is too long', () => signed(content({ nonce: new Uint8Array(33) }), key)],
    ['delegations that are none', () => ({ ...signed(content(), key), sender_delegation: [1] })],
  ];
  for (const [name, body] of malformed) {
    it(`answers 400 to a call with ${name}`, async () => {
      const answer = await call(body());
      assert.equal(answer.status, 400);
      assert.match(answer.text, /^Could not parse body as call message: /);
    });
  }

  it('follows delegations, with their targets and expiry', async () => {
    const session = new Key('P-256');
    const delegate = (members: Content, from = key) => {
      const delegation = { pubkey: session.der, expiration: minutes(10), ...members };
      return { delegation, signature: from.sign('ic-request-auth-delegation', idOf(delegation)) };
    };
    const send = (nonce: number, delegation: Content) => {
      // Once, since its expiry moves with the clock and is what is signed.
      const request = content({ nonce: Uint8Array.of(50, nonce) });
      return call({
        content: request,
        sender_pubkey: key.der,
        sender_sig: session.sign('ic-request', idOf(request)),
        sender_delegation: [delegation],
      });
    };
    assert.equal((await send(1, delegate({}))).fields.get('status'), 'replied');
    const management = Principal.managementCanister().toUint8Array();
    assert.equal((await send(2, delegate({ targets: [management] }))).fields.get('status'), 'replied');
    const elsewhere = await send(3, delegate({ targets: [Principal.fromText(id).toUint8Array()] }));
    assert.equal(elsewhere.status, 403);
    assert.match(elsewhere.text, /is not one of the delegation targets/);
    assert.equal((await send(4, delegate({ expiration: minutes(-1) }))).status, 400);
    assert.equal((await send(5, delegate({}, new Key('ed25519')))).status, 403);
  });

  describe('read_state', () => {
    const canister = (name: string, of = id) => [
      Buffer.from('canister'),
      Principal.fromText(of).toUint8Array(),
      ...name.split('/').map((part) => Buffer.from(part)),
    ];

    it('gives private metadata to controllers only', async () => {
      assert.equal((await readState([canister('metadata/secret')])).status, 200);
      const stranger = await readState([canister('metadata/secret')], id, new Key('ed25519'));
      assert.equal(stranger.status, 403);
      assert.match(stranger.text, /can only be requested by the controllers/);
    });

    it('refuses paths that it does not have, and those of other canisters', async () => {
      for (const path of [
        canister('secret'),
        canister('metadata'),
        canister('controllers/x'),
        [Buffer.from('x')],
        [],
      ]) {
        const answer = await readState([path]);
        assert.deepEqual([answer.status, answer.text], [404, 'Invalid path requested.']);
      }
      const other = await network.createCanister();
      assert.equal((await readState([canister('controllers', other)])).status, 400);
      const requests = [1, 2].map((byte) => [Buffer.from('request_status'), new Uint8Array(32).fill(byte)]);
      assert.equal((await readState(requests)).status, 400);
      assert.equal((await readState([[Buffer.from('request_status'), Uint8Array.of(1)]])).status, 400);
      assert.equal((await readState('x')).status, 400);
      assert.equal((await readState([['time']])).status, 400);
    });
  });

  it('reads the state of the subnet', async () => {
    const subnet = Principal.fromText(network.subnetId).toUint8Array();
    const read = (path: Uint8Array[], version = 2, id = network.subnetId) =>
      post(network, `/api/v${version}/subnet/${id}/read_state`, {
        content: {
          request_type: 'read_state',
          sender: Principal.anonymous().toUint8Array(),
          ingress_expiry: minutes(4),
          paths: [path],
        },
      });
    const value = async (path: Uint8Array[], version?: number) => {
      const answer = await read(path, version);
      const certificate = await Certificate.create({
        certificate: Uint8Array.from(answer.fields.get('certificate') as Uint8Array),
        rootKey: network.rootKey,
        canisterId: Principal.fromText(id),
      });
      const found = certificate.lookup_path(path);
      assert.ok('value' in found);
      return found.value;
    };
    const label = (text: string) => Uint8Array.from(Buffer.from(text));
    assert.deepEqual(await value([label('subnet'), subnet, label('public_key')]), new Uint8Array(network.rootKey));
    // The first range begins with the lowest canister id there is.
    const first = Principal.fromText('rwlgt-iiaaa-aaaaa-aaaaa-cai').toUint8Array();
    const flat = await value([label('subnet'), subnet, label('canister_ranges')]);
    const sharded = await read([label('canister_ranges'), subnet], 3);
    assert.ok(Buffer.from(sharded.fields.get('certificate') as Uint8Array).includes(Buffer.from(flat)));
    const [range] = decodeCbor(flat) as [Uint8Array, Uint8Array][];
    assert.deepEqual(new Uint8Array(range![0]), first);
    assert.equal((await read([label('canister'), first, label('controllers')])).status, 404);
    assert.equal((await read([label('time')], 2, id)).status, 400);
    assert.equal(network.counters.byKind.subnet_read_state, 5);
  });

  it('has no other endpoints', async () => {
    for (const path of ['/', '/api/v1/status', '/api/v4/canister/x/query', '/api/v2/canister/x/y', '/_/x']) {
      assert.equal((await post(network, path, {})).status, 404, path);
    }
    assert.equal((await call(signed(content(), key), 3, 'not-a-principal')).status, 400);
  });
});

/** `status` of the request in a certificate. */
function statusIn(certificate: unknown): string {
  assert.ok(certificate instanceof Uint8Array);
  const fields = decodeCbor(certificate);
  assert.ok(fields instanceof Map);
  const find = (tree: unknown): string | undefined => {
    if (!Array.isArray(tree)) {
      return undefined;
    }
    if (tree[0] === 2 && tree[1] instanceof Uint8Array && Buffer.from(tree[1]).toString() === 'status') {
      return Buffer.from((tree[2] as [3, Uint8Array])[1]).toString();
    }
    return tree.slice(1).map(find).find(Boolean);
  };
  return find(fields.get('tree')) ?? 'unknown';
}
