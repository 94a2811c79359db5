import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDfxConfig } from '../../../../src/core/engines/dfx/dfx-json';
import { dfxLocations } from '../../../../src/core/engines/dfx/locations';
import { type DfxNetwork, resolveNetwork } from '../../../../src/core/engines/dfx/networks';
import { readWallet } from '../../../../src/core/engines/dfx/wallets';
import { layout, put } from '../../support/layout';

const PERSISTENT = 'rdmx6-jaaaa-aaaaa-aaadq-cai';
const SHARED = 'bkyz2-fmaaa-aaaaa-qaaaq-cai';
const OWN = 'bd3sg-teaaa-aaaaa-qaaba-cai';
const ADHOC = 'be2us-64aaa-aaaaa-qaabq-cai';
const DIGEST = 'c0ffee';

async function world(t: Parameters<typeof layout>[0], dfxJson: object = {}) {
  const home = await layout(t, {
    '.config/dfx/identity/alice/wallets.json': {
      identities: { alice: { ic: PERSISTENT, staging: PERSISTENT.toUpperCase(), playground: 'nonsense' } },
    },
    '.local/share/dfx/network/local/network-id': { created: 'x', settings_digest: DIGEST },
    [`.local/share/dfx/network/local/${DIGEST}/wallets.json`]: { identities: { alice: { local: SHARED } } },
    '.local/share/dfx/network/http___example_org_8080/wallets.json': {
      identities: { alice: { http___example_org_8080: ADHOC } },
    },
    'project/.dfx/local/wallets.json': { identities: { alice: { local: OWN, other: OWN } } },
  });
  const root = `${home}/project`;
  const locations = dfxLocations({}, 'linux', home);
  const config = parseDfxConfig(JSON.stringify(dfxJson));
  const wallet = async (name: string, identity = 'alice') => {
    const network = await resolveNetwork(name, root, config, locations);
    assert.ok('url' in network);
    return await readWallet(root, network as DfxNetwork, identity, locations);
  };
  return { home, wallet };
}

test('networks that last keep wallets beside the identity', async (t) => {
  const networks = { staging: { providers: ['https://example.org'], type: 'persistent' } };
  const { wallet } = await world(t, { networks });
  assert.equal(await wallet('ic'), PERSISTENT);
  assert.equal(await wallet('staging'), PERSISTENT);
  assert.equal(await wallet('playground'), undefined, 'a text that is no principal counts as none');
  assert.equal(await wallet('ic', 'bob'), undefined);
});

test('the shared network keeps them with the state that its settings have', async (t) => {
  const { home, wallet } = await world(t);
  assert.equal(await wallet('local'), SHARED);
  await put(home, '.local/share/dfx/network/local/network-id', { created: 'y', settings_digest: 'other' });
  assert.equal(await wallet('local'), undefined);
  await put(home, '.local/share/dfx/network/local/network-id', { created: 'y', settings_digest: '../../../../../etc' });
  assert.equal(await wallet('local'), undefined, 'a digest that leads away');
  await put(home, '.local/share/dfx/network/local/network-id', '{');
  assert.equal(await wallet('local'), undefined);
});

test("a project's own network keeps them in .dfx/local, whatever it is called", async (t) => {
  const networks = { local: { bind: '127.0.0.1:8000' }, other: { bind: '127.0.0.1:8001' } };
  const { wallet } = await world(t, { networks });
  assert.equal(await wallet('local'), OWN);
  assert.equal(await wallet('other'), OWN);
});

test('an address keeps them under its name', async (t) => {
  const { wallet } = await world(t);
  assert.equal(await wallet('http://example.org:8080'), ADHOC);
});

test('names from outside lead nowhere', async (t) => {
  const { wallet } = await world(t);
  for (const name of ['../bob', '__proto__', '..', 'a\0b', '']) {
    assert.equal(await wallet('ic', name), undefined, name);
    assert.equal(await wallet('local', name), undefined, name);
  }
});
