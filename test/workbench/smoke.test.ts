import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Example, startExample } from '../support/example';
import { Workbench } from './support/workbench';

describe('the tree of examples/hello', () => {
  let scratch: string;
  let example: Example;
  let workbench: Workbench;

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'ic-canisters-smoke-'));
    example = await startExample(scratch);
    workbench = await Workbench.open({ folder: example.project, env: example.env });
  });

  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('shows every canister with its live status', () =>
    workbench.watched('smoke-tree', async () => {
      await workbench.openContainer('Internet Computer');
      for (const name of ['hello_backend', 'hello_ledger', 'hello_frontend']) {
        await workbench.row(new RegExp(`^${name}\\b.*running`, 'i')).waitFor();
      }
      await workbench.row(/^hello_worker\b.*stopped/i).waitFor();
      await workbench.screenshot('smoke-tree');
    }));

  it('stops a canister with a click on its row, and starts it from the menu', () =>
    workbench.watched('smoke-stop', async () => {
      await workbench.inlineAction(workbench.row(/^hello_backend\b/), 'Stop');
      await workbench.row(/^hello_backend\b.*stopped/i).waitFor();
      assert.equal(example.network.canister(example.ids.hello_backend)?.status, 'stopped');
      await workbench.screenshot('smoke-stopped');
      await workbench.contextMenu(workbench.row(/^hello_backend\b/), 'Start');
      await workbench.row(/^hello_backend\b.*running/i).waitFor();
      assert.equal(example.network.canister(example.ids.hello_backend)?.status, 'running');
    }));
});
