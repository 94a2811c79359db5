import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * What belongs to the operation that is running. The agent has no way to pass an `AbortSignal` to one request,
 * so the signal travels beside it.
 */
export interface OperationContext {
  readonly signal: AbortSignal;
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
export function contextFetch(fetchImpl: typeof fetch): typeof fetch {
  return async (input, init) => {
    const context = storage.getStore();
    return context ? await fetchIn(context, fetchImpl, input, init) : await fetchImpl(input, init);
  };
}

/** Fetches for an operation. */
export async function fetchIn(
  context: OperationContext,
  fetchImpl: typeof fetch,
  ...[input, init]: Parameters<typeof fetch>
): Promise<Response> {
  try {
    return await fetchImpl(input, { ...init, signal: context.signal });
  } catch (error) {
    context.transportError = error;
    throw error;
  }
}
