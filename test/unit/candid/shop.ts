/** An interface with types inside types, as a shop has. */
import assert from 'node:assert/strict';
import { parseInterface } from '../../../src/core/candid/interface';
import type { ExpectedTypes } from '../../../src/core/candid/typed-arguments';

export const SHOP = `
  type Item = record { sku : text; price : float64; amount : nat; note : opt text };
  type Shipping = variant { standard; express : nat8; pickup : record { place : text } };
  type Tree = record { name : text; children : vec Tree };
  service : {
    place : (order : record { customer : text; items : vec Item; shipping : Shipping }) -> (nat);
    many : (nat, text) -> ();
    named : (count : nat, item : Item) -> ();
    plant : (Tree) -> ();
    greet : (name : text) -> (text);
    rate : (float64) -> ();
    maybe : (opt nat) -> ();
    image : (blob) -> ();
  }`;

export function expectedOf(did: string, method: string): ExpectedTypes {
  const parsed = parseInterface(did);
  assert.ok(!('problem' in parsed), did);
  const { parameters } = parsed.methods.get(method) ?? assert.fail(method);
  return { parameters, types: parsed.types };
}
