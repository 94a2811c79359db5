import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { FakeVscode } from '../commands/vscode';

const vscode = new FakeVscode();
const opened: unknown[] = [];
const forwarded: string[] = [];
let openPage: (url: string) => Promise<void>;
let CanisterPages: typeof import('../../../src/ui/canister-pages').CanisterPages;

before(() => {
  vscode.install();
  const { env } = vscode.api as { env: Record<string, unknown> };
  env['openExternal'] = async (uri: unknown) => opened.push(uri);
  env['asExternalUri'] = async (uri: string) => {
    forwarded.push(uri);
    return { authority: 'code.example.org' };
  };
  ({ openPage } = require('../../../src/ui/dialogs') as typeof import('../../../src/ui/dialogs'));
  ({ CanisterPages } = require('../../../src/ui/canister-pages') as typeof import('../../../src/ui/canister-pages'));
});
beforeEach(() => {
  opened.length = 0;
  forwarded.length = 0;
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

describe('pages of canisters', () => {
  const frontend = 'http://bkyz2-fmaaa-aaaaa-qaaaq-cai.localhost:4943/';
  const open = async (url: string, remoteName: string | undefined) => {
    (vscode.api as { env: Record<string, unknown> }).env['remoteName'] = remoteName;
    const pages = new CanisterPages();
    await pages.open(url);
    pages.dispose();
  };

  it('are opened as they are where the browser is on this computer', async () => {
    await open(frontend, undefined);
    assert.deepEqual(opened, [frontend]);
    assert.deepEqual(forwarded, []);
  });

  it('are forwarded from another computer where they are of its networks, and no others', async () => {
    await open(frontend, 'ssh-remote');
    assert.match(String(opened[0]), /^http:\/\/127\.0\.0\.1:\d+\/$/);
    assert.deepEqual(forwarded, opened, 'VS Code is asked for a tunnel to what it opens');
    await open('https://bkyz2-fmaaa-aaaaa-qaaaq-cai.icp0.io/', 'ssh-remote');
    assert.equal(opened[1], 'https://bkyz2-fmaaa-aaaaa-qaaaq-cai.icp0.io/');
    assert.equal(forwarded.length, 1);
  });
});
