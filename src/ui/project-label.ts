import path from 'node:path';
import * as vscode from 'vscode';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import { isInside } from '../core/util/paths';

/**
 * The project's folder, as the workspace calls it or relative to it; never an absolute path. Of two workspace folders
 * with one name, each has as many of the folders above with it as tell them apart.
 */
export function projectLabel({ root, name }: Pick<ProjectMonitor, 'root' | 'name'>): string {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const [folder] = folders
    .filter(({ uri }) => uri.fsPath === root || isInside(uri.fsPath, root))
    .sort((a, b) => b.uri.fsPath.length - a.uri.fsPath.length);
  return folder ? [folderLabel(folder, folders), ...segments(path.relative(folder.uri.fsPath, root))].join('/') : name;
}

function folderLabel(folder: vscode.WorkspaceFolder, folders: readonly vscode.WorkspaceFolder[]): string {
  const parents = above(folder);
  const others = folders.filter((other) => other !== folder && other.name === folder.name).map(above);
  const label = (own: readonly string[], levels: number) => own.slice(Math.max(0, own.length - levels)).join('/');
  let levels = 0;
  while (levels < parents.length && others.some((other) => label(other, levels) === label(parents, levels))) {
    levels += 1;
  }
  return [...(levels > 0 ? [label(parents, levels)] : []), folder.name].join('/');
}

function above({ uri }: vscode.WorkspaceFolder): string[] {
  return segments(path.dirname(uri.fsPath));
}

function segments(file: string): string[] {
  return file.split(path.sep).filter((segment) => segment !== '');
}

/** The projects that the file in front belongs to: the innermost, of which each tool may have one in the same folder. */
export function projectsInFront<P extends Pick<ProjectMonitor, 'root' | 'manifest'>>(
  projects: readonly P[],
): readonly P[] {
  const file = vscode.window.activeTextEditor?.document.uri;
  if (file?.scheme !== 'file') {
    return [];
  }
  const own = projects.filter(({ manifest }) => manifest === file.fsPath);
  return own.length > 0 ? own : projectsAround(projects, file);
}

/** The innermost projects in whose folder a file is. */
export function projectsAround<P extends Pick<ProjectMonitor, 'root'>>(
  projects: readonly P[],
  { fsPath }: vscode.Uri,
): readonly P[] {
  const around = projects.filter(({ root }) => isInside(root, fsPath));
  const innermost = Math.max(...around.map(({ root }) => root.length));
  return around.filter(({ root }) => root.length === innermost);
}
