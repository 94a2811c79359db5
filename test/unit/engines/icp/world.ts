/** A project of icp, its canisters on the test network and the monitor over them. No icp is needed for any of it. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { agentOperations } from '../../../../src/core/agent/agent-operations';
import { IcpEngine } from '../../../../src/core/engines/icp/icp-engine';
import { icpLocations } from '../../../../src/core/engines/icp/locations';
import * as reader from '../../../../src/core/engines/icp/project-files';
import { LifecycleService } from '../../../../src/core/lifecycle/lifecycle-service';
import { ProjectMonitor } from '../../../../src/core/monitor/project-monitor';
import { Selection } from '../../../../src/core/monitor/selection';
import { buildWasm, type TestNetwork } from '../../../network/index';
import { icpBinary } from '../../../support/icp-binary';
import { icpToolchain } from '../../../support/icp-toolchain';
import { MemoryStore, startNetwork, write } from '../../monitor/world';

const ANONYMOUS = '2vxsx-fae';

export interface IcpWorld {
  readonly folder: string;
  readonly root: string;
  readonly home: string;
  readonly manifest: string;
  /** Ids of the canisters in the environment `test`. */
  readonly idFile: string;
  readonly ids: ReadonlyMap<string, string>;
  readonly network: TestNetwork;
  readonly monitor: ProjectMonitor;
  readonly selection: Selection;
  readonly service: LifecycleService;
  /** The command lines that were run. */
  readonly commands: readonly string[];
}

export interface IcpWorldOptions {
  /** What icp.yaml says of the network's key. */
  readonly rootKey?: (network: TestNetwork) => string;
  /** The path of an icp. */
  readonly icp?: string;
}

/** A manifest whose environments `test` and `part` are on a connected network. */
export function manifestOf(url: string, rootKey = 'fetch'): string {
  return `canisters:
  - name: ledger
    build: { steps: [{ type: script, command: "cp a.wasm $ICP_WASM_OUTPUT_PATH" }] }
  - name: archive
    recipe: { type: "@dfinity/rust@v3.0.0" }
  - name: indexer
    build: { steps: [{ type: pre-built, path: a.wasm }] }
networks:
  - name: net
    mode: connected
    url: ${url}
    root-key: ${rootKey}
environments:
  - { name: test, network: net }
  - { name: part, network: net, canisters: [ledger] }
`;
}

/** Everything is taken down when the test ends. */
export async function makeIcpWorld(t: TestContext, options: IcpWorldOptions = {}): Promise<IcpWorld> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-icp-world-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const root = path.join(folder, 'project');
  const home = path.join(folder, 'home');
  const network = await startNetwork(t);
  const manifest = write(path.join(root, 'icp.yaml'), manifestOf(network.url, options.rootKey?.(network)));
  const ids = new Map<string, string>();
  for (const name of ['ledger', 'archive']) {
    ids.set(name, await network.createCanister({ controllers: [ANONYMOUS], wasm: buildWasm() }));
  }
  const idFile = path.join(root, '.icp', 'data', 'mappings', 'test.ids.json');
  write(idFile, JSON.stringify(Object.fromEntries(ids), null, 2));
  const client = agentOperations(fetch);
  const selection = new Selection(new MemoryStore());
  const engine = new IcpEngine(icpLocations({ ICP_HOME: home }, process.platform, home), () => reader);
  const monitor = new ProjectMonitor(engine.open(manifest), {
    trust: { isTrusted: true },
    client,
    selection,
    now: Date.now,
  });
  t.after(() => monitor.dispose());
  await selection.setTarget(manifest, 'test');
  const commands: string[] = [];
  const toolchain = icpToolchain(home, {
    setting: () => options.icp ?? icpBinary,
    log: { command: (line) => commands.push(line), line: () => {}, end: () => {} },
  });
  const service = new LifecycleService(client, [toolchain]);
  return { folder, root, home, manifest, idFile, ids, network, monitor, selection, service, commands };
}
