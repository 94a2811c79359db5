/** What the real icp says where it fails, and what is made of it. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { icpCommands as commands } from '../../../../src/core/engines/icp/commands';
import { icpEnvironment } from '../../../../src/core/engines/icp/environment';
import { causesOf, classifyFailure } from '../../../../src/core/engines/icp/failures';
import { locateIcp } from '../../../../src/core/engines/icp/locate';
import type { ToolContext } from '../../../../src/core/engines/toolchain';
import type { RunResult } from '../../../../src/core/process/run';
import type { ToolCommand } from '../../../../src/core/process/tool';
import { Failure, type FailureData } from '../../../../src/core/util/failure';
import { formatMessage } from '../../../../src/core/util/message';
import { compileMotoko } from '../../../motoko/compile';
import { TestNetwork } from '../../../network/index';
import { icpBinary, runIcp, withoutIcp } from '../../../support/icp-binary';
import { icpToolchain } from '../../../support/icp-toolchain';

const root = join(__dirname, '..', '..', '..', '..');

function result(overrides: Partial<RunResult>): RunResult {
  return {
    exitCode: 1,
    endedBy: null,
    cancelled: false,
    declined: false,
    stdout: '',
    stderr: '',
    durationMs: 1,
    ...overrides,
  };
}

describe('a failure of icp', { skip: withoutIcp }, () => {
  let folder: string;
  let network: TestNetwork;

  const context = (target: string, identity = 'me'): ToolContext => ({ cwd: folder, target, identity });
  const on = (target: string) => context(target);
  const run = (command: ToolCommand) => runIcp(command.args, { cwd: folder, home: join(folder, 'home') });
  const succeed = async (command: ToolCommand): Promise<string> => {
    const { code, stdout, stderr } = await run(command);
    assert.equal(code, 0, `icp ${command.args.join(' ')}: ${stderr}`);
    return stdout;
  };
  /** Runs a command that has to fail, and explains it. */
  const fail = async (command: ToolCommand, kind: FailureData['kind']): Promise<FailureData> => {
    const { code, stdout, stderr } = await run(command);
    assert.notEqual(code, 0, `icp ${command.args.join(' ')} succeeds`);
    const failure = classifyFailure(result({ exitCode: code, stdout, stderr }), { identity: 'me', network: 'test' });
    assert.equal(failure.kind, kind, `${formatMessage(failure.message)}\n${stderr}`);
    return failure;
  };
  const hello = { canister: 'hello' };

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'icp-failures-'));
    network = await TestNetwork.start();
    const { wasm } = compileMotoko(join(root, 'examples/hello/src/hello_backend/main.mo'));
    writeFileSync(join(folder, 'hello.wasm'), wasm);
    writeFileSync(
      join(folder, 'icp.yaml'),
      `canisters:
  - { name: hello, build: { steps: [{ type: pre-built, path: hello.wasm }] } }
  - { name: broken, build: { steps: [{ type: script, command: "echo 'main.mo:3.5-3.9: type error [M0057], x' >&2; exit 3" }] } }
  - { name: arguments, build: { steps: [{ type: pre-built, path: hello.wasm }] }, init_args: "nonsense (" }
  - { name: settings, build: { steps: [{ type: pre-built, path: hello.wasm }] }, settings: { compute_allocation: 200 } }
networks:
  - { name: net, mode: connected, url: "${network.url}", root-key: fetch }
  - { name: dead, mode: connected, url: "http://127.0.0.1:1", root-key: fetch }
  - { name: boxed, mode: managed, image: some/image, port-mapping: ["0:4943"] }
environments:
  - { name: test, network: net }
  - { name: dead, network: dead }
  - { name: some, network: net, canisters: [hello] }
`,
    );
    writeFileSync(join(folder, 'password'), 'correct horse\n');
    await succeed(commands.newIdentity(folder, 'me', 'plaintext'));
    const locked = commands.newIdentity(folder, 'locked', 'password-protected');
    await succeed({ ...locked, args: [...locked.args, '--storage-password-file', join(folder, 'password')] });
  });
  after(async () => {
    await network.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('names what is missing on the way to a canister', async () => {
    const unbuilt = { args: ['canister', 'install', 'hello', '-e', 'test', '--identity', 'me'], cwd: folder } as const;
    await fail(commands.startCanister(on('test'), hello), 'no-id');
    await succeed(commands.createCanister(on('test'), hello));
    assert.equal((await fail({ ...unbuilt, stdin: 'ignore', usesKey: true }, 'not-built')).next, 'build');
    await fail(commands.build(on('test'), { canister: 'nobody' }), 'canister-unknown');
    const outside = await fail(commands.build(on('some'), { canister: 'broken' }), 'canister-unknown');
    assert.equal(formatMessage(outside.message), 'broken is not in environment some.');
    await fail(commands.build(on('nowhere'), hello), 'config');
  });

  it('tells a failed build, wrong arguments and wrong settings apart', async () => {
    await fail(commands.build(on('test'), { canister: 'broken' }), 'compile');
    await fail(commands.deploy(on('test'), { canister: 'arguments' }), 'bad-arguments');
    const settings = await fail(commands.deploy(on('test'), { canister: 'settings' }), 'other');
    assert.match(formatMessage(settings.message), /ComputeAllocation expected to be in the range/);
  });

  it('tells identities apart that cannot be used', async () => {
    await fail(commands.startCanister(context('test', 'nobody'), hello), 'identity-missing');
    assert.equal(
      (await fail(commands.startCanister(context('test', 'locked'), hello), 'needs-terminal')).next,
      'run-in-terminal',
    );
    await fail(commands.deleteCanister(context('test', 'anonymous'), hello, { withdrawal: true }), 'not-a-controller');
    // A phase of a deployment that fails for one canister says so in another way.
    await fail(commands.deploy(context('test', 'anonymous'), hello), 'not-a-controller');
  });

  it('tells networks apart that do not answer', async () => {
    await fail(commands.deploy(on('dead'), hello), 'network-unreachable');
    await fail(commands.deploy(on('local'), hello), 'network-not-running');
    await fail(commands.stopNetwork(folder, 'local'), 'network-not-running');
    await fail(commands.startNetwork(folder, { network: 'net' }), 'other');
  });

  it('says that Docker is not there for a network in a container', async () => {
    const { args } = commands.startNetwork(folder, { network: 'boxed' });
    const env = { DOCKER_HOST: `unix://${join(folder, 'no.sock')}` };
    const { code, stdout, stderr } = await runIcp(args, { cwd: folder, home: join(folder, 'home'), env });
    const failure = classifyFailure(result({ exitCode: code, stdout, stderr }));
    assert.match(formatMessage(failure.message), /meant to run in a container, but Docker does not answer/, stderr);
  });

  it('says that a template cannot be had', async () => {
    const command = commands.newProject(folder, { name: 'shop', type: 'motoko', frontend: '' });
    const unreachable = { ...command, args: [...command.args, '--git', join(folder, 'nowhere')] };
    await fail(unreachable, 'network-unreachable');
  });

  it('has a way on for commands that this icp does not know', async () => {
    const unknown = await fail({ args: ['frob'], cwd: folder, stdin: 'ignore', usesKey: false }, 'bad-arguments');
    assert.equal(unknown.next, 'choose-icp');
  });

  it('does not come from commands that fit', async () => {
    await succeed(commands.deploy(on('test'), hello));
    await succeed(commands.stopCanister(on('test'), hello));
    await succeed(commands.startCanister(on('test'), hello));
    const call = { method: 'greet', kind: 'update', text: '("Ada")' } as const;
    assert.equal((await succeed(commands.call(on('test'), 'hello', call))).trim(), '("Hello, Ada!")');
    await succeed(commands.renameIdentity(folder, 'locked', 'closed'));
    await succeed(commands.useIdentity(folder, 'me'));
    assert.match(await succeed(commands.getPrincipal(folder, 'me')), /^[a-z0-9-]+$/m);
    await succeed(commands.removeIdentity(folder, 'closed', { dropWallets: false }));
    await succeed(commands.deleteCanister(on('test'), hello, { withdrawal: true }));
  });

  it('is not asked of programs that only have the name', async () => {
    const options = { env: {}, platform: process.platform, home: folder, trust: { isTrusted: true } };
    assert.deepEqual(await locateIcp({ ...options, setting: icpBinary }), {
      state: 'found',
      path: icpBinary,
      version: '1.5.0',
    });
    assert.equal((await locateIcp({ ...options, setting: process.execPath })).state, 'missing');
    assert.equal((await locateIcp({ ...options, setting: 'bin/icp' })).state, 'missing');
  });
});

describe('the version of icp', { skip: process.platform === 'win32' }, () => {
  it('is too old before 1.2, and else taken as it is', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'icp-versions-'));
    t.after(() => rmSync(folder, { recursive: true, force: true }));
    const options = { env: {}, platform: process.platform, home: folder, trust: { isTrusted: true } };
    for (const [version, state] of [
      ['0.3.0', 'too-old'],
      ['1.1.9', 'too-old'],
      ['1.2.0', 'found'],
      ['1.3.0', 'found'],
      ['1.10.0', 'found'],
      ['2.0.0-beta.1', 'found'],
    ] as const) {
      const program = join(folder, `icp-${version}`);
      writeFileSync(program, `#!/bin/sh\necho 'icp ${version}'\n`, { mode: 0o755 });
      const location = await locateIcp({ ...options, setting: program });
      assert.equal(location.state, state, version);
      if (location.state === 'too-old') {
        assert.match(formatMessage(location.message), /is too old: 1\.2 or newer is needed\.$/);
        const toolchain = icpToolchain(folder, { setting: () => program });
        await assert.rejects(toolchain.tool.run(commands.stopNetwork(folder, 'local')), (error) => {
          assert.ok(error instanceof Failure);
          assert.equal(error.data.next, 'choose-icp');
          return true;
        });
      }
    }
  });

  it('is named where it does not take a command', () => {
    const refused = result({ exitCode: 2, stderr: "error: unexpected argument '--json' found\n" });
    const words = (version: string) => formatMessage(classifyFailure(refused, { version }).message);
    assert.equal(words('1.8.0'), 'icp 1.8.0 is newer than what this extension knows, and does not take the command.');
    assert.equal(words('1.3.0'), 'icp 1.3.0 does not know the command. A newer icp does.');
    assert.equal(classifyFailure(refused, { version: '1.3.0' }).next, 'choose-icp');
  });
});

describe('the words of icp', () => {
  it('are a chain of causes, without a stack trace', () => {
    const stderr = `WARN something
Error: failed to load project

Caused by:
    0: failed to load project manifest
    1: failed to parse manifest at '/x/icp.yaml'
    2: unknown field

Stack backtrace:
   0: <icp::ProjectLoadError>
`;
    assert.deepEqual(causesOf(stderr), [
      'failed to load project',
      'failed to load project manifest',
      "failed to parse manifest at '/x/icp.yaml'",
      'unknown field',
    ]);
    assert.deepEqual(causesOf('Error: a\n\nCaused by:\n    b\n'), ['a', 'b']);
    assert.deepEqual(causesOf('nothing'), []);
  });

  it('end by a crash, a signal or a cancellation', () => {
    assert.match(formatMessage(classifyFailure(result({ exitCode: 101 })).message), /crashed/);
    assert.equal(classifyFailure(result({ exitCode: null, endedBy: 'SIGKILL' })).kind, 'killed');
    assert.equal(classifyFailure(result({ cancelled: true })).kind, 'cancelled');
  });

  it('come from an environment without what would change a command unseen', () => {
    const base = {
      PATH: '/bin',
      USER: 'me',
      ICP_NETWORK: 'ic',
      ICP_ENVIRONMENT: 'x',
      RUST_BACKTRACE: '1',
      VSCODE_PID: '1',
      NO_COLOR: '',
    };
    assert.deepEqual(icpEnvironment(base), { PATH: '/bin', USER: 'me', NO_COLOR: '1' });
    assert.notEqual(icpEnvironment({})['USER'] ?? '', '');
    assert.equal(icpEnvironment(base, { background: true })['DO_NOT_TRACK'], '1');
  });
});
