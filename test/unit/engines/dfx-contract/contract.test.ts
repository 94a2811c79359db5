/**
 * What the product takes for granted of dfx, run against the stand-in, and against a real dfx where DFX_BIN names one.
 * The product's own runner, commands and readers are used throughout: they are held to dfx as much as it is to them.
 */

import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, readdir } from 'node:fs/promises';
import path from 'node:path';
import { after, before, describe, test } from 'node:test';
import { Principal } from '@dfinity/principal';
import { buildArtifacts } from '../../../../src/core/engines/dfx/artifacts';
import { type CanisterIds, readCanisterIds } from '../../../../src/core/engines/dfx/canister-ids';
import { dfxCommands as commands } from '../../../../src/core/engines/dfx/commands';
import { parseDfxConfig } from '../../../../src/core/engines/dfx/dfx-json';
import { dfxEnvironment, type EnvironmentOptions } from '../../../../src/core/engines/dfx/environment';
import { classifyFailure, type DfxFailure } from '../../../../src/core/engines/dfx/errors';
import { listIdentities, selectedIdentity } from '../../../../src/core/engines/dfx/identities';
import { type DfxLocations, dfxLocations } from '../../../../src/core/engines/dfx/locations';
import { type DfxNetwork, resolveNetwork } from '../../../../src/core/engines/dfx/networks';
import { knownQuestion, PromptDetector } from '../../../../src/core/engines/dfx/prompts';
import type { CanisterScope, ToolContext } from '../../../../src/core/engines/toolchain';
import { parsePem, publicKeyDer } from '../../../../src/core/identity/pem';
import { parseDiagnostics } from '../../../../src/core/process/diagnostics';
import { type Question, type RunOptions, type RunResult, runProcess } from '../../../../src/core/process/run';
import type { ToolCommand } from '../../../../src/core/process/tool';
import { succeeded } from '../../../../src/core/process/tool';
import { moduleHash } from '../../../../src/core/project/module-hash';
import { isPrincipal } from '../../../../src/core/util/principal';
import { installDfx, setBehaviour } from '../../../dfx';
import { buildWasm } from '../../../network';
import { assertWithin } from '../../support/within';
import { temporaryFolder } from './folder';

const REMOTE = 'rdmx6-jaaaa-aaaaa-aaadq-cai';
const CANDID = 'service : {\n  greet : (text) -> (text);\n  count : () -> (nat) query;\n}\n';
const SMALLER = 'service : {\n  count : () -> (nat) query;\n}\n';

/** A project whose canisters need no compiler, so that a real dfx needs none either. */
function dfxJson(networks?: unknown): unknown {
  const custom = (name: string): unknown => ({
    type: 'custom',
    wasm: `${name}.wasm`,
    candid: `${name}.did`,
    build: [],
  });
  return {
    version: 1,
    canisters: {
      backend: custom('backend'),
      worker: { ...(custom('worker') as object), dependencies: ['backend'] },
      far: { ...(custom('backend') as object), remote: { id: { local: REMOTE } } },
    },
    networks,
  };
}

const real = process.env['DFX_BIN'];
const skip = process.platform === 'win32' && 'dfx does not run on Windows itself';

for (const implementation of real === undefined ? ['stand-in'] : ['stand-in', 'dfx']) {
  const isStandIn = implementation === 'stand-in';

  describe(`the contract of dfx: ${implementation}`, { skip }, () => {
    let folder: Awaited<ReturnType<typeof temporaryFolder>>;
    let executable: string;
    let root: string;
    let locations: DfxLocations;
    let base: NodeJS.ProcessEnv;

    before(async () => {
      folder = await temporaryFolder();
      const home = path.join(folder.path, 'home');
      root = path.join(folder.path, 'project');
      await mkdir(home);
      base = {
        ...process.env,
        HOME: home,
        XDG_DATA_HOME: path.join(home, '.local', 'share'),
        DFX_CI_MOCK_KEYRING_LOCATION: '',
      };
      for (const name of ['DFX_CONFIG_ROOT', 'DFX_NETWORK', 'DFX_IDENTITY', 'DFX_WARNING', 'DFX_STAND_IN']) {
        delete base[name];
      }
      locations = dfxLocations(base, process.platform, home);
      executable = isStandIn ? await installDfx(path.join(folder.path, 'bin')) : real!;
      await write('dfx.json', dfxJson());
      await write('backend.did', CANDID);
      await write('worker.did', CANDID);
      await write('backend.wasm', buildWasm({ candid: CANDID, updates: ['greet'], queries: ['count'] }));
      await write('worker.wasm', buildWasm({ candid: CANDID, updates: ['greet'], queries: ['count'], padding: 1 }));
    });
    after(async () => {
      await run(commands.stopNetwork(root));
      await folder.remove();
    });

    const write = (name: string, content: unknown): Promise<void> => folder.write(path.join('project', name), content);
    const run = (
      command: ToolCommand,
      options: Partial<RunOptions> = {},
      environment: EnvironmentOptions = {},
    ): Promise<RunResult> =>
      runProcess({
        trust: { isTrusted: true },
        executable,
        command,
        questions: new PromptDetector(),
        env: dfxEnvironment(base, environment),
        ...options,
      });
    const context = (identity = 'default', network = 'local'): ToolContext => ({
      cwd: root,
      target: network,
      identity,
    });
    const as = ['--network', 'local', '--identity', 'default'];
    /** A command that the product does not give. */
    const other = (...args: string[]): ToolCommand => ({ args, cwd: root, stdin: 'ignore', usesKey: true });
    const listIdentitiesCommand = () => other('identity', 'list');
    const withWords = (command: ToolCommand, ...words: string[]): ToolCommand => ({
      ...command,
      args: [...command.args, ...words],
    });
    const one = (canister: string): CanisterScope => ({ canister });

    async function ok(command: ToolCommand, options?: Partial<RunOptions>): Promise<RunResult> {
      const result = await run(command, options);
      assert.ok(succeeded(result), `dfx ${command.args.join(' ')}: ${result.exitCode}\n${result.stderr}`);
      return result;
    }
    async function fails(command: ToolCommand, kind: DfxFailure['kind'], code = 255): Promise<DfxFailure> {
      const result = await run(command);
      assert.equal(result.exitCode, code, `dfx ${command.args.join(' ')}\n${result.stdout}\n${result.stderr}`);
      const failure = classifyFailure(result, { network: 'local', identity: 'default' });
      assert.equal(failure.kind, kind, result.stderr);
      return failure;
    }
    async function network(): Promise<DfxNetwork> {
      const resolved = await resolveNetwork('local', root, await config(), locations);
      assert.ok('name' in resolved);
      return resolved;
    }
    const config = async () => parseDfxConfig(readFileSync(path.join(root, 'dfx.json'), 'utf8'));
    const ids = async (): Promise<CanisterIds> => readCanisterIds(root, await config(), await network(), new Date());
    const answers = (yes: boolean): { prompts: Question[]; onPrompt: (prompt: Question) => Promise<boolean> } => {
      const prompts: Question[] = [];
      return {
        prompts,
        onPrompt: async (prompt) => {
          prompts.push(prompt);
          return yes;
        },
      };
    };
    const statusOf = async (name: string): Promise<string> => {
      const result = await ok({
        ...commands.stopCanister(context(), one(name)),
        args: ['canister', 'status', name, '--network', 'local', '--identity', 'default'],
      });
      return /^Status: (\w+)$/m.exec(result.stdout)?.[1] ?? result.stdout;
    };

    test('it names its version', async () => {
      assert.match((await ok(other('--version'))).stdout, /^dfx \d+\.\d+\.\d+/);
    });

    test('unknown options and commands are refused with code 2', async () => {
      for (const args of [
        ['deploy', '--frobnicate'],
        ['canister', 'frobnicate'],
        ['build', '--all', 'backend'],
        ['canister', 'stop'],
        ['deploy', '--mode', 'sideways'],
      ]) {
        await fails({ args, cwd: root, stdin: 'ignore', usesKey: false }, 'bad-arguments', 2);
      }
    });

    test('without a running network it says so', async () => {
      await ok(listIdentitiesCommand());
      const failure = await fails(commands.deploy(context(), 'all'), 'network-not-running');
      assert.equal(failure.next, 'start-network');
      const stopped = await ok(commands.stopNetwork(root));
      assert.match(stopped.stderr, /Nothing to do/);
    });

    test('its first identity is in the files, in plain text, and selected', async () => {
      assert.deepEqual(await selectedIdentity(locations), { name: 'default' });
      const identities = await listIdentities(locations);
      assert.deepEqual(
        identities.map(({ name, storage }) => [name, storage]),
        [
          ['anonymous', 'anonymous'],
          ['default', 'plaintext'],
        ],
      );
      const listed = await ok(listIdentitiesCommand());
      assert.deepEqual(listed.stdout.split('\n'), ['anonymous', 'default']);
    });

    test('a new identity: its seed phrase is printed once, its principal follows from the file', async () => {
      const secrets: string[] = [];
      const lines: string[] = [];
      const result = await ok(commands.newIdentity(root, 'bob', 'plaintext'), {
        onSecret: (secret) => secrets.push(secret),
        onLine: (line) => lines.push(line),
      });
      assert.equal(secrets.length, 1);
      assert.equal(secrets[0]?.split(' ').length, 24);
      assert.ok(
        !`${lines.join('\n')}${result.stderr}${result.stdout}`.includes(secrets[0]!.split(' ').slice(0, 4).join(' ')),
      );
      assert.match(result.stderr, /Created identity: "bob"/);
      const bob = (await listIdentities(locations)).find(({ name }) => name === 'bob');
      assert.equal(bob?.storage, 'plaintext');
      const key = parsePem(readFileSync(bob?.pemFile ?? '', 'utf8'));
      assert.ok(!('problem' in key));
      const printed = await ok({
        args: ['identity', 'get-principal', '--identity', 'bob'],
        cwd: root,
        stdin: 'ignore',
        usesKey: true,
      });
      assert.equal(Principal.selfAuthenticating(publicKeyDer(key)).toText(), printed.stdout.trim());
    });

    test('identities are used, renamed and removed', async () => {
      await ok(commands.useIdentity(root, 'bob'));
      assert.deepEqual(await selectedIdentity(locations), { name: 'bob' });
      await fails(commands.removeIdentity(root, 'bob', { dropWallets: false }), 'other');
      await ok(commands.renameIdentity(root, 'bob', 'rob'));
      assert.deepEqual(await selectedIdentity(locations), { name: 'rob' });
      await ok(commands.useIdentity(root, 'default'));
      await ok(commands.removeIdentity(root, 'rob', { dropWallets: false }));
      assert.ok(!(await listIdentities(locations)).some(({ name }) => name === 'rob'));
      await fails(commands.useIdentity(root, 'nobody'), 'identity-missing');
      await fails({ args: ['identity', 'new', 'a b'], cwd: root, stdin: 'ignore', usesKey: false }, 'bad-arguments', 2);
    });

    test('a password is only asked for in a terminal', async () => {
      const command = { ...commands.newIdentity(root, 'eve', 'password-protected'), stdin: 'ignore' as const };
      const result = await run(command);
      assert.equal(result.exitCode, 255);
      assert.equal(classifyFailure(result).kind, 'needs-terminal', result.stderr);
    });

    test('an identity in plain text is refused on mainnet, before any request', async () => {
      const command = { ...context('default', 'ic') };
      const failure = await fails(commands.stopCanister(command, one(REMOTE)), 'plaintext-identity');
      assert.equal(failure.next, 'select-identity');
    });

    test('the local network starts in the background, and is where its files say', async () => {
      const result = await ok(withWords(commands.startNetwork(root), '--host', '127.0.0.1:0'));
      assert.match(result.stderr, /Replica API running in the background on 127\.0\.0\.1:\d+/);
      const { url, dataDir, scope } = await network();
      assert.equal(scope, 'shared');
      const status = await fetch(new URL('/api/v2/status', url));
      assert.equal(status.status, 200);
      for (const name of ['pid', 'webserver-port', 'network-id', 'replica-effective-config.json']) {
        assert.ok(existsSync(path.join(dataDir ?? '', name)), name);
      }
      const again = await run(withWords(commands.startNetwork(root), '--host', '127.0.0.1:0'));
      assert.equal(again.exitCode, 255);
      assert.match(again.stderr, /dfx is already running/);
    });

    test('without an id, there is nothing to build or to manage', async () => {
      assert.equal((await fails(commands.build(context(), 'all'), 'no-id')).next, 'create');
      await fails(commands.stopCanister(context(), one('backend')), 'no-id');
      await fails(commands.deploy(context(), one('nothing')), 'canister-unknown');
      // A name that begins with a dash is a name.
      await fails(commands.stopCanister(context(), one('--all')), 'no-id');
    });

    test('a created canister has its id in the file', async () => {
      const created = await ok(withWords(commands.createCanister(context(), one('backend')), '--no-wallet'));
      const id = /backend canister created with canister id: (\S+)/.exec(created.stderr)?.[1] ?? '';
      assert.ok(isPrincipal(id), created.stderr);
      assert.equal((await ids()).byName.get('backend')?.id, id);
      const printed = await ok({
        args: ['canister', 'id', 'backend', '--network', 'local'],
        cwd: root,
        stdin: 'ignore',
        usesKey: false,
      });
      assert.equal(printed.stdout.trim(), id);
      const again = await ok(commands.createCanister(context(), one('backend')));
      assert.match(again.stderr, /was already created and has canister id/);
      assert.match(
        (await fails(commands.createCanister(context(), one('far')), 'other')).detail,
        /Canister 'far' is a remote canister on network 'local', and cannot be created from here\./,
      );
    });

    test('a canister must be built before it is installed', async () => {
      assert.equal(
        (await fails(commands.install(context(), one('backend'), { mode: 'install' }), 'not-built')).next,
        'build',
      );
      const built = await ok(commands.build(context(), one('backend')));
      assert.match(built.stderr, /Finished building canisters/);
      const canister = (await config()).canisters[0];
      assert.ok(canister);
      const [wasm = ''] = buildArtifacts({ root }, canister, { name: 'local' }).wasm;
      assert.ok(existsSync(wasm));
    });

    test('deploying creates, builds and installs, and shows URLs', async () => {
      const result = await ok(withWords(commands.deploy(context(), 'all'), '--no-wallet'));
      assert.match(result.stderr, /^Deployed canisters\.$/m);
      assert.match(result.stderr, /^URLs:$/m);
      const { byName, internal } = await ids();
      assert.deepEqual([...byName.keys()].sort(), ['backend', 'far', 'worker']);
      assert.ok(internal.has('__Candid_UI'));
      assert.equal(byName.get('far')?.id, REMOTE);
      const canister = (await config()).canisters[0];
      assert.ok(canister);
      const hash = await moduleHash(buildArtifacts({ root }, canister, { name: 'local' }).wasm[0] ?? '', root);
      const info = await ok({
        args: ['canister', 'info', 'backend', '--network', 'local', '--identity', 'default'],
        cwd: root,
        stdin: 'ignore',
        usesKey: true,
      });
      assert.match(info.stdout, new RegExp(`Module hash: 0x${hash}`));
      const again = await ok(commands.deploy(context(), one('backend')));
      assert.match(again.stderr, /is already installed/);
    });

    test('who is no controller cannot install, and is told so', async () => {
      const install = commands.install(context('anonymous'), one('backend'), { mode: 'upgrade' });
      const command = withWords(install, '--upgrade-unchanged');
      const failure = await fails(command, 'not-a-controller');
      assert.equal(failure.next, 'select-identity');
    });

    test('installing over code is refused, reinstalling asks first', async () => {
      const refused = await run(commands.install(context(), one('backend'), { mode: 'install' }));
      assert.equal(refused.exitCode, 255);
      const no = answers(false);
      const declined = await run(commands.install(context(), one('backend'), { mode: 'reinstall' }), no);
      assert.equal(declined.exitCode, 255);
      assert.equal(declined.declined, true);
      assert.equal(classifyFailure(declined).kind, 'declined');
      assert.equal(no.prompts.length, 1);
      assert.match(
        no.prompts[0]?.text ?? '',
        /^You are about to reinstall the backend canister\n[\s\S]*YOU WILL LOSE ALL DATA IN THE CANISTER\.$/,
      );
      const yes = answers(true);
      const done = await ok(commands.install(context(), one('backend'), { mode: 'reinstall' }), yes);
      assert.match(done.stderr, /Reinstalled code for canister backend/);
      const silent = await run({
        ...commands.install(context(), one('backend'), { mode: 'reinstall' }),
        stdin: 'ignore',
      });
      assert.equal(classifyFailure(silent).kind, 'declined');
    });

    test('a breaking change of the interface asks first', async () => {
      await write('backend.did', SMALLER);
      await write('backend.wasm', buildWasm({ candid: SMALLER, queries: ['count'], padding: 3 }));
      const no = answers(false);
      const declined = await run(commands.deploy(context(), one('backend')), no);
      assert.equal(declined.exitCode, 255);
      assert.match(
        no.prompts[0]?.text ?? '',
        /^Candid interface compatibility check failed for canister 'backend'\.\nYou are making a BREAKING change/,
      );
      assert.match(knownQuestion(no.prompts[0]?.text ?? '')?.detail ?? '', /count|subtype|method/i);
      await ok(commands.deploy(context(), one('backend')), answers(true));
    });

    test('canisters stop, start and show it', async () => {
      assert.equal(await statusOf('backend'), 'Running');
      const stopped = await ok(commands.stopCanister(context(), one('backend')));
      assert.match(stopped.stderr, /^Stopping code for canister backend, with canister_id /m);
      assert.equal(await statusOf('backend'), 'Stopped');
      await ok(commands.startCanister(context(), 'all'));
      assert.equal(await statusOf('backend'), 'Running');
    });

    test('who is no controller is told so', async () => {
      await ok(commands.newIdentity(root, 'mallory', 'plaintext'));
      const failure = await fails(commands.stopCanister(context('mallory'), one('backend')), 'not-a-controller');
      assert.equal(failure.next, 'select-identity');
      await fails(commands.stopCanister(context('nobody'), one('backend')), 'identity-missing');
    });

    test('deleting: a running canister is refused, or asked about, and the id goes', async () => {
      await fails(commands.deleteCanister(context(), one('worker'), { withdrawal: false }), 'canister-running');
      const no = answers(false);
      const declined = await run(commands.deleteCanister(context(), one('worker'), { withdrawal: true }), no);
      assert.equal(classifyFailure(declined).kind, 'declined');
      assert.equal(no.prompts[0]?.text, 'Canister worker has not been stopped. Delete anyway?');
      assert.ok((await ids()).byName.has('worker'));
      await ok(commands.stopCanister(context(), one('worker')));
      await ok(commands.deleteCanister(context(), one('worker'), { withdrawal: false }));
      assert.ok(!(await ids()).byName.has('worker'));
    });

    test('a wallet is made without being asked, and controls what it creates', async () => {
      const result = await ok(commands.createCanister(context(), one('worker')));
      assert.match(result.stderr, /Created a wallet canister on the "local" network for user "default"/);
      const wallet = (await ok(other('identity', 'get-wallet', ...as))).stdout.trim();
      const info = await ok({
        args: ['canister', 'info', 'worker', '--network', 'local', '--identity', 'default'],
        cwd: root,
        stdin: 'ignore',
        usesKey: true,
      });
      assert.ok(info.stdout.includes(wallet));
      assert.match((await ok(other('wallet', 'balance', '--precise', ...as))).stdout, /^\d+ cycles\.$/);
    });

    test('code is uninstalled', async () => {
      await ok(commands.uninstallCode(context(), one('backend')));
      const info = await ok({
        args: ['canister', 'info', 'backend', '--network', 'local', '--identity', 'default'],
        cwd: root,
        stdin: 'ignore',
        usesKey: true,
      });
      assert.match(info.stdout, /Module hash: None/);
    });

    test('stopping the network keeps its state, a clean start voids the ids', async () => {
      const before = (await ids()).byName.get('backend')?.id;
      await ok(commands.stopNetwork(root));
      await fails(commands.stopCanister(context(), one('backend')), 'network-not-running');
      await ok(withWords(commands.startNetwork(root), '--host', '127.0.0.1:0'));
      assert.equal((await ids()).byName.get('backend')?.id, before);
      assert.equal(await statusOf('backend'), 'Running');
      await ok(commands.stopNetwork(root));
      // From elsewhere, so that this project's folder is not cleaned along.
      const elsewhere = path.join(folder.path, 'elsewhere');
      await mkdir(elsewhere, { recursive: true });
      await ok(withWords(commands.startNetwork(elsewhere, { clean: true }), '--host', '127.0.0.1:0'));
      const stale = await ids();
      assert.ok(stale.void);
      assert.deepEqual([...stale.byName.keys()], ['far']);
      await fails(commands.stopCanister(context(), one('backend')), 'no-id');
      assert.deepEqual((await readdir(path.join(root, '.dfx', 'local'))).sort(), ['network-id']);
      assert.equal((await ids()).void, undefined);
    });

    test('a broken dfx.json stops every command of the project', async () => {
      await write('dfx.json', '{"canisters": {"backend": {');
      assert.equal((await fails(commands.deploy(context(), 'all'), 'config')).next, 'open-dfx-json');
      await write('dfx.json', { canisters: { backend: { type: 'nonsense' } } });
      await fails(commands.build(context(), 'all'), 'config');
      await write('dfx.json', dfxJson());
      const nowhere = { ...context(), cwd: path.join(folder.path, 'elsewhere') };
      await mkdir(nowhere.cwd, { recursive: true });
      await fails(commands.build(nowhere, 'all'), 'config');
    });

    test('compilers name the place', async () => {
      await write('dfx.json', { canisters: { moc: { main: 'main.mo' } } });
      await write('main.mo', 'actor {\n  public func f() : async Nat {\n    unknown;\n  };\n};\n');
      const result = await run(commands.build(context(), 'all', { check: true }));
      assert.equal(result.exitCode, 255);
      assert.equal(classifyFailure(result).kind, 'compile', result.stderr);
      const [diagnostic] = parseDiagnostics(`${result.stdout}\n${result.stderr}`, root);
      assert.deepEqual(
        [diagnostic?.file, diagnostic?.line, diagnostic?.column, diagnostic?.code],
        [path.join(root, 'main.mo'), 2, 4, 'M0057'],
      );
      await write('dfx.json', dfxJson());
    });

    test('a network of the project has its files in the project', async () => {
      await ok(commands.stopNetwork(root));
      await write('dfx.json', dfxJson({ local: { bind: '127.0.0.1:0' } }));
      await ok(commands.startNetwork(root));
      const { scope, url, dataDir } = await network();
      assert.equal(scope, 'project');
      assert.equal(dataDir, path.join(root, '.dfx', 'network', 'local'));
      assert.equal((await fetch(new URL('/api/v2/status', url))).status, 200);
      await ok(withWords(commands.createCanister(context(), one('backend')), '--no-wallet'));
      assert.ok((await ids()).byName.has('backend'));
      await ok(commands.stopNetwork(root));
      await write('dfx.json', dfxJson());
    });

    test('the deprecation line comes unless it is switched off', async () => {
      const { DFX_WARNING: _switched, ...env } = dfxEnvironment(base);
      const loud = await run(listIdentitiesCommand(), { env });
      assert.match(loud.stderr, /^WARNING: dfx is deprecated/m);
      assert.doesNotMatch((await run(listIdentitiesCommand())).stderr, /deprecated/);
    });

    test('a new project', async () => {
      await ok(commands.newProject(folder.path, { name: 'fresh', type: 'motoko', frontend: 'none' }));
      const fresh = parseDfxConfig(readFileSync(path.join(folder.path, 'fresh', 'dfx.json'), 'utf8'));
      assert.deepEqual(fresh.problems, []);
      assert.deepEqual(
        fresh.canisters.map(({ name, kind }) => [name, kind]),
        [['fresh_backend', 'motoko']],
      );
      const again = await run(commands.newProject(folder.path, { name: 'fresh', type: 'motoko', frontend: 'none' }));
      assert.equal(again.exitCode, 255);
      assert.match(again.stderr, /directory already exists/);
    });

    describe('on a bad day', { skip: !isStandIn && 'a real dfx has those when it likes' }, () => {
      before(async () => {
        await ok(withWords(commands.startNetwork(root), '--host', '127.0.0.1:0'));
      });

      test('a command that hangs and ignores signals is gone within a second of being cancelled', async () => {
        await assertWithin(1000, async () => {
          await setBehaviour(executable, { hang: 'deploy', stubborn: true });
          const abort = new AbortController();
          setTimeout(() => abort.abort(), 700);
          const result = await run(commands.deploy(context(), 'all'), { signal: abort.signal });
          await setBehaviour(executable);
          assert.equal(result.cancelled, true);
          assert.equal(classifyFailure(result).kind, 'cancelled');
          return result.goneAfterMs;
        });
      });

      test('a command that is killed halfway leaves what it had done', async () => {
        await setBehaviour(executable, { killAfter: 'worker canister created' });
        const result = await run(withWords(commands.deploy(context(), 'all'), '--no-wallet'));
        await setBehaviour(executable);
        assert.equal(result.endedBy, 'SIGKILL');
        assert.equal(classifyFailure(result).kind, 'killed');
        // dfx writes the id after it has said so.
        const { byName } = await ids();
        assert.ok(byName.has('backend') && !byName.has('worker'));
        await ok(withWords(commands.deploy(context(), 'all'), '--no-wallet'));
      });

      test('a slow command only takes longer', async () => {
        await setBehaviour(executable, { delayMs: 600 });
        const result = await ok(listIdentitiesCommand());
        await setBehaviour(executable);
        assert.ok(result.durationMs >= 600);
      });

      test('what dfxvm says when a version is missing is understood', async () => {
        await setBehaviour(executable, {
          exit: {
            command: 'build',
            code: 1,
            says: 'dfx 0.20.0 is not installed.  To install it, run:\n    dfxvm install 0.20.0',
          },
        });
        const failure = await fails(commands.build(context(), 'all'), 'version-missing', 1);
        await setBehaviour(executable);
        assert.equal(failure.version, '0.20.0');
      });
    });
  });
}
