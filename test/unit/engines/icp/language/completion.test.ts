import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { complete } from '../../../../../src/core/engines/icp/language/completion';
import { hover } from '../../../../../src/core/engines/icp/language/hover';
import { IcpFactStore } from '../../../../../src/core/engines/icp/language/icp-facts';
import { ManifestDocument } from '../../../../../src/core/engines/icp/language/manifest-document';
import type { Completion, Hover } from '../../../../../src/core/language/language';
import { formatMessage } from '../../../../../src/core/util/message';
import { folderWith, open } from './support';

const root = folderWith({
  'src/filed/canister.yaml': 'name: filed\nbuild: { steps: [{ type: script, command: x }] }\n',
  'args/init.did': '()',
});

/** What is offered where `|` stands. */
async function at(marked: string, name = 'icp.yaml'): Promise<readonly Completion[]> {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const kind = name === 'icp.yaml' ? 'project' : 'canister';
  const document = new ManifestDocument(text, join(root, name), root, kind);
  const found = await complete(document, offset, new IcpFactStore({ root }));
  for (const { range, filterText } of found) {
    const typed = text.slice(range.offset, offset);
    assert.ok(range.offset <= offset && offset <= range.offset + range.length, marked);
    // VS Code offers only what begins, more or less, as what is typed.
    assert.ok(!/^["']/.test(typed) || filterText[0] === typed[0], `${filterText} for ${typed}`);
  }
  return found;
}

const labels = async (marked: string, name?: string): Promise<string[]> =>
  (await at(marked, name)).map(({ label }) => label);

const A = 'canisters:\n  - name: a\n';

test('keys are offered where they can stand, in every style', async () => {
  const root4 = ['canisters', 'networks', 'environments', 'dependencies'];
  assert.deepEqual(await labels('|'), root4);
  assert.deepEqual(await labels('net|'), root4);
  assert.deepEqual(await labels('canisters: []\n|'), root4.slice(1));
  assert.deepEqual(await labels(`${A}    |\n`), ['recipe', 'build', 'sync', 'settings', 'init_args', 'upgrade_args']);
  assert.deepEqual(await labels(`${A}    se|\n    build: x\n`), ['sync', 'settings', 'init_args', 'upgrade_args']);
  assert.deepEqual(await labels('canisters: [{ name: a, recipe: x, | }]'), [
    'sync',
    'settings',
    'init_args',
    'upgrade_args',
  ]);
  assert.deepEqual(await labels('na|', 'src/filed/canister.yaml'), [
    'name',
    'recipe',
    'build',
    'sync',
    'settings',
    'init_args',
    'upgrade_args',
  ]);
  assert.deepEqual(await labels(`${A}    build:\n      steps:\n        - type: script\n          |\n`), [
    'command',
    'commands',
  ]);
  assert.deepEqual(await labels('networks:\n  - name: n\n    mode: connected\n    |\n'), [
    'url',
    'api-url',
    'http-gateway-url',
    'root-key',
  ]);
  const renamed = await at('networks:\n  - name: n\n    mode: connected\n    u|rl: x\n');
  assert.deepEqual(renamed.map(({ insertText }) => insertText)[0], 'url');
});

test('a key brings the indentation of its value along', async () => {
  const inserted = async (marked: string, label: string): Promise<string | undefined> =>
    (await at(marked)).find((each) => each.label === label)?.insertText;
  assert.equal(await inserted('|', 'canisters'), 'canisters:\n  - ');
  assert.equal(await inserted(`${A}    |`, 'settings'), 'settings:\n  ');
  assert.equal(await inserted('canisters:\n  - |', 'settings'), 'settings:\n    ');
  assert.equal(await inserted(`${A}    |`, 'init_args'), 'init_args: ');
});

test('whole canisters, networks and environments are offered as items', async () => {
  const first = await at('canisters:\n  |\n');
  assert.ok(first.some(({ label, insertText }) => label === 'rust canister' && insertText.startsWith('- name: ')));
  const behindDash = await at('canisters:\n  - |\n');
  assert.ok(behindDash.some(({ label, insertText }) => label === 'rust canister' && insertText.startsWith('name: ')));
  assert.ok((await labels('environments:\n  - |')).includes('environment'));
});

test('values are offered behind a colon, in lists and in quotes', async () => {
  assert.ok((await labels(`${A}    recipe:\n      type: |\n`)).includes('@dfinity/rust@v3.3.0'));
  for (const typed of ['"@df|"', "'@df|'", '"@df|\n    x: y']) {
    const [recipe] = await at(`${A}    recipe:\n      type: ${typed}\n`);
    assert.match(recipe!.insertText, /^["']@dfinity\/rust@v\d/);
  }
  assert.deepEqual(await labels(`${A}    settings:\n      log_visibility: |\n      x: 1`), ['controllers', 'public']);
  assert.deepEqual(await labels('networks:\n  - name: n\n    mode: |'), ['managed', 'connected']);
  assert.ok(
    (await labels('networks:\n  - name: n\n    mode: managed\n    subnets:\n      - |\n')).includes('fiduciary'),
  );
  assert.ok((await labels(`${A}    settings:\n      memory_allocation: |\n`)).includes('4gib'));
  assert.deepEqual(
    await labels(`${A}    recipe:\n      type: "@dfinity/rust@v3.3.0"\n      configuration:\n        |\n`),
    ['package', 'candid', 'shrink', 'compress', 'metadata'],
  );
});

test('names of the project are offered, of other files too', async () => {
  const project = `${A}    build: { steps: [{ type: script, command: x }] }\n  - src/*\n`;
  const environment = `${project}environments:\n  - name: e\n`;
  assert.deepEqual((await labels(`${environment}    network: |\n`)).sort(), ['ic', 'local']);
  assert.deepEqual((await labels(`${environment}    canisters:\n      - |\n`)).sort(), ['a', 'filed']);
  assert.deepEqual(await labels(`${environment}    canisters: [a, |]\n`), ['filed']);
  assert.deepEqual((await labels(`${environment}    settings:\n      |\n`)).sort(), ['a', 'filed']);
  assert.deepEqual(
    (await labels(`${project}    settings:\n      controllers:\n        - |\n`.replace('  - src/*\n', '    '))).sort(),
    ['a'],
  );
});

test('files and folders are offered as the place wants them', async () => {
  assert.deepEqual(await labels('canisters:\n  - src/|\n'), ['src/filed']);
  assert.deepEqual(await labels(`${A}    init_args:\n      path: args/|\n`), ['args/init.did']);
});

test('nothing is offered in comments, commands, blocks of text and templates', async () => {
  for (const text of [
    '# can|',
    `${A}    # |`,
    `${A}    build:\n      steps:\n        - type: script\n          command: m|\n`,
    `${A}    init_args: >-\n      (rec|ord {})\n`,
    '{{ name }}\n|',
  ]) {
    assert.deepEqual(await labels(text), [], text);
  }
});

/** What is said where `|` stands. */
async function said(marked: string): Promise<{ hover: Hover | undefined; lines: string[] }> {
  const offset = marked.indexOf('|');
  const text = marked.slice(0, offset) + marked.slice(offset + 1);
  const { document, facts } = await open(root, text);
  const found = hover(document, offset, facts);
  return { hover: found, lines: found?.parts.map(({ text: words }) => formatMessage(words)) ?? [] };
}

test('hovers tell keys, values, and what holds in which environment', async () => {
  const project = `${A}    build: { steps: [{ type: script, command: x }] }\n    settings:\n      compute_allo|cation: 5\n      memory_allocation: 2gib\nenvironments:\n  - name: staging\n    network: ic\n    settings:\n      a:\n        memory_allocation: 1gib\n`;
  const key = await said(project);
  assert.match(key.lines[0]!, /^Guaranteed share/);
  assert.match(key.lines.at(-1)!, /^In staging: not set/);
  const amount = await said(project.replace('|', '').replace('2gi', '2g|i'));
  assert.deepEqual(amount.lines, ['2 GiB = 2,147,483,648 bytes']);
  const other = await said(project.replace('|', '').replace('memory_allocation: 2', 'memory_|allocation: 2'));
  assert.equal(other.lines.at(-1), 'In staging: 1gib');
  const network = await said(project.replace('|', '').replace('network: ic', 'network: i|c'));
  assert.deepEqual(network.lines, ['The mainnet']);
  const canister = await said(project.replace('|', '').replace('name: a', 'name: |a'));
  assert.equal(canister.hover?.canister, 'a');
  assert.deepEqual(canister.lines, ['build canister']);
  const override = await said(project.replace('|', '').replace('      a:\n', '      |a:\n'));
  assert.equal(override.hover?.canister, 'a');
  const recipe = await said(`${A}    recipe: { type: "@dfinity/ru|st@v3.0.0" }`);
  assert.deepEqual(recipe.lines.slice(0, 2), [
    'The recipe rust in version v3.0.0',
    'There is a newer version of this recipe: v3.3.0',
  ]);
  const filed = await said('canisters: [src/*]\nenvironments:\n  - name: e\n    canisters: [fi|led]\n');
  assert.equal(filed.hover?.canister, 'filed');
});
