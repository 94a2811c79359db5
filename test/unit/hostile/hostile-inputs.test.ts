/**
 * Hostile workspaces and answers at random: whatever stands in the files of a project or comes from a network, rows are
 * made of it or a failure is told, nothing else is thrown, nothing is asked, nothing takes long and nothing grows.
 *
 * 20,000 in all; `HOSTILE_INPUTS=1000000` makes a million.
 */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, describe, it } from 'node:test';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { dfxLocations } from '../../../src/core/engines/dfx/locations';
import type { Engine } from '../../../src/core/engines/engine';
import { IcpEngine } from '../../../src/core/engines/icp/icp-engine';
import { icpLocations } from '../../../src/core/engines/icp/locations';
import * as projectFiles from '../../../src/core/engines/icp/project-files';
import { ProjectMonitor } from '../../../src/core/monitor/project-monitor';
import { Selection } from '../../../src/core/monitor/selection';
import type { Endpoint } from '../../../src/core/network/endpoint';
import { ANONYMOUS } from '../../../src/core/network/identity-ref';
import type { NetworkApi } from '../../../src/core/network/network-api';
import { canisterRow } from '../../../src/core/rows/canister-row';
import { projectRow, troubleRows } from '../../../src/core/rows/project-rows';
import { Failure } from '../../../src/core/util/failure';
import { labelText } from '../../../src/core/util/foreign';
import { formatMessage } from '../../../src/core/util/message';
import { TestNetwork } from '../../network/index';
import { Random } from '../../support/random';
import { MemoryStore } from '../monitor/world';
import { threadTime } from '../support/thread-time';

const INPUTS = Number(process.env['HOSTILE_INPUTS'] ?? 20_000);
/** The longest that one input may take, in milliseconds of processor time. */
const LIMIT_MS = 100;
const MAX_GROWTH_BYTES = 200 * 1024 * 1024;

const TEXTS = [
  '[Open](command:workbench.action.quit)',
  '$(flame) $(x',
  '../../../../etc/passwd',
  '..',
  '',
  '__proto__',
  'constructor',
  'a\u202eb\u0000c\u001b[2J',
  '\ud800',
  'x'.repeat(5_000),
  '\n'.repeat(5_000),
  '{0} {1}',
  'https://user:word@mainnet.example/%00?x#y',
  'http://[::ffff:127.0.0.1]:1/',
  '127.0.0.1:99999',
  'rrkah-fqaaa-aaaaa-aaaaq-cai',
  'aaaaa-aa',
  '99999999999999999999999999999999999999T',
  '-1',
  '*{1000000 as: &a [*a,*a]}',
  '<<: *x',
] as const;
const JSON_VALUES = [
  'null',
  'true',
  '1e400',
  '-0',
  '[]',
  '{}',
  '['.repeat(300),
  '{"a":'.repeat(200),
  '"\\ud800"',
] as const;

const DFX_JSON = JSON.stringify({
  canisters: {
    a: { main: 'src/a.mo', dependencies: ['b'], init_arg: '("x")' },
    b: { type: 'rust', package: 'b', candid: 'b.did', remote: { id: { local: 'rrkah-fqaaa-aaaaa-aaaaq-cai' } } },
    c: { type: 'custom', wasm: 'c.wasm', candid: 'c.did', build: 'make' },
    d: { type: 'pull', id: 'ryjl3-tyaaa-aaaaa-aaaba-cai' },
  },
  networks: { local: { bind: '127.0.0.1:4943', type: 'persistent' }, x: { providers: ['https://x.example'] } },
});
const IDS = JSON.stringify({
  a: { local: 'rrkah-fqaaa-aaaaa-aaaaq-cai' },
  c: { local: 'ryjl3-tyaaa-aaaaa-aaaba-cai' },
});
const ICP_YAML = `canisters:
  - name: a
    build:
      steps:
        - type: script
          command: make
    settings:
      compute_allocation: 1
      memory_allocation: 4gib
  - name: b
    recipe:
      type: "@dfinity/motoko@v4.1.0"
      configuration:
        main: main.mo
networks:
  - name: x
    mode: connected
    url: https://x.example
environments:
  - name: local
    network: local
    canisters: [a]
`;

describe('hostile inputs', () => {
  const random = Random.forTest('hostile inputs');
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-hostile-inputs-'));
  after(() => rmSync(folder, { recursive: true, force: true }));
  let asked = 0;
  /** Counts what would be asked of a network, and answers nothing. */
  const client = new Proxy({} as NetworkApi, {
    get: () => () => {
      asked += 1;
      return new Promise(() => {});
    },
  });

  const spoil = (text: string): string => {
    let spoiled = text;
    for (let count = 1 + random.below(4); count > 0; count--) {
      const at = random.below(spoiled.length + 1);
      const end = Math.min(spoiled.length, at + random.below(12));
      const strings = [...spoiled.matchAll(/"[^"\\]{0,40}"/g)];
      const string = strings[random.below(Math.max(1, strings.length))];
      switch (random.below(5)) {
        case 0:
          spoiled = spoiled.slice(0, at) + spoiled.slice(end);
          break;
        case 1:
          spoiled = spoiled.slice(0, at) + random.pick(TEXTS) + spoiled.slice(at);
          break;
        case 2:
          spoiled = spoiled.slice(0, at) + random.pick(JSON_VALUES) + spoiled.slice(end);
          break;
        default:
          if (string) {
            const text = random.below(3) === 0 ? random.pick(JSON_VALUES) : JSON.stringify(random.pick(TEXTS));
            spoiled = spoiled.slice(0, string.index) + text + spoiled.slice(string.index + string[0].length);
          }
      }
    }
    return spoiled;
  };
  const spoilBytes = (bytes: Uint8Array): Uint8Array => {
    const spoiled = Uint8Array.from(bytes);
    for (let count = 1 + random.below(6); count > 0 && spoiled.length > 0; count--) {
      spoiled[random.below(spoiled.length)] = random.below(256);
    }
    switch (random.below(4)) {
      case 0:
        return spoiled.subarray(0, random.below(spoiled.length + 1));
      case 1:
        return Buffer.concat([spoiled, random.bytes(random.below(64))]);
      default:
        return spoiled;
    }
  };
  const measured = async (work: () => Promise<void>): Promise<void> => {
    const begun = threadTime();
    await work();
    const ended = threadTime();
    if (begun !== undefined && ended !== undefined) {
      slowest = Math.max(slowest, ended - begun);
    }
  };
  let slowest = 0;

  const workspaces = async (engine: Engine, name: string, count: number, files: (root: string) => void) => {
    const root = path.join(folder, name);
    mkdirSync(root, { recursive: true });
    slowest = 0;
    let shown = 0;
    for (let index = 0; index < count; index++) {
      files(root);
      const monitor = new ProjectMonitor(engine.open(path.join(root, name)), {
        trust: { isTrusted: false },
        client,
        selection: new Selection(new MemoryStore()),
        now: Date.now,
      });
      await measured(async () => {
        await monitor.load();
        const { snapshot } = monitor;
        const rows = [
          projectRow(monitor, 'x'),
          ...troubleRows(monitor, 0),
          ...snapshot.canisters.map((state) => canisterRow(state.name, state, snapshot, 0)),
        ];
        shown += rows.length;
        for (const { message } of snapshot.problems) {
          assert.ok(labelText(formatMessage(message)).length > 0);
        }
      });
      monitor.dispose();
    }
    assert.ok(shown > count);
    assert.equal(asked, 0);
    assert.ok(slowest < LIMIT_MS, `one took ${slowest.toFixed(0)} ms`);
  };
  setFlagsFromString('--expose_gc');
  const collect = runInNewContext('gc') as () => void;
  /** Bytes that are held. */
  const heap = () => {
    collect();
    const { heapUsed, external } = process.memoryUsage();
    return heapUsed + external;
  };

  it('in projects of dfx make rows or problems, and nothing else', async () => {
    const before = heap();
    const env = { HOME: path.join(folder, 'home'), DFX_CONFIG_ROOT: path.join(folder, 'home') };
    const locations = dfxLocations(env, 'linux', env.HOME);
    mkdirSync(path.dirname(locations.networksJson), { recursive: true });
    await workspaces(new DfxEngine(locations), 'dfx.json', INPUTS * 0.35, (root) => {
      writeFileSync(path.join(root, 'dfx.json'), spoil(DFX_JSON));
      writeFileSync(path.join(root, 'canister_ids.json'), random.below(2) === 0 ? IDS : spoil(IDS));
      writeFileSync(locations.networksJson, random.below(4) === 0 ? spoil('{"y":{"bind":"127.0.0.1:1"}}') : '{}');
    });
    const grown = heap() - before;
    assert.ok(grown < MAX_GROWTH_BYTES, `${grown} bytes more are held`);
  });

  it('in projects of icp make rows or problems, and nothing else', async () => {
    const before = heap();
    const home = path.join(folder, 'icp-home');
    const engine = new IcpEngine(icpLocations({ ICP_HOME: home }, 'linux', home), () => projectFiles);
    await workspaces(engine, 'icp.yaml', INPUTS * 0.15, (root) => {
      writeFileSync(path.join(root, 'icp.yaml'), spoil(ICP_YAML));
      const ids = path.join(root, '.icp', 'cache', 'mappings');
      mkdirSync(ids, { recursive: true });
      writeFileSync(path.join(ids, 'local.ids.json'), spoil('{"a":"rrkah-fqaaa-aaaaa-aaaaq-cai"}'));
    });
    const grown = heap() - before;
    assert.ok(grown < MAX_GROWTH_BYTES, `${grown} bytes more are held`);
  });

  it('from networks make facts or failures, and nothing else', async () => {
    const before = heap();
    const network = await TestNetwork.start();
    // The agent tells the console, too, what it throws. A mock would keep all of it.
    const { log, warn, error: tell } = console;
    Object.assign(console, { log: () => {}, warn: () => {}, error: () => {} });
    try {
      const canisterId = await network.createCanister({ controllers: ['2vxsx-fae'] });
      const plain: Endpoint = { url: network.url, rootKey: 'fetch' };
      const pinned: Endpoint = { ...plain, rootKey: { der: Buffer.from(network.rootKey).toString('hex') } };
      let spoiled = false;
      const service = agentOperations(async (input, init) => {
        const answer = await fetch(input, init);
        const bytes = new Uint8Array(await answer.arrayBuffer());
        return new Response(spoiled ? Buffer.from(spoilBytes(bytes)) : bytes, {
          status: answer.status,
          headers: answer.headers,
        });
      });
      const ask = async (endpoint: Endpoint) => {
        await service.probe({ endpoint, identity: ANONYMOUS, canisterId });
        await service.health({ endpoint });
      };
      await ask(plain);
      await ask(pinned);
      spoiled = true;
      let failed = 0;
      const count = INPUTS * 0.5;
      for (let index = 0; index < count; index++) {
        // A certificate that is checked takes its time, whoever made it.
        const endpoint = index % 50 === 0 ? pinned : plain;
        try {
          await ask(endpoint);
        } catch (error) {
          assert.ok(error instanceof Failure, String((error as Error)?.stack ?? error));
          failed += 1;
        }
      }
      assert.ok(failed > count / 4, `${failed} of ${count} failed`);
    } finally {
      Object.assign(console, { log, warn, error: tell });
      await network.stop();
    }
    const grown = heap() - before;
    assert.ok(grown < MAX_GROWTH_BYTES, `${grown} bytes more are held`);
  });
});
