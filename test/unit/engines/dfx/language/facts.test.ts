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

test('import statements among comments, which nest, and characters', () => {
  for (const [source, targets] of [
    ['/* old: /* and older */ import Gone "canister:gone"; */\nimport B "canister:b";', ['canister:b']],
    ['import /* alias */ A /* = */ = /* " */ "canister:a"; // import "no"', ['canister:a']],
    ['import // a note\n { b; c = d; type T } "./x"', ['./x']],
    ['/* never closed import "no"', []],
    ['// /*\nimport "yes"', ['yes']],
    ["let q = '\"'; import A \"a\"; let r = '\\\"'; let s = '\\u{22}';", ['a']],
    ['let t = "/* "; import A "a"; let u = " */";', ['a']],
    ['important "no"; import; "no"; import A.b "no"', []],
  ] as const) {
    assert.deepEqual(motokoImportTargets(source), targets, source);
  }
});

test('cargo manifests', async () => {
  const { name, workspace, paths, lib, bins } = await readCargoManifest(
    '[package]\nname = "p" # note\n[dependencies]\nq = { path = "../q" }\n[workspace]\nmembers = [\n "a", # one\n \'b/*\',\n]\nexclude = ["b/old"]\n[lib]\nname = "other"\ncrate-type = ["cdylib", "rlib"]\n[[bin]]\nname = "tool"',
  );
  assert.deepEqual(
    { name, workspace, paths, lib, bins },
    {
      name: 'p',
      workspace: { members: ['a', 'b/*'], exclude: ['b/old'] },
      paths: ['../q'],
      lib: { name: 'other', types: ['cdylib', 'rlib'] },
      bins: ['tool'],
    },
  );
});

/** What the analysis says of Rust canisters in a folder. */
async function rustFindings(folder: string, ...rust: { package: string; crate?: string }[]): Promise<string[]> {
  const all = rust.map((keys, i) => [`c${i}`, { type: 'rust', candid: 'c.did', ...keys }]);
  const codes = await settle(
    new DfxFactStore({ root: join(root, folder) }),
    new DfxDocument(canisters(Object.fromEntries(all))),
  );
  return codes.filter((code) => code.startsWith('unknown-'));
}

test('packages are those of the workspace around the project, as cargo has them', async () => {
  const manifest = (folder: string, name: string, rest = '') => {
    file(`${folder}/Cargo.toml`, `[package]\nname = "${name}"\n${rest}`);
    file(`${folder}/src/main.rs`, '');
  };
  file(
    'top/Cargo.toml',
    '[workspace]\nmembers = ["crates/*", "kept/own"]\nexclude = ["crates/exc", "kept"]\n[workspace.dependencies]\nshared = { path = "shared" }',
  );
  manifest(
    'top/crates/sibling',
    'sibling',
    '[dependencies]\nnear = { path = "../../near" }\nfar = { path = "../../../far" }',
  );
  manifest('top/crates/exc', 'exc');
  manifest('top/kept/own', 'own');
  manifest('top/near', 'near');
  manifest('top/shared', 'shared');
  manifest('top/apart', 'apart');
  manifest('far', 'far');
  file('top/project/c.did', '');
  const all = (...names: string[]) => names.map((name) => ({ package: name }));
  assert.deepEqual(await rustFindings('top/project', ...all('sibling', 'near', 'own', 'shared')), []);
  assert.deepEqual(await rustFindings('top/project', ...all('exc', 'far', 'apart')), [
    'unknown-package',
    'unknown-package',
    'unknown-package',
  ]);
  // A package that its workspace excludes stands alone, and one with a workspace of its own is the root of it.
  assert.deepEqual(await rustFindings('top/crates/exc', ...all('exc', 'sibling')), ['unknown-package']);
  manifest('top/own-root', 'own-root', '[workspace]');
  assert.deepEqual(await rustFindings('top/own-root', ...all('own-root', 'sibling')), ['unknown-package']);
});

test('crates are what cargo makes of a package', async () => {
  file('Cargo.toml', '[package]\nname = "my-pkg"\n[[bin]]\nname = "listed"\npath = "x.rs"');
  file('c.did', '');
  assert.deepEqual(await rustFindings('', { package: 'my-pkg' }), ['unknown-crate']);
  file('src/lib.rs');
  assert.deepEqual(await rustFindings('', { package: 'my-pkg' }), ['unknown-crate'], 'a plain library');
  file('src/bin/tool.rs');
  file('src/bin/deep/main.rs');
  for (const crate of ['tool', 'deep', 'listed']) {
    assert.deepEqual(await rustFindings('', { package: 'my-pkg', crate }), [], crate);
  }
  assert.deepEqual(await rustFindings('', { package: 'my-pkg', crate: 'nocrate' }), ['unknown-crate']);
  file('Cargo.toml', '[package]\nname = "my-pkg"\nautobins = false\n[lib]\ncrate-type = ["cdylib"]');
  assert.deepEqual(await rustFindings('', { package: 'my-pkg' }), []);
  assert.deepEqual(await rustFindings('', { package: 'my-pkg', crate: 'tool' }), ['unknown-crate']);
  file('Cargo.toml', '[package]\nname = "my-pkg"');
  file('src/main.rs');
  assert.deepEqual(await rustFindings('', { package: 'my-pkg' }), [], 'a program');
});

test('what is there in other capitals, and what git leaves out', async () => {
  file('Src/Main.mo');
  file('.git/info/exclude', 'private/\n');
  file('.gitignore', 'made/\n*.args\n!kept.args\n');
  file('sub/.gitignore', '/here.txt\n');
  const store = new DfxFactStore({ root });
  const ask = async <T>(look: () => T | undefined): Promise<T | undefined> => {
    look();
    await store.load();
    return look();
  };
  assert.equal(await ask(() => store.similar('src/main.MO')), 'Src/Main.mo');
  assert.equal(await ask(() => store.similar('Src/Main.mo ')), 'Src/Main.mo');
  assert.equal(await ask(() => store.similar('src/other.mo')), null);
  assert.equal(await ask(() => store.similar('../src/main.mo')), null);
  for (const [path, ignored] of [
    ['made/deep/x.did', true],
    ['private/x', true],
    ['a/b.args', true],
    ['kept.args', false],
    ['sub/here.txt', true],
    ['here.txt', false],
  ] as const) {
    assert.equal(await ask(() => store.ignored(path)), ignored, path);
  }
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
