/** The API for other extensions, as another extension has got it. */
import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import type {
  Canister,
  FinishedOperation,
  IcCanistersApi,
  IcCanistersError,
  IcCanistersExports,
  StatesChange,
  TargetedCanister,
} from '../../../types/ic-canisters';
import { hurry } from '../../host/hurry';

interface Suite {
  readonly dfxJson: string;
  readonly network: string;
  readonly ids: Readonly<Record<string, string>>;
}

const suite = JSON.parse(process.env['NATIVE_SUITE'] ?? '{}') as Suite;
const project = vscode.Uri.file(suite.dfxJson);
const on = (canister: string, target = 'local'): TargetedCanister => ({ project, canister, target });
const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

async function until(what: string, holds: () => boolean, ms = 15_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!holds()) {
    assert.ok(Date.now() < deadline, `not within ${ms} ms: ${what}`);
    await sleep(50);
  }
}

async function requests(): Promise<number> {
  const response = await fetch(`${suite.network}/_/control`);
  return ((await response.json()) as { counters: { total: number } }).counters.total;
}

/** The code that a call of the API rejects with. */
async function codeOf(work: Promise<unknown>): Promise<string> {
  const error = await work.then(
    () => assert.fail('it was done'),
    (reason: IcCanistersError) => reason,
  );
  assert.ok(error instanceof Error);
  assert.equal(error.name, 'IcCanistersError');
  assert.notEqual(error.message, '');
  return error.code;
}

describe('another extension', () => {
  let api: IcCanistersApi;
  before(async () => {
    await vscode.commands.executeCommand('workbench.view.explorer');
    api = (await vscode.extensions.getExtension<IcCanistersApi>('example.low-on-cycles')!.activate()) as IcCanistersApi;
  });

  it('gets a version of the API that is there, and is told where it is not', async () => {
    const ours = vscode.extensions.getExtension<IcCanistersExports>('ic-canisters.ic-canisters')!.exports;
    assert.equal(await ours.getApi(1), api);
    assert.equal(api.version, 1);
    assert.equal(await codeOf(ours.getApi(2 as 1)), 'unsupported-version');
  });

  it('lists projects with their targets, and canisters with their ids, without a request', async () => {
    await sleep(300);
    const before = await requests();
    const [found, ...others] = await api.projects();
    assert.deepEqual(others, []);
    assert.equal(found?.manifest.fsPath, project.fsPath);
    assert.equal(found.tool, 'dfx');
    assert.equal(found.label, 'hello');
    assert.equal(found.identity, 'default');
    const targets = found.targets.map(({ name, selected, local, mainnet }) => [name, selected, local, mainnet]);
    assert.deepEqual(
      targets.filter(([name]) => name === 'local' || name === 'ic'),
      [
        ['local', true, true, false],
        ['ic', false, false, true],
      ],
    );
    const canisters = await api.canisters(project);
    const ids = canisters.map(({ name, ids }: Canister) => [name, ids.find(({ target }) => target === 'local')?.id]);
    assert.deepEqual(Object.fromEntries(ids), suite.ids);
    assert.deepEqual(canisters.find(({ name }) => name === 'hello_visitor')?.dependencies, ['hello_backend']);
    const { id, status, cycles } = await api.state(on('hello_backend', 'ic'));
    assert.deepEqual([id, status, cycles], [undefined, 'not-created', undefined]);
    assert.equal(await requests(), before);
  });

  it('reads states, which it cannot change', async () => {
    const state = await api.refresh(on('hello_backend'));
    assert.equal(state.status, 'running');
    assert.equal(state.label, 'Running');
    assert.equal(state.id, suite.ids['hello_backend']);
    assert.ok(state.cycles! > 2_000_000_000_000n);
    assert.match(state.moduleHash!, /^[0-9a-f]{64}$/);
    assert.equal(state.controllers?.length, 1);
    assert.ok(state.operations.includes('stop') && !state.operations.includes('start'));
    assert.throws(() => ((state as { status: string }).status = 'stopped'), TypeError);
    assert.throws(() => (state.controllers as string[]).push('x'), TypeError);
    assert.throws(() => ((api as { version: number }).version = 2), TypeError);
    assert.deepEqual(await api.state({ project, canister: 'hello_backend' }), state);
    assert.equal((await api.refresh(on('hello_worker'))).status, 'stopped');
  });

  it('has states kept fresh while it holds a watch, and no longer', async () => {
    const ledger = `${suite.network}/_/canisters/${suite.ids['hello_ledger']}`;
    const set = (status: string) => fetch(ledger, { method: 'POST', body: JSON.stringify({ status }) });
    const seen: string[] = [];
    const listening = api.onDidChangeStates(async ({ canisters = ['hello_ledger'] }: StatesChange) => {
      if (canisters.includes('hello_ledger')) {
        seen.push((await api.state(on('hello_ledger'))).status);
      }
    });
    // A local network is asked every ten seconds; here twice each second.
    const undo = hurry(20);
    try {
      assert.match(await vscode.commands.executeCommand<string>('lowOnCycles.show'), /^\$\(warning\) \d$/);
      await until('it runs', () => seen.at(-1) === 'running');
      await set('stopped');
      await until('another program has stopped it', () => seen.at(-1) === 'stopped');
      await set('running');
      await until('it runs again', () => seen.at(-1) === 'running');
    } finally {
      listening.dispose();
      await vscode.commands.executeCommand('lowOnCycles.hide');
    }
    try {
      await sleep(500);
      const before = await requests();
      await sleep(1_500);
      assert.equal(await requests(), before);
    } finally {
      undo();
    }
  });

  it('runs what needs no question, and is told when it has ended', async () => {
    const finished: FinishedOperation[] = [];
    const listening = api.onDidFinishOperation((operation) => finished.push(operation));
    await api.run('stop', [on('hello_backend')]);
    assert.equal((await api.state(on('hello_backend'))).status, 'stopped');
    assert.equal(await codeOf(api.run('stop', [on('hello_backend')])), 'not-applicable');
    await api.run('start', [on('hello_backend')]);
    listening.dispose();
    const ended = finished.map(({ operation, canisters }) => [operation, canisters.map(({ ended }) => ended)]);
    assert.deepEqual(ended, [
      ['stop', ['done']],
      ['start', ['done']],
    ]);
    assert.equal((await api.refresh(on('hello_backend'))).status, 'running');
  });

  it('calls queries, and nothing else', async () => {
    const { candid, trust } = await api.query(on('hello_backend'), 'count', '()');
    assert.deepEqual([candid, trust], ['(0 : nat)', 'unchecked']);
    assert.equal(await codeOf(api.query(on('hello_backend'), 'greet', '("you")')), 'not-a-query');
    assert.equal(await codeOf(api.query(on('hello_backend'), 'count', 'what?')), 'candid');
    // It is stopped.
    assert.equal(await codeOf(api.query(on('hello_worker'), 'ticks', '()')), 'rejected');
  });

  it('is told by a code why an operation came to nothing', async () => {
    const control = (request: object) =>
      fetch(`${suite.network}/_/control`, { method: 'POST', body: JSON.stringify(request) });
    const finished: string[] = [];
    const listening = api.onDidFinishOperation(({ canisters }) =>
      finished.push(...canisters.map(({ ended }) => ended)),
    );
    try {
      await control({ faults: { outage: 'garbage', only: ['call'] } });
      assert.equal(await codeOf(api.run('stop', [on('hello_backend')])), 'network');
      await control({ resetFaults: true, faults: { stopMs: 60_000 } });
      const source = new vscode.CancellationTokenSource();
      const stopping = codeOf(api.run('stop', [on('hello_backend')], { token: source.token }));
      await sleep(1_000);
      source.cancel();
      assert.equal(await stopping, 'cancelled');
    } finally {
      await control({ resetFaults: true });
      listening.dispose();
    }
    assert.deepEqual(finished, ['failed', 'cancelled']);
    assert.equal((await api.refresh(on('hello_backend'))).status, 'stopping');
    await api.run('start', [on('hello_backend')]);
  });

  it('does nothing that the user would be asked about', async () => {
    assert.equal(await codeOf(api.run('uninstall', [on('hello_backend')])), 'needs-confirmation');
    const create = on('hello_backend', 'ic');
    assert.equal(await codeOf(api.run('create', [create])), 'target-not-selected');
    await vscode.commands.executeCommand('icCanisters.useNetwork', { manifest: suite.dfxJson, network: 'ic' });
    try {
      assert.equal(await codeOf(api.run('create', [create])), 'needs-confirmation');
      assert.equal(await codeOf(api.run('stop', [on('hello_backend')])), 'target-not-selected');
    } finally {
      await vscode.commands.executeCommand('icCanisters.useNetwork', { manifest: suite.dfxJson, network: 'local' });
    }
    assert.equal((await api.refresh(on('hello_backend'))).status, 'running');
  });

  it('is told what there is not', async () => {
    const elsewhere = vscode.Uri.file('/nowhere/dfx.json');
    assert.equal(await codeOf(api.canisters(elsewhere)), 'unknown-project');
    assert.equal(await codeOf(api.canisters(undefined as never)), 'unknown-project');
    assert.equal(await codeOf(api.state(on('__proto__'))), 'unknown-canister');
    assert.equal(await codeOf(api.state(on('hello_backend', 'nowhere'))), 'unknown-target');
    assert.equal(await codeOf(api.run('rm' as 'stop', [on('hello_backend')])), 'unknown-operation');
    const source = new vscode.CancellationTokenSource();
    source.cancel();
    assert.equal(await codeOf(api.refresh(on('hello_backend'), source.token)), 'cancelled');
  });
});
