import * as vscode from 'vscode';
import type { DfxPrompt } from '../core/engines/dfx/prompts';
import { appliesTo } from '../core/lifecycle/canister-ref';
import type { BuildReport, OperationOptions } from '../core/lifecycle/dfx-operations';
import { type Operation, operationEntry, type RunnableOperation, runnableEntry } from '../core/lifecycle/operations';
import type { CanisterRef, Outcome } from '../core/lifecycle/outcome';
import type { LifecycleService } from '../core/lifecycle/service';
import { cancelled, Failure, type FailureAction } from '../core/util/failure';
import { formatMessage, type Message, msg } from '../core/util/message';
import { confirmOperation } from '../ui/confirm';
import { isSure, openPage } from '../ui/dialogs';
import { withProgress } from '../ui/progress';
import { translate } from '../ui/words';
import { chooseCanisters, loadAll, projectOf, selectApplicable } from './choose-canisters';
import type { CommandContext, CommandHandler } from './command-context';
import { nextSteps } from './failure-actions';
import type { CommandArgument } from './read-argument';
import { unlockFor } from './unlock-identity';

type Result = readonly Outcome[] | BuildReport;
type Work = (options: OperationOptions) => Promise<Result>;
type Run = (service: LifecycleService, targets: readonly CanisterRef[], options: OperationOptions) => Promise<Result>;

/** The operations that need to know no more than their canisters. */
const RUN = {
  start: (service, targets, { signal }) => service.start(targets, signal),
  stop: (service, targets, { signal }) => service.stop(targets, signal),
  create: (service, targets, options) => service.create(targets, options),
  build: (service, targets, options) => service.build(targets, options),
  deploy: (service, targets, options) => service.deploy(targets, options),
  install: (service, targets, options) => service.install(targets, 'install', options),
  upgrade: (service, targets, options) => service.install(targets, 'upgrade', options),
  reinstall: (service, targets, options) => service.install(targets, 'reinstall', options),
  uninstall: (service, targets, { signal }) => service.native.uninstall(targets, signal),
  delete: (service, targets, options) => service.delete(targets, options),
  generate: (service, targets, options) => service.generate(targets, options),
} as const satisfies Partial<Record<RunnableOperation, Run>>;

type Plain = keyof typeof RUN;

/** The command of an operation on the row, the selected rows, or the canisters that are picked. */
export function runOnChosen(operation: Plain): CommandHandler {
  return async (context, argument) => {
    const targets = await chooseCanisters(context, operation, argument);
    await runOperation(context, operation, targets, (options) => RUN[operation](context.service, targets, options));
  };
}

/** The command of an operation on every canister that it applies to, of a project or of all. */
export function runOnAll(operation: Plain): CommandHandler {
  return async (context, argument) => {
    const targets = await applicableCanisters(context, operation, argument);
    if (targets.length === 0) {
      throw new Failure({ message: msg('No canister is in a state that fits this command.') });
    }
    await runOperation(context, operation, targets, (options) => RUN[operation](context.service, targets, options));
  };
}

/** Deploys whole projects, each with one command. */
export async function deployProjects(context: CommandContext, argument: CommandArgument): Promise<void> {
  const targets = await applicableCanisters(context, 'deploy', argument);
  if (targets.length === 0) {
    throw new Failure({ message: msg('There is no canister to deploy in this workspace.') });
  }
  const projects = [...new Set(targets.map(({ monitor }) => monitor))];
  await runOperation(context, 'deploy', targets, async (options) => {
    const reports = await Promise.all(
      projects.map((project) => {
        const canisters = targets.filter(({ monitor }) => monitor === project).map(({ canister }) => canister);
        return context.service.deployAll(project, canisters, options);
      }),
    );
    return {
      outcomes: reports.flatMap(({ outcomes }) => outcomes),
      diagnostics: reports.flatMap(({ diagnostics }) => diagnostics),
      urls: reports.flatMap(({ urls }) => urls),
    };
  });
}

async function applicableCanisters(
  { monitor }: CommandContext,
  operation: Operation,
  argument: CommandArgument,
): Promise<CanisterRef[]> {
  await loadAll(monitor);
  const own = projectOf(monitor, argument);
  return (own ? [own] : monitor.projects).flatMap((project) =>
    project.snapshot.canisters
      .map(({ name }) => ({ monitor: project, canister: name }))
      .filter((target) => appliesTo(operation, target)),
  );
}

/**
 * Asks what has to be asked, shows that the operation is under way, and tells what came of it.
 *
 * @param detail what else is to be known before agreeing
 */
export async function runOperation(
  context: CommandContext,
  operation: RunnableOperation,
  targets: readonly CanisterRef[],
  work: Work,
  detail?: string,
): Promise<void> {
  selectApplicable(operation, targets);
  await confirm(context, operation, targets, detail);
  const names = targets.map(({ canister }) => canister);
  const shown = names.length > 3 ? msg('{0} canisters', names.length) : names.join(', ');
  const quick = targets.length === 1 && (operation === 'start' || operation === 'stop');
  const location = quick ? vscode.ProgressLocation.Window : vscode.ProgressLocation.Notification;
  const result = await withProgress(
    { title: translate(runnableEntry(operation).running(shown)), location },
    (signal, report) =>
      work({
        answer: (prompt) => answer(operation, prompt),
        signal,
        progress: (message: Message) => report(translate(message)),
      }),
  );
  await conclude(context, operation, 'outcomes' in result ? result : { outcomes: result, diagnostics: [], urls: [] });
}

/** Before an operation that a locked key would sign, asks for the password; then for consent. */
export async function confirm(
  context: CommandContext,
  operation: Operation,
  targets: readonly CanisterRef[],
  detail?: string,
): Promise<void> {
  if (operationEntry(operation).signedHere) {
    await unlockFor(context, targets);
  }
  await confirmOperation({ operation, targets, detail });
}

/** dfx's own questions, in dfx's words. The one that the user has answered already is not asked again. */
async function answer(operation: Operation, { text }: DfxPrompt): Promise<boolean> {
  if (operation === 'reinstall' && text.startsWith('You are about to reinstall ')) {
    return true;
  }
  const [title = '', ...rest] = text.split('\n');
  return await isSure(title, rest.join('\n').trim(), vscode.l10n.t('Proceed'));
}

/** Every outcome goes to the log; failures are told, each with its cause, and what succeeded beside them. */
async function conclude(context: CommandContext, operation: RunnableOperation, report: BuildReport): Promise<void> {
  const { log, ownership, problems } = context;
  const { failed, done } = runnableEntry(operation);
  for (const { projectRoot, found } of report.diagnostics) {
    problems.show(projectRoot, found);
  }
  const causes: string[] = [];
  const details: string[] = [];
  const steps = new Map<string, FailureAction>();
  for (const outcome of report.outcomes) {
    const { canister, monitor } = outcome.target;
    const where = `${operation} ${canister} on ${monitor.snapshot.networkName}`;
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
  const succeeded = report.outcomes.filter(({ ok }) => ok).map(({ target }) => target.canister);
  if (causes.length > 0) {
    // One command of the tool for many canisters fails with one cause.
    const text = sameCause(report.outcomes) ?? causes.join(' ');
    const beside = succeeded.length > 0 ? ` ${vscode.l10n.t('{0} succeeded.', succeeded.length)}` : '';
    throw new Failure({
      message: failed(`${text}${beside}`),
      detail: details.join('\n'),
      actions: [...steps.values()].slice(0, 2),
    });
  }
  if (succeeded.length === 0) {
    throw cancelled();
  }
  if (done) {
    void announce(translate(done(succeeded.join(', '))), report.urls[0]);
  }
}

/** One quiet notification that leads to what was made. */
async function announce(text: string, url: string | undefined): Promise<void> {
  const open = vscode.l10n.t('Open');
  const choice = await vscode.window.showInformationMessage(text, ...(url === undefined ? [] : [open]));
  if (choice === open && url !== undefined) {
    await openPage(url);
  }
}

function sameCause(outcomes: readonly Outcome[]): string | undefined {
  const texts = new Set(outcomes.flatMap((outcome) => (outcome.ok ? [] : translate(outcome.failure.message))));
  const [only] = texts;
  return outcomes.length > 1 && texts.size === 1 ? only : undefined;
}
