import * as vscode from 'vscode';
import type { DfxPrompt } from '../core/engines/dfx/prompts';
import { fitsTarget } from '../core/lifecycle/canister-ref';
import type { BuildReport, OperationOptions } from '../core/lifecycle/dfx-operations';
import type { Operation } from '../core/lifecycle/fits';
import type { CanisterRef, Outcome } from '../core/lifecycle/outcome';
import type { LifecycleService } from '../core/lifecycle/service';
import type { Ownership } from '../core/monitor/ownership';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { cancelled, Failure, type FailureAction } from '../core/util/failure';
import { formatMessage, type Message, msg } from '../core/util/message';
import type { CompilerProblems } from '../ui/compiler-problems';
import { translate } from '../ui/words';
import { nextSteps } from './next-steps';
import type { OperationCommand } from './operations';
import { isProjectNode, loadAll, resolveTargets, selectFitting } from './targets';

export interface OperationDeps {
  readonly monitor: WorkspaceMonitor;
  readonly service: LifecycleService;
  readonly log: vscode.LogOutputChannel;
  readonly problems: CompilerProblems;
  readonly ownership: Ownership;
  /** Asks the user where the operation, the network or a setting demands it; false means no. */
  readonly confirm: (question: {
    readonly operation: Operation;
    readonly targets: readonly CanisterRef[];
  }) => Promise<boolean>;
}

/** Runs an operation on the row, the selected rows, or the canisters that are picked. */
export async function changeCanisters(
  deps: OperationDeps,
  command: OperationCommand,
  node: unknown,
  nodes: unknown,
): Promise<void> {
  requireTrust();
  const { operation } = command;
  const targets = selectFitting(
    operation,
    await resolveTargets(deps.monitor, node, nodes, {
      title: command.question(),
      many: true,
      accept: (target) => fitsTarget(operation, target),
    }),
  );
  await perform(deps, command, targets, (options) => command.run(deps.service, targets, options));
}

/** Runs an operation on every canister that it fits, of a project or of all. */
export async function changeAllCanisters(deps: OperationDeps, command: OperationCommand, node: unknown): Promise<void> {
  requireTrust();
  const { operation } = command;
  await loadAll(deps.monitor);
  const targets = projectsOf(deps.monitor, node).flatMap((monitor) =>
    monitor.snapshot.canisters
      .map(({ name }) => ({ monitor, canister: name }))
      .filter((target) => fitsTarget(operation, target)),
  );
  if (targets.length === 0) {
    throw new Failure({ message: msg('No canister is in a state that fits this command.') });
  }
  await perform(deps, command, targets, (options) => command.run(deps.service, targets, options));
}

/** Deploys whole projects, each with one `dfx deploy`. */
export async function deployProjects(deps: OperationDeps, command: OperationCommand, node: unknown): Promise<void> {
  requireTrust();
  await loadAll(deps.monitor);
  const groups = projectsOf(deps.monitor, node).map((monitor) => ({
    monitor,
    canisters: monitor.snapshot.canisters
      .map(({ name }) => name)
      .filter((canister) => fitsTarget('deploy', { monitor, canister })),
  }));
  const targets = groups.flatMap(({ monitor, canisters }) => canisters.map((canister) => ({ monitor, canister })));
  if (targets.length === 0) {
    throw new Failure({ message: msg('There is no canister to deploy in this workspace.') });
  }
  await perform(deps, command, targets, async (options) => {
    const reports = await Promise.all(
      groups
        .filter(({ canisters }) => canisters.length > 0)
        .map(({ monitor, canisters }) => deps.service.deployAll(monitor, canisters, options)),
    );
    return {
      outcomes: reports.flatMap(({ outcomes }) => outcomes),
      diagnostics: reports.flatMap(({ diagnostics }) => diagnostics),
      urls: reports.flatMap(({ urls }) => urls),
    };
  });
}

async function perform(
  deps: OperationDeps,
  command: OperationCommand,
  targets: readonly CanisterRef[],
  work: (options: OperationOptions) => Promise<readonly Outcome[] | BuildReport>,
): Promise<void> {
  const { operation } = command;
  if (!(await deps.confirm({ operation, targets }))) {
    throw cancelled();
  }
  const names = targets.map(({ canister }) => canister);
  const shown = names.length > 3 ? vscode.l10n.t('{0} canisters', names.length) : names.join(', ');
  const quick = targets.length === 1 && (operation === 'start' || operation === 'stop');
  const location = quick ? vscode.ProgressLocation.Window : vscode.ProgressLocation.Notification;
  const result = await vscode.window.withProgress(
    { location, title: command.running(shown), cancellable: true },
    (progress, token) =>
      work({
        answer: (prompt) => answer(operation, prompt),
        signal: toSignal(token),
        progress: (message: Message) => progress.report({ message: translate(message) }),
      }),
  );
  const report: BuildReport = 'outcomes' in result ? result : { outcomes: result, diagnostics: [], urls: [] };
  for (const { projectRoot, found } of report.diagnostics) {
    deps.problems.show(projectRoot, found);
  }
  await conclude(deps, command, report);
  if (operation === 'deploy') {
    void announce(report);
  }
}

/** dfx's own questions, in dfx's words. The one that the user has answered already is not asked again. */
async function answer(operation: Operation, { text }: DfxPrompt): Promise<boolean> {
  if (operation === 'reinstall' && text.startsWith('You are about to reinstall ')) {
    return true;
  }
  const proceed = vscode.l10n.t('Proceed');
  const [title = '', ...rest] = text.split('\n');
  const detail = rest.join('\n').trim();
  return (await vscode.window.showWarningMessage(title, { modal: true, detail }, proceed)) === proceed;
}

/** A deployment ends with one quiet notification that leads to what was deployed. */
async function announce({ outcomes, urls }: BuildReport): Promise<void> {
  const done = outcomes.filter(({ ok }) => ok).map(({ target }) => target.canister);
  const [url] = urls;
  const open = vscode.l10n.t('Open');
  const text = vscode.l10n.t('Deployed {0}.', done.join(', '));
  const choice = await vscode.window.showInformationMessage(text, ...(url === undefined ? [] : [open]));
  if (choice === open && url !== undefined) {
    await vscode.env.openExternal(vscode.Uri.parse(url, true));
  }
}

/** Commands can be called by other extensions and keybindings, which do not look at `enablement`. */
export function requireTrust(): void {
  if (!vscode.workspace.isTrusted) {
    throw new Failure({ message: msg('This workspace is not trusted: nothing is run in it.'), next: 'manage-trust' });
  }
}

/** Every outcome goes to the log; failures are told, each with its cause, and what succeeded beside them. */
async function conclude(
  { log, ownership }: OperationDeps,
  command: OperationCommand,
  { outcomes }: BuildReport,
): Promise<void> {
  const causes: string[] = [];
  const details: string[] = [];
  const steps = new Map<string, FailureAction>();
  for (const outcome of outcomes) {
    const { canister, monitor } = outcome.target;
    const where = `${command.operation} ${canister} on ${monitor.snapshot.networkName}`;
    if (outcome.ok) {
      log.info(`${where}: done`);
    } else if (outcome.cancelled) {
      log.info(`${where}: cancelled`);
    } else {
      const { failure } = outcome;
      details.push(`${where}: ${formatMessage(failure.message)} ${failure.detail ?? ''}`.trim());
      causes.push(`${canister}: ${translate(failure.message)}`);
      for (const step of await nextSteps(failure, outcome.target, ownership)) {
        steps.set(translate(step.title), step);
      }
    }
  }
  if (causes.length > 0) {
    // One dfx command for many canisters fails with one cause.
    const text = sameCause(outcomes) ?? causes.join(' ');
    const done = outcomes.filter(({ ok }) => ok).length;
    const summary = done > 0 ? `${text} ${vscode.l10n.t('{0} succeeded.', done)}` : text;
    throw new Failure({
      message: command.failed(summary),
      detail: details.join('\n'),
      actions: [...steps.values()].slice(0, 2),
    });
  }
  if (outcomes.every(({ ok }) => !ok)) {
    throw cancelled();
  }
}

function sameCause(outcomes: readonly Outcome[]): string | undefined {
  const texts = new Set(outcomes.flatMap((outcome) => (outcome.ok ? [] : translate(outcome.failure.message))));
  const [only] = texts;
  return outcomes.length > 1 && texts.size === 1 ? only : undefined;
}

function projectsOf(monitor: WorkspaceMonitor, node: unknown): readonly ProjectMonitor[] {
  return isProjectNode(node) ? [node.monitor] : monitor.projects;
}

function toSignal(token: vscode.CancellationToken): AbortSignal {
  const controller = new AbortController();
  if (token.isCancellationRequested) {
    controller.abort();
  }
  token.onCancellationRequested(() => controller.abort());
  return controller.signal;
}
