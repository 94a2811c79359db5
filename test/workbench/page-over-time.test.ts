/** What was measured of a canister, on its page: a chart, exact values by keyboard, a table. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Example, startExample } from '../support/example';
import { violations } from './support/accessibility';
import { Workbench } from './support/workbench';

describe("a canister's page over time", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-page-time-'));
  let example: Example;
  let workbench: Workbench;

  before(async () => {
    example = await startExample(folder);
    // The network, which is asked every ten seconds, is here asked twice each second.
    workbench = await Workbench.open({ folder: example.project, env: example.env, hurry: 20 });
    await workbench.openCanisterPage('hello_ledger');
  });
  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('draws what was measured, and reads it by keyboard and as a table', () =>
    workbench.watched('page-over-time', async () => {
      const { webview } = workbench;
      await webview.getByRole('tab', { name: 'Overview' }).focus();
      await workbench.press('ArrowLeft');
      const chart = webview.getByRole('img', { name: /^Cycles/ });
      await chart.waitFor();
      const changes = [
        [3_000_000_000_000n, /: (?:3|2\.99\d*) T$/],
        [2_900_000_000_000n, /: 2\.(?:9|89\d*) T$/],
        [2_950_000_000_000n, /: 2\.9[45]\d* T$/],
      ] as const;
      for (const [cycles, shown] of changes) {
        await example.network.changeCanister(example.ids.hello_ledger, { cycles });
        // Where one reads stays where it is when more is measured.
        for (const started = Date.now(); !(await webview.getByText(shown).isVisible()); ) {
          assert.ok(Date.now() - started < 30_000, `${cycles} was not measured`);
          await chart.focus();
          await workbench.press('End');
          await workbench.page.waitForTimeout(200);
        }
      }
      await webview.getByText(/^Freezes at rest in [\d,]+ days/).waitFor();
      const drawn = webview.getByRole('img', { name: /^Cycles, between 2\.(?:8\d*|9) T and 3\.\d* T, / });
      await drawn.focus();
      await workbench.press('Home');
      const first = await webview.getByText(/: 3\.1\d* T$/).textContent();
      await workbench.press('ArrowRight');
      await webview.getByText(first ?? '', { exact: true }).waitFor({ state: 'detached' });
      await workbench.press('End');
      await webview.getByText(/: 2\.9[45]\d* T$/).waitFor();
      await workbench.screenshot('page-over-time-1');
      assert.deepEqual(await violations(webview), []);
      await webview.getByText('As a table').press('Enter');
      const rows = webview.getByRole('row');
      assert.ok((await rows.count()) >= 4);
      const [time, value] = (first ?? '').split(': ');
      await rows.filter({ hasText: time! }).filter({ hasText: value! }).waitFor();
      await webview.getByRole('combobox', { name: 'What is shown' }).selectOption('Memory');
      await webview.getByRole('img', { name: /^Memory, between [\d.]+ KiB and/ }).waitFor();
      await webview.getByRole('combobox', { name: 'What is shown' }).selectOption('Wasm memory');
      await webview.getByRole('img', { name: /^Wasm memory, between [\d.]+ \w+ and/ }).waitFor();
      await workbench.screenshot('page-over-time-memory');
      await workbench.runCommand('Preferences: Color Theme');
      await workbench.type('Dark High Contrast');
      await workbench.quickInput.waitFor({ state: 'hidden' });
      await webview.getByRole('combobox', { name: 'What is shown' }).selectOption('Cycles burned a day');
      await workbench.screenshot('page-over-time-2-contrast');
      assert.deepEqual(await violations(webview), []);
    }));

  it('is there again when the page is opened again', () =>
    workbench.watched('page-over-time-again', async () => {
      const { webview } = workbench;
      await workbench.runCommand('View: Close All Editors');
      await workbench.contextMenu(workbench.row(/^hello_ledger\b/), 'Open canister page');
      await webview.getByRole('tab', { name: 'Over time' }).click();
      await webview.getByRole('img', { name: /^Cycles, between 2\.(?:8\d*|9) T and 3\.1\d* T/ }).waitFor();
    }));

  it('begins with what was measured while only the view showed the canister', () =>
    workbench.watched('page-over-time-view', async () => {
      const { webview } = workbench;
      const opened = Date.now();
      await workbench.runCommand('View: Close All Editors');
      await workbench.openCanisterPage('hello_backend');
      await webview.getByRole('tab', { name: 'Over time' }).click();
      const chart = webview.getByRole('img', { name: /^Cycles, between / });
      await chart.waitFor({ timeout: 30_000 });
      await chart.focus();
      await workbench.press('Home');
      const said = await webview.getByText(/: [\d.]+ T$/).textContent();
      assert.ok(Date.parse((said ?? '').split(': ')[0] ?? '') < opened, said ?? '');
    }));
});
