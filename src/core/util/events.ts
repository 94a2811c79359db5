/** Something that holds a resource until it is disposed of. Structurally a `vscode.Disposable`. */
export interface Disposable {
  dispose(): void;
}

/** Subscribes to an event. Structurally a `vscode.Event`. */
export type Event<T> = (listener: (value: T) => void) => Disposable;

/** The smallest event emitter that the core needs: typed, and a listener that throws does not stop the others. */
export class Emitter<T> implements Disposable {
  readonly #listeners = new Set<(value: T) => void>();

  readonly event: Event<T> = (listener) => {
    // A wrapper of its own, so that one function subscribed twice is called, and disposed of, twice.
    const entry = (value: T) => listener(value);
    this.#listeners.add(entry);
    return { dispose: () => void this.#listeners.delete(entry) };
  };

  fire(value: T): void {
    for (const listener of [...this.#listeners]) {
      try {
        listener(value);
      } catch (error) {
        console.error(error);
      }
    }
  }

  dispose(): void {
    this.#listeners.clear();
  }
}
