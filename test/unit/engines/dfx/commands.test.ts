import assert from 'node:assert/strict';
import { test } from 'node:test';
import { dfxCommands as dfx } from '../../../../src/core/engines/dfx/commands';
import { dfxEnvironment } from '../../../../src/core/engines/dfx/environment';
import { quoteCommand } from '../../../../src/core/process/quote';
import type { ToolCommand } from '../../../../src/core/process/tool';

const context = { cwd: 'project', target: 'local', identity: 'alice' };
const explicit = '--network local --identity alice';
const called = (method: string, text: string) => ({ method, kind: 'update', text }) as const;
const line = (command: ToolCommand): string => command.args.join(' ');

test('every command names network and identity', () => {
  const one = { canister: 'a' };
  for (const [command, expected] of [
    [dfx.createCanister(context, one), `canister create ${explicit} a`],
    [dfx.createCanister(context, 'all'), `canister create --all ${explicit}`],
    [dfx.build(context, 'all'), `build --all ${explicit}`],
    [dfx.build(context, one, { check: true }), `build --check ${explicit} a`],
    [dfx.deploy(context, 'all'), `deploy ${explicit}`],
    [dfx.deploy(context, one, { mode: 'reinstall' }), `deploy --mode reinstall ${explicit} a`],
    [dfx.install(context, one, { mode: 'upgrade' }), `canister install --mode upgrade ${explicit} a`],
    [dfx.install(context, 'all', { mode: 'auto' }), `canister install --all --mode auto ${explicit}`],
    [
      dfx.call(context, 'a', { method: 'greet', kind: 'query', text: '("Sam")' }),
      `canister call --query --output pp ${explicit} a greet ("Sam")`,
    ],
    [dfx.startCanister(context, one), `canister start ${explicit} a`],
    [dfx.stopCanister(context, 'all'), `canister stop --all ${explicit}`],
    [dfx.uninstallCode(context, one), `canister uninstall-code ${explicit} a`],
    [dfx.deleteCanister(context, one, { withdrawal: false }), `canister delete --no-withdrawal ${explicit} a`],
    [dfx.deleteCanister(context, 'all', { withdrawal: true }), `canister delete --all ${explicit}`],
    [dfx.generate(context, 'all'), `generate ${explicit}`],
    [dfx.depsPull(context), 'deps pull --network ic --identity alice'],
    [dfx.depsInit(context, 'ii', '(null)'), `deps init --argument (null) ${explicit} ii`],
    [dfx.depsDeploy(context), `deps deploy ${explicit}`],
  ] as const) {
    assert.equal(line(command), expected);
    assert.equal(command.cwd, 'project');
  }
  // These work on no network, and on the identities themselves.
  for (const [command, expected] of [
    [dfx.newProject('x', { name: 'p', type: 'rust', frontend: 'none' }), 'new --type rust --frontend none p'],
    [dfx.startNetwork('x'), 'start --background'],
    [dfx.startNetwork('x', { clean: true }), 'start --background --clean'],
    [dfx.stopNetwork('x'), 'stop'],
    [dfx.newIdentity('x', 'bob', 'plaintext'), 'identity new --storage-mode plaintext bob'],
    [
      dfx.importIdentity('x', 'bob', { pemFile: 'k.pem' }, 'keyring'),
      'identity import --storage-mode keyring bob k.pem',
    ],
    [
      dfx.importIdentity('x', 'bob', { seedFile: 's' }, 'plaintext'),
      'identity import --storage-mode plaintext --seed-file s bob',
    ],
    [dfx.useIdentity('x', 'bob'), 'identity use bob'],
    [dfx.renameIdentity('x', 'a', 'b'), 'identity rename a b'],
    [dfx.removeIdentity('x', 'a', { dropWallets: true }), 'identity remove --drop-wallets a'],
  ] as const) {
    assert.equal(line(command), expected);
    assert.equal(command.usesKey, false);
  }
});

test('nothing answers a question beforehand', () => {
  const all = [
    dfx.deploy(context, 'all'),
    dfx.install(context, 'all', { mode: 'reinstall' }),
    dfx.deleteCanister(context, 'all', { withdrawal: true }),
  ];
  for (const command of all) {
    assert.equal(command.stdin, 'pipe');
    assert.ok(!command.args.some((word) => ['-y', '--yes', '--force'].includes(word)));
  }
});

test('names and values that begin with a dash stay names and values', () => {
  const hostile = { cwd: '.', target: '--ic', identity: '-y' };
  assert.equal(
    line(dfx.deploy(hostile, { canister: '--mode=reinstall' })),
    'deploy --network=--ic --identity=-y -- --mode=reinstall',
  );
  assert.equal(
    line(dfx.call(context, '-a', called('-b', '-c'))),
    `canister call --update --output pp ${explicit} -- -a -b -c`,
  );
  assert.equal(
    line(dfx.call(context, 'a', called('b', '-1'))),
    `canister call --update --output pp ${explicit} -- a b -1`,
  );
  assert.equal(line(dfx.useIdentity('.', '--help')), 'identity use -- --help');
  assert.equal(line(dfx.depsInit(context, 'a', '')), `deps init --argument= ${explicit} a`);
  assert.equal(
    line(dfx.newProject('.', { name: '-x', type: '-t', frontend: 'none' })),
    'new --type=-t --frontend none -- -x',
  );
});

test('an argument that is too long for a command line goes by the input', () => {
  const argument = `("${'x'.repeat(200_000)}")`;
  const command = dfx.call(context, 'a', called('b', argument));
  assert.equal(line(command), `canister call --update --output pp --argument-file=- ${explicit} a b`);
  assert.equal(command.input, argument);
});

test('only a terminal can be asked for a password', () => {
  assert.equal(dfx.newIdentity('.', 'a', 'password-protected').stdin, 'terminal');
  assert.equal(dfx.newIdentity('.', 'a', 'plaintext').stdin, 'ignore');
  assert.equal(dfx.deploy(context, 'all').usesKey, true);
  assert.equal(dfx.build(context, 'all').usesKey, false);
  assert.equal(dfx.startNetwork('.').output, 'file');
});

test('the environment is cleaned of what would change a command unseen', () => {
  const env = dfxEnvironment({
    PATH: '/bin',
    HOME: '/h',
    DFX_NETWORK: 'ic',
    DFX_IDENTITY: 'x',
    DFX_VERSION: '0.1.0',
    ICP_ENVIRONMENT: 'x',
    ELECTRON_RUN_AS_NODE: '1',
    VSCODE_PID: '1',
    DFX_CONFIG_ROOT: '/c',
    DFX_TELEMETRY: 'local',
    NO_COLOR: '',
    GONE: undefined,
  });
  assert.deepEqual(env, {
    PATH: '/bin',
    HOME: '/h',
    DFX_CONFIG_ROOT: '/c',
    DFX_TELEMETRY: 'local',
    DFX_WARNING: '-deprecation',
    NO_COLOR: '1',
  });
  assert.equal(dfxEnvironment({ DFX_WARNING: '-x,y' }).DFX_WARNING, '-x,y,-deprecation');
  assert.equal(dfxEnvironment({ DFX_WARNING: '-deprecation' }).DFX_WARNING, '-deprecation');
  assert.equal(
    dfxEnvironment({}, { allowPlaintextOnMainnet: true }).DFX_WARNING,
    '-deprecation,-mainnet_plaintext_identity',
  );
  assert.equal(dfxEnvironment({ DFX_TELEMETRY: 'on' }, { background: true }).DFX_TELEMETRY, 'off');
  const windows = dfxEnvironment({ Path: 'C:\\', dfx_network: 'ic', Dfx_Warning: '-a' });
  assert.deepEqual(windows, { Path: 'C:\\', DFX_WARNING: '-a,-deprecation', NO_COLOR: '1' });
});

test('a shown command line can be repeated', () => {
  assert.equal(
    quoteCommand('dfx', ['canister', 'call', 'a', 'greet', '("it\'s $HOME")', ''], 'linux'),
    `dfx canister call a greet '("it'\\''s $HOME")' ''`,
  );
  assert.equal(quoteCommand('/a b/dfx', ['--network=http://x:1/'], 'darwin'), "'/a b/dfx' --network=http://x:1/");
  assert.equal(quoteCommand('C:\\x\\dfx.exe', ['a b', '"'], 'win32'), 'C:\\x\\dfx.exe "a b" "\\""');
});
