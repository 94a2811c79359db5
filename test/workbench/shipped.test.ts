import assert from 'node:assert/strict';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { listFiles, PackageManager } from '@vscode/vsce';
import { ROOT } from '../host/extension-tests';
import { type Example, startExample } from '../support/example';
import { Workbench } from './support/workbench';

describe('the files that are shipped', () => {
  let scratch: string;
  let example: Example;
  let workbench: Workbench;

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'ic-canisters-shipped-'));
    const extension = join(scratch, 'extension');
    for (const file of await listFiles({ cwd: ROOT, packageManager: PackageManager.None })) {
      mkdirSync(dirname(join(extension, file)), { recursive: true });
      cpSync(join(ROOT, file), join(extension, file));
    }
    example = await startExample(scratch);
    workbench = await Workbench.open({ folder: example.project, env: example.env, extension });
  });

  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('are enough to show live canisters', () =>
    workbench.watched('shipped-tree', async () => {
      await workbench.openContainer('Internet Computer');
      await workbench.row(/^hello_ledger\b.*running/i).waitFor();
    }));

  it('are enough to help in a dfx.json', () =>
    workbench.watched('shipped-hover', async () => {
      await workbench.openFile('dfx.json');
      // On the key "type" of the first canister.
      await workbench.goTo(5, 9);
      const hover = await workbench.editorHover();
      await workbench.screenshot('shipped-hover');
      assert.match(hover, /canister is built/);
    }));
});
