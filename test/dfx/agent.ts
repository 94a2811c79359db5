/** What the stand-in asks of the network, with dfx's words for what goes wrong. */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { Actor, AnonymousIdentity, Cbor, Certificate, HttpAgent, lookupResultToBuffer } from '@dfinity/agent';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import { methods, type SettingsValue } from '../network/management-idl';
import { type Context, readJson } from './context';
import { DfxError, fail } from './failure';
import { Identities } from './identity';

const NO_SETTINGS: SettingsValue = {
  controllers: [],
  compute_allocation: [],
  memory_allocation: [],
  freezing_threshold: [],
  reserved_cycles_limit: [],
  minimum_incoming_canister_call_cycles: [],
  log_visibility: [],
  log_memory_limit: [],
  snapshot_visibility: [],
  status_visibility: [],
  wasm_memory_limit: [],
  wasm_memory_threshold: [],
  environment_variables: [],
};

/** Signatures are not checked: the key is the network's own word, and checking takes most of a command's time. */
const blsVerify = async (): Promise<boolean> => true;

/** The largest module that fits into one message. */
const MAX_INLINE_WASM = 1_900_000;
const CHUNK_BYTES = 1_000_000;

export interface StatusReply {
  readonly status: Record<string, null>;
  readonly settings: {
    readonly controllers: Principal[];
    readonly memory_allocation: bigint;
    readonly compute_allocation: bigint;
    readonly freezing_threshold: bigint;
    readonly reserved_cycles_limit: bigint;
    readonly wasm_memory_limit: bigint;
    readonly wasm_memory_threshold: bigint;
    readonly log_visibility: { controllers?: null; public?: null; allowed_viewers?: Principal[] };
  };
  readonly module_hash: [] | [Uint8Array];
  readonly memory_size: bigint;
  readonly cycles: bigint;
  readonly reserved_cycles: bigint;
  readonly idle_cycles_burned_per_day: bigint;
  readonly query_stats: {
    readonly num_calls_total: bigint;
    readonly num_instructions_total: bigint;
    readonly request_payload_bytes_total: bigint;
    readonly response_payload_bytes_total: bigint;
  };
}

export type InstallMode = 'install' | 'reinstall' | 'upgrade';

export class NetworkAgent {
  readonly agent: HttpAgent;
  readonly principal: Principal;
  readonly #context: Context;

  private constructor(context: Context, agent: HttpAgent, principal: Principal) {
    this.#context = context;
    this.agent = agent;
    this.principal = principal;
  }

  /** Connects as the selected identity, or as nobody. Fails where the network does not answer. */
  static async connect(context: Context, options: { anonymous?: boolean } = {}): Promise<NetworkAgent> {
    const { network } = context;
    let identity: Awaited<ReturnType<Identities['load']>> | AnonymousIdentity = new AnonymousIdentity();
    if (!options.anonymous) {
      const identities = new Identities(context);
      const name = identities.selected;
      identity = await identities.load(name);
      const warnings = (context.env['DFX_WARNING'] ?? '').split(',');
      if (
        network.isIc &&
        network.type !== 'playground' &&
        identities.isPlaintext(name) &&
        !warnings.includes('-mainnet_plaintext_identity')
      ) {
        fail(
          `The ${name} identity is not stored securely. Do not use it to control a lot of cycles/ICP.\n` +
            '- Use another identity with the `--identity` flag, or:\n    export DFX_WARNING=-mainnet_plaintext_identity',
        );
      }
    }
    const agent = HttpAgent.createSync({ host: network.url, identity, verifyQuerySignatures: false, retryTimes: 0 });
    const self = new NetworkAgent(context, agent, identity.getPrincipal());
    if (!network.isIc) {
      await self.#attempt(() => agent.fetchRootKey());
    }
    return self;
  }

  /** Runs a request and turns what it fails with into dfx's words. */
  async #attempt<T>(request: () => Promise<T>): Promise<T> {
    try {
      return await request();
    } catch (error) {
      throw translate(error, this.#context.network.url);
    }
  }

  async manage<T>(method: keyof typeof methods, argument: object, effective: string): Promise<T> {
    const { args, result } = methods[method];
    const service = (): IDL.ServiceClass => IDL.Service({ [method]: IDL.Func([...args], [...result], []) });
    const actor = Actor.createActor<Record<string, (argument: unknown) => Promise<T>>>(service, {
      agent: this.agent,
      canisterId: 'aaaaa-aa',
      blsVerify,
      callTransform: () => ({ effectiveCanisterId: Principal.fromText(effective) }),
    });
    // Optional in every request that has it; the others do not encode it.
    return this.#attempt(() => actor[method]!({ sender_canister_version: [], ...argument }));
  }

  /** Where canisters are created: what the local network's own file says, else the first id that there could be. */
  get effectiveCanisterId(): string {
    const given = this.#context.parsed.get('provisional-create-canister-effective-canister-id');
    const data = this.#context.network.local?.data;
    const file = data === undefined ? '' : path.join(data, 'replica-effective-config.json');
    if (given !== undefined) {
      return given;
    }
    return existsSync(file) ? String(readJson(file)['effective_canister_id']) : 'rwlgt-iiaaa-aaaaa-aaaaa-cai';
  }

  async create(options: { controllers: readonly string[]; cycles?: bigint; specifiedId?: string }): Promise<string> {
    const settings = { ...NO_SETTINGS, controllers: [options.controllers.map((one) => Principal.fromText(one))] };
    const reply = await this.manage<{ canister_id: Principal }>(
      'provisional_create_canister_with_cycles',
      {
        amount: options.cycles === undefined ? [] : [options.cycles],
        settings: [settings],
        specified_id: options.specifiedId === undefined ? [] : [Principal.fromText(options.specifiedId)],
      },
      options.specifiedId ?? this.effectiveCanisterId,
    );
    return reply.canister_id.toText();
  }

  async install(id: string, mode: InstallMode, wasm: Uint8Array, argument: Uint8Array): Promise<void> {
    const canister_id = Principal.fromText(id);
    const how = mode === 'upgrade' ? { upgrade: [] } : { [mode]: null };
    if (wasm.length <= MAX_INLINE_WASM) {
      await this.manage('install_code', { mode: how, canister_id, wasm_module: wasm, arg: argument }, id);
      return;
    }
    const chunk_hashes_list: { hash: Uint8Array }[] = [];
    for (let start = 0; start < wasm.length; start += CHUNK_BYTES) {
      const chunk = wasm.subarray(start, start + CHUNK_BYTES);
      chunk_hashes_list.push(await this.manage<{ hash: Uint8Array }>('upload_chunk', { canister_id, chunk }, id));
    }
    const wasm_module_hash = createHash('sha256').update(wasm).digest();
    const request = {
      mode: how,
      target_canister: canister_id,
      store_canister: [],
      chunk_hashes_list,
      wasm_module_hash,
      arg: argument,
    };
    await this.manage('install_chunked_code', request, id);
  }

  act(method: 'start_canister' | 'stop_canister' | 'delete_canister' | 'uninstall_code', id: string): Promise<void> {
    return this.manage(method, { canister_id: Principal.fromText(id) }, id);
  }

  status(id: string): Promise<StatusReply> {
    return this.manage('canister_status', { canister_id: Principal.fromText(id) }, id);
  }

  /** A value of the certified state of a canister; undefined where there is none. */
  async read(id: string, name: string): Promise<Uint8Array | undefined> {
    const canisterId = Principal.fromText(id);
    const path = [
      new TextEncoder().encode('canister'),
      canisterId.toUint8Array(),
      ...name.split('/').map((part) => new TextEncoder().encode(part)),
    ];
    return this.#attempt(async () => {
      const { certificate } = await this.agent.readState(canisterId, { paths: [path] });
      const verified = await Certificate.create({
        certificate,
        rootKey: this.agent.rootKey!,
        canisterId,
        disableTimeVerification: true,
        blsVerify,
      });
      return lookupResultToBuffer(verified.lookup_path(path));
    });
  }

  async moduleHash(id: string): Promise<string | undefined> {
    const hash = await this.read(id, 'module_hash');
    return hash && Buffer.from(hash).toString('hex');
  }

  async controllers(id: string): Promise<string[] | undefined> {
    const bytes = await this.read(id, 'controllers');
    return (
      bytes && Cbor.decode<Uint8Array[]>(bytes).map((one) => Principal.fromUint8Array(new Uint8Array(one)).toText())
    );
  }

  /** Undefined also where the identity may not read it: dfx goes on without (`read_module_metadata`). */
  async metadata(id: string, name: string): Promise<string | undefined> {
    const bytes = await this.read(id, `metadata/${name}`).catch(() => undefined);
    return bytes && Buffer.from(bytes).toString('utf8');
  }

  /** Calls a canister's own method. */
  async call(id: string, method: string, func: IDL.FuncClass, args: readonly unknown[]): Promise<unknown[]> {
    const actor = Actor.createActor<Record<string, (...args: readonly unknown[]) => Promise<unknown>>>(
      () => IDL.Service({ [method]: func }),
      { agent: this.agent, canisterId: id, blsVerify },
    );
    const reply = await this.#attempt(() => actor[method]!(...args));
    return func.retTypes.length === 1 ? [reply] : ((reply as unknown[] | undefined) ?? []);
  }
}

const CONTROLLERS = {
  explanation:
    "Each canister has a set of controllers. Only those controllers have access to the canister's management functions (like install_code or stop_canister).",
  fix: 'To make the management function call succeed, you have to make sure the principal that calls the function is a controller.',
};
const NOT_RUNNING = {
  explanation: 'You are trying to connect to the local replica but dfx cannot connect to it.',
  fix: "CanisterRef a different network or run 'dfx start' to start the local replica.",
};

function translate(error: unknown, url: string): DfxError {
  if (error instanceof DfxError) {
    return error;
  }
  const texts: string[] = [];
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    texts.push(cause.message);
  }
  const all = texts.join('\n');
  if (/ECONNREFUSED|fetch failed|ECONNRESET|socket hang up/.test(all)) {
    const { hostname } = new URL(url);
    const isLocal = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
    return new DfxError([`error sending request for url (${url})`], isLocal ? NOT_RUNNING : undefined);
  }
  const code = /IC0\d{3}/.exec(all)?.[0];
  const message =
    /Reject text: (.*)/.exec(all)?.[1] ?? /reject_message:? (.*)/.exec(all)?.[1] ?? texts[0] ?? String(error);
  const cause = `The replica returned a rejection error: reject message ${message}${code ? `, error code Some("${code}")` : ''}`;
  return new DfxError([cause], code === 'IC0512' ? CONTROLLERS : undefined);
}
