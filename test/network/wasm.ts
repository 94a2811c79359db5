/** Makes small, valid canister modules for tests, without a compiler. */

export interface WasmOptions {
  /** Candid of the service, as metadata `candid:service`; put in the public section. */
  readonly candid?: string;
  /** Further public metadata, name to content. */
  readonly publicMetadata?: Readonly<Record<string, string | Uint8Array>>;
  /** Metadata that only controllers may read. */
  readonly privateMetadata?: Readonly<Record<string, string | Uint8Array>>;
  /** Exported update methods; each does nothing. */
  readonly updates?: readonly string[];
  /** Exported query methods; each does nothing. */
  readonly queries?: readonly string[];
  /** Bytes of padding in a custom section, to make modules of a size or with different hashes. */
  readonly padding?: number | Uint8Array;
}

const SECTION = { custom: 0, type: 1, function: 3, memory: 5, export: 7, code: 10 } as const;

/** A valid module with a memory, empty methods and custom sections. */
export function buildWasm(options: WasmOptions = {}): Uint8Array {
  const methods = [
    ...(options.updates ?? []).map((name) => `canister_update ${name}`),
    ...(options.queries ?? []).map((name) => `canister_query ${name}`),
  ];
  const sections = [
    // One function type, () -> ().
    section(SECTION.type, vector([Buffer.from([0x60, 0x00, 0x00])])),
    section(SECTION.function, vector(methods.map(() => unsigned(0)))),
    section(SECTION.memory, vector([Buffer.from([0x00, 0x01])])),
    section(
      SECTION.export,
      vector([
        Buffer.concat([text('memory'), Buffer.from([0x02, 0x00])]),
        ...methods.map((name, index) => Buffer.concat([text(name), Buffer.from([0x00]), unsigned(index)])),
      ]),
    ),
    section(SECTION.code, vector(methods.map(() => Buffer.from([0x02, 0x00, 0x0b])))),
  ];
  const publicMetadata = new Map(Object.entries(options.publicMetadata ?? {}));
  if (options.candid !== undefined) {
    publicMetadata.set('candid:service', options.candid);
  }
  for (const [name, content] of publicMetadata) {
    sections.push(custom(`icp:public ${name}`, content));
  }
  for (const [name, content] of Object.entries(options.privateMetadata ?? {})) {
    sections.push(custom(`icp:private ${name}`, content));
  }
  if (options.padding !== undefined) {
    const padding = typeof options.padding === 'number' ? Buffer.alloc(options.padding) : options.padding;
    sections.push(custom('padding', padding));
  }
  return Buffer.concat([Buffer.from('\0asm\x01\0\0\0', 'latin1'), ...sections]);
}

/** A module with a section of metadata, in place of those of the same name. */
export function withMetadata(wasm: Uint8Array, name: string, content: Uint8Array, visibility: string): Uint8Array {
  const kept: Uint8Array[] = [wasm.subarray(0, 8)];
  for (let at = 8; at < wasm.length; ) {
    const id = wasm[at];
    const size = readUnsigned(wasm, at + 1);
    const end = size.end + size.value;
    const length = readUnsigned(wasm, size.end);
    const title = Buffer.from(wasm.subarray(length.end, length.end + length.value)).toString('utf8');
    if (id !== SECTION.custom || !['public', 'private'].some((each) => title === `icp:${each} ${name}`)) {
      kept.push(wasm.subarray(at, end));
    }
    at = end;
  }
  return Buffer.concat([...kept, custom(`icp:${visibility} ${name}`, content)]);
}

function readUnsigned(bytes: Uint8Array, start: number): { readonly value: number; readonly end: number } {
  let value = 0;
  let at = start;
  for (let shift = 0; ; shift += 7) {
    const byte = bytes[at++] ?? 0;
    value |= (byte & 0x7f) << shift;
    if (byte < 0x80) {
      return { value, end: at };
    }
  }
}

function custom(name: string, content: string | Uint8Array): Buffer {
  const bytes = typeof content === 'string' ? Buffer.from(content, 'utf8') : content;
  return section(SECTION.custom, Buffer.concat([text(name), bytes]));
}

function section(id: number, content: Uint8Array): Buffer {
  return Buffer.concat([Buffer.from([id]), unsigned(content.length), content]);
}

function vector(items: readonly Uint8Array[]): Buffer {
  return Buffer.concat([unsigned(items.length), ...items]);
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8');
  return Buffer.concat([unsigned(bytes.length), bytes]);
}

function unsigned(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest & 0x7f;
    rest >>>= 7;
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return Buffer.from(bytes);
}
