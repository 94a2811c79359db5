/** What no compiler makes: modules by hand, against the rules of the system interface. */
import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { setTimeout } from 'node:timers/promises';
import { type HttpAgent, pollForResponse } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { Reject, TestNetwork } from '../../network/index';
import { runsMemory64 } from '../../network/wasm-engine/compile';
import { agentFor, management } from '../test-network/client';
import {
  add32,
  assemble,
  call,
  callTable,
  divide32,
  drop,
  getGlobal,
  i32,
  i64,
  load32,
  type ModuleSource,
  memoryGrow,
  memorySize,
  type Part,
  setGlobal,
  store32,
  unreachable,
} from './assemble';

const REPLY = { msg_reply_data_append: 'ii:', msg_reply: ':' };
/** Replies with four bytes at an address. */
const replyWith = (address: number): Part => [i32(address), i32(4), call('msg_reply_data_append'), call('msg_reply')];
/** Replies with what the instructions leave on the stack. */
const replyValue = (...value: readonly Part[]): Part => [i32(100), ...value, store32, replyWith(100)];

describe('modules made by hand', () => {
  let network: TestNetwork;
  let agent: HttpAgent;

  before(async () => {
    network = await TestNetwork.start();
    agent = await agentFor(network);
  });
  after(() => network.stop());

  const install = (source: ModuleSource) => network.createCanister({ wasm: assemble(source) });
  const refusal = async (source: ModuleSource): Promise<string> => {
    try {
      await install(source);
    } catch (error) {
      assert.ok(error instanceof Reject);
      return `${error.errorCode} ${error.message}`;
    }
    return assert.fail('it was installed');
  };
  /** The number that a method replies with, or what it is rejected with. */
  const ask = async (canister: string, method: string, kind: 'call' | 'query' = 'call'): Promise<number | string> => {
    const fields = { methodName: method, arg: IDL.encode([], []) };
    if (kind === 'query') {
      const answer = await agent.query(canister, fields);
      if ('reply' in answer) {
        return Buffer.from(answer.reply.arg).readInt32LE();
      }
      return `${answer.error_code} ${answer.reject_message}`;
    }
    const { requestId, response } = await agent.call(canister, fields);
    if (response.body && 'reject_message' in response.body) {
      return `${response.body.error_code} ${response.body.reject_message}`;
    }
    try {
      const { reply } = await pollForResponse(agent, Principal.fromText(canister), requestId);
      return Buffer.from(reply).readInt32LE();
    } catch (error) {
      const { code } = (error as { cause: { code: Record<string, unknown> } }).cause;
      return `${String(code['rejectErrorCode'])} ${String(code['rejectMessage'])}`;
    }
  };

  it('have to reply, once, and where there is somebody to reply to', async () => {
    const id = await install({
      imports: { ...REPLY, msg_reject: 'ii:' },
      functions: {
        'canister_update silent': { body: [] },
        'canister_query silentQuery': { body: [] },
        'canister_update twice': { body: [replyWith(0), call('msg_reply')] },
        'canister_update reject': { body: [i32(0), i32(2), call('msg_reject')] },
      },
      data: 'no',
    });
    assert.equal(await ask(id, 'silent'), `IC0506 Canister ${id} did not reply to the call`);
    assert.equal(await ask(id, 'silentQuery', 'query'), `IC0506 Canister ${id} did not reply to the call`);
    assert.match(String(await ask(id, 'twice')), /^IC0504 .*Canister violated contract: .*already replied/);
    assert.equal(await ask(id, 'reject'), 'IC0406 no');
    const inInit = await refusal({ imports: REPLY, functions: { canister_init: { body: [call('msg_reply')] } } });
    assert.match(inInit, /^IC0504 .*violated contract: "ic0_msg_reply" cannot be executed in init mode/);
  });

  it('trap with the words of the replica, and are then as they were', async () => {
    const id = await install({
      imports: REPLY,
      globals: [1],
      table: ['bump'],
      functions: {
        bump: { body: [getGlobal(0), i32(1), add32, setGlobal(0), i32(0), i32(7), store32, i32(1), memoryGrow, drop] },
        'canister_update unreachable': { body: [call('bump'), unreachable] },
        'canister_update outside': { body: [call('bump'), i32(1_000_000_000), load32, drop] },
        'canister_update divide': { body: [call('bump'), i32(1), i32(0), divide32, drop] },
        'canister_update table': { body: [call('bump'), i32(9), callTable] },
        'canister_update reply': { body: [call('bump'), replyWith(0), unreachable] },
        'canister_update recurse': { body: [call('canister_update recurse')] },
        'canister_update bump': { body: [i32(0), callTable, replyValue(getGlobal(0))] },
        'canister_query global': { body: [replyValue(getGlobal(0))] },
        'canister_query memory': { body: [replyWith(0)] },
        'canister_query size': { body: [replyValue(memorySize)] },
        'canister_query bumpQuery': { body: [call('bump'), replyValue(getGlobal(0))] },
      },
    });
    const expected = {
      unreachable: 'unreachable',
      outside: 'heap out of bounds',
      divide: 'integer division by 0',
      table: 'table out of bounds',
      reply: 'unreachable',
      recurse: 'stack overflow',
    };
    for (const [method, reason] of Object.entries(expected)) {
      const said = String(await ask(id, method));
      assert.ok(said.startsWith(`IC0502 Error from Canister ${id}: Canister trapped: ${reason}.\n`), said);
      assert.equal(await ask(id, 'global', 'query'), 1, method);
      assert.equal(await ask(id, 'memory', 'query'), 0, method);
      assert.equal(await ask(id, 'size', 'query'), 1, method);
    }
    assert.equal(await ask(id, 'bumpQuery', 'query'), 2);
    assert.equal(await ask(id, 'bumpQuery'), 2, 'a query that is called as an update leaves nothing behind either');
    assert.equal(await ask(id, 'size', 'query'), 1);
    assert.equal(await ask(id, 'bump'), 2);
    assert.equal(await ask(id, 'bump'), 3);
    assert.deepEqual(
      [await ask(id, 'global', 'query'), await ask(id, 'memory', 'query'), await ask(id, 'size', 'query')],
      [3, 7, 3],
    );
    const answer = await management(agent, id, 'query')['fetch_canister_logs']!({
      canister_id: Principal.fromText(id),
      filter: [],
    });
    const { canister_log_records: records } = answer as { canister_log_records: { content: Uint8Array }[] };
    assert.equal(Buffer.from(records[1]!.content).toString(), '[TRAP]: heap out of bounds');
  });

  it('run their start function once, with stable memory but without a caller', async () => {
    const id = await install({
      imports: { ...REPLY, stable_grow: 'i:i', stable_size: ':i' },
      globals: [5],
      start: 'begin',
      functions: {
        begin: { body: [getGlobal(0), i32(2), call('stable_grow'), add32, i32(1), add32, setGlobal(0)] },
        'canister_query global': { body: [replyValue(getGlobal(0))] },
        'canister_query pages': { body: [replyValue(call('stable_size'))] },
      },
    });
    for (const _ of [1, 2]) {
      assert.equal(await ask(id, 'global', 'query'), 6);
      assert.equal(await ask(id, 'pages', 'query'), 2);
    }
    const started = await refusal({
      imports: { time: ':l' },
      start: 'begin',
      functions: { begin: { body: [call('time'), drop] } },
    });
    assert.match(started, /"ic0_time" cannot be executed in start mode/);
  });

  it('have stable memory by the functions for 32 and for 64 bits', async () => {
    const id = await install({
      imports: {
        ...REPLY,
        stable_grow: 'i:i',
        stable_write: 'iii:',
        stable_read: 'iii:',
        stable64_size: ':l',
        stable64_read: 'lll:',
        stable64_grow: 'l:l',
        trap: 'ii:',
      },
      functions: {
        canister_init: { body: [i32(1), call('stable_grow'), drop, i32(65_530), i32(0), i32(6), call('stable_write')] },
        'canister_query read32': { body: [i32(40), i32(65_530), i32(4), call('stable_read'), replyWith(40)] },
        'canister_query read64': { body: [i64(40), i64(65_532), i64(4), call('stable64_read'), replyWith(40)] },
        'canister_query beyond': { body: [i64(40), i64(65_533), i64(4), call('stable64_read'), replyWith(40)] },
        'canister_query size': { body: [replyValue(call('stable64_size'), 0xa7)] },
        'canister_update tooMuch': { body: [replyValue(i64(1_000_000_000), call('stable64_grow'), 0xa7)] },
        'canister_update growAndTrap': { body: [i64(9), call('stable64_grow'), drop, i32(0), i32(2), call('trap')] },
      },
      data: 'stable',
    });
    assert.equal(await ask(id, 'read32', 'query'), Buffer.from('stab').readInt32LE());
    assert.equal(await ask(id, 'read64', 'query'), Buffer.from('able').readInt32LE());
    assert.match(String(await ask(id, 'beyond', 'query')), /^IC0502 .*Canister trapped: stable memory out of bounds/);
    assert.equal(await ask(id, 'tooMuch'), -1);
    assert.match(String(await ask(id, 'growAndTrap')), /^IC0503 .*with message: 'st'/);
    assert.equal(await ask(id, 'size', 'query'), 1);
  });

  it('take a message only when they say so, where they inspect it', async () => {
    const inspecting = (body: readonly Part[]): ModuleSource => ({
      imports: { ...REPLY, accept_message: ':', msg_method_name_size: ':i' },
      functions: {
        canister_inspect_message: { body },
        'canister_update x': { body: [replyWith(0)] },
        'canister_update longer': { body: [replyWith(0)] },
      },
    });
    const silent = await install(inspecting([]));
    assert.equal(await ask(silent, 'x'), `IC0406 Error from Canister ${silent}: Canister rejected the message`);
    const open = await install(inspecting([call('accept_message')]));
    assert.equal(await ask(open, 'x'), 0);
    // Taken where the name has one character: if (size == 1) accept.
    const choosy = await install(
      inspecting([call('msg_method_name_size'), i32(1), 0x46, 0x04, 0x40, call('accept_message'), 0x0b]),
    );
    assert.equal(await ask(choosy, 'x'), 0);
    assert.match(String(await ask(choosy, 'longer')), /^IC0406 /);
  });

  it('cannot call back what is not there, nor call from a query', async () => {
    const imports = {
      ...REPLY,
      call_new: 'iiiiiiii:',
      call_perform: ':i',
      call_data_append: 'ii:',
      canister_self_copy: 'iii:',
      canister_self_size: ':i',
      msg_reject_code: ':i',
    };
    const toSelf = (name: number, length: number, closure: number): Part => [
      [i32(50), i32(0), call('canister_self_size'), call('canister_self_copy')],
      [i32(50), call('canister_self_size'), i32(name), i32(length)],
      [i32(closure), i32(0), i32(closure), i32(0), call('call_new')],
    ];
    const id = await install({
      imports,
      table: ['answer'],
      functions: {
        answer: { type: 'i:', body: [replyValue(call('msg_reject_code'))] },
        'canister_update ping': { body: [replyWith(0)] },
        'canister_update lost': { body: [toSelf(0, 4, 5), call('call_perform'), drop] },
        'canister_update found': { body: [toSelf(0, 4, 0), call('call_perform'), drop] },
        'canister_update rejected': { body: [toSelf(0, 3, 0), call('call_perform'), drop] },
        'canister_query ask': { body: [toSelf(0, 4, 0)] },
        'canister_update noCall': { body: [call('call_perform'), drop] },
        'canister_update begun': { body: [toSelf(0, 4, 0), replyWith(0)] },
      },
      data: 'ping',
    });
    assert.equal(await ask(id, 'found'), 0);
    assert.equal(await ask(id, 'rejected'), 5, 'the reject code of a method that is not there');
    assert.match(
      String(await ask(id, 'lost')),
      /^IC0513 .*Canister requested to invoke a non-existent Wasm function 5 from table 0/,
    );
    assert.match(
      String(await ask(id, 'ask', 'query')),
      /^IC0504 .*"ic0_call_new" cannot be executed in non replicated query mode/,
    );
    assert.match(String(await ask(id, 'noCall')), /^IC0504 .*no call is under construction/);
    assert.equal(await ask(id, 'begun'), Buffer.from('ping').readInt32LE());
  });

  it('see their environment variables', async () => {
    const id = await network.createCanister({
      settings: { environmentVariables: [{ name: 'KEY', value: 'value' }] },
      wasm: assemble({
        imports: {
          ...REPLY,
          env_var_count: ':i',
          env_var_name_copy: 'iiii:',
          env_var_value_size: 'ii:i',
          env_var_value_copy: 'iiiii:',
          env_var_name_exists: 'ii:i',
        },
        functions: {
          'canister_query count': { body: [replyValue(call('env_var_count'))] },
          'canister_query size': { body: [replyValue(i32(0), i32(3), call('env_var_value_size'))] },
          'canister_query value': {
            body: [i32(0), i32(3), i32(40), i32(1), i32(4), call('env_var_value_copy'), replyWith(40)],
          },
          'canister_query exists': { body: [replyValue(i32(0), i32(2), call('env_var_name_exists'))] },
          'canister_query missing': { body: [replyValue(i32(0), i32(2), call('env_var_value_size'))] },
          'canister_query beyond': { body: [i32(1), i32(40), i32(0), i32(1), call('env_var_name_copy')] },
        },
        data: 'KEY',
      }),
    });
    assert.equal(await ask(id, 'count', 'query'), 1);
    assert.equal(await ask(id, 'size', 'query'), 5);
    assert.equal(await ask(id, 'value', 'query'), Buffer.from('alue').readInt32LE());
    assert.equal(await ask(id, 'exists', 'query'), 0);
    assert.match(String(await ask(id, 'missing', 'query')), /Environment variable KE not found/);
    assert.match(String(await ask(id, 'beyond', 'query')), /index 1 is out of bounds/);
  });

  it('may use no more memory than their settings say', async () => {
    const id = await network.createCanister({
      settings: { wasmMemoryLimit: 131_072n },
      wasm: assemble({
        imports: REPLY,
        functions: {
          'canister_update grow': { body: [replyValue(i32(1), memoryGrow)] },
          'canister_query size': { body: [replyValue(memorySize)] },
        },
      }),
    });
    assert.equal(await ask(id, 'grow'), 1);
    assert.match(
      String(await ask(id, 'grow')),
      /^IC0539 .*exceeded its current Wasm memory limit of 131072 bytes\. The peak Wasm memory usage was 196608 bytes/,
    );
    assert.equal(await ask(id, 'size', 'query'), 2);
  });

  it('are told once when they run low on memory', async () => {
    const id = await network.createCanister({
      settings: { wasmMemoryLimit: 196_608n, wasmMemoryThreshold: 100_000n },
      wasm: assemble({
        imports: REPLY,
        globals: [0],
        functions: {
          canister_on_low_wasm_memory: { body: [getGlobal(0), i32(1), add32, setGlobal(0)] },
          'canister_update grow': { body: [replyValue(i32(1), memoryGrow)] },
          'canister_query told': { body: [replyValue(getGlobal(0))] },
        },
      }),
    });
    await setTimeout(120);
    assert.equal(await ask(id, 'told', 'query'), 0);
    assert.equal(await ask(id, 'grow'), 1);
    for (const started = performance.now(); (await ask(id, 'told', 'query')) !== 1; ) {
      assert.ok(performance.now() - started < 10_000, 'it was not told');
    }
    await setTimeout(120);
    assert.equal(await ask(id, 'told', 'query'), 1);
  });

  it('set one timer, and learn what it was set to before', async () => {
    const id = await install({
      imports: { ...REPLY, global_timer_set: 'l:l', time: ':l' },
      globals: [0],
      functions: {
        canister_init: { body: [i64(2_000_000_000_000_000_000), call('global_timer_set'), drop] },
        'canister_update replace': { body: [replyValue(call('time'), call('global_timer_set'), i64(32), 0x88, 0xa7)] },
        canister_global_timer: { body: [getGlobal(0), i32(1), add32, setGlobal(0)] },
        'canister_query rung': { body: [replyValue(getGlobal(0))] },
      },
    });
    // The upper half of the number.
    assert.equal(await ask(id, 'replace'), Number(2_000_000_000_000_000_000n >> 32n));
    for (const started = performance.now(); (await ask(id, 'rung', 'query')) !== 1; ) {
      assert.ok(performance.now() - started < 10_000, 'the timer did not ring');
    }
    await setTimeout(120);
    assert.equal(await ask(id, 'rung', 'query'), 1, 'it rings once');
  });

  it('are refused without cycles', async () => {
    const id = await network.createCanister({
      wasm: assemble({ imports: REPLY, functions: { 'canister_update x': { body: [replyWith(0)] } } }),
    });
    await network.changeCanister(id, { cycles: 0n });
    assert.match(String(await ask(id, 'x')), /^IC0207 Canister .* is out of cycles/);
  });

  it('with 64-bit memory run where Node runs them, and are refused with a reason elsewhere', async () => {
    const source: ModuleSource = {
      memory64: true,
      imports: { msg_reply_data_append: 'll:', msg_reply: ':' },
      functions: { 'canister_query x': { body: [i64(0), i64(4), call('msg_reply_data_append'), call('msg_reply')] } },
    };
    if (runsMemory64()) {
      assert.equal(await ask(await install(source), 'x', 'query'), 0);
    } else {
      assert.match(await refusal(source), /^IC0521 .*64-bit memory, which Node\.js [\d.]+ does not run.*Node\.js 24/);
    }
  });
});
