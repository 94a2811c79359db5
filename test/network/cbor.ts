/**
 * CBOR (RFC 8949) as far as the Internet Computer uses it. Written anew rather than taken from the agent, so that
 * the network and the client under test do not share a codec and its faults.
 */

export type CborValue = number | bigint | string | boolean | null | Uint8Array | CborValue[] | Map<string, CborValue>;

/** What {@link encodeCbor} takes: plain objects are encoded as maps with text keys, `undefined` members are left out. */
export type CborInput =
  | number
  | bigint
  | string
  | boolean
  | null
  | Uint8Array
  | readonly CborInput[]
  | { readonly [key: string]: CborInput | undefined };

const SELF_DESCRIBED = Uint8Array.of(0xd9, 0xd9, 0xf7);
const MAX_DEPTH = 32;

export class CborError extends Error {}

/** Encodes with the self-described tag 55799, as replicas do. */
export function encodeCbor(value: CborInput): Uint8Array {
  const parts: Uint8Array[] = [SELF_DESCRIBED];
  write(parts, value);
  return Buffer.concat(parts);
}

function write(parts: Uint8Array[], value: CborInput): void {
  if (value === null) {
    parts.push(Uint8Array.of(0xf6));
  } else if (typeof value === 'boolean') {
    parts.push(Uint8Array.of(value ? 0xf5 : 0xf4));
  } else if (typeof value === 'number' || typeof value === 'bigint') {
    if (value < 0) {
      throw new CborError('negative integers are not used by the Internet Computer');
    }
    parts.push(head(0, value));
  } else if (typeof value === 'string') {
    const bytes = Buffer.from(value, 'utf8');
    parts.push(head(3, bytes.length), bytes);
  } else if (value instanceof Uint8Array) {
    parts.push(head(2, value.length), value);
  } else if (isArray(value)) {
    parts.push(head(4, value.length));
    for (const item of value) {
      write(parts, item);
    }
  } else {
    const entries = Object.entries(value).filter((entry): entry is [string, CborInput] => entry[1] !== undefined);
    parts.push(head(5, entries.length));
    for (const [key, item] of entries) {
      write(parts, key);
      write(parts, item);
    }
  }
}

function isArray(value: CborInput): value is readonly CborInput[] {
  return Array.isArray(value);
}

function head(major: number, argument: number | bigint): Uint8Array {
  const top = major << 5;
  if (argument < 24) {
    return Uint8Array.of(top | Number(argument));
  }
  if (argument < 0x100) {
    return Uint8Array.of(top | 24, Number(argument));
  }
  const bytes = Buffer.alloc(9);
  if (argument < 0x1_0000) {
    bytes[0] = top | 25;
    bytes.writeUInt16BE(Number(argument), 1);
    return bytes.subarray(0, 3);
  }
  if (argument < 0x1_0000_0000) {
    bytes[0] = top | 26;
    bytes.writeUInt32BE(Number(argument), 1);
    return bytes.subarray(0, 5);
  }
  bytes[0] = top | 27;
  bytes.writeBigUInt64BE(BigInt(argument), 1);
  return bytes;
}

/** Decodes one item and nothing after it. Throws {@link CborError} on anything else. */
export function decodeCbor(bytes: Uint8Array): CborValue {
  const reader = new Reader(bytes);
  const value = reader.value(0);
  if (!reader.atEnd) {
    throw new CborError('trailing bytes');
  }
  return value;
}

const BREAK = Symbol('break');

class Reader {
  readonly #bytes: Uint8Array;
  readonly #view: DataView;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length;
  }

  value(depth: number): CborValue {
    const item = this.#item(depth);
    if (item === BREAK) {
      throw new CborError('unexpected break');
    }
    return item;
  }

  #item(depth: number): CborValue | typeof BREAK {
    if (depth > MAX_DEPTH) {
      throw new CborError('nested too deeply');
    }
    const initial = this.#take(1)[0]!;
    const major = initial >> 5;
    const info = initial & 31;
    if (initial === 0xff) {
      return BREAK;
    }
    if (info === 31) {
      return this.#indefinite(major, depth);
    }
    if (major === 7) {
      return simple(info);
    }
    const argument = this.#argument(info);
    switch (major) {
      case 0:
        return argument;
      case 1:
        return typeof argument === 'number' ? -1 - argument : -1n - argument;
      case 2:
        return this.#take(length(argument));
      case 3:
        return this.#text(length(argument));
      case 4: {
        const items: CborValue[] = [];
        for (let i = length(argument); i > 0; i--) {
          items.push(this.value(depth + 1));
        }
        return items;
      }
      case 5: {
        const map = new Map<string, CborValue>();
        for (let i = length(argument); i > 0; i--) {
          this.#entry(map, this.value(depth + 1), depth);
        }
        return map;
      }
      default:
        return this.value(depth + 1);
    }
  }

  #entry(map: Map<string, CborValue>, key: CborValue, depth: number): void {
    if (typeof key !== 'string') {
      throw new CborError('map keys must be text');
    }
    if (map.has(key)) {
      throw new CborError(`duplicate field \`${key}\``);
    }
    map.set(key, this.value(depth + 1));
  }

  #indefinite(major: number, depth: number): CborValue {
    if (major === 4) {
      const items: CborValue[] = [];
      for (;;) {
        const item = this.#item(depth + 1);
        if (item === BREAK) {
          return items;
        }
        items.push(item);
      }
    }
    if (major === 5) {
      const map = new Map<string, CborValue>();
      for (;;) {
        const key = this.#item(depth + 1);
        if (key === BREAK) {
          return map;
        }
        this.#entry(map, key, depth);
      }
    }
    if (major === 2 || major === 3) {
      const chunks: Uint8Array[] = [];
      for (;;) {
        const chunk = this.#item(depth + 1);
        if (chunk === BREAK) {
          break;
        }
        if (major === 2 && chunk instanceof Uint8Array) {
          chunks.push(chunk);
        } else if (major === 3 && typeof chunk === 'string') {
          chunks.push(Buffer.from(chunk, 'utf8'));
        } else {
          throw new CborError('wrong chunk in an indefinite string');
        }
      }
      const whole = Buffer.concat(chunks);
      return major === 2 ? whole : whole.toString('utf8');
    }
    throw new CborError('indefinite length where none is allowed');
  }

  #argument(info: number): number | bigint {
    if (info < 24) {
      return info;
    }
    const size = 1 << (info - 24);
    if (info > 27) {
      throw new CborError('reserved length');
    }
    const at = this.#at;
    this.#take(size);
    if (size === 1) {
      return this.#view.getUint8(at);
    }
    if (size === 2) {
      return this.#view.getUint16(at);
    }
    if (size === 4) {
      return this.#view.getUint32(at);
    }
    const value = this.#view.getBigUint64(at);
    return value <= BigInt(Number.MAX_SAFE_INTEGER) ? Number(value) : value;
  }

  #take(count: number): Uint8Array {
    if (count > this.#bytes.length - this.#at) {
      throw new CborError('unexpected end');
    }
    const part = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return part;
  }

  #text(count: number): string {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(this.#take(count));
    } catch {
      throw new CborError('text is not UTF-8');
    }
  }
}

function length(argument: number | bigint): number {
  if (typeof argument === 'bigint') {
    throw new CborError('unexpected end');
  }
  return argument;
}

function simple(info: number): CborValue {
  if (info === 20) {
    return false;
  }
  if (info === 21) {
    return true;
  }
  if (info === 22 || info === 23) {
    return null;
  }
  throw new CborError('simple values and floats are not used by the Internet Computer');
}
