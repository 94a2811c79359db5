import * as vscode from 'vscode';
import { explain } from '../core/util/failure';
import type { Message } from '../core/util/message';
import { type ProgressReport, showProgress } from './surfaces';

/** Milliseconds after which a wait is worth a notification: before, it would only flash up. */
const SHOWN_AFTER_MS = 800;

export interface ProgressOptions {
  readonly title: string;
  /** Makes the sentence for a failure from its cause. */
  readonly failed?: (cause: Message) => Message;
  /** It is usually done at once: the notification is shown only where it is not. */
  readonly quick?: boolean;
  /** A notification, unless given. */
  readonly location?: vscode.ProgressLocation;
}

type Report = (message: string) => void;

/** Runs work that can be cancelled, shows that it is under way, and explains its failures. */
export async function withProgress<T>(
  { title, failed, quick = false, location = vscode.ProgressLocation.Notification }: ProgressOptions,
  work: (signal: AbortSignal, report: Report) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  let shown: ProgressReport | undefined;
  const run = () => work(controller.signal, (message) => shown?.report(message));
  try {
    const running = quick ? run() : undefined;
    if (running && (await endsWithin(running, SHOWN_AFTER_MS))) {
      return await running;
    }
    return await showProgress({ location, title }, (progress, token) => {
      shown = progress;
      token.onCancellationRequested(() => controller.abort());
      return running ?? run();
    });
  } catch (error) {
    throw failed ? explain(error, failed) : error;
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
