import * as vscode from 'vscode';
import { layOutSent } from '../core/candid/layout';
import { kindOf, problemsOf } from '../core/candid/request-check';
import { requestAt, type SavedRequest } from '../core/candid/request-file';
import type { CallProblem } from '../core/candid/typed-arguments';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { KnownInterface } from '../core/lifecycle/native-operations';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import type { CallForm, PageCall } from '../page/page-calls';
import { answered } from '../ui/dialogs';
import { showQuickPick } from '../ui/surfaces';
import { argumentsInFront, perform, readInterface } from './call-method';
import { selectIn } from './candid-problems';
import { findCanister, toArgument } from './choose-canisters';
import { type CommandContext, toolchainOf } from './command-context';
import { copyCall } from './copy-call';
import type { CommandArgument } from './read-argument';
import { REQUESTS } from './request-documents';

/** A request of an editor, with the canister that it calls. */
interface FoundRequest {
  readonly editor: vscode.TextEditor;
  readonly request: SavedRequest;
  readonly target: CanisterRef;
}

/** Calls the request that a lens stands over, or that the cursor is in. */
export async function callRequest(context: CommandContext, argument: CommandArgument): Promise<void> {
  const found = await findRequest(context, argument);
  const { target } = found;
  const known = await readInterface(context, target);
  const { method, kind, arguments: text } = callOf(context, found, known);
  const signature = known?.parsed?.methods.get(method);
  await context.service.native.checkArguments(text, method, signature && known?.text);
  const expected = signature && known?.parsed && { parameters: signature.parameters, types: known.parsed.types };
  const shown = expected ? layOutSent(expected, text) : text;
  const called = { name: method, kind, signature };
  await perform(context, target, known, called, shown, vscode.ViewColumn.Beside);
}

/** Copies the request, or the arguments that are edited, as the user chooses: for a terminal or a program. */
export async function copyCallAs(context: CommandContext, argument: CommandArgument): Promise<void> {
  const written = argumentsInFront(context, argument);
  if (written) {
    const { method, kind, target } = written.form;
    await copyAs(context, findCanister(context.workspace, toArgument(target)), (known) => ({
      method,
      kind,
      arguments: written.editor.document.getText().trim(),
      did: known?.parsed?.methods.has(method) ? known.text : undefined,
    }));
  } else {
    const found = await findRequest(context, argument);
    await copyAs(context, found.target, (known) => callOf(context, found, known));
  }
}

async function copyAs(
  context: CommandContext,
  target: CanisterRef,
  call: (known: KnownInterface | undefined) => PageCall,
): Promise<void> {
  const form = await pickForm(context, target);
  await copyCall(context, target, call(await readInterface(context, target)), form);
}

async function pickForm(context: CommandContext, { project }: CanisterRef): Promise<CallForm> {
  const { tool } = toolchainOf(context, project.engine.name);
  const items = [
    {
      label: vscode.l10n.t('Command line of {0}', tool.name),
      iconPath: new vscode.ThemeIcon('terminal'),
      form: 'command',
    },
    { label: 'TypeScript', iconPath: new vscode.ThemeIcon('code'), form: 'typescript' },
  ] as const;
  return (await answered(showQuickPick(items, { title: vscode.l10n.t('Copy the call as…') }))).form;
}

/** @throws {Failure} where no editor with a request is open, or what it calls is not there */
async function findRequest(context: CommandContext, { file, range, canister }: CommandArgument): Promise<FoundRequest> {
  const { requestDocuments, workspace } = context;
  const editors = [vscode.window.activeTextEditor, ...vscode.window.visibleTextEditors];
  const editor = editors.find(
    (each) => each?.document.languageId === REQUESTS && (range === undefined || each.document.uri.toString() === file),
  );
  if (!editor) {
    throw new Failure({ message: msg('No file of named requests is open in an editor.') });
  }
  const { document } = editor;
  const offset = range?.offset ?? document.offsetAt(editor.selection.active);
  const request = requestAt(requestDocuments.file(document), offset);
  if (!request) {
    throw new Failure({ message: msg('The cursor is in no request.') });
  }
  await workspace.ready();
  const named = request.canister?.text;
  const targets = named === undefined ? [] : requestDocuments.targets(document, named);
  // A lens names the project.
  const target = targets.find(({ project }) => project.manifest === canister?.manifest) ?? targets[0];
  if (target) {
    return { editor, request, target };
  }
  const message = msg('The project has no canister named {0}.', named ?? '');
  throw refuse(editor, request.canister ? { ...request.canister, message } : unfinished(context, editor, request));
}

/** What is missing of a request. */
function unfinished({ requestDocuments }: CommandContext, { document }: vscode.TextEditor, request: SavedRequest) {
  const { offset, length } = request.whole;
  const { problems } = requestDocuments.file(document);
  const [first] = problems.filter((each) => each.offset >= offset && each.offset <= offset + length);
  return first ?? { ...request.name, message: msg('What is called is missing: {0}', 'canister.method (…)') };
}

/** What a request calls. @throws {Failure} where something keeps it from being called, which is selected then */
function callOf(
  context: CommandContext,
  { editor, request, target }: FoundRequest,
  known: KnownInterface | undefined,
): PageCall {
  const { method, arguments: given } = request;
  if (!method || !given) {
    throw refuse(editor, unfinished(context, editor, request));
  }
  const [problem] = problemsOf(request, { canisters: [target.canister], interface: () => known?.parsed });
  if (problem) {
    throw refuse(editor, problem);
  }
  const signature = known?.parsed?.methods.get(method.text);
  return {
    method: method.text,
    kind: request.kind?.text ?? (signature ? kindOf(signature) : 'update'),
    arguments: given.text,
    did: signature && known?.text,
  };
}

/** Shows a problem at its place. @returns why nothing is called */
function refuse(editor: vscode.TextEditor, problem: CallProblem): Failure {
  selectIn(editor, problem);
  return new Failure({ kind: 'candid', message: msg('The request cannot be sent. {0}', problem.message) });
}
