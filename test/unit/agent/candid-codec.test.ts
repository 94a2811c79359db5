import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { exceedsValues } from '../../../src/core/agent/candid-limit';
import { Failure } from '../../../src/core/util/failure';
import { formatMessage } from '../../../src/core/util/message';
import { busyTime } from '../support/thread-time';
import { testCodec } from './codec';

const codec = testCodec();
const DID = `
  type Person = record { name : text; age : nat8; next : opt Person };
  service : (record { owner : principal }) -> {
    greet : (text, Person) -> (text) query;
    data : () -> (blob);
    nothing : () -> ();
  }`;

const greet = { kind: 'method', name: 'greet' } as const;

async function problem(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    assert.ok(error instanceof Failure, String(error));
    assert.equal(error.kind, 'candid');
    return formatMessage(error.data.message);
  }
  assert.fail('expected a problem');
}

describe('encoding', () => {
  it('takes the types of the method', async () => {
    const bytes = await codec.encode('("Sam", record { name = "Eve"; age = 7; next = null })', greet, DID);
    const typed = await codec.decodeReply(bytes, 'none', undefined);
    assert.match(typed.text ?? '', /7 : nat8/);
  });

  it('takes the types of the constructor', async () => {
    assert.ok((await codec.encode('(record { owner = principal "aaaaa-aa" })', { kind: 'init' }, DID)).length > 10);
    assert.match(await problem(codec.encode('(5)', { kind: 'init' }, DID)), /not of the type/);
  });

  it('infers types where there is no interface', async () => {
    const bytes = await codec.encode('(5, "x")', greet, undefined);
    assert.equal(Buffer.from(bytes).toString('hex'), '4449444c00027c71050178');
  });

  for (const [text, expected] of [
    ['("Sam", 5)', /^5 is not of the type/],
    ['("Sam", nu)', /^“nu” is not expected there\.$/],
    ['("é", nu)', /^“nu” is not expected there\.$/],
    ['("Sam", ', /^The text ends too early\.$/],
    ['("Sam"', /^The text ends too early\.$/],
    ['("Sam") x', /^“x” is not expected there\.$/],
    ['("Sam', /Unclosed string/],
    ['("\\q")', /escape/],
    ['(principal "nonsense")', /Principal/],
    ['(blob "\\zz")', /escape/],
    ['', /^The text ends too early\.$/],
    ['("Sam")', /^The number of arguments is wrong\.$/],
  ] as const) {
    it(`explains ${text}`, async () => {
      const found = await problem(codec.encode(text, greet, DID));
      assert.match(found, expected);
      assert.ok(found.length < 300, found);
      assert.doesNotMatch(found, /Unrecognized|Failed to|bytes due/, found);
    });
  }

  it('says that a method is not there, and that an interface is none', async () => {
    assert.match(await problem(codec.encode('()', { kind: 'method', name: 'nope' }, DID)), /no method nope/);
    assert.match(await problem(codec.encode('()', greet, 'garbage #')), /^The interface cannot be read/);
  });

  it('survives a text that breaks the decoder', async () => {
    const deep = `(${'opt '.repeat(20_000)}1)`;
    assert.match(await problem(codec.encode(deep, undefined, undefined)), /nested/);
    assert.equal((await codec.encode('()', undefined, undefined)).length, 6);
    assert.equal(
      (await codec.decodeReply(await codec.encode('("ok")', undefined, undefined), 'x', undefined)).text,
      '("ok")',
    );
  });
});

describe('decoding', () => {
  const hex = (text: string) => new Uint8Array(Buffer.from(text, 'hex'));

  it('names fields by the interface', async () => {
    const bytes = await codec.encode('(blob "\\00\\ff")', undefined, undefined);
    assert.deepEqual(await codec.decodeReply(bytes, 'data', DID), { text: '(blob "\\00\\ff")', untyped: false });
  });

  it('shows a reply of other types without them', async () => {
    const bytes = await codec.encode('(5)', undefined, undefined);
    const reply = await codec.decodeReply(bytes, 'data', DID);
    assert.equal(reply.untyped, true);
    assert.match(reply.text ?? '', /5/);
  });

  for (const [name, bytes] of Object.entries({
    'no Candid': hex('00ff'),
    nothing: hex(''),
    'four billion nulls': hex('4449444c016d7f0100ffffffff0f'),
    'twenty million nulls': hex('4449444c016d7f010080dac409'),
    // table: 40 records, each of two of the next, the last of two nulls
    'a record that doubles': Buffer.concat([
      hex('4449444c28'),
      ...Array.from({ length: 39 }, (_, i) => Buffer.from([0x6c, 2, 0, i + 1, 1, i + 1])),
      Buffer.from([0x6c, 2, 0, 0x7f, 1, 0x7f, 1, 0]),
    ]),
    'an endless opt': Buffer.concat([hex('4449444c016e000100'), Buffer.alloc(100_000, 1)]),
  })) {
    it(`gives up on ${name} at once`, async () => {
      const begun = busyTime();
      assert.deepEqual(await codec.decodeReply(bytes, 'nothing', DID), { untyped: true });
      assert.ok(busyTime() - begun < 1_000);
    });
  }

  it('counts a blob as one value, and a vector by its elements', async () => {
    const blob = await codec.encode(`(blob "${'x'.repeat(5_000)}")`, undefined, undefined);
    assert.equal(exceedsValues(blob, 10), false);
    const list = await codec.encode(`(vec {${'1;'.repeat(100)}})`, undefined, undefined);
    assert.equal(exceedsValues(list, 101), false);
    assert.equal(exceedsValues(list, 100), true);
  });
});
