/** What was done says so: once, quietly, with the name of what it was done to. */
import assert from 'node:assert/strict';
import { before, beforeEach, describe, it } from 'node:test';
import { OPERATIONS } from '../../../src/core/lifecycle/operations';
import { dfxToolchain } from '../../support/dfx-toolchain';
import { makeWorld } from '../monitor/world';
import { FakeVscode } from './vscode';

const vscode = new FakeVscode();
let quiet: string[] = [];
let dependencies: typeof import('../../../src/commands/manage-dependencies');
let identities: typeof import('../../../src/commands/manage-identities');
let networks: typeof import('../../../src/commands/manage-networks');
let operations: typeof import('../../../src/commands/run-operation');

before(() => {
  vscode.install();
  const { window } = vscode.api as { window: Record<string, unknown> };
  window['setStatusBarMessage'] = (text: string) => void quiet.push(text);
  dependencies = require('../../../src/commands/manage-dependencies');
  identities = require('../../../src/commands/manage-identities');
  networks = require('../../../src/commands/manage-networks');
  operations = require('../../../src/commands/run-operation');
});
beforeEach(() => {
  quiet = [];
  vscode.shown.length = 0;
});

const NOTHING = { canisters: [] } as never;

describe('one sign', () => {
  it('is there for every operation that runs', () => {
    for (const [name, entry] of Object.entries(OPERATIONS)) {
      assert.equal('done' in entry, 'run' in entry, name);
    }
  });

  for (const operation of ['upgrade', 'reinstall', 'build', 'generate'] as const) {
    it(`is given after ${operation}`, async (t) => {
      const { monitor } = await makeWorld(t);
      await monitor.refresh();
      const target = { project: monitor, canister: 'hello_backend' };
      const context = {
        consent: { agreed: () => true },
        identityService: { find: async () => undefined },
        log: { info: () => {} },
        ownership: { owners: async () => new Map() },
        pages: {},
        problems: { begin: () => {}, show: () => {} },
        service: { run: async () => ({ outcomes: [{ target, ok: true }], findings: [], urls: [] }) },
        workspace: { projects: [monitor] },
      };
      await operations.runOperation(context as never, operation, [target], []);
      assert.equal(quiet.length, 1);
      assert.match(quiet[0]!, /^\$\(check\) .*hello_backend/);
      assert.deepEqual(vscode.shown, []);
    });
  }

  it('is given after dependencies were pulled, got their arguments and were deployed', async (t) => {
    const { monitor, locations, project } = await makeWorld(t);
    await monitor.refresh();
    const { name } = monitor;
    const toolchain = dfxToolchain(locations);
    toolchain.tool.run = async () => ({}) as never;
    toolchain.pulledStep = async () => undefined;
    const workspace = { ready: async () => undefined, projects: [monitor], project: () => monitor };
    const context = { workspace, toolchains: [toolchain], ownership: { owners: async () => new Map() } };
    assert.ok(project.folder.endsWith(name));
    await dependencies.pullDependencies(context as never, NOTHING);
    await dependencies.initDependencies(context as never, NOTHING);
    await dependencies.deployDependencies(context as never, NOTHING);
    assert.deepEqual(quiet, [
      `$(check) ${name} の依存 canister をプルしました。`,
      `$(check) ${name} の依存 canister の初期化引数を設定しました。`,
      `$(check) ${name} の依存 canister をデプロイしました。`,
    ]);
    assert.deepEqual(vscode.shown, []);
  });

  it('is given after all identities were locked', async () => {
    let locked = 0;
    await identities.lockAllIdentities({
      identityService: {
        lock: async () => {
          locked += 1;
        },
      },
    } as never);
    assert.equal(locked, 1);
    assert.deepEqual(quiet, ['$(lock) すべての identity がロックされています。']);
  });

  it('says of a network whether it was started or was running already', async (t) => {
    const { monitor } = await makeWorld(t);
    await monitor.refresh();
    const local = { name: 'local', volatile: false };
    Object.assign(monitor.files, { managedNetwork: async () => local });
    const refresh = async () => {};
    for (const [started, said] of [
      [true, '$(check) ネットワーク local が起動しました。'],
      [false, '$(check) ネットワーク local はすでに起動しています。'],
    ] as const) {
      quiet = [];
      const workspace = { ready: refresh, refresh, projects: [monitor], project: () => monitor };
      const context = { workspace, networks: { refresh }, localNetwork: { start: async () => started } };
      await networks.startNetwork(context as never, { canisters: [], manifest: monitor.manifest } as never);
      assert.deepEqual(quiet, [said]);
    }
  });
});
