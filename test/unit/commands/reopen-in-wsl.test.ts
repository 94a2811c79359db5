/** Ways from a window of Windows into WSL, where the tools of Linux are. */
import assert from 'node:assert/strict';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { before, describe, it } from 'node:test';
import { Failure } from '../../../src/core/util/failure';
import { FakeVscode } from './vscode';

const vscode = new FakeVscode();
const HERE = 'C:\\shop';
const IN_WSL = '\\\\wsl.localhost\\Ubuntu\\home\\ada\\shop';
let ways: typeof import('../../../src/commands/reopen-in-wsl').waysIntoWsl;

/** What other extensions say of themselves, which may be anything. */
const extensions: { all: { packageJSON: unknown }[] } = { all: [] };
function install(...manifests: unknown[]): void {
  extensions.all = manifests.map((packageJSON) => ({ packageJSON }));
}

const WSL = {
  contributes: { commands: [{ command: 'remote-wsl.openFolder' }, { command: 'remote-wsl.reopenInWSL' }] },
};

describe('the way into WSL', () => {
  before(() => {
    Object.assign(vscode.api, { extensions });
    vscode.install();
    ways = require('../../../src/commands/reopen-in-wsl').waysIntoWsl;
  });

  it('is offered on Windows, for a tool that runs nowhere else there and for folders of WSL', () => {
    install(WSL);
    const offered = (...args: Parameters<typeof ways>) => ways(...args).map(({ label }) => label);
    assert.deepEqual(offered('win32', 'dfx', HERE), ['WSL で開き直す', 'WSL で dfx を探す']);
    assert.deepEqual(offered('win32', 'dfx', undefined), ['WSL で開き直す', 'WSL で dfx を探す']);
    assert.deepEqual(offered('win32', undefined, IN_WSL), ['WSL で開き直す']);
    assert.deepEqual(offered('win32', undefined, HERE), []);
    assert.deepEqual(offered('linux', 'dfx', '/home/ada/shop'), []);
    assert.deepEqual(offered('darwin', 'dfx', '/Users/ada/shop'), []);
  });

  it('is the command of the extension that is there, and ends quietly with the window', async () => {
    install({}, undefined, WSL);
    const [way] = ways('win32', 'dfx', HERE);
    const ran: string[] = [];
    vscode.execute = (id) => void ran.push(id);
    await way!.run();
    assert.deepEqual(ran, ['remote-wsl.reopenInWSL']);
    vscode.execute = async () => {
      throw new Error('Canceled');
    };
    await assert.rejects(way!.run(), (error) => error instanceof Failure && error.cancelled);
    vscode.execute = async () => {
      throw new Error('no distribution');
    };
    await assert.rejects(way!.run(), /no distribution/);
  });

  it('leads to that extension where it is missing', async () => {
    install({ contributes: { commands: [{ command: 'other' }] } }, {});
    const [way] = ways('win32', undefined, IN_WSL);
    assert.equal(way!.label, '拡張機能 "WSL" をインストール');
    const ran: unknown[] = [];
    vscode.execute = (id, args) => void ran.push([id, ...args]);
    await way!.run();
    assert.deepEqual(ran, [['workbench.extensions.search', '@id:ms-vscode-remote.remote-wsl']]);
  });

  it('says which distributions have the tool, and what there is to do where none has', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-wsl-'));
    const program = path.join(folder, 'wsl');
    const bin = path.join(folder, 'distributions', 'Ubuntu', '.local', 'share', 'dfx', 'bin');
    const { lookInWsl } = require('../../../src/commands/reopen-in-wsl');
    try {
      copyFileSync(path.resolve(__dirname, '../../wsl/wsl.cjs'), program);
      chmodSync(program, 0o755);
      await assert.rejects(lookInWsl('dfx', program), /WSL has no distribution/);
      mkdirSync(bin, { recursive: true });
      await assert.rejects(lookInWsl('dfx', program), /There is no dfx in WSL: Ubuntu/);
      writeFileSync(path.join(bin, 'dfx'), '#!/bin/sh\necho dfx 0.24.3\n');
      chmodSync(path.join(bin, 'dfx'), 0o755);
      install(WSL);
      await lookInWsl('dfx', program);
      assert.deepEqual(vscode.shown.at(-1), {
        text: 'WSL にあります: dfx 0.24.3 (Ubuntu)',
        buttons: ['WSL で開き直す'],
      });
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
});
