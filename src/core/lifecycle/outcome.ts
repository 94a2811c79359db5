import type { NextStep } from '../engines/dfx/errors';
import { DfxError } from '../engines/dfx/tool';
import type { ProjectMonitor } from '../monitor/project-monitor';
import { NetworkFailure } from '../network/failure';
import { type Message, msg } from '../util/message';

/** One canister of one project, on the network that is chosen for the project. */
export interface CanisterRef {
  readonly monitor: ProjectMonitor;
  readonly canister: string;
}

/** A failure with everything that a person needs. */
export interface OperationFailure {
  readonly message: Message;
  /** The network's or dfx's own words. */
  readonly detail?: string;
  /** An `IC0…` code. */
  readonly code?: string;
  /** The step that would help. */
  readonly next?: NextStep;
}

/** How an operation ended for one canister. */
export type Outcome =
  | { readonly target: CanisterRef; readonly ok: true }
  | {
      readonly target: CanisterRef;
      readonly ok: false;
      readonly cancelled: boolean;
      readonly failure: OperationFailure;
    };

/** Thrown by an operation that cannot go on, where neither network nor dfx said so. */
export class OperationError extends Error {
  constructor(readonly failure: OperationFailure) {
    super(failure.message.text);
    this.name = 'OperationError';
  }
}

export function succeededFor(target: CanisterRef): Outcome {
  return { target, ok: true };
}

/** The outcome that an error stands for. An error that nobody foresaw is passed on. */
export function failedFor(target: CanisterRef, error: unknown): Outcome {
  if (error instanceof NetworkFailure) {
    const cancelled = error.data.kind === 'cancelled';
    return { target, ok: false, cancelled, failure: explainNetworkFailure(target, error) };
  }
  if (error instanceof DfxError) {
    const { kind, message, detail, next } = error.failure;
    const cancelled = kind === 'cancelled' || kind === 'declined';
    return { target, ok: false, cancelled, failure: { message, detail, ...(next ? { next } : {}) } };
  }
  if (error instanceof OperationError) {
    return { target, ok: false, cancelled: false, failure: error.failure };
  }
  throw error;
}

/** Adds what the project knows to the network's answer. */
function explainNetworkFailure({ monitor, canister }: CanisterRef, { data }: NetworkFailure): OperationFailure {
  const rest = {
    ...(data.detail === undefined ? {} : { detail: data.detail }),
    ...(data.code === undefined ? {} : { code: data.code }),
  };
  if (data.kind === 'offline' && monitor.snapshot.network?.local) {
    return { message: data.message, next: 'start-network', ...rest };
  }
  if (data.code !== 'IC0512') {
    return { message: data.message, ...rest };
  }
  const { note, ref } = monitor.snapshot.identity ?? {};
  if (note && ref?.kind === 'anonymous') {
    // Whether it is a controller nobody knows: the request was not signed by it.
    return { message: note, next: 'select-identity', ...rest };
  }
  const identity = monitor.snapshot.identity?.name ?? 'anonymous';
  const controllers = monitor.canister(canister)?.facts?.controllers ?? [];
  const message =
    controllers.length === 0
      ? msg('{0} is not a controller.', identity)
      : msg('{0} is not a controller. Controllers: {1}', identity, controllers.join(', '));
  return { message, next: 'select-identity', ...rest };
}
