import * as vscode from 'vscode';
import { hasName } from '../core/util/errors';
import type { Message } from '../core/util/message';
import { translate } from '../ui/words';

/** What a command does. Menus pass a row, and all selected rows. */
export type CommandHandler = (...args: unknown[]) => unknown;

/** Takes commands. */
export interface CommandSink {
  register(id: string, handler: CommandHandler): void;
}

/** A failure that a command explains to the user: cause, and what can be done about it. */
export class CommandFailure extends Error {
  constructor(
    readonly text: Message,
    /** For the log only. */
    readonly detail?: string,
    /** Offered as buttons beside "Show log". */
    readonly ways: readonly {
      readonly title: string;
      readonly command: string;
      readonly args?: readonly unknown[];
    }[] = [],
  ) {
    super(text.text);
    this.name = 'CommandFailure';
  }

  /** By name: each bundle has a class of its own. */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasName(value, 'CommandFailure');
  }
}

/** Thrown, or returned by a dialog as undefined, when the user changed their mind. */
export class Cancelled extends Error {
  override readonly name = 'Cancelled';

  static override [Symbol.hasInstance](value: unknown): boolean {
    return hasName(value, 'Cancelled');
  }
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
    if (error instanceof Cancelled || error instanceof vscode.CancellationError) {
      return;
    }
    const failure = error instanceof CommandFailure ? error : undefined;
    const text = failure
      ? translate(failure.text)
      : vscode.l10n.t('{0} failed: {1}', id, error instanceof Error ? error.message : String(error));
    this.#log.error(
      failure ? [text, failure.detail].filter(Boolean).join('\n') : String((error as Error)?.stack ?? error),
    );
    const showLog = vscode.l10n.t('Show Log');
    const ways = failure?.ways ?? [];
    const choice = await vscode.window.showErrorMessage(text, ...ways.map((way) => way.title), showLog);
    if (choice === showLog) {
      this.#log.show(true);
      return;
    }
    const way = ways.find(({ title }) => title === choice);
    if (way) {
      await vscode.commands.executeCommand(way.command, ...(way.args ?? []));
    }
  }
}
