import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../host/extension-tests';
import { type Example, startExample } from '../support/example';
import { Workbench } from './support/workbench';

/** Another extension, which asks for something by a tool for language models, and by the API. */
function writeCaller(folder: string, manifest: string): void {
  const commands = [
    { command: 'caller.tool', title: 'Stop by a tool', category: 'Test' },
    { command: 'caller.api', title: 'Uninstall by the API', category: 'Test' },
  ];
  const about = {
    ...{ name: 'caller', publisher: 'test', version: '1.0.0', engines: { vscode: '^1.100.0' } },
    ...{ main: 'main.js', activationEvents: ['onStartupFinished'] },
  };
  mkdirSync(folder);
  writeFileSync(join(folder, 'package.json'), JSON.stringify({ ...about, contributes: { commands } }));
  const source = `
    const vscode = require('vscode');
    exports.activate = () => {
      vscode.commands.registerCommand('caller.tool', () => {
        const options = { input: { canister: 'hello_ledger' }, toolInvocationToken: undefined };
        vscode.lm.invokeTool('icCanisters_stop', options).catch(() => undefined);
      });
      vscode.commands.registerCommand('caller.api', async () => {
        const api = await vscode.extensions.getExtension('ic-canisters.ic-canisters').exports.getApi(1);
        const canister = { project: vscode.Uri.file(${JSON.stringify(manifest)}), canister: 'hello_ledger', target: 'local' };
        api.run('uninstall', [canister], { interactive: true }).catch(() => undefined);
      });
    };`;
  writeFileSync(join(folder, 'main.js'), source);
}

describe('a VS Code in Japanese', () => {
  let scratch: string;
  let example: Example;
  let workbench: Workbench;

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'ic-canisters-japanese-'));
    example = await startExample(scratch);
    const caller = join(scratch, 'caller');
    writeCaller(caller, join(example.project, 'dfx.json'));
    workbench = await Workbench.open({
      folder: example.project,
      env: example.env,
      locale: 'ja',
      otherExtensions: [caller],
    });
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

  it('asks for somebody else in Japanese, with who it is', () =>
    workbench.watched('japanese-asked', async () => {
      const sentences = texts('l10n/bundle.l10n.ja.json');
      for (const [command, who] of [
        ['Stop by a tool', 'A language model has asked for this.'],
        ['Uninstall by the API', 'Another extension has asked for this.'],
      ] as const) {
        await workbench.runCommand(`Test: ${command}`);
        await workbench.dialog.getByText(sentences[who] ?? '').waitFor();
        assert.match(await workbench.dialog.innerText(), /default として local の hello_ledger .*しますか\?/);
        await workbench.screenshot(`japanese-asked-${command.split(' ').at(-1)?.toLowerCase()}`);
        await workbench.press('Escape');
        await workbench.dialog.waitFor({ state: 'hidden' });
      }
      await workbench.row(new RegExp(`^hello_ledger\\b.*${sentences['Running']}`)).waitFor();
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
