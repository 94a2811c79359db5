import { parseInterface } from '../candid/parse';
import type { Interface } from '../candid/types';
import { buildArtifacts, candidFile } from '../engines/dfx/artifacts';
import { phaseOf } from '../monitor/state';
import type { CanisterSnapshot, LogRecord, SettingsChange } from '../network/canister-facts';
import type { CallReply, CallRequest, CanisterRequest, ManagementCall, NetworkApi } from '../network/network-api';
import { readText } from '../project/files';
import { Failure } from '../util/failure';
import { type Message, msg } from '../util/message';
import { onNetwork } from './canister-ref';
import { OPERATIONS } from './operations';
import type { CanisterRef, Outcome } from './outcome';
import type { OperationRunner } from './runner';

/** What is known of a canister's interface. */
export interface KnownInterface {
  /** The .did text. */
  readonly text: string;
  /** Undefined where `problem` says why. */
  readonly parsed?: Interface;
  readonly problem?: Message;
  /** Where it comes from: the canister itself, or this file. */
  readonly source: { readonly kind: 'canister' } | { readonly kind: 'file'; readonly file: string };
}

/** A call of a method, without whom and where. */
export type MethodCall = Omit<CallRequest, keyof CanisterRequest>;

/** What dfx does where the key that has to sign, or the wallet that is the controller, is out of reach here. */
export interface DfxFallback {
  available(): Promise<boolean>;
  uninstall(target: CanisterRef, signal?: AbortSignal): Promise<void>;
  /** @returns Candid text of the reply */
  call(
    target: CanisterRef,
    call: { readonly method: string; readonly kind: 'query' | 'update'; readonly text: string },
    signal?: AbortSignal,
  ): Promise<string>;
}

/** Reads the records of one canister's log, always from the network and as the identity of the beginning. */
export type LogReader = (signal: AbortSignal) => Promise<LogRecord[]>;

/** The operations that go to the network directly and need no dfx anywhere. */
export class NativeOperations {
  readonly #client: NetworkApi;
  readonly #runner: OperationRunner;
  readonly #dfx: DfxFallback;

  constructor(client: NetworkApi, runner: OperationRunner, dfx: DfxFallback) {
    this.#client = client;
    this.#runner = runner;
    this.#dfx = dfx;
  }

  uninstall(targets: readonly CanisterRef[], signal?: AbortSignal): Promise<Outcome[]> {
    return this.#runner.each(targets, OPERATIONS.uninstall.busy, async (target) => {
      const { endpoint, identity, canisterId } = onNetwork(target);
      if (target.monitor.canister(target.canister)?.through) {
        await this.#dfx.uninstall(target, signal);
        return;
      }
      await this.#client.manage({ endpoint, identity, method: 'uninstall_code', canisterId, signal });
    });
  }

  /** Local networks only, where cycles come from nowhere. */
  topUp(targets: readonly CanisterRef[], amount: bigint, signal?: AbortSignal): Promise<Outcome[]> {
    return this.#runner.each(targets, OPERATIONS['top-up'].busy, async (target) => {
      const { network, endpoint, identity, canisterId } = onNetwork(target);
      if (!network.local) {
        throw new Failure({ message: msg('Cycles can be made on local networks only.') });
      }
      const method = 'provisional_top_up_canister';
      await this.#client.manage({ endpoint, identity, canisterId, method, amount, signal });
    });
  }

  changeSettings(targets: readonly CanisterRef[], settings: SettingsChange, signal?: AbortSignal): Promise<Outcome[]> {
    return this.#manage(targets, OPERATIONS.settings.busy, signal, (canisterId) => ({
      method: 'update_settings',
      canisterId,
      settings,
    }));
  }

  /**
   * Takes a snapshot. A running canister is stopped before and started again after: a snapshot of one that runs can hold
   * a state that it never was in.
   */
  takeSnapshot(targets: readonly CanisterRef[], replace: string | undefined, signal?: AbortSignal): Promise<Outcome[]> {
    return this.#runner.each(targets, OPERATIONS['snapshot-take'].busy, (target) =>
      this.#whileStopped(target, signal, async ({ endpoint, identity, canisterId }) => {
        await this.#client.takeSnapshot({ endpoint, identity, canisterId, replace, signal });
      }),
    );
  }

  /** Puts a snapshot's code and data in place of the present ones, with the canister stopped meanwhile. */
  loadSnapshot(targets: readonly CanisterRef[], snapshotId: string, signal?: AbortSignal): Promise<Outcome[]> {
    return this.#runner.each(targets, OPERATIONS['snapshot-load'].busy, (target) =>
      this.#whileStopped(target, signal, async ({ endpoint, identity, canisterId }) => {
        const method = 'load_canister_snapshot';
        await this.#client.manage({ endpoint, identity, canisterId, method, snapshotId, signal });
      }),
    );
  }

  deleteSnapshot(targets: readonly CanisterRef[], snapshotId: string, signal?: AbortSignal): Promise<Outcome[]> {
    return this.#manage(targets, OPERATIONS['snapshot-delete'].busy, signal, (canisterId) => ({
      method: 'delete_canister_snapshot',
      canisterId,
      snapshotId,
    }));
  }

  /** @throws {Failure} */
  async listSnapshots(target: CanisterRef, signal?: AbortSignal): Promise<CanisterSnapshot[]> {
    const { endpoint, identity, canisterId } = onNetwork(target);
    return await this.#client.listSnapshots({ endpoint, identity, canisterId, signal });
  }

  /** @throws {Failure} where the canister has no id, or no network */
  logReader(target: CanisterRef): LogReader {
    const { endpoint, identity, canisterId } = onNetwork(target);
    return (signal) => this.#client.fetchLogs({ endpoint, identity, canisterId, signal });
  }

  /**
   * The interface that the canister itself carries, else the one of its .did file; undefined where there is neither.
   *
   * @throws {Failure}
   */
  async interface(target: CanisterRef, signal?: AbortSignal): Promise<KnownInterface | undefined> {
    const { endpoint, identity, canisterId } = onNetwork(target);
    const own = await this.#client.metadata({ endpoint, identity, canisterId, name: 'candid:service', signal });
    if (own) {
      return await this.#known(Buffer.from(own).toString('utf8'), { kind: 'canister' });
    }
    for (const file of interfaceFiles(target)) {
      const content = await readText(file);
      if (content.state === 'text') {
        return await this.#known(content.text, { kind: 'file', file });
      }
    }
    return undefined;
  }

  /**
   * Calls a method: directly, or through dfx where only that can reach the identity's key.
   *
   * @throws {Failure}
   */
  async call(target: CanisterRef, call: MethodCall, signal?: AbortSignal): Promise<CallReply> {
    const { endpoint, identity, canisterId } = onNetwork(target);
    const reply =
      call.argument.kind === 'candid' && (await this.#callsThroughDfx(target))
        ? await this.#callThroughDfx(target, { ...call, text: call.argument.text }, signal)
        : await this.#client.call({ ...call, endpoint, identity, canisterId, signal });
    if (call.kind === 'update') {
      // It cost cycles, and may have taken memory.
      void target.monitor.refreshCanister(target.canister);
    }
    return reply;
  }

  /** Who a call comes from: where the chosen identity's key is out of reach, the anonymous one. */
  async caller(target: CanisterRef): Promise<string> {
    const { identity } = target.monitor.snapshot;
    return identity && (identity.ref.kind !== 'anonymous' || (await this.#callsThroughDfx(target)))
      ? identity.name
      : 'anonymous';
  }

  async #callsThroughDfx({ monitor }: CanisterRef): Promise<boolean> {
    const storage = monitor.snapshot.identity?.storage;
    return (storage === 'keyring' || storage === 'hsm') && (await this.#dfx.available());
  }

  async #callThroughDfx(
    target: CanisterRef,
    call: { readonly method: string; readonly kind: 'query' | 'update'; readonly text: string },
    signal: AbortSignal | undefined,
  ): Promise<CallReply> {
    const begun = performance.now();
    const text = await this.#dfx.call(target, call, signal);
    return { text, untyped: false, bytes: new Uint8Array(), trust: 'dfx', milliseconds: performance.now() - begun };
  }

  /** The principal that requests for the target are signed as. @throws {Failure} */
  async ownPrincipal(target: CanisterRef): Promise<string> {
    return await this.#client.principal({ identity: onNetwork(target).identity });
  }

  /** Encodes arguments as {@link call} would. @throws {Failure} of kind `candid` */
  checkArguments(text: string, method: string, did: string | undefined): Promise<Uint8Array> {
    return this.#client.encodeCandid({ text, place: { kind: 'method', name: method }, interface: did });
  }

  #manage(
    targets: readonly CanisterRef[],
    busy: Message,
    signal: AbortSignal | undefined,
    toCall: (canisterId: string) => ManagementCall,
  ): Promise<Outcome[]> {
    return this.#runner.each(targets, busy, async (target) => {
      const { endpoint, identity, canisterId } = onNetwork(target);
      await this.#client.manage({ endpoint, identity, ...toCall(canisterId), signal });
    });
  }

  async #known(text: string, source: KnownInterface['source']): Promise<KnownInterface> {
    const parsed = parseInterface(text);
    if ('problem' in parsed) {
      return { text, source, problem: parsed.problem };
    }
    try {
      // What cannot be used to encode anything is not worth much.
      await this.#client.encodeCandid({ text: '()', interface: text });
      return { text, source, parsed };
    } catch (error) {
      if (error instanceof Failure && error.kind === 'candid') {
        return { text, source, problem: error.data.message };
      }
      throw error;
    }
  }

  async #whileStopped(
    target: CanisterRef,
    signal: AbortSignal | undefined,
    work: (where: ReturnType<typeof onNetwork>) => Promise<void>,
  ): Promise<void> {
    const where = onNetwork(target);
    const { endpoint, identity, canisterId } = where;
    const state = target.monitor.canister(target.canister);
    if (state && phaseOf(state) === 'stopped') {
      await work(where);
      return;
    }
    // Without the signal: nobody who cancels wants a canister that stays stopped.
    const restart = () => this.#client.manage({ endpoint, identity, method: 'start_canister', canisterId });
    try {
      await this.#client.manage({ endpoint, identity, method: 'stop_canister', canisterId, signal });
      await work(where);
    } catch (error) {
      // The first failure is the one to tell.
      await restart().catch(() => undefined);
      throw error;
    }
    await restart();
  }
}

/** Where the project has the interface; any of the files may be missing. */
function interfaceFiles({ monitor, canister }: CanisterRef): string[] {
  const { project, snapshot } = monitor;
  const config = project.canister(canister);
  if (!config || !snapshot.network) {
    return [];
  }
  const written = candidFile(project, config, snapshot.network);
  return [buildArtifacts(project, config, snapshot.network).service, ...(written === undefined ? [] : [written])];
}
