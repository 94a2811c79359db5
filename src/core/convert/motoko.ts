import { isWebUrl } from '../engines/dfx/artifacts';
import { msg } from '../util/message';
import { isPrincipal } from '../util/principal';
import type { Step } from './build-steps';
import type { Metadata } from './metadata';
import type { SourceCanister, SourceProject } from './project';
import { MODULE, sh, words } from './shell';

/** Runs the Motoko compiler as dfx does, with the compiler and the packages of a package manager in place of dfx's own. */
export function motokoSteps(canister: SourceCanister, project: SourceProject, metadata: Metadata): Step[] {
  const { part } = canister;
  const main = part.filled('main');
  if (main === undefined) {
    return [];
  }
  const compile = new Compiler(project);
  const aliases = compile.aliasesOf(canister);
  const command = compile.command(canister, main, [
    ...(project.release ? ['--release'] : []),
    ...metadata.motokoFlags,
    ...aliases,
    `-o ${MODULE}`,
  ]);
  explain(canister, project, compile.unresolved);
  return [{ kind: 'script', commands: [...compile.interfaces, command] }];
}

function explain(canister: SourceCanister, project: SourceProject, unresolved: readonly string[]): void {
  const { part } = canister;
  const { packtool, mopsToml } = project;
  // Where no type is written, what there is to say of it stands with the code.
  const key = part.value('type') === undefined ? 'main' : 'type';
  const args = part.filled('args');
  part.say(
    'args',
    'converted',
    args === undefined ? msg('It is empty.') : msg('In the command of the compiler.'),
    'whole',
  );
  if (packtool[0] === 'vessel') {
    part.say(key, 'different', msg('The compiler comes from vessel: dfx brought one of its own.'));
  } else if (mopsToml !== undefined && /^[ \t]*moc[ \t]*=/m.test(mopsToml)) {
    part.say(key, 'converted', msg('A script step with the compiler that mops.toml names.'));
  } else {
    part.say(
      key,
      'different',
      mopsToml === undefined
        ? msg(
            'dfx brought compiler and base library itself, now they come from mops. Run "mops init", "mops toolchain use moc latest" and "mops add base" in the project.',
          )
        : msg(
            'dfx brought the compiler itself, now it comes from mops. Run "mops toolchain use moc latest" in the project.',
          ),
    );
  }
  part.say('main', 'converted', msg('Compiled by a script step of the build.'));
  if (unresolved.length > 0) {
    const text = msg(
      'There is no Candid file for {0}, which the code imports. Add "--actor-env-alias" with one to the command of the compiler.',
      unresolved.join(', '),
    );
    part.ledger.enter([...part.path, 'dependencies'], 'none', text, 'whole');
  }
}

class Compiler {
  /** Commands that make the interfaces of Motoko canisters that are imported. */
  readonly interfaces: string[] = [];
  /** What is imported and has no interface that is known before a build. */
  readonly unresolved: string[] = [];
  readonly #project: SourceProject;
  /** Canister to its Candid file, as a word of a shell. */
  readonly #known = new Map<string, string | undefined>();

  constructor(project: SourceProject) {
    this.#project = project;
  }

  command(canister: SourceCanister, main: string, flags: readonly string[]): string {
    const { packtool, motokoArgs } = this.#project;
    const moc = packtool[0] === 'vessel' ? '"$(vessel bin)/moc"' : '"$(mops toolchain bin moc)"';
    const sources = packtool.length === 0 ? 'mops sources' : packtool.map(sh).join(' ');
    // Its own flags stand in place of the common ones.
    const args = words(canister.part.filled('args') ?? motokoArgs).map(sh);
    return [moc, sh(main), `$(${sources})`, ...args, ...flags].join(' ');
  }

  /** The flags that tell the compiler what `import "canister:x"` is: the interface now, the id when it runs. */
  aliasesOf(canister: SourceCanister): string[] {
    const flags: string[] = [];
    for (const name of canister.imports) {
      const imported = this.#project.canisters.get(name);
      const candid = imported && this.#candidOf(imported);
      if (imported && candid !== undefined) {
        flags.push(`--actor-env-alias ${sh(name)} ${sh(`PUBLIC_CANISTER_ID:${imported.name}`)} ${candid}`);
      } else if (imported) {
        this.unresolved.push(name);
      }
    }
    return flags;
  }

  #candidOf(canister: SourceCanister): string | undefined {
    const { dfxName, name, part, type } = canister;
    if (this.#known.has(dfxName)) {
      return this.#known.get(dfxName);
    }
    // For one that is inside itself, which dfx refuses.
    this.#known.set(dfxName, undefined);
    const main = part.filled('main');
    let candid = candidFileOf(canister);
    if (type === 'motoko' && main !== undefined) {
      const file = `"$ICP_WASM_OUTPUT_PATH.${name}.did"`;
      this.interfaces.push(this.command(canister, main, [...this.aliasesOf(canister), '--idl', `-o ${file}`]));
      candid = file;
    } else if (candid !== undefined) {
      candid = sh(candid);
    }
    this.#known.set(dfxName, candid);
    return candid;
  }
}

/** The canister's Candid file where that is there before anything is built, relative to the project. */
export function candidFileOf({ part, type }: SourceCanister): string | undefined {
  const id = part.filled('id');
  const pulled = type === 'pull' && id !== undefined && isPrincipal(id) ? `deps/candid/${id}.did` : undefined;
  const own = type === 'rust' || type === 'custom' ? part.filled('candid') : undefined;
  const candid = pulled ?? own ?? part.part('remote')?.filled('candid');
  return candid === undefined || isWebUrl(candid) ? undefined : candid;
}
