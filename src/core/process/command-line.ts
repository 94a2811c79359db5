/** Builds an argument array: options as pairs that cannot be taken for others, names behind `--` where they must be. */
export class CommandLine {
  readonly #words: string[] = [];
  readonly #positionals: string[] = [];

  constructor(...words: string[]) {
    this.#words.push(...words);
  }

  flag(name: string, on: boolean | undefined): this {
    if (on) {
      this.#words.push(`--${name}`);
    }
    return this;
  }

  option(name: string, value: string | undefined): this {
    if (value === undefined) {
      return this;
    }
    // A value that begins with a dash, or is empty, is only a value when it is joined to its option.
    if (value.startsWith('-') || value === '') {
      this.#words.push(`--${name}=${value}`);
    } else {
      this.#words.push(`--${name}`, value);
    }
    return this;
  }

  positional(...values: readonly (string | undefined)[]): this {
    for (const value of values) {
      if (value !== undefined) {
        this.#positionals.push(value);
      }
    }
    return this;
  }

  get args(): string[] {
    const guard = this.#positionals.some((value) => value.startsWith('-')) ? ['--'] : [];
    return [...this.#words, ...guard, ...this.#positionals];
  }
}
