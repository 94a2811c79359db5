/** Runs a program: one process without a shell, its output line by line, its questions answered, and its end when it is cancelled. */
import { type ChildProcess, spawn } from 'node:child_process';
import { type FileHandle, mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { StringDecoder } from 'node:string_decoder';
import { type Message, msg } from '../util/message';
import { type Trust, untrusted } from '../util/trust';
import { killProcessTree, type ProcessSystem, thisSystem } from './process-tree';
import { type OnSecret, Redactor } from './redact';

export type OutputStream = 'stdout' | 'stderr';

export interface Command {
  readonly args: readonly string[];
  readonly cwd: string;
  /**
   * `ignore`: the command asks nothing, or is answered "no" by the end of its input.
   * `pipe`: it may ask for consent. `terminal`: it asks what only a terminal can answer (a password).
   */
  readonly stdin: 'ignore' | 'pipe' | 'terminal';
  /** What the command reads from its input, instead of answers. */
  readonly input?: string;
  /**
   * `file` for a command that leaves a process behind which goes on writing to the streams that it inherits: a pipe would
   * break when VS Code ends, and the process with it.
   */
  readonly output?: 'file';
}

/** A question that a program asks on standard error and wants answered on its input. */
export interface Question {
  /** `consent`: whether to go on; `message`: whether to send a signed message. */
  readonly kind: 'consent' | 'message';
  /** The program's own text, without the markers around it. */
  readonly text: string;
}

/** Recognises a program's questions in the lines of its standard error. */
export interface QuestionDetector {
  /** @returns the question that this line completes */
  line(text: string): Question | undefined;
  /** True where an unfinished line is a question already: a process may ask without ending the line. */
  isQuestion(unfinished: string): boolean;
}

export interface RunOptions {
  readonly trust: Trust;
  readonly executable: string;
  readonly command: Command;
  readonly env: Record<string, string>;
  /** Each line as it comes, without its end and without secrets. Both streams are `stderr` for a command with `output: 'file'`. */
  readonly onLine?: (line: string, stream: OutputStream) => void;
  /** Answers a question. Without it, and when it fails, the answer is "no". */
  readonly onPrompt?: (question: Question) => Promise<boolean>;
  /** Without it, no question is recognised. */
  readonly questions?: QuestionDetector;
  readonly onSecret?: OnSecret;
  /** Ends the process tree. */
  readonly signal?: AbortSignal;
  /** Between the polite and the forceful end, in milliseconds. */
  readonly graceMs?: number;
  /** Replaced in tests of other systems. */
  readonly system?: ProcessSystem;
}

export interface RunResult {
  /** Null where the process was ended by a signal, or never started. */
  readonly exitCode: number | null;
  readonly endedBy: NodeJS.Signals | null;
  readonly cancelled: boolean;
  /** True where a question was answered with "no". */
  readonly declined: boolean;
  /** The last part of the output, without secrets. */
  readonly stdout: string;
  readonly stderr: string;
  /** Why the process could not be started. */
  readonly problem?: Message;
  /** In milliseconds. */
  readonly durationMs: number;
  /** From the cancellation until nothing was left of the process tree, in milliseconds. */
  readonly goneAfterMs?: number;
}

const GRACE_MS = 600;
/** How much of each stream is kept, in characters. */
const MAX_KEPT = 4 * 1024 * 1024;
/** A line that gets longer is passed on in parts. */
const MAX_LINE = 64 * 1024;
/** After the end of the process its output is awaited for this long, since a process that it left behind may hold it open. */
const DRAIN_MS = 250;
const TAIL_MS = 100;

/** Splits a stream into lines and passes each on without secrets. */
class LineReader {
  readonly #decoder = new StringDecoder('utf8');
  readonly #redactor: Redactor;
  readonly #emit: (line: string) => void;
  readonly #isComplete: (unfinished: string) => boolean;
  #rest = '';
  #kept: string[] = [];
  #keptLength = 0;

  constructor(
    redactor: Redactor,
    emit: (line: string) => void,
    isComplete: (unfinished: string) => boolean = () => false,
  ) {
    this.#redactor = redactor;
    this.#emit = emit;
    this.#isComplete = isComplete;
  }

  push(chunk: Buffer): void {
    this.#rest += this.#decoder.write(chunk);
    for (let end = this.#rest.indexOf('\n'); end >= 0; end = this.#rest.indexOf('\n')) {
      this.#line(this.#rest.slice(0, end));
      this.#rest = this.#rest.slice(end + 1);
    }
    if (this.#rest.length > MAX_LINE || this.#isComplete(this.#rest)) {
      this.end();
    }
  }

  end(): void {
    const rest = this.#rest + this.#decoder.end();
    this.#rest = '';
    if (rest !== '') {
      this.#line(rest);
    }
  }

  get text(): string {
    return this.#kept.join('\n');
  }

  #line(raw: string): void {
    // A progress display writes a line over itself: only its last state counts.
    // Programs of Windows may write UTF-16, of which the letters of ASCII are left.
    const text = raw.replaceAll('\0', '').replace(/\r$/, '');
    const line = this.#redactor.line(text.slice(text.lastIndexOf('\r') + 1));
    this.#kept.push(line);
    this.#keptLength += line.length + 1;
    while (this.#keptLength > MAX_KEPT && this.#kept.length > 1) {
      this.#keptLength -= this.#kept.shift()!.length + 1;
    }
    this.#emit(line);
  }
}

/** A temporary file that takes the output of a process, read while it grows. */
class OutputFile {
  readonly #folder: string;
  readonly handle: FileHandle;
  #offset = 0;
  #timer: NodeJS.Timeout | undefined;
  #reading = Promise.resolve();

  private constructor(folder: string, handle: FileHandle) {
    this.#folder = folder;
    this.handle = handle;
  }

  static async create(): Promise<OutputFile> {
    const folder = await mkdtemp(path.join(tmpdir(), 'ic-canisters-run-'));
    return new OutputFile(folder, await open(path.join(folder, 'output'), 'a+', 0o600));
  }

  follow(reader: LineReader): void {
    this.#timer = setInterval(() => void this.#read(reader), TAIL_MS);
  }

  #read(reader: LineReader): Promise<void> {
    this.#reading = this.#reading.then(async () => {
      const buffer = Buffer.alloc(64 * 1024);
      for (;;) {
        const { bytesRead } = await this.handle.read(buffer, 0, buffer.length, this.#offset);
        if (bytesRead === 0) {
          return;
        }
        this.#offset += bytesRead;
        reader.push(buffer.subarray(0, bytesRead));
      }
    });
    return this.#reading;
  }

  /** Reads what is left. A process that stays keeps the file open; its name goes. */
  async finish(reader: LineReader): Promise<void> {
    clearInterval(this.#timer);
    await this.#read(reader).catch(() => undefined);
    reader.end();
    await this.handle.close();
    await rm(this.#folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Runs a command to its end. Never rejects. A command for a terminal is refused: see {@link Command.stdin}. */
export async function runProcess(options: RunOptions): Promise<RunResult> {
  const { command, signal, system = thisSystem } = options;
  const started = performance.now();
  const failed = (problem: Message | undefined, cancelled = false): RunResult => ({
    exitCode: null,
    endedBy: null,
    cancelled,
    declined: false,
    stdout: '',
    stderr: '',
    problem,
    durationMs: performance.now() - started,
    goneAfterMs: cancelled ? 0 : undefined,
  });
  if (!options.trust.isTrusted) {
    return failed(untrusted().data.message);
  }
  if (command.stdin === 'terminal') {
    return failed(msg('This command asks for a password and needs a terminal.'));
  }
  if (signal?.aborted) {
    return failed(undefined, true);
  }

  let output: OutputFile | undefined;
  let child: ChildProcess;
  try {
    output = command.output === 'file' ? await OutputFile.create() : undefined;
    child = spawn(options.executable, [...command.args], {
      cwd: command.cwd,
      env: options.env,
      stdio: [
        command.stdin === 'pipe' || command.input !== undefined ? 'pipe' : 'ignore',
        output?.handle.fd ?? 'pipe',
        output?.handle.fd ?? 'pipe',
      ],
      shell: false,
      windowsHide: true,
      // A process group of its own, so that all of it can be ended. It also takes the terminal away, if there is one.
      detached: system.platform !== 'win32',
    });
  } catch (error) {
    // An argument with a null character, for one.
    return failed(msg('{0} could not be started: {1}', options.executable, describe(error)));
  }

  let declined = false;
  const answer = async (question: Question): Promise<void> => {
    const yes = await (options.onPrompt?.(question) ?? Promise.resolve(false)).catch(() => false);
    if (!yes) {
      declined = true;
    }
    if (child.stdin?.writable) {
      child.stdin.write(yes ? 'yes\n' : 'no\n');
    }
  };
  const { questions } = options;
  const redactor = new Redactor(options.onSecret);
  const stdout = new LineReader(new Redactor(options.onSecret), (line) => options.onLine?.(line, 'stdout'));
  const stderr = new LineReader(
    redactor,
    (line) => {
      options.onLine?.(line, 'stderr');
      const question = questions?.line(line);
      if (question !== undefined && command.stdin === 'pipe') {
        void answer(question);
      }
    },
    (unfinished) => questions?.isQuestion(unfinished) ?? false,
  );

  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  // The process may end before it has read everything.
  child.stdin?.on('error', () => undefined);
  if (command.input !== undefined) {
    child.stdin?.end(command.input);
  }
  output?.follow(stderr);

  let cancelled = false;
  let gone: Promise<number> | undefined;
  const cancel = (): void => {
    if (cancelled || child.pid === undefined) {
      return;
    }
    cancelled = true;
    const at = performance.now();
    gone = killProcessTree(child.pid, options.graceMs ?? GRACE_MS, system).then(() => performance.now() - at);
  };
  signal?.addEventListener('abort', cancel, { once: true });
  // It may have come while the file was made.
  if (signal?.aborted) {
    cancel();
  }

  const end = await new Promise<{ code: number | null; endedBy: NodeJS.Signals | null; error?: Error }>((resolve) => {
    let drain: NodeJS.Timeout | undefined;
    child.once('error', (error) => resolve({ code: null, endedBy: null, error }));
    child.once('exit', (code, endedBy) => {
      drain = setTimeout(() => resolve({ code, endedBy }), DRAIN_MS);
    });
    child.once('close', (code, endedBy) => {
      clearTimeout(drain);
      resolve({ code, endedBy });
    });
  });
  signal?.removeEventListener('abort', cancel);
  const goneAfterMs = await gone;
  for (const stream of [child.stdout, child.stderr]) {
    stream?.removeAllListeners('data');
    // What was left behind may go on writing: it is read and dropped, since a closed pipe would end it.
    stream?.resume();
    (stream as { unref?: () => void } | null)?.unref?.();
  }
  stdout.end();
  if (output === undefined) {
    stderr.end();
  } else {
    await output.finish(stderr);
  }

  return {
    exitCode: end.code,
    endedBy: end.endedBy,
    cancelled,
    declined,
    stdout: stdout.text,
    stderr: stderr.text,
    problem: end.error && msg('{0} could not be started: {1}', options.executable, describe(end.error)),
    durationMs: performance.now() - started,
    goneAfterMs,
  };
}

function describe(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : String(error);
}

/** The longest detail of a failure, in characters. */
export const MAX_DETAIL = 4_000;

/** What is shown of an output that says nothing known. */
export function lastLines(text: string): string {
  return text.trim().split('\n').slice(-12).join('\n').slice(-MAX_DETAIL);
}
