/** The command lines of dfx 0.32, as argument arrays. Nothing here starts a process. */

import type { InstallMode } from '../../network/network-api';
import type { Command } from '../../process/run';

/** What a command is run with. */
export interface DfxContext {
  /** The project's root: dfx looks for dfx.json from here upwards. */
  readonly cwd: string;
  readonly network: string;
  /** Name of the identity that signs. */
  readonly identity: string;
  /** Id of a wallet that makes the call in the identity's place. Of `dfx canister` and `dfx deploy` alone. */
  readonly wallet?: string;
}

export interface DfxCommand extends Command {
  /** True where dfx loads the identity's key, so that one that is protected by a password needs a terminal. */
  readonly usesKey: boolean;
}

export type StorageMode = 'keyring' | 'password-protected' | 'plaintext';

/** A long argument does not fit on a command line (Linux allows 128 KiB for one). */
const MAX_ARGUMENT_BYTES = 100_000;

/** Builds an argument array: options as pairs that cannot be taken for others, names behind `--` where they must be. */
class Line {
  readonly #words: string[] = [];
  readonly #positionals: string[] = [];

  constructor(...words: string[]) {
    this.#words.push(...words);
  }

  flag(name: string, on: boolean | undefined): this {
    if (on) {
      this.#words.push(`--${name}`);
    }
    return this;
  }

  option(name: string, value: string | undefined): this {
    if (value === undefined) {
      return this;
    }
    // A value that begins with a dash, or is empty, is only a value when it is joined to its option.
    if (value.startsWith('-') || value === '') {
      this.#words.push(`--${name}=${value}`);
    } else {
      this.#words.push(`--${name}`, value);
    }
    return this;
  }

  options(name: string, values: readonly string[] | undefined): this {
    for (const value of values ?? []) {
      this.option(name, value);
    }
    return this;
  }

  positional(...values: readonly (string | undefined)[]): this {
    for (const value of values) {
      if (value !== undefined) {
        this.#positionals.push(value);
      }
    }
    return this;
  }

  get args(): string[] {
    const guard = this.#positionals.some((value) => value.startsWith('-')) ? ['--'] : [];
    return [...this.#words, ...guard, ...this.#positionals];
  }
}

/** One canister by name or id, or all of the project. */
export type Selection = { readonly canister: string } | 'all';

function nameOf(selection: Selection): string | undefined {
  return selection === 'all' ? undefined : selection.canister;
}

function signed(context: DfxContext, line: Line, stdin: DfxCommand['stdin'] = 'ignore'): DfxCommand {
  return {
    args: line.option('network', context.network).option('identity', context.identity).option('wallet', context.wallet)
      .args,
    cwd: context.cwd,
    stdin,
    usesKey: true,
  };
}

/** A command that dfx runs anonymously: the identity's key is not loaded. */
function anonymous(context: DfxContext, line: Line): DfxCommand {
  const args = line.option('network', context.network).option('identity', context.identity).args;
  return { args, cwd: context.cwd, stdin: 'ignore', usesKey: false };
}

function offline(cwd: string, line: Line): DfxCommand {
  return { args: line.args, cwd, stdin: 'ignore', usesKey: false };
}

export function version(cwd: string): DfxCommand {
  return offline(cwd, new Line('--version'));
}

/** The JSON schema of dfx.json as this very dfx knows it. Writes nothing and reads no project. */
export function schema(cwd: string): DfxCommand {
  return offline(cwd, new Line('schema'));
}

export interface NewProject {
  readonly name: string;
  readonly type: string;
  /** A template's name, or `none`. */
  readonly frontend: string;
  readonly extras?: readonly string[];
}

/** Makes a folder with a new project in `cwd`. With every choice made on the command line, dfx asks nothing. */
export function newProject(cwd: string, project: NewProject): DfxCommand {
  const line = new Line('new').option('type', project.type).option('frontend', project.frontend);
  return offline(cwd, line.options('extras', project.extras).positional(project.name));
}

/** Starts the network named `local` as it is defined for `cwd`. `clean` erases its state, for all projects that share it. */
export function startNetwork(cwd: string, options: { clean?: boolean; host?: string } = {}): DfxCommand {
  const line = new Line('start', '--background').flag('clean', options.clean).option('host', options.host);
  return { ...offline(cwd, line), output: 'file' };
}

export function stopNetwork(cwd: string): DfxCommand {
  return offline(cwd, new Line('stop'));
}

export interface CreateOptions {
  /** Cycles, as a decimal number. */
  readonly withCycles?: string;
  /** Principal that the canister shall have; not on mainnet, not for all. */
  readonly specifiedId?: string;
  readonly controllers?: readonly string[];
  readonly noWallet?: boolean;
}

export function createCanister(context: DfxContext, selection: Selection, options: CreateOptions = {}): DfxCommand {
  const line = new Line('canister', 'create')
    .flag('all', selection === 'all')
    .option('with-cycles', options.withCycles)
    .option('specified-id', selection === 'all' ? undefined : options.specifiedId)
    .options('controller', options.controllers)
    .flag('no-wallet', options.noWallet);
  return signed(context, line.positional(nameOf(selection)));
}

/** `check` builds without ids, to see whether it builds. */
export function build(context: DfxContext, selection: Selection, options: { check?: boolean } = {}): DfxCommand {
  const line = new Line('build').flag('all', selection === 'all').flag('check', options.check);
  return anonymous(context, line.positional(nameOf(selection)));
}

export interface CodeOptions {
  readonly mode?: InstallMode | 'auto';
  /** Candid text of the init arguments; for one canister only. */
  readonly argument?: string;
  readonly upgradeUnchanged?: boolean;
}

export interface DeployOptions extends CodeOptions {
  readonly withCycles?: string;
  readonly specifiedId?: string;
  readonly noWallet?: boolean;
}

/** Creates, builds and installs. dfx takes the dependencies of one canister along; `reinstall` is for one only. */
export function deploy(context: DfxContext, selection: Selection, options: DeployOptions = {}): DfxCommand {
  const one = selection !== 'all';
  const line = new Line('deploy')
    .option('mode', options.mode)
    .option('argument', one ? options.argument : undefined)
    .flag('upgrade-unchanged', options.upgradeUnchanged)
    .option('with-cycles', options.withCycles)
    .option('specified-id', one ? options.specifiedId : undefined)
    .flag('no-wallet', options.noWallet);
  return signed(context, line.positional(nameOf(selection)), 'pipe');
}

export interface InstallOptions extends CodeOptions {
  readonly mode: InstallMode | 'auto';
  /** A module other than the one that was built. */
  readonly wasm?: string;
}

export function install(context: DfxContext, selection: Selection, options: InstallOptions): DfxCommand {
  const line = new Line('canister', 'install')
    .flag('all', selection === 'all')
    .option('mode', options.mode)
    .option('argument', selection === 'all' ? undefined : options.argument)
    .flag('upgrade-unchanged', options.upgradeUnchanged)
    .option('wasm', options.wasm);
  return signed(context, line.positional(nameOf(selection)), 'pipe');
}

export interface CallOptions {
  readonly kind?: 'query' | 'update';
  readonly output?: 'idl' | 'raw' | 'pp' | 'json';
  readonly candid?: string;
}

/** @param argument Candid text of all arguments, in parentheses */
export function call(
  context: DfxContext,
  canister: string,
  method: string,
  argument: string | undefined,
  options: CallOptions = {},
): DfxCommand {
  const byInput = argument !== undefined && Buffer.byteLength(argument) > MAX_ARGUMENT_BYTES;
  const line = new Line('canister', 'call')
    .flag(options.kind ?? '', options.kind !== undefined)
    .option('output', options.output)
    .option('candid', options.candid);
  // Not `option`, which would join a value that begins with a dash: here the dash means the input.
  const command = signed(
    context,
    (byInput ? line.flag('argument-file=-', true) : line).positional(canister, method, byInput ? undefined : argument),
  );
  return byInput ? { ...command, input: argument } : command;
}

export function startCanister(context: DfxContext, selection: Selection): DfxCommand {
  return signed(context, new Line('canister', 'start').flag('all', selection === 'all').positional(nameOf(selection)));
}

export function stopCanister(context: DfxContext, selection: Selection): DfxCommand {
  return signed(context, new Line('canister', 'stop').flag('all', selection === 'all').positional(nameOf(selection)));
}

export function uninstallCode(context: DfxContext, selection: Selection): DfxCommand {
  const line = new Line('canister', 'uninstall-code').flag('all', selection === 'all');
  return signed(context, line.positional(nameOf(selection)));
}

/**
 * Deletes canisters and their ids. With withdrawal, dfx first puts a temporary wallet in the canister's place to send
 * its cycles to the identity's wallet, or to the cycles ledger; without, the canister must have been stopped.
 */
export function deleteCanister(
  context: DfxContext,
  selection: Selection,
  options: { withdrawal: boolean; withdrawTo?: string },
): DfxCommand {
  const line = new Line('canister', 'delete')
    .flag('all', selection === 'all')
    .flag('no-withdrawal', !options.withdrawal)
    .option('withdraw-cycles-to-canister', options.withdrawal ? options.withdrawTo : undefined);
  return signed(context, line.positional(nameOf(selection)), 'pipe');
}

/** Makes the language bindings. dfx erases the folders of earlier ones first. */
export function generate(context: DfxContext, selection: Selection): DfxCommand {
  return anonymous(context, new Line('generate').positional(nameOf(selection)));
}

/** Reads the `pull` canisters' interfaces and modules from a network, which is mainnet unless told otherwise. */
export function depsPull(context: DfxContext): DfxCommand {
  return anonymous(context, new Line('deps', 'pull'));
}

export function depsInit(context: DfxContext, canister?: string, argument?: string): DfxCommand {
  return anonymous(context, new Line('deps', 'init').option('argument', argument).positional(canister));
}

export function depsDeploy(context: DfxContext, canister?: string): DfxCommand {
  return anonymous(context, new Line('deps', 'deploy').positional(canister));
}

/** The seed phrase of a new key is written to standard error; see `onSecret` of the runner. */
export function newIdentity(cwd: string, name: string, storage: StorageMode): DfxCommand {
  const line = new Line('identity', 'new').option('storage-mode', storage).positional(name);
  return { ...offline(cwd, line), stdin: storage === 'password-protected' ? 'terminal' : 'ignore' };
}

export function importIdentity(
  cwd: string,
  name: string,
  source: { pemFile: string } | { seedFile: string },
  storage: StorageMode,
): DfxCommand {
  const line = new Line('identity', 'import').option('storage-mode', storage);
  if ('seedFile' in source) {
    line.option('seed-file', source.seedFile);
  }
  line.positional(name, 'pemFile' in source ? source.pemFile : undefined);
  return { ...offline(cwd, line), stdin: storage === 'password-protected' ? 'terminal' : 'ignore' };
}

export function useIdentity(cwd: string, name: string): DfxCommand {
  return offline(cwd, new Line('identity', 'use').positional(name));
}

export function listIdentities(cwd: string): DfxCommand {
  return offline(cwd, new Line('identity', 'list'));
}

export function renameIdentity(cwd: string, from: string, to: string): DfxCommand {
  return offline(cwd, new Line('identity', 'rename').positional(from, to));
}

/** `dropWallets` is demanded by dfx where the identity has wallets. */
export function removeIdentity(cwd: string, name: string, options: { dropWallets?: boolean } = {}): DfxCommand {
  return offline(cwd, new Line('identity', 'remove').flag('drop-wallets', options.dropWallets).positional(name));
}

/** The identity's principal. dfx loads the key for it, which may ask for a password or for the keyring. */
export function getPrincipal(cwd: string, identity: string): DfxCommand {
  return { ...offline(cwd, new Line('identity', 'get-principal').option('identity', identity)), usesKey: true };
}

/** The id of the identity's wallet. On networks other than mainnet dfx makes a wallet where there is none. */
export function getWallet(context: DfxContext): DfxCommand {
  return signed(context, new Line('identity', 'get-wallet'));
}

/** Makes an existing canister the identity's wallet on the network. */
export function setWallet(context: DfxContext, canister: string): DfxCommand {
  return signed(context, new Line('identity', 'set-wallet').positional(canister));
}

/** The wallet's balance in cycles, exactly. */
export function walletBalance(context: DfxContext): DfxCommand {
  return signed(context, new Line('wallet', 'balance').flag('precise', true));
}

/** The identity's balance on the cycles ledger, exactly. */
export function cyclesBalance(context: DfxContext): DfxCommand {
  return signed(context, new Line('cycles', 'balance').flag('precise', true));
}

/** The same command for an identity whose key a password protects: where dfx loads the key, it runs in a terminal. */
export function forPassword(command: DfxCommand): DfxCommand {
  return command.usesKey ? { ...command, stdin: 'terminal' } : command;
}
