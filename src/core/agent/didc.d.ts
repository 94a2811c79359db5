/**
 * The JavaScript half of `@dfinity/didc` that takes its WebAssembly instance from outside, so that an instance that
 * trapped can be replaced. The package has no types for it.
 */
declare module '@dfinity/didc/dist/web/didc_bg.js' {
  export type { DecodeArgs, EncodeArgs } from '@dfinity/didc';
  export { decode, encode } from '@dfinity/didc';
  export function __wbg_set_wasm(exports: WebAssembly.Exports): void;
}
