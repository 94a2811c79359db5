import type { ResolvedNetwork } from '../project/networks';
import { type Disposable, Emitter } from '../util/events';

export type LocalNetworkWork = 'starting' | 'stopping';

/** What is being done to local networks at this moment: told by who does it, shown by the views. */
export class LocalWork implements Disposable {
  /** By the network's data folder. */
  readonly #work = new Map<string, LocalNetworkWork>();
  readonly #changed = new Emitter<void>();
  readonly onDidChange = this.#changed.event;

  of({ dataDir }: ResolvedNetwork): LocalNetworkWork | undefined {
    return dataDir === undefined ? undefined : this.#work.get(dataDir);
  }

  async during<T>(dataDir: string, work: LocalNetworkWork, task: () => Promise<T>): Promise<T> {
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
