import type { CanisterLiveInfo, CanisterLiveSource } from '../monitor/source';
import type { WorkspaceMonitor } from '../monitor/workspace-monitor';
import { type Disposable, Emitter } from '../util/events';
import { offeredOperations, stateIcon, stateWords } from './canister-row';

/** Hands what the tree's rows say of canisters to hovers and lenses. Asks no network itself. */
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
    return (
      state && {
        network: project!.snapshot.target.name,
        label: stateWords(state, project!.snapshot),
        codicon: stateIcon(state).codicon,
        operations: offeredOperations(state),
        canisterId: state.id,
      }
    );
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
