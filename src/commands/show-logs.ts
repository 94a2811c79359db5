import * as vscode from 'vscode';
import { formatLogRecord, type LogEntry, LogFollower } from '../core/lifecycle/log-follower';
import { logText } from '../core/util/foreign';
import { msg } from '../core/util/message';
import { Documents } from '../ui/documents';
import { withProgress } from '../ui/progress';
import { translate } from '../ui/translate';
import { chooseCanister } from './choose-canisters';
import type { CommandContext } from './command-context';
import { withNextSteps } from './next-steps';
import type { CommandArgument } from './read-argument';

/** Shows a canister's log in a document that follows it for as long as it is on the screen. */
export async function showLogs(context: CommandContext, argument: CommandArgument): Promise<void> {
  const { service, documents } = context;
  const target = await chooseCanister(context, 'logs', argument);
  const { target: on, identity } = target.project.snapshot;
  const follower = new LogFollower(service.native.logReader(target));
  const user = identity && !identity.withheld ? identity.name : 'anonymous';
  await withProgress(
    {
      title: vscode.l10n.t('Reading the log of {0}…', target.canister),
      failed: (cause) => msg('The log of {0} cannot be read as {1}. {2}', target.canister, user, cause),
      quick: true,
    },
    (signal) => withNextSteps(context, target, () => follower.poll(signal)),
  );
  const uri = Documents.uri(`${target.canister} (${on.name}).log`, [target.project.manifest]);
  const onScreen = () =>
    follower.setWatched(
      vscode.window.visibleTextEditors.some(({ document }) => document.uri.toString() === uri.toString()),
    );
  let following: readonly vscode.TextEditor[] = [];
  const subscriptions = [
    vscode.window.onDidChangeVisibleTextEditors(onScreen),
    follower.onDidChange(() => {
      following = atTheEnd(uri);
      documents.changed(uri);
    }),
    vscode.workspace.onDidChangeTextDocument(({ document }) => {
      if (document.uri.toString() === uri.toString()) {
        revealEnd(following);
      }
    }),
  ];
  await documents.show(uri, {
    text: () => documentText(follower),
    closed: () => {
      follower.dispose();
      for (const subscription of subscriptions) {
        subscription.dispose();
      }
    },
  });
  revealEnd(atTheEnd(uri));
  onScreen();
}

function documentText({ entries, failure }: LogFollower): string {
  const lines = entries.map(entryText);
  if (lines.length === 0) {
    lines.push(vscode.l10n.t('The log is empty.'));
  }
  if (failure) {
    lines.push(`— ${translate(failure)} —`);
  }
  return `${lines.join('\n')}\n`;
}

function droppedWords(count: bigint): string {
  return count === 1n
    ? vscode.l10n.t('1 record was dropped by the network')
    : vscode.l10n.t('{0} records were dropped by the network', count.toString());
}

function entryText(entry: LogEntry): string {
  switch (entry.kind) {
    case 'record':
      return logText(formatLogRecord(entry.record));
    case 'gap':
      return `— ${droppedWords(entry.count)} —`;
    case 'restart':
      return `— ${vscode.l10n.t('The log begins anew')} —`;
  }
}

/** The editors that show the last line and so follow new ones; an editor that was scrolled up stays where it is. */
function atTheEnd(uri: vscode.Uri): vscode.TextEditor[] {
  return vscode.window.visibleTextEditors.filter(
    ({ document, visibleRanges }) =>
      document.uri.toString() === uri.toString() && visibleRanges.some(({ end }) => end.line >= document.lineCount - 2),
  );
}

function revealEnd(editors: readonly vscode.TextEditor[]): void {
  for (const editor of editors) {
    const end = editor.document.lineAt(editor.document.lineCount - 1).range;
    editor.revealRange(end);
  }
}
