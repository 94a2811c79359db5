/** The guide "managing canisters" from top to bottom, by hand: with the dfx stand-in and a network that it starts. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { installDfx, setBehaviour } from '../dfx';
import { DfxHome } from '../support/dfx-home';
import { stepsOf } from './support/steps';
import { Workbench } from './support/workbench';

const EXAMPLE = path.resolve(__dirname, '../../examples/hello');
const ALL = ['hello_backend', 'hello_visitor', 'hello_ledger', 'hello_frontend', 'hello_worker'];

describe('the guide, step by step', { skip: process.platform === 'win32' }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-guide-'));
  const project = path.join(folder, 'hello');
  const home = new DfxHome(path.join(folder, 'dfx-home'));
  const env = { ...home.env, PATH: `${path.join(folder, 'bin')}${path.delimiter}${process.env['PATH']}` };
  const idFile = path.join(project, '.dfx', 'local', 'canister_ids.json');
  let dfx: string;
  let workbench: Workbench;

  before(async () => {
    home.addIdentity('alice');
    home.selectIdentity('alice');
    // A port of its own, so that no network of this computer is in the way.
    home.writeNetworks({ local: { bind: '127.0.0.1:0' } });
    dfx = await installDfx(path.join(folder, 'bin'));
    cpSync(EXAMPLE, project, { recursive: true, filter: (file) => !file.includes(`${path.sep}.dfx`) });
    workbench = await Workbench.open({ folder: project, env });
    await workbench.openContainer('Internet Computer');
  });
  after(async () => {
    await workbench?.close();
    if (dfx) {
      // The network outlives the command that started it.
      execFileSync(dfx, ['stop'], { cwd: project, env: { ...process.env, ...env }, stdio: 'ignore' });
    }
    rmSync(folder, { recursive: true, force: true });
  });

  const inOrder = stepsOf('guide', () => workbench);
  const step = (title: string, work: () => Promise<void>) => it(title, inOrder(work));
  const row = (canister: string, state: string) => workbench.row(new RegExp(`^${canister}, ${state}`));
  const shows = async (state: string, canisters = ALL) => {
    for (const canister of canisters) {
      await row(canister, state).waitFor({ timeout: 30_000 });
    }
  };
  const ids = (): Record<string, { local?: string }> =>
    existsSync(idFile) ? JSON.parse(readFileSync(idFile, 'utf8')) : {};

  step('says that the network is down, and starts it', async () => {
    await shows('Not created');
    await workbench.row(/local is not running: start it/).waitFor();
    await workbench.screenshot('guide-1-network-down');
    await workbench.runCommand('Canisters: Start local network');
    await workbench.row(/local is not running: start it/).waitFor({ state: 'detached', timeout: 60_000 });
  });

  step('reserves an id', async () => {
    await workbench.contextMenu(row('hello_backend', 'Not created'), 'Create');
    await shows('Empty', ['hello_backend']);
    assert.match(ids()['hello_backend']?.local ?? '', /^[a-z0-9-]+-cai$/);
  });

  step('shows compiler errors at their place', async () => {
    const source = path.join(project, 'src/hello_backend/main.mo');
    const good = readFileSync(source, 'utf8');
    writeFileSync(source, good.replace('"Hello, "', 'greeting'));
    await workbench.contextMenu(row('hello_backend', 'Empty'), 'Build');
    await workbench.notification(/Building hello_backend failed: 1 error/).waitFor({ timeout: 30_000 });
    await workbench.runCommand('View: Focus Problems (Errors, Warnings, Infos)');
    await workbench.page.locator('.markers-panel').getByText('unbound variable greeting').waitFor();
    await workbench.screenshot('guide-2-compiler-error');
    writeFileSync(source, good);
    await workbench.contextMenu(row('hello_backend', 'Empty'), 'Build');
    await row('hello_backend', 'Building').waitFor();
    await workbench.page
      .locator('.markers-panel')
      .getByText('unbound variable greeting')
      .waitFor({ state: 'detached', timeout: 60_000 });
    // The problems go with the fault; the build takes longer.
    await shows('Empty', ['hello_backend']);
    await workbench.runCommand('View: Toggle Panel Visibility');
  });

  step('deploys everything and says where to find it', async () => {
    await workbench.viewAction('Canisters', 'Deploy all');
    await workbench.notification(/Deployed hello_backend/).waitFor({ timeout: 60_000 });
    await shows('Running');
    assert.deepEqual(
      Object.keys(ids())
        .filter((name) => !name.startsWith('__'))
        .sort(),
      [...ALL].sort(),
    );
    await workbench.screenshot('guide-3-deployed');
  });

  step('looks an id up', async () => {
    await workbench.contextMenu(row('hello_ledger', 'Running'), 'Copy ID');
    // As text: the page's own names are none of this process.
    const expected = JSON.stringify(ids()['hello_ledger']?.local);
    await workbench.page.waitForFunction(`navigator.clipboard.readText().then((text) => text === ${expected})`);
  });

  step('stops all and starts all', async () => {
    await workbench.runCommand('Canisters: Stop all');
    await shows('Stopped');
    await workbench.screenshot('guide-4-stopped');
    await workbench.inlineAction(row('hello_worker', 'Stopped'), 'Start');
    await shows('Running', ['hello_worker']);
    await workbench.runCommand('Canisters: Start all');
    await shows('Running');
  });

  step('upgrades one', async () => {
    await workbench.contextMenu(row('hello_backend', 'Running'), 'Upgrade');
    await workbench.row(/^hello_backend, Upgrading…/).waitFor();
    await shows('Running', ['hello_backend']);
  });

  step('asks before it reinstalls', async () => {
    await workbench.contextMenu(row('hello_backend', 'Running'), 'Reinstall…');
    await workbench.screenshot('guide-5-reinstall');
    await workbench.clickDialog('Cancel');
    await workbench.contextMenu(row('hello_backend', 'Running'), 'Reinstall…');
    await workbench.clickDialog('Reinstall');
    await workbench.row(/^hello_backend, Reinstalling…/).waitFor();
    await shows('Running', ['hello_backend']);
  });

  step('cancels a deployment that hangs, with all its processes', async () => {
    await setBehaviour(dfx, { hang: 'deploy', stubborn: true });
    await workbench.inlineAction(row('hello_frontend', 'Running'), 'Deploy');
    await workbench.row(/^hello_frontend, Deploying…/).waitFor();
    await workbench.screenshot('guide-6-deploying');
    await workbench.clickNotification(/Deploying hello_frontend/, 'Cancel');
    const begun = Date.now();
    await shows('Running', ['hello_frontend']);
    assert.ok(Date.now() - begun < 5_000, `${Date.now() - begun} ms`);
    await setBehaviour(dfx);
  });

  step('tells a failure with its cause, and what succeeded beside it', async () => {
    await setBehaviour(dfx, { exit: { command: 'deploy', code: 255, says: 'Error: Something that nobody foresaw.' } });
    await workbench.inlineAction(row('hello_frontend', 'Running'), 'Deploy');
    await workbench.notification(/Deploying hello_frontend failed.*Something that nobody foresaw/).waitFor();
    await workbench.screenshot('guide-7-failure');
    await setBehaviour(dfx);
    await workbench.runCommand('Notifications: Clear All Notifications');
  });

  step('deletes one, then all', async () => {
    await workbench.contextMenu(row('hello_worker', 'Running'), 'Delete…');
    await workbench.screenshot('guide-8-delete');
    await workbench.clickDialog('Delete');
    await shows('Not created', ['hello_worker']);
    assert.ok(!('hello_worker' in ids()));
    await workbench.runCommand('Canisters: Delete all…');
    await workbench.clickDialog('Delete');
    await shows('Not created');
    await workbench.screenshot('guide-9-deleted');
  });
});
