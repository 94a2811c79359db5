import { type Disposable, Emitter } from '../util/events';
import type { CanisterLiveInfo, CanisterLiveSource } from './source';
import { type CanisterPhase, phaseLabel, phaseOf } from './state';
import type { WorkspaceMonitor } from './workspace-monitor';

/** Hands the monitor's state to hovers and lenses. Asks no network itself. */
export class LiveSource implements CanisterLiveSource, Disposable {
  readonly #monitor: WorkspaceMonitor;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: readonly Disposable[];

  constructor(monitor: WorkspaceMonitor) {
    this.#monitor = monitor;
    const changed = () => this.#changed.fire();
    this.#subscriptions = [monitor.onDidChangeProjects(changed), monitor.onDidChangeProject(changed)];
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

  dispose(): void {
    for (const subscription of this.#subscriptions) {
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
