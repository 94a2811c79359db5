import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { utimes } from 'node:fs/promises';
import path from 'node:path';
import { test } from 'node:test';
import { buildArtifacts, candidFile, sourceFile } from '../../../src/core/engines/dfx/artifacts';
import type { CanisterConfig } from '../../../src/core/engines/dfx/dfx-config';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { parseDfxConfig } from '../../../src/core/engines/dfx/dfx-json';
import { dfxLocations } from '../../../src/core/engines/dfx/locations';
import type { EngineProject } from '../../../src/core/engines/engine';
import { moduleHash } from '../../../src/core/project/module-hash';
import { formatMessage } from '../../../src/core/util/message';
import { layout, put } from '../support/layout';

function canister(config: unknown, name = 'c'): CanisterConfig {
  const found = parseDfxConfig(JSON.stringify({ canisters: { [name]: config } })).canisters[0];
  assert.ok(found);
  return found;
}

const local = { name: 'local' };

test('a name that leads out of its folder has no build results', async (t) => {
  const names = ['../../..', '..', 'a/../../b'];
  const canisters = Object.fromEntries(
    names.map((name) => [name, { type: 'custom', wasm: 'x.wasm', candid: 'x.did' }]),
  );
  const root = await layout(t, { 'dfx.json': { canisters } });
  const project = new DfxEngine(dfxLocations({}, 'linux', root)).open(path.join(root, 'dfx.json'));
  await project.load();
  const target = await project.target('local');
  for (const name of names) {
    assert.deepEqual((await project.paths(name, target))?.modules, [], name);
  }
});

test('the Candid file by type of canister', () => {
  const root = path.resolve('project');
  const file = (config: unknown, name?: string, network = local): string | undefined => {
    const found = candidFile({ root }, canister(config, name), network);
    return found && path.relative(root, found).split(path.sep).join('/');
  };
  assert.equal(file({ main: 'a.mo' }), '.dfx/local/canisters/c/c.did');
  assert.equal(file({ main: 'a.mo', candid: 'ignored.did' }), '.dfx/local/canisters/c/c.did');
  assert.equal(file({ main: 'a.mo' }, 'c', { name: 'my-net.x' }), '.dfx/my_net_x/canisters/c/c.did');
  assert.equal(file({ main: 'a.mo' }, 'v1.2'), '.dfx/local/canisters/v1.2/v1.did');
  assert.equal(file({ type: 'rust', package: 'p', candid: 'src/p/p.did' }), 'src/p/p.did');
  assert.equal(file({ type: 'custom', wasm: 'x', candid: './a/../b.did' }), 'b.did');
  assert.equal(file({ type: 'custom', wasm: 'x', candid: 'https://x.example/a.did' }), '.dfx/local/canisters/c/c.did');
  assert.equal(file({ type: 'assets', source: [] }), '.dfx/local/canisters/c/assetstorage.did');
  assert.equal(file({ type: 'pull', id: 'aaaaa-aa' }), 'deps/candid/aaaaa-aa.did');
  assert.equal(file({ type: 'azle', main: 'x.ts' }), undefined);
  assert.equal(file({ type: 'azle', candid: 'x.did' }), 'x.did');
  assert.equal(file({ type: 'rust' }), undefined);
  const remote = { type: 'rust', candid: 'own.did', remote: { candid: 'remote.did', id: { ic: 'aaaaa-aa' } } };
  assert.equal(file(remote, 'c', { name: 'ic' }), 'remote.did');
  assert.equal(file(remote), 'own.did');
});

test('build results, with the module that present settings make first', () => {
  const root = path.resolve('project');
  const wasm = (config: unknown, name?: string): string[] =>
    buildArtifacts({ root }, canister(config, name), { name: 'a.b' }).wasm.map((file) =>
      path.relative(root, file).split(path.sep).join('/'),
    );
  const folder = '.dfx/a_b/canisters/c';
  assert.deepEqual(wasm({ main: 'x.mo' }), [`${folder}/c.wasm`, `${folder}/c.wasm.gz`]);
  assert.deepEqual(wasm({ type: 'assets' }), [`${folder}/c.wasm.gz`, `${folder}/c.wasm`]);
  assert.deepEqual(wasm({ type: 'custom', wasm: 'a.wasm.gz' }), [`${folder}/c.wasm.gz`, `${folder}/c.wasm`]);
  assert.equal(wasm({}, 'a.b')[0], '.dfx/a_b/canisters/a.b/a.wasm');
  const motoko = buildArtifacts({ root }, canister({ main: 'x.mo' }), local);
  assert.equal(path.basename(motoko.stableTypes ?? ''), 'c.most');
  assert.equal(path.basename(motoko.constructor), 'constructor.did');
});

test('source files: main, the Rust package wherever it is, the folder of assets', async (t) => {
  const root = await layout(t, {
    'Cargo.toml': '[workspace]\nmembers = [\n  "services/*", # all\n  \'tools/one\',\n]\n',
    'src/backend/Cargo.toml': '[package]\nname = "backend"\nversion = "0.1.0"\n',
    'src/backend/src/lib.rs': '',
    'services/ledger-canister/Cargo.toml': '[package]\nversion = "1.0.0"\nname = "ledger"\n\n[lib]\nname = "other"\n',
    'services/ledger-canister/src/main.rs': '',
    'services/decoy/Cargo.toml': '[dependencies.x]\nname = "ledger"\n',
    'tools/one/Cargo.toml': "[package]\nname = 'one'\n",
  });
  const source = async (config: unknown, name?: string): Promise<string | undefined> => {
    const found = await sourceFile({ root }, canister(config, name));
    return found && path.relative(root, found).split(path.sep).join('/');
  };
  assert.equal(await source({ main: 'src/main.mo' }), 'src/main.mo');
  assert.equal(await source({ type: 'azle', main: 'src/index.ts' }), 'src/index.ts');
  assert.equal(await source({ type: 'rust', package: 'backend' }), 'src/backend/src/lib.rs');
  assert.equal(await source({ type: 'rust', package: 'ledger' }), 'services/ledger-canister/src/main.rs');
  assert.equal(await source({ type: 'rust', package: 'one' }), 'tools/one/Cargo.toml');
  assert.equal(await source({ type: 'rust', package: 'missing' }), undefined);
  assert.equal(await source({ type: 'custom', wasm: 'x' }, 'backend'), 'src/backend/src/lib.rs');
  assert.equal(await source({ type: 'custom', wasm: 'x' }, 'elsewhere'), undefined);
  assert.equal(await source({ type: 'assets', source: ['dist', 'static'] }), 'dist');
  assert.equal(await source({ type: 'assets' }), undefined);
  assert.equal(await source({}), undefined);
});

test('the hash of a module is that of the file, and follows it', async (t) => {
  const root = await layout(t);
  const hash = (text: string): string => createHash('sha256').update(text).digest('hex');
  const file = await put(root, 'a.wasm', 'one');
  assert.equal(await moduleHash(file, root), hash('one'));
  assert.equal(await moduleHash(file, root), hash('one'));
  await put(root, 'a.wasm', 'two');
  await utimes(file, new Date(0), new Date(1));
  assert.equal(await moduleHash(file, root), hash('two'));
  assert.equal(await moduleHash(path.join(root, 'missing'), root), undefined);
  assert.equal(await moduleHash(root, root), undefined);
});

test('a project follows its file: appears, changes, breaks, goes', async (t) => {
  const root = await layout(t);
  const engine = new DfxEngine(dfxLocations({}, 'linux', root));
  const project = engine.open(path.join(root, 'dfx.json'));
  const problems = ({ problems }: EngineProject) => problems.map(({ message }) => formatMessage(message)).join();
  assert.equal(project.root, root);
  await project.load();
  assert.match(problems(project), /does not exist/);

  await put(root, 'dfx.json', { canisters: { a: {} } });
  await project.load();
  assert.equal(problems(project), '');
  assert.equal(project.canister('a')?.type, 'motoko');
  const before = project.canister('a');
  await project.load();
  assert.equal(project.canister('a'), before);

  await put(root, 'dfx.json', '{"canisters": {"a": {}, "b": ');
  await project.load();
  assert.deepEqual(
    project.canisters.map(({ name }) => name),
    ['a', 'b'],
  );
  assert.notEqual(problems(project), '');
  await put(root, 'dfx.json', { canisters: { a: {} } });
  await project.load();
  assert.equal(project.canister('b'), undefined);

  const large = engine.open(await put(root, 'large/dfx.json', ' '.repeat(9 * 1024 * 1024)));
  await large.load();
  assert.match(problems(large), /too large/);
  const folder = engine.open(path.join(root, 'large'));
  await folder.load();
  assert.match(problems(folder), /not a file/);
});
