/** A canister's log on its page: followed, searched, read to its end, copied. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Example, replaceBackend, startExample } from '../support/example';
import { violations } from './support/accessibility';
import { assertSmooth } from './support/frames';
import { SEARCH_LOG, sendLines } from './support/large';
import { Workbench } from './support/workbench';

const SOURCE = `
import Debug "mo:base/Debug";
persistent actor {
  public func print() : async () { Debug.print("A large reply") };
  public func fall() : async () {
    // As the Internet Computer logs a trap of a module that has names.
    Debug.print("[TRAP]: assertion failed at main.mo:4.3-4.9\\nCanister Backtrace:\\nstumble\\nrts_trap\\n")
  };
  public func stumble() : async () { Debug.trap("I <b>stumble</b> on purpose.") };
};`;

describe("the log on a canister's page", () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-page-log-'));
  let example: Example;
  let workbench: Workbench;
  const log = () => workbench.webview.getByRole('log', { name: 'Log' });
  const search = () => workbench.webview.getByRole('searchbox', { name: 'Search the log' });
  /** Runs a text in the page: a function would name helpers of the test runner's compiler. */
  const inPage = <T>(text: string) =>
    workbench.webview.locator('html').evaluate((_, source) => new Function(source)() as T, text);

  before(async () => {
    example = await startExample(folder);
    await replaceBackend(example, SOURCE);
    workbench = await Workbench.open({ folder: example.project, env: example.env });
    await workbench.openCanisterPage('hello_backend');
  });
  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is followed, searched, and paused', () =>
    workbench.watched('page-log', async () => {
      const { webview } = workbench;
      await webview.getByRole('tab', { name: 'Call' }).click();
      for (const method of ['print', 'stumble']) {
        const methods = webview.getByRole('navigation', { name: 'Methods' });
        await methods.getByRole('button', { name: method, exact: true }).press('Enter');
        await webview.getByRole('button', { name: 'Call', exact: true }).press('Enter');
        await webview
          .getByText(method === 'print' ? /^Replied in/ : /on purpose/)
          .first()
          .waitFor();
      }
      await webview.getByRole('tab', { name: 'Call' }).focus();
      for (const tab of ['Settings', 'Snapshots', 'Log']) {
        await workbench.press('ArrowRight');
        await webview.getByRole('tab', { name: tab, selected: true }).waitFor();
      }
      await log().getByText('I <b>stumble</b>').first().waitFor();
      await log().getByText('A large reply').first().waitFor();
      await workbench.screenshot('page-log-1');
      assert.deepEqual(await violations(webview), []);
      await search().fill('LARGE');
      await log().getByText('I <b>stumble</b>').waitFor({ state: 'detached' });
      await log().getByText('A large reply').first().waitFor();
      await search().fill('');
      await webview.getByRole('combobox', { name: 'Which lines are shown' }).selectOption('Traps');
      await log().getByText('A large reply').first().waitFor({ state: 'detached' });
      await webview.getByRole('combobox', { name: 'Which lines are shown' }).selectOption('All lines');
      await webview.getByRole('button', { name: 'Pause' }).press('Enter');
      await webview.getByText('Paused').waitFor();
      example.network.resetCounters();
      await workbench.page.waitForTimeout(5_000);
      const paused = example.network.counters.byKind.query;
      await webview.getByRole('button', { name: 'Go on' }).press('Enter');
      await webview.getByText('Following').waitFor();
      assert.ok(paused <= 5, `${paused} queries while it was paused: those for the state of the canisters at most`);
    }));

  it('leads from a trap to what its backtrace names, where the sources have it', () =>
    workbench.watched('page-log-trap', async () => {
      const { webview } = workbench;
      await webview.getByRole('tab', { name: 'Call' }).click();
      await webview
        .getByRole('navigation', { name: 'Methods' })
        .getByRole('button', { name: 'fall', exact: true })
        .press('Enter');
      await webview.getByRole('button', { name: 'Call', exact: true }).press('Enter');
      await webview
        .getByText(/^Replied in/)
        .first()
        .waitFor();
      await webview.getByRole('tab', { name: 'Log' }).click();
      const frames = log().getByRole('list', { name: 'Backtrace' });
      await frames.getByRole('button', { name: 'stumble', exact: true }).waitFor();
      await frames.getByText('rts_trap').waitFor();
      assert.equal(await frames.getByRole('button').count(), 1);
      await workbench.screenshot('page-log-3-trap');
      assert.deepEqual(await violations(webview), []);
      await log().getByRole('button', { name: 'main.mo:4.3' }).waitFor();
      await frames.getByRole('button', { name: 'stumble', exact: true }).press('Enter');
      await workbench.tab('main.mo').waitFor();
      await workbench.statusBarItem(/^Ln 9, Col/).waitFor();
      await workbench.tab('hello_backend (local)').click();
      await log().getByText('A large reply').first().waitFor();
    }));

  it('shows 10,000 lines without a frame that is long, and is searched and scrolled so', () =>
    workbench.watched('page-log-long', async () => {
      const { webview } = workbench;
      const smooth = (what: string, act: () => Promise<void>, then: () => Promise<void>) =>
        assertSmooth(workbench, `10,000 lines of a log ${what}`, 120, act, then);
      await smooth(
        'shown',
        () => inPage(sendLines(10_000, `'line ' + index`)),
        () => webview.getByText('line 9999', { exact: true }).waitFor(),
      );
      await workbench.screenshot('page-log-2-long');
      assert.ok((await log().getByRole('listitem').count()) < 150, 'what is out of sight is not in the page');
      await smooth(
        'searched',
        () => inPage(SEARCH_LOG),
        () => webview.getByText('line 9999', { exact: true }).waitFor(),
      );
      await search().fill('');
      await smooth(
        'scrolled',
        () =>
          inPage(`const list = document.querySelector('.lines');
          let frames = 0;
          requestAnimationFrame(function frame() {
            list.scrollTop = list.scrollHeight * ((frames * 37) % 100) / 100;
            if (++frames < 90) requestAnimationFrame(frame);
          });`),
        async () => {},
      );
    }));

  it('is read from the first line to the last by keyboard, lines of any height, and copied as a whole', () =>
    workbench.watched('page-log-keyboard', async () => {
      const { webview } = workbench;
      await webview.getByRole('button', { name: 'Pause' }).press('Enter');
      await inPage(
        sendLines(3_000, `'row ' + index + ' ' + 'word '.repeat(index % 7 * 30) + '\\nend'.repeat(index % 3)`),
      );
      await log()
        .getByText(/^row 2999 /)
        .waitFor();
      await log().focus();
      await workbench.press('Home');
      const first = log().getByText(/^row 0\b/);
      await first.waitFor();
      const item = first.locator('xpath=..');
      assert.equal(await item.getAttribute('aria-posinset'), '1');
      assert.equal(await item.getAttribute('aria-setsize'), '3000');
      // Each page down begins where the last ended: no line is passed over.
      const seen = `const list = document.querySelector('.lines').getBoundingClientRect();
        return [...document.querySelectorAll('.line')].filter((row) => {
          const { top, bottom } = row.getBoundingClientRect();
          return bottom > list.top + 1 && top < list.bottom - 1;
        }).map((row) => Number(row.getAttribute('aria-posinset')));`;
      let last = 1;
      for (let page = 0; page < 8; page++) {
        const numbers = await inPage<number[]>(seen);
        assert.ok(numbers.length > 1 && numbers[0]! <= last + 1, `${last} then ${numbers}`);
        assert.deepEqual(
          numbers,
          numbers.map((_, index) => numbers[0]! + index),
        );
        last = numbers.at(-1)!;
        await workbench.press('PageDown');
        await workbench.page.waitForTimeout(400);
      }
      assert.ok(last > 20, String(last));
      await workbench.press('End');
      await log()
        .getByText(/^row 2999 /)
        .waitFor();
      await search().fill('row 29');
      await log()
        .getByText(/^row 289 /)
        .waitFor({ state: 'detached' });
      await log().focus();
      await workbench.press('Control+A');
      await workbench.press('Control+C');
      const copied = await workbench.page.evaluate('navigator.clipboard.readText()');
      assert.equal(String(copied).match(/row \d+/g)?.length, 111);
      await search().fill('');
      const saved = path.join(example.project, 'hello_backend-local.log');
      await webview.getByRole('button', { name: 'Save log…' }).press('Enter');
      await workbench.page.waitForFunction(`document.activeElement.value === ${JSON.stringify(saved)}`);
      await workbench.screenshot('page-log-save');
      await workbench.press('Enter');
      for (let waited = 0; !existsSync(saved); waited += 100) {
        assert.ok(waited < 10_000, 'the log is saved');
        await workbench.page.waitForTimeout(100);
      }
      assert.equal(readFileSync(saved, 'utf8').match(/row \d+/g)?.length, 3_000);
      await webview.getByRole('button', { name: 'Go on' }).press('Enter');
    }));
});
