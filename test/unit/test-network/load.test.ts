import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { decodeCbor } from '../../network/cbor';
import { TestNetwork } from '../../network/index';
import { callContent, minutes, post } from './raw';

describe('two hundred requests at once', () => {
  let network: TestNetwork;
  const ids: string[] = [];

  before(async () => {
    network = await TestNetwork.start();
    for (let i = 0; i < 200; i++) {
      ids.push(await network.createCanister());
    }
    // What is compiled and connected once is not what is measured.
    await readState(ids[0]!);
  });
  after(() => network.stop());

  const readState = (id: string) =>
    post(network, `/api/v2/canister/${id}/read_state`, {
      content: {
        request_type: 'read_state',
        sender: Principal.anonymous().toUint8Array(),
        ingress_expiry: minutes(4),
        paths: [[Buffer.from('canister'), Principal.fromText(id).toUint8Array(), Buffer.from('controllers')]],
      },
    });
  const managed = (id: string, type: 'call' | 'query', method: string) => {
    const arg = IDL.encode([IDL.Record({ canister_id: IDL.Principal })], [{ canister_id: Principal.fromText(id) }]);
    return post(network, `/api/v3/canister/${id}/${type}`, {
      content: callContent({ request_type: type, method_name: method, arg: Uint8Array.from(arg) }),
    });
  };
  const signatures = (answers: Awaited<ReturnType<typeof post>>[]) =>
    new Set(
      answers.map((answer) => {
        const certificate = answer.fields.get('certificate');
        assert.ok(certificate instanceof Uint8Array, answer.text);
        const fields = decodeCbor(certificate);
        assert.ok(fields instanceof Map);
        return Buffer.from(fields.get('signature') as Uint8Array).toString('hex');
      }),
    ).size;

  const measured = async <T>(t: { diagnostic(message: string): void }, what: (id: string) => Promise<T>) => {
    const begin = performance.now();
    const answers = await Promise.all(ids.map(what));
    const tookMs = performance.now() - begin;
    t.diagnostic(`${ids.length} took ${tookMs.toFixed(0)} ms`);
    return { answers, tookMs };
  };

  it('read the state, on a signature for a second', async (t) => {
    const { answers, tookMs } = await measured(t, readState);
    assert.ok(signatures(answers) <= 2 + tookMs / 1000);
  });

  it('ask for the status', async (t) => {
    const { answers } = await measured(t, (id) => managed(id, 'query', 'canister_status'));
    assert.ok(answers.every((answer) => answer.fields.get('status') === 'replied'));
  });

  it('stop canisters, with fewer signatures than calls', async (t) => {
    const { answers } = await measured(t, (id) => managed(id, 'call', 'stop_canister'));
    assert.ok(answers.every((answer) => answer.fields.get('status') === 'replied'));
    assert.ok(network.canisters.every((canister) => canister.status === 'stopped'));
    const count = signatures(answers);
    t.diagnostic(`${count} signatures`);
    assert.ok(count < ids.length);
  });
});
