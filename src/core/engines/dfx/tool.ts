/** dfx as the rest of the core uses it: found, run with a clean environment, logged, its failures explained. */

import { quoteCommand } from '../../process/quote';
import { type OutputStream, type RunResult, runProcess } from '../../process/run';
import { cancelled, Failure, type FailureData } from '../../util/failure';
import { type Message, msg } from '../../util/message';
import type { DfxCommand } from './commands';
import { dfxEnvironment } from './environment';
import { classifyFailure, type FailureContext, succeeded } from './errors';
import { type DfxLocation, type LocateOptions, locateDfx } from './locate';
import { type DfxPrompt, PromptDetector } from './prompts';

/** Where the output of commands goes. Gets no secrets. */
export interface DfxLog {
  /** A command is about to run. `line` can be pasted into a shell. */
  command(line: string, cwd: string): void;
  line(text: string, stream: OutputStream): void;
  /** @param summary how the command ended */
  end(summary: string): void;
}

export interface DfxToolOptions extends Omit<LocateOptions, 'setting'> {
  /** The user's setting for the path of dfx; empty where it is not set. */
  readonly setting: () => string;
  /** The user's setting that lets plaintext identities act on mainnet. */
  readonly allowPlaintextOnMainnet: () => boolean;
  readonly log: DfxLog;
  /**
   * Runs a command in a terminal, where the user can type a password, until it ends.
   * @returns the exit code; undefined where the terminal was closed
   */
  readonly runInTerminal: (
    executable: string,
    command: DfxCommand,
    env: Record<string, string>,
  ) => Promise<number | undefined>;
  /** Shows the seed phrase of a new key once. */
  readonly showSecret: (seedPhrase: string) => void;
}

export interface DfxRunOptions {
  readonly context?: FailureContext;
  /** Answers dfx's own questions; without it they are answered "no". */
  readonly onPrompt?: (prompt: DfxPrompt) => Promise<boolean>;
  readonly onLine?: (line: string, stream: OutputStream) => void;
  readonly signal?: AbortSignal;
  /** Told how the command ended, before a failure is thrown. */
  readonly onEnd?: (result: RunResult) => void;
}

const READ_TIMEOUT_MS = 15_000;

export class DfxTool {
  readonly #options: DfxToolOptions;

  constructor(options: DfxToolOptions) {
    this.#options = options;
  }

  locate(): Promise<DfxLocation> {
    return locateDfx({ ...this.#options, setting: this.#options.setting() });
  }

  /** True where there is a dfx that can be run. */
  async available(): Promise<boolean> {
    return (await this.locate()).state === 'found';
  }

  /**
   * Runs a command to its end.
   *
   * @throws {Failure} where it did not succeed, was cancelled, or there is no dfx
   */
  async run(command: DfxCommand, options: DfxRunOptions = {}): Promise<RunResult> {
    const location = await this.locate();
    if (location.state !== 'found') {
      throw new Failure(notStarted(location.message));
    }
    const { log, env: base } = this.#options;
    const env = dfxEnvironment(base, { allowPlaintextOnMainnet: this.#options.allowPlaintextOnMainnet() });
    log.command(quoteCommand(location.path, command.args, this.#options.platform), command.cwd);
    if (command.stdin === 'terminal') {
      return await this.#runInTerminal(location.path, command, env);
    }
    const result = await runProcess({
      executable: location.path,
      command,
      env,
      onLine: (line, stream) => {
        log.line(line, stream);
        options.onLine?.(line, stream);
      },
      onSecret: this.#options.showSecret,
      questions: new PromptDetector(),
      onPrompt: options.onPrompt,
      signal: options.signal,
    });
    log.end(summary(result));
    options.onEnd?.(result);
    if (!succeeded(result)) {
      throw new Failure(classifyFailure(result, options.context));
    }
    return result;
  }

  /**
   * What a command prints that nobody asked for by name, and that has to fail quietly.
   *
   * @returns undefined where there is no dfx, or it did not succeed in time
   */
  async read(command: DfxCommand): Promise<string | undefined> {
    const location = await this.locate();
    if (location.state !== 'found') {
      return undefined;
    }
    const result = await runProcess({
      executable: location.path,
      command,
      env: dfxEnvironment(this.#options.env, { background: true }),
      signal: AbortSignal.timeout(READ_TIMEOUT_MS),
    });
    return succeeded(result) ? result.stdout : undefined;
  }

  async #runInTerminal(executable: string, command: DfxCommand, env: Record<string, string>): Promise<RunResult> {
    const started = performance.now();
    const exitCode = await this.#options.runInTerminal(executable, command, env);
    const result: RunResult = {
      exitCode: exitCode ?? null,
      endedBy: null,
      cancelled: exitCode === undefined,
      declined: false,
      stdout: '',
      stderr: '',
      durationMs: performance.now() - started,
    };
    this.#options.log.end(summary(result));
    if (result.cancelled) {
      throw cancelled();
    }
    if (exitCode !== 0) {
      const message = msg('dfx failed. The terminal shows why.');
      throw new Failure({ message });
    }
    return result;
  }
}

function notStarted(message: Message): FailureData {
  return { kind: 'not-started', message, next: 'choose-dfx' };
}

function summary({ exitCode, endedBy, cancelled, durationMs }: RunResult): string {
  const seconds = (durationMs / 1000).toFixed(1);
  if (cancelled) {
    return `cancelled after ${seconds} s`;
  }
  return exitCode === null
    ? `ended by ${endedBy ?? 'nothing known'} after ${seconds} s`
    : `exit code ${exitCode} after ${seconds} s`;
}
