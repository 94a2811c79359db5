import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it } from 'node:test';
import { compileMotoko } from '../../motoko/compile';
import { ADDED, CannotInstrument, instrument } from '../../network/wasm-engine/instrument';
import { assemble, getGlobal, i32, type Part, repeat, setGlobal } from './assemble';

const root = join(__dirname, '..', '..', '..');

function instantiate(wasm: Uint8Array): Readonly<Record<string, unknown>> {
  return new WebAssembly.Instance(new WebAssembly.Module(instrument(wasm).wasm), {}).exports;
}

function global(exports: Readonly<Record<string, unknown>>, name: string): WebAssembly.Global {
  return exports[name] as WebAssembly.Global;
}

/** Counts a global down to zero, `from` times. */
function countdown(from: number): Uint8Array {
  return assemble({
    globals: [from],
    functions: { run: { body: [repeat(getGlobal(0), i32(-1), 0x6a, setGlobal(0), getGlobal(0))] } },
  });
}

describe('instrumentation', () => {
  it('leaves modules of compilers valid, with their exports', () => {
    const modules = [
      compileMotoko(join(root, 'test/motoko/AssetStorage.mo')).wasm,
      compileMotoko(join(root, 'test/motoko/Probe.mo')).wasm,
      readFileSync(join(root, 'examples/hello/src/hello_worker/hello_worker.wasm')),
    ];
    for (const wasm of modules) {
      const before = new WebAssembly.Module(Uint8Array.from(wasm));
      const after = new WebAssembly.Module(instrument(wasm).wasm);
      const names = (module: WebAssembly.Module) => WebAssembly.Module.exports(module).map(({ name }) => name);
      assert.deepEqual(names(after).slice(0, names(before).length), names(before));
      assert.ok(names(after).includes(ADDED.memory));
    }
  });

  it('counts instructions, each round of a loop anew', () => {
    const count = (from: number) => {
      const exports = instantiate(countdown(from));
      global(exports, ADDED.limit).value = 1_000_000n;
      (exports['run'] as () => void)();
      return Number(global(exports, ADDED.counter).value);
    };
    assert.equal(count(11) - count(10), 6, 'the instructions of one round');
    assert.equal(count(1000) - count(10), 990 * 6);
  });

  it('stops at the limit', () => {
    const exports = instantiate(countdown(0));
    global(exports, ADDED.limit).value = 10_000n;
    assert.throws(() => (exports['run'] as () => void)(), WebAssembly.RuntimeError);
    const counter = Number(global(exports, ADDED.counter).value);
    assert.ok(counter > 10_000 && counter < 10_020, String(counter));
  });

  it('exports the globals that can be changed', () => {
    const { wasm, globals } = instrument(assemble({ globals: [3, 4], functions: {} }));
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(wasm), {});
    assert.deepEqual(
      globals.map((name) => global(exports, name).value),
      [3, 4],
    );
  });

  it('knows the instructions that compilers use', () => {
    const bodies: Readonly<Record<string, Part>> = {
      'br_table and nested blocks': [0x02, 0x40, 0x02, 0x40, i32(1), 0x0e, 1, 0, 1, 0x0b, 0x0b],
      'if with a result, else, select with a type': [
        [i32(1), 0x04, 0x7f, i32(1), 0x05, i32(2), 0x0b],
        [i32(3), i32(0), 0x1c, 1, 0x7f, 0x1a],
      ],
      'constants of floating point': [0x43, 0, 0, 0x80, 0x3f, 0x1a, 0x44, 0, 0, 0, 0, 0, 0, 0xf0, 0x3f, 0xfc, 2, 0x1a],
      'bulk memory': [
        [i32(0), i32(1), i32(2), 0xfc, 0x0a, 0, 0],
        [i32(0), i32(1), i32(2), 0xfc, 0x0b, 0],
      ],
      'tables and references': [
        [0xd0, 0x70, 0xd1, 0x1a],
        [i32(0), 0x25, 0, 0x1a, i32(0), 0xd0, 0x70, 0x26, 0],
        [0xfc, 0x10, 0, 0x1a, 0xd0, 0x70, i32(1), 0xfc, 0x0f, 0, 0x1a],
      ],
      vectors: [
        [0xfd, 0x0c, ...Array.from({ length: 16 }, (_, index) => index), 0xfd, 0x15, 3, 0x1a],
        [i32(0), 0xfd, 0, 0, 0, i32(0), 0xfd, 0, 0, 0, 0xfd, 0x0d, ...Array.from({ length: 16 }, () => 0), 0x1a],
        [i32(0), 0xfd, 0x0c, ...Array.from({ length: 16 }, () => 1), 0xfd, 0x54, 0, 0, 7, 0x1a],
        [i32(0), 0xfd, 0x11, i32(0), 0xfd, 0x11, 0xfd, 0xae, 1, 0xfd, 0x1b, 0, 0x1a],
      ],
      'code that is not reached': [0x02, 0x40, 0x0c, 0, i32(1), 0x1a, 0x0b, 0x0f, 0x00],
    };
    for (const [name, body] of Object.entries(bodies)) {
      const wasm = assemble({ table: ['f'], functions: { f: { body: [body] } } });
      assert.ok(WebAssembly.validate(wasm), `${name}: not valid to begin with`);
      assert.ok(WebAssembly.validate(instrument(wasm).wasm), name);
    }
  });

  it('refuses what it does not know', () => {
    const wasm = assemble({ functions: { f: { body: [0x06, 0x40, 0x0b] } } });
    assert.throws(() => instrument(wasm), CannotInstrument);
  });
});
