import { Failure, type FailureData } from '../util/failure';
import { msg } from '../util/message';
import type { CanisterRef } from './canister-ref';

/** How an operation ended for one canister. */
export type Outcome =
  | { readonly target: CanisterRef; readonly ok: true }
  | {
      readonly target: CanisterRef;
      readonly ok: false;
      readonly cancelled: boolean;
      readonly failure: FailureData;
    };

export function succeededFor(target: CanisterRef): Outcome {
  return { target, ok: true };
}

/** The outcome that an error stands for. An error that nobody foresaw is passed on. */
export function failedFor(target: CanisterRef, error: unknown): Outcome {
  if (error instanceof Failure) {
    return { target, ok: false, cancelled: error.cancelled, failure: explained(target, error.data) };
  }
  throw error;
}

/** Adds what the project knows to the network's answer. */
export function explained({ project, canister }: CanisterRef, data: FailureData): FailureData {
  if (data.kind === 'offline' && project.snapshot.target.network?.local) {
    return {
      ...data,
      message: msg('The network {0} is not running.', project.snapshot.target.name),
      next: 'start-network',
    };
  }
  if (data.code !== 'IC0512' && data.kind !== 'not-a-controller') {
    return data;
  }
  const { note, ref } = project.snapshot.identity ?? {};
  if (note && ref?.kind === 'anonymous') {
    // The request was not signed by the selected identity, so it may well be a controller.
    return { ...data, message: note, next: 'select-identity' };
  }
  const identity = project.snapshot.identity?.name ?? 'anonymous';
  const controllers = project.canister(canister)?.facts?.controllers ?? [];
  const message =
    controllers.length === 0
      ? msg('{0} is not a controller.', identity)
      : msg('{0} is not a controller. Controllers: {1}', identity, controllers.join(', '));
  return { ...data, message, next: 'select-identity' };
}
