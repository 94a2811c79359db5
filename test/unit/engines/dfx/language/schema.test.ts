import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { type CompletionItem, getLanguageService, type JSONSchema, TextDocument } from 'vscode-json-languageservice';
import { dfxSchema, networksSchema } from '../../../../../scripts/dfx-schema';
import { complete } from '../../../../../src/core/engines/dfx/language/completion';
import { DfxDocument } from '../../../../../src/core/engines/dfx/language/dfx-document';
import { DfxFactStore } from '../../../../../src/core/engines/dfx/language/dfx-facts';
import { canisters, ID, realFiles, samples, sharedData } from './support';

function read(name: string): JSONSchema {
  return JSON.parse(
    readFileSync(new URL(`../../../../../schemas/${name}`, `file://${__dirname}/`), 'utf8'),
  ) as JSONSchema;
}

/** VS Code's own JSON support with these schemas for dfx.json. */
function service(...schemas: JSONSchema[]) {
  const made = getLanguageService({});
  made.configure({
    validate: true,
    schemas: schemas.map((schema, i) => ({ uri: `test://schema/${i}.json`, fileMatch: ['dfx.json'], schema })),
  });
  return made;
}

async function problems(text: string, ...schemas: JSONSchema[]): Promise<string[]> {
  const json = service(...schemas);
  const document = TextDocument.create('file:///project/dfx.json', 'json', 1, text);
  const found = await json.doValidation(document, json.parseJSONDocument(document), {
    comments: 'error',
    trailingCommas: 'error',
  });
  return found.map(({ message }) => String(message));
}

async function completions(marked: string, schema: JSONSchema): Promise<CompletionItem[]> {
  const offset = marked.indexOf('|');
  const json = service(schema);
  const document = TextDocument.create('file:///project/dfx.json', 'json', 1, marked.replace('|', ''));
  const list = await json.doComplete(document, document.positionAt(offset), json.parseJSONDocument(document));
  return list?.items ?? [];
}

test('the files are what the table of keys makes', () => {
  assert.deepEqual(read('dfx.schema.json'), JSON.parse(JSON.stringify(dfxSchema())));
  assert.deepEqual(read('networks.schema.json'), JSON.parse(JSON.stringify(networksSchema())));
});

interface AnySchema {
  readonly [key: string]: unknown;
}

function record(value: unknown): AnySchema {
  return typeof value === 'object' && value !== null ? (value as AnySchema) : {};
}

/** Every property name and every enum value below a schema. */
function vocabulary(schema: unknown, found = { keys: new Set<string>(), values: new Set<string>() }) {
  if (Array.isArray(schema)) {
    for (const each of schema) {
      vocabulary(each, found);
    }
  }
  const node = record(schema);
  for (const [key, value] of Object.entries(node)) {
    if (key === 'properties') {
      for (const name of Object.keys(record(value))) {
        found.keys.add(name);
      }
    }
    if (key === 'enum' && Array.isArray(value)) {
      for (const each of value) {
        found.values.add(String(each));
      }
    }
    if (key === 'const') {
      found.values.add(String(value));
    }
    if (key !== 'default' && key !== 'examples' && key !== 'enum') {
      vocabulary(value, found);
    }
  }
  return found;
}

test('every key and every fixed value that dfx knows is known to us', (t) => {
  const upstream = sharedData('upstream-dfx-json-schema.json');
  const networks = sharedData('upstream-networks-json-schema.json');
  if (upstream === undefined || networks === undefined) {
    return t.skip('../shared is not here');
  }
  for (const [theirs, ours] of [
    [upstream, dfxSchema()],
    [networks, networksSchema()],
  ] as const) {
    const known = vocabulary(ours);
    const wanted = vocabulary(JSON.parse(theirs));
    assert.ok(wanted.keys.size > 10);
    assert.deepEqual(
      [...wanted.keys].filter((key) => !known.keys.has(key)),
      [],
    );
    assert.deepEqual(
      [...wanted.values].filter((value) => !known.values.has(value)),
      [],
    );
  }
  // Object by object, since one name can stand in several.
  const definitions = record(JSON.parse(upstream).definitions);
  const own = record(dfxSchema()['definitions']);
  for (const [name, definition] of Object.entries(definitions)) {
    const theirs = vocabulary({ properties: record(definition)['properties'] }).keys;
    if (theirs.size === 0 || name === 'CanisterLogVisibility' || name === 'ConfigNetworkProvider') {
      continue;
    }
    const ours = new Set(Object.keys(record(record(own[name])['properties'])));
    assert.deepEqual(
      [...theirs].filter((key) => !ours.has(key)),
      [],
      name,
    );
  }
});

test('the contributed schema reports nothing itself: every fault is shown once', async () => {
  const schema = dfxSchema() as JSONSchema;
  const texts = [...samples(), ...realFiles()].map(({ text }) => text);
  texts.push(
    canisters({
      a: { type: 'rust' },
      b: { type: 5 },
      c: { type: 'cobol' },
      d: 7,
      e: { main: 7, gzip: 'x', optimize: 'O9' },
    }),
    canisters({ a: { initialization_values: { compute_allocation: [], log_visibility: 7, freezing_threshold: 5 } } }),
    canisters({ a: { declarations: { bindings: ['x', 5] }, metadata: [{}], remote: [], dependencies: {} } }),
    '{ "canisters": [], "networks": 5, "version": "x", "profile": 7, "defaults": { "bootstrap": {}, "replica": 5 } }',
    '{ "networks": { "n": { "providers": "x", "type": "y", "bind": 7, "playground": {} } } }',
    '[]',
  );
  for (const text of texts) {
    assert.deepEqual(await problems(text, schema), [], text);
  }
});

test('the schema offers keys by the type of the canister, and values', async () => {
  const schema = dfxSchema() as JSONSchema;
  const labels = async (marked: string) => (await completions(marked, schema)).map(({ label }) => label);
  const rust = await labels('{ "canisters": { "a": { "type": "rust", | } } }');
  assert.ok(rust.includes('package') && rust.includes('candid') && rust.includes('dependencies'));
  assert.ok(!rust.includes('wasm') && !rust.includes('source'));
  const motoko = await labels('{ "canisters": { "a": { | } } }');
  assert.ok(motoko.includes('main') && motoko.includes('type') && !motoko.includes('wasm'));
  const azle = await labels('{ "canisters": { "a": { "type": "azle", | } } }');
  assert.ok(azle.includes('wasm') && azle.includes('candid'));
  assert.deepEqual((await labels('{ "canisters": { "a": { "type": | } } }')).sort(), [
    '"assets"',
    '"custom"',
    '"motoko"',
    '"pull"',
    '"rust"',
  ]);
  assert.ok((await labels('{ "canisters": { "a": { "optimize": "|" } } }')).includes('"cycles"'));
  assert.ok((await labels('{ "canisters": { "a": { "gzip": | } } }')).includes('true'));
  assert.ok((await labels('{ "canisters": { "a": { "declarations": { "bindings": ["|"] } } } }')).includes('"mo"'));
  assert.ok((await labels('{ "canisters": { "a": | } }')).includes('rust canister'));
  assert.ok(!(await labels('{ "defaults": { | } }')).includes('bootstrap'));
  const main = (await completions('{ "canisters": { "a": { | } } }', schema)).find(
    ({ label }) => label === 'crate' || label === 'args',
  );
  assert.equal(main?.insertText, '"args": "$1"');
});

test('no completion comes twice', async () => {
  const schema = dfxSchema() as JSONSchema;
  const facts = new DfxFactStore({ root: __dirname });
  const places = [
    '{ "canisters": { | } }',
    '{ "canisters": { "a": { | } } }',
    '{ "canisters": { "a": { "type": "|" } } }',
    '{ "canisters": { "a": { "type": | } } }',
    '{ "canisters": { "a": { "dependencies": [|] }, "b": {} } }',
    '{ "canisters": { "a": { "main": "|" } } }',
    '{ "canisters": { "a": { "remote": { "id": { | } } } } }',
    '{ "canisters": { "a": { "declarations": { "bindings": [|] } } } }',
    '{ "canisters": { "a": { "metadata": [{ "networks": [|] }] } } }',
    '{ "networks": { "n": { | } } }',
    '{ | }',
  ];
  for (const marked of places) {
    const theirs = new Set((await completions(marked, schema)).map(({ label }) => label.replace(/^"|"$/g, '')));
    const ours = await complete(new DfxDocument(marked.replace('|', '')), marked.indexOf('|'), facts);
    assert.deepEqual(
      ours.map(({ label }) => label).filter((label) => theirs.has(label)),
      [],
      marked,
    );
  }
});

test('beside another schema for dfx.json its problems are its own: we add none', async (t) => {
  const upstream = sharedData('upstream-dfx-json-schema.json');
  if (upstream === undefined) {
    return t.skip('../shared is not here');
  }
  const theirs = JSON.parse(upstream) as JSONSchema;
  const ours = dfxSchema() as JSONSchema;
  for (const text of [
    canisters({ a: { main: 'a.mo' } }),
    canisters({ a: { type: 'rust' } }),
    canisters({ a: { type: 'azle' } }),
  ]) {
    const alone = await problems(text, theirs);
    assert.ok(alone.length > 0);
    assert.deepEqual((await problems(text, theirs, ours)).sort(), alone.sort());
  }
});

test('hover of the schema tells meaning, default and first version', async () => {
  const json = service(dfxSchema() as JSONSchema);
  const text = canisters({ a: { type: 'motoko', main: 'a.mo', specified_id: ID, gzip: true, optimize: 'size' } });
  const document = TextDocument.create('file:///project/dfx.json', 'json', 1, text);
  const hover = async (needle: string) => {
    const found = await json.doHover(
      document,
      document.positionAt(text.indexOf(needle) + 2),
      json.parseJSONDocument(document),
    );
    return JSON.stringify(found?.contents);
  };
  assert.match(await hover('"gzip"'), /compress.*Default: `false`.*Since dfx 0\.14\.1/);
  assert.match(await hover('"size"'), /small module/);
});
