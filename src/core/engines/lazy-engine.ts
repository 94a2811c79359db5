import type { Message } from '../util/message';
import type { Engine, EngineNames, EngineProject, IdentityStore } from './engine';

/** Stands for an engine of which only the names are known until the first of its files is read. */
export class LazyEngine implements Engine {
  readonly name: string;
  readonly manifestNames: readonly string[];
  readonly #load: () => Engine;

  /** @param load called again and again; loads what it needs the first time */
  constructor({ name, manifestNames }: EngineNames, load: () => Engine) {
    this.name = name;
    this.manifestNames = manifestNames;
    this.#load = load;
  }

  get identities(): IdentityStore {
    return this.#load().identities;
  }

  open(manifest: string): EngineProject {
    return this.#load().open(manifest);
  }

  networkOn(port: number): Promise<Message | undefined> {
    return this.#load().networkOn(port);
  }

  get toolNote(): Engine['toolNote'] {
    return this.#load().toolNote;
  }
}
