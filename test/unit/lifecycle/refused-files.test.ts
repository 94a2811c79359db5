import assert from 'node:assert/strict';
import { chmodSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { LifecycleService } from '../../../src/core/lifecycle/lifecycle-service';
import { LocalNetwork } from '../../../src/core/lifecycle/local-network';
import { applicableOperations } from '../../../src/core/lifecycle/operations';
import { LocalNetworkActivity } from '../../../src/core/monitor/local-network-activity';
import { canisterRow } from '../../../src/core/rows/canister-row';
import { troubleRows } from '../../../src/core/rows/project-rows';
import { Failure } from '../../../src/core/util/failure';
import { formatMessage } from '../../../src/core/util/message';
import { dfxToolchain } from '../../support/dfx-toolchain';
import { fingerprint, makeWorld, rowStates, say, troubles, type World, write } from '../monitor/world';

const NO = { answer: async () => false };

/** A world that has been read and asked about, and a service with a dfx that leaves a mark where it is started. */
async function setUp(t: TestContext) {
  const world = await makeWorld(t);
  await world.monitor.refresh();
  const mark = path.join(world.folder, 'dfx-was-started');
  const dfx = write(path.join(world.folder, 'bin', 'dfx'), `#!/bin/sh\ntouch '${mark}'\n`);
  chmodSync(dfx, 0o755);
  const toolchain = dfxToolchain(world.locations, { setting: () => dfx });
  return { ...world, toolchain, service: new LifecycleService(world.client, [toolchain]) };
}

/** Both sides of a merge, in the middle of a text. */
function conflicted(text: string, ours: string, theirs: string): string {
  assert.ok(text.includes(ours));
  return text.replace(ours, `\n<<<<<<< HEAD\n${ours}\n=======\n${theirs}\n>>>>>>> feature\n`);
}

const TIMES: Record<string, (text: string, id: string, other: string) => string | Uint8Array> = {
  'has conflict markers': (text, id, other) => conflicted(text, `"local": "${id}"`, `"local": "${other}"`),
  'is cut off': (text) => text.slice(0, text.length / 2),
  'has a trailing comma': (text) => text.replace(/\}\s*$/, ',}'),
  'is UTF-16': (text) => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'is UTF-16 without a mark': (text) => Buffer.from(text, 'utf16le'),
  'is in a code page': (text) =>
    Buffer.concat([Buffer.from(text.replace(/\}\s*$/, ',"')), Buffer.from([0x83, 0x65, 0x22]), Buffer.from(':{}}')]),
  'begins with a byte order mark': (text) => `\ufeff${text}`,
  'has a comment': (text) => `// mine\n${text}`,
  'is empty': () => '',
};

/** Everything that could change something is refused, by the name of the file, and nothing has been changed. */
async function expectNothingDone(
  world: Awaited<ReturnType<typeof setUp>>,
  file: string,
  { all = false } = {},
): Promise<void> {
  const { service, monitor, network, folder } = world;
  const target = { project: monitor, canister: 'ledger' };
  const files = fingerprint(folder);
  const status = () => [...world.project.ids.values()].map((id) => network.canister(id)?.status);
  const before = status();
  const reports = [
    await service.run('stop', [target], NO),
    ...(all
      ? [
          await service.run('delete', [target], NO),
          await service.run('create', [{ project: monitor, canister: 'indexer' }], NO),
          await service.run('reinstall', [target], NO),
          await service.run('settings', [target], NO, { freezingThreshold: 1n }),
          await service.run('build', [target], NO),
          await service.run('generate', [target], NO),
          await service.deployAll(monitor, ['ledger', 'indexer'], NO),
        ]
      : []),
  ];
  for (const outcome of reports.flatMap(({ outcomes }) => outcomes)) {
    assert.ok(!outcome.ok);
    expectNames(outcome.failure, file);
  }
  for (const kind of ['query', 'update'] as const) {
    const call = { method: 'greet', kind, argument: { kind: 'candid', text: '("x")' } } as const;
    await assert.rejects(service.native.call(target, call), (error) => {
      assert.ok(error instanceof Failure);
      expectNames(error.data, file);
      return true;
    });
  }
  assert.deepEqual(status(), before);
  assert.deepEqual(fingerprint(folder), files, 'no file was touched, no dfx was started');
}

function expectNames(failure: Failure['data'], file: string): void {
  assert.equal(failure.kind, 'config');
  assert.match(
    formatMessage(failure.message),
    new RegExp(`^dfx cannot read ${path.basename(file)}, so nothing was changed\\. .`),
  );
  assert.equal(failure.actions?.[0]?.command, 'icCanisters.openFile');
  assert.equal(failure.actions?.[0]?.args?.[0], file);
}

/** Rows keep what was known, say why it may be old, lead to the place, and offer nothing that changes anything. */
function expectDoubt({ monitor }: World, file: string): void {
  const { snapshot } = monitor;
  const [first] = troubleRows(monitor, Date.now());
  assert.ok(first?.action?.do === 'open' && first.action.file === file, file);
  const name = path.basename(file);
  assert.ok(first.description.map(say).includes(name));
  assert.match(
    first.description.map(say).join(),
    /dfx cannot read the file either: nothing is changed until it is repaired/,
  );
  for (const state of snapshot.canisters) {
    assert.deepEqual(
      applicableOperations(state).filter((operation) => operation !== 'logs'),
      [],
      state.name,
    );
    const row = canisterRow(state.name, state, snapshot, Date.now());
    assert.ok(row.spoken.map(say).includes(`${name} cannot be read`), state.name);
    assert.equal(row.icon.color, 'disabledForeground');
    // In a broken file with ids there may be one.
    assert.ok(name !== 'canister_ids.json' || say(row.description[0]!) !== 'Not created', state.name);
  }
  assert.ok(troubles(monitor).length <= 6, troubles(monitor).join('\n'));
}

describe('an id file', () => {
  for (const [what, damage] of Object.entries(TIMES)) {
    it(`that ${what} is not acted on`, async (t) => {
      const world = await setUp(t);
      const { monitor, project, network } = world;
      const before = rowStates(monitor);
      const text = readFileSync(project.idFile, 'utf8');
      const [ledger, archive] = [project.ids.get('ledger')!, project.ids.get('archive')!];
      write(project.idFile, damage(text, ledger, archive));
      await monitor.refresh();
      expectDoubt(world, project.idFile);
      const { indexer: _indexer, ...known } = rowStates(monitor);
      const { indexer: _before, ...knownBefore } = before;
      assert.deepEqual(known, knownBefore, 'the last good state');
      await expectNothingDone(world, project.idFile, { all: what === 'has conflict markers' });
      write(project.idFile, text);
      await monitor.refresh();
      assert.deepEqual(rowStates(monitor), before);
      assert.equal(
        (await world.service.run('stop', [{ project: monitor, canister: 'ledger' }], NO)).outcomes[0]?.ok,
        true,
      );
      assert.equal(network.canister(ledger)?.status, 'stopped');
    });
  }

  it('that was never whole names no canister, and offers to create none', async (t) => {
    const world = await makeWorld(t);
    const { monitor, project } = world;
    write(project.idFile, readFileSync(project.idFile, 'utf8').slice(0, 200));
    await monitor.refresh();
    expectDoubt(world, project.idFile);
    assert.equal(monitor.canister('ledger')?.id, undefined);
    assert.equal(rowStates(monitor)['ledger'], 'Unknown');
  });

  it('is looked at again when the operation begins, not only when the row was drawn', async (t) => {
    const world = await setUp(t);
    const { project } = world;
    const text = readFileSync(project.idFile, 'utf8');
    write(
      project.idFile,
      conflicted(text, `"local": "${project.ids.get('ledger')}"`, `"local": "${project.ids.get('archive')}"`),
    );
    await expectNothingDone(world, project.idFile);
  });

  it('that is being written at that moment is waited for', async (t) => {
    const { service, monitor, project } = await setUp(t);
    const text = readFileSync(project.idFile, 'utf8');
    write(project.idFile, text.slice(0, 100));
    setTimeout(() => write(project.idFile, text), 50);
    const [outcome] = (await service.run('stop', [{ project: monitor, canister: 'ledger' }], NO)).outcomes;
    assert.equal(outcome?.ok, true);
  });

  it('of another network does not count', async (t) => {
    const { service, monitor, project } = await setUp(t);
    write(path.join(project.folder, 'canister_ids.json'), '{');
    const [outcome] = (await service.run('stop', [{ project: monitor, canister: 'ledger' }], NO)).outcomes;
    assert.equal(outcome?.ok, true);
  });
});

describe('dfx.json', () => {
  for (const [what, damage] of Object.entries(TIMES).filter(([what]) => what !== 'has conflict markers')) {
    it(`that ${what} is not acted on`, async (t) => {
      const world = await setUp(t);
      const { monitor, project } = world;
      const before = rowStates(monitor);
      write(project.dfxJson, damage(readFileSync(project.dfxJson, 'utf8'), '', ''));
      await monitor.refresh();
      expectDoubt(world, project.dfxJson);
      assert.deepEqual(rowStates(monitor), before, 'also of the one that has no id');
      await expectNothingDone(world, project.dfxJson);
    });
  }

  it('with networks in conflict markers: none of them is asked, and none is gone to', async (t) => {
    const world = await makeWorld(t);
    const { monitor, project, network, selection } = world;
    const sides = [
      `"staging": { "providers": ["${network.url}"] }`,
      '"staging": { "providers": ["https://icp0.io"] }',
    ] as const;
    const text = `{"canisters": {"ledger": {"main": "a.mo"}}, "networks": {\n${sides[0]}\n}}`;
    write(project.dfxJson, conflicted(text, ...sides));
    await selection.setTarget(project.dfxJson, 'staging');
    await monitor.refresh();
    assert.equal(monitor.snapshot.health, undefined, 'nobody was asked');
    assert.match(troubles(monitor).join('\n'), /It is not known which network staging is: dfx\.json cannot be read\./);
    expectDoubt(world, project.dfxJson);
    assert.equal(rowStates(monitor)['ledger'], 'Unknown');
    write(project.dfxJson, text);
    await monitor.refresh();
    assert.equal(monitor.snapshot.target.network?.url, network.url);
    write(project.dfxJson, conflicted(text, ...sides));
    await monitor.load();
    assert.equal(monitor.snapshot.target.network?.url, network.url, 'the one that was known before');
    expectDoubt(world, project.dfxJson);
  });

  it('that is broken keeps the network from being started and stopped', async (t) => {
    const world = await setUp(t);
    const { monitor, project, toolchain, client, folder } = world;
    write(project.dfxJson, '{"canisters": {},}');
    const local = new LocalNetwork({
      portOwner: async () => undefined,
      trust: { isTrusted: true },
      toolchains: [toolchain],
      engines: [monitor.engine],
      client,
      work: new LocalNetworkActivity(),
    });
    const files = fingerprint(folder);
    for (const attempt of ['start', 'stop', 'reset'] as const) {
      await assert.rejects(local[attempt](monitor.files), (error) => {
        assert.ok(error instanceof Failure);
        expectNames(error.data, project.dfxJson);
        return true;
      });
    }
    assert.deepEqual(fingerprint(folder), files);
  });
});

describe('the files that dfx reads beside the project', () => {
  const FILES: Record<string, (world: World) => string> = {
    'networks.json': ({ locations }) => locations.networksJson,
    'identity.json': ({ locations }) => locations.identityJson,
    'identity.json of the identity': ({ locations }) => path.join(locations.identityDir, 'alice', 'identity.json'),
  };
  for (const [name, fileOf] of Object.entries(FILES)) {
    for (const content of ['{"local": {"bind": "127.0.0.1:8080"},}', Buffer.from('\ufeff{}', 'utf16le'), '']) {
      it(`${name}: nothing is done while it is ${content.length === 0 ? 'empty' : typeof content === 'string' ? 'not JSON' : 'UTF-16'}`, async (t) => {
        const world = await setUp(t);
        const file = fileOf(world);
        write(file, content);
        await world.monitor.refresh();
        expectDoubt(world, file);
        await expectNothingDone(world, file);
      });
    }
  }

  it('networks.json that was never whole: no other network is taken for the one that it may define', async (t) => {
    const world = await makeWorld(t);
    const { monitor, locations } = world;
    write(locations.networksJson, Buffer.from('\ufeff{"local": {"bind": "127.0.0.1:8080"}}', 'utf16le'));
    await monitor.refresh();
    assert.equal(monitor.snapshot.target.network?.url, '');
    assert.equal(monitor.snapshot.health, undefined);
    assert.match(troubles(monitor).join('\n'), /UTF-16.*networks\.json/);
  });

  it('wallets.json: nothing is done, and no wallet is taken from what can be read of it', async (t) => {
    const world = await setUp(t);
    const { monitor, locations } = world;
    const [digest] = fingerprintFolders(path.join(locations.sharedDataDir, 'network', 'local'));
    const file = path.join(locations.sharedDataDir, 'network', 'local', digest!, 'wallets.json');
    write(file, `{"identities": {"alice": {"local": "${monitor.canister('archive')!.id}"}},}`);
    await monitor.refresh();
    expectDoubt(world, file);
    assert.equal(await monitor.files.proxy('alice', monitor.snapshot.target), undefined);
    await expectNothingDone(world, file);
  });
});

function fingerprintFolders(folder: string): string[] {
  return Object.entries(fingerprint(folder)).flatMap(([name, kind]) =>
    kind === 'folder' && !name.includes(path.sep) ? [name] : [],
  );
}
