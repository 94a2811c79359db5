import path from 'node:path';
import * as vscode from 'vscode';
import type { PastFailure } from '../core/report/issue-report';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { untrusted } from '../core/util/trust';
import { type Log, showErrorMessage, showInformationMessage } from '../ui/surfaces';
import { translate } from '../ui/translate';
import type { CommandParts } from './command-context';
import { actionsOf } from './failure-actions';
import type { Commands } from './index';

/** What a command without a result gives back where it has succeeded: of one that failed or was cancelled, nothing. */
const DONE = 'done';

type Handler = (...args: unknown[]) => unknown;

/** A command as it was run. */
interface CommandRun {
  readonly id: string;
  readonly args: readonly unknown[];
  readonly title: string;
}

interface ContributedCommand {
  readonly command: string;
  /** Translated by VS Code. */
  readonly title?: string;
  readonly enablement?: string;
}

/** Commands that rows and new windows run and that nobody finds in the palette. */
const INTERNAL: readonly ContributedCommand[] = ['openFile', 'continueNewProject'].map((name) => ({
  command: `icCanisters.${name}`,
}));

/** So many failures are remembered for a report of an issue, and so many characters of what a tool or network said. */
const MAX_FAILURES = 20;
const MAX_DETAIL = 20_000;

/** Registers commands behind the one error boundary: cancel is silent, a failure says cause, next step and log. */
export class CommandRegistry {
  readonly #context: vscode.ExtensionContext;
  readonly #log: Log;
  /** The last ones, the newest at the end. */
  readonly failures: PastFailure[] = [];

  constructor(context: vscode.ExtensionContext, log: Log) {
    this.#context = context;
    this.#log = log;
  }

  /**
   * Registers every command of package.json. What they do is a bundle of its own, larger than all that activation needs
   * and loaded when the first of them is run.
   */
  registerAll(parts: CommandParts): { get(): Commands; loaded(): Commands | undefined } {
    let commands: Commands | undefined;
    const get = (): Commands => {
      if (!commands) {
        // The path is put together here so that the bundler leaves it alone.
        const bundle = path.join(this.#context.extensionPath, 'dist', 'commands.js');
        commands = (require(bundle) as typeof import('./index')).createCommands(parts);
      }
      return commands;
    };
    for (const { command, title, enablement = '' } of [...contributed(this.#context.extension), ...INTERNAL]) {
      const run = (...args: unknown[]) => {
        // Other extensions and keybindings do not look at `enablement`. This is for the answer to come at once: what asks a
        // network or starts a process looks at trust itself.
        if (enablement.includes('isWorkspaceTrusted') && !vscode.workspace.isTrusted) {
          throw untrusted();
        }
        return get().run(command, args);
      };
      this.register(command, run, title);
    }
    return { get, loaded: () => commands };
  }

  /** @param title names the command where it fails in a way that nobody foresaw */
  register(id: string, handler: Handler, title = id): void {
    this.#context.subscriptions.push(
      vscode.commands.registerCommand(id, async (...args: unknown[]) => {
        try {
          return (await handler(...args)) ?? DONE;
        } catch (error) {
          // Not awaited: a caller that runs the command gets control back while the message is open.
          void this.#report({ id, args, title }, error);
          return undefined;
        }
      }),
    );
  }

  /**
   * Keeps what went wrong with a command or a tool for a report of an issue, unless it is that there was nothing to do.
   *
   * @param title names what was run where nobody foresaw the error
   */
  remember(id: string, title: string, error: unknown): Failure {
    const failure = error instanceof Failure ? error : unforeseen(title, error);
    const { kind, detail } = failure.data;
    if (kind !== 'nothing-to-do') {
      const kept = { ...failure.data, detail: detail?.slice(0, MAX_DETAIL) };
      this.failures.push({ at: Date.now(), command: id, failure: kept });
      this.failures.splice(0, this.failures.length - MAX_FAILURES);
    }
    return failure;
  }

  async #report({ id, args, title }: CommandRun, error: unknown): Promise<void> {
    if (error instanceof vscode.CancellationError || (error instanceof Failure && error.cancelled)) {
      return;
    }
    const failure = this.remember(id, title, error);
    const { kind, message, detail, next, again = args } = failure.data;
    const text = translate(message);
    if (kind === 'nothing-to-do') {
      this.#log.info(text);
      void showInformationMessage(text);
      return;
    }
    this.#log.error([text, detail].filter(Boolean).join('\n'));
    const actions = (failure.data.actions ?? actionsOf(next)).map((action) => ({
      title: translate(action.title),
      run: async () => {
        const done = await vscode.commands.executeCommand(action.command, ...(action.args ?? []));
        // With what it lacked there now, what was asked for goes on.
        if (action.removesCause && done === DONE) {
          await vscode.commands.executeCommand(id, ...again);
        }
      },
    }));
    if (kind === 'internal') {
      actions.push({
        title: vscode.l10n.t('Report an issue…'),
        run: async () => void (await vscode.commands.executeCommand('icCanisters.reportIssue')),
      });
    }
    actions.push({ title: vscode.l10n.t('Show output'), run: async () => this.#log.show(true) });
    const choice = await showErrorMessage(text, ...actions.map(({ title }) => title));
    await actions.find(({ title }) => title === choice)?.run();
  }
}

/** An error that is no {@link Failure} is a fault of ours, or of the system's: a missing right, a full disk. */
function unforeseen(title: string, error: unknown): Failure {
  return new Failure({
    kind: 'internal',
    message: msg('{0} failed: {1}', title, error instanceof Error ? error.message : String(error)),
    detail: String((error as Error)?.stack ?? error),
  });
}

function contributed({ packageJSON }: vscode.Extension<unknown>): readonly ContributedCommand[] {
  return packageJSON.contributes.commands;
}
