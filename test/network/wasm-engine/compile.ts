/** Prepares modules for running: once for each module in a process, however many canisters and networks have it. */
import type { Canister } from '../canister';
import type { CanisterModule } from '../module';
import { ErrorCode, Reject, rejects } from '../reject';
import { ADDED, CannotInstrument, instrument } from './instrument';

export interface CompiledModule {
  readonly id: number;
  readonly code: WebAssembly.Module;
  readonly memory64: boolean;
  /** Mutable globals by the names under which they are exported. */
  readonly globals: readonly string[];
  readonly exports: ReadonlySet<string>;
  readonly hasStart: boolean;
  /** Bytes of main memory before code runs. */
  readonly initialMemory: number;
}

const MAX_MODULES = 100;
const compiled = new Map<string, Promise<CompiledModule>>();
let lastId = 0;

/** A module with a 64-bit memory of no pages and nothing else. */
const MEMORY64 = Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, 5, 3, 1, 4, 0);

/** Whether this Node runs modules whose memory has 64-bit addresses: without a flag, from version 24 on. */
export function runsMemory64(): boolean {
  return WebAssembly.validate(MEMORY64);
}

/** @throws Reject where this engine cannot run the module */
export async function compile(canister: Canister, module: CanisterModule): Promise<CompiledModule> {
  if (module.memory64 && !runsMemory64()) {
    throw new Reject(
      ErrorCode.CanisterWasmEngineError,
      `Error from Canister ${canister.name}: Canister encountered a Wasm engine error: ` +
        `the module has a 64-bit memory, which Node.js ${process.versions.node} does not run. ` +
        'Run the test network with Node.js 24 or later, or compile the canister for 32 bits ' +
        '(Motoko: a compiler before 0.15, or --legacy-persistence).',
    );
  }
  const key = Buffer.from(module.hash).toString('hex');
  let found = compiled.get(key);
  if (!found) {
    found = prepare(module);
    compiled.set(key, found);
    const [oldest] = compiled.keys();
    if (compiled.size > MAX_MODULES && oldest !== undefined) {
      compiled.delete(oldest);
    }
  }
  try {
    return await found;
  } catch (error) {
    compiled.delete(key);
    if (error instanceof CannotInstrument || error instanceof WebAssembly.CompileError) {
      throw rejects.invalidWasm(canister.name, error.message);
    }
    throw error;
  }
}

async function prepare(module: CanisterModule): Promise<CompiledModule> {
  const { wasm, globals } = instrument(module.wasm);
  const code = await WebAssembly.compile(wasm);
  const exports = new Set(WebAssembly.Module.exports(code).map(({ name }) => name));
  return {
    id: ++lastId,
    code,
    memory64: module.memory64,
    globals,
    exports,
    hasStart: exports.has(ADDED.start),
    initialMemory: module.initialMemory,
  };
}
