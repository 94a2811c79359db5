/** The part of Node's `WebAssembly` that the network uses: TypeScript has it in the `dom` library only. */
declare namespace WebAssembly {
  function validate(bytes: Uint8Array): boolean;
  class Module {
    constructor(bytes: Uint8Array);
  }
}
