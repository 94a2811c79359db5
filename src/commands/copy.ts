import * as vscode from 'vscode';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { resolveTargets } from './targets';

/** Copies the ids of the canisters, one a line. */
export async function copyCanisterId(monitor: WorkspaceMonitor, node: unknown, nodes: unknown): Promise<void> {
  const targets = await resolveTargets(monitor, node, nodes, {
    title: vscode.l10n.t('Copy the id of which canister?'),
    many: false,
    accept: (target) => target.monitor.canister(target.canister)?.id !== undefined,
  });
  const ids = targets.flatMap((target) => target.monitor.canister(target.canister)?.id ?? []);
  if (ids.length === 0) {
    throw new Failure({ message: msg('There is no id to copy: the canister is not created on this network.') });
  }
  await copy(ids.join('\n'));
}

/** Copies what a detail row says, in full. */
export async function copyValue(node: unknown): Promise<void> {
  const value = (node as { row?: { copy?: unknown } } | undefined)?.row?.copy;
  if (typeof value === 'string') {
    await copy(value);
  }
}

async function copy(text: string): Promise<void> {
  await vscode.env.clipboard.writeText(text);
  vscode.window.setStatusBarMessage(vscode.l10n.t('$(check) Copied'), 2_000);
}
