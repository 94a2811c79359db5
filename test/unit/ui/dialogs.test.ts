import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { OPERATIONS, type Operation } from '../../../src/core/lifecycle/operations';
import type { ToolHost } from '../../../src/core/process/tool';
import { Failure } from '../../../src/core/util/failure';
import { FakeVscode } from '../commands/vscode';

interface Dialog {
  readonly question: string;
  readonly detail: string;
  /** From the default to the last. */
  readonly buttons: readonly (string | { readonly title: string; readonly isCloseAffordance?: boolean })[];
}

const vscode = new FakeVscode();
let dialogs: Dialog[] = [];
let copied: string[] = [];
/** Which button is pressed in each dialog. */
let press: (dialog: Dialog) => unknown;
let confirm: (operation: Operation, url?: string, proxy?: string) => Promise<void>;
let host: ToolHost;

before(() => {
  vscode.install();
  const { window, env } = vscode.api as { window: Record<string, unknown>; env: Record<string, unknown> };
  window['showWarningMessage'] = async (question: string, { detail }: Dialog, ...buttons: Dialog['buttons']) => {
    const dialog = { question, detail, buttons };
    dialogs.push(dialog);
    return press(dialog);
  };
  window['setStatusBarMessage'] = () => {};
  env['clipboard'] = { writeText: async (text: string) => void copied.push(text) };
  const { confirmOperation } = require('../../../src/ui/confirm') as typeof import('../../../src/ui/confirm');
  confirm = async (operation, url = 'http://127.0.0.1:4943', proxy) => {
    const target = { name: 'local', network: { name: 'local', url } };
    const project = {
      snapshot: { target, identity: { name: 'default' } },
      canister: () => proxy && { through: { proxy } },
    };
    const nameOf = async (principal: string) => `wallet of alice ${principal}`;
    await confirmOperation({ operation, targets: [{ project, canister: 'counter' } as never], nameOf, details: [] });
  };
  host = (require('../../../src/host/tool-host') as typeof import('../../../src/host/tool-host')).toolHost({} as never);
});
beforeEach(() => {
  dialogs = [];
  copied = [];
});

describe('dialogs', () => {
  it('name whose wallet an operation goes through', async () => {
    press = ({ buttons }) => buttons.at(-1);
    await confirm('reinstall', undefined, 'rrkah-fqaaa-aaaaa-aaaaq-cai');
    assert.match(dialogs[0]?.detail ?? '', /wallet of alice rrkah-fqaaa-aaaaa-aaaaq-cai 経由で行います/);
  });

  it('lose nothing where Enter is pressed', async () => {
    press = ({ buttons }) => buttons[0];
    const losing = Object.entries(OPERATIONS).filter(([, { severity }]) => /loss|destruction/.test(severity));
    assert.ok(losing.length >= 6);
    for (const [operation] of losing) {
      await assert.rejects(confirm(operation as Operation), (error) => error instanceof Failure && error.cancelled);
    }
    assert.deepEqual(
      dialogs.map(({ buttons }) => buttons[0]),
      losing.map(() => 'そのままにする'),
    );
    press = ({ buttons }) => buttons.at(-1);
    await confirm('reinstall');
    assert.equal(dialogs.at(-1)?.buttons.at(-1), '再インストール');
  });

  it('ask in the order of the language', async () => {
    press = ({ buttons }) => buttons.at(-1);
    await confirm('reinstall');
    await confirm('deploy', 'https://icp-api.io');
    await confirm('snapshot-load');
    assert.deepEqual(
      dialogs.map(({ question }) => question),
      [
        'default として local の counter を再インストールしますか?',
        'default として local (mainnet) に counter をデプロイしますか?',
        'default として local の counter をスナップショットから復元しますか?',
      ],
    );
  });

  it('have a question for every change', () => {
    for (const [operation, entry] of Object.entries(OPERATIONS)) {
      assert.equal('asks' in entry, entry.severity !== 'harmless', operation);
    }
  });

  it('show a seed phrase with the name of its identity, to be copied, until they are closed', async () => {
    let left = 2;
    press = ({ buttons }) => {
      left -= 1;
      return buttons[left === 0 ? 1 : 0];
    };
    host.showSecret('abandon ability able', 'amy');
    await new Promise((resolve) => setTimeout(resolve, 20));
    assert.deepEqual(
      dialogs.map(({ question }) => question),
      Array(2).fill('identity amy のシードフレーズを今すぐ書き留めてください。'),
    );
    assert.match(dialogs[0]!.detail, /^abandon ability able\n\n/);
    assert.deepEqual(copied, ['abandon ability able']);
    assert.deepEqual(dialogs[0]!.buttons, [{ title: 'コピー' }, { title: 'OK', isCloseAffordance: true }]);
  });
});
