import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { applyEdits } from '../../../../../src/core/document/tree';
import { complete } from '../../../../../src/core/engines/dfx/language/completion';
import { DfxDocument } from '../../../../../src/core/engines/dfx/language/dfx-document';
import { DfxFactStore } from '../../../../../src/core/engines/dfx/language/dfx-facts';
import type { Completion } from '../../../../../src/core/language/language';

let root: string;
let cache: string;

function file(path: string, content = ''): void {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), content);
}

before(() => {
  root = mkdtempSync(join(tmpdir(), 'ic-canisters-completion-'));
  cache = join(root, '.cache');
  file('src/backend/main.mo');
  file('src/backend/backend.did');
  file('src/backend/notes.txt');
  file('target/backend.wasm.gz');
  file('node_modules/x/y.mo');
  file('Cargo.toml', '[workspace]\nmembers = ["crates/*"]\n');
  file('crates/indexer/Cargo.toml', '[package]\nname = "indexer"\n');
  file('crates/store/Cargo.toml', '[package]\nname = "store"\n[dependencies]\nlib = { path = "../../lib" }\n');
  file('lib/Cargo.toml', '[package]\nname = "lib"\n');
  file('package.json', '{ "workspaces": ["web/*"] }');
  file('web/site/package.json', '{ "name": "site" }');
  file('.cache/versions/0.32.0/extensions/azle/extension.json', '{ "canister_type": {} }');
  file('.cache/versions/0.32.0/extensions/sns/extension.json', '{ "name": "sns" }');
  file('.cache/networks.json', '{ "team": { "providers": ["https://x.y"] } }');
});

after(() => rmSync(root, { recursive: true, force: true }));

function facts(): DfxFactStore {
  return new DfxFactStore({ root, cacheDir: cache, networksJson: join(cache, 'networks.json') });
}

/** Completes at the `|` of the text. */
async function at(marked: string): Promise<{ text: string; items: Completion[] }> {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  return { text, items: await complete(new DfxDocument(text), offset, facts()) };
}

async function labels(marked: string): Promise<string[]> {
  return (await at(marked)).items.map(({ label }) => label);
}

/** The text after the item with this label was accepted. */
async function accept(marked: string, label: string): Promise<string> {
  const { text, items } = await at(marked);
  const found = items.find((item) => item.label === label);
  assert.ok(found, `${label} is not among: ${items.map((item) => item.label).join(', ')}`);
  return applyEdits(text, [{ range: found.range, newText: found.insertText }]);
}

const dfx = (inner: string) => `{ "canisters": { ${inner} } }`;

test('dependencies: other canisters that close no ring and are not listed yet', async () => {
  const rest = '"b": { "dependencies": ["a"] }, "c": { "dependencies": ["b"] }, "d": {}, "e": { "type": "rust" }';
  assert.deepEqual(await labels(dfx(`"a": { "dependencies": [|] }, ${rest}`)), ['d', 'e']);
  assert.deepEqual(await labels(dfx(`"a": { "dependencies": ["d", "|"] }, ${rest}`)), ['e']);
  assert.deepEqual(await labels(dfx(`"a": { "dependencies": ["d", |] }, ${rest}`)), ['e']);
  assert.deepEqual(await labels(dfx(`"a": { "dependencies": ["d" |] }, ${rest}`)), []);
});

test('an accepted item leaves valid JSON, with and without quotes there', async () => {
  const expected = { canisters: { a: { dependencies: ['b'] }, b: {} } };
  for (const inner of ['|', '"|"', '"b|"', '"|x"']) {
    assert.deepEqual(JSON.parse(await accept(dfx(`"a": { "dependencies": [${inner}] }, "b": {}`), 'b')), expected);
  }
  assert.deepEqual(JSON.parse(await accept(dfx('"a": { "dependencies": [| "c"] }, "b": {}, "c": {}'), 'b')), {
    canisters: { a: { dependencies: ['b', 'c'] }, b: {}, c: {} },
  });
});

test('networks in remote.id, as keys and in metadata', async () => {
  const networks = '"networks": { "staging": { "providers": ["https://x.y"] } }';
  const all = await labels(`{ "canisters": { "a": { "remote": { "id": { "ic": "", "|" } } } }, ${networks} }`);
  assert.deepEqual(all, ['local', 'playground', 'staging', 'team', '__default']);
  const { items } = await at(`{ "canisters": { "a": { "remote": { "id": { "|" } } } }, ${networks} }`);
  assert.equal(items[0]?.insertText, `"ic": "\${1}"`);
  const known = await accept(`{ "canisters": { "a": { "remote": { "id": { "|": "x" } } } }, ${networks} }`, 'staging');
  assert.match(known, /"staging": "x"/);
  assert.ok((await labels(dfx('"a": { "metadata": [{ "networks": ["|"] }] }'))).includes('ic'));
});

test('paths by the kind of file', async () => {
  assert.deepEqual(await labels(dfx('"a": { "main": "src/backend/|" }')), ['src/backend/main.mo']);
  assert.deepEqual(await labels(dfx('"a": { "candid": "src/backend/|" }')), ['src/backend/backend.did']);
  assert.deepEqual(await labels(dfx('"a": { "type": "custom", "wasm": "target/|" }')), ['target/backend.wasm.gz']);
  assert.deepEqual(await labels(dfx('"a": { "init_arg_file": "src/backend/|" }')), [
    'src/backend/backend.did',
    'src/backend/notes.txt',
  ]);
  assert.ok((await labels(dfx('"a": { "metadata": [{ "path": "|" }] }'))).includes('Cargo.toml'));
  const folders = await labels(dfx('"a": { "source": ["|"] }'));
  assert.ok(folders.includes('src/') && folders.includes('web/'));
  assert.ok(!folders.includes('node_modules/') && !folders.includes('Cargo.toml'));
  assert.deepEqual(await labels(dfx('"a": { "main": "../|" }')), []);
  assert.deepEqual(await labels(dfx('"a": { "main": "nowhere/|" }')), []);
  assert.deepEqual(await labels(dfx('"a": { "candid": "https://|" }')), []);
});

test('packages, workspaces and types of extensions', async () => {
  assert.deepEqual(await labels(dfx('"a": { "package": "|" }')), ['indexer', 'lib', 'store']);
  assert.deepEqual(await labels(dfx('"a": { "workspace": |')), ['site']);
  assert.deepEqual(await labels(dfx('"a": { "type": "|" }')), ['azle']);
});

test('whole canisters', async () => {
  const expected = ['motoko canister', 'rust canister', 'assets canister', 'custom canister', 'pull canister'];
  assert.deepEqual(await labels('{ "canisters": { | } }'), expected);
  assert.deepEqual(await labels('{ "canisters": { "a": {}, "| } }'), expected);
  assert.deepEqual(await labels('{ "canisters": { "a|": {} } }'), []);
  for (const { insertText } of (await at('{ "canisters": { | } }')).items) {
    const plain = insertText.replace(/\$\{\d:([^}]*)\}/g, '$1').replace(/\$\d/g, '');
    assert.doesNotThrow(() => JSON.parse(`{${plain}}`), insertText);
  }
  assert.match((await at('{ "canisters": { | "a": {} } }')).items[0]!.insertText, /\},$/);
});

test('in broken documents', async () => {
  assert.deepEqual(await labels('{ "canisters": { "b": {}, "a": { "dependencies": [ "|'), ['b']);
  assert.deepEqual(await labels('{ "canisters": { "b": {}, "a": { "dependencies": [ |'), ['b']);
  assert.deepEqual(await labels(dfx('"b": {}, "a": { "main": | \n "type": "motoko" }')), [
    '.cache/',
    'crates/',
    'lib/',
    'src/',
    'target/',
    'web/',
  ]);
  assert.deepEqual(await labels('|'), []);
  assert.deepEqual(await labels('{ "canisters": { // | \n } }'), []);
});

test('nothing where the schema has the say', async () => {
  for (const inner of [
    '"a": { | }',
    '"a": { "optimize": "|" }',
    '"a": { "gzip": | }',
    '"a": { "declarations": { "bindings": ["|"] } }',
  ]) {
    assert.deepEqual(await labels(dfx(inner)), [], inner);
  }
});
