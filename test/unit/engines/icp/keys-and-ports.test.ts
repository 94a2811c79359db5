/** Whose answers count on a network of icp's, and who has its port. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { agentOperations } from '../../../../src/core/agent/agent-operations';
import { DfxEngine } from '../../../../src/core/engines/dfx/dfx-engine';
import { dfxLocations } from '../../../../src/core/engines/dfx/locations';
import { LocalNetwork } from '../../../../src/core/lifecycle/local-network';
import { LocalNetworkActivity } from '../../../../src/core/monitor/local-network-activity';
import { NetworkOverview } from '../../../../src/core/monitor/network-overview';
import { networkRow } from '../../../../src/core/rows/network-rows';
import { Failure } from '../../../../src/core/util/failure';
import { formatMessage } from '../../../../src/core/util/message';
import { DfxHome } from '../../../support/dfx-home';
import { icpToolchain } from '../../../support/icp-toolchain';
import { rowStates, say, troubles, write } from '../../monitor/world';
import { type IcpWorld, makeIcpWorld } from './world';

const hex = (key: Uint8Array): string => Buffer.from(key).toString('hex');

/** A key of the right form that nobody has. */
const otherKey = (key: Uint8Array): string => `${hex(key).slice(0, -2)}${hex(key).endsWith('00') ? '01' : '00'}`;

describe('the root key that a connected network is pinned to', () => {
  it('is what answers are verified against', async (t) => {
    const { monitor, service, network } = await makeIcpWorld(t, { rootKey: ({ rootKey }) => hex(rootKey) });
    await monitor.refresh();
    assert.deepEqual(monitor.snapshot.target.network?.rootKey, { der: hex(network.rootKey) });
    assert.equal(rowStates(monitor)['ledger'], 'Running');
    const target = { project: monitor, canister: 'ledger' };
    const { outcomes } = await service.run('stop', [target], { answer: async () => false });
    assert.equal(outcomes[0]?.ok, true);
    assert.equal(rowStates(monitor)['ledger'], 'Stopped');
  });

  it('makes what another signs a security failure, never a status', async (t) => {
    const { monitor, network, service } = await makeIcpWorld(t, { rootKey: ({ rootKey }) => otherKey(rootKey) });
    await monitor.refresh();
    assert.notDeepEqual(monitor.snapshot.target.network?.rootKey, { der: hex(network.rootKey) });
    for (const name of ['ledger', 'archive']) {
      assert.equal(rowStates(monitor)[name], 'Security error: the answer is not trustworthy');
      assert.equal(monitor.canister(name)?.facts, undefined);
    }
    const [outcome] = (
      await service.run('stop', [{ project: monitor, canister: 'ledger' }], { answer: async () => false })
    ).outcomes;
    assert.equal(outcome?.ok === false && outcome.failure.kind, 'security');
  });
});

/** The world's network as the managed one of its project: `started` by icp, or only the one that has the port. */
async function managed(t: TestContext, key?: (network: IcpWorld['network']) => string) {
  const world = await makeIcpWorld(t);
  const { root, manifest, network, ids, selection, monitor } = world;
  const definition = `networks:\n  - { name: local, mode: managed, gateway: { port: ${network.port} } }\n`;
  write(manifest, readFileSync(manifest, 'utf8').replace(/networks:[\s\S]*$/, definition));
  const idFile = write(path.join(root, '.icp', 'cache', 'mappings', 'local.ids.json'), Object.fromEntries(ids));
  if (key) {
    write(path.join(root, '.icp', 'cache', 'networks', 'local', 'descriptor.json'), {
      v: '1',
      id: 'a',
      'project-dir': root,
      network: 'local',
      gateway: { fixed: true, port: network.port, host: 'localhost', ip: '127.0.0.1' },
      'child-locator': { type: 'pid', pid: process.pid },
      'root-key': key(network),
    });
  }
  await selection.setTarget(manifest, 'local');
  const dfxHome = new DfxHome(path.join(world.folder, 'dfx'));
  const dfx = new DfxEngine(dfxLocations(dfxHome.env, process.platform, dfxHome.home));
  const engines = [monitor.engine, dfx];
  const client = agentOperations(fetch);
  const overview = new NetworkOverview({ client, engines, selection, projects: () => [monitor], now: Date.now });
  t.after(() => overview.dispose());
  const rows = async () => {
    const entry = (await overview.list(monitor)).find(({ target }) => target === 'local')!;
    const { children = [] } = networkRow('p', entry);
    return children.map(({ label, description }) => [label, ...description].map(say).join(' · ')).join('\n');
  };
  const commands: string[] = [];
  const toolchain = icpToolchain(world.home, {
    setting: () => process.execPath,
    log: { command: (line) => commands.push(line), line: () => {}, end: () => {} },
  });
  const local = new LocalNetwork({
    portOwner: async () => undefined,
    client,
    engines,
    toolchains: [toolchain],
    work: new LocalNetworkActivity(),
    trust: { isTrusted: true },
  });
  const refusedStart = async (): Promise<string> => {
    const before = readFileSync(idFile, 'utf8');
    let words = '';
    await assert.rejects(local.start(monitor.files, { target: 'local' }), (error) => {
      assert.ok(error instanceof Failure);
      words = formatMessage(error.data.message);
      return true;
    });
    assert.deepEqual(commands, [], 'icp would have dropped the ids before it looks at the port');
    assert.equal(readFileSync(idFile, 'utf8'), before);
    return words;
  };
  return { ...world, dfxHome, rows, refusedStart };
}

describe('a network that icp has started', () => {
  it('is the one that has the key that icp noted', async (t) => {
    const { monitor } = await managed(t, ({ rootKey }) => hex(rootKey));
    await monitor.refresh();
    assert.equal(monitor.snapshot.health?.state, 'healthy');
    assert.equal(rowStates(monitor)['ledger'], 'Running');
  });

  it('is not another that answers in its place', async (t) => {
    const { monitor } = await managed(t, ({ rootKey }) => otherKey(rootKey));
    await monitor.refresh();
    assert.equal(monitor.snapshot.health?.state, 'foreign');
    assert.match(
      troubles(monitor).join('\n'),
      /Another network answers at http:\/\/localhost:\d+: it has another root key/,
    );
    assert.equal(monitor.canister('ledger')?.facts, undefined, 'nobody else is asked for the canisters');
  });
});

describe('the port of a network that icp has not started', () => {
  it('is not taken from a network of dfx, which is named', async (t) => {
    const { dfxHome, network, rows, refusedStart, monitor } = await managed(t);
    dfxHome.startLocal({ port: network.port, pid: process.pid });
    await monitor.refresh();
    assert.equal(monitor.snapshot.health?.state, 'offline', 'a network that answers is not this one');
    assert.match(await rows(), /Its port is in use: the shared network of dfx/);
    assert.match(await refusedStart(), /is in use: the shared network of dfx\. Stop that first\./);
  });

  it('is not taken from a network of another project of icp', async (t) => {
    const { home, network, rows, refusedStart } = await managed(t);
    write(path.join(home, 'port-descriptors', `${network.port}.json`), {
      v: '1',
      'project-dir': '/somewhere/else',
      network: 'local',
      gateway: { fixed: true, port: network.port, host: 'localhost' },
      'child-locator': { type: 'pid', pid: process.pid },
    });
    assert.match(await rows(), /Its port is in use: the network local of the icp project at \/somewhere\/else/);
    assert.match(await refusedStart(), /the network local of the icp project at \/somewhere\/else\. Stop that first/);
  });

  it('is not taken from a program that says nothing', async (t) => {
    const { network, manifest, monitor, refusedStart } = await managed(t);
    const server = createServer(() => undefined);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    write(manifest, readFileSync(manifest, 'utf8').replace(String(network.port), String(port)));
    await monitor.load();
    assert.match(
      await refusedStart(),
      new RegExp(`Another program answers at http://127\\.0\\.0\\.1:${port}.*"gateway\\.port"`),
    );
  });
});

it('says in which container a network runs', async (t) => {
  const { manifest, rows } = await managed(t);
  write(
    manifest,
    readFileSync(manifest, 'utf8').replace(/gateway: .*/, 'image: "ghcr.io/some/image", port-mapping: ["0:4943"] }'),
  );
  assert.match(await rows(), /Container · ghcr\.io\/some\/image/);
});
