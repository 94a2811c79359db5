/** The command lines of dfx 0.32, as argument arrays. Nothing here starts a process. */
import type { ToolCommand } from '../../process/tool';
import type { CanisterScope, DeployMode, NewProject, StorageMode, ToolCall, ToolContext } from '../toolchain';

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

/** Makes a folder with a new project in `cwd`. With every choice made on the command line, dfx asks nothing. */
export function newProject(cwd: string, project: NewProject): ToolCommand {
  const line = new Line('new').option('type', project.type).option('frontend', project.frontend);
  return offline(cwd, line.positional(project.name));
}

/** Starts the network named `local` as it is defined for `cwd`. `clean` erases its state, for all projects that share it. */
export function startNetwork(cwd: string, options: { clean?: boolean } = {}): ToolCommand {
  const line = new Line('start', '--background').flag('clean', options.clean);
  return { ...offline(cwd, line), output: 'file' };
}

export function stopNetwork(cwd: string): ToolCommand {
  return offline(cwd, new Line('stop'));
}

export function createCanister(context: ToolContext, scope: CanisterScope): ToolCommand {
  return signed(context, new Line('canister', 'create').flag('all', scope === 'all').positional(nameOf(scope)));
}

/** `check` builds without ids, to see whether it builds. */
export function build(context: ToolContext, scope: CanisterScope, options: { check?: boolean } = {}): ToolCommand {
  const line = new Line('build').flag('all', scope === 'all').flag('check', options.check);
  return anonymous(context, line.positional(nameOf(scope)));
}

/** Creates, builds and installs. dfx takes the dependencies of one canister along; `reinstall` is for one only. */
export function deploy(context: ToolContext, scope: CanisterScope, options: { mode?: DeployMode } = {}): ToolCommand {
  return signed(context, new Line('deploy').option('mode', options.mode).positional(nameOf(scope)), 'pipe');
}

export function install(context: ToolContext, scope: CanisterScope, options: { mode: DeployMode }): ToolCommand {
  const line = new Line('canister', 'install').flag('all', scope === 'all').option('mode', options.mode);
  return signed(context, line.positional(nameOf(scope)), 'pipe');
}

export function call(context: ToolContext, canister: string, { method, kind, text }: ToolCall): ToolCommand {
  const byInput = Buffer.byteLength(text) > MAX_ARGUMENT_BYTES;
  const line = new Line('canister', 'call').flag(kind, true).option('output', 'pp');
  // Not `option`, which would join a value that begins with a dash: here the dash means the input.
  const command = signed(
    context,
    (byInput ? line.flag('argument-file=-', true) : line).positional(canister, method, byInput ? undefined : text),
  );
  return byInput ? { ...command, input: text } : command;
}

export function startCanister(context: ToolContext, scope: CanisterScope): ToolCommand {
  return signed(context, new Line('canister', 'start').flag('all', scope === 'all').positional(nameOf(scope)));
}

export function stopCanister(context: ToolContext, scope: CanisterScope): ToolCommand {
  return signed(context, new Line('canister', 'stop').flag('all', scope === 'all').positional(nameOf(scope)));
}

export function uninstallCode(context: ToolContext, scope: CanisterScope): ToolCommand {
  const line = new Line('canister', 'uninstall-code').flag('all', scope === 'all');
  return signed(context, line.positional(nameOf(scope)));
}

/**
 * Deletes canisters and their ids. With withdrawal, dfx first puts a temporary wallet in the canister's place to send
 * its cycles to the identity's wallet, or to the cycles ledger; without, the canister must have been stopped.
 */
export function deleteCanister(
  context: ToolContext,
  scope: CanisterScope,
  options: { withdrawal: boolean },
): ToolCommand {
  const line = new Line('canister', 'delete').flag('all', scope === 'all').flag('no-withdrawal', !options.withdrawal);
  return signed(context, line.positional(nameOf(scope)), 'pipe');
}

/** Makes the language bindings. dfx erases the folders of earlier ones first. */
export function generate(context: ToolContext, scope: CanisterScope): ToolCommand {
  return anonymous(context, new Line('generate').positional(nameOf(scope)));
}

/** Reads the `pull` canisters' interfaces and modules from a network, which is mainnet unless told otherwise. */
export function depsPull(context: ToolContext): ToolCommand {
  return anonymous(context, new Line('deps', 'pull'));
}

export function depsInit(context: ToolContext, canister?: string, argument?: string): ToolCommand {
  return anonymous(context, new Line('deps', 'init').option('argument', argument).positional(canister));
}

export function depsDeploy(context: ToolContext, canister?: string): ToolCommand {
  return anonymous(context, new Line('deps', 'deploy').positional(canister));
}

/** The seed phrase of a new key is written to standard error; see `onSecret` of the runner. */
export function newIdentity(cwd: string, name: string, storage: StorageMode): ToolCommand {
  const line = new Line('identity', 'new').option('storage-mode', storage).positional(name);
  return { ...offline(cwd, line), stdin: storage === 'password-protected' ? 'terminal' : 'ignore' };
}

export function importIdentity(
  cwd: string,
  name: string,
  source: { pemFile: string } | { seedFile: string },
  storage: StorageMode,
): ToolCommand {
  const line = new Line('identity', 'import').option('storage-mode', storage);
  if ('seedFile' in source) {
    line.option('seed-file', source.seedFile);
  }
  line.positional(name, 'pemFile' in source ? source.pemFile : undefined);
  return { ...offline(cwd, line), stdin: storage === 'password-protected' ? 'terminal' : 'ignore' };
}

export function useIdentity(cwd: string, name: string): ToolCommand {
  return offline(cwd, new Line('identity', 'use').positional(name));
}

export function renameIdentity(cwd: string, from: string, to: string): ToolCommand {
  return offline(cwd, new Line('identity', 'rename').positional(from, to));
}

/** `dropWallets` is demanded by dfx where the identity has wallets. */
export function removeIdentity(cwd: string, name: string, options: { dropWallets?: boolean } = {}): ToolCommand {
  return offline(cwd, new Line('identity', 'remove').flag('drop-wallets', options.dropWallets).positional(name));
}

/** The identity's principal. dfx loads the key for it, which may ask for a password or for the keyring. */
export function getPrincipal(cwd: string, identity: string): ToolCommand {
  return { ...offline(cwd, new Line('identity', 'get-principal').option('identity', identity)), usesKey: true };
}
