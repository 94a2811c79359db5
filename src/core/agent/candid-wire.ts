/**
 * Candid bytes, one step above the bytes: the table of types at their beginning, and numbers.
 * Format: https://github.com/dfinity/candid/blob/master/spec/Candid.md#binary-format
 */

/** Opcodes of types, as the signed numbers that they are. */
export const NULL = -1;
export const BOOL = -2;
export const NAT = -3;
export const INT = -4;
export const NAT8 = -5;
export const NAT64 = -8;
export const TEXT = -15;
export const RESERVED = -16;
export const OPT = -18;
export const VEC = -19;
export const RECORD = -20;
export const VARIANT = -21;
export const FUNC = -22;
export const SERVICE = -23;
export const PRINCIPAL = -24;

/** Bytes of a value of fixed size: bool, nat8…nat64, int8…int64, float32, float64. */
export const FIXED: ReadonlyMap<number, number> = new Map([
  [BOOL, 1],
  [NAT8, 1],
  [-6, 2],
  [-7, 4],
  [NAT64, 8],
  [-9, 1],
  [-10, 2],
  [-11, 4],
  [-12, 8],
  [-13, 4],
  [-14, 8],
]);

export interface Field {
  /** Hash of the field's name. */
  readonly id: number;
  readonly type: number;
}

/** A type is an opcode below zero, or an index into the table. */
export type TableEntry =
  | { readonly opcode: typeof OPT | typeof VEC; readonly inner: number }
  | { readonly opcode: typeof RECORD | typeof VARIANT; readonly fields: readonly Field[] }
  | { readonly opcode: typeof FUNC | typeof SERVICE };

/** What stands before the values. */
export interface Header {
  readonly table: readonly TableEntry[];
  /** Of each value. */
  readonly types: readonly number[];
}

/** The bytes are no Candid. */
export class MalformedCandid extends Error {}

export class CandidReader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  /** How many bytes have been read. */
  get position(): number {
    return this.#at;
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  header(): Header {
    for (const expected of Buffer.from('DIDL')) {
      if (this.byte() !== expected) {
        throw new MalformedCandid();
      }
    }
    const table = this.list(() => this.#entry());
    return { table, types: this.list(() => this.signed()) };
  }

  #entry(): TableEntry {
    const opcode = this.signed();
    switch (opcode) {
      case OPT:
      case VEC:
        return { opcode, inner: this.signed() };
      case RECORD:
      case VARIANT:
        return { opcode, fields: this.list(() => ({ id: this.unsigned(), type: this.signed() })) };
      case FUNC:
        this.list(() => this.signed());
        this.list(() => this.signed());
        this.list(() => this.byte());
        return { opcode };
      case SERVICE:
        this.list(() => {
          this.take(this.unsigned());
          this.signed();
        });
        return { opcode };
      default:
        throw new MalformedCandid();
    }
  }

  list<T>(read: () => T): T[] {
    const length = this.unsigned();
    // Each entry takes a byte at least.
    if (length > this.#bytes.length - this.#at) {
      throw new MalformedCandid();
    }
    return Array.from({ length }, read);
  }

  /** The next bytes, without copying them. */
  take(count: number): Uint8Array {
    if (count > this.#bytes.length - this.#at) {
      throw new MalformedCandid();
    }
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  /** The bytes of a principal or service; undefined where they are kept secret. */
  reference(): Uint8Array | undefined {
    return this.byte() === 1 ? this.take(this.unsigned()) : undefined;
  }

  byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) {
      throw new MalformedCandid();
    }
    this.#at += 1;
    return byte;
  }

  /** LEB128; beyond 2^53 it is inexact, and far more than there are bytes. */
  unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        return value;
      }
    }
  }

  /** LEB128 of any size. */
  natural(): bigint {
    const start = this.#at;
    const value = this.unsigned();
    if (Number.isSafeInteger(value)) {
      return BigInt(value);
    }
    let exact = 0n;
    for (let index = this.#at - 1; index >= start; index--) {
      exact = (exact << 7n) | BigInt(this.#bytes[index]! & 0x7f);
    }
    return exact;
  }

  /** Signed LEB128. */
  signed(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        return (byte & 0x40) === 0 ? value : value - scale * 128;
      }
    }
  }
}
