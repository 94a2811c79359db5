/** Reads command lines as clap does for dfx: options anywhere, global ones too, and its words for what is wrong. */

export interface OptionSpec {
  readonly long: string;
  readonly short?: string;
  /** Placeholder of the value; a flag without one. */
  readonly value?: string;
  readonly multiple?: boolean;
  readonly values?: readonly string[];
  /** Long names, or positionals in brackets, that it cannot stand beside. */
  readonly conflicts?: readonly string[];
  readonly requires?: readonly string[];
  /** Environment variable that stands in for it. */
  readonly env?: string;
  /** A check of the value; a text says what is wrong. */
  readonly check?: (value: string) => string | undefined;
}

export interface PositionalSpec {
  readonly name: string;
  readonly required?: boolean;
  readonly check?: (value: string) => string | undefined;
}

export interface CommandSpec {
  readonly options?: readonly OptionSpec[];
  readonly positionals?: readonly PositionalSpec[];
  /** One of these must be there: a long name or a positional in brackets. */
  readonly oneOf?: readonly string[];
  readonly subcommands?: Readonly<Record<string, CommandSpec>>;
}

/** What was written, by long name and by positional name. */
export class Parsed {
  readonly path: string[] = [];
  readonly #values = new Map<string, string[]>();

  add(name: string, value: string): void {
    this.#values.set(name, [...(this.#values.get(name) ?? []), value]);
  }

  has(name: string): boolean {
    return this.#values.has(name);
  }

  get(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  all(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }
}

/** Wrong usage: exit code 2. */
export class UsageError extends Error {
  constructor(message: string, usage: string, tip = '') {
    super(`error: ${message}\n${tip && `\n  tip: ${tip}\n`}\n${usage}\n\nFor more information, try '--help'.`);
  }
}

/** A request for help or for the version, which is no error. */
export class Printed extends Error {}

function usageOf(path: readonly string[], spec: CommandSpec): string {
  const positionals = (spec.positionals ?? []).map(({ name, required }) => (required ? `<${name}>` : `[${name}]`));
  const commands = spec.subcommands ? ['<COMMAND>'] : [];
  return `Usage: ${['dfx', ...path, '[OPTIONS]', ...positionals, ...commands].join(' ')}`;
}

const show = (option: OptionSpec): string => (option.value ? `--${option.long} <${option.value}>` : `--${option.long}`);

export function parseArguments(args: readonly string[], root: CommandSpec, env: NodeJS.ProcessEnv): Parsed {
  const parsed = new Parsed();
  let spec = root;
  // Options of a command count in all commands below it.
  let options = [...(root.options ?? [])];
  const positionals: string[] = [];
  let onlyPositionals = false;

  const find = (test: (option: OptionSpec) => boolean): OptionSpec | undefined => options.find(test);
  const usage = (): string => usageOf(parsed.path, spec);
  const take = (option: OptionSpec, value: string): void => {
    if (option.values && !option.values.includes(value)) {
      throw new UsageError(
        `invalid value '${value}' for '${show(option)}'\n  [possible values: ${option.values.join(', ')}]`,
        usage(),
      );
    }
    const wrong = option.check?.(value);
    if (wrong !== undefined) {
      throw new UsageError(`invalid value '${value}' for '${show(option)}': ${wrong}`, usage());
    }
    if (!option.multiple && parsed.has(option.long)) {
      throw new UsageError(`the argument '${show(option)}' cannot be used multiple times`, usage());
    }
    parsed.add(option.long, value);
  };

  for (let i = 0; i < args.length; i++) {
    const word = args[i]!;
    if (onlyPositionals || word === '-' || !word.startsWith('-')) {
      const next: CommandSpec | undefined = onlyPositionals ? undefined : spec.subcommands?.[word];
      if (next && positionals.length === 0) {
        parsed.path.push(word);
        spec = next;
        options = [...(next.options ?? []), ...options];
        continue;
      }
      if (spec.subcommands) {
        throw new UsageError(`unrecognized subcommand '${word}'`, usage());
      }
      if (positionals.length >= (spec.positionals?.length ?? 0)) {
        throw new UsageError(`unexpected argument '${word}' found`, usage());
      }
      positionals.push(word);
      continue;
    }
    if (word === '--') {
      onlyPositionals = true;
      continue;
    }
    if (word === '--help' || word === '-h') {
      throw new Printed(usage());
    }
    if ((word === '--version' || word === '-V') && parsed.path.length === 0) {
      throw new Printed('dfx 0.32.0');
    }
    if (!word.startsWith('--')) {
      // Short options, perhaps several in one word; the last may take the rest, or the next word, as its value.
      for (let at = 1; at < word.length; at++) {
        const option = find(({ short }) => short === word[at]);
        if (!option) {
          throw new UsageError(`unexpected argument '-${word[at]}' found`, usage());
        }
        if (!option.value) {
          take(option, '');
        } else {
          const rest = word.slice(at + 1).replace(/^=/, '');
          const value: string | undefined = rest === '' ? args[++i] : rest;
          if (value === undefined) {
            throw new UsageError(`a value is required for '${show(option)}' but none was supplied`, usage());
          }
          take(option, value);
          break;
        }
      }
      continue;
    }
    const [name = '', ...joined] = word.slice(2).split('=');
    const option = find(({ long }) => long === name);
    if (!option) {
      const tip = spec.positionals?.length ? `to pass '--${name}' as a value, use '-- --${name}'` : '';
      throw new UsageError(`unexpected argument '--${name}' found`, usage(), tip);
    }
    if (!option.value) {
      if (joined.length > 0) {
        throw new UsageError(
          `unexpected value '${joined.join('=')}' for '--${name}' found; no more were expected`,
          usage(),
        );
      }
      take(option, '');
      continue;
    }
    // As for clap, a word that looks like an option is no value.
    const next = args[i + 1];
    const value = joined.length > 0 ? joined.join('=') : next?.startsWith('-') && next !== '-' ? undefined : next;
    if (value === undefined) {
      throw new UsageError(`a value is required for '${show(option)}' but none was supplied`, usage());
    }
    if (joined.length === 0) {
      i++;
    }
    take(option, value);
  }

  if (spec.subcommands) {
    throw new UsageError(`'dfx ${parsed.path.join(' ')}' requires a subcommand but one was not provided`, usage());
  }
  for (const [at, { name, required, check }] of (spec.positionals ?? []).entries()) {
    const value = positionals[at];
    if (value !== undefined) {
      const wrong = check?.(value);
      if (wrong !== undefined) {
        throw new UsageError(
          `invalid value '${value}' for '${required ? `<${name}>` : `[${name}]`}': ${wrong}`,
          usage(),
        );
      }
      parsed.add(`[${name}]`, value);
    } else if (required) {
      throw new UsageError(`the following required arguments were not provided:\n  <${name}>`, usage());
    }
  }
  for (const option of options) {
    const fromEnv = option.env && env[option.env];
    if (fromEnv && !parsed.has(option.long)) {
      parsed.add(option.long, fromEnv);
    }
    if (!parsed.has(option.long)) {
      continue;
    }
    const clash = option.conflicts?.find((other) => parsed.has(other));
    if (clash !== undefined) {
      const other = clash.startsWith('[') ? clash : `--${clash}`;
      throw new UsageError(`the argument '${show(option)}' cannot be used with '${other}'`, usage());
    }
    const missing = option.requires?.find((other) => !parsed.has(other));
    if (missing !== undefined) {
      const other = missing.startsWith('[') ? `<${missing.slice(1, -1)}>` : `--${missing}`;
      throw new UsageError(`the following required arguments were not provided:\n  ${other}`, usage());
    }
  }
  if (spec.oneOf && !spec.oneOf.some((name) => parsed.has(name))) {
    const first = spec.oneOf[0]!;
    throw new UsageError(
      `the following required arguments were not provided:\n  ${first.startsWith('[') ? first : `--${first}`}`,
      usage(),
    );
  }
  return parsed;
}
