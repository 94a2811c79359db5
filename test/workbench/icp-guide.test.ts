/** The guide "managing canisters" on a project of icp, and what goes wrong there: the real icp on the test network. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { compileMotoko } from '../motoko/compile';
import { DfxHome } from '../support/dfx-home';
import { withoutIcp } from '../support/icp-binary';
import { IcpProjectOnDisk } from '../support/icp-project';
import { commandOf, type RecordingIcp, recordingIcp } from '../support/recording-icp';
import { stepsOf } from './support/steps';
import { Workbench } from './support/workbench';

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

describe('the guide on a project of icp', { skip: withoutIcp }, () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-icp-guide-'));
  const home = new DfxHome(path.join(folder, 'dfx'));
  let project: IcpProjectOnDisk;
  let icp: RecordingIcp;
  let workbench: Workbench;
  const idFile = () => path.join(project.root, '.icp', 'cache', 'mappings', 'local.ids.json');
  const ids = () => JSON.parse(readFileSync(idFile(), 'utf8')) as Record<string, string>;
  const manifest = () => path.join(project.root, 'icp.yaml');

  before(async () => {
    project = new IcpProjectOnDisk(folder);
    icp = recordingIcp(folder);
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
      env: { ...home.env, ...project.env, PATH: icp.searchPath },
      size: { width: 1280, height: 900 },
    });
    await workbench.openContainer('Internet Computer');
  });
  after(async () => {
    await workbench?.close();
    await project?.run('network', 'stop');
    rmSync(folder, { recursive: true, force: true });
  });

  const inOrder = stepsOf('icp-guide', () => workbench);
  const guide = (title: string, work: () => Promise<void>) => it(title, inOrder(work));
  const row = (canister: string, state: string) => workbench.row(new RegExp(`^${canister}, ${state}`), 'Canisters');
  const shows = async (state: string, canisters: readonly string[]) => {
    for (const canister of canisters) {
      await row(canister, state).waitFor({ timeout: 30_000 });
    }
  };
  const clear = () => workbench.runCommand('Notifications: Clear All Notifications');

  guide('starts the network', async () => {
    await shows('Not created', ['backend', 'helper', 'slow']);
    await workbench.row(/is not running: start it/).waitFor();
    await workbench.runCommand('Canisters: Start local network');
    await workbench.row(/is not running: start it/).waitFor({ state: 'detached', timeout: 60_000 });
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
    // Until it begins, the row says that it is running, too.
    await workbench.statusBarItem(/Upgraded helper on local/).waitFor();
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
    for (let attempt = 0; attempt < 50 && commandOf(pid) !== ''; attempt++) {
      await delay(100);
    }
    assert.equal(commandOf(pid), '', 'icp is gone');
  });

  guide('deletes one, then all', async () => {
    await clear();
    await workbench.contextMenu(row('helper', 'Running'), 'Delete…');
    await workbench.screenshot('icp-guide-delete');
    await workbench.clickDialog('Delete');
    await shows('Not created', ['helper']);
    assert.deepEqual(Object.keys(ids()).sort(), ['backend', 'slow']);
    await workbench.runCommand('Canisters: Delete all…');
    await workbench.dialog.waitFor();
    await workbench.screenshot('icp-guide-delete-all');
    await workbench.clickDialog('Delete');
    await shows('Not created', ['backend', 'helper', 'slow']);
    assert.deepEqual(ids(), {});
    await workbench.screenshot('icp-guide-deleted');
  });
});
