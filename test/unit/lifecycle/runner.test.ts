import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import type { CanisterRef } from '../../../src/core/lifecycle/canister-ref';
import { OperationRunner } from '../../../src/core/lifecycle/operation-runner';
import type { Outcome } from '../../../src/core/lifecycle/outcome';
import type { ManagementCall } from '../../../src/core/network/network-api';
import { Failure } from '../../../src/core/util/failure';
import { formatMessage, msg } from '../../../src/core/util/message';
import { makeWorld, rowStates, until, type World } from '../monitor/world';

const BUSY = msg('Stopping…');

async function makeRunner(t: TestContext) {
  const world = await makeWorld(t);
  await world.monitor.refresh();
  const runner = new OperationRunner();
  const manage = (method: ManagementCall['method'], names: readonly string[], signal?: AbortSignal) =>
    runner.each(targets(world, names), BUSY, ({ project: monitor, canister }) =>
      world.client.manage({
        endpoint: { url: world.network.url, rootKey: 'fetch' },
        identity: monitor.snapshot.identity!.ref,
        ...({ method, canisterId: monitor.canister(canister)!.id! } as ManagementCall),
        signal,
      }),
    );
  return { ...world, runner, manage };
}

const targets = ({ monitor }: World, names: readonly string[]): CanisterRef[] =>
  names.map((canister) => ({ project: monitor, canister }));

const failureOf = (outcome: Outcome | undefined) => {
  assert.ok(outcome && !outcome.ok);
  return outcome;
};

describe('an operation on several canisters', () => {
  it('changes the network, and rows show what came of it', async (t) => {
    const { manage, monitor, network, project } = await makeRunner(t);
    const outcomes = await manage('stop_canister', ['hello_backend', 'ledger']);
    assert.ok(outcomes.every(({ ok }) => ok));
    assert.equal(network.canister(project.ids.get('ledger')!)?.status, 'stopped');
    assert.equal(rowStates(monitor)['ledger'], 'Stopped');
    assert.equal(rowStates(monitor)['hello_frontend'], 'Running');
    await manage('start_canister', ['hello_backend', 'ledger']);
    assert.equal(rowStates(monitor)['hello_backend'], 'Running');
  });

  it('is not done on another network than the one it was begun on, however long it waited', async (t) => {
    const { monitor, network, project, runner, manage, selection } = await makeRunner(t);
    let end: (() => void) | undefined;
    const work = () => new Promise<void>((done) => (end = done));
    const before = runner.each([{ project: monitor, canister: 'ledger' }], BUSY, work);
    const waiting = manage('stop_canister', ['hello_backend']);
    const together = runner.together(monitor, ['hello_frontend'], BUSY, async () => assert.fail('it was done'));
    await until('the first has begun', () => end !== undefined);
    await selection.setTarget(project.dfxJson, 'ic');
    end?.();
    assert.equal((await before)[0]?.ok, true, 'what was begun goes on');
    for (const [outcome] of await Promise.all([waiting, together])) {
      assert.match(
        formatMessage(failureOf(outcome).failure.message),
        /the network or the identity was switched meanwhile/,
      );
    }
    assert.equal(network.canister(project.ids.get('hello_backend')!)?.status, 'running');
  });

  it('says for each what came of it: one failure does not hide the others', async (t) => {
    const { manage, monitor } = await makeRunner(t);
    const [backend, oracle] = await manage('stop_canister', ['hello_backend', 'oracle']);
    assert.equal(backend?.ok, true);
    const { failure, cancelled } = failureOf(oracle);
    assert.equal(cancelled, false);
    assert.equal(failure.code, 'IC0512');
    assert.equal(formatMessage(failure.message), 'alice is not a controller. Controllers: aaaaa-aa');
    assert.equal(failure.next, 'select-identity');
    assert.equal(rowStates(monitor)['oracle'], 'Running state hidden: you are not a controller');
  });

  it('names the controllers of now, not those that were known before', async (t) => {
    const { manage, network, project } = await makeRunner(t);
    await network.changeCanister(project.ids.get('ledger')!, { controllers: ['aaaaa-aa'] });
    const [outcome] = await manage('stop_canister', ['ledger']);
    const { message } = failureOf(outcome).failure;
    assert.equal(formatMessage(message), 'alice is not a controller. Controllers: aaaaa-aa');
  });

  it('that is cancelled says so, and the row shows what really is', async (t) => {
    const { manage, monitor, network, project } = await makeRunner(t);
    network.setFaults({ stopMs: 60_000 });
    const controller = new AbortController();
    const managed = manage('stop_canister', ['ledger'], controller.signal);
    const status = () => network.canister(project.ids.get('ledger')!)?.status;
    while (status() !== 'stopping') {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    controller.abort();
    const [outcome] = await managed;
    assert.equal(failureOf(outcome).cancelled, true);
    assert.equal(status(), 'stopping');
    assert.equal(rowStates(monitor)['ledger'], 'Stopping…');
    assert.equal(monitor.canister('ledger')?.busy, undefined);
  });

  it('that finds no network says how to get one', async (t) => {
    const { manage, monitor, network } = await makeRunner(t);
    network.setFaults({ outage: 'refuse' });
    const [outcome] = await manage('stop_canister', ['ledger']);
    const { failure } = failureOf(outcome);
    assert.equal(formatMessage(failure.message), 'The network local is not running.');
    assert.equal(failure.next, 'start-network');
    assert.equal(monitor.canister('ledger')?.busy, undefined);
    assert.ok(monitor.canister('ledger')?.facts, 'what was known stays');
  });

  it('waits for its turn in its project', async (t) => {
    const world = await makeRunner(t);
    const log: string[] = [];
    const step = (name: string) =>
      world.runner.each(targets(world, ['ledger']), BUSY, async () => {
        log.push(`${name} begins`);
        await new Promise((resolve) => setTimeout(resolve, 20));
        log.push(`${name} ends`);
      });
    await Promise.all([step('first'), step('second')]);
    assert.deepEqual(log, ['first begins', 'first ends', 'second begins', 'second ends']);
  });

  it('one after the other, where that is asked for', async (t) => {
    const world = await makeRunner(t);
    const log: string[] = [];
    const names = ['hello_backend', 'ledger', 'archive'];
    await world.runner.each(
      targets(world, names),
      BUSY,
      async ({ canister }) => {
        log.push(`${canister} begins`);
        await new Promise((resolve) => setTimeout(resolve, 5));
        log.push(`${canister} ends`);
      },
      { inOrder: true },
    );
    assert.deepEqual(
      log,
      names.flatMap((name) => [`${name} begins`, `${name} ends`]),
    );
  });

  it('passes on what the operation itself has to say', async (t) => {
    const world = await makeRunner(t);
    const [outcome] = await world.runner.each(targets(world, ['indexer']), BUSY, async () => {
      throw new Failure({ message: msg('{0} has no id.', 'indexer'), next: 'create' });
    });
    assert.equal(formatMessage(failureOf(outcome).failure.message), 'indexer has no id.');
    assert.equal(world.monitor.canister('indexer')?.busy, undefined);
  });
});
