/**
 * Lets tasks begin a few in each turn of the event loop. Where hundreds begin at once, what the first of them send would
 * else go out only after the last is made, and who answers them would wait for that. What it is worth: `optimizations.ts`.
 */
export class Pacer {
  readonly #perTurn: number;
  readonly #waiting: (() => void)[] = [];

  constructor(perTurn: number) {
    this.#perTurn = perTurn;
  }

  turn(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#waiting.push(resolve) === 1) {
        setImmediate(this.#release);
      }
    });
  }

  readonly #release = (): void => {
    const going = this.#waiting.splice(0, this.#perTurn);
    if (this.#waiting.length > 0) {
      setImmediate(this.#release);
    }
    for (const go of going) {
      go();
    }
  };
}
