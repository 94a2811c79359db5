import path from 'node:path';
import { ANONYMOUS_NAME } from '../identity/identity-info';
import { applicableOperations, type Operation } from '../lifecycle/operations';
import { type ProjectSnapshot, targetWords } from '../monitor/project-snapshot';
import {
  type CanisterPhase,
  type CanisterState,
  changedFile,
  differsFromBuild,
  phaseLabel,
  phaseOf,
} from '../monitor/state';
import { isMainnet } from '../project/network';
import { formatBytes, formatCount, formatCycles, speakCycles } from '../util/amounts';
import type { FailureData } from '../util/failure';
import { type Message, msg } from '../util/message';
import { shortId } from '../util/shorten';
import {
  type Fact,
  factsOf,
  markWords,
  present,
  type Row,
  type RowIcon,
  type RowMark,
  WARNING,
  type Words,
} from './row';

const ICONS: Record<CanisterPhase, RowIcon> = {
  running: { codicon: 'circle-filled', color: 'testing.iconPassed' },
  stopping: { codicon: 'loading~spin' },
  stopped: { codicon: 'stop-circle', color: 'testing.iconFailed' },
  empty: { codicon: 'circle-outline', color: 'charts.yellow' },
  'not-created': { codicon: 'circle-large-outline', color: 'disabledForeground' },
  remote: { codicon: 'link-external' },
  pull: { codicon: 'cloud-download' },
  excluded: { codicon: 'circle-slash', color: 'disabledForeground' },
  hidden: { codicon: 'lock' },
  missing: WARNING,
  insecure: { codicon: 'shield', color: 'list.errorForeground' },
  unknown: { codicon: 'question' },
  loading: { codicon: 'circle-small', color: 'disabledForeground' },
};

/** The icon of a canister's state: it only repeats what the words say. */
export function stateIcon(state: CanisterState): RowIcon {
  return state.busy ? { codicon: 'loading~spin' } : ICONS[phaseOf(state)];
}

/** A canister's state in words, the same in trees, lenses and hovers. Before the network has answered, what the wait is for. */
export function stateWords(state: CanisterState, snapshot: ProjectSnapshot): Message {
  const { health, identity, tool, trusted } = snapshot;
  if (state.busy) {
    return state.busy;
  }
  const phase = phaseOf(state);
  // What holds for the whole network is said once, above the rows.
  if (phase === 'unknown' && state.failure && state.failure.kind !== 'clock') {
    return failureWords(state.failure, snapshot);
  }
  if (phase === 'loading' && !trusted) {
    return msg('Not asked: the workspace is not trusted');
  }
  if (phase === 'loading' && health !== undefined && health.state !== 'healthy') {
    if (health.state === 'starting') {
      return msg('Waiting for the network');
    }
    return isDown(snapshot) ? msg('The network is not running') : msg('The network cannot be reached');
  }
  if (phase === 'hidden' && identity?.withheld) {
    return msg('Running state hidden: asked anonymously');
  }
  if (phase === 'hidden' && state.facts?.controllers.length === 0) {
    return msg('Running state hidden: it has no controllers');
  }
  if (phase === 'hidden' && state.through) {
    return state.through.proxy === undefined
      ? msg('Running state hidden: only {0} can reach the key', tool)
      : msg('Running state hidden: your wallet is the controller');
  }
  // The key of the identity is locked, or elsewhere.
  if (phase === 'hidden' && identity?.ref.kind === 'anonymous' && identity.name !== ANONYMOUS_NAME) {
    return msg('Running state hidden: asked anonymously');
  }
  return phaseLabel(phase);
}

/** Of what went wrong, the words that all rows have for it: a network that runs here and is lost is not running. */
export function failureWords({ kind, message }: FailureData, snapshot: ProjectSnapshot): Message {
  return kind === 'offline' && isDown(snapshot) ? msg('The network is not running') : message;
}

function isDown({ health, target }: ProjectSnapshot): boolean {
  return health?.state === 'offline' && target.network?.local === true;
}

/** What is offered for a canister: nothing while something is being done to it. */
export function offeredOperations(state: CanisterState): readonly Operation[] {
  return state.busy ? [] : applicableOperations(state);
}

/** True where what the row says was true once, but could not be confirmed. */
export function isStale(state: CanisterState, { health }: ProjectSnapshot): boolean {
  const lost = health !== undefined && health.state !== 'healthy';
  return state.facts !== undefined && (lost || state.failure !== undefined);
}

/** Of a state that could not be confirmed, how old it is. */
export function staleAge(state: CanisterState, snapshot: ProjectSnapshot, now: number): Message | undefined {
  return isStale(state, snapshot) && state.checkedAt !== undefined ? ageOf(now - state.checkedAt) : undefined;
}

/** What is out of step: source, build, and what is deployed. Nothing while that is being changed. */
function marksOf(state: CanisterState): RowMark[] {
  return state.busy
    ? []
    : present<RowMark>(state.build?.newer !== undefined && 'newer', differsFromBuild(state) && 'differs');
}

/** @param now milliseconds since 1970 */
export function canisterRow(rowId: string, state: CanisterState, snapshot: ProjectSnapshot, now: number): Row {
  const { name, id, facts } = state;
  const words = stateWords(state, snapshot);
  const age = staleAge(state, snapshot, now);
  const icon = stateIcon(state);
  const marks = marksOf(state);
  const { refusal } = state;
  const doubt = refusal && msg('{0} cannot be read', path.basename(refusal.file));
  const dimmed = (isStale(state, snapshot) || refusal !== undefined) && !state.busy;
  return {
    id: rowId,
    label: name,
    description: present<Words>(words, ...marks.map(markWords), id !== undefined && shortId(id), age, doubt),
    marks,
    icon: dimmed ? { codicon: icon.codicon, color: 'disabledForeground' } : icon,
    tooltip: () => tooltip(state, snapshot, words, age),
    spoken: present<Words>(
      name,
      words,
      ...marks.map(markWords),
      targetWords(snapshot.target),
      facts?.detail && speakCycles(facts.detail.cycles),
      age,
      doubt,
    ),
    flags: flagsOf(state, snapshot),
    expandable: 'collapsed',
    copy: id,
  };
}

function flagsOf(state: CanisterState, { tool, target: { network } }: ProjectSnapshot): string[] {
  const { id, busy, definition } = state;
  return present<string>(
    'canister',
    `of-${tool}`,
    phaseOf(state),
    id !== undefined && 'hasId',
    busy && 'busy',
    network?.local && 'on-local',
    network && isMainnet(network) && 'on-mainnet',
    definition.pulled && 'dependency',
    answersBrowsers(state) && 'web',
    ...offeredOperations(state).map((operation) => `can-${operation}`),
  );
}

/** True where a browser would get a page: it needs code, and an id to ask for. */
export function answersBrowsers({ definition, facts, id }: CanisterState): boolean {
  const noCode = facts !== undefined && facts.moduleHash === undefined;
  return definition.hasFrontend && id !== undefined && !noCode;
}

function tooltip(
  { id, build, definition, facts, failure, refusal }: CanisterState,
  snapshot: ProjectSnapshot,
  words: Words,
  age: Message | undefined,
): Fact[] {
  const detail = facts?.detail;
  return factsOf(
    [msg('Status'), words],
    [msg('Last seen'), age],
    [msg('Network'), snapshot.target.name],
    [msg('Canister ID'), id],
    [msg('Cycles'), detail && formatCount(detail.cycles)],
    [msg('Memory'), detail && formatBytes(detail.memorySize)],
    [msg('Module hash'), facts?.moduleHash && `0x${facts.moduleHash}`],
    [
      msg('Changed since the last build'),
      build?.newer && changedFile(build, path.relative(path.dirname(definition.place.file), build.newer)),
    ],
    [msg('Problem'), failure ? failureWords(failure, snapshot) : refusal?.message],
  );
}

/** @param milliseconds since something was seen */
export function ageOf(milliseconds: number): Message {
  const seconds = Math.max(0, Math.round(milliseconds / 1000));
  if (seconds < 60) {
    return msg('{0} s ago', seconds);
  }
  const minutes = Math.round(seconds / 60);
  return minutes < 60 ? msg('{0} min ago', minutes) : msg('{0} h ago', Math.round(minutes / 60));
}

/** `2.998 T · burns 18.2 M a day` */
export function cyclesWords(cycles: bigint, burnedPerDay: bigint): Words[] {
  return present<Words>(formatCycles(cycles), burnedPerDay > 0n && msg('burns {0} a day', formatCycles(burnedPerDay)));
}
