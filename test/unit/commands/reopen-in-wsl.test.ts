/** Ways from a window of Windows into WSL, where the tools of Linux are. */
import assert from 'node:assert/strict';
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
    assert.deepEqual(offered('win32', true, HERE), ['WSL で開き直す']);
    assert.deepEqual(offered('win32', true, undefined), ['WSL で開き直す']);
    assert.deepEqual(offered('win32', false, IN_WSL), ['WSL で開き直す']);
    assert.deepEqual(offered('win32', false, HERE), []);
    assert.deepEqual(offered('linux', true, '/home/ada/shop'), []);
    assert.deepEqual(offered('darwin', true, '/Users/ada/shop'), []);
  });

  it('is the command of the extension that is there, and ends quietly with the window', async () => {
    install({}, undefined, WSL);
    const [way] = ways('win32', true, HERE);
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
    const [way] = ways('win32', false, IN_WSL);
    assert.equal(way!.label, '拡張機能 "WSL" をインストール');
    const ran: unknown[] = [];
    vscode.execute = (id, args) => void ran.push([id, ...args]);
    await way!.run();
    assert.deepEqual(ran, [['workbench.extensions.search', '@id:ms-vscode-remote.remote-wsl']]);
  });
});
