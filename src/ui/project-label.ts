import * as vscode from 'vscode';
import type { ProjectMonitor } from '../core/monitor/project-monitor';

/** The project's folder, relative to the workspace where that is shorter. */
export function projectLabel({ root, name }: ProjectMonitor): string {
  const folder = vscode.workspace.workspaceFolders?.find(({ uri }) => uri.fsPath === root);
  return folder?.name ?? (vscode.workspace.asRelativePath(root, true) || name);
}
