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

export function runInContext<T>(context: OperationContext, task: () => Promise<T>): Promise<T> {
  return storage.run(context, task);
}

/** A `fetch` that obeys the running operation's signal. */
export function contextFetch(fetchImpl: typeof fetch): typeof fetch {
  return async (input, init) => {
    const context = storage.getStore();
    try {
      return await fetchImpl(input, context ? { ...init, signal: context.signal } : init);
    } catch (error) {
      if (context) {
        context.transportError = error;
      }
      throw error;
    }
  };
}
