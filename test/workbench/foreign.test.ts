/** Names, traps and interfaces that would be links, icons or markup if anything took them for more than text. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Locator } from 'playwright-core';
import { compileMotoko } from '../motoko/compile';
import { TestNetwork } from '../network';
import { DfxHome, FIRST_GENERATION, writeLocalIds } from '../support/dfx-home';
import { Workbench } from './support/workbench';

const LINK = '[Open](command:workbench.action.openSettings)';
const NAME = `a ${LINK} $(flame) https://evil.example www.evil.example <b>x</b> &amp; | # > - 1. ~~x~~ **y**`;
const NETWORK = `n ${LINK} $(flame)`;
/** As a label shows it. */
const SHOWN = '[Open] (command:workbench.action.openSettings) $ (flame)';

const SOURCE = `
import Debug "mo:base/Debug";
persistent actor {
  public func stumble() : async () { Debug.trap("${LINK} $(flame) \\u{202e}https://evil.example") };
  public func take(_ : Nat) : async () {};
};`;

describe('text from others', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-foreign-'));
  let network: TestNetwork;
  let workbench: Workbench;
  const row = () => workbench.row(/^a \[Open\]/, 'Canisters');

  /** Nothing in it can be clicked but our own buttons, and no text has become an icon or a format. */
  async function assertPlain(place: Locator, shown: string | RegExp): Promise<void> {
    await place.filter({ hasText: shown }).first().waitFor();
    const found = await place
      .first()
      .locator(
        'a[href]:not([href=""]), a[data-href], .codicon-flame, b, strong >> text=y, del, li li, code, h1, blockquote, table',
      )
      .evaluateAll((elements) => elements.map(({ outerHTML }) => outerHTML));
    assert.deepEqual(found, []);
  }

  before(async () => {
    network = await TestNetwork.start();
    const home = new DfxHome(path.join(folder, 'dfx'));
    const { principal } = home.addIdentity('alice');
    home.selectIdentity('alice');
    home.startLocal({ port: network.port });
    const project = path.join(folder, 'project');
    mkdirSync(path.join(project, 'src'), { recursive: true });
    const put = (file: string, text: string) => writeFileSync(path.join(project, file), text);
    put('src/main.mo', SOURCE);
    const { wasm, service } = compileMotoko(path.join(project, 'src/main.mo'));
    put('a.did', service);
    const canisters = {
      [NAME]: { type: 'custom', candid: 'a.did', wasm: 'a.wasm' },
      other: { type: 'motoko', main: 'src/main.mo', dependencies: [NAME] },
    };
    const networks = { [NETWORK]: { providers: [network.url], type: 'ephemeral' } };
    put('dfx.json', JSON.stringify({ canisters, networks }, null, 2));
    const id = await network.createCanister({ controllers: [principal], wasm });
    writeLocalIds(project, 'local', { [NAME]: id }, FIRST_GENERATION);
    const settings = { 'icCanisters.confirmOn': ['local'] };
    workbench = await Workbench.open({ folder: project, env: home.env, settings });
    await workbench.openContainer('Internet Computer');
    await row().waitFor();
  });
  after(async () => {
    await workbench?.close();
    await network?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is text in rows and their hovers', () =>
    workbench.watched('foreign-tree', async () => {
      await assertPlain(row(), '[Open]');
      const hover = workbench.page.locator('.workbench-hover').filter({ visible: true });
      // At its start: what a row can do lies over its end. Anew where the row was drawn again under the pointer.
      while (!(await hover.filter({ hasText: 'https://evil.example' }).count())) {
        await row()
          .locator('.monaco-icon-label')
          .first()
          .hover({ position: { x: 4, y: 8 } });
        await row()
          .locator('.monaco-icon-label')
          .first()
          .hover({ position: { x: 20, y: 8 } });
        await workbench.page.waitForTimeout(1_500);
      }
      await assertPlain(hover, 'https://evil.example');
      await workbench.screenshot('foreign-1-hover');
    }));

  it('is text in a notification: no link that runs a command', () =>
    workbench.watched('foreign-notification', async () => {
      await workbench.contextMenu(row(), 'Call method…');
      await workbench.choose('stumble');
      await workbench.clickDialog(/Call/).catch(() => {});
      const notification = workbench.notification(/evil\.example/);
      await notification.waitFor();
      await workbench.screenshot('foreign-2-notification');
      await assertPlain(notification, '[Open] (command:workbench.action.openSettings)');
      await assertPlain(notification, '<U+202E>');
      await workbench.runCommand('Notifications: Clear All Notifications');
    }));

  it('is text in lists to choose from', () =>
    workbench.watched('foreign-quick-pick', async () => {
      await workbench.runCommand('Canisters: Call method…');
      await workbench.quickInput.locator('.monaco-list-row').first().waitFor();
      await workbench.screenshot('foreign-3-quick-pick');
      await assertPlain(workbench.quickInput.locator('.monaco-list-row'), SHOWN);
      await workbench.press('Escape');
      await workbench.quickInput.waitFor({ state: 'hidden' });
    }));

  it('is text in prompts and in what validates an input', () =>
    workbench.watched('foreign-input', async () => {
      await workbench.contextMenu(row(), 'Delete…');
      await workbench.inputMessage.waitFor();
      await workbench.screenshot('foreign-4-prompt');
      await assertPlain(workbench.inputMessage, SHOWN);
      await workbench.type('x', false);
      await workbench.page.waitForTimeout(300);
      await assertPlain(workbench.inputMessage, SHOWN);
      await workbench.press('Escape');
      await workbench.quickInput.waitFor({ state: 'hidden' });
    }));

  it('is text in the status bar', () =>
    workbench.watched('foreign-status-bar', async () => {
      await workbench.statusBarItem(/^Network local/).click();
      await assertPlain(workbench.quickInput.locator('.monaco-list-row'), SHOWN);
      await workbench.choose(/^n \[Open\]/);
      const item = workbench.statusBarItem(/^Network n \[Open\]/);
      await item.waitFor();
      await workbench.screenshot('foreign-5-status-bar');
      await assertPlain(item, SHOWN);
    }));

  it("is text on the canister's page", () =>
    workbench.watched('foreign-page', async () => {
      await workbench.contextMenu(row(), 'Open canister page');
      const heading = workbench.webview.getByRole('heading', { level: 1 });
      await heading.waitFor();
      await workbench.screenshot('foreign-7-page');
      assert.equal(await heading.textContent(), NAME);
      await workbench.webview.getByText(`as alice`).waitFor();
      const made = workbench.webview
        .locator('#page')
        .locator('a, b, del, img, iframe, script, style, [style]:not([style=""]), [onclick]');
      assert.deepEqual(await made.evaluateAll((elements) => elements.map(({ outerHTML }) => outerHTML)), []);
    }));

  it('is text in hovers of dfx.json', () =>
    workbench.watched('foreign-editor-hover', async () => {
      await workbench.openFile('dfx.json');
      await workbench.goTo(3, 10);
      const hover = workbench.page.locator('.monaco-hover').filter({ visible: true }).last();
      // What is live is there once the network has been asked.
      while (!(await workbench.editorHover()).includes('[Open]')) {
        await workbench.press('Escape');
      }
      await workbench.screenshot('foreign-6-editor-hover');
      await assertPlain(hover, /Open/);
    }));
});
