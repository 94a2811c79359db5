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
import { withoutIcp } from '../support/icp-binary';
import { IcpProjectOnDisk } from '../support/icp-project';
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

describe('the Candid UI that icp installs, on a network of icp', { skip: withoutIcp }, () => {
  let folder: string;
  let project: IcpProjectOnDisk;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ic-canisters-pages-icp-'));
    project = new IcpProjectOnDisk(folder);
    await project.start();
    await project.succeed('deploy', 'backend');
  });
  after(async () => {
    await project?.run('network', 'stop');
    rmSync(folder, { recursive: true, force: true });
  });

  /** Calls a method by the page's form. What the page asks beside the network cannot be reached. */
  async function greets(page: Page, name: string): Promise<void> {
    const greet = page.locator('#methods > li').filter({ hasText: 'greet' });
    await greet.locator('input').first().fill(name);
    await greet.getByRole('button', { name: /^(Query|Call)$/ }).click();
    await page.locator('#output-list').getByText(`Hello, ${name}!`).first().waitFor();
  }

  for (const ports of ['domains', 'paths'] as const) {
    it(`calls a method through code-server, whose ports are ${ports}, and through a tunnel`, async () => {
      const workbench = await Workbench.open({ folder: project.root, env: project.env, ports });
      try {
        await workbench.watched(`pages-icp-${ports}`, async () => {
          await workbench.openContainer('Internet Computer');
          await workbench.row(/^backend, Running/).waitFor();
          const opened = workbench.page.context().waitForEvent('page');
          await workbench.contextMenu(workbench.row(/^backend, Running/), 'Open Candid UI');
          void workbench.dialog
            .getByRole('button', { name: 'Open', exact: true })
            .click()
            .catch(() => {});
          const page = await opened;
          await greets(page, ports);
          await page.screenshot({ path: join(__dirname, `../../.vscode-test/screenshots/pages-icp-${ports}.png`) });
          // A tunnel gives the port a name that no agent knows.
          const { hostname, pathname, search } = new URL(page.url());
          const port = /^\/proxy\/(\d+)\//.exec(pathname)?.[1] ?? hostname.split('.')[0];
          const away: string[] = [];
          const tunnel = await (await workbench.page.context().browser()!.newContext()).newPage();
          await tunnel.route(/^https:/, async (route) => {
            const url = new URL(route.request().url());
            if (url.hostname === 'x-8000.tunnels.example') {
              const response = await route.fetch({ url: `http://127.0.0.1:${port}${url.pathname}${url.search}` });
              await route.fulfill({ response });
            } else {
              away.push(url.hostname);
              await route.abort();
            }
          });
          await tunnel.goto(`https://x-8000.tunnels.example/${search}`);
          await greets(tunnel, 'tunnel');
          assert.ok(!away.some((name) => /icp-api\.io|icp0\.io|ic0\.app/.test(name)), away.join());
          await tunnel.context().close();
          await page.close();
        });
      } finally {
        await workbench.close();
      }
    });
  }
});
