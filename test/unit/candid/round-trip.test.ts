import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { IDL } from '@dfinity/candid';
import { exceedsValues } from '../../../src/core/agent/candid-limit';
import { parseInterface } from '../../../src/core/candid/interface';
import { printName, printType } from '../../../src/core/candid/print';
import { Random } from '../../support/random';
import { testCodec } from '../agent/codec';
import { randomType } from './random';

const TYPES = 2_500;
const VALUES_PER_TYPE = 4;

describe('random values', () => {
  it(`${TYPES * VALUES_PER_TYPE} of them become text and the same bytes again`, async () => {
    const codec = testCodec();
    const random = Random.forTest('random values');
    for (let count = 0; count < TYPES; count++) {
      const types = Array.from({ length: 1 + random.below(3) }, () => randomType(random, 3, printName));
      const did = `service : { m : (${types.map((type) => type.did).join(', ')}) -> (${types.map((type) => type.did).join(', ')}) }`;
      // What we print of what we read means the same to the reference implementation.
      const parsed = parseInterface(did);
      assert.ok(!('problem' in parsed), did);
      const method = parsed.methods.get('m');
      assert.ok(method, did);
      const again = method.results.map(({ type }) => printType(type)).join(', ');
      const printed = `service : { m : (${again}) -> (${again}) }`;
      for (let index = 0; index < VALUES_PER_TYPE; index++) {
        const values = types.map((type) => type.value());
        const idl = types.map((type) => type.idl);
        const bytes = new Uint8Array(IDL.encode(idl, values));
        assert.equal(exceedsValues(bytes, 100_000), false, did);
        const reply = await codec.decodeReply(bytes, 'm', printed);
        assert.equal(reply.untyped, false, did);
        const text = reply.text ?? assert.fail(did);
        const encoded = await codec.encode(text, { kind: 'method', name: 'm' }, did);
        assert.deepEqual(IDL.decode(idl, encoded), IDL.decode(idl, bytes), `${did}\n${text}`);
      }
    }
  });
});
