import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import {
  type CanisterIds,
  idsOnAllNetworks,
  isRemote,
  readCanisterIds,
} from '../../../../src/core/engines/dfx/canister-ids';
import { DfxEngine } from '../../../../src/core/engines/dfx/dfx-engine';
import { parseDfxConfig } from '../../../../src/core/engines/dfx/dfx-json';
import { dfxLocations } from '../../../../src/core/engines/dfx/locations';
import { resolveNetwork } from '../../../../src/core/engines/dfx/networks';
import { watchPatterns } from '../../../../src/core/engines/dfx/watch';
import { formatMessage } from '../../../../src/core/util/message';
import { layout, put } from '../../support/layout';

const A = 'bkyz2-fmaaa-aaaaa-qaaaq-cai';
const B = 'bd3sg-teaaa-aaaaa-qaaba-cai';
const C = 'be2us-64aaa-aaaaa-qaabq-cai';
const II = 'rdmx6-jaaaa-aaaaa-aaadq-cai';
const NOW = new Date('2026-05-01T12:00:00Z');

async function setup(
  t: TestContext,
  dfx: unknown,
  files: Record<string, unknown> = {},
  home: Record<string, unknown> = {},
) {
  const text = typeof dfx === 'string' ? dfx : JSON.stringify(dfx);
  const root = await layout(t, { 'dfx.json': text, ...files });
  const locations = dfxLocations({}, 'linux', await layout(t, home));
  const config = parseDfxConfig(text);
  const ids = async (name: string): Promise<CanisterIds> => {
    const network = await resolveNetwork(name, root, config, locations);
    assert.ok('name' in network);
    return readCanisterIds(root, config, network, NOW);
  };
  return { root, locations, config, ids };
}

const SOURCES = { project: 'id-file', remote: 'remote', pulled: 'pull' };

const found = ({ byName }: CanisterIds): Record<string, string> =>
  Object.fromEntries([...byName].map(([name, { id, owner }]) => [name, `${id} ${SOURCES[owner]}`]));

const problems = (ids: CanisterIds): string => ids.problems.map(({ message }) => formatMessage(message)).join('\n');

const canisters = { a: { main: 'a.mo' }, b: { main: 'b.mo' } };

test('persistent networks have their ids in canister_ids.json, ephemeral ones in .dfx', async (t) => {
  const { ids } = await setup(
    t,
    { canisters, networks: { 'my.net': { bind: '127.0.0.1:1' }, own: { providers: ['https://x.example'] } } },
    {
      'canister_ids.json': { a: { ic: A, own: B, local: C } },
      '.dfx/local/canister_ids.json': { a: { local: B, ic: C }, b: { other: A } },
      '.dfx/my.net/canister_ids.json': { a: { 'my.net': C } },
      '.dfx/my_net/canister_ids.json': { a: { 'my.net': A } },
    },
  );
  assert.deepEqual(found(await ids('ic')), { a: `${A} id-file` });
  assert.deepEqual(found(await ids('own')), { a: `${B} id-file` });
  assert.deepEqual(found(await ids('local')), { a: `${B} id-file` });
  // The raw name, not the path-compatible one of the build folder.
  assert.deepEqual(found(await ids('my.net')), { a: `${C} id-file` });
});

test('remote ids come first, __default stands for networks without an own one, pull ids come last', async (t) => {
  const remote = (id: unknown): unknown => ({ main: 'x.mo', remote: { id } });
  const { ids, config } = await setup(
    t,
    {
      canisters: {
        named: remote({ ic: A, __default: B }),
        defaulted: remote({ __default: B }),
        other: remote({ staging: C }),
        file: { main: 'x.mo' },
        ii: { type: 'pull', id: II },
        iiDeployed: { type: 'pull', id: II },
        notPull: { main: 'x.mo', id: II },
      },
    },
    {
      'canister_ids.json': {
        named: { ic: C },
        defaulted: { ic: C },
        other: { ic: A },
        file: { __default: B },
        iiDeployed: { ic: A },
        gone: { ic: B },
      },
    },
  );
  assert.deepEqual(found(await ids('ic')), {
    named: `${A} remote`,
    defaulted: `${B} remote`,
    other: `${A} id-file`,
    file: `${B} id-file`,
    ii: `${II} pull`,
    iiDeployed: `${A} id-file`,
    gone: `${B} id-file`,
  });
  const named = config.canisters[0];
  const defaulted = config.canisters[1];
  assert.ok(named && defaulted);
  assert.equal(isRemote(named, { name: 'ic' }), true);
  assert.equal(isRemote(defaulted, { name: 'ic' }), false);
});

test('a string that is no principal counts as absent and is reported with the canister', async (t) => {
  const dfx = {
    canisters: { a: { main: 'a.mo', remote: { id: { ic: 'nope' } } }, b: {}, c: {}, p: { type: 'pull', id: 'x' } },
  };
  const file = {
    a: { ic: A },
    b: { ic: `${A.slice(0, -1)}j` },
    c: { ic: A.toUpperCase() },
    f: { ic: '' },
  };
  const { ids, root } = await setup(t, dfx, { 'canister_ids.json': file });
  const result = await ids('ic');
  assert.deepEqual(found(result), { a: `${A} id-file`, c: `${A} id-file` });
  assert.match(problems(result), /"a" is not a principal: nope/);
  assert.match(problems(result), /"b" is not a principal/);
  assert.match(problems(result), /"p" is not a principal: x/);
  const nope = result.problems.find(({ canister }) => canister === 'a');
  assert.equal(nope?.file, path.join(root, 'dfx.json'));
  const text = await readFile(nope?.file ?? '', 'utf8');
  assert.equal(text.slice(nope?.range?.offset, (nope?.range?.offset ?? 0) + (nope?.range?.length ?? 0)), '"nope"');
});

test('of an id file that dfx refuses as a whole, no id counts', async (t) => {
  const { ids, root } = await setup(t, { canisters });
  for (const [text, expected] of [
    [`{"a": {"ic": "${A}"}, "b": {"ic": "bd3sg-te`, /not closed/],
    [`{"a": {"ic": "${A}"}, "b": {`, /closing brace/],
    [`{"a": {"ic": "${A}"}, "b"`, /colon/],
    [`{"a": {"ic": "${A}"},}`, /trailing comma/],
    [`\ufeff{"a": {"ic": "${A}"}}`, /byte order mark/],
    [`// ids\n{"a": {"ic": "${A}"}}`, /Comments/],
    [`{"a": {"ic": "${A}"}, "d": {"ic": 5}}`, /"d" on network "ic" must be a string/],
    [`{"a": {"ic": "${A}"}, "e": "x"}`, /"e" must be an object/],
    [`{"a": {\n<<<<<<< HEAD\n"ic": "${A}"\n=======\n"ic": "${B}"\n>>>>>>> x\n}}`, /merge was not finished/],
    [Buffer.from(`{"a": {"ic": "${A}"}}`, 'utf16le'), /UTF-16/],
    [Buffer.from(`\ufeff{"a": {"ic": "${A}"}}`, 'utf16le'), /UTF-16/],
    [Buffer.from(`{"_": {"テ": "x"}, "a": {"ic": "${A}"}}`).fill(0x83, 8, 9), /not UTF-8/],
    ['', /empty/],
    ['[]', /object/],
    ['\0\0\0', /not valid JSON/],
  ] as const) {
    await put(root, 'canister_ids.json', text);
    const result = await ids('ic');
    assert.deepEqual(found(result), {}, String(text));
    assert.match(formatMessage(result.refused!.message), expected, String(text));
    assert.equal(result.refused?.file, path.join(root, 'canister_ids.json'));
    assert.ok(result.problems.length > 0 && result.problems.length <= 5, String(text));
  }
});

test('names of any kind: prototypes, and helpers that dfx lists not', async (t) => {
  const { ids } = await setup(t, '{"canisters": {"__proto__": {}, "toString": {}}}', {
    'canister_ids.json': `{"__proto__": {"ic": "${A}"}, "toString": {"ic": "${B}"}, "__Candid_UI": {"ic": "${C}"}}`,
  });
  const result = await ids('ic');
  assert.deepEqual(found(result), { toString: `${B} id-file` });
  assert.deepEqual([...result.internal.keys()], ['__proto__', '__Candid_UI']);
  assert.equal(result.internal.get('__Candid_UI')?.id, C);
});

const D = '.local/share/dfx/network/local';

test('cohesion: ids of a shared network that was reset are void, and stay on disk', async (t) => {
  const stored = { '.dfx/local/canister_ids.json': { a: { local: A } } };
  for (const [copy, current, isVoid] of [
    ['one', 'one', false],
    ['one', 'two', true],
    ['one', 'one\n', true],
    [undefined, 'one', true],
    ['one', undefined, false],
    [undefined, undefined, false],
  ] as const) {
    const { ids, root } = await setup(
      t,
      { canisters: { ...canisters, far: { remote: { id: { local: B } } } } },
      copy === undefined ? stored : { ...stored, '.dfx/local/network-id': copy },
      current === undefined ? {} : { [`${D}/network-id`]: current },
    );
    const result = await ids('local');
    const remote = { far: `${B} remote` };
    assert.deepEqual(found(result), isVoid ? remote : { a: `${A} id-file`, ...remote }, `${copy} against ${current}`);
    assert.equal(result.void !== undefined, isVoid);
    await stat(path.join(root, '.dfx/local/canister_ids.json'));
  }
});

test('cohesion says nothing where there are no ids that it could be said of', async (t) => {
  for (const stored of [
    undefined,
    {},
    { a: {} },
    { a: { other: A } },
    // What dfx itself installs is no canister of the project.
    { __Candid_UI: { local: A } },
  ]) {
    const { ids } = await setup(
      t,
      { canisters },
      stored === undefined ? {} : { '.dfx/local/canister_ids.json': stored, '.dfx/local/network-id': 'one' },
      { [`${D}/network-id`]: 'two' },
    );
    const result = await ids('local');
    assert.equal(result.void, undefined, JSON.stringify(stored));
    assert.deepEqual([found(result), [...result.internal]], [{}, []]);
  }
});

test('cohesion: a network of the project does not take over the ids of the shared one', async (t) => {
  const dfx = { canisters, networks: { local: { bind: '127.0.0.1:1' } } };
  const stored = { '.dfx/local/canister_ids.json': { a: { local: A } } };
  const own = await setup(t, dfx, stored, { [`${D}/network-id`]: 'other' });
  assert.deepEqual(found(await own.ids('local')), { a: `${A} id-file` });
  const former = await setup(t, dfx, { ...stored, '.dfx/local/network-id': 'shared' });
  const result = await former.ids('local');
  assert.deepEqual(found(result), {});
  assert.match(result.void ? formatMessage(result.void) : '', /has one of its own/);
});

test('cohesion does not touch persistent networks, nor those that dfx does not run', async (t) => {
  const { ids } = await setup(
    t,
    { canisters, networks: { far: { providers: ['https://x.example'], type: 'ephemeral' } } },
    {
      '.dfx/far/canister_ids.json': { a: { far: A } },
      '.dfx/far/network-id': 'x',
      'canister_ids.json': { a: { local: B } },
    },
    { '.config/dfx/networks.json': { local: { type: 'persistent' } }, [`${D}/network-id`]: 'y' },
  );
  assert.deepEqual(found(await ids('far')), { a: `${A} id-file` });
  assert.deepEqual(found(await ids('local')), { a: `${B} id-file` });
});

test('playground: canisters whose time is up are gone, without a change on disk', async (t) => {
  const { ids, root } = await setup(
    t,
    { canisters: { old: {}, fresh: {}, edge: {}, timeless: {}, broken: {}, fallback: {} } },
    {
      '.dfx/playground/canister_ids.json': {
        old: { playground: A },
        fresh: { playground: B },
        edge: { playground: C },
        timeless: { playground: A },
        broken: { playground: B },
        fallback: { playground: A, __default: C },
      },
      '.dfx/playground/canister_timestamps.json': {
        old: { playground: '2026-05-01T11:00:00Z' },
        fresh: { playground: '2026-05-01T13:50:00.123456789+02:00' },
        edge: { playground: '2026-05-01T11:40:00Z' },
        broken: { playground: 'yesterday' },
        fallback: { playground: '2020-01-01T00:00:00Z' },
      },
    },
  );
  const snapshot = async (): Promise<string> => {
    const hash = createHash('sha256');
    for (const name of (await readdir(path.join(root, '.dfx/playground'))).sort()) {
      hash.update(name).update(await readFile(path.join(root, '.dfx/playground', name)));
    }
    return hash.digest('hex');
  };
  const before = await snapshot();
  const result = await ids('playground');
  assert.deepEqual(found(result), {
    fresh: `${B} id-file`,
    timeless: `${A} id-file`,
    broken: `${B} id-file`,
    fallback: `${C} id-file`,
  });
  assert.match(problems(result), /"broken" is not valid: yesterday/);
  assert.equal(await snapshot(), before);
});

test('a network whose name leads out of the project has no id file', async (t) => {
  const dfx =
    '{"canisters": {"a": {}}, "networks": {"../out": {"providers": ["https://x.example"], "type": "ephemeral"}}}';
  const { ids, root } = await setup(t, dfx);
  await put(root, 'out/canister_ids.json', { a: { '../out': A } });
  const result = await ids('../out');
  assert.deepEqual(found(result), {});
  assert.match(problems(result), /leads outside/);
});

test('an id file that may not be read, or is no file, is a problem', async (t) => {
  const { ids } = await setup(t, { canisters }, { 'canister_ids.json/x': '' });
  const result = await ids('ic');
  assert.match(problems(result), /is not a file/);
});

test('ids on all networks: named ones, those in files only, none that are void', async (t) => {
  const { root, config, locations } = await setup(
    t,
    { canisters: { a: { remote: { id: { mirror: C } } }, b: {} } },
    {
      'canister_ids.json': { a: { ic: A, retired: B, __default: C }, b: { ic: B } },
      '.dfx/local/canister_ids.json': { a: { local: A } },
      '.dfx/http___x_example/canister_ids.json': { b: { http___x_example: C } },
      '.dfx/local/network-id': 'old',
    },
    { [`${D}/network-id`]: 'new' },
  );
  const all = await idsOnAllNetworks(root, config, locations, NOW);
  const plain = Object.fromEntries(
    [...all].map(([name, ids]) => [name, Object.fromEntries([...ids].map(([n, { id }]) => [n, id]))]),
  );
  assert.deepEqual(plain, { a: { ic: A, retired: B, mirror: C }, b: { ic: B, http___x_example: C } });
});

test('everything that ids and networks depend on is watched', async (t) => {
  const { root, locations, config } = await setup(t, { canisters, networks: { local: {} } });
  const network = await resolveNetwork('local', root, config, locations);
  assert.ok('name' in network);
  const targets = watchPatterns(root, network, locations)
    .map(({ dir, pattern }) => `${dir} ${pattern}`)
    .join('\n');
  for (const name of [
    'dfx.json',
    'canister_ids.json',
    '.dfx/*/',
    'canister_timestamps.json',
    'network-id',
    'webserver-port',
    'networks.json',
    'identity.json',
  ]) {
    assert.ok(targets.includes(name), name);
  }
  assert.ok(targets.includes(path.join(root, '.dfx', 'network', 'local')));
  const ic = await resolveNetwork('ic', root, config, locations);
  assert.ok('name' in ic);
  assert.ok(!watchPatterns(root, ic, locations).some(({ pattern }) => pattern.includes('webserver-port')));
});

test("the network's Candid UI is found, unless its ids are void", async (t) => {
  const files = {
    '.dfx/local/canister_ids.json': { __Candid_UI: { local: A }, a: { local: B } },
    '.dfx/local/network-id': 'same',
  };
  const candidUi = async (project: Record<string, unknown>, home: Record<string, unknown>) => {
    const { root, locations } = await setup(t, { canisters }, project, home);
    const opened = new DfxEngine(locations).open(path.join(root, 'dfx.json'));
    return await opened.candidUi(await opened.target('local'));
  };
  const D = '.local/share/dfx/network/local/network-id';
  assert.equal(await candidUi(files, { [D]: 'same' }), A);
  assert.equal(await candidUi(files, { [D]: 'reset' }), undefined);
  assert.equal(await candidUi({}, {}), undefined);
  const nonsense = { '.dfx/local/canister_ids.json': { __Candid_UI: { local: 'nonsense' } } };
  assert.equal(await candidUi(nonsense, {}), undefined);
});
