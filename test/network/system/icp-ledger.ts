/** The ICP ledger at its mainnet id, as far as `icp` gives identities ICP with it (dfinity/ic, `rs/ledger_suite/icp/ledger.did`). */
import { IDL } from '@dfinity/candid';
import type { Principal } from '@dfinity/principal';
import { accountIdentifier } from '../../../src/core/identity/account';
import type { CanisterCall, SystemCanister } from '../executor';
import type { OptValue } from '../management-idl';
import { rejects } from '../reject';

const { Nat, Nat8, Nat64, Opt, Record, Text, Variant, Vec, Null, Principal: PrincipalType } = IDL;

/** In e8s. */
const FEE = 10_000n;
/** What the anonymous principal has at first, in e8s: on a local network it gives ICP to all others. */
const FIRST_BALANCE = 10n ** 18n;
const ANONYMOUS = '2vxsx-fae';

const Blob = Vec(Nat8);
const Tokens = Record({ e8s: Nat64 });
const TransferArgs = Record({
  memo: Nat64,
  amount: Tokens,
  fee: Tokens,
  from_subaccount: Opt(Blob),
  to: Blob,
  created_at_time: Opt(Record({ timestamp_nanos: Nat64 })),
});
const TransferResult = Variant({
  Ok: Nat64,
  Err: Variant({
    BadFee: Record({ expected_fee: Tokens }),
    InsufficientFunds: Record({ balance: Tokens }),
    TxTooOld: Record({ allowed_window_nanos: Nat64 }),
    TxCreatedInFuture: Null,
    TxDuplicate: Record({ duplicate_of: Nat64 }),
  }),
});
const Account = Record({ owner: PrincipalType, subaccount: Opt(Blob) });

interface TransferValue {
  readonly amount: { readonly e8s: bigint };
  readonly fee: { readonly e8s: bigint };
  readonly from_subaccount: OptValue<Uint8Array>;
  readonly to: Uint8Array;
}

export class IcpLedger implements SystemCanister {
  readonly id = 'ryjl3-tyaaa-aaaaa-aaaba-cai';
  readonly #balances = new Map<string, bigint>([[accountOf(ANONYMOUS), FIRST_BALANCE]]);
  #blocks = 0n;

  async update(call: CanisterCall): Promise<Uint8Array> {
    if (call.method === 'transfer') {
      return IDL.encode([TransferResult], [this.#transfer(call)]);
    }
    return this.query(call);
  }

  async query({ method, arg }: CanisterCall): Promise<Uint8Array> {
    switch (method) {
      case 'account_balance': {
        const { account } = decode<{ account: Uint8Array }>(Record({ account: Blob }), arg);
        return IDL.encode([Tokens], [{ e8s: this.#balance(hex(account)) }]);
      }
      case 'icrc1_balance_of': {
        const { owner, subaccount } = decode<{ owner: Principal; subaccount: OptValue<Uint8Array> }>(Account, arg);
        return IDL.encode([Nat], [this.#balance(accountOf(owner.toText(), subaccount[0]))]);
      }
      case 'icrc1_fee':
        return IDL.encode([Nat], [FEE]);
      case 'icrc1_decimals':
        return IDL.encode([Nat8], [8]);
      case 'icrc1_symbol':
        return IDL.encode([Text], ['ICP']);
      default:
        throw rejects.methodNotFound(this.id, 'query', method);
    }
  }

  #transfer({ caller, arg }: CanisterCall): unknown {
    const { amount, fee, from_subaccount, to } = decode<TransferValue>(TransferArgs, arg);
    if (fee.e8s !== FEE) {
      return { Err: { BadFee: { expected_fee: { e8s: FEE } } } };
    }
    const from = accountOf(caller, from_subaccount[0]);
    const balance = this.#balance(from);
    if (balance < amount.e8s + FEE) {
      return { Err: { InsufficientFunds: { balance: { e8s: balance } } } };
    }
    this.#balances.set(from, balance - amount.e8s - FEE);
    this.#balances.set(hex(to), this.#balance(hex(to)) + amount.e8s);
    return { Ok: this.#blocks++ };
  }

  #balance(account: string): bigint {
    return this.#balances.get(account) ?? 0n;
  }
}

function accountOf(principal: string, subaccount?: Uint8Array): string {
  return accountIdentifier(principal, subaccount && Uint8Array.from(subaccount)) ?? '';
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function decode<T>(type: IDL.Type, arg: Uint8Array): T {
  try {
    const [value] = IDL.decode([type], arg);
    return value as T;
  } catch (error) {
    throw rejects.candid(error instanceof Error ? error.message : String(error));
  }
}
