/** Restricted Mode: a real window on a folder that nobody has said to trust. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { buildWasm, TestNetwork } from '../network';
import { DfxHome, FIRST_GENERATION, writeLocalIds } from '../support/dfx-home';
import { Workbench } from './support/workbench';

const COMMANDS: readonly string[] = [
  ...JSON.parse(readFileSync(path.resolve(__dirname, '../../package.json'), 'utf8')).contributes.commands.map(
    ({ command }: { command: string }) => command,
  ),
  // Rows run these.
  'icCanisters.openFile',
  'icCanisters.revealCanister',
];

const TOOLS: readonly string[] = JSON.parse(
  readFileSync(path.resolve(__dirname, '../../package.json'), 'utf8'),
).contributes.languageModelTools.map(({ name }: { name: string }) => name);

/**
 * Another extension, which runs every command twice, as from the palette and on a row, and takes the first of every list.
 * Then it uses every tool for language models, asks everything of the API, and keeps watching; later it uses tools and the
 * API by commands.
 */
function callerSource(
  commands: readonly string[],
  row: { readonly manifest: string },
  report: string,
  answer: string,
): string {
  return `
    const vscode = require('vscode');
    const { writeFileSync } = require('node:fs');
    const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
    const uses = { stop: 'ledger', deploy: 'shop' };
    const project = vscode.Uri.file(${JSON.stringify(row.manifest)});
    const canister = { project, canister: 'ledger', target: 'local' };
    const getApi = () => vscode.extensions.getExtension('ic-canisters.ic-canisters').exports.getApi(1);
    exports.activate = async () => {
      vscode.commands.registerCommand('caller.uninstall', async () => {
        const api = await getApi();
        const run = (options) => api.run('uninstall', [canister], options).then(() => 'done', ({ code }) => code);
        const codes = [await run(), await run({ interactive: true })];
        writeFileSync(${JSON.stringify(answer)}, JSON.stringify([...codes, (await api.state(canister)).moduleHash ?? 'none']));
      });
      for (const [name, canister] of Object.entries(uses)) {
        vscode.commands.registerCommand('caller.' + name, async () => {
          const options = { input: { canister }, toolInvocationToken: undefined };
          const said = await vscode.lm
            .invokeTool('icCanisters_' + name, options)
            .then(({ content: [{ value }] }) => value, ({ message }) => message);
          writeFileSync(${JSON.stringify(answer)}, said);
        });
      }
      const trusted = vscode.workspace.isTrusted;
      await vscode.extensions.getExtension('ic-canisters.ic-canisters').activate();
      let ran = 0;
      for (const command of ${JSON.stringify(commands)}) {
        for (const args of [[], [${JSON.stringify(row)}]]) {
          let over = false;
          const end = () => { over = true; };
          vscode.commands.executeCommand(command, ...args).then(end, end);
          for (let turn = 0; turn < 5 && !over; turn++) {
            await sleep(100);
            if (!/choose|new/i.test(command)) {
              await vscode.commands.executeCommand('workbench.action.acceptSelectedQuickOpenItem');
            }
          }
          await vscode.commands.executeCommand('workbench.action.closeQuickOpen');
          ran += 1;
        }
      }
      const refusals = [];
      for (const name of ${JSON.stringify(TOOLS)}) {
        const input = /list/.test(name) ? {} : /check/.test(name) ? { file: 'dfx.json' } : { canister: 'ledger' };
        const options = { input: /Query/.test(name) ? { ...input, method: 'm' } : input, toolInvocationToken: undefined };
        await vscode.lm.invokeTool(name, options).catch((error) => refusals.push(error.message));
      }
      // A preview that has the focus takes the keys of what follows.
      await vscode.commands.executeCommand('workbench.action.closeAllEditors');
      const api = await getApi();
      api.watch();
      const asked = [
        api.projects(),
        api.canisters(project),
        api.state(canister),
        api.refresh(canister),
        api.run('build', [canister]),
        api.run('stop', [canister], { interactive: true }),
        api.query(canister, 'count', '()'),
      ];
      const codes = await Promise.all(asked.map((work) => work.then(() => 'done', ({ code }) => code)));
      writeFileSync(${JSON.stringify(report)}, JSON.stringify({ trusted, ran, refusals, codes: [...new Set(codes)] }));
    };`;
}

const RECIPES = `canisters:
  - name: coins
    recipe: { type: "@dfinity/rust@v3.0.0", configuration: { package: coins } }
  - name: site
    build: { steps: [{ type: script, command: "touch ran" }] }
  - name: fixed
    build: { steps: [{ type: pre-built, path: a.wasm }] }
`;

describe('a workspace that is not trusted', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-restricted-'));
  const started = path.join(folder, 'started');
  const report = path.join(folder, 'report.json');
  const answer = path.join(folder, 'answer.txt');
  let network: TestNetwork;
  let workbench: Workbench;

  const processes = () => (existsSync(started) ? readFileSync(started, 'utf8') : '');
  async function until(what: string, holds: () => boolean, milliseconds: number): Promise<void> {
    const deadline = Date.now() + milliseconds;
    while (!holds()) {
      assert.ok(Date.now() < deadline, what);
      // Whoever opens a page is asked before.
      if (await workbench.dialog.isVisible()) {
        await workbench.press('Escape');
      }
      await workbench.page.waitForTimeout(100);
    }
  }

  before(async () => {
    network = await TestNetwork.start();
    const home = new DfxHome(path.join(folder, 'dfx'));
    const { principal } = home.addIdentity('alice');
    home.selectIdentity('alice');
    home.startLocal({ port: network.port });
    const project = path.join(folder, 'project');
    mkdirSync(project);
    const config = {
      canisters: { ledger: { type: 'custom', wasm: 'a.wasm', candid: 'a.did' }, shop: { main: 'shop.mo' } },
      networks: { lab: { providers: [network.url] } },
    };
    writeFileSync(path.join(project, 'dfx.json'), JSON.stringify(config, null, 2));
    mkdirSync(path.join(project, 'rusty'));
    writeFileSync(path.join(project, 'rusty', 'icp.yaml'), RECIPES);
    const id = await network.createCanister({ controllers: [principal], wasm: buildWasm() });
    writeLocalIds(project, 'local', { ledger: id }, FIRST_GENERATION);

    const bin = path.join(folder, 'bin');
    mkdirSync(bin);
    for (const tool of ['dfx', 'icp', 'moc', 'mops', 'cargo']) {
      writeFileSync(path.join(bin, tool), `#!/bin/sh\necho "${tool} $*" >> '${started}'\n`);
      chmodSync(path.join(bin, tool), 0o755);
    }
    const caller = path.join(folder, 'caller');
    mkdirSync(caller);
    const manifest = {
      ...{ name: 'caller', publisher: 'test', version: '1.0.0', engines: { vscode: '^1.100.0' } },
      ...{ main: 'extension.js', activationEvents: ['onStartupFinished'] },
      contributes: {
        commands: [
          { command: 'caller.stop', title: 'Stop by a tool', category: 'Test' },
          { command: 'caller.uninstall', title: 'Uninstall by the API', category: 'Test' },
          { command: 'caller.deploy', title: 'Deploy by a tool', category: 'Test' },
        ],
      },
      capabilities: { untrustedWorkspaces: { supported: true } },
    };
    writeFileSync(path.join(caller, 'package.json'), JSON.stringify(manifest));
    const row = { manifest: path.join(project, 'dfx.json'), canister: 'ledger', network: 'lab', identity: 'alice' };
    writeFileSync(path.join(caller, 'extension.js'), callerSource(COMMANDS, row, report, answer));
    network.resetCounters();
    workbench = await Workbench.open({
      folder: project,
      env: { ...home.env, PATH: `${bin}${path.delimiter}${process.env['PATH']}` },
      workspaceTrust: true,
      otherExtensions: [caller],
    });
  });
  after(async () => {
    await workbench?.close();
    await network?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('is asked nothing and runs nothing, whichever command or tool is run', () =>
    workbench.watched('restricted-commands', async () => {
      await until('all commands are run', () => existsSync(report), 240_000);
      await workbench.screenshot('restricted-1-commands');
      const { refusals, ...rest } = JSON.parse(readFileSync(report, 'utf8')) as { refusals: string[] };
      assert.deepEqual(rest, { trusted: false, ran: 2 * COMMANDS.length, codes: ['untrusted'] });
      assert.equal(refusals.length, TOOLS.length);
      for (const refusal of refusals) {
        assert.match(refusal, /^This workspace is not trusted: nothing is run in it and no network is asked\./);
      }
      // What a command left behind would follow soon.
      await workbench.page.waitForTimeout(1_000);
      assert.equal(network.counters.total, 0);
      assert.equal(processes(), '');
      await workbench.runCommand('Notifications: Clear All Notifications');
    }));

  it('says over its canisters why nothing is known of them', () =>
    workbench.watched('restricted-lenses', async () => {
      await workbench.openFile('dfx.json');
      const lens = workbench.editor.locator('.codelens-decoration');
      await lens.filter({ hasText: 'Not asked: the workspace is not trusted' }).first().waitFor();
      assert.equal(await lens.filter({ hasText: /Asking/ }).count(), 0);
      await workbench.screenshot('restricted-2-lenses');
      const told = workbench.notification('This workspace is not trusted');
      const manage = told.getByRole('button', { name: 'Manage workspace trust' });
      // VS Code draws lenses anew now and then, and a click on one that goes is lost.
      for (let tries = 0; tries < 4 && !(await manage.isVisible()); tries++) {
        await lens.getByText('Not asked: the workspace is not trusted').first().click();
        await manage.waitFor({ timeout: 3_000 }).catch(() => {});
      }
      await manage.waitFor();
      await workbench.runCommand('Notifications: Clear All Notifications');
      assert.equal(network.counters.total, 0);
    }));

  it('says of recipes and scripts that they run code, and runs none', () =>
    workbench.watched('restricted-recipes', async () => {
      await workbench.openFile('icp.yaml');
      const lens = workbench.editor.locator('.codelens-decoration');
      await lens
        .filter({ hasText: 'Building or deploying it runs the commands of the recipe @dfinity/rust@v3.0.0' })
        .waitFor();
      await lens.filter({ hasText: 'Building or deploying it runs commands of this file on this computer.' }).waitFor();
      assert.equal(await lens.filter({ hasText: 'Building or deploying it runs' }).count(), 2);
      await workbench.screenshot('restricted-3-recipes');
      assert.equal(network.counters.total, 0);
      assert.equal(processes(), '');
    }));

  it('copies ids and shows where canisters are defined all the same', () =>
    workbench.watched('restricted-copy', async () => {
      await workbench.runCommand('Canisters: Copy ID');
      await workbench.choose(/ledger/);
      await workbench.statusBarItem(/Copied/).waitFor();
      const copied = await workbench.page.evaluate('navigator.clipboard.readText()');
      assert.match(String(copied), /-cai$/);
      assert.equal(network.counters.total, 0);
    }));

  it('is asked, and its tools run, once it is trusted', () =>
    workbench.watched('restricted-trusted', async () => {
      await workbench.openContainer('Internet Computer');
      await workbench.welcome('Canisters').getByRole('button', { name: 'Manage workspace trust' }).click();
      await workbench.page
        .getByRole('button', { name: /^Trust/ })
        .first()
        .click();
      await workbench.row(/^ledger, Running/, 'Canisters').waitFor();
      // The page about trust lies over the window.
      await workbench.runCommand('View: Close All Editors');
      await workbench.page.locator('.workspace-trust-editor').waitFor({ state: 'detached' });
      assert.ok(network.counters.total > 0);
      await workbench.contextMenu(workbench.row(/^shop/, 'Canisters'), 'Build');
      await until('dfx is started', () => processes().includes('dfx'), 15_000);
      // Until then the focus moves.
      await workbench.statusBarItem(/Built shop/).waitFor();
    }));

  it('is changed by a tool for language models once a person has agreed in the editor', () =>
    workbench.watched('restricted-tool', async () => {
      const use = async (command: string, question: string, button: string) => {
        rmSync(answer, { force: true });
        await workbench.runCommand(`Test: ${command} by a tool`);
        await workbench.dialog.getByText(question).waitFor();
        assert.match(await workbench.dialog.innerText(), /A language model has asked for this\./);
        await workbench.screenshot(`restricted-3-tool-${command.toLowerCase()}`);
        await workbench.clickDialog(button);
        await until('the tool has answered', () => existsSync(answer), 15_000);
        return readFileSync(answer, 'utf8');
      };
      network.resetCounters();
      const stop = (button: string) => use('Stop', 'Stop ledger on local as alice?', button);
      assert.match(await stop('Cancel'), /cancel/i);
      assert.equal(network.counters.byKind.call, 0);
      assert.match(await stop('Yes'), /"done":"stop","on":"local",.*"state":"Stopped"/);
      assert.equal(network.counters.byKind.call, 1);
      await workbench.row(/^ledger, Stopped/, 'Canisters').waitFor();

      const started = processes();
      const deploy = (button: string) => use('Deploy', 'Deploy shop on local as alice?', button);
      assert.match(await deploy('Cancel'), /cancel/i);
      assert.equal(processes(), started);
      assert.match(await deploy('Yes'), /"done":"deploy","on":"local","canister":"shop"/);
      assert.match(processes().slice(started.length), /^dfx deploy .*shop/m);
    }));

  it('is changed by another extension once a person has agreed to our own question', () =>
    workbench.watched('restricted-api', async () => {
      const ask = async (button: string | RegExp) => {
        rmSync(answer, { force: true });
        await workbench.runCommand('Test: Uninstall by the API');
        await workbench.dialog.getByText('Uninstall ledger on local as alice?').waitFor();
        await workbench.dialog.getByText('Another extension has asked for this.').waitFor();
        await workbench.screenshot('restricted-4-api');
        assert.equal(network.counters.byKind.call, 0);
        await workbench.clickDialog(button);
        await until('the API has answered', () => existsSync(answer), 15_000);
        return JSON.parse(readFileSync(answer, 'utf8')) as string[];
      };
      network.resetCounters();
      const [unasked, declined, hash] = await ask('Cancel');
      assert.deepEqual([unasked, declined], ['needs-confirmation', 'cancelled']);
      assert.match(hash!, /^[0-9a-f]{64}$/);
      assert.deepEqual(await ask('Uninstall'), ['needs-confirmation', 'done', 'none']);
    }));
});
