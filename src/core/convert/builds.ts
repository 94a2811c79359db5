/** How a canister is built: dfx's types as steps of icp. */
import path from 'node:path';
import { isWebUrl } from '../engines/dfx/artifacts';
import { type Message, msg } from '../util/message';
import { leavesFolder } from '../util/paths';
import { isPrincipal } from '../util/principal';
import type { Step } from './build-steps';
import { assetSteps, envFileCommands, withEnvironment } from './frontend';
import { metadataOf } from './metadata';
import { motokoSteps } from './motoko';
import type { SourceCanister, SourceProject } from './project';
import { MODULE, sh, variableOf } from './shell';

export interface Build {
  readonly build: readonly Step[];
  readonly sync: readonly Step[];
  /** Nothing that is known builds it: a person has to write that. */
  readonly missing: boolean;
}

/** @param writesEnvFile no asset canister does it */
export async function buildOf(
  canister: SourceCanister,
  project: SourceProject,
  writesEnvFile: boolean,
): Promise<Build> {
  const { type } = canister;
  const metadata = metadataOf(canister);
  const assets = type === 'assets' ? assetSteps(canister, project) : undefined;
  let build: readonly Step[];
  switch (type) {
    case 'motoko':
      build = motokoSteps(canister, project, metadata);
      break;
    case 'rust':
      build = rustSteps(canister);
      break;
    case 'assets':
      build = assets?.build ?? [];
      break;
    case 'custom':
      build = await customSteps(canister, project);
      break;
    case 'pull':
      build = pullSteps(canister);
      break;
    default:
      build = [];
  }
  const missing = build.length === 0;
  const after = missing
    ? [placeholder(canister, project)]
    : scriptOf([...wasmCommands(canister), ...metadata.commands, ...gzipCommands(canister)]);
  const before = await preInstall(canister, project);
  const sync = [...(assets?.sync ?? []), ...(await installed(canister, project, writesEnvFile))];
  return { build: [...build, ...after, ...before], sync, missing };
}

function scriptOf(commands: readonly string[]): Step[] {
  return commands.length === 0 ? [] : [{ kind: 'script', commands }];
}

/** Fails and says why, so that the rest of the project loads and builds. */
function placeholder({ dfxName, part, type }: SourceCanister, { sources }: SourceProject): Step {
  const known = ['motoko', 'rust', 'assets', 'custom', 'pull'].includes(type);
  const text = known
    ? msg('{0}: dfx.json does not say what it is built from. Write the command here.', dfxName)
    : msg('{0}: dfx built it by its extension {1}. Write the command here that does the same.', dfxName, type);
  if (!known) {
    const note = msg(
      'dfx built it by its extension {0}, which icp does not have. A person has to write the build step.',
      type,
    );
    part.say('type', 'none', note);
    part.say('main', 'none', note);
    part.say('custom', 'none', note, 'whole');
  } else {
    part.ledger.enter(part.path, 'none', msg('dfx.json does not say what it is built from.'));
  }
  return { kind: 'script', commands: [`echo ${sh(sources.words(text))} >&2; exit 1`] };
}

function rustSteps({ part }: SourceCanister): Step[] {
  const name = part.filled('package');
  if (name === undefined) {
    return [];
  }
  // Of a binary cargo keeps the name as it is, of a library it makes one without dashes.
  const crate = part.filled('crate') ?? name;
  const folder = 'target/wasm32-unknown-unknown/release';
  const copies = [...new Set([crate.replaceAll('-', '_'), crate])].map(
    (file) => `cp ${sh(`${folder}/${file}.wasm`)} ${MODULE}`,
  );
  part.say('type', 'converted', msg('A script step that runs the same cargo command.'));
  part.say('package', 'converted', msg('In the command of cargo.'));
  part.say('crate', 'converted', msg('The module of this crate is taken.'));
  part.say('candid', 'converted', msg('Written into the module by ic-wasm.'));
  part.say(
    'skip_cargo_audit',
    part.flag('skip_cargo_audit') ? 'converted' : 'different',
    part.flag('skip_cargo_audit')
      ? msg('icp runs no "cargo audit".')
      : msg('icp runs no "cargo audit". Run it yourself where you want it.'),
  );
  return [
    {
      kind: 'script',
      commands: [
        `cargo build --target wasm32-unknown-unknown --release --locked --package ${sh(name)} --target-dir target`,
        copies.join(' || '),
      ],
    },
  ];
}

async function customSteps(canister: SourceCanister, project: SourceProject): Promise<Step[]> {
  const { part } = canister;
  const wasm = part.filled('wasm');
  const commands = part.texts('build');
  if (wasm === undefined) {
    return [];
  }
  part.say('type', 'converted', msg('A step of the build for each command.'));
  const candid = part.filled('candid') ?? '';
  part.say(
    'candid',
    'different',
    isWebUrl(candid)
      ? msg('icp reads an interface from the module only, and downloads none. Most modules have theirs in them.')
      : msg('icp reads an interface from the module only. If it is not in there, add: {0}', candidCommand(candid)),
  );
  part.say('wasm', 'converted', msg('The module that the build takes.'));
  if (commands.length === 0) {
    part.say('build', 'converted', msg('It is empty.'), 'whole');
    return [{ kind: 'pre-built', from: isWebUrl(wasm) ? { url: wasm } : { path: wasm } }];
  }
  const run = await Promise.all(commands.map((command) => runnable(command, project)));
  const text = `${run.join('\n')}\n${(await Promise.all(commands.map((command) => scriptText(command, project)))).join('\n')}`;
  const [prefix, verdict, note] = buildEnvironment(canister, project, text);
  part.say('build', verdict, note, 'whole');
  return [{ kind: 'script', commands: [...run.map((command) => prefix + command), `cp ${sh(wasm)} ${MODULE}`] }];
}

function candidCommand(candid: string): string {
  return `ic-wasm "$ICP_WASM_OUTPUT_PATH" -o "$ICP_WASM_OUTPUT_PATH" metadata candid:service -f ${sh(candid)} -v public`;
}

/** dfx takes a command of one word for a file of the project where there is one. */
async function runnable(command: string, { sources }: SourceProject): Promise<string> {
  const word = command.trim();
  const isFile = !/[\s/'"$`\\]/.test(word) && (await sources.files.kind(path.join(sources.root, word))) === 'file';
  return isFile ? `./${word}` : command;
}

/** The text of the script that a command runs, as far as it is a file of the project. */
async function scriptText(command: string, { sources }: SourceProject): Promise<string> {
  const file = command.split(/\s+/).find((word) => /[./]/.test(word) && !word.startsWith('-')) ?? command.trim();
  return leavesFolder(sources.root, file) ? '' : ((await sources.files.read(path.join(sources.root, file))) ?? '');
}

/** What of dfx's environment a build gets: it has no ids yet. */
function buildEnvironment(
  { part }: SourceCanister,
  { canisters }: SourceProject,
  text: string,
): [prefix: string, verdict: 'converted' | 'different' | 'none', note: Message] {
  const exports: string[] = [];
  if (/\bDFX_NETWORK\b/.test(text)) {
    exports.push('export DFX_NETWORK="$ICP_CLI_ENVIRONMENT"; ');
  }
  if (/\bCANISTER_CANDID_PATH(?!_)/.test(text) && part.filled('candid') && !isWebUrl(part.filled('candid')!)) {
    exports.push(`export CANISTER_CANDID_PATH="$PWD/"${sh(part.filled('candid')!)}; `);
  }
  for (const other of canisters.values()) {
    const variable = variableOf(other.dfxName);
    const candid = other.part.filled('candid');
    if (variable && candid && !isWebUrl(candid) && text.includes(`CANISTER_CANDID_PATH_${variable}`)) {
      exports.push(`export CANISTER_CANDID_PATH_${variable}="$PWD/"${sh(candid)}; `);
    }
  }
  const prefix = exports.join('');
  if (/\bCANISTER_ID(?:_|\b)|\bDFX_VERSION\b/.test(text)) {
    const note = msg(
      'The commands use ids of canisters, which icp does not know before the build. Have the code read the environment variable PUBLIC_CANISTER_ID:<name> of its canister instead.',
    );
    return [prefix, 'none', note];
  }
  if (/(?:^|[\s;&|(])dfx\s/.test(text)) {
    return [prefix, 'different', msg('The commands run dfx, which has to stay installed.')];
  }
  if (prefix !== '') {
    return [prefix, 'different', msg("The variables of dfx's that the commands use are set by them.")];
  }
  return ['', 'converted', msg('The same commands, in a script step.')];
}

/** What `dfx deps pull` has fetched. */
function pullSteps({ part }: SourceCanister): Step[] {
  const id = part.filled('id');
  if (id === undefined || !isPrincipal(id)) {
    return [];
  }
  const file = `"$HOME/.cache/dfinity/pulled/${id}/canister.wasm"`;
  const note = msg(
    'icp does not pull. Where it runs the network itself, the module is taken that "dfx deps pull" has fetched; better name its address and sha256 in a step of type pre-built. The local id becomes another one.',
  );
  part.say('type', 'different', note);
  part.say(
    'id',
    'converted',
    msg('Left out of environments whose network icp does not run itself: its id is used there.'),
  );
  return [{ kind: 'script', commands: [`cp ${file.slice(0, -1)}.gz" ${MODULE} || cp ${file} ${MODULE}`] }];
}

function wasmCommands({ part, type }: SourceCanister): string[] {
  const level = part.filled('optimize');
  const shrink = part.flag('shrink');
  const compiled = type === 'rust' || type === 'motoko';
  if (level !== undefined) {
    const option = level === 'cycles' ? 'O3' : level === 'size' ? 'Oz' : level;
    part.say(
      'optimize',
      'different',
      msg('A command of ic-wasm. dfx went on where it failed, the build does not.'),
      'whole',
    );
    part.say('shrink', 'converted', msg('dfx does not look at it beside "optimize".'), 'whole');
    return [`ic-wasm ${MODULE} -o ${MODULE} optimize ${sh(option)} --keep-name-section`];
  }
  part.say('shrink', 'converted', shrink ? msg('A command of ic-wasm.') : msg('The build leaves it out.'), 'whole');
  return (shrink ?? compiled) ? [`ic-wasm ${MODULE} -o ${MODULE} shrink --keep-name-section`] : [];
}

function gzipCommands({ part, type }: SourceCanister): string[] {
  const gzip = part.flag('gzip') === true;
  part.say(
    'gzip',
    'converted',
    type === 'assets'
      ? msg('The module is compressed already.')
      : gzip
        ? msg('A command of gzip.')
        : msg('The build leaves it out.'),
    'whole',
  );
  return gzip && type !== 'assets' ? [`gzip -nf ${MODULE} && mv "$ICP_WASM_OUTPUT_PATH.gz" ${MODULE}`] : [];
}

async function preInstall({ part }: SourceCanister, project: SourceProject): Promise<Step[]> {
  const commands = await Promise.all(part.texts('pre_install').map((command) => runnable(command, project)));
  if (commands.length === 0) {
    return [];
  }
  part.say(
    'pre_install',
    'different',
    msg('At the end of the build, where there are no ids: icp has nothing between creating and installing a canister.'),
    'whole',
  );
  return scriptOf(commands);
}

/** What comes after an installation. */
async function installed(canister: SourceCanister, project: SourceProject, writesEnvFile: boolean): Promise<Step[]> {
  const { dfxName, part } = canister;
  const env = writesEnvFile ? envFileCommands(project) : [];
  if (env.length > 0) {
    project.root.say(
      'output_env_file',
      'different',
      msg('Written by a sync step of {0}: at each deployment, after the canisters exist.', dfxName),
      'whole',
    );
  }
  const commands = await Promise.all(part.texts('post_install').map((command) => runnable(command, project)));
  if (commands.length > 0) {
    part.say('post_install', 'converted', msg("A sync step, with dfx's variables."), 'whole');
  }
  const all = [...env, ...commands];
  return all.length === 0 ? [] : [withEnvironment(canister, project, all)];
}
