import { AsyncLocalStorage } from 'node:async_hooks';
import { clockFailure, isAboutTime, networkTimeIn } from '../util/clock';
import { Failure } from '../util/failure';
import { strangersAnswer } from './strangers';

/** A `fetch` that reads no more than `maxBytes` of an answer's body. */
export type NetworkFetch = (input: Parameters<typeof fetch>[0], init?: LimitedInit) => Promise<Response>;
export type LimitedInit = RequestInit & { readonly maxBytes?: number };

/**
 * What belongs to the operation that is running. The agent has no way to pass an `AbortSignal` to one request,
 * so the signal travels beside it.
 */
export interface OperationContext {
  readonly signal: AbortSignal;
  /** Of each answer, see `ANSWER_BYTES`. */
  readonly maxBytes: number;
  /** Ends the operation with a failure, whatever the agent makes of it. */
  end(failure: Failure): void;
  /**
   * The last request of this operation that did not get through. The agent swallows such errors when it asks for
   * node keys and then speaks of a missing signature, which would read as an attack.
   */
  transportError?: unknown;
}

const storage = new AsyncLocalStorage<OperationContext>();

/**
 * Runs what makes requests through the agent. Nothing else: from the first time on, Node 20 spends as much time again on
 * every promise and every request of the thread.
 */
export function runInContext<T>(context: OperationContext, task: () => Promise<T>): Promise<T> {
  return storage.run(context, task);
}

/** A `fetch` for the agent, that obeys the running operation's signal. */
export function contextFetch(fetchImpl: NetworkFetch): typeof fetch {
  return async (input, init) => {
    const context = storage.getStore();
    return context ? await fetchIn(context, fetchImpl, input, init) : await fetchImpl(input, init);
  };
}

/** Whether a request was refused for the time at which it says to be made. */
async function wrongClock(response: Response): Promise<Failure | undefined> {
  if (response.status !== 400) {
    return undefined;
  }
  const refusal = await response.clone().text();
  const date = isAboutTime(refusal) ? Date.parse(response.headers.get('date') ?? '') : Number.NaN;
  const time = networkTimeIn(refusal) ?? date;
  return Number.isNaN(time) ? undefined : clockFailure(time, Date.now(), refusal);
}

/** Fetches for an operation. @throws {Failure} for an answer that is none of the network's; and what `fetch` throws */
export async function fetchIn(
  context: OperationContext,
  fetchImpl: NetworkFetch,
  ...[input, init]: Parameters<typeof fetch>
): Promise<Response> {
  try {
    const { signal, maxBytes } = context;
    const response = await fetchImpl(input, { ...init, redirect: 'manual', signal, maxBytes });
    const failure = strangersAnswer(String(input), response) ?? (await wrongClock(response));
    if (failure) {
      throw failure;
    }
    return response;
  } catch (error) {
    if (error instanceof Failure) {
      // The agent would try again, to no end.
      context.end(error);
    }
    context.transportError = error;
    throw error;
  }
}
