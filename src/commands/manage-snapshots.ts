import * as vscode from 'vscode';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import { decide } from '../core/lifecycle/guard';
import { appliesTo } from '../core/lifecycle/operations';
import { answeredOf } from '../core/lifecycle/place';
import { phaseOf } from '../core/monitor/state';
import { type CanisterSnapshot, MAX_SNAPSHOTS } from '../core/network/canister-facts';
import { formatBytes } from '../core/util/amounts';
import { msg } from '../core/util/message';
import { guardedNetworks } from '../ui/confirm';
import { agree, answered, pickItem } from '../ui/dialogs';
import { withProgress } from '../ui/progress';
import { agreeToSign } from './agree-to-sign';
import { chooseCanister } from './choose-canisters';
import type { CommandContext } from './command-context';
import { withNextSteps } from './next-steps';
import type { CommandArgument } from './read-argument';
import { runOperation } from './run-operation';

/** Lists a canister's snapshots, takes new ones, restores and deletes. */
export async function manageSnapshots(context: CommandContext, argument: CommandArgument): Promise<void> {
  const target = await chooseCanister(context, 'snapshots', argument);
  await agreeToSign(context, [target]);
  for (;;) {
    const snapshots = await withProgress(
      {
        title: vscode.l10n.t('Reading the snapshots of {0}…', target.canister),
        failed: (cause) => msg('The snapshots of {0} cannot be read. {1}', target.canister, cause),
        quick: true,
      },
      (signal) => withNextSteps(context, target, () => context.service.native.listSnapshots(target, signal)),
    );
    await chooseAction(context, target, snapshots);
  }
}

const restoreButton = (): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon('history'),
  tooltip: vscode.l10n.t('Restore'),
});
const deleteButton = (): vscode.QuickInputButton => ({
  iconPath: new vscode.ThemeIcon('trash'),
  tooltip: vscode.l10n.t('Delete'),
});

/** @throws {Failure} where the list is left */
async function chooseAction(
  context: CommandContext,
  target: CanisterRef,
  snapshots: readonly CanisterSnapshot[],
): Promise<void> {
  const restore = restoreButton();
  const remove = deleteButton();
  const take = {
    label: vscode.l10n.t('Take a snapshot'),
    iconPath: new vscode.ThemeIcon('add'),
    detail: snapshots.length >= MAX_SNAPSHOTS ? vscode.l10n.t('In place of one: there can be no more.') : undefined,
    snapshot: undefined,
  };
  const { item, button } = await answered(
    pickItem(
      [
        ...(appliesTo('snapshot-take', target) ? [take] : []),
        ...snapshots.map((snapshot) => toItem(snapshot, [restore, remove])),
      ],
      {
        title: vscode.l10n.t('Snapshots of {0} on {1}', target.canister, target.project.snapshot.target.name),
        placeHolder:
          snapshots.length === 0
            ? vscode.l10n.t('There is none yet')
            : vscode.l10n.t('Choose one to restore or delete'),
      },
    ),
  );
  if (!item.snapshot) {
    await takeSnapshot(context, target, snapshots);
    return;
  }
  const { id } = item.snapshot;
  const action = button ?? (await askAction(item.snapshot, [restore, remove]));
  if (action === restore) {
    await restoreSnapshot(context, target, id);
  } else if (action === remove) {
    await runOperation(context, 'snapshot-delete', [target], [id]);
  }
}

function toItem(snapshot: CanisterSnapshot, buttons: readonly vscode.QuickInputButton[]) {
  return {
    label: new Date(snapshot.takenAt).toLocaleString(vscode.env.language),
    iconPath: new vscode.ThemeIcon('archive'),
    description: formatBytes(snapshot.size),
    detail: snapshot.id,
    buttons,
    snapshot,
  };
}

async function askAction(
  snapshot: CanisterSnapshot,
  buttons: readonly vscode.QuickInputButton[],
): Promise<vscode.QuickInputButton | undefined> {
  const items = buttons.map((button) => ({ label: button.tooltip ?? '', button }));
  const picked = await pickItem(items, { title: `${snapshot.id} · ${formatBytes(snapshot.size)}` });
  return picked?.item.button;
}

/** Puts a snapshot's code and data in place of the present ones. @throws {Failure} */
export async function restoreSnapshot(context: CommandContext, target: CanisterRef, id: string): Promise<void> {
  await runOperation(context, 'snapshot-load', [target], [id], stopWordsFor(target));
}

/** Takes a snapshot, in place of one that is chosen where there can be no more. @throws {Failure} */
export async function takeSnapshot(
  context: CommandContext,
  target: CanisterRef,
  snapshots: readonly CanisterSnapshot[],
): Promise<void> {
  const full = snapshots.length >= MAX_SNAPSHOTS;
  const chosen = await answeredOf(target, async () => {
    const replaced = full
      ? await pickItem(
          snapshots.map((snapshot) => toItem(snapshot, [])),
          { title: vscode.l10n.t('Which snapshot is replaced? It is lost.') },
        )
      : undefined;
    if (full && !replaced) {
      return undefined;
    }
    await agreeToStop(target);
    return { replace: replaced?.item.snapshot.id };
  });
  if (!chosen) {
    return;
  }
  const { replace } = chosen;
  await runOperation(context, 'snapshot-take', [target], [replace], stopWordsFor(target));
}

function isStopped({ project, canister }: CanisterRef): boolean {
  const state = project.canister(canister);
  return state !== undefined && phaseOf(state) === 'stopped';
}

const stopWords = () => vscode.l10n.t('It answers no calls meanwhile, and is started again after.');

function stopWordsFor(target: CanisterRef): string | undefined {
  return isStopped(target) ? undefined : stopWords();
}

/** Asks for leave to stop the canister, unless the question before the operation says so anyway. */
async function agreeToStop(target: CanisterRef): Promise<void> {
  if (isStopped(target) || decide('snapshot-take', [target], guardedNetworks()).ask !== 'nothing') {
    return;
  }
  const question = vscode.l10n.t('{0} has to be stopped for this.', target.canister);
  await agree([question], [stopWords()], vscode.l10n.t('Stop and start again'));
}
