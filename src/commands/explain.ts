import * as vscode from 'vscode';
import { explain } from '../core/util/failure';
import type { Message } from '../core/util/message';

/**
 * Runs work that can be cancelled, with a notification that shows it, and explains its failures.
 *
 * @param failed makes the sentence for a failure from its cause
 */
export async function withExplanation<T>(
  title: string,
  failed: (cause: Message) => Message,
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
    throw explain(error, failed);
  }
}
