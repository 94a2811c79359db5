import { fitsTarget } from '../core/lifecycle/canister-ref';
import type { Operation } from '../core/lifecycle/fits';
import type { CanisterRef } from '../core/lifecycle/outcome';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { cancelled } from '../core/util/failure';
import { requireTrust } from './change-canisters';
import { type CanisterArgument, resolveTargets, selectFitting } from './targets';

/** The one canister that a command is for: the row that it was called on, whatever else is selected, or the one picked. */
export async function oneTarget(
  monitor: WorkspaceMonitor,
  operation: Operation,
  node: unknown,
  title: string,
): Promise<CanisterRef> {
  requireTrust();
  const accept = (target: CanisterRef) => fitsTarget(operation, target);
  const found = await resolveTargets(monitor, node, undefined, { title, many: false, accept });
  const [target] = selectFitting(operation, found);
  if (!target) {
    throw cancelled();
  }
  return target;
}

/** A target as the argument of a command. */
export function toArgument({ monitor, canister }: CanisterRef): CanisterArgument {
  return { dfxJson: monitor.project.dfxJson, canister };
}
