import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { ProjectMonitor } from '../../../src/core/monitor/project-monitor';
import type { NetworkHealth } from '../../../src/core/network/endpoint';
import type { NetworkApi } from '../../../src/core/network/network-api';
import { canisterRow } from '../../../src/core/rows/canister-row';
import { detailRows } from '../../../src/core/rows/detail-rows';
import { projectRow, troubleRows } from '../../../src/core/rows/project-rows';
import type { Failure } from '../../../src/core/util/failure';
import { SAMPLE_NAMES, SAMPLE_STATES } from '../../support/sample';
import { fingerprint, makeWorld, rowStates, say, troubles, until, type World, write } from './world';

/** Whatever was read, it can be drawn, and says something. */
function draw(monitor: ProjectMonitor): void {
  const { snapshot } = monitor;
  const now = Date.now();
  const rows = [
    projectRow(monitor, monitor.name),
    ...troubleRows(monitor, now),
    ...snapshot.canisters.flatMap((state) => [
      canisterRow(state.name, state, snapshot, now),
      ...detailRows(state.name, state, snapshot, { otherIds: [] }, monitor.root, now),
    ]),
  ];
  for (const row of rows) {
    assert.notEqual(row.spoken.map(say).join(''), '', row.id);
    assert.doesNotMatch([row.label, ...row.description, ...row.spoken].map(say).join(' '), /undefined|\[object/);
  }
  assert.equal(new Set(rows.map(({ id }) => id)).size, rows.length, 'ids of rows are unique');
}

/** Refreshes, draws, and holds the files to what they were. */
async function refreshed(world: World): Promise<void> {
  const before = fingerprint(world.folder);
  await world.monitor.refresh();
  draw(world.monitor);
  assert.deepEqual(fingerprint(world.folder), before, 'nothing on disk has changed');
}

describe('dfx.json', () => {
  it('that is broken in the middle keeps what can be read, and its problem leads to the place', async (t) => {
    const world = await makeWorld(t);
    const { monitor, project } = world;
    await monitor.refresh();
    const text = readFileSync(project.dfxJson, 'utf8');
    const broken = text.replace('"type": "rust",', '"type": "rust" ,,');
    write(project.dfxJson, broken);
    await refreshed(world);
    assert.deepEqual(Object.keys(rowStates(monitor)), SAMPLE_NAMES);
    assert.equal(rowStates(monitor)['hello_backend'], 'Running');
    const [problem] = troubleRows(monitor, Date.now());
    assert.equal(problem?.action?.do, 'open');
    assert.equal(problem.action.do === 'open' && problem.action.file, project.dfxJson);
    const place = problem.action.do === 'open' ? problem.action.range?.offset : undefined;
    assert.ok(Math.abs(place! - broken.indexOf(',,')) <= 2, `${place}`);
  });

  it('that ends at any place while it is typed never throws, and never loses a canister before that place', async (t) => {
    const world = await makeWorld(t);
    const { monitor, project } = world;
    const text = readFileSync(project.dfxJson, 'utf8');
    for (let end = 0; end < text.length; end += 37) {
      write(project.dfxJson, text.slice(0, end));
      await monitor.load();
      draw(monitor);
      assert.ok(monitor.snapshot.problems.length > 0, `cut at ${end}`);
      const complete = SAMPLE_NAMES.filter((_, index) => {
        const next = SAMPLE_NAMES[index + 1];
        return next !== undefined && text.indexOf(`"${next}": {`) < end;
      });
      for (const name of complete) {
        assert.ok(monitor.canister(name), `${name}, cut at ${end}`);
      }
    }
    write(project.dfxJson, text);
    await monitor.load();
    assert.deepEqual(troubles(monitor), []);
  });

  it('with wrong types anywhere is read as far as it goes', async (t) => {
    const world = await makeWorld(t);
    const { monitor, project } = world;
    const wrong = [null, 7, true, 'text', [], {}, [[]], { '': null }];
    for (const value of wrong) {
      for (const config of [
        value,
        { canisters: value },
        { canisters: { good: {}, bad: value } },
        { canisters: { good: {} }, networks: value },
        { canisters: { good: {} }, networks: { local: value, ic: value, other: value } },
        {
          canisters: { good: {} },
          dfx: value,
          defaults: value,
          version: value,
          profile: value,
          output_env_file: value,
        },
        ...[
          'type main candid dependencies source remote id wasm package build metadata frontend specified_id',
          'init_arg init_arg_file initialization_values args gzip shrink optimize tech_stack pullable declarations',
        ]
          .flatMap((names) => names.split(' '))
          .map((key) => ({ canisters: { good: { [key]: value } } })),
        { canisters: { good: { remote: { id: value } } } },
        { canisters: { good: { remote: { id: { local: value } } } } },
        { canisters: { good: { dependencies: [value], source: [value] } } },
      ]) {
        write(project.dfxJson, config);
        await monitor.load();
        draw(monitor);
        if (typeof config === 'object' && config !== null && 'good' in Object(Object(config)['canisters'])) {
          assert.ok(monitor.canister('good'), JSON.stringify(config));
        }
      }
    }
  });

  it('that is missing, a folder, too large, or not to be read says so', async (t) => {
    const world = await makeWorld(t);
    const { monitor, project } = world;
    rmSync(project.dfxJson);
    await refreshed(world);
    assert.match(troubles(monitor).join(), /dfx\.json does not exist\. · dfx\.json/);
    mkdirSync(project.dfxJson);
    await refreshed(world);
    assert.match(troubles(monitor).join(), /dfx\.json is not a file\./);
    rmSync(project.dfxJson, { recursive: true });
    writeFileSync(project.dfxJson, Buffer.alloc(9 * 1024 * 1024, ' '));
    await refreshed(world);
    assert.match(troubles(monitor).join(), /dfx\.json is too large to be read\./);
    if (process.getuid?.() !== 0) {
      writeFileSync(project.dfxJson, '{}');
      chmodSync(project.dfxJson, 0);
      await monitor.refresh();
      assert.match(troubles(monitor).join(), /permission denied/);
    }
  });

  it('with names of shell commands, prototypes and tricks shows them as they are', async (t) => {
    const world = await makeWorld(t);
    const { monitor, project, network, alice } = world;
    const id = await network.createCanister({ controllers: [alice.principal] });
    const names = [
      'x; touch pwned',
      '$(touch pwned)',
      '`touch pwned`',
      'constructor',
      'toString',
      'hasOwnProperty',
      '../../../etc/passwd',
      '',
      ' ',
      'a\nb',
      '\u202egnp.exe',
      '"quoted"',
      '<img src=x onerror=alert(1)>',
      '**bold** [link](command:workbench.action.quit)',
      '{0}',
      '数字',
      'x'.repeat(5_000),
    ];
    const members = names.map((name) => `${JSON.stringify(name)}: {"type": "motoko", "main": "a.mo"}`);
    // An object literal or `JSON.parse` would not keep a member of this name.
    write(project.dfxJson, `{"canisters": {"__proto__": {"type": "rust"}, ${members.join(', ')}}}`);
    const ids = names.map((name) => `${JSON.stringify(name)}: {"local": "${id}"}`);
    write(project.idFile, `{"__proto__": {"local": "${id}", "polluted": "x"}, ${ids.join(', ')}}`);
    await refreshed(world);
    assert.deepEqual(
      monitor.snapshot.canisters.map(({ name }) => name),
      ['__proto__', ...names],
    );
    assert.equal(({} as Record<string, unknown>)['polluted'], undefined);
    for (const name of names) {
      assert.equal(monitor.canister(name)?.id, id);
      assert.equal(say(canisterRow(name, monitor.canister(name)!, monitor.snapshot, 0).label), name);
    }
    assert.equal(monitor.canister('hello_backend'), undefined);
  });
});

describe('the id file', () => {
  it('that is half written is not used: rows keep the ids of before, and nothing is offered to be created', async (t) => {
    const world = await makeWorld(t);
    const { monitor, project } = world;
    const text = readFileSync(project.idFile, 'utf8');
    await monitor.load();
    for (let end = 0; end < text.length - 2; end += 23) {
      write(project.idFile, text.slice(0, end));
      await monitor.load();
      draw(monitor);
      assert.deepEqual(Object.keys(rowStates(monitor)), SAMPLE_NAMES);
      for (const [name, id] of project.ids) {
        assert.equal(monitor.canister(name)?.id, id, `${name}, cut at ${end}`);
      }
      assert.equal(rowStates(monitor)['indexer'], 'Unknown', `cut at ${end}`);
    }
    write(project.idFile, text);
    await refreshed(world);
    assert.deepEqual(rowStates(monitor), SAMPLE_STATES);
  });

  it('with ids that are no principals names each one and keeps the others', async (t) => {
    const world = await makeWorld(t);
    const { monitor, project } = world;
    const bad = ['', 'x', 'x; touch pwned', 'aaaaa-ab', '2vxsx-fa', 'rdmx6-jaaaa-aaaaa-aaadq-caj', 'a'.repeat(10_000)];
    for (const id of bad) {
      write(project.idFile, { ledger: { local: id }, archive: { local: project.ids.get('archive') } });
      await refreshed(world);
      assert.equal(monitor.canister('ledger')?.id, undefined);
      assert.equal(rowStates(monitor)['ledger'], 'Not created');
      assert.equal(rowStates(monitor)['archive'], 'Stopped');
      assert.match(troubles(monitor).join(), /^The id of canister "ledger" is not a principal: /, id);
      assert.ok(troubles(monitor).join().length < 300);
    }
  });

  it('with ids of other things than canisters shows them as not there', async (t) => {
    const world = await makeWorld(t);
    const { monitor, project, alice } = world;
    write(project.idFile, {
      hello_backend: { local: 'aaaaa-aa' },
      hello_frontend: { local: '2vxsx-fae' },
      ledger: { local: alice.principal },
    });
    await refreshed(world);
    for (const name of ['hello_backend', 'hello_frontend', 'ledger']) {
      assert.doesNotMatch(rowStates(monitor)[name]!, /Running|Stopped|Security/, name);
    }
  });

  it('with wrong types anywhere is read as far as it goes', async (t) => {
    const world = await makeWorld(t);
    const { monitor, project } = world;
    const good = project.ids.get('archive');
    for (const value of [null, 7, true, 'text', [], [[]], { local: {} }, { local: null }, { local: [] }]) {
      for (const content of [value, { ledger: value, archive: { local: good } }, { ledger: { local: value } }]) {
        write(project.idFile, content);
        await monitor.load();
        draw(monitor);
        assert.equal(monitor.canister('ledger')?.id, undefined, JSON.stringify(content));
        // dfx reads the file as a whole or not at all.
        if (monitor.snapshot.refusal) {
          assert.equal(rowStates(monitor)['ledger'], 'Unknown', JSON.stringify(content));
        } else if (typeof content === 'object' && content !== null && 'archive' in content) {
          assert.equal(monitor.canister('archive')?.id, good);
        }
      }
    }
    rmSync(project.idFile);
    mkdirSync(project.idFile);
    await monitor.load();
    assert.match(troubles(monitor).join(), /is not a file/);
  });
});

describe('the network', () => {
  it('that hangs shows what was known, and what is asked ends with the project', async (t) => {
    const world = await makeWorld(t);
    const { monitor, network } = world;
    await monitor.refresh();
    network.setFaults({ outage: 'hang' });
    const refreshing = monitor.refresh();
    await until('the network is asked', () => network.counters.total > 0);
    draw(monitor);
    assert.deepEqual(rowStates(monitor), SAMPLE_STATES);
    const begun = Date.now();
    monitor.dispose();
    await refreshing;
    assert.ok(Date.now() - begun < 1_000);
  });

  it('that answers the status and then hangs leaves the rows asking', async (t) => {
    const world = await makeWorld(t);
    const { monitor, network } = world;
    network.setFaults({ outage: 'hang', only: ['query', 'read_state', 'call'] });
    const refreshing = monitor.refresh();
    await until('canisters are asked for', () => network.counters.byKind.query > 0);
    draw(monitor);
    assert.equal(rowStates(monitor)['ledger'], 'Asking the network…');
    assert.equal(rowStates(monitor)['indexer'], 'Not created');
    monitor.pause();
    await refreshing;
  });

  for (const outage of ['garbage', 'http500', 'refuse'] as const) {
    it(`that answers the status and then fails (${outage}) says why in the rows`, async (t) => {
      const world = await makeWorld(t);
      const { monitor, network } = world;
      network.setFaults({ outage, only: ['query', 'read_state', 'call'] });
      await refreshed(world);
      const label = {
        garbage: 'The network sent an answer that cannot be read.',
        http500: 'The network answered with HTTP error 500.',
        refuse: 'The network cannot be reached.',
      }[outage];
      assert.equal(rowStates(monitor)['ledger'], label);
      assert.equal(rowStates(monitor)['internet_identity'], 'Remote');
      network.resetFaults();
      await refreshed(world);
      assert.deepEqual(rowStates(monitor), SAMPLE_STATES);
    });
  }

  it('that is busy asks to wait, and says so', async (t) => {
    const world = await makeWorld(t);
    const { monitor, network } = world;
    network.setFaults({ rateLimit: { requests: 0, perMs: 60_000 }, only: ['query', 'read_state'] });
    await refreshed(world);
    assert.equal(rowStates(monitor)['ledger'], 'The network is busy and asks to wait.');
  });

  it('that is none, but something that talks another protocol, is told apart', async (t) => {
    const world = await makeWorld(t);
    const { monitor, home } = world;
    const port = await listen(t, (socket) => socket.end('SSH-2.0-OpenSSH_9.6\r\n'));
    home.startLocal({ port });
    await refreshed(world);
    assert.match(troubles(monitor).join(), /^local is not running/);
  });

  it('whose port file is garbage is looked for at the default port', async (t) => {
    const world = await makeWorld(t);
    const { monitor, home } = world;
    for (const text of ['', 'x', '99999999', '-1', '80; touch pwned', '\0']) {
      write(path.join(home.sharedDataDir, 'network', 'local', 'webserver-port'), text);
      await monitor.load();
      draw(monitor);
      assert.equal(monitor.snapshot.target.network?.url, 'http://127.0.0.1:4943', text);
    }
  });

  it('with a name that leads out of its folder, or an address that is none, is refused with the reason', async (t) => {
    const world = await makeWorld(t);
    const { monitor, project, selection } = world;
    const networks = {
      '../../../../etc': { bind: '127.0.0.1:1' },
      bad: { providers: ['javascript:alert(1)'] },
      file: { providers: ['file:///etc/passwd'] },
      none: { providers: [] },
      odd: { bind: 'not an address' },
    };
    write(project.dfxJson, { canisters: { ledger: {} }, networks });
    for (const name of Object.keys(networks)) {
      await selection.setTarget(project.dfxJson, name);
      await refreshed(world);
      assert.equal(monitor.snapshot.health, undefined, name);
      assert.ok(troubles(monitor).length > 0, name);
    }
  });
});

describe('the identity', () => {
  it('whose key file is missing asks anonymously and says why', async (t) => {
    const world = await makeWorld(t);
    const { monitor, home } = world;
    // Listed by its identity.json, as dfx lists it.
    rmSync(path.join(home.identityFolder('alice'), 'identity.pem'));
    await refreshed(world);
    assert.match(troubles(monitor).join(), /key file of identity "alice" is missing/);
    assert.equal(rowStates(monitor)['hello_backend'], 'Running state hidden: asked anonymously');
  });

  it('whose key file is encrypted, malformed, empty or binary says so in every row, and shows nothing of it', async (t) => {
    const world = await makeWorld(t);
    const { monitor, home } = world;
    const pem = path.join(home.identityFolder('alice'), 'identity.pem');
    for (const content of [
      '-----BEGIN ENCRYPTED PRIVATE KEY-----\nc2VjcmV0c2VjcmV0\n-----END ENCRYPTED PRIVATE KEY-----\n',
      '-----BEGIN EC PRIVATE KEY-----\nc2VjcmV0c2VjcmV0\n-----END EC PRIVATE KEY-----\n',
      'c2VjcmV0c2VjcmV0',
      '',
      Uint8Array.from({ length: 1000 }, (_, index) => index & 255),
    ]) {
      rmSync(pem, { force: true });
      write(pem, content);
      await refreshed(world);
      assert.equal(monitor.canister('ledger')?.failure?.kind, 'key');
      assert.doesNotMatch(
        JSON.stringify(monitor.snapshot, (_key, value) => String(value)),
        /c2VjcmV0/,
      );
      assert.notEqual(rowStates(monitor)['ledger'], 'Running');
      assert.equal(rowStates(monitor)['internet_identity'], 'Remote');
    }
    home.selectIdentity('anonymous');
    await refreshed(world);
    assert.equal(rowStates(monitor)['ledger'], SAMPLE_STATES.oracle);
  });

  it('that is protected by a password asks anonymously and says why', async (t) => {
    const world = await makeWorld(t);
    const { monitor, home } = world;
    const folder = home.identityFolder('locked');
    write(path.join(folder, 'identity.pem.encrypted'), 'not readable without the password');
    home.writeIdentityConfig('locked', {
      encryption: { pw_salt: 'c2FsdHNhbHQ', file_nonce: Array.from({ length: 12 }, () => 1) },
    });
    home.selectIdentity('locked');
    await refreshed(world);
    assert.match(troubles(monitor).join(), /locked .*password/);
    assert.equal(rowStates(monitor)['ledger'], 'Running state hidden: asked anonymously');
  });

  it('that is selected and does not exist, or a selection that cannot be read, asks anonymously', async (t) => {
    const world = await makeWorld(t);
    const { monitor, home, locations } = world;
    home.selectIdentity('nobody');
    await refreshed(world);
    assert.match(troubles(monitor).join(), /"nobody" does not exist/);
    for (const content of ['{"default": ', '[]', '7', '{"default": 7}', '{"default": "../../alice"}', '']) {
      write(locations.identityJson, content);
      await refreshed(world);
      assert.equal(troubles(monitor).length, 1, content);
      assert.match(rowStates(monitor)['ledger'] ?? '', /^Running state hidden: /, content);
    }
  });
});

it('a client that breaks its promise and throws something else does not stop the next reading', async (t) => {
  const world = await makeWorld(t);
  let broken = true;
  const client: NetworkApi = new Proxy(world.client, {
    get: (target, key, receiver) =>
      broken && key === 'health'
        ? (): Promise<NetworkHealth> => Promise.reject(new TypeError('no Failure'))
        : typeof Reflect.get(target, key, receiver) === 'function'
          ? (Reflect.get(target, key, receiver) as (...args: unknown[]) => unknown).bind(target)
          : Reflect.get(target, key, receiver),
  });
  const monitor = new ProjectMonitor(new DfxEngine(world.locations).open(world.project.dfxJson), {
    trust: { isTrusted: true },
    client,
    selection: world.selection,
    now: Date.now,
  });
  t.after(() => monitor.dispose());
  await assert.rejects(monitor.refresh(), (error: Failure | TypeError) => error instanceof TypeError);
  broken = false;
  await monitor.refresh();
  assert.deepEqual(rowStates(monitor), SAMPLE_STATES);
});

async function listen(t: TestContext, answer: (socket: Socket) => void): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    answer(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  return typeof address === 'object' && address ? address.port : 0;
}
