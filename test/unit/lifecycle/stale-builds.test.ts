import assert from 'node:assert/strict';
import { readFileSync, utimesSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { LifecycleService } from '../../../src/core/lifecycle/lifecycle-service';
import { applicableOperations, applies } from '../../../src/core/lifecycle/operations';
import { staleBuilds } from '../../../src/core/lifecycle/stale-builds';
import { differsFromBuild } from '../../../src/core/monitor/state';
import { installDfx } from '../../dfx';
import { buildWasm } from '../../network';
import { dfxToolchain } from '../../support/dfx-toolchain';
import { SAMPLE_DFX_JSON } from '../../support/sample';
import { makeWorld, write } from '../monitor/world';

const skip = process.platform === 'win32' && 'dfx does not run on Windows itself';
const NO = { answer: async () => false };
/** The stand-in asks about every change of an interface's text. */
const YES = { answer: async () => true };

/** The sample with a `hello_backend` that was built a minute ago, as it is on the network, and a dfx that works. */
async function setUp(t: TestContext) {
  const world = await makeWorld(t);
  const dfx = await installDfx(path.join(world.folder, 'bin'));
  const { home, locations, project, client, monitor } = world;
  const env = { ...process.env, ...home.env };
  const service = new LifecycleService(client, [dfxToolchain(locations, { env, setting: () => dfx })]);
  const wasm = path.join(project.folder, '.dfx/local/canisters/hello_backend/hello_backend.wasm');
  write(wasm, buildWasm({ candid: 'service : { greet : (text) -> (text) query }' }));
  // Nobody has the extension that this one needs.
  const { kybra_app: _, ...canisters } = SAMPLE_DFX_JSON.canisters;
  write(project.dfxJson, { ...SAMPLE_DFX_JSON, canisters });
  const source = path.join(project.folder, 'src/hello_backend/main.mo');
  const touch = (file: string, minutes: number) => {
    const at = Date.now() / 1000 - minutes * 60;
    utimesSync(file, at, at);
  };
  touch(source, 10);
  touch(project.dfxJson, 10);
  touch(wasm, 5);
  await monitor.refresh();
  const target = { project: monitor, canister: 'hello_backend' };
  return { ...world, service, source, touch, target, state: () => monitor.canister('hello_backend')! };
}

describe('what is installed', { skip }, () => {
  it('is known to be out of date where its source is newer, and only there', async (t) => {
    const { target, source, touch, monitor } = await setUp(t);
    const others = ['ledger', 'indexer', 'internet_identity', 'cycles_ledger'].map((canister) => ({
      project: monitor,
      canister,
    }));
    assert.deepEqual(await staleBuilds([target, ...others]), []);
    touch(source, 1);
    assert.deepEqual(await staleBuilds([target, ...others]), [
      { target, newer: path.join('src', 'hello_backend', 'main.mo') },
    ]);
  });

  it('is built first where that was agreed to, and is what was built before where it was not', async (t) => {
    const { service, target, source, touch, network, project, state } = await setUp(t);
    const installed = () => network.canister(project.ids.get('hello_backend')!)?.moduleHash;
    const before = installed();
    write(source, readFileSync(source, 'utf8').replace('Hello', 'Good evening'));
    touch(source, 1);
    const anyway = await service.run('reinstall', [target], NO);
    assert.deepEqual(
      anyway.outcomes.map(({ ok }) => ok),
      [true],
    );
    assert.equal(installed(), before);
    assert.notEqual(state().build?.newer, undefined);
    const { outcomes } = await service.run('reinstall', [target], { ...YES, buildFirst: [target] });
    assert.deepEqual(
      outcomes.map(({ ok }) => ok),
      [true],
    );
    assert.notEqual(installed(), before); //
    assert.equal(installed(), state().build?.moduleHash);
    assert.equal(state().build?.newer, undefined);
    assert.equal(differsFromBuild(state()), false);
    write(source, readFileSync(source, 'utf8').replace('Good evening', 'Good night'));
    await service.run('build', [target], NO);
    assert.equal(state().build?.newer, undefined);
    assert.equal(differsFromBuild(state()), true);
  });

  it('stays as it is where the build fails', async (t) => {
    const { service, target, source, network, project } = await setUp(t);
    const before = network.canister(project.ids.get('hello_backend')!)?.moduleHash;
    write(source, 'actor { public func f() : async Nat { unknown } }');
    const { outcomes, findings } = await service.run('upgrade', [target], { ...NO, buildFirst: [target] });
    const [outcome] = outcomes;
    assert.ok(outcome && !outcome.ok && outcome.failure.kind === 'compile');
    assert.deepEqual(
      findings.flatMap(({ diagnostics }) => diagnostics).map(({ file }) => file),
      [source],
    );
    assert.equal(network.canister(project.ids.get('hello_backend')!)?.moduleHash, before);
  });
});

describe('a canister without code', () => {
  it('is offered what can be done with it, and nothing else, whether it was stopped or not', async (t) => {
    const { monitor, network, project } = await makeWorld(t);
    const offered = () => applicableOperations(monitor.canister('worker')!);
    await monitor.refresh();
    const CODELESS = ['build', 'deploy', 'install', 'logs', 'settings', 'snapshots', 'top-up', 'delete', 'generate'];
    assert.deepEqual(offered(), CODELESS);
    assert.equal(applies('snapshot-take', monitor.canister('worker')!), false);
    await network.changeCanister(project.ids.get('worker')!, { status: 'stopped' });
    await monitor.refresh();
    assert.deepEqual(offered(), ['start', ...CODELESS]);
  });
});
