import type { ProjectSnapshot } from '../monitor/project-snapshot';
import type { CanisterState } from '../monitor/state';
import { networkClass } from '../network/network-class';
import type { Network } from '../project/model';
import { isMainnet } from '../project/network';
import { type Operation, operationEntry } from './operations';
import { type Place, placeOf } from './place';

/** The part of a target that the guard needs. */
export interface GuardedTarget {
  readonly project: {
    readonly snapshot: Pick<ProjectSnapshot, 'target' | 'identity'>;
    canister(name: string): Pick<CanisterState, 'through'> | undefined;
  };
  readonly canister: string;
}

/** One network and identity that an operation would act on and as. */
export interface GuardedGroup extends Place {
  readonly canisters: readonly string[];
}

/** What has to be asked before an operation. */
export type GuardDecision =
  | { readonly ask: 'nothing' }
  /** A dialog that names everything. */
  | { readonly ask: 'consent'; readonly groups: readonly GuardedGroup[] }
  /** The names of all canisters, typed. */
  | { readonly ask: 'names'; readonly groups: readonly GuardedGroup[]; readonly names: readonly string[] };

/** True where every change is asked about: what is not on this computer may cost, last, or be somebody else's. */
function isGuarded(network: Network | undefined): boolean {
  // What runs on this computer may pass everything on to mainnet, whose key then says so.
  return network === undefined || isMainnet(network) || networkClass(network.url) !== 'loopback';
}

/**
 * Decides what is asked before an operation. On every network but this computer's, and on those that the user wants guarded
 * as well, every change is, and destruction wants the canisters' names typed. Elsewhere only what cannot be undone is asked about.
 * Nothing turns these questions off.
 *
 * @param guarded names of targets that are treated as mainnet is
 */
export function decide(
  operation: Operation,
  targets: readonly GuardedTarget[],
  guarded: readonly string[],
): GuardDecision {
  const { severity } = operationEntry(operation);
  if (severity === 'harmless' || targets.length === 0) {
    return { ask: 'nothing' };
  }
  const strict = targets.filter((target) => isStrict(target, guarded));
  const groups = groupTargets(targets);
  if (severity === 'destruction') {
    const names = [...new Set(strict.map(({ canister }) => canister))];
    return names.length > 0 ? { ask: 'names', groups, names } : { ask: 'consent', groups };
  }
  return severity === 'loss' || strict.length > 0 ? { ask: 'consent', groups } : { ask: 'nothing' };
}

/** True where every change is asked about. @param guarded as for {@link decide} */
export function isStrict(
  { project: { snapshot } }: Pick<GuardedTarget, 'project'>,
  guarded: readonly string[],
): boolean {
  return isGuarded(snapshot.target.network) || guarded.includes(snapshot.target.name);
}

/** The targets by network and identity. */
export function groupTargets(targets: readonly GuardedTarget[]): GuardedGroup[] {
  const groups = new Map<string, { group: Place; canisters: string[] }>();
  for (const { project, canister } of targets) {
    const { target, identity } = project.snapshot;
    const group = placeOf(target, identity?.name);
    const key = JSON.stringify(group);
    const entry = groups.get(key) ?? { group, canisters: [] };
    entry.canisters.push(canister);
    groups.set(key, entry);
  }
  return [...groups.values()].map(({ group, canisters }) => ({ ...group, canisters }));
}

/** The canisters that an operation would go through, in the identity's place. */
export function proxiesOf(targets: readonly GuardedTarget[]): string[] {
  return [...new Set(targets.flatMap(({ project, canister }) => project.canister(canister)?.through?.proxy ?? []))];
}

/** True where all the names, and no other, have been typed: in any order, apart by spaces or commas. */
export function namesMatch(typed: string, names: readonly string[]): boolean {
  const words = new Set(typed.split(/[\s,]+/).filter((word) => word !== ''));
  return words.size === names.length && names.every((name) => words.has(name));
}
