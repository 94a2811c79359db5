import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it, type TestContext } from 'node:test';
import { Cbor } from '@dfinity/agent';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import { classifyFailure } from '../../../src/core/engines/dfx/errors';
import type { Endpoint } from '../../../src/core/network/endpoint';
import type { NetworkApi } from '../../../src/core/network/network-api';
import { Failure } from '../../../src/core/util/failure';
import { formatMessage } from '../../../src/core/util/message';
import { buildWasm, TestNetwork } from '../../network/index';
import { DfxHome } from '../../support/dfx-home';
import { makeWorld, rowStates, troubles } from '../monitor/world';

/** Answers each query as a network would that rejects it. */
function rejecting(reject: { code: number; message: string; errorCode?: string }, applies = () => true): typeof fetch {
  return async (input, init) => {
    if (!String(input).endsWith('/query') || !applies()) {
      return await fetch(input, init);
    }
    const { code, message, errorCode } = reject;
    const answer = {
      status: 'rejected',
      reject_code: code,
      reject_message: message,
      ...(errorCode === undefined ? {} : { error_code: errorCode }),
    };
    return new Response(Cbor.encode(answer) as Uint8Array<ArrayBuffer>, {
      headers: { 'content-type': 'application/cbor' },
    });
  };
}

async function failureOf(asked: Promise<unknown>): Promise<Failure> {
  try {
    await asked;
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    return error;
  }
  throw new Error('no failure');
}

describe('a network that is busy', () => {
  for (const reject of [
    { code: 2, message: 'Subnet is oversubscribed' },
    { code: 2, message: 'Certified state unavailable', errorCode: 'IC0208' },
    { code: 6, message: 'Request timed out' },
    { code: 1, message: 'Internal error' },
    { code: 5, message: 'Something that nobody foresaw', errorCode: 'IC0999' },
  ]) {
    it(`and says "${reject.message}" (${reject.code}) has not refused anything to this identity`, async (t) => {
      let busy = false;
      const world = await makeWorld(t, { client: agentOperations(rejecting(reject, () => busy)) });
      const { monitor } = world;
      await monitor.refresh();
      const before = rowStates(monitor);
      busy = true;
      await monitor.refresh();
      assert.equal(rowStates(monitor)['ledger'], 'Running', 'the last state');
      const { failure, facts } = monitor.canister('ledger')!;
      assert.equal(failure?.kind, [2, 6].includes(reject.code) ? 'busy' : 'rejected');
      assert.ok(facts?.detail);
      busy = false;
      await monitor.refresh();
      assert.deepEqual(rowStates(monitor), before, 'right again at the next answer');
      assert.equal(monitor.canister('ledger')?.failure, undefined);
    });
  }

  it('answers 429 to every row, and one refresh makes all right', async (t) => {
    const { monitor, network } = await makeWorld(t);
    network.setFaults({ rateLimit: { requests: 0, perMs: 60_000 }, only: ['query'] });
    await monitor.refresh();
    assert.equal(rowStates(monitor)['ledger'], 'The network is busy and asks to wait.');
    assert.equal(monitor.canister('ledger')?.failure?.kind, 'busy');
    assert.ok(troubles(monitor).includes('The network local is busy: it is asked again later.'));
    network.resetFaults();
    await monitor.refresh();
    assert.equal(rowStates(monitor)['ledger'], 'Running');
    assert.deepEqual(troubles(monitor), []);
  });

  it('that gives no codes: only what says "controller" is a refusal', async (t) => {
    const message = 'Only controllers of canister ryjl3-tyaaa-aaaaa-aaaba-cai can call ic00 method canister_status';
    const { monitor } = await makeWorld(t, { client: agentOperations(rejecting({ code: 5, message })) });
    await monitor.refresh();
    assert.equal(rowStates(monitor)['oracle'], 'Running state hidden: you are not a controller');
    // The certified controllers say otherwise of one's own.
    assert.notEqual(rowStates(monitor)['ledger'], 'Running state hidden: you are not a controller');
  });

  it('that gives no codes and does not know the query is asked by an update', async (t) => {
    const message = "Canister has no query method 'canister_status'";
    const { monitor } = await makeWorld(t, { client: agentOperations(rejecting({ code: 3, message })) });
    await monitor.refresh();
    assert.equal(rowStates(monitor)['ledger'], 'Running');
  });

  it('asks again for the status of what was refused, once the identity has become a controller', async (t) => {
    const { monitor, network, project, alice } = await makeWorld(t);
    await monitor.refresh();
    assert.equal(rowStates(monitor)['oracle'], 'Running state hidden: you are not a controller');
    await network.changeCanister(project.ids.get('oracle')!, { controllers: [alice.principal] });
    await monitor.refresh();
    assert.equal(rowStates(monitor)['oracle'], 'Running');
  });
});

describe("this computer's clock", () => {
  async function skewed(t: TestContext, minutes: number) {
    const network = await TestNetwork.start({ now: () => Date.now() + minutes * 60_000 });
    t.after(() => network.stop());
    const id = await network.createCanister({ wasm: buildWasm({}) });
    return { network, id };
  }

  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-clock-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  const { name, pemFile: file } = new DfxHome(folder).addIdentity('alice');
  const identity = { kind: 'pem' as const, name, file };
  const ask = (client: NetworkApi, endpoint: Endpoint, canisterId: string, how: 'probe' | 'stop') => {
    const request = { endpoint, identity, canisterId };
    return how === 'probe' ? client.probe(request) : client.manage({ ...request, method: 'stop_canister' });
  };

  for (const [minutes, words] of [
    [6, /clock is about 6 min behind the network's/],
    [10, /clock is about 10 min behind the network's/],
    [-6, /clock is about 6 min ahead of the network's/],
    [-10, /clock is about 10 min ahead of the network's/],
  ] as const) {
    for (const how of ['probe', 'stop'] as const) {
      it(`that is ${minutes} min off is said to be, by ${how}, on a local network and on one that is verified`, async (t) => {
        const { network, id } = await skewed(t, minutes);
        for (const rootKey of ['fetch', { der: Buffer.from(network.rootKey).toString('hex') }] as const) {
          const failure = await failureOf(ask(agentOperations(fetch), { url: network.url, rootKey }, id, how));
          assert.equal(failure.kind, 'clock', JSON.stringify(rootKey));
          assert.match(failure.message, words);
        }
      });
    }
  }

  it('is known to be behind by a signed answer from the future; an old answer may have been played back', async (t) => {
    for (const [minutes, kind, words] of [
      [8, 'clock', /about 8 min behind/],
      [-8, 'security', /out of date, or this computer's clock is wrong/],
    ] as const) {
      const { network, id } = await skewed(t, minutes);
      const endpoint = { url: network.url, rootKey: { der: Buffer.from(network.rootKey).toString('hex') } };
      const request = { endpoint, identity: { kind: 'anonymous' as const }, canisterId: id };
      const failure = await failureOf(agentOperations(fetch).probe({ ...request, publicOnly: true }));
      assert.equal(failure.kind, kind);
      assert.match(failure.message, words);
    }
  });

  it('that is a minute off is well', async (t) => {
    const { network, id } = await skewed(t, 1);
    const facts = await agentOperations(fetch).probe({
      endpoint: { url: network.url, rootKey: { der: Buffer.from(network.rootKey).toString('hex') } },
      identity: { kind: 'anonymous' },
      canisterId: id,
    });
    assert.equal(facts.exists, true);
  });

  it('is told once for the project, not of every canister, and without the shield', async (t) => {
    let wrong = false;
    const network = agentOperations(async (input, init) => {
      const response = await fetch(input, init);
      return wrong && !String(input).endsWith('/status')
        ? new Response(
            `Invalid request expiry: Specified ingress_expiry not within expected range: Minimum allowed expiry: ${new Date(Date.now() + 360_000).toISOString().replace('T', ' ').replace('Z', '000000 UTC')}, Maximum allowed expiry: x`,
            { status: 400 },
          )
        : response;
    });
    const { monitor } = await makeWorld(t, { client: network });
    wrong = true;
    await monitor.refresh();
    assert.deepEqual(troubles(monitor), [
      "This computer's clock is about 6 min behind the network's. Set the one that is wrong.",
    ]);
    assert.equal(rowStates(monitor)['ledger'], 'Unknown');
  });

  it('is named where dfx fails for it', () => {
    const now = new Date(Date.now() - 6 * 60_000).toISOString().replace('T', ' ').slice(0, 19);
    const stderr = `Error: Failed to stop canister\nCaused by: The replica returned an HTTP Error: Http Error: status 400 Bad Request, content type "text/plain; charset=utf-8", content: Invalid request expiry: Specified ingress_expiry not within expected range: Minimum allowed expiry: ${now}.123 UTC, Maximum allowed expiry: ${now} UTC, Provided expiry: ${now} UTC`;
    const failure = classifyFailure({
      exitCode: 255,
      endedBy: null,
      cancelled: false,
      declined: false,
      stdout: '',
      stderr,
      durationMs: 1,
    });
    assert.equal(failure.kind, 'clock');
    assert.match(formatMessage(failure.message), /about 6 min ahead/);
  });
});
