/** A command line tool as the rest of the core uses it: found, run with a clean environment, logged, its failures explained. */
import { cancelled, Failure, type FailureData, type NextStep } from '../util/failure';
import { type Message, msg } from '../util/message';
import { requireTrust, type Trust } from '../util/trust';
import { quoteCommand } from './quote';
import type { OnSecret } from './redact';
import {
  type Command,
  type OutputStream,
  type Question,
  type QuestionDetector,
  type RunResult,
  runProcess,
} from './run';

/** Where a tool is, or why there is none to run. */
export type ToolLocation =
  | { readonly state: 'found'; readonly path: string; readonly version?: string }
  | { readonly state: 'missing' | 'not-executable'; readonly message: Message }
  | { readonly state: 'too-old'; readonly version: string; readonly message: Message };

export interface ToolCommand extends Command {
  /** True where the tool loads the identity's key, so that one that is protected by a password needs a terminal. */
  readonly usesKey: boolean;
}

/** What a failure's explanation may name. */
export interface FailureContext {
  readonly network?: string;
  readonly identity?: string;
  /** Of the tool, where it was asked for. */
  readonly version?: string;
}

/** What one tool has of its own. */
export interface ToolProfile {
  readonly name: string;
  /** What helps where the tool cannot be found. */
  readonly choose: NextStep;
  locate(): Promise<ToolLocation>;
  /** @param background nobody asked for the command: the tool collects no telemetry */
  environment(background: boolean): Record<string, string>;
  questions(): QuestionDetector;
  /** Names the cause of a failure. Only for a result that is no success. */
  explain(result: RunResult, context: FailureContext): FailureData;
}

/** Where the output of commands goes. Gets no secrets. */
export interface ToolLog {
  /** A command is about to run. `line` can be pasted into a shell. */
  command(line: string, cwd: string): void;
  line(text: string, stream: OutputStream): void;
  /** @param summary how the command ended */
  end(summary: string): void;
}

/** What a tool needs of the window that it runs in. */
export interface ToolHost {
  readonly trust: Trust;
  readonly platform: NodeJS.Platform;
  readonly log: ToolLog;
  /**
   * Runs a command in a terminal, where the user can type a password, until it ends.
   * @returns the exit code; undefined where the terminal was closed
   */
  readonly runInTerminal: (
    executable: string,
    command: ToolCommand,
    env: Record<string, string>,
  ) => Promise<number | undefined>;
  /** Shows the seed phrase of a new key once. */
  readonly showSecret: OnSecret;
}

export interface ToolRunOptions {
  readonly context?: FailureContext;
  /** The identity's key is protected by a password, which only a terminal can ask for. */
  readonly password?: boolean;
  /** The identity that the command makes: not every tool says whose seed phrase it prints. */
  readonly newIdentity?: string;
  /** Answers the tool's own questions; without it they are answered "no". */
  readonly onPrompt?: (question: Question) => Promise<boolean>;
  readonly onLine?: (line: string, stream: OutputStream) => void;
  readonly signal?: AbortSignal;
  /** Gets how the command ended, before a failure is thrown. */
  readonly onEnd?: (result: RunResult) => void;
}

const READ_TIMEOUT_MS = 15_000;

export class Tool {
  readonly #profile: ToolProfile;
  readonly #host: ToolHost;

  constructor(profile: ToolProfile, host: ToolHost) {
    this.#profile = profile;
    this.#host = host;
  }

  get name(): string {
    return this.#profile.name;
  }

  /** What helps where it cannot be found. */
  get choose(): NextStep {
    return this.#profile.choose;
  }

  /** Looks for it, which may take running it for its version. */
  locate(): Promise<ToolLocation> {
    return this.#profile.locate();
  }

  /** True where there is one that can be run. */
  async available(): Promise<boolean> {
    return (await this.locate()).state === 'found';
  }

  /**
   * Runs a command to its end.
   *
   * @throws {Failure} where it did not succeed, was cancelled, there is no tool, or the workspace is not trusted
   */
  async run(command: ToolCommand, options: ToolRunOptions = {}): Promise<RunResult> {
    // Before anything is looked for, and for what runs in a terminal, too.
    requireTrust(this.#host.trust);
    const location = await this.#profile.locate();
    if (location.state !== 'found') {
      throw new Failure({ kind: 'not-started', message: location.message, next: this.choose });
    }
    const { log, platform, showSecret, trust } = this.#host;
    const ready = options.password && command.usesKey ? { ...command, stdin: 'terminal' as const } : command;
    const env = this.#profile.environment(false);
    log.command(quoteCommand(location.path, ready.args, platform), ready.cwd);
    if (ready.stdin === 'terminal') {
      return await this.#runInTerminal(location.path, ready, env);
    }
    const result = await runProcess({
      trust,
      executable: location.path,
      command: ready,
      env,
      questions: this.#profile.questions(),
      onLine: (line, stream) => {
        log.line(line, stream);
        options.onLine?.(line, stream);
      },
      onSecret: (phrase, identity = options.newIdentity) => showSecret(phrase, identity),
      onPrompt: options.onPrompt,
      signal: options.signal,
    });
    log.end(summary(result));
    options.onEnd?.(result);
    if (!succeeded(result)) {
      throw new Failure(this.#profile.explain(result, { ...options.context, version: location.version }));
    }
    return result;
  }

  /**
   * What a command prints that nobody asked for by name, and that has to fail quietly.
   *
   * @returns undefined where there is no tool, or it did not succeed in time
   */
  async read(command: ToolCommand): Promise<string | undefined> {
    const location = await this.#profile.locate();
    if (location.state !== 'found') {
      return undefined;
    }
    const result = await runProcess({
      trust: this.#host.trust,
      executable: location.path,
      command,
      env: this.#profile.environment(true),
      signal: AbortSignal.timeout(READ_TIMEOUT_MS),
    });
    return succeeded(result) ? result.stdout : undefined;
  }

  async #runInTerminal(executable: string, command: ToolCommand, env: Record<string, string>): Promise<RunResult> {
    const started = performance.now();
    const exitCode = await this.#host.runInTerminal(executable, command, env);
    const result: RunResult = {
      exitCode: exitCode ?? null,
      endedBy: null,
      cancelled: exitCode === undefined,
      declined: false,
      stdout: '',
      stderr: '',
      durationMs: performance.now() - started,
    };
    this.#host.log.end(summary(result));
    if (result.cancelled) {
      throw cancelled();
    }
    if (exitCode !== 0) {
      const message = msg('{0} failed. The terminal shows why.', this.name);
      throw new Failure({ message });
    }
    return result;
  }
}

/** True where the command did what it should. */
export function succeeded(result: RunResult): boolean {
  return result.exitCode === 0 && !result.cancelled && result.problem === undefined && !result.declined;
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
