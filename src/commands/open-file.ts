import { stat } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { TextRange } from '../core/document/tree';
import { parseDfxConfig } from '../core/engines/dfx/dfx-json';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { resolveTargets } from './targets';

/** Opens a file, at a place; a folder is shown in the explorer. */
export async function openFile(file: string, range?: TextRange): Promise<void> {
  const uri = vscode.Uri.file(file);
  const kind = await stat(file).then(
    (facts) => (facts.isDirectory() ? 'folder' : 'file'),
    () => undefined,
  );
  if (kind === undefined) {
    throw new Failure({ message: msg('{0} does not exist.', file) });
  }
  if (kind === 'folder') {
    await vscode.commands.executeCommand('revealInExplorer', uri);
    return;
  }
  const document = await vscode.workspace.openTextDocument(uri);
  const editor = await vscode.window.showTextDocument(document);
  if (range) {
    const place = new vscode.Range(document.positionAt(range.offset), document.positionAt(range.offset + range.length));
    editor.selection = new vscode.Selection(place.start, place.end);
    editor.revealRange(place, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

/** Opens dfx.json where the canister is defined, as the editor has it now. */
export async function openInDfxJson(monitor: WorkspaceMonitor, node: unknown, nodes: unknown): Promise<void> {
  const [target] = await resolveTargets(monitor, node, nodes, {
    title: vscode.l10n.t('Open which canister in dfx.json?'),
    many: false,
  });
  if (target) {
    const { dfxJson } = target.monitor.project;
    const document = await vscode.workspace.openTextDocument(vscode.Uri.file(dfxJson));
    const { canisters } = parseDfxConfig(document.getText());
    await openFile(dfxJson, canisters.find(({ name }) => name === target.canister)?.nameRange);
  }
}
