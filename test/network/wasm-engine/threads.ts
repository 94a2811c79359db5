/** The threads that run canister code, and what they are told. */
import { join } from 'node:path';
import { MessageChannel, type MessagePort, Worker } from 'node:worker_threads';
import { build } from 'esbuild';
import { type FromWorker, type Outcome, Phase, type Run, Signal, type WorkerData } from './protocol';

/** More than there are canisters that call each other in a test, so that one that does not end keeps no other waiting. */
const MAX_THREADS = 6;
const STACK_MB = 16;

let bundle: Promise<string> | undefined;

/** The code of a thread, as JavaScript: made once in a process. */
function workerCode(): Promise<string> {
  bundle ??= build({
    entryPoints: [join(__dirname, 'worker.ts')],
    bundle: true,
    write: false,
    platform: 'node',
    target: 'node20',
    format: 'cjs',
    logLevel: 'silent',
  }).then((result) => result.outputFiles[0]!.text);
  return bundle;
}

export interface Task {
  readonly run: Run;
  readonly code: WebAssembly.Module;
  /** Makes the certificate of the canister's data, where the code asks for it. */
  readonly certificate: () => Promise<Uint8Array>;
}

interface Thread {
  readonly worker: Worker;
  readonly port: MessagePort;
  readonly signal: Int32Array;
  /** Modules that the thread has. */
  readonly modules: Set<number>;
  /** Ends what it does; undefined while it does nothing. */
  current?: { readonly task: Task; end(outcome: Outcome | Error): void };
}

export class Threads {
  readonly #timeoutMs: number;
  readonly #idle: Thread[] = [];
  readonly #all = new Set<Thread>();
  readonly #waiting: ((thread: Thread | Error) => void)[] = [];
  #starting = 0;
  #closed = false;

  /** @param timeoutMs after which a run is given up */
  constructor(timeoutMs: number) {
    this.#timeoutMs = timeoutMs;
  }

  /**
   * Runs canister code.
   *
   * @returns undefined where it did not end in time
   */
  async run(task: Task): Promise<Outcome | undefined> {
    const thread = await this.#take(task.run.module);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<Outcome | undefined>((resolve, reject) => {
        Atomics.store(thread.signal, Signal.phase, Phase.running);
        thread.current = {
          task,
          end: (outcome) => (outcome instanceof Error ? reject(outcome) : resolve(outcome)),
        };
        const known = thread.modules.has(task.run.module);
        thread.modules.add(task.run.module);
        thread.worker.postMessage(known ? task.run : { ...task.run, code: task.code });
        timer = setTimeout(() => {
          const before = Atomics.compareExchange(thread.signal, Signal.phase, Phase.running, Phase.givenUp);
          // Too late: it is being committed, which does not take long.
          if (before !== Phase.running) {
            return;
          }
          resolve(undefined);
          this.#drop(thread).catch(reject);
        }, this.#timeoutMs);
      });
    } finally {
      clearTimeout(timer);
      delete thread.current;
      this.#release(thread);
    }
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const waiting of this.#waiting.splice(0)) {
      waiting(new Error('the network has stopped'));
    }
    await Promise.all([...this.#all].map((thread) => this.#drop(thread)));
  }

  #take(module: number): Promise<Thread> | Thread {
    if (this.#closed) {
      throw new Error('the network has stopped');
    }
    // The one that was used last is the most likely one to have the canister's memory.
    for (let index = this.#idle.length - 1; index >= 0; index--) {
      if (this.#idle[index]!.modules.has(module)) {
        return this.#idle.splice(index, 1)[0]!;
      }
    }
    const idle = this.#idle.pop();
    if (idle) {
      return idle;
    }
    if (this.#all.size + this.#starting < MAX_THREADS) {
      return this.#start();
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push((thread) => (thread instanceof Error ? reject(thread) : resolve(thread)));
    });
  }

  #release(thread: Thread): void {
    if (!this.#all.has(thread)) {
      // A run that waits needs another thread instead.
      const next = this.#waiting.shift();
      if (next && !this.#closed) {
        this.#start().then(next, (error: unknown) => next(asError(error)));
      }
      return;
    }
    const next = this.#waiting.shift();
    if (next) {
      next(thread);
    } else {
      this.#idle.push(thread);
    }
  }

  async #start(): Promise<Thread> {
    this.#starting++;
    try {
      const code = await workerCode();
      if (this.#closed) {
        throw new Error('the network has stopped');
      }
      const signal = new SharedArrayBuffer(8);
      const { port1, port2 } = new MessageChannel();
      const data: WorkerData = { signal, port: port2 };
      const worker = new Worker(code, {
        eval: true,
        workerData: data,
        transferList: [port2],
        // What this process was started with, such as a TypeScript loader, the thread does not need.
        execArgv: [],
        resourceLimits: { stackSizeMb: STACK_MB },
      });
      const thread: Thread = { worker, port: port1, signal: new Int32Array(signal), modules: new Set() };
      worker.on('message', (message: FromWorker) => this.#receive(thread, message));
      worker.on('error', (error) => {
        this.#forget(thread);
        thread.current?.end(asError(error));
      });
      // Tests that forget a network should end all the same.
      worker.unref();
      port1.unref();
      this.#all.add(thread);
      return thread;
    } finally {
      this.#starting--;
    }
  }

  #receive(thread: Thread, message: FromWorker): void {
    const { current } = thread;
    if (!current) {
      return;
    }
    if ('outcome' in message) {
      current.end(message.outcome);
      return;
    }
    current.task.certificate().then(
      (certificate) => {
        thread.port.postMessage(certificate);
        Atomics.add(thread.signal, Signal.certificates, 1);
        Atomics.notify(thread.signal, Signal.certificates);
      },
      (error: unknown) => current.end(asError(error)),
    );
  }

  #forget(thread: Thread): void {
    this.#all.delete(thread);
    const index = this.#idle.indexOf(thread);
    if (index >= 0) {
      this.#idle.splice(index, 1);
    }
  }

  async #drop(thread: Thread): Promise<void> {
    this.#forget(thread);
    thread.current?.end(new Error('the network has stopped'));
    thread.port.close();
    await thread.worker.terminate();
  }
}

function asError(error: unknown): Error {
  return error instanceof Error ? error : new Error(String(error));
}
