/** The cycles minting canister at its mainnet id, which clients ask where canisters can be created. */
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import type { CanisterCall, SystemCanister } from '../executor';
import { rejects } from '../reject';

const Subnets = IDL.Vec(IDL.Principal);

export class CyclesMintingCanister implements SystemCanister {
  readonly id = 'rkp4c-7iaaa-aaaaa-aaaca-cai';
  readonly #subnet: Principal;

  constructor(subnet: Principal) {
    this.#subnet = subnet;
  }

  async update(call: CanisterCall): Promise<Uint8Array> {
    return this.query(call);
  }

  async query({ method }: CanisterCall): Promise<Uint8Array> {
    if (method === 'get_default_subnets') {
      return IDL.encode([Subnets], [[this.#subnet]]);
    }
    if (method === 'get_subnet_types_to_subnets') {
      const Types = IDL.Record({ data: IDL.Vec(IDL.Tuple(IDL.Text, Subnets)) });
      return IDL.encode([Types], [{ data: [] }]);
    }
    throw rejects.methodNotFound(this.id, 'query', method);
  }
}
