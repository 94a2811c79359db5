import type { Network } from '../project/model';
import { type Disposable, Emitter } from '../util/events';

export type LocalNetworkTask = 'starting' | 'stopping';

/** What is being done to local networks at this moment: set by who does it, shown by the views. */
export class LocalNetworkActivity implements Disposable {
  /** By the network's data folder. */
  readonly #work = new Map<string, LocalNetworkTask>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  of({ dataDir }: Network): LocalNetworkTask | undefined {
    return dataDir === undefined ? undefined : this.#work.get(dataDir);
  }

  async during<T>(dataDir: string, work: LocalNetworkTask, task: () => Promise<T>): Promise<T> {
    this.#work.set(dataDir, work);
    this.#changed.fire();
    try {
      return await task();
    } finally {
      this.#work.delete(dataDir);
      this.#changed.fire();
    }
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
