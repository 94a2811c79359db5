/** Whom and where: networks, identities, mainnet and its questions, as a person goes through them. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { installDfx } from '../dfx';
import { writeLocalIds } from '../support/dfx-home';
import { type Example, startExample } from '../support/example';
import { CAROL } from '../unit/support/encrypted-identity';
import { Workbench } from './support/workbench';

const MAINNET_ID = 'ryjl3-tyaaa-aaaaa-aaaba-cai';
const WRONG_PASSWORD = 'not the right p4ssphrase';

function addIdentities({ home }: Example): void {
  home.writeIdentityConfig('carol', CAROL.identityJson);
  writeFileSync(path.join(home.identityFolder('carol'), 'identity.pem.encrypted'), CAROL.ciphertext);
  home.writeIdentityConfig('ring', { hsm: null, encryption: null, keyring_identity_suffix: 'ring' });
}

/** Ids on mainnet, a network of another name that is mainnet too, and canisters that are somebody else's. */
function addForeign(project: string): void {
  const file = path.join(project, 'dfx.json');
  const config = JSON.parse(readFileSync(file, 'utf8')) as { canisters: object; networks?: object };
  const canisters = {
    ...config.canisters,
    internet_identity: { type: 'custom', candid: 'ii.did', wasm: 'ii.wasm', remote: { id: { local: MAINNET_ID } } },
    cycles_ledger: { type: 'pull', id: 'um5iw-rqaaa-aaaaq-qaaba-cai' },
  };
  const networks = { ...config.networks, production: { providers: ['https://icp-api.io'] } };
  writeFileSync(file, JSON.stringify({ ...config, canisters, networks }, null, 2));
  const ids = { hello_backend: { ic: MAINNET_ID, production: MAINNET_ID } };
  writeFileSync(path.join(project, 'canister_ids.json'), JSON.stringify(ids));
}

/** All files below a folder that hold a text. */
function filesWith(folder: string, text: string, leaveOut: (file: string) => boolean): string[] {
  const needle = Buffer.from(text);
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => path.join(folder, name))
    .filter((file) => !leaveOut(file) && existsSync(file) && statSync(file).isFile())
    .filter((file) => readFileSync(file).includes(needle));
}

describe('networks and identities', { skip: process.platform === 'win32' }, () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'ic-canisters-where-'));
  const dataFolder = path.join(scratch, 'vscode');
  /** What must be nowhere but where it belongs; the seed phrase is added when it is known. */
  const secrets = [CAROL.password, CAROL.keyText, WRONG_PASSWORD];
  let example: Example;
  let workbench: Workbench;
  let dfx: string;
  let env: Record<string, string>;

  before(async () => {
    example = await startExample(scratch);
    addIdentities(example);
    addForeign(example.project);
    example.home.writeNetworks({ local: { bind: '127.0.0.1:0' } });
    dfx = await installDfx(path.join(scratch, 'bin'));
    env = {
      ...example.env,
      DFX_IDENTITY: 'nobody',
      PATH: `${path.dirname(dfx)}${path.delimiter}${process.env['PATH']}`,
    };
    workbench = await Workbench.open({ folder: example.project, env, dataFolder, size: { width: 1280, height: 1300 } });
    await workbench.openContainer('Internet Computer');
    await workbench.row(/^hello_backend\b.*running/i).waitFor();
  });
  after(async () => {
    await workbench?.close();
    // The network that a test has started runs on its own.
    execFileSync(dfx, ['stop'], { cwd: example.project, env: { ...process.env, ...example.env }, stdio: 'ignore' });
    await example?.dispose();
    rmSync(scratch, { recursive: true, force: true });
  });

  const openView = async (name: string) => {
    const header = workbench.view(name).locator('.pane-header');
    if ((await header.getAttribute('aria-expanded')) !== 'true') {
      await header.click();
    }
  };
  /** Goes down in a view with the keyboard until a row is there: those out of sight are not in the page. */
  const reach = async (label: string, view: string) => {
    await workbench.view(view).locator('.monaco-list').focus();
    for (let steps = 0; steps < 40 && (await workbench.row(label, view).count()) === 0; steps++) {
      await workbench.press('ArrowDown');
      await workbench.page.waitForTimeout(50);
    }
    await workbench.row(label, view).waitFor();
  };
  const warning = (label: RegExp) =>
    workbench.page.locator('.statusbar-item.warning-kind').getByRole('button', { name: label }).first();
  const down = () => workbench.row(/local is not running: start it/, 'Canisters');
  const chooseNetwork = async (name: string) => {
    await workbench.statusBarItem(/^Network /).click();
    await workbench.choose(new RegExp(`^${name}`));
    await workbench.statusBarItem(new RegExp(`^Network ${name}`)).waitFor();
  };

  it('shows the networks: which, where, whose, and what is there', () =>
    workbench.watched('networks-view', async () => {
      await openView('Networks');
      await workbench.row(/^local, network, in use, Running/, 'Networks').waitFor();
      const labels = await workbench.rowLabels('Networks');
      assert.deepEqual(
        labels.map((label) => label.split(',')[0]),
        ['local', 'ic', 'playground', 'production'],
      );
      assert.ok(labels.slice(1).every((label) => label.includes('mainnet')));
      await workbench.expand(workbench.row(/^production/, 'Networks'));
      // One from the id file, one that is pulled.
      const { canisters } = JSON.parse(readFileSync(path.join(example.project, 'dfx.json'), 'utf8'));
      await reach(`Canisters, 2 of ${Object.keys(canisters).length} have an id here`, 'Networks');
      await workbench.screenshot('networks-1-view');
      await workbench.row('Defined in, dfx.json', 'Networks').click();
      await workbench.tab('dfx.json').waitFor();
      await workbench.view('Networks').locator('.monaco-list').focus();
      await workbench.press('Home');
      await workbench.collapse(workbench.row(/^production/, 'Networks'));
      const menu = await workbench.contextMenuEntries(workbench.row(/^local/, 'Networks'));
      assert.ok(menu.includes('Stop local network') && !menu.includes('Start local network'), menu.join());
      assert.ok(!menu.includes('Open Internet Computer dashboard'));
    }));

  it('makes mainnet unmistakable, by its URL whatever it is called', () =>
    workbench.watched('networks-mainnet', async () => {
      assert.equal(await warning(/^Network/).count(), 0);
      await chooseNetwork('production');
      await warning(/^Network production, mainnet/).waitFor();
      await warning(/^Identity default/).waitFor();
      await workbench.row(/^hello_backend\b.*production network/).waitFor();
      await workbench.screenshot('networks-2-mainnet');

      await workbench.contextMenu(workbench.row(/^hello_backend\b/), 'Deploy');
      await workbench.dialog.waitFor();
      const text = (await workbench.dialog.textContent()) ?? '';
      assert.match(text, /Deploy hello_backend on production \(mainnet\) as default\?/);
      assert.match(text, /This costs cycles/);
      await workbench.screenshot('networks-3-question');
      await workbench.clickDialog('Cancel');

      await chooseNetwork('local');
      await workbench.row(/^hello_backend\b.*running/i).waitFor();
      await warning(/^Network/).waitFor({ state: 'detached' });
    }));

  it('asks before what cannot be undone on every network', () =>
    workbench.watched('networks-guard', async () => {
      await workbench.contextMenu(workbench.row(/^hello_worker\b.*stopped/i), 'Delete…');
      await workbench.dialog.waitFor();
      assert.match((await workbench.dialog.textContent()) ?? '', /Delete hello_worker on local as default\?/);
      await workbench.screenshot('networks-4-delete');
      await workbench.clickDialog('Cancel');
    }));

  it('does not offer for remote and pulled canisters what dfx refuses', () =>
    workbench.watched('networks-foreign', async () => {
      const remote = await workbench.contextMenuEntries(workbench.row(/^internet_identity\b.*Remote/));
      const pulled = await workbench.contextMenuEntries(workbench.row(/^cycles_ledger\b/));
      for (const refused of ['Deploy', 'Build', 'Start', 'Stop', 'Delete…', 'Uninstall code…']) {
        assert.ok(!remote.includes(refused) && !pulled.includes(refused), refused);
      }
      for (const offered of ['Pull dependencies', 'Deploy dependencies']) {
        assert.ok(pulled.includes(offered) && !remote.includes(offered), pulled.join());
      }
      const written = async (file: string) => {
        for (const end = Date.now() + 20_000; !existsSync(path.join(example.project, 'deps', file)); ) {
          assert.ok(Date.now() < end, file);
          await workbench.page.waitForTimeout(100);
        }
      };
      await workbench.contextMenu(workbench.row(/^cycles_ledger\b/), 'Pull dependencies');
      await written('pulled.json');
      await workbench.contextMenu(workbench.row(/^cycles_ledger\b/), 'Set init arguments of dependencies…');
      await workbench.quickInput.getByText('Init argument of cycles_ledger').waitFor();
      await workbench.type('');
      await written('init.json');
    }));

  it('switches the identity for this workspace alone, and leads from a refusal to one that may', () =>
    workbench.watched('identities-switch', async () => {
      await openView('Identities');
      await workbench.row(/^default, identity, in use, selected in dfx, plain text/, 'Identities').waitFor();
      await workbench.row(/^carol, identity, password, locked/, 'Identities').waitFor();
      await workbench.row(/^ring, identity, system keyring/, 'Identities').waitFor();
      await workbench.screenshot('identities-1-view');
      await workbench.inlineAction(workbench.row(/^alice/, 'Identities'), 'Use here');
      await workbench.statusBarItem(/^Identity alice/).waitFor();
      await workbench.row(/^hello_worker\b.*you are not a controller/).waitFor();
      const selected = readFileSync(path.join(example.home.configDir, 'identity.json'), 'utf8');
      assert.equal(JSON.parse(selected).default, 'default');

      await workbench.expand(workbench.row(/^hello_worker\b/));
      await workbench.expand(workbench.row(/^Controllers, 1, default \(identity\)/, 'Canisters'));
      await workbench.row(`${example.identity.principal}, default (identity)`, 'Canisters').waitFor();
      await workbench.screenshot('identities-2-owner');
      await workbench.collapse(workbench.row(/^hello_worker\b/));

      await workbench.contextMenu(workbench.row(/^hello_worker\b/), 'Delete…');
      await workbench.clickDialog('Delete');
      await workbench.notification(/alice is not a controller/).waitFor();
      await workbench.screenshot('identities-3-refused');
      await workbench.clickNotification(/alice is not a controller/, 'Use default');
      await workbench.statusBarItem(/^Identity default/).waitFor();
      // The deletion goes on, and asks as whom anew.
      await workbench.dialog.getByText(/Delete hello_worker on local as default/).waitFor();
      await workbench.screenshot('identities-3-asked-anew');
      await workbench.press('Escape');
      await workbench.row(/^hello_worker\b.*stopped/i).waitFor();
    }));

  it('unlocks a password-protected identity, says that a password is wrong, and locks again', () =>
    workbench.watched('identities-unlock', async () => {
      await workbench.statusBarItem(/^Identity default/).click();
      await workbench.choose(/^carol/);
      await workbench.quickInput.getByText('Unlock carol').waitFor();
      await workbench.type(WRONG_PASSWORD);
      await workbench.inputMessage.filter({ hasText: 'The password is wrong' }).waitFor({ timeout: 30_000 });
      await workbench.screenshot('identities-4-wrong');
      await workbench.type(CAROL.password);
      await workbench.quickInput.waitFor({ state: 'hidden', timeout: 30_000 });
      await workbench.row(/^carol, identity, in use, password, unlocked/, 'Identities').waitFor();
      await workbench.screenshot('identities-5-unlocked');
      await workbench.inlineAction(workbench.row(/^carol/, 'Identities'), 'Lock identity');
      await workbench.row(/^carol, identity, in use, password, locked/, 'Identities').waitFor();
      await workbench.row(/^The identity carol is protected by a password/).click();
      await workbench.quickInput.getByText('Unlock carol').waitFor();
      await workbench.press('Escape');
      await workbench.contextMenu(workbench.row(/^carol/, 'Identities'), "Follow dfx's selection");
      await workbench.statusBarItem(/^Identity default/).waitFor();
    }));

  it('makes, renames and removes an identity through dfx, and shows the seed phrase once', () =>
    workbench.watched('identities-dfx', async () => {
      await workbench.viewAction('Identities', 'New identity…');
      await workbench.type('amy');
      await workbench.choose('In plain text');
      await workbench.dialog.waitFor({ timeout: 20_000 });
      await workbench.dialog.getByText('Write down the seed phrase of the identity amy now.').waitFor();
      await workbench.screenshot('identities-5-seed-phrase');
      await workbench.dialog.getByRole('button', { name: 'Copy' }).waitFor();
      const phrase = /(?:\b[a-z]+ ){11,23}[a-z]+\b/.exec((await workbench.dialog.textContent()) ?? '')?.[0];
      assert.ok(phrase, 'the dialog shows the phrase');
      secrets.push(phrase);
      await workbench.clickDialog(/Cancel|OK/);
      await workbench.row(/^amy, identity, plain text/, 'Identities').waitFor();

      await workbench.contextMenu(workbench.row(/^amy\b/, 'Identities'), 'Select identity in dfx…');
      await workbench.dialog.waitFor();
      assert.match((await workbench.dialog.textContent()) ?? '', /Every terminal and every project/);
      await workbench.screenshot('identities-6-in-dfx');
      await workbench.clickDialog('Cancel');

      await workbench.contextMenu(workbench.row(/^amy\b/, 'Identities'), 'Rename identity…');
      await workbench.type('ann');
      await workbench.row(/^ann, identity/, 'Identities').waitFor({ timeout: 20_000 });
      await workbench.contextMenu(workbench.row(/^ann\b/, 'Identities'), 'Remove identity…');
      await workbench.type('wrong');
      await workbench.inputMessage.filter({ hasText: 'Type ann to confirm.' }).waitFor();
      await workbench.screenshot('identities-7-remove');
      await workbench.type('ann');
      await workbench.row(/^ann, identity/, 'Identities').waitFor({ state: 'detached', timeout: 20_000 });
      assert.ok(!existsSync(path.join(example.home.configDir, 'identity', 'ann')));
    }));

  it('lets dfx ask for the password of a new identity in a terminal, and leaves what it said to be read', () =>
    workbench.watched('identities-terminal', async () => {
      const password = 'a p4ssword for the terminal';
      await workbench.viewAction('Identities', 'New identity…');
      await workbench.type('ann');
      await workbench.choose('Protected by a password');
      const says = async (pattern: RegExp): Promise<RegExpExecArray> => {
        for (const end = Date.now() + 20_000; ; await workbench.page.waitForTimeout(100)) {
          const text = await workbench.terminalText();
          const match = pattern.exec(text);
          if (match) {
            return match;
          }
          assert.ok(Date.now() < end, text);
        }
      };
      // Variables that would mislead dfx do not reach it: this identity does not exist.
      await says(/-u DFX_IDENTITY /);
      await says(/enter a passphrase/);
      await workbench.page.keyboard.type(password);
      await workbench.press('Enter');
      await says(/Encryption complete[\s\S]*Created identity: "ann"/);
      const [, words = ''] = await says(/for identity 'ann': ((?:[a-z]+ ){5})/);
      secrets.push(password, words);
      await workbench.screenshot('identities-8-terminal');
      await workbench.row(/^ann, identity, password, locked/, 'Identities').waitFor();
    }));

  it('adds a network to the project, and selects it', () =>
    workbench.watched('networks-add', async () => {
      await workbench.viewAction('Networks', 'Add network…');
      await workbench.type('mirror');
      await workbench.type('https://mirror.example');
      await workbench.screenshot('networks-8-add');
      await workbench.choose(/^Lasting/);
      await workbench.choose(/^This project/);
      await workbench.row(/^mirror, network, in use/, 'Networks').waitFor();
      const file = path.join(example.project, 'dfx.json');
      const { networks } = JSON.parse(readFileSync(file, 'utf8'));
      assert.deepEqual(networks.mirror, { providers: ['https://mirror.example'], type: 'persistent' });
      await workbench.screenshot('networks-9-added');
      await workbench.viewAction('Networks', 'Add network…');
      await workbench.type('shared');
      await workbench.type('https://shared.example');
      await workbench.choose(/^For a while/);
      await workbench.choose(/^All projects on this computer/);
      await workbench.row(/^shared, network, in use/, 'Networks').waitFor();
      // What was there stays.
      assert.deepEqual(JSON.parse(readFileSync(path.join(example.home.configDir, 'networks.json'), 'utf8')), {
        local: { bind: '127.0.0.1:0' },
        shared: { providers: ['https://shared.example'], type: 'ephemeral' },
      });
      await workbench.screenshot('networks-9-added-for-all');
      await workbench.contextMenu(workbench.row(/^local/, 'Networks'), 'Use this network');
      await workbench.row(/^local, network, in use/, 'Networks').waitFor();
    }));

  it('starts the local network from the row that says that it is down, and stops it', () =>
    workbench.watched('networks-start', async () => {
      await example.network.stop();
      example.home.stopLocal();
      await workbench.runCommand('Canisters: Refresh');
      await down().click();
      await workbench.row(/^local, network, in use, Running/, 'Networks').waitFor({ timeout: 60_000 });
      await down().waitFor({ state: 'detached' });
      await workbench.screenshot('networks-6-started');

      await workbench.contextMenu(workbench.row(/^local/, 'Networks'), 'Start local network with an empty state…');
      await workbench.dialog.waitFor();
      assert.match((await workbench.dialog.textContent()) ?? '', /the canisters of every project on this computer/);
      await workbench.screenshot('networks-7-clean');
      await workbench.clickDialog('Cancel');
      await workbench.inlineAction(workbench.row(/^local/, 'Networks'), 'Stop local network');
      await workbench.row(/^local, network, in use, Not running/, 'Networks').waitFor({ timeout: 30_000 });
    }));

  it('has left no secret in any file', async () => {
    await workbench.close();
    // What is there before anything runs: the identity, and this extension with its tests.
    const before = [example.home.identityFolder('carol'), path.join(dataFolder, 'extensions')];
    for (const secret of secrets) {
      assert.deepEqual(
        filesWith(scratch, secret, (file) => before.some((folder) => file.startsWith(folder))),
        [],
      );
    }
    // The search finds what is there: the log tells of the identity whose password it does not hold.
    assert.ok(filesWith(dataFolder, 'identity rename', () => false).length > 0);
  });
});

describe('a workspace with two projects', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'ic-canisters-two-'));
  const folder = path.join(scratch, 'work');
  let example: Example;
  let workbench: Workbench;

  before(async () => {
    example = await startExample(scratch);
    for (const name of ['one', 'two']) {
      cpSync(example.project, path.join(folder, name), { recursive: true });
      writeLocalIds(path.join(folder, name), 'local', example.ids, 'first');
      writeFileSync(path.join(folder, name, `only-in-${name}.txt`), name);
    }
    // What the user wants guarded no workspace can leave unguarded.
    mkdirSync(path.join(folder, '.vscode'));
    writeFileSync(path.join(folder, '.vscode', 'settings.json'), JSON.stringify({ 'icCanisters.confirmOn': [] }));
    workbench = await Workbench.open({ folder, env: example.env, settings: { 'icCanisters.confirmOn': ['local'] } });
    await workbench.openContainer('Internet Computer');
    await workbench.row(/^work\/one, project, .*local network|^one, project, .*local network/).waitFor();
  });
  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('asks on a guarded network as on mainnet, and for names to be typed', () =>
    workbench.watched('networks-guard', async () => {
      const worker = workbench.row(/^hello_worker\b.*stopped.*local network/i);
      // A window that has just opened knows a little later that its folder is trusted.
      await worker.hover();
      await worker.locator('.actions').getByRole('button', { name: 'Start', disabled: false }).waitFor();
      await workbench.contextMenu(worker, 'Delete…');
      await workbench.quickInput.getByText('Delete hello_worker on local as default?').waitFor();
      await workbench.type('hello_backend');
      await workbench.inputMessage.filter({ hasText: 'Type hello_worker to confirm.' }).waitFor();
      await workbench.screenshot('networks-5-names');
      await workbench.press('Escape');
      await workbench.inlineAction(worker, 'Start');
      await workbench.dialog.waitFor();
      assert.match((await workbench.dialog.textContent()) ?? '', /Start hello_worker on local as default\?/);
      await workbench.clickDialog('Cancel');
      assert.equal(example.network.canister(example.ids.hello_worker)?.status, 'stopped');
    }));

  it('keeps a network and an identity for each, and shows where they differ', () =>
    workbench.watched('two-projects', async () => {
      await workbench.inlineAction(workbench.row(/^(work\/)?one, project/), 'Select Network…');
      await workbench.choose(/^ic/);
      await workbench.row(/^(work\/)?one, project, .*ic network/).waitFor();
      await workbench.row(/^(work\/)?two, project, .*local network/).waitFor();
      await workbench.contextMenu(workbench.row(/^(work\/)?two, project/), 'Select identity…');
      await workbench.choose(/^alice/);
      await workbench.row(/^(work\/)?two, project, .*local network, .*alice/).waitFor();
      await workbench.openFile('only-in-two.txt');
      await workbench.statusBarItem(/^Network local/).waitFor();
      await workbench.statusBarItem(/^Identity alice/).waitFor();
      await workbench.screenshot('two-projects');
      await workbench.openFile('only-in-one.txt');
      await workbench.statusBarItem(/^Network ic, mainnet/).waitFor();
      await workbench.statusBarItem(/^Identity default/).waitFor();
    }));
});

describe('a folder without a dfx.json', () => {
  it('has neither network nor identity in the status bar', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-none-'));
    const workbench = await Workbench.open({ folder });
    try {
      await workbench.openContainer('Internet Computer');
      await workbench.welcome('Canisters').waitFor();
      assert.equal(await workbench.statusBarItem(/^(Network|Identity) /).count(), 0);
      assert.equal(await workbench.view('Networks').count(), 0);
    } finally {
      await workbench.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
