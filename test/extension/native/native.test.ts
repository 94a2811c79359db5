import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { hurry } from '../../host/hurry';

interface Suite {
  readonly dfxJson: string;
  readonly network: string;
  readonly ids: Readonly<Record<string, string>>;
}

const suite = JSON.parse(process.env['NATIVE_SUITE'] ?? '{}') as Suite;
const backend = { manifest: suite.dfxJson, canister: 'hello_backend' };

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const run = (command: string, ...args: unknown[]) => vscode.commands.executeCommand(command, ...args);

async function until<T>(what: string, read: () => T | undefined, ms = 10_000): Promise<T> {
  const deadline = Date.now() + ms;
  for (;;) {
    const value = read();
    if (value !== undefined) {
      return value;
    }
    assert.ok(Date.now() < deadline, `not within ${ms} ms: ${what}`);
    await sleep(50);
  }
}

/** The document of an open tab, by the end of its path. */
const shown = (end: string) =>
  vscode.window.visibleTextEditors.find(({ document }) => document.uri.path.endsWith(end))?.document;

async function queries(): Promise<number> {
  const response = await fetch(`${suite.network}/_/control`);
  const { counters } = (await response.json()) as { counters: { byKind: { query: number } } };
  return counters.byKind.query;
}

/** Accepts what the open list or input box proposes, as soon as it takes effect. */
async function acceptUntil(what: string, holds: () => boolean): Promise<void> {
  for (let tries = 0; !holds(); tries++) {
    assert.ok(tries < 50, what);
    await run('workbench.action.acceptSelectedQuickOpenItem');
    await sleep(200);
  }
}

describe('commands that need no dfx', () => {
  before(async () => {
    await vscode.extensions.getExtension('ic-canisters.ic-canisters')?.activate();
    await run('icCanisters.canisters.focus');
    await run('icCanisters.refresh');
  });
  afterEach(() => run('workbench.action.closeAllEditors'));

  it('shows the log in a read-only document, and stops asking when it is closed', async () => {
    // It is looked at every two seconds; here ten times each second.
    const undo = hurry(20);
    await run('icCanisters.logs', backend);
    const document = await until('the log', () => shown('hello_backend (local).log'));
    assert.equal(document.uri.scheme, 'ic-canisters');
    assert.equal(document.languageId, 'log');
    assert.match(document.getText(), /The log is empty/);
    const text = document.getText();
    const first = await queries();
    while ((await queries()) < first + 3) {
      await sleep(50);
    }
    await run('workbench.action.focusActiveEditorGroup');
    await run('type', { text: 'x' });
    assert.equal(document.getText(), text);
    await run('workbench.action.closeAllEditors');
    await run('workbench.view.explorer');
    await sleep(500);
    const before = await queries();
    await sleep(1_000);
    assert.equal(await queries(), before);
    undo();
    await run('icCanisters.canisters.focus');
  });

  it('calls the first method of the list and shows the reply as Candid', async () => {
    const calling = run('icCanisters.call', backend);
    await acceptUntil('a reply', () => shown('hello_backend.count.candid') !== undefined);
    await calling;
    const document = await until('the reply', () => shown('hello_backend.count.candid'));
    assert.equal(document.languageId, 'candid-value');
    assert.match(document.getText(), /^\/\/ hello_backend\.count : \(\) -> \(nat\) query$/m);
    assert.match(document.getText(), /^\(0 : nat\)$/m);
    await run('icCanisters.copyReply');
    assert.equal(await vscode.env.clipboard.readText(), '(0 : nat)');
    await run('icCanisters.callAgain');
    await until('the reply again', () => shown('hello_backend.count.candid'));
  });

  it('ends quietly when a list is left', async () => {
    for (const command of ['call', 'settings', 'snapshots', 'topUp']) {
      const running = run(`icCanisters.${command}`, backend);
      const ended = running.then(() => true);
      for (let tries = 0; tries < 50; tries++) {
        await run('workbench.action.closeQuickOpen');
        if (await Promise.race([ended, sleep(200).then(() => false)])) {
          break;
        }
        assert.ok(tries < 49, command);
      }
    }
    assert.equal(shown('.candid'), undefined);
  });

  it('do nothing to a canister that does not exist', async () => {
    for (const command of ['call', 'logs', 'settings', 'snapshots', 'topUp', 'uninstall', 'openCandidUi']) {
      assert.equal(await run(`icCanisters.${command}`, { ...backend, canister: '__proto__' }), undefined);
    }
    assert.equal(vscode.window.visibleTextEditors.length, 0);
  });
});
