import { type Disposable, Emitter } from '../util/events';

/** Where choices are remembered. Structurally the useful half of a `vscode.Memento`. */
export interface SelectionStore {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const KEY = 'icCanisters.selection';
const DEFAULT_NETWORK = 'local';

interface Choice {
  network?: string;
}

/** The network that each project of this workspace works on. The one place that owns it. */
export class Selection implements Disposable {
  readonly #store: SelectionStore;
  readonly #choices: Map<string, Choice>;
  readonly #changed = new Emitter<{ readonly projectRoot: string }>();
  readonly onDidChange = this.#changed.event;

  constructor(store: SelectionStore) {
    this.#store = store;
    this.#choices = readChoices(store.get(KEY));
  }

  /** Name of the chosen network; `local` until another is chosen, as in dfx. */
  network(projectRoot: string): string {
    return this.#choices.get(projectRoot)?.network ?? DEFAULT_NETWORK;
  }

  async setNetwork(projectRoot: string, network: string): Promise<void> {
    if (network === this.network(projectRoot)) {
      return;
    }
    this.#choices.set(projectRoot, { ...this.#choices.get(projectRoot), network });
    this.#changed.fire({ projectRoot });
    await this.#store.update(KEY, Object.fromEntries(this.#choices));
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function readChoices(stored: unknown): Map<string, Choice> {
  const choices = new Map<string, Choice>();
  if (typeof stored === 'object' && stored !== null) {
    for (const [root, choice] of Object.entries(stored)) {
      const network: unknown = choice?.network;
      if (typeof network === 'string') {
        choices.set(root, { network });
      }
    }
  }
  return choices;
}
