/** Reads canister modules: gzip, validity, metadata sections, exported methods. */
import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';

const MAX_UNCOMPRESSED = 100 * 1024 * 1024;
const MAGIC = Buffer.from('\0asm\x01\0\0\0', 'latin1');

export interface MetadataSection {
  readonly visibility: 'public' | 'private';
  readonly content: Uint8Array;
}

/** A module that passed the checks. */
export interface CanisterModule {
  /** As given, perhaps gzipped. */
  readonly bytes: Uint8Array;
  /** SHA-256 of the bytes as given, which is what `module_hash` shows. */
  readonly hash: Uint8Array;
  /** The module itself. */
  readonly wasm: Uint8Array;
  readonly metadata: ReadonlyMap<string, MetadataSection>;
  readonly updates: ReadonlySet<string>;
  readonly queries: ReadonlySet<string>;
  /** Size of all custom sections. */
  readonly customSectionsSize: number;
  /** Smallest size of the main memory, in bytes. */
  readonly initialMemory: number;
  /** Whether its memory has 64-bit addresses, which not every engine compiles. */
  readonly memory64: boolean;
}

/** Why a module is refused, in the words of the replica. */
export class InvalidModule extends Error {}

/** @throws InvalidModule */
export function readModule(bytes: Uint8Array): CanisterModule {
  const wasm = unpack(bytes);
  const sections = readSections(wasm);
  if (!WebAssembly.validate(Uint8Array.from(wasm)) && !sections.memory64) {
    throw new InvalidModule(`Wasmtime failed to validate wasm module ${compileError(wasm)}`);
  }
  const hash = createHash('sha256').update(bytes).digest();
  return { ...sections, bytes, hash, wasm };
}

function unpack(bytes: Uint8Array): Uint8Array {
  if (Buffer.compare(bytes.subarray(0, 8), MAGIC) === 0) {
    return bytes;
  }
  if (bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 0x08) {
    let wasm: Uint8Array;
    try {
      wasm = gunzipSync(bytes, { maxOutputLength: MAX_UNCOMPRESSED });
    } catch (error) {
      throw new InvalidModule(`Failed to decode wasm module: ${error instanceof Error ? error.message : 'gzip'}`);
    }
    if (Buffer.compare(wasm.subarray(0, 8), MAGIC) === 0) {
      return wasm;
    }
  }
  throw new InvalidModule('Failed to decode wasm module: unsupported canister module format');
}

function compileError(wasm: Uint8Array): string {
  try {
    new WebAssembly.Module(Uint8Array.from(wasm));
    return '';
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

type Sections = Pick<
  CanisterModule,
  'metadata' | 'updates' | 'queries' | 'customSectionsSize' | 'initialMemory' | 'memory64'
>;

function readSections(wasm: Uint8Array): Sections {
  const reader = new Reader(wasm, 8);
  const metadata = new Map<string, MetadataSection>();
  const updates = new Set<string>();
  const queries = new Set<string>();
  let customSectionsSize = 0;
  let initialMemory = 0;
  let memory64 = false;
  while (!reader.atEnd) {
    const id = reader.byte();
    const section = new Reader(reader.take(reader.unsigned()));
    if (id === 0) {
      customSectionsSize += section.size;
      addMetadata(metadata, section);
    } else if (id === 2) {
      checkImports(section);
    } else if (id === 5 && section.unsigned() > 0) {
      memory64 = (section.byte() & 4) !== 0;
      initialMemory = section.unsigned() * 65_536;
    } else if (id === 7) {
      addMethods(section, updates, queries);
    }
  }
  return { metadata, updates, queries, customSectionsSize, initialMemory, memory64 };
}

function addMetadata(metadata: Map<string, MetadataSection>, section: Reader): void {
  const name = section.text();
  const match = /^icp:(public|private) (.*)$/s.exec(name);
  if (!match) {
    return;
  }
  const [, visibility, key] = match;
  if (metadata.has(key!)) {
    throw new InvalidModule(
      `Wasm module has an invalid custom section. Invalid custom section: name ${key} already exists`,
    );
  }
  metadata.set(key!, { visibility: visibility === 'public' ? 'public' : 'private', content: section.rest() });
}

/** Canisters can import the system interface and nothing else. Only the names are read: the kinds vary in length. */
function checkImports(section: Reader): void {
  for (let count = section.unsigned(); count > 0; count--) {
    const from = section.text();
    const field = section.text();
    const kind = section.byte();
    if (from !== 'ic0' || kind !== 0) {
      throw new InvalidModule(
        `Wasm module has an invalid import section. Module imports function '${field}' from '${from}' that is not exported by the runtime.`,
      );
    }
    section.unsigned();
  }
}

function addMethods(section: Reader, updates: Set<string>, queries: Set<string>): void {
  for (let count = section.unsigned(); count > 0; count--) {
    const name = section.text();
    section.byte();
    section.unsigned();
    const match = /^canister_(update|query|composite_query) (.*)$/s.exec(name);
    if (!match) {
      continue;
    }
    const [, kind, method] = match;
    const methods = kind === 'update' ? updates : queries;
    if (updates.has(method!) || queries.has(method!)) {
      throw new InvalidModule(
        `Wasm module has an invalid export section. Duplicate function '${method}' exported multiple times with different call types: update, query, or composite_query.`,
      );
    }
    methods.add(method!);
  }
}

class Reader {
  readonly #bytes: Uint8Array;
  #at: number;

  constructor(bytes: Uint8Array, at = 0) {
    this.#bytes = bytes;
    this.#at = at;
  }

  get atEnd(): boolean {
    return this.#at >= this.#bytes.length;
  }

  get size(): number {
    return this.#bytes.length;
  }

  byte(): number {
    return this.take(1)[0]!;
  }

  unsigned(): number {
    let value = 0;
    for (let factor = 1; ; factor *= 128) {
      const byte = this.byte();
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) {
        return value;
      }
      if (factor > 2 ** 49) {
        throw new InvalidModule('Failed to decode wasm module: integer representation too long');
      }
    }
  }

  text(): string {
    return Buffer.from(this.take(this.unsigned())).toString('utf8');
  }

  take(count: number): Uint8Array {
    if (count > this.#bytes.length - this.#at) {
      throw new InvalidModule('Failed to decode wasm module: unexpected end-of-file');
    }
    const part = this.#bytes.subarray(this.#at, this.#at + count);
    this.#at += count;
    return part;
  }

  rest(): Uint8Array {
    return this.take(this.#bytes.length - this.#at);
  }
}
