import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { DfxDocument } from '../../../../../src/core/engines/dfx/language/dfx-document';
import { DfxFactStore } from '../../../../../src/core/engines/dfx/language/dfx-facts';
import { readCargoManifest } from '../../../../../src/core/project/cargo';
import { nodeFileHost } from '../../../../../src/core/project/file-host';
import { motokoImportTargets } from '../../../../../src/core/project/motoko-imports';
import { canisters } from './support';

let root: string;

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'ic-canisters-facts-'));
});

afterEach(() => rmSync(root, { recursive: true, force: true }));

function file(path: string, content = ''): string {
  const absolute = join(root, path);
  mkdirSync(dirname(absolute), { recursive: true });
  writeFileSync(absolute, content);
  return absolute;
}

async function settle(store: DfxFactStore, document: DfxDocument): Promise<string[]> {
  for (;;) {
    const findings = document.findings(store);
    if (!store.needsLoad) {
      return findings.map(({ code }) => code);
    }
    await store.load();
  }
}

test('findings of files come with the facts, and change with the files', async () => {
  const store = new DfxFactStore({ root });
  const document = new DfxDocument(canisters({ a: { type: 'motoko', main: 'src/a.mo', init_arg_file: 'args' } }));
  assert.deepEqual(document.findings(store), []);
  assert.deepEqual(await settle(store, document), ['missing-file', 'init-arg-file-missing']);

  assert.ok(store.invalidate(file('src/a.mo', 'persistent actor {}')));
  assert.ok(store.invalidate(file('args', '(1, 2')));
  assert.deepEqual(await settle(store, document), ['init-arg-syntax']);

  file('args', '(1, 2)');
  assert.ok(store.invalidate(join(root, 'args')));
  assert.deepEqual(await settle(store, document), []);

  rmSync(join(root, 'src'), { recursive: true });
  assert.ok(store.invalidate(join(root, 'src')), 'a folder that goes takes its files along');
  assert.deepEqual(await settle(store, document), ['missing-file']);
  assert.equal(store.invalidate(file('unrelated')), false);
});

test('imports are followed through local modules', async () => {
  file(
    'src/main.mo',
    'import A "canister:a"; // import B "canister:b"\nimport U "util"; import { x } "./deep/mod"; import Base "mo:base/Array";',
  );
  file('src/util.mo', 'import C "canister:c";');
  file('src/deep/mod/lib.mo', 'import "../../util"; let text = "import D \\"canister:d\\"";');
  const store = new DfxFactStore({ root });
  store.motokoImports('src/main.mo');
  await store.load();
  const imports = store.motokoImports('src/main.mo');
  assert.deepEqual([...imports!.canisters].sort(), ['a', 'c']);
  assert.ok(imports!.complete);
  assert.ok(store.invalidate(file('src/util.mo', 'import E "canister:e";')));
  await store.load();
  assert.deepEqual([...store.motokoImports('src/main.mo')!.canisters].sort(), ['a', 'e']);
});

test('import statements', () => {
  assert.deepEqual(
    motokoImportTargets('import A = "canister:a"; import {b; c} "./x"; /* import D "d" */ "import E \\"e\\""'),
    ['canister:a', './x'],
  );
  assert.deepEqual(motokoImportTargets('import "x" import\nY\n"y"'), ['x', 'y']);
});

test('cargo manifests', async () => {
  assert.deepEqual(
    await readCargoManifest(
      '[package]\nname = "p" # note\n[dependencies]\nq = { path = "../q" }\n[workspace]\nmembers = [\n "a", # one\n \'b/*\',\n]\n[lib]\nname = "other"',
    ),
    { name: 'p', members: ['a', 'b/*'], paths: ['../q'] },
  );
});

test('a fetch that is cancelled is made up for', async () => {
  const store = new DfxFactStore({ root });
  for (let i = 0; i < 100; i++) {
    store.kind(`f${i}`);
  }
  const controller = new AbortController();
  controller.abort();
  assert.equal(await store.load(controller.signal), false);
  assert.ok(store.needsLoad);
  assert.equal(await store.load(), true);
  assert.equal(store.kind('f99'), 'missing');
});

test('a file that changes while it is read is read again', async () => {
  const path = file('a', 'one');
  let reads = 0;
  const store: DfxFactStore = new DfxFactStore({
    root,
    host: {
      ...nodeFileHost,
      async read(at) {
        reads++;
        const text = await nodeFileHost.read(at);
        if (reads === 1) {
          writeFileSync(path, 'two');
          store.invalidate(path);
        }
        return text;
      },
    },
  });
  store.text('a');
  await store.load();
  await store.load();
  assert.equal(store.text('a'), 'two');
  assert.equal(reads, 2);
});

test('hostile paths are missing files', async () => {
  const store = new DfxFactStore({ root });
  const paths = ['\0', '__proto__', 'x'.repeat(100_000), '/../../..'.repeat(100), ''];
  for (const path of paths) {
    store.kind(path);
  }
  await store.load();
  assert.equal(store.kind('\0'), 'missing');
  assert.equal(store.kind('__proto__'), 'missing');
});

test('what is no longer asked for is forgotten', async () => {
  const store = new DfxFactStore({ root });
  store.kind('old');
  store.kind('kept');
  await store.load();
  for (let round = 0; round < 4; round++) {
    assert.equal(store.kind('kept'), 'missing');
    store.trim();
  }
  assert.equal(store.invalidate(join(root, 'old')), false);
  assert.equal(store.invalidate(join(root, 'kept')), true);
  assert.equal(store.kind('old'), undefined);
});
