import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';
import type { Browser, FrameLocator, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../../host/browser';
import { HOST_NAME, provisionHost } from '../../host/provision';
import { type PageOptions, type ServerOptions, VscodeServer } from '../../host/vscode-server';

const ROOT = resolve(__dirname, '../../..');
const SCREENSHOTS = join(ROOT, '.vscode-test', 'screenshots');

export interface WorkbenchOptions
  extends Omit<ServerOptions, 'host' | 'installedExtension' | 'testDriver'>,
    Omit<PageOptions, 'extension' | 'tests'> {
  /** The extension's folder; this checkout unless given. */
  readonly extension?: string;
  /** By how much the extension's intervals of a second and more are divided. */
  readonly hurry?: number;
  /** Window size in CSS pixels. */
  readonly size?: { readonly width: number; readonly height: number };
}

/**
 * VS Code's own mark of a window that has started: rows of extensions are there before, and for as long every command
 * that needs a trusted workspace is disabled, as the menus do not yet know that it is.
 */
const RESTORED = `performance.getEntriesByName('code/didCreateWorkbenchContributions/3').length > 0`;

async function started(page: Page): Promise<void> {
  await page.locator('.monaco-workbench .statusbar-item').first().waitFor({ timeout: 60_000 });
  await page.waitForFunction(RESTORED, undefined, { timeout: 60_000 });
}

async function openPage(url: string, size = { width: 1280, height: 800 }): Promise<{ page: Page; browser: Browser }> {
  const browser = await launchBrowser();
  try {
    const page = await browser.newPage({ viewport: size, permissions: ['clipboard-read', 'clipboard-write'] });
    page.setDefaultTimeout(15_000);
    await page.goto(url);
    await started(page);
    return { page, browser };
  } catch (error) {
    await browser.close();
    throw error;
  }
}

/** A VS Code window with this extension, and what its user does and sees. */
export class Workbench {
  readonly page: Page;
  /** Undefined where the window is of a server that somebody else started. */
  readonly #server: VscodeServer | undefined;
  readonly #browser: Browser;
  readonly #scratch: string | undefined;
  /** What was typed and accepted last. */
  #accepted: string | undefined;

  private constructor(page: Page, server: VscodeServer | undefined, browser: Browser, scratch: string | undefined) {
    this.#scratch = scratch;
    this.page = page;
    this.#server = server;
    this.#browser = browser;
  }

  /** Starts a server and opens a window on it; `close` ends both. */
  static async open(options: WorkbenchOptions): Promise<Workbench> {
    const name = process.env[HOST_NAME] === 'oldest' ? 'oldest' : 'current';
    const host = await provisionHost(name, (line) => console.error(line));
    const hurrying = options.hurry === undefined ? undefined : await makeHurryingExtension(options.hurry);
    const server = await VscodeServer.start({
      ...options,
      host,
      installedExtension: options.extension ?? ROOT,
      otherExtensions: [...(options.otherExtensions ?? []), ...(hurrying === undefined ? [] : [hurrying])],
    });
    try {
      const url = server.url({ folder: options.folder, workspace: options.workspace });
      const { page, browser } = await openPage(url, options.size);
      return new Workbench(page, server, browser, hurrying);
    } catch (error) {
      await server.stop();
      removeFolder(hurrying);
      throw error;
    }
  }

  /** Opens a window on a server that runs; `close` ends the window. */
  static async attach(url: string): Promise<Workbench> {
    const { page, browser } = await openPage(url);
    return new Workbench(page, undefined, browser, undefined);
  }

  get server(): VscodeServer {
    if (!this.#server) {
      throw new Error('The server of this window is none of the test.');
    }
    return this.#server;
  }

  async close(): Promise<void> {
    await this.#browser.close();
    await this.#server?.stop();
    removeFolder(this.#scratch);
  }

  /** Loads the window anew. */
  async reload(): Promise<void> {
    await this.page.reload();
    await started(this.page);
  }

  /** Keeps a picture of the window in `.vscode-test/screenshots`. */
  async screenshot(name: string): Promise<string> {
    mkdirSync(SCREENSHOTS, { recursive: true });
    const path = join(SCREENSHOTS, `${name}.png`);
    await this.page.screenshot({ path, animations: 'disabled' });
    return path;
  }

  /** Runs a part of a test; where it fails, a picture of the window is kept as `<name>-failed.png`. */
  async watched<T>(name: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (error) {
      await this.screenshot(`${name}-failed`);
      throw error;
    }
  }

  async press(keys: string): Promise<void> {
    await this.page.keyboard.press(keys);
  }

  /** Tells of each click of either button and each key, without those that are held, that the user makes from now on. */
  async countInput(tell: (kind: 'clicks' | 'keys') => void): Promise<void> {
    await this.page.exposeFunction('icCanistersInput', tell);
    // As text: a function would name helpers of the test runner's compiler. The frames of webviews are documents of their own.
    const script = `
      const tell = (kind) => (event) => event.isTrusted && icCanistersInput(kind);
      addEventListener('pointerdown', tell('clicks'), true);
      addEventListener('keydown', (event) => /^(Control|Shift|Alt|Meta)$/.test(event.key) || tell('keys')(event), true);`;
    await this.page.addInitScript({ content: script });
    await this.page.evaluate(script);
  }

  // Views

  /** Shows a view container by its title, with a click in the activity bar. */
  async openContainer(title: string): Promise<void> {
    const tab = this.page.locator('.activitybar').getByRole('tab', { name: title });
    await tab.waitFor();
    if ((await tab.getAttribute('aria-selected')) !== 'true') {
      await tab.click();
    }
    await this.#moveAway();
  }

  /** Opens the page of a canister from its row, once its state is known. */
  async openCanisterPage(canister: string): Promise<void> {
    await this.openContainer('Internet Computer');
    await this.row(new RegExp(`^${canister}\\b.*running`, 'i')).waitFor();
    await this.contextMenu(this.row(new RegExp(`^${canister}\\b`)), 'Open canister page');
  }

  /** Takes the pointer off everything that has a tooltip, which would cover other things or be taken for theirs. */
  async #moveAway(): Promise<void> {
    const { width, height } = this.page.viewportSize() ?? { width: 1280, height: 800 };
    await this.page.mouse.move(width * 0.7, height * 0.5);
    const hidden = await this.#hover.waitFor({ state: 'hidden', timeout: 3000 }).then(
      () => true,
      () => false,
    );
    if (!hidden) {
      // Its row was drawn anew beneath it, so that nothing told it that the pointer went. It goes when it is left itself.
      await this.#hover.hover({ force: true });
      await this.page.mouse.move(width * 0.7, height * 0.5, { steps: 5 });
      await this.#hover.waitFor({ state: 'hidden' });
    }
  }

  get #hover(): Locator {
    return this.page.locator('.workbench-hover, .monaco-hover').filter({ visible: true }).first();
  }

  /** Makes the side bar so many pixels wide; VS Code lets it be 170 at least. */
  async resizeSideBar(pixels: number): Promise<void> {
    const { x, y, width, height } = (await this.page.locator('.part.sidebar').boundingBox())!;
    await this.page.mouse.move(x + width, y + height / 2);
    await this.page.mouse.down();
    await this.page.mouse.move(x + pixels, y + height / 2, { steps: 5 });
    await this.page.mouse.up();
    await this.#moveAway();
  }

  /** A view of the side bar or panel by its name, header and body. */
  view(name: string): Locator {
    return this.page.locator('.pane').filter({ has: this.page.locator(`.pane-header[aria-label^="${name}"]`) });
  }

  /** Clicks an action in a view's title bar; those under "…" are found too. */
  async viewAction(view: string, title: string | RegExp): Promise<void> {
    const header = this.view(view).locator('.pane-header');
    // A container with one view shows that view's actions in its own title.
    const bar = (await header.isVisible()) ? header : this.page.locator('.part.sidebar .composite.title');
    await bar.hover();
    const action = bar.getByRole('button', { name: title });
    if (await action.first().isVisible()) {
      await action.first().click();
      return;
    }
    await bar
      .getByRole('button', { name: /More Actions/ })
      .first()
      .click();
    await this.clickMenu(title);
  }

  /** Buttons, links and text of a view's welcome content. */
  welcome(view: string): Locator {
    return this.view(view).locator('.welcome-view-content');
  }

  // Trees

  /** A visible row by its accessible label, or a part of it. */
  row(label: string | RegExp, view?: string): Locator {
    return (view === undefined ? this.page.locator('.part.sidebar') : this.view(view))
      .getByRole('treeitem', { name: label })
      .first();
  }

  /** The accessible labels of a view's visible rows, from top to bottom, once they have come to rest. */
  async rowLabels(view: string): Promise<string[]> {
    let before = await this.#currentLabels(view);
    for (;;) {
      await this.page.waitForTimeout(100);
      const now = await this.#currentLabels(view);
      if (now.join('\n') === before.join('\n')) {
        return now;
      }
      before = now;
    }
  }

  async #currentLabels(view: string): Promise<string[]> {
    // In one go, as rows may be replaced while they are read.
    const rows = await this.view(view)
      .locator('.monaco-list-row')
      .evaluateAll((elements) =>
        elements.map((element) => ({
          index: Number(element.getAttribute('data-index')),
          label: element.getAttribute('aria-label') ?? '',
        })),
      );
    return rows.sort((a, b) => a.index - b.index).map((row) => row.label);
  }

  async expand(row: Locator): Promise<void> {
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) !== 'true') {
      await row.locator('.monaco-tl-twistie').click();
      await row.and(this.page.locator('[aria-expanded="true"]')).waitFor();
    }
  }

  async collapse(row: Locator): Promise<void> {
    await row.waitFor();
    if ((await row.getAttribute('aria-expanded')) === 'true') {
      await row.locator('.monaco-tl-twistie').click();
      await row.and(this.page.locator('[aria-expanded="false"]')).waitFor();
    }
  }

  /** Moves the pointer over a row and returns its tooltip's text. */
  async tooltip(row: Locator): Promise<string> {
    await this.#moveAway();
    await row.locator('.monaco-icon-label').first().hover();
    // VS Code asks for a row's tooltip when it is wanted, and says so until it has come.
    const hover = this.#hover.filter({ hasNotText: /^Loading\.\.\.$/ });
    await hover.waitFor();
    // Not `textContent`, which runs the lines together.
    return hover.innerText();
  }

  /** Clicks one of the icons that a row shows under the pointer. */
  async inlineAction(row: Locator, title: string | RegExp): Promise<void> {
    await row.hover();
    await row.locator('.actions').getByRole('button', { name: title }).click();
  }

  /** Titles of the icons that a row shows under the pointer. */
  async inlineActions(row: Locator): Promise<string[]> {
    await row.hover();
    const buttons = await row.locator('.actions').getByRole('button').all();
    return Promise.all(buttons.map(async (button) => (await button.getAttribute('aria-label')) ?? ''));
  }

  // Menus

  /** Opens a row's context menu and clicks an entry. */
  async contextMenu(row: Locator, entry: string | RegExp): Promise<void> {
    await row.click({ button: 'right' });
    await this.clickMenu(entry);
  }

  /** Clicks an entry of the open menu. */
  async clickMenu(entry: string | RegExp): Promise<void> {
    const item = this.menuItem(entry);
    await item.hover();
    // For a tenth of a second after it opens, a menu takes a click for the end of the click that opened it.
    await this.page.waitForTimeout(200);
    await item.click();
    await this.page.locator('.monaco-menu').first().waitFor({ state: 'detached' });
  }

  /** The entries of a row's context menu, which is closed again. */
  async contextMenuEntries(row: Locator): Promise<string[]> {
    await row.click({ button: 'right' });
    const menu = this.page.locator('.monaco-menu');
    await menu.first().waitFor();
    const entries = await menu.getByRole('menuitem').all();
    const names = await Promise.all(
      entries.map(async (entry) => ((await entry.locator('.action-label').first().textContent()) ?? '').trim()),
    );
    await this.press('Escape');
    await menu.first().waitFor({ state: 'detached' });
    return names.filter((name) => name !== '');
  }

  menuItem(name: string | RegExp): Locator {
    return this.page.locator('.monaco-menu').getByRole('menuitem', { name }).first();
  }

  // Palette, quick picks, input boxes

  /** Runs a command by its title as the palette shows it (`Canisters: Refresh`). */
  async runCommand(title: string): Promise<void> {
    await this.press('F1');
    await this.quickInput.waitFor();
    await this.quickInput.locator('input[type="text"]').first().fill(`>${title}`);
    await this.#quickRow(title, true).click();
  }

  /** The command titles that the palette offers for a text. */
  async paletteEntries(text: string): Promise<string[]> {
    await this.press('F1');
    await this.quickInput.waitFor();
    await this.quickInput.locator('input[type="text"]').first().fill(`>${text}`);
    await this.quickInput.locator('.monaco-list-row').first().waitFor();
    const labels = await this.quickPickLabels();
    await this.press('Escape');
    return labels;
  }

  get quickInput(): Locator {
    return this.page.locator('.quick-input-widget').filter({ visible: true });
  }

  /** Chooses an entry of the open quick pick. */
  async choose(label: string | RegExp): Promise<void> {
    await this.#quickRow(label, false).click();
  }

  /** The labels of the open quick pick's visible entries. */
  async quickPickLabels(): Promise<string[]> {
    const rows = this.quickInput.locator('.monaco-list-row');
    await rows.first().waitFor();
    return Promise.all((await rows.all()).map(async (row) => (await row.getAttribute('aria-label')) ?? ''));
  }

  /** Types into the open input box (or quick pick) and, unless told not to, accepts it. */
  async type(text: string, accept = true): Promise<void> {
    const input = this.quickInput.locator('input').filter({ visible: true }).last();
    // What was accepted before stays to be seen until the next box takes its place. A box that refused it keeps it.
    const end = Date.now() + 3000;
    while ((await input.inputValue()) === this.#accepted && Date.now() < end) {
      await this.page.waitForTimeout(50);
    }
    await input.fill(text);
    this.#accepted = accept ? text : undefined;
    if (accept) {
      await input.press('Enter');
    }
  }

  /** The prompt or validation message below the open input box. */
  get inputMessage(): Locator {
    return this.quickInput.locator('.quick-input-message');
  }

  // Messages

  /** A notification that contains the text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-list-item').filter({ hasText: text }).first();
  }

  async clickNotification(text: string | RegExp, button: string | RegExp): Promise<void> {
    const notification = this.notification(text);
    await notification.hover();
    await notification.getByRole('button', { name: button }).first().click();
  }

  /** The open modal dialog. */
  get dialog(): Locator {
    return this.page.locator('.monaco-dialog-box');
  }

  async clickDialog(button: string | RegExp): Promise<void> {
    await this.dialog.getByRole('button', { name: button }).click();
    await this.dialog.waitFor({ state: 'detached' });
  }

  /** An item of the status bar by its accessible label, or a part of it. */
  statusBarItem(label: string | RegExp): Locator {
    return this.page.locator('.statusbar').getByRole('button', { name: label }).first();
  }

  // Editors

  /** Opens a file of the workspace by a part of its path. */
  async openFile(path: string): Promise<void> {
    await this.press('Control+p');
    await this.quickInput.waitFor();
    await this.quickInput.locator('input[type="text"]').first().fill(path);
    const name = path.slice(path.lastIndexOf('/') + 1);
    await this.#quickRow(name, false).click();
    await this.tab(name).waitFor();
    await this.editor.locator('.view-line').first().waitFor();
  }

  /** The tab of an open editor. */
  tab(name: string | RegExp): Locator {
    return this.page.locator('.tabs-container').getByRole('tab', { name }).first();
  }

  get editor(): Locator {
    return this.page.locator('.editor-group-container.active .editor-instance .monaco-editor').first();
  }

  /** The visible lines of the active editor. */
  async editorText(): Promise<string> {
    const lines = await Promise.all(
      (await this.editor.locator('.view-line').all()).map(async (line) => ({
        top: Number.parseFloat(/top:\s*([\d.]+)px/.exec((await line.getAttribute('style')) ?? '')?.[1] ?? '0'),
        text: ((await line.textContent()) ?? '').replaceAll('\u00a0', ' '),
      })),
    );
    return lines
      .sort((a, b) => a.top - b.top)
      .map((line) => line.text)
      .join('\n');
  }

  /** Puts the cursor at a line and column, both counted from 1. */
  async goTo(line: number, column = 1): Promise<void> {
    await this.press('Control+g');
    await this.quickInput.waitFor();
    await this.quickInput.locator('input[type="text"]').first().fill(`:${line}:${column}`);
    await this.press('Enter');
    await this.quickInput.waitFor({ state: 'hidden' });
  }

  /** Clicks what a menu of fixes offers: VS Code 1.100 has it behind a pane until the mouse moves. */
  async chooseFix(item: Locator): Promise<void> {
    await item.hover({ force: true });
    await item.click();
  }

  /** Opens the list of suggestions at the cursor and returns their labels. */
  async suggestions(): Promise<string[]> {
    await this.press('Control+Space');
    const rows = this.page.locator('.suggest-widget.visible .monaco-list-row');
    await rows.first().waitFor();
    return Promise.all((await rows.all()).map(async (row) => (await row.getAttribute('aria-label')) ?? ''));
  }

  /** The hover at the cursor. */
  async editorHover(): Promise<string> {
    await this.press('Control+k');
    await this.press('Control+i');
    const hover = this.page.locator('.monaco-editor .monaco-hover, .monaco-resizable-hover').filter({ visible: true });
    await hover.first().waitFor();
    // Not `textContent`, which runs the lines together.
    return hover.first().innerText();
  }

  /** The page in the webview that is shown: VS Code has it in a frame in a frame. */
  get webview(): FrameLocator {
    const outer = this.page.locator('iframe.webview').filter({ visible: true }).last();
    return outer.contentFrame().locator('iframe#active-frame').contentFrame();
  }

  /** Lines of the integrated terminal that is in front. */
  async terminalText(): Promise<string> {
    const rows = this.page.locator('.terminal-wrapper.active .xterm-rows > div');
    return (await rows.allTextContents()).map((line) => line.replaceAll('\u00a0', ' ').trimEnd()).join('\n');
  }

  #quickRow(label: string | RegExp, exact: boolean): Locator {
    const rows = this.quickInput.locator('.monaco-list-row');
    if (typeof label !== 'string') {
      return rows.filter({ hasText: label }).first();
    }
    // The whole label may be matched in pieces, which are elements of their own.
    const text = exact ? new RegExp(`^${escapeRegExp(label)}(,|$)`, 'i') : label;
    return this.quickInput.getByRole('option', { name: text }).first();
  }
}

function escapeRegExp(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

/** An extension of its own that lives in the process of ours: a folder that is to be removed after the run. */
async function makeHurryingExtension(divisor: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'ic-canisters-hurry-'));
  const manifest = {
    ...{ name: 'hurry', publisher: 'test', version: '1.0.0', engines: { vscode: '^1.100.0' } },
    ...{ main: 'extension.js', activationEvents: ['*'] },
  };
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest));
  await build({
    stdin: {
      contents: `import { hurry } from './hurry'; export const activate = () => { hurry(${divisor}); };`,
      resolveDir: join(ROOT, 'test', 'host'),
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    outfile: join(folder, 'extension.js'),
  });
  return folder;
}

function removeFolder(folder: string | undefined): void {
  if (folder !== undefined) {
    rmSync(folder, { recursive: true, force: true });
  }
}
