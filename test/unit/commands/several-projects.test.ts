/** A workspace with several projects: which is meant, and how they are told apart. */
import assert from 'node:assert/strict';
import { before, it } from 'node:test';
import { FakeVscode } from './vscode';

interface Item {
  readonly label: string;
  readonly own: readonly unknown[];
}

const vscode = new FakeVscode();
const api = vscode.api as {
  window: { showQuickPick: (items: readonly { item: Item }[]) => Promise<unknown> };
  workspace: Record<string, unknown>;
};
const folders = (...paths: string[]) =>
  paths.map((fsPath) => ({ uri: { fsPath }, name: fsPath.slice(fsPath.lastIndexOf('/') + 1) }));
const project = (root: string) =>
  ({ root, name: root.slice(root.lastIndexOf('/') + 1), snapshot: { target: { name: 'local' } } }) as never;

let choose: typeof import('../../../src/commands/choose-canisters');
let label: typeof import('../../../src/ui/project-label');

before(() => {
  vscode.install();
  choose = require('../../../src/commands/choose-canisters');
  label = require('../../../src/ui/project-label');
  api.workspace['asRelativePath'] = (file: string) => (file.startsWith('/w/') ? file.slice(3) : file);
});

it('are named by folder, and differ where two folders have one name', () => {
  api.workspace['workspaceFolders'] = folders('/w/one/shop', '/w/two/shop', '/w/ledger');
  assert.equal(label.projectLabel(project('/w/one/shop')), 'one/shop');
  assert.equal(label.projectLabel(project('/w/two/shop')), 'two/shop');
  assert.equal(label.projectLabel(project('/w/ledger')), 'ledger');
  assert.equal(label.projectLabel(project('/w/ledger/inner')), 'ledger/inner');
  assert.equal(label.projectLabel(project('/elsewhere/above')), 'above');
});

it('are asked for where canisters are of several, and only there', async () => {
  api.workspace['workspaceFolders'] = folders('/w/shop', '/w/ledger');
  const [shop, ledger] = [project('/w/shop'), project('/w/ledger')];
  const targets = [
    { project: shop, canister: 'web' },
    { project: shop, canister: 'api' },
    { project: ledger, canister: 'books' },
  ];
  let offered: string[] = [];
  const answer = (wanted: string) => {
    api.window.showQuickPick = async (items) => {
      offered = items.map(({ item }) => item.label);
      return items.find(({ item }) => item.label === wanted);
    };
  };
  answer('ledger');
  assert.deepEqual(await choose.narrowToProject(targets, '?'), targets.slice(2));
  assert.deepEqual(offered.slice(0, 2), ['shop', 'ledger']);
  assert.equal(offered.length, 3);
  answer(offered[2]!);
  assert.deepEqual(await choose.narrowToProject(targets, '?'), targets);
  offered = [];
  assert.deepEqual(await choose.narrowToProject(targets.slice(0, 2), '?'), targets.slice(0, 2));
  assert.deepEqual(offered, []);
  answer('nothing');
  await assert.rejects(choose.narrowToProject(targets, '?'), { kind: 'cancelled' });
});
