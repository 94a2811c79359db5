import path from 'node:path';
import type { Engine } from '../engines/engine';
import { findAbove, findFiles, withoutRepetition } from '../project/discover';
import { type Disposable, Emitter } from '../util/events';
import { isInside } from '../util/paths';
import type { ProjectChange } from './change-reporter';
import { type MonitorDependencies, ProjectMonitor } from './project-monitor';
import { commonFailure } from './project-snapshot';
import type { Selection } from './selection';
import { SettlingCanisters } from './settling-canisters';
import { phaseOf } from './state';

/** How often a network is asked while the view is visible and the window has the focus, in milliseconds. */
const LOCAL_INTERVAL_MS = 10_000;
const REMOTE_INTERVAL_MS = 60_000;
/** While the network is starting. */
const STARTING_INTERVAL_MS = 1_000;
/** After this long a network that "is starting" is asked at the calm interval again. */
const STARTING_LIMIT_MS = 5 * 60_000;
/** How soon a canister that is stopping is asked for again at first. */
const SETTLING_MS = { local: 1_000, remote: 5_000, background: 60_000 };
/** A network that is busy is asked half as often each time, but this often at least. */
const BUSY_INTERVAL_MS = 10 * 60_000;

export interface WorkspaceDependencies extends MonitorDependencies {
  readonly selection: Selection;
  readonly engines: readonly Engine[];
  /** VS Code's patterns of what a folder hides. */
  readonly excluded?: (folder: string) => readonly string[];
  /** The user's home folder. */
  readonly home?: string;
}

interface Entry {
  readonly project: ProjectMonitor;
  readonly subscription: Disposable;
  timer?: NodeJS.Timeout | undefined;
  /** When the timer fires, in milliseconds since 1970. */
  due: number;
  startingSince?: number;
  /** How many times in a row the network was too busy to answer. */
  busyTurns: number;
  readonly settling: SettlingCanisters;
}

/** Watches all projects of the workspace folders, and asks their networks while somebody is looking. */
export class WorkspaceMonitor implements Disposable {
  readonly #deps: WorkspaceDependencies;
  readonly #projects = new Map<string, Entry>();
  readonly #changed = new Emitter<void>();
  /** Projects have come or gone. */
  readonly onDidChangeProjects = this.#changed.event;
  readonly #projectChanged = new Emitter<{ readonly project: ProjectMonitor; readonly change: ProjectChange }>();
  /** A project of {@link projects} says something else. */
  readonly onDidChangeProject = this.#projectChanged.event;
  readonly #asked = new Emitter<ProjectMonitor>();
  /** The network of a project was asked for all of its canisters, whether anything has changed or not. */
  readonly onDidAsk = this.#asked.event;
  #folders: readonly string[] = [];
  #scan: Promise<void> | undefined;
  #scanned = false;
  #above: string | undefined;
  /** What shows live state at the moment: the view, and editors with lenses. */
  readonly #viewers = new Set<string>();
  #focused = true;
  #trusted: boolean;
  #disposed = false;

  constructor(deps: WorkspaceDependencies) {
    this.#deps = deps;
    this.#trusted = deps.trust.isTrusted;
    deps.selection.onDidChange(({ manifest }) => {
      const project = this.project(manifest);
      if (project) {
        project.pause();
        void this.#wake(project);
      }
    });
  }

  get projects(): readonly ProjectMonitor[] {
    return [...this.#projects.values()].map((entry) => entry.project);
  }

  /** The tool of a project where the projects are of several, to tell them apart. */
  toolToName({ engine }: ProjectMonitor): string | undefined {
    return new Set(this.projects.map((project) => project.engine.name)).size > 1 ? engine.name : undefined;
  }

  /** False until the workspace has been searched for projects once. */
  get scanned(): boolean {
    return this.#scanned;
  }

  /** Where nothing was found in the workspace: the manifest of a project that a folder of it is a part of. */
  get above(): string | undefined {
    return this.#above;
  }

  /** The project of a manifest. */
  project(manifest: string): ProjectMonitor | undefined {
    return this.#projects.get(manifest)?.project;
  }

  /** Searches these folders, once more if it has to be. */
  async setFolders(folders: readonly string[]): Promise<void> {
    this.#folders = folders;
    this.#scanned = false;
    await this.rescan();
  }

  /** Resolves once the workspace has been searched and every project's files have been read. */
  async ready(): Promise<void> {
    await this.#scan;
    await Promise.all(this.projects.map((project) => (project.snapshot.loaded ? undefined : project.load())));
  }

  /** Looks for projects again. Searches asked for while one is under way become one more search. */
  rescan(): Promise<void> {
    const scan = (this.#scan ?? Promise.resolve()).then(async () => {
      if (this.#scan === scan) {
        await this.#doScan();
      }
    });
    this.#scan = scan;
    return scan;
  }

  async #doScan(): Promise<void> {
    const { engines, excluded } = this.#deps;
    const names = engines.flatMap(({ manifestNames }) => manifestNames);
    const search = this.#folders.map((folder) => findFiles(folder, names, { exclude: excluded?.(folder) }));
    // A folder of the workspace may be a link to another, or lie in one.
    const found = new Set(await withoutRepetition((await Promise.all(search)).flat()));
    const above = found.size > 0 || !this.#trusted ? undefined : await this.#findAbove(names);
    if (this.#disposed) {
      return;
    }
    const gone = [...this.#projects].filter(([file]) => !found.has(file));
    const come = [...found].filter((file) => !this.#projects.has(file)).sort();
    for (const [file, entry] of gone) {
      drop(entry);
      this.#projects.delete(file);
    }
    for (const file of come) {
      this.#projects.set(file, this.#follow(this.#open(file)));
    }
    const same = above === this.#above && gone.length === 0 && come.length === 0;
    this.#above = above;
    if (this.#scanned && same) {
      return;
    }
    this.#scanned = true;
    this.#changed.fire();
    await Promise.all(come.map((file) => this.#wake(this.#projects.get(file)!.project)));
  }

  async #findAbove(names: readonly string[]): Promise<string | undefined> {
    const { home = '' } = this.#deps;
    const found = await Promise.all(this.#folders.map((folder) => findAbove(folder, names, home)));
    return found.find((file) => file !== undefined);
  }

  #open(manifest: string): ProjectMonitor {
    const name = path.basename(manifest);
    const engine = this.#deps.engines.find(({ manifestNames }) => manifestNames.includes(name))!;
    return new ProjectMonitor(engine.open(manifest), this.#deps);
  }

  #follow(project: ProjectMonitor): Entry {
    const subscription = project.onDidChange((change) => {
      this.#projectChanged.fire({ project, change });
      // An operation may leave a canister in a state that does not last.
      this.#plan(entry);
    });
    const ask = async (name: string) => {
      await project.refreshCanister(name);
    };
    const settling = new SettlingCanisters(ask, this.#deps.now);
    const entry: Entry = { project, due: 0, subscription, busyTurns: 0, settling };
    return entry;
  }

  /** Nothing is asked of a network unless something that shows its state is visible and the workspace trusted. */
  setVisible(visible: boolean, viewer = 'view'): void {
    this.#set(() => {
      if (visible) {
        this.#viewers.add(viewer);
      } else {
        this.#viewers.delete(viewer);
      }
    });
  }

  setFocused(focused: boolean): void {
    this.#set(() => {
      this.#focused = focused;
    });
  }

  /** The user has just said to trust the workspace. */
  setTrusted(): void {
    this.#set(() => {
      this.#trusted = true;
    });
    if (this.#scanned && this.#projects.size === 0) {
      void this.rescan();
    }
    if (!this.#active) {
      // What rows and lenses say of it changes all the same.
      this.projects.forEach((project) => void project.load());
    }
  }

  get #active(): boolean {
    return this.#viewers.size > 0 && this.#trusted && !this.#disposed;
  }

  #set(change: () => void): void {
    const wasActive = this.#active;
    const wasFocused = this.#focused;
    change();
    for (const entry of this.#projects.values()) {
      if (this.#active && (!wasActive || (this.#focused && !wasFocused))) {
        void this.#wake(entry.project);
      } else if (wasActive && !this.#active) {
        stopTimer(entry);
        this.#followSettling(entry);
        entry.project.pause();
      } else if (wasFocused && !this.#focused) {
        stopTimer(entry);
        this.#plan(entry);
      }
    }
  }

  /** Files of a project, its network or its tool have changed. */
  async filesChanged(manifest: string): Promise<void> {
    const project = this.project(manifest);
    if (project) {
      await project.load();
      project.redraw();
      await this.#wake(project);
    }
  }

  /** A file that somebody writes by hand was saved: what was built of it is out of date. */
  async sourceSaved(file: string): Promise<void> {
    if (this.#active) {
      const around = this.projects.filter(({ root, snapshot }) => snapshot.loaded && isInside(root, file));
      await Promise.all(around.map((project) => project.checkBuilds()));
    }
  }

  /** Asks all networks now, whatever the interval. */
  async refresh(): Promise<void> {
    for (const project of this.projects) {
      // What is under way was asked before, perhaps for less.
      project.pause();
      project.forgetRefusals();
      project.redraw();
    }
    await Promise.all(this.projects.map((project) => this.#wake(project)));
  }

  /** Shows what the files say, asks the network if a view shows its state, and plans the next time. */
  async #wake(project: ProjectMonitor): Promise<void> {
    const entry = this.#projects.get(project.manifest);
    if (!entry || this.#disposed) {
      return;
    }
    stopTimer(entry);
    if (!this.#active) {
      await project.load();
      return;
    }
    await project.refresh();
    this.#asked.fire(project);
    stopTimer(entry);
    entry.busyTurns = commonFailure(project.snapshot)?.kind === 'busy' ? entry.busyTurns + 1 : 0;
    this.#plan(entry);
    if (this.#active) {
      await project.checkBuilds();
    }
  }

  /** Sets the time of the next question, unless it is to be asked sooner already. */
  #plan(entry: Entry): void {
    this.#followSettling(entry);
    const interval = this.#interval(entry);
    if (!this.#active || interval === undefined || this.#projects.get(entry.project.manifest) !== entry) {
      return;
    }
    const due = this.#deps.now() + interval;
    if (entry.timer && entry.due <= due) {
      return;
    }
    stopTimer(entry);
    entry.due = due;
    entry.timer = setTimeout(() => void this.#wake(entry.project), interval);
  }

  /** Undefined while nothing is expected to change and the window does not have the focus. */
  #interval(entry: Entry): number | undefined {
    const { health, target } = entry.project.snapshot;
    const often = target.network?.local === false ? REMOTE_INTERVAL_MS : LOCAL_INTERVAL_MS;
    const calm = this.#focused ? Math.min(often * 2 ** entry.busyTurns, BUSY_INTERVAL_MS) : undefined;
    if (health?.state !== 'starting') {
      delete entry.startingSince;
      return calm;
    }
    entry.startingSince ??= this.#deps.now();
    return this.#deps.now() - entry.startingSince < STARTING_LIMIT_MS ? STARTING_INTERVAL_MS : calm;
  }

  /** One that is in motion is asked for on its own: the others do not change for that. */
  #followSettling({ project, settling }: Entry): void {
    const { canisters, health, target } = project.snapshot;
    if (!this.#active || health?.state !== 'healthy') {
      settling.follow([], undefined);
      return;
    }
    // What is being done to a canister ends with its state.
    const names = canisters.filter((state) => phaseOf(state) === 'stopping' && !state.busy).map(({ name }) => name);
    const { local, remote, background } = SETTLING_MS;
    settling.follow(names, !this.#focused ? background : target.network?.local === false ? remote : local);
  }

  dispose(): void {
    this.#disposed = true;
    for (const entry of this.#projects.values()) {
      drop(entry);
    }
    this.#projects.clear();
    this.#changed.dispose();
    this.#asked.dispose();
    this.#projectChanged.dispose();
  }
}

function stopTimer(entry: Entry): void {
  clearTimeout(entry.timer);
  entry.timer = undefined;
}

function drop(entry: Entry): void {
  stopTimer(entry);
  entry.settling.dispose();
  entry.subscription.dispose();
  entry.project.dispose();
}
