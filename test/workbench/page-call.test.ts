/** Calls from a canister's page: a form filled in, the text beside it, the reply, and what was called before. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { FrameLocator, Locator } from 'playwright-core';
import { type Example, replaceBackend, startExample } from '../support/example';
import { violations } from './support/accessibility';
import { assertSmooth } from './support/frames';
import { LARGE_METHODS } from './support/large';
import { Workbench } from './support/workbench';

const SOURCE = `
import Array "mo:base/Array";
import Debug "mo:base/Debug";
import Nat "mo:base/Nat";
persistent actor {
  ${LARGE_METHODS}
  public type Order = { buyer : Principal; items : [Item]; note : ?Text; ship : { #pickup; #post : { street : Text } } };
  public func order(order : Order) : async { total : Float; order : Order } {
    var total : Float = 0;
    for (item in order.items.vals()) { total += item.price };
    { total; order }
  };
  public query func count() : async Nat { 7 };
  public func print() : async () { Debug.print("A large reply") };
  public func stumble() : async () { Debug.trap("I <b>stumble</b> on purpose.") };
};`;

describe("calls from a canister's page", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-page-call-'));
  let example: Example;
  let workbench: Workbench;
  const call = () => workbench.webview.getByRole('button', { name: 'Call', exact: true });
  const candid = () => workbench.webview.getByRole('textbox', { name: 'Arguments as Candid text' });
  const method = (name: string) =>
    workbench.webview.getByRole('navigation', { name: 'Methods' }).getByRole('button', { name, exact: true });

  before(async () => {
    example = await startExample(folder);
    await replaceBackend(example, SOURCE);
    const settings = { 'icCanisters.confirmOn': ['local'] };
    workbench = await Workbench.open({ folder: example.project, env: example.env, settings });
    await workbench.openCanisterPage('hello_backend');
  });
  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('lists the methods by what they do, and finds them', () =>
    workbench.watched('page-call-methods', async () => {
      const { webview } = workbench;
      await webview.getByRole('tab', { name: 'Overview' }).focus();
      await workbench.press('ArrowRight');
      await webview.getByRole('heading', { name: 'Queries' }).waitFor();
      await webview.getByRole('heading', { name: 'Updates' }).waitFor();
      await webview.getByRole('searchbox', { name: 'Search methods' }).fill('ORD');
      await method('count').waitFor({ state: 'detached' });
      await method('order').press('Enter');
      await webview.getByRole('heading', { name: 'order', exact: true }).waitFor();
    }));

  it('makes Candid of a form, and a form of Candid', () =>
    workbench.watched('page-call-form', async () => {
      const { webview } = workbench;
      await webview.getByLabel('buyer', { exact: true }).fill('nobody');
      await webview.getByText('A principal, such as aaaaa-aa').waitFor();
      assert.equal(await call().isDisabled(), true);
      await webview.getByLabel('buyer', { exact: true }).fill('aaaaa-aa');
      await webview.getByRole('button', { name: 'Add to items' }).press('Enter');
      await webview.getByRole('textbox', { name: 'product' }).fill('Tea "green"');
      await webview.getByRole('textbox', { name: 'price' }).fill('3');
      await webview.getByRole('textbox', { name: 'count' }).fill('256');
      await webview.getByText('A whole number from 0 to 255').waitFor();
      await webview.getByRole('textbox', { name: 'count' }).fill('2');
      await webview.getByRole('checkbox', { name: 'Give note' }).press('Space');
      await webview.getByRole('textbox', { name: 'note' }).fill('soon');
      await webview.getByRole('combobox', { name: 'ship' }).selectOption('post');
      await webview.getByRole('textbox', { name: 'street' }).fill('日本橋 1');
      const text = await candid().inputValue();
      for (const part of [
        'buyer = principal "aaaaa-aa"',
        'record { count = 2; price = 3.0; product = "Tea \\"green\\"" }',
        'note = opt "soon"',
        'ship = variant { post = record { street = "日本橋 1" } }',
      ]) {
        assert.ok(text.includes(part), `${part} is not in ${text}`);
      }
      await workbench.screenshot('page-call-1-form');
      assert.deepEqual(await violations(workbench.webview), []);
      await candid().fill(text.replace('soon', 'later'));
      assert.equal(await webview.getByRole('textbox', { name: 'note' }).inputValue(), 'later');
      await candid().fill('(record {');
      await webview.getByText('This is not Candid text: it ends too early.').waitFor();
      assert.equal(await call().isDisabled(), true);
      await candid().fill(text);
    }));

  it('asks what the command asks, and shows the reply as Candid, JSON and a tree', () =>
    workbench.watched('page-call-reply', async () => {
      const { webview } = workbench;
      await call().press('Enter');
      await workbench.dialog.filter({ hasText: 'Call hello_backend on local' }).waitFor();
      await workbench.clickDialog('Cancel');
      await webview.getByText('Cancelled').waitFor();
      await candid().press('Control+Enter');
      await workbench.clickDialog('Call');
      await webview.getByText(/^Replied in [\d.]+ ms · as default · Certificate not checked/).waitFor();
      await webview.locator('.reply').filter({ hasText: 'total = 3.0 : float64' }).waitFor();
      const form = webview.getByRole('combobox', { name: 'Show the reply as' });
      await form.selectOption('JSON');
      await webview.getByText('"total": 3,').waitFor();
      await workbench.screenshot('page-call-2-json');
      await form.selectOption('Tree');
      await webview.locator('summary').filter({ hasText: 'order' }).press('Enter');
      await webview.locator('summary').filter({ hasText: 'items' }).waitFor();
      await workbench.screenshot('page-call-3-tree');
      assert.deepEqual(await violations(workbench.webview), []);
      await form.selectOption('Candid');
    }));

  it('copies the call as a command line and as TypeScript', () =>
    workbench.watched('page-call-copy', async () => {
      const { webview, page } = workbench;
      const copied = async (button: string, where: FrameLocator | Locator = webview) => {
        await page.evaluate("navigator.clipboard.writeText('')");
        await where.getByRole('button', { name: button }).first().click();
        for (let attempt = 0; attempt < 50; attempt++) {
          const text = await page.evaluate<string>('navigator.clipboard.readText()');
          if (text !== '') {
            return text;
          }
          await page.waitForTimeout(100);
        }
        return assert.fail('nothing is copied');
      };
      const line = await copied('Copy as a command line');
      assert.match(
        line,
        /^dfx canister call --update --output pp --network local --identity default hello_backend order '\(record \{/,
      );
      assert.ok(line.includes('product = "Tea \\"green\\""'), line);
      const code = await copied('Copy as TypeScript');
      assert.match(code, /^import \{ Actor, type ActorMethod, HttpAgent \} from '@dfinity\/agent';/);
      assert.ok(code.includes(example.ids.hello_backend!), code);
      assert.match(code, /product: 'Tea "green"'/);
      await workbench.screenshot('page-call-3-copy');
      // The same of a call that was made, whatever is written now.
      const written = await candid().inputValue();
      await candid().fill('(record {})');
      const past = webview.getByRole('listitem').filter({ hasText: 'Tea' }).first();
      assert.equal(await copied('Copy as a command line', past), line);
      assert.match(await copied('Copy as TypeScript', past), /product: 'Tea "green"'/);
      await past.getByRole('button', { name: 'Use again' }).click();
      await page.waitForTimeout(300);
      assert.equal(await candid().inputValue(), written);
      assert.deepEqual(await violations(webview), []);
    }));

  it('keeps a call as a named request, and takes it from there', () =>
    workbench.watched('page-call-request', async () => {
      const { webview } = workbench;
      const file = path.join(example.project, 'requests', 'hello_backend.candid-requests');
      mkdirSync(path.dirname(file));
      const before =
        '// What we try.\r\n### no. 1\r\nquery hello_backend.count ()\r\n// Not ours:\r\n### else\r\nother.x ()';
      writeFileSync(file, before);
      const requests = webview.getByRole('navigation', { name: 'Methods' }).locator('.requests');
      await requests.getByRole('button', { name: 'no. 1', exact: true }).waitFor();
      const save = async (name: string) => {
        await webview.getByRole('button', { name: 'Save as request…', exact: true }).click();
        await workbench.type(name);
      };
      await save('green tea');
      await requests.getByRole('button', { name: 'green tea', exact: true }).waitFor();
      const saved = readFileSync(file, 'utf8');
      assert.ok(saved.startsWith(`${before}\r\n\r\n### green tea\r\nupdate hello_backend.order (record {`), saved);
      assert.ok(saved.includes('"Tea \\"green\\""'), saved);
      assert.equal(await requests.getByRole('listitem').count(), 2);

      // A name that is taken: another, and then in place of what is there.
      await save('green tea');
      await workbench.dialog.filter({ hasText: 'There is a request named green tea already.' }).waitFor();
      await workbench.screenshot('page-call-7-name-taken');
      await workbench.clickDialog('Another name');
      await workbench.type('green tea 2');
      await requests.getByRole('button', { name: 'green tea 2', exact: true }).waitFor();
      await save('no. 1');
      await workbench.clickDialog('Replace');
      let replaced = '';
      for (let attempt = 0; attempt < 100 && !replaced.includes('### no. 1\r\nupdate'); attempt++) {
        await workbench.page.waitForTimeout(100);
        replaced = readFileSync(file, 'utf8');
      }
      assert.match(
        replaced,
        /^\/\/ What we try\.\r\n### no\. 1\r\nupdate hello_backend\.order \(record \{[^\n]*\)\r\n\/\/ Not ours:/,
      );
      assert.equal(
        replaced.slice(replaced.indexOf('// Not ours')).slice(0, 60),
        saved.slice(saved.indexOf('// Not ours')).slice(0, 60),
      );

      writeFileSync(file, `${before}\n### by name\nupdate hello_backend.count ()\n### gone\nhello_backend.gone ()\n`);
      await requests.getByText('gone', { exact: true }).waitFor();
      assert.equal(await requests.getByRole('button', { name: 'Call: gone' }).count(), 0);
      // The list may be drawn anew meanwhile: a focus does not wait for it to be at rest.
      await requests.getByRole('button', { name: 'no. 1', exact: true }).focus();
      await workbench.screenshot('page-call-8-requests');
      assert.deepEqual(await violations(webview), []);
      await requests.getByRole('button', { name: 'no. 1', exact: true }).press('Enter');
      assert.equal(await candid().inputValue(), '()');
      await requests.getByRole('button', { name: 'Call: by name' }).press('Enter');
      await workbench.clickDialog('Call');
      await webview.getByText('(7 : nat)').first().waitFor();
      await requests.getByRole('button', { name: 'Open: by name' }).press('Enter');
      await workbench.tab('hello_backend.candid-requests').waitFor();
      await workbench.statusBarItem(/^Ln 7, Col/).waitFor();
      await workbench.screenshot('page-call-9-opened');
      await workbench.tab('hello_backend (local)').click();
      await requests.getByText('gone', { exact: true }).waitFor();
      await method('order').press('Enter');
    }));

  it('tells why a call failed, as text', () =>
    workbench.watched('page-call-failure', async () => {
      const { webview } = workbench;
      await webview.getByRole('searchbox', { name: 'Search methods' }).fill('');
      await method('print').press('Enter');
      await call().press('Enter');
      await workbench.clickDialog('Call');
      await webview.getByText(/^Replied in/).waitFor();
      await method('stumble').press('Enter');
      await call().press('Enter');
      await workbench.clickDialog('Call');
      await webview.getByRole('alert').filter({ hasText: 'I <b>stumble</b> on purpose.' }).waitFor();
      await workbench.screenshot('page-call-4-failure');
    }));

  it('calls queries without a question, and as updates where that is wanted', () =>
    workbench.watched('page-call-query', async () => {
      const { webview } = workbench;
      await method('count').press('Enter');
      await call().press('Enter');
      await webview.getByText('(7 : nat)').first().waitFor();
      await webview.getByRole('checkbox', { name: 'Call as an update, for a certified reply' }).check();
      await call().press('Enter');
      await workbench.clickDialog('Call');
      await webview.locator('.past li').nth(1).waitFor();
    }));

  it('shows a megabyte as Candid, JSON and a tree without a task that is long', () =>
    workbench.watched('page-call-large', async () => {
      const { webview } = workbench;
      const smooth = (what: string, act: () => Promise<void>, then: () => Promise<void>) =>
        assertSmooth(workbench, `a reply of 1 MB ${what}`, 240, act, then);
      const reply = webview.locator('.reply');
      const form = webview.getByRole('combobox', { name: 'Show the reply as' });
      for (const [name, json] of [
        ['large', /^"0123/],
        ['orders', /"product": "Tea no\. 0"/],
      ] as const) {
        await method(name).press('Enter');
        await smooth(
          `of ${name}`,
          () => call().press('Enter'),
          () => webview.getByText(/^Replied in/).waitFor(),
        );
        await workbench.screenshot(`page-call-5-${name}`);
        const shown = async (as: string, then: () => Promise<void>) => {
          await smooth(
            `of ${name} as ${as}`,
            async () => void (await form.selectOption(as)),
            async () => {
              await then();
              await workbench.screenshot(`page-call-5-${name}-${as.toLowerCase()}`);
              await form.selectOption('Candid');
            },
          );
        };
        await shown('JSON', () => reply.getByText(json).first().waitFor());
        await shown('Tree', () => reply.locator('details, .leaf').first().waitFor());
      }
    }));

  it('knows what was called after the window was loaded anew', () =>
    workbench.watched('page-call-reload', async () => {
      const { webview } = workbench;
      // What was called is written some seconds later.
      await workbench.page.waitForTimeout(3_000);
      await workbench.reload();
      await workbench.tab('hello_backend (local)').click({ timeout: 60_000 });
      await webview.getByRole('tab', { name: 'Call' }).click({ timeout: 60_000 });
      await method('order').press('Enter');
      await webview.getByRole('heading', { name: 'Calls of this method' }).waitFor();
      assert.match(await candid().inputValue(), /product = "Tea \\"green\\""/);
      assert.equal(await webview.getByRole('textbox', { name: 'product' }).inputValue(), 'Tea "green"');
      await workbench.screenshot('page-call-6-reloaded');
    }));
});
