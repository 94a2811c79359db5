import * as vscode from 'vscode';
import { type InputSchema, readToolInput } from '../core/model-tools/tool-input';
import { FAILURE_NOTE, resultText } from '../core/model-tools/tool-result';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { requireTrust } from '../core/util/trust';
import { toolInvocation, toolResult } from '../ui/surfaces';
import { joinSentences, translate } from '../ui/translate';
import type { CommandContext } from './command-context';
import { actionsOf } from './failure-actions';
import { MODEL_TOOLS, notAsked, type PreparedUse } from './model-tool-table';

/** A tool as VS Code wants it: first what is asked, then what is done. */
export interface ModelTool {
  prepare(input: unknown, token: vscode.CancellationToken): Promise<vscode.PreparedToolInvocation>;
  invoke(input: unknown, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolResult>;
}

/** Questions that are kept. A person who said no leaves one behind. */
const MAX_ASKED = 100;
/** Questions that the editor has for a person, by tool and input, with how often they are not yet followed by a use. */
const asked = new Map<string, number>();

/**
 * A tool for language models. What is asked for is read and looked up anew for the use: since the question before, which may
 * have waited for minutes, the network may have been switched.
 *
 * @param name of package.json
 */
export function modelTool(context: CommandContext, name: string): ModelTool {
  const use = async (input: unknown): Promise<PreparedUse> => {
    requireTrust(vscode.workspace);
    const { [name]: prepare } = MODEL_TOOLS;
    const schema = schemaOf(context, name);
    if (!prepare || !schema) {
      throw new Failure({ message: msg('There is no tool {0}.', name) });
    }
    return await prepare(context, readToolInput(schema, input));
  };
  return {
    prepare: (input, token) =>
      guarded(context, name, token, async () => {
        const { running, question } = await use(input);
        if (question) {
          noteAsked(JSON.stringify([name, input, question]));
        }
        return toolInvocation(running, question);
      }),
    invoke: (input, token) =>
      guarded(context, name, token, async (signal) => {
        const { question, run } = await use(input);
        if (question) {
          requireAsked(JSON.stringify([name, input, question]));
        }
        return toolResult(resultText(await run(signal)));
      }),
  };
}

function noteAsked(key: string): void {
  asked.set(key, (asked.get(key) ?? 0) + 1);
  const [oldest = key] = asked.keys();
  if (asked.size > MAX_ASKED) {
    asked.delete(oldest);
  }
}

/** @throws {Failure} where a person was asked something else, or nothing */
function requireAsked(key: string): void {
  const times = asked.get(key);
  if (times === undefined) {
    throw notAsked();
  }
  asked.delete(key);
  if (times > 1) {
    asked.set(key, times - 1);
  }
}

function schemaOf({ extension }: CommandContext, name: string): InputSchema | undefined {
  const tools: readonly { name: string; inputSchema: InputSchema }[] =
    extension.extension.packageJSON.contributes.languageModelTools;
  return tools.find((tool) => tool.name === name)?.inputSchema;
}

/** The error boundary of tools: what went wrong and what helps, as the commands' boundary has it, for person and model. */
async function guarded<T>(
  { log, remember }: CommandContext,
  name: string,
  token: vscode.CancellationToken,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const subscription = token.onCancellationRequested(() => controller.abort());
  try {
    if (token.isCancellationRequested) {
      throw new vscode.CancellationError();
    }
    return await work(controller.signal);
  } catch (error) {
    if (token.isCancellationRequested || error instanceof vscode.CancellationError) {
      throw new vscode.CancellationError();
    }
    const failure = error instanceof Failure && error.cancelled ? error : remember(name, name, error);
    const text = failureText(failure);
    log.error([`${name}: ${text}`, failure.data.detail].filter(Boolean).join('\n'));
    throw new Error(`${text}\n${FAILURE_NOTE}`);
  } finally {
    subscription.dispose();
  }
}

function failureText(failure: Failure): string {
  if (failure.cancelled) {
    return vscode.l10n.t('The user did not agree to it: nothing was done.');
  }
  const { actions, message, next } = failure.data;
  const steps = (actions ?? actionsOf(next)).map(({ title }) => translate(title));
  return joinSentences([
    translate(message),
    steps.length > 0 ? vscode.l10n.t('What the user can do: {0}', steps.join(' / ')) : '',
  ]);
}
