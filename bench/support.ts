/** What the benchmarks share: a network in a process of its own, a large project, and how results are told. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import path from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { buildWasm, type Counts, type Faults } from '../test/network/index';
import { DfxHome, FIRST_GENERATION, type Identity, writeLocalIds } from '../test/support/dfx-home';
import { writeIcpHome } from '../test/support/icp-home';

export const ROOT = path.resolve(__dirname, '..');

export interface Result {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** The most that is allowed; only told where absent. */
  readonly limit?: number;
}

/** Prints results as a table and makes the process fail where a limit is passed. */
export function report(results: readonly Result[]): void {
  const cells = results.map(({ what, value, unit, limit }) => [
    what,
    `${round(value)} ${unit}`,
    limit === undefined ? '' : `${limit} ${unit}`,
    limit === undefined ? '' : value <= limit ? 'yes' : 'NO',
  ]);
  const rows = [['what', 'measured', 'at most', 'met'], ...cells];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...rows.map((row) => row[column]!.length)));
  for (const [index, row] of rows.entries()) {
    console.log(`| ${row.map((cell, column) => cell.padEnd(widths[column]!)).join(' | ')} |`);
    if (index === 0) {
      console.log(`|${widths.map((width) => '-'.repeat(width + 2)).join('|')}|`);
    }
  }
  if (results.some(({ value, limit }) => limit !== undefined && value > limit)) {
    process.exitCode = 1;
  }
}

function round(value: number): string {
  return value >= 100 || Number.isInteger(value) ? String(Math.round(value)) : value.toFixed(1);
}

/** What was measured on, and how busy it was with other things: above one per processor, times say little. */
export function machine(): string {
  const [load = 0] = loadavg();
  const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
  return `${cpus().length} × ${processor}, Node ${process.version}, load ${load.toFixed(1)}`;
}

const QUIET_SAMPLE_MS = 400;
const QUIET_PATIENCE_MS = 90_000;

/** Waits until this computer has little else to do, for at most a minute and a half: a number tells of us, not of it. */
export async function quiet(): Promise<void> {
  const times = () =>
    cpus().reduce(
      (sum, { times: { user, nice, sys, idle, irq } }) => ({
        idle: sum.idle + idle,
        all: sum.all + user + nice + sys + idle + irq,
      }),
      { idle: 0, all: 0 },
    );
  for (const end = Date.now() + QUIET_PATIENCE_MS; Date.now() < end; ) {
    const before = times();
    await new Promise((resolve) => setTimeout(resolve, QUIET_SAMPLE_MS));
    const after = times();
    if ((after.idle - before.idle) / (after.all - before.all) > 0.85) {
      return;
    }
  }
  console.log('(this computer never was quiet: the numbers are too high)');
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The longest time in milliseconds that this process's event loop was kept busy while `work` ran. */
export async function longestBlock<T>(work: () => Promise<T>): Promise<{ value: T; blockMs: number }> {
  const histogram = monitorEventLoopDelay({ resolution: 1 });
  histogram.enable();
  const value = await work();
  // A block is seen when the timer that it delayed fires.
  await new Promise((resolve) => setTimeout(resolve, 20));
  histogram.disable();
  // The histogram holds the time between two firings, of which one millisecond is wanted.
  return { value, blockMs: Math.max(0, histogram.max / 1e6 - 1) };
}

/** The test network in another process, so that its work is not taken for the extension's. */
export class NetworkProcess {
  readonly #child: ChildProcess;

  private constructor(
    child: ChildProcess,
    readonly url: string,
  ) {
    this.#child = child;
  }

  static async start(): Promise<NetworkProcess> {
    const child = spawn(process.execPath, ['--import', 'tsx', 'test/network/main.ts', '--stdin'], {
      cwd: ROOT,
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout! }).once('line', resolve);
      child.once('exit', (code) => reject(new Error(`The test network ended with code ${code}.`)));
    });
    return new NetworkProcess(child, (JSON.parse(line) as { url: string }).url);
  }

  get port(): number {
    return Number(new URL(this.url).port);
  }

  async control(request: { faults?: Partial<Faults>; resetFaults?: true; resetCounters?: true } = {}): Promise<Counts> {
    const answer = (await this.#post('/_/control', request)) as { counters: Counts };
    return answer.counters;
  }

  /** @returns the ids */
  async createCanisters(count: number, controller: string): Promise<string[]> {
    const wasm = Buffer.from(buildWasm()).toString('base64');
    const ids: string[] = [];
    for (let index = 0; index < count; index++) {
      const answer = (await this.#post('/_/canisters', { controllers: [controller], wasm })) as { id: string };
      ids.push(answer.id);
    }
    return ids;
  }

  async #post(route: string, body: unknown): Promise<unknown> {
    const response = await fetch(this.url + route, { method: 'POST', body: JSON.stringify(body) });
    if (!response.ok) {
      throw new Error(`${route}: HTTP ${response.status} ${await response.text()}`);
    }
    return await response.json();
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once('exit', resolve));
    this.#child.stdin?.end();
    await ended;
  }
}

export interface LargeProject {
  readonly home: DfxHome;
  readonly identity: Identity;
  /** The project's folder. */
  readonly folder: string;
  readonly names: readonly string[];
  readonly ids: readonly string[];
}

/** A project whose canisters all exist on the network and run. */
export async function deployLargeProject(
  folder: string,
  network: NetworkProcess,
  canisters: number,
): Promise<LargeProject> {
  const home = new DfxHome(path.join(folder, 'dfx'));
  const identity = home.addIdentity('alice');
  home.selectIdentity('alice');
  home.startLocal({ port: network.port });
  const names = Array.from({ length: canisters }, (_, index) => `canister_${String(index).padStart(4, '0')}`);
  const ids = await network.createCanisters(canisters, identity.principal);
  const project = path.join(folder, 'project');
  mkdirSync(project, { recursive: true });
  const config = (name: string, index: number) => ({
    type: 'motoko',
    main: `src/${name}/main.mo`,
    dependencies: index > 0 ? [names[index - 1]] : [],
  });
  writeFileSync(
    path.join(project, 'dfx.json'),
    JSON.stringify({ canisters: Object.fromEntries(names.map((name, index) => [name, config(name, index)])) }, null, 2),
  );
  writeLocalIds(
    project,
    'local',
    Object.fromEntries(names.map((name, index) => [name, ids[index]!])),
    FIRST_GENERATION,
  );
  return { home, identity, folder: project, names, ids };
}

/** The canisters of a large project as one of icp has them, on the network that icp has started and as the same identity. */
export function writeIcpProject(
  folder: string,
  network: NetworkProcess,
  { identity, ids, names }: LargeProject,
): { readonly root: string; readonly home: string } {
  const root = path.join(folder, 'project');
  const home = path.join(folder, 'home');
  const put = (file: string, content: object | string) => {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  };
  const canisters = names.map(
    (name) => `  - name: ${name}
    build: { steps: [{ type: script, command: "moc src/${name}/main.mo -o $ICP_WASM_OUTPUT_PATH" }] }
    settings: { freezing_threshold: 30d }
`,
  );
  put(
    path.join(root, 'icp.yaml'),
    `canisters:\n${canisters.join('')}networks:\n  - { name: local, mode: managed, gateway: { port: 0 } }\n`,
  );
  put(
    path.join(root, '.icp/cache/mappings/local.ids.json'),
    Object.fromEntries(names.map((name, at) => [name, ids[at]])),
  );
  put(path.join(root, '.icp/cache/networks/local/descriptor.json'), {
    v: '1',
    'project-dir': root,
    network: 'local',
    gateway: { fixed: false, port: network.port, host: '127.0.0.1' },
    'child-locator': { type: 'pid', pid: process.pid },
  });
  writeIcpHome(home, identity);
  return { root, home };
}

/** Runs `work` with an empty folder that is deleted afterwards. */
export async function withFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(path.join(tmpdir(), 'ic-canisters-bench-'));
  try {
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }
}

/** Ends the process with the benchmark's result. */
export function run(main: () => Promise<void>): void {
  main().then(
    // What is left running (agents, keep-alive sockets) does not hold the end up.
    () => process.exit(),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
}
