/** A project of icp, beside one of dfx, where neither tool is: what the rows say, and the ways on. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../host/extension-tests';
import { DfxHome } from '../support/dfx-home';
import { Workbench } from './support/workbench';

const VIEW = 'Canisters';

describe('a workspace whose icp is missing', { skip: process.platform === 'win32' }, () => {
  let folder: string;
  let bin: string;
  let started: string;
  let env: Record<string, string>;
  let workspace: string;
  let workbench: Workbench;

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-no-tool-'));
    const home = new DfxHome(path.join(folder, 'home'));
    bin = path.join(folder, 'bin');
    started = path.join(folder, 'started');
    workspace = path.join(folder, 'workspace');
    for (const made of [bin, path.join(workspace, 'new'), path.join(workspace, 'old')]) {
      mkdirSync(made, { recursive: true });
    }
    writeFileSync(
      path.join(workspace, 'new', 'icp.yaml'),
      'canisters:\n  - name: shop\n    build: { steps: [{ type: pre-built, path: a.wasm }] }\n',
    );
    writeFileSync(path.join(workspace, 'old', 'dfx.json'), '{"canisters":{"legacy":{"main":"main.mo"}}}');
    env = { ...home.env, ICP_HOME: path.join(folder, 'icp'), PATH: [bin, '/usr/bin', '/bin'].join(':') };
    workbench = await Workbench.open({ folder: workspace, env, size: { width: 1280, height: 800 } });
    await workbench.openContainer('Internet Computer');
  });
  after(async () => {
    await workbench?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const install = (version: string, name = 'icp') => {
    const file = path.join(bin, name);
    writeFileSync(file, `#!/bin/sh\necho x >> '${started}'\necho '${name} ${version}'\n`);
    chmodSync(file, 0o755);
  };
  const row = (words: string) => workbench.row(new RegExp(`^${words.replaceAll('.', '\\.')}`), VIEW);

  it('says so above their canisters, which are shown all the same', () =>
    workbench.watched('missing-tool', async () => {
      await row(
        'icp was not found, Building, deploying and starting networks need it. Status, calls, logs and settings do not.',
      ).waitFor();
      await row('dfx was not found, Building').waitFor();
      await workbench.row(/^shop, /, VIEW).waitFor();
      await workbench.row(/^legacy, /, VIEW).waitFor();
      await workbench.screenshot('missing-tool');
    }));

  it('offers all ways on', () =>
    workbench.watched('missing-tool-ways', async () => {
      await row('icp was not found').click();
      await workbench.quickInput.getByText('Install with npm').first().waitFor();
      const labels = (await workbench.quickPickLabels()).join('\n');
      await workbench.screenshot('missing-tool-ways');
      for (const way of [
        'npm install -g @icp-sdk/icp-cli @icp-sdk/ic-wasm',
        'Open the install guide',
        'Choose the icp program',
        'Look again',
        'Do not show this any more',
      ]) {
        assert.ok(labels.includes(way), labels);
      }
      await workbench.page.keyboard.press('Escape');
    }));

  it('offers the same for dfx, and the way to icp', () =>
    workbench.watched('missing-tool-dfx', async () => {
      await row('dfx was not found').click();
      await workbench.quickInput.getByText('Install with dfxvm').first().waitFor();
      const labels = (await workbench.quickPickLabels()).join('\n');
      await workbench.screenshot('missing-tool-dfx-ways');
      for (const way of [
        // A list shows no "$(", which would be an icon there; the terminal gets the line as it is.
        'sh -ci "$ (curl -fsSL https://internetcomputer.org/install.sh)"',
        'Open the install guide',
        'Choose the dfx program',
        'Look again',
        'Convert to icp.yaml…',
        'Do not show this any more',
      ]) {
        assert.ok(labels.includes(way), labels);
      }
      await workbench.choose(/^Convert to icp\.yaml…/);
      await workbench.tab(/icp\.yaml/).waitFor();
      // The last of what is opened: it would close the palette of the next step.
      await workbench.tab(/Report of the conversion/).waitFor();
      await workbench.screenshot('missing-tool-dfx-converted');
    }));

  it('knows that dfx is too old to deploy once it was looked for', () =>
    workbench.watched('missing-tool-dfx-old', async () => {
      install('0.20.1', 'dfx');
      // By the palette: the row goes with the next refresh.
      await workbench.runCommand('Canisters: Look for icp or dfx again');
      await workbench.choose(/^dfx/);
      await workbench.notification(/dfx 0\.20\.1 is there/).waitFor();
      await row('dfx 0.20.1 is too old, Deploying needs 0.24 or newer. For all else it is used.').waitFor();
      await workbench.screenshot('missing-tool-dfx-old');
      install('0.32.0', 'dfx');
      await workbench.inlineAction(row('dfx 0.20.1 is too old'), /Look for icp or dfx again/);
      await row('dfx 0.20.1 is too old').waitFor({ state: 'detached' });
      rmSync(path.join(bin, 'dfx'));
      await workbench.runCommand('Notifications: Clear All Notifications');
      rmSync(started);
    }));

  it('goes on once the tool is there, which is not started for a look', () =>
    workbench.watched('missing-tool-found', async () => {
      install('1.0.0');
      await workbench.viewAction(VIEW, 'Refresh');
      await row('icp was not found').waitFor({ state: 'detached' });
      assert.ok(!existsSync(started), 'nobody asked for it to run');
      await workbench.runCommand('Canisters: Look for icp or dfx again');
      await workbench.choose(/^icp/);
      await workbench.notification(/icp 1\.0\.0 .* is too old: 1\.2 or newer is needed\./).waitFor();
      await row('icp 1.0.0 is too old').waitFor();
      await workbench.screenshot('missing-tool-old');
      install('1.90.0');
      await workbench.inlineAction(row('icp 1.0.0 is too old'), /Look for icp or dfx again/);
      await row('icp 1.90.0 is newer than known, It is used').waitFor();
      await workbench.screenshot('missing-tool-newer');
      const runs = readFileSync(started, 'utf8').length;
      await workbench.viewAction(VIEW, 'Refresh');
      await row('icp 1.90.0 is newer than known').click();
      await workbench.choose(/^Do not show this any more/);
      await row('icp 1.90.0 is newer than known').waitFor({ state: 'detached' });
      assert.equal(readFileSync(started, 'utf8').length, runs);
    }));

  it('says so in Japanese', async () => {
    const sentences = JSON.parse(readFileSync(path.join(ROOT, 'l10n/bundle.l10n.ja.json'), 'utf8'));
    const titles = JSON.parse(readFileSync(path.join(ROOT, 'package.nls.ja.json'), 'utf8'));
    rmSync(path.join(bin, 'icp'));
    const window = await Workbench.open({ folder: workspace, env, locale: 'ja' });
    try {
      await window.openContainer(titles['viewContainer.title']);
      const words = String(sentences['{0} was not found']).replace('{0}', 'icp');
      const missing = window.row(new RegExp(`^${words}, `));
      await missing.waitFor();
      await missing.click();
      await window.quickInput.getByText(sentences['Open the install guide']).first().waitFor();
      await window.screenshot('missing-tool-japanese-icp');
      await window.press('Escape');
      await window.row(new RegExp(`^${String(sentences['{0} was not found']).replace('{0}', 'dfx')}, `)).click();
      await window.quickInput.getByText(sentences['Convert to icp.yaml…']).first().waitFor();
    } finally {
      await window.screenshot('missing-tool-japanese');
      await window.close();
    }
  });
});
