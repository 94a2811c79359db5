import { type Disposable, Emitter } from '../util/events';
import type { CanisterLiveInfo, CanisterLiveSource } from './source';
import { type CanisterPhase, phaseLabel, phaseOf } from './state';
import type { WorkspaceMonitor } from './workspace-monitor';

/** Hands the workspace's state to hovers and lenses. Asks no network itself. */
export class LiveSource implements CanisterLiveSource, Disposable {
  readonly #workspace: WorkspaceMonitor;
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly #subscriptions: readonly Disposable[];

  constructor(workspace: WorkspaceMonitor) {
    this.#workspace = workspace;
    const changed = () => this.#changed.fire();
    this.#subscriptions = [workspace.onDidChangeProjects(changed), workspace.onDidChangeProject(changed)];
  }

  get(manifest: string, canister: string): CanisterLiveInfo | undefined {
    const project = this.#workspace.project(manifest);
    const state = project?.canister(canister);
    if (!project || !state) {
      return undefined;
    }
    const phase = phaseOf(state);
    return {
      network: project.snapshot.target.name,
      state: LIVE_STATES[phase],
      label: state.busy ?? phaseLabel(phase),
      canisterId: state.id,
    };
  }

  setWatched(watched: boolean): void {
    this.#workspace.setVisible(watched, 'lenses');
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
