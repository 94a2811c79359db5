/** Pages of canisters in a browser that reaches VS Code alone, or only ports of its computer. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { Page } from 'playwright-core';
import { CANDID_UI } from '../network/system/candid-ui';
import { FIRST_GENERATION, writeLocalIds } from '../support/dfx-home';
import { type Example, startExample } from '../support/example';
import { Workbench } from './support/workbench';

for (const ports of ['domains', 'paths'] as const) {
  describe(`pages of canisters through code-server, whose ports are ${ports}`, () => {
    const name = `pages-${ports}`;
    let scratch: string;
    let example: Example;
    let workbench: Workbench;

    before(async () => {
      scratch = mkdtempSync(join(tmpdir(), 'ic-canisters-pages-'));
      example = await startExample(scratch);
      writeLocalIds(example.project, 'local', { ...example.ids, __Candid_UI: CANDID_UI }, FIRST_GENERATION);
      workbench = await Workbench.open({ folder: example.project, env: example.env, ports });
      await workbench.openContainer('Internet Computer');
      await workbench.row(/^hello_frontend, Running/).waitFor();
    });
    after(async () => {
      await workbench?.close();
      await example?.dispose();
      rmSync(scratch, { recursive: true, force: true });
    });

    async function pageOf(canister: string, entry: string): Promise<Page> {
      const opened = workbench.page.context().waitForEvent('page');
      await workbench.contextMenu(workbench.row(new RegExp(`^${canister}, Running`)), entry);
      const dialog = workbench.dialog.getByRole('button', { name: 'Open', exact: true });
      // VS Code asks before it leads away.
      void dialog.click().catch(() => {});
      const page = await opened;
      await page.waitForLoadState();
      return page;
    }

    it('show a frontend with its script and style', () =>
      workbench.watched(`${name}-frontend`, async () => {
        const page = await pageOf('hello_frontend', 'Open frontend');
        assert.match(await page.title(), /Hello/);
        assert.equal(
          await page.evaluate('getComputedStyle(document.body).fontFamily.length > 0 && document.styleSheets.length'),
          1,
        );
        await page.screenshot({ path: join(__dirname, `../../.vscode-test/screenshots/${name}-frontend.png`) });
        await page.close();
      }));

    it('show Candid UI with the interface of the canister', () =>
      workbench.watched(`${name}-candid`, async () => {
        const page = await pageOf('hello_backend', 'Open Candid UI');
        await page.getByText(`Canister ${example.ids.hello_backend}`).first().waitFor();
        await page.getByText('greet').first().waitFor();
        await page.close();
      }));
  });
}
