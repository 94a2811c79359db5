/** Eight things that every developer of canisters does, as a new user does them, with clicks and keys counted. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { installDfx } from '../dfx';
import { ROOT } from '../host/extension-tests';
import { killMarked } from '../host/marked-processes';
import { DfxHome } from '../support/dfx-home';
import { Workbench } from './support/workbench';

const MARK = 'IC_CANISTERS_EIGHT_TASKS';
const CANISTER = 'shop_backend';

/** @param reply what tells one version of the code from another */
const source = (reply: string) => `persistent actor {
  type Item = { sku : Text; price : Float; amount : Nat; note : ?Text };
  type Order = { customer : Text; items : [Item]; shipping : { #standard; #pickup : { place : Text } } };
  var count = 0;
  public func add() : async Nat { count += 1; count };
  public query func version() : async Text { "${reply}" };
  public func stumble() : async () { assert count > 1_000 };
  public func place(order : Order) : async Nat { order.items.size() };
  public query func greet(name : Text) : async Text { "Hello, " # name };
};
`;

interface Walk {
  readonly language: 'en' | 'ja';
  /** Width of the side bar in pixels; VS Code's own where it is not given. */
  readonly width?: number;
}

/** What one task took: clicks of either button, and keys without those that are held. */
interface Effort {
  clicks: number;
  keys: number;
}

const texts = (file: string) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Record<string, string>;
const SENTENCES = texts('l10n/bundle.l10n.ja.json');
const TITLES = { en: texts('package.nls.json'), ja: texts('package.nls.ja.json') };

for (const { language, width } of [{ language: 'en' }, { language: 'ja', width: 200 }] satisfies Walk[]) {
  const place = `${language}-${width ?? 'wide'}`;

  describe(`eight tasks (${place})`, { skip: process.platform === 'win32' }, () => {
    const scratch = mkdtempSync(path.join(tmpdir(), 'ic-canisters-tasks-'));
    const project = path.join(scratch, 'shop');
    const main = path.join(project, 'src', CANISTER, 'main.mo');
    const home = new DfxHome(path.join(scratch, 'dfx-home'));
    let env: Record<string, string>;
    let dfx: string;
    let workbench: Workbench;
    const effort: Effort = { clicks: 0, keys: 0 };

    const say = (english: string) =>
      language === 'en' ? english : (SENTENCES[english] ?? assert.fail(`${english} has no Japanese`));
    const title = (key: string) => TITLES[language][key] ?? assert.fail(key);
    const view = (id: string) => title(`view.${id}`);
    const row = (state: string, of = CANISTER) => workbench.row(new RegExp(`^${of}, ${say(state)}`));
    const picture = (name: string) => workbench.screenshot(`tasks-${place}-${name}`);
    const call = (method: string) =>
      execFileSync(dfx, ['canister', 'call', CANISTER, method], {
        cwd: project,
        env: { ...process.env, ...env },
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    /** What the developer writes is no part of what is counted. */
    const edit = async (text: string) => {
      writeFileSync(main, text);
      await workbench.viewAction(view('canisters'), title('command.refresh'));
    };

    before(async () => {
      symlinkSync(path.join(ROOT, 'node_modules'), path.join(scratch, 'node_modules'));
      mkdirSync(project);
      for (const name of ['default', 'alice']) {
        home.addIdentity(name);
      }
      home.selectIdentity('default');
      home.writeNetworks({ local: { bind: '127.0.0.1:0' } });
      dfx = await installDfx(path.join(scratch, 'bin'));
      const PATH = [path.dirname(dfx), path.dirname(process.execPath), '/usr/bin', '/bin'].join(path.delimiter);
      env = { ...home.env, PATH, [MARK]: scratch };
      workbench = await Workbench.open({ folder: project, env, locale: language === 'en' ? undefined : language });
      await workbench.countInput((kind) => {
        effort[kind] += 1;
      });
      if (width !== undefined) {
        await workbench.resizeSideBar(width);
      }
    });
    after(async () => {
      await workbench?.close();
      killMarked(MARK, scratch);
      rmSync(scratch, { recursive: true, force: true });
    });

    let stuck = false;
    /**
     * Each task stands on the one before: behind a failed one, the rest would only wait in vain.
     *
     * @param limits what it takes
     */
    const task = (name: string, limits: Effort, work: () => Promise<void>) =>
      it(name, async (t) => {
        if (stuck) {
          t.skip('an earlier task failed');
          return;
        }
        stuck = true;
        await workbench.watched(`tasks-${place}-${name.slice(1, 2)}`, work);
        stuck = false;
        console.log(`${place} ${name}: ${effort.clicks} clicks, ${effort.keys} keys`);
        assert.deepEqual({ ...effort }, limits);
      });
    const counted = async (work: () => Promise<void>) => {
      effort.clicks = 0;
      effort.keys = 0;
      await work();
    };

    task('(a) from an empty folder to a canister that is called', { clicks: 8, keys: 6 }, () =>
      counted(async () => {
        await workbench.openContainer(title('viewContainer.title'));
        const begin = workbench.page
          .locator('.welcome-view-content')
          .getByRole('button', { name: title('command.newProject') });
        await begin.first().waitFor();
        await picture('a1-welcome');
        await begin.first().click();
        await workbench.quickInput.getByText('motoko', { exact: true }).waitFor();
        await picture('a2-language');
        await workbench.choose(/^motoko/);
        await workbench.choose(/^none/);
        await row('Not created').waitFor();
        await picture('a3-tree');
        await workbench.clickNotification(/shop/, say('Start and deploy'));
        await row('Running').waitFor({ timeout: 90_000 });
        await picture('a4-deployed');
        await workbench.contextMenu(row('Running'), title('command.call'));
        await workbench.choose(/^greet/);
        await workbench.quickInput.getByText(`${CANISTER}.greet`).waitFor();
        await picture('a5-argument');
        // The cursor stands between the quotes.
        await workbench.page.waitForFunction(
          `document.activeElement.value === '("")' && document.activeElement.selectionStart === 2`,
        );
        await workbench.page.keyboard.type('World');
        await workbench.press('Enter');
        await workbench.tab(/greet/).waitFor();
        await picture('a6-reply');
      }),
    );

    task('(b) a compile error', { clicks: 4, keys: 0 }, async () => {
      await clear();
      await edit(source('one').replace('count += 1', 'cuont += 1'));
      await row('Running')
        .and(workbench.row(new RegExp(say('source newer than the build'))))
        .waitFor();
      await counted(async () => {
        await workbench.contextMenu(row('Running'), title('command.build'));
        await workbench
          .notification(new RegExp(CANISTER))
          .getByRole('button', { name: say('Show problems') })
          .waitFor();
        await picture('b1-failed');
        await workbench.clickNotification(CANISTER, say('Show problems'));
        await workbench.page.locator('.markers-panel').getByText('unbound variable cuont').click();
        await workbench.statusBarItem(/Ln 5, Col/).waitFor();
        await picture('b2-place');
      });
    });

    task(
      '(c) an upgrade keeps the data and a reinstallation erases it, each with the new code',
      { clicks: 6, keys: 0 },
      async () => {
        await clear();
        await edit(source('one'));
        await counted(async () => {
          await workbench.contextMenu(row('Running'), title('command.upgrade'));
          await workbench.dialog.waitFor();
          await picture('c1-upgrade');
          await workbench.clickDialog(say('Build and upgrade'));
          await upgraded('one');
        });
        const first = { ...effort };
        assert.equal(call('add'), '(1 : nat)');
        await edit(source('two'));
        await workbench.row(new RegExp(say('source newer than the build'))).waitFor();
        await picture('c2-newer');
        await counted(async () => {
          await workbench.contextMenu(row('Running'), title('command.upgrade'));
          await workbench.clickDialog(say('Build and upgrade'));
          await upgraded('two');
        });
        assert.deepEqual({ ...effort }, first);
        assert.equal(call('add'), '(2 : nat)');
        await edit(source('three'));
        await workbench.row(new RegExp(say('source newer than the build'))).waitFor();
        await counted(async () => {
          await workbench.contextMenu(row('Running'), title('command.reinstall'));
          await workbench.dialog.waitFor();
          await picture('c3-reinstall');
          await workbench.clickDialog(say('Build and reinstall'));
          await upgraded('three');
        });
        assert.equal(call('add'), '(1 : nat)');
        effort.clicks += first.clicks;
      },
    );

    task('(d) why it traps', { clicks: 1, keys: 0 }, async () => {
      await clear();
      await workbench.contextMenu(row('Running'), title('command.call'));
      await workbench.choose('stumble');
      await workbench.notification(/assertion failed/).waitFor();
      await counted(async () => {
        await picture('d1-trap');
        await workbench.clickNotification(/assertion failed/, say('Show canister logs'));
        await workbench.editor.locator('.view-line').filter({ hasText: 'TRAP' }).first().waitFor();
        await picture('d2-log');
      });
    });

    task('(e) a second controller', { clicks: 4, keys: 0 }, async () => {
      await clear();
      await counted(async () => {
        await workbench.expand(row('Running'));
        await picture('e1-details');
        await workbench.inlineAction(
          workbench.row(new RegExp(`^${say('Controllers')}, 2`)),
          title('command.addController'),
        );
        await workbench.quickInput.getByText('alice').waitFor();
        await picture('e2-whom');
        await workbench.choose(/^alice/);
        await workbench.row(new RegExp(`^${say('Controllers')}, 3`)).waitFor();
        await picture('e3-two');
      });
      await workbench.collapse(row('Running'));
    });

    task('(f) a record in a record, without knowing Candid', { clicks: 3, keys: 5 }, async () => {
      await clear();
      await counted(async () => {
        await workbench.contextMenu(row('Running'), title('command.call'));
        await workbench.choose('place');
        await workbench.page.locator('.editor-instance').getByText('customer = ').first().waitFor();
        await picture('f1-editor');
        await workbench.page.keyboard.type('Eve');
        await workbench.press('Escape');
        await workbench.press('Control+Enter');
        await workbench.tab(`${CANISTER}.place.candid`).waitFor();
        await picture('f2-reply');
      });
    });

    task('(g) its cycles over time', { clicks: 2, keys: 0 }, async () => {
      await clear();
      await counted(async () => {
        await workbench.inlineAction(row('Running'), title('command.openPage'));
        const { webview } = workbench;
        await webview.getByRole('tab', { name: say('Over time') }).click();
        // The window does not see what is clicked within the page.
        effort.clicks += 1;
        await webview.getByRole('img', { name: new RegExp(`^${say('Cycles')}`) }).waitFor();
        await picture('g1-over-time');
      });
    });

    it("puts dfx's question about a breaking interface in plain words, and deploys nothing without an answer", async (t) => {
      if (stuck) {
        t.skip('an earlier task failed');
        return;
      }
      await workbench.watched(`tasks-${place}-breaking`, async () => {
        await clear();
        await edit(source('four').replace(/ {2}public query func version.*\n/, ''));
        await workbench.row(new RegExp(say('source newer than the build'))).waitFor();
        await workbench.contextMenu(row('Running'), title('command.deploy'));
        const question = say(
          'The new interface of {0} breaks the deployed one: other canisters and frontends that rely on it may stop working.',
        );
        await workbench.dialog.getByText(question.replace('{0}', CANISTER)).waitFor({ timeout: 60_000 });
        await picture('breaking');
        await workbench.press('Escape');
        await row('Running').waitFor();
        assert.equal(call('version'), '("three")');
        await edit(source('three'));
      });
    });

    task('(h) a second network', { clicks: 4, keys: 28 }, async () => {
      await clear();
      await counted(async () => {
        await workbench.view(view('networks')).locator('.pane-header').click();
        await workbench.viewAction(view('networks'), title('command.addNetwork'));
        await workbench.quickInput.getByText('(1/3)').waitFor();
        await workbench.page.keyboard.type('stage');
        await picture('h1-name');
        await workbench.press('Enter');
        await workbench.quickInput.getByText('(2/3)').waitFor();
        await workbench.page.keyboard.type('https://stage.example');
        await picture('h2-url');
        await workbench.press('Enter');
        await workbench.choose(say('Lasting (persistent)'));
        await picture('h3-whose');
        await workbench.choose(say('This project'));
        await workbench.row(/^stage, /, view('networks')).waitFor();
        await picture('h4-networks');
      });
    });

    /** The reply of the new code comes once it is installed. */
    async function upgraded(reply: string): Promise<void> {
      await workbench
        .row(new RegExp(say('source newer than the build')))
        .waitFor({ state: 'detached', timeout: 60_000 });
      await row('Running').waitFor({ timeout: 60_000 });
      assert.equal(call('version'), `("${reply}")`);
    }

    /** Takes away what the task before has left, so that pictures show one. */
    async function clear(): Promise<void> {
      await workbench.runCommand('Notifications: Clear All Notifications');
      await workbench.runCommand('View: Close All Editors');
    }
  });
}
