/** Settings and snapshots on a canister's page. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Example, startExample } from '../support/example';
import { violations } from './support/accessibility';
import { Workbench } from './support/workbench';

describe("settings and snapshots on a canister's page", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-page-settings-'));
  let example: Example;
  let workbench: Workbench;
  const settings = () => example.network.canister(example.ids.hello_backend)!.settings;

  before(async () => {
    example = await startExample(folder);
    const file = path.join(example.project, 'dfx.json');
    const content = JSON.parse(readFileSync(file, 'utf8'));
    content.canisters.hello_backend.initialization_values = {
      wasm_memory_threshold: '1 MiB',
      freezing_threshold: '30 days',
      wasm_memory_limit: '2 GiB',
    };
    writeFileSync(file, JSON.stringify(content, undefined, 2));
    workbench = await Workbench.open({ folder: example.project, env: example.env, hurry: 20 });
    await workbench.openContainer('Internet Computer');
    await workbench.row(/^hello_backend\b.*running/i).waitFor();
    await workbench.contextMenu(workbench.row(/^hello_backend\b/), 'Open canister page');
  });
  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('compares, applies one difference and all, by keyboard', () =>
    workbench.watched('page-settings', async () => {
      const { webview } = workbench;
      await webview.getByRole('tab', { name: 'Settings' }).press('Enter');
      const row = (name: string) => webview.getByRole('row').filter({ hasText: name });
      await row('Freezing threshold').getByText('✓ as in the file').waitFor();
      await row('Wasm memory threshold').getByText('≠ differs').waitFor();
      await workbench.screenshot('page-settings-1');
      assert.deepEqual(await violations(webview), []);
      await webview.getByRole('combobox', { name: 'Which settings are shown' }).selectOption('Differences');
      await row('Freezing threshold').waitFor({ state: 'detached' });
      await webview.getByRole('button', { name: 'Apply Wasm memory threshold' }).press('Enter');
      await row('Wasm memory threshold').waitFor({ state: 'detached' });
      assert.equal(settings().wasmMemoryThreshold, 2n ** 20n);
      assert.notEqual(settings().wasmMemoryLimit, 2n ** 31n);
      await webview.getByRole('button', { name: 'Apply all: 1' }).press('Enter');
      await row('Wasm memory limit').waitFor({ state: 'detached' });
      assert.equal(settings().wasmMemoryLimit, 2n ** 31n);
    }));

  it('changes nothing while the file cannot be read', () =>
    workbench.watched('page-settings-broken', async () => {
      const { webview } = workbench;
      const file = path.join(example.project, 'dfx.json');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.slice(0, -3));
      await webview.getByText('dfx cannot read dfx.json: nothing is changed until it is repaired.').waitFor();
      assert.equal(await webview.getByRole('button', { name: /^Apply/ }).isDisabled(), true);
      writeFileSync(file, text);
      await webview.getByText('dfx cannot read dfx.json: nothing').waitFor({ state: 'detached' });
    }));

  it('takes a snapshot, restores and deletes it', () =>
    workbench.watched('page-snapshots', async () => {
      const { webview } = workbench;
      await webview.getByRole('tab', { name: 'Snapshots' }).press('Enter');
      await webview.getByText('There is none yet').waitFor();
      await webview.getByRole('button', { name: 'Take a snapshot' }).press('Enter');
      await workbench.clickDialog('Stop and start again');
      await webview.getByText('1 of 10 that the network keeps.').waitFor();
      await workbench.screenshot('page-snapshots-1');
      assert.deepEqual(await violations(webview), []);
      await webview.getByRole('button', { name: /^Restore the snapshot/ }).press('Enter');
      await workbench.clickDialog('Restore snapshot');
      await workbench.statusBarItem(/Restored a snapshot of hello_backend/).waitFor();
      await webview
        .getByRole('button', { name: /^Delete the snapshot/ })
        .and(webview.locator(':enabled'))
        .press('Enter');
      await workbench.clickDialog('Delete snapshot');
      await webview.getByText('There is none yet').waitFor();
    }));
});
