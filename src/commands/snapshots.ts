import * as vscode from 'vscode';
import { decide, type GuardedOperation } from '../core/lifecycle/guard';
import type { CanisterRef, Outcome } from '../core/lifecycle/outcome';
import { phaseOf } from '../core/monitor/state';
import type { CanisterSnapshot } from '../core/network/canister-facts';
import { cancelled } from '../core/util/failure';
import { formatBytes } from '../core/util/format';
import { type Message, msg } from '../core/util/message';
import { type confirmOperation, guardedNetworks } from '../ui/confirm';
import { pickItem } from '../ui/pick';
import { changeCanisters, type OperationDeps } from './change-canisters';
import { oneTarget, toArgument } from './one-target';
import { withQuickProgress } from './quick-progress';

export type SnapshotDeps = Omit<OperationDeps, 'confirm'> & { readonly confirm: typeof confirmOperation };

/** The network keeps no more of one canister. */
const MAX_SNAPSHOTS = 10;

/** Lists a canister's snapshots, takes new ones, restores and deletes. */
export async function manageSnapshots(deps: SnapshotDeps, node: unknown): Promise<void> {
  const title = vscode.l10n.t('Snapshots of which canister?');
  const target = await oneTarget(deps.monitor, 'snapshots', node, title);
  for (;;) {
    const snapshots = await withQuickProgress(
      vscode.l10n.t('Reading the snapshots of {0}…', target.canister),
      (cause) => msg('The snapshots of {0} cannot be read. {1}', target.canister, cause),
      (signal) => deps.service.native.listSnapshots(target, signal),
    );
    await chooseAction(deps, target, snapshots);
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
  deps: SnapshotDeps,
  target: CanisterRef,
  snapshots: readonly CanisterSnapshot[],
): Promise<void> {
  const restore = restoreButton();
  const remove = deleteButton();
  const take = {
    label: vscode.l10n.t('$(add) Take a snapshot'),
    ...(snapshots.length >= MAX_SNAPSHOTS ? { detail: vscode.l10n.t('In place of one: there can be no more.') } : {}),
    snapshot: undefined,
  };
  const picked = await pickItem([take, ...snapshots.map((snapshot) => toItem(snapshot, [restore, remove]))], {
    title: vscode.l10n.t('Snapshots of {0} on {1}', target.canister, target.monitor.snapshot.networkName),
    placeholder:
      snapshots.length === 0 ? vscode.l10n.t('There is none yet') : vscode.l10n.t('Choose one to restore or delete'),
  });
  if (!picked) {
    throw cancelled();
  }
  const { item, button } = picked;
  if (!item.snapshot) {
    await takeSnapshot(deps, target, snapshots);
    return;
  }
  const action = button ?? (await askAction(item.snapshot, [restore, remove]));
  if (action === restore) {
    await restoreSnapshot(deps, target, item.snapshot);
  } else if (action === remove) {
    await deleteSnapshot(deps, target, item.snapshot);
  }
}

function toItem(snapshot: CanisterSnapshot, buttons: readonly vscode.QuickInputButton[]) {
  return {
    label: `$(archive) ${new Date(snapshot.takenAt).toLocaleString(vscode.env.language)}`,
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

async function takeSnapshot(
  deps: SnapshotDeps,
  target: CanisterRef,
  snapshots: readonly CanisterSnapshot[],
): Promise<void> {
  const replaced =
    snapshots.length < MAX_SNAPSHOTS
      ? undefined
      : await pickItem(
          snapshots.map((snapshot) => toItem(snapshot, [])),
          { title: vscode.l10n.t('Which snapshot is replaced? It is lost.') },
        );
  if (snapshots.length >= MAX_SNAPSHOTS && !replaced) {
    return;
  }
  if (!(await agreesToStop(target))) {
    return;
  }
  await perform(deps, target, 'snapshot-take', {
    running: (name) => vscode.l10n.t('Taking a snapshot of {0}…', name),
    failed: (causes) => msg('Taking the snapshot failed. {0}', causes),
    run: (signal) => deps.service.native.takeSnapshot([target], replaced?.item.snapshot.id, signal),
  });
}

async function restoreSnapshot(deps: SnapshotDeps, target: CanisterRef, { id }: CanisterSnapshot): Promise<void> {
  await perform(deps, target, 'snapshot-load', {
    running: (name) => vscode.l10n.t('Restoring a snapshot of {0}…', name),
    failed: (causes) => msg('Restoring the snapshot failed. {0}', causes),
    run: (signal) => deps.service.native.loadSnapshot([target], id, signal),
  });
}

async function deleteSnapshot(deps: SnapshotDeps, target: CanisterRef, { id }: CanisterSnapshot): Promise<void> {
  await perform(deps, target, 'snapshot-delete', {
    running: (name) => vscode.l10n.t('Deleting a snapshot of {0}…', name),
    failed: (causes) => msg('Deleting the snapshot failed. {0}', causes),
    run: (signal) => deps.service.native.deleteSnapshot([target], id, signal),
  });
}

function isStopped({ monitor, canister }: CanisterRef): boolean {
  const state = monitor.canister(canister);
  return state !== undefined && phaseOf(state) === 'stopped';
}

const stopWords = () => vscode.l10n.t('It answers no calls meanwhile, and is started again after.');

/** A snapshot is taken of a canister that does not run. Where consent is asked for anyway, this is said there. */
async function agreesToStop(target: CanisterRef): Promise<boolean> {
  if (isStopped(target) || decide('snapshot-take', [target], guardedNetworks()).ask !== 'nothing') {
    return true;
  }
  const proceed = vscode.l10n.t('Stop and start again');
  const choice = await vscode.window.showWarningMessage(
    vscode.l10n.t('{0} has to be stopped for this.', target.canister),
    { modal: true, detail: stopWords() },
    proceed,
  );
  return choice === proceed;
}

async function perform(
  { confirm, ...deps }: SnapshotDeps,
  target: CanisterRef,
  operation: GuardedOperation,
  action: {
    readonly running: (name: string) => string;
    readonly failed: (causes: string) => Message;
    readonly run: (signal: AbortSignal | undefined) => Promise<readonly Outcome[]>;
  },
): Promise<void> {
  const command = {
    operation: 'snapshots',
    question: () => '',
    running: action.running,
    failed: action.failed,
    run: (_service: unknown, _targets: unknown, { signal }: { signal?: AbortSignal }) => action.run(signal),
  } as const;
  const detail = operation === 'snapshot-delete' || isStopped(target) ? {} : { detail: stopWords() };
  const asking = { ...deps, confirm: () => confirm({ operation, targets: [target], ...detail }) };
  await changeCanisters(asking, command, toArgument(target), undefined);
}
