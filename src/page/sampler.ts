import type { ProjectMonitor } from '../core/monitor/project-monitor';
import type { PageSubject } from '../core/page/messages';
import { type Sample, sampleOf, withSample } from '../core/page/samples';
import { type Disposable, Emitter } from '../core/util/events';
import type { SampleStore } from './sample-store';

/** Milliseconds between two samples of a canister: while its page is open, and while only the view shows it. */
const PAGE_DISTANCE_MS = 4_000;
const VIEW_DISTANCE_MS = 300_000;
/** How often samples are written, in milliseconds. */
const WRITE_MS = 30_000;

interface Measured {
  readonly subject: PageSubject;
  readonly canisterId: string;
  /** Once what was kept has been read. */
  readonly ready: Promise<void>;
  samples: readonly Sample[];
  written: readonly Sample[];
}

/** What a page is of, as a text of its own. */
export function pageKey({ manifest, canister, target }: PageSubject): string {
  return JSON.stringify([manifest, canister, target]);
}

/**
 * What was measured of each canister: a sample of the answers of its network that views and pages ask for anyway. Nothing
 * is asked for it, so that nothing is measured while nobody looks.
 */
export class Sampler implements Disposable {
  readonly #store: SampleStore;
  readonly #known = new Map<string, Measured>();
  /** Pages that are open, by what they are of. */
  readonly #pages = new Set<string>();
  readonly #taken = new Emitter<string>();
  /** There is another sample of what has this {@link pageKey}. */
  readonly onDidTake = this.#taken.event;
  #timer: NodeJS.Timeout | undefined;

  constructor(store: SampleStore) {
    this.#store = store;
  }

  /** Samples are taken as closely as a page shows them. */
  setPage(subject: PageSubject, open: boolean): void {
    if (open) {
      this.#pages.add(pageKey(subject));
    } else {
      this.#pages.delete(pageKey(subject));
    }
  }

  /** What was measured of a canister, the oldest first. */
  async samples(subject: PageSubject, canisterId: string): Promise<readonly Sample[]> {
    return (await this.#measured(subject, canisterId)).samples;
  }

  /** To be called with each answer: keeps what the network has said of a project's canisters, where it is time for that. */
  async take({ manifest, snapshot }: Pick<ProjectMonitor, 'manifest' | 'snapshot'>): Promise<void> {
    const target = snapshot.target.name;
    await Promise.all(
      snapshot.canisters.map(async ({ name, id, facts, checkedAt, failure }) => {
        const sample = facts && checkedAt !== undefined && !failure ? sampleOf(facts, checkedAt) : undefined;
        if (id !== undefined && sample) {
          await this.#add({ manifest, canister: name, target }, id, sample);
        }
      }),
    );
  }

  async #add(subject: PageSubject, canisterId: string, sample: Sample): Promise<void> {
    const key = pageKey(subject);
    const measured = await this.#measured(subject, canisterId);
    const distance = this.#pages.has(key) ? PAGE_DISTANCE_MS : VIEW_DISTANCE_MS;
    const samples = withSample(measured.samples, sample, distance);
    if (samples !== measured.samples) {
      measured.samples = samples;
      this.#timer ??= setTimeout(() => this.#write(), WRITE_MS);
      this.#taken.fire(key);
    }
  }

  /** What was measured of another canister of that name is dropped. */
  async #measured(subject: PageSubject, canisterId: string): Promise<Measured> {
    const key = pageKey(subject);
    let known = this.#known.get(key);
    if (known?.canisterId !== canisterId) {
      const read = this.#store.read(subject, canisterId);
      const made: Measured = {
        ...{ subject, canisterId, samples: [], written: [] },
        ready: read.then((samples) => {
          made.samples = samples;
          made.written = samples;
        }),
      };
      this.#known.set(key, made);
      known = made;
    }
    await known.ready;
    return known;
  }

  #write(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    void this.#writeAll();
  }

  async #writeAll(): Promise<void> {
    for (const measured of this.#known.values()) {
      const { subject, canisterId, samples, written } = measured;
      if (samples !== written) {
        measured.written = samples;
        await this.#store.write(subject, canisterId, samples);
      }
    }
    await this.#store.dropOld();
  }

  dispose(): void {
    this.#taken.dispose();
    if (this.#timer) {
      this.#write();
    }
  }
}
