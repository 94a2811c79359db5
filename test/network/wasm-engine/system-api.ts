/** The system interface `ic0` of canisters (interface specification, "Canister interface"), for one run at a time. */
import type { Closure, Environment, Failure, Mode, OutgoingCall, Response } from './protocol';
import { PAGE } from './protocol';
import type { StableMemory } from './stable-memory';

/** Leaves the code of a canister. */
export class Stop extends Error {
  readonly failure: Failure;

  constructor(failure: Failure) {
    super(failure.kind);
    this.failure = failure;
  }
}

/** What a run did so far. */
export interface Effects {
  response?: Response;
  accepted: boolean;
  readonly calls: OutgoingCall[];
  readonly logs: Uint8Array[];
  cyclesAccepted: bigint;
  cyclesSpent: bigint;
  certifiedData?: Uint8Array;
  timer?: bigint;
}

/** One run, as the system interface sees it. */
export interface Session {
  readonly environment: Environment;
  readonly effects: Effects;
  readonly stable: StableMemory;
  /** `s` while the start function runs, the environment's own mode afterwards. */
  mode: Mode;
  replyData: Uint8Array[];
  pendingCall?: { -readonly [K in keyof OutgoingCall]: OutgoingCall[K] };
  /** Fetches the certificate for certified data, which the network makes only when it is asked for. */
  certificate(): Uint8Array;
}

/** The instance whose imports are being made. */
export interface Machine {
  readonly memory64: boolean;
  /** Main memory, as it is now. */
  memory(): Uint8Array;
  instructions(): bigint;
  charge(instructions: number): void;
  session(): Session;
}

/** Bytes of a reply, or of the argument of a call. */
const MAX_MESSAGE = 2_097_152;
const MAX_CERTIFIED_DATA = 32;
const MAX_METHOD_NAME = 20_000;
/** Cycles: what a call costs, and each byte of it (13 nodes). */
const CALL_FEE = 260_000n;
const CALL_BYTE_FEE = 1_000n;
const UPDATE_FEE = 5_000_000n;
const CREATE_FEE = 500_000_000_000n;
const SIGN_FEE = 26_153_846_153n;
const U64 = 2n ** 64n;

/** Everything but start. */
const ALWAYS: readonly Mode[] = ['I', 'G', 'U', 'RQ', 'NRQ', 'CQ', 'Ry', 'Rt', 'CRy', 'CRt', 'C', 'CC', 'F', 'T'];
const ALWAYS_AND_START: readonly Mode[] = [...ALWAYS, 's'];
const ARGUMENT: readonly Mode[] = ['I', 'U', 'RQ', 'NRQ', 'CQ', 'Ry', 'CRy', 'F'];
const ANSWER: readonly Mode[] = ['U', 'RQ', 'NRQ', 'CQ', 'Ry', 'Rt', 'CRy', 'CRt'];
const REJECTION: readonly Mode[] = ['Rt', 'CRt'];
const CALLBACK: readonly Mode[] = ['Ry', 'Rt', 'CRy', 'CRt', 'C'];
const CALL: readonly Mode[] = ['U', 'CQ', 'Ry', 'Rt', 'CRy', 'CRt', 'T'];
const CYCLES_IN: readonly Mode[] = ['U', 'RQ', 'Rt', 'Ry'];
const CYCLES_OUT: readonly Mode[] = ['U', 'Ry', 'Rt', 'T'];
const REFUND: readonly Mode[] = ['Rt', 'Ry'];
const REPLICATED: readonly Mode[] = ['I', 'G', 'U', 'RQ', 'Ry', 'Rt', 'C', 'T'];
const INSPECT: readonly Mode[] = ['F'];

/** Words for the modes, as reject texts have them. */
const MODE_NAMES: Readonly<Record<Mode, string>> = {
  s: 'start',
  I: 'init',
  G: 'pre upgrade',
  U: 'update',
  RQ: 'replicated query',
  NRQ: 'non replicated query',
  CQ: 'composite query',
  Ry: 'reply callback',
  Rt: 'reject callback',
  CRy: 'composite reply callback',
  CRt: 'composite reject callback',
  C: 'cleanup',
  CC: 'composite cleanup',
  F: 'inspect message',
  T: 'system task',
};

/** `P`: a pointer or size, 32 or 64 bits as the memory is. `i`: i32, given without sign. `l`: i64, given without sign. */
type Type = 'P' | 'i' | 'l';

interface Definition {
  readonly parameters: readonly Type[];
  readonly result?: Type;
  readonly modes: readonly Mode[];
  /** Pointers and i32 come as numbers, i64 as bigints; so do results. */
  run(machine: Machine, ...args: Value[]): Value | undefined;
}

type Value = number | bigint;

function contract(message: string): Stop {
  return new Stop({ kind: 'contract', message });
}

const outOfBounds = (): Stop => new Stop({ kind: 'trap', reason: 'heap out of bounds' });
const stableOutOfBounds = (): Stop => new Stop({ kind: 'trap', reason: 'stable memory out of bounds' });

/** The memory at a place, to be written or read at once. */
function range(machine: Machine, at: number, size: number): Uint8Array {
  const memory = machine.memory();
  if (at + size > memory.length) {
    throw outOfBounds();
  }
  machine.charge(size);
  return memory.subarray(at, at + size);
}

/** A copy of what is in memory at a place. */
function load(machine: Machine, at: number, size: number, limit = Number.POSITIVE_INFINITY): Uint8Array {
  if (size > limit) {
    throw contract(`a blob of ${size} bytes, where at most ${limit} are allowed`);
  }
  return Uint8Array.from(range(machine, at, size));
}

function loadText(machine: Machine, at: number, size: number): string {
  return Buffer.from(range(machine, at, size)).toString('utf8');
}

function storeCycles(machine: Machine, at: number, amount: bigint): void {
  const bytes = Buffer.alloc(16);
  bytes.writeBigUInt64LE(amount % U64, 0);
  bytes.writeBigUInt64LE(amount / U64, 8);
  range(machine, at, 16).set(bytes);
}

function fitting(amount: bigint): bigint {
  if (amount >= U64) {
    throw new Stop({ kind: 'trap', reason: 'cycles amount exceeds 64-bit representation' });
  }
  return amount;
}

function min(a: bigint, b: bigint): bigint {
  return a < b ? a : b;
}

function balance({ environment, effects }: Session): bigint {
  return environment.balance + effects.cyclesAccepted - effects.cyclesSpent;
}

function liquid(session: Session): bigint {
  const amount = balance(session) - session.environment.freezingBalance;
  return amount > 0n ? amount : 0n;
}

function available({ environment, effects }: Session): bigint {
  return environment.cyclesAvailable - effects.cyclesAccepted;
}

function accept(session: Session, wanted: bigint): bigint {
  // Cycles that are left when the call is answered have gone back to the caller.
  if (session.environment.responded || session.effects.response) {
    return 0n;
  }
  const amount = min(wanted, available(session));
  session.effects.cyclesAccepted += amount;
  return amount;
}

function attach(session: Session, amount: bigint): void {
  const call = session.pendingCall;
  if (!call) {
    throw contract('ic0.call_cycles_add called when no call is under construction');
  }
  const missing = amount - liquid(session);
  if (missing > 0n) {
    throw new Stop({ kind: 'cycles', missing });
  }
  call.cycles += amount;
  session.effects.cyclesSpent += amount;
}

function respond(session: Session, response: Response, name: string): void {
  if (session.environment.responded || session.effects.response) {
    throw contract(`ic0.${name}: the call is already replied`);
  }
  session.effects.response = response;
  session.replyData = [];
}

/** Two functions that give a blob to the canister: its size, and a part of it. */
function blob(name: string, modes: readonly Mode[], get: (session: Session) => Uint8Array): [string, Definition][] {
  return [
    [`${name}_size`, { parameters: [], result: 'P', modes, run: (machine) => get(machine.session()).length }],
    [
      `${name}_copy`,
      {
        parameters: ['P', 'P', 'P'],
        modes,
        run: (machine, target, offset, size) =>
          copyOut(machine, get(machine.session()), Number(target), Number(offset), Number(size)),
      },
    ],
  ];
}

function copyOut(machine: Machine, source: Uint8Array, target: number, offset: number, size: number): undefined {
  if (offset + size > source.length) {
    throw contract(`ic0 copy of ${size} bytes from ${offset} of a blob of ${source.length}`);
  }
  range(machine, target, size).set(source.subarray(offset, offset + size));
}

function rejectMessage({ environment }: Session): Uint8Array {
  return Buffer.from(environment.rejectMessage, 'utf8');
}

function certificate(session: Session): Uint8Array {
  if (!session.environment.certified) {
    throw contract('ic0.data_certificate: there is no data certificate');
  }
  return session.certificate();
}

function growStable(machine: Machine, pages: number): number {
  return machine.session().stable.grow(pages) ?? -1;
}

function readStable(machine: Machine, target: number, offset: number, size: number): undefined {
  const { stable } = machine.session();
  if (!stable.has(offset, size)) {
    throw stableOutOfBounds();
  }
  stable.read(offset, range(machine, target, size));
}

function writeStable(machine: Machine, offset: number, source: number, size: number): undefined {
  const { stable } = machine.session();
  if (!stable.has(offset, size)) {
    throw stableOutOfBounds();
  }
  stable.write(offset, range(machine, source, size));
}

/** The functions for 32 bits see no more than 4 GiB. */
function stablePages32(machine: Machine): number {
  const { pages } = machine.session().stable;
  if (pages > PAGE) {
    throw new Stop({ kind: 'trap', reason: '32 bit stable memory api used on a memory larger than 4GB' });
  }
  return pages;
}

function variable(machine: Machine, at: Value, size: Value): { readonly name: string; readonly value: string } {
  const name = loadText(machine, Number(at), Number(size));
  const found = machine.session().environment.variables.find((candidate) => candidate.name === name);
  if (!found) {
    throw contract(`Environment variable ${name} not found.`);
  }
  return found;
}

function variableAt(session: Session, index: Value): { readonly name: string; readonly value: string } {
  const { variables } = session.environment;
  const found = variables[Number(index)];
  if (!found) {
    throw contract(
      `Environment variable index ${index} is out of bounds. The number of environment variables is ${variables.length}.`,
    );
  }
  return found;
}

function priceOfCall(methodLength: bigint, argLength: bigint): bigint {
  return CALL_FEE + UPDATE_FEE + CALL_BYTE_FEE * (methodLength + argLength);
}

const DEFINITIONS: ReadonlyMap<string, Definition> = new Map<string, Definition>([
  ...blob('msg_arg_data', ARGUMENT, (session) => session.environment.arg),
  ...blob('msg_caller', ALWAYS, (session) => session.environment.caller),
  // Only canister signatures come with such data, and no caller here has one.
  ...blob('msg_caller_info_data', ALWAYS, () => new Uint8Array()),
  ...blob('msg_caller_info_signer', ALWAYS, () => new Uint8Array()),
  ...blob('msg_reject_msg', REJECTION, rejectMessage),
  ...blob('canister_self', ALWAYS, (session) => session.environment.self),
  ...blob('subnet_self', ALWAYS, (session) => session.environment.subnet),
  ...blob('msg_method_name', INSPECT, (session) => Buffer.from(session.environment.method, 'utf8')),
  ...blob('root_key', REPLICATED, (session) => session.environment.rootKey),
  ...blob('data_certificate', ['NRQ', 'CQ'], certificate),
  [
    'msg_reject_code',
    {
      parameters: [],
      result: 'i',
      modes: CALLBACK,
      run: (machine) => machine.session().environment.rejectCode,
    },
  ],
  [
    'msg_deadline',
    { parameters: [], result: 'l', modes: ANSWER, run: (machine) => machine.session().environment.deadline },
  ],
  [
    'msg_reply_data_append',
    {
      parameters: ['P', 'P'],
      modes: ANSWER,
      run: (machine, source, size) => {
        const session = machine.session();
        if (session.environment.responded || session.effects.response) {
          throw contract('ic0.msg_reply_data_append: the call is already replied');
        }
        const total = session.replyData.reduce((sum, part) => sum + part.length, Number(size));
        if (total > MAX_MESSAGE) {
          throw contract(
            `ic0.msg_reply_data_append: application payload size (${total}) cannot be larger than ${MAX_MESSAGE}`,
          );
        }
        session.replyData.push(load(machine, Number(source), Number(size)));
        return undefined;
      },
    },
  ],
  [
    'msg_reply',
    {
      parameters: [],
      modes: ANSWER,
      run: (machine) => {
        const session = machine.session();
        respond(session, { reply: new Uint8Array(Buffer.concat(session.replyData)) }, 'msg_reply');
        return undefined;
      },
    },
  ],
  [
    'msg_reject',
    {
      parameters: ['P', 'P'],
      modes: ANSWER,
      run: (machine, source, size) => {
        const message = loadText(machine, Number(source), Number(size));
        respond(machine.session(), { code: 4, message }, 'msg_reject');
        return undefined;
      },
    },
  ],
  [
    'msg_cycles_available',
    {
      parameters: [],
      result: 'l',
      modes: CYCLES_IN,
      run: (machine) => fitting(available(machine.session())),
    },
  ],
  [
    'msg_cycles_available128',
    {
      parameters: ['P'],
      modes: CYCLES_IN,
      run: (machine, target) => {
        storeCycles(machine, Number(target), available(machine.session()));
        return undefined;
      },
    },
  ],
  [
    'msg_cycles_refunded',
    {
      parameters: [],
      result: 'l',
      modes: REFUND,
      run: (machine) => fitting(machine.session().environment.cyclesRefunded),
    },
  ],
  [
    'msg_cycles_refunded128',
    {
      parameters: ['P'],
      modes: REFUND,
      run: (machine, target) => {
        storeCycles(machine, Number(target), machine.session().environment.cyclesRefunded);
        return undefined;
      },
    },
  ],
  [
    'msg_cycles_accept',
    {
      parameters: ['l'],
      result: 'l',
      modes: CYCLES_IN,
      run: (machine, wanted) => accept(machine.session(), BigInt(wanted!)),
    },
  ],
  [
    'msg_cycles_accept128',
    {
      parameters: ['l', 'l', 'P'],
      modes: CYCLES_IN,
      run: (machine, high, low, target) => {
        storeCycles(machine, Number(target), accept(machine.session(), BigInt(high!) * U64 + BigInt(low!)));
        return undefined;
      },
    },
  ],
  [
    'cycles_burn128',
    {
      parameters: ['l', 'l', 'P'],
      modes: REPLICATED,
      run: (machine, high, low, target) => {
        const session = machine.session();
        const amount = min(BigInt(high!) * U64 + BigInt(low!), liquid(session));
        session.effects.cyclesSpent += amount;
        storeCycles(machine, Number(target), amount);
        return undefined;
      },
    },
  ],
  [
    'canister_cycle_balance',
    { parameters: [], result: 'l', modes: ALWAYS, run: (machine) => fitting(balance(machine.session())) },
  ],
  [
    'canister_cycle_balance128',
    {
      parameters: ['P'],
      modes: ALWAYS,
      run: (machine, target) => {
        storeCycles(machine, Number(target), balance(machine.session()));
        return undefined;
      },
    },
  ],
  [
    'canister_liquid_cycle_balance128',
    {
      parameters: ['P'],
      modes: ALWAYS,
      run: (machine, target) => {
        storeCycles(machine, Number(target), liquid(machine.session()));
        return undefined;
      },
    },
  ],
  [
    'canister_status',
    { parameters: [], result: 'i', modes: ALWAYS, run: (machine) => machine.session().environment.status },
  ],
  [
    'canister_version',
    { parameters: [], result: 'l', modes: ALWAYS, run: (machine) => machine.session().environment.version },
  ],
  [
    'accept_message',
    {
      parameters: [],
      modes: INSPECT,
      run: (machine) => {
        const { effects } = machine.session();
        if (effects.accepted) {
          throw contract('ic0.accept_message: the function was already called');
        }
        effects.accepted = true;
        return undefined;
      },
    },
  ],
  [
    'call_new',
    {
      parameters: ['P', 'P', 'P', 'P', 'P', 'P', 'P', 'P'],
      modes: CALL,
      run: (machine, calleeAt, calleeSize, nameAt, nameSize, replyFun, replyEnv, rejectFun, rejectEnv) => {
        const session = machine.session();
        dropCall(session);
        if (Number(nameSize) > MAX_METHOD_NAME) {
          throw contract('ic0.call_new: the method name is too long');
        }
        const callee = load(machine, Number(calleeAt), Number(calleeSize));
        if (callee.length > 29) {
          throw contract('Canister provided invalid principal id');
        }
        session.pendingCall = {
          callee,
          method: loadText(machine, Number(nameAt), Number(nameSize)),
          arg: new Uint8Array(),
          cycles: 0n,
          reply: closure(machine, replyFun!, replyEnv!),
          reject: closure(machine, rejectFun!, rejectEnv!),
        };
        return undefined;
      },
    },
  ],
  [
    'call_on_cleanup',
    {
      parameters: ['P', 'P'],
      modes: CALL,
      run: (machine, fun, env) => {
        const call = underConstruction(machine.session(), 'call_on_cleanup');
        if (call.cleanup) {
          throw contract(
            'ic0.call_on_cleanup can be called at most once between `ic0.call_new` and `ic0.call_perform`',
          );
        }
        call.cleanup = closure(machine, fun!, env!);
        return undefined;
      },
    },
  ],
  [
    'call_data_append',
    {
      parameters: ['P', 'P'],
      modes: CALL,
      run: (machine, source, size) => {
        const call = underConstruction(machine.session(), 'call_data_append');
        const total = call.arg.length + Number(size);
        if (total > MAX_MESSAGE) {
          throw contract(`ic0.call_data_append: a payload of ${total} bytes, where at most ${MAX_MESSAGE} are allowed`);
        }
        call.arg = new Uint8Array(Buffer.concat([call.arg, range(machine, Number(source), Number(size))]));
        return undefined;
      },
    },
  ],
  [
    'call_with_best_effort_response',
    {
      parameters: ['i'],
      modes: CALL,
      run: (machine, seconds) => {
        const call = underConstruction(machine.session(), 'call_with_best_effort_response');
        if (call.timeout !== undefined) {
          throw contract('ic0.call_with_best_effort_response failed because a timeout is already set.');
        }
        // The real network lets no call wait longer than five minutes.
        call.timeout = Math.min(Number(seconds), 300);
        return undefined;
      },
    },
  ],
  [
    'call_cycles_add',
    {
      parameters: ['l'],
      modes: CYCLES_OUT,
      run: (machine, amount) => {
        attach(machine.session(), BigInt(amount!));
        return undefined;
      },
    },
  ],
  [
    'call_cycles_add128',
    {
      parameters: ['l', 'l'],
      modes: CYCLES_OUT,
      run: (machine, high, low) => {
        attach(machine.session(), BigInt(high!) * U64 + BigInt(low!));
        return undefined;
      },
    },
  ],
  [
    'call_perform',
    {
      parameters: [],
      result: 'i',
      modes: CALL,
      run: (machine) => {
        const session = machine.session();
        const call = underConstruction(session, 'call_perform');
        // A composite query pays nothing.
        if (session.mode !== 'CQ' && session.mode !== 'CRy' && session.mode !== 'CRt') {
          const fee = CALL_FEE + CALL_BYTE_FEE * BigInt(call.method.length + call.arg.length);
          if (liquid(session) < fee) {
            dropCall(session);
            // SYS_TRANSIENT
            return 2;
          }
          session.effects.cyclesSpent += fee;
        }
        session.effects.calls.push(call);
        delete session.pendingCall;
        return 0;
      },
    },
  ],
  [
    'stable64_size',
    {
      parameters: [],
      result: 'l',
      modes: ALWAYS_AND_START,
      run: (machine) => BigInt(machine.session().stable.pages),
    },
  ],
  [
    'stable64_grow',
    {
      parameters: ['l'],
      result: 'l',
      modes: ALWAYS_AND_START,
      run: (machine, pages) => BigInt(growStable(machine, Number(pages))),
    },
  ],
  [
    'stable64_read',
    {
      parameters: ['l', 'l', 'l'],
      modes: ALWAYS_AND_START,
      run: (machine, target, offset, size) => readStable(machine, Number(target), Number(offset), Number(size)),
    },
  ],
  [
    'stable64_write',
    {
      parameters: ['l', 'l', 'l'],
      modes: ALWAYS_AND_START,
      run: (machine, offset, source, size) => writeStable(machine, Number(offset), Number(source), Number(size)),
    },
  ],
  ['stable_size', { parameters: [], result: 'i', modes: ALWAYS_AND_START, run: stablePages32 }],
  [
    'stable_grow',
    {
      parameters: ['i'],
      result: 'i',
      modes: ALWAYS_AND_START,
      run: (machine, pages) =>
        stablePages32(machine) + Number(pages) > PAGE ? -1 : growStable(machine, Number(pages)),
    },
  ],
  [
    'stable_read',
    {
      parameters: ['i', 'i', 'i'],
      modes: ALWAYS_AND_START,
      run: (machine, target, offset, size) => {
        stablePages32(machine);
        return readStable(machine, Number(target), Number(offset), Number(size));
      },
    },
  ],
  [
    'stable_write',
    {
      parameters: ['i', 'i', 'i'],
      modes: ALWAYS_AND_START,
      run: (machine, offset, source, size) => {
        stablePages32(machine);
        return writeStable(machine, Number(offset), Number(source), Number(size));
      },
    },
  ],
  [
    'certified_data_set',
    {
      parameters: ['P', 'P'],
      modes: ['I', 'G', 'U', 'Ry', 'Rt', 'T'],
      run: (machine, source, size) => {
        if (Number(size) > MAX_CERTIFIED_DATA) {
          throw contract(
            `ic0.certified_data_set failed because the passed data must be no larger than ${MAX_CERTIFIED_DATA} bytes. Found ${size} bytes`,
          );
        }
        machine.session().effects.certifiedData = load(machine, Number(source), Number(size));
        return undefined;
      },
    },
  ],
  [
    'data_certificate_present',
    {
      parameters: [],
      result: 'i',
      modes: ALWAYS,
      run: (machine) => {
        const { mode, environment } = machine.session();
        return environment.certified && (mode === 'NRQ' || mode === 'CQ') ? 1 : 0;
      },
    },
  ],
  ['time', { parameters: [], result: 'l', modes: ALWAYS, run: (machine) => machine.session().environment.time }],
  [
    'global_timer_set',
    {
      parameters: ['l'],
      result: 'l',
      modes: ['I', 'G', 'U', 'Ry', 'Rt', 'C', 'T'],
      run: (machine, time) => {
        const { effects, environment } = machine.session();
        const before = effects.timer ?? environment.timer;
        effects.timer = BigInt(time!);
        return before;
      },
    },
  ],
  [
    'performance_counter',
    {
      parameters: ['i'],
      result: 'l',
      modes: ALWAYS_AND_START,
      run: (machine, kind) => {
        if (kind === 0) {
          return machine.instructions();
        }
        if (kind === 1) {
          return machine.instructions() + machine.session().environment.instructionsBefore;
        }
        throw contract(`ic0.performance_counter: no counter of type ${kind}`);
      },
    },
  ],
  [
    'is_controller',
    {
      parameters: ['P', 'P'],
      result: 'i',
      modes: ALWAYS_AND_START,
      run: (machine, source, size) => {
        const principal = load(machine, Number(source), Number(size), 29);
        const { controllers } = machine.session().environment;
        return controllers.some((controller) => Buffer.compare(controller, principal) === 0) ? 1 : 0;
      },
    },
  ],
  [
    'in_replicated_execution',
    {
      parameters: [],
      result: 'i',
      modes: ALWAYS_AND_START,
      run: (machine) => (['NRQ', 'CQ', 'CRy', 'CRt', 'CC', 'F'].includes(machine.session().environment.mode) ? 0 : 1),
    },
  ],
  [
    'cost_call',
    {
      parameters: ['l', 'l', 'P'],
      modes: ALWAYS_AND_START,
      run: (machine, name, payload, target) => {
        storeCycles(machine, Number(target), priceOfCall(BigInt(name!), BigInt(payload!)));
        return undefined;
      },
    },
  ],
  [
    'cost_create_canister',
    {
      parameters: ['P'],
      modes: ALWAYS_AND_START,
      run: (machine, target) => {
        storeCycles(machine, Number(target), CREATE_FEE);
        return undefined;
      },
    },
  ],
  [
    'cost_http_request',
    {
      parameters: ['l', 'l', 'P'],
      modes: ALWAYS_AND_START,
      run: (machine, request, response, target) => {
        // 13 nodes: (3,000,000 + 60,000 n) n, and 400 n and 800 n for each byte.
        const price = 49_140_000n + 5_200n * BigInt(request!) + 10_400n * BigInt(response!);
        storeCycles(machine, Number(target), price);
        return undefined;
      },
    },
  ],
  ...['cost_sign_with_ecdsa', 'cost_sign_with_schnorr', 'cost_vetkd_derive_key'].map((name): [string, Definition] => [
    name,
    {
      parameters: ['P', 'P', 'i', 'P'],
      result: 'i',
      modes: ALWAYS_AND_START,
      run: (machine, _source, _size, _algorithm, target) => {
        storeCycles(machine, Number(target), SIGN_FEE);
        return 0;
      },
    },
  ]),
  [
    'env_var_count',
    {
      parameters: [],
      result: 'P',
      modes: ALWAYS,
      run: (machine) => machine.session().environment.variables.length,
    },
  ],
  [
    'env_var_name_size',
    {
      parameters: ['P'],
      result: 'P',
      modes: ALWAYS,
      run: (machine, index) => Buffer.byteLength(variableAt(machine.session(), index!).name),
    },
  ],
  [
    'env_var_name_copy',
    {
      parameters: ['P', 'P', 'P', 'P'],
      modes: ALWAYS,
      run: (machine, index, target, offset, size) => {
        const { name } = variableAt(machine.session(), index!);
        return copyOut(machine, Buffer.from(name, 'utf8'), Number(target), Number(offset), Number(size));
      },
    },
  ],
  [
    'env_var_name_exists',
    {
      parameters: ['P', 'P'],
      result: 'i',
      modes: ALWAYS,
      run: (machine, at, size) => {
        const wanted = loadText(machine, Number(at), Number(size));
        return machine.session().environment.variables.some(({ name }) => name === wanted) ? 1 : 0;
      },
    },
  ],
  [
    'env_var_value_size',
    {
      parameters: ['P', 'P'],
      result: 'P',
      modes: ALWAYS,
      run: (machine, at, size) => Buffer.byteLength(variable(machine, at!, size!).value),
    },
  ],
  [
    'env_var_value_copy',
    {
      parameters: ['P', 'P', 'P', 'P', 'P'],
      modes: ALWAYS,
      run: (machine, at, length, target, offset, size) => {
        const { value } = variable(machine, at!, length!);
        return copyOut(machine, Buffer.from(value, 'utf8'), Number(target), Number(offset), Number(size));
      },
    },
  ],
  [
    'debug_print',
    {
      parameters: ['P', 'P'],
      modes: ALWAYS_AND_START,
      run: (machine, source, size) => {
        machine.session().effects.logs.push(load(machine, Number(source), Number(size)));
        return undefined;
      },
    },
  ],
  [
    'trap',
    {
      parameters: ['P', 'P'],
      modes: ALWAYS_AND_START,
      run: (machine, source, size) => {
        throw new Stop({ kind: 'calledTrap', message: loadText(machine, Number(source), Number(size)) });
      },
    },
  ],
]);

function underConstruction(session: Session, name: string): NonNullable<Session['pendingCall']> {
  if (!session.pendingCall) {
    throw contract(`ic0.${name} called when no call is under construction`);
  }
  return session.pendingCall;
}

/** A call that was begun and not performed gives back its cycles. */
function dropCall(session: Session): void {
  if (session.pendingCall) {
    session.effects.cyclesSpent -= session.pendingCall.cycles;
  }
  delete session.pendingCall;
}

function closure(machine: Machine, fun: Value, env: Value): Closure {
  return { fun: Number(fun), env: machine.memory64 ? BigInt(env) : Number(env) };
}

/** The imports of an instance. */
export function systemApi(machine: Machine): Record<string, (...args: Value[]) => Value | undefined> {
  const imports: Record<string, (...args: Value[]) => Value | undefined> = {};
  for (const [name, definition] of DEFINITIONS) {
    const { parameters, modes, result } = definition;
    imports[name] = (...args) => {
      const { mode } = machine.session();
      if (!modes.includes(mode)) {
        throw contract(`"ic0_${name}" cannot be executed in ${MODE_NAMES[mode]} mode`);
      }
      const converted = args.map((arg, index) => {
        if (typeof arg === 'number') {
          return arg >>> 0;
        }
        const unsigned = BigInt.asUintN(64, arg);
        return parameters[index] === 'l' ? unsigned : Number(unsigned);
      });
      const value = definition.run(machine, ...converted);
      if (result === 'l' || (result === 'P' && machine.memory64)) {
        return BigInt(value ?? 0);
      }
      return value === undefined ? undefined : Number(value);
    };
  }
  return imports;
}
