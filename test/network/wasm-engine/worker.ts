/** A thread that runs canister code: one message at a time, for whichever canister it is told. */
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { ADDED } from './instrument';
import {
  type Failure,
  type FromWorker,
  type Image,
  type Outcome,
  PAGE,
  Phase,
  type Run,
  Signal,
  type WorkerData,
} from './protocol';
import { StableMemory } from './stable-memory';
import { type Effects, type Machine, type Session, Stop, systemApi } from './system-api';

const { port, signal: signalBuffer } = workerData as WorkerData;
const signal = new Int32Array(signalBuffer);
const modules = new Map<number, WebAssembly.Module>();
/** Instances by the version of the image that is in them, or by a negative number where it is in no image. */
const instances = new Map<number, CanisterInstance>();
const MAX_INSTANCES = 24;

class CanisterInstance {
  readonly module: number;
  readonly #exports: Readonly<Record<string, unknown>>;
  readonly #globals: readonly WebAssembly.Global[];
  readonly #memory: WebAssembly.Memory | undefined;
  readonly #table: WebAssembly.Table | undefined;
  readonly #counter: WebAssembly.Global;
  readonly #limit: WebAssembly.Global;
  #session: Session | undefined;

  constructor(run: Run, code: WebAssembly.Module) {
    this.module = run.module;
    const machine: Machine = {
      memory64: run.memory64,
      memory: () => new Uint8Array(this.#memory?.buffer ?? new ArrayBuffer(0)),
      instructions: () => this.instructions,
      charge: (instructions) => {
        this.#counter.value = BigInt(this.#counter.value) + BigInt(instructions);
      },
      session: () => {
        if (!this.#session) {
          throw new Error('canister code runs outside of a message');
        }
        return this.#session;
      },
    };
    this.#exports = new WebAssembly.Instance(code, { ic0: systemApi(machine) }).exports;
    this.#globals = run.globals.map((name) => this.#exports[name] as WebAssembly.Global);
    this.#memory = this.#exports[ADDED.memory] as WebAssembly.Memory | undefined;
    this.#table = this.#exports[ADDED.table] as WebAssembly.Table | undefined;
    this.#counter = this.#exports[ADDED.counter] as WebAssembly.Global;
    this.#limit = this.#exports[ADDED.limit] as WebAssembly.Global;
  }

  get instructions(): bigint {
    return BigInt(this.#counter.value);
  }

  get heapSize(): number {
    return this.#memory?.buffer.byteLength ?? 0;
  }

  get globals(): readonly (number | bigint)[] {
    return this.#globals.map((global) => global.value);
  }

  /** Puts an image into the instance, whose memory must not be larger than that of the image. */
  restore(image: Image): void {
    if (this.#memory && image.heap) {
      const missing = (image.heapSize - this.heapSize) / PAGE;
      if (missing > 0) {
        this.#memory.grow(missing);
      }
      new Uint8Array(this.#memory.buffer).set(new Uint8Array(image.heap, 0, image.heapSize));
    }
    for (const [index, value] of image.globals.entries()) {
      this.#globals[index]!.value = value;
    }
  }

  /** Runs the function of a message; in a fresh instance, the start function before it. */
  call(run: Run, session: Session): Failure | undefined {
    this.#session = session;
    this.#counter.value = 0n;
    this.#limit.value = run.instructionLimit;
    try {
      const start = this.#exports[ADDED.start];
      if (run.fresh && typeof start === 'function') {
        session.mode = 's';
        start();
        session.mode = run.environment.mode;
      }
      const { entry } = run;
      if ('fun' in entry) {
        const closure = this.#table && entry.fun < this.#table.length ? this.#table.get(entry.fun) : undefined;
        if (!closure) {
          return { kind: 'function', index: entry.fun };
        }
        closure(entry.env);
      } else {
        for (const name of entry) {
          const method = this.#exports[name];
          if (typeof method === 'function') {
            method();
          }
        }
      }
      return undefined;
    } catch (error) {
      return this.#failure(error, run);
    } finally {
      this.#session = undefined;
    }
  }

  commitHeap(image: Image | undefined): SharedArrayBuffer | undefined {
    if (!this.#memory) {
      return undefined;
    }
    const size = this.heapSize;
    let heap = image?.heap;
    if (!heap || heap.byteLength < size) {
      heap = new SharedArrayBuffer(image ? size + (size >> 2) : size);
    }
    new Uint8Array(heap).set(new Uint8Array(this.#memory.buffer));
    return heap;
  }

  #failure(error: unknown, run: Run): Failure {
    if (error instanceof Stop) {
      return error.failure;
    }
    if (error instanceof RangeError) {
      return { kind: 'trap', reason: 'stack overflow' };
    }
    if (!(error instanceof WebAssembly.RuntimeError)) {
      throw error;
    }
    if (this.instructions > run.instructionLimit) {
      return { kind: 'limit', limit: run.instructionLimit };
    }
    return { kind: 'trap', reason: trapReason(error.message) };
  }
}

/** The replica's words for a trap, from those of V8. */
function trapReason(message: string): string {
  if (message.includes('unreachable')) {
    return 'unreachable';
  }
  if (message.includes('memory access out of bounds')) {
    return 'heap out of bounds';
  }
  if (message.includes('divide by zero') || message.includes('remainder by zero')) {
    return 'integer division by 0';
  }
  if (message.includes('table')) {
    return 'table out of bounds';
  }
  if (message.includes('call stack')) {
    return 'stack overflow';
  }
  return 'unknown';
}

/** An instance with the image of a run in it, used before or new. */
function prepare(run: Run): CanisterInstance {
  if (run.code) {
    modules.set(run.module, run.code);
  }
  const { image } = run;
  if (image && !run.fresh) {
    const known = instances.get(image.version);
    instances.delete(image.version);
    if (known?.module === run.module) {
      return known;
    }
    for (const [version, candidate] of instances) {
      // Memories do not shrink, so that only one that is not larger can be used again.
      if (version > 0 || candidate.module !== run.module || candidate.heapSize > image.heapSize) {
        continue;
      }
      instances.delete(version);
      candidate.restore(image);
      return candidate;
    }
  }
  const code = modules.get(run.module);
  if (!code) {
    throw new Error('a module that was not given');
  }
  const instance = new CanisterInstance(run, code);
  if (image) {
    instance.restore(image);
  }
  return instance;
}

function keep(version: number, instance: CanisterInstance): void {
  instances.set(version, instance);
  if (instances.size <= MAX_INSTANCES) {
    return;
  }
  for (const oldest of instances.keys()) {
    instances.delete(oldest);
    return;
  }
}

function execute(run: Run): Outcome | undefined {
  const effects: Effects = { accepted: false, calls: [], logs: [], cyclesAccepted: 0n, cyclesSpent: 0n };
  const stableBefore = run.image
    ? { buffer: run.image.stable, pages: run.image.stablePages }
    : { buffer: new SharedArrayBuffer(0), pages: 0 };
  const stable = new StableMemory(stableBefore.buffer, stableBefore.pages);
  let certificate: Uint8Array | undefined;
  const session: Session = {
    environment: run.environment,
    effects,
    stable,
    mode: run.environment.mode,
    replyData: [],
    certificate: () => {
      certificate ??= fetchCertificate(run.id);
      return certificate;
    },
  };

  let instance: CanisterInstance;
  try {
    instance = prepare(run);
  } catch (error) {
    // A module whose data do not fit into its memory, for one.
    const message = error instanceof Error ? error.message : String(error);
    return { ...nothing(run.id), failure: { kind: 'engine', message } };
  }
  let failure = instance.call(run, session);
  const heapGrew = instance.heapSize > (run.image?.heapSize ?? 0);
  if (!failure && run.commit && run.heapLimit > 0 && heapGrew && instance.heapSize > run.heapLimit) {
    failure = { kind: 'heapLimit', used: instance.heapSize, limit: run.heapLimit };
  }
  const instructions = instance.instructions;
  if (failure) {
    // What was done is forgotten, but for what the log says.
    keep(-run.id, instance);
    return { ...nothing(run.id), failure, logs: effects.logs, instructions };
  }
  if (Atomics.compareExchange(signal, Signal.phase, Phase.running, Phase.committing) !== Phase.running) {
    return undefined;
  }
  let image: Image | undefined;
  if (run.commit) {
    image = {
      heap: instance.commitHeap(run.image),
      heapSize: instance.heapSize,
      globals: instance.globals,
      stable: stable.commit(stableBefore.buffer),
      stablePages: stable.pages,
      version: run.id,
    };
  }
  keep(run.commit ? run.id : -run.id, instance);
  return { id: run.id, ...effects, instructions, image };
}

function nothing(id: number): Outcome {
  return { id, accepted: false, calls: [], logs: [], cyclesAccepted: 0n, cyclesSpent: 0n, instructions: 0n };
}

function fetchCertificate(run: number): Uint8Array {
  const seen = Atomics.load(signal, Signal.certificates);
  send({ certificateFor: run });
  Atomics.wait(signal, Signal.certificates, seen);
  return receiveMessageOnPort(port)?.message as Uint8Array;
}

function send(message: FromWorker): void {
  parentPort?.postMessage(message);
}

parentPort?.on('message', (run: Run) => {
  const outcome = execute(run);
  if (outcome) {
    send({ outcome });
  }
});
