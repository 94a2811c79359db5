/** Calling methods and following a log, by hand, on canisters that run. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { compileMotoko } from '../motoko/compile';
import { type Example, startExample } from '../support/example';
import { Workbench } from './support/workbench';

describe('a running canister', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-call-'));
  let example: Example;
  let workbench: Workbench;
  const backend = () => workbench.row(/^hello_backend\b/);
  const editorShows = async (pattern: RegExp) => {
    const deadline = Date.now() + 15_000;
    for (;;) {
      const text = await workbench.editorText();
      if (pattern.test(text)) {
        return text;
      }
      assert.ok(Date.now() < deadline, `${pattern} is not in\n${text}`);
      await workbench.page.waitForTimeout(100);
    }
  };

  before(async () => {
    example = await startExample(folder);
    const { wasm } = compileMotoko(path.join(example.project, 'src/hello_backend/main.mo'));
    await example.network.changeCanister(example.ids.hello_backend, { wasm });
    // The log, which is looked at every two seconds, is here looked at ten times each second.
    workbench = await Workbench.open({ folder: example.project, env: example.env, hurry: 20 });
    await workbench.openContainer('Internet Computer');
    await workbench.row(/^hello_backend\b.*running/i).waitFor();
  });
  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lists its methods with signatures, checks arguments while they are typed, and shows the reply', () =>
    workbench.watched('call', async () => {
      await workbench.contextMenu(backend(), 'Call method…');
      const labels = await workbench.quickPickLabels();
      assert.ok(
        labels.some((label) => /greet.*update/.test(label)),
        labels.join('\n'),
      );
      assert.ok(
        labels.some((label) => /count.*query/.test(label)),
        labels.join('\n'),
      );
      await workbench.screenshot('call-1-methods');
      await workbench.choose('greet');
      await workbench.inputMessage.filter({ hasText: '(name : text) -> (text)' }).waitFor();
      await workbench.type('(5)', false);
      await workbench.inputMessage.filter({ hasText: '5 is not of the type text' }).waitFor();
      await workbench.screenshot('call-2-wrong-argument');
      await workbench.type('("Sam', false);
      await workbench.inputMessage.filter({ hasText: 'a text is not closed by a double quote' }).waitFor();
      await workbench.type('("Sam")');
      await workbench.tab('hello_backend.greet.candid').waitFor();
      const text = await editorShows(/"Hello, Sam!"/);
      assert.match(text, /hello_backend\.greet : \(name : text\) -> \(text\)/);
      assert.match(text, /Update call on local as default, answered in [\d.]+ ms/);
      assert.match(text, /Certificate not checked/);
      await workbench.screenshot('call-3-reply');
    }));

  it('copies the reply, remembers the arguments, and calls again', () =>
    workbench.watched('call-again', async () => {
      await workbench.runCommand('Canisters: Copy reply');
      await workbench.statusBarItem(/Copied/).waitFor();
      const copied = await workbench.page.evaluate('navigator.clipboard.readText()');
      assert.equal(copied, '("Hello, Sam!")');
      await workbench.page.locator('.editor-actions').getByRole('button', { name: 'Call again' }).click();
      const input = workbench.quickInput.locator('input').filter({ visible: true }).last();
      await input.waitFor();
      assert.equal(await input.inputValue(), '("Sam")');
      // One argument needs no parentheses.
      await workbench.type('"Eve"');
      await editorShows(/"Hello, Eve!"/);
    }));

  it('keeps the quotes of a text that is typed, and puts them around bare words', () =>
    workbench.watched('call-bare-text', async () => {
      await workbench.page.locator('.editor-actions').getByRole('button', { name: 'Call again' }).click();
      const input = workbench.quickInput.locator('input').filter({ visible: true }).last();
      await input.waitFor();
      // What stands between the quotes is selected.
      await workbench.page.keyboard.type('World');
      assert.equal(await input.inputValue(), '("World")');
      await workbench.type('(World)', false);
      await workbench.inputMessage.filter({ hasText: 'Enter writes ("World")' }).waitFor();
      await workbench.screenshot('call-bare-text');
      await workbench.press('Enter');
      await workbench.page.waitForFunction(
        `[...document.querySelectorAll('.quick-input-widget input')].some((input) => input.value === '("World")')`,
      );
      await workbench.press('Enter');
      await editorShows(/"Hello, World!"/);
    }));

  it('calls a query without asking for arguments that it does not have', () =>
    workbench.watched('call-query', async () => {
      await workbench.contextMenu(backend(), 'Call method…');
      await workbench.choose('count');
      await workbench.tab('hello_backend.count.candid').waitFor();
      const text = await editorShows(/\(3 : nat\)/);
      assert.match(text, /Query on local/);
    }));

  it('says why a canister refused', () =>
    workbench.watched('call-trap', async () => {
      await workbench.contextMenu(backend(), 'Call method…');
      await workbench.choose('stumble');
      await workbench.notification(/I stumble on purpose/).waitFor();
      await workbench.screenshot('call-4-trap');
      await workbench.runCommand('Notifications: Clear All Notifications');
    }));

  it('shows its log in a document that follows', () =>
    workbench.watched('logs', async () => {
      await workbench.contextMenu(backend(), 'Show canister logs');
      await workbench.tab('hello_backend (local).log').waitFor();
      await editorShows(/\[0\. \d{4}-\d\d-\d\dT[\d:.]+Z\]: Greeting 1 goes to Sam\./);
      const before = example.network.counters.byKind.query;
      await workbench.contextMenu(backend(), 'Call method…');
      await workbench.choose('greet');
      await workbench.inputMessage.filter({ hasText: '(name : text) -> (text)' }).waitFor();
      await workbench.type('("Zoe")');
      await editorShows(/"Hello, Zoe!"/);
      await workbench.tab('hello_backend (local).log').click();
      await editorShows(/Greeting 4 goes to Zoe\./);
      await workbench.screenshot('logs-1-following');
      assert.ok(example.network.counters.byKind.query > before);
    }));

  it('is not asked for its log any more when nobody looks', () =>
    workbench.watched('logs-closed', async () => {
      example.network.resetCounters();
      const deadline = Date.now() + 5_000;
      while (example.network.counters.byKind.query < 20) {
        assert.ok(Date.now() < deadline, 'it is asked while somebody looks');
        await workbench.page.waitForTimeout(50);
      }
      await workbench.runCommand('View: Close All Editors');
      await workbench.openContainer('Explorer');
      await workbench.page.waitForTimeout(500);
      example.network.resetCounters();
      await workbench.page.waitForTimeout(1_000);
      assert.equal(example.network.counters.byKind.query, 0);
    }));

  it('writes records in records in an editor, with types, completions and problems at their places, and calls from there', () =>
    workbench.watched('call-editor', async () => {
      const { wasm } = compileMotoko(path.resolve(__dirname, '../motoko/Shop.mo'));
      await example.network.changeCanister(example.ids.hello_backend, { wasm });
      await workbench.openContainer('Internet Computer');
      await workbench.contextMenu(backend(), 'Call method…');
      await workbench.choose('place');
      await workbench.tab('hello_backend.place arguments.candid').waitFor();
      const text = await editorShows(/price = 0\.0; \/\/ float64/);
      assert.match(text, /note = null; \/\/ opt text, as: opt ""/);
      assert.match(text, /variant \{ express : nat8; pickup : record \{ place : text \}; standard \}/);
      await workbench.page.getByText('Call hello_backend.place on local as default').first().waitFor();
      await workbench.screenshot('call-editor-1');
      // The first text is selected, between its quotes.
      await workbench.page.keyboard.type('Sam');
      await editorShows(/customer = "Sam"/);
      const price = (await workbench.editorText()).split('\n').findIndex((line) => line.includes('price =')) + 1;
      await workbench.goTo(price, 9);
      await workbench.press('Shift+End');
      await workbench.page.keyboard.type('prise = 2.5;');
      await workbench.page.locator('.monaco-editor .squiggly-error').first().waitFor();
      await workbench.runCommand('View: Focus Problems (Errors, Warnings, Infos)');
      await workbench.page.getByText('items[0]: field "price" (float64) is missing').waitFor();
      await workbench.page.getByText('items[0]: there is no field "prise"; did you mean "price"?').waitFor();
      await workbench.screenshot('call-editor-2-problems');
      await workbench.runCommand('View: Hide Panel');
      await workbench.tab('hello_backend.place arguments.candid').click();
      await workbench.goTo(price);
      await workbench.press('Control+Enter');
      await workbench.notification(/The arguments cannot be sent\. items\[0\]: there is no field "prise"/).waitFor();
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.goTo(price, 9);
      await workbench.press('Shift+End');
      const offered = await workbench.suggestions();
      assert.ok(
        offered.some((label) => /^price\b/.test(label)),
        offered.join('\n'),
      );
      await workbench.screenshot('call-editor-3-fields');
      await workbench.press('Escape');
      await workbench.page.keyboard.type('price = 2.5;');
      await workbench.press('Escape');
      await workbench.press('Control+Enter');
      await workbench.tab('hello_backend.place.candid').waitFor();
      await workbench.page.getByText('total = 2.5').waitFor();
      await workbench.screenshot('call-editor-4-reply');
    }));

  it('keeps what was written there, with its lens, after the window was loaded anew, and calls from there', () =>
    workbench.watched('call-editor-reload', async () => {
      await workbench.reload();
      await workbench.tab('hello_backend.place arguments.candid').click({ timeout: 60_000 });
      await editorShows(/customer = "Sam"/);
      await editorShows(/price = 2\.5;/);
      await workbench.page.getByText('Call hello_backend.place on local as default').first().waitFor();
      await workbench.screenshot('call-editor-5-reloaded');
      const calls = () => example.network.counters.byKind.call;
      const before = calls();
      await workbench.press('Control+Enter');
      await workbench.tab('hello_backend.place.candid').click();
      await workbench.page.getByText('total = 2.5').waitFor();
      await workbench.screenshot('call-editor-6-called-after-reload');
      assert.equal(calls(), before + 1);
    }));
});
