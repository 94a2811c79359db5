import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { before, describe, it, type TestContext } from 'node:test';
import type { Uri } from 'vscode';
import { LifecycleService } from '../../../src/core/lifecycle/lifecycle-service';
import { Failure, type FailureKind } from '../../../src/core/util/failure';
import { msg } from '../../../src/core/util/message';
import type { CanisterRef, CanisterState, IcCanistersApi, IcCanistersError } from '../../../types/ic-canisters';
import { dfxToolchain } from '../../support/dfx-toolchain';
import { FakeVscode } from '../commands/vscode';
import { makeWorld, write } from '../monitor/world';

const ROOT = path.resolve(__dirname, '../../..');
const fake = new FakeVscode();
type Module = typeof import('../../../src/api/extension-api');
type Parts = ConstructorParameters<Module['ExtensionApi']>[0];
let ExtensionApi: Module['ExtensionApi'];

before(() => {
  fake.install();
  ({ ExtensionApi } = require('../../../src/api/extension-api') as Module);
});

/** The API over the sample project, of which nothing has been asked yet. */
async function setUp(t: TestContext, run: Parts['run'] = async () => assert.fail('nothing is to be run')) {
  const world = await makeWorld(t);
  const { monitor, client, locations } = world;
  const nothing = () => ({ dispose: () => {} });
  const viewers: [boolean, string | undefined][] = [];
  const workspace = {
    ready: () => monitor.load(),
    projects: [monitor],
    project: (manifest: string) => (manifest === monitor.manifest ? monitor : undefined),
    onDidChangeProjects: nothing,
    onDidChangeProject: nothing,
    setVisible: (...args: [boolean, string | undefined]) => viewers.push(args),
  };
  const trust = { isTrusted: true };
  const service = new LifecycleService(client, [dfxToolchain(locations)]);
  const made = new ExtensionApi({ workspace: workspace as never, service, trust, onDidTrust: nothing, run });
  t.after(() => made.dispose());
  const project = { fsPath: monitor.manifest } as Uri;
  const on = (canister: string, target = 'local') => ({ project, canister, target });
  return { ...world, api: made.version(1), made, trust, viewers, at: project, on };
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('it was done'),
    (reason: IcCanistersError) => reason,
  );
  assert.equal(error.name, 'IcCanistersError', String(error));
  return error.code;
}

/** All that asks or does something. */
function everything(api: IcCanistersApi, at: Uri, ref: Required<CanisterRef>): Promise<unknown>[] {
  return [
    api.projects(),
    api.canisters(at),
    api.state(ref),
    api.refresh(ref),
    api.run('stop', [ref]),
    api.run('stop', [ref], { interactive: true }),
    api.query(ref, 'count', '()'),
  ];
}

describe('the API for other extensions', () => {
  it('has no other version', async (t) => {
    const { made } = await setUp(t);
    for (const version of [0, 2, '1', undefined]) {
      assert.throws(() => made.version(version), { code: 'unsupported-version' });
    }
  });

  it('answers nothing and asks nothing in a workspace that is not trusted', async (t) => {
    const { api, trust, at, on, network } = await setUp(t);
    trust.isTrusted = false;
    for (const work of everything(api, at, on('ledger'))) {
      assert.equal(await codeOf(work), 'untrusted');
    }
    assert.equal(network.counters.total, 0);
  });

  it('has every canister in the state that the tree shows', async (t) => {
    const { api, at, on, monitor, network, project } = await setUp(t);
    const before = await api.state(on('ledger'));
    assert.deepEqual([before.status, before.stale, before.cycles], ['unknown', false, undefined]);
    assert.equal(network.counters.total, 0);
    await monitor.refresh();
    const names = (await api.canisters(at)).map(({ name }) => name);
    const states = await Promise.all(names.map((name) => api.state(on(name))));
    const statuses = Object.fromEntries(states.map(({ canister, status }) => [canister, status]));
    assert.equal(statuses['ledger'], 'running');
    assert.equal(statuses['oracle'], 'hidden');
    for (const { canister, id, controllers } of states) {
      const state = monitor.canister(canister);
      assert.equal(id, state?.id);
      assert.deepEqual(controllers, state?.facts?.exists ? state.facts.controllers : undefined);
    }
    assert.equal(states.find(({ canister }) => canister === 'ledger')?.id, project.ids.get('ledger'));
    await network.stop();
    await monitor.refresh();
    const after = await api.state(on('ledger'));
    assert.deepEqual([after.status, after.stale, typeof after.checkedAt], ['running', true, 'number']);
    assert.equal(after.problem, undefined);
    const asked = await api.refresh(on('ledger'));
    assert.deepEqual([asked.status, asked.stale], ['running', true]);
    assert.ok(asked.problem);
  });

  it('gives copies that nobody can change', async (t) => {
    const { api, at, on, monitor } = await setUp(t);
    await monitor.refresh();
    const frozen = (value: unknown): void => {
      if (typeof value === 'object' && value !== null) {
        assert.ok(
          Object.isFrozen(value),
          JSON.stringify(value, (_, each) => (typeof each === 'bigint' ? 0 : each)),
        );
        Object.values(value).forEach(frozen);
      }
    };
    [await api.projects(), await api.canisters(at), await api.state(on('ledger'))].forEach(frozen);
    const { controllers } = await api.state(on('ledger'));
    assert.notEqual(controllers, monitor.canister('ledger')?.facts?.controllers);
    assert.ok(!Object.isFrozen(monitor.canister('ledger')?.facts?.controllers));
  });

  it('tells apart what is on other targets, and asks about that alone when it is asked', async (t) => {
    const { api, at, on, monitor, network, project } = await setUp(t);
    await api.refresh(on('ledger'));
    const asked = network.counters.total;
    const other = await api.state(on('ledger', 'ic'));
    assert.deepEqual(
      [other.target, other.status, other.checkedAt],
      ['ic', other.id ? 'unknown' : 'not-created', undefined],
    );
    assert.equal(network.counters.total, asked);
    assert.equal(monitor.snapshot.target.name, 'local');
    const [{ targets } = { targets: [] }] = await api.projects();
    assert.deepEqual(
      targets.filter(({ selected }) => selected).map(({ name, mainnet }) => [name, mainnet]),
      [['local', false]],
    );
    assert.equal(targets.find(({ name }) => name === 'ic')?.mainnet, true);
    const ledger = (await api.canisters(at)).find(({ name }) => name === 'ledger');
    assert.equal(ledger?.ids.find(({ target }) => target === 'local')?.id, project.ids.get('ledger'));
  });

  it('asks another target when it is told to, and leaves what is selected alone', async (t) => {
    const { api, on, monitor, network, project } = await setUp(t);
    const config = JSON.parse(readFileSync(project.dfxJson, 'utf8'));
    config.networks = { ...config.networks, lab: { providers: [network.url], type: 'persistent' } };
    write(project.dfxJson, config);
    write(path.join(monitor.root, 'canister_ids.json'), { ledger: { lab: project.ids.get('ledger') } });
    const before = await api.state(on('ledger', 'lab'));
    assert.deepEqual([before.id, before.status], [project.ids.get('ledger'), 'unknown']);
    assert.equal(network.counters.total, 0);
    const asked = await api.refresh(on('ledger', 'lab'));
    assert.deepEqual([asked.target, asked.status], ['lab', 'running']);
    assert.deepEqual(await api.state(on('ledger', 'lab')), asked);
    assert.equal((await api.state(on('ledger'))).status, 'unknown');
    assert.equal(monitor.snapshot.target.name, 'local');
    assert.equal(await codeOf(api.run('stop', [on('ledger', 'lab')])), 'target-not-selected');
  });

  it('keeps states fresh for as long as anybody watches', async (t) => {
    const { api, viewers } = await setUp(t);
    const [one, two] = [api.watch(), api.watch()];
    one.dispose();
    one.dispose();
    assert.ok(viewers.every(([visible]) => visible));
    two.dispose();
    assert.deepEqual(viewers.at(-1), [false, 'api']);
  });

  it('runs on the target that is named, at the moment when it begins', async (t) => {
    const ran: string[] = [];
    const { api, on, selection, monitor, trust } = await setUp(
      t,
      async (operation, targets, { interactive, check }) => {
        check();
        ran.push(`${operation} ${targets.map(({ canister }) => canister)} ${interactive}`);
        await selection.setTarget(monitor.manifest, 'ic');
        await monitor.load();
        assert.throws(check, { code: 'target-not-selected' });
        await selection.setTarget(monitor.manifest, 'local');
        await monitor.load();
        trust.isTrusted = false;
        assert.throws(check, { code: 'untrusted' });
        trust.isTrusted = true;
      },
    );
    await api.run('stop', [on('ledger'), on('ledger')]);
    await api.run('stop', [on('ledger')], { interactive: true });
    assert.deepEqual(ran, ['stop ledger false', 'stop ledger true']);
    assert.equal(await codeOf(api.run('start', [on('ledger')])), 'not-applicable');
    assert.equal(await codeOf(api.run('stop', [on('ledger'), on('ledger', 'ic')])), 'target-not-selected');
    assert.equal(await codeOf(api.run('stop', [{ ...on('ledger'), target: undefined as never }])), 'unknown-target');
    // Of several, one that does not fit keeps all from being done.
    assert.equal(await codeOf(api.run('stop', [on('ledger'), on('internet_identity')])), 'not-applicable');
    assert.equal(ran.length, 2);
  });

  it('has a code for every failure', async (t) => {
    let kind: FailureKind = 'other';
    const { api, on } = await setUp(t, async () => {
      throw new Failure({ kind, message: msg('Cancelled.') });
    });
    const expected = { cancelled: 'cancelled', declined: 'cancelled', 'needs-confirmation': 'needs-confirmation' };
    const network = { offline: 'network', busy: 'network', clock: 'network', garbage: 'network' };
    for (const [each, code] of Object.entries({ ...expected, ...network, security: 'security', compile: 'failed' })) {
      kind = each as FailureKind;
      assert.equal(await codeOf(api.run('stop', [on('ledger')])), code, each);
    }
    const state: CanisterState = await api.refresh(on('ledger'));
    assert.equal(state.status, 'running');
  });
});

describe('docs/api.md', () => {
  it('shows the extension that the tests run', () => {
    const page = readFileSync(path.join(ROOT, 'docs/api.md'), 'utf8');
    const code = readFileSync(path.join(ROOT, 'test/extension/native/low-on-cycles/extension.ts'), 'utf8');
    const shown = /```ts\n([\s\S]*?)```/.exec(page)?.[1];
    assert.equal(shown, code.replace("'../../../../types/ic-canisters'", "'./ic-canisters'"));
  });
});
