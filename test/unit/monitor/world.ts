/** A dfx home, a network, a deployed project and the monitor over them: all real, in this process. */
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { TestContext } from 'node:test';
import { agentOperations } from '../../../src/core/agent/agent-operations';
import { DfxEngine } from '../../../src/core/engines/dfx/dfx-engine';
import { type DfxLocations, dfxLocations } from '../../../src/core/engines/dfx/locations';
import { ProjectMonitor } from '../../../src/core/monitor/project-monitor';
import { Selection } from '../../../src/core/monitor/selection';
import type { NetworkApi } from '../../../src/core/network/network-api';
import { canisterRow } from '../../../src/core/rows/canister-row';
import { troubleRows } from '../../../src/core/rows/project-rows';
import type { Words } from '../../../src/core/rows/row';
import { formatMessage } from '../../../src/core/util/message';
import { TestNetwork } from '../../network/index';
import { DfxHome, type Identity } from '../../support/dfx-home';
import { deploySample, type SampleProject } from '../../support/sample';

/** The useful part of a `vscode.Memento`. */
export class MemoryStore {
  readonly values = new Map<string, unknown>();

  get(key: string): unknown {
    return this.values.get(key);
  }

  async update(key: string, value: unknown): Promise<void> {
    // As a real store does, so that nothing that cannot be stored gets through.
    this.values.set(key, JSON.parse(JSON.stringify(value)));
  }
}

export interface World {
  readonly folder: string;
  readonly home: DfxHome;
  readonly network: TestNetwork;
  readonly alice: Identity;
  readonly locations: DfxLocations;
  readonly project: SampleProject;
  readonly selection: Selection;
  readonly store: MemoryStore;
  readonly client: NetworkApi;
  readonly monitor: ProjectMonitor;
}

/** Everything is taken down when the test ends. */
export async function makeWorld(t: TestContext, options: { client?: NetworkApi } = {}): Promise<World> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-world-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const home = new DfxHome(path.join(folder, 'home'));
  const alice = home.addIdentity('alice');
  home.selectIdentity('alice');
  const network = await startNetwork(t);
  const project = await deploySample(path.join(folder, 'project'), home, network, alice);
  const locations = dfxLocations(home.env, process.platform, home.home);
  const store = new MemoryStore();
  const selection = new Selection(store);
  const client = options.client ?? agentOperations(fetch);
  const monitor = new ProjectMonitor(new DfxEngine(locations).open(project.dfxJson), {
    trust: { isTrusted: true },
    client,
    selection,
    now: Date.now,
  });
  t.after(() => monitor.dispose());
  return { folder, home, locations, network, alice, project, selection, store, client, monitor };
}

export async function startNetwork(t: TestContext, port?: number): Promise<TestNetwork> {
  const network = await TestNetwork.start(port === undefined ? {} : { port });
  t.after(() => network.stop());
  return network;
}

export function say(words: Words): string {
  return typeof words === 'string' ? words : formatMessage(words);
}

/** Canister to the first part of its row's description, which is its state in words. */
export function rowStates(monitor: ProjectMonitor): Record<string, string> {
  const { snapshot } = monitor;
  return Object.fromEntries(
    snapshot.canisters.map((state) => [
      state.name,
      say(canisterRow(state.name, state, snapshot, Date.now()).description[0]!),
    ]),
  );
}

/** What stands above the canisters. */
export function troubles(monitor: ProjectMonitor): string[] {
  return troubleRows(monitor, Date.now()).map((row) => [row.label, ...row.description].map(say).join(' · '));
}

export function write(file: string, content: unknown): string {
  mkdirSync(path.dirname(file), { recursive: true });
  writeFileSync(file, typeof content === 'string' || content instanceof Uint8Array ? content : JSON.stringify(content));
  return file;
}

/** Every file below a folder with the hash of what is in it, and every folder. */
export function fingerprint(folder: string): Record<string, string> {
  const entries = readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();
  return Object.fromEntries(
    entries.map((entry) => {
      const file = path.join(folder, entry);
      return [
        entry,
        statSync(file).isFile() ? createHash('sha256').update(readFileSync(file)).digest('hex') : 'folder',
      ];
    }),
  );
}

/** Waits until a condition holds. @throws Error where it does not come to hold within `ms` milliseconds. */
export async function until(what: string, holds: () => boolean, ms = 5_000): Promise<void> {
  const deadline = Date.now() + ms;
  while (!holds()) {
    if (Date.now() > deadline) {
      throw new Error(`not within ${ms} ms: ${what}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
