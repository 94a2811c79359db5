import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { Cbor } from '@dfinity/agent';
import { CborError, decodeCbor, encodeCbor } from '../../network/cbor';

const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'));

describe('CBOR', () => {
  it('writes what the agent reads', () => {
    const long = new Uint8Array(70_000).fill(5);
    const value = {
      a: 1,
      b: 23,
      c: 24,
      d: 255,
      e: 256,
      f: 65_536,
      g: 2n ** 40n,
      t: 'ü',
      list: [true, false, null],
      long,
    };
    const read = Cbor.decode<typeof value>(encodeCbor(value));
    assert.deepEqual({ ...read, g: BigInt(read.g), long: undefined }, { ...value, long: undefined });
    assert.equal(Buffer.compare(read.long, long), 0);
  });

  it('reads what the agent writes', () => {
    const bytes = Cbor.encode({ content: { request_type: 'call', arg: Uint8Array.of(1, 2), n: 2n ** 60n } });
    const read = decodeCbor(bytes);
    assert.ok(read instanceof Map);
    const content = read.get('content');
    assert.ok(content instanceof Map);
    assert.equal(content.get('request_type'), 'call');
    assert.deepEqual(content.get('arg'), Uint8Array.of(1, 2));
    assert.equal(content.get('n'), 2n ** 60n);
  });

  it('reads indefinite lengths', () => {
    // {_ "a": [_ 1, 2], "b": (_ h'01', h'02')}
    assert.deepEqual(
      decodeCbor(hex('bf61619f0102ff61625f41014102ffff')),
      new Map<string, unknown>([
        ['a', [1, 2]],
        ['b', Buffer.from([1, 2])],
      ]),
    );
  });

  it('keeps names of members apart from members of objects', () => {
    const read = decodeCbor(encodeCbor(JSON.parse('{"__proto__": {"x": 1}, "constructor": 2}')));
    assert.ok(read instanceof Map);
    assert.deepEqual([...read.keys()], ['__proto__', 'constructor']);
  });

  const wrong: [string, string][] = [
    ['nothing', ''],
    ['an item that ends early', '4401'],
    ['a list of more items than there are bytes', '9affffffff'],
    ['something after the item', '0101'],
    ['the same key twice', 'a2616101616102'],
    ['a key that is not text', 'a10101'],
    ['text that is not UTF-8', '61ff'],
    ['a break without a beginning', 'ff'],
    ['a length of 2^64-1', '5bffffffffffffffff'],
    ['a float', 'f93c00'],
    ['a reserved length', '1c'],
    ['deep nesting', '81'.repeat(5000)],
    ['deep nesting of tags', 'c1'.repeat(5000)],
  ];
  for (const [name, bytes] of wrong) {
    it(`refuses ${name}`, () => {
      assert.throws(() => decodeCbor(hex(bytes)), CborError);
    });
  }
});
