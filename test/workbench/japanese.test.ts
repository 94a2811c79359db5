import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../host/extension-tests';
import { type Example, startExample } from '../support/example';
import { Workbench } from './support/workbench';

describe('a VS Code in Japanese', () => {
  let scratch: string;
  let example: Example;
  let workbench: Workbench;

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'ic-canisters-japanese-'));
    example = await startExample(scratch);
    workbench = await Workbench.open({ folder: example.project, env: example.env, locale: 'ja' });
  });

  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(scratch, { recursive: true, force: true });
  });

  const texts = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8')) as Record<string, string>;

  it('shows rows and menus in Japanese', () =>
    workbench.watched('japanese', async () => {
      const sentences = texts('l10n/bundle.l10n.ja.json');
      const manifest = texts('package.nls.ja.json');
      await workbench.openContainer(manifest['viewContainer.title'] ?? '');
      await workbench.row(new RegExp(`^hello_ledger\\b.*${sentences['Running']}`)).waitFor();
      await workbench.screenshot('japanese');
      const entries = await workbench.contextMenuEntries(workbench.row(/^hello_ledger\b/));
      for (const key of ['command.stop', 'command.copyId', 'command.openInDfxJson']) {
        assert.ok(entries.includes(manifest[key] ?? ''), `${manifest[key]} is not among ${entries.join(', ')}`);
      }
    }));

  it("shows a canister's page in Japanese", () =>
    workbench.watched('japanese-page', async () => {
      const sentences = texts('l10n/bundle.l10n.ja.json');
      const manifest = texts('package.nls.ja.json');
      await workbench.contextMenu(workbench.row(/^hello_worker\b/), manifest['command.openPage'] ?? '');
      const { webview } = workbench;
      for (const sentence of [
        'It is stopped: it answers no calls.',
        'Controllers',
        'The canister is frozen, and answers no calls, once its cycles would last for less than this time.',
      ]) {
        await webview
          .getByText(sentences[sentence] ?? '', { exact: true })
          .first()
          .waitFor();
      }
      await webview.getByRole('button', { name: sentences['Start'] }).first().waitFor();
      await workbench.screenshot('japanese-page');
      for (const [tab, sentence] of [
        ['Settings', 'dfx sets what is in the file when it creates the canister, and not again.'],
        ['Snapshots', 'There is none yet'],
      ] as const) {
        await webview.getByRole('tab', { name: sentences[tab], exact: true }).click();
        await webview.getByText(sentences[sentence] ?? '', { exact: true }).waitFor();
        await workbench.screenshot(`japanese-page-${tab.toLowerCase()}`);
      }
      await workbench.runCommand('Preferences: Color Theme');
      await workbench.type('Dark Modern');
      await workbench.quickInput.waitFor({ state: 'hidden' });
      for (const [tab, role, name] of [
        ['Call', 'searchbox', 'Search methods'],
        ['Log', 'searchbox', 'Search the log'],
        ['Over time', 'combobox', 'What is shown'],
      ] as const) {
        await webview.getByRole('tab', { name: sentences[tab], exact: true }).click();
        await webview.getByRole(role, { name: sentences[name] }).waitFor();
        await workbench.screenshot(`japanese-page-${tab.toLowerCase().replace(' ', '-')}`);
      }
    }));

  it('shows the walkthrough in Japanese', () =>
    workbench.watched('japanese-walkthrough', async () => {
      const manifest = texts('package.nls.ja.json');
      await workbench.runCommand('Welcome: Open Walkthrough...');
      await workbench.choose(manifest['walkthrough.title'] ?? '');
      for (const name of ['project', 'network', 'deploy', 'call', 'logs', 'where']) {
        await workbench.page
          .getByText(manifest[`walkthrough.${name}.title`] ?? '', { exact: true })
          .first()
          .waitFor();
      }
      await workbench.screenshot('japanese-walkthrough');
    }));
});
