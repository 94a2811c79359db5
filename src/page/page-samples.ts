import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { bounded } from '../core/page/bounds';
import { outlookWords } from '../core/page/canister-problems';
import type { PageSubject, ToPage } from '../core/page/messages';
import type { Disposable } from '../core/util/events';
import { pageKey, type Sampler } from './sampler';

/** What is told to a page of what was measured of its canister. */
export class PageSamples implements Disposable {
  readonly #workspace: WorkspaceMonitor;
  readonly #subject: PageSubject;
  readonly #sampler: Sampler;
  readonly #send: (message: ToPage) => void;
  readonly #subscription: Disposable;
  #follow = false;
  /** Counts what was begun to be told, so that an older telling never comes after a newer one. */
  #turn = 0;

  constructor(workspace: WorkspaceMonitor, subject: PageSubject, sampler: Sampler, send: (message: ToPage) => void) {
    this.#workspace = workspace;
    this.#subject = subject;
    this.#sampler = sampler;
    this.#send = send;
    this.#subscription = sampler.onDidTake((key) => {
      if (key === pageKey(subject)) {
        void this.#tell();
      }
    });
  }

  /** While the page is seen, more is kept, and what the network has said just now with it. */
  setVisible(visible: boolean): void {
    this.#sampler.setPage(this.#subject, visible);
    const project = visible ? this.#workspace.project(this.#subject.manifest) : undefined;
    if (project) {
      void this.#sampler.take(project);
    }
  }

  follow(follow: boolean): void {
    this.#follow = follow;
    void this.#tell();
  }

  async #tell(): Promise<void> {
    const turn = ++this.#turn;
    const { manifest, canister, target } = this.#subject;
    const project = this.#workspace.project(manifest);
    const { id, facts } = project?.canister(canister) ?? {};
    if (!this.#follow || project?.snapshot.target.name !== target || id === undefined) {
      return;
    }
    const samples = await this.#sampler.samples(this.#subject, id);
    if (turn === this.#turn && this.#follow) {
      const outlook = facts?.detail && outlookWords(facts.detail, samples).map(bounded);
      this.#send({ type: 'samples', samples, outlook });
    }
  }

  dispose(): void {
    this.#follow = false;
    this.setVisible(false);
    this.#subscription.dispose();
  }
}
