/** The page of a canister: what it shows, how it follows, and what it does where there is nothing to show. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildWasm } from '../network/index';
import { FIRST_GENERATION, writeLocalIds } from '../support/dfx-home';
import { type Example, startExample } from '../support/example';
import { CAROL } from '../unit/support/encrypted-identity';
import { violations } from './support/accessibility';
import { Workbench } from './support/workbench';

describe("a canister's page", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-page-'));
  let example: Example;
  let workbench: Workbench;
  const row = (name: string) => workbench.row(new RegExp(`^${name}\\b`), 'Canisters');
  const heading = (name: string) => workbench.webview.getByRole('heading', { level: 1, name });

  before(async () => {
    example = await startExample(folder);
    const empty = emptyPageExtension(folder);
    workbench = await Workbench.open({
      folder: example.project,
      env: example.env,
      hurry: 20,
      otherExtensions: [empty],
    });
    await workbench.openContainer('Internet Computer');
    await workbench.row(/^hello_backend\b.*running/i).waitFor();
  });
  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('says what is wrong first, then what is known, and copies', () =>
    workbench.watched('page-overview', async () => {
      await workbench.contextMenu(row('hello_worker'), 'Open canister page');
      await heading('hello_worker').waitFor();
      const { webview } = workbench;
      await webview.getByText('It is stopped: it answers no calls.').waitFor();
      await webview.getByText('local network · as default').waitFor();
      const id = example.ids.hello_worker;
      await webview.getByText(id, { exact: true }).waitFor();
      await webview
        .getByText('The canister is frozen, and answers no calls, once its cycles would last for less than this time.')
        .waitFor();
      await workbench.screenshot('page-1-overview');
      await webview.getByRole('button', { name: 'Copy Canister ID' }).click();
      await webview.getByText('Copied').waitFor();
      await workbench.page.waitForFunction(`navigator.clipboard.readText().then((text) => text === '${id}')`);
    }));

  it('follows what is done to the canister, and does it by keyboard', () =>
    workbench.watched('page-start', async () => {
      const { webview } = workbench;
      const start = webview.getByRole('list', { name: 'Problems' }).getByRole('button', { name: 'Start' });
      await start.focus();
      await workbench.press('Enter');
      await webview.getByText('It is stopped').waitFor({ state: 'detached' });
      await webview.getByRole('status').filter({ hasText: 'hello_worker, Running' }).waitFor({ state: 'attached' });
      await workbench.screenshot('page-2-started');
    }));

  it('opens several pages, each once, and leads to others', () =>
    workbench.watched('page-several', async () => {
      await workbench.inlineAction(row('hello_visitor'), 'Open canister page');
      await heading('hello_visitor').waitFor();
      await workbench.webview.getByRole('button', { name: 'Open hello_backend' }).click();
      await heading('hello_backend').waitFor();
      await workbench.contextMenu(row('hello_worker'), 'Open canister page');
      await heading('hello_worker').waitFor();
      assert.equal(await workbench.page.locator('.tabs-container').getByRole('tab').count(), 3);
    }));

  it('asks nothing while it is hidden', () =>
    workbench.watched('page-hidden', async () => {
      await workbench.openContainer('Explorer');
      await workbench.openFile('README.md');
      await workbench.page.waitForTimeout(500);
      example.network.resetCounters();
      await workbench.page.waitForTimeout(1_500);
      assert.equal(example.network.counters.byKind.query, 0);
      await workbench.tab('hello_worker (local)').click();
      await heading('hello_worker').waitFor();
      await workbench.page.waitForTimeout(1_000);
      assert.ok(example.network.counters.byKind.query > 0, 'it is asked again when it is seen');
    }));

  it('says that its canister is gone from the file, and comes back with it', () =>
    workbench.watched('page-gone', async () => {
      const file = path.join(example.project, 'dfx.json');
      const text = readFileSync(file, 'utf8');
      writeFileSync(file, text.replaceAll('"hello_worker"', '"other_worker"'));
      await workbench.webview.getByText(/has no canister named hello_worker/).waitFor();
      await workbench.screenshot('page-3-gone');
      writeFileSync(file, text);
      await workbench.webview.getByText(example.ids.hello_worker, { exact: true }).waitFor();
    }));

  it('is there again after the window was loaded anew', () =>
    workbench.watched('page-reload', async () => {
      await workbench.reload();
      await workbench.tab('hello_worker (local)').click({ timeout: 60_000 });
      await heading('hello_worker').waitFor({ timeout: 60_000 });
      await workbench.webview.getByText(example.ids.hello_worker, { exact: true }).waitFor();
      await workbench.screenshot('page-4-reloaded');
    }));

  it('says that the network is down, and recovers', () =>
    workbench.watched('page-down', async () => {
      example.network.setFaults({ outage: 'refuse' });
      await workbench.webview.getByText(/^local is not running/).waitFor();
      await workbench.webview.getByRole('button', { name: 'Start network' }).waitFor();
      await workbench.screenshot('page-5-down');
      example.network.resetFaults();
      await workbench.webview.getByText(/^local is not running/).waitFor({ state: 'detached' });
    }));

  it('says that the identity is locked, and recovers once it is unlocked', () =>
    workbench.watched('page-locked', async () => {
      const { home, network, ids } = example;
      home.writeIdentityConfig('carol', CAROL.identityJson);
      writeFileSync(path.join(home.identityFolder('carol'), 'identity.pem.encrypted'), CAROL.ciphertext);
      await network.changeCanister(ids.hello_worker, { controllers: [example.identity.principal, CAROL.principal] });
      home.selectIdentity('carol');
      const locked = workbench.webview.getByText(/carol is protected by a password: asking anonymously/).first();
      await locked.waitFor({ timeout: 30_000 });
      await workbench.webview.getByText('Running state hidden: asked anonymously').first().waitFor();
      await workbench.screenshot('page-7-locked');
      await workbench.webview.getByRole('button', { name: 'Unlock', exact: true }).click();
      await workbench.quickInput.getByText('Unlock carol').waitFor();
      await workbench.type(CAROL.password);
      await locked.waitFor({ state: 'detached', timeout: 30_000 });
      await workbench.webview.getByText('local network · as carol').waitFor();
      await workbench.screenshot('page-7-unlocked');
      home.selectIdentity('default');
      await workbench.webview.getByText('local network · as default').waitFor({ timeout: 30_000 });
    }));

  it('says that its canister is gone from the network, and goes on with the one that takes its place', () =>
    workbench.watched('page-deleted', async () => {
      const { network, ids, identity, project } = example;
      network.deleteCanister(ids.hello_worker);
      const gone = workbench.webview.getByText(
        `The network says that there is no canister ${ids.hello_worker} any more.`,
      );
      await gone.waitFor();
      await workbench.screenshot('page-8-deleted');
      const id = await network.createCanister({ controllers: [identity.principal], wasm: buildWasm() });
      writeLocalIds(project, 'local', { ...ids, hello_worker: id }, FIRST_GENERATION);
      await workbench.webview.getByText(id, { exact: true }).waitFor();
      await gone.waitFor({ state: 'detached' });
      await workbench.screenshot('page-8-anew');
    }));

  it('has nothing that axe complains about, in any theme', () =>
    workbench.watched('page-themes', async () => {
      for (const theme of ['Dark Modern', 'Dark High Contrast', 'Light High Contrast', 'Light Modern']) {
        await workbench.runCommand('Preferences: Color Theme');
        await workbench.type(theme);
        await workbench.quickInput.waitFor({ state: 'hidden' });
        await workbench.page.waitForTimeout(300);
        await workbench.screenshot(`page-6-${theme.toLowerCase().replaceAll(' ', '-')}`);
        assert.deepEqual(await violations(workbench.webview), [], theme);
      }
    }));

  it('is ready soon after an empty webview would be', () =>
    workbench.watched('page-ready', async () => {
      await workbench.runCommand('View: Close All Editors');
      await workbench.openContainer('Internet Computer');
      const own: number[] = [];
      const empty: number[] = [];
      for (let round = 0; round < 5; round++) {
        own.push(
          await timed(
            async () => await workbench.inlineAction(row('hello_visitor'), 'Open canister page'),
            async () => await workbench.webview.getByText(example.ids.hello_visitor, { exact: true }).waitFor(),
          ),
        );
        await workbench.runCommand('View: Close All Editors');
        empty.push(
          await timed(
            async () => await workbench.runCommand('Open empty webview'),
            async () => await workbench.webview.getByText('empty webview').waitFor(),
          ),
        );
        await workbench.runCommand('View: Close All Editors');
      }
      const best = (times: readonly number[]) => Math.round(Math.min(...times));
      console.log(`page ready after ${best(own)} ms, an empty webview after ${best(empty)} ms`);
      assert.ok(best(own) - best(empty) < 300, `${own} against ${empty}`);
    }));
});

/** Milliseconds from the end of an action, which is a click, until something is there. */
async function timed(click: () => Promise<void>, there: () => Promise<void>): Promise<number> {
  await click();
  const clicked = performance.now();
  await there();
  return performance.now() - clicked;
}

/** An extension with a command that opens a webview with nothing but a word. */
function emptyPageExtension(folder: string): string {
  const extension = path.join(folder, 'empty-page');
  mkdirSync(extension);
  const command = 'test.emptyPage';
  const manifest = {
    ...{ name: 'empty-page', publisher: 'test', version: '1.0.0', engines: { vscode: '^1.100.0' }, main: 'main.js' },
    activationEvents: ['*'],
    contributes: { commands: [{ command, title: 'Open empty webview' }] },
  };
  writeFileSync(path.join(extension, 'package.json'), JSON.stringify(manifest));
  const code = `const { commands, window } = require('vscode');
    exports.activate = () => commands.registerCommand('${command}', () => {
      window.createWebviewPanel('test.empty', 'Empty', 1).webview.html = '<h1>empty webview</h1>';
    });`;
  writeFileSync(path.join(extension, 'main.js'), code);
  return extension;
}
