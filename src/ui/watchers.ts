import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { DfxLocations } from '../core/engines/dfx/locations';
import { watchPatterns } from '../core/engines/dfx/watch';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { Selection } from '../core/monitor/selection';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { isExcluded } from '../core/project/discover';

/** Writers touch several files at once, and one file several times. */
const SETTLE_MS = 150;
/** Of more new files and folders than this at once, none is looked at: the workspace is searched instead. */
const MANY = 200;

/** Tells the monitor when files change: dfx.json files that come and go, and all that each project depends on. */
export class FileWatchers implements vscode.Disposable {
  readonly #monitor: WorkspaceMonitor;
  readonly #locations: DfxLocations;
  readonly #common: vscode.Disposable[] = [];
  readonly #created = new Set<string>();
  #createdTimer: NodeJS.Timeout | undefined;
  readonly #projects = new Map<
    ProjectMonitor,
    { key: string; watchers: vscode.Disposable[]; timer?: NodeJS.Timeout }
  >();

  constructor(monitor: WorkspaceMonitor, selection: Selection, locations: DfxLocations) {
    this.#monitor = monitor;
    this.#locations = locations;
    const dfxJson = vscode.workspace.createFileSystemWatcher('**/dfx.json', false, true, false);
    // Of a folder that comes or goes with files in it, VS Code may tell the folder alone.
    const anything = vscode.workspace.createFileSystemWatcher('**', false, true, false);
    this.#common.push(
      anything,
      anything.onDidCreate((uri) => this.#noteCreated(uri)),
      anything.onDidDelete((uri) => this.#noteDeleted(uri)),
      dfxJson,
      dfxJson.onDidCreate(() => void monitor.rescan()),
      dfxJson.onDidDelete(() => void monitor.rescan()),
      monitor.onDidChangeProjects(() => this.#projectsChanged()),
      // The network, and with it the folders to watch, is known once the files have been read.
      monitor.onDidChangeProject(({ project, change }) => {
        if (change === 'all') {
          this.#watch(project);
        }
      }),
      selection.onDidChange(() => this.#projectsChanged()),
    );
    this.#projectsChanged();
  }

  #noteCreated(uri: vscode.Uri): void {
    if (this.#created.size <= MANY) {
      this.#created.add(uri.fsPath);
    }
    this.#createdTimer ??= setTimeout(() => {
      const created = [...this.#created];
      this.#created.clear();
      this.#createdTimer = undefined;
      void this.#lookInto(created);
    }, SETTLE_MS);
  }

  #noteDeleted(uri: vscode.Uri): void {
    if (this.#monitor.projects.some(({ project }) => project.root.startsWith(uri.fsPath))) {
      void this.#monitor.rescan();
    }
  }

  /** Searches the workspace again if one of these is a folder in which there could be a project. */
  async #lookInto(created: readonly string[]): Promise<void> {
    if (created.length > MANY || (await Promise.all(created.map(mayHoldProject))).includes(true)) {
      await this.#monitor.rescan();
    }
  }

  #projectsChanged(): void {
    const current = new Set(this.#monitor.projects);
    for (const [monitor, entry] of this.#projects) {
      if (!current.has(monitor)) {
        this.#drop(monitor, entry);
      }
    }
    for (const monitor of current) {
      if (!this.#projects.has(monitor)) {
        this.#projects.set(monitor, { key: '', watchers: [] });
      }
    }
  }

  #watch(monitor: ProjectMonitor): void {
    const entry = this.#projects.get(monitor);
    const { network } = monitor.snapshot;
    if (!entry || !network) {
      return;
    }
    const targets = watchPatterns(monitor.project.root, network, this.#locations);
    const key = JSON.stringify(targets);
    if (key === entry.key) {
      return;
    }
    for (const watcher of entry.watchers) {
      watcher.dispose();
    }
    entry.key = key;
    entry.watchers = targets.flatMap(({ dir, pattern }) => {
      const watcher = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(vscode.Uri.file(dir), pattern),
      );
      const changed = () => this.#changed(monitor);
      return [watcher, watcher.onDidChange(changed), watcher.onDidCreate(changed), watcher.onDidDelete(changed)];
    });
  }

  #changed(monitor: ProjectMonitor): void {
    const entry = this.#projects.get(monitor);
    if (entry) {
      clearTimeout(entry.timer);
      entry.timer = setTimeout(() => void this.#monitor.filesChanged(monitor.project.dfxJson), SETTLE_MS);
    }
  }

  #drop(monitor: ProjectMonitor, entry: { watchers: vscode.Disposable[]; timer?: NodeJS.Timeout }): void {
    clearTimeout(entry.timer);
    for (const watcher of entry.watchers) {
      watcher.dispose();
    }
    this.#projects.delete(monitor);
  }

  dispose(): void {
    clearTimeout(this.#createdTimer);
    for (const [monitor, entry] of this.#projects) {
      this.#drop(monitor, entry);
    }
    for (const disposable of this.#common) {
      disposable.dispose();
    }
  }
}

async function mayHoldProject(file: string): Promise<boolean> {
  const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file));
  const isFolder = await stat(file).then(
    (facts) => facts.isDirectory(),
    () => false,
  );
  return folder !== undefined && isFolder && !(await isExcluded(folder.uri.fsPath, path.join(file, 'dfx.json')));
}
