/** Calls from a canister's page: a form filled in, the text beside it, the reply, and what was called before. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Example, replaceBackend, startExample } from '../support/example';
import { violations } from './support/accessibility';
import { longestFrame } from './support/frames';
import { Workbench } from './support/workbench';

const SOURCE = `
import Debug "mo:base/Debug";
persistent actor {
  public type Item = { product : Text; price : Float; count : Nat8 };
  public type Order = { buyer : Principal; items : [Item]; note : ?Text; ship : { #pickup; #post : { street : Text } } };
  public func order(order : Order) : async { total : Float; order : Order } {
    var total : Float = 0;
    for (item in order.items.vals()) { total += item.price };
    { total; order }
  };
  public query func count() : async Nat { 7 };
  public func print() : async () { Debug.print("A large reply") };
  public query func large() : async Text {
    var text = "0123456789abcde\\n";
    var doublings = 16;
    while (doublings > 0) { text #= text; doublings -= 1 };
    text
  };
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
      const copied = async (button: string) => {
        await page.evaluate("navigator.clipboard.writeText('')");
        await webview.getByRole('button', { name: button }).click();
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
      assert.deepEqual(await violations(webview), []);
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

  it('shows a megabyte without a frame that is long', () =>
    workbench.watched('page-call-large', async () => {
      const { webview } = workbench;
      await method('large').press('Enter');
      const frames = longestFrame(webview, 240);
      await call().press('Enter');
      await webview.getByText(/^Replied in/).waitFor();
      const longest = await frames;
      console.log(`a reply of 1 MB: longest frame ${longest} ms`);
      await workbench.screenshot('page-call-5-large');
      assert.ok(longest < 500, String(longest));
    }));

  it('knows what was called after the window was loaded anew', () =>
    workbench.watched('page-call-reload', async () => {
      const { webview } = workbench;
      // What was called is written some seconds later.
      await workbench.page.waitForTimeout(3_000);
      await workbench.page.reload();
      await workbench.tab('hello_backend (local)').click({ timeout: 60_000 });
      await webview.getByRole('tab', { name: 'Call' }).click();
      await method('order').press('Enter');
      await webview.getByRole('heading', { name: 'Calls of this method' }).waitFor();
      assert.match(await candid().inputValue(), /product = "Tea \\"green\\""/);
      assert.equal(await webview.getByRole('textbox', { name: 'product' }).inputValue(), 'Tea "green"');
      await workbench.screenshot('page-call-6-reloaded');
    }));
});
