import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { isDeepStrictEqual } from 'node:util';
import { type Example, startExample } from '../support/example';
import { Workbench } from './support/workbench';

describe('dfx.json as its reader sees it', () => {
  let scratch: string;
  let example: Example;
  let workbench: Workbench;
  let lines: readonly string[];

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'ic-canisters-dfx-json-'));
    example = await startExample(scratch);
    lines = readFileSync(join(example.project, 'dfx.json'), 'utf8').split('\n');
    workbench = await Workbench.open({ folder: example.project, env: example.env });
    await workbench.openFile('dfx.json');
  });

  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(scratch, { recursive: true, force: true });
  });

  /**
   * The line and column, both from 1, of `needle` in the entry of `canister`. From the file as it was: an editor shows
   * only some of its lines, and no test moves one.
   */
  function find(canister: string, needle: string): { line: number; column: number } {
    const start = lines.findIndex((text) => text.includes(`"${canister}": {`));
    const line = lines.findIndex((text, i) => i >= start && text.includes(needle));
    assert.ok(line >= 0, needle);
    return { line: line + 1, column: lines[line]!.indexOf(needle) + 1 };
  }

  const lenses = () => workbench.page.locator('.editor-instance .codelens-decoration');
  const squiggles = (kind: 'error' | 'warning' | 'hint') =>
    workbench.page.locator(`.editor-instance .cdr.squiggly-${kind}`);

  it('shows the live status over each canister, and stops one from there', () =>
    workbench.watched('language-lens', async () => {
      const running = lenses()
        .filter({ hasText: /Running/ })
        .first();
      await running.waitFor();
      assert.match(await running.innerText(), /Running · \w{5}-…-cai.*Stop/s);
      await lenses()
        .filter({ hasText: /Stopped/ })
        .first()
        .waitFor();
      await workbench.screenshot('language-lens');
      await running.getByText('Stop', { exact: true }).click();
      // Two are stopped then: this one and the worker.
      await lenses()
        .filter({ hasText: /Stopped.*Start/s })
        .nth(1)
        .waitFor();
      assert.equal(example.network.canister(example.ids.hello_backend)?.status, 'stopped');
      await workbench.screenshot('language-lens-stopped');
    }));

  it('underlines a misspelt dependency as it is typed', () =>
    workbench.watched('language-squiggle', async () => {
      const { line, column } = find('hello_frontend', '"hello_backend"]');
      // Over the name, so that no closing quote gets in the way.
      await workbench.goTo(line, column + 1);
      for (let i = 0; i < 'hello_backend'.length; i++) {
        await workbench.press('Delete');
      }
      await workbench.page.keyboard.type('hello_bakend');
      await workbench.press('Escape');
      await squiggles('error').first().waitFor();
      await workbench.screenshot('language-squiggle');
    }));

  it('says in the hover what is wrong', () =>
    workbench.watched('language-hover-problem', async () => {
      const { line, column } = find('hello_frontend', 'hello_backend"]');
      await workbench.goTo(line, column + 3);
      const text = await workbench.editorHover();
      assert.match(text, /There is no canister "hello_bakend" in this dfx\.json\. Did you mean "hello_backend"\?/);
      assert.match(text, /unknown-dependency/);
      await workbench.screenshot('language-hover-problem');
      await workbench.press('Escape');
    }));

  it('repairs it with the quick fix', () =>
    workbench.watched('language-fix', async () => {
      const { line, column } = find('hello_frontend', 'hello_backend"]');
      await workbench.goTo(line, column + 3);
      await workbench.press('Control+.');
      const menu = workbench.page.locator('.action-widget');
      await menu.getByText('Change to "hello_backend"').waitFor();
      await workbench.screenshot('language-fix');
      await workbench.chooseFix(menu.getByText('Change to "hello_backend"'));
      // Underlines are drawn anew before the text has changed, too: saved then, the file would keep the old one.
      await workbench.editor.locator('.view-line').filter({ hasText: 'hello_bakend' }).waitFor({ state: 'detached' });
      await squiggles('error').first().waitFor({ state: 'detached' });
      await workbench.press('Control+s');
      const dependencies = (): unknown => {
        const text = readFileSync(join(example.project, 'dfx.json'), 'utf8');
        // VS Code empties a file before it writes it.
        return text === '' ? undefined : JSON.parse(text).canisters.hello_frontend.dependencies;
      };
      const deadline = Date.now() + 5_000;
      while (!isDeepStrictEqual(dependencies(), ['hello_backend']) && Date.now() < deadline) {
        await workbench.page.waitForTimeout(50);
      }
      assert.deepEqual(dependencies(), ['hello_backend']);
    }));

  it('explains a canister in the hover, with its status', () =>
    workbench.watched('language-hover', async () => {
      const { line, column } = find('hello_ledger', '"hello_ledger"');
      await workbench.goTo(line, column + 3);
      const text = await workbench.editorHover();
      assert.match(text, /rust canister/);
      assert.match(text, /Used by: hello_worker/);
      assert.match(text, /Running/);
      assert.match(text, new RegExp(example.ids.hello_ledger));
      await workbench.screenshot('language-hover');
      await workbench.press('Escape');
    }));

  it('completes the names of canisters', () =>
    workbench.watched('language-completion', async () => {
      const { line, column } = find('hello_frontend', '["hello_backend"]');
      await workbench.goTo(line, column + '["hello_backend"'.length);
      await workbench.page.keyboard.type(', "');
      await workbench.press('Control+Space');
      const offered = await workbench.suggestions();
      assert.ok(
        offered.some((label) => label.startsWith('hello_ledger')),
        offered.join(),
      );
      assert.ok(
        !offered.some((label) => label.startsWith('hello_backend') || label.startsWith('hello_frontend')),
        offered.join(),
      );
      await workbench.screenshot('language-completion');
      await workbench.press('Escape');
    }));
});

describe('dfx.json beside an extension with another schema for it', () => {
  let scratch: string;
  let workbench: Workbench;

  before(async () => {
    scratch = mkdtempSync(join(tmpdir(), 'ic-canisters-other-schema-'));
    const other = join(scratch, 'other');
    const folder = join(scratch, 'project');
    for (const made of [other, folder]) {
      mkdirSync(made);
    }
    const manifest = {
      name: 'other-schema',
      publisher: 'somebody',
      version: '1.0.0',
      engines: { vscode: '^1.90.0' },
      contributes: { jsonValidation: [{ fileMatch: 'dfx.json', url: './schema.json' }] },
    };
    // As the published schema does, it demands a type, and knows no types but these.
    const canister = { required: ['type'], properties: { type: { enum: ['motoko', 'rust'] } } };
    writeFileSync(join(other, 'package.json'), JSON.stringify(manifest));
    writeFileSync(
      join(other, 'schema.json'),
      JSON.stringify({ properties: { canisters: { additionalProperties: canister } } }),
    );
    writeFileSync(join(folder, 'main.mo'), '');
    const canisters = {
      untyped: { main: 'main.mo' },
      typed: { type: 'motko', main: 'main.mo' },
      lonely: { type: 'motoko', main: 'main.mo', dependencies: ['nobody'] },
    };
    writeFileSync(join(folder, 'dfx.json'), JSON.stringify({ canisters }, null, 2));
    workbench = await Workbench.open({ folder, otherExtensions: [other] });
    await workbench.openFile('dfx.json');
  });

  after(async () => {
    await workbench?.close();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('reports each fault once, and none where dfx sees none', () =>
    workbench.watched('language-other-schema', async () => {
      await workbench.press('Control+Shift+m');
      const rows = workbench.page.locator('.markers-panel .monaco-list-row');
      await rows.filter({ hasText: 'There is no canister "nobody"' }).waitFor();
      await rows.filter({ hasText: 'Missing property' }).waitFor();
      await rows.filter({ hasText: 'dfx does not know the type "motko"' }).waitFor();
      await workbench.screenshot('language-other-schema');
      const texts = (await rows.allInnerTexts()).filter((text) => !text.startsWith('dfx.json'));
      // Theirs: the type that is missing, and the one that it does not know.
      assert.equal(texts.filter((text) => !/^dfx$/m.test(text)).length, 2, texts.join('\n'));
      assert.equal(texts.filter((text) => /^dfx$/m.test(text)).length, 2, texts.join('\n'));
    }));
});
