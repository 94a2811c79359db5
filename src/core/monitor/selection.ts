import { type Disposable, Emitter } from '../util/events';

/** Where choices are remembered. Structurally the useful half of a `vscode.Memento`. */
export interface SelectionStore {
  get(key: string): unknown;
  update(key: string, value: unknown): PromiseLike<void>;
}

const KEY = 'icCanisters.selection';
const DEFAULT_NETWORK = 'local';

interface Choice {
  readonly network?: string;
  readonly identity?: string;
}

/** The network and the identity that each project of this workspace works with. The one place that owns them. */
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

  /** Name of the identity chosen for this project; undefined where it follows dfx's own selection. */
  identity(projectRoot: string): string | undefined {
    return this.#choices.get(projectRoot)?.identity;
  }

  async setNetwork(projectRoot: string, network: string): Promise<void> {
    if (network !== this.network(projectRoot)) {
      await this.#set(projectRoot, { ...this.#choices.get(projectRoot), network });
    }
  }

  /** @param identity undefined to follow dfx's own selection again */
  async setIdentity(projectRoot: string, identity: string | undefined): Promise<void> {
    if (identity !== this.identity(projectRoot)) {
      const { identity: _identity, ...rest } = this.#choices.get(projectRoot) ?? {};
      await this.#set(projectRoot, identity === undefined ? rest : { ...rest, identity });
    }
  }

  /** What was chosen under the old name is meant under the new one. */
  async renameIdentity(from: string, to: string): Promise<void> {
    for (const [projectRoot, { identity }] of [...this.#choices]) {
      if (identity === from) {
        await this.setIdentity(projectRoot, to);
      }
    }
  }

  async #set(projectRoot: string, choice: Choice): Promise<void> {
    this.#choices.set(projectRoot, choice);
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
      const { network, identity } = (choice ?? {}) as { network?: unknown; identity?: unknown };
      choices.set(root, {
        ...(typeof network === 'string' ? { network } : {}),
        ...(typeof identity === 'string' ? { identity } : {}),
      });
    }
  }
  return choices;
}
