/** Settings, snapshots, cycles and uninstalling, by hand. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Example, type ExampleCanister, startExample } from '../support/example';
import { Workbench } from './support/workbench';

describe('managing a canister', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-manage-'));
  let example: Example;
  let workbench: Workbench;
  const row = (canister: ExampleCanister) => workbench.row(new RegExp(`^${canister}\\b`));
  const info = (canister: ExampleCanister) =>
    example.network.canister(example.ids[canister]) ?? assert.fail(`${canister} is gone`);
  const until = async (what: string, holds: () => boolean) => {
    const deadline = Date.now() + 15_000;
    while (!holds()) {
      assert.ok(Date.now() < deadline, `not in time: ${what}`);
      await workbench.page.waitForTimeout(50);
    }
  };
  const entry = (label: string | RegExp) => workbench.quickInput.locator('.monaco-list-row').filter({ hasText: label });

  /** The row says nothing of an operation any more: until then its menu offers none. */
  const atRest = async (canister: ExampleCanister, state: string) => {
    await workbench.rowLabels('Canisters');
    await workbench.row(new RegExp(`^${canister}, ${state}`)).waitFor();
  };

  /** Types into the input box with this prompt, once it is there: what is typed before goes into the list above it. */
  const answer = async (prompt: string, text: string, accept = true) => {
    await workbench.inputMessage.filter({ hasText: prompt }).waitFor();
    await workbench.type(text, accept);
  };

  before(async () => {
    example = await startExample(folder);
    workbench = await Workbench.open({ folder: example.project, env: example.env });
    await workbench.openContainer('Internet Computer');
    await workbench.row(/^hello_ledger\b.*running/i).waitFor();
  });
  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows its settings and changes them, with their units', () =>
    workbench.watched('settings', async () => {
      await workbench.contextMenu(row('hello_ledger'), 'Settings…');
      await entry('Freezing threshold').waitFor();
      await workbench.screenshot('settings-1-list');
      await workbench.choose('Wasm memory limit');
      await answer('Bytes, or a size', '2 parsecs', false);
      await workbench.inputMessage.filter({ hasText: 'Bytes, or a size such as' }).waitFor();
      await workbench.type('2 GiB');
      await until('the limit', () => info('hello_ledger').settings.wasmMemoryLimit === 2n ** 31n);
      // The list is there again, with the new value.
      await entry('2 GiB').waitFor();
      await workbench.choose('Freezing threshold');
      await answer('Seconds, or a time', '1 day');
      await workbench.dialog.getByText('With a very short threshold').waitFor();
      await workbench.screenshot('settings-2-very-short');
      await workbench.clickDialog('Cancel');
      await entry('Freezing threshold').waitFor();
      await workbench.choose('Freezing threshold');
      await answer('Seconds, or a time', '60 days');
      await until('the threshold', () => info('hello_ledger').settings.freezingThreshold === 5_184_000n);
    }));

  it('adds a controller, warns before it removes the identity in use, and shows the log to everybody', () =>
    workbench.watched('controllers', async () => {
      await entry('Controllers').first().waitFor();
      await workbench.choose(/^Controllers/);
      await workbench.choose('Add a controller…');
      // Identities and canisters of the project are offered by their names.
      await entry('alice (identity)').waitFor();
      await entry('hello_backend (canister)').waitFor();
      await workbench.screenshot('settings-controllers-choose');
      await workbench.choose('Another principal…');
      await answer('A principal', 'rwlgt-iiaaa-aaaaa-aaaaa-ca', false);
      await workbench.inputMessage.filter({ hasText: 'not a principal' }).waitFor();
      await workbench.type('rwlgt-iiaaa-aaaaa-aaaaa-cai');
      await until('two controllers', () => info('hello_ledger').controllers.length === 2);
      await entry('Log visibility').waitFor();
      await workbench.choose(/^Controllers/);
      await entry('default, the identity in use').waitFor();
      await workbench.choose(new RegExp(example.identity.principal));
      await workbench.dialog.getByText('This is the identity in use').waitFor();
      await workbench.screenshot('settings-3-remove-self');
      await workbench.clickDialog('Cancel');
      await entry('Log visibility').waitFor();
      await workbench.choose(/^Log visibility/);
      await workbench.choose('Everybody');
      await until('public logs', () => info('hello_ledger').settings.logVisibility === 'public');
      await entry('Log visibility').waitFor();
      await workbench.press('Escape');
      assert.equal(info('hello_ledger').controllers.length, 2);
      await atRest('hello_ledger', 'Running');
    }));

  it('adds a controller by name from the row of the controllers', () =>
    workbench.watched('add-controller', async () => {
      await workbench.expand(row('hello_frontend'));
      await workbench.inlineAction(workbench.row(/^Controllers, 1/, 'Canisters'), 'Add controller…');
      await workbench.choose('alice (identity)');
      await until('two controllers', () => info('hello_frontend').controllers.length === 2);
      await workbench.expand(workbench.row(/^Controllers, 2/, 'Canisters'));
      await workbench.row(/^[a-z0-9-]{63}, alice \(identity\)/, 'Canisters').waitFor();
      await workbench.screenshot('controllers-rows');
      const tooltip = await workbench.tooltip(workbench.row(/^Controllers, 2/, 'Canisters'));
      assert.match(tooltip, /alice \(identity\)/);
      assert.match(tooltip, /default/);
      await workbench.screenshot('controllers-tooltip');
      await workbench.collapse(row('hello_frontend'));
    }));

  it('takes a snapshot, stopping the canister meanwhile, restores and deletes it', () =>
    workbench.watched('snapshots', async () => {
      const before = info('hello_ledger').moduleHash;
      await workbench.contextMenu(row('hello_ledger'), 'Snapshots…');
      await workbench.choose('Take a snapshot');
      await workbench.dialog.getByText('hello_ledger has to be stopped for this.').waitFor();
      await workbench.screenshot('snapshots-1-stop');
      await workbench.clickDialog('Stop and start again');
      await entry(/KiB|MiB|\bB\b/)
        .first()
        .waitFor();
      await workbench.screenshot('snapshots-2-list');
      assert.equal(info('hello_ledger').status, 'running');
      await entry(/KiB|MiB|\bB\b/)
        .first()
        .click();
      await workbench.choose('Restore');
      await workbench.dialog.getByText('Restore a snapshot of hello_ledger on local as default?').waitFor();
      await workbench.dialog.getByText('started again after').waitFor();
      await workbench.screenshot('snapshots-3-restore');
      await workbench.clickDialog('Restore snapshot');
      await entry(/KiB|MiB|\bB\b/)
        .first()
        .waitFor();
      assert.equal(info('hello_ledger').moduleHash, before);
      assert.equal(info('hello_ledger').status, 'running');
      await entry(/KiB|MiB|\bB\b/)
        .first()
        .click();
      await workbench.choose('Delete');
      await workbench.clickDialog('Delete snapshot');
      await workbench.quickInput.locator('input[placeholder="There is none yet"]').waitFor();
      await workbench.press('Escape');
    }));

  it('gets cycles', () =>
    workbench.watched('top-up', async () => {
      const before = info('hello_worker').cycles;
      await workbench.contextMenu(row('hello_worker'), 'Top up…');
      await answer('Cycles for each canister', 'a lot', false);
      await workbench.inputMessage.filter({ hasText: 'Enter an amount of cycles' }).waitFor();
      await workbench.type('2.5 T', false);
      await workbench.inputMessage.filter({ hasText: '2.5 T cycles' }).waitFor();
      await workbench.type('2.5 T');
      await until('the cycles', () => info('hello_worker').cycles > before + 2_000_000_000_000n);
      await atRest('hello_worker', 'Stopped');
    }));

  it('asks before it uninstalls the code', () =>
    workbench.watched('uninstall', async () => {
      await workbench.contextMenu(row('hello_worker'), 'Uninstall code…');
      await workbench.dialog.getByText('Uninstall hello_worker on local as default?').waitFor();
      await workbench.screenshot('uninstall-1');
      await workbench.clickDialog('Cancel');
      assert.ok(info('hello_worker').moduleHash);
      await workbench.contextMenu(row('hello_worker'), 'Uninstall code…');
      await workbench.clickDialog('Uninstall');
      await until('no code', () => info('hello_worker').moduleHash === undefined);
    }));

  it('says that somebody else may not see its log', () =>
    workbench.watched('logs-denied', async () => {
      await example.network.changeCanister(example.ids.hello_frontend, { controllers: ['aaaaa-aa'] });
      await workbench.runCommand('Canisters: Refresh');
      await workbench.row(/^hello_frontend\b.*not a controller/).waitFor();
      await workbench.contextMenu(row('hello_frontend'), 'Show canister logs');
      await workbench.notification(/cannot be read as default.*only to controllers and allowed viewers/).waitFor();
      await workbench.screenshot('logs-denied');
    }));
});
