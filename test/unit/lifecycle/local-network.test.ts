import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { dfxLocations } from '../../../src/core/engines/dfx/locations';
import type { EngineProject } from '../../../src/core/engines/engine';
import { LocalNetwork } from '../../../src/core/lifecycle/local-network';
import { LocalNetworkActivity } from '../../../src/core/monitor/local-network-activity';
import type { PortOwner } from '../../../src/core/process/port-owner';
import { Failure } from '../../../src/core/util/failure';
import { formatMessage } from '../../../src/core/util/message';
import { installDfx, setBehaviour } from '../../dfx';
import { DfxHome } from '../../support/dfx-home';
import { dfxToolchain } from '../../support/dfx-toolchain';

const skip = process.platform === 'win32' && 'dfx does not run there';
let bin: string;
let dfx: string;

before(async () => {
  bin = mkdtempSync(path.join(tmpdir(), 'ic-canisters-bin-'));
  dfx = skip ? '' : await installDfx(bin);
});
after(() => rmSync(bin, { recursive: true, force: true }));

async function setUp(t: TestContext, dfxJson: object, setting = dfx, owner?: PortOwner) {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-local-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const home = new DfxHome(folder);
  const root = path.join(folder, 'project');
  mkdirSync(root);
  writeFileSync(path.join(root, 'dfx.json'), JSON.stringify(dfxJson));
  const lines: string[] = [];
  const env = { ...process.env, ...home.env };
  const locations = dfxLocations(env, process.platform, home.home);
  const toolchain = dfxToolchain(locations, {
    env,
    home: home.home,
    setting: () => setting,
    log: { command: (line) => lines.push(`$ ${line}`), line: (line) => lines.push(line), end: () => undefined },
  });
  const work = new LocalNetworkActivity();
  const engine = new DfxEngine(locations);
  const local = new LocalNetwork({
    portOwner: async () => owner,
    toolchains: [toolchain],
    engines: [engine],
    client: agentOperations(fetch),
    work,
    trust: { isTrusted: true },
  });
  const project = engine.open(path.join(root, 'dfx.json'));
  t.after(() => local.stop(project).catch(() => undefined));
  return { folder, home, root, local, work, project, lines, locations };
}

const OWN = { networks: { local: { bind: '127.0.0.1:0' } } };

async function health(project: EngineProject): Promise<string> {
  const { url } = await project.managedNetwork();
  return (await agentOperations(fetch).health({ endpoint: { url, rootKey: 'fetch' } })).state;
}

function failure(pattern: RegExp) {
  return (error: unknown) => {
    const message = error instanceof Failure ? formatMessage(error.data.message) : String(error);
    assert.match(message, pattern);
    return true;
  };
}

describe('the local network', { skip }, () => {
  it('starts, is left alone when it runs, keeps its state, and stops', async (t) => {
    const { local, work, project, lines, root } = await setUp(t, OWN);
    const seen: (string | undefined)[] = [];
    const found = await project.managedNetwork();
    work.onDidChange(() => seen.push(work.of(found)));

    await local.start(project);
    assert.equal(await health(project), 'healthy');
    assert.deepEqual(seen, ['starting', undefined]);
    assert.ok(lines.some((line) => line.startsWith('$') && line.endsWith(' start --background')));
    const first = readFileSync(path.join(found.dataDir, 'pid'), 'utf8');

    await local.start(project);
    assert.equal(readFileSync(path.join(found.dataDir, 'pid'), 'utf8'), first);

    await local.stop(project);
    assert.equal(await health(project), 'offline');
    assert.deepEqual(seen, ['starting', undefined, 'starting', undefined, 'stopping', undefined]);
    // The port stays behind, as dfx leaves it.
    assert.ok(readFileSync(path.join(root, '.dfx/network/local/webserver-port'), 'utf8') !== '');
  });

  it('starts clean while it runs, and resets what the project keeps of it', async (t) => {
    const { local, project, root } = await setUp(t, OWN);
    await local.start(project);
    const ids = path.join(root, '.dfx/local/canister_ids.json');
    mkdirSync(path.dirname(ids), { recursive: true });
    writeFileSync(ids, '{}');
    await local.start(project, { clean: true });
    assert.equal(await health(project), 'healthy');
    assert.ok(!existsSync(ids));

    const deps = path.join(root, '.dfx/wallets-and-more');
    writeFileSync(deps, '');
    await local.reset(project);
    assert.equal(await health(project), 'healthy');
    assert.ok(!existsSync(deps));
  });

  it('is ended again when its start is cancelled', async (t) => {
    const { local, work, project } = await setUp(t, OWN);
    t.after(() => setBehaviour(dfx));
    await setBehaviour(dfx, { hang: 'start' });
    const cancel = new AbortController();
    const starting = local.start(project, { signal: cancel.signal });
    setTimeout(() => cancel.abort(), 600);
    await assert.rejects(starting, (error) => error instanceof Failure && error.data.kind === 'cancelled');
    assert.equal(work.of(await project.managedNetwork()), undefined);
    assert.equal(await health(project), 'offline');
  });

  it('says that another program has its port, before it runs dfx', async (t) => {
    const server = createServer((_request, response) => response.end('<html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { local, project, lines } = await setUp(t, { networks: { local: { bind: `127.0.0.1:${port}` } } });
    await assert.rejects(
      local.start(project),
      failure(new RegExp(`Another program answers at http://127.0.0.1:${port}.*"bind"`)),
    );
    assert.deepEqual(lines, []);
  });

  it('says which program that is, and for Docker which container to stop', async (t) => {
    const server = createServer((_request, response) => response.end('<html>'));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    t.after(() => server.close());
    const { port } = server.address() as AddressInfo;
    const docker = { program: 'docker-proxy', pid: 7, docker: true };
    const owners: [PortOwner, string][] = [
      [
        { program: 'python3', pid: 42, docker: false },
        `python3 (process 42) answers at http://127.0.0.1:${port}. End it, or give the network another port with "bind".`,
      ],
      [
        docker,
        `Docker has port ${port} for a container, which "docker ps --filter publish=${port}" names. Stop that with "docker stop", or give the network another port with "bind".`,
      ],
      [
        { ...docker, container: 'shop-web-1' },
        `Docker has port ${port} for the container shop-web-1. Stop it with "docker stop shop-web-1", or give the network another port with "bind".`,
      ],
    ];
    for (const [owner, words] of owners) {
      const { local, project, root, lines } = await setUp(
        t,
        { networks: { local: { bind: `127.0.0.1:${port}` } } },
        dfx,
        owner,
      );
      await project.load();
      await assert.rejects(local.start(project), (error) => {
        assert.ok(error instanceof Failure);
        assert.equal(formatMessage(error.data.message), words);
        const [open] = error.data.actions ?? [];
        assert.equal(open?.command, 'icCanisters.openFile');
        assert.equal(open?.args?.[0], path.join(root, 'dfx.json'));
        return true;
      });
      assert.deepEqual(lines, []);
    }
  });

  it('is not started where it is an address', async (t) => {
    const { local, project } = await setUp(t, { networks: { local: { providers: ['http://192.0.2.1:80'] } } });
    await assert.rejects(local.start(project), failure(/is at http:\/\/192\.0\.2\.1:80: dfx does not start it/));
  });

  it('is the one that all projects share unless dfx.json has one', async (t) => {
    const { project, locations } = await setUp(t, {});
    assert.equal((await project.managedNetwork()).dataDir, path.join(locations.sharedDataDir, 'network', 'local'));
  });

  it('explains that there is no dfx', async (t) => {
    const { local, project } = await setUp(t, OWN, path.join(tmpdir(), 'no-such-dfx'));
    await assert.rejects(local.start(project), failure(/no file at the path of dfx in the settings/));
  });
});
