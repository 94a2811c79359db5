import { createRequire } from 'node:module';
import path from 'node:path';
import { CandidCodec } from '../../../src/core/agent/candid-codec';

/** The codec with didc's WebAssembly from where npm put it; the build copies it beside the agent bundle. */
export function testCodec(): CandidCodec {
  const glue = createRequire(__filename).resolve('@dfinity/didc/dist/web/didc_bg.js');
  return new CandidCodec(path.join(path.dirname(glue), 'didc_bg.wasm'));
}
