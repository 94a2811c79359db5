import * as vscode from 'vscode';
import type * as Api from '../../types/ic-canisters';
import type { FinishedOperation } from '../core/lifecycle/lifecycle-service';
import { applicableOperations } from '../core/lifecycle/operations';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { ProjectSnapshot } from '../core/monitor/project-snapshot';
import { type CanisterState, phaseOf } from '../core/monitor/state';
import type { CanisterDefinition, CanisterId, Target } from '../core/project/model';
import { isMainnet } from '../core/project/network';
import { failureWords, isStale, stateWords } from '../core/rows/canister-row';
import { projectLabel } from '../ui/project-label';
import { translate } from '../ui/translate';

/** Those that others may run, by the type of the API. */
export const OPERATIONS: readonly Api.Operation[] = [
  ...(['build', 'generate', 'start', 'stop', 'create', 'deploy', 'install', 'upgrade', 'sync'] as const),
  ...(['reinstall', 'uninstall', 'delete', 'forget'] as const),
];

/** Freezes what was made for others, all of it that is made of arrays and plain objects. */
export function frozen<T>(value: T): T {
  const isPlain = typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;
  if (isPlain || Array.isArray(value)) {
    Object.values(value as object).forEach(frozen);
    Object.freeze(value);
  }
  return value;
}

export async function projectData(project: ProjectMonitor): Promise<Api.Project> {
  const { target: selected, identity } = project.snapshot;
  const known = await project.files.targets();
  const targets = known.some(({ name }) => name === selected.name) ? known : [selected, ...known];
  return frozen({
    manifest: vscode.Uri.file(project.manifest),
    folder: vscode.Uri.file(project.root),
    tool: project.engine.name as Api.Project['tool'],
    label: projectLabel(project),
    targets: targets.map((target) => targetData(target, target.name === selected.name)),
    identity: identity?.name,
  });
}

function targetData({ name, environment, network, canisters, problem }: Target, selected: boolean): Api.Target {
  // One that cannot be used has an empty URL.
  const url = network?.url || undefined;
  return {
    name,
    kind: environment ? 'environment' : 'network',
    selected,
    url,
    local: network?.local === true,
    mainnet: network === undefined || url === undefined || isMainnet(network),
    canisters: canisters && [...canisters],
    problem: problem && translate(problem),
  };
}

export function canisterData(
  project: ProjectMonitor,
  { name, place, type, dependencies }: CanisterDefinition,
  ids: ReadonlyMap<string, CanisterId> | undefined,
): Api.Canister {
  return frozen({
    project: vscode.Uri.file(project.manifest),
    name,
    file: vscode.Uri.file(place.file),
    type,
    dependencies: [...dependencies],
    ids: [...(ids ?? [])].map(([target, { id, owner }]) => ({ target, id, owner })),
  });
}

export function stateData({ manifest, snapshot }: ProjectMonitor, state: CanisterState): Api.CanisterState {
  const { facts } = state;
  const status = statusOf(state);
  return frozen({
    project: vscode.Uri.file(manifest),
    canister: state.name,
    target: snapshot.target.name,
    id: state.id,
    status,
    label: translate(stateWords(state, snapshot)),
    busy: state.busy && translate(state.busy),
    stale: isStale(state, snapshot),
    problem: state.failure && translate(failureWords(state.failure, snapshot)),
    checkedAt: state.checkedAt,
    moduleHash: facts?.moduleHash,
    controllers: facts?.exists ? [...facts.controllers] : undefined,
    cycles: facts?.detail?.cycles,
    idleCyclesBurnedPerDay: facts?.detail?.idleCyclesBurnedPerDay,
    memorySize: facts?.detail?.memorySize,
    operations: operationsFor(state, snapshot),
  });
}

/** Whose canister it is, and whether it belongs to the target, is told apart from its state. */
function statusOf(state: CanisterState): Api.CanisterStatus {
  const definition = { ...state.definition, pulled: false };
  const phase = phaseOf({ ...state, owner: 'project', excluded: false, definition });
  switch (phase) {
    case 'running':
    case 'stopping':
    case 'stopped':
    case 'empty':
    case 'not-created':
    case 'hidden':
    case 'missing':
      return phase;
    default:
      return 'unknown';
  }
}

function operationsFor(state: CanisterState, { trusted }: ProjectSnapshot): Api.Operation[] {
  const offered: readonly string[] = state.busy || !trusted ? [] : applicableOperations(state);
  return OPERATIONS.filter((operation) => offered.includes(operation));
}

export function finishedData({ operation, outcomes }: FinishedOperation): Api.FinishedOperation {
  return frozen({
    operation,
    canisters: outcomes.map(({ outcome, on }) => ({
      project: vscode.Uri.file(outcome.target.project.manifest),
      canister: outcome.target.canister,
      target: on,
      ended: outcome.ok ? ('done' as const) : outcome.cancelled ? ('cancelled' as const) : ('failed' as const),
      problem: outcome.ok || outcome.cancelled ? undefined : translate(outcome.failure.message),
    })),
  });
}
