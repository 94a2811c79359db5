import * as vscode from 'vscode';
import { DfxError } from '../core/engines/dfx/tool';
import { OperationError, type OperationFailure } from '../core/lifecycle/outcome';
import { NetworkFailure } from '../core/network/failure';
import type { Message } from '../core/util/message';
import { translate } from '../ui/words';
import { Cancelled, CommandFailure } from './registry';

/**
 * Runs work that can be cancelled, with a notification that shows it, and explains its failures.
 *
 * @param failed makes the sentence for a failure from its cause
 */
export async function withExplanation<T>(
  title: string,
  failed: (cause: string) => Message,
  work: (signal: AbortSignal, progress: vscode.Progress<{ message?: string }>) => Promise<T>,
): Promise<T> {
  try {
    return await vscode.window.withProgress(
      { location: vscode.ProgressLocation.Notification, title, cancellable: true },
      (progress, token) => {
        const controller = new AbortController();
        token.onCancellationRequested(() => controller.abort());
        return work(controller.signal, progress);
      },
    );
  } catch (error) {
    throw explained(error, failed);
  }
}

/** A failure of the core as one that the user is told, or, where the user ended it, as `Cancelled`. */
export function explained(error: unknown, failed: (cause: string) => Message): unknown {
  if (error instanceof DfxError) {
    const { kind, message, detail, next } = error.failure;
    return kind === 'cancelled' || kind === 'declined'
      ? new Cancelled()
      : new CommandFailure(failed(translate(message)), detail, waysOut({ message, ...(next ? { next } : {}) }));
  }
  if (error instanceof OperationError) {
    const { failure } = error;
    return new CommandFailure(failed(translate(failure.message)), failure.detail, waysOut(failure));
  }
  if (error instanceof NetworkFailure) {
    const { kind, message, detail } = error.data;
    return kind === 'cancelled' ? new Cancelled() : new CommandFailure(failed(translate(message)), detail);
  }
  return error;
}

function waysOut({ next }: OperationFailure): CommandFailure['ways'] {
  switch (next) {
    case 'choose-dfx':
    case 'install-dfx-version':
      return [
        { title: vscode.l10n.t('Install Guide'), command: 'icCanisters.installDfx' },
        { title: vscode.l10n.t('Choose dfx…'), command: 'icCanisters.chooseDfx' },
      ];
    case 'start-network':
      return [{ title: vscode.l10n.t('Start Network'), command: 'icCanisters.startNetwork' }];
    default:
      return [];
  }
}
