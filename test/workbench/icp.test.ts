/** Projects of icp in the window, beside one of dfx, with the real icp on the test network. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { DfxHome } from '../support/dfx-home';
import { withoutIcp } from '../support/icp-binary';
import { IcpProjectOnDisk } from '../support/icp-project';
import { Workbench } from './support/workbench';

const VIEW = 'Canisters';

describe('a workspace with a project of icp', { skip: withoutIcp }, () => {
  let folder: string;
  let project: IcpProjectOnDisk;
  let workbench: Workbench;
  const row = (name: string, state: string | RegExp) =>
    workbench.row(new RegExp(`^${name}, ${typeof state === 'string' ? state : state.source}`), VIEW);

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-icp-'));
    const home = new DfxHome(path.join(folder, 'dfx'));
    const workspace = path.join(folder, 'workspace');
    project = new IcpProjectOnDisk(workspace);
    mkdirSync(path.join(workspace, 'old'));
    writeFileSync(path.join(workspace, 'old', 'dfx.json'), '{"canisters":{"legacy":{"main":"main.mo"}}}');
    await project.start();
    await project.succeed('deploy', 'backend');
    workbench = await Workbench.open({
      folder: workspace,
      env: { ...home.env, ...project.env },
      size: { width: 1280, height: 1000 },
    });
    await workbench.openContainer('Internet Computer');
  });
  afterEach(async (test) => {
    await workbench.screenshot(`icp-${test.name.replace(/\W+/g, '-').slice(0, 50)}`);
  });
  after(async () => {
    await workbench?.close();
    await project?.run('network', 'stop');
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows its canisters with their state beside those of dfx', async () => {
    await row('backend', 'Running').waitFor();
    await row('extra', 'Not created').waitFor();
    await row('legacy', '').waitFor();
  });

  it('stops and starts a canister without icp', async () => {
    await workbench.contextMenu(row('backend', 'Running'), 'Stop');
    await row('backend', 'Stopped').waitFor();
    await workbench.contextMenu(row('backend', 'Stopped'), 'Start');
    await row('backend', 'Running').waitFor();
  });

  it('creates, builds and installs a canister', async () => {
    await workbench.contextMenu(row('extra', 'Not created'), 'Create');
    await row('extra', 'Empty').waitFor();
    await workbench.contextMenu(row('extra', 'Empty'), 'Build');
    const artifact = path.join(project.root, '.icp', 'cache', 'artifacts', 'extra');
    for (let attempt = 0; attempt < 100 && !existsSync(artifact); attempt++) {
      await workbench.page.waitForTimeout(100);
    }
    await workbench.notification(/Building extra/).waitFor({ state: 'detached' });
    await workbench.contextMenu(row('extra', 'Empty'), 'Install');
    await row('extra', 'Running').waitFor();
    const shown = JSON.parse(await project.succeed('canister', 'status', 'extra', '--json')) as Record<string, unknown>;
    assert.equal(
      (shown['settings'] as Record<string, unknown>)['compute_allocation'],
      '1',
      'the settings of the manifest',
    );
  });

  it('has the canisters of an environment, and deploys there', async () => {
    await workbench.runCommand('Canisters: Select network…');
    // No file of either project is in front.
    await workbench.choose(/icp-shop/);
    await workbench.screenshot('icp-environments');
    await workbench.choose(/staging/);
    await row('extra', 'Not in this environment').waitFor();
    await workbench.contextMenu(row('backend', 'Not created'), 'Deploy');
    await row('backend', 'Running').waitFor({ timeout: 60_000 });
    const listed = await project.succeed('canister', 'status', 'backend', '-i', '-e', 'staging');
    assert.match(listed, /-cai/);
  });

  it('says whose identities are whose', async () => {
    await workbench.view('Identities').locator('.pane-header').click();
    await workbench.row(/^Identities of icp/, 'Identities').waitFor();
    await workbench.row(/^me, identity, in use, selected in icp, plain text/, 'Identities').waitFor();
    assert.equal(
      await workbench
        .view('Identities')
        .getByRole('treeitem', { name: /^anonymous, / })
        .count(),
      2,
    );
  });

  it('has the environments among the networks, with the network that they share', async () => {
    await workbench.view('Networks').locator('.pane-header').click();
    await workbench.row(/^staging, environment, in use, network local, Running/, 'Networks').waitFor();
    await workbench.row(/^ic, environment, mainnet/, 'Networks').waitFor();
  });

  it('asks before the network is stopped, and starts it without what it held', async () => {
    const staging = () => workbench.row(/^staging, environment, in use, network local/, 'Networks');
    await workbench.contextMenu(staging(), 'Stop local network');
    await workbench.clickDialog('Cancel');
    await workbench.row(/^staging, .*Running/, 'Networks').waitFor();
    await workbench.contextMenu(staging(), 'Stop local network');
    await workbench.clickDialog('Stop network');
    await workbench.row(/^staging, .*Not running/, 'Networks').waitFor();
    await row('backend', '').waitFor();
    await project.succeed('identity', 'default', 'anonymous');
    await project.succeed('identity', 'delete', 'me');
    await workbench.contextMenu(staging(), 'Start local network');
    await workbench.clickDialog('Start network');
    await workbench.row(/^staging, .*Running/, 'Networks').waitFor({ timeout: 60_000 });
    await row('backend', 'Not created').waitFor();
  });
});
