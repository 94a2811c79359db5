/** Runs the code of canisters with Node's own WebAssembly, in threads of their own. */
import { Principal } from '@dfinity/principal';
import type { Canister, Memory } from '../canister';
import type { CanisterCall, CanisterExecutor, Installation, NetworkServices } from '../executor';
import { ErrorCode, Reject, rejects } from '../reject';
import { type CompiledModule, compile } from './compile';
import { didNotReply, logLineOf, refusedIngress, rejectOf } from './failures';
import {
  type Closure,
  type Environment,
  type Failure,
  type Image,
  type Mode,
  type Outcome,
  type OutgoingCall,
  PAGE,
  type Response,
} from './protocol';
import { Threads } from './threads';

export interface WasmExecutorOptions {
  /** Milliseconds after which code that does not end is stopped; as if it had run out of instructions. */
  readonly timeoutMs?: number;
}

/** Instructions that one message may take on an application subnet. */
const UPDATE_INSTRUCTIONS = 40_000_000_000n;
const QUERY_INSTRUCTIONS = 5_000_000_000n;
const INSTALL_INSTRUCTIONS = 300_000_000_000n;
const DEFAULT_TIMEOUT_MS = 20_000;
/** Cycles for a message, and for each instruction. */
const UPDATE_FEE = 5_000_000n;
const INSTRUCTION_FEE = 1n;
/** Bytes of a line of the log. */
const MAX_LOG_LINE = 4096;
/** Calls of composite queries below each other. */
const MAX_QUERY_DEPTH = 6;
/** Runs once when less main memory is left than the settings say. */
const LOW_MEMORY = 'canister_on_low_wasm_memory';
const TIMER_TICK_MS = 50;
const HEARTBEAT_MS = 1000;
const MANAGEMENT_CANISTER = 'aaaaa-aa';
const STATUS = { running: 1, stopping: 2, stopped: 3 } as const;
/** Modes that a canister needs cycles for: the others were paid with the call, or with the installation. */
const PAID: ReadonlySet<Mode> = new Set<Mode>(['U', 'RQ', 'T']);
/** Modes whose logs and cycles count. */
const REPLICATED: ReadonlySet<Mode> = new Set<Mode>(['I', 'G', 'U', 'RQ', 'Ry', 'Rt', 'C', 'T']);

/** What a canister's code has left behind: all of it that upgrades, snapshots and traps are about. */
class ExecutionState {
  readonly module: CompiledModule;
  image: Image | undefined;
  /** Whether no code has run yet. */
  fresh: boolean;
  /** When the global timer is due, in nanoseconds since 1970; 0 for never. */
  timer = 0n;
  #lowOnMemory = false;
  /** What an installation did, until it takes effect. */
  pending: Outcome[] = [];

  constructor(module: CompiledModule, image: Image | undefined, fresh: boolean) {
    this.module = module;
    this.image = image;
    this.fresh = fresh;
  }

  /** A copy whose timer is off. */
  fork(): ExecutionState {
    return new ExecutionState(this.module, this.image && copyImage(this.image), this.fresh);
  }

  /** Whether the canister has come to run low on memory since this was last asked. */
  runsLow({ settings }: Canister): boolean {
    const before = this.#lowOnMemory;
    this.#lowOnMemory = settings.wasmMemoryLimit - this.memory.wasm < settings.wasmMemoryThreshold;
    return this.#lowOnMemory && !before;
  }

  get memory(): Memory {
    return {
      wasm: BigInt(this.fresh ? this.module.initialMemory : (this.image?.heapSize ?? 0)),
      stable: BigInt((this.image?.stablePages ?? 0) * PAGE),
      globals: BigInt(this.module.globals.length * 8),
    };
  }
}

function copyImage(image: Image): Image {
  return {
    ...image,
    heap: image.heap && copyShared(image.heap, image.heapSize),
    stable: copyShared(image.stable, image.stablePages * PAGE),
    // What threads know by this number is the original.
    version: 0,
  };
}

/** V8's own `slice` of a shared buffer fails for an empty one. */
function copyShared(buffer: SharedArrayBuffer, length: number): SharedArrayBuffer {
  const copy = new SharedArrayBuffer(length);
  new Uint8Array(copy).set(new Uint8Array(buffer, 0, length));
  return copy;
}

/** One call of a method, from when it begins until it is answered and all calls that it made are too. */
class CallContext {
  readonly caller: string;
  readonly deadline: bigint;
  responded = false;
  /** Calls that the canister made and that were not answered yet. */
  outstanding = 0;
  instructions = 0n;
  /** Why the last message failed, if it did: the answer where there is no other. */
  failure: Reject | undefined;
  readonly #call: CanisterCall | undefined;
  readonly #settle: { resolve(reply: Uint8Array): void; reject(reason: Reject): void };
  readonly #closed: () => void;

  constructor(
    caller: string,
    call: CanisterCall | undefined,
    settle: { resolve(reply: Uint8Array): void; reject(reason: Reject): void },
    closed: () => void,
  ) {
    this.caller = caller;
    this.deadline = call?.deadline ?? 0n;
    this.#call = call;
    this.#settle = settle;
    this.#closed = closed;
  }

  get cycles(): bigint {
    return this.responded ? 0n : (this.#call?.purse?.cycles ?? 0n);
  }

  takeCycles(amount: bigint): void {
    if (this.#call?.purse) {
      this.#call.purse.cycles -= amount;
    }
  }

  respond(response: Response | Reject): void {
    if (this.responded) {
      return;
    }
    this.responded = true;
    if (response instanceof Reject) {
      this.#settle.reject(response);
    } else if ('reply' in response) {
      this.#settle.resolve(response.reply);
    } else {
      this.#settle.reject(new Reject(ErrorCode.CanisterRejectedMessage, response.message, true));
    }
  }

  /** To be called when a message of the call has been dealt with. */
  finish(id: string): void {
    if (this.outstanding > 0) {
      return;
    }
    this.respond(this.failure ?? didNotReply(id));
    this.#closed();
  }
}

/** What is the same for the messages of a query and those of an update. */
interface Activity {
  readonly context: CallContext;
  readonly state: (canister: Canister) => ExecutionState;
  readonly modes: { readonly reply: Mode; readonly reject: Mode; readonly cleanup: Mode };
  readonly instructionLimit: bigint;
  readonly call: (call: CanisterCall, id: string) => Promise<Uint8Array>;
}

interface Message {
  readonly mode: Mode;
  readonly entry: readonly string[] | Closure;
  readonly caller: string;
  readonly method?: string;
  readonly arg?: Uint8Array;
  readonly rejection?: Reject;
  readonly refunded?: bigint;
  readonly context?: CallContext;
  readonly commit: boolean;
  readonly instructionLimit: bigint;
}

export class WasmExecutor implements CanisterExecutor {
  readonly #threads: Threads;
  readonly #queues = new Map<Canister, Promise<unknown>>();
  readonly #open = new WeakMap<Canister, { count: number; readonly waiters: (() => void)[] }>();
  readonly #heartbeats = new WeakMap<Canister, number>();
  readonly #busy = new WeakSet<Canister>();
  readonly #tick: NodeJS.Timeout;
  #services: NetworkServices | undefined;
  #lastRun = 0;

  constructor(options: WasmExecutorOptions = {}) {
    this.#threads = new Threads(options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
    this.#tick = setInterval(() => this.#runTasks(), TIMER_TICK_MS);
    this.#tick.unref();
  }

  attach(services: NetworkServices): void {
    this.#services = services;
  }

  async dispose(): Promise<void> {
    clearInterval(this.#tick);
    await this.#threads.close();
  }

  async install(canister: Canister, installation: Installation): Promise<ExecutionState> {
    const { mode, module, arg, caller, keepMainMemory, skipPreUpgrade } = installation;
    const compiled = await compile(canister, module);
    return this.#inTurn(canister, async () => {
      const pending: Outcome[] = [];
      let before: Image | undefined;
      if (mode === 'upgrade' && canister.state instanceof ExecutionState) {
        const old = canister.state.fork();
        if (!skipPreUpgrade && old.module.exports.has('canister_pre_upgrade')) {
          const { timer: _off, ...outcome } = await this.#run(canister, old, {
            mode: 'G',
            entry: ['canister_pre_upgrade'],
            caller,
            commit: true,
            instructionLimit: INSTALL_INSTRUCTIONS,
          });
          // An upgrade switches the timer off, even one that was set just now.
          pending.push(outcome);
        }
        before = old.image;
      }
      const kept = keepMainMemory ? before?.heap : undefined;
      const image: Image | undefined = before && {
        heap: kept,
        heapSize: kept ? before.heapSize : 0,
        globals: [],
        stable: before.stable,
        stablePages: before.stablePages,
        version: 0,
      };
      const state = new ExecutionState(compiled, image, true);
      const hook = mode === 'upgrade' ? 'canister_post_upgrade' : 'canister_init';
      if (compiled.hasStart || compiled.exports.has(hook)) {
        pending.push(
          await this.#run(canister, state, {
            mode: 'I',
            entry: [hook],
            caller,
            arg,
            commit: true,
            instructionLimit: INSTALL_INSTRUCTIONS,
          }),
        );
      }
      state.pending = pending;
      // At once: what waits for its turn is to find the new code.
      canister.state = state;
      return state;
    });
  }

  onInstalled(canister: Canister): void {
    const { state } = canister;
    if (!(state instanceof ExecutionState)) {
      return;
    }
    const { version } = canister;
    for (const outcome of state.pending) {
      this.#apply(canister, state, outcome);
    }
    state.pending = [];
    // The network has counted the installation.
    canister.version = version;
    canister.memory = state.memory;
    // Every canister with code has certified data, empty at first.
    canister.certifiedData ??= new Uint8Array();
  }

  exclusively<T>(canister: Canister, work: () => T): Promise<T> {
    return this.#inTurn(canister, async () => work());
  }

  snapshot(state: unknown): unknown {
    return state instanceof ExecutionState ? state.fork() : undefined;
  }

  async acceptIngress(canister: Canister, call: CanisterCall): Promise<void> {
    const state = stateOf(canister);
    if (!state.module.exports.has('canister_inspect_message')) {
      return;
    }
    const outcome = await this.#inTurn(canister, () =>
      this.#run(canister, stateOf(canister), {
        mode: 'F',
        entry: ['canister_inspect_message'],
        caller: call.caller,
        method: call.method,
        arg: call.arg,
        commit: false,
        instructionLimit: QUERY_INSTRUCTIONS,
      }),
    );
    if (!outcome.accepted) {
      throw refusedIngress(canister.name);
    }
  }

  update(canister: Canister, call: CanisterCall): Promise<Uint8Array> {
    const { exports } = stateOf(canister).module;
    if (exports.has(`canister_composite_query ${call.method}`)) {
      throw new Reject(
        ErrorCode.CompositeQueryCalledInReplicatedMode,
        'Composite query cannot be called in replicated mode',
      );
    }
    const query = exports.has(`canister_query ${call.method}`);
    return new Promise((resolve, reject) => {
      const context = this.#openContext(canister, call, { resolve, reject });
      const activity = this.#replicated(context);
      this.#begin(canister, activity, {
        mode: query ? 'RQ' : 'U',
        entry: [`${query ? 'canister_query' : 'canister_update'} ${call.method}`],
        caller: call.caller,
        method: call.method,
        arg: call.arg,
        context,
        // A query leaves nothing behind, even where it is called as an update.
        commit: !query,
        instructionLimit: query ? QUERY_INSTRUCTIONS : UPDATE_INSTRUCTIONS,
      }).catch(reject);
    });
  }

  async query(canister: Canister, call: CanisterCall): Promise<Uint8Array> {
    return this.#query(canister, call, 0);
  }

  /** Resolves when all calls that a canister has taken or made are answered. */
  drained(canister: Canister): Promise<void> {
    const open = this.#open.get(canister);
    if (!open || open.count === 0) {
      return Promise.resolve();
    }
    return new Promise((resolve) => open.waiters.push(resolve));
  }

  /** Whether a canister has calls that are not answered. */
  isBusy(canister: Canister): boolean {
    return (this.#open.get(canister)?.count ?? 0) > 0;
  }

  #query(canister: Canister, call: CanisterCall, depth: number): Promise<Uint8Array> {
    const composite = stateOf(canister).module.exports.has(`canister_composite_query ${call.method}`);
    if (depth > MAX_QUERY_DEPTH) {
      throw new Reject(ErrorCode.QueryCallGraphTooDeep, `Query call graph depth exceeds ${MAX_QUERY_DEPTH}`);
    }
    if (composite) {
      return this.#compositeQuery(canister, call, depth);
    }
    return this.#simpleQuery(canister, call);
  }

  async #simpleQuery(canister: Canister, call: CanisterCall): Promise<Uint8Array> {
    const { response } = await this.#inTurn(canister, () =>
      this.#run(canister, stateOf(canister), {
        mode: 'NRQ',
        entry: [`canister_query ${call.method}`],
        caller: call.caller,
        method: call.method,
        arg: call.arg,
        commit: false,
        instructionLimit: QUERY_INSTRUCTIONS,
      }),
    );
    if (!response) {
      throw didNotReply(canister.name);
    }
    if ('reply' in response) {
      return response.reply;
    }
    throw new Reject(ErrorCode.CanisterRejectedMessage, response.message, true);
  }

  /** Callbacks of a composite query see what the query did before, in a copy of the state that is thrown away. */
  #compositeQuery(canister: Canister, call: CanisterCall, depth: number): Promise<Uint8Array> {
    const copy = stateOf(canister).fork();
    return new Promise((resolve, reject) => {
      const context = new CallContext(call.caller, call, { resolve, reject }, () => undefined);
      const activity: Activity = {
        context,
        state: () => copy,
        modes: { reply: 'CRy', reject: 'CRt', cleanup: 'CC' },
        instructionLimit: QUERY_INSTRUCTIONS,
        call: async (next, id) => {
          const callee = this.#need().canister(id);
          if (!callee) {
            throw rejects.canisterNotFound(id);
          }
          if (callee.status !== 'running') {
            throw rejects.stopped(id);
          }
          if (!callee.module) {
            throw rejects.noModule(id);
          }
          if (!callee.module.queries.has(next.method)) {
            throw rejects.methodNotFound(id, 'query', next.method);
          }
          return this.#query(callee, next, depth + 1);
        },
      };
      this.#begin(canister, activity, {
        mode: 'CQ',
        entry: [`canister_composite_query ${call.method}`],
        caller: call.caller,
        method: call.method,
        arg: call.arg,
        context,
        commit: true,
        instructionLimit: QUERY_INSTRUCTIONS,
      }).catch(reject);
    });
  }

  #replicated(context: CallContext): Activity {
    return {
      context,
      state: stateOf,
      modes: { reply: 'Ry', reject: 'Rt', cleanup: 'C' },
      instructionLimit: UPDATE_INSTRUCTIONS,
      call: (next, id) => this.#need().call(id, next),
    };
  }

  #openContext(
    canister: Canister,
    call: CanisterCall | undefined,
    settle: { resolve(reply: Uint8Array): void; reject(reason: Reject): void },
  ): CallContext {
    const open = this.#open.get(canister) ?? { count: 0, waiters: [] };
    this.#open.set(canister, open);
    open.count++;
    return new CallContext(call?.caller ?? MANAGEMENT_CANISTER, call, settle, () => {
      open.count--;
      if (open.count === 0) {
        for (const waiter of open.waiters.splice(0)) {
          waiter();
        }
      }
    });
  }

  /** Runs the first message of a call. */
  async #begin(canister: Canister, activity: Activity, message: Message): Promise<void> {
    await this.#perform(canister, activity, message);
    activity.context.finish(canister.name);
  }

  /**
   * Runs a message of a call, and starts the calls that it makes.
   *
   * @returns whether the code did not fail
   */
  async #perform(canister: Canister, activity: Activity, message: Message): Promise<boolean> {
    const { context } = activity;
    try {
      const outcome = await this.#inTurn(canister, async () => {
        const state = activity.state(canister);
        const done = await this.#run(canister, state, message);
        if (REPLICATED.has(message.mode)) {
          this.#apply(canister, state, done);
        }
        return done;
      });
      context.failure = undefined;
      context.takeCycles(outcome.cyclesAccepted);
      context.instructions += outcome.instructions;
      for (const call of outcome.calls) {
        this.#send(canister, activity, call);
      }
      if (outcome.response) {
        context.respond(outcome.response);
      }
      return true;
    } catch (error) {
      if (!(error instanceof Reject)) {
        throw error;
      }
      context.failure = error;
      return false;
    }
  }

  #send(canister: Canister, activity: Activity, outgoing: OutgoingCall): void {
    const { context } = activity;
    context.outstanding++;
    this.#call(canister, activity, outgoing)
      .catch((error: unknown) => {
        // A fault of the engine. The caller should not wait for ever.
        const message = error instanceof Error ? error.message : String(error);
        context.failure = rejectOf(canister.name, { kind: 'engine', message });
      })
      .finally(() => {
        context.outstanding--;
        context.finish(canister.name);
      });
  }

  /** Makes a call of a canister, and passes the answer to its callback. */
  async #call(canister: Canister, activity: Activity, outgoing: OutgoingCall): Promise<void> {
    const { context, modes } = activity;
    const services = this.#need();
    const purse = { cycles: outgoing.cycles };
    const { timeout } = outgoing;
    let answer: Uint8Array | Reject;
    try {
      const call: CanisterCall = {
        method: outgoing.method,
        arg: outgoing.arg,
        caller: canister.name,
        purse,
        deadline: timeout === undefined ? undefined : services.now() + BigInt(timeout) * 1_000_000_000n,
      };
      const id = Principal.fromUint8Array(outgoing.callee).toText();
      answer = await withinTime(activity.call(call, id), timeout);
    } catch (error) {
      if (!(error instanceof Reject)) {
        throw error;
      }
      answer = error;
    }
    if (purse.cycles > 0n) {
      canister.addCycles(purse.cycles, services.now());
    }
    if (!(canister.state instanceof ExecutionState) || services.canister(canister.name) !== canister) {
      context.failure = new Reject(ErrorCode.CanisterRejectedMessage, 'Canister has been uninstalled.');
      return;
    }
    const base = {
      caller: context.caller,
      context,
      commit: true,
      refunded: purse.cycles,
      instructionLimit: activity.instructionLimit,
      ...(answer instanceof Reject ? { rejection: answer } : { arg: answer }),
    };
    const rejected = answer instanceof Reject;
    const succeeded = await this.#perform(canister, activity, {
      ...base,
      mode: rejected ? modes.reject : modes.reply,
      entry: rejected ? outgoing.reject : outgoing.reply,
    });
    if (!succeeded && outgoing.cleanup) {
      await this.#cleanUp(canister, activity, base, outgoing.cleanup);
    }
  }

  async #cleanUp(
    canister: Canister,
    activity: Activity,
    base: Omit<Message, 'mode' | 'entry'>,
    cleanup: Closure,
  ): Promise<void> {
    const { context } = activity;
    const mode = activity.modes.cleanup;
    try {
      await this.#inTurn(canister, async () => {
        const state = activity.state(canister);
        const outcome = await this.#run(canister, state, { ...base, mode, entry: cleanup });
        if (REPLICATED.has(mode)) {
          this.#apply(canister, state, outcome);
        }
      });
    } catch (error) {
      if (!(error instanceof Reject)) {
        throw error;
      }
      if (context.failure) {
        context.failure = alsoFailed(context.failure, error);
      }
    }
  }

  /**
   * Runs one message, and keeps the memory that it leaves in the state.
   *
   * @throws Reject where the code fails; its log and its instructions count all the same
   */
  async #run(canister: Canister, state: ExecutionState, message: Message): Promise<Outcome> {
    const services = this.#need();
    const { mode, entry, commit } = message;
    const replicated = REPLICATED.has(mode);
    const now = services.now();
    if (PAID.has(mode)) {
      canister.charge(UPDATE_FEE, now);
    }
    const { settings } = canister;
    const id = ++this.#lastRun;
    const run = this.#threads.run({
      code: state.module.code,
      certificate: () => services.dataCertificate(canister),
      run: {
        id,
        module: state.module.id,
        memory64: state.module.memory64,
        globals: state.module.globals,
        image: state.image,
        fresh: state.fresh,
        entry,
        environment: this.#environment(canister, state, message, now),
        commit,
        instructionLimit: message.instructionLimit,
        heapLimit: replicated ? Number(settings.wasmMemoryLimit) : 0,
      },
    });
    const outcome = await run.catch((error: unknown) => {
      const text = error instanceof Error ? error.message : String(error);
      throw rejectOf(canister.name, { kind: 'engine', message: text });
    });
    const failure: Failure | undefined = outcome ? outcome.failure : { kind: 'limit', limit: message.instructionLimit };
    if (failure) {
      if (replicated) {
        const lines = [...(outcome?.logs ?? [])];
        const line = logLineOf(failure);
        if (line !== undefined) {
          lines.push(Buffer.from(line, 'utf8'));
        }
        writeLog(canister, lines, services.now());
        chargeInstructions(canister, outcome?.instructions ?? 0n, services.now());
      }
      throw rejectOf(canister.name, failure);
    }
    if (outcome!.image) {
      state.image = outcome!.image;
      state.fresh = false;
    }
    return outcome!;
  }

  #environment(canister: Canister, state: ExecutionState, message: Message, now: bigint): Environment {
    const services = this.#need();
    const { context, rejection } = message;
    return {
      mode: message.mode,
      self: canister.id.toUint8Array(),
      caller: Principal.fromText(message.caller).toUint8Array(),
      method: message.method ?? '',
      arg: message.arg ?? new Uint8Array(),
      rejectCode: rejection?.rejectCode ?? 0,
      rejectMessage: rejection ? rejection.forCanisters : '',
      time: now,
      deadline: context?.deadline ?? 0n,
      responded: context?.responded ?? false,
      cyclesAvailable: context?.cycles ?? 0n,
      cyclesRefunded: message.refunded ?? 0n,
      balance: canister.cyclesAt(now),
      freezingBalance: canister.freezingBalance,
      status: STATUS[canister.status],
      version: canister.version,
      controllers: canister.settings.controllers.map((text) => Principal.fromText(text).toUint8Array()),
      subnet: services.subnetId,
      rootKey: services.rootKey,
      variables: canister.settings.environmentVariables,
      certified: canister.certifiedData !== undefined,
      instructionsBefore: context?.instructions ?? 0n,
      timer: state.timer,
    };
  }

  /** Makes what a message did visible, its memories excepted. */
  #apply(canister: Canister, state: ExecutionState, outcome: Outcome): void {
    const services = this.#need();
    const now = services.now();
    writeLog(canister, outcome.logs, now);
    chargeInstructions(canister, outcome.instructions, now);
    const cycles = outcome.cyclesAccepted - outcome.cyclesSpent;
    if (cycles !== 0n) {
      canister.addCycles(cycles, now);
    }
    if (outcome.timer !== undefined) {
      state.timer = outcome.timer;
    }
    if (outcome.certifiedData) {
      canister.certifiedData = outcome.certifiedData;
    }
    if (outcome.image) {
      canister.settle(now);
      canister.memory = state.memory;
      canister.version++;
    }
    if (outcome.certifiedData) {
      services.changed(canister);
    }
  }

  /** Runs heartbeats, the timers that are due, and the hook of canisters that run low on memory. */
  #runTasks(): void {
    const services = this.#services;
    if (!services) {
      return;
    }
    for (const canister of services.canisters()) {
      const { state } = canister;
      if (!(state instanceof ExecutionState) || canister.status !== 'running' || this.#busy.has(canister)) {
        continue;
      }
      const { exports } = state.module;
      if (state.timer > 0n && state.timer <= services.now()) {
        // The timer is off until it is set again.
        state.timer = 0n;
        if (exports.has('canister_global_timer')) {
          this.#runTask(canister, 'canister_global_timer');
        }
      } else if (exports.has(LOW_MEMORY) && state.runsLow(canister)) {
        this.#runTask(canister, LOW_MEMORY);
      } else if (exports.has('canister_heartbeat')) {
        const last = this.#heartbeats.get(canister) ?? 0;
        if (performance.now() - last < HEARTBEAT_MS) {
          continue;
        }
        this.#heartbeats.set(canister, performance.now());
        this.#runTask(canister, 'canister_heartbeat');
      }
    }
  }

  #runTask(canister: Canister, entry: string): void {
    this.#busy.add(canister);
    const ignore = () => undefined;
    const context = this.#openContext(canister, undefined, { resolve: ignore, reject: ignore });
    this.#begin(canister, this.#replicated(context), {
      mode: 'T',
      entry: [entry],
      caller: MANAGEMENT_CANISTER,
      context,
      commit: true,
      instructionLimit: UPDATE_INSTRUCTIONS,
    })
      // It has no caller to tell, and the log has what the canister said.
      .catch(ignore)
      .finally(() => this.#busy.delete(canister));
  }

  /** Runs something when all that a canister does before has ended. */
  #inTurn<T>(canister: Canister, run: () => Promise<T>): Promise<T> {
    const turn = (this.#queues.get(canister) ?? Promise.resolve()).then(run);
    const settled = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#queues.set(canister, settled);
    settled.then(() => {
      if (this.#queues.get(canister) === settled) {
        this.#queues.delete(canister);
      }
    });
    return turn;
  }

  #need(): NetworkServices {
    if (!this.#services) {
      throw new Error('the executor is of no network');
    }
    return this.#services;
  }
}

function stateOf(canister: Canister): ExecutionState {
  if (canister.state instanceof ExecutionState) {
    return canister.state;
  }
  throw rejects.noModule(canister.name);
}

function writeLog(canister: Canister, lines: readonly Uint8Array[], now: bigint): void {
  const most = Math.min(MAX_LOG_LINE, Number(canister.settings.logMemoryLimit));
  for (const line of lines) {
    canister.log(line.subarray(0, most), now);
  }
}

/** Takes what instructions cost, or what is left. */
function chargeInstructions(canister: Canister, instructions: bigint, now: bigint): void {
  const fee = instructions * INSTRUCTION_FEE;
  const balance = canister.cyclesAt(now);
  canister.addCycles(-(fee < balance ? fee : balance), now);
}

function alsoFailed(failure: Reject, cleanup: Reject): Reject {
  return failure.with(`${failure.message}\n\ncall_on_cleanup also failed:\n\n${cleanup.message}`);
}

/** @throws Reject where the answer does not come in time */
async function withinTime<T>(answer: Promise<T>, seconds: number | undefined): Promise<T> {
  if (seconds === undefined) {
    return answer;
  }
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(
      () => reject(new Reject(ErrorCode.DeadlineExpired, 'Call deadline has expired.')),
      seconds * 1000,
    );
    timer.unref();
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}
