/** More of Node's `WebAssembly` than test/network/webassembly.d.ts has. */
declare namespace WebAssembly {
  class Memory {
    readonly buffer: ArrayBuffer;
    grow(pages: number): number;
  }
  class Table {
    readonly length: number;
    get(index: number): ((...args: unknown[]) => unknown) | null;
  }
  class Global {
    value: number | bigint;
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, (...args: never[]) => unknown>>);
    readonly exports: Readonly<Record<string, unknown>>;
  }
  class RuntimeError extends Error {}
  class CompileError extends Error {}
  namespace Module {
    function exports(module: Module): { readonly name: string }[];
    function customSections(module: Module, name: string): ArrayBuffer[];
  }
  function compile(bytes: Uint8Array): Promise<Module>;
}
