import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Engine } from '../core/engines/engine';
import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { isExcluded } from '../core/project/discover';
import { isInside } from '../core/util/paths';
import { hiddenFiles } from './hidden-files';

/** Writers touch several files at once, and one file several times. */
const SETTLE_MS = 150;
/** Of more new files and folders than this at once, none is looked at: the workspace is searched instead. */
const MANY = 200;

interface WatchedProject {
  /** What is watched, to see whether that changes. */
  readonly key: string;
  readonly watchers: readonly vscode.Disposable[];
  timer?: NodeJS.Timeout;
}

/** Reports changed files to the workspace's monitor: manifests that come and go, and all that each project depends on. */
export class FileWatchers implements vscode.Disposable {
  readonly #workspace: WorkspaceMonitor;
  readonly #manifestNames: readonly string[];
  readonly #common: vscode.Disposable[] = [];
  readonly #created = new Set<string>();
  #createdTimer: NodeJS.Timeout | undefined;
  readonly #projects = new Map<ProjectMonitor, WatchedProject>();

  constructor(workspace: WorkspaceMonitor, engines: readonly Engine[]) {
    this.#workspace = workspace;
    this.#manifestNames = engines.flatMap(({ manifestNames }) => manifestNames);
    const rescan = () => void workspace.rescan();
    const manifests = this.#manifestNames.map((name) =>
      vscode.workspace.createFileSystemWatcher(`**/${name}`, false, true, false),
    );
    // Of a folder that comes or goes with files in it, VS Code may tell the folder alone.
    const anything = vscode.workspace.createFileSystemWatcher('**', false, true, false);
    this.#common.push(
      anything,
      anything.onDidCreate((uri) => this.#noteCreated(uri)),
      anything.onDidDelete((uri) => this.#noteDeleted(uri)),
      ...manifests.flatMap((watcher) => [watcher, watcher.onDidCreate(rescan), watcher.onDidDelete(rescan)]),
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration('files.exclude')) {
          rescan();
        }
      }),
      vscode.workspace.onDidSaveTextDocument(({ uri }) => void workspace.sourceSaved(uri.fsPath)),
      workspace.onDidChangeProjects(() => this.#dropOthers()),
      // The network, and with it the folders to watch, is known once the files have been read.
      workspace.onDidChangeProject(({ project, change }) => {
        if (change === 'all') {
          this.#watch(project);
        }
      }),
    );
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
    if (this.#workspace.projects.some(({ manifest }) => isInside(uri.fsPath, manifest))) {
      void this.#workspace.rescan();
    }
  }

  /** Searches the workspace again if one of these is a folder in which there could be a project. */
  async #lookInto(created: readonly string[]): Promise<void> {
    const mayHoldProject = (file: string) => this.#mayHoldProject(file);
    if (created.length > MANY || (await Promise.all(created.map(mayHoldProject))).includes(true)) {
      await this.#workspace.rescan();
    }
  }

  async #mayHoldProject(file: string): Promise<boolean> {
    const folder = vscode.workspace.getWorkspaceFolder(vscode.Uri.file(file))?.uri.fsPath;
    const isFolder = await stat(file).then(
      (facts) => facts.isDirectory(),
      () => false,
    );
    if (folder === undefined || !isFolder) {
      return false;
    }
    const exclude = hiddenFiles(folder);
    const manifests = this.#manifestNames.map((name) => isExcluded(folder, path.join(file, name), { exclude }));
    return (await Promise.all(manifests)).includes(false);
  }

  #dropOthers(): void {
    const current = new Set(this.#workspace.projects);
    for (const project of this.#projects.keys()) {
      if (!current.has(project)) {
        this.#drop(project);
      }
    }
  }

  #watch(project: ProjectMonitor): void {
    const patterns = project.files.watch(project.snapshot.target);
    const key = JSON.stringify(patterns);
    if (key === this.#projects.get(project)?.key) {
      return;
    }
    this.#drop(project);
    const watchers = patterns.flatMap(({ dir, pattern }) => {
      const watcher = vscode.workspace.createFileSystemWatcher(
        new vscode.RelativePattern(vscode.Uri.file(dir), pattern),
      );
      const changed = () => this.#changed(project);
      return [watcher, watcher.onDidChange(changed), watcher.onDidCreate(changed), watcher.onDidDelete(changed)];
    });
    this.#projects.set(project, { key, watchers });
  }

  #changed(project: ProjectMonitor): void {
    const entry = this.#projects.get(project);
    if (entry) {
      clearTimeout(entry.timer);
      entry.timer = setTimeout(() => void this.#workspace.filesChanged(project.manifest), SETTLE_MS);
    }
  }

  #drop(project: ProjectMonitor): void {
    const entry = this.#projects.get(project);
    clearTimeout(entry?.timer);
    for (const watcher of entry?.watchers ?? []) {
      watcher.dispose();
    }
    this.#projects.delete(project);
  }

  dispose(): void {
    clearTimeout(this.#createdTimer);
    for (const project of [...this.#projects.keys()]) {
      this.#drop(project);
    }
    for (const disposable of this.#common) {
      disposable.dispose();
    }
  }
}
