import * as vscode from 'vscode';
import { explain } from '../core/util/failure';
import type { Message } from '../core/util/message';

/** Milliseconds after which a wait is worth a notification: before, it would only flash up. */
const SHOWN_AFTER_MS = 800;

/**
 * Runs work that is usually done at once. Where it is not, a notification shows it and lets it be cancelled.
 *
 * @param failed makes the sentence for a failure from its cause
 */
export async function withQuickProgress<T>(
  title: string,
  failed: (cause: Message) => Message,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const working = work(controller.signal);
  try {
    if (!(await endsWithin(working, SHOWN_AFTER_MS))) {
      await vscode.window.withProgress(
        { location: vscode.ProgressLocation.Notification, title, cancellable: true },
        (_progress, token) => {
          token.onCancellationRequested(() => controller.abort());
          return working;
        },
      );
    }
    return await working;
  } catch (error) {
    throw explain(error, failed);
  }
}

function endsWithin(work: Promise<unknown>, milliseconds: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), milliseconds);
    const end = () => {
      clearTimeout(timer);
      resolve(true);
    };
    work.then(end, end);
  });
}
