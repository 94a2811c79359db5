/** The cycles ledger at its mainnet id, as far as command lines lean on it (dfinity/cycles-ledger, its Candid file). */
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { DEFAULT_SETTINGS } from '../canister';
import { CREATION_FEE } from '../canister-methods';
import type { CanisterCall, SystemCanister } from '../executor';
import { type ManagementCanister, mergeSettings } from '../management';
import { CanisterSettings, type OptValue, type SettingsValue } from '../management-idl';
import { ErrorCode, Reject, rejects } from '../reject';
import type { NetworkState } from '../state';

const { Nat, Nat8, Nat16, Nat64, Opt, Record, Text, Tuple, Variant, Vec, Null, Principal: PrincipalType, Int } = IDL;

export const CYCLES_LEDGER = 'um5iw-rqaaa-aaaaq-qaaba-cai';

/** Cycles that a transfer, a withdrawal and the like cost. */
const FEE = 100_000_000n;
/** Cycles that every account has that was not used yet: nobody has to buy any on a test network. */
const FIRST_BALANCE = 1_000_000_000_000_000n;
/** What the anonymous one has: `icp network start` gives every identity cycles of it. */
const ANONYMOUS_BALANCE = 10n ** 24n;
const ANONYMOUS = '2vxsx-fae';
/** How long a transaction is remembered, so that it is not made twice: 24 hours and two minutes of drift. */
const WINDOW_NS = 86_400_000_000_000n;
const DRIFT_NS = 120_000_000_000n;

const Blob = Vec(Nat8);
const Account = Record({ owner: PrincipalType, subaccount: Opt(Blob) });
const GenericError = Record({ message: Text, error_code: Nat });
const InsufficientFunds = Record({ balance: Nat });
const CreatedInFuture = Record({ ledger_time: Nat64 });
const BlockIndex = Nat;

const CreateCanisterArgs = Record({
  from_subaccount: Opt(Blob),
  created_at_time: Opt(Nat64),
  amount: Nat,
  creation_args: Opt(Record({ settings: Opt(CanisterSettings) })),
});
const CreateCanisterResult = Variant({
  Ok: Record({ block_id: BlockIndex, canister_id: PrincipalType }),
  Err: Variant({
    InsufficientFunds,
    TooOld: Null,
    CreatedInFuture,
    TemporarilyUnavailable: Null,
    Duplicate: Record({ duplicate_of: Nat, canister_id: Opt(PrincipalType) }),
    FailedToCreate: Record({ fee_block: Opt(BlockIndex), refund_block: Opt(BlockIndex), error: Text }),
    GenericError,
  }),
});
const TransferArgs = Record({
  from_subaccount: Opt(Blob),
  to: Account,
  amount: Nat,
  fee: Opt(Nat),
  memo: Opt(Blob),
  created_at_time: Opt(Nat64),
});
const TransferResult = Variant({
  Ok: BlockIndex,
  Err: Variant({
    BadFee: Record({ expected_fee: Nat }),
    BadBurn: Record({ min_burn_amount: Nat }),
    InsufficientFunds,
    TooOld: Null,
    CreatedInFuture,
    Duplicate: Record({ duplicate_of: Nat }),
    TemporarilyUnavailable: Null,
    GenericError,
  }),
});
const WithdrawArgs = Record({
  amount: Nat,
  from_subaccount: Opt(Blob),
  to: PrincipalType,
  created_at_time: Opt(Nat64),
});
const WithdrawResult = Variant({
  Ok: BlockIndex,
  Err: Variant({
    GenericError,
    TemporarilyUnavailable: Null,
    Duplicate: Record({ duplicate_of: Nat }),
    BadFee: Record({ expected_fee: Nat }),
    InvalidReceiver: Record({ receiver: PrincipalType }),
    CreatedInFuture,
    TooOld: Null,
    InsufficientFunds,
  }),
});
const DepositArgs = Record({ to: Account, memo: Opt(Blob) });
const DepositResult = Record({ balance: Nat, block_index: BlockIndex });
const MetadataValue = Variant({ Nat, Int, Text, Blob });

interface AccountValue {
  readonly owner: Principal;
  readonly subaccount: OptValue<Uint8Array>;
}

interface CreateCanisterValue {
  readonly from_subaccount: OptValue<Uint8Array>;
  readonly created_at_time: OptValue<bigint>;
  readonly amount: bigint;
  readonly creation_args: OptValue<{ readonly settings: OptValue<SettingsValue> }>;
}

interface TransferValue {
  readonly from_subaccount: OptValue<Uint8Array>;
  readonly to: AccountValue;
  readonly amount: bigint;
  readonly fee: OptValue<bigint>;
  readonly created_at_time: OptValue<bigint>;
}

interface WithdrawValue {
  readonly amount: bigint;
  readonly from_subaccount: OptValue<Uint8Array>;
  readonly to: Principal;
  readonly created_at_time: OptValue<bigint>;
}

/** What a transaction is known by, when it says when it was made. */
interface Known {
  readonly block: bigint;
  readonly canister?: Principal;
}

export class CyclesLedger implements SystemCanister {
  readonly id = CYCLES_LEDGER;
  readonly #state: NetworkState;
  readonly #management: ManagementCanister;
  readonly #balances = new Map([
    [accountKey({ owner: Principal.fromText(ANONYMOUS), subaccount: [] }), ANONYMOUS_BALANCE],
  ]);
  readonly #known = new Map<string, Known>();
  #nextBlock = 0n;

  constructor(state: NetworkState, management: ManagementCanister) {
    this.#state = state;
    this.#management = management;
  }

  async query(call: CanisterCall): Promise<Uint8Array> {
    const reply = this.#read(call);
    if (!reply) {
      throw rejects.methodNotFound(this.id, 'query', call.method);
    }
    return reply;
  }

  async update(call: CanisterCall): Promise<Uint8Array> {
    switch (call.method) {
      case 'create_canister':
        return IDL.encode([CreateCanisterResult], [this.#createCanister(call)]);
      case 'icrc1_transfer':
        return IDL.encode([TransferResult], [this.#transfer(call)]);
      case 'withdraw':
        return IDL.encode([WithdrawResult], [this.#withdraw(call)]);
      case 'deposit':
        return IDL.encode([DepositResult], [this.#deposit(call)]);
    }
    const reply = this.#read(call);
    if (!reply) {
      throw rejects.methodNotFound(this.id, 'update', call.method);
    }
    return reply;
  }

  #read({ method, arg }: CanisterCall): Uint8Array | undefined {
    switch (method) {
      case 'icrc1_balance_of':
        return IDL.encode([Nat], [this.#balance(accountKey(decode<AccountValue>(Account, arg)))]);
      case 'icrc1_fee':
        return IDL.encode([Nat], [FEE]);
      case 'icrc1_decimals':
        return IDL.encode([Nat8], [12]);
      case 'icrc1_name':
        return IDL.encode([Text], ['Cycles Ledger (test network)']);
      case 'icrc1_symbol':
        return IDL.encode([Text], ['TCYCLES']);
      case 'icrc1_metadata':
        return IDL.encode(
          [Vec(Tuple(Text, MetadataValue))],
          [
            [
              ['icrc1:decimals', { Nat: 12n }],
              ['icrc1:name', { Text: 'Cycles Ledger (test network)' }],
              ['icrc1:symbol', { Text: 'TCYCLES' }],
              ['icrc1:fee', { Nat: FEE }],
            ],
          ],
        );
      case 'icrc1_minting_account':
        return IDL.encode([Opt(Account)], [[]]);
      case 'icrc1_supported_standards':
        return IDL.encode(
          [Vec(Record({ name: Text, url: Text }))],
          [[{ name: 'ICRC-1', url: 'https://github.com/dfinity/ICRC-1/tree/main/standards/ICRC-1' }]],
        );
      case 'http_request':
        return IDL.encode(
          [Record({ status_code: Nat16, headers: Vec(Tuple(Text, Text)), body: Blob })],
          [{ status_code: 404, headers: [], body: [] }],
        );
    }
    return undefined;
  }

  #createCanister(call: CanisterCall): unknown {
    const args = decode<CreateCanisterValue>(CreateCanisterArgs, call.arg);
    const fault = this.#checkTime(call, args.created_at_time);
    if (fault) {
      return fault.duplicate
        ? { Err: { Duplicate: { duplicate_of: fault.duplicate.block, canister_id: [fault.duplicate.canister!] } } }
        : { Err: fault.error };
    }
    const from = accountKey({ owner: Principal.fromText(call.caller), subaccount: args.from_subaccount });
    const balance = this.#balance(from);
    if (balance < args.amount + FEE) {
      return { Err: { InsufficientFunds: { balance } } };
    }
    if (args.amount < CREATION_FEE) {
      const error = `IC0406: Creating a canister requires a fee of ${CREATION_FEE} that is deducted from the canister's initial balance but only ${args.amount} cycles were received with the create_canister request.`;
      return { Err: { FailedToCreate: { fee_block: [], refund_block: [], error } } };
    }
    try {
      const settings = mergeSettings(
        { ...DEFAULT_SETTINGS, controllers: [call.caller] },
        args.creation_args[0]?.settings[0],
      );
      const canister = this.#management.create(settings, args.amount - CREATION_FEE);
      this.#balances.set(from, balance - args.amount - FEE);
      const block = this.#remember(call, args.created_at_time, canister.id);
      return { Ok: { block_id: block, canister_id: canister.id } };
    } catch (error) {
      if (!(error instanceof Reject)) {
        throw error;
      }
      return { Err: { FailedToCreate: { fee_block: [], refund_block: [], error: error.forCanisters } } };
    }
  }

  #transfer(call: CanisterCall): unknown {
    const args = decode<TransferValue>(TransferArgs, call.arg);
    const fault = this.#checkTime(call, args.created_at_time);
    if (fault) {
      return { Err: duplicateOr(fault) };
    }
    if (args.fee[0] !== undefined && args.fee[0] !== FEE) {
      return { Err: { BadFee: { expected_fee: FEE } } };
    }
    const from = accountKey({ owner: Principal.fromText(call.caller), subaccount: args.from_subaccount });
    const balance = this.#balance(from);
    if (balance < args.amount + FEE) {
      return { Err: { InsufficientFunds: { balance } } };
    }
    const to = accountKey(args.to);
    this.#balances.set(from, balance - args.amount - FEE);
    this.#balances.set(to, this.#balance(to) + args.amount);
    return { Ok: this.#remember(call, args.created_at_time) };
  }

  #withdraw(call: CanisterCall): unknown {
    const args = decode<WithdrawValue>(WithdrawArgs, call.arg);
    const fault = this.#checkTime(call, args.created_at_time);
    if (fault) {
      return { Err: duplicateOr(fault) };
    }
    const receiver = this.#state.canisters.get(args.to.toText());
    if (!receiver) {
      return { Err: { InvalidReceiver: { receiver: args.to } } };
    }
    const from = accountKey({ owner: Principal.fromText(call.caller), subaccount: args.from_subaccount });
    const balance = this.#balance(from);
    if (balance < args.amount + FEE) {
      return { Err: { InsufficientFunds: { balance } } };
    }
    this.#balances.set(from, balance - args.amount - FEE);
    receiver.addCycles(args.amount, this.#state.now());
    return { Ok: this.#remember(call, args.created_at_time) };
  }

  #deposit(call: CanisterCall): unknown {
    const given = call.purse?.cycles ?? 0n;
    if (!call.purse || given < FEE) {
      throw new Reject(
        ErrorCode.CanisterCalledTrap,
        `Error from Canister ${this.id}: Canister called \`ic0.trap\` with message: 'The requested amount ${given} to be deposited is less than the cycles ledger fee: ${FEE}'`,
      );
    }
    const to = accountKey(decode<{ to: AccountValue }>(DepositArgs, call.arg).to);
    call.purse.cycles = 0n;
    const balance = this.#balance(to) + given;
    this.#balances.set(to, balance);
    return { balance, block_index: this.#nextBlock++ };
  }

  #balance(account: string): bigint {
    return this.#balances.get(account) ?? FIRST_BALANCE;
  }

  #checkTime(
    call: CanisterCall,
    [madeAt]: OptValue<bigint> | [undefined],
  ): { duplicate?: Known; error?: unknown } | undefined {
    if (madeAt === undefined) {
      return undefined;
    }
    const now = this.#state.now();
    if (madeAt > now + DRIFT_NS) {
      return { error: { CreatedInFuture: { ledger_time: now } } };
    }
    if (madeAt < now - WINDOW_NS - DRIFT_NS) {
      return { error: { TooOld: null } };
    }
    const duplicate = this.#known.get(transactionKey(call));
    return duplicate && { duplicate };
  }

  #remember(call: CanisterCall, [madeAt]: OptValue<bigint> | [undefined], canister?: Principal): bigint {
    const block = this.#nextBlock++;
    if (madeAt !== undefined) {
      this.#known.set(transactionKey(call), { block, canister });
    }
    return block;
  }
}

function duplicateOr(fault: { duplicate?: Known; error?: unknown }): unknown {
  return fault.duplicate ? { Duplicate: { duplicate_of: fault.duplicate.block } } : fault.error;
}

/** The same argument of the same caller, which has the time in it, is the same transaction. */
function transactionKey({ caller, method, arg }: CanisterCall): string {
  return `${caller} ${method} ${Buffer.from(arg).toString('hex')}`;
}

/** An account without a subaccount is that with a subaccount of zeros. */
function accountKey({ owner, subaccount }: AccountValue): string {
  return `${owner.toText()} ${Buffer.from(subaccount[0] ?? [])
    .toString('hex')
    .replace(/^0+$/, '')}`;
}

function decode<T>(type: IDL.Type, arg: Uint8Array): T {
  try {
    const [value] = IDL.decode([type], arg);
    return value as T;
  } catch (error) {
    throw rejects.candid(error instanceof Error ? error.message : String(error));
  }
}
