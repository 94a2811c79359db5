import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { hurry } from '../../host/hurry';

const EXTENSION = 'ic-canisters.ic-canisters';

interface Suite {
  readonly network: string;
  readonly alice: string;
  readonly dfxJson: string;
  readonly idFile: string;
  readonly ids: Readonly<Record<string, string>>;
}

interface Control {
  readonly counters: { readonly total: number; readonly byKind: Readonly<Record<string, number>> };
  readonly canisters: readonly { readonly id: string; readonly status: string }[];
}

const suite = JSON.parse(process.env['TREE_SUITE'] ?? '{}') as Suite;
const { dfxJson, idFile, ids } = suite;

async function post(route: string, body: unknown): Promise<unknown> {
  const response = await fetch(suite.network + route, { method: 'POST', body: JSON.stringify(body) });
  assert.ok(response.ok, `${route}: HTTP ${response.status}`);
  return await response.json();
}

const control = async (request: object = {}) => (await post('/_/control', request)) as Control;

const statusOf = async (canister: string) =>
  (await control()).canisters.find(({ id }) => id === (ids[canister] ?? canister))?.status;

async function until<T>(what: string, read: () => Promise<T>, holds: (value: T) => boolean, ms = 10_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = await read();
    if (holds(value)) {
      return value;
    }
    assert.ok(Date.now() < deadline, `not within ${ms} ms: ${what}; last: ${JSON.stringify(value)}`);
    await sleep(100);
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);
const showView = () => run('icCanisters.canisters.focus');
const hideView = () => run('workbench.view.explorer');

/** Runs a command for a canister until it takes effect: files are followed with a short delay. */
async function copiedId(canister: string): Promise<string> {
  await vscode.env.clipboard.writeText('');
  await run('icCanisters.copyId', { manifest: dfxJson, canister });
  return await vscode.env.clipboard.readText();
}

/** Base64 of a Wasm module with nothing in it: without one there is nothing to stop. */
const EMPTY_MODULE = 'AGFzbQEAAAA=';

describe('a project with a running network', () => {
  it('is not asked about while its view has not been shown', async () => {
    const extension = vscode.extensions.getExtension(EXTENSION);
    assert.ok(extension);
    await extension.activate();
    await hideView();
    await sleep(1_000);
    const { counters } = await control();
    assert.equal(counters.total, 0);
    assert.deepEqual(
      Object.keys(require.cache).filter((file) => file.endsWith(path.join('dist', 'agent.js'))),
      [],
    );
  });

  it('is asked once the view is shown: every canister that has an id', async () => {
    await showView();
    const counted = await until('answers', control, ({ counters }) => counters.byKind['query']! >= 9);
    // Each of the sample's ids, and the two that dfx.json itself names; one question each, and none is an update.
    assert.ok(counted.counters.byKind['query']! <= 2 * (Object.keys(ids).length + 2), JSON.stringify(counted.counters));
    assert.equal(counted.counters.byKind['call'], 0);
  });

  it('stops and starts canisters by command', async () => {
    await run('icCanisters.stop', { manifest: dfxJson, canister: 'ledger' });
    assert.equal(await statusOf('ledger'), 'stopped');
    await run('icCanisters.start', { manifest: dfxJson, canister: 'ledger' });
    assert.equal(await statusOf('ledger'), 'running');
  });

  it('stops all rows that are selected', async () => {
    const nodes = ['hello_backend', 'kybra_app'].map((canister) => ({ manifest: dfxJson, canister }));
    await run('icCanisters.stop', nodes[0], nodes);
    assert.deepEqual([await statusOf('hello_backend'), await statusOf('kybra_app')], ['stopped', 'stopped']);
    await run('icCanisters.start', nodes[0], nodes);
    assert.deepEqual([await statusOf('hello_backend'), await statusOf('kybra_app')], ['running', 'running']);
  });

  it('leaves canisters alone whose state does not fit, and arguments that are none of its own', async () => {
    // Nobody is there to answer what a command may ask; it must come back all the same or ask, and change nothing.
    void run('icCanisters.stop', { manifest: dfxJson, canister: 'archive' });
    void run('icCanisters.stop', { manifest: dfxJson, canister: 'no such canister' });
    void run('icCanisters.stop', { manifest: '/no/such/dfx.json', canister: 'ledger' });
    await sleep(500);
    await run('workbench.action.closeQuickOpen');
    assert.equal(await statusOf('archive'), 'stopped');
    assert.equal(await statusOf('ledger'), 'running');
  });

  it('copies ids', async () => {
    assert.equal(await copiedId('ledger'), ids['ledger']);
    assert.equal(await copiedId('internet_identity'), 'rdmx6-jaaaa-aaaaa-aaadq-cai');
  });

  it('opens a canister in dfx.json, at its name', async () => {
    await run('icCanisters.openInDfxJson', { manifest: dfxJson, canister: 'archive' });
    const editor = vscode.window.activeTextEditor;
    assert.equal(editor?.document.uri.fsPath, dfxJson);
    assert.equal(editor.document.getText(editor.selection), '"archive"');
    await run('workbench.action.closeAllEditors');
  });

  it('follows its files without a reload', async () => {
    await showView();
    const { id } = (await post('/_/canisters', { controllers: [suite.alice], wasm: EMPTY_MODULE })) as { id: string };
    const config = JSON.parse(readFileSync(dfxJson, 'utf8')) as { canisters: Record<string, unknown> };
    writeFileSync(
      dfxJson,
      JSON.stringify({ ...config, canisters: { ...config.canisters, fresh: { main: 'fresh.mo' } } }),
    );
    const stored = JSON.parse(readFileSync(idFile, 'utf8')) as Record<string, unknown>;
    writeFileSync(idFile, JSON.stringify({ ...stored, fresh: { local: id } }));
    await until(
      'the new canister',
      () => copiedId('fresh'),
      (copied) => copied === id,
    );

    const stop = async () => {
      // Until its state is known, there is nothing to stop.
      await run('icCanisters.stop', { manifest: dfxJson, canister: 'fresh' });
      return await statusOf(id);
    };
    await until('it stops', stop, (status) => status === 'stopped');

    writeFileSync(idFile, JSON.stringify(stored));
    await until(
      'its id is gone',
      () => copiedId('fresh'),
      (copied) => copied === '',
    );
  });

  it('is not asked while the view is hidden, and again when it is shown', async () => {
    // The calm interval of ten seconds becomes one of a quarter of a second.
    const undo = hurry(40);
    try {
      await showView();
      await run('icCanisters.refresh');
      await control({ resetCounters: true });
      await until('refreshes by themselves', control, ({ counters }) => counters.byKind['query']! > 15);
      await hideView();
      await sleep(500);
      await control({ resetCounters: true });
      await sleep(1_000);
      assert.equal((await control()).counters.total, 0);
      await showView();
      await until('a refresh', control, ({ counters }) => counters.byKind['query']! > 5);
    } finally {
      undo();
    }
  });

  it('is not asked about by a file that changes while the view is hidden', async () => {
    await hideView();
    await sleep(500);
    await control({ resetCounters: true });
    writeFileSync(idFile, readFileSync(idFile, 'utf8'));
    await sleep(1_000);
    assert.equal((await control()).counters.total, 0);
  });
});
