import path from 'node:path';
import type { Operation } from '../lifecycle/operations';
import type { ActiveIdentity } from '../monitor/active-identity';
import type { ProjectMonitor } from '../monitor/project-monitor';
import { commonFailure, healthMessage, type ProjectSnapshot, targetWords } from '../monitor/project-snapshot';
import type { SharedIds } from '../monitor/shared-ids';
import { type CanisterState, phaseOf } from '../monitor/state';
import type { ProjectProblem, Refusal } from '../project/model';
import { type Message, msg } from '../util/message';
import { ageOf, offeredOperations } from './canister-row';
import { detailRow, factsOf, present, type Row, type RowAction, WARNING, type Words } from './row';

/** What the rows need of a project. */
export type RowProject = Pick<ProjectMonitor, 'manifest' | 'root' | 'snapshot'>;

/** What is offered for one of the canisters at least. */
function operationsOfAny(canisters: readonly CanisterState[]): Operation[] {
  return [...new Set(canisters.flatMap(offeredOperations))];
}

/**
 * The row of a project, where there are several.
 *
 * @param tool said where the projects are of several tools
 */
export function projectRow(project: RowProject, label: string, tool?: string): Row {
  const { canisters, identity, loaded, target } = project.snapshot;
  const running = canisters.filter((state) => phaseOf(state) === 'running').length;
  // Of canisters on a network that is lost nobody knows whether they run.
  const lost = healthMessage(project.snapshot);
  const counts = lost ?? msg('{0} of {1} running', running, canisters.length);
  return {
    id: projectRowId(project),
    label,
    // A narrow view cuts off what comes last. What is wrong with the network names it.
    description: present<Words>(loaded && counts, !(loaded && lost) && target.name, tool, identity?.name),
    icon: { codicon: 'root-folder' },
    tooltip: () =>
      factsOf(
        [msg('Project'), project.manifest],
        [target.environment ? msg('Environment') : msg('Network'), target.name],
        [msg('Identity'), identity?.name],
      ),
    spoken: present<Words>(label, msg('project'), counts, targetWords(target), tool, identity?.name),
    flags: ['project', `of-${project.snapshot.tool}`, ...operationsOfAny(canisters).map((name) => `all-${name}`)],
    expandable: 'expanded',
    copy: project.root,
  };
}

export function projectRowId({ manifest }: Pick<RowProject, 'manifest'>): string {
  return `project:${manifest}`;
}

/**
 * What stands above the canisters where something is wrong: the tool first, then the network, the ids and the files.
 * @param now milliseconds since 1970
 */
export function troubleRows(project: RowProject, now: number, others: readonly RowProject[] = []): Row[] {
  const { snapshot } = project;
  const { target, identity, idsVoid, problems, refusal } = snapshot;
  const id = projectRowId(project);
  const rows = present(
    toolRow(`${id}/tool`, project),
    target.problem
      ? troubleRow(`${id}/network`, [target.problem], command('icCanisters.selectNetwork'))
      : (lostRow(`${id}/health`, snapshot, now) ?? commonRow(id, snapshot)),
    identity?.note && !isSame(identity.note, refusal?.message)
      ? identityRow(`${id}/identity`, project.manifest, identity, identity.note)
      : undefined,
    idsVoid && troubleRow(`${id}/ids`, [idsVoid]),
    sharedAddressRow(`${id}/address`, project, others),
  );
  // Of a file that the tool refuses, the first problem is enough: the file shows the others.
  const inRefused = problems.filter(({ file }) => file === refusal?.file);
  const shown = problems.filter((problem) => problem.file !== refusal?.file || problem === inRefused[0]);
  const found = shown.map((problem, index) =>
    problemRow(`${id}/problem/${index}`, problem, refusal, problem === inRefused[0] ? inRefused.length - 1 : 0),
  );
  // What keeps everything from being changed stands first.
  return refusal ? [...found.slice(0, 1), ...rows, ...found.slice(1)] : [...rows, ...found];
}

/** A click, and its buttons, set the tool up. What works without it is not kept from anybody. */
function toolRow(id: string, { manifest, snapshot }: RowProject): Row | undefined {
  const { tool, toolNote } = snapshot;
  if (!toolNote) {
    return undefined;
  }
  const { state, label, hint, reason } = toolNote;
  const row = troubleRow(id, [label, hint], command('icCanisters.setUpTool', { manifest }));
  return {
    ...row,
    icon: state === 'newer' || state === 'in-wsl' ? { codicon: 'info' } : row.icon,
    flags: ['trouble', `sets-up-${tool}`],
    meaning: reason,
  };
}

/** That another tool's project works on the same canisters. */
export function sharedIdsRow(project: Pick<RowProject, 'manifest'>, { manifest, targets }: SharedIds): Row {
  const label = msg('Shares ids with {0}', path.basename(manifest));
  const row = detailRow(`${projectRowId(project)}/shared`, label, [targets.join(', ')], 'link');
  return { ...row, action: { do: 'open', file: manifest } };
}

/** @param more problems in the same file that have no row */
function problemRow(id: string, problem: ProjectProblem, refusal: Refusal | undefined, more: number): Row {
  const { file, message, range } = problem;
  const refused = refusal?.file === file && isSame(message, refusal.message);
  const words = present<Words>(
    message,
    path.basename(file),
    more > 0 && msg('{0} more', more),
    refused && msg('{0} cannot read the file either: nothing is changed until it is repaired', refusal.tool),
  );
  return troubleRow(id, words, { do: 'open', file, range });
}

function isSame(one: Message, other: Message | undefined): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The network does not answer. Where the tool could start it, a click does. */
function lostRow(id: string, snapshot: ProjectSnapshot, now: number): Row | undefined {
  const { healthyAt, health, target } = snapshot;
  const message = healthMessage(snapshot);
  if (!message) {
    return undefined;
  }
  const age = healthyAt === undefined ? undefined : ageOf(now - healthyAt);
  if (target.network?.managed && health?.state === 'offline') {
    const words = present<Words>(msg('{0}: start it', message), age);
    return { ...troubleRow(id, words, command('icCanisters.startNetwork')), flags: ['trouble', 'localNetworkDown'] };
  }
  return troubleRow(id, present<Words>(message, age), command('icCanisters.refresh'));
}

/** Of two networks with one address only one can run: the rows of both then show that one's canisters. */
function sharedAddressRow(id: string, { snapshot }: RowProject, others: readonly RowProject[]): Row | undefined {
  const { network } = snapshot.target;
  const other = others.find((candidate) => {
    const theirs = candidate.snapshot.target.network;
    return theirs?.managed && network?.managed && theirs.url === network.url && theirs.dataDir !== network.dataDir;
  });
  if (!network || !other) {
    return undefined;
  }
  const folder = path.basename(other.root);
  const message = msg('{0} has its network at {1}, too: only one of them can run.', folder, network.url);
  const place = network.source;
  return troubleRow(
    id,
    [message, msg('Give one of them another port')],
    place ? { do: 'open', file: place.file, range: place.range } : undefined,
  );
}

/** What keeps canisters from being asked, whichever it is. */
function commonRow(id: string, snapshot: ProjectSnapshot): Row | undefined {
  const failure = commonFailure(snapshot);
  if (!failure) {
    return undefined;
  }
  const refresh = command('icCanisters.refresh');
  return failure.kind === 'clock'
    ? { ...troubleRow(`${id}/clock`, [failure.message], refresh), icon: { codicon: 'watch' } }
    : troubleRow(
        `${id}/busy`,
        [msg('The network {0} is busy: it is asked again later.', snapshot.target.name)],
        refresh,
      );
}

/** The user may agree to sign; a locked key can be unlocked here; for all else another identity can be chosen. */
function identityRow(id: string, manifest: string, identity: ActiveIdentity, note: Message): Row {
  const { name, storage, ref, withheld } = identity;
  if (withheld) {
    const words = [note, msg('Click to sign requests')];
    return { ...troubleRow(id, words, command('icCanisters.allowSigning', { manifest })), icon: { codicon: 'key' } };
  }
  const row =
    storage === 'password' && ref.kind === 'anonymous'
      ? troubleRow(id, [note, msg('Click to unlock it')], command('icCanisters.unlockIdentity', { identity: name }))
      : troubleRow(id, [note], command('icCanisters.selectIdentity', { manifest }));
  return { ...row, icon: { codicon: 'key' } };
}

function command(name: string, argument?: object): RowAction {
  return argument ? { do: 'command', command: name, argument } : { do: 'command', command: name };
}

function troubleRow(id: string, words: readonly Words[], action?: RowAction): Row {
  const [label = '', ...description] = words;
  return {
    id,
    label,
    description,
    icon: WARNING,
    spoken: words,
    flags: ['trouble'],
    expandable: 'no',
    action,
  };
}
