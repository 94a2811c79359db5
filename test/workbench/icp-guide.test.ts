/** The guide "managing canisters" on a project of icp, and what goes wrong there: the real icp on the test network. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { compileMotoko } from '../motoko/compile';
import { DfxHome } from '../support/dfx-home';
import { icpBinary, withoutIcp } from '../support/icp-binary';
import { IcpProjectOnDisk } from '../support/icp-project';
import { Workbench } from './support/workbench';

const texts = (file: string) =>
  JSON.parse(readFileSync(path.resolve(__dirname, '../..', file), 'utf8')) as Record<string, string>;

const step = (wasm: string): string =>
  `build: { steps: [{ type: script, command: "cp ../${wasm} $ICP_WASM_OUTPUT_PATH" }] }`;
const MANIFEST = `canisters:
  - name: backend
    ${step('hello.wasm')}
    settings: { environment_variables: { MODE: fast }, controllers: [helper] }
  - name: helper
    ${step('hello.wasm')}
  - name: slow
    build: { steps: [{ type: script, command: "until test -e ../quick; do sleep 0.2; done; cp ../hello.wasm $ICP_WASM_OUTPUT_PATH" }] }
networks:
  - { name: local, mode: managed, gateway: { port: 0 } }
environments:
  - { name: staging, network: local, canisters: [backend] }
`;

/** The icp that the window uses writes down each of its starts. */
function recordingIcp(folder: string): {
  readonly file: string;
  readonly starts: () => string[];
  readonly pid: () => number;
} {
  mkdirSync(path.join(folder, 'bin'), { recursive: true });
  const file = path.join(folder, 'bin', 'icp');
  const log = path.join(folder, 'icp-starts');
  writeFileSync(log, '');
  writeFileSync(file, `#!/bin/sh\necho "$$ $*" >> '${log}'\nexec '${icpBinary}' "$@"\n`, { mode: 0o755 });
  const lines = () => readFileSync(log, 'utf8').split('\n').filter(Boolean);
  return {
    file,
    starts: () => lines().map((line) => line.replace(/^\d+ /, '')),
    pid: () => Number(lines().at(-1)?.split(' ')[0]),
  };
}

describe('the guide on a project of icp', { skip: withoutIcp }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-icp-guide-'));
  const home = new DfxHome(path.join(folder, 'dfx'));
  let project: IcpProjectOnDisk;
  let icp: ReturnType<typeof recordingIcp>;
  let workbench: Workbench;
  /** On which no other icp is found. */
  let searchPath: string;
  const idFile = () => path.join(project.root, '.icp', 'cache', 'mappings', 'local.ids.json');
  const ids = () => JSON.parse(readFileSync(idFile(), 'utf8')) as Record<string, string>;
  const manifest = () => path.join(project.root, 'icp.yaml');

  before(async () => {
    project = new IcpProjectOnDisk(folder);
    icp = recordingIcp(folder);
    const others = (process.env['PATH'] ?? '')
      .split(path.delimiter)
      .filter((dir) => !existsSync(path.join(dir, 'icp')));
    searchPath = [path.dirname(icp.file), ...others].join(path.delimiter);
    writeFileSync(manifest(), MANIFEST);
    writeFileSync(path.join(folder, 'other.mo'), 'persistent actor { public query func other() : async Nat { 1 } }');
    writeFileSync(path.join(folder, 'other.wasm'), compileMotoko(path.join(folder, 'other.mo')).wasm);
    writeFileSync(path.join(folder, 'quick'), '');
    const alice = home.addIdentity('alice');
    home.selectIdentity('alice');
    await project.succeed('identity', 'import', 'me', '--from-pem', alice.pemFile, '--storage', 'plaintext');
    await project.succeed('identity', 'default', 'me');
    workbench = await Workbench.open({
      folder: project.root,
      env: { ...home.env, ...project.env, PATH: searchPath },
      size: { width: 1280, height: 900 },
    });
    await workbench.openContainer('Internet Computer');
  });
  after(async () => {
    await workbench?.close();
    await project?.run('network', 'stop');
    rmSync(folder, { recursive: true, force: true });
  });

  let stuck = false;
  /** Each step stands on the one before: behind a failed one, the rest would only wait in vain. */
  const guide = (name: string, work: () => Promise<void>) =>
    it(name, async (t) => {
      if (stuck) {
        t.skip('an earlier step failed');
        return;
      }
      stuck = true;
      await workbench.watched(`icp-guide-${name.replaceAll(/\W+/g, '-')}`, work);
      stuck = false;
    });
  const row = (canister: string, state: string) => workbench.row(new RegExp(`^${canister}, ${state}`), 'Canisters');
  const shows = async (state: string, canisters: readonly string[]) => {
    for (const canister of canisters) {
      await row(canister, state).waitFor({ timeout: 30_000 });
    }
  };
  const clear = () => workbench.runCommand('Notifications: Clear All Notifications');

  guide('starts the network', async () => {
    await shows('Not created', ['backend', 'helper', 'slow']);
    await workbench.runCommand('Canisters: Start local network');
    await workbench.row(/is down: start it/).waitFor({ state: 'detached', timeout: 60_000 });
  });

  guide('creates one with the controllers and variables of the manifest', async () => {
    await workbench.contextMenu(row('helper', 'Not created'), 'Create');
    await shows('Empty', ['helper']);
    await workbench.contextMenu(row('backend', 'Not created'), 'Create');
    await shows('Empty', ['backend']);
    const status = JSON.parse(await project.succeed('canister', 'status', 'backend', '--json')) as {
      settings: { controllers: string[]; environment_variables: object[] };
    };
    assert.ok(status.settings.controllers.includes(ids()['helper']!));
    assert.deepEqual(status.settings.environment_variables, [{ name: 'MODE', value: 'fast' }]);
  });

  guide('builds and deploys all with one icp each', async () => {
    const before = icp.starts().length;
    await workbench.runCommand('Canisters: Build all');
    const artifact = path.join(project.root, '.icp', 'cache', 'artifacts', 'slow');
    for (let attempt = 0; attempt < 200 && !existsSync(artifact); attempt++) {
      await delay(100);
    }
    await shows('Empty', ['backend', 'helper']);
    await workbench.viewAction('Canisters', 'Deploy all');
    await workbench.notification(/Deployed backend/).waitFor({ timeout: 60_000 });
    await shows('Running', ['backend', 'helper', 'slow']);
    await workbench.screenshot('icp-guide-deployed');
    const starts = icp
      .starts()
      .slice(before)
      .filter((line) => line !== '--version');
    assert.equal(starts.length, 2, starts.join('\n'));
    assert.match(starts[0]!, /^build --environment local backend helper slow$/);
    assert.match(starts[1]!, /^deploy --json .*--environment local --identity me/);
    await clear();
  });

  guide('watches the tree for a minute without any icp', async () => {
    const before = icp.starts().length;
    await workbench.view('Networks').locator('.pane-header').click();
    await workbench.view('Identities').locator('.pane-header').click();
    await workbench.row(/^me, identity, .*same principal as alice of dfx/, 'Identities').waitFor();
    await workbench.screenshot('icp-guide-same-principal');
    for (let second = 0; second < 60; second += 10) {
      writeFileSync(manifest(), `${MANIFEST}# ${second}\n`);
      await delay(10_000);
    }
    writeFileSync(manifest(), MANIFEST);
    assert.deepEqual(icp.starts().slice(before), []);
    await workbench.view('Networks').locator('.pane-header').click();
    await workbench.view('Identities').locator('.pane-header').click();
  });

  guide('imports an identity of dfx', async () => {
    const bob = home.addIdentity('bob');
    await workbench.runCommand('Canisters: Import identity…');
    await workbench.screenshot('icp-guide-import');
    await workbench.choose(/An identity of dfx/);
    await workbench.choose(/bob/);
    await workbench.type('bob');
    await workbench.screenshot('icp-guide-import-storage');
    await workbench.choose(/In plain text/);
    for (let attempt = 0; attempt < 100; attempt++) {
      if ((await project.succeed('identity', 'list')).includes('bob')) {
        break;
      }
      await delay(100);
    }
    const principal = (await project.succeed('identity', 'principal', '--identity', 'bob')).trim();
    assert.equal(principal, bob.principal);
  });

  guide('stops all, starts all, upgrades and reinstalls one', async () => {
    await workbench.runCommand('Canisters: Stop all');
    await shows('Stopped', ['backend', 'helper', 'slow']);
    await workbench.runCommand('Canisters: Start all');
    await shows('Running', ['backend', 'helper', 'slow']);
    await workbench.contextMenu(row('helper', 'Running'), 'Upgrade');
    await shows('Running', ['helper']);
    await workbench.contextMenu(row('helper', 'Running'), 'Reinstall…');
    await workbench.screenshot('icp-guide-reinstall');
    await workbench.clickDialog('Reinstall');
    await shows('Running', ['helper']);
  });

  guide('deploys an interface that does not fit only when that is agreed to', async () => {
    writeFileSync(manifest(), MANIFEST.replace('hello.wasm', 'other.wasm'));
    await workbench.contextMenu(row('backend', 'Running'), 'Deploy');
    await workbench.notification(/new interface of backend does not fit/).waitFor({ timeout: 60_000 });
    await workbench.screenshot('icp-guide-breaking');
    await workbench.clickNotification(/new interface of backend does not fit/, 'Deploy anyway…');
    await workbench.screenshot('icp-guide-deploy-anyway');
    await workbench.clickDialog('Deploy anyway');
    await workbench.notification(/Deployed backend/).waitFor({ timeout: 60_000 });
    await clear();
  });

  guide('says of a build that hangs in which phase it is, and cancels it', async () => {
    rmSync(path.join(folder, 'quick'));
    await workbench.contextMenu(row('slow', 'Running'), 'Deploy');
    await shows('Building…', ['slow']);
    await workbench.screenshot('icp-guide-building');
    const pid = icp.pid();
    await workbench.clickNotification(/Deploying slow/, 'Cancel');
    await shows('Running', ['slow']);
    for (let attempt = 0; attempt < 50 && existsSync(`/proc/${pid}/exe`); attempt++) {
      await delay(100);
    }
    assert.ok(!/icp/.test(commandOf(pid)), 'icp is gone');
  });

  guide('says that icp was killed, and that it is gone', async () => {
    await workbench.contextMenu(row('slow', 'Running'), 'Deploy');
    await shows('Building…', ['slow']);
    process.kill(icp.pid(), 'SIGKILL');
    await workbench.notification(/Deploying .* failed.*ended by the signal SIGKILL/).waitFor({ timeout: 30_000 });
    await workbench.screenshot('icp-guide-killed');
    await clear();
    writeFileSync(path.join(folder, 'quick'), '');
    const wrapper = readFileSync(icp.file, 'utf8');
    rmSync(icp.file);
    await workbench.contextMenu(row('slow', 'Running'), 'Deploy');
    await workbench
      .notification(/icp was found neither on PATH nor where its installers put it/)
      .waitFor({ timeout: 30_000 });
    await workbench.screenshot('icp-guide-missing');
    await clear();
    writeFileSync(icp.file, "#!/bin/sh\necho 'icp 1.1.0'\n", { mode: 0o755 });
    await workbench.contextMenu(row('slow', 'Running'), 'Deploy');
    await workbench.notification(/icp 1\.1\.0 .*is too old/).waitFor({ timeout: 30_000 });
    await workbench.screenshot('icp-guide-too-old');
    await clear();
    writeFileSync(icp.file, wrapper, { mode: 0o755 });
  });

  guide('keeps what a broken manifest said, and does nothing with it', async () => {
    writeFileSync(manifest(), `${MANIFEST}  - { name: staging2, network: [\n`);
    await workbench.row(/^backend, Running, .*icp\.yaml cannot be read/, 'Canisters').waitFor();
    await workbench.row(/icp cannot read the file either/, 'Canisters').waitFor();
    const entries = await workbench.contextMenuEntries(row('backend', 'Running'));
    assert.ok(!entries.includes('Deploy') && !entries.includes('Stop'), entries.join());
    await workbench.screenshot('icp-guide-broken-manifest');
    writeFileSync(manifest(), MANIFEST);
    await workbench.row(/icp cannot read the file either/, 'Canisters').waitFor({ state: 'detached' });
  });

  guide('keeps what ids in the middle of a merge said', async () => {
    const text = readFileSync(idFile(), 'utf8');
    writeFileSync(idFile(), text.replace(/^( {2}"backend".*)$/m, '<<<<<<< HEAD\n$1\n=======\n$1\n>>>>>>> theirs'));
    await workbench.row(/^backend, Running, .*local\.ids\.json cannot be read/, 'Canisters').waitFor();
    await workbench.screenshot('icp-guide-id-conflict');
    writeFileSync(idFile(), text);
    await workbench.row(/cannot be read/, 'Canisters').waitFor({ state: 'detached' });
  });

  guide('forgets the id of a canister that is gone, and creates another', async () => {
    const text = readFileSync(idFile(), 'utf8');
    const gone = ids()['helper']!;
    await project.succeed('canister', 'delete', 'helper', '--no-recover-cycles');
    writeFileSync(idFile(), text);
    await workbench.runCommand('Canisters: Refresh');
    await shows('No longer on this network', ['helper']);
    await workbench.contextMenu(row('helper', 'No longer on this network'), 'Forget ID…');
    await workbench.screenshot('icp-guide-forget');
    await workbench.clickDialog('Forget ID');
    await shows('Not created', ['helper']);
    await workbench.contextMenu(row('helper', 'Not created'), 'Create');
    await shows('Empty', ['helper']);
    assert.notEqual(ids()['helper'], gone);
  });

  guide('asks before anything is changed on mainnet', async () => {
    await workbench.runCommand('Canisters: Select network…');
    await workbench.choose(/^ic/);
    await shows('Not created', ['backend']);
    await workbench.contextMenu(row('backend', 'Not created'), 'Create');
    await workbench.dialog.getByText('Create backend on ic (mainnet) as me?').waitFor();
    await workbench.screenshot('icp-guide-mainnet');
    await workbench.clickDialog('Cancel');
    await workbench.runCommand('Canisters: Select network…');
    await workbench.choose(/^local/);
    await shows('Running', ['backend']);
  });

  guide('sees that the network was killed', async () => {
    const file = path.join(project.root, '.icp', 'cache', 'networks', 'local', 'descriptor.json');
    const { 'child-locator': child } = JSON.parse(readFileSync(file, 'utf8')) as { 'child-locator': { pid: number } };
    process.kill(child.pid, 'SIGKILL');
    await workbench.row(/is down: start it/, 'Canisters').waitFor({ timeout: 60_000 });
    await workbench.screenshot('icp-guide-network-killed');
    await workbench.runCommand('Canisters: Start local network');
    await workbench.clickDialog('Start network');
    await workbench.row(/is down: start it/).waitFor({ state: 'detached', timeout: 60_000 });
    await shows('Not created', ['backend', 'helper', 'slow']);
  });

  guide('deletes all', async () => {
    await workbench.viewAction('Canisters', 'Deploy all');
    await workbench.notification(/Deployed backend/).waitFor({ timeout: 60_000 });
    await shows('Running', ['backend', 'helper', 'slow']);
    await workbench.runCommand('Canisters: Delete all…');
    await workbench.clickDialog('Delete');
    await shows('Not created', ['backend', 'helper', 'slow']);
    assert.deepEqual(ids(), {});
  });

  it('says the same in Japanese', async (t) => {
    if (stuck) {
      t.skip('an earlier step failed');
      return;
    }
    await workbench.close();
    const sentences = texts('l10n/bundle.l10n.ja.json');
    const commands = texts('package.nls.ja.json');
    const [gone] = [await project.succeed('canister', 'create', 'helper', '-q')];
    const text = readFileSync(idFile(), 'utf8');
    await project.succeed('canister', 'delete', 'helper', '--no-recover-cycles');
    writeFileSync(idFile(), text);
    assert.ok(gone);
    workbench = await Workbench.open({
      folder: project.root,
      env: { ...home.env, ...project.env, PATH: searchPath },
      size: { width: 1280, height: 900 },
      locale: 'ja',
    });
    await workbench.watched('icp-guide-japanese', async () => {
      await workbench.openContainer(commands['viewContainer.title'] ?? '');
      const missing = workbench.row(new RegExp(`^helper, ${sentences['No longer on this network']}`));
      await missing.waitFor();
      await workbench.contextMenu(missing, commands['command.forget'] ?? '');
      await workbench.screenshot('icp-guide-ja-forget');
      await workbench.clickDialog(sentences['Forget ID'] ?? '');
      await workbench
        .view(commands['view.identities'] ?? '')
        .locator('.pane-header')
        .click();
      const same = (sentences['same principal as {0} of {1}'] ?? '').replace('{0}', 'alice').replace('{1}', 'dfx');
      await workbench.row(new RegExp(same)).waitFor();
      writeFileSync(manifest(), `${MANIFEST}  - { name: staging2, network: [\n`);
      await workbench.row(/^backend, .*icp\.yaml/).waitFor();
      await workbench.screenshot('icp-guide-ja-broken');
      writeFileSync(manifest(), MANIFEST);
    });
  });
});

/** What a process was started as; empty where there is none. */
function commandOf(pid: number): string {
  const file = `/proc/${pid}/cmdline`;
  return existsSync(file) ? readFileSync(file, 'utf8') : '';
}
