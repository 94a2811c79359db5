import assert from 'node:assert/strict';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { listIdentities, readIdentity, selectedIdentity } from '../../../../src/core/engines/dfx/identities';
import { type DfxLocations, dfxLocations } from '../../../../src/core/engines/dfx/locations';
import { formatMessage } from '../../../../src/core/util/message';
import { layout } from '../../support/layout';

/** Writes files below dfx's folder of settings. */
async function setup(t: TestContext, files: Record<string, unknown>): Promise<DfxLocations> {
  const entries = Object.entries(files).map(([name, content]) => [`.config/dfx/${name}`, content]);
  return dfxLocations({}, 'linux', await layout(t, Object.fromEntries(entries)));
}

const plain = { hsm: null, encryption: null, keyring_identity_suffix: null };
const encryption = { pw_salt: 'ab'.repeat(32), file_nonce: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12] };

test('every kind of identity is told apart, without reading a key', async (t) => {
  const locations = await setup(t, {
    'identity/default/identity.pem': 'never read',
    'identity/alice/identity.pem': 'x',
    'identity/alice/identity.json': plain,
    'identity/bob/identity.pem.encrypted': 'x',
    'identity/bob/identity.json': { ...plain, encryption },
    'identity/carol/identity.json': { ...plain, keyring_identity_suffix: 'carol' },
    'identity/dave/identity.json': { ...plain, hsm: { pkcs11_lib_path: '/x', key_id: '1' } },
    'identity/___temp___new/identity.pem': 'x',
    'identity/___s_temp___new/identity.pem': 'x',
    'identity/empty/wallets.json': {},
    'identity/stray': 'a file',
  });
  const identities = await listIdentities(locations);
  assert.deepEqual(
    identities.map(({ name, storage, problem }) => [name, storage, problem]),
    [
      ['alice', 'plaintext', undefined],
      ['anonymous', 'anonymous', undefined],
      ['bob', 'password', undefined],
      ['carol', 'keyring', undefined],
      ['dave', 'hsm', undefined],
      ['default', 'plaintext', undefined],
    ],
  );
  const bob = identities.find(({ name }) => name === 'bob');
  assert.deepEqual(bob?.encryption, { pwSalt: encryption.pw_salt, fileNonce: encryption.file_nonce });
  assert.equal(bob?.pemFile, path.join(locations.identityDir, 'bob', 'identity.pem.encrypted'));
  assert.equal(identities[0]?.pemFile, path.join(locations.identityDir, 'alice', 'identity.pem'));
  assert.equal(identities.find(({ name }) => name === 'carol')?.pemFile, undefined);
});

test('what is broken is listed with the reason', async (t) => {
  const locations = await setup(t, {
    'identity/a/identity.json': plain,
    'identity/b/identity.json': '{"hsm": nu',
    'identity/b/identity.pem': 'x',
    'identity/c/identity.json': { ...plain, encryption },
    'identity/d/identity.json': { ...plain, encryption: { ...encryption, file_nonce: [1] } },
    'identity/d/identity.pem.encrypted': 'x',
    'identity/e/identity.json': {
      ...plain,
      encryption: { ...encryption, file_nonce: [...encryption.file_nonce.slice(1), 256] },
    },
    'identity/e/identity.pem.encrypted': 'x',
    'identity/f/identity.pem.encrypted': 'x',
    'identity/g/identity.json/x': '',
    'identity/g/identity.pem': 'x',
  });
  const problems = new Map(
    (await listIdentities(locations)).map(({ name, problem }) => [name, problem ? formatMessage(problem) : undefined]),
  );
  assert.match(problems.get('a') ?? '', /key file of identity "a" is missing/);
  assert.match(problems.get('b') ?? '', /identity\.json cannot be read as dfx wrote it/);
  assert.match(problems.get('c') ?? '', /missing/);
  for (const name of ['d', 'e', 'f']) {
    assert.match(problems.get(name) ?? '', /identity\.json cannot be read/, name);
  }
  assert.match(problems.get('g') ?? '', /is not a file/);
});

test('the selected identity', async (t) => {
  const chosen = await setup(t, { 'identity.json': { default: 'alice' }, 'identity/alice/identity.pem': 'x' });
  assert.deepEqual(await selectedIdentity(chosen), { name: 'alice' });
  assert.deepEqual(await selectedIdentity(await setup(t, { 'identity.json': { default: 'anonymous' } })), {
    name: 'anonymous',
  });
  const gone = await selectedIdentity(await setup(t, { 'identity.json': { default: 'alice' } }));
  assert.equal(gone.name, 'alice');
  assert.match(gone.problem ? formatMessage(gone.problem) : '', /"alice" does not exist/);
  for (const broken of ['', '{"default": ', '{"default": 5}', '[]', '{}']) {
    const result = await selectedIdentity(await setup(t, { 'identity.json': broken }));
    assert.equal(result.name, 'anonymous');
    assert.match(result.problem ? formatMessage(result.problem) : '', /cannot be read/, broken);
  }
});

test('where dfx was never used nothing is made, and requests are anonymous', async (t) => {
  const home = await layout(t);
  const locations = dfxLocations({}, 'linux', home);
  const selected = await selectedIdentity(locations);
  assert.equal(selected.name, 'anonymous');
  assert.match(selected.problem ? formatMessage(selected.problem) : '', /no identity yet/);
  assert.deepEqual(
    (await listIdentities(locations)).map(({ name }) => name),
    ['anonymous'],
  );
  assert.deepEqual(await readdir(home), []);
  const used = await setup(t, { 'identity/default/identity.pem': 'x' });
  assert.deepEqual(await selectedIdentity(used), { name: 'default' });
});

test('names that lead out of the folder are no identities', async (t) => {
  const locations = await setup(t, { 'outside/identity.pem': 'x', 'identity.json': { default: '../outside' } });
  for (const name of ['../outside', '', '.', '..', '/']) {
    assert.equal(await readIdentity(name, locations), undefined, name);
  }
  const selected = await selectedIdentity(locations);
  assert.match(selected.problem ? formatMessage(selected.problem) : '', /does not exist/);
});
