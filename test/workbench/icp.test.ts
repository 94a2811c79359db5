/** Projects of icp in the window, beside one of dfx, with the real icp on the test network. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
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
    await workbench.screenshot('icp-environments');
    await workbench.choose(/staging/);
    await row('extra', 'Not in this environment').waitFor();
    await workbench.contextMenu(row('backend', 'Not created'), 'Deploy');
    await row('backend', 'Running').waitFor({ timeout: 60_000 });
    const listed = await project.succeed('canister', 'status', 'backend', '-i', '-e', 'staging');
    assert.match(listed, /-cai/);
  });
});
