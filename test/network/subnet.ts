/** The subnet behind the HTTP endpoints: takes calls, answers queries and reads of the state. */
import { Principal } from '@dfinity/principal';
import { updateByCanister } from './canister-methods';
import { type CborInput, type CborValue, encodeCbor } from './cbor';
import { type Certifier, certifiedDataPath, type RangeForm, requestStatusPath } from './certificate';
import { type CallRequest, hashOfMap, type ReadStateRequest, readEnvelope } from './envelope';
import type { CanisterCall, CanisterExecutor, SystemCanister } from './executor';
import type { Counters, Faults, Forgery } from './faults';
import { askCanister, type WebAnswer, type WebRequest } from './gateway';
import type { Path } from './hash-tree';
import { inDomain, type NodeKey } from './keys';
import { MANAGEMENT_CANISTER, type ManagementCanister } from './management';
import { canisterOnlyMethods } from './management-idl';
import { textOf } from './principal';
import { HttpError, Reject, rejects } from './reject';
import { type NetworkState, rangeOf } from './state';

/** Bytes of a call, on an application subnet. */
const MAX_INGRESS_BYTES = 2_097_152;
const INGRESS_FEE = 1_200_000n;
const INGRESS_BYTE_FEE = 2_000n;

export interface Answer {
  readonly status: number;
  /** CBOR as bytes; text otherwise. */
  readonly body: Uint8Array | string;
  /** Of a canister's answer to a browser. */
  readonly headers?: readonly (readonly [string, string])[];
}

export interface SubnetOptions {
  readonly subnetId: Principal;
  /** DER. */
  readonly rootKey: Uint8Array;
  readonly state: NetworkState;
  readonly management: ManagementCanister;
  readonly executor: CanisterExecutor;
  readonly certifier: Certifier;
  readonly node: NodeKey;
  /** Signs what is forged. */
  readonly forgerNode: NodeKey;
  readonly systemCanisters: readonly SystemCanister[];
  readonly counters: Counters;
  readonly faults: () => Faults;
}

export class Subnet {
  readonly #options: SubnetOptions;
  readonly #systemCanisters: ReadonlyMap<string, SystemCanister>;
  /** Calls that are under way, by request id. */
  readonly #running = new Map<string, Promise<void>>();

  constructor(options: SubnetOptions) {
    this.#options = options;
    this.#systemCanisters = new Map(options.systemCanisters.map((canister) => [canister.id, canister]));
    const { state, executor, certifier } = options;
    executor.attach?.({
      now: () => state.now(),
      canister: (id) => state.canisters.get(id),
      canisters: () => state.canisters.values(),
      subnetId: options.subnetId.toUint8Array(),
      rootKey: options.rootKey,
      changed: (canister) => state.changed(canister),
      call: (canisterId, call) => this.#update(canisterId, call),
      dataCertificate: (canister) => certifier.certificate([certifiedDataPath(canister.id)], 'flat', 'none'),
    });
  }

  /**
   * `/api/v2|v3|v4/canister/<id>/call`.
   *
   * @throws HttpError
   */
  async call(effectiveId: Principal, body: Uint8Array, version: 2 | 3 | 4, forge: Forgery): Promise<Answer> {
    const { state, counters } = this.#options;
    const request = readEnvelope(body, 'call', state.now());
    counters.method('call', request.method);
    if (body.length > MAX_INGRESS_BYTES) {
      throw new HttpError(
        413,
        `Request 0x${hex(request.requestId)} is too large. Message byte size ${body.length} is larger than the max allowed ${MAX_INGRESS_BYTES}.`,
      );
    }
    let running = this.#running.get(hex(request.requestId));
    // A call that was taken before is not taken again, however often it is sent.
    if (!running && !state.request(request.requestId)) {
      try {
        this.#checkEffectiveId(request, effectiveId);
        await this.#acceptIngress(request);
      } catch (error) {
        if (!(error instanceof Reject)) {
          throw error;
        }
        return cbor({ status: 'non_replicated_rejection', ...rejectFields(error) });
      }
      // The same call may have been sent twice at once, and the other one been faster.
      running = this.#running.get(hex(request.requestId));
      if (!running && !state.request(request.requestId)) {
        running = this.#start(request);
      }
    }
    if (version === 2) {
      return { status: 202, body: '' };
    }
    const done = await Promise.race([
      Promise.resolve(running).then(() => true),
      sleep(this.#options.faults().syncCallMs).then(() => false),
    ]);
    if (!done) {
      return { status: 202, body: '' };
    }
    const certificate = await this.#options.certifier.certificate(
      [requestStatusPath(request.requestId)],
      version === 3 ? 'flat' : 'sharded',
      forge,
    );
    return cbor({ status: 'replied', certificate });
  }

  /**
   * `/api/v2|v3/canister/<id>/query`.
   *
   * @throws HttpError
   */
  async query(effectiveId: Principal, body: Uint8Array, forge: Forgery): Promise<Answer> {
    const { state, counters, node, forgerNode } = this.#options;
    const request = readEnvelope(body, 'query', state.now());
    counters.method('query', request.method);
    let answer: Map<string, CborInput>;
    try {
      this.#checkEffectiveId(request, effectiveId);
      const arg = await this.#query(textOf(request.canisterId), callOf(request));
      answer = new Map<string, CborInput>([
        ['status', 'replied'],
        ['reply', { arg }],
      ]);
    } catch (error) {
      if (!(error instanceof Reject)) {
        throw error;
      }
      answer = new Map<string, CborInput>([['status', 'rejected'], ...Object.entries(rejectFields(error))]);
    }
    const timestamp = state.now();
    const signed = new Map([...answer].map(([key, value]) => [key, hashable(value)]));
    const hash = hashOfMap(signed.set('timestamp', timestamp).set('request_id', request.requestId));
    const signer = forge === 'nodeSignature' ? forgerNode : node;
    const signature = signer.sign(inDomain('ic-response', hash));
    if (forge === 'queryReply') {
      tamper(answer);
    }
    return cbor({
      ...Object.fromEntries(answer),
      signatures: [{ timestamp, signature, identity: node.id.toUint8Array() }],
    });
  }

  /**
   * `/api/v2|v3/canister/<id>/read_state`.
   *
   * @throws HttpError
   */
  async readState(effectiveId: Principal, body: Uint8Array, form: RangeForm, forge: Forgery): Promise<Answer> {
    const request = readEnvelope(body, 'read_state', this.#options.state.now());
    this.#checkPaths(request, effectiveId);
    return cbor({ certificate: await this.#options.certifier.certificate(request.paths, form, forge) });
  }

  /**
   * `/api/v2|v3/subnet/<id>/read_state`.
   *
   * @throws HttpError
   */
  async readSubnetState(subnetId: Principal, body: Uint8Array, form: RangeForm, forge: Forgery): Promise<Answer> {
    if (textOf(subnetId) !== textOf(this.#options.subnetId)) {
      throw new HttpError(400, `Subnet ${textOf(subnetId)} does not exist.`);
    }
    const request = readEnvelope(body, 'read_state', this.#options.state.now());
    for (const path of request.paths) {
      if (!isSubnetPath(path)) {
        throw new HttpError(404, 'Invalid path requested.');
      }
    }
    return cbor({ certificate: await this.#options.certifier.certificate(request.paths, form, forge) });
  }

  /** A browser's request to a canister. */
  web(id: string, request: WebRequest): Promise<WebAnswer> {
    return askCanister(id, request, {
      query: (callee, call) => this.#query(callee, call),
      update: (callee, call) => this.#update(callee, call),
    });
  }

  /** @throws HttpError where the URL names another canister than the request, or one that is not of this subnet */
  #checkEffectiveId(request: CallRequest, effectiveId: Principal): void {
    const { management } = this.#options;
    const own = this.#systemCanisters.has(textOf(effectiveId));
    if (!own && !rangeOf(effectiveId)) {
      throw new HttpError(400, `Canister ${textOf(effectiveId)} does not belong to any subnet.`);
    }
    const canisterId =
      textOf(request.canisterId) === MANAGEMENT_CANISTER
        ? management.effectiveCanister(request.method, request.arg)
        : request.canisterId;
    if (canisterId && textOf(canisterId) !== textOf(effectiveId)) {
      throw new HttpError(
        400,
        `Specified CanisterId ${textOf(canisterId)} does not match effective canister id in URL ${textOf(effectiveId)}`,
      );
    }
  }

  async #acceptIngress(request: CallRequest): Promise<void> {
    const { state, management, executor } = this.#options;
    const id = textOf(request.canisterId);
    const call = callOf(request);
    if (id === MANAGEMENT_CANISTER) {
      return management.acceptIngress(call.method, call.arg, call.caller);
    }
    if (this.#systemCanisters.has(id)) {
      return;
    }
    const canister = state.canisters.get(id);
    if (!canister) {
      throw rejects.canisterNotFoundAtIngress(id);
    }
    if (canister.status === 'stopped') {
      throw rejects.stopped(id);
    }
    if (canister.status === 'stopping') {
      throw rejects.stopping(id);
    }
    if (!canister.module) {
      throw rejects.noModule(id);
    }
    await executor.acceptIngress(canister, call);
    canister.charge(INGRESS_FEE + INGRESS_BYTE_FEE * BigInt(call.arg.length), state.now());
  }

  #start(request: CallRequest): Promise<void> {
    const { state, faults } = this.#options;
    state.addRequest(request.requestId, textOf(request.sender), textOf(request.canisterId));
    const key = hex(request.requestId);
    const run = async () => {
      if (faults().executionMs > 0) {
        await sleep(faults().executionMs);
      }
      state.setRequest(request.requestId, { status: 'processing' });
      try {
        const reply = await this.#update(textOf(request.canisterId), callOf(request));
        state.setRequest(request.requestId, { status: 'replied', reply });
      } catch (error) {
        if (!(error instanceof Reject)) {
          throw error;
        }
        state.setRequest(request.requestId, { status: 'rejected', reject: error });
      } finally {
        this.#running.delete(key);
      }
    };
    const running = run();
    this.#running.set(key, running);
    return running;
  }

  async #update(id: string, call: CanisterCall): Promise<Uint8Array> {
    const { state, management, executor } = this.#options;
    if (id === MANAGEMENT_CANISTER) {
      if (canisterOnlyMethods.has(call.method)) {
        return updateByCanister(management, state, call);
      }
      return management.update(call.method, call.arg, call.caller);
    }
    const system = this.#systemCanisters.get(id);
    if (system) {
      return system.update(call);
    }
    const canister = state.canisters.get(id);
    if (!canister) {
      throw rejects.canisterNotFound(id);
    }
    if (canister.status !== 'running') {
      throw rejects.stopped(id);
    }
    if (!canister.module) {
      throw rejects.noModule(id);
    }
    // Queries can be called as updates, and are then certified.
    if (!canister.module.updates.has(call.method) && !canister.module.queries.has(call.method)) {
      throw rejects.methodNotFound(id, 'update', call.method);
    }
    return executor.update(canister, call);
  }

  async #query(id: string, call: CanisterCall): Promise<Uint8Array> {
    const { state, management, executor } = this.#options;
    if (id === MANAGEMENT_CANISTER) {
      return management.query(call.method, call.arg, call.caller);
    }
    const system = this.#systemCanisters.get(id);
    if (system) {
      return system.query(call);
    }
    const canister = state.canisters.get(id);
    if (!canister) {
      throw rejects.canisterNotFound(id);
    }
    if (canister.status === 'stopped') {
      throw rejects.stopped(id);
    }
    if (canister.status === 'stopping') {
      throw rejects.stopping(id);
    }
    if (!canister.module) {
      throw rejects.noModule(id);
    }
    if (!canister.module.queries.has(call.method)) {
      throw rejects.methodNotFound(id, 'query', call.method);
    }
    return executor.query(canister, call);
  }

  /** Which parts of the state a caller may read (interface specification, "Request: Read state"). */
  #checkPaths(request: ReadStateRequest, effectiveId: Principal): void {
    let requestId: string | undefined;
    for (const path of request.paths) {
      const [first, second, third, fourth] = path;
      const kind = first === undefined ? '' : text(first);
      if (kind === 'canister' && second && third && path.length <= 4) {
        this.#checkCanisterPath(request, second, text(third), fourth, path.length, effectiveId);
      } else if (kind === 'request_status' && second && path.length <= 3) {
        if (requestId !== undefined && requestId !== hex(second)) {
          throw new HttpError(
            400,
            `More than one non-unique request ID exists in request_status paths: ${requestId} and ${hex(second)}.`,
          );
        }
        requestId = hex(second);
        this.#checkRequestPath(request, second);
      } else if (!isSubnetPath(path)) {
        throw new HttpError(404, 'Invalid path requested.');
      }
    }
  }

  #checkCanisterPath(
    request: ReadStateRequest,
    id: Uint8Array,
    member: string,
    name: Uint8Array | undefined,
    length: number,
    effectiveId: Principal,
  ): void {
    if (id.length > 29) {
      throw new HttpError(400, 'Could not parse Principal ID: too long.');
    }
    const canisterId = textOf(Principal.fromUint8Array(Uint8Array.from(id)));
    if (canisterId !== textOf(effectiveId)) {
      throw new HttpError(
        400,
        `Effective principal id in URL ${textOf(effectiveId)} does not match requested principal id: ${canisterId}.`,
      );
    }
    if (length === 3 && (member === 'controllers' || member === 'module_hash')) {
      return;
    }
    if (member !== 'metadata' || !name) {
      throw new HttpError(404, 'Invalid path requested.');
    }
    const section = this.#options.state.canisters.get(canisterId)?.module?.metadata.get(text(name));
    const controller = this.#options.state.canisters.get(canisterId)?.isController(textOf(request.sender));
    if (section?.visibility === 'private' && !controller) {
      throw new HttpError(
        403,
        `Custom section ${text(name).slice(0, 100)} can only be requested by the controllers of the canister.`,
      );
    }
  }

  #checkRequestPath(request: ReadStateRequest, id: Uint8Array): void {
    if (id.length !== 32) {
      throw new HttpError(400, 'Invalid request id in paths. Maybe the request ID is not of 32 bytes in length?!');
    }
    const known = this.#options.state.request(id);
    if (known && known.sender !== textOf(request.sender)) {
      throw new HttpError(403, 'The user tries to access Request ID not signed by the caller.');
    }
    if (known && request.targets && !request.targets.has(known.receiver)) {
      throw new HttpError(
        403,
        'The user tries to access request IDs for canisters not belonging to sender delegation targets.',
      );
    }
  }
}

function isSubnetPath(path: Path): boolean {
  const [first, , third, , fifth] = path;
  const kind = first === undefined ? '' : text(first);
  if (kind === 'time') {
    return path.length === 1;
  }
  if (kind === 'canister_ranges') {
    return path.length === 2;
  }
  if (kind === 'api_boundary_nodes') {
    return path.length <= 3;
  }
  if (kind !== 'subnet' || path.length > 5) {
    return false;
  }
  if (third === undefined) {
    return true;
  }
  const member = text(third);
  if (path.length === 3) {
    return ['public_key', 'canister_ranges', 'node', 'metrics', 'type'].includes(member);
  }
  return member === 'node' && (fifth === undefined || text(fifth) === 'public_key');
}

function callOf(request: CallRequest): CanisterCall {
  return { method: request.method, arg: request.arg, caller: textOf(request.sender) };
}

function rejectFields(reject: Reject): { reject_code: number; reject_message: string; error_code: string } {
  return { reject_code: reject.rejectCode, reject_message: reject.message, error_code: reject.errorCode };
}

/** The same value in the shape that the representation-independent hash takes. */
function hashable(value: CborInput): CborValue {
  if (typeof value === 'string' || typeof value === 'number' || value instanceof Uint8Array) {
    return value;
  }
  if (typeof value === 'object' && value !== null && 'arg' in value && value.arg instanceof Uint8Array) {
    return new Map([['arg', value.arg]]);
  }
  throw new Error('not a member of a query answer');
}

/** Changes the last byte of the reply, or of the reject message. */
function tamper(answer: Map<string, CborInput>): void {
  const reply = answer.get('reply');
  if (reply && typeof reply === 'object' && 'arg' in reply && reply.arg instanceof Uint8Array) {
    const arg = Uint8Array.from(reply.arg);
    if (arg.length > 0) {
      arg[arg.length - 1]! ^= 1;
    }
    answer.set('reply', { arg: arg.length > 0 ? arg : Uint8Array.of(0) });
  } else {
    answer.set('reject_message', `${String(answer.get('reject_message'))}!`);
  }
}

function cbor(value: CborInput): Answer {
  return { status: 200, body: encodeCbor(value) };
}

function text(label: Uint8Array): string {
  return Buffer.from(label).toString('utf8');
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex');
}

function sleep(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms).unref();
  });
}
