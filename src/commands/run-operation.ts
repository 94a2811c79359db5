import * as vscode from 'vscode';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { groupByProject } from '../core/lifecycle/operation-runner';
import {
  appliesTo,
  type InputOf,
  type Operation,
  operationEntry,
  type RunnableOperation,
  runnableEntry,
} from '../core/lifecycle/operations';
import { whyAsk } from '../core/lifecycle/questions';
import { type StaleBuild, staleBuilds } from '../core/lifecycle/stale-builds';
import type { OperationOptions, OperationReport, ToolQuestion } from '../core/lifecycle/tool-operations';
import { answersBrowsers } from '../core/rows/canister-row';
import { cancelled, Failure, type FailureAction, type FailureKind, nothingToDo } from '../core/util/failure';
import { formatMessage, type Message, msg } from '../core/util/message';
import type { CanisterPages } from '../ui/canister-pages';
import { confirmOperation, guardedNetworks } from '../ui/confirm';
import { agreesToLoss } from '../ui/dialogs';
import { withProgress } from '../ui/progress';
import { projectLabel } from '../ui/project-label';
import { showInformationMessage, showInStatusBar, showQuickPick } from '../ui/surfaces';
import { joinSentences, translate } from '../ui/translate';
import { agreeToSign } from './agree-to-sign';
import {
  chooseCanisters,
  loadAll,
  narrowToProject,
  projectOf,
  selectApplicable,
  throwRefusal,
  toArgument,
} from './choose-canisters';
import type { CommandContext, CommandHandler } from './command-context';
import { nextSteps } from './next-steps';
import { namedPrincipals, nameOf, withNames } from './principal-names';
import { type CommandArgument, readArgument } from './read-argument';
import { unlockFor } from './unlock-identity';

export type WithoutInput = { [K in RunnableOperation]: InputOf<K> extends [] ? K : never }[RunnableOperation];

/** The command of an operation on the row, the selected rows, or the canisters that are picked. */
export function runOnChosen(operation: WithoutInput): CommandHandler {
  return async (context, argument) => {
    await runOperation(context, operation, await chooseCanisters(context, operation, argument), []);
  };
}

/** The command of an operation on every canister that it applies to, of a project or of all. */
export function runOnAll(operation: WithoutInput): CommandHandler {
  return async (context, argument) => {
    const targets = await applicableCanisters(context, operation, argument);
    if (targets.length === 0) {
      throwRefusal(context.workspace.projects);
      throw nothingToDo(msg('No canister is in a state that fits this command.'));
    }
    const chosen = await narrowToProject(targets, vscode.l10n.t('Of which project?'));
    await runOperation(context, operation, chosen, []);
  };
}

/** Deploys whole projects, each with one command. */
export async function deployProjects(context: CommandContext, argument: CommandArgument): Promise<void> {
  const applicable = await applicableCanisters(context, 'deploy', argument);
  if (applicable.length === 0) {
    throwRefusal(context.workspace.projects);
    throw nothingToDo(msg('There is no canister to deploy in this workspace.'));
  }
  const targets = await narrowToProject(applicable, vscode.l10n.t('Deploy which project?'));
  const projects = [...new Set(targets.map(({ project }) => project))];
  await perform(context, 'deploy', targets, async (options) => {
    const reports = await Promise.all(
      projects.map((project) => {
        const canisters = targets.filter((target) => target.project === project).map(({ canister }) => canister);
        return context.service.deployAll(project, canisters, options);
      }),
    );
    return {
      outcomes: reports.flatMap(({ outcomes }) => outcomes),
      findings: reports.flatMap(({ findings }) => findings),
      urls: reports.flatMap(({ urls }) => urls),
    };
  });
}

async function applicableCanisters(
  { workspace }: CommandContext,
  operation: Operation,
  argument: CommandArgument,
): Promise<CanisterRef[]> {
  await loadAll(workspace);
  const own = projectOf(workspace, argument);
  return (own ? [own] : workspace.projects).flatMap((project) =>
    project.snapshot.canisters
      .map(({ name }) => ({ project, canister: name }))
      .filter((target) => appliesTo(operation, target)),
  );
}

/** How an operation is run that no command of the user's has started. */
export interface Manner {
  /** Whose wish it is, said in whatever is asked. */
  readonly who: string;
  /** The user may be asked; otherwise, what needs a question is not done. */
  readonly interactive: boolean;
  readonly signal?: AbortSignal;
  /** Looked at when nothing more is asked, immediately before. @throws where it is not to be done */
  readonly check: () => void;
}

/**
 * Runs an operation for another extension, as its command would, and logs its failure: whether to tell the user is for the other.
 *
 * @throws {Failure} of the kind that the canisters' failures have, and of kind `needs-confirmation`
 */
export async function runForOthers(
  context: CommandContext,
  operation: WithoutInput,
  targets: readonly CanisterRef[],
  manner: Omit<Manner, 'who'>,
): Promise<void> {
  const kinds = new Set<FailureKind>();
  const work = async (options: OperationOptions) => {
    const report = await context.service.run(operation, targets, options);
    for (const outcome of report.outcomes) {
      if (!outcome.ok && !outcome.cancelled) {
        kinds.add(outcome.failure.kind);
      }
    }
    return report;
  };
  try {
    const who = vscode.l10n.t('Another extension has asked for this.');
    await perform(context, operation, targets, work, undefined, { ...manner, who });
  } catch (error) {
    if (!(error instanceof Failure) || error.cancelled || error.kind === 'needs-confirmation') {
      throw error;
    }
    const { data } = error;
    context.log.error([translate(data.message), data.detail].filter(Boolean).join('\n'));
    const [kind = data.kind, another] = kinds;
    throw data.kind === 'other' && another === undefined ? new Failure({ ...data, kind }) : error;
  }
}

/** {@link perform}s an operation of the table. @param detail what else is to be known before agreeing */
export async function runOperation<K extends RunnableOperation>(
  context: CommandContext,
  operation: K,
  targets: readonly CanisterRef[],
  input: InputOf<K>,
  detail?: string,
): Promise<void> {
  selectApplicable(operation, targets);
  const work = (options: OperationOptions) => context.service.run(operation, targets, options, ...input);
  await perform(context, operation, targets, work, detail);
}

/** Asks what has to be asked, shows that the work is under way, and tells what came of it. @throws {Failure} */
export async function perform(
  context: CommandContext,
  operation: RunnableOperation,
  targets: readonly CanisterRef[],
  work: (options: OperationOptions) => Promise<OperationReport>,
  detail?: string,
  { interactive, signal: others, check, who }: Partial<Manner> = {},
): Promise<void> {
  const { compiles, ifStale, quick, running } = runnableEntry(operation);
  const unasked = interactive === false;
  const stale = ifStale ? await staleBuilds(targets) : [];
  const admit = () => {
    check?.();
    const why = unasked && whyAsk(operation, targets, guardedNetworks(), stale);
    if (why) {
      throw new Failure({ kind: 'needs-confirmation', message: why });
    }
  };
  const isBuilt = !unasked && (await confirm(context, operation, targets, detail, stale, who));
  admit();
  const buildFirst = isBuilt ? stale.map(({ target }) => target) : [];
  const inStatusBar = quick && targets.length === 1;
  const location = inStatusBar ? vscode.ProgressLocation.Window : vscode.ProgressLocation.Notification;
  const title = translate(running(namesOf(targets, context.workspace.projects.length > 1, 3)));
  for (const [project, group] of groupByProject(compiles ? targets : buildFirst)) {
    context.problems.begin(
      project.root,
      group.map(({ canister }) => canister),
    );
  }
  let question: string | undefined;
  const refuse = async ({ text }: ToolQuestion) => {
    question = text;
    return false;
  };
  const report = await withProgress({ title, location }, (own, show) => {
    // Here too, since nothing comes between this and the beginning.
    admit();
    const signal = others ? AbortSignal.any([own, others]) : own;
    const progress = (message: Message) => show(translate(message));
    return work({ answer: unasked ? refuse : answer, signal, buildFirst, progress });
  });
  try {
    await conclude(context, operation, report);
  } catch (error) {
    throw question === undefined ? error : unanswered(question);
  }
  if (question !== undefined) {
    throw unanswered(question);
  }
}

/** A question of the tool's that came after the beginning. */
function unanswered(question: string): Failure {
  return new Failure({
    kind: 'needs-confirmation',
    message: msg('The tool asked what only you can answer: {0}', question.trim()),
  });
}

/** Before an operation that is signed, asks for the agreement that its network needs and a locked key's password; then for consent. @returns whether to build first */
export async function confirm(
  context: CommandContext,
  operation: Operation,
  targets: readonly CanisterRef[],
  detail?: string,
  stale: readonly StaleBuild[] = [],
  who = '',
): Promise<boolean> {
  const { severity, signedHere } = operationEntry(operation);
  if (severity !== 'harmless') {
    await agreeToSign(context, targets, who);
  }
  if (signedHere) {
    await unlockFor(context, targets, who);
  }
  const named = async (principal: string) => {
    const projects = [...new Set(targets.map(({ project }) => project))];
    const known = await Promise.all(projects.map((project) => namedPrincipals(context.ownership, project)));
    return nameOf(principal, known.flat());
  };
  const details = [detail, who].filter((each) => each !== undefined);
  return await confirmOperation({ operation, targets, nameOf: named, details, stale });
}

/** The tool's own questions: in our words where they are known, with what it says of the case below; else in its words. */
async function answer({ text, known }: ToolQuestion): Promise<boolean> {
  const [first = '', ...rest] = text.trim().split('\n');
  const title = known ? translate(known.words) : first;
  const detail = known ? (known.detail?.split('\n') ?? []) : rest;
  return await agreesToLoss([title], detail, vscode.l10n.t('Proceed'));
}

/** Every outcome goes to the log; failures are told, each with its cause, and what succeeded beside them. */
async function conclude(context: CommandContext, operation: RunnableOperation, report: OperationReport): Promise<void> {
  const { log, ownership, pages, problems, workspace } = context;
  const several = workspace.projects.length > 1;
  const { failed, done, announced, where = targetOf } = runnableEntry(operation);
  problems.show(report.findings);
  const causes = new Map<CanisterRef, string>();
  const details: string[] = [];
  const steps = new Map<string, FailureAction>();
  for (const outcome of report.outcomes) {
    const { canister, project } = outcome.target;
    const where = `${operation} ${canister} on ${project.snapshot.target.name}`;
    if (outcome.ok) {
      log.info(`${where}: done`);
    } else if (outcome.cancelled) {
      log.info(`${where}: cancelled`);
    } else {
      const { failure } = outcome;
      details.push(`${where}: ${formatMessage(failure.message)} ${failure.detail ?? ''}`.trim());
      const known = await namedPrincipals(ownership, project);
      causes.set(outcome.target, translate(withNames(failure.message, known)));
      for (const step of await nextSteps(failure, outcome.target, ownership)) {
        const title = translate(step.title);
        steps.set(title, forAll(steps.get(title), step));
      }
    }
  }
  const succeeded = report.outcomes.filter(({ ok }) => ok).map(({ target }) => target);
  if (causes.size > 0) {
    const targets = [...causes.keys()];
    const beside = succeeded.length > 0 ? [vscode.l10n.t('Done: {0}.', translate(namesOf(succeeded, several)))] : [];
    throw new Failure({
      message: failed(namesOf(targets, several), joinSentences([causesText(causes), ...beside])),
      detail: details.join('\n'),
      actions: [...steps.values()].slice(0, 2),
      again: [toArgument(targets[0]!), targets.map(toArgument)],
    });
  }
  if (succeeded.length === 0) {
    throw cancelled();
  }
  if (done) {
    const places = [...new Set(succeeded.map(where))];
    const text = translate(done(namesOf(succeeded, several), places.join(', ')));
    if (announced) {
      void announce(pages, text, report.urls, succeeded);
    } else {
      showInStatusBar('check', text);
    }
  }
}

function targetOf({ project }: CanisterRef): string {
  return project.snapshot.target.name;
}

/** More are told by their number. */
const MANY = 10;

/** A few by their names, with their projects' where there are several; many by their number. */
function namesOf(targets: readonly CanisterRef[], several: boolean, most = MANY): string | Message {
  if (targets.length > most) {
    return msg('{0} canisters', targets.length);
  }
  return targets
    .map(({ project, canister }) => (several ? `${canister} (${projectLabel(project)})` : canister))
    .join(', ');
}

/** Where one command was run for all canisters, they have the same cause: it is said once. */
function causesText(causes: ReadonlyMap<CanisterRef, string>): string {
  const [first, ...others] = new Set(causes.values());
  return others.length === 0 && first !== undefined
    ? first
    : [...causes].map(([{ canister }, cause]) => `${canister}: ${cause}`).join(' ');
}

/** One button for what several canisters need: a command takes the first, and all that are selected. */
function forAll(known: FailureAction | undefined, step: FailureAction): FailureAction {
  const [first, selected = [first]] = known?.args ?? [];
  const [added] = step.args ?? [];
  const same = known !== undefined && known.command === step.command && Array.isArray(selected);
  return same && readArgument([added]).canister ? { ...known, args: [first, [...selected, added]] } : step;
}

/** One quiet notification that leads to what was made: its pages, and its methods. */
async function announce(
  pages: CanisterPages,
  text: string,
  urls: readonly string[],
  succeeded: readonly CanisterRef[],
): Promise<void> {
  const different = [...new Set(urls)];
  const callable = succeeded.filter(hasMethods);
  const open = different.length > 1 ? vscode.l10n.t('Open…') : vscode.l10n.t('Open');
  const call = vscode.l10n.t('Call method…');
  const buttons = [...(different.length > 0 ? [open] : []), ...(callable.length > 0 ? [call] : [])];
  const chosen = await showInformationMessage(text, ...buttons);
  if (chosen === call) {
    const [only, another] = callable.map(toArgument);
    await vscode.commands.executeCommand('icCanisters.call', another ? undefined : only);
  } else if (chosen === open) {
    const items = different.map((label) => ({ label }));
    const picked =
      different.length > 1 ? await showQuickPick(items, { title: vscode.l10n.t('Open which page?') }) : items[0];
    if (picked) {
      await pages.open(picked.label);
    }
  }
}

/** Whether it is there for callers, not for browsers alone. */
function hasMethods({ project, canister }: CanisterRef): boolean {
  const state = project.canister(canister);
  return state !== undefined && !answersBrowsers(state) && appliesTo('call', { project, canister });
}
