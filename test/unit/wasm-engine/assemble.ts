/** Puts small canister modules together, instruction by instruction, for what no compiler would make. */

export type Part = number | { readonly call: string } | readonly Part[];

export interface FunctionSource {
  /** `i` and `l` for i32 and i64, such as `il:i`. */
  readonly type?: string;
  readonly body: readonly Part[];
}

export interface ModuleSource {
  /** Functions of `ic0`, with their types. */
  readonly imports?: Readonly<Record<string, string>>;
  /** Pages, and whether addresses have 64 bits. */
  readonly memory?: number;
  readonly memory64?: boolean;
  /** Mutable i32 globals that are not exported. */
  readonly globals?: readonly number[];
  /** Names of functions in the table. */
  readonly table?: readonly string[];
  readonly start?: string;
  /** By name, which is exported. */
  readonly functions: Readonly<Record<string, FunctionSource>>;
  /** Put at address 0. */
  readonly data?: string;
}

export const unreachable = 0x00;
export const drop = 0x1a;
export const i32 = (value: number): Part => [0x41, ...signed(BigInt(value))];
export const i64 = (value: number): Part => [0x42, ...signed(BigInt(value))];
export const call = (name: string): Part => ({ call: name });
export const getGlobal = (index: number): Part => [0x23, index];
export const setGlobal = (index: number): Part => [0x24, index];
/** Stores and loads 32 bits at the address on the stack. */
export const store32: Part = [0x36, 2, 0];
export const load32: Part = [0x28, 2, 0];
export const add32 = 0x6a;
export const divide32 = 0x6d;
export const memorySize: Part = [0x3f, 0];
export const memoryGrow: Part = [0x40, 0];
export const callTable: Part = [0x11, 0, 0];
/** Repeats until the stack has a zero at the end. */
export const repeat = (...body: readonly Part[]): Part => [0x03, 0x40, ...body, 0x0d, 0, 0x0b];

const VALUE = { i: 0x7f, l: 0x7e } as const;

export function assemble(source: ModuleSource): Uint8Array {
  const imports = Object.entries(source.imports ?? {});
  const functions = Object.entries(source.functions);
  const index = new Map([...imports.map(([name]) => name), ...functions.map(([name]) => name)].map((n, i) => [n, i]));
  // Type 0 is () -> (), which is what `callTable` calls.
  const types = [':'];
  const typeOf = (text = ':') => {
    if (!types.includes(text)) {
      types.push(text);
    }
    return types.indexOf(text);
  };
  const functionTypes = functions.map(([, { type }]) => typeOf(type));
  const importTypes = imports.map(([, type]) => typeOf(type));
  const bytes = (part: Part): number[] => {
    if (typeof part === 'number') {
      return [part];
    }
    if (isList(part)) {
      return part.flatMap(bytes);
    }
    return [0x10, ...unsigned(index.get(part.call)!)];
  };
  const sections: number[][] = [
    section(1, vector(types.map((text) => [0x60, ...text.split(':').flatMap((side) => vector(values(side)))]))),
  ];
  if (imports.length > 0) {
    const entry = ([name]: [string, string], at: number) => [
      ...text('ic0'),
      ...text(name),
      0,
      ...unsigned(importTypes[at]!),
    ];
    sections.push(section(2, vector(imports.map(entry))));
  }
  sections.push(section(3, vector(functionTypes.map(unsigned))));
  if (source.table) {
    sections.push(section(4, vector([[0x70, 0, ...unsigned(source.table.length)]])));
  }
  sections.push(section(5, vector([[source.memory64 ? 4 : 0, ...unsigned(source.memory ?? 1)]])));
  if (source.globals) {
    sections.push(section(6, vector(source.globals.map((value) => [0x7f, 1, ...bytes(i32(value)), 0x0b]))));
  }
  sections.push(section(7, vector(functions.map(([name]) => [...text(name), 0, ...unsigned(index.get(name)!)]))));
  if (source.start !== undefined) {
    sections.push(section(8, unsigned(index.get(source.start)!)));
  }
  if (source.table) {
    const entries = vector(source.table.map((name) => unsigned(index.get(name)!)));
    sections.push(section(9, vector([[0, ...bytes(i32(0)), 0x0b, ...entries]])));
  }
  const code = functions.map(([, { body }]) => {
    const content = [0, ...bytes(body), 0x0b];
    return [...unsigned(content.length), ...content];
  });
  sections.push(section(10, vector(code)));
  if (source.data !== undefined) {
    sections.push(section(11, vector([[0, ...bytes(i32(0)), 0x0b, ...text(source.data)]])));
  }
  return Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);
}

function isList(part: Part): part is readonly Part[] {
  return Array.isArray(part);
}

function values(side: string): number[][] {
  return [...side].map((letter) => [VALUE[letter as keyof typeof VALUE]]);
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

function vector(items: readonly (readonly number[])[]): number[] {
  return [...unsigned(items.length), ...items.flat()];
}

function text(value: string): number[] {
  const bytes = Buffer.from(value, 'utf8');
  return [...unsigned(bytes.length), ...bytes];
}

function unsigned(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...unsigned(value >>> 7)];
}

function signed(value: bigint): number[] {
  const low = Number(value & 0x7fn);
  const rest = value >> 7n;
  const done = (rest === 0n && low < 0x40) || (rest === -1n && low >= 0x40);
  return done ? [low] : [low | 0x80, ...signed(rest)];
}
