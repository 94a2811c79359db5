/** Interfaces that editors show: read once, and again where their files have changed. */
import assert from 'node:assert/strict';
import { before, beforeEach, it, mock } from 'node:test';
import { FakeVscode } from './vscode';

type Changed = (uri: { fsPath: string }) => void;

const vscode = new FakeVscode();
const watched: { readonly folder: string; readonly changed: Changed; closed: boolean }[] = [];
let KnownInterfaces: typeof import('../../../src/commands/known-interfaces').KnownInterfaces;

/** A project whose canister has its interface in two places. */
function surroundings() {
  const canister = { id: undefined as string | undefined, facts: undefined, definition: {} };
  const snapshot = { target: { name: 'local' }, trusted: true, health: undefined as { state: string } | undefined };
  const files = { paths: async () => ({ interfaces: ['/p/out/[a].did', '/p/a.did'] }) };
  const project = { manifest: '/p/dfx.json', canister: () => canister, snapshot, files };
  const reads = { canister: 0, files: 0 };
  const source = {
    interface: async () => {
      reads.canister += 1;
      throw new Error('down');
    },
    interfaceOfFiles: async () => {
      reads.files += 1;
      return { text: `version ${reads.files}`, source: { kind: 'file', file: '/p/a.did' } } as const;
    },
  };
  const interfaces = new KnownInterfaces(source);
  return { canister, snapshot, reads, interfaces, target: { project, canister: 'a' } as never };
}

before(() => {
  vscode.install();
  Object.assign((vscode.api as { workspace: object }).workspace, {
    createFileSystemWatcher: ({ folder }: { folder: string }) => {
      const watcher = { folder, changed: (() => {}) as Changed, closed: false };
      watched.push(watcher);
      const listen = (changed: Changed) => {
        watcher.changed = changed;
      };
      const dispose = () => {
        watcher.closed = true;
      };
      return { onDidChange: listen, onDidCreate: listen, onDidDelete: listen, dispose };
    },
  });
  Object.assign(vscode.api, {
    RelativePattern: class {
      readonly folder: string;
      constructor({ fsPath }: { fsPath: string }) {
        this.folder = fsPath;
      }
    },
    Disposable: {
      from: (...all: { dispose(): void }[]) => ({
        dispose: () => {
          for (const each of all) {
            each.dispose();
          }
        },
      }),
    },
  });
  ({ KnownInterfaces } = require('../../../src/commands/known-interfaces'));
});

beforeEach(() => {
  watched.length = 0;
  mock.timers.reset();
  mock.timers.enable({ apis: ['Date'] });
});

it('are read once of files, however long somebody types, and again when one of them has changed', async () => {
  const { interfaces, target, reads } = surroundings();
  assert.equal(interfaces.now(target), undefined);
  assert.equal((await interfaces.read(target))?.text, 'version 1');
  for (let key = 0; key < 100; key++) {
    mock.timers.tick(1_000);
    assert.equal((await interfaces.read(target))?.text, 'version 1');
  }
  assert.deepEqual(reads, { canister: 1, files: 1 });
  assert.deepEqual(
    watched.map(({ folder }) => folder),
    ['/p/out', '/p'],
  );
  watched[1]!.changed({ fsPath: '/p/other.did' });
  assert.equal((await interfaces.read(target))?.text, 'version 1');
  watched[0]!.changed({ fsPath: '/p/out/[a].did' });
  assert.equal(interfaces.now(target)?.text, 'version 1', 'what was known stays until the other is');
  assert.equal((await interfaces.read(target))?.text, 'version 2');
  assert.equal(reads.files, 2);
  assert.deepEqual(
    watched.map(({ closed }) => closed),
    [true, true, false, false],
  );
  interfaces.dispose();
  assert.ok(watched.every(({ closed }) => closed));
});

it('are asked again of a canister that did not answer, without the files', async () => {
  const { canister, snapshot, interfaces, target, reads } = surroundings();
  canister.id = 'aaaaa-aa';
  await interfaces.read(target);
  mock.timers.tick(4_000);
  await interfaces.read(target);
  assert.deepEqual(reads, { canister: 1, files: 1 });
  mock.timers.tick(2_000);
  await interfaces.read(target);
  assert.deepEqual(reads, { canister: 2, files: 1 });
  // While it is known that the network is down, nobody is asked. Once it is there again, at once.
  snapshot.health = { state: 'offline' };
  await interfaces.read(target);
  assert.deepEqual(reads, { canister: 3, files: 2 });
  mock.timers.tick(60_000);
  await interfaces.read(target);
  assert.deepEqual(reads, { canister: 3, files: 2 });
  snapshot.health = { state: 'healthy' };
  await interfaces.read(target);
  assert.deepEqual(reads, { canister: 4, files: 3 });
  interfaces.dispose();
});
