/** What a workspace can make the analysis read: 200 KB that are hard for whoever reads them, each in a fraction of a second. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkArguments } from '../../../src/core/candid/arguments';
import { parseInterface } from '../../../src/core/candid/interface';
import { DfxDocument } from '../../../src/core/engines/dfx/language/dfx-document';
import { readCargoManifest } from '../../../src/core/project/cargo';
import { motokoImportTargets } from '../../../src/core/project/motoko-imports';
import { fakeFacts } from '../engines/dfx/language/support';
import { threadTime } from '../support/thread-time';

const LENGTH = 200_000;
/** Milliseconds of processor time. What is linear takes a tenth of it at most, what is quadratic ten times as much. */
const LIMIT = 1500;

const now = (): number => threadTime() ?? performance.now();

async function quick(name: string, start: string, repeated: string, read: (text: string) => unknown): Promise<void> {
  const text = start + repeated.repeat(Math.ceil(LENGTH / repeated.length));
  const before = now();
  await read(text);
  const taken = now() - before;
  const shown = JSON.stringify(`${start}|${repeated.slice(0, 100)}`);
  assert.ok(taken < LIMIT, `${name} on ${shown}…: ${Math.round(taken)} ms`);
}

const BLANKS = ['\n', ' ', '\t', '\r\n', '\r', ' \n'];

test('a Cargo.toml', async () => {
  const repeated = [
    '[',
    '[[a]]\n',
    '[a.b.c]\n',
    '"',
    "'",
    '#',
    '{a=',
    '1',
    '1_',
    'a=',
    '.a',
    '\\',
    '[1,',
    'a="\\u0041"\n',
  ];
  for (const each of [...BLANKS, ...repeated]) {
    for (const start of ['', 'a', 'a=', 'a="', 'a="""', "a='''", 'a=[', '[', '[workspace]\nmembers=[']) {
      await quick('TOML', start, each, readCargoManifest);
    }
  }
});

test('a Motoko program', async () => {
  const repeated = [
    '"',
    '\\',
    '"\\',
    '/*',
    '*/',
    '//',
    "'",
    "'\\",
    'import ',
    'import {',
    '{',
    '}',
    'import a "',
    'import/*',
  ];
  for (const each of [...BLANKS, ...repeated]) {
    for (const start of ['', 'import ', '"', '/*', 'import {']) {
      await quick('Motoko', start, each, motokoImportTargets);
    }
  }
});

test('Candid', async () => {
  const marks = ['"', '\\', '/*', '*/', '//', '(', '{', '1', '1_', '0x', '.', '1e', '\u00a0', '"\\u{', '"\\00', '->'];
  const words = [
    'opt ',
    'vec{',
    'record{',
    'record{a=',
    'variant{',
    'record{a;',
    'a:',
    'a;',
    'func ',
    'service ',
    '1;',
  ];
  for (const each of [...BLANKS, ...marks, ...words]) {
    for (const start of ['', '(', '(record {', '("', '(null : ']) {
      await quick('arguments', start, each, checkArguments);
    }
    for (const start of ['', 'service : {', 'type t = record {']) {
      await quick('interface', start, each, parseInterface);
    }
  }
});

test('Candid values beside types with as many fields', async () => {
  const names = Array.from({ length: 8000 }, (_, i) => `f${i}`);
  const list = (item: (name: string) => string) => names.map(item).join(';');
  const texts = [
    `(vec { ${list((name) => `variant { ${name} }`)} } : vec variant { ${names.join(';')} })`,
    `(vec { ${list(() => 'record {}')} } : vec record { ${list((name) => `${name} : opt nat`)} })`,
    `(record { ${list((name) => `${name} = 1`)} } : record { ${list((name) => `${name} : nat`)} })`,
  ];
  for (const text of texts) {
    await quick('arguments', '', text, checkArguments);
  }
});

test('a dfx.json', async () => {
  const repeated = [
    '"',
    '\\',
    '"\\ud800',
    '[',
    '{',
    '{"a":',
    '//',
    '/*',
    '1',
    '1e',
    ',',
    ':',
    '"a"',
    '"a":1,',
    '\u00a0',
    '-',
  ];
  const read = (text: string) => new DfxDocument(text).findings(fakeFacts());
  for (const each of [...BLANKS, ...repeated]) {
    for (const start of ['', '{', '{"canisters":{', '{"x":"', '{"canisters":{"a":{"dependencies":[']) {
      await quick('dfx.json', start, each, read);
    }
  }
  const long = 'x '.repeat(LENGTH / 2);
  const canister = (value: object) => JSON.stringify({ canisters: { a: { type: 'custom', ...value } } });
  for (const key of ['main', 'init_arg', 'specified_id', 'type', 'optimize', 'candid', 'wasm', 'init_arg_file']) {
    await quick(key, '', canister({ [key]: long }), read);
  }
  for (const key of ['memory_allocation', 'freezing_threshold', 'compute_allocation', 'log_visibility']) {
    await quick(key, '', canister({ initialization_values: { [key]: long } }), read);
  }
  await quick('bind', '', JSON.stringify({ networks: { local: { bind: long } } }), read);
  await quick('output_env_file', '', JSON.stringify({ output_env_file: 'a/'.repeat(LENGTH / 2) }), read);
});
