/**
 * Rewrites a canister module so that it can be run and rolled back from outside, as the replica does with the modules
 * that it is given: mutable globals, memory, table and start function are exported, and instructions are counted.
 *
 * Instructions are counted at the beginning of every straight run of code, one for each instruction whatever it costs on
 * the real network, where floating point, calls and memory accesses have weights of their own. What bulk instructions
 * (`memory.copy` and the like) move is not counted.
 */

/** Prefix of the exports that are added. No compiler makes such names. */
const PREFIX = '\u0000ic-engine:';

/** Names of the exports that instrumentation adds. */
export const ADDED = {
  memory: `${PREFIX}memory`,
  table: `${PREFIX}table`,
  start: `${PREFIX}start`,
  /** Mutable i64 global: instructions so far. */
  counter: `${PREFIX}counter`,
  /** Mutable i64 global: instructions at which the code stops with `unreachable`. */
  limit: `${PREFIX}limit`,
  global: (index: number) => `${PREFIX}global${index}`,
} as const;

export interface Instrumented {
  readonly wasm: Uint8Array<ArrayBuffer>;
  /** Names of the exported mutable globals, in their order. */
  readonly globals: readonly string[];
}

/** A module that uses what this engine, or the Internet Computer, does not know. */
export class CannotInstrument extends Error {}

const SECTION = {
  custom: 0,
  import: 2,
  table: 4,
  memory: 5,
  global: 6,
  export: 7,
  start: 8,
  code: 10,
} as const;

/** Sections in the order that a module has to have them in: the ids do not grow with the order. */
const ORDER = [1, 2, 3, 4, 5, 13, 6, 7, 8, 9, 12, 10, 11];

const I64 = 0x7e;
const V128 = 0x7b;

/**
 * @param wasm a valid module whose imports are functions
 * @throws CannotInstrument
 */
export function instrument(wasm: Uint8Array): Instrumented {
  const sections = new Map<number, Reader>();
  const reader = new Reader(wasm, 8);
  while (!reader.atEnd) {
    const id = reader.byte();
    const content = reader.take(reader.unsigned());
    if (id !== SECTION.custom) {
      sections.set(id, new Reader(content));
    }
  }

  const globals = sections.get(SECTION.global);
  const types = globals ? readGlobals(globals) : [];
  const counter = types.length;
  const limit = counter + 1;
  const exported: { name: string; kind: number; index: number }[] = [
    { name: ADDED.counter, kind: 3, index: counter },
    { name: ADDED.limit, kind: 3, index: limit },
  ];
  const names: string[] = [];
  for (const [index, { type, mutable }] of types.entries()) {
    if (!mutable) {
      continue;
    }
    if (type === V128) {
      throw new CannotInstrument('a mutable global of type v128');
    }
    names.push(ADDED.global(index));
    exported.push({ name: ADDED.global(index), kind: 3, index });
  }
  if (count(sections.get(SECTION.memory)) > 0) {
    exported.push({ name: ADDED.memory, kind: 2, index: 0 });
  }
  if (count(sections.get(SECTION.table)) > 0) {
    exported.push({ name: ADDED.table, kind: 1, index: 0 });
  }
  const start = sections.get(SECTION.start);
  if (start) {
    exported.push({ name: ADDED.start, kind: 0, index: start.unsigned() });
  }

  const written = new Map<number, Uint8Array>();
  for (const [id, section] of sections) {
    written.set(id, section.all);
  }
  written.delete(SECTION.start);
  written.set(SECTION.global, appendTo(sections.get(SECTION.global), [newCounter(), newCounter()]));
  written.set(
    SECTION.export,
    appendTo(
      sections.get(SECTION.export),
      exported.map(({ name, kind, index }) => {
        const bytes = Buffer.from(name, 'utf8');
        return Buffer.concat([unsigned(bytes.length), bytes, Buffer.from([kind]), unsigned(index)]);
      }),
    ),
  );
  const code = sections.get(SECTION.code);
  if (code) {
    written.set(SECTION.code, meterAll(code, counter, limit));
  }

  const parts: Uint8Array[] = [wasm.subarray(0, 8)];
  for (const id of ORDER) {
    const content = written.get(id);
    if (content) {
      parts.push(Buffer.from([id]), unsigned(content.length), content);
    }
  }
  return { wasm: new Uint8Array(Buffer.concat(parts)), globals: names };
}

function count(section: Reader | undefined): number {
  return section ? new Reader(section.all).unsigned() : 0;
}

function readGlobals(section: Reader): { type: number; mutable: boolean }[] {
  const reader = new Reader(section.all);
  return Array.from({ length: reader.unsigned() }, () => {
    const type = reader.byte();
    const mutable = reader.byte() === 1;
    // The initial value: instructions up to the end of the expression.
    for (let opcode = reader.byte(); opcode !== 0x0b; opcode = reader.byte()) {
      skipImmediates(reader, opcode);
    }
    return { type, mutable };
  });
}

/** An i64 that can be changed, zero at first. */
function newCounter(): Uint8Array {
  return Uint8Array.of(I64, 1, 0x42, 0, 0x0b);
}

/** Adds items to a section that is a vector. */
function appendTo(section: Reader | undefined, items: readonly Uint8Array[]): Uint8Array {
  if (!section) {
    return Buffer.concat([unsigned(items.length), ...items]);
  }
  const reader = new Reader(section.all);
  const length = reader.unsigned();
  return Buffer.concat([unsigned(length + items.length), reader.rest(), ...items]);
}

function meterAll(section: Reader, counter: number, limit: number): Uint8Array {
  const reader = new Reader(section.all);
  const length = reader.unsigned();
  const parts: Uint8Array[] = [unsigned(length)];
  for (let index = 0; index < length; index++) {
    const body = meter(reader.take(reader.unsigned()), counter, limit);
    parts.push(unsigned(body.length), body);
  }
  return Buffer.concat(parts);
}

/** Adds the counting to one function. Branches name blocks, not places, so that code can be put anywhere. */
function meter(body: Uint8Array, counter: number, limit: number): Uint8Array {
  const reader = new Reader(body);
  for (let groups = reader.unsigned(); groups > 0; groups--) {
    reader.unsigned();
    reader.byte();
  }
  const get = Buffer.concat([Buffer.from([0x23]), unsigned(counter)]);
  const set = Buffer.concat([Buffer.from([0x24]), unsigned(counter)]);
  // counter > limit: unreachable
  const check = Buffer.concat([get, Buffer.from([0x23]), unsigned(limit), Buffer.from([0x55, 0x04, 0x40, 0x00, 0x0b])]);

  const parts: Uint8Array[] = [body.subarray(0, reader.at)];
  /** Where the run of code began that is being counted, how long it is, and whether execution can come back to it. */
  let from = reader.at;
  let length = 0;
  let entry = true;
  let dead = false;
  const flush = () => {
    if (length > 0 && !dead) {
      parts.push(get, Buffer.from([0x42]), signed(length), Buffer.from([0x7c]), set);
    }
    if (entry) {
      parts.push(check);
    }
    parts.push(body.subarray(from, reader.at));
    from = reader.at;
    length = 0;
    entry = false;
  };
  while (!reader.atEnd) {
    const opcode = reader.byte();
    skipImmediates(reader, opcode);
    length++;
    switch (opcode) {
      case 0x03: // loop
        flush();
        entry = true;
        dead = false;
        break;
      case 0x04: // if
      case 0x05: // else
      case 0x0b: // end
      case 0x0d: // br_if
        flush();
        dead = false;
        break;
      case 0x00: // unreachable
      case 0x0c: // br
      case 0x0e: // br_table
      case 0x0f: // return
      case 0x12: // return_call
      case 0x13: // return_call_indirect
        flush();
        dead = true;
        break;
    }
  }
  flush();
  return Buffer.concat(parts);
}

function skipImmediates(reader: Reader, opcode: number): void {
  if (opcode >= 0x45 && opcode <= 0xc4) {
    return;
  }
  if (opcode >= 0x28 && opcode <= 0x3e) {
    skipMemoryArgument(reader);
    return;
  }
  switch (opcode) {
    case 0x00:
    case 0x01:
    case 0x05:
    case 0x0b:
    case 0x0f:
    case 0x1a:
    case 0x1b:
    case 0xd1:
      return;
    case 0x02:
    case 0x03:
    case 0x04:
    case 0x0c:
    case 0x0d:
    case 0x10:
    case 0x12:
    case 0x20:
    case 0x21:
    case 0x22:
    case 0x23:
    case 0x24:
    case 0x25:
    case 0x26:
    case 0x3f:
    case 0x40:
    case 0x41:
    case 0x42:
    case 0xd0:
    case 0xd2:
      reader.skipLeb();
      return;
    case 0x11:
    case 0x13:
      reader.skipLeb();
      reader.skipLeb();
      return;
    case 0x0e:
      for (let labels = reader.unsigned(); labels >= 0; labels--) {
        reader.skipLeb();
      }
      return;
    case 0x1c:
      reader.take(reader.unsigned());
      return;
    case 0x43:
      reader.take(4);
      return;
    case 0x44:
      reader.take(8);
      return;
    case 0xfc:
      skipBulk(reader);
      return;
    case 0xfd:
      skipVector(reader);
      return;
    default:
      throw new CannotInstrument(`instruction 0x${opcode.toString(16)}`);
  }
}

function skipMemoryArgument(reader: Reader): void {
  const alignment = reader.unsigned();
  if (alignment & 0x40) {
    reader.skipLeb();
  }
  reader.skipLeb();
}

/** Saturating conversions, and instructions on memories and tables as a whole. */
function skipBulk(reader: Reader): void {
  const opcode = reader.unsigned();
  if (opcode <= 7) {
    return;
  }
  if (opcode > 17) {
    throw new CannotInstrument(`instruction 0xfc ${opcode}`);
  }
  reader.skipLeb();
  if (opcode === 8 || opcode === 10 || opcode === 12 || opcode === 14) {
    reader.skipLeb();
  }
}

/** SIMD. */
function skipVector(reader: Reader): void {
  const opcode = reader.unsigned();
  if (opcode <= 11 || opcode === 92 || opcode === 93) {
    skipMemoryArgument(reader);
  } else if (opcode === 12 || opcode === 13) {
    reader.take(16);
  } else if (opcode >= 21 && opcode <= 34) {
    reader.byte();
  } else if (opcode >= 84 && opcode <= 91) {
    skipMemoryArgument(reader);
    reader.byte();
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.at = at;
  }

  get atEnd(): boolean {
    return this.at >= this.#bytes.length;
  }

  /** Everything, whatever was read. */
  get all(): Uint8Array {
    return this.#bytes;
  }

  byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) {
      throw new CannotInstrument('unexpected end');
    }
    return byte;
  }

  /** LEB128 of at most 32 bits. */
  unsigned(): number {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) {
        return value;
      }
    }
  }

  skipLeb(): void {
    while (this.byte() >= 0x80) {}
  }

  take(length: number): Uint8Array {
    if (this.at + length > this.#bytes.length) {
      throw new CannotInstrument('unexpected end');
    }
    this.at += length;
    return this.#bytes.subarray(this.at - length, this.at);
  }

  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.at);
  }
}

function unsigned(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  do {
    bytes.push(rest > 0x7f ? (rest & 0x7f) | 0x80 : rest);
    rest >>>= 7;
  } while (rest > 0);
  return Uint8Array.from(bytes);
}

/** Signed LEB128 of a number that is not negative. */
function signed(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 0x3f) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return Uint8Array.from(bytes);
}
