import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { dfxLocations } from '../../../src/core/engines/dfx/locations';
import { resolveActiveIdentity } from '../../../src/core/monitor/active-identity';
import { Selection } from '../../../src/core/monitor/selection';
import { formatMessage } from '../../../src/core/util/message';
import type { Store } from '../../../src/core/util/store';
import { layout } from '../support/layout';

const KEY = 'icCanisters.choices';

function memory(initial?: unknown, key = KEY): Store {
  const values = new Map([[key, initial]]);
  return {
    get: (wanted) => values.get(wanted),
    async update(changed, value) {
      values.set(changed, JSON.parse(JSON.stringify(value)));
    },
  };
}

test('each project keeps its own network and identity, across restarts', async () => {
  const store = memory();
  const first = new Selection(store);
  await first.setTarget('/a', 'ic');
  await first.setIdentity('/a', 'alice');
  await first.setIdentity('/b', 'bob');
  const again = new Selection(store);
  assert.deepEqual(
    ['/a', '/b', '/c'].map((root) => [again.target(root), again.identity(root)]),
    [
      ['ic', 'alice'],
      ['local', 'bob'],
      ['local', undefined],
    ],
  );
});

test('only a change is told, and to whom it belongs', async () => {
  const selection = new Selection(memory());
  const told: string[] = [];
  selection.onDidChange(({ manifest }) => told.push(manifest));
  await selection.setTarget('/a', 'local');
  await selection.setIdentity('/a', undefined);
  assert.deepEqual(told, []);
  await selection.setIdentity('/a', 'alice');
  await selection.setIdentity('/a', 'alice');
  await selection.setIdentity('/b', 'alice');
  await selection.setIdentity('/a', undefined);
  assert.deepEqual(told, ['/a', '/b', '/a']);
  await selection.renameIdentity('alice', 'carol');
  assert.deepEqual([selection.identity('/a'), selection.identity('/b')], [undefined, 'carol']);
});

test('what was stored by somebody else is read with care', () => {
  const stored = JSON.parse('{"/a":{"target":7,"identity":["x"]},"/b":null,"/c":"text","__proto__":{"target":"ic"}}');
  const selection = new Selection(memory(stored));
  for (const root of ['/a', '/b', '/c', 'constructor']) {
    assert.deepEqual([selection.target(root), selection.identity(root)], ['local', undefined]);
  }
  assert.equal(new Selection(memory('nonsense')).target('/a'), 'local');
});

test('what version 0.1 stored, by the folder of dfx.json, still counts and is kept in the new form', async () => {
  const [first, second, none] = ['first', 'second', 'none'].map((name) => path.resolve(name));
  const former = { [first!]: { network: 'ic', identity: 'alice' }, [second!]: { identity: 'alice' }, [none!]: null };
  const store = memory(former, 'icCanisters.selection');
  const chosen = (selection: Selection) =>
    [first, second, none].map((root) => {
      const manifest = path.join(root!, 'dfx.json');
      return [selection.target(manifest), selection.identity(manifest)];
    });
  const selection = new Selection(store);
  assert.deepEqual(chosen(selection), [
    ['ic', 'alice'],
    ['local', 'alice'],
    ['local', undefined],
  ]);
  assert.equal(selection.target(path.join(first!, 'icp.yaml')), 'local');
  await selection.setIdentity(path.join(first!, 'dfx.json'), undefined);
  await selection.renameIdentity('alice', 'carol');
  for (const each of [selection, new Selection(store)]) {
    assert.deepEqual(chosen(each), [
      ['ic', undefined],
      ['local', 'carol'],
      ['local', undefined],
    ]);
  }
});

test("the project's choice counts, else dfx's own", async (t) => {
  const home = await layout(t, {
    '.config/dfx/identity.json': { default: 'alice' },
    '.config/dfx/identity/alice/identity.pem': 'key',
    '.config/dfx/identity/bob/identity.pem': 'key',
    '.config/dfx/identity/carol/identity.pem.encrypted': 'bytes',
    '.config/dfx/identity/carol/identity.json': {
      encryption: { pw_salt: 'ab'.repeat(32), file_nonce: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11] },
    },
  });
  const { identities } = new DfxEngine(dfxLocations({}, 'linux', home));
  const own = await resolveActiveIdentity(identities);
  assert.deepEqual([own.name, own.chosenBy, own.ref.kind, own.note], ['alice', 'tool', 'pem', undefined]);
  const bob = await resolveActiveIdentity(identities, 'bob');
  assert.deepEqual([bob.name, bob.chosenBy, bob.ref.kind], ['bob', 'project', 'pem']);
  const gone = await resolveActiveIdentity(identities, 'dave');
  assert.deepEqual([gone.name, gone.storage, gone.ref.kind], ['dave', undefined, 'anonymous']);
  assert.match(formatMessage(gone.note!), /dave does not exist/);

  const locked = await resolveActiveIdentity(identities, 'carol');
  assert.deepEqual([locked.storage, locked.ref.kind], ['password', 'anonymous']);
  assert.match(formatMessage(locked.note!), /protected by a password/);
  const opened = await resolveActiveIdentity(identities, 'carol', {
    unlocked: ({ name }) => ({ kind: 'pem', name, file: 'there' }),
  });
  assert.deepEqual([opened.ref.kind, opened.note], ['pem', undefined]);
});

test('where dfx was never used, requests are anonymous and the project says why', async (t) => {
  const active = await resolveActiveIdentity(new DfxEngine(dfxLocations({}, 'linux', await layout(t))).identities);
  assert.deepEqual([active.name, active.ref.kind], ['anonymous', 'anonymous']);
  assert.match(formatMessage(active.note!), /no identity yet/);
});
