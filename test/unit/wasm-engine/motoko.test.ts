/** What Motoko canisters do on the test network, through the agent. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { Actor, Certificate, type HttpAgent, type Identity, LookupPathStatus } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { Ed25519KeyIdentity } from '@dfinity/identity';
import { Principal } from '@dfinity/principal';
import { compileMotoko } from '../../motoko/compile';
import { type SystemCanister, TestNetwork } from '../../network/index';
import { WasmExecutor } from '../../network/wasm-engine/wasm-executor';
import { agentFor, management } from '../test-network/client';

const source = (name: string) => join(__dirname, '..', '..', 'motoko', `${name}.mo`);
const { Nat, Nat64, Text, Bool, Vec, Nat8, Opt, Func, Service, Variant, Null, Principal: PrincipalType } = IDL;
const Blob = Vec(Nat8);

const interfaceOfProbe = () =>
  Service({
    add: Func([Nat], [Nat], []),
    get: Func([], [Nat], ['query']),
    addInQuery: Func([Nat], [Nat], ['query']),
    whoami: Func([], [PrincipalType, PrincipalType, Bool], ['query']),
    crash: Func([], [], []),
    refuse: Func([], [], []),
    recurse: Func([Nat], [Nat], []),
    spin: Func([], [], []),
    spinInQuery: Func([], [], ['query']),
    count: Func([Nat], [Nat64, Nat64], ['query']),
    addTo: Func([PrincipalType, Nat], [Nat], []),
    getOf: Func([PrincipalType], [Nat], []),
    crashAfterCall: Func([PrincipalType], [], []),
    crashAndCleanUp: Func([PrincipalType], [], []),
    catching: Func([PrincipalType, Variant({ crash: Null, refuse: Null, missing: Null })], [Text, Text], []),
    take: Func([Nat], [Nat], []),
    give: Func([PrincipalType, Nat, Nat], [Nat, Nat], []),
    balance: Func([], [Nat], ['query']),
    sum: Func([Opt(PrincipalType)], [Nat], ['composite_query']),
    certify: Func([Blob], [], []),
    certificate: Func([], [Opt(Blob)], ['query']),
    ring: Func([Nat], [], []),
    rung: Func([], [Nat], ['query']),
    remember: Func([Nat64, Blob], [Nat64], []),
    recall: Func([Nat64, Nat], [Blob], ['query']),
    createCanister: Func([Nat], [PrincipalType], []),
    random: Func([], [Blob], []),
    secret: Func([], [], []),
  });

type Probe = Record<string, (...args: unknown[]) => Promise<unknown>>;

/** A canister of the network that answers when it is told to. */
const SLOW = 'qjdve-lqaaa-aaaaa-aaaeq-cai';
class SlowCanister implements SystemCanister {
  readonly id = SLOW;
  readonly called: Promise<void>;
  answer!: () => void;
  #call!: () => void;
  readonly #answered: Promise<void>;

  constructor() {
    this.called = new Promise((resolve) => {
      this.#call = resolve;
    });
    this.#answered = new Promise((resolve) => {
      this.answer = resolve;
    });
  }

  async update(): Promise<Uint8Array> {
    this.#call();
    await this.#answered;
    return IDL.encode([], []);
  }

  query(): Promise<Uint8Array> {
    return this.update();
  }
}

const nat = (value: number) => IDL.encode([Nat], [value]);

/** What a call is rejected with: error code and message. */
async function rejection(call: Promise<unknown>): Promise<string> {
  try {
    await call;
  } catch (error) {
    const { cause } = error as { cause?: { code?: Record<string, unknown> } };
    const code = cause?.code;
    assert.ok(code && 'rejectMessage' in code, String(error));
    return `${String(code['rejectErrorCode'])} ${String(code['rejectMessage'])}`;
  }
  return assert.fail('the call was answered');
}

describe('Motoko canisters', () => {
  let network: TestNetwork;
  let agent: HttpAgent;
  let wasm: Uint8Array;
  let id: string;
  let probe: Probe;
  let friend: string;
  let friendProbe: Probe;
  const slow = new SlowCanister();

  const actor = (canisterId: string, identity?: Identity, by = agent): Probe => {
    if (identity) {
      by.replaceIdentity(identity);
    }
    return Actor.createActor<Probe>(interfaceOfProbe, { agent: by, canisterId });
  };
  const install = async (
    canister: string,
    mode: 'install' | 'reinstall' | 'upgrade',
    module: Uint8Array = wasm,
    arg: Uint8Array = nat(100),
  ): Promise<void> => {
    const modes = { install: { install: null }, reinstall: { reinstall: null }, upgrade: { upgrade: [] } };
    await management(agent, canister)['install_code']!({
      mode: modes[mode],
      canister_id: Principal.fromText(canister),
      wasm_module: module,
      arg,
      sender_canister_version: [],
    });
  };
  const logs = async (canister: string): Promise<string[]> => {
    const answer = await management(agent, canister, 'query')['fetch_canister_logs']!({
      canister_id: Principal.fromText(canister),
      filter: [],
    });
    const { canister_log_records: records } = answer as { canister_log_records: { content: Uint8Array }[] };
    return records.map(({ content }) => Buffer.from(content).toString('utf8'));
  };
  const make = async (first = 100): Promise<string> => {
    const made = await network.createCanister();
    await install(made, 'install', wasm, nat(first));
    return made;
  };

  /** The certified data in the certificate that a query gives. */
  const certified = async (canister: string): Promise<Uint8Array> => {
    const [bytes] = (await actor(canister)['certificate']!()) as [Uint8Array];
    const canisterId = Principal.fromText(canister);
    const certificate = await Certificate.create({
      certificate: Uint8Array.from(bytes),
      rootKey: network.rootKey,
      canisterId,
    });
    const found = certificate.lookup_path(['canister', canisterId.toUint8Array(), 'certified_data']);
    assert.equal(found.status, LookupPathStatus.Found);
    return Uint8Array.from((found as { value: Uint8Array }).value);
  };

  before(async () => {
    wasm = compileMotoko(source('Probe')).wasm;
    network = await TestNetwork.start({
      executor: new WasmExecutor({ timeoutMs: 2500 }),
      systemCanisters: [slow],
    });
    agent = await agentFor(network);
    id = await make();
    friend = await make(7);
    probe = actor(id);
    friendProbe = actor(friend);
  });
  after(() => network.stop());

  it('are installed with an argument, and trap on one they cannot read', async () => {
    assert.equal(await probe['get']!(), 100n);
    const empty = await network.createCanister();
    const message = await rejection(install(empty, 'install', wasm, IDL.encode([Text], ['x'])));
    assert.match(message, /^IC0503 Error from Canister .*: Canister called `ic0.trap` with message: '.*IDL error/);
    assert.equal(network.canister(empty)?.moduleHash, undefined);
  });

  it('change their state in updates and not in queries', async () => {
    assert.equal(await probe['add']!(5), 105n);
    assert.equal(await probe['addInQuery']!(1000), 1105n);
    assert.equal(await probe['get']!(), 105n);
    assert.equal(await probe['add']!(-5 + 5), 105n);
  });

  it('know who calls, who they are and who controls them', async () => {
    const [caller, self, controls] = (await probe['whoami']!()) as [Principal, Principal, boolean];
    assert.deepEqual([caller.toText(), self.toText(), controls], ['2vxsx-fae', id, true]);
    const other = Ed25519KeyIdentity.generate();
    const foreign = actor(id, undefined, await agentFor(network, other));
    const [someone, , theirs] = (await foreign['whoami']!()) as [Principal, Principal, boolean];
    assert.deepEqual([someone.toText(), theirs], [other.getPrincipal().toText(), false]);
  });

  it('undo what they did when they trap, and say so in the log', async () => {
    const before = await probe['get']!();
    const message = await rejection(probe['crash']!());
    assert.equal(
      message,
      `IC0503 Error from Canister ${id}: Canister called \`ic0.trap\` with message: 'crashed: ü'.\n` +
        'Consider gracefully handling failures from this canister or altering the canister to handle exceptions. ' +
        'See documentation: https://internetcomputer.org/docs/current/references/execution-errors#trapped-explicitly',
    );
    assert.equal(await probe['get']!(), before);
    assert.deepEqual((await logs(id)).slice(-2), ['about to crash', '[TRAP]: crashed: ü']);
  });

  it('do not log what queries print', async () => {
    await probe['addInQuery']!(1);
    assert.ok(!(await logs(id)).includes('in a query'));
  });

  it('can reject a call in their own words', async () => {
    assert.equal(await rejection(probe['refuse']!()), 'IC0406 not today');
  });

  it('overflow their stack without harm', async () => {
    assert.equal(await probe['recurse']!(100), 100n);
    assert.match(
      await rejection(probe['recurse']!(10_000_000)),
      /^IC0502 .*Canister trapped: (stack overflow|heap out of bounds)/,
    );
    assert.equal(await probe['recurse']!(100), 100n);
  });

  it('are stopped when they do not end, while others go on', async () => {
    const before = await probe['get']!();
    const bystander = actor(await make(1));
    let ended = 0;
    const spinning = [rejection(probe['spin']!()), rejection(friendProbe['spinInQuery']!())].map(async (call) => {
      const said = await call;
      ended++;
      return said;
    });
    assert.equal(await bystander['add']!(1), 2n);
    assert.equal(ended, 0, 'the others had to wait');
    const [update, query] = await Promise.all(spinning);
    assert.match(
      update!,
      /^IC0522 .*Canister exceeded the limit of 40000000000 instructions for single message execution/,
    );
    assert.match(query!, /^IC0522 .*Canister exceeded the limit of 5000000000 instructions/);
    assert.equal(await probe['get']!(), before);
    assert.equal(await probe['add']!(1), (before as bigint) + 1n);
  });

  it('count their instructions', async () => {
    const [few, total] = (await probe['count']!(1000)) as [bigint, bigint];
    const [many] = (await probe['count']!(10_000)) as [bigint];
    const ratio = Number(many) / Number(few);
    assert.ok(ratio > 9 && ratio < 11, `ratio ${ratio}`);
    assert.ok(total >= few && few > 1000n);
  });

  it('call others, themselves too', async () => {
    const theirs = (await friendProbe['get']!()) as bigint;
    assert.equal(await probe['addTo']!(Principal.fromText(friend), 3), theirs + 3n);
    assert.equal(await probe['getOf']!(Principal.fromText(friend)), theirs + 3n);
    const own = (await probe['get']!()) as bigint;
    assert.equal(await probe['addTo']!(Principal.fromText(id), 2), own + 2n);
  });

  it('keep what they did before an await when they trap after it', async () => {
    const own = (await probe['get']!()) as bigint;
    const theirs = (await friendProbe['get']!()) as bigint;
    assert.match(await rejection(probe['crashAfterCall']!(Principal.fromText(friend))), /^IC0503 .*'after the call'/);
    assert.equal(await probe['get']!(), own + 1n);
    assert.equal(await friendProbe['get']!(), theirs + 1n);
  });

  it('clean up when they trap in a callback', async () => {
    const own = (await probe['get']!()) as bigint;
    assert.match(await rejection(probe['crashAndCleanUp']!(Principal.fromText(friend))), /'before the cleanup'/);
    assert.equal(await probe['get']!(), own + 10n);
  });

  it('learn why a call failed', async () => {
    const of = (what: string) => probe['catching']!(Principal.fromText(friend), { [what]: null });
    const [crashed, said] = (await of('crash')) as [string, string];
    assert.equal(crashed, 'canister_error');
    assert.ok(said.startsWith(`IC0503: Error from Canister ${friend}: Canister called \`ic0.trap\``), said);
    assert.deepEqual(await of('refuse'), ['canister_reject', 'not today']);
    const [missing, why] = (await of('missing')) as [string, string];
    assert.equal(missing, 'canister_error');
    assert.match(why, /^IC0536: .*has no update method 'missing'/);
    const nowhere = probe['catching']!(Principal.fromText('aaaaa-aa'), { missing: null });
    assert.match(((await nowhere) as [string, string])[1], /^IC0536: /);
    const nobody = probe['catching']!(Principal.fromText('r7inp-6aaaa-aaaaa-aaabq-cai'), { missing: null });
    assert.equal(((await nobody) as [string, string])[0], 'destination_invalid');
  });

  it('send cycles with a call, and get back what is not taken', async () => {
    const before = network.canister(friend)!.cycles;
    assert.deepEqual(await probe['give']!(Principal.fromText(friend), 10n ** 11n, 4n * 10n ** 10n), [
      4n * 10n ** 10n,
      6n * 10n ** 10n,
    ]);
    const gained = network.canister(friend)!.cycles - before;
    assert.ok(gained > 3_900_000_000_0n && gained <= 4n * 10n ** 10n, String(gained));
    const balance = (await probe['balance']!()) as bigint;
    const now = network.canister(id)!.cycles;
    assert.ok(balance > 2n * 10n ** 12n && balance <= now + 10n ** 6n, `${balance} of ${now}`);
    assert.match(
      await rejection(probe['give']!(Principal.fromText(friend), 10n ** 15n, 1)),
      /is out of cycles: please top up the canister with at least \d+ additional cycles|could not perform/,
    );
  });

  it('create canisters, which they then control', async () => {
    const created = (await probe['createCanister']!(10n ** 12n)) as Principal;
    const info = network.canister(created.toText())!;
    assert.deepEqual(info.controllers, [id]);
    assert.ok(info.cycles > 49n * 10n ** 10n && info.cycles <= 5n * 10n ** 11n);
    assert.equal(((await probe['random']!()) as Uint8Array).length, 32);
    assert.match(await rejection(probe['createCanister']!(10n ** 9n)), /Creating a canister requires a fee/);
  });

  it('ask others in composite queries, and forget what they changed', async () => {
    const own = (await probe['get']!()) as bigint;
    const theirs = (await friendProbe['get']!()) as bigint;
    assert.equal(await probe['sum']!([Principal.fromText(friend)]), own + 1n + theirs);
    assert.equal(await probe['get']!(), own);
  });

  it('certify data', async () => {
    assert.deepEqual(await certified(friend), new Uint8Array());
    const data = Uint8Array.from({ length: 32 }, (_, index) => index);
    await probe['certify']!(data);
    assert.deepEqual(await certified(id), data);
    assert.match(await rejection(probe['certify']!(new Uint8Array(33))), /must be no larger than 32 bytes|too/);
  });

  it('ring timers', async () => {
    await probe['ring']!(50_000_000);
    for (const started = performance.now(); (await probe['rung']!()) !== 1n; ) {
      assert.ok(performance.now() - started < 10_000, 'the timer did not ring');
    }
  });

  it('have stable memory', async () => {
    const data = Uint8Array.from({ length: 100_000 }, (_, index) => index % 251);
    assert.equal(await probe['remember']!(200_000n, data), 5n);
    const read = async () => Buffer.from((await probe['recall']!(199_999n, 100_001n)) as Uint8Array);
    assert.ok((await read()).equals(Buffer.concat([Buffer.of(0), data])));
    await install(id, 'upgrade');
    assert.ok((await read()).equals(Buffer.concat([Buffer.of(0), data])));
    assert.match(await rejection(probe['recall']!(400_000n, 100_000n)), /^IC050[23] /);
  });

  it('have snapshots that are of one moment, however busy they are', async () => {
    const busy = await make(0);
    const canister_id = Principal.fromText(busy);
    const adding = Promise.all(Array.from({ length: 10 }, () => actor(busy)['add']!(1)));
    const taken = (await management(agent, busy)['take_canister_snapshot']!({
      canister_id,
      replace_snapshot: [],
      uninstall_code: [],
      sender_canister_version: [],
    })) as { id: Uint8Array };
    await adding;
    assert.equal(await actor(busy)['get']!(), 10n);
    await management(agent, busy)['load_canister_snapshot']!({
      canister_id,
      snapshot_id: taken.id,
      sender_canister_version: [],
    });
    const then = (await actor(busy)['get']!()) as bigint;
    assert.ok(then >= 0n && then <= 10n, String(then));
    assert.equal(await actor(busy)['add']!(1), then + 1n);
  });

  it('keep their state over an upgrade and lose it by a reinstallation', async () => {
    const own = (await probe['get']!()) as bigint;
    await install(id, 'upgrade', wasm, nat(5));
    assert.equal(await probe['get']!(), own);
    await install(id, 'reinstall', wasm, nat(5));
    assert.equal(await probe['get']!(), 5n);
  });

  it('decide which calls they take', async () => {
    assert.match(
      await rejection(probe['secret']!()),
      /^IC0503 .*'canister_inspect_message explicitly refused message'/,
    );
    assert.equal(await friendProbe['getOf']!(Principal.fromText(id)), 5n);
  });

  it('are still stopping while a call of theirs is open', async () => {
    const caller = await make();
    const call = actor(caller)['catching']!(Principal.fromText(SLOW), { crash: null });
    await slow.called;
    const stop = management(agent, caller)['stop_canister']!({ canister_id: Principal.fromText(caller) });
    while (network.canister(caller)?.status === 'running') {
      await setTimeout(5);
    }
    await setTimeout(50);
    assert.equal(network.canister(caller)?.status, 'stopping');
    assert.match(await rejection(actor(caller)['get']!()), /^IC0509 /);
    slow.answer();
    assert.deepEqual(await call, ['', '']);
    await stop;
    assert.equal(network.canister(caller)?.status, 'stopped');
    assert.match(await rejection(actor(caller)['get']!()), /^IC0508 /);
  });

  it('beat', async () => {
    const beating = await network.createCanister({ wasm: compileMotoko(source('Beating')).wasm });
    const beats = Actor.createActor<Probe>(
      () => Service({ count: Func([], [Nat], ['query']), later: Func([], [Nat], []) }),
      { agent, canisterId: beating },
    );
    for (const started = performance.now(); (await beats['count']!()) === 0n; ) {
      assert.ok(performance.now() - started < 10_000, 'no heartbeat');
    }
    assert.match(await rejection(beats['later']!()), /^IC0527 Composite query cannot be called in replicated mode/);
  });

  it('take memory and cycles for what they do', async () => {
    const before = network.canister(friend)!.cycles;
    await friendProbe['add']!(1);
    const fee = before - network.canister(friend)!.cycles;
    assert.ok(fee > 5_000_000n && fee < 100_000_000n, String(fee));
    const answer = await management(agent, friend)['canister_status']!({ canister_id: Principal.fromText(friend) });
    const { memory_metrics: metrics } = answer as { memory_metrics: Record<string, bigint> };
    assert.ok(metrics['wasm_memory_size']! > 1_000_000n);
    assert.ok(metrics['global_memory_size']! > 0n);
  });
});
