import * as vscode from 'vscode';
import { asText } from '../core/candid/bare-text';
import { exampleArguments } from '../core/candid/defaults';
import { printSignature } from '../core/candid/print';
import type { Signature } from '../core/candid/types';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { KnownInterface } from '../core/lifecycle/native-operations';
import { cancelled, Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { type CallReport, callReportText, replyText } from '../ui/call-report';
import { answered, copyText, pickItem } from '../ui/dialogs';
import { type DocumentContent, Documents } from '../ui/documents';
import { withProgress } from '../ui/progress';
import { showInputBox, showWarningMessage } from '../ui/surfaces';
import { translate } from '../ui/translate';
import { chooseCanister, toArgument } from './choose-canisters';
import type { CommandContext } from './command-context';
import { withNextSteps } from './next-steps';
import type { CommandArgument } from './read-argument';
import { confirm } from './run-operation';

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
  await call(context, target, known, await pickMethod(target, known));
}

/** Calls the method of the reply that is shown once more, with arguments that can be changed before. */
export async function callAgain(context: CommandContext): Promise<void> {
  const { target: old, method } = shownCall(context.documents);
  const canister = toArgument(old);
  const target = await chooseCanister(context, 'call', { canister, canisters: [canister] });
  await call(context, target, await readInterface(context, target), method);
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

async function readInterface(context: CommandContext, target: CanisterRef): Promise<KnownInterface | undefined> {
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

async function pickMethod(target: CanisterRef, known: KnownInterface | undefined): Promise<Method> {
  const methods = [...(known?.parsed?.methods ?? [])].map(([name, signature]): Method => {
    const query = signature.modes.some((mode) => mode !== 'oneway');
    return { name, signature, kind: query ? 'query' : 'update' };
  });
  if (methods.length === 0) {
    return await askMethod(target);
  }
  const items = methods.map((method) => ({
    label: method.name,
    description: kindWords(method),
    detail: method.signature && printSignature(method.signature),
    iconPath: new vscode.ThemeIcon(method.kind === 'query' ? 'search' : 'edit'),
    buttons: method.kind === 'query' ? [CALL_AS_UPDATE] : [],
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
    return await askMethod(target);
  }
  return button ? { ...item.method, kind: 'update' } : item.method;
}

function kindWords({ signature, kind }: Method): string {
  const [mode] = signature?.modes ?? [];
  return mode ?? kind;
}

function sourceWords(known: KnownInterface | undefined): string {
  return known?.source.kind === 'file'
    ? vscode.l10n.t('Interface from {0}', vscode.workspace.asRelativePath(known.source.file))
    : vscode.l10n.t("Interface from the canister's own metadata");
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
    { label: 'query', detail: vscode.l10n.t('Quick, changes nothing'), how: 'query' },
    { label: 'update', detail: vscode.l10n.t('Takes a moment, can change the state'), how: 'update' },
  ] as const;
  const { item } = await answered(pickItem(items, { title: vscode.l10n.t('How is {0} called?', name) }));
  return { name, kind: item.how };
}

async function call(
  context: CommandContext,
  target: CanisterRef,
  known: KnownInterface | undefined,
  method: Method,
): Promise<void> {
  const { service, history, documents } = context;
  // For a method that the interface lacks, types are inferred as if there were no interface.
  const did = method.signature && known?.parsed ? known.text : undefined;
  const text = await askArguments(context, target, known, method, did);
  await history.remember(target, method.name, text);
  if (method.kind === 'update') {
    await confirm(context, 'call', [target], `${target.canister}.${method.name}${text}`);
  }
  const { name: networkName } = target.project.snapshot.target;
  const caller = await service.native.caller(target);
  const canisterId = target.project.canister(target.canister)?.id ?? '';
  const reply = await withProgress(
    {
      title: vscode.l10n.t('Calling {0}.{1}…', target.canister, method.name),
      failed: (cause) => msg('Calling {0}.{1} failed. {2}', target.canister, method.name, cause),
      quick: true,
    },
    (signal) =>
      withNextSteps(context, target, () =>
        service.native.call(
          target,
          {
            method: method.name,
            kind: method.kind,
            argument: { kind: 'candid', text, interface: did },
            interface: did,
          },
          signal,
        ),
      ),
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
  await documents.show(uri, new CallDocument(report, target, method));
}

/** The arguments as Candid text, with the parentheses around them. */
async function askArguments(
  { service, history }: CommandContext,
  target: CanisterRef,
  known: KnownInterface | undefined,
  { name, signature }: Method,
  did: string | undefined,
): Promise<string> {
  if (signature?.parameters.length === 0) {
    return '()';
  }
  const failureOf = async (text: string): Promise<Failure | undefined> => {
    try {
      await service.native.checkArguments(inParentheses(text), name, did);
      return undefined;
    } catch (error) {
      if (error instanceof Failure) {
        return error;
      }
      throw error;
    }
  };
  const problem = async (text: string) => {
    const failure = await failureOf(text);
    const quoted = failure && asText(text);
    return quoted !== undefined && !(await failureOf(quoted))
      ? vscode.l10n.t('A text stands in double quotes: {0}', quoted)
      : failure && translate(failure.data.message);
  };
  const example = signature && known?.parsed ? exampleArguments(signature.parameters, known.parsed.types) : '()';
  const last = history.last(target, name);
  // The last arguments are offered again unless the interface has changed since.
  const value = last !== undefined && (await problem(last)) === undefined ? last : example;
  const text = await answered(
    showInputBox({
      title: `${target.canister}.${name}`,
      prompt: signature ? printSignature(signature) : vscode.l10n.t('Arguments as Candid text, as ("text", 5)'),
      value,
      // The text inside, to be replaced by typing.
      valueSelection: [1, value.length - 1],
      ignoreFocusOut: true,
      validateInput: problem,
    }),
  );
  return inParentheses(text);
}

/** One argument may be given without the parentheses. */
function inParentheses(text: string): string {
  const trimmed = text.trim();
  return trimmed.startsWith('(') ? trimmed : `(${trimmed})`;
}
