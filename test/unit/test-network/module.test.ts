import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { InvalidModule, readModule } from '../../network/module';
import { buildWasm } from '../../network/wasm';

const section = (id: number, content: number[]) => [id, content.length, ...content];
const text = (value: string) => [value.length, ...Buffer.from(value)];
const moduleOf = (...sections: number[][]) => Uint8Array.from([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...sections.flat()]);

const oneType = section(1, [1, 0x60, 0, 0]);

describe('readModule', () => {
  it('reads what buildWasm makes', () => {
    const bytes = buildWasm({
      candid: 'service : {}',
      publicMetadata: { 'git:commit': 'abc' },
      privateMetadata: { 'motoko:stable-types': 'actor {}' },
      updates: ['inc', 'ü'],
      queries: ['get'],
      padding: 300,
    });
    const module = readModule(bytes);
    assert.deepEqual(
      [...module.metadata].map(([name, { visibility, content }]) => [
        name,
        visibility,
        Buffer.from(content).toString(),
      ]),
      [
        ['git:commit', 'public', 'abc'],
        ['candid:service', 'public', 'service : {}'],
        ['motoko:stable-types', 'private', 'actor {}'],
      ],
    );
    assert.deepEqual([...module.updates], ['inc', 'ü']);
    assert.deepEqual([...module.queries], ['get']);
    assert.equal(module.initialMemory, 65_536);
    assert.ok(module.customSectionsSize > 300);
    assert.deepEqual(module.hash, createHash('sha256').update(bytes).digest());
  });

  it('takes a gzipped module, and hashes it as it came', () => {
    const bytes = buildWasm({ candid: 'service : {}' });
    const packed = gzipSync(bytes);
    const module = readModule(packed);
    assert.deepEqual(module.hash, createHash('sha256').update(packed).digest());
    assert.deepEqual(Buffer.from(module.wasm), Buffer.from(bytes));
    assert.ok(module.metadata.has('candid:service'));
  });

  it('takes the system interface as the only import', () => {
    const call = (from: string) => moduleOf(oneType, section(2, [1, ...text(from), ...text('msg_reply'), 0, 0]));
    assert.equal(readModule(call('ic0')).updates.size, 0);
    assert.throws(() => readModule(call('env')), /imports function 'msg_reply' from 'env'/);
  });

  it('takes a module with a 64-bit memory even where this engine does not', () => {
    const module = readModule(moduleOf(section(5, [1, 4, 2])));
    assert.equal(module.memory64, true);
    assert.equal(module.initialMemory, 131_072);
  });

  const invalid: [string, Uint8Array, RegExp][] = [
    ['nothing', new Uint8Array(), /unsupported canister module format/],
    ['text', Buffer.from('not wasm'), /unsupported canister module format/],
    ['gzipped text', gzipSync('not wasm'), /unsupported canister module format/],
    ['a gzip that ends early', gzipSync(buildWasm()).subarray(0, 30), /Failed to decode wasm module/],
    ['a section longer than the module', moduleOf([0, 50, 1]), /unexpected end-of-file/],
    ['an endless number', moduleOf([0, ...Array<number>(20).fill(0xff)]), /too long/],
    ['a function without code', moduleOf(oneType, section(3, [1, 0])), /failed to validate/],
    [
      'a method of two kinds',
      buildWasm({ updates: ['x'], queries: ['x'] }),
      /Duplicate function 'x' exported multiple times/,
    ],
    [
      'metadata of the same name twice',
      buildWasm({ publicMetadata: { x: '1' }, privateMetadata: { x: '2' } }),
      /name x already exists/,
    ],
  ];
  for (const [name, bytes, message] of invalid) {
    it(`refuses ${name}`, () => {
      assert.throws(
        () => readModule(bytes),
        (error) => error instanceof InvalidModule && message.test(error.message),
      );
    });
  }
});
