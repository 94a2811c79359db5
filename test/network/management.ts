/** The management canister, aaaaa-aa: the rules of the real one, over the state of this network. */
import { createHash } from 'node:crypto';
import { IDL } from '@dfinity/candid';
import { Principal } from '@dfinity/principal';
import {
  type Canister,
  type CanisterSnapshot,
  DEFAULT_SETTINGS,
  type Settings,
  sortedPrincipals,
  type Visibility,
} from './canister';
import type { CanisterExecutor, Installation } from './executor';
import type { Faults } from './faults';
import {
  type Arguments,
  canisterOnlyMethods,
  type InstallModeValue,
  isMethod,
  type MethodName,
  methods,
  type OptValue,
  type RangeValue,
  type SettingsValue,
  type VisibilityValue,
} from './management-idl';
import { type CanisterModule, InvalidModule, readModule } from './module';
import { textOf } from './principal';
import { ErrorCode, Reject, rejects } from './reject';
import { type NetworkState, rangeOf } from './state';

export const MANAGEMENT_CANISTER = 'aaaaa-aa';

/** Cycles that `provisional_create_canister_with_cycles` gives unless told otherwise: 100 T. */
const DEFAULT_PROVISIONAL_CYCLES = 100_000_000_000_000n;
/** Cycles that an incoming message costs, and each byte of it. */
const INGRESS_FEE = 1_200_000n;
const INGRESS_BYTE_FEE = 2_000n;
/** Cycles that an installation costs, and each byte of the module. */
const INSTALL_FEE = 5_000_000n;
const INSTALL_BYTE_FEE = 10n;
const MAX_CHUNK = 1_048_576;
const MAX_CHUNKS = 100;
const MAX_CONTROLLERS = 10;
const MAX_SNAPSHOTS = 10;
const MAX_ENVIRONMENT_VARIABLES = 20;
const MAX_ENVIRONMENT_VARIABLE_LENGTH = 128;

interface PendingStop {
  readonly timer: NodeJS.Timeout;
  readonly waiters: Set<{ resolve(): void; reject(reason: Reject): void }>;
}

export class ManagementCanister {
  readonly #state: NetworkState;
  readonly #executor: CanisterExecutor;
  readonly #faults: () => Faults;
  readonly #stops = new Map<string, PendingStop>();
  #snapshotCount = 0n;

  constructor(state: NetworkState, executor: CanisterExecutor, faults: () => Faults) {
    this.#state = state;
    this.#executor = executor;
    this.#faults = faults;
  }

  /**
   * The canister that a request is about, which is what its effective canister id has to be. Undefined where any
   * canister of the subnet will do.
   *
   * @throws Reject where the argument cannot be read
   */
  effectiveCanister(method: string, arg: Uint8Array): Principal | undefined {
    if (!isMethod(method) || method === 'provisional_create_canister_with_cycles') {
      return undefined;
    }
    if (method === 'install_chunked_code') {
      return decode(method, arg).target_canister;
    }
    return decode(method, arg).canister_id;
  }

  /**
   * Decides whether a user's call is taken, as replicas do before they put it into a block.
   *
   * @throws Reject which is then answered without a certificate
   */
  acceptIngress(method: string, arg: Uint8Array, caller: string): void {
    if (canisterOnlyMethods.has(method)) {
      throw rejects.onlyCanisters(method);
    }
    if (!isMethod(method)) {
      throw new Reject(ErrorCode.CanisterMethodNotFound, `Management canister has no method '${method}'`);
    }
    if (method === 'fetch_canister_logs') {
      throw new Reject(
        ErrorCode.CanisterRejectedMessage,
        `${method} API is not accessible via ingress in replicated mode`,
      );
    }
    const id = this.effectiveCanister(method, arg);
    if (!id || method === 'provisional_top_up_canister') {
      return;
    }
    const canister = this.#state.canisters.get(textOf(id));
    if (!canister) {
      throw rejects.canisterNotFoundAtIngress(textOf(id));
    }
    const allowed =
      method === 'canister_status'
        ? canister.mayView(canister.settings.statusVisibility, caller)
        : method === 'list_canister_snapshots'
          ? canister.mayView(canister.settings.snapshotVisibility, caller)
          : canister.isController(caller);
    if (!allowed) {
      throw rejects.notControllerAtIngress(canister.name, method);
    }
    // The real network takes small changes of settings from a frozen canister too, so that it can be thawed.
    if (method !== 'update_settings') {
      canister.charge(INGRESS_FEE + INGRESS_BYTE_FEE * BigInt(arg.length), this.#state.now());
    }
  }

  /**
   * Runs an update call.
   *
   * @returns the reply in Candid
   * @throws Reject
   */
  async update(method: string, arg: Uint8Array, caller: string): Promise<Uint8Array> {
    if (!isMethod(method)) {
      throw new Reject(ErrorCode.CanisterMethodNotFound, `Management canister has no method '${method}'`);
    }
    switch (method) {
      case 'provisional_create_canister_with_cycles':
        return encode(method, { canister_id: this.#provisionalCreate(decode(method, arg), caller).id });
      case 'provisional_top_up_canister': {
        const { canister_id, amount } = decode(method, arg);
        const canister = this.#find(canister_id);
        canister.addCycles(amount, this.#state.now());
        return encode(method);
      }
      case 'update_settings': {
        const { canister_id, settings } = decode(method, arg);
        const canister = this.#controlled(canister_id, caller);
        this.applySettings(canister, mergeSettings(canister.settings, settings));
        return encode(method);
      }
      case 'install_code': {
        const { canister_id, mode, wasm_module, arg: installArg } = decode(method, arg);
        const canister = this.#controlled(canister_id, caller);
        await this.install(canister, mode, wasm_module, installArg, caller);
        return encode(method);
      }
      case 'install_chunked_code': {
        const args = decode(method, arg);
        const target = this.#controlled(args.target_canister, caller);
        const store = args.store_canister[0] ? this.#controlled(args.store_canister[0], caller) : target;
        await this.install(target, args.mode, assemble(store, args), args.arg, caller);
        return encode(method);
      }
      case 'upload_chunk': {
        const { canister_id, chunk } = decode(method, arg);
        return encode(method, { hash: this.#uploadChunk(this.#controlled(canister_id, caller), chunk) });
      }
      case 'stored_chunks': {
        const canister = this.#controlled(decode(method, arg).canister_id, caller);
        return encode(
          method,
          [...canister.chunks.keys()].map((hash) => ({ hash: Buffer.from(hash, 'hex') })),
        );
      }
      case 'clear_chunk_store': {
        const canister = this.#controlled(decode(method, arg).canister_id, caller);
        canister.settle(this.#state.now());
        canister.chunks.clear();
        return encode(method);
      }
      case 'uninstall_code':
        this.uninstall(this.#controlled(decode(method, arg).canister_id, caller));
        return encode(method);
      case 'start_canister':
        this.start(this.#controlled(decode(method, arg).canister_id, caller));
        return encode(method);
      case 'stop_canister':
        await this.stop(this.#controlled(decode(method, arg).canister_id, caller));
        return encode(method);
      case 'canister_status':
        return this.#status(arg, caller);
      case 'delete_canister': {
        const canister = this.#controlled(decode(method, arg).canister_id, caller);
        if (canister.status !== 'stopped') {
          throw rejects.notStopped(canister.name);
        }
        this.#state.remove(canister);
        return encode(method);
      }
      case 'fetch_canister_logs':
        throw new Reject(
          ErrorCode.CanisterRejectedMessage,
          `${method} API is not accessible via ingress in replicated mode`,
        );
      case 'take_canister_snapshot': {
        const args = decode(method, arg);
        const canister = this.#controlled(args.canister_id, caller);
        const snapshot = await this.#exclusively(canister, () => {
          const taken = this.#takeSnapshot(canister, args.replace_snapshot[0]);
          if (args.uninstall_code[0]) {
            this.uninstall(canister);
          }
          return taken;
        });
        return encode(method, describe(snapshot));
      }
      case 'load_canister_snapshot': {
        const { canister_id, snapshot_id } = decode(method, arg);
        const canister = this.#controlled(canister_id, caller);
        await this.#exclusively(canister, () => this.#loadSnapshot(canister, snapshot_id, caller));
        return encode(method);
      }
      case 'list_canister_snapshots': {
        const canister = this.#find(decode(method, arg).canister_id);
        if (!canister.mayView(canister.settings.snapshotVisibility, caller)) {
          throw this.#notController(canister, caller);
        }
        return encode(method, canister.snapshots.map(describe));
      }
      case 'delete_canister_snapshot': {
        const { canister_id, snapshot_id } = decode(method, arg);
        const canister = this.#controlled(canister_id, caller);
        const index = canister.snapshots.indexOf(this.#ownSnapshot(canister, snapshot_id));
        canister.settle(this.#state.now());
        canister.snapshots.splice(index, 1);
        return encode(method);
      }
    }
  }

  /**
   * Runs a query call.
   *
   * @returns the reply in Candid
   * @throws Reject
   */
  query(method: string, arg: Uint8Array, caller: string): Uint8Array {
    if (method === 'fetch_canister_logs') {
      return this.#logs(arg, caller);
    }
    if (method === 'canister_status' && !this.#faults().refuseStatusQuery) {
      return this.#status(arg, caller);
    }
    throw new Reject(ErrorCode.CanisterMethodNotFound, `Query method ${method} not found.`);
  }

  /**
   * Creates a canister.
   *
   * @throws Reject
   */
  create(settings: Settings, cycles: bigint, specifiedId?: Principal): Canister {
    if (specifiedId) {
      if (!rangeOf(specifiedId)) {
        throw new Reject(
          ErrorCode.CanisterNotHostedBySubnet,
          `Unsuccessful validation of specified ID: Specified CanisterId ${textOf(specifiedId)} is not hosted by subnet.`,
        );
      }
      if (this.#state.canisters.has(textOf(specifiedId))) {
        throw new Reject(
          ErrorCode.CanisterIdAlreadyExists,
          `Unsuccessful canister creation: canister id ${textOf(specifiedId)} already exists.`,
        );
      }
    }
    checkSettings(settings);
    const id = specifiedId ?? this.#state.nextFreeId();
    if (!id) {
      throw new Reject(
        ErrorCode.SubnetOversubscribed,
        'Could not create canister. Subnet has surpassed its canister ID allocation.',
      );
    }
    return this.#state.add(id, settings, cycles);
  }

  /** @throws Reject */
  applySettings(canister: Canister, settings: Settings): void {
    checkSettings(settings);
    canister.settle(this.#state.now());
    canister.settings = settings;
    canister.version++;
    this.#state.changed(canister);
  }

  /** @throws Reject */
  async install(
    canister: Canister,
    modeValue: InstallModeValue,
    bytes: Uint8Array,
    arg: Uint8Array,
    caller: string,
  ): Promise<void> {
    const mode = 'upgrade' in modeValue ? 'upgrade' : 'reinstall' in modeValue ? 'reinstall' : 'install';
    if (mode === 'install' && canister.module) {
      throw rejects.nonEmpty(canister.name);
    }
    if (mode === 'upgrade' && !canister.module) {
      throw rejects.noModule(canister.name);
    }
    canister.charge(INSTALL_FEE + INSTALL_BYTE_FEE * BigInt(bytes.length), this.#state.now());
    const module = parse(canister, bytes);
    const options = 'upgrade' in modeValue ? modeValue.upgrade[0] : undefined;
    const persistence = options?.wasm_memory_persistence[0];
    const keepMainMemory = persistence !== undefined && 'keep' in persistence;
    if (mode === 'upgrade') {
      checkPersistence(canister, module, persistence !== undefined, keepMainMemory);
    }
    const installation: Installation = {
      mode,
      module,
      arg,
      caller,
      keepMainMemory,
      skipPreUpgrade: options?.skip_pre_upgrade[0] ?? false,
    };
    const state = await this.#executor.install(canister, installation);
    canister.settle(this.#state.now());
    canister.state = state;
    canister.module = module;
    canister.memory = {
      wasm: keepMainMemory ? canister.memory.wasm : BigInt(module.initialMemory),
      stable: mode === 'upgrade' ? canister.memory.stable : 0n,
      globals: canister.memory.globals,
    };
    if (mode !== 'upgrade') {
      canister.certifiedData = undefined;
      canister.clearLog();
    }
    canister.version++;
    this.#executor.onInstalled?.(canister);
    this.#state.changed(canister);
  }

  uninstall(canister: Canister): void {
    canister.settle(this.#state.now());
    canister.module = undefined;
    canister.state = undefined;
    canister.memory = { wasm: 0n, stable: 0n, globals: 0n };
    canister.certifiedData = undefined;
    canister.chunks.clear();
    canister.clearLog();
    canister.version++;
    this.#state.changed(canister);
  }

  start(canister: Canister): void {
    const pending = this.#stops.get(canister.name);
    if (pending) {
      this.#endStop(canister.name, pending);
      const reason = new Reject(
        ErrorCode.CanisterStoppingCancelled,
        `Canister ${canister.name}'s stop request was cancelled`,
      );
      for (const waiter of pending.waiters) {
        waiter.reject(reason);
      }
    }
    canister.status = 'running';
    canister.version++;
  }

  /**
   * Stops a canister, which takes as long as the network was told (`stopMs`), and until its calls are answered.
   *
   * @throws Reject when it is started before, or when it takes longer than the network waits (`stopTimeoutMs`)
   */
  stop(canister: Canister): Promise<void> {
    if (canister.status === 'stopped') {
      return Promise.resolve();
    }
    const { stopMs, stopTimeoutMs } = this.#faults();
    let pending = this.#stops.get(canister.name);
    if (!pending) {
      if (stopMs <= 0 && !this.#executor.isBusy?.(canister)) {
        this.#finishStop(canister);
        return Promise.resolve();
      }
      canister.status = 'stopping';
      const started: PendingStop = {
        timer: setTimeout(() => this.#finishWhenDrained(canister, started), stopMs),
        waiters: new Set(),
      };
      pending = started;
      this.#stops.set(canister.name, pending);
    }
    const { waiters } = pending;
    return new Promise((resolve, reject) => {
      const waiter = {
        resolve: () => {
          clearTimeout(timeout);
          resolve();
        },
        reject: (reason: Reject) => {
          clearTimeout(timeout);
          waiters.delete(waiter);
          reject(reason);
        },
      };
      const timeout = setTimeout(() => {
        waiter.reject(new Reject(ErrorCode.StopCanisterRequestTimeout, 'Stop canister request timed out'));
      }, stopTimeoutMs);
      timeout.unref();
      waiters.add(waiter);
    });
  }

  /** Puts a canister into a status at once, whatever is under way. */
  setStatus(canister: Canister, status: Canister['status']): void {
    const pending = this.#stops.get(canister.name);
    if (status === 'running') {
      this.start(canister);
    } else if (status === 'stopped') {
      this.#finishStop(canister);
    } else if (!pending) {
      canister.status = 'stopping';
    }
  }

  /** Ends what is waiting, when the network stops. */
  dispose(): void {
    for (const [name, pending] of this.#stops) {
      this.#endStop(name, pending);
    }
  }

  async #finishWhenDrained(canister: Canister, pending: PendingStop): Promise<void> {
    await this.#executor.drained?.(canister);
    // It may have been started again, or stopped at once, meanwhile.
    if (this.#stops.get(canister.name) === pending) {
      this.#finishStop(canister);
    }
  }

  #finishStop(canister: Canister): void {
    const pending = this.#stops.get(canister.name);
    canister.status = 'stopped';
    canister.version++;
    if (!pending) {
      return;
    }
    this.#endStop(canister.name, pending);
    for (const waiter of pending.waiters) {
      waiter.resolve();
    }
  }

  #endStop(name: string, pending: PendingStop): void {
    clearTimeout(pending.timer);
    this.#stops.delete(name);
  }

  #find(id: Principal): Canister {
    const canister = this.#state.canisters.get(textOf(id));
    if (!canister) {
      throw rejects.canisterNotFound(textOf(id));
    }
    return canister;
  }

  #controlled(id: Principal, caller: string): Canister {
    const canister = this.#find(id);
    if (!canister.isController(caller)) {
      throw this.#notController(canister, caller);
    }
    return canister;
  }

  #notController(canister: Canister, caller: string): Reject {
    return rejects.notController(canister.name, canister.settings.controllers, caller);
  }

  #provisionalCreate(args: Arguments['provisional_create_canister_with_cycles'], caller: string): Canister {
    const settings = mergeSettings({ ...DEFAULT_SETTINGS, controllers: [caller] }, args.settings[0]);
    return this.create(settings, args.amount[0] ?? DEFAULT_PROVISIONAL_CYCLES, args.specified_id[0]);
  }

  #uploadChunk(canister: Canister, chunk: Uint8Array): Uint8Array {
    if (chunk.length > MAX_CHUNK) {
      throw rejects.chunkStore(`Wasm chunk size ${chunk.length} exceeds the maximum chunk size of ${MAX_CHUNK}`);
    }
    const hash = createHash('sha256').update(chunk).digest();
    const key = hash.toString('hex');
    if (!canister.chunks.has(key) && canister.chunks.size >= MAX_CHUNKS) {
      throw rejects.chunkStore(
        `Wasm chunk store has already reached maximum capacity of ${MAX_CHUNKS * MAX_CHUNK} bytes or the maximum number of entries, ${MAX_CHUNKS}`,
      );
    }
    canister.settle(this.#state.now());
    canister.chunks.set(key, Uint8Array.from(chunk));
    return hash;
  }

  #status(arg: Uint8Array, caller: string): Uint8Array {
    const canister = this.#find(decode('canister_status', arg).canister_id);
    if (!canister.mayView(canister.settings.statusVisibility, caller)) {
      throw this.#notController(canister, caller);
    }
    const { settings, memory } = canister;
    return encode('canister_status', {
      status: { [canister.status]: null },
      ready_for_migration: canister.status === 'stopped',
      version: canister.version,
      settings: {
        controllers: settings.controllers.map((text) => Principal.fromText(text)),
        compute_allocation: settings.computeAllocation,
        memory_allocation: settings.memoryAllocation,
        freezing_threshold: settings.freezingThreshold,
        reserved_cycles_limit: settings.reservedCyclesLimit,
        minimum_incoming_canister_call_cycles: settings.minimumIncomingCallCycles,
        log_visibility: visibilityValue(settings.logVisibility),
        log_memory_limit: settings.logMemoryLimit,
        snapshot_visibility: visibilityValue(settings.snapshotVisibility),
        status_visibility: visibilityValue(settings.statusVisibility),
        wasm_memory_limit: settings.wasmMemoryLimit,
        wasm_memory_threshold: settings.wasmMemoryThreshold,
        environment_variables: settings.environmentVariables,
      },
      module_hash: canister.module ? [canister.module.hash] : [],
      memory_size: canister.memorySize,
      memory_metrics: {
        wasm_memory_size: memory.wasm,
        stable_memory_size: memory.stable,
        global_memory_size: memory.globals,
        wasm_binary_size: canister.binarySize,
        custom_sections_size: canister.customSectionsSize,
        canister_history_size: canister.historySize,
        wasm_chunk_store_size: canister.chunkStoreSize,
        snapshots_size: canister.snapshotsSize,
        log_memory_store_size: canister.logSize,
      },
      cycles: canister.cyclesAt(this.#state.now()),
      reserved_cycles: 0n,
      idle_cycles_burned_per_day: canister.idleCyclesPerDay,
      query_stats: {
        num_calls_total: 0n,
        num_instructions_total: 0n,
        request_payload_bytes_total: 0n,
        response_payload_bytes_total: 0n,
      },
    });
  }

  #logs(arg: Uint8Array, caller: string): Uint8Array {
    const { canister_id, filter } = decode('fetch_canister_logs', arg);
    const canister = this.#find(canister_id);
    if (!canister.mayView(canister.settings.logVisibility, caller)) {
      throw new Reject(ErrorCode.CanisterRejectedMessage, `Caller ${caller} is not allowed to access canister logs`);
    }
    const [wanted] = filter;
    const within = (value: bigint, range: RangeValue) => range.start <= value && value < range.end;
    const records = canister.logs.filter((record) => {
      if (!wanted) {
        return true;
      }
      return 'by_idx' in wanted
        ? within(record.idx, wanted.by_idx)
        : within(record.timestampNs, wanted.by_timestamp_nanos);
    });
    return encode('fetch_canister_logs', {
      canister_log_records: records.map(({ idx, timestampNs, content }) => ({
        idx,
        timestamp_nanos: timestampNs,
        content,
      })),
    });
  }

  async #exclusively<T>(canister: Canister, work: () => T): Promise<T> {
    return this.#executor.exclusively ? this.#executor.exclusively(canister, work) : work();
  }

  #takeSnapshot(canister: Canister, replace: Uint8Array | undefined): CanisterSnapshot {
    const replaced = replace && this.#ownSnapshot(canister, replace);
    if (!canister.module) {
      throw new Reject(
        ErrorCode.CanisterRejectedMessage,
        `Failed to create snapshot for empty canister ${canister.name}:`,
      );
    }
    if (!replaced && canister.snapshots.length >= MAX_SNAPSHOTS) {
      throw new Reject(
        ErrorCode.CanisterRejectedMessage,
        `Canister ${canister.name} has reached the maximum number of snapshots allowed: ${MAX_SNAPSHOTS}.`,
      );
    }
    const number = Buffer.alloc(8);
    number.writeBigUInt64BE(this.#snapshotCount++);
    const { wasm, stable, globals } = canister.memory;
    const snapshot: CanisterSnapshot = {
      id: Buffer.concat([number, canister.id.toUint8Array()]),
      takenAtNs: this.#state.now(),
      canisterVersion: canister.version,
      module: canister.module,
      chunks: new Map(canister.chunks),
      memory: { ...canister.memory },
      certifiedData: canister.certifiedData,
      state: this.#executor.snapshot(canister.state),
      size: wasm + stable + globals + canister.binarySize + canister.chunkStoreSize,
    };
    canister.settle(this.#state.now());
    if (replaced) {
      canister.snapshots.splice(canister.snapshots.indexOf(replaced), 1);
    }
    canister.snapshots.push(snapshot);
    return snapshot;
  }

  #ownSnapshot(canister: Canister, id: Uint8Array): CanisterSnapshot {
    const snapshot = canister.snapshots.find((candidate) => Buffer.compare(candidate.id, id) === 0);
    if (!snapshot) {
      throw rejects.snapshotNotFound(canister.name, Buffer.from(id).toString('hex'));
    }
    return snapshot;
  }

  /** Loads a snapshot of the canister itself, or of another one that the caller controls. */
  #loadSnapshot(canister: Canister, id: Uint8Array, caller: string): void {
    const owner = [...this.#state.canisters.values()].find((candidate) =>
      candidate.snapshots.some((snapshot) => Buffer.compare(snapshot.id, id) === 0),
    );
    if (owner && !owner.isController(caller)) {
      throw this.#notController(owner, caller);
    }
    const snapshot = this.#ownSnapshot(owner ?? canister, id);
    canister.settle(this.#state.now());
    canister.module = snapshot.module;
    canister.memory = { ...snapshot.memory };
    canister.certifiedData = snapshot.certifiedData;
    canister.state = this.#executor.snapshot(snapshot.state);
    canister.chunks.clear();
    for (const [hash, chunk] of snapshot.chunks) {
      canister.chunks.set(hash, chunk);
    }
    canister.version++;
    this.#state.changed(canister);
  }
}

function decode<M extends MethodName>(method: M, arg: Uint8Array): Arguments[M] {
  try {
    const [value] = IDL.decode([...methods[method].args], arg);
    return value as unknown as Arguments[M];
  } catch (error) {
    throw rejects.candid(error instanceof Error ? error.message : String(error));
  }
}

/** What a result of each method begins with: its type table, which is the same every time and takes long to make. */
const headers = new Map<MethodName, Uint8Array>();

function encode(method: MethodName, value?: unknown): Uint8Array {
  const [type]: readonly IDL.Type[] = methods[method].result;
  if (!type) {
    return IDL.encode([], []);
  }
  let header = headers.get(method);
  const content = type.encodeValue(value);
  if (!header) {
    const whole = IDL.encode([type], [value]);
    header = whole.slice(0, whole.length - content.length);
    headers.set(method, header);
  }
  return Buffer.concat([header, content]);
}

function parse(canister: Canister, bytes: Uint8Array): CanisterModule {
  try {
    return readModule(Uint8Array.from(bytes));
  } catch (error) {
    if (error instanceof InvalidModule) {
      throw rejects.invalidWasm(canister.name, error.message);
    }
    throw error;
  }
}

/** Modules with enhanced orthogonal persistence (a Motoko feature) carry their main memory over an upgrade. */
function checkPersistence(canister: Canister, next: CanisterModule, given: boolean, keep: boolean): void {
  const section = 'enhanced-orthogonal-persistence';
  if (!given && canister.module?.metadata.has(section)) {
    throw new Reject(
      ErrorCode.CanisterContractViolation,
      'Missing upgrade option: Enhanced orthogonal persistence requires the `wasm_memory_persistence` upgrade option.',
    );
  }
  if (keep && !next.metadata.has(section)) {
    throw new Reject(
      ErrorCode.CanisterContractViolation,
      'Invalid upgrade option: The `wasm_memory_persistence: opt Keep` upgrade option requires that the new canister module supports enhanced orthogonal persistence.',
    );
  }
}

function assemble(store: Canister, args: Arguments['install_chunked_code']): Uint8Array {
  const chunks = args.chunk_hashes_list.map(({ hash }) => {
    if (hash.length !== 32) {
      throw rejects.chunkStore('Chunk hash is invalid. The length is not 32');
    }
    const chunk = store.chunks.get(Buffer.from(hash).toString('hex'));
    if (!chunk) {
      throw rejects.chunkStore(`Chunk hash [${[...hash].join(', ')}] was not found`);
    }
    return chunk;
  });
  const module = Buffer.concat(chunks);
  const hash = createHash('sha256').update(module).digest();
  if (Buffer.compare(hash, args.wasm_module_hash) !== 0) {
    throw rejects.chunkStore(
      `Wasm module hash [${[...hash].join(', ')}] does not match given hash [${[...args.wasm_module_hash].join(', ')}]`,
    );
  }
  return module;
}

function describe(snapshot: CanisterSnapshot): { id: Uint8Array; taken_at_timestamp: bigint; total_size: bigint } {
  return { id: snapshot.id, taken_at_timestamp: snapshot.takenAtNs, total_size: snapshot.size };
}

function visibilityValue(visibility: Visibility): VisibilityValue {
  if (visibility === 'public') {
    return { public: null };
  }
  if (visibility === 'controllers') {
    return { controllers: null };
  }
  return { allowed_viewers: visibility.allowedViewers.map((text) => Principal.fromText(text)) };
}

function visibilityOf(value: VisibilityValue): Visibility {
  if ('public' in value) {
    return 'public';
  }
  if ('controllers' in value) {
    return 'controllers';
  }
  return { allowedViewers: value.allowed_viewers.map((principal) => textOf(principal)) };
}

/** Settings with those changed that are given. */
export function mergeSettings(current: Settings, change: SettingsValue | undefined): Settings {
  if (!change) {
    return current;
  }
  const or = <T>(value: OptValue<T>, fallback: T): T => (value.length === 0 ? fallback : value[0]);
  const visibility = (value: OptValue<VisibilityValue>, fallback: Visibility): Visibility =>
    value[0] ? visibilityOf(value[0]) : fallback;
  return {
    controllers: change.controllers[0]
      ? sortedPrincipals(change.controllers[0].map((principal) => textOf(principal)))
      : current.controllers,
    computeAllocation: or(change.compute_allocation, current.computeAllocation),
    memoryAllocation: or(change.memory_allocation, current.memoryAllocation),
    freezingThreshold: or(change.freezing_threshold, current.freezingThreshold),
    reservedCyclesLimit: or(change.reserved_cycles_limit, current.reservedCyclesLimit),
    minimumIncomingCallCycles: or(change.minimum_incoming_canister_call_cycles, current.minimumIncomingCallCycles),
    logVisibility: visibility(change.log_visibility, current.logVisibility),
    logMemoryLimit: or(change.log_memory_limit, current.logMemoryLimit),
    snapshotVisibility: visibility(change.snapshot_visibility, current.snapshotVisibility),
    statusVisibility: visibility(change.status_visibility, current.statusVisibility),
    wasmMemoryLimit: or(change.wasm_memory_limit, current.wasmMemoryLimit),
    wasmMemoryThreshold: or(change.wasm_memory_threshold, current.wasmMemoryThreshold),
    environmentVariables: or(change.environment_variables, [...current.environmentVariables]),
  };
}

/** @throws Reject */
function checkSettings(settings: Settings): void {
  if (settings.controllers.length > MAX_CONTROLLERS) {
    throw rejects.candid(`Deserialize error: The number of elements exceeds maximum allowed ${MAX_CONTROLLERS}`);
  }
  if (settings.computeAllocation > 100n) {
    throw rejects.settings(`ComputeAllocation expected to be in the range [0..100], got ${settings.computeAllocation}`);
  }
  if (settings.memoryAllocation > 2n ** 48n) {
    throw rejects.settings(
      `MemoryAllocation expected to be in the range [0..281474976710656], got ${settings.memoryAllocation}`,
    );
  }
  if (settings.freezingThreshold >= 2n ** 64n) {
    throw rejects.settings(
      `freezing_threshold expected to be in the range of [0..2^64-1], got ${settings.freezingThreshold}`,
    );
  }
  if (settings.wasmMemoryLimit > 2n ** 48n) {
    throw rejects.settings(
      `wasm_memory_limit expected to be in the range of [0..2^48], got ${settings.wasmMemoryLimit}`,
    );
  }
  const variables = settings.environmentVariables;
  if (variables.length > MAX_ENVIRONMENT_VARIABLES) {
    throw new Reject(
      ErrorCode.InvalidManagementPayload,
      `Too many environment variables: ${variables.length} (max: ${MAX_ENVIRONMENT_VARIABLES})`,
    );
  }
  for (const { name, value } of variables) {
    if (Buffer.byteLength(name) > MAX_ENVIRONMENT_VARIABLE_LENGTH) {
      throw new Reject(
        ErrorCode.InvalidManagementPayload,
        `Environment variable name "${name}" exceeds the maximum allowed length of ${MAX_ENVIRONMENT_VARIABLE_LENGTH}.`,
      );
    }
    if (Buffer.byteLength(value) > MAX_ENVIRONMENT_VARIABLE_LENGTH) {
      throw new Reject(
        ErrorCode.InvalidManagementPayload,
        `Environment variable value "${value}" exceeds the maximum allowed length of ${MAX_ENVIRONMENT_VARIABLE_LENGTH}.`,
      );
    }
  }
}
