import { parseInterface } from '../candid/interface';
import type { Interface } from '../candid/types';
import type { ToolCall } from '../engines/toolchain';
import { needsTool } from '../identity/identity-info';
import { phaseOf } from '../monitor/state';
import type { CanisterSnapshot, LogRecord, SettingsChange } from '../network/canister-facts';
import type { CallReply, CallRequest, CanisterRequest, NetworkApi } from '../network/network-api';
import { readProjectText } from '../project/files';
import { Failure } from '../util/failure';
import { type Message, msg } from '../util/message';
import { type CanisterRef, isLocal, onNetwork } from './canister-ref';
import { checkOf } from './place';
import type { ToolOperations } from './tool-operations';

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

/** Reads one canister's log, always from the network and as the identity that were selected when it was made. */
export type LogReader = (signal: AbortSignal) => Promise<LogRecord[]>;

/** What goes to the network directly and needs no tool anywhere. Each for one canister; each throws a `Failure`. */
export class NativeOperations {
  readonly #client: NetworkApi;
  readonly #tool: Pick<ToolOperations, 'available' | 'call'>;

  constructor(client: NetworkApi, tool: Pick<ToolOperations, 'available' | 'call'>) {
    this.#client = client;
    this.#tool = tool;
  }

  start(target: CanisterRef, signal?: AbortSignal): Promise<void> {
    return this.#client.manage({ ...onNetwork(target), method: 'start_canister', signal });
  }

  stop(target: CanisterRef, signal?: AbortSignal): Promise<void> {
    return this.#client.manage({ ...onNetwork(target), method: 'stop_canister', signal });
  }

  uninstall(target: CanisterRef, signal?: AbortSignal): Promise<void> {
    return this.#client.manage({ ...onNetwork(target), method: 'uninstall_code', signal });
  }

  /** Local networks only, where cycles are free. */
  async topUp(target: CanisterRef, amount: bigint, signal?: AbortSignal): Promise<void> {
    const request = onNetwork(target);
    if (!isLocal(target)) {
      throw new Failure({ message: msg('Cycles can be made on local networks only.') });
    }
    await this.#client.manage({ ...request, method: 'provisional_top_up_canister', amount, signal });
  }

  changeSettings(target: CanisterRef, settings: SettingsChange, signal?: AbortSignal): Promise<void> {
    return this.#client.manage({ ...onNetwork(target), method: 'update_settings', settings, signal });
  }

  /**
   * Takes a snapshot. A running canister is stopped before and started again after: a snapshot of one that runs can hold
   * a state that it never was in.
   *
   * @param replace id of a snapshot that makes room for the new one
   */
  takeSnapshot(target: CanisterRef, replace: string | undefined, signal?: AbortSignal): Promise<void> {
    return this.#whileStopped(target, signal, async () => {
      await this.#client.takeSnapshot({ ...onNetwork(target), replace, signal });
    });
  }

  /** Puts a snapshot's code and data in place of the present ones, with the canister stopped meanwhile. */
  loadSnapshot(target: CanisterRef, snapshotId: string, signal?: AbortSignal): Promise<void> {
    return this.#whileStopped(target, signal, () =>
      this.#client.manage({ ...onNetwork(target), method: 'load_canister_snapshot', snapshotId, signal }),
    );
  }

  deleteSnapshot(target: CanisterRef, snapshotId: string, signal?: AbortSignal): Promise<void> {
    return this.#client.manage({ ...onNetwork(target), method: 'delete_canister_snapshot', snapshotId, signal });
  }

  /** @throws {Failure} */
  async listSnapshots(target: CanisterRef, signal?: AbortSignal): Promise<CanisterSnapshot[]> {
    return await this.#client.listSnapshots({ ...onNetwork(target), signal });
  }

  /** @throws {Failure} where the canister has no id, or no network */
  logReader(target: CanisterRef): LogReader {
    const request = onNetwork(target);
    return (signal) => this.#client.fetchLogs({ ...request, signal });
  }

  /**
   * The interface that the canister itself carries, else the one of its .did file; undefined where there is neither.
   *
   * @throws {Failure}
   */
  async interface(target: CanisterRef, signal?: AbortSignal): Promise<KnownInterface | undefined> {
    const own = await this.#client.metadata({ ...onNetwork(target), name: 'candid:service', signal });
    if (own) {
      return await this.#known(Buffer.from(own).toString('utf8'), { kind: 'canister' });
    }
    return await this.interfaceOfFiles(target);
  }

  /** What the project's files say of a canister's interface; undefined where there is none. */
  async interfaceOfFiles({ canister, project }: CanisterRef): Promise<KnownInterface | undefined> {
    const { files, snapshot, root } = project;
    const paths = await files.paths(canister, snapshot.target);
    for (const file of paths?.interfaces ?? []) {
      const content = await readProjectText(file, root);
      if (content.state === 'text') {
        return await this.#known(content.text, { kind: 'file', file });
      }
    }
    return undefined;
  }

  /**
   * Calls a method: directly, or through the tool where only that can reach the identity's key.
   *
   * @throws {Failure}
   */
  async call(target: CanisterRef, call: MethodCall, signal?: AbortSignal): Promise<CallReply> {
    await checkOf(target.project)();
    const request = onNetwork(target);
    const reply =
      call.argument.kind === 'candid' && (await this.#callsThroughTool(target))
        ? await this.#callThroughTool(target, { ...call, text: call.argument.text }, signal)
        : await this.#client.call({ ...call, ...request, signal });
    if (call.kind === 'update') {
      // It cost cycles, and may have taken memory.
      void target.project.refreshCanister(target.canister);
    }
    return reply;
  }

  /** Who a call comes from: where the chosen identity's key is out of reach, the anonymous one. */
  async caller(target: CanisterRef): Promise<string> {
    const { identity } = target.project.snapshot;
    return identity && (identity.ref.kind !== 'anonymous' || (await this.#callsThroughTool(target)))
      ? identity.name
      : 'anonymous';
  }

  async #callsThroughTool({ project }: CanisterRef): Promise<boolean> {
    const { storage, withheld } = project.snapshot.identity ?? {};
    return !withheld && needsTool(storage) && (await this.#tool.available(project));
  }

  async #callThroughTool(target: CanisterRef, call: ToolCall, signal: AbortSignal | undefined): Promise<CallReply> {
    const begun = performance.now();
    const text = await this.#tool.call(target, call, signal);
    return { text, untyped: false, bytes: new Uint8Array(), trust: 'tool', milliseconds: performance.now() - begun };
  }

  /** The principal that requests for the target are signed as. @throws {Failure} */
  async ownPrincipal(target: CanisterRef): Promise<string> {
    return await this.#client.principal({ identity: onNetwork(target).identity });
  }

  /** Encodes arguments as {@link call} would. @throws {Failure} of kind `candid` */
  checkArguments(text: string, method: string, did: string | undefined): Promise<Uint8Array> {
    return this.#client.encodeCandid({ text, place: { kind: 'method', name: method }, interface: did });
  }

  async #known(text: string, source: KnownInterface['source']): Promise<KnownInterface> {
    const parsed = parseInterface(text);
    if ('problem' in parsed) {
      return { text, source, problem: parsed.problem };
    }
    try {
      // An interface that cannot be used for encoding is reported as a problem.
      await this.#client.encodeCandid({ text: '()', interface: text });
      return { text, source, parsed };
    } catch (error) {
      if (error instanceof Failure && error.kind === 'candid') {
        return { text, source, problem: error.data.message };
      }
      throw error;
    }
  }

  async #whileStopped(target: CanisterRef, signal: AbortSignal | undefined, work: () => Promise<void>): Promise<void> {
    const state = target.project.canister(target.canister);
    if (state && phaseOf(state) === 'stopped') {
      await work();
      return;
    }
    try {
      await this.stop(target, signal);
      await work();
    } catch (error) {
      // Without the signal: after a cancellation, too, the canister must run again. The first failure is the one reported.
      await this.start(target).catch(() => undefined);
      throw error;
    }
    await this.start(target);
  }
}
