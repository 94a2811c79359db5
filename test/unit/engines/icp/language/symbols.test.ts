import assert from 'node:assert/strict';
import path from 'node:path';
import { test } from 'node:test';
import { applyEdits } from '../../../../../src/core/document/tree';
import { IcpLanguage } from '../../../../../src/core/engines/icp/language/icp-language';
import { definitionOf, referencesOf, renameEdits, symbolAt } from '../../../../../src/core/language/symbols';
import { formatMessage } from '../../../../../src/core/util/message';
import { folderWith } from './support';

const ID = 'ryjl3-tyaaa-aaaaa-aaaba-cai';
const STEP = 'build: { steps: [{ type: script, command: x }] }';
const ICP_YAML = `canisters:
  - src/* # those in folders
  - name: back
    ${STEP}
    settings: { controllers: [front, ${ID}] }
networks:
  - { name: net, mode: managed }
environments:
  - name: staging
    network: net
    canisters: ["front", back]
    settings:
      'front':
        compute_allocation: 1
    init_args:
      front: ()
`;
const FILES = {
  'icp.yaml': ICP_YAML,
  'src/front/canister.yaml': `name: front\n${STEP}\nsettings:\n  controllers: [back]\n`,
  '.icp/data/mappings/staging.ids.json': `{ "front": "${ID}" }`,
};

const language = new IcpLanguage();

test('a canister is renamed wherever it is named, in every file of the project', async () => {
  const root = folderWith(FILES);
  const project = language.openProject(root);
  const manifest = project.open('manifest', ICP_YAML, path.join(root, 'icp.yaml'));
  const others = await project.otherFiles(manifest);
  assert.deepEqual(
    others.map(({ file, kind }) => `${kind} ${path.relative(root, file)}`),
    ['part src/front/canister.yaml', 'ids .icp/data/mappings/staging.ids.json'],
  );
  const symbol = symbolAt(manifest, ICP_YAML.indexOf('front,') + 2);
  assert.equal(symbol?.kind, 'canister');
  assert.equal(definitionOf(manifest, symbol), undefined, 'it is defined in its folder');
  assert.equal(referencesOf(manifest, symbol).length, 4);
  const renamed = applyEdits(ICP_YAML, renameEdits(manifest, symbol, 'site'));
  assert.equal(renamed, ICP_YAML.replaceAll('front', 'site'));
  for (const { file, kind } of others) {
    const text = FILES[path.relative(root, file) as keyof typeof FILES];
    const document = project.open(kind, text, file);
    assert.equal(applyEdits(text, renameEdits(document, symbol, 'site')), text.replaceAll('front', 'site'));
  }
  assert.equal(manifest.renameObstacle?.(symbol, 'a.b')?.text.startsWith('The name'), true);
  assert.ok(manifest.renameObstacle?.(symbol, 'back'));
});

test('networks and environments are symbols too; the id files of an environment follow its name', () => {
  const root = folderWith(FILES);
  const project = language.openProject(root);
  const manifest = project.open('manifest', ICP_YAML, path.join(root, 'icp.yaml'));
  assert.deepEqual(
    manifest.definitions.map(({ kind, name }) => `${kind} ${name}`),
    ['canister back', 'network net', 'environment staging'],
  );
  const network = symbolAt(manifest, ICP_YAML.indexOf('network: net') + 10)!;
  const renamed = applyEdits(ICP_YAML, renameEdits(manifest, network, 'local net'));
  assert.equal(renamed, ICP_YAML.replace('name: net', 'name: local net').replace('network: net', 'network: local net'));
  const [data] = project.filesOf?.({ kind: 'environment', name: 'staging' }, 'test') ?? [];
  assert.equal(data?.from, path.join(root, '.icp/data/mappings/staging.ids.json'));
  assert.equal(data?.to, path.join(root, '.icp/data/mappings/test.ids.json'));
});

test('what stands for an alias is not renamed: its anchor is', () => {
  const text = `canisters:\n  - name: a\n    ${STEP}\nenvironments:\n  - { name: e, canisters: &all [a] }\n  - { name: f, canisters: *all }\n`;
  const root = folderWith({ 'icp.yaml': text });
  const manifest = language.openProject(root).open('manifest', text, path.join(root, 'icp.yaml'));
  const edits = renameEdits(manifest, { kind: 'canister', name: 'a' }, 'b');
  assert.equal(applyEdits(text, edits), text.replace('name: a', 'name: b').replace('[a]', '[b]'));
});

test('files are known by their names, and canister.yaml by a project above it', () => {
  const root = folderWith(FILES);
  const file = (name: string): string => path.join(root, name);
  assert.equal(language.kindOf(file('icp.yaml')), 'manifest');
  assert.equal(language.kindOf(file('src/front/canister.yaml')), 'part');
  assert.equal(language.rootOf(file('src/front/canister.yaml')), root);
  assert.equal(language.kindOf(file('.icp/data/mappings/staging.ids.json')), 'ids');
  assert.equal(language.rootOf(file('.icp/cache/mappings/local.ids.json')), root);
  assert.equal(language.kindOf(file('x.ids.json')), undefined);
  assert.equal(language.kindOf(path.join(path.dirname(root), 'canister.yaml')), undefined);
});

test('paths, recipes and urls are links', () => {
  const text = `canisters:
  - src/front
  - name: a
    recipe: { type: "@dfinity/rust@v3.3.0", configuration: { candid: a.did } }
    init_args: { path: args.did }
networks:
  - { name: n, mode: connected, url: "https://x.y", root-key: fetch }
dependencies:
  - { name: d, path: ../d }
`;
  const root = folderWith({ 'icp.yaml': text });
  const manifest = language.openProject(root).open('manifest', text, path.join(root, 'icp.yaml'));
  const links = manifest.links?.().map(({ range, target }) => {
    const to = 'url' in target ? target.url : path.relative(root, target.file);
    return `${text.slice(range.offset, range.offset + range.length)} → ${to}`;
  });
  assert.deepEqual(links?.sort(), [
    '../d → ../d/icp.yaml',
    '@dfinity/rust@v3.3.0 → https://github.com/dfinity/icp-cli-recipes/releases/tag/rust-v3.3.0',
    'a.did → a.did',
    'args.did → args.did',
    'https://x.y → https://x.y',
    'src/front → src/front/canister.yaml',
  ]);
});

test('what a recipe or a script runs is told of its canister', () => {
  const text = `canisters:
  - { name: coins, recipe: { type: "@dfinity/rust@v3.0.0" } }
  - { name: far, recipe: { type: "https://example.com/${'x'.repeat(500)}.hbs" } }
  - { name: site, ${STEP} }
  - { name: synced, build: { steps: [{ type: pre-built, path: a.wasm }] }, sync: { steps: [{ type: script, command: x }] } }
  - { name: fixed, build: { steps: [{ type: pre-built, path: a.wasm }] } }
  - { name: broken, build: [] }
`;
  const manifest = language.openProject(folderWith({})).open('manifest', text, 'icp.yaml');
  const told = manifest.definitions.map(({ runs }) => runs && formatMessage(runs));
  assert.equal(
    told[0],
    'Building or deploying it runs the commands of the recipe @dfinity/rust@v3.0.0 on this computer.',
  );
  assert.ok((told[1]?.length ?? 0) < 200);
  const ofFile = 'Building or deploying it runs commands of this file on this computer.';
  assert.deepEqual(told.slice(2), [ofFile, ofFile, undefined, undefined]);
});
