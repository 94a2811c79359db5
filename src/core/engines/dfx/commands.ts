/** The command lines of dfx 0.32, as argument arrays. Nothing here starts a process. */
import { CommandLine as Line } from '../../process/command-line';
import type { ToolCommand } from '../../process/tool';
import type { CanisterScope, PulledCommands, StorageMode, ToolCommands, ToolContext } from '../toolchain';

/** A long argument does not fit on a command line (Linux allows 128 KiB for one). */
const MAX_ARGUMENT_BYTES = 100_000;

function nameOf(scope: CanisterScope): string | undefined {
  return scope === 'all' ? undefined : scope.canister;
}

function signed(context: ToolContext, line: Line, stdin: ToolCommand['stdin'] = 'ignore'): ToolCommand {
  return {
    args: line.option('network', context.target).option('identity', context.identity).option('wallet', context.proxy)
      .args,
    cwd: context.cwd,
    stdin,
    usesKey: true,
  };
}

/** A command that dfx runs anonymously: the identity's key is not loaded. */
function anonymous(context: ToolContext, line: Line): ToolCommand {
  const args = line.option('network', context.target).option('identity', context.identity).args;
  return { args, cwd: context.cwd, stdin: 'ignore', usesKey: false };
}

function offline(cwd: string, line: Line): ToolCommand {
  return { args: line.args, cwd, stdin: 'ignore', usesKey: false };
}

/** The JSON schema of dfx.json as this very dfx knows it. Writes nothing and reads no project. */
export function schema(cwd: string): ToolCommand {
  return offline(cwd, new Line('schema'));
}

/** Commands that take a canister, or `--all`, and nothing else. */
const canisterCommand =
  (...words: string[]) =>
  (context: ToolContext, scope: CanisterScope): ToolCommand =>
    signed(context, new Line('canister', ...words).flag('all', scope === 'all').positional(nameOf(scope)));

export const dfxCommands: Omit<Required<ToolCommands>, 'sync' | 'several' | 'linkIdentity'> & PulledCommands = {
  createCanister: canisterCommand('create'),
  startCanister: canisterCommand('start'),
  stopCanister: canisterCommand('stop'),
  uninstallCode: canisterCommand('uninstall-code'),

  build(context, scope, options = {}) {
    const line = new Line('build').flag('all', scope === 'all').flag('check', options.check);
    return anonymous(context, line.positional(nameOf(scope)));
  },

  // dfx takes the dependencies of one canister along; `reinstall` is for one only.
  deploy(context, scope, options = {}) {
    return signed(context, new Line('deploy').option('mode', options.mode).positional(nameOf(scope)), 'pipe');
  },

  install(context, scope, { mode }) {
    const line = new Line('canister', 'install').flag('all', scope === 'all').option('mode', mode);
    return signed(context, line.positional(nameOf(scope)), 'pipe');
  },

  // With withdrawal, dfx first puts a temporary wallet in the canister's place to send its cycles to the identity's
  // wallet, or to the cycles ledger; without, the canister must have been stopped.
  deleteCanister(context, scope, { withdrawal }) {
    const line = new Line('canister', 'delete').flag('all', scope === 'all').flag('no-withdrawal', !withdrawal);
    return signed(context, line.positional(nameOf(scope)), 'pipe');
  },

  call(context, canister, { method, kind, text }) {
    const byInput = Buffer.byteLength(text) > MAX_ARGUMENT_BYTES;
    const line = new Line('canister', 'call').flag(kind, true).option('output', 'pp');
    // Not `option`, which would join a value that begins with a dash: here the dash means the input.
    line.flag('argument-file=-', byInput).positional(canister, method, byInput ? undefined : text);
    const command = signed(context, line);
    return byInput ? { ...command, input: text } : command;
  },

  // dfx erases the folders of earlier bindings first.
  generate: (context, scope) => anonymous(context, new Line('generate').positional(nameOf(scope))),

  // With every choice made on the command line, dfx asks nothing.
  newProject(cwd, { name, type, frontend }) {
    return offline(cwd, new Line('new').option('type', type).option('frontend', frontend).positional(name));
  },

  // The network named `local` as it is defined for `cwd`; what is erased is that of all projects that share it.
  startNetwork(cwd, options = {}) {
    return { ...offline(cwd, new Line('start', '--background').flag('clean', options.clean)), output: 'file' };
  },

  stopNetwork: (cwd) => offline(cwd, new Line('stop')),

  // The seed phrase of a new key is written to standard error; see `onSecret` of the runner.
  newIdentity(cwd, name, storage) {
    return withNewKey(
      offline(cwd, new Line('identity', 'new').option('storage-mode', storage).positional(name)),
      storage,
    );
  },

  importIdentity(cwd, name, source, storage) {
    const line = new Line('identity', 'import').option('storage-mode', storage);
    if ('seedFile' in source) {
      line.option('seed-file', source.seedFile);
    }
    line.positional(name, 'pemFile' in source ? source.pemFile : undefined);
    return withNewKey(offline(cwd, line), storage);
  },

  useIdentity: (cwd, name) => offline(cwd, new Line('identity', 'use').positional(name)),

  renameIdentity: (cwd, from, to) => offline(cwd, new Line('identity', 'rename').positional(from, to)),

  // `dropWallets` is demanded by dfx where the identity has wallets.
  removeIdentity(cwd, name, { dropWallets }) {
    return offline(cwd, new Line('identity', 'remove').flag('drop-wallets', dropWallets).positional(name));
  },

  // dfx loads the key for it, which may ask for a password or for the keyring.
  getPrincipal(cwd, identity) {
    return { ...offline(cwd, new Line('identity', 'get-principal').option('identity', identity)), usesKey: true };
  },

  // Pulled canisters are described on mainnet, where they run, whatever network is selected.
  depsPull: (context) => anonymous({ ...context, target: 'ic' }, new Line('deps', 'pull')),

  depsInit(context, canister, argument) {
    return anonymous(context, new Line('deps', 'init').option('argument', argument).positional(canister));
  },

  depsDeploy: (context, canister) => anonymous(context, new Line('deps', 'deploy').positional(canister)),
};

function withNewKey(command: ToolCommand, storage: StorageMode): ToolCommand {
  return { ...command, stdin: storage === 'password-protected' ? 'terminal' : 'ignore' };
}
