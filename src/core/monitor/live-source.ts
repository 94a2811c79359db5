import { type Disposable, Emitter } from '../util/events';
import type { CanisterLiveInfo, CanisterLiveSource } from './source';
import { type CanisterPhase, phaseLabel, phaseOf } from './state';
import type { WorkspaceMonitor } from './workspace-monitor';

/** OperationOptions the monitor's state to hovers and lenses. Asks no network itself. */
export class LiveSource implements CanisterLiveSource, Disposable {
  readonly #monitor: WorkspaceMonitor;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #projects = new Map<unknown, Disposable>();
  readonly #subscription: Disposable;

  constructor(monitor: WorkspaceMonitor) {
    this.#monitor = monitor;
    this.#subscription = monitor.onDidChangeProjects(() => this.#follow());
  }

  get(dfxJsonPath: string, canister: string): CanisterLiveInfo | undefined {
    const project = this.#monitor.project(dfxJsonPath);
    const state = project?.canister(canister);
    if (!project || !state) {
      return undefined;
    }
    const phase = phaseOf(state);
    return {
      network: project.snapshot.networkName,
      state: LIVE_STATES[phase],
      label: state.busy ?? phaseLabel(phase),
      ...(state.id === undefined ? {} : { canisterId: state.id }),
    };
  }

  setWatched(watched: boolean): void {
    this.#monitor.setVisible(watched, 'lenses');
  }

  #follow(): void {
    const current = new Set<unknown>(this.#monitor.projects);
    for (const [project, subscription] of this.#projects) {
      if (!current.has(project)) {
        subscription.dispose();
        this.#projects.delete(project);
      }
    }
    for (const project of this.#monitor.projects) {
      if (!this.#projects.has(project)) {
        this.#projects.set(
          project,
          project.onDidChange(() => this.#changed.fire()),
        );
      }
    }
    this.#changed.fire();
  }

  dispose(): void {
    this.#subscription.dispose();
    for (const subscription of this.#projects.values()) {
      subscription.dispose();
    }
    this.#changed.dispose();
  }
}

/** Lenses and hovers need fewer distinctions than rows: what they cannot tell apart is unknown to them. */
const LIVE_STATES: Record<CanisterPhase, CanisterLiveInfo['state']> = {
  running: 'running',
  stopping: 'stopping',
  stopped: 'stopped',
  empty: 'empty',
  'not-created': 'not-created',
  remote: 'remote',
  pull: 'pull',
  loading: 'loading',
  hidden: 'unknown',
  missing: 'unknown',
  insecure: 'unknown',
  unknown: 'unknown',
};
