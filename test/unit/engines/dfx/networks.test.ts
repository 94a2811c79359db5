import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { parseDfxConfig } from '../../../../src/core/engines/dfx/dfx-json';
import { type DfxLocations, dfxLocations } from '../../../../src/core/engines/dfx/locations';
import {
  type DfxNetwork,
  listNetworks,
  pathCompatible,
  resolveNetwork,
} from '../../../../src/core/engines/dfx/networks';
import { reachesMainnet } from '../../../../src/core/network/network-class';
import { formatMessage } from '../../../../src/core/util/message';
import { staysInside } from '../../../../src/core/util/paths';
import { layout, put } from '../../support/layout';

interface Setup {
  readonly root: string;
  readonly locations: DfxLocations;
  resolve(name: string): Promise<DfxNetwork>;
  fails(name: string): Promise<string>;
  list(): Promise<DfxNetwork[]>;
}

async function setup(t: TestContext, networks: unknown, shared?: unknown): Promise<Setup> {
  const text = JSON.stringify({ networks });
  const root = await layout(t, { 'dfx.json': text });
  const home = await layout(t);
  const locations = dfxLocations({}, 'linux', home);
  if (shared !== undefined) {
    await put(locations.configDir, 'networks.json', shared);
  }
  const config = parseDfxConfig(text);
  return {
    root,
    locations,
    async resolve(name) {
      const network = await resolveNetwork(name, root, config, locations);
      assert.ok('name' in network, name);
      return network;
    },
    async fails(name) {
      const { problem } = await resolveNetwork(name, root, config, locations);
      assert.ok(problem, name);
      return formatMessage(problem);
    },
    list: () => listNetworks(root, config, locations),
  };
}

test('folders of dfx by platform and environment', () => {
  const linux = dfxLocations(
    { XDG_CONFIG_HOME: '/c', XDG_CACHE_HOME: '/k', XDG_DATA_HOME: '/d' },
    'linux',
    '/home/sam',
  );
  assert.deepEqual(linux, {
    configDir: '/home/sam/.config/dfx',
    sharedDataDir: '/d/dfx',
    cacheDir: '/home/sam/.cache/dfinity',
    networksJson: '/home/sam/.config/dfx/networks.json',
    identityDir: '/home/sam/.config/dfx/identity',
    identityJson: '/home/sam/.config/dfx/identity.json',
    dfxvmBin: '/d/dfx/bin',
    dfxvmVersions: '/d/dfx/versions',
  });
  assert.equal(dfxLocations({ XDG_DATA_HOME: 'relative' }, 'linux', '/h').sharedDataDir, '/h/.local/share/dfx');
  const moved = dfxLocations({ DFX_CONFIG_ROOT: '/x', DFX_CACHE_ROOT: '/y' }, 'linux', '/h');
  assert.equal(moved.configDir, '/x/.config/dfx');
  assert.equal(moved.cacheDir, '/y/.cache/dfinity');
  assert.equal(moved.sharedDataDir, '/h/.local/share/dfx');
  assert.equal(dfxLocations({ DFX_CONFIG_ROOT: '' }, 'linux', '/h').configDir, '/h/.config/dfx');

  const mac = dfxLocations({ XDG_DATA_HOME: '/d' }, 'darwin', '/Users/sam');
  const library = '/Users/sam/Library/Application Support/org.dfinity.dfx';
  assert.deepEqual(mac, {
    configDir: '/Users/sam/.config/dfx',
    sharedDataDir: library,
    cacheDir: '/Users/sam/.cache/dfinity',
    networksJson: '/Users/sam/.config/dfx/networks.json',
    identityDir: '/Users/sam/.config/dfx/identity',
    identityJson: '/Users/sam/.config/dfx/identity.json',
    dfxvmBin: `${library}/bin`,
    dfxvmVersions: `${library}/versions`,
  });
  const macMoved = dfxLocations({ DFX_CONFIG_ROOT: '/x', DFX_CACHE_ROOT: '/y' }, 'darwin', '/Users/sam');
  assert.deepEqual(
    [macMoved.configDir, macMoved.cacheDir, macMoved.sharedDataDir],
    ['/x/.config/dfx', '/y/.cache/dfinity', library],
  );

  const windows = dfxLocations({ APPDATA: 'C:\\R', LOCALAPPDATA: 'C:\\L' }, 'win32', 'C:\\Users\\sam');
  assert.deepEqual(windows, {
    configDir: 'C:\\R\\dfinity\\dfx\\config',
    sharedDataDir: 'C:\\L\\dfinity\\dfx\\data',
    cacheDir: 'C:\\L\\dfinity\\dfx\\cache',
    networksJson: 'C:\\R\\dfinity\\dfx\\config\\networks.json',
    identityDir: 'C:\\R\\dfinity\\dfx\\config\\identity',
    identityJson: 'C:\\R\\dfinity\\dfx\\config\\identity.json',
    dfxvmBin: 'C:\\L\\dfinity\\dfx\\data\\bin',
    dfxvmVersions: 'C:\\L\\dfinity\\dfx\\data\\versions',
  });
  const bare = dfxLocations({}, 'win32', 'C:\\Users\\sam');
  assert.equal(bare.configDir, 'C:\\Users\\sam\\AppData\\Roaming\\dfinity\\dfx\\config');
  assert.equal(bare.sharedDataDir, 'C:\\Users\\sam\\AppData\\Local\\dfinity\\dfx\\data');
  assert.equal(dfxLocations({ DFX_CACHE_ROOT: 'D:\\y' }, 'win32', 'C:\\h').cacheDir, 'D:\\y');
  assert.equal(dfxLocations({ DFX_CONFIG_ROOT: 'D:\\x' }, 'win32', 'C:\\h').configDir, 'D:\\x');
});

test('the built-in networks', async (t) => {
  const { resolve, fails, list, locations } = await setup(t, undefined);
  const ic = await resolve('ic');
  assert.deepEqual(
    [ic.kind, ic.scope, ic.url, ic.rootKey === 'mainnet', ic.local],
    ['persistent', 'builtin', 'https://icp0.io', true, false],
  );
  const local = await resolve('local');
  assert.deepEqual(
    [local.kind, local.scope, local.url, local.rootKey === 'mainnet', local.local],
    ['ephemeral', 'shared', 'http://127.0.0.1:4943', false, true],
  );
  assert.equal(local.dataDir, path.join(locations.sharedDataDir, 'network', 'local'));
  const playground = await resolve('playground');
  assert.deepEqual(
    [playground.kind, playground.url, playground.rootKey === 'mainnet'],
    ['playground', 'https://icp0.io', true],
  );
  assert.deepEqual(playground.playground, { canister: 'mwrha-maaaa-aaaab-qabqq-cai', timeoutSeconds: 1200 });
  assert.match(await fails('mainnet'), /no network named "mainnet"/);
  assert.deepEqual(
    (await list()).map(({ name }) => name),
    ['local', 'ic', 'playground'],
  );
});

test('the project comes before networks.json, and neither before ic', async (t) => {
  const own = {
    ic: { providers: ['https://evil.example'] },
    staging: { providers: ['https://own.example'] },
    playground: { providers: ['https://play.example'], playground: { playground_canister: 'aaaaa-aa' } },
  };
  const shared = {
    ic: { providers: ['https://evil.example'] },
    staging: { providers: ['https://shared.example'] },
    team: { providers: ['https://team.example'], type: 'ephemeral' },
    local: { bind: '127.0.0.1:1234' },
  };
  const { resolve, list, root, locations } = await setup(t, own, shared);
  assert.equal((await resolve('ic')).url, 'https://icp0.io');
  const staging = await resolve('staging');
  assert.deepEqual([staging.scope, staging.url], ['project', 'https://own.example']);
  assert.equal(staging.source?.file, path.join(root, 'dfx.json'));
  const team = await resolve('team');
  assert.deepEqual([team.scope, team.kind, team.source?.file], ['shared', 'ephemeral', locations.networksJson]);
  assert.equal((await resolve('local')).url, 'http://127.0.0.1:1234');
  const playground = await resolve('playground');
  assert.deepEqual(
    [playground.scope, playground.kind, playground.rootKey === 'mainnet'],
    ['project', 'playground', false],
  );
  assert.deepEqual(
    (await list()).map(({ name }) => name),
    ['local', 'ic', 'playground', 'staging', 'team'],
  );
});

test('kinds: by the playground key, then the type, then the form', async (t) => {
  const playground = { playground_canister: 'aaaaa-aa', timeout_seconds: 5 };
  const { resolve } = await setup(t, {
    a: { providers: ['http://x.example'] },
    b: { providers: ['http://x.example'], type: 'ephemeral' },
    c: { bind: '127.0.0.1:1' },
    d: { bind: '127.0.0.1:1', type: 'persistent' },
    e: { providers: ['http://x.example'], type: 'persistent', playground },
    f: { bind: '127.0.0.1:1', playground },
  });
  const kinds = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map(async (name) => (await resolve(name)).kind));
  assert.deepEqual(kinds, ['persistent', 'ephemeral', 'ephemeral', 'persistent', 'playground', 'playground']);
  assert.deepEqual((await resolve('f')).playground, { canister: 'aaaaa-aa', timeoutSeconds: 5 });
});

test('the mainnet is reached by more domains than one', () => {
  for (const url of [
    'https://icp0.io',
    'https://icp-api.io/',
    'https://ic0.app',
    'http://x.ICP0.io.:8080/a',
    'https://a.raw.icp0.io',
  ]) {
    assert.equal(reachesMainnet(url), true, url);
  }
  for (const url of ['https://icp0.io.example', 'https://noticp0.io', 'http://127.0.0.1:4943', 'icp0.io', '']) {
    assert.equal(reachesMainnet(url), false, url);
  }
});

test('only the first provider counts, and broken ones are problems', async (t) => {
  const { resolve } = await setup(t, {
    two: { providers: ['https://a.example', 'https://b.example'] },
    none: { providers: [] },
    bad: { providers: ['https://a.example', 'not a url'] },
    file: { providers: ['file:///etc/passwd'] },
    play: { providers: ['https://a.example'], playground: { playground_canister: 'nope' } },
  });
  assert.equal((await resolve('two')).url, 'https://a.example');
  for (const [name, expected] of [
    ['none', /no provider/],
    ['bad', /not a url/],
    ['file', /not a URL/],
    ['play', /not a principal: nope/],
  ] as const) {
    const { problem, url } = await resolve(name);
    assert.match(problem ? formatMessage(problem) : '', expected);
    assert.equal(url, '');
  }
});

test('the port of a local network: webserver-port, else bind, else the default of its scope', async (t) => {
  const networks = { local: {}, other: { bind: 'localhost:9000' }, v6: { bind: '[::1]:9001' } };
  const { resolve, root } = await setup(t, networks);
  assert.equal((await resolve('local')).url, 'http://127.0.0.1:8000');
  assert.equal((await resolve('local')).dataDir, path.join(root, '.dfx', 'network', 'local'));
  assert.equal((await resolve('other')).url, 'http://localhost:9000');
  assert.equal((await resolve('v6')).url, 'http://[::1]:9001');
  for (const name of Object.keys(networks)) {
    await put(root, `.dfx/network/${name}/webserver-port`, ' 1234\n');
  }
  assert.equal((await resolve('local')).url, 'http://127.0.0.1:1234');
  assert.equal((await resolve('other')).url, 'http://localhost:1234');
  assert.equal((await resolve('v6')).url, 'http://[::1]:1234');
  for (const garbage of ['', '  ', '12345678', 'abc', '-1', '70000']) {
    await put(root, '.dfx/network/other/webserver-port', garbage);
    assert.equal((await resolve('other')).url, 'http://localhost:9000', JSON.stringify(garbage));
  }
  await rm(path.join(root, '.dfx/network/other/webserver-port'));
  await put(root, '.dfx/network/other/webserver-port/file', 'x');
  assert.equal((await resolve('other')).url, 'http://localhost:9000');
});

test('the shared local network runs on the port in its own folder', async (t) => {
  const { resolve, locations } = await setup(t, undefined);
  await put(locations.sharedDataDir, 'network/local/webserver-port', '4999');
  assert.equal((await resolve('local')).url, 'http://127.0.0.1:4999');
});

test('a bind address that is none is a problem', async (t) => {
  const binds = ['', '127.0.0.1', ':80', '127.0.0.1:x', '127.0.0.1:99999', 'a b:80', 'a/b?c:80@x:9/'];
  const { resolve } = await setup(t, Object.fromEntries(binds.map((bind, i) => [`n${i}`, { bind }])));
  for (const [i, bind] of binds.entries()) {
    const { problem } = await resolve(`n${i}`);
    assert.match(problem ? formatMessage(problem) : '', /host:port/, bind);
  }
});

test('only an address of this computer makes a network one that runs here', async (t) => {
  const here = ['127.0.0.1:80', 'localhost:80', '[::1]:80', '127.0.0.2:80', '0.0.0.0:80', '[::]:80'];
  const named = ['evil.example:80', 'x.localhost:80', 'localhost.:80', 'a:80', 'icp0.io:443'];
  const malformed = [
    'http://127.0.0.1:8000',
    '127.0.0.1:8000/',
    'localhost@evil.example:80',
    'user:secret@127.0.0.1:80',
    'evil.example/x?y:80',
    '127.0.0.1:80@evil.example:80',
    '127.0.0.1\\@evil.example:80',
    'ｌocalhost:80',
    '[::zz]:80',
  ];
  const elsewhere = ['192.168.0.7:4943', '8.8.8.8:80', '[fe80::1]:80'];
  const binds = [...here, ...named, ...malformed, ...elsewhere];
  const { resolve } = await setup(t, Object.fromEntries(binds.map((bind, i) => [`n${i}`, { bind }])));
  for (const [i, bind] of binds.entries()) {
    const network = await resolve(`n${i}`);
    const text = network.problem ? formatMessage(network.problem) : '';
    assert.equal(network.local, here.includes(bind), bind);
    if (named.includes(bind)) {
      assert.match(text, /never runs on this computer/, bind);
    } else {
      assert.equal(/host:port/.test(text), malformed.includes(bind), `${bind} ${text}`);
    }
    assert.equal(network.url === '', text !== '', bind);
  }
  // One that listens everywhere is reached at this computer's own address.
  assert.equal((await resolve(`n${here.indexOf('0.0.0.0:80')}`)).url, 'http://127.0.0.1:80');
  assert.equal((await resolve(`n${here.indexOf('[::]:80')}`)).url, 'http://[::1]:80');
});

test('the network local is neither started nor managed where its address is another computer’s', async (t) => {
  for (const bind of ['192.168.0.7:4943', 'evil.example:80', 'http://127.0.0.1:8000']) {
    const { resolve } = await setup(t, { local: { bind } });
    const { local, managed } = await resolve('local');
    assert.deepEqual([local, managed], [false, false], bind);
  }
});

test('an ad-hoc URL is an ephemeral network with a name made of it', async (t) => {
  const { resolve, fails, locations } = await setup(t, undefined);
  const network = await resolve('http://127.0.0.1:8080/');
  assert.deepEqual(
    [network.name, network.kind, network.scope, network.url, network.local, network.rootKey === 'mainnet'],
    ['http___127_0_0_1_8080_', 'ephemeral', 'adhoc', 'http://127.0.0.1:8080/', false, false],
  );
  assert.equal(network.dataDir, path.join(locations.sharedDataDir, 'network', 'http___127_0_0_1_8080_'));
  assert.equal((await resolve('https://icp0.io')).rootKey, 'mainnet');
  assert.match(await fails('file:///x'), /no network/);
  assert.equal(pathCompatible('a-b.c/😀'), 'a_b_c__');
});

test('names that lead out of their folder read nothing there', async (t) => {
  const { resolve, root } = await setup(t, { '../../out': {}, 'a/b': {}, '/abs': {}, __proto__x: {} });
  await put(root, 'out/webserver-port', '1');
  for (const name of ['../../out', '/abs']) {
    const { problem, dataDir } = await resolve(name);
    assert.match(problem ? formatMessage(problem) : '', /leads outside/, name);
    assert.equal(dataDir, undefined);
  }
  assert.equal((await resolve('a/b')).problem, undefined);
  for (const name of ['', '.', '..', 'a/..', 'a/../..', 'x\0']) {
    assert.equal(staysInside(root, name), false, name);
  }
  assert.equal(staysInside(root, '..a'), true);
});

test('a networks.json that is broken hides nothing of the project', async (t) => {
  const { resolve, locations, list } = await setup(t, { own: { providers: ['https://a.example'] } }, '{"team": {"prov');
  // It may define `local`: at the address of the default, another network may answer.
  for (const name of ['local', 'team', 'playground']) {
    const { url, problem } = await resolve(name);
    assert.equal(url, '');
    assert.match(formatMessage(problem!), /It is not known which network/);
  }
  assert.equal((await resolve('ic')).url, 'https://icp0.io');
  assert.equal((await resolve('own')).url, 'https://a.example');
  assert.deepEqual(
    (await list()).map(({ name }) => name),
    ['local', 'ic', 'playground', 'own', 'team'],
  );
  await rm(locations.networksJson);
  await put(locations.configDir, 'networks.json/inside', '');
  assert.equal((await resolve('own')).url, 'https://a.example');
});

test('a network named __proto__ is a network', async (t) => {
  const text = '{"networks": {"__proto__": {"providers": ["https://a.example"]}}}';
  const root = await layout(t, { 'dfx.json': text });
  const network = await resolveNetwork('__proto__', root, parseDfxConfig(text), dfxLocations({}, 'linux', root));
  assert.ok('name' in network);
  assert.equal(network.url, 'https://a.example');
});
