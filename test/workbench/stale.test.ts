/** Sources, builds and what is deployed, out of step: with the dfx stand-in and a network that it starts. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { installDfx } from '../dfx';
import { ROOT } from '../host/extension-tests';
import { DfxHome } from '../support/dfx-home';
import { Workbench } from './support/workbench';

const COUNTER = (reply: string) => `actor {
  stable var count = 0;
  public func add() : async Nat { count += 1; count };
  public func stumble() : async () { assert count > 1_000 };
  public query func greet() : async Text { "${reply}" };
}
`;
/** The argument of `map` has another type than the array's items: an error that takes nine lines. */
const BROKEN = `import Array "mo:base/Array";
actor {
  public func lengths() : async [Text] {
    Array.map([1, 2, 3], func(word : Text) : Text { word });
  };
}
`;
const texts = (file: string) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Record<string, string>;

describe('a source that is newer than the last build', { skip: process.platform === 'win32' }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-stale-'));
  const project = path.join(folder, 'shop');
  const home = new DfxHome(path.join(folder, 'dfx-home'));
  const env = { ...home.env, PATH: `${path.join(folder, 'bin')}${path.delimiter}${process.env['PATH']}` };
  const main = path.join(project, 'src', 'counter.mo');
  let dfx: string;
  let workbench: Workbench;

  const run = (...args: string[]) =>
    execFileSync(dfx, args, { cwd: project, env: { ...process.env, ...env }, encoding: 'utf8' });
  const call = (method: string) => run('canister', 'call', 'counter', method).trim();
  const row = (state: string | RegExp) =>
    workbench.row(new RegExp(`^counter, ${typeof state === 'string' ? state : state.source}`));
  /** Writes the source, and has the view look at once. */
  const edit = async (text: string) => {
    writeFileSync(main, text);
    await workbench.viewAction('Canisters', 'Refresh');
  };

  before(async () => {
    home.addIdentity('alice');
    home.selectIdentity('alice');
    home.writeNetworks({ local: { bind: '127.0.0.1:0' } });
    dfx = await installDfx(path.join(folder, 'bin'));
    mkdirSync(path.dirname(main), { recursive: true });
    writeFileSync(main, COUNTER('one'));
    writeFileSync(
      path.join(project, 'dfx.json'),
      JSON.stringify({ canisters: { counter: { type: 'motoko', main: 'src/counter.mo' } } }, null, 2),
    );
    // Its network would hold pipes open for as long as it runs.
    execFileSync(dfx, ['start', '--background'], { cwd: project, env: { ...process.env, ...env }, stdio: 'ignore' });
    run('deploy');
    workbench = await Workbench.open({ folder: project, env });
    await workbench.openContainer('Internet Computer');
  });
  after(async () => {
    await workbench?.close();
    if (dfx) {
      run('stop');
    }
    rmSync(folder, { recursive: true, force: true });
  });

  it('is marked on the row, and asked about before an upgrade, which keeps the data and brings the new code', () =>
    workbench.watched('stale-upgrade', async () => {
      await row(/Running, local network/).waitFor();
      assert.equal(call('add'), '(1 : nat)');
      await edit(COUNTER('two'));
      await row('Running, source newer than the build, local network').waitFor();
      // A row that is drawn again under the pointer shows no tooltip until the pointer moves.
      await workbench.rowLabels('Canisters');
      await workbench.page.waitForTimeout(1_000);
      assert.match(await workbench.tooltip(row('Running')), /Changed since the last build:\s+src\/counter\.mo/);
      await workbench.screenshot('stale-row');
      await workbench.contextMenu(row('Running'), 'Upgrade');
      await workbench.dialog.getByText('The source of counter is newer than its last build: src/counter.mo').waitFor();
      await workbench.screenshot('stale-upgrade');
      await workbench.clickDialog('Build and upgrade');
      await row(/Running, local network/).waitFor({ timeout: 30_000 });
      assert.equal(call('greet'), '("two")');
      assert.equal(call('add'), '(2 : nat)');
    }));

  it('is asked about in the question before a reinstallation, which erases the data', () =>
    workbench.watched('stale-reinstall', async () => {
      await edit(COUNTER('three'));
      await row('Running, source newer than the build').waitFor();
      await workbench.contextMenu(row('Running'), 'Reinstall…');
      await workbench.dialog.getByText('All its data is erased. This cannot be undone.').waitFor();
      await workbench.dialog.getByText('The source of counter is newer than its last build').waitFor();
      await workbench.screenshot('stale-reinstall');
      await workbench.clickDialog('Build and reinstall');
      await row(/Running, local network/).waitFor({ timeout: 30_000 });
      assert.equal(call('greet'), '("three")');
      assert.equal(call('add'), '(1 : nat)');
    }));

  it('installs the last build where that is meant, and says where what is deployed is another', () =>
    workbench.watched('stale-differs', async () => {
      await edit(COUNTER('four'));
      await row('Running, source newer than the build').waitFor();
      await workbench.contextMenu(row('Running'), 'Upgrade');
      await workbench.clickDialog('Upgrade anyway');
      await row('Upgrading…').waitFor();
      await row('Running, source newer than the build').waitFor({ timeout: 30_000 });
      assert.equal(call('greet'), '("three")');
      await workbench.contextMenu(row('Running'), 'Build');
      await row('Running, deployed module differs from the build').waitFor({ timeout: 30_000 });
      await edit(COUNTER('five'));
      await row('Running, source newer than the build, deployed module differs from the build').waitFor();
      await workbench.resizeSideBar(180);
      await workbench.screenshot('stale-narrow');
      // The page's own language, which has names that this side does not know.
      const badges = await workbench.page.evaluate<string>(
        `[...document.querySelectorAll('.sidebar .monaco-icon-label')].map((each) => getComputedStyle(each, '::after').content).join()`,
      );
      assert.match(badges, /M≠/);
      await workbench.resizeSideBar(300);
      await workbench.contextMenu(row('Running'), 'Upgrade');
      await workbench.clickDialog('Build and upgrade');
      await row(/Running, local network/).waitFor({ timeout: 30_000 });
      assert.equal(call('greet'), '("five")');
    }));

  it('leads from a trap to the log with one click', () =>
    workbench.watched('stale-trap', async () => {
      await workbench.contextMenu(row('Running'), 'Call method…');
      await workbench.choose('stumble');
      await workbench.notification(/assertion failed/).waitFor();
      await workbench.screenshot('stale-trap');
      await workbench.clickNotification(/assertion failed/, 'Show canister logs');
      await workbench.tab('counter (local).log').waitFor();
      await workbench.screenshot('stale-trap-log');
      await workbench.press('Control+w');
    }));

  it('shows an error of several lines whole, opens the file there, and forgets it when the file changes', () =>
    workbench.watched('stale-error', async () => {
      await edit(BROKEN);
      await workbench.contextMenu(row('Running'), 'Upgrade');
      await workbench.clickDialog('Build and upgrade');
      await workbench.notification(/Upgrading .* failed/).waitFor({ timeout: 30_000 });
      await workbench.screenshot('stale-error-notification');
      await workbench.clickNotification(/Upgrading .* failed/, 'Show problems');
      const problem = workbench.page
        .locator('.markers-panel')
        .getByText(/cannot implicitly instantiate function/)
        .first();
      await problem.waitFor();
      await problem.click();
      await workbench.tab('counter.mo').waitFor();
      await workbench.statusBarItem(/Ln 4, Col/).waitFor();
      await workbench.screenshot('stale-error');
      assert.match(
        (await workbench.page.locator('.markers-panel').textContent()) ?? '',
        /so that no valid instantiation exists/,
      );
      writeFileSync(main, COUNTER('six'));
      await problem.waitFor({ state: 'detached' });
      assert.equal(call('greet'), '("five")');
    }));

  it('offers the identity that may, by name, where another deploys', () =>
    workbench.watched('stale-controller', async () => {
      await row('Running').waitFor();
      run('identity', 'new', 'bob', '--storage-mode', 'plaintext');
      run('identity', 'use', 'bob');
      await row('Running state hidden').waitFor({ timeout: 20_000 });
      await workbench.contextMenu(row('Running state hidden'), 'Deploy');
      await workbench.notification(/bob is not a controller/).waitFor({ timeout: 30_000 });
      await workbench.screenshot('stale-controller');
      await workbench.clickNotification(/bob is not a controller/, 'Use alice');
      await row(/Running, /).waitFor({ timeout: 20_000 });
      // The deployment goes on with her, to which the sources are newer.
      await workbench.notification(/Deployed /).waitFor({ timeout: 60_000 });
      assert.equal(call('greet'), '("six")');
      await workbench.screenshot('stale-controller-went-on');
    }));

  it('says so in Japanese', async () => {
    await workbench.close();
    const sentences = texts('l10n/bundle.l10n.ja.json');
    const manifest = texts('package.nls.ja.json');
    writeFileSync(main, COUNTER('seven'));
    workbench = await Workbench.open({ folder: project, env, locale: 'ja' });
    await workbench.watched('stale-japanese', async () => {
      await workbench.openContainer(manifest['viewContainer.title'] ?? '');
      await row(new RegExp(`.*${sentences['source newer than the build']}`)).waitFor({ timeout: 20_000 });
      await workbench.screenshot('stale-japanese-row');
      await workbench.contextMenu(row(''), manifest['command.reinstall'] ?? '');
      await workbench.dialog.getByRole('button', { name: sentences['Build and reinstall'] }).waitFor();
      await workbench.screenshot('stale-japanese-reinstall');
      await workbench.press('Escape');
      await workbench.resizeSideBar(180);
      await workbench.screenshot('stale-japanese-narrow');
    });
  });
});
