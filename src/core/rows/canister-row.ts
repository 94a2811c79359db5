import { applicableOperations } from '../lifecycle/operations';
import type { ProjectSnapshot } from '../monitor/project-monitor';
import { type CanisterPhase, type CanisterState, phaseLabel, phaseOf } from '../monitor/state';
import { reachesMainnet } from '../project/network';
import { formatBytes, formatCount, formatCycles, speakCycles } from '../util/amounts';
import { type Message, msg } from '../util/message';
import { shortId } from '../util/shorten';
import type { Row, Words } from './row';

const ICONS: Record<CanisterPhase, { codicon: string; color?: string }> = {
  running: { codicon: 'circle-filled', color: 'testing.iconPassed' },
  stopping: { codicon: 'loading~spin' },
  stopped: { codicon: 'debug-stop', color: 'testing.iconFailed' },
  empty: { codicon: 'circle-outline', color: 'charts.yellow' },
  'not-created': { codicon: 'circle-large-outline', color: 'disabledForeground' },
  remote: { codicon: 'link-external' },
  pull: { codicon: 'cloud-download' },
  hidden: { codicon: 'lock' },
  missing: { codicon: 'warning', color: 'list.warningForeground' },
  insecure: { codicon: 'shield', color: 'list.errorForeground' },
  unknown: { codicon: 'question' },
  loading: { codicon: 'circle-small', color: 'disabledForeground' },
};

/** True where what the row says was true once, but could not be confirmed. */
export function isStale(state: CanisterState, snapshot: ProjectSnapshot): boolean {
  const lost = snapshot.health !== undefined && snapshot.health.state !== 'healthy';
  return state.facts !== undefined && (lost || state.failure !== undefined);
}

/** @param now milliseconds since 1970 */
export function canisterRow(rowId: string, state: CanisterState, snapshot: ProjectSnapshot, now: number): Row {
  const phase = phaseOf(state);
  const stale = isStale(state, snapshot);
  const label = state.busy ?? rowLabel(phase, state, snapshot);
  const age = stale && state.checkedAt !== undefined ? [ageOf(now - state.checkedAt)] : [];
  const icon = state.busy ? { codicon: 'loading~spin' } : ICONS[phase];
  return {
    id: rowId,
    label: state.name,
    description: [label, ...(state.id === undefined ? [] : [shortId(state.id)]), ...age],
    icon: stale && !state.busy ? { codicon: icon.codicon, color: 'disabledForeground' } : icon,
    tooltip: () => tooltip(state, snapshot, label, age),
    spoken: [
      state.name,
      label,
      msg('{0} network', snapshot.networkName),
      ...(state.facts?.detail ? [speakCycles(state.facts.detail.cycles)] : []),
      ...age,
    ],
    flags: flags(state, phase, snapshot),
    expandable: 'collapsed',
    ...(state.id === undefined ? {} : { copy: state.id }),
  };
}

/** Before the network has answered, a row says what the wait is for. */
function rowLabel(phase: CanisterPhase, state: CanisterState, { health }: ProjectSnapshot): Message {
  if (phase === 'unknown' && state.failure) {
    return state.failure.message;
  }
  if (phase === 'loading' && health !== undefined && health.state !== 'healthy') {
    return health.state === 'starting' ? msg('Waiting for the network') : msg('Network not reachable');
  }
  if (phase === 'hidden' && state.through) {
    return state.through.wallet === undefined
      ? msg('Running state hidden: only dfx can reach the key')
      : msg('Running state hidden: your wallet is the controller');
  }
  return phaseLabel(phase);
}

function flags(state: CanisterState, phase: CanisterPhase, { network }: ProjectSnapshot): string[] {
  const operations = state.busy ? [] : applicableOperations(state);
  return [
    'canister',
    phase,
    ...(state.id === undefined ? [] : ['hasId']),
    ...(state.busy ? ['busy'] : []),
    ...(network?.local ? ['on-local'] : []),
    ...(network && reachesMainnet(network.url) ? ['on-mainnet'] : []),
    ...(state.config.kind === 'pull' ? ['dependency'] : []),
    ...(state.config.kind === 'assets' || state.config.hasFrontend ? ['web'] : []),
    ...operations.map((operation) => `can-${operation}`),
  ];
}

function tooltip(
  state: CanisterState,
  snapshot: ProjectSnapshot,
  label: Words,
  age: readonly Message[],
): (readonly [Words, Words])[] {
  const { facts } = state;
  const detail = facts?.detail;
  return [
    [msg('Status'), label],
    ...age.map((text) => [msg('Last seen'), text] as const),
    [msg('Network'), snapshot.networkName],
    ...(state.id === undefined ? [] : [[msg('Canister ID'), state.id] as const]),
    ...(detail ? [[msg('Cycles'), formatCount(detail.cycles)] as const] : []),
    ...(detail ? [[msg('Memory'), formatBytes(detail.memorySize)] as const] : []),
    ...(facts?.moduleHash === undefined ? [] : [[msg('Module hash'), `0x${facts.moduleHash}`] as const]),
    ...(state.failure ? [[msg('Problem'), state.failure.message] as const] : []),
  ];
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
  return burnedPerDay > 0n
    ? [formatCycles(cycles), msg('burns {0} a day', formatCycles(burnedPerDay))]
    : [formatCycles(cycles)];
}
