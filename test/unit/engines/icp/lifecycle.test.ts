/** What the service does with canisters of an icp project, held to what `icp` itself does and says. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import { agentOperations } from '../../../../src/core/agent/agent-operations';
import { IcpEngine } from '../../../../src/core/engines/icp/icp-engine';
import { icpTool } from '../../../../src/core/engines/icp/icp-tool';
import { IcpToolchain } from '../../../../src/core/engines/icp/icp-toolchain';
import { icpLocations } from '../../../../src/core/engines/icp/locations';
import * as reader from '../../../../src/core/engines/icp/project-files';
import type { CanisterRef } from '../../../../src/core/lifecycle/canister-ref';
import { LifecycleService } from '../../../../src/core/lifecycle/lifecycle-service';
import { LocalNetwork } from '../../../../src/core/lifecycle/local-network';
import { applicableOperations, type RunnableOperation } from '../../../../src/core/lifecycle/operations';
import type { OperationReport } from '../../../../src/core/lifecycle/tool-operations';
import { LocalNetworkActivity } from '../../../../src/core/monitor/local-network-activity';
import { ProjectMonitor } from '../../../../src/core/monitor/project-monitor';
import { Selection } from '../../../../src/core/monitor/selection';
import { phaseOf } from '../../../../src/core/monitor/state';
import type { SettingsChange } from '../../../../src/core/network/canister-facts';
import { formatMessage } from '../../../../src/core/util/message';
import { compileMotoko } from '../../../motoko/compile';
import { icpBinary, runIcp, withoutIcp } from '../../../support/icp-binary';
import { launcherEnvironment } from '../../../support/icp-launch';
import { testCodec } from '../../agent/codec';
import { MemoryStore } from '../../monitor/world';

/** As icp lists them: the id in hex, the size in bytes. */
interface Snapshot {
  readonly snapshot_id: string;
  readonly total_size: number;
}

const ANONYMOUS = '2vxsx-fae';
const SOURCE = `persistent actor class Counter(start : Nat) {
  var count = start;
  transient let given = start;
  public func add() : async Nat { count += 1; count };
  public query func value() : async Nat { count };
  public query func argument() : async Nat { given };
}`;

const canister = (name: string): string => `  - name: ${name}
    build: { steps: [{ type: script, command: "cp counter.wasm $ICP_WASM_OUTPUT_PATH" }] }
    settings: { freezing_threshold: 2d, log_visibility: public, wasm_memory_limit: 1gib }
    init_args: "(7 : nat)"
    upgrade_args: { value: "(20 : nat)" }
`;

const MANIFEST = `canisters:
${canister('ours')}${canister('theirs')}  - name: broken
    build: { steps: [{ type: script, command: "echo 'counter.mo:1.2-1.5: type error [M0057], unbound variable x' >&2; exit 1" }] }
  - name: chief
    build: { steps: [{ type: script, command: "cp other.wasm $ICP_WASM_OUTPUT_PATH" }] }
    settings:
      controllers: [helper, 2vxsx-fae]
      environment_variables: { MODE: fast, FROM_FILE: { path: hello.txt } }
  - name: helper
    build: { steps: [{ type: script, command: "cp other.wasm $ICP_WASM_OUTPUT_PATH" }] }
    sync: { steps: [{ type: script, command: "echo $ICP_CLI_CID > synced" }] }
    settings: { controllers: [chief] }
  - name: slow
    build: { steps: [{ type: script, command: "echo $$ > slow.pid; exec sleep 600" }] }
networks:
  - { name: local, mode: managed, gateway: { port: 0 } }
environments:
  - { name: part, network: local, canisters: [ours], init_args: { ours: "(9 : nat)" } }
`;

describe('the service on a project of icp', { skip: withoutIcp }, () => {
  let folder: string;
  let home: string;
  let env: NodeJS.ProcessEnv;
  let project: ProjectMonitor;
  let selection: Selection;
  let service: LifecycleService;
  let local: LocalNetwork;
  const commands: string[] = [];
  let deleted = '';
  let other: Uint8Array;
  let me = '';

  const icp = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await runIcp(args, { cwd: folder, home, env });
    assert.equal(code, 0, `icp ${args.join(' ')}: ${stderr}`);
    return stdout;
  };
  const target = (name: string): CanisterRef => ({ project, canister: name });
  const answered = { answer: async () => false };
  const run = async (operation: RunnableOperation, name = 'ours'): Promise<void> => {
    const report = (await service.run(operation as 'build', [target(name)], answered)) as OperationReport;
    for (const outcome of report.outcomes) {
      assert.ok(outcome.ok, `${operation}: ${JSON.stringify(outcome.ok ? '' : outcome.failure)}`);
    }
    await project.refresh();
  };
  const value = async (method: string): Promise<string | undefined> => {
    const argument = { kind: 'candid', text: '()' } as const;
    return (await service.native.call(target('ours'), { kind: 'query', method, argument })).text;
  };
  const phase = (name: string) => phaseOf(project.canister(name)!);
  /** What `icp` says of a canister, but for what is its own or was spent. */
  const status = async (name: string, environment = 'local'): Promise<Record<string, unknown>> => {
    const all = JSON.parse(await icp('canister', 'status', name, '--json', '-e', environment)) as Record<
      string,
      unknown
    >;
    const { environment_variables: _variables, ...settings } = all['settings'] as Record<string, unknown>;
    return { status: all['status'], module_hash: all['module_hash'], settings };
  };

  const controllers = async (name: string): Promise<string[]> =>
    ((await status(name))['settings'] as { controllers: string[] }).controllers.sort();

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'icp-lifecycle-'));
    home = join(folder, 'home');
    mkdirSync(home);
    writeFileSync(join(folder, 'counter.mo'), SOURCE);
    writeFileSync(join(folder, 'counter.wasm'), compileMotoko(join(folder, 'counter.mo')).wasm);
    writeFileSync(join(folder, 'other.mo'), 'persistent actor { public query func other() : async Nat { 1 } }');
    other = compileMotoko(join(folder, 'other.mo')).wasm;
    writeFileSync(join(folder, 'other.wasm'), other);
    writeFileSync(join(folder, 'hello.txt'), ' hello\n');
    writeFileSync(join(folder, 'icp.yaml'), MANIFEST);
    env = launcherEnvironment(folder);
    const client = agentOperations(fetch, { candid: testCodec() });
    const engine = new IcpEngine(icpLocations({ ICP_HOME: home }, process.platform, home), () => reader);
    selection = new Selection(new MemoryStore());
    const trust = { isTrusted: true };
    project = new ProjectMonitor(engine.open(join(folder, 'icp.yaml')), { client, selection, trust, now: Date.now });
    const tool = icpTool({
      env: { PATH: process.env['PATH'], HOME: home, ICP_HOME: home, DO_NOT_TRACK: '1', ...env },
      platform: process.platform,
      home,
      setting: () => icpBinary,
      log: { command: (line) => commands.push(line), line: () => {}, end: () => {} },
      runInTerminal: async () => undefined,
      trust,
      showSecret: () => {},
    });
    const toolchains = [new IcpToolchain(tool)];
    service = new LifecycleService(client, toolchains);
    local = new LocalNetwork({
      portOwner: async () => undefined,
      client,
      toolchains,
      engines: [engine],
      work: new LocalNetworkActivity(),
      trust: { isTrusted: true },
    });
  });
  after(async () => {
    await runIcp(['network', 'stop'], { cwd: folder, home, env });
    project.dispose();
    rmSync(folder, { recursive: true, force: true });
  });

  it('starts the network and sees that it runs', async () => {
    await project.refresh();
    assert.equal(project.snapshot.health?.state, 'offline', 'whoever else may answer at its address');
    await local.start(project.files, { target: 'local' });
    await project.refresh();
    assert.equal(project.snapshot.health?.state, 'healthy');
    await icp('identity', 'new', 'me', '--storage', 'plaintext');
    await icp('identity', 'default', 'me');
    await project.refresh();
    assert.equal(project.snapshot.identity?.name, 'me');
    me = (await icp('identity', 'principal')).trim();
    assert.equal(phase('ours'), 'not-created');
  });

  it('creates, builds and installs what icp deploys', async () => {
    await run('create');
    assert.equal(phase('ours'), 'empty');
    assert.equal((await icp('canister', 'status', 'ours', '-i')).trim(), project.canister('ours')?.id);
    await run('build');
    commands.length = 0;
    await run('install');
    assert.deepEqual(commands, [], 'an installation needs no icp');
    assert.equal(phase('ours'), 'running');
    assert.equal(await value('value'), '(7 : nat)', 'the init_args of the manifest');
    await icp('deploy', 'theirs');
    assert.deepEqual(await status('ours'), await status('theirs'));
  });

  it('upgrades with the arguments for upgrades, and reinstalls with the first', async () => {
    await service.native.call(target('ours'), {
      kind: 'update',
      method: 'add',
      argument: { kind: 'candid', text: '()' },
    });
    await run('upgrade');
    assert.deepEqual([await value('value'), await value('argument')], ['(8 : nat)', '(20 : nat)']);
    await run('reinstall');
    assert.equal(await value('value'), '(7 : nat)');
    assert.deepEqual(await status('ours'), await status('theirs'));
  });

  describe('leaves what icp leaves, on two canisters alike,', () => {
    /** All that icp says of a canister, but for whose it is and what it spends. */
    const whole = async (name: string) => {
      const said = JSON.parse(await icp('canister', 'status', name, '--json')) as Record<string, unknown>;
      const snapshots = JSON.parse(await icp('canister', 'snapshot', 'list', name, '--json')) as {
        snapshots: Snapshot[];
      };
      const { id: _id, name: _name, cycles, idle_cycles_burned_per_day: _idle, settings, ...state } = said;
      const { environment_variables: variables, ...others } = settings as Record<string, unknown>;
      return {
        cycles: BigInt(String(cycles).replaceAll('_', '')),
        state: {
          ...state,
          settings: others,
          // Who deploys by icp gives each canister the ids of all, as variables of icp's own.
          variables: (variables as { name: string }[]).filter((each) => !each.name.startsWith('PUBLIC_CANISTER_ID')),
          snapshots: snapshots.snapshots.map(({ total_size: size }) => size),
          value:
            state['status'] === 'Running' && (await icp('canister', 'call', name, 'value', '()', '--query')).trim(),
        },
      };
    };
    const change = async (settings: SettingsChange): Promise<void> => {
      const [outcome] = (await service.run('settings', [target('ours')], answered, settings)).outcomes;
      assert.ok(outcome?.ok, JSON.stringify(outcome));
    };
    const update = (...args: readonly string[]) => ['canister', 'settings', 'update', 'theirs', '--force', ...args];
    const add = () =>
      service.native.call(target('ours'), {
        kind: 'update',
        method: 'add',
        argument: { kind: 'candid', text: '()' },
      });
    const snapshotOf = async (name: string) => {
      const { snapshots } = JSON.parse(await icp('canister', 'snapshot', 'list', name, '--json')) as {
        snapshots: Snapshot[];
      };
      return snapshots[0]?.snapshot_id ?? assert.fail(`${name} has no snapshot`);
    };
    const snapshot = async (operation: 'snapshot-load' | 'snapshot-delete'): Promise<void> => {
      const [outcome] = (await service.run(operation, [target('ours')], answered, await snapshotOf('ours'))).outcomes;
      assert.ok(outcome?.ok, JSON.stringify(outcome));
    };
    const onTheirs = async (command: string) => ['canister', 'snapshot', command, 'theirs', await snapshotOf('theirs')];

    /** By the service on one, by command lines of icp on the other. */
    const operations: readonly {
      readonly name: string;
      readonly ours: () => Promise<unknown>;
      readonly theirs: () => Promise<readonly (readonly string[])[]>;
    }[] = [
      {
        name: 'a second controller',
        ours: () => change({ controllers: [me, 'aaaaa-aa'] }),
        theirs: async () => [update('--add-controller', 'aaaaa-aa')],
      },
      {
        name: 'one controller less',
        ours: () => change({ controllers: [me] }),
        theirs: async () => [update('--remove-controller', 'aaaaa-aa')],
      },
      {
        name: 'allocations, limits and thresholds',
        ours: () =>
          change({
            computeAllocation: 2n,
            memoryAllocation: 8n * 1024n ** 2n,
            freezingThreshold: 40n * 86_400n,
            reservedCyclesLimit: 3_000_000_000_000n,
            wasmMemoryLimit: 2n * 1024n ** 3n,
            wasmMemoryThreshold: 1024n ** 2n,
            logMemoryLimit: 256n * 1024n,
          }),
        theirs: async () => [
          update('--compute-allocation', '2', '--memory-allocation', '8mib', '--freezing-threshold', '40d'),
          update('--reserved-cycles-limit', '3t', '--wasm-memory-limit', '2gib', '--wasm-memory-threshold', '1mib'),
          update('--log-memory-limit', '256kib'),
        ],
      },
      {
        name: 'the log for everybody',
        ours: () => change({ logVisibility: { kind: 'public' } }),
        theirs: async () => [update('--log-visibility', 'public')],
      },
      {
        name: 'the log for one viewer',
        ours: () => change({ logVisibility: { kind: 'allowed_viewers', viewers: ['aaaaa-aa'] } }),
        theirs: async () => [update('--set-log-viewer', 'aaaaa-aa')],
      },
      {
        name: 'snapshots and status for everybody',
        ours: () => change({ snapshotVisibility: { kind: 'public' }, statusVisibility: { kind: 'public' } }),
        theirs: async () => [update('--snapshot-visibility', 'public', '--status-visibility', 'public')],
      },
      {
        name: 'an environment variable',
        ours: () => change({ environmentVariables: [{ name: 'MODE', value: 'fast' }] }),
        theirs: async () => [update('--add-environment-variable', 'MODE=fast')],
      },
      { name: 'data', ours: add, theirs: async () => [['canister', 'call', 'theirs', 'add', '()']] },
      {
        name: 'a snapshot, for which it is stopped meanwhile',
        ours: () => run('snapshot-take'),
        theirs: async () => [
          ['canister', 'stop', 'theirs'],
          ['canister', 'snapshot', 'create', 'theirs'],
          ['canister', 'start', 'theirs'],
        ],
      },
      { name: 'more data', ours: add, theirs: async () => [['canister', 'call', 'theirs', 'add', '()']] },
      {
        name: 'a snapshot that is restored',
        ours: () => snapshot('snapshot-load'),
        theirs: async () => [
          ['canister', 'stop', 'theirs'],
          await onTheirs('restore'),
          ['canister', 'start', 'theirs'],
        ],
      },
      {
        name: 'a snapshot that is deleted',
        ours: () => snapshot('snapshot-delete'),
        theirs: async () => [await onTheirs('delete')],
      },
      {
        name: 'an upgrade',
        ours: () => run('upgrade'),
        // Without `--args`, icp gives an installation no argument: not that of the manifest either.
        theirs: async () => [['canister', 'install', 'theirs', '--mode', 'upgrade', '--args', '(20 : nat)']],
      },
      {
        name: 'a reinstallation',
        ours: () => run('reinstall'),
        theirs: async () => [['canister', 'install', 'theirs', '--mode', 'reinstall', '--args', '(7 : nat)', '--yes']],
      },
      { name: 'a stop', ours: () => run('stop'), theirs: async () => [['canister', 'stop', 'theirs']] },
      { name: 'a start', ours: () => run('start'), theirs: async () => [['canister', 'start', 'theirs']] },
    ];
    // What is reserved below costs more than they have.
    it('cycles, whether they are made or come from the ledger', async () => {
      const before = [await whole('ours'), await whole('theirs')] as const;
      const [outcome] = (await service.run('top-up', [target('ours')], answered, 200_000_000_000_000n)).outcomes;
      assert.ok(outcome?.ok, JSON.stringify(outcome));
      await icp('canister', 'top-up', 'theirs', '--amount', '200t');
      const after = [await whole('ours'), await whole('theirs')] as const;
      for (const index of [0, 1] as const) {
        const gained = after[index].cycles - before[index].cycles;
        assert.ok(gained > 199_000_000_000_000n && gained <= 200_000_000_000_000n, `${gained}`);
      }
    });
    for (const { name, ours, theirs } of operations) {
      it(name, async () => {
        await ours();
        for (const line of await theirs()) {
          await icp(...line);
        }
        const [left, right] = [await whole('ours'), await whole('theirs')];
        assert.deepEqual(left.state, right.state);
        await project.refresh();
      });
    }
  });

  it('stops, starts and deletes it as icp sees it', async () => {
    await run('stop');
    assert.equal((await status('ours'))['status'], 'Stopped');
    await run('start');
    assert.equal((await status('ours'))['status'], 'Running');
    deleted = project.canister('ours')!.id!;
    await run('delete');
    const { code, stderr } = await runIcp(['canister', 'status', 'ours', '-i'], { cwd: folder, home, env });
    assert.equal(code, 1);
    assert.match(stderr, /could not find ID for canister 'ours'/);
    assert.equal(phase('ours'), 'not-created');
  });

  it('deploys by icp, in the environment that is selected', async () => {
    await selection.setTarget(project.manifest, 'part');
    await project.refresh();
    assert.equal(phase('theirs'), 'excluded');
    commands.length = 0;
    await run('deploy');
    assert.match(commands.join('\n'), /deploy --json --mode auto --environment part --identity me ours$/);
    assert.equal(await value('value'), '(9 : nat)', 'the init_args of the environment');
    assert.equal(phase('ours'), 'running');
  });

  it('refuses an interface that does not fit, as icp does, until it is agreed to', async () => {
    const fits = readFileSync(join(folder, 'counter.wasm'));
    writeFileSync(join(folder, 'counter.wasm'), other);
    const [refused] = (await service.run('deploy', [target('ours')], answered)).outcomes;
    assert.ok(refused && !refused.ok);
    assert.equal(refused.failure.kind, 'incompatible-upgrade');
    assert.equal(refused.failure.next, 'deploy-anyway');
    assert.match(
      formatMessage(refused.failure.message),
      /interface of ours .* Method add is only in the expected type/,
    );
    await run('deploy-anyway');
    assert.equal(await value('other'), '(1 : nat)');
    writeFileSync(join(folder, 'counter.wasm'), fits);
    await run('deploy-anyway');
  });

  it('forgets the id of a canister that is gone, which icp cannot', async () => {
    const { network } = project.snapshot.target;
    const file = join(folder, '.icp', 'cache', 'mappings', 'part.ids.json');
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify({ ours: deleted }, null, 2));
    await project.refresh();
    assert.ok(network);
    assert.equal(phase('ours'), 'missing');
    const { code } = await runIcp(['canister', 'delete', 'ours', '-e', 'part'], { cwd: folder, home, env });
    assert.equal(code, 1);
    assert.deepEqual(
      applicableOperations(project.canister('ours')!).filter((operation) =>
        ['forget', 'delete', 'create'].includes(operation),
      ),
      ['delete', 'forget'],
    );
    await run('forget');
    assert.equal(phase('ours'), 'not-created');
    await run('create');
    assert.equal(phase('ours'), 'empty');
    writeFileSync(file, JSON.stringify({ ours: deleted }, null, 2));
    await project.refresh();
    await run('delete');
    assert.equal(phase('ours'), 'not-created');
  });

  it('gives new canisters the controllers and environment variables of the manifest', async () => {
    await selection.setTarget(project.manifest, 'local');
    await project.refresh();
    for (const pair of [
      ['chief', 'helper'],
      ['helper', 'chief'],
    ]) {
      for (const name of ['chief', 'helper']) {
        await runIcp(['canister', 'delete', name, '--no-recover-cycles'], { cwd: folder, home, env });
      }
      await project.refresh();
      for (const name of pair) {
        await run('create', name);
      }
      const ours = [await controllers('chief'), await controllers('helper')];
      const id = (name: string) => project.canister(name)!.id!;
      assert.deepEqual(ours, [[ANONYMOUS, me, id('helper')].sort(), [me, id('chief')].sort()]);
      const variables = JSON.parse(await icp('canister', 'status', 'chief', '--json')) as {
        settings: { environment_variables: { name: string }[] };
      };
      const byName = variables.settings.environment_variables.sort((a, b) => (a.name < b.name ? -1 : 1));
      assert.deepEqual(byName, [
        { name: 'FROM_FILE', value: 'hello' },
        { name: 'MODE', value: 'fast' },
      ]);
      await icp('canister', 'settings', 'sync', 'chief');
      await icp('canister', 'settings', 'sync', 'helper');
      assert.deepEqual([await controllers('chief'), await controllers('helper')], ours, 'icp has nothing to add');
    }
  });

  it('builds, deploys and synchronizes several canisters with one icp', async () => {
    commands.length = 0;
    const phases = new Set<string>();
    const follow = project.onDidChange(() => {
      for (const name of ['chief', 'helper']) {
        phases.add(project.canister(name)?.busy?.text ?? '');
      }
    });
    const both = [target('chief'), target('helper')];
    for (const operation of ['build', 'deploy', 'sync'] as const) {
      const { outcomes, urls } = await service.run(operation, both, answered);
      assert.deepEqual(
        outcomes.map((outcome) => [outcome.target.canister, outcome.ok]),
        [
          ['chief', true],
          ['helper', true],
        ],
      );
      assert.equal(urls.length, operation === 'deploy' ? 2 : 0);
    }
    follow.dispose();
    assert.deepEqual(
      commands.map((line) => line.replace(/^.*?icp'? /, '')),
      [
        'build --environment local chief helper',
        'deploy --json --mode auto --environment local --identity me chief helper',
        'sync --environment local --identity me chief helper',
      ],
    );
    for (const words of ['Building…', 'Installing…', 'Synchronizing…']) {
      assert.ok(phases.has(words), `${words} in ${[...phases].join()}`);
    }
    assert.equal(phase('chief'), 'running');
    assert.equal(readFileSync(join(folder, 'synced'), 'utf8').trim(), project.canister('helper')?.id);
  });

  it('says of several which could not be built', async () => {
    const { outcomes } = await service.run('build', [target('chief'), target('broken')], answered);
    assert.deepEqual(
      outcomes.map((outcome) => [outcome.target.canister, outcome.ok]),
      [
        ['chief', true],
        ['broken', false],
      ],
    );
  });

  it('can be cancelled while icp hangs, with all that icp has started', async () => {
    const controller = new AbortController();
    const deploying = service.run('deploy', [target('slow'), target('chief')], {
      ...answered,
      signal: controller.signal,
    });
    const file = join(folder, 'slow.pid');
    for (let attempt = 0; attempt < 200 && !existsSync(file); attempt++) {
      await delay(50);
    }
    const pid = Number(readFileSync(file, 'utf8'));
    controller.abort();
    const { outcomes } = await deploying;
    assert.deepEqual(
      outcomes.map((outcome) => !outcome.ok && outcome.cancelled),
      [true, true],
    );
    // Nobody may take note of its end in a container: then it is there, but dead.
    assert.match(spawnSync('ps', ['-o', 'stat=', '-p', String(pid)], { encoding: 'utf8' }).stdout, /^(?:Z|\s*$)/);
    assert.equal(project.canister('slow')?.busy, undefined);
  });

  it('says whose build failed and where', async () => {
    await selection.setTarget(project.manifest, 'local');
    await project.refresh();
    const report = await service.run('build', [target('broken')], answered);
    const [outcome] = report.outcomes;
    assert.ok(outcome && !outcome.ok);
    assert.equal(outcome.failure.kind, 'compile', formatMessage(outcome.failure.message));
    const [findings] = report.findings;
    assert.deepEqual([findings?.root, findings?.canisters], [project.root, ['broken']]);
    const [diagnostic] = findings?.diagnostics ?? [];
    assert.equal(diagnostic?.file, join(folder, 'counter.mo'));
    assert.deepEqual([diagnostic?.line, diagnostic?.column, diagnostic?.code], [0, 1, 'M0057']);
  });

  it('starts nothing while icp would refuse the manifest', async () => {
    writeFileSync(join(folder, 'icp.yaml'), MANIFEST.replace('canisters: [ours]', 'canisters: [nobody]'));
    await project.refresh();
    commands.length = 0;
    const [outcome] = (await service.run('deploy', [target('ours')], answered)).outcomes;
    assert.ok(outcome && !outcome.ok);
    assert.equal(outcome.failure.kind, 'config');
    assert.match(formatMessage(outcome.failure.message), /no canister named "nobody"/);
    assert.deepEqual(commands, []);
    writeFileSync(join(folder, 'icp.yaml'), MANIFEST);
  });

  it('stops the network', async () => {
    await project.refresh();
    await local.stop(project.files, { target: 'part' });
    await project.refresh();
    assert.equal(project.snapshot.health?.state, 'offline');
  });
});
