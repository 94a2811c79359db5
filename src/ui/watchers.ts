import * as vscode from 'vscode';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { Selection } from '../core/monitor/selection';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import type { DfxLocations } from '../core/project/locations';
import { watchTargets } from '../core/project/watch';

/** Writers touch several files at once, and one file several times. */
const SETTLE_MS = 150;

/** Tells the monitor when files change: dfx.json files that come and go, and all that each project depends on. */
export class FileWatchers implements vscode.Disposable {
  readonly #monitor: WorkspaceMonitor;
  readonly #locations: DfxLocations;
  readonly #common: vscode.Disposable[] = [];
  readonly #projects = new Map<
    ProjectMonitor,
    { key: string; watchers: vscode.Disposable[]; timer?: NodeJS.Timeout }
  >();

  constructor(monitor: WorkspaceMonitor, selection: Selection, locations: DfxLocations) {
    this.#monitor = monitor;
    this.#locations = locations;
    const dfxJson = vscode.workspace.createFileSystemWatcher('**/dfx.json', false, true, false);
    this.#common.push(
      dfxJson,
      dfxJson.onDidCreate(() => void monitor.rescan()),
      dfxJson.onDidDelete(() => void monitor.rescan()),
      monitor.onDidChangeProjects(() => this.#projectsChanged()),
      selection.onDidChange(() => this.#projectsChanged()),
    );
    this.#projectsChanged();
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
        const entry = { key: '', watchers: [] };
        this.#projects.set(monitor, entry);
        // The network, and with it the folders to watch, is known once the files have been read.
        monitor.onDidChange((change) => {
          if (change === 'all') {
            this.#watch(monitor);
          }
        });
      }
    }
  }

  #watch(monitor: ProjectMonitor): void {
    const entry = this.#projects.get(monitor);
    const { network } = monitor.snapshot;
    if (!entry || !network) {
      return;
    }
    const targets = watchTargets(monitor.project.root, network, this.#locations);
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
    for (const [monitor, entry] of this.#projects) {
      this.#drop(monitor, entry);
    }
    for (const disposable of this.#common) {
      disposable.dispose();
    }
  }
}
