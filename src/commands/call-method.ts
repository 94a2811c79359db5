import * as vscode from 'vscode';
import { asText } from '../core/candid/bare-text';
import { exampleArguments } from '../core/candid/defaults';
import { layOutArguments, layOutSent, needsLines } from '../core/candid/layout';
import { printSignature } from '../core/candid/print';
import { firstLiteral, firstValue } from '../core/candid/selection';
import { checkTypedArguments, type ExpectedTypes } from '../core/candid/typed-arguments';
import type { Signature } from '../core/candid/types';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { KnownInterface } from '../core/lifecycle/native-operations';
import { cancelled, Failure } from '../core/util/failure';
import { plainText } from '../core/util/foreign';
import { msg } from '../core/util/message';
import { shortText } from '../core/util/shorten';
import { type CallReport, callReportText, replyText } from '../ui/call-report';
import { answered, copyText, pickItem } from '../ui/dialogs';
import { type DocumentContent, Documents } from '../ui/documents';
import { withProgress } from '../ui/progress';
import { showInputBox, showWarningMessage } from '../ui/surfaces';
import { translate } from '../ui/translate';
import { askInBox, type BoxProblem, EDIT_ARGUMENTS } from './argument-box';
import type { ArgumentForm, CompleteForm } from './argument-documents';
import { selectIn } from './candid-problems';
import { chooseCanister, findCanister, toArgument } from './choose-canisters';
import type { CommandContext } from './command-context';
import { admitCall, sendCall } from './make-call';
import { withNextSteps } from './next-steps';
import type { CommandArgument } from './read-argument';

/** Characters of the line that says what is called. */
const MAX_HEADER = 200;

interface Method {
  readonly name: string;
  readonly kind: 'query' | 'update';
  readonly signature?: Signature;
}

/** The document of a call that was made; remembers what it was, to do it again. */
class CallDocument implements DocumentContent {
  constructor(
    readonly report: CallReport,
    readonly target: CanisterRef,
    readonly method: Method,
  ) {}

  text(): string {
    return callReportText(this.report);
  }
}

/** Asks for a method and its arguments, calls it and shows the reply. */
export async function callMethod(context: CommandContext, argument: CommandArgument): Promise<void> {
  const target = await chooseCanister(context, 'call', argument);
  const known = await readInterface(context, target);
  const { method, inEditor } = await pickMethod(target, known);
  await askAndCall(context, target, known, method, inEditor);
}

/** Calls the method of the reply that is shown once more, with arguments that can be changed before. */
export async function callAgain(context: CommandContext): Promise<void> {
  const { target: old, method } = shownCall(context.documents);
  const canister = toArgument(old);
  const target = await chooseCanister(context, 'call', { canister, canisters: [canister] });
  await askAndCall(context, target, await readInterface(context, target), method, false);
}

/** Calls with the arguments of the editor: the one that the lens stands in, else the one in front. */
export async function callWithArguments(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { argumentDocuments, service } = context;
  const found = argumentsInFront(context, argument);
  if (!found) {
    throw new Failure({ message: msg('No editor with the arguments of a call is open.') });
  }
  const { editor, form } = found;
  const { document } = editor;
  const target = findCanister(context.workspace, toArgument(form.target));
  // The canister may have another interface by now.
  const known = await readInterface(context, target);
  const signature = known?.parsed?.methods.get(form.method);
  if (!known?.parsed || !signature) {
    throw new Failure({
      message: msg('The interface of {0} has no method {1} any more.', target.canister, form.method),
    });
  }
  const expected = { parameters: signature.parameters, types: known.parsed.types };
  argumentDocuments.update(document.uri, { ...form, target, expected });
  const [problem] = argumentDocuments.problems(document);
  if (problem) {
    selectIn(editor, problem);
    throw new Failure({ kind: 'candid', message: msg('The arguments cannot be sent. {0}', problem.message) });
  }
  await document.save();
  const text = document.getText();
  await service.native.checkArguments(text, form.method, known.text);
  const shown = layOutSent(expected, text);
  const method = { name: form.method, kind: form.kind, signature };
  await perform(context, target, known, method, shown, vscode.ViewColumn.Beside);
}

/** The editor of arguments that a lens stands in, else the one in front. */
export function argumentsInFront(
  { argumentDocuments }: CommandContext,
  { file }: CommandArgument,
): { readonly editor: vscode.TextEditor; readonly form: ArgumentForm } | undefined {
  const { activeTextEditor, visibleTextEditors } = vscode.window;
  const editors = [activeTextEditor, ...visibleTextEditors];
  const editor = editors.find((each) => each && (file === undefined || each.document.uri.toString() === file));
  const form = editor && argumentDocuments.form(editor.document.uri);
  return form && { editor, form };
}

export async function copyReply({ documents }: CommandContext): Promise<void> {
  await copyText(replyText(shownCall(documents).report.reply));
}

function shownCall(documents: Documents): CallDocument {
  const uri = vscode.window.activeTextEditor?.document.uri;
  const content = uri && documents.get(uri);
  if (!(content instanceof CallDocument)) {
    throw new Failure({ message: msg('No reply of a call is shown.') });
  }
  return content;
}

/** What can be called, with a warning where that cannot be used. @throws {Failure} */
export async function readInterface(context: CommandContext, target: CanisterRef): Promise<KnownInterface | undefined> {
  const known = await withProgress(
    {
      title: vscode.l10n.t('Reading the interface of {0}…', target.canister),
      failed: (cause) => msg('The interface of {0} cannot be read. {1}', target.canister, cause),
      quick: true,
    },
    (signal) => withNextSteps(context, target, () => context.service.native.interface(target, signal)),
  );
  if (known?.problem) {
    void showWarningMessage(
      vscode.l10n.t('{0} Arguments of {1} are sent with inferred types.', translate(known.problem), target.canister),
    );
  }
  return known;
}

const CALL_AS_UPDATE: vscode.QuickInputButton = {
  iconPath: new vscode.ThemeIcon('verified'),
  get tooltip() {
    return vscode.l10n.t('Call as an update, for a certified reply');
  },
};

/** @returns the method, and whether its arguments are to be written in an editor */
async function pickMethod(
  target: CanisterRef,
  known: KnownInterface | undefined,
): Promise<{ readonly method: Method; readonly inEditor: boolean }> {
  const methods = [...(known?.parsed?.methods ?? [])].map(([name, signature]): Method => {
    const query = signature.modes.some((mode) => mode !== 'oneway');
    return { name, signature, kind: query ? 'query' : 'update' };
  });
  if (methods.length === 0) {
    return { method: await askMethod(target), inEditor: false };
  }
  const items = methods.map((method) => ({
    label: method.name,
    description: kindWords(method),
    detail: method.signature && printSignature(method.signature),
    iconPath: new vscode.ThemeIcon(method.kind === 'query' ? 'search' : 'edit'),
    buttons: [
      ...(method.signature?.parameters.length ? [EDIT_ARGUMENTS] : []),
      ...(method.kind === 'query' ? [CALL_AS_UPDATE] : []),
    ],
    method,
  }));
  const other = { label: vscode.l10n.t('Another method…'), alwaysShow: true, method: undefined };
  const { item, button } = await answered(
    pickItem([...items, other], {
      title: vscode.l10n.t('Call which method of {0}?', target.canister),
      placeHolder: sourceWords(known),
    }),
  );
  if (!item.method) {
    return { method: await askMethod(target), inEditor: false };
  }
  const method: Method = button === CALL_AS_UPDATE ? { ...item.method, kind: 'update' } : item.method;
  return { method, inEditor: button === EDIT_ARGUMENTS };
}

function kindWords({ signature, kind }: Method): string {
  const [mode] = signature?.modes ?? [];
  return `${mode ?? kind} · ${meaningOf(kind)}`;
}

function meaningOf(kind: Method['kind']): string {
  return kind === 'query'
    ? vscode.l10n.t('Quick, changes nothing')
    : vscode.l10n.t('Takes a moment, can change the state');
}

function sourceWords(known: KnownInterface | undefined): string {
  return known?.source.kind === 'file'
    ? vscode.l10n.t('Interface from {0}', vscode.workspace.asRelativePath(known.source.file))
    : vscode.l10n.t('Methods as the canister itself states them');
}

/** Where no interface says which methods there are. */
async function askMethod(target: CanisterRef): Promise<Method> {
  const name = await showInputBox({
    title: vscode.l10n.t('Call which method of {0}?', target.canister),
    prompt: vscode.l10n.t('The name of the method. Its arguments are sent with inferred types.'),
    validateInput: (value) => (value === '' ? vscode.l10n.t('Enter the name of a method.') : undefined),
  });
  if (name === undefined || name === '') {
    throw cancelled();
  }
  const items = [
    { label: 'query', detail: meaningOf('query'), how: 'query' },
    { label: 'update', detail: meaningOf('update'), how: 'update' },
  ] as const;
  const { item } = await answered(pickItem(items, { title: vscode.l10n.t('How is {0} called?', name) }));
  return { name, kind: item.how };
}

async function askAndCall(
  context: CommandContext,
  target: CanisterRef,
  known: KnownInterface | undefined,
  method: Method,
  inEditor: boolean,
): Promise<void> {
  const types = known?.parsed?.types;
  const expected = method.signature && types && { parameters: method.signature.parameters, types };
  const text =
    expected && (inEditor || needsLines(expected))
      ? undefined
      : await askArguments(context, target, known, method, expected);
  if (text !== undefined) {
    await perform(context, target, known, method, text);
  } else if (expected) {
    const form = { target, method: method.name, kind: method.kind, expected };
    await openEditor(context, form, method.signature && printSignature(method.signature));
  }
}

async function openEditor(
  { argumentDocuments, history }: CommandContext,
  form: CompleteForm,
  signature = '',
): Promise<void> {
  const { expected, method, target } = form;
  const last = history.last(target, method);
  const isGood = last !== undefined && checkTypedArguments(last, expected).length === 0;
  const text =
    layOutArguments(expected, { text: isGood ? last : undefined, comments: true }) ??
    (isGood ? last : exampleArguments(expected.parameters, expected.types));
  const header = plainText(`${target.canister}.${method} : ${signature}`, MAX_HEADER);
  const editor = await argumentDocuments.open(form, `// ${header}\n${text}\n`);
  const { offset, length } = firstLiteral(editor.document.getText());
  const { document } = editor;
  editor.selection = new vscode.Selection(document.positionAt(offset), document.positionAt(offset + length));
}

/** Calls, after what has to be asked, and shows the reply. @throws {Failure} */
export async function perform(
  context: CommandContext,
  target: CanisterRef,
  known: KnownInterface | undefined,
  method: Method,
  text: string,
  column?: vscode.ViewColumn,
): Promise<void> {
  const { documents } = context;
  // For a method that the interface lacks, types are inferred as if there were no interface.
  const did = method.signature && known?.parsed ? known.text : undefined;
  const call = { method: method.name, kind: method.kind, arguments: text, did };
  const caller = await admitCall(context, target, call);
  const { name: networkName } = target.project.snapshot.target;
  const canisterId = target.project.canister(target.canister)?.id ?? '';
  const reply = await withProgress(
    {
      title: vscode.l10n.t('Calling {0}.{1}…', target.canister, method.name),
      failed: (cause) => msg('Calling {0}.{1} failed. {2}', target.canister, method.name, cause),
      quick: true,
    },
    (signal) => withNextSteps(context, target, () => sendCall(context, target, call, signal)),
  );
  const report: CallReport = {
    canister: target.canister,
    canisterId,
    method: method.name,
    signature: method.signature && printSignature(method.signature),
    kind: method.kind,
    arguments: text,
    network: networkName,
    identity: caller,
    reply,
  };
  const uri = Documents.uri(`${target.canister}.${method.name}.candid`, [target.project.manifest, networkName]);
  await documents.show(uri, new CallDocument(report, target, method), column);
}

/** The arguments as Candid text, with the parentheses around them; undefined where they are to be written in an editor. */
async function askArguments(
  { service, history }: CommandContext,
  target: CanisterRef,
  known: KnownInterface | undefined,
  { name, signature }: Method,
  expected: ExpectedTypes | undefined,
): Promise<string | undefined> {
  if (signature?.parameters.length === 0) {
    return '()';
  }
  const did = expected && known?.text;
  const problemOf = async (text: string): Promise<string | undefined> => {
    const [problem] = expected ? checkTypedArguments(inParentheses(text), expected) : [];
    if (problem) {
      return translate(problem.message);
    }
    try {
      await service.native.checkArguments(inParentheses(text), name, did);
      return undefined;
    } catch (error) {
      if (error instanceof Failure) {
        return translate(error.data.message);
      }
      throw error;
    }
  };
  const check = async (text: string): Promise<BoxProblem | undefined> => {
    const problem = await problemOf(text);
    const quoted = problem === undefined ? undefined : asText(text);
    if (quoted !== undefined && (await problemOf(quoted)) === undefined) {
      const words = vscode.l10n.t('A text stands in double quotes. Enter writes {0}', shortText(quoted, 60));
      return { text: words, mended: quoted };
    }
    return problem === undefined ? undefined : { text: problem };
  };
  const example = expected ? exampleArguments(expected.parameters, expected.types) : '()';
  const last = history.last(target, name);
  // The last arguments are offered again unless the interface has changed since.
  const value = last !== undefined && !(await check(last)) ? last.replace(/\n\s*/g, ' ') : example;
  const { offset, length } = firstValue(value);
  const text = await askInBox({
    title: `${target.canister}.${name}`,
    prompt: signature ? printSignature(signature) : vscode.l10n.t('Arguments as Candid text, as ("text", 5)'),
    value,
    selection: [offset, offset + length],
    hasEditor: expected !== undefined,
    check,
  });
  return text === undefined ? undefined : inParentheses(text);
}

/** One argument may be given without the parentheses. */
function inParentheses(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith('(') ? trimmed : `(${trimmed})`;
}
