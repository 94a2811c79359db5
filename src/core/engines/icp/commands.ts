/** The command lines of icp 1.5, as argument arrays. Nothing here starts a process. */
import { CommandLine } from '../../process/command-line';
import type { ToolCommand } from '../../process/tool';
import type { CanisterScope, DeployOptions, StorageMode, ToolCommands, ToolContext } from '../toolchain';

/** A long argument does not fit on a command line (Linux allows 128 KiB for one). */
const MAX_ARGUMENT_BYTES = 100_000;

function nameOf(scope: CanisterScope): string | undefined {
  return scope === 'all' ? undefined : scope.canister;
}

/** A command for canisters of an environment. icp's own default, `local`, is never relied on. */
function signed(context: ToolContext, line: CommandLine): ToolCommand {
  const { target, identity, proxy, cwd } = context;
  const { args } = line.option('environment', target).option('identity', identity).option('proxy', proxy);
  return { args, cwd, stdin: 'ignore', usesKey: true };
}

function offline(cwd: string, line: CommandLine): ToolCommand {
  return { args: line.args, cwd, stdin: 'ignore', usesKey: false };
}

function storageOf(mode: StorageMode): string {
  return mode === 'password-protected' ? 'password' : mode;
}

/** Commands that take a canister and nothing else. */
const canisterCommand =
  (...words: string[]) =>
  (context: ToolContext, scope: CanisterScope): ToolCommand =>
    signed(context, new CommandLine(...words).positional(nameOf(scope)));

/** @param canisters none for all of the environment */
function deployment(
  context: ToolContext,
  canisters: readonly string[],
  { mode, force }: DeployOptions = {},
): ToolCommand {
  const line = new CommandLine('deploy').flag('json', true).option('mode', mode).flag('yes', force);
  return signed(context, line.positional(...canisters));
}

export const icpCommands: ToolCommands = {
  // Through the cycles ledger, which the identity pays.
  createCanister: canisterCommand('canister', 'create'),
  startCanister: canisterCommand('canister', 'start'),
  stopCanister: canisterCommand('canister', 'stop'),
  sync: canisterCommand('sync'),

  // One module for all environments.
  build({ cwd, target }, scope) {
    return offline(cwd, new CommandLine('build').option('environment', target).positional(nameOf(scope)));
  },

  // icp asks nothing, not even before a reinstallation.
  deploy(context, scope, options = {}) {
    return deployment(context, scope === 'all' ? [] : [scope.canister], options);
  },

  // Builds, too: `icp canister install` would pass no arguments of the manifest.
  install(context, scope, { mode }) {
    return deployment(context, scope === 'all' ? [] : [scope.canister], { mode });
  },

  // Stops it where it runs. The cycles go to the identity's account on the cycles ledger.
  deleteCanister(context, scope, { withdrawal }) {
    const line = new CommandLine('canister', 'delete').flag('no-recover-cycles', !withdrawal);
    return signed(context, line.positional(nameOf(scope)));
  },

  call(context, canister, { method, kind, text }) {
    const byInput = Buffer.byteLength(text) > MAX_ARGUMENT_BYTES;
    const line = new CommandLine('canister', 'call')
      .flag('query', kind === 'query')
      .option('output', 'candid')
      .option('args-file', byInput ? '/dev/stdin' : undefined);
    const command = signed(context, line.positional(canister, method, byInput ? undefined : text));
    return byInput ? { ...command, input: text } : command;
  },

  // From one of icp's templates, which it downloads.
  newProject(cwd, { name, type }) {
    return offline(cwd, new CommandLine('new').option('subfolder', type).flag('silent', true).positional(name));
  },

  // What the network held before is lost, and so are the ids of its environments.
  startNetwork(cwd, { network } = {}) {
    const line = new CommandLine('network', 'start').flag('background', true);
    return { ...offline(cwd, line.positional(network)), output: 'file' };
  },

  stopNetwork(cwd, network) {
    return offline(cwd, new CommandLine('network', 'stop').positional(network));
  },

  // The seed phrase of a new key is written to standard output; see `onSecret` of the runner.
  newIdentity(cwd, name, storage) {
    const line = new CommandLine('identity', 'new').option('storage', storageOf(storage)).positional(name);
    return { ...offline(cwd, line), stdin: storage === 'password-protected' ? 'terminal' : 'ignore' };
  },

  importIdentity(cwd, name, source, storage) {
    const line = new CommandLine('identity', 'import')
      .option('storage', storageOf(storage))
      .option('from-pem', 'pemFile' in source ? source.pemFile : undefined)
      .option('from-seed-file', 'seedFile' in source ? source.seedFile : undefined)
      .positional(name);
    return { ...offline(cwd, line), stdin: storage === 'password-protected' ? 'terminal' : 'ignore' };
  },

  // Opens the browser and waits for it; where it cannot, the terminal has the address.
  linkIdentity(cwd, name, storage) {
    const line = new CommandLine('identity', 'link', 'web').option('storage', storageOf(storage)).positional(name);
    return { ...offline(cwd, line), stdin: 'terminal' };
  },

  useIdentity(cwd, name) {
    return offline(cwd, new CommandLine('identity', 'default').positional(name));
  },

  renameIdentity(cwd, from, to) {
    return offline(cwd, new CommandLine('identity', 'rename').positional(from, to));
  },

  removeIdentity(cwd, name) {
    return offline(cwd, new CommandLine('identity', 'delete').positional(name));
  },

  getPrincipal(cwd, identity) {
    return { ...offline(cwd, new CommandLine('identity', 'principal').option('identity', identity)), usesKey: true };
  },

  several: {
    build({ cwd, target }, canisters) {
      return offline(cwd, new CommandLine('build').option('environment', target).positional(...canisters));
    },
    deploy: deployment,
    sync(context, canisters) {
      return signed(context, new CommandLine('sync').positional(...canisters));
    },
  },
};
