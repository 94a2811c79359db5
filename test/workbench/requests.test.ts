/** Files of named requests: coloured, checked, explained and called, in both languages and themes. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Example, startExample } from '../support/example';
import { Workbench } from './support/workbench';

const TEXT = `// What we try after a deployment.
### the count
query hello_backend.count ()

### pay somebody
update hello_ledger.transfer (
  record {
    to = principal "aaaaa-aa"; // nobody
    amount = 3_000;
    memo = opt "tea \\u{41}";
  },
)

### misspelt
hello_backend.cuont (true, variant { a })
`;

for (const { locale, theme, call, greeting } of [
  { locale: 'en', theme: 'Default Dark Modern', call: 'Call hello_backend.count', greeting: 'has no method' },
  { locale: 'ja', theme: 'Default Light Modern', call: 'hello_backend.count', greeting: 'メソッド' },
]) {
  describe(`a file of named requests in ${locale}`, () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-requests-'));
    let example: Example;
    let workbench: Workbench;

    before(async () => {
      example = await startExample(folder);
      mkdirSync(path.join(example.project, 'requests'));
      writeFileSync(path.join(example.project, 'requests', 'hello.candid-requests'), TEXT);
      const settings = { 'workbench.colorTheme': theme };
      workbench = await Workbench.open({ folder: example.project, env: example.env, locale, settings });
    });
    after(async () => {
      await workbench?.close();
      await example?.dispose();
      rmSync(folder, { recursive: true, force: true });
    });

    it('is coloured, checked, and called by its lens', () =>
      workbench.watched(`requests-${locale}`, async () => {
        await workbench.openFile('requests/hello.candid-requests');
        await workbench.page.locator('.squiggly-error').first().waitFor();
        await workbench.page.locator('.codelens-decoration a').filter({ hasText: call }).first().waitFor();
        await workbench.goTo(15, 17);
        await workbench.page.keyboard.press('Control+K');
        await workbench.page.keyboard.press('Control+I');
        await workbench.page.locator('.monaco-hover').filter({ hasText: greeting }).first().waitFor();
        await workbench.screenshot(`requests-1-${locale}`);
        await workbench.page.keyboard.press('Escape');
        await workbench.page.locator('.codelens-decoration a').filter({ hasText: call }).first().click();
        await workbench.tab(/hello_backend\.count\.candid/).waitFor();
        await workbench.screenshot(`requests-2-called-${locale}`);
      }));
  });
}
