/**
 * Counts the values in Candid bytes without making them. A few bytes can stand for a hundred million values (`vec null`)
 * or for a record of records that doubles with each level, and a decoder that believes them does not come back.
 */
import {
  CandidReader,
  FIXED,
  FUNC,
  INT,
  MalformedCandid,
  NAT,
  NAT8,
  NULL,
  OPT,
  PRINCIPAL,
  RECORD,
  RESERVED,
  SERVICE,
  type TableEntry,
  TEXT,
  VARIANT,
  VEC,
} from './candid-wire';

const MAX_DEPTH = 2_000;

class TooMuch extends Error {}

class Counter {
  readonly #reader: CandidReader;
  #left: number;
  #table: readonly TableEntry[] = [];

  constructor(bytes: Uint8Array, limit: number) {
    this.#reader = new CandidReader(bytes);
    this.#left = limit;
  }

  run(): void {
    const { table, types } = this.#reader.header();
    this.#table = table;
    for (const type of types) {
      this.#value(type, 0);
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
    const reader = this.#reader;
    const entry = this.#table[type];
    switch (entry?.opcode) {
      case OPT:
        if (reader.byte() === 1) {
          this.#value(entry.inner, depth + 1);
        }
        break;
      case VEC: {
        const length = reader.unsigned();
        if (entry.inner === NAT8) {
          reader.take(length);
          break;
        }
        for (let index = 0; index < length; index++) {
          this.#value(entry.inner, depth + 1);
        }
        break;
      }
      case RECORD:
        for (const field of entry.fields) {
          this.#value(field.type, depth + 1);
        }
        break;
      case VARIANT: {
        const field = entry.fields[reader.unsigned()];
        if (field === undefined) {
          throw new MalformedCandid();
        }
        this.#value(field.type, depth + 1);
        break;
      }
      case FUNC:
        if (reader.byte() === 1) {
          reader.reference();
          reader.take(reader.unsigned());
        }
        break;
      case SERVICE:
        reader.reference();
        break;
      default:
        throw new MalformedCandid();
    }
  }

  #primitive(type: number): void {
    const reader = this.#reader;
    const size = FIXED.get(type);
    if (size !== undefined) {
      reader.take(size);
      return;
    }
    switch (type) {
      case NULL:
      case RESERVED:
        break;
      case NAT:
      case INT:
        while (reader.byte() >= 0x80) {}
        break;
      case TEXT:
        reader.take(reader.unsigned());
        break;
      case PRINCIPAL:
        reader.reference();
        break;
      default:
        throw new MalformedCandid();
    }
  }
}

/** True where the bytes hold more than `limit` values, nest too deeply, or are no Candid. A blob counts as one value. */
export function exceedsValues(bytes: Uint8Array, limit: number): boolean {
  try {
    new Counter(bytes, limit).run();
    return false;
  } catch (error) {
    if (error instanceof TooMuch || error instanceof MalformedCandid) {
      return true;
    }
    throw error;
  }
}
