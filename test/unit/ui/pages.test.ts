import assert from 'node:assert/strict';
import { before, describe, it } from 'node:test';
import { FakeVscode } from '../commands/vscode';

const vscode = new FakeVscode();
const opened: unknown[] = [];
let openPage: (url: string) => Promise<void>;

before(() => {
  vscode.install();
  const { env } = vscode.api as { env: Record<string, unknown> };
  env['openExternal'] = async (uri: unknown) => opened.push(uri);
  ({ openPage } = require('../../../src/ui/dialogs') as typeof import('../../../src/ui/dialogs'));
});

describe('pages', () => {
  it('are opened only where they are pages: other addresses start programs', async () => {
    for (const url of ['command:x', 'file:///etc/passwd', 'vscode://a.b/c', 'javascript:x', ' https://a', 'a', '']) {
      await assert.rejects(openPage(url), /is not the address of a web page/);
    }
    assert.deepEqual(opened, []);
    await openPage('http://localhost:4943/');
    await openPage('HTTPS://example.org');
    assert.equal(opened.length, 2);
  });
});
