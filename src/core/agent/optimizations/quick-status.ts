/**
 * Reads replies of `canister_status`, of which there may be hundreds at once, in a tenth of the library's time: the table
 * of types, which is the same in all replies of a network, is judged once, by the library. All that is not as expected is
 * left to it too. What it is worth: `optimizations.ts`.
 */
import { idlLabelToId } from '@dfinity/candid';
import type { CanisterSettings, EnvironmentVariable, Visibility } from '../../network/canister-facts';
import { encodePrincipal } from '../../util/principal';
import {
  BOOL,
  CandidReader,
  type Header,
  MalformedCandid,
  NAT,
  NAT8,
  NAT64,
  NULL,
  OPT,
  PRINCIPAL,
  RECORD,
  TEXT,
  VARIANT,
  VEC,
} from '../candid-wire';
import { type CanisterStatus, decodeStatus } from '../management-idl';

/** The reply is not one that can be read here. */
class UnexpectedReply extends Error {}

/** Undefined is an `opt` that is empty; a principal is text. */
type Value = bigint | boolean | string | null | undefined | Uint8Array | Value[] | Fields | VariantValue;
type Fields = ReadonlyMap<number, Value>;

class VariantValue {
  constructor(
    readonly id: number,
    readonly value: Value,
  ) {}
}

const MAX_DEPTH = 16;
const MAX_VALUES = 10_000;
const utf8 = new TextDecoder('utf-8', { fatal: true });

class ValueReader extends CandidReader {
  readonly #table: Header['table'];
  #left = MAX_VALUES;

  constructor(bytes: Uint8Array, at: number, table: Header['table']) {
    super(bytes, at);
    this.#table = table;
  }

  value(type: number, depth = 0): Value {
    this.#left -= 1;
    if (this.#left < 0 || depth > MAX_DEPTH) {
      throw new UnexpectedReply();
    }
    if (type < 0) {
      return this.#primitive(type);
    }
    const entry = this.#table[type];
    switch (entry?.opcode) {
      case OPT:
        return this.#flag() ? this.value(entry.inner, depth + 1) : undefined;
      case VEC: {
        const length = this.unsigned();
        if (entry.inner === NAT8) {
          return this.take(length);
        }
        const values: Value[] = [];
        for (let index = 0; index < length; index++) {
          values.push(this.value(entry.inner, depth + 1));
        }
        return values;
      }
      case RECORD:
        return new Map(entry.fields.map(({ id, type: inner }) => [id, this.value(inner, depth + 1)]));
      case VARIANT: {
        const field = entry.fields[this.unsigned()];
        if (field === undefined) {
          throw new UnexpectedReply();
        }
        return new VariantValue(field.id, this.value(field.type, depth + 1));
      }
      default:
        throw new UnexpectedReply();
    }
  }

  #flag(): boolean {
    const byte = this.byte();
    return byte === 1 || (byte === 0 ? false : fail());
  }

  #primitive(type: number): Value {
    switch (type) {
      case NULL:
        return null;
      case BOOL:
        return this.#flag();
      case NAT:
        return this.natural();
      case NAT64:
        return Buffer.from(this.take(8)).readBigUInt64LE();
      case TEXT:
        return utf8.decode(this.take(this.unsigned()));
      case PRINCIPAL: {
        const bytes = this.reference();
        if (bytes === undefined) {
          throw new UnexpectedReply();
        }
        return textOf(bytes);
      }
      default:
        throw new UnexpectedReply();
    }
  }
}

/** Principals as text: all canisters of a project have the same few controllers. */
const principalTexts = new Map<string, string>();
const MAX_PRINCIPAL_TEXTS = 1_000;

function textOf(principal: Uint8Array): string {
  const key = Buffer.from(principal).toString('latin1');
  let text = principalTexts.get(key);
  if (text === undefined) {
    text = encodePrincipal(principal);
    if (principalTexts.size >= MAX_PRINCIPAL_TEXTS) {
      principalTexts.clear();
    }
    principalTexts.set(key, text);
  }
  return text;
}

interface KnownHeader extends Header {
  readonly bytes: Uint8Array;
}

/** Headers that the library has read a status behind; one a network and version of it. */
const known: KnownHeader[] = [];
const MAX_KNOWN = 8;

function headerOf(reply: Uint8Array): KnownHeader | undefined {
  return known.find(({ bytes }) => Buffer.compare(bytes, reply.subarray(0, bytes.length)) === 0);
}

/** To be called with what the library has read as a status: others like it are then read here. */
export function learnHeader(reply: Uint8Array): void {
  if (headerOf(reply) === undefined) {
    const reader = new CandidReader(reply);
    const header = reader.header();
    known.unshift({ ...header, bytes: Uint8Array.from(reply.subarray(0, reader.position)) });
    known.splice(MAX_KNOWN);
  }
}

/** Reads the reply of `canister_status`, by the library where it is not like one that the library has read before. */
export function decodeStatusQuickly(reply: Uint8Array): CanisterStatus {
  const quick = quickStatus(reply);
  if (quick) {
    return quick;
  }
  const status = decodeStatus(reply);
  learnHeader(reply);
  return status;
}

/** Undefined where the reply has to be read by the library. */
export function quickStatus(reply: Uint8Array): CanisterStatus | undefined {
  const header = headerOf(reply);
  if (header === undefined) {
    return undefined;
  }
  try {
    const reader = new ValueReader(reply, header.bytes.length, header.table);
    const values = header.types.map((type) => reader.value(type));
    return reader.atEnd ? toStatus(asRecord(values[0])) : undefined;
  } catch (error) {
    // TypeError: text that is no UTF-8.
    if (error instanceof UnexpectedReply || error instanceof MalformedCandid || error instanceof TypeError) {
      return undefined;
    }
    throw error;
  }
}

const ids = new Map<string, number>();

function idOf(name: string): number {
  let id = ids.get(name);
  if (id === undefined) {
    id = idlLabelToId(name);
    ids.set(name, id);
  }
  return id;
}

function toStatus(status: Fields): CanisterStatus {
  const queryStats = optionalRecord(status, 'query_stats');
  const memory = optionalRecord(status, 'memory_metrics');
  const moduleHash = member(status, 'module_hash');
  return {
    detail: {
      status: choice(member(status, 'status'), ['running', 'stopping', 'stopped']),
      cycles: nat(status, 'cycles'),
      idleCyclesBurnedPerDay: nat(status, 'idle_cycles_burned_per_day'),
      memorySize: nat(status, 'memory_size'),
      reservedCycles: optionalNat(status, 'reserved_cycles'),
      memoryKinds: memory && {
        wasm: nat(memory, 'wasm_memory_size'),
        stable: nat(memory, 'stable_memory_size'),
        module: nat(memory, 'wasm_binary_size'),
        snapshots: nat(memory, 'snapshots_size'),
      },
      queryCalls: queryStats && nat(queryStats, 'num_calls_total'),
      queryInstructions: queryStats && optionalNat(queryStats, 'num_instructions_total'),
      settings: toSettings(asRecord(member(status, 'settings'))),
    },
    moduleHash: moduleHash === undefined ? undefined : hexOf(moduleHash),
  };
}

function toSettings(settings: Fields): CanisterSettings {
  return {
    controllers: principals(member(settings, 'controllers')),
    computeAllocation: nat(settings, 'compute_allocation'),
    memoryAllocation: nat(settings, 'memory_allocation'),
    freezingThreshold: nat(settings, 'freezing_threshold'),
    reservedCyclesLimit: optionalNat(settings, 'reserved_cycles_limit'),
    wasmMemoryLimit: optionalNat(settings, 'wasm_memory_limit'),
    wasmMemoryThreshold: optionalNat(settings, 'wasm_memory_threshold'),
    logMemoryLimit: optionalNat(settings, 'log_memory_limit'),
    logVisibility: toVisibility(member(settings, 'log_visibility')),
    snapshotVisibility: toVisibility(member(settings, 'snapshot_visibility')),
    statusVisibility: toVisibility(member(settings, 'status_visibility')),
    environmentVariables: toVariables(member(settings, 'environment_variables')),
  };
}

function toVariables(value: Value): EnvironmentVariable[] | undefined {
  if (value === undefined) {
    return undefined;
  }
  const variables = Array.isArray(value) ? value : fail();
  return variables.map((variable) => {
    const record = asRecord(variable);
    return { name: text(record, 'name'), value: text(record, 'value') };
  });
}

function toVisibility(value: Value): Visibility | undefined {
  if (value === undefined) {
    return undefined;
  }
  return value instanceof VariantValue && value.id === idOf('allowed_viewers')
    ? { kind: 'allowed_viewers', viewers: principals(value.value) }
    : { kind: choice(value, ['controllers', 'public']) };
}

function member(record: Fields, name: string): Value {
  return record.get(idOf(name));
}

function optionalRecord(record: Fields, name: string): Fields | undefined {
  const value = member(record, name);
  return value === undefined ? undefined : asRecord(value);
}

function asRecord(value: Value): Fields {
  return value instanceof Map ? value : fail();
}

function nat(record: Fields, name: string): bigint {
  return optionalNat(record, name) ?? fail();
}

function optionalNat(record: Fields, name: string): bigint | undefined {
  const value = member(record, name);
  return value === undefined || typeof value === 'bigint' ? value : fail();
}

function text(record: Fields, name: string): string {
  const value = member(record, name);
  return typeof value === 'string' ? value : fail();
}

function principals(value: Value): string[] {
  if (!Array.isArray(value)) {
    return fail();
  }
  return value.map((one) => (typeof one === 'string' ? one : fail()));
}

function hexOf(value: Value): string {
  return value instanceof Uint8Array ? Buffer.from(value).toString('hex') : fail();
}

function choice<T extends string>(value: Value, names: readonly T[]): T {
  const plain = value instanceof VariantValue && value.value === null ? value : fail();
  return names.find((name) => idOf(name) === plain.id) ?? fail();
}

function fail(): never {
  throw new UnexpectedReply();
}
