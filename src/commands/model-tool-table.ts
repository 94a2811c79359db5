import path from 'node:path';
import * as vscode from 'vscode';
import { printSignature } from '../core/candid/print';
import { checkTypedArguments } from '../core/candid/typed-arguments';
import type { Signature } from '../core/candid/types';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { isStrict } from '../core/lifecycle/guard';
import { operationEntry, type RunnableOperation, runnableEntry } from '../core/lifecycle/operations';
import { isLocked } from '../core/lifecycle/questions';
import type { OperationOptions } from '../core/lifecycle/tool-operations';
import type { ToolInput } from '../core/model-tools/tool-input';
import {
  askedAs,
  canisterResult,
  canistersResult,
  findingsResult,
  logResult,
  replyResult,
} from '../core/model-tools/tool-result';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import { readProjectText } from '../core/project/files';
import { cancelled, explain, Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { isInside } from '../core/util/paths';
import { editorQuestion, guardedNetworks } from '../ui/confirm';
import { projectLabel } from '../ui/project-label';
import { translate } from '../ui/translate';
import { askAbout, noProject, selectApplicable } from './choose-canisters';
import type { CommandContext } from './command-context';
import { sendCall } from './make-call';
import { withNextSteps } from './next-steps';
import { perform } from './run-operation';

/** A use of a tool, before it is made. */
export interface PreparedUse {
  /** What is said while it runs. */
  readonly running: string;
  /** What the editor asks a person before. */
  readonly question?: ReturnType<typeof editorQuestion>;
  /** @returns what the model is told @throws {Failure} */
  run(signal: AbortSignal): Promise<object>;
}

type Prepare = (context: CommandContext, input: ToolInput) => Promise<PreparedUse>;

/** Names of methods that a failure lists. */
const MAX_NAMED = 50;
/** Lines of a log, unless more are asked for. */
const LINES = 50;

/** What each tool of package.json does. None changes anything but by {@link change}. */
export const MODEL_TOOLS: Readonly<Record<string, Prepare>> = {
  icCanisters_listCanisters: listCanisters,
  icCanisters_readLog: readLog,
  icCanisters_checkManifest: checkManifests,
  icCanisters_callQuery: callQuery,
  icCanisters_start: change('start'),
  icCanisters_stop: change('stop'),
  icCanisters_deploy: change('deploy'),
  icCanisters_upgrade: change('upgrade'),
};

async function listCanisters({ workspace }: CommandContext, { project }: ToolInput): Promise<PreparedUse> {
  await workspace.ready();
  const projects = projectsNamed(workspace.projects, project);
  return {
    running: vscode.l10n.t('Asking the network…'),
    run: async (signal) => {
      await unlessAborted(signal, Promise.all(projects.map((each) => each.refresh())));
      return canistersResult(projects.map((each) => ({ project: nameOf(each), snapshot: each.snapshot })));
    },
  };
}

async function readLog(context: CommandContext, input: ToolInput): Promise<PreparedUse> {
  const target = await canisterNamed(context, input);
  const { canister, project } = target;
  return {
    running: vscode.l10n.t('Reading the log of {0}…', canister),
    run: async (signal) => {
      await askAbout([target]);
      selectApplicable('logs', [target]);
      const { identity, target: on } = project.snapshot;
      const user = identity && identity.ref.kind !== 'anonymous' ? identity.name : 'anonymous';
      const read = () => withNextSteps(context, target, () => context.service.native.logReader(target)(signal));
      const records = await read().catch((error: unknown) => {
        throw explain(error, (cause) => msg('The log of {0} cannot be read as {1}. {2}', canister, user, cause));
      });
      return { canister, on: on.name, ...askedAs(identity), ...logResult(records, input.lines ?? LINES) };
    },
  };
}

async function checkManifests(context: CommandContext, { file }: ToolInput): Promise<PreparedUse> {
  await context.workspace.ready();
  const files = file === undefined ? context.workspace.projects.map(({ manifest }) => manifest) : [inWorkspace(file)];
  if (files.length === 0) {
    throw noProject();
  }
  const shown = files.map((each) => vscode.workspace.asRelativePath(each));
  return {
    running: vscode.l10n.t('Checking {0}…', shown.join(', ')),
    run: async (signal) => ({
      files: await unlessAborted(signal, Promise.all(files.map((each) => checkFile(context, each)))),
    }),
  };
}

async function checkFile({ findingsOf }: CommandContext, file: string): Promise<object> {
  const name = vscode.workspace.asRelativePath(file);
  const content = await contentOf(file);
  const findings = await findingsOf(file, content);
  if (!findings) {
    throw new Failure({ message: msg('{0} is no file of dfx or icp.', name) });
  }
  return { file: name, ...findingsResult(content, findings) };
}

/** What a file says in its editor, where it is open, else on the disk. */
async function contentOf(file: string): Promise<string> {
  const open = vscode.workspace.textDocuments.find(({ uri }) => uri.scheme === 'file' && uri.fsPath === file);
  if (open) {
    return open.getText();
  }
  const root = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath ?? path.dirname(file);
  const content = await readProjectText(file, root);
  if (content.state === 'text') {
    return content.text;
  }
  throw new Failure({ message: content.state === 'failed' ? content.message : msg('There is no file {0}.', file) });
}

/** A file by its path in the workspace, or by the whole of it. @throws {Failure} where it is elsewhere */
function inWorkspace(file: string): string {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const candidates = folders.flatMap(({ name, uri }) => {
    const [first, ...rest] = file.split(/[\\/]/);
    // Of several folders, the first part of a path is the name of one.
    return [path.resolve(uri.fsPath, file), ...(first === name ? [path.join(uri.fsPath, ...rest)] : [])].filter(
      (each) => isInside(uri.fsPath, each),
    );
  });
  const found = candidates.find((each) => vscode.workspace.asRelativePath(each) === file) ?? candidates[0];
  if (found === undefined) {
    throw new Failure({ message: msg('{0} is not in this workspace.', file) });
  }
  return found;
}

async function callQuery(context: CommandContext, input: ToolInput): Promise<PreparedUse> {
  const target = await canisterNamed(context, input);
  const { canister, project } = target;
  const { method = '', arguments: text = '()' } = input;
  const { native } = context.service;
  // What a model writes may be what it has read here: it leaves this computer only where a person has seen all of it.
  const { question, check } = askedNow(() =>
    isStrict(target, guardedNetworks())
      ? editorQuestion('call', [target], [...wholeLines(`${canister}.${method} ${text}`), whoAsks()])
      : undefined,
  );
  return {
    running: vscode.l10n.t('Calling {0}.{1}…', canister, method),
    question,
    run: async (signal) => {
      const failed = (error: unknown) =>
        explain(error, (cause) => msg('Calling {0}.{1} failed. {2}', canister, method, cause));
      const call = async () => {
        const known = await native.interface(target, signal);
        if (!known?.parsed) {
          throw new Failure({ message: known?.problem ?? msg('It has no interface that says what can be called.') });
        }
        const { methods, types } = known.parsed;
        const { parameters } = queryNamed(target, methods, method);
        const [problem] = checkTypedArguments(text, { parameters, types });
        if (problem) {
          const place = problem.offset + 1;
          throw new Failure({ message: msg('input.arguments, character {0}: {1}', place, problem.message) });
        }
        // Reading the interface takes time.
        check();
        const reply = await sendCall(
          context,
          target,
          { method, kind: 'query', arguments: text, did: known.text },
          signal,
        );
        return replyResult(reply);
      };
      const reply = await withNextSteps(context, target, call).catch((error: unknown) => {
        throw failed(error);
      });
      const { identity, target: on } = project.snapshot;
      return {
        canister,
        method,
        on: on.name,
        calledAs: await native.caller(target),
        why: identity?.note && translate(identity.note),
        ...reply,
      };
    },
  };
}

/** @throws {Failure} where there is no such method, or where it could change something */
function queryNamed({ canister }: CanisterRef, methods: ReadonlyMap<string, Signature>, method: string): Signature {
  const signature = methods.get(method);
  const isQuery = ({ modes }: Signature) => modes.some((mode) => mode === 'query' || mode === 'composite_query');
  if (signature && isQuery(signature)) {
    return signature;
  }
  if (signature) {
    throw new Failure({
      message: msg(
        '{0}.{1} is an update method: it can change the canister. Tools call queries only; the command "Call method…" calls it for a person.',
        canister,
        method,
      ),
    });
  }
  const queries = [...methods].filter(([, each]) => isQuery(each)).slice(0, MAX_NAMED);
  const named = queries.map(([name, each]) => `${name} : ${printSignature(each)}`).join('; ');
  throw new Failure({
    message: msg('{0} has no method {1}. It has these queries: {2}', canister, method, named || '–'),
  });
}

/**
 * A change of one canister: by the operation of the table, with the questions that its command asks, after the editor's own.
 */
function change(operation: 'start' | 'stop' | 'deploy' | 'upgrade'): Prepare {
  return async (context, input) => {
    const target = await canisterNamed(context, input);
    const { canister, project } = target;
    const { question, check: requireSame } = askedNow(() => editorQuestion(operation, [target], [whoAsks()]));
    const check = () => {
      requireNoPassword(operation, target);
      requireSame();
    };
    requireNoPassword(operation, target);
    return {
      running: translate(runnableEntry(operation).running(canister)),
      question,
      run: async (signal) => {
        await askAbout([target]);
        const [chosen = target] = selectApplicable(operation, [target]);
        const work = (options: OperationOptions) => context.service.run(operation, [chosen], options);
        check();
        await perform(context, operation, [chosen], work, undefined, { who: whoAsks(), signal, check });
        const state = project.canister(canister);
        return {
          done: operation,
          on: project.snapshot.target.name,
          ...(state && canisterResult(state, project.snapshot)),
        };
      },
    };
  };
}

/**
 * A password is typed where a person has begun: not in a box, nor in a terminal that takes the focus, which come while they
 * write to a model, or while an editor that agrees by itself lets it work.
 *
 * @throws {Failure}
 */
function requireNoPassword(operation: RunnableOperation, { project: { snapshot } }: CanisterRef): void {
  const { signedHere, verb } = operationEntry(operation);
  // The tool asks for it each time, whatever is unlocked here.
  if (signedHere ? isLocked(snapshot) : snapshot.identity?.storage === 'password') {
    throw new Failure({
      kind: 'needs-confirmation',
      message: msg(
        'The key of {0} needs its password, which nobody is asked for on behalf of a language model.',
        snapshot.identity?.name ?? '',
      ),
      actions: [
        signedHere
          ? { title: msg('Unlock'), command: 'icCanisters.unlockIdentity' }
          : { title: verb, command: `icCanisters.${operation}` },
        { title: msg('Select identity'), command: 'icCanisters.selectIdentity' },
      ],
    });
  }
}

/** What the editor asks, and a check that throws where it would ask something else by now. */
function askedNow<T>(ask: () => T): { readonly question: T; readonly check: () => void } {
  const question = ask();
  return {
    question,
    check: () => {
      if (JSON.stringify(ask()) !== JSON.stringify(question)) {
        throw notAsked();
      }
    },
  };
}

/** A text in lines that are short enough to be shown whole. */
function wholeLines(text: string): string[] {
  return text.match(/.{1,400}/gsu) ?? [];
}

/** Where network or identity have been switched since a person was asked, or nobody was. */
export function notAsked(): Failure {
  return new Failure({ message: msg('Nothing was done: this is not what the editor has asked before.') });
}

/** Said in every question: it did not come from a click. */
function whoAsks(): string {
  return vscode.l10n.t('A language model has asked for this.');
}

/** What tools call a project: its folder as the workspace has it, and its manifest. Two projects may share a folder. */
function nameOf(project: ProjectMonitor): string {
  return `${projectLabel(project)}/${path.basename(project.manifest)}`;
}

/** The project of a name or of a manifest's path; without one, all. @throws {Failure} where there is none */
function projectsNamed(projects: readonly ProjectMonitor[], name: string | undefined): readonly ProjectMonitor[] {
  if (projects.length === 0) {
    throw noProject();
  }
  if (name === undefined) {
    return projects;
  }
  const named = projects.filter((project) => [nameOf(project), project.manifest].includes(name));
  if (named.length === 0) {
    throw new Failure({ message: msg('There is no project {0}, but: {1}', name, projects.map(nameOf).join(', ')) });
  }
  return named;
}

/** @throws {Failure} where there is none of that name or id, or in several projects */
async function canisterNamed({ workspace }: CommandContext, input: ToolInput): Promise<CanisterRef> {
  await workspace.ready();
  const { canister: name = '' } = input;
  const projects = projectsNamed(workspace.projects, input.project);
  // The question names network and identity as they are now.
  await Promise.all(projects.map((project) => project.load()));
  const canisters = projects.flatMap((project) => project.snapshot.canisters.map((state) => ({ project, state })));
  const [found, another] = canisters.filter(({ state }) => state.name === name || state.id === name);
  if (another) {
    const names = projects.filter((project) => project.canister(name)).map(nameOf);
    throw new Failure({
      message: msg('Several projects have {0}. Say which by input.project: {1}', name, names.join(', ')),
    });
  }
  if (!found) {
    const names = canisters.slice(0, MAX_NAMED).map(({ state }) => state.name);
    throw new Failure({ message: msg('There is no canister {0}, but: {1}', name, names.join(', ') || '–') });
  }
  return { project: found.project, canister: found.state.name };
}

/** What comes of work that cannot be ended, unless the signal is aborted before. @throws {Failure} of kind `cancelled` */
async function unlessAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  let stop: () => void = () => {};
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(cancelled());
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    signal.throwIfAborted();
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
