import * as vscode from 'vscode';
import type { CanisterRef } from '../core/lifecycle/canister-ref';
import type { KnownInterface, LogReader } from '../core/lifecycle/native-operations';
import type { Ownership } from '../core/monitor/ownership';
import type { WorkspaceMonitor } from '../core/monitor/workspace-monitor';
import type { CallReply } from '../core/network/network-api';
import { bounded, cut } from '../core/page/bounds';
import type { CallLog } from '../core/page/call-log';
import {
  type CallForm,
  type FromPage,
  MAX_ITEMS,
  MAX_REPLY,
  type PageSubject,
  type ToPage,
} from '../core/page/messages';
import type { CallResult, NamedRequest, PageInterface } from '../core/page/model';
import { present, type RowAction, type Words } from '../core/rows/row';
import { Failure } from '../core/util/failure';
import { msg } from '../core/util/message';
import { trustWords } from '../ui/call-report';
import { showErrorMessage } from '../ui/surfaces';
import { translate } from '../ui/translate';

export interface PageCall {
  readonly method: string;
  readonly kind: 'query' | 'update';
  /** Candid text. */
  readonly arguments: string;
  /** The .did text that the method is of. */
  readonly did: string | undefined;
}

export type { CallForm };

/** Where named requests are, in the folder of a project, and how their files end. */
export const REQUEST_FOLDER = 'requests';
export const REQUEST_EXTENSION = '.candid-requests';

/** What opens a file at a place. */
export type OpenPlace = Extract<RowAction, { readonly do: 'open' }>;

/** A named request, and where it is. */
export interface FoundRequest extends NamedRequest {
  readonly place: OpenPlace;
}

/** Asks the canister, and makes calls as the command "Call method" does, with its questions. */
export interface PageCaller {
  /** @throws {Failure} */
  logReader(target: CanisterRef): LogReader;
  /** @throws {Failure} */
  interface(target: CanisterRef, signal: AbortSignal): Promise<KnownInterface | undefined>;
  /** @throws {Failure} */
  copy(target: CanisterRef, call: PageCall, form: CallForm): Promise<void>;
  /** Asks for a name, and keeps a call as a named request in a file of the project. @throws {Failure} */
  save(target: CanisterRef, call: PageCall): Promise<void>;
  /** The named requests of the project's files that call a canister. */
  requests(target: CanisterRef): Promise<readonly FoundRequest[]>;
  /** Where the canister's sources have what traps name: functions, and places as compilers write them. */
  places(target: CanisterRef, names: readonly string[]): Promise<ReadonlyMap<string, OpenPlace>>;
  /** @throws {Failure} */
  call(
    target: CanisterRef,
    call: PageCall,
    signal: AbortSignal,
  ): Promise<{ readonly reply: CallReply; readonly identity: string }>;
}

interface Parts {
  readonly workspace: WorkspaceMonitor;
  readonly ownership: Ownership;
  readonly caller: PageCaller;
  readonly calls: CallLog;
}

/** The calls of one page: what can be called, and what came of it. */
export class PageCalls implements vscode.Disposable {
  readonly #parts: Parts;
  readonly #subject: PageSubject;
  readonly #send: (message: ToPage) => void;
  readonly #underWay = new Map<number, AbortController>();
  #reading: AbortController | undefined;
  #known: KnownInterface | undefined;
  /** The module that {@link #known} is of; undefined while the page has not asked. */
  #asked: { readonly module: string | undefined } | undefined;

  constructor(parts: Parts, subject: PageSubject, send: (message: ToPage) => void) {
    this.#parts = parts;
    this.#subject = subject;
    this.#send = send;
  }

  /** The page's script begins anew, and knows of no call. */
  restart(): void {
    this.#asked = undefined;
    this.#sendHistory();
  }

  /** Where another module is installed than the page knows, tells it what can be called now. */
  canisterChanged(): void {
    if (this.#asked && this.#asked.module !== this.#module) {
      void this.sendInterface();
    }
  }

  async sendInterface(): Promise<void> {
    this.#reading?.abort();
    const reading = new AbortController();
    this.#reading = reading;
    this.#asked = { module: this.#module };
    try {
      const known = await this.#parts.caller.interface(
        pageTarget(this.#parts.workspace, this.#subject),
        reading.signal,
      );
      const shown = known && (await this.#shown(known));
      if (!reading.signal.aborted) {
        this.#known = known;
        const problem = known ? known.problem : msg('It has no interface that says what can be called.');
        this.#send({ type: 'interface', interface: shown, problem: shown ? undefined : problem });
      }
    } catch (error) {
      if (!reading.signal.aborted) {
        // Asked for again with the next change of the canister.
        this.#asked = { module: 'failed' };
        this.#send({ type: 'interface', problem: bounded(failureOf(error).data.message) });
      }
    }
  }

  async #shown({ text, source, parsed }: KnownInterface): Promise<PageInterface | undefined> {
    if (!parsed) {
      return undefined;
    }
    const owners = await this.#parts.ownership.owners(pageTarget(this.#parts.workspace, this.#subject).project);
    return {
      did: text,
      source:
        source.kind === 'file'
          ? msg('Interface from {0}', vscode.workspace.asRelativePath(source.file))
          : msg('Methods as the canister itself states them'),
      principals: [...owners].slice(0, MAX_ITEMS).map(([principal, [whose = '']]) => ({
        principal,
        whose: bounded(whose),
      })),
    };
  }

  async call(message: Extract<FromPage, { type: 'call' }>): Promise<void> {
    const { turn, method, kind } = message;
    const at = Date.now();
    const controller = new AbortController();
    this.#underWay.set(turn, controller);
    let identity = '';
    let result: CallResult;
    let outcome: Words = '';
    try {
      const did = this.#didOf(method);
      const call = { method, kind, arguments: message.arguments, did };
      const made = await this.#parts.caller.call(
        pageTarget(this.#parts.workspace, this.#subject),
        call,
        controller.signal,
      );
      identity = made.identity;
      result = resultOf(made.reply, identity, did !== undefined);
      outcome = result.text ?? msg('{0} bytes that are no Candid', made.reply.bytes.length);
    } catch (error) {
      const failure = failureOf(error);
      const { message: why, detail } = failure.data;
      result = failure.cancelled
        ? { type: 'cancelled' }
        : { type: 'failure', words: present<Words>(why, detail).map(bounded) };
      outcome = bounded(why);
    }
    this.#underWay.delete(turn);
    this.#send({ type: 'result', turn, result });
    if (result.type !== 'cancelled') {
      const ok = result.type === 'reply';
      const record = { method, kind, arguments: message.arguments, at, identity, ok, outcome };
      await this.#parts.calls.remember(this.#subject, record);
      this.#sendHistory();
    }
  }

  /** Copies a call; says where that cannot be. */
  async copy({ form, method, kind, arguments: text }: Extract<FromPage, { type: 'copyCall' }>): Promise<void> {
    try {
      const target = pageTarget(this.#parts.workspace, this.#subject);
      const call = { method, kind, arguments: text, did: this.#didOf(method) };
      await this.#parts.caller.copy(target, call, form);
    } catch (error) {
      void showErrorMessage(translate(failureOf(error).data.message));
    }
  }

  /** Keeps a call as a named request; says where that cannot be. @returns whether it is kept */
  async save({ method, kind, arguments: text }: Extract<FromPage, { type: 'saveCall' }>): Promise<boolean> {
    try {
      const target = pageTarget(this.#parts.workspace, this.#subject);
      await this.#parts.caller.save(target, { method, kind, arguments: text, did: this.#didOf(method) });
      return true;
    } catch (error) {
      const failure = failureOf(error);
      if (!failure.cancelled) {
        void showErrorMessage(translate(failure.data.message));
      }
      return false;
    }
  }

  #didOf(method: string): string | undefined {
    return this.#known?.parsed?.methods.has(method) ? this.#known.text : undefined;
  }

  cancel(turn: number): void {
    this.#underWay.get(turn)?.abort();
  }

  #sendHistory(): void {
    this.#send({ type: 'history', calls: this.#parts.calls.calls(this.#subject) });
  }

  get #module(): string | undefined {
    const { manifest, canister } = this.#subject;
    return this.#parts.workspace.project(manifest)?.canister(canister)?.facts?.moduleHash;
  }

  dispose(): void {
    this.#reading?.abort();
    for (const controller of this.#underWay.values()) {
      controller.abort();
    }
  }
}

/** @throws {Failure} where the canister is not there, or the project works on another network */
export function pageTarget(workspace: WorkspaceMonitor, { manifest, canister, target }: PageSubject): CanisterRef {
  const project = workspace.project(manifest);
  if (!project?.canister(canister)) {
    throw new Failure({ message: msg('{0} has no canister named {1}.', manifest, canister) });
  }
  if (project.snapshot.target.name !== target) {
    const now = project.snapshot.target.name;
    throw new Failure({ message: msg('The project works on {0} now. This page is of {1}.', now, target) });
  }
  return { project, canister };
}

function resultOf({ text, bytes, untyped, trust, milliseconds }: CallReply, identity: string, typed: boolean) {
  const hex = text === undefined ? Buffer.from(bytes.subarray(0, MAX_REPLY / 2)).toString('hex') : undefined;
  return {
    type: 'reply',
    text: text === undefined ? undefined : cut(text, MAX_REPLY),
    hex,
    notes: present<Words>(
      msg('as {0}', identity),
      trustWords({ trust }),
      text !== undefined &&
        untyped &&
        typed &&
        msg('It is not of the type that the interface promises, and is shown without it.'),
    ).map(bounded),
    milliseconds,
  } as const;
}

function failureOf(error: unknown): Failure {
  return error instanceof Failure
    ? error
    : new Failure({
        kind: 'internal',
        message: msg('{0} failed: {1}', 'call', error instanceof Error ? error.message : String(error)),
      });
}
