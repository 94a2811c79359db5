import * as vscode from 'vscode';
import type { Operation } from '../core/lifecycle/fits';
import type { Outcome, Target } from '../core/lifecycle/outcome';
import { fitsTarget, type LifecycleService } from '../core/lifecycle/service';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { formatMessage, msg } from '../core/util/message';
import { translate } from '../ui/words';
import { Cancelled, CommandFailure } from './registry';
import { resolveTargets, selectFitting } from './targets';

interface Deps {
  readonly monitor: WorkspaceMonitor;
  readonly service: LifecycleService;
  readonly log: vscode.LogOutputChannel;
}

/** Start or stop: of the row, the selected rows, or the canisters that are picked. */
export async function changeCanisters(deps: Deps, operation: Operation, node: unknown, nodes: unknown): Promise<void> {
  requireTrust();
  const { service, monitor } = deps;
  const targets = selectFitting(
    operation,
    await resolveTargets(monitor, node, nodes, {
      title: operation === 'start' ? vscode.l10n.t('Start which canisters?') : vscode.l10n.t('Stop which canisters?'),
      many: true,
      accept: (target) => fitsTarget(operation, target),
    }),
  );
  const title = progressTitle(operation, targets);
  const outcomes = await vscode.window.withProgress(
    {
      location: targets.length > 1 ? vscode.ProgressLocation.Notification : vscode.ProgressLocation.Window,
      title,
      cancellable: true,
    },
    (_progress, token) => service[operation](targets, toSignal(token)),
  );
  report(deps.log, operation, outcomes);
}

/** Commands can be called by other extensions and keybindings, which do not look at `enablement`. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) {
    throw new CommandFailure(msg('This workspace is not trusted: nothing is run in it.'), undefined, [
      { title: vscode.l10n.t('Manage Workspace Trust'), command: 'workbench.trust.manage' },
    ]);
  }
}

function progressTitle(operation: Operation, targets: readonly Target[]): string {
  const names = targets.map(({ canister }) => canister).join(', ');
  return operation === 'start' ? vscode.l10n.t('Starting {0}…', names) : vscode.l10n.t('Stopping {0}…', names);
}

/** Every outcome goes to the log; failures are told, each with its cause. */
function report(log: vscode.LogOutputChannel, operation: Operation, outcomes: readonly Outcome[]): void {
  const failures: string[] = [];
  for (const outcome of outcomes) {
    const { canister, monitor } = outcome.target;
    const where = `${operation} ${canister} on ${monitor.snapshot.networkName}`;
    if (outcome.ok) {
      log.info(`${where}: done`);
    } else if (outcome.cancelled) {
      log.info(`${where}: cancelled`);
    } else {
      log.error(`${where}: ${formatMessage(outcome.failure.message)} ${outcome.failure.detail ?? ''}`.trim());
      failures.push(`${canister}: ${translate(outcome.failure.message)}`);
    }
  }
  if (failures.length > 0) {
    throw new CommandFailure(
      operation === 'start'
        ? msg('Starting failed. {0}', failures.join(' '))
        : msg('Stopping failed. {0}', failures.join(' ')),
    );
  }
  if (outcomes.every((outcome) => !outcome.ok)) {
    throw new Cancelled();
  }
}

function toSignal(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) {
    controller.abort();
  }
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
