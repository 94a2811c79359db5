/** What is shown of a project of icp while a file of its is broken, and that nothing is done with it then. */
import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { applicableOperations } from '../../../../src/core/lifecycle/operations';
import { canisterRow } from '../../../../src/core/rows/canister-row';
import { formatMessage } from '../../../../src/core/util/message';
import { fingerprint, rowStates, say, troubles, write } from '../../monitor/world';
import { type IcpWorld, makeIcpWorld } from './world';

const NO = { answer: async () => false };

/** A world that has been read and asked about. */
async function setUp(t: TestContext): Promise<IcpWorld> {
  const world = await makeIcpWorld(t);
  await world.monitor.refresh();
  assert.equal(rowStates(world.monitor)['ledger'], 'Running');
  return world;
}

const TIMES: Record<string, (text: string) => string | Uint8Array> = {
  'is cut off in the middle of a key': (text) => `${text.slice(0, text.indexOf('networks:') + 12)}: [`,
  'has conflict markers': (text) =>
    text.replace(/ {4}url: (.*)\n/, '<<<<<<< HEAD\n    url: $1\n=======\n    url: https://icp-api.io\n>>>>>>> other\n'),
  'has a tab': (text) => text.replace('  - name: archive', '\t- name: archive'),
  'is UTF-16': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'has a key that icp does not know': (text) => `${text}canister: []\n`,
  'names a network that is not there': (text) => text.replace('name: part, network: net', 'name: part, network: new'),
  'is a list': () => '- a\n- b\n',
};

/** Rows keep what was known, say why it may be old, lead to the place, and offer nothing that changes anything. */
async function expectDoubt(
  { monitor, service, network, ids, folder, commands, idFile }: IcpWorld,
  file: string,
): Promise<void> {
  const name = path.basename(file);
  const [first] = troubles(monitor);
  assert.match(first ?? '', /icp cannot read the file either: nothing is changed until it is repaired/);
  for (const state of monitor.snapshot.canisters) {
    assert.deepEqual(
      applicableOperations(state).filter((operation) => operation !== 'logs'),
      [],
      state.name,
    );
    const row = canisterRow(state.name, state, monitor.snapshot, Date.now());
    assert.ok(row.spoken.map(say).includes(`${name} cannot be read`), state.name);
    assert.equal(row.icon.color, 'disabledForeground');
    // In a broken file with ids there may be one.
    assert.ok(file !== idFile || say(row.description[0]!) !== 'Not created', state.name);
  }
  const files = fingerprint(folder);
  const target = (canister: string) => ({ project: monitor, canister });
  const reports = [
    await service.run('stop', [target('ledger')], NO),
    await service.run('delete', [target('ledger'), target('archive')], NO),
    await service.run('create', [target('indexer')], NO),
    await service.run('build', [target('ledger'), target('archive')], NO),
    await service.run('deploy', [target('ledger'), target('archive')], NO),
    await service.deployAll(monitor, ['ledger', 'archive'], NO),
  ];
  for (const outcome of reports.flatMap(({ outcomes }) => outcomes)) {
    assert.ok(!outcome.ok);
    assert.equal(outcome.failure.kind, 'config');
    assert.match(
      formatMessage(outcome.failure.message),
      new RegExp(`^icp cannot read ${name}, so nothing was changed`),
    );
    assert.equal(outcome.failure.actions?.[0]?.args?.[0], file);
  }
  assert.equal(network.canister(ids.get('ledger')!)?.status, 'running');
  assert.deepEqual(fingerprint(folder), files, 'no file was touched');
  assert.deepEqual(commands, [], 'no icp was started');
}

describe('icp.yaml', () => {
  for (const [what, damage] of Object.entries(TIMES)) {
    it(`that ${what} keeps what it said, dimmed, and is not acted on`, async (t) => {
      const world = await setUp(t);
      const { monitor, manifest, network } = world;
      const before = rowStates(monitor);
      const text = readFileSync(manifest, 'utf8');
      write(manifest, damage(text));
      await monitor.refresh();
      assert.deepEqual(rowStates(monitor), before, 'also of the one that has no id');
      assert.equal(monitor.snapshot.target.network?.url, network.url, 'the network that was known');
      await expectDoubt(world, manifest);
      write(manifest, text);
      await monitor.refresh();
      assert.deepEqual(rowStates(monitor), before);
    });
  }

  it('that was never whole: no network is gone to that it may not mean', async (t) => {
    const world = await makeIcpWorld(t);
    const { monitor, manifest } = world;
    const text = readFileSync(manifest, 'utf8');
    write(manifest, TIMES['has conflict markers']!(text));
    await monitor.refresh();
    assert.equal(monitor.snapshot.health, undefined, 'nobody was asked');
    assert.equal(monitor.snapshot.target.network, undefined);
    assert.match(
      troubles(monitor).join('\n'),
      /It is not known which network the environment test is on: icp\.yaml cannot be read\./,
    );
    assert.equal(rowStates(monitor)['ledger'], 'Unknown');
    await expectDoubt(world, manifest);
  });

  it('that is empty for a moment, while it is written, has lost nothing', async (t) => {
    const { monitor, manifest, service } = await setUp(t);
    const text = readFileSync(manifest, 'utf8');
    write(manifest, '');
    setTimeout(() => write(manifest, text), 40);
    const [outcome] = (await service.run('stop', [{ project: monitor, canister: 'ledger' }], NO)).outcomes;
    assert.equal(outcome?.ok, true);
    assert.equal(rowStates(monitor)['archive'], 'Running');
    write(manifest, '');
    await monitor.load();
    assert.deepEqual(rowStates(monitor), {}, 'one that stays empty is a project without canisters, as for icp');
  });

  it('shows a canister that is being added beside what was known', async (t) => {
    const { monitor, manifest } = await setUp(t);
    write(
      manifest,
      readFileSync(manifest, 'utf8').replace('networks:', '  - name: fresh\n    build: { steps: [ }\nnetworks:'),
    );
    await monitor.refresh();
    assert.equal(rowStates(monitor)['ledger'], 'Running');
    assert.equal(rowStates(monitor)['fresh'], 'Unknown');
  });
});

describe('a file of ids', () => {
  for (const [what, text] of Object.entries({
    'is in the middle of a merge': (id: string, other: string) =>
      `{\n<<<<<<< HEAD\n  "ledger": "${id}"\n=======\n  "ledger": "${other}"\n>>>>>>> theirs\n}`,
    'holds an id that is none': (id: string) => `{"ledger": "${id}", "archive": "aaaaa-bb"}`,
    'is empty': () => '',
  })) {
    it(`that ${what} is not acted on`, async (t) => {
      const world = await setUp(t);
      const before = rowStates(world.monitor);
      write(world.idFile, text(world.ids.get('ledger')!, world.ids.get('archive')!));
      await world.monitor.refresh();
      const { indexer: _indexer, ...known } = rowStates(world.monitor);
      for (const [name, state] of Object.entries(known)) {
        assert.equal(state, before[name], name);
      }
      await expectDoubt(world, world.idFile);
    });
  }
});

describe('the list of identities', () => {
  it('that is broken keeps everything from being changed', async (t) => {
    const world = await setUp(t);
    const file = write(path.join(world.home, 'identity', 'identity_list.json'), '{"v": 1, "identities": {,');
    chmodSync(file, 0o600);
    await world.monitor.refresh();
    await expectDoubt(world, file);
  });
});
