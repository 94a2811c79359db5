/** The same sequence by the official command line and by the extension's service leaves the same canister. */

import assert from 'node:assert/strict';
import { execFile, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { dfxLocations } from '../../../src/core/engines/dfx/locations';
import type { CanisterRef } from '../../../src/core/lifecycle/canister-ref';
import { LifecycleService } from '../../../src/core/lifecycle/lifecycle-service';
import type { OperationReport } from '../../../src/core/lifecycle/tool-operations';
import { ProjectMonitor } from '../../../src/core/monitor/project-monitor';
import { Selection } from '../../../src/core/monitor/selection';
import { compileMotoko } from '../../motoko/compile';
import { TestNetwork } from '../../network/index';
import { DfxHome } from '../../support/dfx-home';
import { dfxToolchain } from '../../support/dfx-toolchain';
import { testCodec } from '../agent/codec';
import { MemoryStore } from '../monitor/world';

const root = join(__dirname, '..', '..', '..');
const icp = join(root, 'node_modules', '@icp-sdk', 'icp-cli-linux-x64', 'bin', 'icp');
const runs = spawnSync(icp, ['--version']).status === 0;

/** One way to work with a canister. */
interface Way {
  create(): Promise<void>;
  install(mode: 'install' | 'upgrade' | 'reinstall'): Promise<void>;
  greet(): Promise<void>;
  count(): Promise<string>;
  snapshot(): Promise<void>;
  restore(): Promise<void>;
  stop(): Promise<void>;
  start(): Promise<void>;
  delete(): Promise<void>;
}

describe('the command line and the service', { skip: !runs && 'the icp command line does not run here' }, () => {
  let network: TestNetwork;
  let folder: string;
  let theirs: Way;
  let ours: Way;
  let monitor: ProjectMonitor;

  const run = (...args: string[]): Promise<string> =>
    new Promise((resolve, reject) => {
      const env = { PATH: process.env['PATH'], HOME: folder, ICP_HOME: join(folder, 'icp'), DO_NOT_TRACK: '1' };
      execFile(icp, args, { cwd: folder, env }, (error, stdout, stderr) => {
        if (error) {
          reject(new Error(`icp ${args.join(' ')}: ${stderr}`));
        } else {
          resolve(stdout.trim());
        }
      });
    });
  const canister = (command: string, ...args: string[]) =>
    run('canister', ...command.split(' '), ...args, '-e', 'test', '--identity', 'me');
  /** What `icp` says of a canister, without what is another canister's anyway. */
  const status = async (name: string): Promise<Record<string, unknown>> => {
    const {
      id: _id,
      name: _name,
      cycles: _cycles,
      ...rest
    } = JSON.parse(await canister('status', name, '--json')) as Record<string, unknown>;
    return rest;
  };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ic-conformance-'));
    network = await TestNetwork.start();
    const home = new DfxHome(join(folder, 'dfx'));
    const identity = home.addIdentity('me');
    home.selectIdentity('me');
    home.startLocal({ port: network.port, effectiveCanisterId: network.effectiveCanisterId });
    const { wasm } = compileMotoko(join(root, 'examples/hello/src/hello_backend/main.mo'));
    const put = (name: string, content: string | Uint8Array): void => {
      mkdirSync(join(folder, name, '..'), { recursive: true });
      writeFileSync(join(folder, name), content);
    };
    put('hello.wasm', wasm);
    const build = 'build: { steps: [{ type: script, commands: ["true"] }] }';
    put(
      'icp.yaml',
      `canisters:\n  - { name: theirs, ${build} }\n  - { name: ours, ${build} }\n` +
        `networks:\n  - { name: net, mode: connected, url: "${network.url}", root-key: fetch }\n` +
        'environments:\n  - { name: test, network: net }\n',
    );
    put('project/dfx.json', JSON.stringify({ canisters: { ours: { main: 'main.mo' } } }));
    put('project/.dfx/local/canisters/ours/ours.wasm', wasm);
    await run('identity', 'import', 'me', '--from-pem', identity.pemFile, '--storage', 'plaintext');

    const locations = dfxLocations(home.env, process.platform, home.home);
    const client = agentOperations(fetch, { candid: testCodec() });
    monitor = new ProjectMonitor(new DfxEngine(locations).open(join(folder, 'project', 'dfx.json')), {
      trust: { isTrusted: true },
      client,
      selection: new Selection(new MemoryStore()),
      now: Date.now,
    });
    await monitor.refresh();
    const service = new LifecycleService(client, [dfxToolchain(locations)]);
    const target: CanisterRef = { project: monitor, canister: 'ours' };
    const options = { answer: async () => true };
    const ok = async (report: Promise<OperationReport>): Promise<void> => {
      for (const outcome of (await report).outcomes) {
        assert.ok(outcome.ok, JSON.stringify(outcome.ok ? '' : outcome.failure));
      }
    };
    const call = async (kind: 'query' | 'update', method: string, text: string): Promise<string> => {
      const reply = await service.native.call(target, { kind, method, argument: { kind: 'candid', text } });
      return reply.text ?? '';
    };
    ours = {
      async create() {
        await ok(service.run('create', [target], options));
        await run('canister', 'link', 'ours', monitor.canister('ours')!.id!, '-e', 'test');
      },
      install: (mode) => ok(service.run(mode, [target], options)),
      greet: async () => void (await call('update', 'greet', '("Ada")')),
      count: () => call('query', 'count', '()'),
      snapshot: () => ok(service.run('snapshot-take', [target], options, undefined)),
      async restore() {
        const [snapshot] = await service.native.listSnapshots(target);
        await ok(service.run('snapshot-load', [target], options, snapshot!.id));
      },
      stop: () => ok(service.run('stop', [target], options)),
      start: () => ok(service.run('start', [target], options)),
      delete: () => ok(service.run('delete', [target], options)),
    };

    let snapshot = '';
    theirs = {
      create: async () => void (await canister('create', 'theirs')),
      install: async (mode) => void (await canister('install', 'theirs', '--wasm', 'hello.wasm', '--mode', mode, '-y')),
      greet: async () => void (await canister('call', 'theirs', 'greet', '("Ada")')),
      count: () => canister('call', 'theirs', 'count', '()', '--query'),
      async snapshot() {
        await theirs.stop();
        const taken = JSON.parse(await canister('snapshot create', 'theirs', '--json')) as { snapshot_id: string };
        snapshot = taken.snapshot_id;
        await theirs.start();
      },
      async restore() {
        await theirs.stop();
        await canister('snapshot restore', 'theirs', snapshot);
        await theirs.start();
      },
      stop: async () => void (await canister('stop', 'theirs')),
      start: async () => void (await canister('start', 'theirs')),
      delete: async () => void (await canister('delete', 'theirs')),
    };
  });
  after(async () => {
    monitor?.dispose();
    await network?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  const steps: readonly (readonly [string, (way: Way) => Promise<void>, string?])[] = [
    ['create', (way) => way.create()],
    ['install', (way) => way.install('install'), '(0 : nat)'],
    ['call', (way) => way.greet(), '(1 : nat)'],
    ['take a snapshot', (way) => way.snapshot(), '(1 : nat)'],
    ['call again', (way) => way.greet(), '(2 : nat)'],
    ['restore the snapshot', (way) => way.restore(), '(1 : nat)'],
    ['upgrade', (way) => way.install('upgrade'), '(1 : nat)'],
    ['reinstall', (way) => way.install('reinstall'), '(0 : nat)'],
    ['stop', (way) => way.stop()],
    ['start', (way) => way.start(), '(0 : nat)'],
  ];
  for (const [name, step, count] of steps) {
    it(`${name} to the same effect`, async () => {
      await step(theirs);
      await step(ours);
      assert.deepEqual(await status('ours'), await status('theirs'));
      if (count !== undefined) {
        assert.deepEqual([await theirs.count(), await ours.count()], [count, count]);
      }
    });
  }

  it('delete', async () => {
    assert.equal(network.canisters.length, 2);
    await theirs.stop();
    await theirs.delete();
    await ours.delete();
    assert.equal(network.canisters.length, 0);
  });
});
