/** From dfx.json to icp.yaml in the window: preview, report, files, both projects in the tree, an upgrade by icp. */
import assert from 'node:assert/strict';
import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { ROOT } from '../host/extension-tests';
import { ConvertibleProject, TESTNET } from '../support/convertible';
import { withoutIcp } from '../support/icp-binary';
import { Workbench } from './support/workbench';

const VIEW = 'Canisters';

describe('the conversion of a project', { skip: withoutIcp }, () => {
  let folder: string;
  let project: ConvertibleProject;
  let workbench: Workbench;
  const file = (name: string) => path.join(project.root, name);
  const report = () => workbench.page.frameLocator('iframe.webview').frameLocator('#active-frame');
  const lens = (title: string) => workbench.page.locator('.codelens-decoration a', { hasText: title }).first();

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-convert-'));
    project = await ConvertibleProject.deploy(folder);
    await project.dfx('canister', 'call', 'hello_backend', 'greet', '("dfx")');
  });
  after(async () => {
    await workbench?.close();
    await project?.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('speaks Japanese', async () => {
    const sentences = JSON.parse(readFileSync(path.join(ROOT, 'l10n/bundle.l10n.ja.json'), 'utf8')) as Record<
      string,
      string
    >;
    workbench = await Workbench.open({
      folder: project.root,
      env: project.env,
      locale: 'ja',
      size: { width: 1600, height: 2000 },
    });
    await workbench.watched('convert-japanese', async () => {
      await workbench.openFile('dfx.json');
      await lens(sentences['Convert to icp.yaml…']!).click();
      await workbench.notification(sentences['Write these files? {0}']!.replace('{0}', '').trim()).waitFor();
      await report().getByText(`icp.yaml (${sentences['new']})`).waitFor();
      await workbench.screenshot('convert-japanese');
      assert.ok(!existsSync(file('icp.yaml')), 'nothing is written without being asked');
    });
    await workbench.close();
  });

  it('shows a preview and a report before anything is written', async () => {
    workbench = await Workbench.open({ folder: project.root, env: project.env, size: { width: 1400, height: 900 } });
    await workbench.watched('convert-preview', async () => {
      await workbench.openFile('dfx.json');
      await lens('Convert to icp.yaml…').waitFor();
      await workbench.screenshot('convert-lens');
      await lens('Convert to icp.yaml…').click();
      await workbench.notification(/Write these files\?.*icp\.yaml \(new\).*testnet\.ids\.json \(new\)/).waitFor();
      await workbench.tab(/icp\.yaml \(preview of the conversion\)/).waitFor();
      await report().getByText('icp.yaml (new)').waitFor();
      await workbench.screenshot('convert-preview');
      assert.ok(!existsSync(file('icp.yaml')));
    });
  });

  it('writes the files where that is agreed to, and shows both projects', async () => {
    await workbench.watched('convert-tree', async () => {
      await workbench.clickNotification(/Write these files/, 'Write the files');
      await workbench.notification(/Written: icp\.yaml/).waitFor();
      assert.ok(existsSync(file('icp.yaml')) && existsSync(file(`.icp/data/mappings/${TESTNET}.ids.json`)));
      await workbench.openContainer('Internet Computer');
      await workbench.row(/^Shares ids with dfx\.json, testnet/, VIEW).waitFor();
      await workbench.row(/^Shares ids with icp\.yaml, testnet/, VIEW).waitFor();
      await workbench.screenshot('convert-tree');
      const offered = async (tool: string) =>
        (await workbench.contextMenuEntries(workbench.row(new RegExp(`^hello, project, .*, ${tool}`), VIEW))).includes(
          'Convert to icp.yaml…',
        );
      assert.deepEqual([await offered('dfx'), await offered('icp')], [true, false]);
    });
  });

  it('has icp upgrade what dfx deployed', async () => {
    await workbench.watched('convert-upgrade', async () => {
      const row = workbench.row(/^hello, project, .*, icp/, VIEW);
      await workbench.contextMenu(row, 'Select network…');
      await workbench.choose(/testnet/);
      await workbench.collapse(workbench.row(/^hello, project, .*, dfx/, VIEW));
      const backend = workbench.row(/^hello_backend, Running/, VIEW);
      await backend.waitFor();
      await workbench.contextMenu(backend, 'Deploy');
      await workbench.notification(/Deploy/).waitFor();
      await workbench.notification(/Deploying/).waitFor({ state: 'detached', timeout: 90_000 });
      await workbench.screenshot('convert-upgrade');
      assert.match(await project.icp('canister', 'call', 'hello_backend', 'count', '()', '-e', TESTNET), /1/);
    });
  });

  it('asks in the preview, too, where icp.yaml would be replaced', async () => {
    await workbench.watched('convert-again', async () => {
      appendFileSync(file('icp.yaml'), '# mine\n');
      await workbench.runCommand('Canisters: Convert to icp.yaml…');
      await workbench.notification(/Write these files\?.*icp\.yaml \(replaced\)/).waitFor();
      await report().getByText('icp.yaml (replaced)').waitFor();
      await workbench.tab(/icp\.yaml \(preview of the conversion\)/).click();
      await workbench.page.getByRole('button', { name: 'Write the converted files…' }).click();
      await workbench.dialog.waitFor();
      await workbench.screenshot('convert-again');
      await workbench.clickDialog('Cancel');
      assert.match(readFileSync(file('icp.yaml'), 'utf8'), /# mine/);
      await workbench.page.getByRole('button', { name: 'Write the converted files…' }).click();
      await workbench.clickDialog('Write the files');
      await workbench.notification(/Written: icp\.yaml/).waitFor();
      assert.doesNotMatch(readFileSync(file('icp.yaml'), 'utf8'), /# mine/);
    });
  });
});
