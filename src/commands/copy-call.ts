import { parseInterface } from '../core/candid/interface';
import { checkTypedArguments } from '../core/candid/typed-arguments';
import { typeScriptCall } from '../core/candid/typescript';
import { type CanisterRef, onNetwork } from '../core/lifecycle/canister-ref';
import { projectContext } from '../core/lifecycle/tool-operations';
import { pasteableCommand } from '../core/process/quote';
import { Failure } from '../core/util/failure';
import { plainText } from '../core/util/foreign';
import { msg } from '../core/util/message';
import type { CallForm, PageCall } from '../page/page-calls';
import { copyText } from '../ui/dialogs';
import { translate } from '../ui/translate';
import { type CommandContext, toolchainOf } from './command-context';

/** Copies a call: as a command line of the project's tool, or as a module in TypeScript. @throws {Failure} */
export async function copyCall(
  context: CommandContext,
  target: CanisterRef,
  call: PageCall,
  form: CallForm,
): Promise<void> {
  await copyText(form === 'command' ? commandOf(context, target, call) : moduleOf(target, call));
}

/** Names network and identity: the tool's own defaults may differ. */
function commandOf(context: CommandContext, { project, canister }: CanisterRef, call: PageCall): string {
  const { tool, commands } = toolchainOf(context, project.engine.name);
  const { method, kind, arguments: text } = call;
  const { args, input } = commands.call(projectContext(project), canister, { method, kind, text });
  const line = pasteableCommand(tool.name, args, input, process.platform);
  if (line === undefined) {
    throw new Failure({ message: msg('The arguments are too long for a command line.') });
  }
  return line;
}

function moduleOf(target: CanisterRef, { method, kind, arguments: text, did }: PageCall): string {
  const parsed = did === undefined ? undefined : parseInterface(did);
  const known = parsed && !('problem' in parsed) ? parsed : undefined;
  const signature = known?.methods.get(method);
  if (!known || !signature) {
    throw new Failure({ message: msg('The interface of {0} has no method {1} any more.', target.canister, method) });
  }
  const { types } = known;
  const [problem] = checkTypedArguments(text, { parameters: signature.parameters, types });
  if (problem) {
    throw new Failure({ kind: 'candid', message: msg('The arguments cannot be sent. {0}', problem.message) });
  }
  const { endpoint, canisterId } = onNetwork(target);
  const remark = msg('Signed by nobody. To sign, pass an identity of @dfinity/identity beside the host.');
  const code = typeScriptCall({
    method,
    signature,
    types,
    kind,
    arguments: text,
    canisterId,
    host: endpoint.url,
    rootKey: endpoint.rootKey,
    remarks: [plainText(translate(remark))],
  });
  if (code === undefined) {
    throw new Failure({ message: msg('The interface is too large.') });
  }
  return code;
}
