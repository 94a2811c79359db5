/** Settings and snapshots on a canister's page. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildWasm } from '../network/index';
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

  const focused = () => workbench.webview.locator(':focus');
  const tab = (name: string) => workbench.webview.getByRole('tab', { name });

  /** The window gives the focus back a moment after a question. */
  async function focusComesTo(name: string | RegExp): Promise<void> {
    await focused()
      .and(workbench.webview.getByRole('button', { name, exact: true }))
      .waitFor();
  }

  /** Presses a key until what is in focus has a name. */
  async function goTo(name: string, key = 'Tab'): Promise<void> {
    const wanted = focused().and(workbench.webview.getByRole('button', { name, exact: true }));
    for (let step = 0; step < 40 && !(await wanted.isVisible()); step++) {
      await workbench.press(key);
    }
    await wanted.waitFor({ timeout: 1_000 });
  }

  async function inEveryTheme(name: string): Promise<void> {
    for (const theme of ['Dark High Contrast', 'Light High Contrast', 'Light Modern', 'Dark Modern']) {
      await workbench.runCommand('Preferences: Color Theme');
      await workbench.type(theme);
      await workbench.quickInput.waitFor({ state: 'hidden' });
      await workbench.page.waitForTimeout(300);
      await workbench.screenshot(`${name}-${theme.toLowerCase().replaceAll(' ', '-')}`);
      assert.deepEqual(await violations(workbench.webview), [], theme);
    }
  }

  it('compares, applies one difference and all, by keyboard alone', () =>
    workbench.watched('page-settings', async () => {
      const { webview } = workbench;
      await tab('Overview').focus();
      await workbench.press('ArrowRight');
      await workbench.press('ArrowRight');
      const row = (name: string) => webview.getByRole('row').filter({ hasText: name });
      await row('Freezing threshold').getByText('✓ as in the file').waitFor();
      await row('Wasm memory threshold').getByText('≠ differs').waitFor();
      await inEveryTheme('page-settings');
      await tab('Settings').focus();
      await workbench.press('Tab');
      await workbench.press('ArrowDown');
      await row('Freezing threshold').waitFor({ state: 'detached' });
      await goTo('Apply Wasm memory threshold');
      await workbench.press('Enter');
      await row('Wasm memory threshold').waitFor({ state: 'detached' });
      assert.equal(settings().wasmMemoryThreshold, 2n ** 20n);
      assert.notEqual(settings().wasmMemoryLimit, 2n ** 31n);
      // Whoever works by keyboard goes on from here.
      await focusComesTo(/Wasm memory limit/);
      await goTo('Apply all: 1', 'Shift+Tab');
      await workbench.press('Enter');
      await row('Wasm memory limit').waitFor({ state: 'detached' });
      assert.equal(settings().wasmMemoryLimit, 2n ** 31n);
      await focusComesTo('Apply all: 0');
      await workbench.press('Shift+Tab');
      await workbench.press('ArrowUp');
      await row('Freezing threshold').waitFor();
    }));

  it('asks for another value, and goes on asking while the page is drawn anew', () =>
    workbench.watched('page-settings-change', async () => {
      const { network, ids } = example;
      await goTo('Change Freezing threshold');
      await workbench.press('Enter');
      await workbench.quickInput.waitFor();
      const cycles = () => workbench.webview.locator('#panel-overview').textContent();
      const before = await cycles();
      await network.changeCanister(ids.hello_backend, { cycles: 1_111_000_000_000n });
      for (const started = Date.now(); (await cycles()) === before; await workbench.page.waitForTimeout(100)) {
        assert.ok(Date.now() - started < 10_000, 'the page shows the change');
      }
      await workbench.type('40 days');
      await workbench.webview
        .getByRole('row')
        .filter({ hasText: 'Freezing threshold' })
        .getByText('≠ differs')
        .waitFor();
      assert.equal(settings().freezingThreshold, 3_456_000n);
      await focusComesTo('Change Freezing threshold');
    }));

  it('changes nothing while the file cannot be read', () =>
    workbench.watched('page-settings-broken', async () => {
      const { webview } = workbench;
      const file = path.join(example.project, 'dfx.json');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.slice(0, -3));
      await webview.getByText('dfx cannot read dfx.json: nothing is changed until it is repaired.').waitFor();
      for (const button of await webview.getByRole('button', { name: /^(Apply|Change [^s])/ }).all()) {
        assert.equal(await button.getAttribute('aria-disabled'), 'true');
      }
      writeFileSync(file, text);
      await webview.getByText('dfx cannot read dfx.json: nothing').waitFor({ state: 'detached' });
    }));

  it('takes a snapshot, restores and deletes it', () =>
    workbench.watched('page-snapshots', async () => {
      const { webview } = workbench;
      await tab('Settings').focus();
      await workbench.press('ArrowRight');
      await webview.getByText('There is none yet').waitFor();
      await goTo('Take a snapshot');
      await workbench.press('Enter');
      await workbench.clickDialog('Stop and start again');
      await webview.getByText('1 of 10 that the network keeps.').waitFor();
      await focusComesTo('Take a snapshot');
      await inEveryTheme('page-snapshots');
      const { network, ids } = example;
      const { moduleHash } = network.canister(ids.hello_backend)!;
      await network.changeCanister(ids.hello_backend, { wasm: buildWasm() });
      await webview.getByRole('button', { name: 'Take a snapshot' }).focus();
      await workbench.press('Tab');
      await workbench.press('Tab');
      await focusComesTo(/^Restore the snapshot/);
      await workbench.press('Enter');
      await workbench.clickDialog('Restore snapshot');
      for (const started = Date.now(); network.canister(ids.hello_backend)!.moduleHash !== moduleHash; ) {
        assert.ok(Date.now() - started < 15_000, 'the code is that of the snapshot');
        await workbench.page.waitForTimeout(50);
      }
      await focusComesTo(/^Restore the snapshot/);
      await workbench.press('Tab');
      await webview.locator(':focus:not([aria-disabled])').waitFor();
      await workbench.press('Enter');
      await workbench.clickDialog('Delete snapshot');
      await webview.getByText('There is none yet').waitFor();
      await focusComesTo('Take a snapshot');
    }));
});
