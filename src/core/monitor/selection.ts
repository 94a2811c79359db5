import path from 'node:path';
import { type Disposable, Emitter } from '../util/events';
import type { Store } from '../util/store';

const KEY = 'icCanisters.choices';
/** Where version 0.1 kept dfx's networks and identities, by the folder of dfx.json. */
const FORMER_KEY = 'icCanisters.selection';
/** dfx's network and icp's environment of this name exist in every project. */
const DEFAULT_TARGET = 'local';

interface Choice {
  readonly target?: string;
  readonly identity?: string;
}

/** The target and the identity that each project, by its manifest, works with. The one place that owns them. */
export class Selection implements Disposable {
  readonly #store: Store;
  readonly #choices: Map<string, Choice>;
  readonly #changed = new Emitter<{ readonly manifest: string }>();
  readonly onDidChange = this.#changed.event;

  constructor(store: Store) {
    this.#store = store;
    const stored = store.get(KEY);
    this.#choices = stored === undefined ? readFormerChoices(store.get(FORMER_KEY)) : readChoices(stored);
  }

  /** Name of the chosen target; `local` until another is chosen, as the tools have it. */
  target(manifest: string): string {
    return this.#choices.get(manifest)?.target ?? DEFAULT_TARGET;
  }

  /** Name of the identity chosen for this project; undefined where it follows the tool's own selection. */
  identity(manifest: string): string | undefined {
    return this.#choices.get(manifest)?.identity;
  }

  async setTarget(manifest: string, target: string): Promise<void> {
    if (target !== this.target(manifest)) {
      await this.#set(manifest, { ...this.#choices.get(manifest), target });
    }
  }

  /** @param identity undefined to follow the tool's own selection again */
  async setIdentity(manifest: string, identity: string | undefined): Promise<void> {
    if (identity !== this.identity(manifest)) {
      await this.#set(manifest, { ...this.#choices.get(manifest), identity });
    }
  }

  /** What was chosen under the old name is meant under the new one. */
  async renameIdentity(from: string, to: string): Promise<void> {
    for (const [manifest, { identity }] of [...this.#choices]) {
      if (identity === from) {
        await this.setIdentity(manifest, to);
      }
    }
  }

  async #set(manifest: string, choice: Choice): Promise<void> {
    this.#choices.set(manifest, choice);
    this.#changed.fire({ manifest });
    await this.#store.update(KEY, Object.fromEntries(this.#choices));
  }

  dispose(): void {
    this.#changed.dispose();
  }
}

function readChoices(stored: unknown): Map<string, Choice> {
  return new Map(
    entriesOf(stored).map(([manifest, { target, identity }]) => [
      manifest,
      { target: stringOf(target), identity: stringOf(identity) },
    ]),
  );
}

/** They are written in the new form together with the first choice that is made. */
function readFormerChoices(stored: unknown): Map<string, Choice> {
  return new Map(
    entriesOf(stored).map(([root, { network, identity }]) => [
      path.join(root, 'dfx.json'),
      { target: stringOf(network), identity: stringOf(identity) },
    ]),
  );
}

function entriesOf(stored: unknown): [string, Record<string, unknown>][] {
  return typeof stored === 'object' && stored !== null
    ? Object.entries(stored).map(([key, choice]) => [key, choice ?? {}])
    : [];
}

function stringOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
