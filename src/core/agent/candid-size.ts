/**
 * Counts the values in Candid bytes without making them. A few bytes can stand for a hundred million values (`vec null`)
 * or for a record of records that doubles with each level, and a decoder that believes them does not come back.
 * Format: https://github.com/dfinity/candid/blob/master/spec/Candid.md#binary-format
 */

/** Opcodes of types, as the signed numbers that they are. */
const NULL = -1;
const TEXT = -15;
const RESERVED = -16;
const OPT = -18;
const VEC = -19;
const RECORD = -20;
const VARIANT = -21;
const FUNC = -22;
const SERVICE = -23;
const PRINCIPAL = -24;
const NAT = -3;
const INT = -4;
const NAT8 = -5;
/** Bytes of a value of fixed size: bool, nat8…nat64, int8…int64, float32, float64. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [-2, 1],
  [NAT8, 1],
  [-6, 2],
  [-7, 4],
  [-8, 8],
  [-9, 1],
  [-10, 2],
  [-11, 4],
  [-12, 8],
  [-13, 4],
  [-14, 8],
]);

/** A type is an opcode below zero, or an index into the table. */
type TableEntry =
  | { readonly opcode: typeof OPT | typeof VEC; readonly inner: number }
  | { readonly opcode: typeof RECORD | typeof VARIANT; readonly fields: readonly number[] }
  | { readonly opcode: typeof FUNC | typeof SERVICE };

const MAX_DEPTH = 2_000;

class TooMuch extends Error {}

class Counter {
  readonly #bytes: Uint8Array;
  #at = 0;
  #left: number;
  #table: TableEntry[] = [];

  constructor(bytes: Uint8Array, limit: number) {
    this.#bytes = bytes;
    this.#left = limit;
  }

  run(): void {
    for (const expected of Buffer.from('DIDL')) {
      if (this.#byte() !== expected) {
        throw new TooMuch();
      }
    }
    this.#table = this.#list(() => this.#entry());
    const types = this.#list(() => this.#signed());
    for (const type of types) {
      this.#value(type, 0);
    }
  }

  #entry(): TableEntry {
    const opcode = this.#signed();
    switch (opcode) {
      case OPT:
      case VEC:
        return { opcode, inner: this.#signed() };
      case RECORD:
      case VARIANT:
        return {
          opcode,
          fields: this.#list(() => {
            this.#unsigned();
            return this.#signed();
          }),
        };
      case FUNC:
        this.#list(() => this.#signed());
        this.#list(() => this.#signed());
        this.#list(() => this.#byte());
        return { opcode };
      case SERVICE:
        this.#list(() => {
          this.#skip(this.#unsigned());
          this.#signed();
        });
        return { opcode };
      default:
        throw new TooMuch();
    }
  }

  #value(type: number, depth: number): void {
    this.#left -= 1;
    if (this.#left < 0 || depth > MAX_DEPTH) {
      throw new TooMuch();
    }
    if (type < 0) {
      this.#primitive(type);
      return;
    }
    const entry = this.#table[type];
    switch (entry?.opcode) {
      case OPT:
        if (this.#byte() === 1) {
          this.#value(entry.inner, depth + 1);
        }
        break;
      case VEC: {
        const length = this.#unsigned();
        if (entry.inner === NAT8) {
          this.#skip(length);
          break;
        }
        for (let index = 0; index < length; index++) {
          this.#value(entry.inner, depth + 1);
        }
        break;
      }
      case RECORD:
        for (const field of entry.fields) {
          this.#value(field, depth + 1);
        }
        break;
      case VARIANT: {
        const field = entry.fields[this.#unsigned()];
        if (field === undefined) {
          throw new TooMuch();
        }
        this.#value(field, depth + 1);
        break;
      }
      case FUNC:
        if (this.#byte() === 1) {
          this.#reference();
          this.#skip(this.#unsigned());
        }
        break;
      case SERVICE:
        this.#reference();
        break;
      default:
        throw new TooMuch();
    }
  }

  #primitive(type: number): void {
    const size = FIXED.get(type);
    if (size !== undefined) {
      this.#skip(size);
      return;
    }
    switch (type) {
      case NULL:
      case RESERVED:
        break;
      case NAT:
      case INT:
        while (this.#byte() >= 0x80);
        break;
      case TEXT:
        this.#skip(this.#unsigned());
        break;
      case PRINCIPAL:
        this.#reference();
        break;
      default:
        throw new TooMuch();
    }
  }

  #reference(): void {
    if (this.#byte() === 1) {
      this.#skip(this.#unsigned());
    }
  }

  #list<T>(read: () => T): T[] {
    const length = this.#unsigned();
    // Each entry takes a byte at least.
    if (length > this.#bytes.length - this.#at) {
      throw new TooMuch();
    }
    return Array.from({ length }, read);
  }

  #skip(count: number): void {
    if (count > this.#bytes.length - this.#at) {
      throw new TooMuch();
    }
    this.#at += count;
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) {
      throw new TooMuch();
    }
    this.#at += 1;
    return byte;
  }

  /** LEB128; beyond 2^53 it is inexact, and far more than there are bytes. */
  #unsigned(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        return value;
      }
    }
  }

  /** Signed LEB128. */
  #signed(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) {
        return (byte & 0x40) === 0 ? value : value - scale * 128;
      }
    }
  }
}

/** True where the bytes hold more than `limit` values, nest too deeply, or are no Candid. A blob counts as one value. */
export function exceedsValues(bytes: Uint8Array, limit: number): boolean {
  try {
    new Counter(bytes, limit).run();
    return false;
  } catch (error) {
    if (error instanceof TooMuch) {
      return true;
    }
    throw error;
  }
}
