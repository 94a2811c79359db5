import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { TextRange } from '../core/document/tree';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { toRange } from '../ui/to-range';
import { pickCanister } from './choose-canisters';
import type { CommandContext } from './command-context';
import type { CommandArgument } from './read-argument';

/** Opens the file that a row names. */
export async function openFile(_context: CommandContext, { file, range }: CommandArgument): Promise<void> {
  if (file !== undefined) {
    await showFile(file, range);
  }
}

/** Opens a file, at a place; a folder is shown in the explorer. */
async function showFile(file: string, range?: TextRange): Promise<void> {
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
    const place = toRange(document, range);
    editor.selection = new vscode.Selection(place.start, place.end);
    editor.revealRange(place, vscode.TextEditorRevealType.InCenterIfOutsideViewport);
  }
}

/** Opens the manifest where the canister is defined, as the editor has it now. */
export async function openDefinition(context: CommandContext, argument: CommandArgument): Promise<void> {
  const named = argument.canisters[0] ?? argument.canister;
  const target = await pickCanister(context, named, vscode.l10n.t('Open the definition of which canister?'));
  const { files, manifest } = target.project;
  const file = files.canister(target.canister)?.place.file ?? manifest;
  const document = await vscode.workspace.openTextDocument(vscode.Uri.file(file));
  await showFile(file, files.nameIn(document.getText(), target.canister));
}

/**
 * Opens the folder of the project that the workspace is a part of, in another window, where VS Code asks for trust. What
 * lies outside of the workspace is neither watched nor trusted in this one.
 */
export async function openProjectAbove({ workspace }: CommandContext): Promise<void> {
  await workspace.ready();
  const { above } = workspace;
  if (above === undefined) {
    throw new Failure({ message: msg('There is no project above this folder.') });
  }
  await vscode.commands.executeCommand('vscode.openFolder', vscode.Uri.file(path.dirname(above)), {
    forceNewWindow: true,
  });
}
