/** icp.yaml as its reader sees it, without any extension for YAML; live state from the test network. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { DfxHome } from '../support/dfx-home';
import { withoutIcp } from '../support/icp-binary';
import { ICP_YAML, IcpProjectOnDisk } from '../support/icp-project';
import { Workbench } from './support/workbench';

/** What icp passes over, and nothing that it refuses: a setting, an environment's name, replaced settings. */
const MANIFEST = `${ICP_YAML}  - name: production
    settings:
      extra:
        freezing_treshold: 30d
`;

describe('icp.yaml as its reader sees it', { skip: withoutIcp }, () => {
  let folder: string;
  let project: IcpProjectOnDisk;
  let workbench: Workbench;
  const lines = MANIFEST.split('\n');
  const lenses = () => workbench.page.locator('.editor-instance .codelens-decoration');
  const squiggles = (kind: 'error' | 'warning' | 'info') =>
    workbench.page.locator(`.editor-instance .cdr.squiggly-${kind}`);
  const saved = () => readFileSync(path.join(project.root, 'icp.yaml'), 'utf8');

  /** Line and column, from 1, of `needle` behind `before`. */
  function find(needle: string, behind = ''): { line: number; column: number } {
    const start = lines.findIndex((text) => text.includes(behind));
    const line = lines.findIndex((text, index) => index >= start && text.includes(needle));
    assert.ok(line >= 0, needle);
    return { line: line + 1, column: lines[line]!.indexOf(needle) + 1 };
  }

  const goTo = async (needle: string, behind = '', into = 2): Promise<void> => {
    const { line, column } = find(needle, behind);
    await workbench.goTo(line, column + into);
  };

  async function open(locale?: string): Promise<void> {
    const home = new DfxHome(path.join(folder, 'dfx'));
    workbench = await Workbench.open({
      folder: project.root,
      env: { ...home.env, ...project.env },
      locale,
      size: { width: 1280, height: 1000 },
    });
    await workbench.openFile('icp.yaml');
  }

  before(async () => {
    folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-icp-yaml-'));
    project = new IcpProjectOnDisk(folder);
    await project.start();
    await project.succeed('deploy', 'backend');
    writeFileSync(path.join(project.root, 'icp.yaml'), MANIFEST);
    await open();
  });
  after(async () => {
    await workbench?.close();
    await project?.run('network', 'stop');
    rmSync(folder, { recursive: true, force: true });
  });

  it('shows the live status over each canister, with what can be done', () =>
    workbench.watched('icp-yaml-lens', async () => {
      const running = lenses().filter({ hasText: /Running · \w{5}-…-cai/ });
      await running.first().waitFor({ timeout: 30_000 });
      assert.match(await running.first().innerText(), /Stop.*Deploy.*Call…/s);
      await lenses()
        .filter({ hasText: /Not created.*Deploy/s })
        .first()
        .waitFor();
      await workbench.screenshot('icp-yaml-lens');
    }));

  it('lists what icp passes over in silence', () =>
    workbench.watched('icp-yaml-problems', async () => {
      await workbench.press('Control+Shift+m');
      const rows = workbench.page.locator('.markers-panel .monaco-list-row');
      await rows.filter({ hasText: 'icp does not know the key "freezing_treshold" and ignores it' }).waitFor();
      await rows
        .filter({ hasText: '"production" has no "network", so icp deploys it to the network "local"' })
        .waitFor();
      await rows.filter({ hasText: 'icp replaces all settings of "extra" by these' }).waitFor();
      await workbench.screenshot('icp-yaml-problems');
      await workbench.press('Control+j');
    }));

  it('says in the hover what holds where', () =>
    workbench.watched('icp-yaml-hover', async () => {
      await goTo('compute_allocation');
      const text = await workbench.editorHover();
      assert.match(text, /Guaranteed share of one processor/);
      assert.match(text, /In production: not set/);
      await workbench.screenshot('icp-yaml-hover');
      await workbench.press('Escape');
      await goTo('backend', 'name: staging');
      const canister = await workbench.editorHover();
      assert.match(canister, /build canister/);
      assert.match(canister, /Running/);
      await workbench.press('Escape');
    }));

  it('repairs a key with the quick fix', () =>
    workbench.watched('icp-yaml-fix', async () => {
      await goTo('freezing_treshold');
      await squiggles('warning').first().waitFor();
      await workbench.press('Control+.');
      const menu = workbench.page.locator('.action-widget');
      await menu.getByText('Change to freezing_threshold').waitFor();
      await workbench.screenshot('icp-yaml-fix');
      await workbench.chooseFix(menu.getByText('Change to freezing_threshold'));
      await squiggles('warning').first().waitFor({ state: 'detached' });
      await workbench.press('Control+s');
      const deadline = Date.now() + 5_000;
      while (!saved().includes('freezing_threshold: 30d') && Date.now() < deadline) {
        await workbench.page.waitForTimeout(50);
      }
      assert.match(saved(), /freezing_threshold: 30d/);
    }));

  it('completes keys and names', () =>
    workbench.watched('icp-yaml-completion', async () => {
      const { line } = find('name: production');
      await workbench.goTo(line, lines[line - 1]!.length + 1);
      await workbench.press('Enter');
      // The editor goes on below the dash.
      await workbench.page.keyboard.type('  can');
      await workbench.press('Control+Space');
      const keys = await workbench.suggestions();
      assert.ok(
        keys.some((label) => label.startsWith('canisters')),
        keys.join(),
      );
      await workbench.screenshot('icp-yaml-completion-keys');
      await workbench.press('Escape');
      for (let i = 0; i < 3; i++) {
        await workbench.press('Backspace');
      }
      await workbench.page.keyboard.type('canisters: [');
      await workbench.press('Control+Space');
      const names = await workbench.suggestions();
      assert.ok(names.some((label) => label.startsWith('backend')) && names.some((label) => label.startsWith('extra')));
      await workbench.screenshot('icp-yaml-completion');
      await workbench.press('Escape');
    }));

  it('says all of that in Japanese, too', async () => {
    await workbench.close();
    writeFileSync(path.join(project.root, 'icp.yaml'), MANIFEST);
    await open('ja');
    await workbench.watched('icp-yaml-japanese', async () => {
      await workbench.press('Control+Shift+m');
      const rows = workbench.page.locator('.markers-panel .monaco-list-row');
      await rows
        .filter({ hasText: 'icp はキー "freezing_treshold" を知らず' })
        .or(rows.filter({ hasText: 'freezing_treshold' }))
        .first()
        .waitFor();
      await rows.filter({ hasText: '"extra" の設定すべてをこれで置き換えます' }).waitFor();
      await workbench.screenshot('icp-yaml-japanese-problems');
      await goTo('compute_allocation');
      const text = await workbench.editorHover();
      assert.match(text, /保証される割合/);
      await workbench.screenshot('icp-yaml-japanese');
    });
  });
});
