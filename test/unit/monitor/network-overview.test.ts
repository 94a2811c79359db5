import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { NetworkOverview } from '../../../src/core/monitor/network-overview';
import { networkRow } from '../../../src/core/rows/network-rows';
import type { Row } from '../../../src/core/rows/row';
import { makeWorld, say, until, type World, write } from './world';

async function setUp(t: TestContext) {
  const world = await makeWorld(t);
  const asked: string[] = [];
  const client: Pick<World['client'], 'health'> = {
    health: (request) => {
      asked.push(request.endpoint.url);
      return world.client.health(request);
    },
  };
  const { selection, monitor } = world;
  const overview = new NetworkOverview({
    client,
    engines: [monitor.engine],
    selection,
    projects: () => [monitor],
    now: Date.now,
  });
  t.after(() => overview.dispose());
  await monitor.load();
  const rows = async (): Promise<Map<string, Row>> =>
    new Map((await overview.list(monitor)).map((entry) => [entry.network.name, networkRow('p', entry)]));
  return { ...world, overview, asked, rows };
}

function define(world: World, networks: object): void {
  const file = world.project.dfxJson;
  const content = JSON.parse(readFileSync(file, 'utf8'));
  writeFileSync(file, JSON.stringify({ ...content, networks }));
}

const words = (row: Row | undefined): string => [row!.label, ...row!.description].map(say).join(' · ');
const below = (row: Row | undefined): string[] => (row!.children ?? []).map((child) => words(child));

describe('the networks of a project', () => {
  it('are local, ic, playground, the project’s and the user’s, with where they are defined', async (t) => {
    const world = await setUp(t);
    define(world, { staging: { providers: ['https://icp-api.io'] }, broken: { providers: [] } });
    write(world.locations.networksJson, { lab: { bind: '127.0.0.1:9999' } });
    const rows = await world.rows();
    assert.deepEqual([...rows.keys()], ['local', 'ic', 'playground', 'staging', 'broken', 'lab']);
    assert.equal(words(rows.get('ic')), 'ic · mainnet');
    // Mainnet by its URL, under another name.
    assert.equal(words(rows.get('staging')), 'staging · mainnet');
    assert.equal(words(rows.get('lab')), 'lab · http://127.0.0.1:9999');
    assert.ok(below(rows.get('lab')).includes('Scope · Shared by all projects on this computer'));

    const place = (name: string) => rows.get(name)!.children!.find((child) => say(child.label) === 'Defined in');
    const staging = place('staging')?.action;
    assert.ok(staging?.do === 'open' && staging.file === world.project.dfxJson && staging.range !== undefined);
    const lab = place('lab')?.action;
    assert.ok(lab?.do === 'open' && lab.file === world.locations.networksJson);
    assert.equal(place('ic')?.action, undefined);
    assert.match(words(rows.get('broken')), /broken · Network "broken" has no provider/);
    assert.ok(!rows.get('broken')!.flags.includes('can-use'));
  });

  it('say how many canisters have an id there, and which one is used', async (t) => {
    const world = await setUp(t);
    const rows = await world.rows();
    // Besides those of the id file, the remote one and the pulled one have ids.
    assert.ok(below(rows.get('local')).includes('Canisters · 11 of 12 have an id here'));
    assert.ok(below(rows.get('ic')).includes('Canisters · 3 of 12 have an id here'));
    assert.deepEqual(
      [...rows.values()].map((row) => row.flags.includes('can-use')),
      [false, true, true],
    );
    await world.selection.setTarget(world.project.dfxJson, 'ic');
    assert.equal(words((await world.rows()).get('ic')), 'ic · in use · mainnet');
  });
});

describe('the health of networks', () => {
  it('is asked only while somebody looks', async (t) => {
    const { overview, asked, rows, network } = await setUp(t);
    await rows();
    await overview.refresh();
    assert.equal(asked.length, 0);
    overview.setWatched(true);
    await until('local is asked', () => asked.includes(`http://127.0.0.1:${network.port}`));
    const before = asked.length;
    await overview.refresh();
    assert.ok(asked.length > before);
    assert.match(words((await rows()).get('local')), /in use · Running · http/);
    assert.ok((await rows()).get('local')!.flags.includes('can-stop-network'));
    overview.setWatched(false);
    const after = asked.length;
    await overview.refresh();
    assert.equal(asked.length, after);
  });

  it('explains a port that was left behind, by whom, and offers to start', async (t) => {
    const { overview, rows, network, locations } = await setUp(t);
    const data = path.join(locations.sharedDataDir, 'network', 'local');
    await network.stop();
    overview.setWatched(true);
    await overview.refresh();
    const explained = async (): Promise<string> => below((await rows()).get('local')).join('\n');
    assert.match(words((await rows()).get('local')), /Not running/);
    assert.match(await explained(), new RegExp(`\\(process ${process.pid}\\) has noted port ${network.port}`));
    // No process has so high a number.
    writeFileSync(path.join(data, 'pid'), '99999999');
    assert.match(await explained(), /its process 99999999 is gone/);
    rmSync(path.join(data, 'pid'));
    assert.match(await explained(), /noted port \d+, but the network was stopped/);
    const flags = (await rows()).get('local')!.flags;
    assert.ok(flags.includes('can-start-network') && flags.includes('can-clean-network'));
  });

  it('explains that another program answers', async (t) => {
    const { overview, rows, network, home } = await setUp(t);
    await network.stop();
    const server = createServer((_request, response) => response.end('<html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    home.startLocal({ port: (server.address() as AddressInfo).port });
    overview.setWatched(true);
    await overview.refresh();
    const local = (await rows()).get('local');
    assert.match(words(local), /Another program answers/);
    assert.match(below(local).join('\n'), /which is no Internet Computer network \(HTTP 200/);
  });

  it('explains ids that count for nothing since the network was started anew', async (t) => {
    const { rows, home, network } = await setUp(t);
    home.startLocal({ port: network.port, generation: 'second' });
    const local = (await rows()).get('local');
    assert.match(below(local).join('\n'), /has been reset since these ids were written/);
    // Left are the remote one and the pulled one.
    assert.match(below(local).join('\n'), /Canisters · 2 of 12/);
  });

  it('shows the replica of a network that does not answer from its files', async (t) => {
    const { rows, locations } = await setUp(t);
    const data = path.join(locations.sharedDataDir, 'network', 'local');
    mkdirSync(data, { recursive: true });
    writeFileSync(path.join(data, 'replica-effective-config.json'), JSON.stringify({ replica_rev: 'abcdef' }));
    assert.ok(below((await rows()).get('local')).includes('Replica version · abcdef'));
    writeFileSync(path.join(data, 'replica-effective-config.json'), '[{"replica_rev": 5}');
    assert.ok(
      !below((await rows()).get('local'))
        .join()
        .includes('Replica version'),
    );
  });
});
