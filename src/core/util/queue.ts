/** Runs tasks with the same key one after the other, in the order in which they were given. */
export class KeyedQueue {
  readonly #tails = new Map<string, Promise<unknown>>();

  run<T>(key: string, task: () => Promise<T>): Promise<T> {
    const result = (this.#tails.get(key) ?? Promise.resolve()).then(task);
    // The next task runs however this one ends.
    const tail = result.then(ignore, ignore).finally(() => {
      if (this.#tails.get(key) === tail) {
        this.#tails.delete(key);
      }
    });
    this.#tails.set(key, tail);
    return result;
  }
}

function ignore(): void {}
