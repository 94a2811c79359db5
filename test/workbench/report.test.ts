/** The form of a report, as a browser opens it, after commands that failed with secrets in their words. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it } from 'node:test';
import { type Example, startExample } from '../support/example';
import { Workbench } from './support/workbench';

const PHRASE = 'abandon ability able about above absent absorb abstract absurd abuse access accident';
const KEY = 'MHQCAQEEIIS7BXyKFRyA2+Ovrnx3W6WHJPgl0fNPkmfRfTLh8ZpZoAcGBSuBBAAK';
const TOKEN = 'tok_0123456789abcdef';

/** A dfx whose every command fails and says what it should not. */
function writeTool(folder: string): void {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'dfx');
  const lines = [
    '#!/bin/sh',
    '[ "$1" = --version ] && echo "dfx 0.30.1" && exit 0',
    `echo "Error: cannot use ${PHRASE}" >&2`,
    `echo "sent ${TOKEN} to http://bob:hunter2@proxy.example/x?key=k3y & more" >&2`,
    `echo "read $HOME/.config/dfx/identity: ${KEY}" >&2`,
    'exit 255',
  ];
  writeFileSync(file, lines.join('\n'));
  chmodSync(file, 0o755);
}

describe('a report of an issue', () => {
  const scratch = mkdtempSync(path.join(tmpdir(), 'ic-canisters-report-'));
  let example: Example;
  let workbench: Workbench;

  before(async () => {
    example = await startExample(scratch);
    const bin = path.join(scratch, 'bin');
    writeTool(bin);
    workbench = await Workbench.open({
      folder: example.project,
      env: {
        ...example.env,
        HOME: path.join(scratch, 'bobs-home'),
        MY_TOKEN: TOKEN,
        PATH: `${bin}${path.delimiter}${process.env['PATH']}`,
      },
    });
    await workbench.openContainer('Internet Computer');
    await workbench.row(/^hello_backend, Running/).waitFor();
  });
  after(async () => {
    await workbench?.close();
    await example?.dispose();
    rmSync(scratch, { recursive: true, force: true });
  });

  it('opens filled, with versions, networks and failures, and without secrets', () =>
    workbench.watched('report', async () => {
      await workbench.contextMenu(workbench.row(/^hello_backend, Running/), 'Build');
      await workbench.notification(/hello_backend/).waitFor();
      const context = workbench.page.context();
      await context.route('https://github.com/**', (route) => route.fulfill({ body: 'the form' }));
      const opened = context.waitForEvent('page');
      await workbench.runCommand('Canisters: Report an issue…');
      const leads = workbench.dialog.getByRole('button', { name: 'Open', exact: true });
      await leads.waitFor();
      await workbench.screenshot('report');
      await leads.click();
      const page = await opened;
      await page.waitForLoadState();
      const url = new URL(page.url());
      assert.equal(url.origin + url.pathname, 'https://github.com/ic-canisters/ic-canisters/issues/new');
      assert.equal(url.searchParams.get('template'), 'bug.yml');
      assert.equal(url.searchParams.get('engine'), 'dfx.json');
      const body = url.searchParams.get('versions') ?? '';
      assert.match(body, /^- IC Canisters: `\d+\.\d+\.\d+`$/m);
      assert.match(body, /^- dfx: `dfx 0\.30\.1`$/m);
      assert.match(body, /^- dfx project on `loopback network http:\/\/127\.0\.0\.1:\d+`; healthy; canisters: /m);
      assert.match(body, /icCanisters\.build, \d+ s before/);
      assert.match(body, /http:\/\/proxy\.example\/x & more/);
      for (const secret of ['abandon', 'accident', KEY, TOKEN, 'bob', 'hunter2', 'k3y', scratch]) {
        assert.ok(!body.includes(secret), `${secret} in ${body}`);
      }
      await page.close();
    }));
});
