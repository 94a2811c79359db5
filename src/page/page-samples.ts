import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import { bounded } from '../core/page/bounds';
import { outlookWords } from '../core/page/canister-problems';
import type { PageSubject, ToPage } from '../core/page/messages';
import { MIN_DISTANCE_MS, type Sample, sampleOf, withSample } from '../core/page/samples';
import type { Disposable } from '../core/util/events';
import type { SampleStore } from './sample-store';

/** How often samples are written, in milliseconds. */
const WRITE_MS = 30_000;

/** What was measured of one canister: a sample of each answer of the network while its page is open. */
export class PageSamples implements Disposable {
  readonly #workspace: WorkspaceMonitor;
  readonly #subject: PageSubject;
  readonly #store: SampleStore;
  readonly #send: (message: ToPage) => void;
  #samples: readonly Sample[] = [];
  #canisterId: string | undefined;
  #reading: Promise<void> = Promise.resolve();
  #timer: NodeJS.Timeout | undefined;
  #looking: NodeJS.Timeout | undefined;
  #follow = false;

  constructor(workspace: WorkspaceMonitor, subject: PageSubject, store: SampleStore, send: (message: ToPage) => void) {
    this.#workspace = workspace;
    this.#subject = subject;
    this.#store = store;
    this.#send = send;
  }

  follow(follow: boolean): void {
    this.#follow = follow;
    this.#tell();
  }

  /** Only what changes is told of: answers that say the same as before are looked for, too, while the page is seen. */
  setVisible(visible: boolean): void {
    clearInterval(this.#looking);
    this.#looking = visible ? setInterval(() => this.canisterChanged(), MIN_DISTANCE_MS) : undefined;
  }

  /** The network may have answered. */
  canisterChanged(): void {
    this.#reading = this.#reading.then(() => this.#take());
  }

  async #take(): Promise<void> {
    const { manifest, canister, target } = this.#subject;
    const project = this.#workspace.project(manifest);
    const { id, facts, checkedAt, failure } = project?.canister(canister) ?? {};
    if (project?.snapshot.target.name !== target || id === undefined || !facts || checkedAt === undefined || failure) {
      return;
    }
    if (id !== this.#canisterId) {
      this.#canisterId = id;
      this.#samples = await this.#store.read(this.#subject, id);
    }
    const sample = sampleOf(facts, checkedAt);
    const samples = sample ? withSample(this.#samples, sample) : this.#samples;
    if (samples !== this.#samples) {
      this.#samples = samples;
      this.#timer ??= setTimeout(() => this.#write(), WRITE_MS);
      this.#tell();
    }
  }

  #tell(): void {
    if (this.#follow) {
      const { manifest, canister } = this.#subject;
      const detail = this.#workspace.project(manifest)?.canister(canister)?.facts?.detail;
      const outlook = detail && outlookWords(detail, this.#samples).map(bounded);
      this.#send({ type: 'samples', samples: this.#samples, outlook });
    }
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#canisterId !== undefined) {
      void this.#store.write(this.#subject, this.#canisterId, this.#samples);
    }
  }

  dispose(): void {
    this.setVisible(false);
    if (this.#timer) {
      this.#write();
    }
  }
}
