import * as vscode from 'vscode';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { translate } from '../ui/words';
import { actionsOf } from './next-steps';

/** What a command does. Menus pass a row, and all selected rows. */
export type CommandHandler = (...args: unknown[]) => unknown;

/** Takes commands. */
export interface CommandSink {
  register(id: string, handler: CommandHandler): void;
}

/** Registers commands behind the one error boundary: cancel is silent, a failure says cause, next step and log. */
export class CommandRegistry implements CommandSink {
  readonly #context: vscode.ExtensionContext;
  readonly #log: vscode.LogOutputChannel;

  constructor(context: vscode.ExtensionContext, log: vscode.LogOutputChannel) {
    this.#context = context;
    this.#log = log;
  }

  register(id: string, handler: CommandHandler): void {
    this.#context.subscriptions.push(
      vscode.commands.registerCommand(id, async (...args: unknown[]) => {
        try {
          return await handler(...args);
        } catch (error) {
          // Not awaited: a caller that runs the command gets control back while the message is open.
          void this.#report(id, error);
          return undefined;
        }
      }),
    );
  }

  async #report(id: string, error: unknown): Promise<void> {
    if (error instanceof vscode.CancellationError || (error instanceof Failure && error.cancelled)) {
      return;
    }
    const failure = error instanceof Failure ? error : unforeseen(id, error);
    const { message, detail, next } = failure.data;
    const text = translate(message);
    this.#log.error([text, detail].filter(Boolean).join('\n'));
    const actions = (failure.data.actions ?? actionsOf(next)).map((action) => ({
      title: translate(action.title),
      run: () => vscode.commands.executeCommand(action.command, ...(action.args ?? [])),
    }));
    actions.push({ title: vscode.l10n.t('Show log'), run: async () => this.#log.show(true) });
    const choice = await vscode.window.showErrorMessage(text, ...actions.map(({ title }) => title));
    await actions.find(({ title }) => title === choice)?.run();
  }
}

/** An error that is no {@link Failure} is a fault of ours, or of the system's: a missing right, a full disk. */
function unforeseen(id: string, error: unknown): Failure {
  return new Failure({
    kind: 'internal',
    message: msg('{0} failed: {1}', id, error instanceof Error ? error.message : String(error)),
    detail: String((error as Error)?.stack ?? error),
  });
}
