import assert from 'node:assert/strict';
import { chmod } from 'node:fs/promises';
import path from 'node:path';
import { type TestContext, test } from 'node:test';
import { type DfxLocation, type LocateOptions, locateDfx } from '../../../../src/core/engines/dfx/locate';
import { dfxLocations } from '../../../../src/core/engines/dfx/locations';
import { formatMessage } from '../../../../src/core/util/message';
import { layout, put } from '../../support/layout';

const posix = { skip: process.platform === 'win32' && 'files are executable by their bits' };

async function setup(t: TestContext) {
  const home = await layout(t);
  const locations = dfxLocations({}, 'linux', home);
  const locate = (options: Partial<LocateOptions> = {}): Promise<DfxLocation> =>
    locateDfx({ setting: '', env: { PATH: '' }, platform: 'linux', home, locations, ...options });
  const executable = async (name: string): Promise<string> => {
    const file = await put(home, name, '#!/bin/sh\n');
    await chmod(file, 0o755);
    return file;
  };
  return { home, locations, locate, executable };
}

const message = (location: DfxLocation): string => ('message' in location ? formatMessage(location.message) : '');

test('the setting, then PATH, then the folder of dfxvm', posix, async (t) => {
  const { home, locate, executable } = await setup(t);
  assert.equal((await locate()).state, 'missing');
  assert.match(message(await locate()), /neither on PATH nor/);
  const vm = await executable('.local/share/dfx/bin/dfx');
  assert.deepEqual(await locate(), { state: 'found', path: vm });
  const second = await executable('two/dfx');
  const env = { PATH: [path.join(home, 'one'), path.join(home, 'two')].join(':') };
  assert.deepEqual(await locate({ env }), { state: 'found', path: second });
  const first = await executable('one/dfx');
  assert.deepEqual(await locate({ env }), { state: 'found', path: first });
  const own = await executable('own/my-dfx');
  assert.deepEqual(await locate({ env, setting: ` ${own} ` }), { state: 'found', path: own });
  assert.deepEqual(await locate({ env, setting: '~/own/my-dfx' }), { state: 'found', path: own });
});

test('relative paths lead into whatever folder is open, and count for nothing', posix, async (t) => {
  const { locate, executable, home } = await setup(t);
  await executable('here/dfx');
  const before = process.cwd();
  t.after(() => process.chdir(before));
  process.chdir(path.join(home, 'here'));
  for (const PATH of ['', '.', '..:./', ':', 'here', '../here']) {
    assert.equal((await locate({ env: { PATH } })).state, 'missing', PATH);
  }
  for (const setting of ['dfx', './dfx', '../here/dfx']) {
    const location = await locate({ setting });
    assert.equal(location.state, 'missing');
    assert.match(message(location), /must be absolute/);
  }
});

test('what is no executable file is told apart', posix, async (t) => {
  const { locate, executable, home } = await setup(t);
  const plain = await put(home, 'one/dfx', 'text');
  await chmod(plain, 0o644);
  const env = { PATH: path.join(home, 'one') };
  // Nobody is refused anything where the tests run as root, but what no one may execute.
  assert.equal((await locate({ env })).state, 'not-executable');
  assert.equal((await locate({ setting: plain })).state, 'not-executable');
  assert.match(message(await locate({ setting: path.join(home, 'gone') })), /no file at the path/);
  assert.match(message(await locate({ setting: home })), /no file at the path/);
  await put(home, 'folder/dfx/x', '');
  assert.equal((await locate({ env: { PATH: path.join(home, 'folder') } })).state, 'missing');
  // A usable one further on is taken.
  const good = await executable('two/dfx');
  assert.deepEqual(await locate({ env: { PATH: `${env.PATH}:${path.join(home, 'two')}` } }), {
    state: 'found',
    path: good,
  });
});
