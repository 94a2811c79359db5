import { isWebUrl } from '../engines/dfx/artifacts';
import { msg } from '../util/message';
import type { Part } from './part';
import type { SourceCanister } from './project';
import { MODULE, sh, shWithCommands } from './shell';

const SERVICE = 'candid:service';
const ARGS = 'candid:args';

/** What a canister's metadata comes to. */
export interface Metadata {
  /** Flags for the Motoko compiler, which writes the interface itself. */
  readonly motokoFlags: readonly string[];
  readonly commands: readonly string[];
}

/** The sections that dfx puts into a module, its own `dfx` only where the project writes down what is in it. */
export function metadataOf(canister: SourceCanister): Metadata {
  const { part, type } = canister;
  const sections = part.parts('metadata');
  const names = new Set(sections.map((section) => section.text('name')));
  const motokoFlags: string[] = [];
  const commands: string[] = [];
  const compiled = type === 'motoko' || type === 'rust';
  const pullable = part.part('pullable');
  if (pullable || (compiled && !names.has(SERVICE) && !names.has(ARGS))) {
    if (type === 'motoko') {
      motokoFlags.push(`--public-metadata ${SERVICE}`, `--public-metadata ${ARGS}`);
    } else {
      commands.push(...interfaceCommand(part, 'public'));
    }
  }
  // Of several sections with one name dfx takes the first that applies, and ic-wasm keeps the last.
  for (const section of [...sections].reverse()) {
    const flag = type === 'motoko' ? motokoFlag(section) : undefined;
    if (flag === undefined) {
      commands.push(...sectionCommand(section, canister));
    } else {
      motokoFlags.push(...flag);
    }
  }
  commands.push(...dfxSection(part, pullable));
  return { motokoFlags, commands };
}

function interfaceCommand(part: Part, visibility: string): string[] {
  const candid = part.filled('candid');
  return candid === undefined || isWebUrl(candid) ? [] : [metadataCommand(SERVICE, `-f ${sh(candid)}`, visibility)];
}

function metadataCommand(name: string, source: string, visibility: string): string {
  return `ic-wasm ${MODULE} -o ${MODULE} metadata ${sh(name)} ${source} -v ${visibility} --keep-name-section`;
}

/** What the compiler does itself: without a flag it makes the section private. Undefined for other sections. */
function motokoFlag(section: Part): string[] | undefined {
  const name = section.text('name');
  const own = section.text('path') !== undefined || section.text('content') !== undefined;
  if ((name !== SERVICE && name !== ARGS) || own || section.value('networks') !== undefined) {
    return undefined;
  }
  const text = msg('The Motoko compiler writes the section.');
  section.ledger.enter(section.path, 'converted', text, 'whole');
  return section.text('visibility') === 'private' ? [] : [`--public-metadata ${name}`];
}

function sectionCommand(section: Part, { part, type }: SourceCanister): string[] {
  const { ledger, path } = section;
  const name = section.text('name') ?? '';
  const visibility = section.text('visibility') === 'private' ? 'private' : 'public';
  const file = section.filled('path');
  const content = section.text('content');
  const networks = section.value('networks') === undefined ? undefined : section.texts('networks');
  if (name === '') {
    return [];
  }
  if (networks?.length === 0) {
    ledger.enter(path, 'converted', msg('It applies to no network.'), 'whole');
    return [];
  }
  const command =
    file !== undefined
      ? metadataCommand(name, `-f ${sh(file)}`, visibility)
      : content !== undefined
        ? metadataCommand(name, `-d ${sh(content)}`, visibility)
        : name === SERVICE && type !== 'motoko'
          ? interfaceCommand(part, visibility)[0]
          : undefined;
  if (command === undefined) {
    const text = msg('dfx takes {0} from the build. Write it to a file and add a command of ic-wasm for it.', name);
    ledger.enter(path, 'none', text, 'whole');
    return [];
  }
  if (networks === undefined) {
    ledger.enter(path, 'converted', msg('A command of ic-wasm in the build writes the section.'), 'whole');
    return [command];
  }
  ledger.enter(
    path,
    'different',
    msg('Written by the build for these environments only. icp tells a build its environment since version 1.4.'),
    'whole',
  );
  return [`case "$ICP_CLI_ENVIRONMENT" in ${networks.map(sh).join('|')}) ${command} ;; esac`];
}

/** The section `dfx` as dfx fills it from `pullable` and `tech_stack`; parts of it may come from commands. */
function dfxSection(part: Part, pullable: Part | undefined): string[] {
  const stack = part.part('tech_stack');
  if (!pullable && !stack) {
    return [];
  }
  const commands = new Map<string, string>();
  const content: Record<string, unknown> = {};
  if (pullable) {
    content['pullable'] = plain(pullable, () => undefined);
    pullable.ledger.enter(
      pullable.path,
      'different',
      msg(
        'Written into the metadata section "dfx" as it stands here. icp itself has nothing to publish or pull canisters.',
      ),
      'whole',
    );
  }
  if (stack) {
    content['tech_stack'] = plain(stack, (text) => {
      const command = /^\$\((.*)\)$/s.exec(text)?.[0];
      if (command === undefined) {
        return undefined;
      }
      const mark = `%${commands.size}%`;
      commands.set(mark, command);
      return mark;
    });
    stack.ledger.enter(
      stack.path,
      'converted',
      msg('A command of ic-wasm in the build writes it into the metadata section "dfx".'),
      'whole',
    );
  }
  return [metadataCommand('dfx', `-d ${shWithCommands(JSON.stringify(content), commands)}`, 'public')];
}

function plain(part: Part, replace: (text: string) => string | undefined): Record<string, unknown> {
  const found: Record<string, unknown> = {};
  for (const { key } of part.properties()) {
    const value = part.value(key.value);
    if (value?.type === 'object') {
      found[key.value] = plain(part.part(key.value)!, replace);
    } else if (value?.type === 'array') {
      found[key.value] = part.texts(key.value);
    } else if (value?.type === 'string') {
      found[key.value] = replace(value.value) ?? value.value;
    }
  }
  return found;
}
