/** From an empty folder to a canister that was called: with icp, with dfx, and with neither. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { installDfx } from '../dfx';
import { ROOT } from '../host/extension-tests';
import { killMarked } from '../host/marked-processes';
import { DfxHome } from '../support/dfx-home';
import { icpBinary, withoutIcp } from '../support/icp-binary';
import { launcherEnvironment } from '../support/icp-launch';
import { Workbench } from './support/workbench';

const VIEW = 'Canisters';
const MARK = 'IC_CANISTERS_NEW_PROJECT';

describe('a new project', { skip: withoutIcp }, () => {
  let scratch: string;
  let env: Record<string, string>;
  let icp: string;
  let dfx: string;

  before(async () => {
    scratch = mkdtempSync(path.join(tmpdir(), 'ic-canisters-new-'));
    // What `npm install` would bring: folders above are looked into, too.
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(scratch, 'node_modules'));
    const home = new DfxHome(path.join(scratch, 'dfx'));
    home.addIdentity('default');
    home.selectIdentity('default');
    home.writeNetworks({ local: { bind: '127.0.0.1:0' } });
    env = { ...home.env, ICP_HOME: path.join(scratch, 'icp'), ...launcherEnvironment(scratch), [MARK]: scratch };
    icp = path.dirname(icpBinary);
    dfx = path.dirname(await installDfx(path.join(scratch, 'bin')));
  });
  after(() => {
    // The networks outlive the commands that started them.
    killMarked(MARK, scratch);
    rmSync(scratch, { recursive: true, force: true });
  });

  async function open(name: string, tools: readonly string[], locale?: string): Promise<Workbench> {
    const folder = path.join(scratch, name);
    mkdirSync(folder);
    const PATH = [...tools, path.dirname(process.execPath), '/usr/bin', '/bin'].join(path.delimiter);
    return await Workbench.open({ folder, env: { ...env, PATH }, locale });
  }

  const welcome = (workbench: Workbench, button: string) =>
    workbench.welcome(VIEW).getByRole('button', { name: button }).click();
  const row = (workbench: Workbench, canister: string, state: string) =>
    workbench.row(new RegExp(`^${canister}, ${state}`), VIEW);
  const step = (workbench: Workbench, title: string) =>
    workbench.page.locator('.getting-started-step').filter({ hasText: title }).first();

  it('of icp: the template cannot be downloaded, the sample is made in the open folder, deployed and called', async () => {
    const workbench = await open('my-shop', [icp]);
    try {
      await workbench.watched('new-icp', async () => {
        await workbench.openContainer('Internet Computer');
        await workbench.welcome(VIEW).getByText('There is no dfx.json or icp.yaml').waitFor();
        await workbench.screenshot('new-icp-1-welcome');
        // 1 to 3
        await welcome(workbench, 'New project…');
        await workbench.quickInput.getByText('One canister in Motoko, a language made for canisters.').waitFor();
        await workbench.screenshot('new-icp-2-templates');
        await workbench.choose(/^motoko/);
        await workbench.notification(/could not download/).waitFor({ timeout: 60_000 });
        await workbench.screenshot('new-icp-3-no-download');
        await workbench.clickNotification(/could not download/, 'Use the sample instead');
        // 4
        await row(workbench, 'backend', 'Not created').waitFor();
        await workbench.notification(/my-shop is ready/).waitFor();
        await workbench.screenshot('new-icp-4-tree');
        await workbench.clickNotification(/my-shop is ready/, 'Start and deploy');
        await row(workbench, 'backend', 'Running').waitFor({ timeout: 90_000 });
        await row(workbench, 'counter', 'Running').waitFor();
        await workbench.screenshot('new-icp-5-deployed');
        // What a beginner cannot know is said where it stands.
        const meaning = (text: string) => workbench.page.locator('.monaco-hover').getByText(text);
        await workbench.statusBarItem(/^Environment local/).hover();
        await meaning('A network on this computer: it costs nothing.').waitFor();
        await workbench.statusBarItem(/^Identity anonymous/).hover();
        await meaning('No key: what anybody may do.').waitFor();
        await workbench.screenshot('new-icp-5-identity');
        // 5 to 7
        await workbench.clickNotification(/Deployed .*backend/, 'Call method…');
        await workbench.choose(/^counter/);
        await workbench.quickInput.getByText('update · Takes a moment, can change the state').first().waitFor();
        await workbench.screenshot('new-icp-6-methods');
        await workbench.choose(/^tick(?!s)/);
        await workbench.tab(/tick/).waitFor();
        await workbench.screenshot('new-icp-6-called');
        // However the steps were reached.
        await workbench.runCommand('Welcome: Open Walkthrough...');
        await workbench.choose('Run your first canister');
        for (const title of ['Open or create a project', 'Start the local network', 'Deploy', 'Call a method']) {
          await step(workbench, title).locator('.codicon-getting-started-step-checked').waitFor();
        }
        await step(workbench, 'Look at the logs').locator('.codicon-getting-started-step-unchecked').waitFor();
        await workbench.screenshot('new-icp-7-walkthrough');
      });
    } finally {
      await workbench.close();
    }
  });

  it('of dfx: its choices are described, and it ends at the tree, deployed and called', async () => {
    const workbench = await open('old-shop', [dfx]);
    try {
      await workbench.watched('new-dfx', async () => {
        await workbench.openContainer('Internet Computer');
        // 1 to 3
        await welcome(workbench, 'New project…');
        await workbench.quickInput.getByText('One canister in Rust.').waitFor();
        await workbench.screenshot('new-dfx-1-language');
        await workbench.choose(/^motoko/);
        await workbench.quickInput.getByText('A frontend in React, built with npm.').waitFor();
        await workbench.screenshot('new-dfx-2-frontend');
        await workbench.choose(/^none/);
        // 4
        await row(workbench, 'old-shop_backend', 'Not created').waitFor();
        await workbench.clickNotification(/old-shop is ready/, 'Start and deploy');
        await row(workbench, 'old-shop_backend', 'Running').waitFor({ timeout: 90_000 });
        // 5 and 6, and a key
        await workbench.clickNotification('Deployed old-shop_backend', 'Call method…');
        await workbench.choose(/^greet/);
        // What is between the quotes is selected.
        await workbench.quickInput.getByText('old-shop_backend.greet').waitFor();
        await workbench.page.waitForTimeout(500);
        await workbench.page.keyboard.type('World');
        await workbench.press('Enter');
        await workbench.tab(/greet/).waitFor();
        await workbench.screenshot('new-dfx-3-called');
      });
    } finally {
      await workbench.close();
    }
  });

  it('with neither: says that icp is wanted, and offers the sample; with both: icp comes first', async () => {
    const neither = await open('no-tool', []);
    try {
      await neither.watched('new-none', async () => {
        await neither.openContainer('Internet Computer');
        await welcome(neither, 'New project…');
        await neither.notification(/icp, which is not on this computer/).waitFor();
        await neither.screenshot('new-none');
        await neither.clickNotification(/icp, which is not on this computer/, 'Open the sample');
        await row(neither, 'backend', 'Not created').waitFor();
        const next = /no-tool is ready\. Next: set up icp/;
        await neither.notification(next).waitFor();
        await neither.screenshot('new-none-next');
        await neither.clickNotification(next, 'Set up icp');
        await neither.quickInput.getByText('Install with npm').first().waitFor();
        await neither.press('Escape');
      });
    } finally {
      await neither.close();
    }
    const both = await open('both', [dfx, icp]);
    try {
      await both.watched('new-both', async () => {
        await both.openContainer('Internet Computer');
        await welcome(both, 'New project…');
        await both.quickInput.getByText('dfx is deprecated').waitFor();
        await both.screenshot('new-both');
        const [first, second] = await both.quickPickLabels();
        assert.match(first ?? '', /^icp/);
        assert.match(second ?? '', /^dfx/);
        await both.press('Escape');
      });
    } finally {
      await both.close();
    }
  });

  it('in a folder that is asked for opens in a window of its own, with its canisters and the next step', async () => {
    mkdirSync(path.join(scratch, 'projects'));
    const workbench = await open('not-empty', [icp]);
    writeFileSync(path.join(scratch, 'not-empty', 'notes.txt'), '');
    try {
      await workbench.watched('new-window', async () => {
        await workbench.openContainer('Internet Computer');
        await welcome(workbench, 'Open sample…');
        await workbench.quickInput.getByText('Name of the project').waitFor();
        await workbench.type('Not a name', false);
        await workbench.inputMessage.getByText('Small letters and digits').waitFor();
        await workbench.screenshot('new-window-1-name');
        await workbench.type('shop');
        await workbench.quickInput.getByText('Where shall the project folder be made?').waitFor();
        await workbench.type(path.join(scratch, 'projects'), false);
        await workbench.page.waitForTimeout(1_000);
        await workbench.screenshot('new-window-2-place');
        await workbench.quickInput.getByRole('button', { name: 'Create here' }).click();
        // The window starts anew.
        await workbench.notification(/shop is ready/).waitFor({ timeout: 60_000 });
        await row(workbench, 'backend', 'Not created').waitFor();
        await workbench.screenshot('new-window-3-tree');
      });
    } finally {
      await workbench.close();
    }
  });

  it('is made in Japanese, too', async () => {
    const workbench = await open('japanese', [icp], 'ja');
    try {
      await workbench.watched('new-japanese', async () => {
        await workbench.openContainer('Internet Computer');
        await workbench.page.locator('.welcome-view-content').getByText('dfx.json も icp.yaml も').waitFor();
        await workbench.screenshot('new-ja-1-welcome');
        await workbench.page.getByRole('button', { name: '新しいプロジェクト…' }).first().click();
        await workbench.quickInput.getByText('canister 専用の言語 Motoko による canister 1 つ。').waitFor();
        await workbench.screenshot('new-ja-2-templates');
        await workbench.choose(/^motoko/);
        await workbench.clickNotification(/ダウンロード/, '代わりにサンプルを使う');
        await workbench.notification(/の準備ができました/).waitFor();
        await workbench.screenshot('new-ja-3-tree');
        await workbench.runCommand('Welcome: Open Walkthrough...');
        await workbench.choose('最初の canister を動かす');
        await workbench.page
          .locator('.getting-started-step-checked, .codicon-getting-started-step-checked')
          .first()
          .waitFor();
        await workbench.screenshot('new-ja-4-walkthrough');
      });
    } finally {
      await workbench.close();
    }
  });
});
