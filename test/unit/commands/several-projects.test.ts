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
  window: {
    showQuickPick: (items: readonly { item: Item }[], options?: { title?: string }) => Promise<unknown>;
    activeTextEditor: unknown;
  };
  workspace: Record<string, unknown>;
};
const folders = (...paths: string[]) =>
  paths.map((fsPath) => ({ uri: { fsPath }, name: fsPath.slice(fsPath.lastIndexOf('/') + 1) }));
const project = (root: string) =>
  ({ root, name: root.slice(root.lastIndexOf('/') + 1), snapshot: { target: { name: 'local' } } }) as never;

let choose: typeof import('../../../src/commands/choose-canisters');
let label: typeof import('../../../src/ui/project-label');
let select: typeof import('../../../src/commands/select-network');

before(() => {
  vscode.install();
  choose = require('../../../src/commands/choose-canisters');
  label = require('../../../src/ui/project-label');
  select = require('../../../src/commands/select-network');
});

it('are named by folder, and differ where two folders have one name', () => {
  api.workspace['workspaceFolders'] = folders('/w/one/shop', '/w/two/shop', '/w/ledger');
  assert.equal(label.projectLabel(project('/w/one/shop')), 'one/shop');
  assert.equal(label.projectLabel(project('/w/two/shop')), 'two/shop');
  assert.equal(label.projectLabel(project('/w/ledger')), 'ledger');
  assert.equal(label.projectLabel(project('/w/ledger/inner')), 'ledger/inner');
  assert.equal(label.projectLabel(project('/w/one/shop/inner')), 'one/shop/inner');
  assert.equal(label.projectLabel(project('/elsewhere/above')), 'above');
});

it('are told apart by as many folders above as it takes', () => {
  api.workspace['workspaceFolders'] = folders('/w/a/east/shop', '/w/b/east/shop', '/w/b/west/shop', '/shop');
  assert.equal(label.projectLabel(project('/w/a/east/shop')), 'a/east/shop');
  assert.equal(label.projectLabel(project('/w/b/east/shop')), 'b/east/shop');
  assert.equal(label.projectLabel(project('/w/b/west/shop')), 'west/shop');
  assert.equal(label.projectLabel(project('/shop')), 'shop');
});

it('have a network each: the picker is for the one in front, else for the one that is picked', async () => {
  api.workspace['workspaceFolders'] = folders('/w/shop', '/w/ledger');
  const chosen = new Map<string, string>();
  const whole = (root: string) => ({
    ...(project(root) as object),
    manifest: `${root}/dfx.json`,
    load: async () => {},
    files: { targets: async () => [{ name: 'local' }, { name: 'staging' }] },
  });
  const projects = [whole('/w/shop'), whole('/w/ledger'), whole('/w/ledger/inner')];
  const context = {
    workspace: {
      projects,
      ready: async () => {},
      project: (manifest: string) => projects.find((each) => each.manifest === manifest),
      toolToName: () => undefined,
    },
    selection: {
      target: () => 'local',
      setTarget: async (manifest: string, name: string) => chosen.set(manifest, name),
    },
  } as never;
  let titles: string[] = [];
  const answer = (...wanted: string[]) => {
    titles = [];
    chosen.clear();
    api.window.showQuickPick = async (items, options) => {
      titles.push(options?.title ?? '');
      return items.find(({ item }) => item.label === wanted[titles.length - 1]);
    };
  };

  api.window.activeTextEditor = { document: { uri: { scheme: 'file', fsPath: '/w/ledger/inner/src/main.mo' } } };
  answer('staging');
  await select.selectNetwork(context, { canisters: [] });
  assert.deepEqual([...chosen], [['/w/ledger/inner/dfx.json', 'staging']]);
  assert.deepEqual(titles, ['ledger/inner のネットワークを選択']);

  answer('staging');
  await select.selectNetwork(context, { canisters: [], manifest: '/w/shop/dfx.json' });
  assert.deepEqual([...chosen], [['/w/shop/dfx.json', 'staging']]);

  api.window.activeTextEditor = undefined;
  answer('ledger', 'staging');
  await select.selectNetwork(context, { canisters: [] });
  assert.deepEqual([...chosen], [['/w/ledger/dfx.json', 'staging']]);
  assert.deepEqual(titles, ['どのプロジェクトのネットワークを選択しますか?', 'ledger のネットワークを選択']);

  projects.length = 1;
  answer('staging');
  await select.selectNetwork(context, { canisters: [] });
  assert.deepEqual([...chosen], [['/w/shop/dfx.json', 'staging']]);
  assert.deepEqual(titles, ['ネットワークを選択']);
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
