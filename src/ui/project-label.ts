import path from 'node:path';
import * as vscode from 'vscode';
import type { ProjectMonitor } from '../core/monitor/project-monitor';

/**
 * The project's folder, as the workspace calls it or relative to it; never an absolute path. Of two workspace folders
 * with one name, the one that is meant has the folder above with it.
 */
export function projectLabel({ root, name }: Pick<ProjectMonitor, 'root' | 'name'>): string {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const folder = folders.find(({ uri }) => uri.fsPath === root);
  if (folder) {
    const isAlone = folders.every((other) => other === folder || other.name !== folder.name);
    return isAlone ? folder.name : `${path.basename(path.dirname(root))}/${folder.name}`;
  }
  const relative = vscode.workspace.asRelativePath(root, true);
  return relative === '' || path.isAbsolute(relative) ? name : relative;
}
